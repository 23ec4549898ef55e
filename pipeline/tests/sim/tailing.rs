//! What the reading and the storing threads do, as `agent::driver::tail` and `agent::driver::spooler` do it. A file is read
//! between two steps of the world, so nothing changes under the reader's eyes.

use pipeline::seal::Sealed;
use pipeline::ship::Input;
use pipeline::tail::{
    Buffer, FileRecord, Found, LINE_BYTES_MAX, Passed, Probe, Resumed, Seen, Settled, Sieve, Splitter, Step,
    each_record,
};
use scrubber::{EventId, EventsByTier, Place, Policy, ProjectDecision, Projects, SessionTag, Source, SourceKind};
use std::sync::Arc;

use super::agent::{Agent, Ended, NEVER};
use super::clock::{MINUTE, MS, SECOND};
use super::disk::{Disk, File, Windows};
use super::policies::Folders;
use super::records::number_of;
use super::spool::{PositionUpdate, Spool};
use super::surroundings::{DriverBug, Surroundings};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1500;
/// Events and bytes of events of one tier at which a package is handed over.
const RUN_EVENTS: usize = 12;
const RUN_BYTES: usize = 4 * 1024;
/// Packages that may wait, and that go into one commit.
pub(crate) const PACKAGES_WAITING: usize = 8;
const PACKAGES_TOGETHER: usize = 3;

/// What was read of one file, and where reading goes on.
pub(crate) struct Package {
    events: EventsByTier,
    positions: Vec<PositionUpdate>,
    /// The policy that made them.
    policy: Arc<Policy>,
}

/// Sealed packages that are committed together.
#[derive(Default)]
pub(crate) struct Gathered {
    sealed: Vec<(Sealed, Vec<u32>)>,
    positions: Vec<PositionUpdate>,
    passed: Vec<Passed>,
}

/// A file in the course of being read.
struct Course<'f> {
    file: &'f File,
    seen: Seen,
    resumed: Resumed,
    source: Source,
    splitter: Splitter,
    buffer: Buffer,
    events: EventsByTier,
    spooled: u64,
}

impl Agent {
    /// Reads and stores what is due.
    pub(crate) fn tail(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        if self.commit_at <= s.clock.now {
            self.commit(s)?;
        }
        if self.tail_at > s.clock.now {
            return Ok(());
        }
        if self.is_full(s) {
            self.tail_at = NEVER;
            return Ok(());
        }
        self.tail_at = self.catalog.poll_deadline().map_or(NEVER, |at| s.clock.time_of(at)).max(s.clock.now + SECOND);
        self.read_news(s)
    }

    /// Lists all files and reads those with news, the newest first.
    fn read_news(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        let mut troubled = s.disk.failing && s.dice.permille(300);
        self.catalog.begin_scan();
        let due = self.catalog.quiet_parts(s.clock.mono());
        let mut news = Vec::new();
        for file in &s.disk.files {
            let seen = Disk::seen(file, &s.fingerprint);
            let found = self.catalog.observe(&seen);
            if found == Found::News || due.contains(&seen.key.id) {
                news.push((seen, file.clone()));
            }
        }
        if !troubled {
            let forgotten = self.catalog.end_scan(s.clock.mono(), s.clock.wall().0);
            if !forgotten.is_empty() {
                let positions = forgotten.into_iter().map(PositionUpdate::Forget).collect();
                self.give(self.policy.events(), positions, s);
            }
        }
        for id in due {
            if !news.iter().any(|(seen, _)| seen.key.id == id) {
                self.catalog.drop_part(&id);
            }
        }
        news.sort_by_key(|(seen, _)| std::cmp::Reverse(seen.modified_ns));
        for (seen, file) in news {
            if self.is_full(s) {
                self.tail_at = NEVER;
                break;
            }
            let waiting = self.packages.len();
            troubled |= !self.read_file(seen, &file, s)?;
            self.packages_of_file = self.packages_of_file.max(self.packages.len() - waiting);
            if s.dice.permille(300) {
                self.commit(s)?;
            }
        }
        if troubled {
            self.tail_at = self.tail_at.min(s.clock.now + MINUTE);
        }
        let part = self.catalog.poll_deadline().map_or(NEVER, |at| s.clock.time_of(at));
        if self.packages.len() < PACKAGES_WAITING {
            self.tail_at = self.tail_at.min(part.max(s.clock.now + SECOND));
        }
        Ok(())
    }

