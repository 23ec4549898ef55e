//! Reads a slice of one file: position, lines, events, runs.

use super::{LineScrubber, Run, SOURCES_MAX, SpoolClosed, Spooler, cwd};
use crate::edge::clock;
use crate::edge::files::{Listed, OpenLog, session_of};
use pipeline::seal::{SEGMENT_BYTES, SEGMENT_LINES};
use pipeline::tail::{
    Buffer, Catalog, FileId, FileRecord, Fingerprint, Position, Probe, Probed, Resumed, Settled, Splitter, Step, Why,
    raw_line, salvage,
};
use scrubber::{DropReason, EventsByTier, Outcome, Place, Source, SourceKind};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::ops::Range;

/// Bytes read at a time.
pub(super) const CHUNK_BYTES: usize = 1024 * 1024;
/// Bytes of one file that are read before others have their turn.
const SLICE_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes of events of one tier at which a run is handed over; leaves room for one more event within a segment.
const RUN_BYTES: usize = SEGMENT_BYTES - 16 * 1024;
/// Bytes of a file at which a run is handed over though it holds few events, so that positions keep up.
const RUN_SOURCE_BYTES: u64 = 8 * 1024 * 1024;

/// How reading a slice ended.
pub(super) enum Slice {
    /// There is more.
    More,
    /// Everything was consumed, or what is left is no record.
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
    pub(super) buffer: Buffer,
    pub(super) window: Vec<u8>,
    pub(super) events: EventsByTier,
    pub(super) scrubber: L,
    pub(super) spooler: S,
    /// What is known of the files read before.
    pub(super) sources: HashMap<FileId, (u64, Source)>,
}

/// A file in the course of being read.
struct Course<'f> {
    log: &'f OpenLog,
    resumed: Resumed,
    splitter: Splitter,
    source: Source,
    /// Where the last run ended.
    spooled: u64,
}

