//! What was stored before, for both sides of the hand-over: readers leave such records unscrubbed, and the storing thread keeps
//! out of the spool what two readers scrubbed at once.

use super::ship::lock;
use crate::edge::store::{Store, StoreError};
use pipeline::tail::{Passed, Sieve};
use scrubber::{EventId, Events, SessionTag};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The sieve with the store behind it.
pub struct Stored<'a> {
    sieve: Mutex<Sieve>,
    store: &'a Mutex<Store>,
}

impl<'a> Stored<'a> {
    /// Knows what `store` has.
    pub fn new(store: &'a Mutex<Store>) -> Self {
        Self { sieve: Mutex::default(), store }
    }

    /// Whether the event was stored, or is about to be. While the store cannot be asked: no.
    pub fn holds(&self, session: SessionTag, id: EventId) -> bool {
        self.sieve().holds(session, id, |session| lock(self.store).stored_ids(session)).unwrap_or(false)
    }

    /// Takes out of `events` what was stored before and returns how many those were.
    ///
    /// # Errors
    /// When the store cannot be asked; nothing is changed then.
    pub fn sift(&self, events: &mut Events) -> Result<u64, StoreError> {
        self.sieve().sift(events, |session| lock(self.store).stored_ids(session))
    }

    /// What passed since it was last asked for, to be stored in one transaction with its events.
    pub fn take_passed(&self) -> Vec<Passed> {
        self.sieve().take_passed()
    }

    fn sieve(&self) -> MutexGuard<'_, Sieve> {
        self.sieve.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
