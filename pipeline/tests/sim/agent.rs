//! The agent's process: the machines, put together as the agent's driver does it, on one thread.
//!
//! `tailing` is what the reading and storing threads do, `shipping` what the shipping loop does.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use pipeline::consent::{ConsentText, Grant, Ledger, OffReason};
use pipeline::seal::{Opener, SealKey, Sealer};
use pipeline::ship::{Answer, CallId, Input, Shipper, SpoolDrop};
use pipeline::tail::{Catalog, Sieve};
use scrubber::{DataClass, Policy, Scratch, Tier};

use super::clock::{HOUR, MINUTE, MS, SECOND};
use super::invariants::Held;
use super::policies::{Which, policy};
use super::surroundings::{DriverBug, Surroundings};
use super::tailing::{Gathered, Package};
use super::user::{self, User};

/// Why a process is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Killed,
    Off(OffReason),
    TermsChanged,
}

/// The consent that a process was started under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) tier: Tier,
    consent: String,
    backfill: bool,
}

/// A call that was made and whose answer is on its way.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) call: CallId,
    pub(crate) at: u64,
    pub(crate) answer: Answer,
}

pub(crate) struct Agent {
    pub(crate) shipper: Shipper,
    pub(crate) policy: Arc<Policy>,
    pub(crate) which: Which,
    terms: Terms,
    /// The tier of the grant that was looked up last.
    pub(crate) grant_tier: Tier,
    text: ConsentText,
    ledger: Ledger,
    ledger_length: usize,
    pub(crate) sealer: Sealer,
    pub(crate) opener: Opener,
    pub(crate) catalog: Catalog,
    pub(crate) sieve: Sieve,
    pub(crate) scratch: Scratch,
    pub(crate) inputs: VecDeque<Input>,
    pub(crate) flights: Vec<Flight>,
    pub(crate) packages: VecDeque<Package>,
    pub(crate) gathered: Option<Gathered>,
    /// The most packages that a file gave.
    pub(crate) packages_of_file: usize,
    pub(crate) tail_at: u64,
    pub(crate) commit_at: u64,
    pub(crate) look_at: u64,
    pub(crate) terms_at: u64,
    pub(crate) upkeep_at: u64,
    pub(crate) paused: bool,
    /// How often reading had begun anew when the process began.
    pub(crate) reading: u64,
}

/// How long a last line without line end must be quiet.
const QUIET: Duration = Duration::from_secs(60);
pub(crate) const NEVER: u64 = u64::MAX;

impl Agent {
    /// Starts under the terms that hold.
    pub(crate) fn start(s: &mut Surroundings) -> Result<Self, OffReason> {
        let (text, ledger) = (user::text(), Ledger::read(&s.user.ledger));
        let terms = terms(&ledger, &s.user, &text)?;
        let which = Which { rules: s.user.rules, tier: terms.tier, consent: s.user.grants };
        let policy = policy(which);
        let (now, mono, wall) = (s.clock.now, s.clock.mono(), s.clock.wall());
        let bytes_today = s.spool.bytes_today(wall);
        s.invariants.process_began(wall.0.unsigned_abs(), bytes_today);
        let mut shipper = Shipper::new(s.style.settings, s.dice.next(), bytes_today, mono, wall);
        shipper.handle(Input::Policy(s.user.rules_usable.then(|| policy.id().as_str().to_owned())), mono);
        let sealer = Sealer::new(SealKey::new(&[1; 32]), s.dice.next().to_le_bytes());
        Ok(Self {
            shipper,
            policy,
            which,
            grant_tier: terms.tier,
            terms,
            text,
            ledger_length: s.user.ledger.len(),
            ledger,
            sealer,
            opener: Opener::new(vec![SealKey::new(&[1; 32])]),
            catalog: Catalog::new(s.spool.positions(), QUIET),
            sieve: Sieve::default(),
            scratch: Scratch::default(),
            inputs: VecDeque::new(),
            flights: Vec::new(),
            packages: VecDeque::new(),
            gathered: None,
            packages_of_file: 0,
            tail_at: now + s.dice.below(SECOND),
            commit_at: NEVER,
            look_at: now,
            terms_at: now + MINUTE,
            upkeep_at: now,
            paused: false,
            reading: s.spool.reading,
        })
    }

