//! The machine that decides what is sent when.

use std::collections::VecDeque;
use std::time::Duration;

use scrubber::DataClass;

use super::backoff::Chance;
use super::day::Day;
use super::projects::Projects;
use super::status::{State, Status};
use super::stream::{Landed, Stream, Terms};
use super::{Answer, CallId, Effect, Input, Outcome, Receipt, SpoolDrop, Trouble};
use crate::consent::Grant;
use crate::limit::{Cost, Limiter, Rates};
use crate::pack::{BatchLimits, Packer, Seq, Spooled};
use crate::planted::{Bug, is_planted};
use crate::time::{Mono, Wall};

/// How long to leave the store alone after it failed.
const STORE_WAIT: Duration = Duration::from_secs(5);

/// The least flush interval on battery and on a metered network: each call wakes the radio, and costs some bytes of its own. Five minutes, and as much in Amazon Data Firehose's buffer, leave
/// events fresh within a quarter of an hour.
const SPARING_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// How to ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What the sink takes in a call.
    pub limits: BatchLimits,
    /// The longest that a segment waits for company; zero sends at once. Default 60 s.
    pub flush_interval: Duration,
    /// Limits over all streams together.
    pub rates: Rates,
    /// Bytes a day, UTC; `None` is no limit. Never less than one call.
    pub bytes_per_day: Option<u64>,
    /// The first call waits up to this long, by chance. Default 10 s for Firehose, none for a directory.
    pub start_jitter: Duration,
}

/// Decides what is sent when, over the streams of all classes.
#[derive(Debug)]
pub struct Shipper {
    settings: Settings,
    packer: Packer,
    limiter: Limiter,
    chance: Chance,
    streams: [Stream; 3],
    /// The stream that is asked first, so that none starves under the common limits.
    first: usize,
    calls: u64,
    policy: Option<String>,
    projects: Projects,
    /// In the order of the streams.
    paused: [bool; 3],
    sparing: bool,
    flush: Option<Mono>,
    start_at: Mono,
    store_wait: Mono,
    day: Day,
    receipts: VecDeque<(Receipt, Mono)>,
    deadline: Option<Mono>,
}

/// What asking a stream for a call brought.
enum Turn {
    Effect(Box<Effect>),
    /// Nothing before then.
    At(Mono),
    /// Nothing before the next input.
    Rest,
}

impl Shipper {
    /// A shipper that knows nothing of the spool yet and asks for it. It sends nothing before [`Input::Policy`].
    ///
    /// `seed` is random; the same seed and inputs give the same effects. `bytes_today` is what was accepted since midnight UTC.
    pub fn new(settings: Settings, seed: u64, bytes_today: u64, now: Mono, wall: Wall) -> Self {
        let mut chance = Chance::new(seed);
        Self {
            settings,
            packer: Packer::new(settings.limits),
            limiter: Limiter::new(settings.rates),
            start_at: now.after(chance.up_to(settings.start_jitter)),
            chance,
            streams: DataClass::ALL.map(Stream::new),
            first: 0,
            calls: 0,
            policy: None,
            projects: Projects::default(),
            paused: [false; 3],
            sparing: false,
            flush: None,
            store_wait: now,
            day: Day::new(bytes_today, wall, now),
            receipts: VecDeque::new(),
            deadline: Some(now),
        }
    }

    /// Takes note of what happened. Never blocks and never fails.
    pub fn handle(&mut self, input: Input, now: Mono) {
        self.deadline = Some(now);
        match input {
            Input::Appended(segments) => {
                segments.into_iter().for_each(|segment| self.stream(segment.class()).appended(segment, now));
            }
            Input::Fetched { class, segments, more } => self.stream(class).fetched(segments, more),
            Input::Replaced { old, new } => {
                self.streams.iter_mut().for_each(|stream| stream.forget(&old));
                new.into_iter().for_each(|segment| self.stream(segment.class()).replaced(segment));
            }
            Input::Gone(seqs) => self.streams.iter_mut().for_each(|stream| stream.forget(&seqs)),
            Input::Emptied => {
                self.receipts.clear();
                self.streams.iter_mut().for_each(Stream::empty);
            }
            Input::Unreadable(seqs) => self.unreadable(&seqs),
            Input::StoreFailed { segments } => self.store_failed(&segments, now),
            Input::DiscardFailed { seqs, reason, class } => {
                self.stream(class).discard_failed(seqs, reason);
                self.store_failed(&[], now);
            }
            Input::Unsent { call, unreadable } => self.unsent(call, &unreadable, now),
            Input::Answered { call, answer } => self.answered(call, answer, now),
            Input::Recorded(call) => self.streams.iter_mut().for_each(|stream| stream.recorded(call)),
            Input::RecordFailed(_) if is_planted(Bug::ForgetsUnrecordedReceipt) => {}
            Input::RecordFailed(receipt) => self.receipts.push_back((receipt, now.after(STORE_WAIT))),
            Input::Projects(answers) => self.projects.heard(answers, now),
            Input::Policy(policy) => self.policy = policy,
            Input::Pause(classes) => self.paused = DataClass::ALL.map(|class| classes.contains(&class)),
            Input::Sparing(sparing) => self.sparing = sparing,
            Input::Flush => self.flush_now(now),
            Input::Clock(wall) => self.day.corrected(wall, now),
        }
    }

