//! One run: a seed, some hours of anything that can happen, then a world that is well until everything is at rest.

use std::time::Duration;

use pipeline::ship::{Input, Trouble};
use scrubber::Tier;

use super::agent::{Agent, Ended, NEVER};
use super::clock::{HOUR, MINUTE, SECOND};
use super::cloud::Weather;
use super::records::Wanted;
use super::surroundings::{DriverBug, Surroundings};
use super::user::Write;

pub(crate) struct World {
    pub(crate) s: Surroundings,
    pub(crate) agent: Option<Box<Agent>>,
    start_at: u64,
    event_at: u64,
    weather_until: u64,
    disk_until: u64,
    spool_until: u64,
    /// Sessions begun.
    pub(crate) sessions: u32,
    pub(crate) steps: u64,
}

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) awake_hours: f64,
    pub(crate) steps: u64,
    pub(crate) records: usize,
    pub(crate) accepted: u64,
    pub(crate) doubled: u64,
    pub(crate) deaths: u64,
    /// What was broken, with the last steps.
    pub(crate) broken: Option<String>,
}

/// Steps after which a run is taken to go round in circles.
const STEPS_MAX: u64 = 400_000;

impl World {
    pub(crate) fn new(seed: u64, bug: Option<DriverBug>) -> Self {
        let s = Surroundings::new(seed, bug);
        let now = s.clock.now;
        Self {
            s,
            agent: None,
            start_at: NEVER,
            event_at: now,
            weather_until: now + MINUTE,
            disk_until: NEVER,
            spool_until: NEVER,
            sessions: 0,
            steps: 0,
        }
    }

    /// Runs for some hours of trouble, heals the world and waits for rest.
    pub(crate) fn run(mut self, hours: u64) -> Done {
        for project in 0..3 {
            self.create_file(project);
        }
        self.grant(Tier::Content, true, Write::Whole);
        self.s.death_ppm = self.s.dice.pick(&[0, 500, 5000, 15_000]);
        let end = self.s.clock.now + hours * HOUR;
        self.pass(end);
        let awake = self.s.clock.now - self.s.clock.asleep;
        if self.s.invariants.broken.is_none() {
            self.heal();
        }
        // What the machines keep in mind of the last trouble must not outlive it, in a process that nobody starts anew.
        if self.s.dice.permille(500) {
            self.s.cloud.weather = Weather::Always(Trouble::Unavailable);
        }
        self.s.receipts_fail = 300;
        let well_from = self.s.clock.now + 2 * HOUR;
        let rest = self.s.clock.now + self.patience();
        let (healthy, healthy_until) = (self.create_file(9), self.s.clock.now + 8 * HOUR);
        let session = self.s.disk.files[healthy].session;
        let wanted = Wanted { session, project: 9, strand: 0, poison: false };
        // A record that is refused is told from a broken service by others that are not.
        while self.s.clock.now < rest && self.s.invariants.broken.is_none() {
            if self.s.clock.now >= well_from {
                self.s.cloud.weather = Weather::Fine;
                self.s.receipts_fail = 0;
            }
            if self.s.clock.now < healthy_until {
                let wanted = Wanted { strand: self.s.disk.files[healthy].strand, ..wanted };
                self.write_record(healthy, wanted);
            }
            let next = self.s.clock.now + 20 * MINUTE;
            self.pass(next);
        }
        self.s.follow();
        let Surroundings { invariants, disk, spool, records, .. } = &mut self.s;
        if invariants.broken.is_none() {
            invariants.at_rest(disk, spool, records);
            invariants.forgot(spool, self.agent.as_ref().map(|agent| agent.held()));
        }
        let broken = self.s.invariants.broken.take().map(|what| format!("{what}\n{}", self.s.trace()));
        Done {
            awake_hours: awake as f64 / HOUR as f64,
            steps: self.steps,
            records: self.s.records.len(),
            accepted: self.s.invariants.accepted,
            doubled: self.s.invariants.doubled,
            deaths: self.s.deaths,
            broken,
        }
    }

    /// How long a well world may take to send all that is there. Where a day's bytes are limited, a call that does not fit into the rest
    /// of one waits for the next, so that as little as half of them may go; and events are about twice as long as their records.
    fn patience(&self) -> u64 {
        let Some(bytes_per_day) = self.s.style.settings.bytes_per_day else { return 10 * HOUR };
        let bytes: usize = self.s.disk.files.iter().map(|file| file.content.len()).sum();
        24 * HOUR * (4 * bytes as u64 / bytes_per_day).max(30)
    }

    /// Steps until a moment.
    fn pass(&mut self, end: u64) {
        while self.s.invariants.broken.is_none() {
            let agent = self.agent.as_ref().map_or(NEVER, |agent| agent.wakes_at(&self.s));
            let next = [self.start_at, self.event_at, self.weather_until, self.disk_until, self.spool_until];
            let at = next.into_iter().fold(agent, u64::min);
            if at > end {
                return self.s.clock.pass_to(end);
            }
            self.s.clock.pass_to(at);
            self.step(agent);
            self.s.follow();
            self.s.invariants.between_steps(&self.s.spool, self.agent.as_ref().map(|agent| agent.held()));
            self.steps += 1;
            if self.steps > STEPS_MAX {
                self.s.invariants.broken = Some("the run goes round in circles".to_owned());
            }
        }
    }

