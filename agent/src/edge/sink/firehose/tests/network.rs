//! What lies between us and the service: TLS, certificate authorities, proxies.

use std::io::{Read, Write};
use std::thread::JoinHandle;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use hyper_util::client::proxy::matcher::Matcher;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

/// Accepts one connection, reads what comes first, answers `reply` and gives out what it read.
fn first_bytes(reply: &[u8]) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let reply = reply.to_vec();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = vec![0; 4096];
        let length = stream.read(&mut hello).unwrap();
        hello.truncate(length);
        stream.write_all(&reply).unwrap();
        hello
    });
    (endpoint, thread)
}

/// A `ServerHello` of TLS 1.2 (RFC 5246, section 7.4.1.3): a random value, no session, ECDHE with AES-128-GCM, no compression.
fn hello_of_tls_1_2() -> Vec<u8> {
    [[0x16, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3].as_slice(), &[7; 32], &[0, 0xc0, 0x2f, 0]].concat()
}

#[test]
fn tls_1_3_is_all_that_is_offered_and_its_refusal_is_named() {
    // How servers of older versions alone answer: a fatal alert "protocol version" or "handshake failure", or a version that
    // was not offered.
    for reply in [[0x15, 3, 3, 0, 2, 2, 70].as_slice(), &[0x15, 3, 1, 0, 2, 2, 40], &hello_of_tls_1_2()] {
        let (endpoint, server) = first_bytes(reply);
        let mut sink = FirehoseSink::with_credentials(settings(&endpoint), keys()).unwrap();
        assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::TlsVersion), "{reply:x?}");
        let hello = server.join().unwrap();
        // The extension "supported versions" (43) with one entry, 0x0304 (RFC 8446, section 4.2.1).
        assert!(hello.windows(7).any(|bytes| bytes == [0, 43, 0, 3, 2, 3, 4]), "{hello:x?}");
    }
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
    tls_server_until(name, 4096)
}

/// The same with a certificate that is valid up to a year.
fn tls_server_until(name: &str, year: i32) -> (String, String) {
    let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
    parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
    let signing_key = KeyPair::generate().unwrap();
    let cert = parameters.self_signed(&signing_key).unwrap();
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
        ("127.0.0.1", false, Answer::Trouble(Trouble::Certificate)),
        ("firehose.example.org", true, Answer::Trouble(Trouble::CertificateName)),
    ] {
        let (endpoint, pem) = tls_server(name);
        std::fs::write(&bundle, pem).unwrap();
        let mut settings = settings(&endpoint);
        settings.aws.ca_bundle = trusted.then(|| bundle.clone());
        let mut sink = FirehoseSink::with_credentials(settings, keys()).unwrap();
        assert_eq!(run(send_three(&mut sink)), expected, "{name}, trusted: {trusted}");
    }
}

#[test]
fn a_certificate_that_has_expired_is_told_as_such() {
    let bundle = tempfile::NamedTempFile::new().unwrap();
    let (endpoint, pem) = tls_server_until("127.0.0.1", 2020);
    std::fs::write(bundle.path(), pem).unwrap();
    let mut settings = settings(&endpoint);
    settings.aws.ca_bundle = Some(bundle.path().to_owned());
    let mut sink = FirehoseSink::with_credentials(settings, keys()).unwrap();
    assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::CertificateDate));
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

/// Answers one request with `head` and `body`, and gives out what was asked.
fn service(head: &str, body: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let reply = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !is_whole(&asked) {
            let mut piece = [0; 4096];
            let length = stream.read(&mut piece).unwrap();
            assert_ne!(length, 0, "the request ends before its body does");
            asked.extend_from_slice(piece.get(..length).unwrap());
        }
        stream.write_all(reply.as_bytes()).unwrap();
        String::from_utf8(asked).unwrap()
    });
    (endpoint, thread)
}

/// Head and body are there, as the head says.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse::<usize>().unwrap())
}

const TOKEN_SERVICE: &str = "x-amzn-requestid: 1\r\ncontent-type: text/xml";

