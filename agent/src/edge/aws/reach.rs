//! A request without a signature: whether a service is reached at all, and what its clock shows.
//!
//! Promises: nothing of the machine, its user or its credentials is in the request.

use std::time::SystemTime;

use aws_sdk_firehose::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;
use http::{Request, Uri};

use super::http::proxy_for;
use super::{Aws, CREDENTIALS_TIMEOUT, Endpoints};

/// How a service was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// By a proxy that the environment names.
    pub by_proxy: bool,
    /// Seconds by which this machine's clock is ahead of the service's; `None` where the answer tells no time.
    pub ahead_s: Option<i64>,
}

impl Aws {
    /// Asks the stream's service for nothing. Any answer will do, also one that refuses; `None` when none came in time.
    pub(crate) async fn ask_for_nothing(&self) -> Option<Result<HttpResponse, ConnectorError>> {
        let request = Request::get(self.endpoint().await?).body(SdkBody::empty()).ok()?;
        let request = HttpRequest::try_from(request).ok()?;
        tokio::time::timeout(CREDENTIALS_TIMEOUT, self.connector.call(request)).await.ok()
    }

    /// What an answer tells of the way and of the clocks, by this machine's time.
    pub(crate) async fn reached(&self, answer: &HttpResponse, here: SystemTime) -> Reached {
        let by_proxy = self.endpoint().await.is_some_and(|uri| proxy_for(&self.proxies, &uri).is_some());
        Reached { by_proxy, ahead_s: ahead_s(answer.headers().get("date"), here) }
    }

    async fn endpoint(&self) -> Option<Uri> {
        if let Some(own) = &self.settings.endpoint_url {
            return own.parse().ok();
        }
        let fips = self.settings.endpoints == Endpoints::Fips;
        let params = Params::builder().region(self.settings.region.clone()).use_fips(fips).build().ok()?;
        DefaultResolver::new().resolve_endpoint(&params).await.ok()?.url().parse().ok()
    }
}

/// A `Date` is exact to a second.
fn ahead_s(date: Option<&str>, here: SystemTime) -> Option<i64> {
    let there = DateTime::from_str(date?, Format::HttpDate).ok()?;
    Some(DateTime::from(here).secs().saturating_sub(there.secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_clocks_are_compared_both_ways() {
        let here = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let ahead = |date| ahead_s(date, here);
        assert_eq!(ahead(Some("Thu, 01 Jan 2026 00:00:00 GMT")), Some(0));
        assert_eq!(ahead(Some("Wed, 31 Dec 2025 23:50:00 GMT")), Some(600));
        assert_eq!(ahead(Some("Thu, 01 Jan 2026 01:00:00 GMT")), Some(-3600));
        assert_eq!(ahead(Some("yesterday")), None);
        assert_eq!(ahead(None), None);
    }
}
