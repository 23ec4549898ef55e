//! The tail loop over real files, with the real policy and a spool in memory.

mod folders;
mod helped;
mod moved;
mod progress;
mod repeated;
mod rewritten;
mod watching;

use super::*;
use crate::config::HistoryFile;
use pipeline::tail::FileRecord;
use scrubber::detect::{Engine, KnownIdentities};
use scrubber::{AllowList, HostFacts, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey, Tier};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;
use tempfile::TempDir;

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    Policy::new(PolicyParts {
        allow_list: AllowList::shipped().unwrap(),
        engine: Engine::new(&KnownIdentities::default()).unwrap(),
        key: PseudonymKey::new(&[7; 32]),
        host: HostFacts {
            login: "mira".to_owned(),
            host: "laptop-7".to_owned(),
            home: "/home/mira".to_owned(),
            os: "linux",
            org: None,
        },
        tier: Tier::Content,
        consent_id: String::new(),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: 1_023_999,
        replacements: scrubber::Replacements::default(),
    })
});

struct ShipAll;

impl Projects for ShipAll {
    fn decide(&mut self, _: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

/// What came into the spool.
#[derive(Default)]
struct Spool {
    rows: BTreeMap<FileKey, FileRecord>,
    /// The prompt of each event, in order.
    prompts: Vec<String>,
    counts: Counts,
    runs: usize,
    /// Runs that are taken before the spool closes.
    room: Option<usize>,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Spool>>);

impl Spooler for Shared {
    fn spool(&mut self, run: Run) -> Result<Option<EventsByTier>, SpoolClosed> {
        let mut spool = self.0.lock().unwrap();
        if spool.room.is_some_and(|room| spool.runs >= room) {
            return Err(SpoolClosed);
        }
        spool.runs += 1;
        if let Some(old) = run.supersedes {
            spool.rows.remove(&old);
        }
        spool.rows.insert(run.record.key, run.record);
        spool.counts.add(&run.counts);
        for event in run.events.iter().flat_map(|events| events.iter()) {
            let event: serde_json::Value = serde_json::from_slice(event.line()).unwrap();
            let body = event.pointer("/text/0/body").and_then(|body| body.as_str());
            spool.prompts.push(body.unwrap_or("?").to_owned());
        }
        Ok(None)
    }

    fn forget(&mut self, rows: &[FileKey]) -> Result<(), SpoolClosed> {
        let mut spool = self.0.lock().unwrap();
        spool.rows.retain(|row, _| !rows.contains(row));
        Ok(())
    }
}

/// A root of its own, its spool, and the tailer's settings.
struct World {
    home: TempDir,
    spool: Shared,
    line_bytes_max: usize,
    quiet: Duration,
}

impl World {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        Self { home, spool: Shared::default(), line_bytes_max: 100_000, quiet: Duration::from_secs(60) }
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.home.path().join("projects").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn append(&self, name: &str, content: impl AsRef<[u8]>) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.path(name)).unwrap();
        file.write_all(content.as_ref()).unwrap();
    }

    fn settings(&self, until: Until) -> TailSettings {
        TailSettings {
            roots: Roots { folders: vec![self.home.path().to_owned()], history: HistoryFile::Ignore },
            rescan: Duration::from_secs(3600),
            quiet: self.quiet,
            line_bytes_max: self.line_bytes_max,
            until,
        }
    }

    fn tail(&self, until: Until, inbox: Inbox) -> Result<(), SpoolClosed> {
        let settings = self.settings(until);
        let records = self.spool.0.lock().unwrap().rows.values().copied().collect();
        let fingerprint = Fingerprint::new(&[9; 32]);
        let scrubber = PolicyScrubber::new(&POLICY, ShipAll);
        Tail::new(settings, records, &fingerprint, inbox, scrubber, self.spool.clone()).run(&mut |_| {}).map(drop)
    }

    /// Reads what is there, as a process of its own, and returns the prompts that came in.
    fn read(&self) -> Vec<String> {
        self.tail(Until::CaughtUp, Inbox::default()).unwrap();
        self.taken()
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.spool.0.lock().unwrap().prompts)
    }

    /// Runs `act` beside a tailer that watches, then waits until it has read `expected`.
    fn watched(&self, act: impl FnOnce(), expected: &[&str]) {
        let inbox = Inbox::default();
        std::thread::scope(|scope| {
            let tailer = scope.spawn(|| self.tail(Until::Stopped, inbox.clone()));
            act();
            let limit = Instant::now() + Duration::from_secs(20);
            while self.spool.0.lock().unwrap().prompts.len() < expected.len() && Instant::now() < limit {
                std::thread::yield_now();
            }
            inbox.stop();
            tailer.join().unwrap().unwrap();
        });
        let mut prompts = self.taken();
        prompts.sort();
        assert_eq!(prompts, expected);
    }

    fn dropped(&self, reason: scrubber::DropReason) -> u64 {
        self.spool.0.lock().unwrap().counts.dropped.get(&reason).copied().unwrap_or(0)
    }
}

