//! Which hosts may be spoken to.

use http::Uri;
use http::uri::Scheme;

/// Domains that belong to Amazon Web Services
/// (<https://docs.aws.amazon.com/general/latest/gr/rande.html>, checked 2026-11-24).
const SERVICE_DOMAINS: [&str; 4] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws"];

/// Endpoints of the settings, and the services' own domains.
#[derive(Debug, Clone)]
pub(crate) struct Destinations {
    own: Vec<(Scheme, String, Option<u16>)>,
}

/// An endpoint in the settings or in the environment cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is no absolute http(s) URL without path, query and user.
    #[error("not an http or https URL of a host alone")]
    Malformed,
    /// Plain http would show events to the network.
    #[error("plain http is for loopback addresses only")]
    PlainHttp,
}

/// A request was about to leave for a host that is not allowed.
#[derive(Debug, thiserror::Error)]
#[error("a request to a host outside the allowed endpoints was refused")]
pub(crate) struct Refused;

impl Destinations {
    /// Allows the services' own domains and these endpoints.
    pub(crate) fn new<'a>(endpoints: impl IntoIterator<Item = &'a str>) -> Result<Self, EndpointError> {
        let own = endpoints.into_iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self { own })
    }

    /// Says whether a request may leave for `uri`.
    pub(crate) fn check(&self, uri: &Uri) -> Result<(), Refused> {
        let (Some(scheme), Some(host)) = (uri.scheme(), uri.host()) else { return Err(Refused) };
        let host = host.to_ascii_lowercase();
        let own = self.own.iter().any(|(s, h, port)| s == scheme && *h == host && *port == uri.port_u16());
        let service = *scheme == Scheme::HTTPS && uri.port_u16().is_none_or(|port| port == 443);
        if own || (service && SERVICE_DOMAINS.iter().any(|domain| host.ends_with(domain))) {
            Ok(())
        } else {
            Err(Refused)
        }
    }
}

fn parse(endpoint: &str) -> Result<(Scheme, String, Option<u16>), EndpointError> {
    let uri: Uri = endpoint.parse().map_err(|_| EndpointError::Malformed)?;
    let parts = (uri.scheme(), uri.host(), uri.authority());
    let (Some(scheme), Some(host), Some(authority)) = parts else { return Err(EndpointError::Malformed) };
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(EndpointError::Malformed);
    }
    if *scheme != Scheme::HTTPS && *scheme != Scheme::HTTP {
        return Err(EndpointError::Malformed);
    }
    if *scheme == Scheme::HTTP && !is_loopback(host) {
        return Err(EndpointError::PlainHttp);
    }
    Ok((scheme.clone(), host.to_ascii_lowercase(), uri.port_u16()))
}

/// Says whether a host of a URL is this machine, by what it says and not by asking a name server.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Says whether an endpoint is on this machine.
pub(super) fn is_of_this_machine(endpoint: &str) -> bool {
    endpoint.parse::<Uri>().is_ok_and(|uri| uri.host().is_some_and(is_loopback))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(endpoints: &[&str], uri: &str) -> Result<bool, Box<dyn std::error::Error>> {
        let destinations = Destinations::new(endpoints.iter().copied())?;
        Ok(destinations.check(&uri.parse()?).is_ok())
    }

    #[test]
    fn only_services_and_own_endpoints_are_reached() -> Result<(), Box<dyn std::error::Error>> {
        assert!(check(&[], "https://firehose.eu-central-1.amazonaws.com/")?);
        assert!(check(&[], "https://firehose-fips.us-east-1.api.aws/")?);
        assert!(!check(&[], "http://firehose.eu-central-1.amazonaws.com/")?);
        assert!(!check(&[], "https://firehose.eu-central-1.amazonaws.com.example.org/")?);
        assert!(!check(&[], "https://amazonaws.com.evil.example/")?);
        assert!(!check(&[], "http://169.254.169.254/latest/meta-data/")?);
        assert!(!check(&[], "http://127.0.0.1:4000/")?);
        assert!(check(&["http://127.0.0.1:4000"], "http://127.0.0.1:4000/")?);
        assert!(!check(&["http://127.0.0.1:4000"], "http://127.0.0.1:4001/")?);
        assert!(check(&["https://logs.example.org/"], "https://LOGS.example.org/")?);
        Ok(())
    }

    #[test]
    fn plain_http_is_for_loopback_alone() {
        assert!(Destinations::new(["http://[::1]:8080", "http://localhost:1"]).is_ok());
        assert!(matches!(Destinations::new(["http://10.0.0.1"]), Err(EndpointError::PlainHttp)));
        assert!(matches!(Destinations::new(["http://localhost.example.org"]), Err(EndpointError::PlainHttp)));
        for malformed in ["", "localhost:80", "ftp://h", "https://h/path", "https://h/?q", "https://u@h", "https://"] {
            assert!(matches!(Destinations::new([malformed]), Err(EndpointError::Malformed)), "{malformed}");
        }
    }
}