    /// Reads a file to its end; says whether it could be read.
    fn read_file(&mut self, seen: Seen, file: &File, s: &mut Surroundings) -> Result<bool, Ended> {
        let due = self.catalog.quiet_parts(s.clock.mono()).contains(&seen.key.id);
        let fails = s.disk.failing && s.dice.permille(400);
        let mut probe = Windows { content: &file.content, fingerprint: &s.fingerprint, fails };
        let Some(resumed) = self.catalog.resume(&seen, &mut probe as &mut dyn Probe, s.clock.mono()) else {
            self.lost_sight(&seen);
            return Ok(false);
        };
        let position = resumed.position;
        let behind = position.tail_range();
        let mut buffer = Buffer::new(CHUNK_BYTES);
        buffer.restart(behind.start, &file.content[behind.start as usize..behind.end as usize]);
        let source = Source { kind: SourceKind::Transcript, session: "unnamed".to_owned(), cwd: None };
        let splitter = Splitter::new(position.offset, position.resume, LINE_BYTES_MAX);
        let (events, spooled) = (self.policy.events(), position.offset);
        let mut course = Course { file, seen, resumed, source, splitter, buffer, events, spooled };
        // A read that fails half-way leaves what was read before.
        let end = match s.disk.failing && s.dice.permille(300) {
            true => file.content.len().min(position.offset as usize + s.dice.below(4000) as usize),
            false => file.content.len(),
        };
        course.held_back(0, course.resumed.held_back as usize, s);
        let settled = self.lines(&mut course, end, due, s)?;
        let position = course.position(s);
        if course.splitter.offset() > course.spooled || course.resumed.is_news() {
            self.hand_over(&mut course, s);
        }
        let settled = if end < file.content.len() { Settled::More } else { settled };
        self.catalog.read(&seen, position, settled, s.clock.mono(), s.clock.wall().0);
        s.note("read", course.spooled, settled as u64);
        if end < file.content.len() {
            self.lost_sight(&seen);
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether reading must wait for the storing thread.
    fn is_full(&self, s: &Surroundings) -> bool {
        self.packages.len() >= PACKAGES_WAITING && s.bug != Some(DriverBug::ReadsAhead)
    }

    fn lost_sight(&mut self, seen: &Seen) {
        self.catalog.unsettle(&seen.key.id);
        self.catalog.drop_part(&seen.key.id);
    }

    /// Scrubs lines up to `end`.
    fn lines(
        &mut self,
        course: &mut Course<'_>,
        end: usize,
        due: bool,
        s: &mut Surroundings,
    ) -> Result<Settled, Ended> {
        loop {
            self.whole_lines(course, s)?;
            let unread = course.buffer.unread().len();
            let next = course.splitter.offset() as usize + unread;
            let chunk = course.file.content.get(next..end.min(next + CHUNK_BYTES)).unwrap_or_default();
            if !chunk.is_empty() {
                course.buffer.fill(chunk);
                continue;
            }
            if unread == 0 {
                return Ok(Settled::End);
            }
            let unended = if due { course.splitter.take_unended(course.buffer.unread()) } else { None };
            let Some((text, place)) = unended else {
                return Ok(if due { Settled::BrokenPart } else { Settled::Part });
            };
            self.scrub(course, &text, place, s);
            course.buffer.advance(unread);
            return Ok(Settled::End);
        }
    }

    fn whole_lines(&mut self, course: &mut Course<'_>, s: &mut Surroundings) -> Result<(), Ended> {
        loop {
            let before = course.splitter.offset();
            match course.splitter.step(course.buffer.unread()) {
                Step::Line { text, place } => self.scrub(course, &text, place, s),
                Step::TooLong | Step::Skipped => {}
                Step::Begun => course.held_back(before as usize, course.splitter.offset() as usize, s),
                Step::Part => return Ok(()),
            }
            course.buffer.advance((course.splitter.offset() - before) as usize);
            let full = |events: &scrubber::Events| events.ndjson().len() >= RUN_BYTES || events.len() >= RUN_EVENTS;
            if course.events.iter().any(full) {
                self.hand_over(course, s);
                s.may_die()?;
            }
        }
    }

    fn scrub(&mut self, course: &mut Course<'_>, text: &std::ops::Range<usize>, place: Place, s: &mut Surroundings) {
        let Course { buffer, source, events, .. } = course;
        let folders = s.user.folders.clone();
        let now_ms = s.clock.wall().0;
        let line = &buffer.unread()[text.clone()];
        each_record(line, place, |record, at| {
            let mut asked = Asked { folders: &folders, sieve: &mut self.sieve, spool: &s.spool };
            let outcome = self.policy.scrub(record, source, &mut asked, now_ms, &mut self.scratch, events);
            s.scrubbed(number_of(&line[at]), outcome);
            outcome
        });
    }

    fn hand_over(&mut self, course: &mut Course<'_>, s: &mut Surroundings) {
        let (key, position, floor) = (course.seen.key, course.position(s), course.resumed.floor);
        let updated_ms = course.resumed.updated_ms(s.clock.wall().0);
        let record = FileRecord { key, position, floor, updated_ms };
        let superseded = course.resumed.supersedes.take().map(PositionUpdate::Forget);
        let positions = superseded.into_iter().chain([PositionUpdate::Set(record)]).collect();
        let events = std::mem::replace(&mut course.events, self.policy.events());
        course.spooled = course.splitter.offset();
        self.give(events, positions, s);
    }

    fn give(&mut self, events: EventsByTier, positions: Vec<PositionUpdate>, s: &mut Surroundings) {
        let policy = Arc::clone(&self.policy);
        self.packages.push_back(Package { events, positions, policy });
        self.commit_at = self.commit_at.min(s.clock.now + s.dice.below(100 * MS));
    }

    /// Seals and commits packages, a few at a time, until none waits or the store takes nothing.
    pub(crate) fn commit(&mut self, s: &mut Surroundings) -> Result<(), Ended> {
        self.commit_at = NEVER;
        let was_full = self.packages.len() >= PACKAGES_WAITING;
        loop {
            if self.gathered.is_none() && !self.gather(s) {
                self.commit_at = s.clock.now + MINUTE;
                return Ok(());
            }
            let Some(gathered) = self.gathered.take() else { break };
            s.may_die()?;
            if s.bug == Some(DriverBug::StoresPositionsFirst) {
                let _ = s.spool.append(&[], &gathered.positions, &gathered.passed, self.reading, s.clock.wall());
                s.may_die()?;
            }
            let Gathered { sealed, positions, passed } = &gathered;
            let appended = s.spool.append(sealed, positions, passed, self.reading, s.clock.wall());
            s.note("commit", sealed.len() as u64, u64::from(appended.is_ok()));
            match appended {
                Ok(segments) if segments.is_empty() => {}
                Ok(segments) => self.inputs.push_back(Input::Appended(segments)),
                Err(_) => {
                    self.gathered = Some(gathered);
                    self.commit_at = s.clock.now + MINUTE;
                    return Ok(());
                }
            }
            s.may_die()?;
        }
        if was_full {
            self.tail_at = self.tail_at.min(s.clock.now);
        }
        Ok(())
    }

    /// Sifts and seals a few packages; says whether the store could be asked.
    fn gather(&mut self, s: &mut Surroundings) -> bool {
        let mut gathered = Gathered::default();
        let mut asked = true;
        for _ in 0..PACKAGES_TOGETHER {
            let Some(package) = self.packages.front_mut() else { break };
            for run in &mut package.events {
                asked &= self.sieve.sift(run, |session| s.spool.stored_ids(session)).is_ok();
            }
            if !asked {
                break;
            }
            let Some(package) = self.packages.pop_front() else { break };
            for run in &package.events {
                gathered.sealed.extend(s.sealed(&mut self.sealer, run, &package.policy));
            }
            gathered.positions.extend(package.positions);
        }
        gathered.passed = self.sieve.take_passed();
        if !gathered.positions.is_empty() {
            self.gathered = Some(gathered);
        }
        asked
    }
}

/// What a policy asks of the user's projects and of what was stored.
struct Asked<'a> {
    folders: &'a Folders,
    sieve: &'a mut Sieve,
    spool: &'a Spool,
}

impl Projects for Asked<'_> {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        self.folders.decide(cwd)
    }

    fn is_stored(&mut self, session: SessionTag, id: EventId) -> bool {
        self.sieve.holds(session, id, |session| self.spool.stored_ids(session)).unwrap_or(false)
    }
}

impl Course<'_> {
    /// The lines that end in a range are counted: they, or what stood in their place, were there before consent.
    fn held_back(&self, from: usize, to: usize, s: &mut Surroundings) {
        let content = &self.file.content;
        let mut start = content[..from].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        for end in (from..to).filter(|at| content[*at] == b'\n') {
            s.held_back(&content[start..end]);
            start = end + 1;
        }
    }

    fn position(&self, s: &Surroundings) -> pipeline::tail::Position {
        match self.splitter.offset() == self.resumed.position.offset {
            true => self.resumed.position,
            false => self.buffer.position(self.splitter.resume(), self.resumed.position.head, &s.fingerprint),
        }
    }
}
