//! The shipping loop's turns, as `agent::driver::ship` takes them.

use pipeline::pack::{Form, Plan, Seq, Spooled};
use pipeline::seal::Payload;
use pipeline::ship::{Answer, CallId, Effect, Input, Outcome, Receipt, Trouble};
use scrubber::{Origin, Scratch, Tier};

use super::agent::{Agent, Ended, Flight};
use super::invariants::Leaving;
use super::surroundings::{DriverBug, Surroundings};

impl Agent {
    /// Does one thing that the shipper asks for; says whether there was one.
    pub(crate) fn turn(&mut self, s: &mut Surroundings) -> Result<bool, Ended> {
        if !s.style.late_terms {
            self.terms_at = s.clock.now;
            self.look_at_terms(s)?;
        }
        let Some(effect) = self.next_effect(s)? else { return Ok(false) };
        s.may_die()?;
        let input = match effect {
            Effect::Send { call, plan } => self.send(call, &plan, s)?,
            Effect::Fetch { class, after, limit } => {
                // The storing thread commits whenever it likes.
                if s.dice.permille(300) {
                    self.commit(s)?;
                }
                let found = s.spool.pending(class, after, limit);
                if !s.style.one_call && s.dice.permille(500) {
                    self.tail_at = s.clock.now;
                    self.tail(s)?;
                    self.commit(s)?;
                }
                if s.dice.permille(300) {
                    self.commit(s)?;
                }
                if !s.style.one_call && s.dice.permille(500) {
                    self.inputs.drain(..).for_each(|input| self.shipper.handle(input, s.clock.mono()));
                }
                if let Some(segments) = found.as_ref().ok().filter(|segments| !segments.is_empty()) {
                    s.note("fetch", class as u64, segments.len() as u64);
                }
                Some(match found {
                    Ok(segments) => Input::Fetched { class, more: segments.len() == limit, segments },
                    Err(_) => Input::StoreFailed { segments: Vec::new() },
                })
            }
            Effect::ScrubAgain(segments) => Some(self.scrub_again(segments, s)?),
            Effect::Discard { class, seqs, reason } => {
                s.note("discard", seqs.len() as u64, reason as u64);
                s.invariants.discarding(&seqs);
                Some(match s.spool.discard(&seqs, reason) {
                    Ok(()) => Input::Gone(seqs),
                    Err(_) => Input::NotDiscarded { seqs, reason, class },
                })
            }
            Effect::AskProjects(projects) => {
                let answer = |project| (project, s.user.folders.ceiling(project));
                Some(Input::Projects(projects.into_iter().map(answer).collect()))
            }
        };
        if let Some(input) = input {
            self.shipper.handle(input, s.clock.mono());
        }
        s.may_die()?;
        Ok(true)
    }

    /// Loads a plan's segments and makes the call.
    fn send(&mut self, call: CallId, plan: &Plan, s: &mut Surroundings) -> Result<Option<Input>, Ended> {
        let payloads = match self.load(plan.segments(), s) {
            Ok(payloads) => payloads,
            Err(unreadable) => return Ok(Some(Input::Unsent { call, unreadable })),
        };
        let batch = match plan.fill(payloads, Form::Plain) {
            Ok(batch) => batch,
            Err(fault) => return Ok(Some(Input::Unsent { call, unreadable: vec![fault.seq()] })),
        };
        s.may_die()?;
        s.follow();
        let true_ms = s.clock.wall().0.unsigned_abs();
        let policy = self.policy.id().as_str();
        let leaving = Leaving { call, batch: &batch, policy, rules: self.which.rules, now: s.clock.now, true_ms };
        s.invariants.sent(leaving, &s.records, &s.user, &s.style.bounds);
        let mut reply = s.cloud.call(&batch, &s.records, s.clock.skew_ms, &mut s.dice);
        s.note("send", call.0, batch.records().len() as u64);
        s.invariants.kept(call, &reply.kept);
        s.may_die()?;
        if s.bug == Some(DriverBug::AcksLostResponse) && reply.answer == Answer::Trouble(Trouble::OutcomeUnknown) {
            reply.answer = Answer::Settled(vec![Outcome::Accepted; batch.records().len()]);
        }
        self.flights.push(Flight { call, at: s.clock.now + reply.after, answer: reply.answer });
        Ok(None)
    }

