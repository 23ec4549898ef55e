//! Findings only: where and of what kind, never what.

use super::lines::{self, Line};
use super::pieces::{self, Piece};
use super::utf16;
use scrubber::detect::{Engine, Scratch};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read, Write};

/// One finding in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found<'a> {
    /// The file's name; `-` for standard input.
    pub file: &'a str,
    /// Line, from 1.
    pub line: u64,
    /// Byte in the line, from 1.
    pub column: u64,
    /// Bytes.
    pub length: u64,
    /// The rule's id.
    pub rule: &'a str,
    /// The kind of value.
    pub kind: &'a str,
    /// The same place in characters, as viewers count.
    #[serde(skip)]
    pub region: Region,
    /// The place of the rule in [`Engine::rules`].
    #[serde(skip)]
    pub rule_index: usize,
}

/// A place in a text; lines and columns from 1, columns in characters. The end is the first character after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The line of the first character.
    pub start_line: u64,
    /// Its column.
    pub start_column: u64,
    /// The line of the end.
    pub end_line: u64,
    /// Its column.
    pub end_column: u64,
}

/// Scans a transcript line by line; lines above `line_bytes_max` are skipped and counted in the result.
///
/// # Errors
/// What reading gives, and what `report` gives.
pub fn transcript(
    engine: &Engine,
    file: &str,
    input: impl Read,
    line_bytes_max: usize,
    scratch: &mut Scratch,
    mut report: impl FnMut(&Found<'_>) -> io::Result<()>,
) -> io::Result<u64> {
    let (mut line, mut skipped) = (0, 0);
    lines::for_each_line(input, line_bytes_max, |read| {
        line += 1;
        match read {
            Line::Whole(bytes, _) => found(engine, file, bytes, line, scratch, &mut report),
            Line::TooLong { .. } => {
                skipped += 1;
                Ok(())
            }
        }
    })?;
    Ok(skipped)
}

/// Scans plain text in pieces of about `piece_bytes` that end with a line, so that values of several lines are found. A longer line is
/// held as a whole. Places in text in UTF-16 are those that it has in UTF-8.
///
/// # Errors
/// What reading gives, and what `report` gives.
pub fn text(
    engine: &Engine,
    file: &str,
    input: impl Read,
    piece_bytes: usize,
    scratch: &mut Scratch,
    mut report: impl FnMut(&Found<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let (_, mut input) = utf16::decoded(input)?;
    let mut line = 1;
    pieces::for_each(&mut input, piece_bytes, usize::MAX, |piece| {
        let Piece::Text(text) = piece else { return Ok(()) };
        found(engine, file, text, line, scratch, &mut report)?;
        line += memchr::memchr_iter(b'\n', text).count() as u64;
        Ok(())
    })
}

fn found(
    engine: &Engine,
    file: &str,
    text: &[u8],
    first_line: u64,
    scratch: &mut Scratch,
    report: &mut impl FnMut(&Found<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let (mut line, mut line_start, mut at, mut start_column) = (first_line, 0, 0, 1);
    for finding in engine.scan(text, scratch) {
        let mut counted_to = at;
        for end in memchr::memchr_iter(b'\n', text.get(at..finding.start).unwrap_or_default()) {
            line += 1;
            line_start = at + end + 1;
            (counted_to, start_column) = (line_start, 1);
        }
        start_column += characters(text, counted_to, finding.start);
        at = finding.start;
        let region = region(text, line, start_column, finding.start, finding.end);
        let Some(rule) = engine.rules().get(usize::from(finding.rule.0)) else { continue };
        report(&Found {
            file,
            line,
            column: (finding.start - line_start) as u64 + 1,
            length: (finding.end - finding.start) as u64,
            rule: &rule.id,
            kind: &rule.kind,
            region,
            rule_index: usize::from(finding.rule.0),
        })?;
    }
    Ok(())
}

/// The place of `text[start..end]`, whose beginning is known.
fn region(text: &[u8], start_line: u64, start_column: u64, start: usize, end: usize) -> Region {
    let inside = text.get(start..end).unwrap_or_default();
    let end_line = start_line + memchr::memchr_iter(b'\n', inside).count() as u64;
    let end_column = match memchr::memrchr(b'\n', inside) {
        None => start_column + characters(text, start, end),
        Some(at) => 1 + characters(text, start + at + 1, end),
    };
    Region { start_line, start_column, end_line, end_column }
}

/// The characters of `text[from..to]`: bytes that go on with a character count for nothing.
fn characters(text: &[u8], from: usize, to: usize) -> u64 {
    text.get(from..to).unwrap_or_default().iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64
}

#[derive(Deserialize)]
struct Labelled<'a> {
    id: serde_json::Value,
    #[serde(borrow)]
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: serde_json::Value,
    findings: Vec<Span<'a>>,
}

#[derive(Serialize)]
struct Span<'a> {
    rule: &'a str,
    kind: &'a str,
    start: usize,
    end: usize,
}

/// How many line numbers are kept to be told.
const NUMBERS_MAX: usize = 10;

/// What `json-lines` input gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Findings in all lines.
    pub found: u64,
    /// Lines that are not objects with `id` and `text`, and have no answer.
    pub unanswered: u64,
    /// Which ones, from 1: the first ten.
    pub numbers: Vec<u64>,
}

