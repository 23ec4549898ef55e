//! Where credentials come from: the environment, a profile (keys, single sign-on, `credential_process`, web identity,
//! role chains), a web identity of the environment; then a role of the settings.
//!
//! Instance and container metadata services are left out: on a laptop nothing good answers there. A profile that
//! names them gets an error. Nothing is cached here beyond what the SDK keeps for one client, so that a login heals by
//! making a new client.

use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::{AwsSettings, CREDENTIALS_TIMEOUT, Endpoints, timeouts};

/// The name under which we take on a role; it stands in the account's audit log, so it tells nothing of the user.
const SESSION_NAME: &str = "bcce-agent";

/// A source of credentials that is not available on a laptop.
#[derive(Debug)]
struct Unavailable;

impl ProvideCredentials for Unavailable {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded_no_source()))
    }
}

/// Makes the chain anew; asks nobody yet.
pub(super) async fn provider(settings: &AwsSettings, config: &SdkConfig) -> SharedCredentialsProvider {
    let base = base(settings, config);
    let Some(role) = &settings.assume_role else { return SharedCredentialsProvider::new(base) };
    let mut config = config.to_builder();
    config.set_endpoint_url(settings.sts_endpoint_url.clone());
    let mut taking_on =
        AssumeRoleProvider::builder(&role.role_arn).session_name(SESSION_NAME).configure(&config.build());
    if let Some(external_id) = &role.external_id {
        taking_on = taking_on.external_id(external_id);
    }
    SharedCredentialsProvider::new(taking_on.build_from_provider(base).await)
}

fn base(settings: &AwsSettings, config: &SdkConfig) -> CredentialsProviderChain {
    let mut provider_config = ProviderConfig::empty()
        .with_region(config.region().cloned())
        .with_use_fips(Some(settings.endpoints == Endpoints::Fips))
        .with_behavior_version(config.behavior_version())
        .with_retry_config(RetryConfig::disabled())
        .with_timeout_config(timeouts(CREDENTIALS_TIMEOUT));
    if let Some(http) = config.http_client() {
        provider_config = provider_config.with_http_client(http);
    }
    if let Some(sleep) = config.sleep_impl() {
        provider_config = provider_config.with_sleep_impl(sleep);
    }
    let mut profile = ProfileFileCredentialsProvider::builder()
        .configure(&provider_config)
        .with_custom_provider("Ec2InstanceMetadata", Unavailable)
        .with_custom_provider("EcsContainer", Unavailable);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&provider_config).build();
    if settings.profile.is_some() {
        // A profile named in the settings is meant; keys that lie about in the environment are not.
        return CredentialsProviderChain::first_try("Profile", profile.build());
    }
    CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
        .or_else("Profile", profile.build())
        .or_else("WebIdentityToken", web_identity)
}
