//! All that must hold, checked at each step by who sees everything: what was written, what the user wants, what the
//! service has. Nothing here asks the machines what they think.

use std::collections::{HashMap, HashSet};

use pipeline::limit::{Rate, Rates};
use pipeline::pack::{Batch, BatchLimits, Seq};
use pipeline::ship::{Answer, CallId, Outcome, SpoolDrop};
use scrubber::{DataClass, Tier};

use super::clock::{MINUTE, SECOND};
use super::disk::Disk;
use super::records::{Records, told};
use super::spool::{Change, Spool};
use super::tailing::PACKAGES_WAITING;
use super::user::User;

/// How long the agent may take to see a wish.
const SEES_WITHIN: u64 = 3 * SECOND;
/// What was committed or taken out between two looks at the spool.
const SEGMENTS_SPARE: usize = 64;
const DAY_NS: u64 = 24 * 60 * MINUTE;

/// What is known of the event of a record.
#[derive(Debug, Clone, Default)]
struct Facts {
    /// It must be delivered or counted, if it can be read.
    owed: bool,
    /// It was written behind half of another in a way in which it may be lost with it: the line is then counted, or was begun
    /// before consent.
    glued: bool,
    /// How often the spool holds it.
    held: u32,
    /// The spool held it once.
    stored: bool,
    accepted: bool,
    counted: bool,
    tried: bool,
    /// It was in the spool when consent was taken back, and must never leave.
    void: bool,
    /// It was written while there was no consent, or before it was taken back, and must not leave unless it is written again.
    before: bool,
}

/// What the present process did.
#[derive(Debug, Default)]
struct Life {
    /// Segments that the process was told are accepted.
    told: HashSet<u64>,
    /// The most segments that the spool held.
    rows_most: usize,
    in_flight: Vec<Call>,
    calls: Level,
    records: Level,
    bytes: Level,
    /// The day, and the bytes of it that were accepted or are in flight.
    day: (u64, u64),
}

/// A call that has no answer yet.
#[derive(Debug)]
struct Call {
    id: CallId,
    class: DataClass,
    day: u64,
    /// Of each record the numbers of its events, and its bytes.
    records: Vec<(Vec<u32>, u64)>,
    /// Of each record the places of its segments.
    seqs: Vec<Vec<u64>>,
}

/// How much of a limit's allowance is used, in units times nanoseconds a second.
#[derive(Debug, Default, Clone, Copy)]
struct Level {
    used: u128,
    at: u64,
}

/// What the memory of a process grows with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    /// Segments that the shipper has in mind.
    pub(crate) segments: usize,
    /// Packages of events that were read and are not stored.
    pub(crate) packages: usize,
    /// The most packages that a file gave.
    pub(crate) packages_of_file: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Invariants {
    facts: Vec<Facts>,
    life: Life,
    order: HashMap<(u32, DataClass), u32>,
    /// Strands of which something was scrubbed again: it may come later than what followed it, and in another stream.
    loose: HashSet<u32>,
    /// What was broken first.
    pub(crate) broken: Option<String>,
    pub(crate) accepted: u64,
    pub(crate) doubled: u64,
    pub(crate) dropped: HashMap<SpoolDrop, u64>,
}

/// The bounds of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) limits: BatchLimits,
    pub(crate) rates: Rates,
    pub(crate) bytes_per_day: Option<u64>,
}

/// A call as it leaves.
#[derive(Clone, Copy)]
pub(crate) struct Leaving<'a> {
    pub(crate) call: CallId,
    pub(crate) batch: &'a Batch,
    /// The policy in force.
    pub(crate) policy: &'a str,
    pub(crate) rules: u8,
    pub(crate) now: u64,
    pub(crate) true_ms: u64,
}

impl Invariants {
    fn broke(&mut self, what: &str) {
        self.broken.get_or_insert_with(|| what.to_owned());
    }

    fn must(&mut self, holds: bool, what: &str) {
        if !holds {
            self.broke(what);
        }
    }

    /// A record was written while consent was as it is.
    pub(crate) fn written(&mut self, owed: bool, glued: bool) {
        self.facts.push(Facts { owed, glued, before: !owed, ..Facts::default() });
    }

    /// Somebody wrote these records once more, as a copy of a file or another one in its place.
    pub(crate) fn written_again(&mut self, numbers: impl Iterator<Item = u32>) {
        numbers.for_each(|number| self.facts[number as usize].before = false);
    }

    /// A record was counted as one from before consent.
    pub(crate) fn held_back(&mut self, number: u32, records: &Records) {
        self.facts[number as usize].counted = true;
        // Found in a copy, it comes late.
        self.loose.insert(records.get(number).strand);
    }

