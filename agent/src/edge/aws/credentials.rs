//! Where credentials come from: the environment, a profile (keys, single sign-on, `credential_process`, web identity,
//! role chains), a web identity of the environment; then a role of the settings.
//!
//! Instance and container metadata services are left out: on a laptop nothing good answers there. A profile that
//! names them gets an error. Nothing is cached here beyond what the SDK keeps for one client, so that a login heals by
//! making a new client.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::Client;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use std::ffi::OsString;
use std::path::Path;
use std::time::SystemTime;

use super::{AssumeRole, AwsSettings, CREDENTIALS_TIMEOUT, Endpoints, timeouts};

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

/// The role of the settings, taken on with other credentials. The SDK has a provider for it, too, which can load settings from
/// everywhere: a tenth of a megabyte that nothing here may use.
#[derive(Debug)]
struct TakenOn {
    client: Client,
    role: AssumeRole,
}

impl TakenOn {
    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let asking = self.client.assume_role().role_session_name(SESSION_NAME).role_arn(&self.role.role_arn);
        let asking = asking.set_external_id(self.role.external_id.clone());
        let answer = asking.send().await.map_err(CredentialsError::provider_error)?;
        let given = answer.credentials.ok_or_else(|| CredentialsError::unhandled("no credentials in the answer"))?;
        let until = SystemTime::try_from(given.expiration).map_err(CredentialsError::unhandled)?;
        let (id, secret, token) = (given.access_key_id, given.secret_access_key, given.session_token);
        Ok(Credentials::new(id, secret, Some(token), Some(until), "AssumeRole"))
    }
}

impl ProvideCredentials for TakenOn {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.ask())
    }
}

/// A role, taken on by this client of the token service; asks nobody yet.
pub(super) fn taken_on(client: Client, role: AssumeRole) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(TakenOn { client, role })
}

/// Makes the chain anew; asks nobody yet.
pub(super) fn found(settings: &AwsSettings, http: SharedHttpClient) -> SharedCredentialsProvider {
    let provider_config = ProviderConfig::empty()
        .with_region(Some(Region::new(settings.region.clone())))
        .with_use_fips(Some(settings.endpoints == Endpoints::Fips))
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_retry_config(RetryConfig::disabled())
        .with_timeout_config(timeouts(CREDENTIALS_TIMEOUT))
        .with_http_client(http)
        .with_sleep_impl(TokioSleep::new());
    let mut profile = ProfileFileCredentialsProvider::builder()
        .configure(&provider_config)
        .with_custom_provider("Ec2InstanceMetadata", Unavailable)
        .with_custom_provider("EcsContainer", Unavailable);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&provider_config).build();
    SharedCredentialsProvider::new(if settings.profile.is_some() {
        // A profile named in the settings is meant; keys that lie about in the environment are not.
        CredentialsProviderChain::first_try("Profile", profile.build())
    } else {
        CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("Profile", profile.build())
            .or_else("WebIdentityToken", web_identity)
    })
}

/// A source of credentials that somebody has set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Keys in this process's environment, which is not that of a service.
    Environment,
    /// A profile of AWS's settings files.
    Profile,
    /// A web identity of the environment.
    WebIdentity,
}

/// Settings each of which makes a profile a source of ours
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>, checked 2026-11-27).
const SOURCES: [&str; 6] =
    ["aws_access_key_id", "credential_process", "role_arn", "sso_account_id", "sso_session", "sso_start_url"];

impl Source {
    /// Looks for the first source that the chain would ask. Names of settings alone are looked at, no value is kept; whether
    /// the source would give credentials is not known by that.
    pub fn find(profile: Option<&str>, home: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        if profile.is_none() && variable("AWS_ACCESS_KEY_ID").is_some() && variable("AWS_SECRET_ACCESS_KEY").is_some() {
            return Some(Self::Environment);
        }
        let named = variable("AWS_PROFILE").and_then(|name| name.into_string().ok());
        let profile = profile.or(named.as_deref()).unwrap_or("default");
        let has_source = |set: &str, usual: &str| {
            let path = variable(set).map_or_else(|| home.join(usual), Into::into);
            std::fs::read(path).is_ok_and(|bytes| names_a_source(&String::from_utf8_lossy(&bytes), profile))
        };
        if has_source("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials") || has_source("AWS_CONFIG_FILE", ".aws/config")
        {
            return Some(Self::Profile);
        }
        let web = variable("AWS_WEB_IDENTITY_TOKEN_FILE").is_some() && variable("AWS_ROLE_ARN").is_some();
        web.then_some(Self::WebIdentity)
    }
}

/// Whether a profile's section of a settings file holds a setting that makes it a source.
fn names_a_source(text: &str, profile: &str) -> bool {
    let mut inside = false;
    text.lines().any(|line| {
        if let Some(section) = line.trim_end().strip_prefix('[') {
            let section = section.split(']').next().unwrap_or_default().trim();
            let name = section.strip_prefix("profile").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(section);
            inside = name.trim() == profile;
        }
        // Indented lines belong to a setting that has parts.
        inside && line.split_once('=').is_some_and(|(key, _)| SOURCES.contains(&key.trim_end()))
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    fn source(profile: Option<&str>, files: &[(&str, &str)], variables: &[(&str, &str)]) -> Option<Source> {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        for (name, text) in files {
            std::fs::write(home.path().join(name), text).unwrap();
        }
        Source::find(profile, home.path(), |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn a_source_that_is_set_up_is_found_in_the_order_of_the_chain() {
        let keys = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "y")];
        let sso = (".aws/config", "[default]\nregion = eu-central-1\n[profile work]\nsso_session = w\n");
        assert_eq!(source(None, &[], &[]), None);
        assert_eq!(source(None, &[sso], &keys), Some(Source::Environment));
        assert_eq!(source(Some("work"), &[sso], &keys), Some(Source::Profile), "keys that lie about are not meant");
        assert_eq!(source(Some("play"), &[sso], &keys), None);
        assert_eq!(source(None, &[sso], &[]), None, "a region is no source");
        assert_eq!(source(None, &[sso], &[("AWS_PROFILE", "work")]), Some(Source::Profile));
        let shared = (".aws/credentials", "[default]\naws_access_key_id=x\n");
        assert_eq!(source(None, &[shared], &keys[..1]), Some(Source::Profile));
        assert_eq!(source(None, &[(".aws/config", "[default]\ns3 =\n  role_arn = x\n")], &[]), None);
        let web = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "r")];
        assert_eq!(source(None, &[], &web), Some(Source::WebIdentity));
        assert_eq!(source(None, &[], &[web[0], ("AWS_ROLE_ARN", "")]), None);
    }
}
