//! What the loop tells of itself: its state to other commands, its health to who receives events.

use super::{Ship, Turn};
use crate::driver::{health, status};
use crate::edge::clock;
use crate::edge::sink::Sink;
use crate::edge::store::StoreError;
use pipeline::ship::{Input, Status, Trouble};
use pipeline::time::{Mono, Wall};
use std::sync::PoisonError;
use std::time::Duration;
use tracing::{info, warn};

/// How often `status` is told what is new, and that all is as it was.
const STATUS: Duration = Duration::from_secs(5);
const STATUS_OLD: Duration = Duration::from_secs(60);

impl<S: Sink> Ship<'_, S> {
    /// Spools the event of the agent's health, where one is due.
    pub(super) fn tell_health(&mut self, wall: Wall, now: Mono) {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let facts =
            health::Facts { status: &self.shipper.status(), report: &report, consent: self.terms.given, now: wall };
        match health::spool(self.store, self.policy, &mut self.sealer, &facts) {
            Ok(segments) if segments.is_empty() => {}
            Ok(segments) => self.shipper.handle(Input::Appended(segments), now),
            Err(fault) => warn!(%fault, "cannot spool the event of the agent's health"),
        }
    }

    /// Tells the log that the store could not do something that is tried again, and whoever else must know. Of what follows until it
    /// works again the log is told nothing: that comes every few seconds.
    pub(super) fn tell_failure(&self, fault: &StoreError, doing: &'static str) {
        if self.shipper.store_fails_since().is_none() {
            warn!(%fault, doing, "the spool fails: what waits stays, and it is tried again");
        }
        self.stop.set_if_damaged(fault);
    }

    /// Tells the log that the store works again.
    pub(super) fn tell_recovery(&self, turn: &mut Turn) {
        let fails = self.shipper.store_fails_since().is_some();
        if std::mem::replace(&mut turn.store_fails, fails) && !fails {
            info!("the spool works again");
        }
    }

    /// As [`Ship::leave_status`], but no more often than the time passes that it waits for where nothing troubles.
    pub(super) fn leave_status_in_time(&self, turn: &mut Turn, now: Mono) {
        if turn.last_status.until(now) >= STATUS {
            self.leave_status(turn, now);
        }
    }

    pub(super) fn leave_status(&self, turn: &mut Turn, now: Mono) {
        let never = turn.last_status == Mono::default();
        let age = turn.last_status.until(now);
        let status = self.shipper.status();
        log_changes(&status, turn);
        let troubles = status.streams.map(|stream| stream.state.trouble());
        turn.tell_in = None;
        if !never && age < STATUS && troubles == turn.troubles && !turn.tells {
            turn.tell_in = Some(STATUS.saturating_sub(age));
            return;
        }
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut state =
            status::of(&status, &report, self.credentials, self.sandbox.get().copied(), (now, clock::wall()));
        if let Some(members) = state.as_object_mut() {
            members.insert("sparing".to_owned(), turn.sparing.into());
            members.extend(turn.flushed.map(|flushed| ("flushed_ms".to_owned(), flushed.0.into())));
        }
        let time = state.as_object_mut().and_then(|members| members.remove("time_ms"));
        if !never && !turn.tells && age < STATUS_OLD && turn.told.as_ref() == Some(&state) {
            return;
        }
        (turn.last_status, turn.troubles, turn.told) = (now, troubles, Some(state.clone()));
        turn.tells = false;
        if let Some((members, time)) = state.as_object_mut().zip(time) {
            members.insert("time_ms".to_owned(), time);
        }
        self.control.leave_status(&state);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Tells the log where trouble begins and ends, and of the first events that a stream takes.
fn log_changes(status: &Status, turn: &mut Turn) {
    for (stream, (trouble, arrived)) in status.streams.iter().zip(&mut turn.logged) {
        let class = stream.class.as_str();
        let now = stream.state.trouble();
        if now != *trouble {
            *trouble = now;
            match now.map(Trouble::as_str) {
                Some(trouble) => info!(class, trouble, "sending is held up"),
                None => info!(class, "sending is held up no longer"),
            }
        }
        if stream.events_accepted > 0 && !*arrived {
            *arrived = true;
            info!(class, events = stream.events_accepted, "events arrive");
        }
    }
}
