//! What is done with segments that lie in the spool: opened, asked about, scrubbed again.

use super::{Ship, lock};
use crate::edge::clock;
use crate::edge::sink::Sink;
use crate::edge::store::LoadError;
use pipeline::pack::{Seq, Spooled};
use pipeline::seal::Payload;
use pipeline::ship::Input;
use scrubber::{Origin, Outcome, ProjectTag, Scratch, Tier};
use tracing::warn;

impl<S: Sink> Ship<'_, S> {
    /// Looks whether events of these projects may leave at this moment.
    pub(super) fn ask(&self, projects: Vec<ProjectTag>) -> Input {
        let answer = |project| self.projects.ceiling(project).map(|ceiling| (project, ceiling));
        match projects.into_iter().map(answer).collect::<Result<_, _>>() {
            Ok(answers) => Input::Projects(answers),
            Err(fault) => {
                warn!(%fault, "cannot look up projects in the spool");
                self.stop.set_if_damaged(&fault);
                Input::StoreFailed { segments: Vec::new() }
            }
        }
    }

    /// Opens segments; names those of no use, none when the store failed for now.
    pub(super) fn load<'p>(&self, segments: impl Iterator<Item = &'p Spooled>) -> Result<Vec<Payload>, Vec<Seq>> {
        let store = lock(self.store);
        let (mut payloads, mut unreadable) = (Vec::new(), Vec::new());
        for segment in segments {
            match store.load(segment.seq(), &self.opener) {
                Ok(payload) => payloads.push(payload),
                Err(LoadError::Gone | LoadError::Open(_)) => unreadable.push(segment.seq()),
                Err(LoadError::Store(fault)) => {
                    warn!(%fault, "cannot read the spool");
                    self.stop.set_if_damaged(&fault);
                    return Err(Vec::new());
                }
            }
        }
        if unreadable.is_empty() { Ok(payloads) } else { Err(unreadable) }
    }

    /// Puts segments of another policy or a wider tier under the present one.
    pub(super) fn scrub_again(&mut self, segments: Vec<Spooled>) -> Input {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for segment in &segments {
            match self.scrub_segment(segment) {
                Ok(mut replaced) => {
                    old.push(segment.seq());
                    new.append(&mut replaced);
                }
                Err(true) => return Input::Unreadable(vec![segment.seq()]),
                Err(false) => return Input::StoreFailed { segments },
            }
        }
        Input::Replaced { old, new }
    }

    /// Says on failure whether the segment is of no use.
    fn scrub_segment(&mut self, segment: &Spooled) -> Result<Vec<Spooled>, bool> {
        let (seq, project) = (segment.seq(), segment.label().project());
        // A project that was opted out meanwhile is dropped before the next call.
        let ceiling = self.projects.ceiling(project).map_err(|_| false)?.unwrap_or(Tier::Metrics);
        let origin = Origin { project, ceiling };
        let loaded = lock(self.store).load(seq, &self.opener);
        let payload = match loaded {
            Ok(payload) => payload,
            Err(LoadError::Gone | LoadError::Open(_)) => return Err(true),
            Err(LoadError::Store(fault)) => {
                self.stop.set_if_damaged(&fault);
                return Err(false);
            }
        };
        let mut ndjson = Vec::new();
        payload.unpack(&mut ndjson).map_err(|_| true)?;
        let (mut scratch, mut events) = (Scratch::default(), self.policy.events());
        for line in ndjson.split_inclusive(|byte| *byte == b'\n') {
            if let Outcome::Dropped(reason) = self.policy.scrub_again(line, origin, &mut scratch, &mut events) {
                warn!(reason = reason.as_str(), "a spooled event does not pass the present policy and is dropped");
            }
        }
        let mut sealed = Vec::new();
        for run in &events {
            sealed.append(&mut self.sealer.seal(run, self.policy).map_err(|_| false)?.segments);
        }
        let replaced = lock(self.store).replace(seq, &sealed, &scratch.counts, clock::wall());
        replaced.map_err(|fault| {
            warn!(%fault, "cannot replace a segment");
            self.stop.set_if_damaged(&fault);
            false
        })
    }
}
