//! A backlog that two threads read.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A scrubber that panics at a line, outside the policy's own guard.
struct Panics<'p>(PolicyScrubber<'p, ShipAll>, Arc<AtomicUsize>);

impl LineScrubber for Panics<'_> {
    fn events(&self) -> EventsByTier {
        self.0.events()
    }
    fn scrub(&mut self, line: &RawLine<'_>, source: &mut Source, out: &mut EventsByTier) -> Outcome {
        assert!(self.1.fetch_sub(1, Ordering::SeqCst) != 1, "planted");
        self.0.scrub(line, source, out)
    }
    fn too_long(&mut self) {}

    fn before_consent(&mut self, _: u64) {}
    fn take_counts(&mut self) -> Counts {
        self.0.take_counts()
    }
}

/// Lines of about 30 KB whose prompts begin with `name` and their number.
fn long_lines(name: &str, lines: usize) -> String {
    (0..lines).map(|at| record(&format!("{name} {at:04} {}", "and so on ".repeat(3000))) + "\n").collect()
}

/// Name and number of a prompt.
fn short(prompt: &str) -> String {
    prompt.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

impl World {
    /// Reads what is there with a helper, and returns how often it was asked for.
    fn read_helped(&self, until_panic: usize) -> Result<usize, SpoolClosed> {
        let settings = self.settings(Until::CaughtUp);
        let (asked, left) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(until_panic)));
        let scrubber = || Panics(PolicyScrubber::new(&POLICY, ShipAll), Arc::clone(&left));
        let fingerprint = Fingerprint::new(&[9; 32]);
        let helper = || {
            asked.fetch_add(1, Ordering::SeqCst);
            Some((scrubber(), self.spool.clone()))
        };
        let records = self.spool.0.lock().unwrap().rows.values().copied().collect();
        Tail::new(settings, records, &fingerprint, Inbox::default(), scrubber(), self.spool.clone())
            .helped_by(Box::new(helper))
            .run(&mut |_| {})?;
        Ok(asked.load(Ordering::SeqCst))
    }
}

#[test]
fn every_line_comes_once_and_each_file_keeps_its_order() {
    let world = World::new();
    let names: Vec<String> = (0..9).map(|at| format!("file{at}")).collect();
    for (at, name) in names.iter().enumerate() {
        world.append(&format!("-p/{name}.jsonl"), long_lines(name, if at == 4 { 400 } else { 30 }));
    }
    assert_eq!(world.read_helped(0).unwrap(), 1);
    let prompts = world.taken();
    for (at, name) in names.iter().enumerate() {
        let of_file: Vec<String> = prompts.iter().map(|prompt| short(prompt)).filter(|p| p.starts_with(name)).collect();
        let expected: Vec<String> =
            (0..if at == 4 { 400 } else { 30 }).map(|line| format!("{name} {line:04}")).collect();
        assert_eq!(of_file, expected);
        let length = fs::metadata(world.path(&format!("-p/{name}.jsonl"))).unwrap().len();
        let rows = &world.spool.0.lock().unwrap().rows;
        assert_eq!(rows.values().filter(|row| row.position.offset == length).count(), if at == 4 { 1 } else { 8 });
    }
    assert_eq!(world.read_helped(0).unwrap(), 0, "nothing is left");
    assert_eq!(world.taken(), Vec::<String>::new());
}

#[test]
fn of_files_that_begin_alike_one_is_read_before_the_other() {
    let world = World::new();
    let original = long_lines("file", 350);
    world.append("-p/s.jsonl", &original);
    world.append("-q/copy.jsonl", &original);
    assert!(original.len() > 10_000_000, "more than a slice");
    assert_eq!(world.read_helped(0).unwrap(), 1);
    let prompts: Vec<String> = world.taken().iter().map(|prompt| short(prompt)).collect();
    assert_eq!(prompts, (0..350).map(|at| format!("file {at:04}")).collect::<Vec<_>>());
}

#[test]
fn a_spool_that_closes_ends_both() {
    let world = World::new();
    (0..4).for_each(|at| world.append(&format!("-p/{at}.jsonl"), long_lines(&at.to_string(), 100)));
    world.spool.0.lock().unwrap().room = Some(3);
    assert!(world.read_helped(0).is_err());
}

#[test]
fn a_reader_that_panics_ends_the_other() {
    for until_panic in [1, 2, 60] {
        let world = World::new();
        (0..4).for_each(|at| world.append(&format!("-p/{at}.jsonl"), long_lines(&at.to_string(), 100)));
        let run = AssertUnwindSafe(|| world.read_helped(until_panic).map(drop));
        assert!(catch_unwind(run).is_err());
    }
}
