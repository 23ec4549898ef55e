//! Files that are cut short or written anew while they are read.

use super::*;

/// Does something to the world when the line with a number has passed by.
struct Meddler<'w> {
    inner: PolicyScrubber<'static, ShipAll>,
    at_line: usize,
    lines: usize,
    act: Box<dyn Fn() + Send + 'w>,
}

impl LineScrubber for Meddler<'_> {
    fn events(&self) -> EventsByTier {
        self.inner.events()
    }

    fn scrub(&mut self, line: &RawLine<'_>, source: &mut Source, out: &mut EventsByTier) -> Outcome {
        if self.lines == self.at_line {
            (self.act)();
        }
        self.lines += 1;
        self.inner.scrub(line, source, out)
    }

    fn too_long(&mut self) {}

    fn before_consent(&mut self, _: u64) {}

    fn take_counts(&mut self) -> Counts {
        self.inner.take_counts()
    }
}

/// Lines of about a kilobyte each.
fn long_lines(from: usize, to: usize) -> String {
    (from..to).map(|at| record(&format!("prompt {at:04}{}", " word".repeat(150))) + "\n").collect()
}

/// Reads while `act` happens at the line `at_line`, then reads again; the numbers of the prompts of both readings.
fn read_while(world: &World, at_line: usize, act: impl Fn() + Send) -> [Vec<usize>; 2] {
    let settings = TailSettings { line_bytes_max: 1 << 20, ..world.settings(Until::CaughtUp) };
    let fingerprint = Fingerprint::new(&[9; 32]);
    let inner = PolicyScrubber::new(&POLICY, ShipAll);
    let meddler = Meddler { inner, at_line, lines: 0, act: Box::new(act) };
    let records = world.spool.0.lock().unwrap().rows.values().copied().collect();
    Tail::new(settings, records, &fingerprint, Inbox::default(), meddler, world.spool.clone())
        .run(&mut |_| {})
        .map(drop)
        .unwrap();
    let number = |prompt: &String| prompt.split(' ').nth(1).unwrap().parse().unwrap();
    let first = world.taken().iter().map(number).collect();
    [first, world.read().iter().map(number).collect()]
}

#[test]
fn a_file_written_anew_while_it_is_read_is_read_anew_and_no_line_of_it_is_passed_over() {
    // It takes several reads, and the start stays the same, so that the start alone tells nothing.
    let (old, new) = (long_lines(0, 3000), long_lines(0, 5) + &long_lines(5000, 8995));
    for at_line in [0, 700, 2500] {
        let world = World::new();
        world.append("-p/s.jsonl", &old);
        let path = world.path("-p/s.jsonl");
        let [first, second] = read_while(&world, at_line, || fs::write(&path, &new).unwrap());
        assert!(
            first.len() > at_line && first.iter().copied().eq(0..first.len()),
            "at {at_line}: what was read was there"
        );
        assert!(first.len() < 3000, "at {at_line}: {} lines", first.len());
        let fresh: Vec<usize> = second.into_iter().filter(|number| *number >= 5000).collect();
        assert!(fresh.iter().copied().eq(5000..8995), "at {at_line}: {} lines of 3995", fresh.len());
    }
}

#[test]
fn a_file_cut_while_it_is_read_goes_on_once_it_grows() {
    let world = World::new();
    world.append("-p/s.jsonl", long_lines(0, 3000));
    let path = world.path("-p/s.jsonl");
    let cut = long_lines(0, 2000).len() as u64;
    let [first, second] =
        read_while(&world, 100, || OpenOptions::new().write(true).open(&path).unwrap().set_len(cut).unwrap());
    assert!(first.iter().copied().eq(0..2000), "{}", first.len());
    assert_eq!(second, <[usize; 0]>::default());
    world.append("-p/s.jsonl", lines(7000, 7001));
    assert_eq!(world.read(), prompts(7000, 7001));
}
