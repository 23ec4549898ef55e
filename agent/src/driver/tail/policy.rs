//! The tailer's partners in a running agent: the policy in force, and the storing thread.

use super::{Ahead, LineScrubber, Run, SpoolClosed, Spooler};
use crate::driver::spooler::{Handover, Package};
use crate::edge::clock;
use crate::edge::store::PositionUpdate;
use pipeline::tail::FileKey;
use scrubber::{Counts, DropReason, EventsByTier, Outcome, Policy, Projects, RawLine, Scratch, Source};

/// Scrubs under one policy, for projects as they decide.
pub struct PolicyScrubber<'p, P> {
    policy: &'p Policy,
    projects: P,
    scratch: Scratch,
}

/// Hands runs to the storing thread.
pub struct ToStore<'p> {
    handover: Handover,
    policy: &'p Policy,
}

impl<'p, P> PolicyScrubber<'p, P> {
    /// Scrubs under `policy`.
    pub fn new(policy: &'p Policy, projects: P) -> Self {
        Self { policy, projects, scratch: Scratch::default() }
    }
}

impl<'p> ToStore<'p> {
    /// Hands over what was made under `policy`.
    pub fn new(handover: Handover, policy: &'p Policy) -> Self {
        Self { handover, policy }
    }

    fn give(&self, package: Package) -> Result<(), SpoolClosed> {
        self.handover.give(package).map_err(|_| SpoolClosed)
    }
}

impl<P: Projects> LineScrubber for PolicyScrubber<'_, P> {
    fn events(&self) -> EventsByTier {
        self.policy.events()
    }

    fn scrub(&mut self, line: &RawLine<'_>, source: &mut Source, out: &mut EventsByTier) -> Outcome {
        self.policy.scrub(line, source, &mut self.projects, clock::wall().0, &mut self.scratch, out)
    }

    fn too_long(&mut self) {
        self.scratch.counts.lines += 1;
        *self.scratch.counts.dropped.entry(DropReason::LineTooLong).or_default() += 1;
    }

    fn before_consent(&mut self, lines: u64) {
        if lines > 0 {
            self.scratch.counts.lines += lines;
            *self.scratch.counts.dropped.entry(DropReason::BeforeConsent).or_default() += lines;
        }
    }

    fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.scratch.counts)
    }
}

impl Spooler for ToStore<'_> {
    fn spool(&mut self, run: Run) -> Result<Option<EventsByTier>, SpoolClosed> {
        let superseded = run.supersedes.map(PositionUpdate::Forget);
        let positions = superseded.into_iter().chain([PositionUpdate::Set(run.record)]).collect();
        self.give(Package { events: run.events, positions, counts: run.counts, ahead: run.ahead })?;
        Ok(Some(self.handover.empty(self.policy)))
    }

    fn forget(&mut self, rows: &[FileKey]) -> Result<(), SpoolClosed> {
        let positions = rows.iter().copied().map(PositionUpdate::Forget).collect();
        let (events, counts) = (self.policy.events(), Counts::default());
        self.give(Package { events, positions, counts, ahead: Ahead::Nothing })
    }
}
