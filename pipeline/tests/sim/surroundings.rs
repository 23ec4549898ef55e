//! Everything that a process finds around it, and what it leaves when it dies.

use std::collections::VecDeque;

use pipeline::limit::{Rate, Rates};
use pipeline::pack::BatchLimits;
use pipeline::seal::{Sealed, Sealer};
use pipeline::ship::Settings;
use pipeline::tail::Fingerprint;
use scrubber::{Events, Outcome, Policy};
use std::time::Duration;

use super::agent::Ended;
use super::clock::Clock;
use super::cloud::{Cloud, Weather};
use super::dice::Dice;
use super::disk::Disk;
use super::invariants::{Bounds, Invariants};
use super::records::Records;
use super::spool::Spool;
use super::user::User;

/// A mistake that the driver or the store could make; those of the machines are in `pipeline::planted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DriverBug {
    DropsOnPartialFailure,
    StoresPositionsFirst,
    IgnoresRevocation,
    IgnoresNarrowing,
    IgnoresPause,
    AcksLostResponse,
    IgnoresSpoolBound,
    ReadsAhead,
}

/// How a run's agent is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) settings: Settings,
    pub(crate) bounds: Bounds,
    /// One call at a time over all streams, as the agent's own driver has it.
    pub(crate) one_call: bool,
    /// Terms are looked at now and then, not before each effect: the grant alone must hold the tier.
    pub(crate) late_terms: bool,
    /// New rules are taken over by the living process; else it is started anew.
    pub(crate) live_rules: bool,
    /// Some records are refused for good.
    pub(crate) poison: bool,
    /// The calendar jumps at times.
    pub(crate) jumps: bool,
    pub(crate) spool_bytes: u64,
}

/// Steps that the trace holds.
const TRACE_STEPS: usize = 60;

pub(crate) struct Surroundings {
    pub(crate) dice: Dice,
    pub(crate) clock: Clock,
    pub(crate) disk: Disk,
    pub(crate) spool: Spool,
    pub(crate) cloud: Cloud,
    pub(crate) user: User,
    pub(crate) records: Records,
    pub(crate) invariants: Invariants,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) style: Style,
    pub(crate) bug: Option<DriverBug>,
    /// How often, in a million, a process dies where it may.
    pub(crate) death_ppm: u64,
    pub(crate) deaths: u64,
    /// How many receipts in a thousand the store cannot record.
    pub(crate) receipts_fail: u64,
    trace: VecDeque<(u64, &'static str, u64, u64)>,
}

impl Style {
    fn of(dice: &mut Dice) -> Self {
        let small = BatchLimits {
            records_max: 6,
            bytes_max: 16 * 1024,
            record_bytes: 4 * 1024,
            record_bytes_max: 16 * 1024,
            record_lines_max: 20,
        };
        let slow = Rates {
            calls: Some(Rate { per_second: 1, burst: 3 }),
            records: Some(Rate { per_second: 4, burst: 10 }),
            bytes: Some(Rate { per_second: 4 * 1024, burst: 20 * 1024 }),
        };
        let (limits, rates) = if dice.permille(750) { (small, slow) } else { (BatchLimits::FIREHOSE, Rates::FIREHOSE) };
        let bytes_per_day = dice.permille(400).then(|| dice.within(20, 150) * 1024);
        let flush_interval = Duration::from_secs(dice.pick(&[0, 10, 60, 60, 900]));
        let start_jitter = Duration::from_secs(10);
        let settings = Settings { limits, flush_interval, rates, bytes_per_day, start_jitter };
        Self {
            settings,
            bounds: Bounds { limits, rates, bytes_per_day },
            one_call: dice.permille(500),
            late_terms: dice.permille(400),
            live_rules: dice.permille(500),
            poison: dice.permille(200),
            jumps: dice.permille(500),
            spool_bytes: dice.within(12, 200) * 1024,
        }
    }
}

impl Surroundings {
    pub(crate) fn new(seed: u64, bug: Option<DriverBug>) -> Self {
        let mut dice = Dice::new(seed);
        let style = Style::of(&mut dice);
        let mut spool = Spool::new(style.spool_bytes);
        spool.ignores_bound = bug == Some(DriverBug::IgnoresSpoolBound);
        Self {
            dice,
            clock: Clock::new(),
            disk: Disk::new(!seed.is_multiple_of(2)),
            spool,
            cloud: Cloud { weather: Weather::Fine },
            user: User::new(),
            records: Records::default(),
            invariants: Invariants::default(),
            fingerprint: Fingerprint::new(&[3; 32]),
            style,
            bug,
            death_ppm: 0,
            deaths: 0,
            receipts_fail: 50,
            trace: VecDeque::new(),
        }
    }

    /// Here a process may be killed.
    pub(crate) fn may_die(&mut self) -> Result<(), Ended> {
        if self.death_ppm > 0 && self.dice.below(1_000_000) < self.death_ppm {
            self.deaths += 1;
            return Err(Ended::Killed);
        }
        Ok(())
    }

    /// Keeps what was done, in numbers alone.
    pub(crate) fn note(&mut self, what: &'static str, one: u64, other: u64) {
        if self.trace.len() == TRACE_STEPS {
            self.trace.pop_front();
        }
        self.trace.push_back((self.clock.now, what, one, other));
    }

    /// Lets the invariants read the spool's journal.
    pub(crate) fn follow(&mut self) {
        self.invariants.follow(&mut self.spool, &self.records);
    }

    /// Seals a run and says of which records each segment holds the events.
    pub(crate) fn sealed(&self, sealer: &mut Sealer, run: &Events, policy: &Policy) -> Vec<(Sealed, Vec<u32>)> {
        let mut numbers = run.iter().filter_map(|event| self.records.of_event(&event.id().to_string()));
        let segments = sealer.seal(run, policy).unwrap().segments;
        segments
            .into_iter()
            .map(|segment| {
                let lines = segment.header().lines as usize;
                (segment, numbers.by_ref().take(lines).collect())
            })
            .collect()
    }

    pub(crate) fn scrubbed(&mut self, number: Option<u32>, outcome: Outcome) {
        let known = number.filter(|number| (*number as usize) < self.records.len());
        if let Some(number) = known {
            let made = matches!(outcome, Outcome::Event(_));
            self.invariants.scrubbed(number, &self.records, &self.user, made);
        }
    }

    /// A line was counted as one from before consent, with the records that are glued together in it.
    pub(crate) fn held_back(&mut self, line: &[u8]) {
        if let Some(number) = self.records.whole_in(line) {
            self.invariants.held_back(number, &self.records);
        }
    }

    /// The last steps, one a line.
    pub(crate) fn trace(&self) -> String {
        let line = |(at, what, one, other): &(u64, &'static str, u64, u64)| {
            format!("{:>12.3} s  {what} {one} {other}\n", *at as f64 / 1e9)
        };
        self.trace.iter().map(line).collect()
    }
}
