//! What happens in a world, drawn from the dice: writers, the user, the machine.

use std::time::Duration;

use pipeline::ship::Input;
use scrubber::Tier;

use super::clock::{HOUR, MINUTE, MS, SECOND};
use super::records::Wanted;
use super::surroundings::Surroundings;
use super::user::Write;
use super::world::World;

const FILES_MAX: usize = 10;

impl World {
    /// One thing that happens.
    pub(crate) fn happen(&mut self) {
        match self.s.dice.weighted(&[650, 150, 70, 130]) {
            0 => self.write(),
            1 => self.handle_file(),
            2 => self.user_does(),
            _ => self.machine_does(),
        }
    }

    pub(crate) fn create_file(&mut self, project: u32) -> usize {
        self.sessions += 1;
        let now = self.s.clock.now;
        self.s.disk.create(project, self.sessions, Vec::new(), now, &mut self.s.dice)
    }

    fn any_file(&mut self) -> usize {
        if self.s.disk.files.is_empty() {
            return self.create_file(1);
        }
        self.s.dice.below(self.s.disk.files.len() as u64) as usize
    }

    /// How long until the agent hears of a change: at once, or with the next listing.
    fn heard_after(&mut self) -> u64 {
        if self.s.dice.permille(850) { self.s.dice.within(MS, SECOND) } else { self.s.dice.below(30 * SECOND) }
    }

    fn wanted(&mut self, at: usize) -> Wanted {
        let file = &self.s.disk.files[at];
        let (session, project, strand) = (file.session, file.path.0, file.strand);
        let poison = self.s.style.poison && self.s.dice.permille(8);
        Wanted { session, project, strand, poison }
    }

    fn make(&mut self, at: usize, wanted: Wanted) -> (u32, Vec<u8>) {
        let (number, mut line) = self.s.records.make(wanted, &mut self.s.dice);
        line.push(b'\n');
        let owed = self.s.user.granted.is_some();
        let glued = self.s.disk.glues(at);
        self.s.invariants.written(owed, glued);
        (number, line)
    }

    pub(crate) fn write_record(&mut self, at: usize, wanted: Wanted) {
        let now = self.s.clock.now;
        let (_, line) = self.make(at, wanted);
        self.s.disk.append(at, &line, now);
        self.news(SECOND);
    }

    /// A session goes on: whole records, now and then half of one.
    fn write(&mut self) {
        let at = if self.s.disk.files.len() < FILES_MAX && self.s.dice.permille(80) {
            let project = self.s.dice.below(4) as u32;
            self.create_file(project)
        } else {
            self.any_file()
        };
        let now = self.s.clock.now;
        self.finish_line(at);
        let records = self.s.dice.weighted(&[0, 40, 25, 15, 10, 6, 4]) as u64;
        let records = if self.s.dice.permille(15) { 60 } else { records };
        for _ in 0..records {
            let wanted = self.wanted(at);
            self.write_record(at, wanted);
        }
        if self.s.dice.permille(30) {
            let junk: &[u8] = self.s.dice.pick(&[b"\n".as_slice(), b"not json\n", b"{\"torn\":\"a\n", b"\0\0\0\n"]);
            self.s.disk.append(at, junk, now);
        }
        if self.s.dice.permille(120) {
            // Half a record; the rest comes with the next, or never.
            let wanted = self.wanted(at);
            let (number, line) = self.make(at, wanted);
            let cut = self.s.dice.within(1, line.len() as u64) as usize;
            self.s.disk.append(at, &line[..cut], now);
            self.s.disk.files[at].torn = Some((number, line[cut..].to_vec()));
        }
        if self.s.dice.permille(300) {
            self.s.disk.sync(at);
        }
        self.s.note("write", at as u64, records);
        let after = self.heard_after();
        self.news(after);
    }

    /// The second half of a record, unless its writer died: then the next is glued on, or begins a line.
    fn finish_line(&mut self, at: usize) {
        let now = self.s.clock.now;
        let Some((_, rest)) = self.s.disk.files[at].torn.take() else { return };
        match self.s.dice.below(10) {
            0 => {}
            1 => self.s.disk.append(at, b"\n", now),
            _ => self.s.disk.append(at, &rest, now),
        }
    }

    pub(crate) fn finish_lines(&mut self) {
        for at in 0..self.s.disk.files.len() {
            self.finish_line(at);
        }
    }

