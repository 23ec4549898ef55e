//! Reads a slice of one file: lines, events, runs, position.

use super::{Ahead, LineScrubber, Run, SpoolClosed, Spooler};
use crate::edge::clock;
use crate::edge::files::{Listed, OpenLog};
use pipeline::seal::{SEGMENT_BYTES, SEGMENT_LINES};
use pipeline::tail::{Buffer, FileKey, FileRecord, Fingerprint, Position, Resumed, Splitter, Step, each_record};
use scrubber::{EventsByTier, Place, Source};
use std::io::ErrorKind;
use std::ops::Range;

/// Bytes read at a time: few enough that they are still in the processor's cache when they are scrubbed.
const CHUNK_BYTES: usize = 256 * 1024;
/// Bytes of one file that are read before others have their turn.
const SLICE_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes of events of one tier at which a run is handed over; leaves room for one more event within a segment.
const RUN_BYTES: usize = SEGMENT_BYTES - 16 * 1024;
/// Bytes of a file at which a run is handed over though it holds few events, so that positions keep up.
const RUN_SOURCE_BYTES: u64 = 8 * 1024 * 1024;

/// A file in a reader's hand, and where reading goes on in it.
pub(super) struct Job {
    pub(super) listed: Listed,
    pub(super) log: OpenLog,
    pub(super) resumed: Resumed,
    pub(super) source: Source,
    /// Whether a last line without newline is taken when it is a whole record.
    pub(super) due: bool,
    /// Whether more files wait.
    pub(super) ahead: Ahead,
}

/// What reading a slice brought.
pub(super) struct Read {
    pub(super) ended: Slice,
    /// Where it ended; `None` where it did not begin.
    pub(super) position: Option<Position>,
}

/// How reading a slice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slice {
    /// There is more.
    More,
    /// Everything was consumed.
    End,
    /// An unended last line is left.
    Part,
    /// The file cannot be read now.
    Unreadable(ErrorKind),
}

/// Buffers and partners of reading, used for one file after another.
pub(super) struct Reader<'a, L, S> {
    pub(super) fingerprint: &'a Fingerprint,
    pub(super) line_bytes_max: usize,
    buffer: Buffer,
    window: Vec<u8>,
    events: EventsByTier,
    scrubber: L,
    spooler: S,
}

/// A file in the course of being read.
struct Course<'f> {
    log: &'f OpenLog,
    resumed: &'f mut Resumed,
    source: &'f mut Source,
    splitter: Splitter,
    /// Where the last run ended.
    spooled: u64,
}

impl<'a, L: LineScrubber, S: Spooler> Reader<'a, L, S> {
    /// Reads with these partners.
    pub(super) fn new(fingerprint: &'a Fingerprint, line_bytes_max: usize, scrubber: L, spooler: S) -> Self {
        Self {
            fingerprint,
            line_bytes_max,
            buffer: Buffer::new(CHUNK_BYTES),
            window: Vec::new(),
            events: scrubber.events(),
            scrubber,
            spooler,
        }
    }

    /// Gives the partners back.
    pub(super) fn into_partners(self) -> (L, S) {
        (self.scrubber, self.spooler)
    }

    /// Has rows of files that are gone deleted.
    pub(super) fn forget(&mut self, rows: &[FileKey]) -> Result<(), SpoolClosed> {
        self.spooler.forget(rows)
    }

    /// Reads a slice and hands its runs over.
    pub(super) fn read(&mut self, job: &mut Job) -> Result<Read, SpoolClosed> {
        let unreadable = |kind| Ok(Read { ended: Slice::Unreadable(kind), position: None });
        let Job { log, resumed, source, due, ahead, .. } = job;
        let position = resumed.position;
        let behind = position.tail_range();
        self.window.resize(usize::try_from(position.tail_len()).unwrap_or(0), 0);
        match log.read_at(behind.start, &mut self.window) {
            Ok(count) if count as u64 == position.tail_len() => self.buffer.restart(behind.start, &self.window),
            Ok(_) => return unreadable(ErrorKind::UnexpectedEof),
            Err(error) => return unreadable(error.kind()),
        }
        let splitter = Splitter::new(position.offset, position.resume, self.line_bytes_max);
        let mut course = Course { log, resumed, source, splitter, spooled: position.offset };
        if let Err(error) = self.count_held_back(&course) {
            return unreadable(error.kind());
        }
        let ended = self.lines(&mut course, *due)?;
        let position = match course.splitter.offset() == course.resumed.position.offset {
            true => course.resumed.position,
            false => self.position(&course),
        };
        if course.splitter.offset() > course.spooled || course.resumed.is_news() {
            let ahead = if ended == Slice::More { Ahead::More } else { *ahead };
            self.hand_over(&mut course, ahead)?;
        }
        Ok(Read { ended, position: Some(position) })
    }

