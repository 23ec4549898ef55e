//! Events arrive in the S3 of moto server, an emulator of others. Needs an interpreter with moto: `cargo xtask test`
//! makes one and names it in `BCCE_TEST_PYTHON`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed test should panic")]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use agent::edge::aws::AwsSettings;
use agent::edge::sink::Sink;
use agent::edge::sink::firehose::{FirehoseSettings, FirehoseSink, Streams};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use common::Segments;
use pipeline::ship::{Answer, Outcome, Trouble};
use serde_json::Value;

/// moto server with a bucket and a stream for each class; ends with the test.
struct Lake {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Lake {
    fn start() -> Self {
        let python = std::env::var_os("BCCE_TEST_PYTHON").expect("start this test through `cargo xtask test`");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/moto_lake.py");
        let mut process = Command::new(python)
            .arg(script)
            // Nothing of the machine's own settings may reach the emulator's client.
            .env("AWS_CONFIG_FILE", "none")
            .env("AWS_SHARED_CREDENTIALS_FILE", "none")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut ready = String::new();
        output.read_line(&mut ready).unwrap();
        let ready: Value = serde_json::from_str(&ready).expect("moto server starts");
        let url = ready["url"].as_str().unwrap().to_owned();
        Self { process, input, output, url }
    }

    /// All events that lie in S3 below the prefix of `stream`.
    fn events(&mut self, stream: &str) -> Vec<Value> {
        writeln!(self.input, "{stream}").unwrap();
        let mut length = String::new();
        self.output.read_line(&mut length).unwrap();
        let mut content = vec![0; length.trim().parse().unwrap()];
        self.output.read_exact(&mut content).unwrap();
        let lines = content.split_inclusive(|&byte| byte == b'\n');
        lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
    }
}

impl Drop for Lake {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn sink(lake: &Lake, restricted: &str) -> FirehoseSink {
    let mut aws = AwsSettings::for_region("eu-central-1");
    aws.endpoint_url = Some(lake.url.clone());
    let streams = Streams { restricted: Some(restricted.to_owned()), ..Streams::default() };
    let keys = SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test"));
    FirehoseSink::with_credentials(FirehoseSettings { aws, streams }, keys).unwrap()
}

#[test]
fn every_event_arrives_in_s3_once() {
    let mut lake = Lake::start();
    let mut sink = sink(&lake, "bcce-restricted");
    let batches = Segments::new(0, 100, 20).batches(sink.limits(), sink.form());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for batch in &batches {
        let answer = runtime.block_on(sink.put(batch));
        assert_eq!(answer, Answer::Settled(vec![Outcome::Accepted; batch.records().len()]));
    }
    let events = lake.events("bcce-restricted");
    let ids: BTreeSet<&str> = events.iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    assert_eq!((events.len(), ids.len()), (2_000, 2_000));
    assert!(lake.events("bcce-internal").is_empty());
}

#[test]
fn a_stream_that_does_not_exist_is_named_as_such() {
    let lake = Lake::start();
    let mut sink = sink(&lake, "no-such-stream");
    let batches = Segments::new(0, 1, 1).batches(sink.limits(), sink.form());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(sink.put(batches.first().unwrap()));
    assert_eq!(answer, Answer::Trouble(Trouble::StreamMissing));
}
