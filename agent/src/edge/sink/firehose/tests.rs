//! Every answer that the double can give, and what we make of it.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod network;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials as Keys;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use firehose_double::{AccessKey, Double, Fault, Options, Script};
use pipeline::ship::Outcome::{Accepted, Failed, Throttled};

use super::*;

/// Put together at run time, so that nothing here looks like a live key.
fn key() -> AccessKey {
    AccessKey { id: ["AKID", "TEST"].concat(), secret: ["not", "a", "secret"].join("-") }
}

fn keys() -> SharedCredentialsProvider {
    let AccessKey { id, secret } = key();
    SharedCredentialsProvider::new(Keys::new(id, secret, None, None, "test"))
}

fn settings(endpoint: &str) -> FirehoseSettings {
    let mut aws = AwsSettings::for_region("eu-central-1");
    aws.endpoint_url = Some(endpoint.to_owned());
    let streams = Streams { internal: Some("bcce-internal".to_owned()), ..Streams::default() };
    FirehoseSettings { aws, streams }
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn record(name: &str) -> Vec<u8> {
    format!("{{\"event_id\":\"{name}\"}}\n").into_bytes()
}

fn sink(double: &Double) -> FirehoseSink {
    FirehoseSink::with_credentials(settings(&double.url()), keys()).unwrap()
}

/// Sends three records in one call.
async fn send_three(sink: &mut FirehoseSink) -> Answer {
    let records = [record("a"), record("b"), record("c")];
    sink.send(DataClass::Internal, records.iter().map(Vec::as_slice)).await
}

/// Plays one fault, checks the answer and how many events the double has after it; then that a second call goes through.
fn check(fault: Fault, expected: &Answer, stored: usize) {
    let double = Double::start(Script::of([fault.clone()])).unwrap();
    run(async {
        let mut sink = sink(&double);
        assert_eq!(send_three(&mut sink).await, *expected, "{fault:?}");
        assert_eq!(double.received().distinct_events(), stored, "{fault:?}");
        assert_eq!(send_three(&mut sink).await, Answer::Settled(vec![Accepted; 3]), "{fault:?}, then none");
    });
    let received = double.finish().unwrap();
    assert_eq!(received.distinct_events(), 3);
    assert!(received.altered().is_empty());
}

#[test]
fn whole_calls_are_settled_and_signed_so_that_the_signature_can_be_recomputed() {
    let double = Double::with(Options { key: Some(key()), ..Options::default() }).unwrap();
    let answer = run(async { send_three(&mut sink(&double)).await });
    assert_eq!(answer, Answer::Settled(vec![Accepted; 3]));
    let received = double.finish().unwrap();
    assert_eq!((received.calls, received.records, received.billed_bytes), (1, 3, 3 * 5 * 1024));
}

#[test]
fn a_partial_failure_is_told_index_by_index() {
    check(Fault::partial(&[1]), &Answer::Settled(vec![Accepted, Throttled, Accepted]), 2);
    let internal = Fault::Partial { indexes: vec![0, 2], code: "InternalFailure".to_owned() };
    check(internal, &Answer::Settled(vec![Failed, Accepted, Failed]), 1);
    let unknown = Fault::Partial { indexes: vec![0, 1, 2], code: "SomethingNew".to_owned() };
    check(unknown, &Answer::Settled(vec![Failed; 3]), 0);
}

#[test]
fn records_that_all_fail_for_a_lasting_reason_are_one_trouble() {
    let all = |code: &str| Fault::Partial { indexes: vec![0, 1, 2], code: code.to_owned() };
    check(all("InvalidKMSResourceException"), &Answer::Trouble(Trouble::EncryptionKey), 0);
    check(all("AccessDeniedException"), &Answer::Trouble(Trouble::AccessDenied), 0);
}

#[test]
fn every_error_of_the_service_has_its_meaning() {
    let error = |status, code: &str| Fault::Error { status, code: code.to_owned() };
    for (fault, trouble) in [
        (Fault::throttled(), Trouble::Throttled),
        (error(429, "SomethingNew"), Trouble::Throttled),
        (Fault::unavailable(), Trouble::Unavailable),
        (Fault::internal(), Trouble::Unavailable),
        (error(503, "SomethingNew"), Trouble::Unavailable),
        (Fault::access_denied(), Trouble::AccessDenied),
        (Fault::stream_missing(), Trouble::StreamMissing),
        (Fault::encryption_key(), Trouble::EncryptionKey),
        (error(400, "KMSDisabledException"), Trouble::EncryptionKey),
        (Fault::expired_token(), Trouble::CredentialsExpired),
        (error(403, "UnrecognizedClientException"), Trouble::CredentialsExpired),
        (error(403, "MissingAuthenticationTokenException"), Trouble::CredentialsMissing),
        (error(403, "InvalidSignatureException"), Trouble::AccessDenied),
        (error(400, "InvalidArgumentException"), Trouble::Rejected),
        (error(400, "SerializationException"), Trouble::Rejected),
    ] {
        check(fault, &Answer::Trouble(trouble), 0);
    }
}

#[test]
fn an_answer_that_is_lost_or_odd_settles_nothing() {
    for (fault, stored) in
        [(Fault::ResetInBody, 0), (Fault::LostReply, 3), (Fault::CutReply, 3), (Fault::ShortAnswer, 3)]
    {
        check(fault, &Answer::Trouble(Trouble::OutcomeUnknown), stored);
    }
}

#[test]
fn a_slow_answer_is_still_an_answer() {
    check(Fault::SlowDrip { pieces: 20, pause_ms: 5 }, &Answer::Settled(vec![Accepted; 3]), 3);
}

#[test]
fn a_login_page_is_not_an_answer() {
    check(Fault::CaptivePortal, &Answer::Trouble(Trouble::CaptivePortal), 0);
    check(Fault::PortalRedirect, &Answer::Trouble(Trouble::CaptivePortal), 0);
}

#[test]
fn a_hanging_call_ends_with_an_unknown_outcome() {
    let double = Double::start(Script::of([Fault::Hang])).unwrap();
    let mut settings = settings(&double.url());
    settings.aws.operation_timeout = Duration::from_secs(2);
    let mut sink = FirehoseSink::with_credentials(settings, keys()).unwrap();
    assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::OutcomeUnknown));
}

