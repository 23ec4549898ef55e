//! What the tailer tells of what it saw.
//!
//! Promises: what changed is told, and while a backlog is read, how much of it is left, once in a while: to add it up takes
//! a look at all that waits.

use super::desk::Desk;
use super::{OnReport, TailReport};
use crate::edge::clock;
use pipeline::time::Mono;
use std::time::Duration;

/// Time between two reports while a backlog is read.
const EVERY: Duration = Duration::from_secs(1);

/// Tells what is new.
pub(super) struct Progress<'t, 'r> {
    on_report: &'t mut OnReport<'r>,
    told: Option<TailReport>,
    every: Duration,
    next: Mono,
}

impl<'t, 'r> Progress<'t, 'r> {
    /// Nothing was told yet.
    pub(super) fn new(on_report: &'t mut OnReport<'r>) -> Self {
        Self { on_report, told: None, every: EVERY, next: Mono::default() }
    }

    /// Tells what was seen, if it is new.
    pub(super) fn tell(&mut self, desk: &mut Desk<'_>) {
        desk.note_unread();
        if self.told.as_ref() != Some(&desk.report) {
            (self.on_report)(&desk.report);
            self.told = Some(desk.report.clone());
        }
        self.next = clock::mono().after(self.every);
    }

    /// As [`Progress::tell`], once in a while.
    pub(super) fn tell_some(&mut self, desk: &mut Desk<'_>) {
        if self.next <= clock::mono() {
            self.tell(desk);
        }
    }
}

#[cfg(test)]
impl Progress<'_, '_> {
    /// With another time between two reports.
    pub(super) fn every(self, every: Duration) -> Self {
        Self { every, ..self }
    }
}
