//! Runs that are pieces of something longer, and runs that stand for themselves: lines of encoded data, and words in Base64.

use crate::detect::judge::{generic, value};
use crate::detect::reading::{decode, views};
use crate::detect::search::byte_at;
use crate::detect::sets::byteset::ByteSet;
use crate::detect::shape::runs::RUN_MIN;
use crate::detect::validate::is_packed;

/// Runs that count: signs of the alphabet, and bytes in Base64.
pub(super) const COUNTING: &[&[u8]] = &[b"ABCDEFGH", b"abcdefgh", b"01234567", b"BgcICQoL", b"BAUGBwgJ", b"BQYHCAkK"];

/// A piece of something longer: a line of encoded data, a part of an address or path.
pub(super) fn is_piece(text: &[u8], start: usize, end: usize) -> bool {
    let joins = |byte: u8| b"+/=%@#&".contains(&byte);
    let run = text.get(start..end).unwrap_or_default();
    let before = byte_at(text, start.wrapping_sub(1));
    (start > 0 && (joins(before) && before != b'='))
        || joins(byte_at(text, end)) && !is_padded(text, start, end)
        || run.iter().any(|byte| b"+/".contains(byte))
        || run.windows(8).any(|part| COUNTING.contains(&part))
        || is_packed(run)
        || follows_data(text, start)
        || follows_literal(text, start)
}

/// Whether Base64 with the signs that addresses allow ends there, and its padding behind it. In lines of data other signs stand.
fn is_padded(text: &[u8], start: usize, end: usize) -> bool {
    let run = text.get(start..end).unwrap_or_default();
    let rest = text.get(end..text.len().min(end + 3)).unwrap_or_default();
    let padding = rest.iter().take_while(|byte| **byte == b'=').count();
    let whole = (1..=2).contains(&padding) && (run.len() + padding).is_multiple_of(4);
    let ends = rest.get(padding).is_none_or(|next| !next.is_ascii_alphanumeric() && !b"+/=%@#&".contains(next));
    let signs = run.iter().filter(|byte| b"-_".contains(byte)).count();
    whole && ends && signs > 0 && !run.starts_with(b"sha")
}

/// Lines are not moved further to the right.
const INDENT_MAX: usize = 32;

static DATA: ByteSet = ByteSet::alphanumeric_and(b"+/=");

/// A line of encoded data stands before the one that the value begins.
pub(in crate::detect) fn follows_data(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(64 + INDENT_MAX)..start).unwrap_or_default();
    // Marks of comments, differences and quotations may stand before each line.
    let marks = before.iter().rev().take(INDENT_MAX).take_while(|byte| b" \t*>#+|/-".contains(byte)).count();
    let before = before.get(..before.len() - marks).unwrap_or_default();
    let feed = before.ends_with(b"\n");
    let Some(rest) = before.strip_suffix(b"\n").or_else(|| before.strip_suffix(b"\\n")) else { return false };
    let slashes = slashes_at_end(rest);
    let rest = rest.get(..rest.len() - slashes).unwrap_or_default();
    // Each layer of strings doubles the backslash that continues a literal over the end of its line, where a blank or a line
    // end of the literal's own may stand.
    let continued = if feed { slashes > 0 } else { (slashes + 1).is_multiple_of(3) };
    let own = rest.strip_suffix(b" ").or_else(|| {
        let rest = rest.strip_suffix(b"n")?;
        rest.get(..rest.len() - slashes_at_end(rest)).filter(|head| head.len() < rest.len())
    });
    let line = own.filter(|_| continued).unwrap_or(rest);
    let length = DATA.at_end(line);
    length >= 40 || line.get(line.len() - length..).is_some_and(generic::begins_public_key)
}

fn slashes_at_end(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| **byte == b'\\').count()
}

/// A literal with a line of its own goes on one of encoded data in the line above, with nothing that parts them.
fn follows_literal(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(128)..start).unwrap_or_default();
    let blank = |text: &[u8]| text.iter().rev().take_while(|byte| b" \t".contains(byte)).count();
    let before = before.get(..before.len() - blank(before)).unwrap_or_default();
    let Some((quote @ (b'"' | b'\''), before)) = before.split_last() else { return false };
    let indented = blank(before);
    let line = before.get(..before.len() - indented).and_then(|line| line.strip_suffix(b"\n")).filter(|_| indented > 0);
    // A sign may join the two.
    let line = line.map(|line| line.strip_suffix(b" +").or_else(|| line.strip_suffix(b" .")).unwrap_or(line));
    let literal = line.and_then(|line| line.strip_suffix(&[*quote]));
    literal.is_some_and(|literal| DATA.at_end(literal) >= 48)
}

