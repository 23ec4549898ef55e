//! One server that is not AWS, and nothing else: no redirect is followed. What is said to it stands in no message.

use std::time::Duration;

use agent::cli::hinted;
use agent::edge::aws::http_connector;
use anyhow::Context as _;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http::Uri;
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::cli::Context;
use crate::cli::deploy::one_line;

/// An answer of a dashboards' server is small; a login page in its place may be anything.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// An import is slow.
const TIMEOUT: Duration = Duration::from_secs(120);
/// What is shown of what a server says to people.
const SAID_CHARS_MAX: usize = 500;

/// A server.
pub(super) struct Site {
    /// Where it is, without a slash at the end.
    base: String,
    http: SharedHttpConnector,
}

/// What it answered.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) cookies: Vec<String>,
    body: Vec<u8>,
}

impl Said {
    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A text within an answer in JSON.
    pub(super) fn text(&self, pointer: &str) -> Option<String> {
        self.json()?.pointer(pointer)?.as_str().map(str::to_owned)
    }

    /// What it says to people: the message of an answer in JSON, else its status alone.
    pub(super) fn message(&self) -> String {
        let told = self.json().and_then(|json| {
            let told = json.get("message").or_else(|| json.get("errors"))?;
            Some(told.as_str().map_or_else(|| told.to_string(), str::to_owned))
        });
        let Some(told) = told else { return format!("HTTP {}", self.status) };
        let short: String = one_line(&told).chars().take(SAID_CHARS_MAX).collect();
        format!("HTTP {}: {short}", self.status)
    }
}

impl Site {
    /// Takes https, and http to this machine. Connects to nothing.
    pub(super) fn new(context: &Context, url: &str) -> anyhow::Result<Self> {
        let unfit = || hinted("the server's address cannot be used", "an address such as https://grafana.example.com");
        let uri: Uri = url.parse().map_err(|_| unfit())?;
        let (Some(scheme), Some(authority), None) = (uri.scheme_str(), uri.authority(), uri.query()) else {
            return Err(unfit());
        };
        let origin = format!("{scheme}://{authority}");
        let bundle = context.global.ca_bundle.as_deref();
        let http = http_connector([origin.as_str()], bundle, ANSWER_BYTES_MAX).map_err(|error| {
            let why = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
            hinted(format!("{error}{why}"), "https://HOST, or http://localhost:PORT; no user and no password in it")
        })?;
        Ok(Self { base: format!("{origin}{}", uri.path().trim_end_matches('/')), http })
    }

    /// Its address.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Says something to it, once.
    pub(super) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> anyhow::Result<Said> {
        let url = format!("{}{path}", self.base);
        let mut request = http::Request::builder().method(method).uri(&url).header("accept", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        // A token with a line break in it is no header; its text stays out of the message.
        let request = request.body(SdkBody::from(body)).ok().context("the request cannot be put together")?;
        let request = HttpRequest::try_from(request).ok().context("the request cannot be put together")?;
        let exchange = async {
            let response = self.http.call(request).await.map_err(anyhow::Error::from)?;
            let status = response.status().as_u16();
            let set = response.headers().iter().filter(|(name, _)| *name == "set-cookie");
            let cookies = set.filter_map(|(_, value)| value.split(';').next()).map(str::to_owned).collect();
            let body = response.into_body().collect().await.map_err(anyhow::Error::from_boxed)?.to_bytes().to_vec();
            Ok(Said { status, cookies, body })
        };
        let said = tokio::time::timeout(TIMEOUT, exchange).await.map_err(anyhow::Error::from).and_then(|said| said);
        said.map_err(|error| {
            hinted(
                format!("{} does not answer: {error:#}", self.base),
                "look at the address, HTTPS_PROXY and --ca-bundle",
            )
        })
    }

    /// Says something in JSON.
    pub(super) async fn post(
        &self,
        path: &str,
        headers: &[(&'static str, String)],
        body: &Value,
    ) -> anyhow::Result<Said> {
        let own = ("content-type", "application/json".to_owned());
        let headers: Vec<_> = headers.iter().cloned().chain([own]).collect();
        self.call("POST", path, &headers, body.to_string().into_bytes()).await
    }
}

/// A secret of the environment.
pub(super) fn secret(name: &str) -> anyhow::Result<String> {
    let missing = || hinted(format!("{name} is not set"), format!("put it into the environment as {name}"));
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).ok_or_else(missing)
}