    /// What is to be done now; call again until it is `None`.
    pub fn poll_effect(&mut self, grant: &Grant<'_>, now: Mono) -> Option<Effect> {
        let effect = self.next_effect(grant, now);
        if effect.is_some() {
            self.deadline = Some(now);
        }
        effect
    }

    /// A receipt for the store to record, answered with [`Input::Recorded`] or [`Input::RecordFailed`]. It needs no grant: what
    /// it says has been sent already.
    pub fn poll_receipt(&mut self, now: Mono) -> Option<Receipt> {
        let place = self.receipts.iter().position(|(_, at)| *at <= now)?;
        self.receipts.remove(place).map(|(receipt, _)| receipt)
    }

    /// When to call again without an input; `None` is never.
    pub fn poll_deadline(&self) -> Option<Mono> {
        self.receipts.iter().map(|(_, at)| *at).chain(self.deadline).min()
    }

    /// Whether everything that the spool held was accepted and recorded.
    pub fn is_empty(&self) -> bool {
        self.receipts.is_empty() && self.streams.iter().all(Stream::is_empty)
    }

    /// What `status` shows.
    pub fn status(&self) -> Status {
        let state = |paused| match (&self.policy, paused, self.day.used_up) {
            (_, true, _) => Some(State::Paused),
            (None, false, _) => Some(State::PolicyMissing),
            (Some(_), false, true) => Some(State::DayUsedUp),
            (Some(_), false, false) => None,
        };
        let mut paused = self.paused.into_iter();
        let streams = self.streams.each_ref().map(|stream| stream.status(state(paused.next() == Some(true))));
        Status { streams, bytes_today: self.day.bytes }
    }

    /// Segments and receipts that it has in mind: what its memory grows with.
    pub fn held(&self) -> usize {
        self.receipts.len() + self.streams.iter().map(Stream::held).sum::<usize>()
    }

    fn stream(&mut self, class: DataClass) -> &mut Stream {
        let [internal, confidential, restricted] = &mut self.streams;
        match class {
            DataClass::Internal => internal,
            DataClass::Confidential => confidential,
            DataClass::Restricted => restricted,
        }
    }

    fn unreadable(&mut self, seqs: &[Seq]) {
        // Which stream counts them matters little; the first does where the class is not known any more.
        let [stream, ..] = &mut self.streams;
        seqs.iter().for_each(|seq| stream.discard(*seq, SpoolDrop::Unreadable));
    }

    fn store_failed(&mut self, segments: &[Spooled], now: Mono) {
        self.store_wait = now.after(STORE_WAIT);
        for segment in segments {
            self.stream(segment.class()).put_back([segment]);
        }
        self.streams.iter_mut().for_each(Stream::fetch_failed);
    }

    fn unsent(&mut self, call: CallId, unreadable: &[Seq], now: Mono) {
        let Some((stream, Landed { plan, void, day })) = self.land(call) else { return };
        if !void {
            stream.put_back(plan.segments());
            unreadable.iter().for_each(|seq| stream.discard(*seq, SpoolDrop::Unreadable));
        }
        self.day.refund(day, plan.bytes());
        if unreadable.is_empty() {
            self.store_wait = now.after(STORE_WAIT);
        }
    }

    fn land(&mut self, call: CallId) -> Option<(&mut Stream, Landed)> {
        self.streams.iter_mut().find_map(|stream| stream.land(call).map(|landed| (stream, landed)))
    }

