//! What lies between us and the service: TLS, certificate authorities, proxies.

use std::io::{Read, Write};
use std::thread::JoinHandle;

use hyper_util::client::proxy::matcher::Matcher;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

/// Accepts one connection, reads what comes first, answers `reply` and gives out what it read.
fn first_bytes(reply: &'static [u8]) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = vec![0; 4096];
        let length = stream.read(&mut hello).unwrap();
        hello.truncate(length);
        stream.write_all(reply).unwrap();
        hello
    });
    (endpoint, thread)
}

#[test]
fn tls_1_3_is_all_that_is_offered_and_its_refusal_is_named() {
    // A fatal alert "protocol version", which is how a server of TLS 1.2 alone answers.
    let (endpoint, server) = first_bytes(&[0x15, 3, 3, 0, 2, 2, 70]);
    let mut sink = FirehoseSink::with_credentials(settings(&endpoint), keys()).unwrap();
    assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::Tls));
    let hello = server.join().unwrap();
    // The extension "supported versions" (43) with one entry, 0x0304 (RFC 8446, section 4.2.1).
    assert!(hello.windows(7).any(|bytes| bytes == [0, 43, 0, 3, 2, 3, 4]), "{hello:x?}");
}

#[test]
fn a_server_that_does_not_speak_tls_is_named_as_such() {
    let (endpoint, server) = first_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let mut sink = FirehoseSink::with_credentials(settings(&endpoint), keys()).unwrap();
    assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::Tls));
    server.join().unwrap();
}

/// A TLS server that accepts whatever three records come. Gives out its address and its certificate as PEM.
fn tls_server(name: &str) -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        // A client that does not trust us breaks off here.
        let _ = answer_one(&mut StreamOwned::new(connection, stream));
    });
    (endpoint, cert.pem())
}

fn answer_one(stream: &mut (impl Read + Write)) -> std::io::Result<()> {
    let mut request = [0; 16 * 1024];
    let mut length = 0;
    // The one small request ends with its JSON body.
    while !request.get(..length).unwrap_or_default().ends_with(b"}") {
        length += stream.read(request.get_mut(length..).unwrap_or_default())?;
    }
    let entry = r#"{"RecordId":"1"}"#;
    let body = format!(r#"{{"FailedPutCount":0,"RequestResponses":[{entry},{entry},{entry}]}}"#);
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nx-amzn-requestid: 1\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    stream.flush()
}

#[test]
fn a_certificate_is_trusted_when_the_bundle_names_its_authority_and_only_for_its_own_host() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    for (name, trusted, expected) in [
        ("127.0.0.1", true, Answer::Settled(vec![Accepted; 3])),
        ("127.0.0.1", false, Answer::Trouble(Trouble::Tls)),
        ("firehose.example.org", true, Answer::Trouble(Trouble::Tls)),
    ] {
        let (endpoint, pem) = tls_server(name);
        std::fs::write(&bundle, pem).unwrap();
        let mut settings = settings(&endpoint);
        settings.aws.ca_bundle = trusted.then(|| bundle.clone());
        let mut sink = FirehoseSink::with_credentials(settings, keys()).unwrap();
        assert_eq!(run(send_three(&mut sink)), expected, "{name}, trusted: {trusted}");
    }
}

/// A proxy that answers `reply` to its first request, then `garbage` to what comes through the tunnel, and gives out
/// what it was asked.
fn proxy(reply: &'static str, garbage: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            asked.extend_from_slice(&byte);
        }
        stream.write_all(reply.as_bytes()).unwrap();
        if !garbage.is_empty() {
            assert_ne!(stream.read(&mut [0; 4096]).unwrap(), 0, "the client starts TLS");
            stream.write_all(garbage.as_bytes()).unwrap();
        }
        String::from_utf8(asked).unwrap()
    });
    (address, thread)
}

/// A sink for the region's own endpoint, which these tests never reach: a proxy is in between.
fn sink_behind(proxy: &str) -> FirehoseSink {
    let FirehoseSettings { mut aws, streams } = settings("http://127.0.0.1:1");
    aws.endpoint_url = None;
    let aws = Aws::behind(Matcher::builder().https(proxy).build(), aws).unwrap();
    FirehoseSink { aws, streams, credentials: Credentials::Given(keys()), client: None, corrects_clock: false }
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_with_the_password_of_its_url() {
    let (address, asked) = proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "");
    let mut sink = sink_behind(&format!("http://user:word@{address}"));
    assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::Proxy));
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("CONNECT firehose.eu-central-1.amazonaws.com:443 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n"), "{asked}");
}

#[test]
fn a_proxy_that_says_no_and_one_that_is_away_are_told_apart() {
    let (address, _) = proxy("HTTP/1.1 403 Forbidden\r\n\r\n", "");
    assert_eq!(run(send_three(&mut sink_behind(&format!("http://{address}")))), Answer::Trouble(Trouble::Proxy));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(run(send_three(&mut sink_behind(&format!("http://{free}")))), Answer::Trouble(Trouble::Offline));
    assert_eq!(run(send_three(&mut sink_behind("socks5://127.0.0.1:1"))), Answer::Trouble(Trouble::Proxy));
}

#[test]
fn a_proxy_that_reads_along_is_found_out() {
    let (address, _) = proxy("HTTP/1.1 200 OK\r\n\r\n", "this is no TLS server");
    assert_eq!(run(send_three(&mut sink_behind(&format!("http://{address}")))), Answer::Trouble(Trouble::Tls));
}

#[test]
fn loopback_is_never_reached_by_proxy() {
    let double = Double::start(Script::default()).unwrap();
    let FirehoseSettings { aws, streams } = settings(&double.url());
    let aws = Aws::behind(Matcher::builder().all("http://127.0.0.1:1").build(), aws).unwrap();
    let mut sink =
        FirehoseSink { aws, streams, credentials: Credentials::Given(keys()), client: None, corrects_clock: false };
    assert_eq!(run(send_three(&mut sink)), Answer::Settled(vec![Accepted; 3]));
}