    /// When the process has something to do without anything happening to it.
    pub(crate) fn wakes_at(&self, s: &Surroundings) -> u64 {
        let landing = self.flights.iter().map(|flight| flight.at).min().unwrap_or(NEVER);
        let mut at = landing.min(self.tail_at).min(self.commit_at);
        if !self.waits_for_answer(s) {
            let machine = self.shipper.poll_deadline().map_or(NEVER, |at| s.clock.time_of(at));
            at = at.min(machine).min(self.look_at).min(self.upkeep_at).min(self.terms_at);
            if !self.inputs.is_empty() {
                at = 0;
            }
        }
        at.max(s.clock.now)
    }

    /// What its memory grows with.
    pub(crate) fn held(&self) -> Held {
        let (segments, packages) = (self.shipper.held(), self.packages.len());
        Held { segments, packages, packages_of_file: self.packages_of_file }
    }

    /// The agent's own driver makes one call at a time; the machines allow one for each stream.
    fn waits_for_answer(&self, s: &Surroundings) -> bool {
        s.style.one_call && !self.flights.is_empty()
    }

    /// Does all that is due.
    pub(crate) fn run(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        self.land(s)?;
        self.tail(s)?;
        let mut turns = 0;
        while !self.waits_for_answer(s) {
            // Another thread may be slow to tell what it committed.
            while s.style.one_call || s.dice.permille(800) {
                let Some(input) = self.inputs.pop_front() else { break };
                self.shipper.handle(input, s.clock.mono());
            }
            self.look_around(s)?;
            self.record_receipts(s)?;
            if !self.turn(s)? {
                break;
            }
            turns += 1;
            if turns > 5000 {
                s.invariants.broken.get_or_insert_with(|| "the machine never rests at one moment".to_owned());
                break;
            }
        }
        Ok(())
    }

    /// Hands over answers that came.
    fn land(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        while let Some(place) = self.flights.iter().position(|flight| flight.at <= s.clock.now) {
            let Flight { call, answer, .. } = self.flights.remove(place);
            s.may_die()?;
            s.note("answer", call.0, 0);
            s.invariants.answered(call, &answer);
            self.shipper.handle(Input::Answered { call, answer }, s.clock.mono());
            self.record_receipts(s)?;
        }
        Ok(())
    }

    fn look_around(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        let (now, mono) = (s.clock.now, s.clock.mono());
        if self.look_at <= now {
            self.look_at = NEVER;
            let paused = s.user.paused_since.is_some() && s.bug != Some(DriverBug::IgnoresPause);
            if paused != self.paused {
                self.paused = paused;
                let classes = if paused { DataClass::ALL.to_vec() } else { Vec::new() };
                self.shipper.handle(Input::Pause(classes), mono);
            }
            if std::mem::take(&mut s.user.wants_flush) {
                self.shipper.handle(Input::Flush, mono);
            }
            let usable = s.user.rules_usable.then_some(s.user.rules);
            if usable.is_some_and(|rules| rules != self.which.rules) {
                self.which.rules = s.user.rules;
                self.policy = policy(self.which);
            }
            self.shipper.handle(Input::Policy(usable.map(|_| self.policy.id().as_str().to_owned())), mono);
        }
        if self.upkeep_at <= now {
            self.upkeep_at = now + HOUR;
            self.shipper.handle(Input::Clock(s.clock.wall()), mono);
            if let Ok(seqs) = s.spool.expire(s.clock.wall()) {
                self.shipper.handle(Input::Gone(seqs), mono);
            }
            self.tail_at = self.tail_at.min(now + s.dice.below(MINUTE));
        }
        self.look_at_terms(s)
    }

