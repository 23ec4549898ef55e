//! What waits for one stream, and how the stream is doing.

mod flight;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use scrubber::{DataClass, Tier};

use super::backoff::{BREAKER_FAILURES, Cure};
use super::projects::Projects;
use super::status::{State, StreamStatus};
use super::{CallId, Effect, SpoolDrop, Trouble};
use crate::consent::Grant;
use crate::pack::{BatchLimits, Packer, Plan, Planned, Seq, Spooled};
use crate::planted::{Bug, is_planted};
use crate::time::Mono;

/// Segments held here per stream at most; the rest waits in the spool until asked for.
pub(super) const QUEUE_MAX: usize = 4096;
/// Segments left here when more are fetched.
const QUEUE_LOW: usize = 1024;
/// Segments handed out for scrubbing again at once.
const SCRUB_AGAIN_MAX: usize = 64;
/// Segments rejected alone in a row after which the fault is taken to lie elsewhere.
const REJECTED_ALONE_MAX: u32 = 3;

/// Whether the spool holds segments that the queue does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backlog {
    None,
    Some,
    /// Asked for; `more_came` when the store committed further ones meanwhile.
    Asked {
        more_came: bool,
    },
}

/// Failures since the last call that went well.
#[derive(Debug, Clone, Copy, Default)]
struct Condition {
    trouble: Option<Trouble>,
    failures: u32,
    next: Mono,
    /// Whether nothing helps but a person, by what was seen of the failures.
    held: bool,
}

#[derive(Debug)]
struct Flight {
    call: CallId,
    plan: Plan,
    /// The day that its bytes were counted on.
    day: i64,
    /// The spool was emptied since: the outcome matters no more.
    void: bool,
}

/// A call that came back.
#[derive(Debug)]
pub(super) struct Landed {
    pub(super) plan: Plan,
    pub(super) void: bool,
    pub(super) day: i64,
}

/// Calls are kept this small until everything of a rejected call was tried.
#[derive(Debug, Clone, Copy)]
struct Bisect {
    until: Seq,
    segments: usize,
}

#[derive(Debug)]
pub(super) struct Stream {
    class: DataClass,
    queue: BTreeMap<Seq, Waiting>,
    queued_bytes: usize,
    /// Everything up to here was handed in.
    cursor: Option<Seq>,
    backlog: Backlog,
    flight: Option<Flight>,
    settling: Option<CallId>,
    condition: Condition,
    bisect: Option<Bisect>,
    /// Rejected alone; true when the service accepted something since.
    suspects: BTreeMap<Seq, bool>,
    rejected_alone: u32,
    discards: BTreeMap<SpoolDrop, BTreeSet<Seq>>,
    status: StreamStatus,
}

/// What may leave as it is at a moment.
pub(super) struct Terms<'a> {
    pub(super) policy: &'a str,
    pub(super) tier: Tier,
    pub(super) projects: &'a Projects,
    pub(super) now: Mono,
}

#[derive(Debug)]
struct Waiting {
    segment: Spooled,
    since: Mono,
}

impl Stream {
    pub(super) fn new(class: DataClass) -> Self {
        let status = StreamStatus {
            class,
            state: State::Idle,
            waiting: 0,
            next_attempt: None,
            last_accepted: None,
            calls: 0,
            records_accepted: 0,
            events_accepted: 0,
            bytes_accepted: 0,
            records_failed: 0,
            calls_failed: 0,
            segments_dropped: 0,
        };
        Self {
            class,
            queue: BTreeMap::new(),
            queued_bytes: 0,
            cursor: None,
            backlog: Backlog::Some,
            flight: None,
            settling: None,
            condition: Condition::default(),
            bisect: None,
            suspects: BTreeMap::new(),
            rejected_alone: 0,
            discards: BTreeMap::new(),
            status,
        }
    }

    /// Segments that it has in mind, each time that it has.
    pub(super) fn held(&self) -> usize {
        let flight = self.flight.as_ref().map_or(0, |flight| flight.plan.segments().count());
        let discards: usize = self.discards.values().map(BTreeSet::len).sum();
        self.queue.len() + self.suspects.len() + discards + flight + usize::from(self.settling.is_some())
    }

    fn enqueue(&mut self, segment: Spooled, since: Mono) {
        let bytes = segment.bytes() as usize;
        if self.queue.insert(segment.seq(), Waiting { segment, since }).is_none() {
            self.queued_bytes += bytes;
        }
    }

    fn dequeue(&mut self, seq: Seq) -> Option<Spooled> {
        let waiting = self.queue.remove(&seq)?;
        self.queued_bytes -= waiting.segment.bytes() as usize;
        Some(waiting.segment)
    }

