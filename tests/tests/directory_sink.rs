//! Events arrive in the directory sink as they were made, in files that a reader of lakes understands.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod common;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use agent::edge::sink::Sink;
use agent::edge::sink::directory::{Compression, DirectorySettings, DirectorySink};
use common::Segments;
use flate2::read::MultiGzDecoder;
use pipeline::ship::{Answer, Outcome};
use serde_json::Value;

fn sink(path: &Path, compression: Compression) -> DirectorySink {
    DirectorySink::new(DirectorySettings { path: path.to_owned(), compression }).unwrap()
}

/// Delivers every batch of the segments and checks that it was accepted.
fn deliver(sink: &mut DirectorySink, segments: Segments) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let batches = segments.batches(sink.limits(), sink.form());
    for batch in &batches {
        let answer = runtime.block_on(sink.put(batch));
        assert_eq!(answer, Answer::Settled(vec![Outcome::Accepted; batch.records().len()]));
    }
    batches.len()
}

fn files(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn lines(file: &Path) -> Vec<Value> {
    let raw = std::fs::read(file).unwrap();
    let mut text = String::new();
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => MultiGzDecoder::new(raw.as_slice()).read_to_string(&mut text).unwrap(),
        _ => raw.as_slice().read_to_string(&mut text).unwrap(),
    };
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_event_arrives_once_and_whole() {
    for compression in [Compression::Gzip, Compression::None] {
        let lake = tempfile::tempdir().unwrap();
        let batches = deliver(&mut sink(lake.path(), compression), Segments::new(0, 40, 25));
        let files = files(lake.path());
        assert_eq!(files.len(), batches);
        let events: Vec<Value> = files.iter().flat_map(|file| lines(file)).collect();
        let ids: BTreeSet<&str> = events.iter().map(|event| event["event_id"].as_str().unwrap()).collect();
        assert_eq!((events.len(), ids.len()), (1000, 1000), "{compression:?}");
        for event in &events {
            assert_eq!(event["data_class"], "restricted");
        }
        for file in files {
            let place = file.strip_prefix(lake.path()).unwrap();
            let parts: Vec<&str> = place.iter().map(|part| part.to_str().unwrap()).collect();
            let [class, day, name] = parts.as_slice() else { panic!("{place:?}") };
            assert_eq!(*class, "class=restricted");
            assert!(day.starts_with("dt=20") && day.len() == "dt=2026-11-24".len(), "{day}");
            assert!(name.starts_with("part-"), "{name}");
        }
    }
}

#[test]
fn segments_that_come_again_with_company_do_not_double() {
    for compression in [Compression::Gzip, Compression::None] {
        let lake = tempfile::tempdir().unwrap();
        deliver(&mut sink(lake.path(), compression), Segments::new(0, 3, 10));
        // Killed before the segments were settled; more had been spooled when it came up again.
        deliver(&mut sink(lake.path(), compression), Segments::new(0, 5, 10));
        let events: usize = files(lake.path()).iter().map(|file| lines(file).len()).sum();
        assert_eq!(events, 50, "{compression:?}");
    }
}
