//! The shipping loop: gives the shipper what happened and does what it asks for, one effect a turn, each under a grant
//! that was looked up for it.

mod costs;
mod spooled;
mod telling;

use super::control::Control;
use super::gate::{Gate, Terms};
use super::projects::Leaving;
use super::status::Credentials;
use super::stop::Stop;
use super::tail::TailReport;
use super::wishes::Wishes;
use crate::edge::clock;
use crate::edge::sandbox::Sandbox;
use crate::edge::sink::Sink;
use crate::edge::store::Store;
use pipeline::consent::OffReason;
use pipeline::pack::{Plan, Seq};
use pipeline::seal::{Opener, Sealer};
use pipeline::ship::{Answer, CallId, Effect, Input, Shipper, SpoolDrop, State, StreamStatus, Trouble};
use pipeline::time::{Mono, Wall};
use scrubber::{DataClass, Policy};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, timeout};
use tracing::{error, info, warn};

/// How often wishes of other commands and the ledger are looked at while nothing happens and nothing tells of them.
const TICK: Duration = Duration::from_secs(1);
/// The same where the system tells, while something waits or is to be read: a wish that was not told must not hold it up for long.
const TICK_WAITING: Duration = Duration::from_secs(5);
/// The same where the system tells and nothing waits: each look wakes the processor.
const TICK_TOLD: Duration = Duration::from_secs(30);
/// How often wishes of other commands are looked at while much happens. The ledger is asked for every effect.
const LOOK: Duration = Duration::from_millis(100);
/// How often segments are looked at for their age, and the database for free space.
const UPKEEP: Duration = Duration::from_secs(60 * 60);
/// How long trouble may last before a single run gives up; what waits goes with the next run.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the loop is told.
pub enum Message {
    /// For the shipper.
    Input(Input),
    /// Everything that is there now was read.
    TailDone,
    /// Another command left a wish, or consent changed.
    Look,
}

/// When the loop ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Never.
    Stopped,
    /// When all was read and delivered.
    Delivered,
    /// As [`Until::Delivered`], and as soon as so much failed in a row that the next attempt may be minutes away.
    DeliveredOrHeld,
}

/// How the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Stopped,
    /// All was read and delivered.
    Delivered,
    /// A single run gave up on the sink; what waits goes with the next run.
    GaveUp(Trouble),
    /// A single run gave up on the spool, which took or gave nothing for long; what was not stored is read again by the next run, and
    /// what waits goes with it.
    StoreFails,
    /// Events cannot be sealed; what was not stored is read again by whoever begins next.
    SealFails,
    /// A single run came to the most bytes that may leave in a day; what waits goes from midnight on, UTC.
    DayUsedUp,
    /// Consent is gone; the spool was emptied if it was taken back.
    Off(OffReason),
    /// Other terms hold now: start anew under them.
    TermsChanged,
    /// The spool's database is damaged: start anew over a fresh one.
    SpoolDamaged,
}

/// The loop's surroundings.
pub struct Ship<'a, S> {
    /// Decides.
    pub shipper: Shipper,
    /// Delivers.
    pub sink: S,
    /// Keeps.
    pub store: &'a Mutex<Store>,
    /// Opens segments.
    pub opener: Opener,
    /// Seals what was scrubbed again.
    pub sealer: Sealer,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The rules for projects.
    pub projects: Leaving<'a>,
    /// Consent.
    pub gate: Gate,
    /// The terms under which this loop was started.
    pub terms: Terms,
    /// Wishes of other commands.
    pub control: Control,
    /// Tells of wishes; `None` where the system does not.
    pub wishes: Option<Wishes>,
    /// Whether to end.
    pub stop: &'a Stop,
    /// When to end by itself.
    pub until: Until,
    /// What the reading thread saw last.
    pub report: &'a Mutex<TailReport>,
    /// Whether the sink needs credentials.
    pub credentials: Credentials,
    /// The state as it was left last.
    pub latest: &'a Mutex<Value>,
    /// How far the threads that read are restricted, once they run.
    pub sandbox: &'a OnceLock<Sandbox>,
}

/// What changes from turn to turn.
struct Turn {
    paused: Vec<DataClass>,
    /// Reading begins anew: a grant changed where.
    outdated: bool,
    /// When the last wish of sending at once was followed.
    flushed: Option<Wall>,
    /// Whether the state is to be told though it may be as it was.
    tells: bool,
    tail_done: bool,
    trouble_since: Option<Mono>,
    next_look: Mono,
    next_costs: Mono,
    sparing: bool,
    next_upkeep: Mono,
    last_status: Mono,
    /// When to look again whether there is news that it was too early for.
    tell_in: Option<Duration>,
    /// What was told last, but for the time.
    told: Option<Value>,
    /// What the streams were in when that was told.
    troubles: [Option<Trouble>; 3],
    /// What the log was told of the streams: their trouble, and whether anything was accepted.
    logged: [(Option<Trouble>, bool); 3],
    /// Whether the log was told that the store fails, and not yet of the end of that.
    store_fails: bool,
}

