//! Cuts chunks into whole lines, without copying and without holding lines above the limit.

use super::Resume;
use super::salvage::ends_with_record;
use scrubber::Place;
use std::ops::Range;

/// Longest line that is handed out: three times the longest seen in real transcripts.
pub const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Finds line ends in the unread bytes of a file, wherever the chunks were cut.
#[derive(Debug)]
pub struct Splitter {
    line_bytes_max: usize,
    offset: u64,
    resume: Resume,
    /// Bytes of the unread part that hold no line end.
    searched: usize,
}

/// What stands at the front of the unread bytes. Each but [`Part`](Self::Part) is consumed by being told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A whole line: `text` within the unread bytes, without its line end.
    Line {
        /// The line's bytes within the unread bytes.
        text: Range<usize>,
        /// Where it lies in the file.
        place: Place,
    },
    /// A line above the limit was met; told once for each. Its bytes so far are consumed.
    TooLong,
    /// Bytes of a line that is not wanted were consumed.
    Skipped,
    /// The rest of a line that was begun before consent was consumed, with whatever was glued to it; told once for each.
    Begun,
    /// A part of a line, or nothing: read on.
    Part,
}

impl Splitter {
    /// Starts at `offset` of a file, with the state that the file's position names.
    pub fn new(offset: u64, resume: Resume, line_bytes_max: usize) -> Self {
        Self { line_bytes_max, offset, resume, searched: 0 }
    }

    /// Where the first byte that was not consumed lies in the file.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What that byte is part of.
    pub fn resume(&self) -> Resume {
        self.resume
    }

    /// Says what stands at the front of `unread`, whose first byte lies at [`offset`](Self::offset), and moves the
    /// offset over what it consumes.
    pub fn step(&mut self, unread: &[u8]) -> Step {
        let fresh = unread.get(self.searched..).unwrap_or_default();
        let end = memchr::memchr(b'\n', fresh).map(|at| self.searched + at);
        match (self.resume, end) {
            (Resume::SkipLine, Some(end)) => {
                self.consume(end + 1, Resume::LineStart);
                Step::Skipped
            }
            (Resume::SkipBegun, Some(end)) => {
                self.consume(end + 1, Resume::LineStart);
                Step::Begun
            }
            (Resume::SkipLine | Resume::SkipBegun, None) if unread.is_empty() => Step::Part,
            (resume @ (Resume::SkipLine | Resume::SkipBegun), None) => {
                self.consume(unread.len(), resume);
                Step::Skipped
            }
            (Resume::LineStart, Some(end)) if end > self.line_bytes_max => {
                self.consume(end + 1, Resume::LineStart);
                Step::TooLong
            }
            (Resume::LineStart, Some(end)) => {
                let place = Place { offset: self.offset, length: end as u64 + 1 };
                self.consume(end + 1, Resume::LineStart);
                let text = unread.get(..end).unwrap_or_default();
                Step::Line { text: 0..text.strip_suffix(b"\r").unwrap_or(text).len(), place }
            }
            (Resume::LineStart, None) if unread.len() > self.line_bytes_max => {
                self.consume(unread.len(), Resume::SkipLine);
                Step::TooLong
            }
            (Resume::LineStart, None) => {
                self.searched = unread.len();
                Step::Part
            }
        }
    }

    /// Takes all of `unread` as a line although no line end follows, when it ends with a whole record, be it behind the torn half of another.
    ///
    /// What is appended later starts a line of its own: a late line end is a blank line, and a record that was glued on
    /// is whole. Nothing is doubled or torn, since no part of a JSON object is an object that begins at the same byte.
    pub fn take_unended(&mut self, unread: &[u8]) -> Option<(Range<usize>, Place)> {
        if self.resume != Resume::LineStart || !ends_with_record(unread) {
            return None;
        }
        let place = Place { offset: self.offset, length: unread.len() as u64 };
        self.consume(unread.len(), Resume::LineStart);
        Some((0..unread.len(), place))
    }