    /// Consent was given: with `backfill`, what is there is owed as well, else what was not read may be passed over.
    pub(crate) fn granted(&mut self, backfill: bool, after_revocation: bool, records: &Records) {
        // What was passed over and is read after all comes late.
        self.loose.extend((0..self.facts.len()).map(|number| records.get(number as u32).strand));
        for facts in &mut self.facts {
            facts.owed = backfill || facts.held > 0;
            facts.void |= after_revocation && facts.held > 0;
            facts.before &= !backfill;
        }
    }

    /// Consent was taken back.
    pub(crate) fn revoked(&mut self, whole: bool) {
        for facts in &mut self.facts {
            facts.owed = false;
            facts.void |= whole && facts.held > 0;
            facts.before |= whole;
        }
    }

    /// The scrubber was handed a record.
    pub(crate) fn scrubbed(&mut self, number: u32, records: &Records, user: &User, made: bool) {
        let opted_out = user.folders.opted_out.contains_key(&records.get(number).project);
        self.must(!(made && opted_out), "an event was made of a project that is opted out");
        if opted_out {
            self.facts[number as usize].counted = true;
            // Opted in again, and read again, it comes late.
            self.loose.insert(records.get(number).strand);
        }
    }

    /// The process ended, with all that it knew.
    pub(crate) fn process_ended(&mut self, now: u64) {
        self.life = Life::default();
        (self.life.calls.at, self.life.records.at, self.life.bytes.at) = (now, now, now);
    }

    /// A process began that knows what was sent today.
    pub(crate) fn process_began(&mut self, true_ms: u64, bytes_today: u64) {
        self.life.day = (true_ms * 1_000_000 / DAY_NS, bytes_today);
    }

    /// Reads what the spool's journal says.
    pub(crate) fn follow(&mut self, spool: &mut Spool, records: &Records) {
        for change in std::mem::take(&mut spool.journal) {
            match change {
                Change::Stored(numbers) => numbers.iter().for_each(|number| {
                    let facts = &mut self.facts[*number as usize];
                    facts.held += 1;
                    (facts.stored, facts.void) = (true, false);
                }),
                Change::Restored(numbers) => numbers.iter().for_each(|number| {
                    let facts = &mut self.facts[*number as usize];
                    facts.held += 1;
                    facts.counted = false;
                }),
                Change::Settled(numbers) => {
                    self.let_go(&numbers);
                    let all = numbers.iter().all(|number| self.facts[*number as usize].accepted);
                    self.must(all, "an event left the spool as accepted, and the service does not have it");
                }
                Change::Dropped(reason, numbers, counted) => {
                    self.let_go(&numbers);
                    self.must(counted == numbers.len() as u64, "events were dropped and not counted");
                    *self.dropped.entry(reason).or_default() += counted;
                    numbers.iter().for_each(|number| self.facts[*number as usize].counted = true);
                }
                Change::Replaced(before, after, counted) => {
                    self.let_go(&before);
                    self.must(after.len() as u64 + counted == before.len() as u64, "a replaced segment lost events");
                    for number in &before {
                        self.facts[*number as usize].counted |= !after.contains(number);
                    }
                    after.iter().for_each(|number| self.facts[*number as usize].held += 1);
                    self.loose.extend(before.iter().map(|number| records.get(*number).strand));
                }
                // What is read anew comes after what was read since.
                Change::PositionsForgotten => self.order.clear(),
            }
        }
    }

    fn let_go(&mut self, numbers: &[u32]) {
        for number in numbers {
            let facts = &mut self.facts[*number as usize];
            facts.held = facts.held.saturating_sub(1);
        }
    }

