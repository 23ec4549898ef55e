//! What waits for one stream, and how the stream is doing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use scrubber::{DataClass, Tier};

use super::backoff::{BREAKER_FAILURES, Chance, Cure, delay};
use super::status::{State, StreamStatus};
use super::{CallId, Effect, Receipt, SpoolDrop, Trouble};
use crate::pack::{BatchLimits, Packer, Plan, Planned, Seq, Spooled};
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
    /// The spool was emptied since: the outcome matters no more.
    void: bool,
}

/// A call that came back.
#[derive(Debug)]
pub(super) struct Landed {
    pub(super) plan: Plan,
    pub(super) void: bool,
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

    pub(super) fn append(&mut self, segment: Spooled, now: Mono) {
        let known = self.cursor.is_some_and(|cursor| segment.seq() <= cursor);
        match self.backlog {
            Backlog::None if self.queue.len() < QUEUE_MAX || known => {
                self.cursor = self.cursor.max(Some(segment.seq()));
                self.enqueue(segment, now);
            }
            Backlog::None => self.backlog = Backlog::Some,
            _ if known => self.enqueue(segment, now),
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

    /// Segments that were made under another policy or for a wider tier.
    pub(super) fn take_stale(&mut self, policy: &str, tier: Tier) -> Option<Effect> {
        let stale = |waiting: &&Waiting| !may_go(&waiting.segment, policy, tier);
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
        self.flight.is_some() || self.settling.is_some()
    }

    /// When a call should go, rate limits aside; `None` while nothing waits.
    pub(super) fn due_at(&self, limits: &BatchLimits, interval: Duration, flush: Option<Mono>) -> Option<Mono> {
        let oldest = self.queue.values().map(|waiting| waiting.since).min()?;
        let full = self.queued_bytes >= limits.bytes_max || self.queue.len() >= QUEUE_MAX;
        let due = if full || flush.is_some_and(|flush| oldest <= flush) { oldest } else { oldest.after(interval) };
        // Fetched and failed segments have waited long enough, whatever the interval.
        let due = if oldest == Mono::default() { oldest } else { due };
        Some(due.max(self.condition.next))
    }

    /// What the next call would hold.
    pub(super) fn plan(&self, packer: Packer, policy: &str, tier: Tier) -> Planned {
        let proven = self.suspects.iter().find(|(_, accepted_since)| **accepted_since).map(|(seq, _)| *seq);
        if let Some(waiting) = proven.and_then(|seq| self.queue.get(&seq)) {
            return packer.plan([&waiting.segment].into_iter().filter(|segment| may_go(segment, policy, tier)));
        }
        let packer = if self.condition.failures >= BREAKER_FAILURES || self.condition.held {
            Packer::new(BatchLimits { records_max: 1, ..*packer.limits() })
        } else {
            packer
        };
        let segments_max = self.bisect.map_or(usize::MAX, |bisect| bisect.segments);
        let sendable = self.queue.values().map(|waiting| &waiting.segment);
        let sendable = sendable.filter(|segment| may_go(segment, policy, tier));
        let trusted = sendable.clone().filter(|segment| !self.suspects.contains_key(&segment.seq()));
        let planned = packer.plan(trusted.take(segments_max));
        if planned.plan.is_some() || !planned.unfit.is_empty() {
            return planned;
        }
        packer.plan(sendable.take(1))
    }

    pub(super) fn take_off(&mut self, call: CallId, plan: Plan) {
        for segment in plan.segments() {
            self.dequeue(segment.seq());
        }
        self.status.calls += 1;
        self.flight = Some(Flight { call, plan, void: false });
    }

    pub(super) fn land(&mut self, call: CallId) -> Option<Landed> {
        let Flight { plan, void, .. } = self.flight.take_if(|flight| flight.call == call)?;
        Some(Landed { plan, void })
    }

    /// Takes note of a receipt. Gives it back when something was accepted, to be recorded before the next call.
    pub(super) fn settled(&mut self, receipt: Receipt, chance: &mut Chance, now: Mono) -> Option<Receipt> {
        self.put_back(receipt.failed());
        let (accepted, all) = (receipt.accepted().count(), receipt.records().len());
        self.status.records_failed += (all - accepted) as u64;
        if accepted > 0 {
            self.went_well(&receipt, now);
        }
        if accepted < all {
            self.failed(Trouble::of_records(&receipt), chance, now);
        }
        (accepted > 0).then(|| {
            self.settling = Some(receipt.call());
            receipt
        })
    }

    fn went_well(&mut self, receipt: &Receipt, now: Mono) {
        self.condition = Condition::default();
        self.rejected_alone = 0;
        for record in receipt.accepted() {
            self.status.records_accepted += 1;
            self.status.events_accepted += record.lines() as u64;
            self.status.bytes_accepted += record.bytes() as u64;
        }
        self.status.last_accepted = Some(now);
        for seq in receipt.accepted_seqs() {
            self.suspects.remove(&seq);
        }
        self.suspects.values_mut().for_each(|accepted_since| *accepted_since = true);
        let first = self.queue.keys().find(|seq| !self.suspects.contains_key(seq)).copied();
        self.bisect = self.bisect.filter(|bisect| first.is_some_and(|first| first <= bisect.until));
    }

    /// Takes note of a call that brought nothing; its segments go back.
    pub(super) fn troubled(&mut self, plan: &Plan, trouble: Trouble, chance: &mut Chance, now: Mono) {
        self.status.calls_failed += 1;
        self.put_back(plan.segments());
        if trouble.cure() == Cure::Smaller {
            self.rejected(plan);
        }
        self.failed(trouble, chance, now);
    }

    fn rejected(&mut self, plan: &Plan) {
        let seqs: Vec<_> = plan.segments().map(Spooled::seq).collect();
        match seqs.as_slice() {
            [alone] if self.suspects.get(alone) == Some(&true) => self.discard(*alone, SpoolDrop::Rejected),
            [alone] => {
                self.suspects.insert(*alone, false);
                self.rejected_alone += 1;
            }
            [.., last] => {
                let until = self.bisect.map_or(*last, |bisect| bisect.until.max(*last));
                self.bisect = Some(Bisect { until, segments: seqs.len() / 2 });
            }
            [] => {}
        }
    }

    fn failed(&mut self, trouble: Trouble, chance: &mut Chance, now: Mono) {
        let failures = self.condition.failures.saturating_add(1);
        let only_suspects = self.queue.keys().all(|seq| self.suspects.contains_key(seq));
        let held = match trouble.cure() {
            Cure::Person => true,
            Cure::Smaller => self.rejected_alone >= REJECTED_ALONE_MAX || (self.rejected_alone > 0 && only_suspects),
            Cure::Time | Cure::Credentials => false,
        };
        let cure = if held { Cure::Person } else { trouble.cure() };
        let next = now.after(delay(cure, failures, chance));
        self.condition = Condition { trouble: Some(trouble), failures, next, held };
    }

    pub(super) fn recorded(&mut self, call: CallId) {
        self.settling.take_if(|settling| *settling == call);
    }

    /// Tries again at `at` the latest, when the trouble is one of these.
    pub(super) fn hasten(&mut self, at: Mono, which: impl Fn(Trouble) -> bool) {
        if self.condition.trouble.is_some_and(which) {
            self.condition.next = self.condition.next.min(at);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.backlog == Backlog::None && !self.is_busy()
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

fn may_go(segment: &Spooled, policy: &str, tier: Tier) -> bool {
    segment.label().policy_id() == policy && segment.class().tier() <= tier
}
