//! Whole records in a line that does not parse: after a torn half, glued to a neighbour, or among NUL bytes.
//!
//! A torn half never comes out, nor a piece of one: what comes out is a JSON object that begins at the line's start or
//! where no value of an enclosing record could begin, and everything from there to the line's end is whole records.

use scrubber::{DropReason, Outcome, Place, RawLine};
use std::ops::Range;

/// Places in a line at which a record may start that are tried at most; a torn line has one.
const STARTS_MAX: usize = 32;

/// Says whether `line` is one JSON object, with nothing but blanks around it.
pub fn is_whole_record(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.first() == Some(&b'{') && line.last() == Some(&b'}') && record_end(line) == Some(line.len())
}

/// Says whether `line` is a whole record, or ends with one behind whatever is no record: then nothing of the line is to come.
pub(super) fn ends_with_record(line: &[u8]) -> bool {
    let ended = |last: &Range<usize>| line.get(last.end..).unwrap_or_default().iter().all(|byte| is_filler(*byte));
    is_whole_record(line) || salvage(line).last().is_some_and(ended)
}

/// Finds the whole records in a line that the scrubber could not parse, in order.
///
/// Empty for a line that is one whole record and yet was refused: it would be refused again.
fn salvage(line: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let rest = whole_records(line, 0, &mut found);
    if rest < line.len() {
        for start in record_starts(line, rest).take(STARTS_MAX) {
            let kept = found.len();
            if whole_records(line, start, &mut found) == line.len() {
                break;
            }
            found.truncate(kept);
        }
    }
    if found.first().is_some_and(|only| *only == (0..line.len())) {
        found.clear();
    }
    found
}

/// Hands a line to `scrub`, and after it, where it is no JSON, the whole records in it: what is read of a line, wherever lines are
/// read. Beside each stands its place, for what shows users their own text.
pub fn each_record(line: &[u8], place: Place, mut scrub: impl FnMut(&RawLine<'_>, Range<usize>) -> Outcome) {
    if scrub(&RawLine::new(line, place), 0..line.len()) != Outcome::Dropped(DropReason::NotJson) {
        return;
    }
    for whole in salvage(line) {
        let place = Place { offset: place.offset + whole.start as u64, length: whole.len() as u64 };
        scrub(&RawLine::new(line.get(whole.clone()).unwrap_or_default(), place), whole);
    }
}

/// Appends the whole records that follow each other from `start` on; returns where the first thing that is none begins.
fn whole_records(line: &[u8], start: usize, found: &mut Vec<Range<usize>>) -> usize {
    let mut at = start;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        at += rest.iter().take_while(|byte| is_filler(**byte)).count();
        let rest = line.get(at..).unwrap_or_default();
        if rest.first() != Some(&b'{') {
            return at;
        }
        let Some(length) = record_end(rest) else { return at };
        found.push(at..at + length);
        at += length;
    }
}

/// Where after `from` a record may start: an object with a key, not in the place of an enclosing record's value.
fn record_starts(line: &[u8], from: usize) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(line.get(from..).unwrap_or_default(), b"{\"").map(move |at| from + at).filter(
        move |&at| {
            let before = line.get(..at).unwrap_or_default().iter().rev().find(|byte| !byte.is_ascii_whitespace());
            at > from && !matches!(before, Some(b':' | b',' | b'['))
        },
    )
}

/// The length of the JSON object that `bytes` begin with.
fn record_end(bytes: &[u8]) -> Option<usize> {
    let mut records = serde_json::Deserializer::from_slice(bytes).into_iter::<serde::de::IgnoredAny>();
    match records.next() {
        Some(Ok(serde::de::IgnoredAny)) => Some(records.byte_offset()),
        Some(Err(_)) | None => None,
    }
}

fn is_filler(byte: u8) -> bool {
    byte == 0 || byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        let found: Vec<&[u8]> = salvage(line.as_bytes()).into_iter().map(|range| &line.as_bytes()[range]).collect();
        let expected: Vec<&[u8]> = expected.iter().map(|text| text.as_bytes()).collect();
        assert_eq!(found, expected, "{line:?}");
    }

    #[test]
    fn whole_records_are_found_and_torn_halves_are_not() {
        let record = r#"{"type":"user","message":{"content":[{"type":"text","text":"x"}]},"uuid":"1"}"#;
        check(&format!(r#"{{"torn":"abc{record}"#), &[record]);
        check(&format!(r#"{{"torn":{{"a":1}},"b{record}"#), &[record]);
        check(&format!("{record}{record}"), &[record, record]);
        check(&format!("\0\0\0{record}"), &[record]);
        check(&format!("{record}\0\0"), &[record]);
        check(&format!(r#"{{"to{record} {record}"#), &[record, record]);
        check(&format!("{record}{{\"torn\":\"ab"), &[record]);
        check("\0\0\0", &[]);
        check("", &[]);
        check(r#"{"type":"user","message":{"content":"cut"#, &[]);
        check(r#"rest of a string","inner":{"a":1}}"#, &[]);
    }

    #[test]
    fn a_line_of_which_more_is_to_come_does_not_end_with_a_record() {
        let record = r#"{"type":"user","uuid":"1"}"#;
        let torn = r#"{"torn":"abc"#;
        for ended in [record, &format!("{torn}{record}"), &format!("{record} {record}"), &format!("{torn}{record}\0\0")]
        {
            assert!(ends_with_record(ended.as_bytes()), "{ended:?}");
        }
        let within = format!(r#"{{"data":{record}"#);
        for unended in ["", "\0", torn, &within, &format!("{record}{torn}"), &format!("{torn}{record}{torn}")] {
            assert!(!ends_with_record(unended.as_bytes()), "{unended:?}");
        }
    }

    #[test]
    fn a_piece_of_a_torn_record_does_not_pass_as_a_record() {
        check(r#"{"type":"assistant","message":{"content":[{"type":"text","text":"x"}"#, &[]);
        check(r#"{"type":"progress","data":{"message": {"type":"user","uuid":"1"}"#, &[]);
        check(r#"{"type":"user","text":"{\"type\":\"user\"}"#, &[]);
    }

    #[test]
    fn a_record_that_was_refused_whole_is_not_offered_again() {
        check(r#"{"a":"\ud800"}"#, &[]);
    }

    #[test]
    fn a_line_of_many_beginnings_takes_no_quadratic_time() {
        let line = "{\"a".repeat(300_000);
        assert!(salvage(line.as_bytes()).is_empty());
    }
}