    /// A call leaves the machine.
    pub(crate) fn sent(&mut self, leaving: Leaving<'_>, records: &Records, user: &User, bounds: &Bounds) {
        let Leaving { call, batch, now, .. } = leaving;
        let class = batch.class();
        let tier = user.tier();
        self.must(tier.is_some(), "a call left without a live grant");
        self.must(tier >= Some(class.tier()), "a call left at a wider tier than the grant's");
        let long_paused = user.paused_since.is_some_and(|since| since + SEES_WITHIN < now);
        self.must(!long_paused, "a call left while sending is paused");
        let busy = self.life.in_flight.iter().any(|call| call.class == class);
        self.must(!busy, "two calls of one stream are in flight");
        let seqs: Vec<_> = batch.records().iter().flat_map(|record| record.seqs()).collect();
        let again = seqs.iter().any(|seq| self.life.told.contains(&seq.0));
        self.must(!again, "a segment went again after the process was told that it was accepted");
        self.must(seqs.is_sorted(), "a call holds segments out of their order");
        let (mut known, mut places) = (Vec::new(), Vec::new());
        for record in batch.records() {
            let lines: Vec<_> = record.bytes().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
            let numbers: Vec<_> = lines.iter().filter_map(|line| self.line(line, &leaving, tier, records)).collect();
            let since = numbers.iter().filter_map(|number| user.folders.opted_out.get(&records.get(*number).project));
            let long_opted_out = since.copied().any(|since| since + SEES_WITHIN < now);
            self.must(!long_opted_out, "an event left of a project that was opted out while it waited");
            self.must(numbers.len() == lines.len(), "a line left that is no event of a record");
            known.push((numbers, record.len() as u64));
            places.push(record.seqs().iter().map(|seq| seq.0).collect());
        }
        self.must(user.rules_seen(leaving.rules, now, SEES_WITHIN), "a call left under a policy that is not in force");
        self.bounds_hold(&leaving, bounds);
        self.order_holds(known.iter().flat_map(|(numbers, _)| numbers), class, records);
        let day = self.life.day.0;
        self.life.in_flight.push(Call { id: call, class, day, records: known, seqs: places });
    }

    /// One line of a call; gives the number of its record.
    fn line(&mut self, line: &[u8], of: &Leaving<'_>, tier: Option<Tier>, records: &Records) -> Option<u32> {
        let told = told(line)?;
        let number = records.of_event(told.id)?;
        let made_at: Tier = told.tier.parse().ok()?;
        self.must(made_at.data_class() == of.batch.class(), "an event left in the stream of another class");
        self.must(tier >= Some(made_at), "an event left at a wider tier than the grant's");
        self.must(told.policy == of.policy, "an event left that was made under another policy than the present one");
        let forbidden = of.rules > 0 && records.get(number).hush && told.hush;
        self.must(!forbidden, "an event left with what the present policy forbids");
        let facts = self.facts[number as usize].clone();
        self.must(!facts.void, "an event left that was in the spool when consent was taken back");
        self.must(!facts.before, "an event left of a record that was there before consent");
        Some(number)
    }

    fn bounds_hold(&mut self, leaving: &Leaving<'_>, bounds: &Bounds) {
        let Leaving { batch, now, true_ms, .. } = *leaving;
        let Bounds { limits, rates, bytes_per_day, .. } = bounds;
        let lengths = || batch.records().iter().map(|record| record.bytes().len());
        let bytes: usize = lengths().sum();
        self.must(!batch.records().is_empty() && lengths().all(|length| length > 0), "a call is empty");
        self.must(batch.records().len() <= limits.records_max, "a call has too many records");
        self.must(bytes <= limits.bytes_max, "a call has too many bytes");
        self.must(lengths().all(|length| length <= limits.record_bytes_max), "a record has too many bytes");
        let lines = batch.records().iter().all(|record| record.lines() as usize <= limits.record_lines_max);
        self.must(lines, "a record has too many lines");
        let Life { calls, records, bytes: level, .. } = &mut self.life;
        let within = calls.take(rates.calls, 1, now)
            & records.take(rates.records, batch.records().len() as u64, now)
            & level.take(rates.bytes, bytes as u64, now);
        self.must(within, "calls came faster than the rates allow");
        let today = true_ms * 1_000_000 / DAY_NS;
        if self.life.day.0 != today {
            self.life.day = (today, 0);
        }
        self.life.day.1 += bytes as u64;
        let most = bytes_per_day.map(|most| most.max(limits.bytes_max as u64));
        self.must(most.is_none_or(|most| self.life.day.1 <= most), "more bytes were sent than a day may have");
    }

