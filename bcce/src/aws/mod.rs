//! The edge to Amazon Web Services: signed calls, in the three protocols that its services speak.
//!
//! Promises: nothing is sent to a host outside the services' own domains and the endpoint of the command line; each call is tried
//! again where that can help, and no more than [`TRIES`] times; an error says which call failed and what the service said.
//!
//! Left out on purpose: decisions. Which calls make a deployment or evidence stands in the modules that use this.
//! Start at [`Session::new`].

pub mod athena;
pub mod cloudformation;
mod error;
pub mod sts;
mod xml;

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use agent::edge::aws::http_connector;
use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

pub use error::{AwsError, CallError};
pub use xml::Xml;

/// How often one call is tried.
const TRIES: u32 = 5;
/// Before the second try; doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// One try.
const TRY_TIMEOUT: Duration = Duration::from_secs(120);
/// One try of S3, whose answer may be a file of the lake over a slow line.
const FILE_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// The longest answer: a file of the lake, which Firehose closes at 128 MiB before compression.
const ANSWER_BYTES_MAX: usize = 512 * 1024 * 1024;

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What the command line says about Amazon Web Services.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The region; by default that of the environment or of the profile.
    pub region: Option<String>,
    /// The profile; by default `AWS_PROFILE`, else `default`.
    pub profile: Option<String>,
    /// An endpoint in place of the services' own, for an emulator or a proxy. Plain http on loopback only.
    pub endpoint_url: Option<String>,
    /// Further certificate authorities; by default `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
}

/// Calls in one region, as one identity.
#[derive(Clone)]
pub struct Session {
    region: String,
    endpoint: Option<String>,
    http: SharedHttpConnector,
    credentials: SharedCredentialsProvider,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// An answer of S3.
#[derive(Debug)]
pub struct Answer {
    /// The answer's headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One request, before it is signed.
struct Call<'a> {
    service: &'static str,
    /// What is called, for messages.
    action: &'a str,
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Session {
    /// Finds region and credentials. Asks no service yet, but a profile may name a program or a login to be asked.
    ///
    /// # Errors
    /// When no region is known, or the endpoint or the certificate authorities cannot be used.
    pub async fn new(settings: &Settings) -> Result<Self, AwsError> {
        let http = http_connector(settings.endpoint_url.as_deref(), settings.ca_bundle.as_deref(), ANSWER_BYTES_MAX)
            .map_err(AwsError::Settings)?;
        let connector = http.clone();
        let provider = ProviderConfig::default()
            .with_http_client(http_client_fn(move |_, _| connector.clone()))
            .with_sleep_impl(TokioSleep::new())
            .with_region(settings.region.clone().map(Region::new));
        let region = match &settings.region {
            Some(region) => region.clone(),
            None => known_region(&provider, settings).await.ok_or(AwsError::NoRegion)?.to_string(),
        };
        if region.is_empty() || !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(AwsError::Region(region));
        }
        let provider = provider.with_region(Some(Region::new(region.clone())));
        let mut credentials = DefaultCredentialsChain::builder().configure(provider);
        if let Some(profile) = &settings.profile {
            credentials = credentials.profile_name(profile);
        }
        let endpoint = settings.endpoint_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self { region, endpoint, http, credentials: SharedCredentialsProvider::new(credentials.build().await) })
    }