impl<L: LineScrubber, S: Spooler> Reader<'_, L, S> {
    /// Reads on in `log`. With `due`, a last line without newline is taken when it is a whole record.
    pub(super) fn read_slice(
        &mut self,
        listed: &Listed,
        log: &OpenLog,
        catalog: &mut Catalog,
        due: bool,
    ) -> Result<Slice, SpoolClosed> {
        let seen = log.seen();
        let mut probe = Windows { log, fingerprint: self.fingerprint, window: &mut self.window, failed: None };
        let Some(resumed) = catalog.resume(seen, &mut probe, clock::mono()) else {
            return Ok(Slice::Unreadable(probe.failed.unwrap_or(ErrorKind::Other)));
        };
        let position = resumed.position;
        let source = match self.source(listed, log, &resumed) {
            Ok(source) => source,
            Err(error) => return Ok(Slice::Unreadable(error.kind())),
        };
        let behind = position.tail_range();
        self.window.resize(usize::try_from(position.tail_len()).unwrap_or(0), 0);
        match log.read_at(behind.start, &mut self.window) {
            Ok(count) if count as u64 == position.tail_len() => self.buffer.restart(behind.start, &self.window),
            Ok(_) => return Ok(Slice::Unreadable(ErrorKind::UnexpectedEof)),
            Err(error) => return Ok(Slice::Unreadable(error.kind())),
        }
        let splitter = Splitter::new(position.offset, position.resume, self.line_bytes_max);
        let mut course = Course { log, resumed, splitter, source, spooled: position.offset };
        let ended = self.lines(&mut course, due)?;
        let (settled, slice) = match ended {
            Slice::More => (Settled::More, Slice::More),
            Slice::End => (Settled::End, Slice::End),
            Slice::Part if due => (Settled::BrokenPart, Slice::End),
            Slice::Part => (Settled::Part, Slice::Part),
            Slice::Unreadable(kind) => (Settled::More, Slice::Unreadable(kind)),
        };
        let now_ms = clock::wall().0;
        let position = match course.splitter.offset() == course.resumed.position.offset {
            true => course.resumed.position,
            false => self.position(&course),
        };
        if course.splitter.offset() > course.spooled || course.resumed.supersedes.is_some() {
            self.hand_over(&mut course)?;
        }
        catalog.read(seen, position, settled, clock::mono(), now_ms);
        if self.sources.len() >= SOURCES_MAX {
            self.sources.clear();
        }
        self.sources.insert(seen.key.id, (position.offset, course.source));
        Ok(slice)
    }

    /// What is known of the file: as it was left when reading goes on there, else from its name and a look at its lines.
    fn source(&mut self, listed: &Listed, log: &OpenLog, resumed: &Resumed) -> std::io::Result<Source> {
        let left = self.sources.remove(&log.seen().key.id);
        if let (Why::Same, Some((offset, source))) = (resumed.why, left)
            && offset == resumed.position.offset
            && source.cwd.is_some()
        {
            return Ok(source);
        }
        let (session, cwd) = match listed.kind {
            SourceKind::History => (String::new(), None),
            SourceKind::Transcript => {
                let cwd = cwd::peek(log, resumed.position.offset, &mut self.window)?;
                (session_of(&listed.path), cwd)
            }
        };
        Ok(Source { kind: listed.kind, session, cwd })
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
            self.scrub(&mut course.source, &text, place);
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
                Step::Line { text, place } => self.scrub(&mut course.source, &text, place),
                Step::TooLong => self.scrubber.too_long(),
                Step::Skipped => {}
                Step::Part => return Ok(()),
            }
            self.buffer.advance(usize::try_from(course.splitter.offset() - before).unwrap_or(usize::MAX));
            let full = |events: &scrubber::Events| {
                events.ndjson().len() >= RUN_BYTES || events.len() >= SEGMENT_LINES as usize
            };
            if self.events.iter().any(full) || course.splitter.offset() - course.spooled >= RUN_SOURCE_BYTES {
                self.hand_over(course)?;
            }
        }
    }

    fn scrub(&mut self, source: &mut Source, text: &Range<usize>, place: Place) {
        let unread = self.buffer.unread();
        let outcome = self.scrubber.scrub(&raw_line(unread, text, place), source, &mut self.events);
        if outcome != Outcome::Dropped(DropReason::NotJson) {
            return;
        }
        let line = unread.get(text.clone()).unwrap_or_default();
        for whole in salvage(line) {
            let place = Place { offset: place.offset + whole.start as u64, length: whole.len() as u64 };
            self.scrubber.scrub(&raw_line(line, &whole, place), source, &mut self.events);
        }
    }

    /// Hands over the events so far with the position after them.
    fn hand_over(&mut self, course: &mut Course<'_>) -> Result<(), SpoolClosed> {
        let offset = course.splitter.offset();
        let position = self.position(course);
        let record = FileRecord { key: course.log.seen().key, position, updated_ms: clock::wall().0 };
        let events = std::mem::replace(&mut self.events, self.scrubber.events());
        let counts = self.scrubber.take_counts();
        let run = Run { record, supersedes: course.resumed.supersedes.take(), events, counts };
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

/// Hashes windows of an open file.
struct Windows<'a> {
    log: &'a OpenLog,
    fingerprint: &'a Fingerprint,
    window: &'a mut Vec<u8>,
    failed: Option<ErrorKind>,
}

impl Probe for Windows<'_> {
    fn window(&mut self, range: Range<u64>) -> Probed {
        let length = usize::try_from(range.end - range.start).unwrap_or(0);
        self.window.resize(length, 0);
        match self.log.read_at(range.start, self.window) {
            Ok(count) if count == length => Probed::Hash(self.fingerprint.window(self.window)),
            Ok(_) => Probed::Short,
            Err(error) => {
                self.failed = Some(error.kind());
                Probed::Failed
            }
        }
    }
}