impl<S: Sink> Ship<'_, S> {
    /// Runs until it ends.
    pub async fn run(&mut self, inputs: &mut UnboundedReceiver<Message>) -> Ended {
        let now = clock::mono();
        let mut turn = Turn {
            paused: Vec::new(),
            outdated: false,
            flushed: None,
            tells: false,
            tail_done: false,
            trouble_since: None,
            next_look: now,
            next_costs: now,
            sparing: false,
            next_upkeep: now,
            last_status: Mono::default(),
            tell_in: None,
            told: None,
            troubles: [None; 3],
            logged: [(None, false); 3],
            store_fails: false,
        };
        self.shipper.handle(Input::Policy(Some(self.policy.id().as_str().to_owned())), now);
        let ended = loop {
            let now = clock::mono();
            while let Ok(message) = inputs.try_recv() {
                self.take(message, &mut turn, now);
            }
            if self.stop.is_set() {
                break ended_by(self.stop);
            }
            self.look_around(&mut turn, now);
            if turn.outdated {
                break Ended::TermsChanged;
            }
            while let Some(receipt) = self.shipper.poll_receipt(now) {
                let input = self.record(&receipt).map_or(Input::RecordFailed(receipt), Input::Recorded);
                self.shipper.handle(input, now);
            }
            self.tell_recovery(&mut turn);
            match self.turn(now).await {
                Ok(true) => {
                    // While much is to be done, one turn follows another.
                    self.leave_status_in_time(&mut turn, now);
                    continue;
                }
                Ok(false) => {}
                Err(ended) => break ended,
            }
            if let Some(ended) = self.is_over(&mut turn, now) {
                break ended;
            }
            self.leave_status(&mut turn, now);
            let tick = self.tick().min(turn.tell_in.unwrap_or(Duration::MAX));
            let until = self.shipper.poll_deadline().map_or(tick, |deadline| now.until(deadline)).min(tick);
            tokio::select! {
                message = news(inputs, until) => {
                    if let Some(message) = message {
                        self.take(message, &mut turn, clock::mono());
                    }
                }
                () = self.stop.wait() => {}
            }
        };
        while let Some(receipt) = self.shipper.poll_receipt(clock::mono()) {
            // A receipt that is lost here sends its events again, under the same ids.
            let _ = self.record(&receipt);
        }
        self.leave_status(&mut Turn { last_status: Mono::default(), told: None, ..turn }, clock::mono());
        ended
    }

    /// How long to wait for news at most.
    fn tick(&self) -> Duration {
        let told = self.until == Until::Stopped && self.wishes.as_ref().is_some_and(Wishes::are_told);
        let waits = || self.shipper.status().streams.iter().any(|stream| stream.waiting > 0);
        // What is read of a backlog may all be dropped, and nothing else tells of it then.
        let reads = || self.report.lock().unwrap_or_else(PoisonError::into_inner).unread_bytes > 0;
        match told {
            false => TICK,
            true if waits() || reads() => TICK_WAITING,
            true => TICK_TOLD,
        }
    }

    fn take(&mut self, message: Message, turn: &mut Turn, now: Mono) {
        match message {
            Message::Input(input) => self.shipper.handle(input, now),
            Message::TailDone => {
                turn.tail_done = true;
                info!("all that is there was read");
                self.shipper.handle(Input::Flush, now);
            }
            Message::Look => turn.next_look = now,
        }
    }

    /// Wishes of other commands, and upkeep of the store.
    fn look_around(&mut self, turn: &mut Turn, now: Mono) {
        if now < turn.next_look {
            return;
        }
        turn.next_look = now.after(LOOK);
        let paused = self.control.paused();
        if paused != turn.paused {
            info!(classes = paused.len(), "sending paused or resumed");
            turn.paused.clone_from(&paused);
            self.shipper.handle(Input::Pause(paused), now);
        }
        self.look_at_costs(turn, now);
        if self.control.take_flush() {
            (turn.flushed, turn.tells) = (Some(clock::wall()), true);
            self.shipper.handle(Input::Flush, now);
        }
        turn.tells |= self.control.take_status_wish();
        let outdated = lock(self.store).is_outdated();
        if let Err(fault) = &outdated {
            self.stop.set_if_damaged(fault);
        }
        turn.outdated = outdated.unwrap_or(false);
        if !lock(self.store).is_there() {
            error!("the spool's database was removed: starting anew over a fresh one");
            turn.outdated = true;
        }
        if turn.next_upkeep <= now {
            turn.next_upkeep = now.after(UPKEEP);
            let wall = clock::wall();
            self.shipper.handle(Input::Clock(wall), now);
            let expired = lock(self.store).expire(wall);
            match expired {
                Ok(seqs) if seqs.is_empty() => {}
                Ok(seqs) => {
                    warn!(segments = seqs.len(), "segments grew too old and were dropped");
                    self.shipper.handle(Input::Gone(seqs), now);
                }
                Err(fault) => {
                    warn!(%fault, "cannot look for old segments");
                    self.stop.set_if_damaged(&fault);
                }
            }
            let shrunk = lock(self.store).shrink();
            if let Err(fault) = shrunk {
                self.stop.set_if_damaged(&fault);
                warn!(%fault, "cannot give space back to the disk");
            }
            self.tell_health(wall, now);
        }
    }

    /// Does one thing that the shipper asks for; says whether there was one.
    async fn turn(&mut self, now: Mono) -> Result<bool, Ended> {
        match self.gate.terms() {
            Ok(terms) if terms == self.terms => {}
            Ok(_) => return Err(Ended::TermsChanged),
            Err(reason) => return Err(self.off(reason)),
        }
        let effect = match self.gate.grant() {
            Ok(grant) => self.shipper.poll_effect(&grant, now),
            Err(reason) => return Err(self.off(reason)),
        };
        let Some(effect) = effect else { return Ok(false) };
        let input = match effect {
            Effect::ScrubAgain(segments) => {
                let now = clock::mono();
                self.scrub_again(segments).into_iter().for_each(|input| self.shipper.handle(input, now));
                None
            }
            Effect::Send { call, plan } => self.send(call, &plan).await,
            Effect::Fetch { class, after, limit } => {
                let found = lock(self.store).pending(class, after, limit);
                match found {
                    Ok(segments) => Some(Input::Fetched { class, more: segments.len() == limit, segments }),
                    Err(fault) => {
                        self.tell_failure(&fault, "list segments");
                        Some(Input::StoreFailed { segments: Vec::new() })
                    }
                }
            }
            Effect::Discard { class, seqs, reason } => Some(self.discard(class, seqs, reason)),
            Effect::AskProjects(projects) => Some(self.ask(projects)),
        };
        if let Some(input) = input {
            self.shipper.handle(input, clock::mono());
        }
        Ok(true)
    }

    fn off(&mut self, reason: OffReason) -> Ended {
        if reason.ends_consent() {
            let emptied = lock(self.store).purge(SpoolDrop::Revoked, clock::wall());
            match emptied {
                Ok(events) => info!(events, "consent was taken back: the spool is empty"),
                Err(fault) => error!(%fault, "consent was taken back, but the spool cannot be emptied"),
            }
            self.shipper.handle(Input::Emptied, clock::mono());
        }
        Ended::Off(reason)
    }

    /// Loads a plan's segments and makes the call.
    async fn send(&mut self, call: CallId, plan: &Plan) -> Option<Input> {
        let payloads = match self.load(plan.segments()) {
            Ok(payloads) => payloads,
            Err(unreadable) => return Some(Input::Unsent { call, unreadable }),
        };
        let batch = match plan.fill(payloads, self.sink.form()) {
            Ok(batch) => batch,
            Err(fault) => return Some(Input::Unsent { call, unreadable: vec![fault.seq()] }),
        };
        let answer = tokio::select! {
            answer = self.sink.put(&batch) => answer,
            // Whether it arrived is unknown then; it goes again under the same ids.
            () = self.stop.wait() => Answer::Trouble(Trouble::OutcomeUnknown),
        };
        Some(Input::Answered { call, answer })
    }

    fn discard(&self, class: DataClass, seqs: Vec<Seq>, reason: SpoolDrop) -> Input {
        let (mut store, now) = (lock(self.store), clock::wall());
        // Nobody wanted those gone: what still stands in a file is read again.
        let damaged = reason == SpoolDrop::Unreadable;
        let discarded = if damaged { store.drop_damaged(&seqs, now) } else { store.discard(&seqs, reason, now) };
        drop(store);
        match discarded {
            Ok(0) => Input::Gone(seqs),
            Ok(events) => {
                let (class, reason, intended) = (class.as_str(), reason.as_str(), reason.intended());
                if intended {
                    info!(class, events, reason, "events dropped");
                } else {
                    error!(class, events, reason, "events dropped");
                }
                Input::Gone(seqs)
            }
            Err(fault) => {
                self.tell_failure(&fault, "drop segments");
                Input::NotDiscarded { class, seqs, reason }
            }
        }
    }

    fn record(&mut self, receipt: &pipeline::ship::Receipt) -> Option<CallId> {
        let settled = lock(self.store).settle(receipt, clock::wall());
        match settled {
            Ok(()) => Some(receipt.call()),
            Err(fault) => {
                self.tell_failure(&fault, "record receipts");
                None
            }
        }
    }

    /// Whether a single run has come to its end.
    fn is_over(&mut self, turn: &mut Turn, now: Mono) -> Option<Ended> {
        if self.until == Until::Stopped {
            return None;
        }
        let fails = [self.stop.store_fails_since(), self.shipper.store_fails_since()];
        if fails.into_iter().flatten().any(|since| since.until(now) > PATIENCE) {
            return Some(Ended::StoreFails);
        }
        if turn.tail_done && self.shipper.is_empty() {
            // What was dropped last may come again from its file.
            let outdated = lock(self.store).is_outdated();
            return match outdated {
                Ok(true) => Some(Ended::TermsChanged),
                Ok(false) => Some(Ended::Delivered),
                Err(fault) => {
                    // It is asked once more at the next tick, and not for ever.
                    self.stop.note_store(Some(now));
                    self.stop.set_if_damaged(&fault);
                    None
                }
            };
        }
        let status = self.shipper.status();
        if turn.tail_done && status.streams.iter().any(|stream| stream.state == State::DayUsedUp) {
            return Some(Ended::DayUsedUp);
        }
        let trouble = status.streams.iter().find_map(|stream| match stream.state {
            State::Held(trouble) => Some((trouble, true)),
            State::BreakerOpen(trouble) => Some((trouble, self.until == Until::DeliveredOrHeld)),
            State::BackingOff(trouble) => Some((trouble, false)),
            State::Idle | State::Waiting | State::Sending | State::Paused | State::PolicyMissing | State::DayUsedUp => {
                None
            }
        });
        let Some((trouble, held)) = trouble else {
            turn.trouble_since = None;
            let rests = |stream: &StreamStatus| stream.state == State::Paused || stream.waiting == 0;
            let paused = !turn.paused.is_empty() && status.streams.iter().all(rests);
            return (paused && turn.tail_done).then_some(Ended::Stopped);
        };
        let since = *turn.trouble_since.get_or_insert(now);
        (held || since.until(now) > PATIENCE).then_some(Ended::GaveUp(trouble))
    }
}