    /// The region in which calls are made.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The same identity in another region.
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    /// Where a service listens. IAM, and nothing else that is called here, has one place for all regions.
    fn host(&self, service: &str) -> String {
        let suffix = if self.region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        match (&self.endpoint, service) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, "iam") if self.region.starts_with("cn-") => "https://iam.cn-north-1.amazonaws.com.cn".to_owned(),
            (None, "iam") if self.region.starts_with("us-gov-") => "https://iam.us-gov.amazonaws.com".to_owned(),
            (None, "iam") => format!("https://iam.{suffix}"),
            // The service's name for signing is not its name for hosts.
            (None, service) => format!("https://{service}.{}.{suffix}", self.region),
        }
    }

    /// Calls a service that speaks JSON: `target` is `Prefix_Version.Action` as the service's API reference names it.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn json(&self, service: &'static str, target: &str, body: &Value) -> Result<Value, CallError> {
        let action = target.rsplit_once('.').map_or(target, |(_, action)| action);
        let call = Call {
            service,
            action,
            method: "POST",
            url: format!("{}/", self.host(service)),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target", target.to_owned()),
            ],
            body: body.to_string().into_bytes(),
        };
        let answer = self.send(&call).await?;
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|_| call.malformed())
    }

    /// Calls a service that takes forms and answers in XML.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn query(
        &self,
        service: &'static str,
        version: &str,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<Xml, CallError> {
        let own = [("Action".to_owned(), action.to_owned()), ("Version".to_owned(), version.to_owned())];
        let form: Vec<String> =
            own.iter().chain(parameters).map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let call = Call {
            service,
            action,
            method: "POST",
            url: format!("{}/", self.host(service)),
            headers: vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())],
            body: form.join("&").into_bytes(),
        };
        let answer = self.send(&call).await?;
        Xml::parse(&answer.body).ok_or_else(|| call.malformed())
    }

    /// Calls S3. `key` may be empty, for the bucket itself; `query` is name and value, the value empty for a bare name.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn s3(
        &self,
        method: &'static str,
        action: &str,
        (bucket, key): (&str, &str),
        query: &[(&str, &str)],
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    ) -> Result<Answer, CallError> {
        let mut pairs: Vec<_> =
            query.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        pairs.sort();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let url = format!("{}{query}", self.object_url(bucket, key));
        self.send(&Call { service: "s3", action, method, url, headers, body }).await
    }

    /// Where an object of S3 lies.
    pub fn object_url(&self, bucket: &str, key: &str) -> String {
        let path: Vec<String> = key.split('/').map(escaped).collect();
        let host = match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/{bucket}"),
            None => self.host("s3").replacen("https://", &format!("https://{bucket}."), 1),
        };
        format!("{host}/{}", path.join("/"))
    }

    /// Sends a call until it is answered for good.
    async fn send(&self, call: &Call<'_>) -> Result<Answer, CallError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match self.send_once(call).await {
                Err(error) if error.may_heal() => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                ended => return ended,
            }
        }
        self.send_once(call).await
    }

    async fn send_once(&self, call: &Call<'_>) -> Result<Answer, CallError> {
        let request = self.signed(call).await?;
        let unreachable = |source: Box<dyn std::error::Error + Send + Sync>| call.unreachable(source);
        let exchange = async {
            let response = self.http.call(request).await.map_err(|error| unreachable(error.into()))?;
            let status = response.status().as_u16();
            let headers = response.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let body = response.into_body().collect().await.map_err(unreachable)?;
            Ok((status, Answer { headers, body: body.to_bytes().to_vec() }))
        };
        let limit = if call.service == "s3" { FILE_TIMEOUT } else { TRY_TIMEOUT };
        let timed = tokio::time::timeout(limit, exchange).await;
        let (status, answer) = timed.map_err(|elapsed| call.unreachable(elapsed.into()))??;
        if (200..300).contains(&status) { Ok(answer) } else { Err(call.refused(status, &answer)) }
    }

    async fn signed(&self, call: &Call<'_>) -> Result<HttpRequest, CallError> {
        let credentials = self.credentials.provide_credentials().await.map_err(CallError::NoCredentials)?;
        let identity = credentials.into();
        let mut settings = SigningSettings::default();
        if call.service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        // IAM is signed for the one region of its partition, whatever region asks.
        let region = match (call.service, self.region.as_str()) {
            ("iam", region) if region.starts_with("cn-") => "cn-north-1",
            ("iam", region) if region.starts_with("us-gov-") => "us-gov-west-1",
            ("iam", _) => "us-east-1",
            (_, region) => region,
        };
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(call.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|_| call.malformed())?
            .into();
        let headers = call.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let signable = SignableRequest::new(call.method, call.url.as_str(), headers, SignableBody::Bytes(&call.body))
            .map_err(|_| call.malformed())?;
        let (instructions, _) = sign(signable, &parameters).map_err(|_| call.malformed())?.into_parts();
        let mut request = http::Request::builder().method(call.method).uri(&call.url);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(SdkBody::from(call.body.clone())).map_err(|_| call.malformed())?;
        instructions.apply_to_request_http1x(&mut request);
        HttpRequest::try_from(request).map_err(|_| call.malformed())
    }
}

/// The region of the environment, else of the profile.
async fn known_region(provider: &ProviderConfig, settings: &Settings) -> Option<Region> {
    let mut profile = ProfileFileRegionProvider::builder().configure(provider);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else(profile.build()).region().await
}

/// Text with everything but RFC 3986's unreserved characters escaped, as signatures want it.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}