#[test]
fn a_clock_that_is_off_is_named_once_and_corrected_for_the_next_call() {
    for clock_offset_s in [-3600, 3600] {
        let double = Double::start(Script { clock_offset_s, ..Script::default() }).unwrap();
        run(async {
            let mut sink = sink(&double);
            assert_eq!(send_three(&mut sink).await, Answer::Trouble(Trouble::ClockSkew));
            assert_eq!(send_three(&mut sink).await, Answer::Settled(vec![Accepted; 3]));
        });
        assert_eq!(double.received().calls, 2);
    }
}

#[test]
fn nobody_there_is_offline() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut sink = FirehoseSink::with_credentials(settings(&format!("http://{free}")), keys()).unwrap();
    assert_eq!(run(send_three(&mut sink)), Answer::Trouble(Trouble::Offline));
}

#[derive(Debug)]
struct Broken(fn() -> CredentialsError);

impl ProvideCredentials for Broken {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err((self.0)()))
    }
}

#[test]
fn credentials_that_cannot_be_had_are_not_reported_as_offline() {
    let double = Double::start(Script::default()).unwrap();
    for (broken, trouble) in [
        (Broken(CredentialsError::not_loaded_no_source), Trouble::CredentialsMissing),
        (Broken(|| CredentialsError::invalid_configuration("no such profile")), Trouble::CredentialsMissing),
        (Broken(|| CredentialsError::provider_error("the SSO token has expired")), Trouble::CredentialsExpired),
        (
            Broken(|| CredentialsError::provider_error("failed to load the cached SSO token")),
            Trouble::CredentialsExpired,
        ),
        (Broken(|| CredentialsError::provider_error("service error (AccessDenied)")), Trouble::RoleRefused),
        (Broken(|| CredentialsError::provider_timed_out(Duration::ZERO)), Trouble::Offline),
    ] {
        let provider = SharedCredentialsProvider::new(broken);
        let mut sink = FirehoseSink::with_credentials(settings(&double.url()), provider).unwrap();
        assert_eq!(run(send_three(&mut sink)), Answer::Trouble(trouble));
    }
    assert_eq!(double.received().calls, 0);
}

#[test]
fn a_class_without_a_stream_is_not_sent() {
    let double = Double::start(Script::default()).unwrap();
    let mut sink = sink(&double);
    let line = record("a");
    let answer = run(sink.send(DataClass::Restricted, std::iter::once(line.as_slice())));
    assert_eq!(answer, Answer::Trouble(Trouble::StreamMissing));
    assert_eq!(double.received().calls, 0);
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let with = |change: fn(&mut FirehoseSettings)| {
        let mut settings = settings("http://127.0.0.1:1");
        change(&mut settings);
        FirehoseSink::new(settings).err().unwrap()
    };
    let forbidden = with(|s| s.aws.allowed_regions = vec!["eu-west-1".to_owned()]);
    assert!(matches!(forbidden, FirehoseError::Aws(AwsError::RegionForbidden(_))));
    assert!(matches!(with(|s| s.aws.region = "EU!".to_owned()), FirehoseError::Aws(AwsError::Region(_))));
    let plain = with(|s| s.aws.endpoint_url = Some("http://example.org".to_owned()));
    assert!(matches!(plain, FirehoseError::Aws(AwsError::Endpoint(_))));
    assert!(matches!(with(|s| s.streams = Streams::default()), FirehoseError::NoStream));
    let named = with(|s| s.streams.internal = Some("a/b".to_owned()));
    assert!(matches!(named, FirehoseError::StreamName(_)));
}

/// A login that has expired, until it is asked the second time.
#[derive(Debug, Default)]
struct HealsOnSecondLook(AtomicUsize);

impl ProvideCredentials for HealsOnSecondLook {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let AccessKey { id, secret } = key();
        future::ProvideCredentials::ready(match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => Err(CredentialsError::provider_error("the SSO token has expired")),
            _ => Ok(Keys::new(id, secret, None, None, "test")),
        })
    }
}

#[test]
fn a_login_heals_without_a_restart_and_expired_keys_are_looked_up_again() {
    let double = Double::start(Script::of([Fault::expired_token()])).unwrap();
    let provider = Arc::new(HealsOnSecondLook::default());
    let credentials = SharedCredentialsProvider::from(Arc::clone(&provider) as Arc<dyn ProvideCredentials>);
    let mut sink = FirehoseSink::with_credentials(settings(&double.url()), credentials).unwrap();
    run(async {
        assert_eq!(send_three(&mut sink).await, Answer::Trouble(Trouble::CredentialsExpired));
        assert_eq!(send_three(&mut sink).await, Answer::Trouble(Trouble::CredentialsExpired), "by the service");
        assert_eq!(send_three(&mut sink).await, Answer::Settled(vec![Accepted; 3]));
        assert_eq!(send_three(&mut sink).await, Answer::Settled(vec![Accepted; 3]));
    });
    assert_eq!(provider.0.load(Ordering::Relaxed), 3, "once for each doubt, and kept after that");
}
