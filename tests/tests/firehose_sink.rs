//! Events arrive at the strict double as they were made, packed within every limit.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod common;

use agent::edge::aws::AwsSettings;
use agent::edge::sink::Sink;
use agent::edge::sink::firehose::{FirehoseSettings, FirehoseSink, Streams};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use common::Segments;
use firehose_double::{Double, Fault, Script};
use pipeline::ship::{Answer, Outcome};

fn sink(double: &Double) -> FirehoseSink {
    let mut aws = AwsSettings::for_region("eu-central-1");
    aws.endpoint_url = Some(double.url());
    let restricted = Some("bcce-restricted".to_owned());
    let settings = FirehoseSettings { aws, streams: Streams { restricted, ..Streams::default() } };
    let keys = Credentials::new(["AKID", "TEST"].concat(), "none", Some("token".to_owned()), None, "test");
    FirehoseSink::with_credentials(settings, SharedCredentialsProvider::new(keys)).unwrap()
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn every_event_arrives_once_packed_within_the_limits() {
    let double = Double::start(Script::default()).unwrap();
    let mut sink = sink(&double);
    let batches = Segments::new(0, 400, 25).batches(sink.limits(), sink.form());
    assert!(batches.len() > 1, "enough for several calls");
    run(async {
        for batch in &batches {
            let answer = sink.put(batch).await;
            assert_eq!(answer, Answer::Settled(vec![Outcome::Accepted; batch.records().len()]));
        }
    });
    assert_eq!(double.calls_with_session(), batches.len() as u64, "the session token went along");
    let received = double.finish().unwrap();
    assert_eq!((received.distinct_events(), received.duplicates()), (10_000, 0));
    assert!(received.events.keys().eq(["bcce-restricted"]));
    let overhead = received.billed_bytes as f64 / received.bytes as f64;
    assert!(overhead < 1.03, "billed {overhead} times what was sent");
}

#[test]
fn a_lost_reply_leads_to_the_same_bytes_under_the_same_ids() {
    let double = Double::start(Script::of([Fault::LostReply])).unwrap();
    let mut sink = sink(&double);
    let batches = Segments::new(0, 4, 25).batches(sink.limits(), sink.form());
    let [batch] = batches.as_slice() else { panic!("one call") };
    run(async {
        assert!(matches!(sink.put(batch).await, Answer::Trouble(_)));
        assert!(matches!(sink.put(batch).await, Answer::Settled(_)));
    });
    let received = double.finish().unwrap();
    assert_eq!((received.distinct_events(), received.duplicates()), (100, 100));
    assert!(received.altered().is_empty());
}
