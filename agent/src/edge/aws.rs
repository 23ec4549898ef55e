//! How we talk to Amazon Web Services: one HTTP client, one source of credentials, no surprises from the environment.
//!
//! Promises: nothing is sent to a host that [`Destinations`] does not name, so that an `AWS_ENDPOINT_URL*` of the
//! environment or of a profile cannot redirect events or credentials; TLS 1.3 only; no request to an instance metadata
//! service; the region is the one of the settings.
//!
//! Start at [`Aws::new`], which checks the settings, and [`Aws::firehose_with`].

mod credentials;
mod destination;
mod http;
mod reach;
mod trust;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_firehose::Client;
use aws_sdk_firehose::config::{IdentityCache, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use hyper_util::client::proxy::matcher::Matcher;

pub use credentials::Source;
pub use destination::EndpointError;
pub(crate) use destination::{Destinations, Refused};
pub(crate) use http::ProxyRefused;
pub use reach::Reached;
pub use trust::{TrustError, check_bundle};

/// One request for credentials.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(15);

/// What the settings say about Amazon Web Services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsSettings {
    /// The region of the streams, such as `eu-central-1`.
    pub region: String,
    /// The regions that a policy allows; empty when it says nothing.
    pub allowed_regions: Vec<String>,
    /// The endpoint of the service in place of the region's own (PrivateLink, an emulator). Plain http on loopback only.
    /// `AWS_ENDPOINT_URL` and its kind are never read.
    pub endpoint_url: Option<String>,
    /// The same for the token service, which is asked for `assume_role` and by `doctor --probe`.
    pub sts_endpoint_url: Option<String>,
    /// Which of the region's own endpoints is used.
    pub endpoints: Endpoints,
    /// The profile of `~/.aws/config`; by default `AWS_PROFILE`, else `default`.
    pub profile: Option<String>,
    /// A role to take on with the credentials found.
    pub assume_role: Option<AssumeRole>,
    /// A PEM file of further certificate authorities; by default `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
    /// How long one call may take, credentials included: 30 s.
    pub operation_timeout: Duration,
}

/// Which endpoints of a region are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Endpoints {
    /// The usual ones.
    #[default]
    Standard,
    /// Those whose servers use validated cryptography. Our own side stays what it is.
    Fips,
}

/// A role to take on.
#[derive(Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// The external id that the role asks for, if it does.
    pub external_id: Option<String>,
}

impl fmt::Debug for AssumeRole {
    /// Without the external id, which its owner gives to whom it trusts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRole").field("role_arn", &self.role_arn).finish_non_exhaustive()
    }
}

impl AwsSettings {
    /// Settings of a region with everything else as it is by default.
    pub fn for_region(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            allowed_regions: Vec::new(),
            endpoint_url: None,
            sts_endpoint_url: None,
            endpoints: Endpoints::Standard,
            profile: None,
            assume_role: None,
            ca_bundle: None,
            operation_timeout: Duration::from_secs(30),
        }
    }

    /// The endpoint of the token service; `None` is the region's own. Emulators keep it at the endpoint of everything else, AWS does
    /// not (decision 14).
    fn token_service(&self) -> Option<String> {
        let emulator = self.endpoint_url.as_ref().filter(|url| destination::is_of_this_machine(url));
        self.sts_endpoint_url.as_ref().or(emulator).cloned()
    }
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// The region's name is not one.
    #[error("\"{0}\" is not the name of a region")]
    Region(String),
    /// The policy allows other regions only.
    #[error("region {0} is not among the allowed regions")]
    RegionForbidden(String),
    /// An endpoint cannot be used.
    #[error("cannot use the endpoint")]
    Endpoint(#[from] EndpointError),
    /// The certificate authorities cannot be used.
    #[error("cannot use the certificate authorities")]
    Trust(#[from] TrustError),
}

/// Makes what sends requests as the agent's own HTTP client does, for another program: it reaches the services' domains and these
/// endpoints, and reads answers of so many bytes at most. Connects to nothing.
///
/// No client: those are asked for a connector with all the parts of an SDK's operation at hand, which who makes none has not.
///
/// # Errors
/// When an endpoint or the certificate authorities cannot be used.
pub fn http_connector<'a>(
    endpoints: impl IntoIterator<Item = &'a str>,
    ca_bundle: Option<&Path>,
    answer_bytes_max: usize,
) -> Result<SharedHttpConnector, AwsError> {
    let roots = trust::roots(ca_bundle)?;
    Ok(http::connector(Destinations::new(endpoints)?, roots, Arc::new(Matcher::from_env()), answer_bytes_max)?)
}

/// Checked settings and the one HTTP client.
pub(crate) struct Aws {
    settings: AwsSettings,
    connector: SharedHttpConnector,
    proxies: Arc<Matcher>,
}

impl Aws {
    /// Checks the settings, reads the certificate authorities and makes the HTTP client. Connects to nothing.
    pub(crate) fn new(settings: AwsSettings) -> Result<Self, AwsError> {
        Self::behind(Matcher::from_env(), settings)
    }

