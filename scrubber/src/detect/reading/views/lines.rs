//! Where lines end, what listings and differences put before them, and Base64 that goes on over them.

use super::quote;

/// The length of a line end at the start of `text`, as it stands or as escapes at any depth.
pub(in crate::detect) fn line_end(text: &[u8]) -> usize {
    let mut at = 0;
    for letters in [b"\rr", b"\nn"] {
        let rest = text.get(at..).unwrap_or_default();
        let slashes = rest.iter().take(16).take_while(|byte| **byte == b'\\').count();
        match rest.get(slashes) {
            Some(byte) if slashes == 0 && *byte == letters[0] => at += 1,
            Some(byte) if slashes > 0 && *byte == letters[1] => at += slashes + 1,
            _ => {}
        }
    }
    at
}

/// The end of the number that listings put before a line, with its sign, and of blanks.
pub(in crate::detect) fn after_number(text: &[u8], line: usize) -> usize {
    const ARROW: &[u8] = "\u{2192}".as_bytes();
    let start = after_tabs(text, line);
    let rest = text.get(start..).unwrap_or_default();
    let digits = rest.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    let after = rest.get(digits..).unwrap_or_default();
    let slashes = after.iter().take(16).take_while(|byte| **byte == b'\\').count();
    let sign = match after {
        _ if !(1..=6).contains(&digits) => 0,
        _ if after.starts_with(ARROW) => ARROW.len(),
        [b' ', b'|', ..] => 2,
        [b':' | b'\t' | b'|' | b'-' | b' ', ..] => 1,
        _ if slashes > 0 && after.get(slashes) == Some(&b't') => slashes + 1,
        _ => 0,
    };
    if sign == 0 { start } else { after_tabs(text, start + digits + sign) }
}

/// Whether a listing put a number and an arrow before a line. Numbers with other signs may be cells of a table.
pub(in crate::detect) fn has_number(text: &[u8], line: usize) -> bool {
    let start = after_tabs(text, line);
    let rest = text.get(start..).unwrap_or_default();
    let digits = rest.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest.get(digits..).is_some_and(|after| after.starts_with("\u{2192}".as_bytes()))
}

/// The same, or the end of the marks that differences, quotations and comments put there.
pub(in crate::detect) fn after_gutter(text: &[u8], line: usize) -> usize {
    let start = after_number(text, line);
    let rest = text.get(start..).unwrap_or_default();
    after_tabs(text, start + rest.iter().take(3).take_while(|byte| is_mark(**byte)).count())
}

/// Bytes of the place that `grep -n` prints before a line, `src/a.rs:40:`, when the word begins with one.
pub(in crate::detect) fn grepped(word: &[u8]) -> usize {
    let Some(colon) = memchr::memchr(b':', word) else { return 0 };
    let is_path = word.get(..colon).is_some_and(|path| path.iter().any(|byte| b"/.".contains(byte)));
    let digits = word.get(colon + 1..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let closed = digits > 0 && word.get(colon + 1 + digits) == Some(&b':');
    if is_path && closed { colon + digits + 2 } else { 0 }
}

/// Joins lines of Base64 of which the first is `text[start..end]`. Says where the last one ends; `None` when there is one only.
pub(in crate::detect) fn base64_lines(
    text: &[u8],
    start: usize,
    end: usize,
    most: usize,
    joined: &mut Vec<u8>,
) -> Option<usize> {
    joined.clear();
    joined.extend_from_slice(text.get(start..end)?);
    let length = end - start;
    if !length.is_multiple_of(4) {
        return None;
    }
    // Base64 may begin with a sign that is a mark elsewhere.
    let before = text.get(start.saturating_sub(8)..start).unwrap_or_default();
    let mut before = before.iter().rev().take_while(|byte| is_mark(**byte) || **byte == b' ');
    let gutter = if before.any(|byte| is_mark(*byte)) { after_gutter } else { after_number };
    let mut last = end;
    // Padding ends what was encoded.
    while joined.len() < most && joined.last() != Some(&b'=') {
        let Some(line) = next_base64_line(text, last, gutter) else { break };
        let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
        let count = text.get(line..)?.iter().take(length + 1).take_while(is_base64).count();
        // A shorter line is the last one, and prose is none.
        let whole = !text.get(line + count).is_some_and(|byte| b" \t:,.;()".contains(byte))
            || next_base64_line(text, line + count, gutter).is_some();
        if count == 0 || count > length || !whole {
            break;
        }
        joined.extend_from_slice(text.get(line..line + count)?);
        last = line + count;
        if count < length {
            break;
        }
    }
    (last > end).then_some(last)
}

/// Where Base64 goes on after the line that ends at `at`: over quotes that close and open literals, and signs that join them.
fn next_base64_line(text: &[u8], at: usize, gutter: fn(&[u8], usize) -> usize) -> Option<usize> {
    let rest = |at: usize| text.get(at..).unwrap_or_default();
    let close = quote(rest(at)).map_or(0, |(_, length)| length);
    let mut end = at + close;
    if line_end(rest(end)) == 0 {
        end += rest(end).iter().take(4).take_while(|byte| b" \t".contains(byte)).count();
        let sign = rest(end).first().is_some_and(|byte| b"+,.&\\".contains(byte)) && line_end(rest(end)) == 0;
        end += usize::from(sign);
    }
    let skipped = line_end(rest(end));
    if skipped == 0 {
        return None;
    }
    let line = gutter(text, end + skipped);
    let open = if close > 0 { quote(rest(line)).map_or(0, |(_, length)| length) } else { 0 };
    Some(line + open)
}

/// The end of blanks and tabs that begin a line.
fn after_tabs(text: &[u8], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(48).take_while(|byte| b" \t".contains(byte)).count()
}

fn is_mark(byte: u8) -> bool {
    b"+->#|*/".contains(&byte)
}
