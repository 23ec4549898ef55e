//! The agent killed at random moments, while transcripts grow, move and are replaced, and half of all calls fail.
//!
//! The seed is fixed, so that what is done to the files is the same in every run; when a kill strikes is left to the machine.
//! `BCCE_TEST_KILLS=100` kills more often than the 20 times of the test command.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use firehose_double::{Chance, Double, Fault, Received, Script};
use samples::{Copied, Fate, Generator, OddLines, Tree};
use serde_json::Value;

use crate::binary::Agent;
use crate::running::Running;
use crate::truth::{Ids, Secrets, must_ship};

const SEED: u64 = 0x0B_CCE5;
const KILLS: usize = 20;
/// The longest that an agent lives, in milliseconds; the shortest lives end before it has opened its spool.
const LIFE_MS_MAX: u64 = 1_200;

/// SplitMix64, <https://prng.di.unimi.it/splitmix64.c> (2026-11-24).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn choice<T: Clone>(&mut self, all: &[T]) -> T {
        let index = self.below(u64::try_from(all.len()).unwrap());
        all.get(usize::try_from(index).unwrap()).unwrap().clone()
    }
}

struct Written {
    fate: Fate,
    must_ship: bool,
    file: PathBuf,
}

/// Transcripts that change, and what of them must arrive.
struct World {
    tree: Tree,
    dice: Dice,
    ids: Ids,
    /// Records up to here are in `lines`.
    seen: usize,
    /// What was written under each id.
    written: BTreeMap<String, Written>,
    /// Ids that were written more often than once.
    copied: BTreeSet<String>,
    /// Ids of records that were overwritten before they had certainly been read.
    overwritten: BTreeSet<String>,
}

impl World {
    fn new(tree: Tree, ids: Ids) -> Self {
        let (copied, overwritten) = (BTreeSet::new(), BTreeSet::new());
        let written = BTreeMap::new();
        let mut world = Self { tree, dice: Dice(SEED), ids, seen: 0, written, copied, overwritten };
        world.take_in();
        world
    }

    /// Enters what was written since into the books, before anything can overwrite it.
    fn take_in(&mut self) {
        let records = self.tree.ledger().records.get(self.seen..).unwrap();
        let mut files: BTreeMap<&Path, Vec<u8>> = BTreeMap::new();
        for record in records {
            let read = || std::fs::read(self.tree.root().join(&record.file)).unwrap();
            let bytes = files.entry(&record.file).or_insert_with(read);
            let start = usize::try_from(record.offset).unwrap();
            let line = bytes.get(start..start + usize::try_from(record.length).unwrap()).unwrap();
            let Some(id) = self.ids.id(&record.file, line) else { continue };
            // A copy under its first session's id is the same event; that it must arrive stays.
            let must_ship = must_ship(record);
            let written = || Written { fate: record.fate, must_ship, file: record.file.clone() };
            // A copy, or a short record without an id of its own that is equal to an earlier one.
            if self.written.contains_key(&id) {
                self.copied.insert(id.clone());
            }
            self.written.entry(id).or_insert_with(written);
        }
        self.seen = self.tree.ledger().records.len();
    }

    /// One thing that Claude Code, an editor or a crash does.
    fn change(&mut self, received: &Received) {
        let file = self.dice.choice(&self.tree.session_files());
        let exists = self.tree.root().join(&file).exists();
        match self.dice.below(20) {
            0 if exists => {
                let folder = PathBuf::from(format!("projects/-moved-{}", self.dice.below(4)));
                let to = folder.join(file.file_name().unwrap());
                self.tree.move_file(&file, &to).unwrap();
                for written in self.written.values_mut().filter(|written| written.file == file) {
                    written.file.clone_from(&to);
                }
            }
            1 if exists => {
                self.overwrite(&file, received);
                self.tree.rewrite(&file, 6).unwrap();
            }
            2 if exists => drop(self.tree.replace_grown(&file, 6).unwrap()),
            3 if exists => {
                self.overwrite(&file, received);
                self.tree.replace_anew(&file, 6).unwrap();
            }
            4 if exists => drop(self.tree.resume(&file, Copied::NewSession).unwrap()),
            5 if exists => drop(self.tree.resume(&file, Copied::SameSession).unwrap()),
            6..=9 => {
                // A kill may come between the halves.
                self.tree.begin_line().unwrap();
                std::thread::sleep(Duration::from_millis(self.dice.below(30)));
                self.tree.finish_line().unwrap();
            }
            _ => {
                let records = usize::try_from(1 + self.dice.below(25)).unwrap();
                self.tree.grow(records).unwrap();
            }
        }
        self.take_in();
    }

    /// What stands in a file and has not arrived may be lost with it.
    fn overwrite(&mut self, file: &Path, received: &Received) {
        let arrived = |id: &String| received.events.values().any(|stream| stream.contains_key(id));
        let here = self.written.iter().filter(|(_, written)| written.file == file).map(|(id, _)| id);
        self.overwritten.extend(here.filter(|id| !arrived(id)).cloned());
    }

    /// The ids of what holds.
    fn of(&self, holds: impl Fn(&Written) -> bool) -> BTreeSet<&String> {
        self.written.iter().filter(|(_, written)| holds(written)).map(|(id, _)| id).collect()
    }
}