    /// Counts the lines that end before the position and are held back.
    fn count_held_back(&mut self, course: &Course<'_>) -> std::io::Result<()> {
        let (mut at, end) = (course.resumed.counted, course.resumed.held_back);
        let mut lines = 0;
        while at < end {
            self.window.resize(CHUNK_BYTES.min(usize::try_from(end - at).unwrap_or(usize::MAX)), 0);
            let read = course.log.read_at(at, &mut self.window)?;
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            lines += memchr::memchr_iter(b'\n', self.window.get(..read).unwrap_or_default()).count() as u64;
            at += read as u64;
        }
        self.scrubber.before_consent(lines);
        Ok(())
    }

    /// Scrubs lines to the end of the file or of the slice.
    fn lines(&mut self, course: &mut Course<'_>, due: bool) -> Result<Slice, SpoolClosed> {
        let start = course.splitter.offset();
        loop {
            self.whole_lines(course)?;
            let unread = self.buffer.unread().len();
            if course.splitter.offset() - start >= SLICE_BYTES {
                return Ok(Slice::More);
            }
            let next = course.splitter.offset() + unread as u64;
            let read = match course.log.read_at(next, self.buffer.spare()) {
                Ok(read) => read,
                Err(error) => return Ok(Slice::Unreadable(error.kind())),
            };
            if read > 0 {
                if let Err(kind) = self.still_there(course.log) {
                    return Ok(Slice::Unreadable(kind));
                }
                self.buffer.filled(read);
                continue;
            }
            if unread == 0 {
                return Ok(Slice::End);
            }
            let unended = if due { course.splitter.take_unended(self.buffer.unread()) } else { None };
            let Some((text, place)) = unended else { return Ok(Slice::Part) };
            self.scrub(course.source, &text, place);
            self.buffer.advance(unread);
            return Ok(Slice::End);
        }
    }

    /// Checks that what was read last still stands in the file, so that the bytes read since follow it: the file may have
    /// been cut short and written anew in between.
    fn still_there(&mut self, log: &OpenLog) -> Result<(), ErrorKind> {
        let (start, held) = self.buffer.last();
        self.window.resize(held.len(), 0);
        match log.read_at(start, &mut self.window) {
            Ok(count) if count == held.len() && self.window == held => Ok(()),
            Ok(_) => Err(ErrorKind::UnexpectedEof),
            Err(error) => Err(error.kind()),
        }
    }

    /// Scrubs the whole lines in the buffer.
    fn whole_lines(&mut self, course: &mut Course<'_>) -> Result<(), SpoolClosed> {
        loop {
            let before = course.splitter.offset();
            match course.splitter.step(self.buffer.unread()) {
                Step::Line { text, place } => self.scrub(course.source, &text, place),
                Step::TooLong => self.scrubber.too_long(),
                Step::Begun => self.scrubber.before_consent(1),
                Step::Skipped => {}
                Step::Part => return Ok(()),
            }
            self.buffer.advance(usize::try_from(course.splitter.offset() - before).unwrap_or(usize::MAX));
            let full = |events: &scrubber::Events| {
                events.ndjson().len() >= RUN_BYTES || events.len() >= SEGMENT_LINES as usize
            };
            if self.events.iter().any(full) || course.splitter.offset() - course.spooled >= RUN_SOURCE_BYTES {
                self.hand_over(course, Ahead::More)?;
            }
        }
    }

    fn scrub(&mut self, source: &mut Source, text: &Range<usize>, place: Place) {
        let Self { scrubber, events, buffer, .. } = self;
        let line = buffer.unread().get(text.clone()).unwrap_or_default();
        each_record(line, place, |record, _| scrubber.scrub(record, source, events));
    }

    /// Hands over the events so far with the position after them.
    fn hand_over(&mut self, course: &mut Course<'_>, ahead: Ahead) -> Result<(), SpoolClosed> {
        let offset = course.splitter.offset();
        let position = self.position(course);
        let (key, floor) = (course.log.seen().key, course.resumed.floor);
        let updated_ms = course.resumed.updated_ms(clock::wall().0);
        let record = FileRecord { key, position, floor, updated_ms };
        let events = std::mem::replace(&mut self.events, self.scrubber.events());
        let counts = self.scrubber.take_counts();
        let run = Run { record, supersedes: course.resumed.supersedes.take(), events, counts, ahead };
        course.spooled = offset;
        if let Some(empty) = self.spooler.spool(run)? {
            self.events = empty;
            self.events.iter_mut().for_each(scrubber::Events::clear);
        }
        Ok(())
    }

    fn position(&self, course: &Course<'_>) -> Position {
        self.buffer.position(course.splitter.resume(), course.resumed.position.head, self.fingerprint)
    }
}
