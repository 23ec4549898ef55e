//! The one HTTP client: HTTP/1.1 over TLS 1.3, through a proxy where the environment names one.
//!
//! The SDK's own client offers TLS 1.2 as well and has no public way to forbid it, so the connector is put together
//! here from the same parts (hyper, rustls with ring). Proxies are those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`
//! and `NO_PROXY`, in either case; a proxy sees a `CONNECT` and encrypted bytes. Loopback is never reached by proxy.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http::Uri;
use http_body_util::Limited;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tower_service::Service;

use super::destination::{Destinations, is_loopback};
use super::trust::TrustError;

/// Name, address, proxy and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections kept for a host: one is all that one call at a time needs.
const IDLE_CONNECTIONS_MAX: usize = 1;
/// How long an idle connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest answer that the agent reads; those of its services are below 200 KB, those of a login page may be anything.
pub(super) const ANSWER_BYTES_MAX: usize = 1024 * 1024;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// The proxy could be reached and did not let us through.
#[derive(Debug, thiserror::Error)]
#[error("the proxy refused the tunnel")]
pub(crate) struct ProxyRefused(#[source] BoxError);

/// Only http and https proxies are spoken to.
#[derive(Debug, thiserror::Error)]
#[error("the proxy is neither http nor https")]
struct UnknownProxy;

/// Connecting took longer than allowed.
#[derive(Debug, thiserror::Error)]
#[error("connecting took too long")]
struct ConnectTimeout;

/// Makes what sends requests for the client. Connects to nothing.
pub(super) fn connector(
    destinations: Destinations,
    roots: RootCertStore,
    proxies: Arc<Matcher>,
    answer_bytes_max: usize,
) -> Result<SharedHttpConnector, TrustError> {
    let tls = Arc::new(tls_config(roots)?);
    let mut tcp = TcpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let to_proxy = HttpsConnector::from((tcp.clone(), Arc::clone(&tls)));
    let dial = Dial { tcp, to_proxy, proxies };
    let connect = Deadline { inner: HttpsConnector::from((dial, tls)), after: CONNECT_TIMEOUT };
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .build(connect);
    Ok(SharedHttpConnector::new(Connector { client, destinations, answer_bytes_max }))
}

fn tls_config(roots: RootCertStore) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TrustError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// What the SDK calls.
struct Connector {
    client: Client<Deadline<HttpsConnector<Dial>>, SdkBody>,
    destinations: Destinations,
    answer_bytes_max: usize,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("destinations", &self.destinations).finish_non_exhaustive()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        if let Err(refused) = self.destinations.check(request.uri()) {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(refused.into())));
        }
        let sending = self.client.request(request);
        let bytes_max = self.answer_bytes_max;
        HttpConnectorFuture::new(async move {
            let response = sending.await.map_err(|error| ConnectorError::io(error.into()))?;
            let response = response.map(|body| SdkBody::from_body_1_x(Limited::new(body, bytes_max)));
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Opens the connection on which TLS is then spoken: directly, or through a proxy.
#[derive(Clone)]
struct Dial {
    tcp: TcpConnector,
    to_proxy: HttpsConnector<TcpConnector>,
    proxies: Arc<Matcher>,
}

impl Dial {
    fn proxy_for(&self, to: &Uri) -> Option<Intercept> {
        proxy_for(&self.proxies, to)
    }
}

/// The proxy by which a host is reached, if any.
pub(super) fn proxy_for(proxies: &Matcher, to: &Uri) -> Option<Intercept> {
    if to.host().is_some_and(is_loopback) { None } else { proxies.intercept(to) }
}

impl Service<Uri> for Dial {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let Some(proxy) = self.proxy_for(&to) else {
            let connecting = self.tcp.call(to);
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) });
        };
        if !matches!(proxy.uri().scheme_str(), Some("http" | "https")) {
            return Box::pin(async { Err(ProxyRefused(UnknownProxy.into()).into()) });
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.to_proxy.clone());
        if let Some(password) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(password.clone());
        }
        let connecting = tunnel.call(to);
        Box::pin(async move { connecting.await.map_err(|error| ProxyRefused(error.into()).into()) })
    }
}

/// A connector that gives up.
#[derive(Clone)]
struct Deadline<C> {
    inner: C,
    after: Duration,
}

impl<C> Service<Uri> for Deadline<C>
where
    C: Service<Uri, Error = BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = BoxFuture<C::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.inner.call(to);
        let after = self.after;
        Box::pin(
            async move { tokio::time::timeout(after, connecting).await.unwrap_or_else(|_| Err(ConnectTimeout.into())) },
        )
    }
}
