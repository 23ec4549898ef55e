//! The clocks: one that counts from the last boot and never jumps, and the calendar, which does.
//!
//! The run itself counts nanoseconds that no power loss sets back; both clocks are made of them.

use std::time::Duration;

use pipeline::time::{Mono, Wall};

pub(crate) const MS: u64 = 1_000_000;
pub(crate) const SECOND: u64 = 1000 * MS;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;

/// Some morning, UTC, in milliseconds since 1970.
const START_MS: i64 = 20_000 * 86_400_000 + 8 * 3_600_000;

#[derive(Debug)]
pub(crate) struct Clock {
    /// Nanoseconds since the run began.
    pub(crate) now: u64,
    boot: u64,
    /// How far the calendar is off.
    pub(crate) skew_ms: i64,
    /// Nanoseconds slept through.
    pub(crate) asleep: u64,
    /// Whether the calendar ever jumped.
    pub(crate) jumped: bool,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { now: 30 * SECOND, boot: 0, skew_ms: 0, asleep: 0, jumped: false }
    }

    pub(crate) fn mono(&self) -> Mono {
        Mono(self.now - self.boot)
    }

    pub(crate) fn wall(&self) -> Wall {
        Wall(self.true_ms() + self.skew_ms)
    }

    fn true_ms(&self) -> i64 {
        START_MS + (self.now / MS) as i64
    }

    /// When in the run the machine's clock shows `at`.
    pub(crate) fn time_of(&self, at: Mono) -> u64 {
        self.boot.saturating_add(at.0)
    }

    /// Moves on to a moment, never back.
    pub(crate) fn pass_to(&mut self, time: u64) {
        self.now = self.now.max(time);
    }

    pub(crate) fn sleep(&mut self, time: Duration) {
        let nanos = time.as_nanos() as u64;
        self.now += nanos;
        self.asleep += nanos;
    }

    pub(crate) fn jump(&mut self, by_ms: i64) {
        self.skew_ms += by_ms;
        self.jumped = true;
    }

    /// The machine starts again after a while without power.
    pub(crate) fn reboot(&mut self, after: Duration) {
        self.now += after.as_nanos() as u64;
        self.asleep += after.as_nanos() as u64;
        self.boot = self.now - 15 * SECOND;
    }
}