fn half_fail() -> Script {
    let faults = vec![
        Fault::partial(&[0, 2, 4, 6, 8]),
        Fault::unavailable(),
        Fault::internal(),
        Fault::throttled(),
        Fault::ResetInBody,
        Fault::LostReply,
        Fault::CutReply,
        Fault::ShortAnswer,
    ];
    Script::by_chance(Chance { seed: SEED, percent: 50, faults })
}

fn settings(double: &Double) -> String {
    format!(
        "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\n\
         flush_interval = \"100ms\"\n[limits]\nstart_jitter = \"0s\"\nbytes_per_second = \"64MiB\"\n\
         calls_per_second = 1000\nrecords_per_second = 5000\n[tail]\nrescan_interval = \"1s\"\nquiet_line = \"200ms\"\n",
        double.url()
    )
}

/// Ids under which lines arrived that differ in more than the time of reading, and those that differ in that alone.
fn altered(received: &Received) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let without_time = |line: &Vec<u8>| {
        let mut event: Value = serde_json::from_slice(line).unwrap();
        event.as_object_mut().unwrap().remove("ingest_time");
        event.to_string()
    };
    let (mut altered, mut read_again) = (BTreeSet::new(), BTreeSet::new());
    for (id, versions) in received.events.values().flatten().filter(|(_, versions)| versions.len() > 1) {
        let rest: BTreeSet<String> = versions.keys().map(without_time).collect();
        if rest.len() > 1 {
            altered.insert(id.as_str())
        } else {
            read_again.insert(id.as_str())
        };
    }
    (altered, read_again)
}

#[test]
fn killed_at_random_moments_it_loses_nothing_and_alters_nothing() {
    let kills =
        std::env::var("BCCE_TEST_KILLS").map_or(KILLS, |text| text.parse().expect("BCCE_TEST_KILLS is a number"));
    let double = Double::start(half_fail()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let generator = Generator::new(SEED).bytes(400_000).odd_lines(OddLines::Some);
    let tree = generator.write(&folder.path().join("claude")).unwrap();
    let agent = Agent::of(&tree.ledger().developer, &settings(&double));
    // Texts are held against what was planted by the tests of each tier; here it is about every event's arrival.
    agent.run(tree.root(), &["consent", "grant", "--tier", "activity", "--yes", "--backfill"]);

    let mut world = World::new(tree, Ids::of(&agent));
    let mut doubled = Vec::new();
    for _ in 0..kills {
        let before = double.received().duplicates();
        let running = Running::start(&agent, world.tree.root());
        let mut left = world.dice.below(LIFE_MS_MAX);
        while left > 0 {
            let pause = left.min(world.dice.below(60));
            std::thread::sleep(Duration::from_millis(pause));
            left -= pause.max(1).min(left);
            world.change(&double.received());
        }
        running.kill();
        doubled.push(double.received().duplicates() - before);
    }
    double.play(&Script::default());
    agent.run(world.tree.root(), &["run", "--once"]);

    Secrets::of(world.tree.ledger()).assert_absent_from_state(&agent);
    let received = double.finish().expect("no limit of the service is broken");
    report(&world, &received, &doubled);
    check(&world, &received);
}

fn report(world: &World, received: &Received, doubled: &[u64]) {
    let (altered, read_again) = altered(received);
    println!(
        "{} kills: {} records written, {} events arrived in {} calls, {} lines came again (by life: {doubled:?}), {} overwritten \
         before they were known to have arrived, {} came with two times of reading ({} of them written once), {} altered",
        doubled.len(),
        world.seen,
        received.distinct_events(),
        received.calls,
        received.duplicates(),
        world.overwritten.len(),
        read_again.len(),
        read_again.iter().filter(|id| !world.copied.contains(**id)).count(),
        altered.len(),
    );
}

fn check(world: &World, received: &Received) {
    let arrived: BTreeSet<&String> = received.events.values().flat_map(BTreeMap::keys).collect();
    let expected = world.of(|written| written.must_ship);
    let lost: Vec<_> =
        expected.iter().filter(|id| !arrived.contains(*id) && !world.overwritten.contains(**id)).collect();
    let places: Vec<_> = lost.iter().map(|id| &world.written.get(**id).unwrap().file).collect();
    assert!(lost.is_empty(), "{} of {} events lost, from {places:?}", lost.len(), expected.len());

    for fate in [Fate::UnknownType, Fate::Broken, Fate::History] {
        let forbidden = world.of(|written| written.fate == fate);
        assert!(forbidden.is_disjoint(&arrived), "{} arrived", fate.name());
    }
    let known = arrived.iter().filter(|id| world.written.contains_key(**id)).count();
    let optional = world.tree.ledger().records.iter().filter(|record| record.fate == Fate::Optional).count();
    assert!(arrived.len() - known <= optional, "{} events of no record", arrived.len() - known);

    let secrets = Secrets::of(world.tree.ledger());
    for line in received.events.values().flat_map(BTreeMap::values).flat_map(BTreeMap::keys) {
        secrets.assert_absent(line, "what arrived");
    }
    let (altered, _) = altered(received);
    assert!(altered.is_empty(), "{} ids with different content", altered.len());
}