    fn answered(&mut self, call: CallId, answer: Answer, now: Mono) {
        let mut chance = self.chance.clone();
        let Some((stream, Landed { plan, void, day })) = self.land(call) else { return };
        let bytes = plan.bytes();
        let (trouble, plan) = match answer {
            Answer::Settled(_) if void => return,
            Answer::Settled(outcomes) => match Receipt::settle(call, plan, &outcomes) {
                Ok(receipt) => {
                    let accepted: usize = receipt.accepted().map(|record| record.bytes()).sum();
                    let receipt = stream.settled(receipt, &mut chance, now);
                    self.receipts.extend(receipt.map(|receipt| (receipt, now)));
                    self.day.refund(day, bytes - accepted);
                    self.chance = chance;
                    return;
                }
                // Whether the records were stored is unknown: they go again under the same ids.
                Err(plan) => (Trouble::OutcomeUnknown, plan),
            },
            Answer::Trouble(trouble) => (trouble, plan),
        };
        if !void {
            stream.troubled(&plan, trouble, &mut chance, now);
        }
        self.chance = chance;
        self.day.refund(day, bytes);
    }

    fn flush_now(&mut self, now: Mono) {
        self.flush = Some(now);
        self.start_at = self.start_at.min(now);
        self.streams.iter_mut().for_each(|stream| stream.hasten(now));
    }

    fn next_effect(&mut self, grant: &Grant<'_>, now: Mono) -> Option<Effect> {
        self.day.advance(now);
        self.deadline = None;
        let policy = self.policy.clone().filter(|_| self.paused.contains(&false))?;
        if self.store_wait > now {
            self.deadline = Some(self.store_wait);
            return None;
        }
        if self.flush.is_some_and(|flush| !self.streams.iter().any(|stream| stream.has_before(flush))) {
            self.flush = None;
        }
        self.day.used_up = false;
        for turn in 0..self.streams.len() {
            let place = (self.first + turn) % self.streams.len();
            if self.paused.get(place) == Some(&true) {
                continue;
            }
            match self.turn(place, &policy, grant, now) {
                Turn::Effect(effect) => {
                    if let Effect::Send { .. } = *effect {
                        self.first = (place + 1) % self.streams.len();
                    }
                    return Some(*effect);
                }
                Turn::At(at) => self.deadline = Some(self.deadline.map_or(at, |deadline| deadline.min(at))),
                Turn::Rest => {}
            }
        }
        None
    }

    fn turn(&mut self, place: usize, policy: &str, grant: &Grant<'_>, now: Mono) -> Turn {
        let Some(stream) = self.streams.get_mut(place) else { return Turn::Rest };
        let terms = Terms { policy, tier: grant.tier(), projects: &self.projects, now };
        stream.drop_revoked(grant);
        stream.drop_opted_out(&terms);
        let upkeep = stream.take_discard().or_else(|| stream.take_stale(&terms)).or_else(|| stream.take_fetch());
        if let Some(effect) = upkeep {
            return Turn::Effect(Box::new(effect));
        }
        if stream.is_busy() {
            return Turn::Rest;
        }
        let least = if self.sparing { SPARING_INTERVAL } else { Duration::ZERO };
        match stream.due_at(&self.settings.limits, self.settings.flush_interval.max(least), self.flush) {
            None => return Turn::Rest,
            Some(due) if due.max(self.start_at) > now => return Turn::At(due.max(self.start_at)),
            Some(_) => {}
        }
        let planned = stream.plan(self.packer, &terms);
        planned.unfit.iter().for_each(|seq| stream.discard(*seq, SpoolDrop::TooLarge));
        if let Some(effect) = stream.take_discard() {
            return Turn::Effect(Box::new(effect));
        }
        let Some(plan) = planned.plan else { return Turn::Rest };
        let cost = Cost { records: plan.records().len() as u64, bytes: plan.bytes() as u64 };
        if self.settings.bytes_per_day.is_some_and(|most| {
            self.day.bytes.saturating_add(cost.bytes) > most.max(self.settings.limits.bytes_max as u64)
        }) {
            self.day.used_up = true;
            return Turn::At(self.day.end);
        }
        let ready = self.limiter.ready_at(cost, now);
        if ready > now {
            return Turn::At(ready);
        }
        let unasked = self.projects.unasked(plan.segments(), now);
        if !unasked.is_empty() {
            return Turn::Effect(Box::new(Effect::AskProjects(unasked)));
        }
        if !is_planted(Bug::RatesNotCharged) {
            self.limiter.charge(cost, now);
        }
        if !is_planted(Bug::DayNotCounted) {
            self.day.bytes += cost.bytes;
        }
        self.calls += 1;
        let call = CallId(self.calls);
        stream.take_off(call, plan.clone(), self.day.number());
        Turn::Effect(Box::new(Effect::Send { call, plan }))
    }
}

impl Trouble {
    /// What the records that failed one by one tell of the stream.
    pub(super) fn of_records(receipt: &Receipt) -> Self {
        let throttled = receipt.records().iter().any(|(_, outcome)| *outcome == Outcome::Throttled);
        if throttled { Self::Throttled } else { Self::Unavailable }
    }
}