    /// Puts segments back that were taken out and are as they were; they are due at once, in their old order.
    pub(super) fn put_back<'a>(&mut self, segments: impl IntoIterator<Item = &'a Spooled>) {
        for segment in segments {
            self.enqueue(segment.clone(), Mono::default());
        }
    }

    /// Takes in what the store committed, unless it was fetched before that was told: then it may be on its way, or gone.
    pub(super) fn appended(&mut self, segment: Spooled, now: Mono) {
        if !self.is_known(&segment) {
            self.append(segment, now);
        }
    }

    /// Takes in what the store holds in another segment's place.
    pub(super) fn replaced(&mut self, segment: Spooled) {
        if self.is_known(&segment) {
            self.put_back([&segment]);
        } else {
            self.append(segment, Mono::default());
        }
    }

    fn is_known(&self, segment: &Spooled) -> bool {
        self.cursor.is_some_and(|cursor| segment.seq() <= cursor)
    }

    fn append(&mut self, segment: Spooled, now: Mono) {
        match self.backlog {
            Backlog::None if self.queue.len() < QUEUE_MAX => {
                self.cursor = Some(segment.seq());
                self.enqueue(segment, now);
            }
            Backlog::None => self.backlog = Backlog::Some,
            Backlog::Asked { .. } if is_planted(Bug::ForgetsAppendedDuringFetch) => {}
            Backlog::Asked { .. } => self.backlog = Backlog::Asked { more_came: true },
            Backlog::Some => {}
        }
    }

    pub(super) fn fetched(&mut self, segments: Vec<Spooled>, more: bool) {
        let Backlog::Asked { more_came } = self.backlog else { return };
        self.backlog = if more || more_came { Backlog::Some } else { Backlog::None };
        for segment in segments {
            if self.cursor < Some(segment.seq()) {
                self.cursor = Some(segment.seq());
                self.enqueue(segment, Mono::default());
            }
        }
    }

    /// The spool could not be read: ask again.
    pub(super) fn fetch_failed(&mut self) {
        if let Backlog::Asked { .. } = self.backlog {
            self.backlog = Backlog::Some;
        }
    }

    pub(super) fn forget(&mut self, seqs: &[Seq]) {
        for seq in seqs {
            self.dequeue(*seq);
            self.suspects.remove(seq);
        }
    }

    pub(super) fn empty(&mut self) {
        self.queue.clear();
        self.queued_bytes = 0;
        self.suspects.clear();
        self.discards.clear();
        self.bisect = None;
        self.settling = None;
        if let Some(flight) = &mut self.flight {
            flight.void = true;
        }
    }

    pub(super) fn discard(&mut self, seq: Seq, reason: SpoolDrop) {
        self.dequeue(seq);
        self.suspects.remove(&seq);
        self.discards.entry(reason).or_default().insert(seq);
    }

    pub(super) fn take_discard(&mut self) -> Option<Effect> {
        let (reason, seqs) = self.discards.pop_first()?;
        self.status.segments_dropped += seqs.len() as u64;
        Some(Effect::Discard { class: self.class, seqs: seqs.into_iter().collect(), reason })
    }

    /// They are still in the store: they are dropped later. Forgotten here they would come up at the next start: what was written after
    /// them has left by then, and their project, which was opted out while they waited, may be opted in again.
    pub(super) fn not_discarded(&mut self, seqs: Vec<Seq>, reason: SpoolDrop) {
        self.status.segments_dropped = self.status.segments_dropped.saturating_sub(seqs.len() as u64);
        self.discards.entry(reason).or_default().extend(seqs);
    }

    /// Drops what was made under a consent that was taken back since: it should have left the spool then.
    pub(super) fn drop_revoked(&mut self, grant: &Grant<'_>) {
        let consents = self.queue.values().map(|waiting| waiting.segment.label().consent_id());
        let revoked = |consent: &str| !grant.covers(consent) && !is_planted(Bug::ForgetsRevocation);
        let mut last = ("", false);
        let seqs: Vec<_> = consents
            .zip(self.queue.keys())
            .filter(|(consent, _)| {
                if last.0 != *consent {
                    last = (consent, revoked(consent));
                }
                last.1
            })
            .map(|(_, seq)| *seq)
            .collect();
        seqs.into_iter().for_each(|seq| self.discard(seq, SpoolDrop::Revoked));
    }

    /// Drops what is of projects that were opted out since.
    pub(super) fn drop_opted_out(&mut self, terms: &Terms<'_>) {
        let Terms { projects, now, .. } = terms;
        if !projects.restrict(*now) {
            return;
        }
        let denied = self.queue.iter().filter(|(_, waiting)| projects.deny(waiting.segment.label().project(), *now));
        let seqs: Vec<_> = denied.map(|(seq, _)| *seq).collect();
        seqs.into_iter().for_each(|seq| self.discard(seq, SpoolDrop::OptedOut));
    }

    /// Segments that were made under another policy or for a wider tier.
    pub(super) fn take_stale(&mut self, terms: &Terms<'_>) -> Option<Effect> {
        let stale = |waiting: &&Waiting| !terms.let_go(&waiting.segment);
        let seqs: Vec<_> =
            self.queue.values().filter(stale).take(SCRUB_AGAIN_MAX).map(|waiting| waiting.segment.seq()).collect();
        let segments: Vec<_> = seqs.into_iter().filter_map(|seq| self.dequeue(seq)).collect();
        (!segments.is_empty()).then_some(Effect::ScrubAgain(segments))
    }

    pub(super) fn take_fetch(&mut self) -> Option<Effect> {
        if self.backlog != Backlog::Some || self.queue.len() > QUEUE_LOW {
            return None;
        }
        self.backlog = Backlog::Asked { more_came: false };
        Some(Effect::Fetch { class: self.class, after: self.cursor, limit: QUEUE_MAX - QUEUE_LOW })
    }

    pub(super) fn is_busy(&self) -> bool {
        (self.flight.is_some() && !is_planted(Bug::TwoCallsInFlight)) || self.settling.is_some()
    }

    /// When a call should go, rate limits aside; `None` while nothing waits.
    pub(super) fn due_at(&self, limits: &BatchLimits, interval: Duration, flush: Option<Mono>) -> Option<Mono> {
        if self.condition.failures >= BREAKER_FAILURES && is_planted(Bug::BreakerNeverCloses) {
            return None;
        }
        let oldest = self.queue.values().map(|waiting| waiting.since).min()?;
        let full = self.queued_bytes >= limits.bytes_max || self.queue.len() >= QUEUE_MAX;
        let due = if full || flush.is_some_and(|flush| oldest <= flush) { oldest } else { oldest.after(interval) };
        // Fetched and failed segments have waited long enough, whatever the interval.
        let due = if oldest == Mono::default() { oldest } else { due };
        Some(due.max(self.condition.next))
    }

    /// What the next call would hold.
    pub(super) fn plan(&self, packer: Packer, terms: &Terms<'_>) -> Planned {
        let proven = self.suspects.iter().find(|(_, accepted_since)| **accepted_since).map(|(seq, _)| *seq);
        if let Some(waiting) = proven.and_then(|seq| self.queue.get(&seq)) {
            return packer.plan([&waiting.segment].into_iter().filter(|segment| terms.let_go(segment)));
        }
        let packer = if self.condition.failures >= BREAKER_FAILURES || self.condition.held {
            Packer::new(BatchLimits { records_max: 1, ..*packer.limits() })
        } else {
            packer
        };
        let segments_max = self.bisect.map_or(usize::MAX, |bisect| bisect.segments);
        let sendable = self.queue.values().map(|waiting| &waiting.segment);
        let sendable = sendable.filter(|segment| terms.let_go(segment));
        let trusted = sendable.clone().filter(|segment| !self.suspects.contains_key(&segment.seq()));
        if self.condition.failures > 0 && is_planted(Bug::OrderBrokenOnRetry) {
            return packer.plan(trusted.rev().take(segments_max));
        }
        let planned = packer.plan(trusted.take(segments_max));
        if planned.plan.is_some() || !planned.unfit.is_empty() {
            return planned;
        }
        packer.plan(sendable.take(1))
    }

    /// Tries again at `at` the latest.
    pub(super) fn hasten(&mut self, at: Mono) {
        self.condition.next = self.condition.next.min(at);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.discards.is_empty() && self.backlog == Backlog::None && !self.is_busy()
    }

    /// Whether anything waits that came before `flush`.
    pub(super) fn has_before(&self, flush: Mono) -> bool {
        self.backlog != Backlog::None || self.queue.values().any(|waiting| waiting.since <= flush)
    }

    pub(super) fn status(&self, state: Option<State>) -> StreamStatus {
        let Condition { trouble, failures, next, held } = self.condition;
        let troubled = trouble.map(|trouble| match trouble.cure() {
            Cure::Credentials if failures > 1 => State::Held(trouble),
            _ if held => State::Held(trouble),
            _ if failures >= BREAKER_FAILURES => State::BreakerOpen(trouble),
            Cure::Time | Cure::Credentials | Cure::Person | Cure::Smaller => State::BackingOff(trouble),
        });
        let resting = if self.is_empty() { State::Idle } else { State::Waiting };
        let sending = self.flight.is_some().then_some(State::Sending);
        let state = sending.or(troubled).or(state).unwrap_or(resting);
        let next_attempt = trouble.is_some().then_some(next);
        StreamStatus { state, waiting: self.queue.len(), next_attempt, ..self.status }
    }
}

impl Terms<'_> {
    fn let_go(&self, segment: &Spooled) -> bool {
        (segment.label().policy_id() == self.policy || is_planted(Bug::IgnoresPolicy))
            && (segment.class().tier() <= self.tier || is_planted(Bug::IgnoresTier))
            && self.projects.allow(segment.label().project(), segment.class(), self.now)
    }
}