    fn step(&mut self, agent: u64) {
        let now = self.s.clock.now;
        if agent <= now {
            return self.run_agent();
        }
        if self.start_at <= now {
            self.start_at = NEVER;
            return self.start_agent();
        }
        if self.weather_until <= now {
            let (cloud, dice) = (&mut self.s.cloud, &mut self.s.dice);
            self.weather_until = now + cloud.change(dice);
            return self.s.note("weather", 0, 0);
        }
        if self.disk_until <= now {
            self.disk_until = NEVER;
            self.s.disk.failing = false;
            return;
        }
        if self.spool_until <= now {
            self.spool_until = NEVER;
            self.s.spool.failing = false;
            return;
        }
        let gap = match self.s.dice.weighted(&[45, 35, 20]) {
            0 => self.s.dice.below(5 * SECOND),
            1 => self.s.dice.within(5 * SECOND, 2 * MINUTE),
            _ => self.s.dice.within(2 * MINUTE, 15 * MINUTE),
        };
        self.event_at = now + gap;
        self.happen();
    }

    fn run_agent(&mut self) {
        let Some(mut agent) = self.agent.take() else { return };
        match agent.run(&mut self.s) {
            Ok(()) => self.agent = Some(agent),
            Err(ended) => self.ended(ended),
        }
    }

    /// A process ended; a service manager starts it again unless it ended for want of consent.
    fn ended(&mut self, ended: Ended) {
        let now = self.s.clock.now;
        self.s.note("process ended", u64::from(ended == Ended::Killed), 0);
        self.s.follow();
        self.s.invariants.process_ended(now);
        self.agent = None;
        match ended {
            Ended::Killed => self.start_at = now + self.s.dice.within(SECOND, MINUTE),
            Ended::TermsChanged => self.start_at = now,
            Ended::Off(_) => {}
        }
    }

    pub(crate) fn kill(&mut self) {
        if self.agent.is_some() {
            self.s.deaths += 1;
            self.ended(Ended::Killed);
        }
    }

    fn start_agent(&mut self) {
        if self.agent.is_some() {
            return;
        }
        if let Ok(agent) = Agent::start(&mut self.s) {
            self.s.note("process began", 0, 0);
            self.agent = Some(Box::new(agent));
        }
    }

    /// Starts the agent soon, as `service install` or a login does.
    pub(crate) fn start_soon(&mut self) {
        if self.agent.is_none() {
            self.start_at = self.start_at.min(self.s.clock.now + self.s.dice.within(SECOND, MINUTE));
        }
    }

    pub(crate) fn grant(&mut self, tier: Tier, backfill: bool, write: Write) {
        let after_revocation = self.s.user.revoked;
        let now = self.s.clock.wall();
        let Surroundings { user, disk, spool, fingerprint, .. } = &mut self.s;
        if user.grant(tier, backfill, write, (disk, spool, fingerprint), now) {
            self.s.note("grant", tier as u64, u64::from(backfill));
            self.s.follow();
            if !backfill {
                self.s.disk.files.iter_mut().for_each(|file| file.skipped = file.content.last() != Some(&b'\n'));
            }
            self.s.invariants.granted(backfill && write == Write::Whole, after_revocation, &self.s.records);
        }
        self.wish();
        self.start_soon();
    }

    /// The agent looks at wishes within a second, and at its terms sooner or later.
    pub(crate) fn wish(&mut self) {
        let (look, terms) = (self.s.dice.below(SECOND), self.s.dice.within(SECOND, MINUTE));
        if let Some(agent) = &mut self.agent {
            let now = self.s.clock.now;
            agent.hint(now, look);
            let terms = if self.s.style.late_terms { terms } else { look };
            agent.terms_at = agent.terms_at.min(now + terms);
        }
    }

    pub(crate) fn store_fails_for(&mut self, time: u64) {
        self.s.spool.failing = true;
        self.spool_until = self.s.clock.now + time;
    }

    pub(crate) fn disk_fails_for(&mut self, time: u64) {
        self.s.disk.failing = true;
        self.disk_until = self.s.clock.now + time;
    }

    pub(crate) fn power_loss(&mut self) {
        self.s.note("power loss", 0, 0);
        self.kill();
        self.s.follow();
        let Surroundings { spool, disk, dice, .. } = &mut self.s;
        spool.lose_power();
        disk.lose_power(dice);
        let off = Duration::from_secs(dice.within(10, 5_000));
        self.s.clock.reboot(off);
        let now = self.s.clock.now;
        self.s.invariants.process_ended(now);
        self.start_at = now + self.s.dice.within(SECOND, 2 * MINUTE);
    }

    /// The world is well from now on, and the user wants everything sent.
    fn heal(&mut self) {
        self.s.note("healing", 0, 0);
        (self.event_at, self.weather_until, self.disk_until, self.spool_until) = (NEVER, NEVER, NEVER, NEVER);
        self.s.death_ppm = 0;
        self.s.cloud.weather = Weather::Fine;
        (self.s.disk.failing, self.s.spool.failing) = (false, false);
        if self.s.clock.skew_ms != 0 {
            let skew = self.s.clock.skew_ms;
            self.s.clock.jump(-skew);
        }
        (self.s.user.paused_since, self.s.user.rules_usable) = (None, true);
        self.s.user.rules_since = self.s.clock.now;
        self.s.user.ceiling = Some(Tier::Content);
        self.wish();
        self.hint_agent(Input::Flush);
        self.finish_lines();
        if self.s.user.granted.is_none() {
            let backfill = self.s.dice.permille(500);
            self.grant(Tier::Content, backfill, Write::Whole);
        }
        self.start_soon();
        self.news(0);
    }

    pub(crate) fn hint_agent(&mut self, input: Input) {
        if let Some(agent) = &mut self.agent {
            agent.inputs.push_back(input);
        }
    }

    /// Tells the agent of a change of files after a while.
    pub(crate) fn news(&mut self, after: u64) {
        let now = self.s.clock.now;
        if let Some(agent) = &mut self.agent {
            agent.tail_at = agent.tail_at.min(now + after);
        }
    }
}
