//! Token counts of `stats` beside those of ccusage, over the same generated transcripts. Needs ccusage's script: `cargo xtask test`
//! installs it and names it in `BCCE_TEST_CCUSAGE`.
//!
//! The two differ, for two reasons that this test holds to the token. ccusage knows a message by its id and its request's id, so a
//! message without request id counts once for each of its records; and of several records of a message it takes the first, which
//! was written while the answer was still growing. We know a message by its id and take the most that any record says.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed test should panic")]

#[path = "common/binary.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod binary;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use binary::Agent;
use samples::Generator;
use serde_json::Value;

/// Input, output, cache creation, cache read.
type Tokens = [u64; 4];
const KINDS: [&str; 4] = ["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];

/// What one record says of a message.
struct Record {
    message: Option<String>,
    request: Option<String>,
    tokens: Tokens,
}

fn add(sum: Tokens, more: Tokens) -> Tokens {
    std::array::from_fn(|kind| sum[kind] + more[kind])
}

fn transcripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            transcripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.push(path);
        }
    }
}

/// All records with token counts, file by file.
fn records(root: &Path) -> Vec<Record> {
    let mut files = Vec::new();
    transcripts(&root.join("projects"), &mut files);
    files.sort();
    let lines = files.iter().flat_map(|file| {
        let bytes = std::fs::read(file).unwrap();
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
    });
    lines
        .filter_map(|line| serde_json::from_slice::<Value>(&line).ok())
        .filter_map(|record| {
            let usage = record.pointer("/message/usage")?.as_object()?;
            let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
            Some(Record {
                message: text(record.pointer("/message/id")),
                request: text(record.get("requestId")),
                tokens: KINDS.map(|kind| usage.get(kind).and_then(Value::as_u64).unwrap_or(0)),
            })
        })
        .collect()
}

/// As ccusage counts.
fn first_wins(records: &[Record]) -> Tokens {
    let mut seen = HashSet::new();
    let counts = |record: &&Record| match (&record.message, &record.request) {
        (Some(message), Some(request)) => seen.insert((message.clone(), request.clone())),
        _ => true,
    };
    records.iter().filter(counts).fold([0; 4], |sum, record| add(sum, record.tokens))
}

/// As we count.
fn most_wins(records: &[Record]) -> Tokens {
    let mut messages: HashMap<&Option<String>, Tokens> = HashMap::new();
    for record in records {
        let most = messages.entry(&record.message).or_default();
        *most = std::array::from_fn(|kind| most[kind].max(record.tokens[kind]));
    }
    messages.into_values().fold([0; 4], add)
}

fn ccusage(root: &Path) -> Tokens {
    let script = std::env::var_os("BCCE_TEST_CCUSAGE").expect("start this test through `cargo xtask test`");
    let output = Command::new("node")
        .arg(script)
        .args(["daily", "--json", "--offline"])
        .env("CLAUDE_CONFIG_DIR", root)
        .env("HOME", root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).expect("ccusage prints JSON");
    ["inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens"]
        .map(|kind| told.pointer(&format!("/totals/{kind}")).and_then(Value::as_u64).unwrap())
}

fn ours(root: &Path) -> Tokens {
    let told = Agent::new("").run(root, &["stats", "--json"]).stdout;
    let told: Value = serde_json::from_slice(&told).unwrap();
    let count = |kind: &str| told.pointer(&format!("/total/tokens/{kind}")).and_then(Value::as_u64).unwrap();
    [count("input"), count("output"), count("cache_write_5m") + count("cache_write_1h"), count("cache_read")]
}

#[test]
fn every_difference_to_ccusage_is_explained() {
    for seed in [3, 41] {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("claude");
        Generator::new(seed).bytes(3_000_000).write(&root).unwrap();
        let records = records(&root);
        assert!(records.iter().any(|record| record.request.is_none()), "some records have no request id");
        let (theirs, ours) = (ccusage(&root), ours(&root));
        assert_eq!(theirs, first_wins(&records), "seed {seed}: ccusage");
        assert_eq!(ours, most_wins(&records), "seed {seed}: stats");
        assert_ne!(theirs, ours, "seed {seed}");
    }
}
