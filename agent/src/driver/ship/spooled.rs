//! What is done with segments that lie in the spool: opened, asked about, scrubbed again.

use super::{Ship, lock};
use crate::edge::clock;
use crate::edge::sink::Sink;
use crate::edge::store::LoadError;
use pipeline::pack::{Seq, Spooled};
use pipeline::seal::Payload;
use pipeline::ship::Input;
use scrubber::{Origin, Outcome, ProjectTag, Scratch, Tier};
use tracing::{error, warn};

impl<S: Sink> Ship<'_, S> {
    /// Looks whether events of these projects may leave at this moment.
    pub(super) fn ask(&self, projects: Vec<ProjectTag>) -> Input {
        let answer = |project| self.projects.ceiling(project).map(|ceiling| (project, ceiling));
        match projects.into_iter().map(answer).collect::<Result<_, _>>() {
            Ok(answers) => Input::Projects(answers),
            Err(fault) => {
                self.tell_failure(&fault, "look up projects");
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
                    self.tell_failure(&fault, "load segments");
                    return Err(Vec::new());
                }
            }
        }
        if unreadable.is_empty() { Ok(payloads) } else { Err(unreadable) }
    }

    /// Puts segments of another policy or a wider tier under the present one.
    pub(super) fn scrub_again(&mut self, segments: Vec<Spooled>) -> Vec<Input> {
        one_by_one(segments, |segment| self.scrub_segment(segment))
    }

    fn scrub_segment(&mut self, segment: &Spooled) -> Result<Vec<Spooled>, Failed> {
        let (seq, project) = (segment.seq(), segment.label().project());
        // A project that was opted out meanwhile is dropped before the next call.
        let ceiling = self.projects.ceiling(project).map_err(|fault| {
            self.tell_failure(&fault, "look up projects");
            Failed::ForNow
        });
        let origin = Origin { project, ceiling: ceiling?.unwrap_or(Tier::Metrics) };
        let loaded = lock(self.store).load(seq, &self.opener);
        let payload = match loaded {
            Ok(payload) => payload,
            Err(LoadError::Gone | LoadError::Open(_)) => return Err(Failed::ForGood),
            Err(LoadError::Store(fault)) => {
                self.tell_failure(&fault, "load segments");
                return Err(Failed::ForNow);
            }
        };
        let mut ndjson = Vec::new();
        payload.unpack(&mut ndjson).map_err(|_| Failed::ForGood)?;
        let (mut scratch, mut events) = (Scratch::default(), self.policy.events());
        for line in ndjson.split_inclusive(|byte| *byte == b'\n') {
            if let Outcome::Dropped(reason) = self.policy.scrub_again(line, origin, &mut scratch, &mut events) {
                warn!(reason = reason.as_str(), "a spooled event does not pass the present policy and is dropped");
            }
        }
        let mut sealed = Vec::new();
        for run in &events {
            let resealed = self.sealer.seal(run, self.policy).map_err(|fault| {
                error!(%fault, "cannot seal events: sending stops");
                self.stop.set_as_sealing_fails();
                Failed::ForNow
            });
            sealed.append(&mut resealed?.segments);
        }
        let replaced = lock(self.store).replace(seq, &sealed, &scratch.counts, clock::wall());
        replaced.map_err(|fault| {
            self.tell_failure(&fault, "replace segments");
            Failed::ForNow
        })
    }
}

/// Why a segment was not scrubbed again.
enum Failed {
    /// It is of no use.
    ForGood,
    /// The store failed, or the sealer: it is as it was.
    ForNow,
}

/// Scrubs segments again, each by itself, and tells what became of all of them: those before one that fails are replaced, and the
/// spool holds what they became under other places.
fn one_by_one(segments: Vec<Spooled>, mut scrub: impl FnMut(&Spooled) -> Result<Vec<Spooled>, Failed>) -> Vec<Input> {
    let (mut old, mut new, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    let mut segments = segments.into_iter();
    let mut left = Vec::new();
    for segment in segments.by_ref() {
        match scrub(&segment) {
            Ok(mut replaced) => {
                old.push(segment.seq());
                new.append(&mut replaced);
            }
            Err(Failed::ForGood) => unreadable.push(segment.seq()),
            Err(Failed::ForNow) => {
                left.push(segment);
                break;
            }
        }
    }
    left.extend(segments);
    let mut told = vec![Input::Replaced { old, new }];
    if !unreadable.is_empty() {
        told.push(Input::Unreadable(unreadable));
    }
    if !left.is_empty() {
        told.push(Input::StoreFailed { segments: left });
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::seal::{Header, KeyId, Label, Sealed};
    use pipeline::time::Wall;
    use scrubber::DataClass;

    fn spooled(seq: u64) -> Spooled {
        let label = Label::new("policy", "consent", ProjectTag::NONE);
        let header = Header { class: DataClass::Internal, label, lines: 1, bytes: 1 };
        Spooled::after_commit(Seq(seq), &Sealed::from_stored(header, KeyId(0), [0; 12], Vec::new()), Wall(0))
    }

    #[test]
    fn what_was_scrubbed_before_a_failure_is_told_and_what_was_not_is_as_it_was() {
        let told = one_by_one([8, 16, 24, 32, 40].map(spooled).into(), |segment| match segment.seq().0 {
            16 => Err(Failed::ForGood),
            32 => Err(Failed::ForNow),
            seq => Ok(vec![spooled(seq + 1)]),
        });
        let seqs = |segments: &[Spooled]| segments.iter().map(|one| one.seq().0).collect::<Vec<_>>();
        let [Input::Replaced { old, new }, Input::Unreadable(unreadable), Input::StoreFailed { segments }] =
            told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!((old.as_slice(), seqs(new)), ([Seq(8), Seq(24)].as_slice(), vec![9, 25]));
        assert_eq!((unreadable.as_slice(), seqs(segments)), ([Seq(16)].as_slice(), vec![32, 40]));
    }
}
