//! What became of each record of a call.

use scrubber::DataClass;

use super::{CallId, Outcome};
use crate::pack::{Plan, RecordPlan, Seq, Spooled};
use crate::planted::{Bug, is_planted};

/// Exactly one outcome for each record of one call. That "the batch was delivered" cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    call: CallId,
    class: DataClass,
    records: Vec<(RecordPlan, Outcome)>,
}

impl Receipt {
    /// Settles each record by its outcome; gives the plan back when their numbers differ.
    pub(super) fn settle(call: CallId, plan: Plan, outcomes: &[Outcome]) -> Result<Self, Plan> {
        if plan.records().len() != outcomes.len() {
            return Err(plan);
        }
        let class = plan.class();
        let mut outcomes = outcomes.to_vec();
        if is_planted(Bug::MixesUpOutcomes) {
            outcomes.reverse();
        }
        let records = plan.into_records().into_iter().zip(outcomes).collect();
        Ok(Self { call, class, records })
    }

    /// The call.
    pub fn call(&self) -> CallId {
        self.call
    }

    /// The class, which chose the stream.
    pub fn class(&self) -> DataClass {
        self.class
    }

    /// The records and what became of each, in order.
    pub fn records(&self) -> &[(RecordPlan, Outcome)] {
        &self.records
    }

    /// The records that the sink has for good.
    pub fn accepted(&self) -> impl Iterator<Item = &RecordPlan> {
        self.records.iter().filter(|(_, outcome)| *outcome == Outcome::Accepted).map(|(record, _)| record)
    }

    /// The segments that may be forgotten.
    pub fn accepted_seqs(&self) -> impl Iterator<Item = Seq> {
        self.accepted().flat_map(|record| record.segments()).map(Spooled::seq)
    }

    /// The segments to be sent again, in order.
    pub(super) fn failed(&self) -> impl Iterator<Item = &Spooled> {
        let failed = self.records.iter().filter(|(_, outcome)| *outcome != Outcome::Accepted);
        failed.flat_map(|(record, _)| record.segments())
    }
}