/// A record with a prompt, without line end.
fn record(prompt: &str) -> String {
    let number = prompt.bytes().fold(7u32, |number, byte| number.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let uuid = format!("{number:08x}-0000-4000-8000-000000000000");
    format!(
        r#"{{"type":"user","uuid":"{uuid}","sessionId":"{uuid}","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/w","version":"2.1.0","message":{{"role":"user","content":"{prompt}"}}}}"#
    )
}

/// Records `from..to` as lines.
fn lines(from: usize, to: usize) -> String {
    (from..to).map(|at| record(&format!("prompt {at:04}")) + "\n").collect()
}

fn prompts(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|at| format!("prompt {at:04}")).collect()
}

#[test]
fn appended_lines_come_once_over_restarts() {
    let world = World::new();
    for (from, to) in [(0, 1), (1, 40), (40, 40), (40, 41)] {
        world.append("-p/s.jsonl", lines(from, to));
        assert_eq!(world.read(), prompts(from, to));
    }
}

#[test]
fn transcripts_of_subagents_are_read() {
    let world = World::new();
    world.append("-p/s/subagents/agent-1.jsonl", lines(0, 1));
    world.append("-p/s/subagents/workflows/r/agent-1.jsonl", lines(1, 2));
    world.append("-p/s/tool-results/x.jsonl", lines(2, 3));
    let mut read = world.read();
    read.sort();
    assert_eq!(read, prompts(0, 2));
}

#[test]
fn a_part_of_a_line_waits_for_its_rest() {
    let world = World::new();
    let line = lines(0, 1);
    for at in [1, 50, line.len() - 2] {
        world.append("-p/s.jsonl", &line.as_bytes()[world_len(&world)..at]);
        assert_eq!(world.read(), Vec::<String>::new());
    }
    world.append("-p/s.jsonl", &line.as_bytes()[line.len() - 2..]);
    assert_eq!(world.read(), prompts(0, 1));
}

fn world_len(world: &World) -> usize {
    fs::metadata(world.path("-p/s.jsonl")).map_or(0, |facts| facts.len() as usize)
}

#[test]
fn a_whole_last_record_without_newline_comes_once_and_nothing_after_it_is_torn() {
    let world = World::new();
    world.append("-p/s.jsonl", record("prompt 0000"));
    assert_eq!(world.read(), prompts(0, 1));
    world.append("-p/s.jsonl", "\n");
    assert_eq!(world.read(), prompts(0, 0));
    world.append("-p/s.jsonl", record("prompt 0001"));
    assert_eq!(world.read(), prompts(1, 2));
    world.append("-p/s.jsonl", lines(2, 3));
    assert_eq!(world.read(), prompts(2, 3));
}

#[test]
fn damaged_lines_are_counted_and_whole_records_beside_them_salvaged() {
    use scrubber::DropReason;
    let world = World::new();
    let torn = r#"{"type":"user","message":{"content":"torn away"#;
    world.append("-p/s.jsonl", format!("{torn}{}\n", record("prompt 0000")));
    world.append("-p/s.jsonl", format!("{}{}\n", record("prompt 0001"), record("prompt 0002")));
    world.append("-p/s.jsonl", format!("{}{}\n", "\0".repeat(512), record("prompt 0003")));
    world.append("-p/s.jsonl", format!("{}\n", "\0".repeat(1024)));
    world.append("-p/s.jsonl", format!("{torn}\n{}", lines(4, 5)));
    assert_eq!(world.read(), prompts(0, 5));
    assert_eq!(world.dropped(DropReason::NotJson), 5);
}

#[test]
fn a_line_above_the_limit_is_skipped_and_counted_once_even_over_restarts() {
    use scrubber::DropReason;
    let mut world = World::new();
    world.line_bytes_max = 10_000;
    world.append("-p/s.jsonl", lines(0, 1) + &"x".repeat(20_000));
    assert_eq!(world.read(), prompts(0, 1));
    world.append("-p/s.jsonl", "y".repeat(3_000_000));
    assert_eq!(world.read(), prompts(0, 0));
    world.append("-p/s.jsonl", String::from("\n") + &lines(1, 2));
    assert_eq!(world.read(), prompts(1, 2));
    assert_eq!(world.dropped(DropReason::LineTooLong), 1);
}

