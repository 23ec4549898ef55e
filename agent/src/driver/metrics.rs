//! Counters in the text format of Prometheus
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>, checked 2026-11-26), on a socket for this user alone; on
//! Windows on a named pipe.
//!
//! Promises: numbers, reasons, rule ids, data classes and pseudonyms only; no port is opened. The socket lies in the state
//! folder and is answered while `run` is at work; each connection gets the text once. `bcce-agent status --metrics`
//! reads it, and prints the same from the spool when no agent runs.

use super::run::Job;
use super::ship::lock;
use crate::edge::clock;
use crate::edge::store::{Count, Health, Kind, Store};
use pipeline::time::Wall;
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The text of a running agent.
pub(super) fn render(latest: &Mutex<Value>, store: &Mutex<Store>) -> String {
    let state = latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let store = lock(store);
    match (store.counts(), store.measure()) {
        (Ok(counts), Ok(health)) => text(&state, &counts, &health, clock::wall()),
        // A scrape that fails is told apart from one that finds nothing.
        (Err(_), _) | (_, Err(_)) => String::new(),
    }
}

/// Answers each connection to the state folder's socket, for ever.
pub(super) async fn serve(state_dir: &Path, job: Job, render: &dyn Fn() -> String) -> Infallible {
    use tokio::io::AsyncWriteExt as _;
    /// How long a client may take to read: it must not keep others waiting.
    const CLIENT_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(1);
    let listener = match job {
        Job::Daemon => crate::edge::socket::listen(state_dir),
        Job::Once | Job::Flush => return std::future::pending().await,
    };
    let listener = match listener {
        Ok(listener) => listener,
        Err(fault) => {
            tracing::warn!(kind = ?fault.kind(), "no socket for metrics");
            return std::future::pending().await;
        }
    };
    loop {
        if let Ok(mut client) = listener.accept().await {
            let text = render();
            let told = async {
                client.write_all(text.as_bytes()).await?;
                // A pipe that is closed forgets what was not read.
                client.flush().await
            };
            // A client that leaves early has what it wanted.
            let _ = tokio::time::timeout(CLIENT_TIME_MAX, told).await;
        } else {
            tokio::time::sleep(CLIENT_TIME_MAX).await;
        }
    }
}

/// All metrics. `state` is what a running agent left; what it lacks is left out.
pub fn text(state: &Value, counts: &[Count], health: &Health, now: Wall) -> String {
    let mut out = String::new();
    header(&mut out, "bcce_build_info", "gauge", "the agent's version");
    let _ = writeln!(out, "bcce_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    for kind in Kind::ALL {
        counters(&mut out, kind, counts);
    }
    let oldest = health.oldest.map_or(0, |oldest| now.0.saturating_sub(oldest.0).max(0) / 1000);
    let gauges = [
        ("bcce_spool_segments", "segments that wait", health.segments),
        ("bcce_spool_events", "events that wait", health.events),
        ("bcce_spool_bytes", "sealed bytes that wait", health.bytes),
        ("bcce_spool_bytes_max", "sealed bytes that may wait", health.bytes_max),
        ("bcce_spool_oldest_seconds", "age of what waits longest", oldest.unsigned_abs()),
    ];
    for (name, help, value) in gauges {
        header(&mut out, name, "gauge", help);
        let _ = writeln!(out, "{name} {value}");
    }
    live(&mut out, state);
    out
}

fn counters(out: &mut String, kind: Kind, counts: &[Count]) {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for count in counts.iter().filter(|count| count.kind == kind) {
        *sums.entry(&count.name).or_default() += count.n;
    }
    let (name, label, help) = described(kind);
    header(out, name, "counter", help);
    if label.is_empty() {
        let _ = writeln!(out, "{name} {}", sums.values().sum::<u64>());
        return;
    }
    for (value, sum) in sums.iter().filter(|(value, _)| is_plain(value)) {
        let _ = writeln!(out, "{name}{{{label}=\"{value}\"}} {sum}");
    }
}

/// What only a running agent knows.
fn live(out: &mut String, state: &Value) {
    if let Some(bytes) = state.get("unread_bytes").and_then(Value::as_u64) {
        header(out, "bcce_unread_bytes", "gauge", "bytes of transcripts found and not read yet");
        let _ = writeln!(out, "bcce_unread_bytes {bytes}");
    }
    let Some(streams) = state.get("streams").and_then(Value::as_array) else { return };
    header(out, "bcce_breaker_open", "gauge", "1 while calls of the class are held back");
    for stream in streams {
        let (Some(class), Some(breaker)) = (part(stream, "class"), part(stream, "breaker")) else { continue };
        let _ = writeln!(out, "bcce_breaker_open{{class=\"{class}\"}} {}", u8::from(breaker == "open"));
    }
    header(out, "bcce_trouble", "gauge", "1 for the trouble that calls of the class are in");
    for stream in streams {
        let (Some(class), Some(trouble)) = (part(stream, "class"), part(stream, "trouble_code")) else { continue };
        let _ = writeln!(out, "bcce_trouble{{class=\"{class}\",trouble=\"{trouble}\"}} 1");
    }
    header(out, "bcce_last_accepted_timestamp_seconds", "gauge", "when something of the class was accepted last");
    for stream in streams {
        let at = stream.get("last_accepted_ms").and_then(Value::as_i64);
        let (Some(class), Some(at)) = (part(stream, "class"), at) else { continue };
        let _ = writeln!(out, "bcce_last_accepted_timestamp_seconds{{class=\"{class}\"}} {}", at / 1000);
    }
}

