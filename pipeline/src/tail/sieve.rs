//! Lets each event through once, however often its record is read: cut short, moved, copied, replaced, torn, or written
//! twice by Claude Code itself.
//!
//! Promises: of the events of a session, those of which the store has the id do not pass, and those that passed are handed
//! out as ids to be stored in the same transaction. The ids are keyed hashes, so they tell nothing to who lacks the key.
//! Memory is bounded by [`IDS_HELD_MAX`] and the largest session.
//!
//! A record of which the event is known need not be scrubbed at all: [`Sieve::holds`] tells. What passed and was not committed
//! yet counts as known, since runs are committed in the order in which they were sifted.
//!
//! Left out on purpose: storing, and how long ids are kept. What passed must be committed before more is sifted for
//! storing; where a commit is given up, the sieve must be given up with it.

use scrubber::{EventId, Events, SessionTag};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Ids held in memory at most, 8 bytes each and about as much again for the table. Sessions at work have fewer than 2,000
/// each; one that was let go is loaded again.
pub const IDS_HELD_MAX: usize = 64 * 1024;

/// The ids of events of one session that passed, to be stored with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The session.
    pub session: SessionTag,
    /// Halves of the events' ids, in order.
    pub ids: Vec<u64>,
}

/// Knows what was stored of the sessions at work.
#[derive(Default)]
pub struct Sieve {
    sessions: HashMap<SessionTag, Ids, BuildHasherDefault<AsIs>>,
    held: usize,
    passed: Vec<Passed>,
}

type Ids = HashSet<u64, BuildHasherDefault<AsIs>>;

impl Sieve {
    /// Takes out of `events` what was stored before and returns how many those were. `load` gives what the store has of a
    /// session.
    ///
    /// # Errors
    /// What `load` gives; nothing is changed then.
    pub fn sift<E>(
        &mut self,
        events: &mut Events,
        mut load: impl FnMut(SessionTag) -> Result<Vec<u64>, E>,
    ) -> Result<u64, E> {
        // Nothing may count as passed before everything is known that can fail.
        let mut last = None;
        for session in events.iter().map(|event| event.session()) {
            if last.replace(session) != Some(session) && !self.sessions.contains_key(&session) {
                self.make_room(events.iter().map(|event| event.session()));
                self.learn(session, load(session)?);
            }
        }
        let Self { sessions, held, passed } = self;
        Ok(events.retain(|session, id| {
            let fresh = sessions.entry(session).or_default().insert(id.half());
            if fresh {
                *held += 1;
                match passed.iter_mut().rev().find(|passed| passed.session == session) {
                    Some(passed) => passed.ids.push(id.half()),
                    None => passed.push(Passed { session, ids: vec![id.half()] }),
                }
            }
            fresh
        }))
    }

    /// Whether the event passed before. `load` gives what the store has of a session.
    ///
    /// # Errors
    /// What `load` gives; nothing is changed then.
    pub fn holds<E>(
        &mut self,
        session: SessionTag,
        id: EventId,
        load: impl FnOnce(SessionTag) -> Result<Vec<u64>, E>,
    ) -> Result<bool, E> {
        if !self.sessions.contains_key(&session) {
            self.make_room([session]);
            self.learn(session, load(session)?);
        }
        Ok(self.sessions.get(&session).is_some_and(|ids| ids.contains(&id.half())))
    }

    /// Gives out what passed since it was last asked for.
    pub fn take_passed(&mut self) -> Vec<Passed> {
        std::mem::take(&mut self.passed)
    }

    fn learn(&mut self, session: SessionTag, stored: Vec<u64>) {
        self.held += stored.len();
        self.sessions.insert(session, stored.into_iter().collect());
    }

    /// When too much is held, lets go of all sessions but `at_work` and those of which the store lacks an id.
    fn make_room(&mut self, at_work: impl IntoIterator<Item = SessionTag>) {
        if self.held < IDS_HELD_MAX {
            return;
        }
        let passed = self.passed.iter().map(|passed| passed.session);
        let mut kept: Vec<SessionTag> = at_work.into_iter().chain(passed).collect();
        kept.sort_unstable();
        self.sessions.retain(|session, _| kept.binary_search(session).is_ok());
        self.held = self.sessions.values().map(HashSet::len).sum();
    }
}

/// Takes keyed hashes as they are: nobody without the key can choose them to collide.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