#[test]
fn a_file_of_nothing_but_dropped_lines_moves_its_position() {
    let world = World::new();
    world.append("-p/s.jsonl", "no record\n".repeat(10));
    assert_eq!(world.read(), prompts(0, 0));
    let spool = world.spool.0.lock().unwrap();
    assert_eq!(spool.rows.values().map(|row| row.position.offset).collect::<Vec<_>>(), [100]);
}

#[test]
fn a_closed_spool_loses_nothing_and_doubles_nothing() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 2600));
    let mut read = Vec::new();
    for room in [1, 2, 3] {
        world.spool.0.lock().unwrap().room = Some(room);
        assert!(world.tail(Until::CaughtUp, Inbox::default()).is_err());
        read.extend(world.taken());
    }
    world.spool.0.lock().unwrap().room = None;
    read.extend(world.read());
    assert_eq!(read, prompts(0, 2600));
}

#[test]
fn runs_stay_within_a_segment_of_lines_and_belong_to_one_file() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 1100));
    world.append("-p/t.jsonl", lines(1100, 1101));
    assert_eq!(world.read().len(), 1101);
    let spool = world.spool.0.lock().unwrap();
    assert_eq!((spool.runs, spool.rows.len()), (4, 2));
    assert_eq!(spool.rows.values().map(|row| row.position.offset).sum::<u64>(), lines(0, 1101).len() as u64);
}

#[test]
fn the_places_of_lines_do_not_depend_on_slices_or_the_size_of_reads() {
    /// Keeps the places of lines that pass by.
    struct Placed(PolicyScrubber<'static, ShipAll>, Arc<Mutex<Vec<Place>>>);
    impl LineScrubber for Placed {
        fn events(&self) -> EventsByTier {
            self.0.events()
        }
        fn scrub(&mut self, line: &RawLine<'_>, source: &mut Source, _: &mut EventsByTier) -> Outcome {
            assert_eq!(source.session, "s");
            assert_eq!(source.cwd.as_deref(), Some("/w"), "known before the first record that names it");
            self.1.lock().unwrap().push(line.place());
            Outcome::Blank
        }
        fn too_long(&mut self) {}

        fn before_consent(&mut self, _: u64) {}
        fn take_counts(&mut self) -> Counts {
            self.0.take_counts()
        }
    }
    let world = World::new();
    let big = format!("{{\"type\":\"mode\"}}\n{}", lines(0, 1) + &record(&"x".repeat(90_000)) + "\n").repeat(200);
    world.append("-p/s.jsonl", &big);
    let settings = TailSettings { line_bytes_max: 1 << 20, ..world.settings(Until::CaughtUp) };
    let places = Arc::default();
    let scrubber = Placed(PolicyScrubber::new(&POLICY, ShipAll), Arc::clone(&places));
    let fingerprint = Fingerprint::new(&[9; 32]);
    Tail::new(settings, vec![], &fingerprint, Inbox::default(), scrubber, world.spool.clone())
        .run(&mut |_| {})
        .map(drop)
        .unwrap();
    let mut offset = 0;
    let expected: Vec<Place> = big
        .split_inclusive('\n')
        .map(|line| {
            let place = Place { offset, length: line.len() as u64 };
            offset += place.length;
            place
        })
        .collect();
    assert_eq!(*places.lock().unwrap(), expected);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_reported_and_the_rest_is_read() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 1));
    // A projects folder that is a link out of its root is not followed; the other root is read.
    let other = TempDir::new().unwrap();
    symlink(world.home.path().join("projects"), other.path().join("projects")).unwrap();
    let folders = [other.path(), world.home.path()].map(std::path::Path::to_owned).to_vec();
    let roots = Roots { folders, history: HistoryFile::Ignore };
    let settings = TailSettings { roots, ..world.settings(Until::CaughtUp) };
    let fingerprint = Fingerprint::new(&[9; 32]);
    let scrubber = PolicyScrubber::new(&POLICY, ShipAll);
    let mut report = TailReport::default();
    Tail::new(settings, vec![], &fingerprint, Inbox::default(), scrubber, world.spool.clone())
        .run(&mut |seen| report = seen.clone())
        .map(drop)
        .unwrap();
    assert_eq!(
        report.troubles.iter().map(|trouble| trouble.kind).collect::<Vec<_>>(),
        [std::io::ErrorKind::NotADirectory]
    );
    assert_eq!((world.taken(), report.files), (prompts(0, 1), 1));
}