/// How the loop ends where everybody should.
fn ended_by(stop: &Stop) -> Ended {
    if stop.is_for_damage() {
        Ended::SpoolDamaged
    } else if stop.is_to_begin_anew() {
        Ended::TermsChanged
    } else if stop.is_as_sealing_fails() {
        Ended::SealFails
    } else {
        Ended::Stopped
    }
}

/// The next message, if one comes within `most`. Where nobody is left to send one, as at the end of `run --once`, only the time passes.
async fn news(inputs: &mut UnboundedReceiver<Message>, most: Duration) -> Option<Message> {
    match timeout(most, inputs.recv()).await {
        Ok(Some(message)) => Some(message),
        Ok(None) => {
            sleep(most).await;
            None
        }
        Err(_) => None,
    }
}

/// Locks the store. A panic of another holder leaves it usable: its transaction was rolled back.
pub fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds since 1970 of an instant on the other clock.
pub(super) fn wall_of(at: Mono, now: Mono, wall: Wall) -> Wall {
    let ms = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    if at > now {
        Wall(wall.0.saturating_add(ms(now.until(at))))
    } else {
        Wall(wall.0.saturating_sub(ms(at.until(now))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn who_cannot_seal_has_failed_and_was_not_asked_to_end() {
        let (asked, failed) = (Stop::default(), Stop::default());
        asked.set();
        failed.set_as_sealing_fails();
        assert!(failed.is_set());
        assert_eq!((ended_by(&asked), ended_by(&failed)), (Ended::Stopped, Ended::SealFails));
    }

    #[tokio::test]
    async fn who_waits_for_nobody_waits_all_the_same() {
        let (sender, mut inputs) = unbounded_channel();
        assert!(sender.send(Message::Look).is_ok());
        drop(sender);
        let hour = Duration::from_secs(3600);
        assert!(matches!(news(&mut inputs, hour).await, Some(Message::Look)));
        let waited = timeout(Duration::from_millis(50), news(&mut inputs, hour)).await;
        assert!(waited.is_err(), "it answered at once, and the loop would turn without end");
    }
}