    /// As [`Aws::new`], with these proxies in place of those of the environment.
    pub(crate) fn behind(proxies: Matcher, settings: AwsSettings) -> Result<Self, AwsError> {
        let region = &settings.region;
        if region.is_empty() || !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(AwsError::Region(region.clone()));
        }
        if !settings.allowed_regions.is_empty() && !settings.allowed_regions.contains(region) {
            return Err(AwsError::RegionForbidden(region.clone()));
        }
        let own = [&settings.endpoint_url, &settings.sts_endpoint_url];
        let destinations = Destinations::new(own.into_iter().flatten().map(String::as_str))?;
        let roots = trust::roots(settings.ca_bundle.as_deref())?;
        let proxies = Arc::new(proxies);
        let connector = http::connector(destinations, roots, Arc::clone(&proxies), http::ANSWER_BYTES_MAX)?;
        Ok(Self { settings, connector, proxies })
    }

    /// The credentials that the settings name, to be looked up anew.
    pub(crate) fn credentials(&self) -> SharedCredentialsProvider {
        let found = credentials::found(&self.settings, self.http());
        match &self.settings.assume_role {
            Some(role) => credentials::taken_on(self.sts_with(found), role.clone()),
            None => found,
        }
    }

    /// Makes a client of the token service with these credentials.
    pub(crate) fn sts_with(&self, credentials: SharedCredentialsProvider) -> aws_sdk_sts::Client {
        let mut config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.settings.region.clone()))
            .use_fips(self.settings.endpoints == Endpoints::Fips)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts(self.settings.operation_timeout))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .identity_cache(IdentityCache::lazy().load_timeout(CREDENTIALS_TIMEOUT).build())
            .sleep_impl(TokioSleep::new())
            .time_source(SystemTimeSource::new())
            .http_client(self.http())
            .credentials_provider(credentials);
        config.set_endpoint_url(self.settings.token_service());
        config.set_app_name(AppName::new("bcce-agent").ok());
        aws_sdk_sts::Client::from_conf(config.build())
    }

    /// Makes a client of the stream's service.
    pub(crate) fn firehose_with(&self, credentials: SharedCredentialsProvider) -> Client {
        // Not made from an `SdkConfig` that was loaded: only that looks into the environment for endpoints.
        let mut config = aws_sdk_firehose::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.settings.region.clone()))
            .use_fips(self.settings.endpoints == Endpoints::Fips)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts(self.settings.operation_timeout))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .disable_clock_skew_correction(false)
            .identity_cache(IdentityCache::lazy().load_timeout(CREDENTIALS_TIMEOUT).build())
            .sleep_impl(TokioSleep::new())
            .time_source(SystemTimeSource::new())
            .http_client(self.http())
            .credentials_provider(credentials);
        config.set_endpoint_url(self.settings.endpoint_url.clone());
        config.set_app_name(AppName::new("bcce-agent").ok());
        Client::from_conf(config.build())
    }

    fn http(&self) -> SharedHttpClient {
        let connector = self.connector.clone();
        http_client_fn(move |_, _| connector.clone())
    }
}

/// The connector has its own limit for connecting, which counts name, proxy and TLS together.
fn timeouts(operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_timeout(operation).disable_connect_timeout().disable_read_timeout().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_service_is_asked_at_the_endpoint_of_an_emulator_and_nowhere_else_but_at_its_own() {
        let asked = |endpoint: &str, own: Option<&str>| {
            let (endpoint_url, sts_endpoint_url) = (Some(endpoint.to_owned()), own.map(str::to_owned));
            AwsSettings { endpoint_url, sts_endpoint_url, ..AwsSettings::for_region("eu-central-1") }.token_service()
        };
        let (emulator, private) = ("http://127.0.0.1:4566", "https://vpce-1.firehose.eu-central-1.vpce.amazonaws.com");
        assert_eq!(asked(emulator, None).as_deref(), Some(emulator));
        assert_eq!(asked(private, None), None);
        assert_eq!(asked(emulator, Some("http://[::1]:5")).as_deref(), Some("http://[::1]:5"));
        assert_eq!(AwsSettings::for_region("eu-central-1").token_service(), None);
    }

    #[test]
    fn an_external_id_is_not_shown() {
        let external_id = Some("given-to-whom-it-trusts".to_owned());
        let role = AssumeRole { role_arn: "arn:aws:iam::123456789012:role/put".to_owned(), external_id };
        let settings = AwsSettings { assume_role: Some(role.clone()), ..AwsSettings::for_region("eu-central-1") };
        let aws = Aws::new(settings.clone()).map(|aws| aws.credentials());
        for shown in [format!("{role:?}"), format!("{settings:?}"), format!("{aws:?}")] {
            assert!(shown.contains("role/put") && !shown.contains("given-to"), "{shown}");
        }
    }
}