    /// Opens segments; names those of no use, none when the store failed for now.
    fn load<'p>(
        &self,
        segments: impl Iterator<Item = &'p Spooled>,
        s: &Surroundings,
    ) -> Result<Vec<Payload>, Vec<Seq>> {
        let (mut payloads, mut unreadable) = (Vec::new(), Vec::new());
        for segment in segments {
            match s.spool.load(segment.seq()) {
                Ok(row) => match row.map(|row| self.opener.open(row.sealed.clone())) {
                    Some(Ok(payload)) => payloads.push(payload),
                    Some(Err(_)) | None => unreadable.push(segment.seq()),
                },
                Err(_) => return Err(Vec::new()),
            }
        }
        if unreadable.is_empty() { Ok(payloads) } else { Err(unreadable) }
    }

    fn scrub_again(&mut self, segments: Vec<Spooled>, s: &mut Surroundings) -> Result<Input, Ended> {
        if self.policy.tier() > self.grant_tier {
            // Narrower terms hold that were not looked at yet: the next process scrubs under them.
            return Ok(Input::StoreFailed { segments });
        }
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for segment in &segments {
            match self.scrub_segment(segment, s) {
                Ok(mut replaced) => {
                    old.push(segment.seq());
                    new.append(&mut replaced);
                }
                Err(true) => return Ok(Input::Unreadable(vec![segment.seq()])),
                Err(false) => return Ok(Input::StoreFailed { segments }),
            }
            s.may_die()?;
        }
        s.note("scrubbed again", old.len() as u64, new.len() as u64);
        Ok(Input::Replaced { old, new })
    }

    /// Says on failure whether the segment is of no use.
    fn scrub_segment(&mut self, segment: &Spooled, s: &mut Surroundings) -> Result<Vec<Spooled>, bool> {
        let seq = segment.seq();
        let origin = Origin { project: segment.label().project(), ceiling: Tier::Content };
        let row = s.spool.load(seq).map_err(|_| false)?.ok_or(true)?;
        let payload = self.opener.open(row.sealed.clone()).map_err(|_| true)?;
        let mut ndjson = Vec::new();
        payload.unpack(&mut ndjson).map_err(|_| true)?;
        let (mut scratch, mut events) = (Scratch::default(), self.policy.events());
        for line in ndjson.split_inclusive(|byte| *byte == b'\n') {
            self.policy.scrub_again(line, origin, &mut scratch, &mut events);
        }
        let mut sealed = Vec::new();
        for run in &events {
            sealed.extend(s.sealed(&mut self.sealer, run, &self.policy));
        }
        s.spool.replace(seq, &sealed).map_err(|_| false)
    }

    /// Records what receipts say.
    pub(crate) fn record_receipts(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        while let Some(receipt) = self.shipper.poll_receipt(s.clock.mono()) {
            s.may_die()?;
            let fails = s.dice.permille(s.receipts_fail);
            let seqs = seqs_of(&receipt, s.bug);
            let input = match !fails && s.spool.settle(seqs, &receipt, s.clock.wall()).is_ok() {
                true => Input::Recorded(receipt.call()),
                false => Input::RecordFailed(receipt),
            };
            self.shipper.handle(input, s.clock.mono());
        }
        Ok(())
    }
}

fn seqs_of(receipt: &Receipt, bug: Option<DriverBug>) -> Vec<Seq> {
    if bug == Some(DriverBug::DropsOnPartialFailure) {
        return receipt.records().iter().flat_map(|(record, _)| record.segments()).map(Spooled::seq).collect();
    }
    receipt.accepted_seqs().collect()
}
