//! Events arrive in the S3 of moto server, an emulator of others. Needs an interpreter with moto: `cargo xtask test`
//! makes one and names it in `BCCE_TEST_PYTHON`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed test should panic")]

#[path = "common/binary.rs"]
mod binary;
mod common;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use agent::edge::aws::AwsSettings;
use agent::edge::sink::Sink;
use agent::edge::sink::firehose::{FirehoseSettings, FirehoseSink, Streams};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use binary::Agent;
use common::Segments;
use flate2::read::MultiGzDecoder;
use pipeline::ship::{Answer, Outcome, Trouble};
use samples::Generator;
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
#[ignore = "needs moto server: `cargo xtask test`"]
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
#[ignore = "needs moto server: `cargo xtask test`"]
fn a_stream_that_does_not_exist_is_named_as_such() {
    let lake = Lake::start();
    let mut sink = sink(&lake, "no-such-stream");
    let batches = Segments::new(0, 1, 1).batches(sink.limits(), sink.form());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(sink.put(batches.first().unwrap()));
    assert_eq!(answer, Answer::Trouble(Trouble::StreamMissing));
}

const STREAMS: [&str; 3] = ["bcce-internal", "bcce-confidential", "bcce-restricted"];

/// Grants the content tier, what is there included, and ships it.
fn ship_everything(agent: &Agent, root: &Path) {
    agent.run(root, &["consent", "grant", "--tier", "content", "--yes", "--backfill"]);
    agent.run(root, &["run", "--once"]);
}

fn files(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn ids(events: &[Value]) -> BTreeSet<&str> {
    events.iter().map(|event| event["event_id"].as_str().unwrap()).collect()
}

/// The event without the time at which its line was read.
fn without_reading_time(event: &Value) -> String {
    let mut event = event.clone();
    event["ingest_time"] = Value::Null;
    event.to_string()
}

#[test]
#[ignore = "needs moto server: `cargo xtask test`"]
fn the_agent_ships_the_same_events_to_s3_as_to_a_folder_and_nothing_planted() {
    let mut lake = Lake::start();
    let transcripts = tempfile::tempdir().unwrap();
    let tree = Generator::new(11).bytes(3_000_000).write(transcripts.path()).unwrap();

    let settings = format!(
        "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\n\
         [limits]\nstart_jitter = \"0s\"\nbytes_per_second = \"64MiB\"\n",
        lake.url
    );
    let developer = &tree.ledger().developer;
    ship_everything(&Agent::of(developer, &settings), tree.root());
    let shipped: Vec<Value> = STREAMS.iter().flat_map(|stream| lake.events(stream)).collect();
    // Equal lines without a uuid are one event; nothing else may come twice.
    let twice = shipped.len() - ids(&shipped).len();
    let distinct: BTreeSet<String> = shipped.iter().map(without_reading_time).collect();
    assert_eq!(distinct.len(), ids(&shipped).len(), "equal ids, equal events ({twice} came twice)");
    assert!(twice * 100 < shipped.len(), "{twice} of {} came twice", shipped.len());

    let folder = Agent::of(developer, "[sink]\nkind = \"directory\"\n");
    ship_everything(&folder, tree.root());
    let mut local = Vec::new();
    for file in files(&folder.home().join("state/lake")) {
        let mut text = String::new();
        MultiGzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
        local.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    assert_eq!(ids(&shipped).len(), ids(&local).len(), "as many events in S3 as in the folder");
    assert!(!shipped.is_empty());

    let text = shipped.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    for (needle, plant) in tree.ledger().needles() {
        assert!(!text.contains(needle), "a planted {} at {} came out", plant.kind, plant.place);
    }
}