fn caller_answer(account: &str, arn: &str) -> String {
    format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>{arn}</Arn><UserId>x</UserId><Account>{account}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
}

#[test]
fn the_token_service_says_who_calls() {
    let ask = |status: &str, body: &str| {
        let (endpoint, asked) = service(&format!("{status}\r\n{TOKEN_SERVICE}"), body);
        let sink = FirehoseSink::with_credentials(settings(&endpoint), keys()).unwrap();
        let answer = run(sink.caller());
        let asked = asked.join().unwrap();
        assert!(asked.ends_with("Action=GetCallerIdentity&Version=2011-06-15"), "{asked}");
        assert!(asked.to_ascii_lowercase().contains("\r\nauthorization: aws4-hmac-sha256 "), "{asked}");
        answer
    };
    let arn = "arn:aws:sts::123456789012:assumed-role/bcce-laptop-writer/session";
    let caller = ask("200 OK", &caller_answer("123456789012", arn)).unwrap();
    assert_eq!(caller.to_string(), "account 123456789012, role bcce-laptop-writer");
    assert_eq!(ask("200 OK", &caller_answer("999999999999", arn)), Err(Trouble::OutcomeUnknown));
    for (code, trouble) in [
        ("ExpiredToken", Trouble::CredentialsExpired),
        ("InvalidClientTokenId", Trouble::CredentialsExpired),
        ("SignatureDoesNotMatch", Trouble::AccessDenied),
        ("AccessDenied", Trouble::AccessDenied),
    ] {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>m</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        );
        assert_eq!(ask("403 Forbidden", &body), Err(trouble), "{code}");
    }
    let missing = SharedCredentialsProvider::new(Broken(CredentialsError::not_loaded_no_source));
    let sink = FirehoseSink::with_credentials(settings("http://127.0.0.1:1"), missing).unwrap();
    assert_eq!(run(sink.caller()), Err(Trouble::CredentialsMissing));
}

#[test]
fn the_way_is_tried_without_credentials_and_tells_the_services_clock() {
    let ask = |head: &str, body: &str| {
        let (endpoint, asked) = service(head, body);
        let broken = SharedCredentialsProvider::new(Broken(CredentialsError::not_loaded_no_source));
        let answer = run(FirehoseSink::with_credentials(settings(&endpoint), broken).unwrap().way());
        let asked = asked.join().unwrap().to_ascii_lowercase();
        assert!(asked.starts_with("get / http/1.1\r\n"), "{asked}");
        assert!(!asked.contains("authorization") && !asked.contains("user-agent"), "{asked}");
        answer
    };
    let reached = ask("403 Forbidden\r\nx-amzn-requestid: 1\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT", "{}").unwrap();
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() - 1_767_225_600;
    assert!(!reached.by_proxy);
    assert!(reached.ahead_s.unwrap().unsigned_abs().abs_diff(since) < 60, "{reached:?}");
    assert_eq!(ask("404 Not Found\r\nx-amzn-requestid: 1", "").unwrap().ahead_s, None);
    assert_eq!(ask("200 OK\r\ncontent-type: text/html", "<p>Log in"), Err(Trouble::CaptivePortal));
    assert_eq!(ask("511 Network Authentication Required", ""), Err(Trouble::CaptivePortal));

    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(run(FirehoseSink::new(settings(&format!("http://{free}"))).unwrap().way()), Err(Trouble::Offline));
    let (endpoint, _) = tls_server("127.0.0.1");
    assert_eq!(run(FirehoseSink::new(settings(&endpoint)).unwrap().way()), Err(Trouble::Certificate));
    let (address, asked) = proxy("HTTP/1.1 403 Forbidden\r\n\r\n", "");
    let sink = sink_behind(&format!("http://{address}"));
    assert_eq!(run(sink.way()), Err(Trouble::Proxy));
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("CONNECT firehose.eu-central-1.amazonaws.com:443 HTTP/1.1\r\n"), "{asked}");
    let answer = HttpResponse::new(200.try_into().unwrap(), SdkBody::empty());
    assert!(run(sink.aws.reached(&answer, std::time::SystemTime::now())).by_proxy);
}
