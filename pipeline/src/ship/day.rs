//! The bytes of a day, UTC, as far as they were accepted or are in flight.

use std::time::Duration;

use crate::time::{DAY_MS, Mono, Wall};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    number: i64,
    pub(super) end: Mono,
    pub(super) bytes: u64,
    pub(super) used_up: bool,
}

impl Day {
    pub(super) fn new(bytes: u64, wall: Wall, now: Mono) -> Self {
        Self { bytes, ..Self::of(wall, now) }
    }

    /// Days since 1970.
    pub(super) fn number(&self) -> i64 {
        self.number
    }

    fn of(wall: Wall, now: Mono) -> Self {
        let left = DAY_MS - wall.0.rem_euclid(DAY_MS);
        let end = now.after(Duration::from_millis(left.unsigned_abs()));
        Self { number: wall.0.div_euclid(DAY_MS), end, bytes: 0, used_up: false }
    }

    pub(super) fn advance(&mut self, now: Mono) {
        while self.end <= now {
            *self = Self { number: self.number + 1, end: self.end.after(DAY), bytes: 0, used_up: false };
        }
    }

    /// A clock that was set back, and forth again, does not give the day's bytes again.
    pub(super) fn corrected(&mut self, wall: Wall, now: Mono) {
        self.advance(now);
        let day = Self::of(wall, now);
        let bytes = if day.number > self.number { 0 } else { self.bytes };
        *self = Self { number: day.number.max(self.number), bytes, ..day };
    }

    /// Gives bytes back that were counted on day `number`; what was counted yesterday is no part of today's bytes.
    pub(super) fn refund(&mut self, number: i64, bytes: usize) {
        if number == self.number {
            self.bytes = self.bytes.saturating_sub(bytes as u64);
        }
    }
}
