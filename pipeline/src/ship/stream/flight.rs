//! A call of the stream: how it leaves, and what its outcome changes.

use super::{Bisect, Condition, Flight, Landed, REJECTED_ALONE_MAX, Stream};
use crate::pack::{Plan, Spooled};
use crate::planted::{Bug, is_planted};
use crate::ship::backoff::{Chance, Cure, delay};
use crate::ship::{CallId, Receipt, SpoolDrop, Trouble};
use crate::time::Mono;

impl Stream {
    pub(in crate::ship) fn take_off(&mut self, call: CallId, plan: Plan, day: i64) {
        for segment in plan.segments() {
            self.dequeue(segment.seq());
        }
        self.status.calls += 1;
        self.flight = Some(Flight { call, plan, day, void: false });
    }

    pub(in crate::ship) fn land(&mut self, call: CallId) -> Option<Landed> {
        let Flight { plan, void, day, .. } = self.flight.take_if(|flight| flight.call == call)?;
        Some(Landed { plan, void, day })
    }

    /// Takes note of a receipt. Gives it back when something was accepted, to be recorded before the next call.
    pub(in crate::ship) fn settled(&mut self, receipt: Receipt, chance: &mut Chance, now: Mono) -> Option<Receipt> {
        self.put_back(receipt.failed());
        if is_planted(Bug::ResendsAccepted) {
            self.put_back(receipt.records().iter().flat_map(|(record, _)| record.segments()));
        }
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
            if is_planted(Bug::RemembersAccepted) {
                self.suspects.insert(seq, false);
            }
        }
        self.suspects.values_mut().for_each(|accepted_since| *accepted_since = true);
        let first = self.queue.keys().find(|seq| !self.suspects.contains_key(seq)).copied();
        self.bisect = self.bisect.filter(|bisect| first.is_some_and(|first| first <= bisect.until));
    }

    /// Takes note of a call that brought nothing; its segments go back.
    pub(in crate::ship) fn troubled(&mut self, plan: &Plan, trouble: Trouble, chance: &mut Chance, now: Mono) {
        self.status.calls_failed += 1;
        if !is_planted(Bug::ForgetsTroubledCall) {
            self.put_back(plan.segments());
        }
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

    pub(in crate::ship) fn recorded(&mut self, call: CallId) {
        self.settling.take_if(|settling| *settling == call);
    }
}