    /// What Claude Code, people and other programs do to files.
    fn handle_file(&mut self) {
        let at = self.any_file();
        let now = self.s.clock.now;
        let project = self.s.dice.below(4) as u32;
        let content = &self.s.disk.files[at].content;
        let (length, whole) = (content.len(), content.len() < 60_000);
        let deed = self.s.dice.weighted(&[20, 15, 10, 15, 15, 12, 13]);
        self.s.note("file", at as u64, deed as u64);
        match deed {
            0 => {
                let length = self.s.dice.below(length as u64 + 1) as usize;
                let line = self.s.disk.files[at].content[..length].iter().rposition(|byte| *byte == b'\n');
                let length = if self.s.dice.permille(700) { line.map_or(0, |line| line + 1) } else { length };
                self.s.disk.truncate(at, length, now);
            }
            1 => {
                // The same beginning, then something else.
                let kept = self.s.dice.below(length as u64 + 1) as usize;
                let line = self.s.disk.files[at].content[..kept].iter().rposition(|byte| *byte == b'\n');
                let content = self.s.disk.files[at].content[..line.map_or(0, |line| line + 1)].to_vec();
                if self.s.dice.permille(500) {
                    self.s.disk.rewrite(at, content, now);
                    for _ in 0..self.s.dice.below(4) {
                        let wanted = self.wanted(at);
                        self.write_record(at, wanted);
                    }
                } else {
                    self.copied(at);
                    self.s.disk.replace(at, content, now, &mut self.s.dice);
                }
            }
            2 => {
                let content = self.s.disk.files[at].content.clone();
                self.copied(at);
                self.s.disk.replace(at, content, now, &mut self.s.dice);
            }
            3 if self.s.disk.files.len() < FILES_MAX && whole => {
                self.copied(at);
                self.s.disk.copy(at, project, now, &mut self.s.dice);
            }
            3 | 4 => self.s.disk.rename(at, project),
            5 => self.s.disk.delete(at),
            _ => self.s.disk.sync(at),
        }
        let after = self.heard_after();
        self.news(after);
    }

    /// The records of a file come to stand in another one, which nothing may tell from a new session: what it repeats, the agent looks for
    /// beside the machines. What is written over in the file itself stays what it was.
    fn copied(&mut self, at: usize) {
        if self.s.user.granted.is_some() {
            let Surroundings { disk, records, invariants, .. } = &mut self.s;
            let lines = disk.files[at].content.split(|byte| *byte == b'\n');
            invariants.written_again(lines.flat_map(|line| records.all_in(line)));
        }
    }

    fn user_does(&mut self) {
        let now = self.s.clock.now;
        let wall = self.s.clock.wall();
        let torn = self.s.dice.permille(60);
        let write = if torn { Write::Torn(self.s.dice.within(1, 400) as usize) } else { Write::Whole };
        let tier = self.s.dice.pick(&Tier::ALL);
        let deed = self.s.dice.weighted(&[10, 8, 14, 16, 16, 10, 14, 12]);
        self.s.note("user", deed as u64, 0);
        match deed {
            0 => {
                let same = self.s.user.granted == Some(tier);
                if !same && self.s.user.grants < 60 {
                    let backfill = self.s.dice.permille(300);
                    self.grant(tier, backfill, write);
                }
            }
            1 if self.s.user.granted.is_some() => {
                self.s.user.revoke(write, &mut self.s.spool, wall);
                self.s.follow();
                self.s.invariants.revoked(write == Write::Whole);
            }
            1 => self.grant(tier, true, Write::Whole),
            2 => {
                let paused = self.s.user.paused_since.is_some();
                self.s.user.paused_since = (!paused).then_some(now);
            }
            3 => self.s.user.wants_flush = true,
            4 => self.rules_change(),
            5 => {
                let ceiling = [None, Some(Tier::Metrics), Some(Tier::Activity), Some(Tier::Content)];
                self.s.user.ceiling = self.s.dice.pick(&ceiling);
            }
            6 => {
                let project = self.s.dice.below(4) as u32;
                let opted_out = &mut self.s.user.folders.opted_out;
                if opted_out.remove(&project).is_none() {
                    opted_out.insert(project, now);
                }
            }
            _ => self.hint_agent(Input::Flush),
        }
        if torn && deed <= 1 {
            self.power_loss();
        }
        self.wish();
        self.start_soon();
    }

    /// Other rules are installed; a living process takes them over or is started anew.
    fn rules_change(&mut self) {
        if self.s.style.live_rules {
            if self.s.user.rules_usable && self.s.dice.permille(300) {
                self.s.user.rules_usable = false;
            } else {
                self.s.user.rules_usable = true;
                self.s.user.rules = self.s.dice.below(3) as u8;
            }
            self.s.user.rules_since = self.s.clock.now;
        } else {
            self.kill();
            self.s.user.rules = self.s.dice.below(3) as u8;
        }
    }

    fn machine_does(&mut self) {
        let deed = self.s.dice.weighted(&[10, 5, 12, 8, 18, 12, 14, 6]);
        self.s.note("machine", deed as u64, 0);
        match deed {
            0 => self.kill(),
            1 => self.power_loss(),
            2 => {
                let time = Duration::from_secs(self.s.dice.pick(&[60, 600, 3600, 10_000]));
                self.s.clock.sleep(time);
                if self.s.dice.permille(700) {
                    self.hint_agent(Input::Flush);
                }
            }
            3 if !self.s.style.jumps => {}
            3 => {
                let by = self.s.dice.pick(&[-86_400_000, -3_600_000, -30_000, 30_000, 3_600_000, 86_400_000 * 40]);
                let by = if self.s.clock.skew_ms == 0 { by } else { -self.s.clock.skew_ms };
                self.s.clock.jump(by);
                self.s.style.bounds.bytes_per_day = None;
            }
            4 => {
                let time = self.s.dice.within(SECOND, 30 * MINUTE);
                self.store_fails_for(time);
            }
            5 => {
                let time = self.s.dice.within(SECOND, 30 * MINUTE);
                self.disk_fails_for(time);
            }
            6 => self.hint_agent(Input::Flush),
            _ => {
                let time = self.s.dice.within(MINUTE, 3 * HOUR);
                self.store_fails_for(time);
            }
        }
        self.wish();
    }
}