/// `json-lines` ended early.
#[derive(Debug, thiserror::Error)]
pub enum JsonLinesError {
    /// Reading failed.
    #[error("cannot read lines")]
    Read(#[source] io::Error),
    /// Writing failed.
    #[error("cannot write answers")]
    Write(#[source] io::Error),
}

/// Reads `{"id", "text"}` a line and writes `{"id", "findings"}` a line, in order; offsets are bytes of the text's UTF-8. A line that
/// is not of that form has no answer; nothing of it is told but its number.
///
/// # Errors
/// What reading and writing give.
pub fn json_lines(
    engine: &Engine,
    mut input: impl BufRead,
    output: &mut dyn Write,
    scratch: &mut Scratch,
) -> Result<Answered, JsonLinesError> {
    let (mut line, mut number, mut answered) = (Vec::new(), 0, Answered::default());
    loop {
        line.clear();
        number += 1;
        if input.read_until(b'\n', &mut line).map_err(JsonLinesError::Read)? == 0 {
            output.flush().map_err(JsonLinesError::Write)?;
            return Ok(answered);
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(labelled) = serde_json::from_slice::<Labelled<'_>>(&line) else {
            answered.unanswered += 1;
            if answered.numbers.len() < NUMBERS_MAX {
                answered.numbers.push(number);
            }
            continue;
        };
        let findings = engine.scan(labelled.text.as_bytes(), scratch).iter().filter_map(|finding| {
            let rule = engine.rules().get(usize::from(finding.rule.0))?;
            Some(Span { rule: &rule.id, kind: &rule.kind, start: finding.start, end: finding.end })
        });
        let answer = Answer { id: labelled.id, findings: findings.collect() };
        answered.found += answer.findings.len() as u64;
        let written = serde_json::to_writer(&mut *output, &answer).map_err(io::Error::from);
        written.and_then(|()| output.write_all(b"\n")).map_err(JsonLinesError::Write)?;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use scrubber::detect::KnownIdentities;

    #[test]
    fn places_in_pieces_are_those_in_the_whole() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap();
        let text = "mail ada@lovelace.dev\nnothing here\n\n".repeat(40) + "last eve@lovelace.dev";
        let places = |piece_bytes| {
            let mut places = Vec::new();
            let scanned = super::text(&engine, "-", text.as_bytes(), piece_bytes, &mut Scratch::default(), |found| {
                places.push((found.line, found.column, found.length));
                Ok(())
            });
            scanned.unwrap();
            places
        };
        let whole = places(1 << 20);
        assert_eq!((whole.len(), whole.last().copied()), (41, Some((121, 6, 16))));
        assert!([1, 64, 100, 1000].into_iter().all(|piece_bytes| places(piece_bytes) == whole));
    }

    #[test]
    fn a_line_that_is_too_long_counts_among_the_lines() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap();
        let text = format!("short\n{}\nmail ada@lovelace.dev\n", "x".repeat(100));
        let mut places = Vec::new();
        let skipped = transcript(&engine, "-", text.as_bytes(), 64, &mut Scratch::default(), |found| {
            places.push((found.line, found.column));
            Ok(())
        });
        assert_eq!((skipped.unwrap(), places), (1, vec![(3, 6)]));
    }
}