/// Whether the run is Base64 of words, which stand there for themselves: what is secret in them was found in them.
pub(super) fn is_prose(run: &[u8]) -> bool {
    // A line may begin amid four signs that belong together.
    (0..4).any(|from| {
        let mut text = Vec::new();
        let decodes = decode::base64(run.get(from..).unwrap_or_default(), &mut text);
        let others = text.iter().filter(|byte| !decode::is_text(**byte)).count();
        decodes && others <= 1 && is_of_words(&text)
    })
}

/// Whether text is made of words and what parts them, with no word among them that a machine made.
fn is_of_words(text: &[u8]) -> bool {
    const WORD_MAX: usize = 24;
    let parts = text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let plain = |part: &[u8]| part.len() <= WORD_MAX && value::pieces(part) * 3 <= part.len() + 3;
    let words = parts.clone().filter(|part| part.len() > 2 && part.iter().all(u8::is_ascii_alphabetic)).count();
    words >= 2 && parts.clone().count() >= 3 && parts.into_iter().all(plain)
}

/// Not a line or a column of encoded data: in quotes, after a sign, or a word among others.
pub(super) fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let before = byte_at(text, start.wrapping_sub(1));
    let after = byte_at(text, end);
    let whole_line = (start == 0 || matches!(before, b'\n' | b'n' | b' ' | b'\t'))
        && (end == text.len() || matches!(after, b'\n' | b'\r' | b'\\'));
    let numbered = number_before(text, start);
    let data = (whole_line || numbered.is_some())
        && (end - start).is_multiple_of(4)
        && end - start >= DATA_MIN
        && is_data(text, start, end);
    if let Some(number) = numbered {
        return !data && !follows_data(text, number);
    }
    !data && matches!(before, b'"' | b'\'' | b'`' | b' ' | b'=' | b':' | b'\n' | b'\t' | b'n' | b'(')
}

/// Where the number starts that a listing put before the line which begins at `start`: `    12→`.
fn number_before(text: &[u8], start: usize) -> Option<usize> {
    let head = text.get(..start)?.strip_suffix("\u{2192}".as_bytes())?;
    let digits = head.iter().rev().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    let blanks = head.get(..head.len() - digits)?.iter().rev().take(8).take_while(|byte| **byte == b' ').count();
    (digits > 0).then_some(head.len() - digits - blanks)
}

/// Lines of encoded data are no shorter.
const DATA_MIN: usize = 48;

/// Whether a line is encoded data: more of it stands in the next line, or it says something once it is decoded. Data of one line
/// only holds a `+` or a `/` in most cases, and is not looked at here then.
fn is_data(text: &[u8], start: usize, end: usize) -> bool {
    let run = text.get(start..end).unwrap_or_default();
    // Encoded data has no full stop.
    if memchr::memchr(b'.', run).is_some() {
        return false;
    }
    let next = text.get(views::after_gutter(text, next_line(text, end))..).unwrap_or_default();
    let goes_on = next.iter().take(DATA_MIN).take_while(|byte| DATA.holds(**byte)).count();
    let ends = next.get(goes_on).is_none_or(|byte| b"\r\n\\\"".contains(byte));
    let mut decoded = Vec::new();
    goes_on >= RUN_MIN && (goes_on == DATA_MIN || ends)
        || decode::base64(run, &mut decoded)
            && decoded.iter().filter(|byte| !decode::is_text(**byte)).count() * 8 <= decoded.len()
}

/// Where the next line begins behind `end`: a backslash may continue a literal there, whose own line end may stand before it.
fn next_line(text: &[u8], end: usize) -> usize {
    let mut line = end;
    while line - end < INDENT_MAX {
        let rest = text.get(line..).unwrap_or_default();
        let step = views::line_end(rest).max(usize::from(matches!(rest, [b'\\', b'\n', ..] | [b' ' | b'\t', ..])));
        if step == 0 {
            break;
        }
        line += step;
    }
    line
}
