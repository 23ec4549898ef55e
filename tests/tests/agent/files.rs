//! What happens to files on laptops and makes log shippers lose or double lines: nothing is lost, and nothing comes twice.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::binary::Agent;
use crate::running::{Running, until};
use crate::small::{Root, arrived, dropped, grant, record};

/// A running agent over a root, and how many records were written so far.
struct Desk {
    agent: Agent,
    root: Root,
    running: Option<Running>,
    written: usize,
}

impl Desk {
    fn new() -> Self {
        let (agent, root) = (Agent::new("[tail]\nrescan_interval = \"1s\"\n"), Root::new(&[]));
        grant(&agent, root.path());
        let running = Some(Running::start(&agent, root.path()));
        Self { agent, root, running, written: 0 }
    }

    /// The next records.
    fn fresh(&mut self, count: usize) -> Vec<u8> {
        self.written += count;
        (self.written - count..self.written).flat_map(record).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.root.path().join("projects").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Waits until as many events were stored as records were written.
    fn read_to_the_end(&self) {
        let stored = || -> u64 {
            let output = self.agent.run(self.root.path(), &["status", "--json"]);
            let status: Value = serde_json::from_slice(&output.stdout).unwrap();
            status["total"]["events"].as_u64().unwrap_or(0)
        };
        until("everything is read", || stored() >= self.written as u64);
    }

    /// Kills the agent and starts it again.
    fn restart(&mut self) {
        self.running.take().unwrap().kill();
        self.running = Some(Running::start(&self.agent, self.root.path()));
    }

    /// Delivers, and holds what arrived against what was written: each record once, and no more.
    fn settle(mut self) {
        self.read_to_the_end();
        self.running.take().unwrap().kill();
        self.agent.run(self.root.path(), &["run", "--once"]);
        assert_eq!(arrived(&self.agent), (0..self.written).collect::<Vec<_>>());
        let dropped = dropped(&self.agent, self.root.path());
        let reasons = dropped.as_object().into_iter().flatten().map(|(reason, _)| reason);
        assert!(reasons.into_iter().all(|reason| reason == "already_stored"), "{dropped}");
    }
}

fn append(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    fs::OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn files_renamed_right_after_a_write_arrive_once() {
    let mut desk = Desk::new();
    let mut path = desk.path("-a/session.jsonl");
    for turn in 0..60 {
        append(&path, &desk.fresh(20));
        let to = desk.path(&format!("-{}/session.jsonl", turn % 7));
        fs::rename(&path, &to).unwrap();
        path = to;
        if turn % 20 == 19 {
            desk.restart();
        }
    }
    desk.settle();
}

#[test]
fn files_cut_to_nothing_and_to_a_part_of_themselves_arrive_once() {
    let mut desk = Desk::new();
    let path = desk.path("-a/session.jsonl");
    for turn in 0..12_u64 {
        append(&path, &desk.fresh(50));
        desk.read_to_the_end();
        // To nothing, to half, to the middle of a record, to all but the last byte.
        let length = fs::metadata(&path).unwrap().len();
        let keep = [0, length / 2, length / 3 + 7, length - 1][turn as usize % 4];
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(keep).unwrap();
        if turn % 3 == 2 {
            desk.restart();
        }
        // A torn record ends with the next line end.
        append(&path, b"\n");
    }
    desk.read_to_the_end();
    desk.running.take().unwrap().kill();
    desk.agent.run(desk.root.path(), &["run", "--once"]);
    assert_eq!(arrived(&desk.agent), (0..desk.written).collect::<Vec<_>>());
}

#[test]
fn files_cut_and_written_again_arrive_once() {
    let mut desk = Desk::new();
    let path = desk.path("-a/session.jsonl");
    for turn in 0..10 {
        append(&path, &desk.fresh(50));
        if turn % 2 == 0 {
            desk.read_to_the_end();
        }
        let bytes = fs::read(&path).unwrap();
        let keep = bytes.len() * turn / 10;
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(keep as u64).unwrap();
        if turn % 4 == 3 {
            desk.restart();
        }
        append(&path, bytes.get(keep..).unwrap());
    }
    desk.settle();
}

#[test]
fn files_replaced_by_more_or_less_of_themselves_arrive_once() {
    let mut desk = Desk::new();
    let path = desk.path("-a/session.jsonl");
    let mut bytes = Vec::new();
    for turn in 0..24 {
        bytes.extend(desk.fresh(50));
        let temporary = path.with_extension("tmp");
        fs::write(&temporary, &bytes).unwrap();
        fs::rename(&temporary, &path).unwrap();
        if turn % 5 == 4 {
            desk.read_to_the_end();
            // An editor puts an older version back, and then the newer one.
            fs::write(&temporary, bytes.get(..bytes.len() / 2).unwrap()).unwrap();
            fs::rename(&temporary, &path).unwrap();
        }
        if turn % 7 == 6 {
            desk.restart();
        }
    }
    desk.settle();
}

#[test]
fn copies_of_records_in_their_session_arrive_once() {
    let mut desk = Desk::new();
    let path = desk.path("-a/session.jsonl");
    append(&path, &desk.fresh(300));
    // Resumed: copies of a part, with more behind it, before and after the first is read.
    let bytes = fs::read(&path).unwrap();
    let part = bytes.len() / record(0).len() / 3;
    for (at, name) in ["-a/resumed-1.jsonl", "-b/resumed-2.jsonl", "-b/resumed-3.jsonl"].iter().enumerate() {
        let records: Vec<u8> = (at * 10..at * 10 + part).flat_map(record).collect();
        let more = desk.fresh(5);
        append(&desk.path(name), &[records, more].concat());
        if at == 1 {
            desk.read_to_the_end();
            desk.restart();
        }
    }
    desk.settle();
}

#[test]
fn files_deleted_soon_after_they_were_written_arrive_once() {
    let mut desk = Desk::new();
    for batch in 0..3 {
        let paths: Vec<PathBuf> = (0..40).map(|at| desk.path(&format!("-p{at}/session-{batch}.jsonl"))).collect();
        for path in &paths {
            append(path, &desk.fresh(3));
        }
        desk.read_to_the_end();
        paths.iter().for_each(|path| fs::remove_file(path).unwrap());
    }
    desk.settle();
}