    /// What was never tried before comes in the order in which it was written.
    fn order_holds<'n>(&mut self, numbers: impl Iterator<Item = &'n u32>, class: DataClass, records: &Records) {
        for number in numbers {
            let facts = &mut self.facts[*number as usize];
            // What was lost with the half that it is glued to may be found in a copy.
            let passed_over = std::mem::replace(&mut facts.tried, true) || facts.glued;
            if passed_over || self.loose.contains(&records.get(*number).strand) {
                continue;
            }
            let last = self.order.entry((records.get(*number).strand, class)).or_insert(*number);
            let in_order = *last <= *number;
            *last = *number;
            self.must(in_order, "events of one file left out of their order");
        }
    }

    /// The service took in these records of a call.
    pub(crate) fn kept(&mut self, call: CallId, places: &[usize]) {
        let Some(call) = self.life.in_flight.iter().find(|of| of.id == call) else { return };
        for number in places.iter().filter_map(|place| call.records.get(*place)).flat_map(|(numbers, _)| numbers) {
            let facts = &mut self.facts[*number as usize];
            self.doubled += u64::from(facts.accepted);
            self.accepted += u64::from(!facts.accepted);
            facts.accepted = true;
        }
    }

    /// The machine was given the answer to a call.
    pub(crate) fn answered(&mut self, call: CallId, answer: &Answer) {
        let Some(place) = self.life.in_flight.iter().position(|of| of.id == call) else {
            return self.broke("an answer came to a call that nobody made");
        };
        let Call { records, day, seqs, .. } = self.life.in_flight.swap_remove(place);
        let outcomes = match answer {
            Answer::Settled(outcomes) if outcomes.len() == records.len() => outcomes.clone(),
            Answer::Settled(_) | Answer::Trouble(_) => vec![Outcome::Failed; records.len()],
        };
        for (((_, bytes), seqs), outcome) in records.iter().zip(seqs).zip(outcomes) {
            if outcome == Outcome::Accepted {
                self.life.told.extend(seqs);
            } else if day == self.life.day.0 {
                self.life.day.1 = self.life.day.1.saturating_sub(*bytes);
            }
        }
    }

    /// The machine wants segments dropped.
    pub(crate) fn discarding(&mut self, seqs: &[Seq]) {
        let accepted = seqs.iter().any(|seq| self.life.told.contains(&seq.0));
        self.must(!accepted, "a segment was to be dropped after the process was told that it was accepted");
    }

    /// What must hold between any two steps.
    pub(crate) fn between_steps(&mut self, spool: &Spool, held: Option<Held>) {
        let most = spool.bytes_max + spool.bytes_max / 4 + spool.largest;
        self.must(spool.bytes() <= most, "the spool holds more than it may");
        let Some(held) = held else { return };
        self.life.rows_most = self.life.rows_most.max(spool.rows().count());
        // Each segment waits, or is in flight or to be dropped, and may be suspected. A receipt is of some of them.
        let most = 3 * self.life.rows_most + SEGMENTS_SPARE;
        self.must(held.segments <= most, "the process has more segments in mind than the spool ever had");
        // A file is read to its end in one step here.
        let most = PACKAGES_WAITING + held.packages_of_file;
        self.must(held.packages <= most, "the process reads further ahead than it may");
    }

    /// At rest: what is no more in the spool is no more in the process's mind.
    pub(crate) fn forgot(&mut self, spool: &Spool, held: Option<Held>) {
        let clear = spool.rows().next().is_some() || held.is_none_or(|held| held.segments == 0);
        self.must(clear, "the spool is empty, and the process has segments in mind");
    }

    /// The world has been well for long: everything that can be read was accepted or counted, and nothing waits.
    pub(crate) fn at_rest(&mut self, disk: &Disk, spool: &Spool, records: &Records) {
        let stuck = |numbers: &[u32]| !numbers.iter().any(|number| records.get(*number).poison);
        let waits = spool.rows().any(|(_, row)| stuck(&row.records));
        self.must(!waits, "the world is well, and events wait for ever");
        for file in &disk.files {
            let mut lost = false;
            file.content.split(|byte| *byte == b'\n').filter_map(|line| records.whole_in(line)).for_each(|number| {
                let facts = &self.facts[number as usize];
                lost |= facts.owed && !facts.glued && !facts.accepted && !facts.counted && facts.held == 0;
            });
            self.must(!lost, "a record that can be read was neither accepted nor counted");
        }
        let gone = self.facts.iter().any(|facts| facts.stored && !facts.accepted && !facts.counted && facts.held == 0);
        self.must(!gone, "an event that was in the spool is neither accepted nor counted");
    }
}

impl Level {
    /// Takes units and says whether the rate allowed it: what is used drains at the rate, and what comes on top must fit
    /// into the burst, or find nothing used where it is larger than that.
    fn take(&mut self, rate: Option<Rate>, units: u64, now: u64) -> bool {
        let Some(rate) = rate else { return true };
        let per_unit = u128::from(SECOND);
        let drained = u128::from(now - self.at) * u128::from(rate.per_second);
        self.used = self.used.saturating_sub(drained);
        self.at = now;
        let room = u128::from(rate.burst.saturating_sub(units)) * per_unit;
        // The machine rounds each charge down to a nanosecond.
        let within = self.used <= room + 64 * u128::from(rate.per_second);
        self.used += u128::from(units) * per_unit;
        within
    }
}
