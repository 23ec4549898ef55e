//! A root with one small transcript of numbered records.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::binary::Agent;
use crate::lake::Lake;

/// A record of a user's that tells its number.
pub(crate) fn record(number: usize) -> Vec<u8> {
    let line = json!({
        "type": "user", "uuid": format!("00000000-0000-4000-8000-{number:012x}"),
        "sessionId": "00000000-0000-4000-8000-000000000001", "timestamp": "2026-11-24T01:02:03.000Z",
        "version": "2.1.0", "cwd": "/home/tester/work", "message": {"role": "user", "content": format!("say {number}")},
    });
    let mut line = line.to_string().into_bytes();
    line.push(b'\n');
    line
}

/// A configuration folder with one transcript.
pub(crate) struct Root {
    folder: tempfile::TempDir,
}

impl Root {
    pub(crate) fn new(transcript: &[u8]) -> Self {
        let root = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(root.transcript().parent().unwrap()).unwrap();
        fs::write(root.transcript(), transcript).unwrap();
        root
    }

    /// Appends to the transcript.
    pub(crate) fn append(&self, bytes: &[u8]) {
        let mut file = fs::OpenOptions::new().append(true).open(self.transcript()).unwrap();
        file.write_all(bytes).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn transcript(&self) -> PathBuf {
        self.path().join("projects/-work/00000000-0000-4000-8000-000000000001.jsonl")
    }
}

/// Consents to everything, what is there already included.
pub(crate) fn grant(agent: &Agent, root: &Path) {
    agent.run(root, &["consent", "grant", "--tier", "content", "--yes", "--backfill"]);
}

/// Exit code and stderr of a command.
pub(crate) fn fails(agent: &Agent, root: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = agent.command(root).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The numbers of the records that arrived, each once.
pub(crate) fn arrived(agent: &Agent) -> Vec<usize> {
    let lake = Lake::of(agent);
    let mut numbers = Vec::new();
    for copies in lake.events.values() {
        assert_eq!(copies.len(), 1);
        let body = copies[0]["text"][0]["body"].as_str().unwrap();
        numbers.push(body.strip_prefix("say ").unwrap().parse().unwrap());
    }
    numbers.sort_unstable();
    numbers
}

/// What was dropped so far, by reason.
pub(crate) fn dropped(agent: &Agent, root: &Path) -> Value {
    let output = agent.run(root, &["status", "--json"]);
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    status["total"]["records_dropped"].clone()
}