fn part<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn header(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Whether a label's value needs no escapes. Names of counters are words of ours, rule ids and pseudonyms; a rule of the
/// user's with another name is left out.
fn is_plain(value: &str) -> bool {
    value.len() <= 128 && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Name, label and meaning of a counter.
const fn described(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Lines => ("bcce_lines_total", "", "lines read"),
        Kind::Bytes => ("bcce_read_bytes_total", "", "bytes of those lines"),
        Kind::Events => ("bcce_events_total", "", "events made"),
        Kind::Dropped => ("bcce_records_dropped_total", "reason", "records of which no event was made"),
        Kind::FieldsUnlisted => ("bcce_fields_unlisted_total", "", "values dropped because no rule names their path"),
        Kind::FieldsMisshapen => ("bcce_fields_misshapen_total", "", "values dropped for their shape"),
        Kind::TextsTwin => ("bcce_texts_twin_total", "", "texts dropped because the same text ships elsewhere"),
        Kind::TextsCut => ("bcce_texts_cut_total", "", "texts cut to fit"),
        Kind::Redaction => ("bcce_redactions_total", "rule", "values replaced"),
        Kind::Allowed => ("bcce_allowed_total", "rule", "findings that settings let pass"),
        Kind::UnknownType => ("bcce_unknown_types_total", "type", "records of unknown type, by pseudonym of the type"),
        Kind::SpoolDrop => ("bcce_events_dropped_total", "reason", "events that left the spool and were not accepted"),
        Kind::SentRecords => ("bcce_records_sent_total", "class", "records accepted"),
        Kind::SentEvents => ("bcce_events_sent_total", "class", "events accepted"),
        Kind::SentBytes => ("bcce_sent_bytes_total", "class", "bytes accepted"),
        Kind::SetAside => ("bcce_spools_set_aside_total", "", "damaged spools set aside"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    /// That no lock is held while a client reads is in the type: what is written is a text that was made before.
    #[cfg(unix)]
    #[test]
    fn a_client_that_does_not_read_keeps_the_next_one_waiting_for_a_moment_only() {
        use std::io::Read as _;
        use std::os::unix::net::UnixStream;
        use std::time::{Duration, Instant};
        /// More than a socket holds that nobody reads, so that writing it waits.
        const BYTES: usize = 16 << 20;
        let dir = tempfile::tempdir().unwrap();
        let path = crate::edge::socket::path(dir.path());
        let answered = std::thread::scope(|scope| {
            let clients = scope.spawn(|| {
                let begun = Instant::now();
                let connect = || loop {
                    match UnixStream::connect(&path) {
                        Ok(client) => break client,
                        Err(error) => assert!(begun.elapsed() < Duration::from_secs(20), "{error}"),
                    }
                };
                let silent = connect();
                let mut next = connect();
                next.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let mut answer = String::new();
                let read = next.read_to_string(&mut answer);
                drop(silent);
                (read.is_ok(), answer.len())
            });
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let served = serve(dir.path(), Job::Daemon, &|| "x".repeat(BYTES));
                let end = async {
                    while !clients.is_finished() {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                };
                tokio::select! { never = served => match never {}, () = end => {} }
            });
            clients.join().unwrap()
        });
        assert_eq!(answered, (true, BYTES));
    }

    fn count(kind: Kind, name: &str, n: u64) -> Count {
        Count { day: 20_000, kind, name: name.to_owned(), n }
    }

    #[test]
    fn every_line_is_in_the_format_and_tells_numbers_alone() {
        let counts = [
            count(Kind::Lines, "", 7),
            Count { day: 0, ..count(Kind::Lines, "", 3) },
            count(Kind::Redaction, "aws-access-key", 2),
            count(Kind::Redaction, "a \"rule\" with\nlines", 2),
            count(Kind::SentBytes, "internal", 4096),
        ];
        let health = Health {
            sound: true,
            segments: 1,
            events: 5,
            bytes: 900,
            bytes_max: 1000,
            disk_bytes: 0,
            oldest: Some(Wall(1_000_000)),
            files: 3,
        };
        let stream = json!({ "class": "internal", "breaker": "open", "trouble_code": "access_denied",
                             "last_accepted_ms": 5_000 });
        let state = json!({ "unread_bytes": 12, "streams": [stream] });
        let text = text(&state, &counts, &health, Wall(1_090_000));
        for line in [
            "bcce_lines_total 10",
            "bcce_redactions_total{rule=\"aws-access-key\"} 2",
            "bcce_sent_bytes_total{class=\"internal\"} 4096",
            "bcce_spool_oldest_seconds 90",
            "bcce_unread_bytes 12",
            "bcce_breaker_open{class=\"internal\"} 1",
            "bcce_trouble{class=\"internal\",trouble=\"access_denied\"} 1",
            "bcce_last_accepted_timestamp_seconds{class=\"internal\"} 5",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
        assert!(!text.contains("with"), "{text}");
        let mut named = std::collections::HashSet::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split(' ').next()) {
                assert!(named.insert(name), "{name} is described once");
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').unwrap_or_default();
                assert!(value.parse::<u64>().is_ok(), "{line}");
                assert!(named.contains(series.split('{').next().unwrap_or_default()), "{line}");
            }
        }
    }
}