    fn consume(&mut self, bytes: usize, resume: Resume) {
        self.offset += bytes as u64;
        self.resume = resume;
        self.searched = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tail::Buffer;
    use proptest::prelude::*;

    /// Cuts `content` read `sizes` bytes at a time (the last size repeats): lines and offsets, and how many were too long.
    fn split(content: &[u8], sizes: &[usize], limit: usize, reopen: bool) -> (Vec<(Vec<u8>, Place)>, u64, u64) {
        let (mut lines, mut too_long) = (Vec::new(), 0);
        let mut splitter = Splitter::new(0, Resume::LineStart, limit);
        let mut buffer = Buffer::new(16);
        let (mut at, mut turn) = (0, 0);
        loop {
            loop {
                let before = splitter.offset();
                let step = splitter.step(buffer.unread());
                match step {
                    Step::Line { text, place } => lines.push((buffer.unread()[text].to_vec(), place)),
                    Step::TooLong => too_long += 1,
                    Step::Skipped | Step::Begun => {}
                    Step::Part => break,
                }
                buffer.advance((splitter.offset() - before) as usize);
            }
            if at == content.len() {
                return (lines, too_long, splitter.offset());
            }
            if reopen {
                at = splitter.offset() as usize;
                splitter = Splitter::new(splitter.offset(), splitter.resume(), limit);
                let back = at.min(4096);
                buffer.restart((at - back) as u64, &content[at - back..at]);
            }
            let size = if reopen { turn + 1 } else { sizes[turn.min(sizes.len() - 1)].max(1) };
            turn += 1;
            let end = content.len().min(at + size);
            buffer.fill(&content[at..end]);
            at = end;
        }
    }

    #[test]
    fn lines_come_out_whole_with_their_places() {
        let (lines, too_long, offset) = split(b"{}\r\n\nlonger than eight\nab\nrest", &[4], 8, false);
        let texts: Vec<&[u8]> = lines.iter().map(|(text, _)| text.as_slice()).collect();
        assert_eq!(texts, [b"{}".as_slice(), b"", b"ab"]);
        assert_eq!(lines[2].1, Place { offset: 23, length: 3 });
        assert_eq!((too_long, offset), (1, 26));
    }

    #[test]
    fn a_line_that_is_not_wanted_is_skipped_to_its_end_and_not_counted() {
        let mut splitter = Splitter::new(100, Resume::SkipLine, 8);
        assert_eq!(splitter.step(b"the rest of a long line"), Step::Skipped);
        assert_eq!((splitter.offset(), splitter.resume()), (123, Resume::SkipLine));
        assert_eq!(splitter.step(b""), Step::Part);
        assert_eq!(splitter.step(b"still\n{}\n"), Step::Skipped);
        assert_eq!((splitter.offset(), splitter.resume()), (129, Resume::LineStart));
    }

    #[test]
    fn a_line_begun_before_consent_is_told_once_at_its_end() {
        let mut splitter = Splitter::new(100, Resume::SkipBegun, 8);
        assert_eq!(splitter.step(b"the rest of a line"), Step::Skipped);
        assert_eq!((splitter.offset(), splitter.resume()), (118, Resume::SkipBegun));
        assert_eq!(splitter.step(b""), Step::Part);
        assert_eq!(splitter.step(b"{\"glued\":1}\n{}\n"), Step::Begun);
        assert_eq!((splitter.offset(), splitter.resume()), (130, Resume::LineStart));
        assert!(splitter.take_unended(b"{}").is_some());
    }

    #[test]
    fn a_whole_record_without_newline_is_taken_and_its_late_newline_is_a_blank_line() {
        let mut splitter = Splitter::new(0, Resume::LineStart, 100);
        assert_eq!(splitter.step(br#"{"a":1}"#), Step::Part);
        assert!(splitter.take_unended(br#"{"a":"#).is_none());
        let taken = splitter.take_unended(br#"{"a":1}"#);
        assert_eq!(taken, Some((0..7, Place { offset: 0, length: 7 })));
        assert_eq!(splitter.step(b"\n"), Step::Line { text: 0..0, place: Place { offset: 7, length: 1 } });
    }

    #[test]
    fn a_whole_record_without_newline_is_taken_with_the_torn_half_that_it_is_glued_to() {
        let torn = br#"{"a":"cut"#.as_slice();
        let glued = [torn, br#"{"b":1}"#].concat();
        let mut splitter = Splitter::new(10, Resume::LineStart, 100);
        assert!(splitter.take_unended(torn).is_none());
        let place = Place { offset: 10, length: glued.len() as u64 };
        assert_eq!(splitter.take_unended(&glued), Some((0..glued.len(), place)));
        assert_eq!((splitter.offset(), splitter.resume()), (10 + place.length, Resume::LineStart));
        // Begun before consent.
        assert!(Splitter::new(10, Resume::SkipBegun, 100).take_unended(&glued).is_none());
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_lines(
            content in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..400),
            sizes in proptest::collection::vec(1_usize..60, 1..8),
            limit in 0_usize..80,
        ) {
            let whole = split(&content, &[content.len().max(1)], limit, false);
            prop_assert_eq!(&whole, &split(&content, &sizes, limit, false));
            let expected: Vec<&[u8]> = content.split(|byte| *byte == b'\n').collect();
            let ended = &expected[..expected.len() - 1];
            let short: Vec<&[u8]> = ended.iter().filter(|line| line.len() <= limit)
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
            let lines: Vec<&[u8]> = whole.0.iter().map(|(line, _)| line.as_slice()).collect();
            prop_assert_eq!(lines, short);
        }

        #[test]
        fn a_restart_at_any_offset_changes_no_line(
            content in proptest::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..300),
            limit in 0_usize..40,
        ) {
            let whole = split(&content, &[content.len().max(1)], limit, false);
            let again = split(&content, &[], limit, true);
            prop_assert_eq!(&whole.0, &again.0);
            prop_assert_eq!(whole.1, again.1);
        }
    }
}