    /// Ends the process when other terms hold than it was started under.
    pub(crate) fn look_at_terms(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        if self.terms_at > s.clock.now {
            return Ok(());
        }
        self.terms_at = NEVER;
        self.refresh(s);
        match terms(&self.ledger, &s.user, &self.text) {
            Ok(terms) if terms == self.terms && s.spool.reading == self.reading => Ok(()),
            Ok(_) if s.bug == Some(DriverBug::IgnoresNarrowing) => Ok(()),
            Ok(_) => Err(Ended::TermsChanged),
            Err(reason) => Err(self.off(reason, s)),
        }
    }

    fn refresh(&mut self, s: &Surroundings) {
        if s.user.ledger.len() != self.ledger_length && s.bug != Some(DriverBug::IgnoresRevocation) {
            self.ledger = Ledger::read(&s.user.ledger);
            self.ledger_length = s.user.ledger.len();
        }
    }

    /// The next thing that the shipper asks for under the grant of this moment.
    pub(crate) fn next_effect(&mut self, s: &mut Surroundings) -> Result<Option<pipeline::ship::Effect>, Ended> {
        self.refresh(s);
        let old;
        let ledger = match s.bug {
            Some(DriverBug::IgnoresNarrowing) => {
                old = widest(&self.ledger, &s.user.ledger);
                &old
            }
            _ => &self.ledger,
        };
        let standing = ledger.stand(&s.user.circumstances(&self.text));
        let reason = standing.off.unwrap_or(OffReason::NeverGranted);
        let Some(grant): Option<Grant<'_>> = standing.into_grant() else { return Err(self.off(reason, s)) };
        self.grant_tier = grant.tier();
        Ok(self.shipper.poll_effect(&grant, s.clock.mono()))
    }

    /// Consent is gone: where it was taken back, the spool is emptied.
    fn off(&mut self, reason: OffReason, s: &mut Surroundings) -> Ended {
        if reason.ends_consent() {
            let _ = s.spool.purge(SpoolDrop::Revoked);
            self.shipper.handle(Input::Emptied, s.clock.mono());
            // What was on its way comes after that; it is emptied again.
            if s.may_die().is_err() {
                return Ended::Killed;
            }
            let _ = self.commit(s);
            if s.may_die().is_err() {
                return Ended::Killed;
            }
            let _ = s.spool.purge(SpoolDrop::Revoked);
        }
        Ended::Off(reason)
    }

    /// Something happened that the agent looks at within a second.
    pub(crate) fn hint(&mut self, now: u64, after: u64) {
        self.look_at = self.look_at.min(now + after.max(MS));
    }
}

/// The ledger as it was when the widest of its grants was given.
fn widest(ledger: &Ledger, bytes: &[u8]) -> Ledger {
    let mut best = (0, None);
    let mut end = 0;
    for (line, entry) in bytes.split_inclusive(|byte| *byte == b'\n').zip(ledger.entries()) {
        end += line.len();
        match &entry.what {
            pipeline::consent::What::Grant(grant) if Some(grant.tier) >= best.1 => best = (end, Some(grant.tier)),
            pipeline::consent::What::Grant(_) => {}
            pipeline::consent::What::Revoke(_) | pipeline::consent::What::Refuse(_) => best = (end, None),
        }
    }
    Ledger::read(&bytes[..best.0])
}

/// The terms that hold now.
pub(crate) fn terms(ledger: &Ledger, user: &User, text: &ConsentText) -> Result<Terms, OffReason> {
    let standing = ledger.stand(&user.circumstances(text));
    let reason = standing.off.unwrap_or(OffReason::NeverGranted);
    let backfill = standing.granted.is_some_and(|granted| granted.backfill);
    let grant = standing.into_grant().ok_or(reason)?;
    Ok(Terms { tier: grant.tier(), consent: grant.consent_id().as_str().to_owned(), backfill })
}
