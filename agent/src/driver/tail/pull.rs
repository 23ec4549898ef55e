//! Readers at one desk: each takes a slice of a file, reads it, and gives it back.
//!
//! Promises: the desk is never locked while a line is scrubbed or a run handed over; a reader that fails or panics ends the
//! others.

use super::desk::{Desk, Next};
use super::read::Reader;
use super::{LineScrubber, SpoolClosed, Spooler};
use crate::edge::watch::Inbox;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A desk that readers share.
pub(super) struct Shared<'a> {
    state: Mutex<State<'a>>,
    /// Told whenever a file was given back, or all is over.
    freed: Condvar,
}

struct State<'a> {
    desk: Desk<'a>,
    over: bool,
}

/// Says that all is over unless the reader came to its end as it should.
struct Ending<'s, 'a> {
    shared: &'s Shared<'a>,
    in_order: bool,
}

impl<'a> Shared<'a> {
    pub(super) fn new(desk: Desk<'a>) -> Self {
        Self { state: Mutex::new(State { desk, over: false }), freed: Condvar::new() }
    }

    /// The desk, while no reader is at it.
    pub(super) fn get_mut(&mut self) -> &mut Desk<'a> {
        &mut self.state.get_mut().unwrap_or_else(PoisonError::into_inner).desk
    }

    /// Reads until nothing is left or the inbox asks for an end; calls `between` before each slice.
    pub(super) fn pull<L: LineScrubber, S: Spooler>(
        &self,
        reader: &mut Reader<'_, L, S>,
        inbox: &Inbox,
        between: &mut dyn FnMut(&mut Desk<'a>),
    ) -> Result<(), SpoolClosed> {
        let mut ending = Ending { shared: self, in_order: false };
        let mut state = self.lock();
        while !state.over && !inbox.is_stopped() {
            between(&mut state.desk);
            match state.desk.take() {
                Next::Nothing => break,
                Next::Wait => state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Next::Job(mut job) => {
                    drop(state);
                    let read = reader.read(&mut job)?;
                    state = self.lock();
                    state.desk.put_back(*job, &read);
                    self.freed.notify_all();
                }
            }
        }
        drop(state);
        ending.in_order = true;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ending<'_, '_> {
    fn drop(&mut self) {
        if !self.in_order {
            self.shared.lock().over = true;
            self.shared.freed.notify_all();
        }
    }
}
