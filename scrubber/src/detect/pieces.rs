//! The part of a search that reads string literals in a row as one which other signs than a plus join: `"…" . "…"`, `'…' || '…'`,
//! `"…" & _`, `"…""…"` of a shell, and literals on lines of their own, as C and Python have them.
//!
//! What is found counts only where it lies over a joint. Commas join nothing: lists have them too.

use super::encoded::LAYERS_MAX;
use super::folded::Cut;
use super::search::{Search, byte_at};
use super::views;

/// Signs that join strings, the longer ones first.
const SIGNS: [&[u8]; 8] = [b"++", b"..", b"||", b"<>", b"&", b".", b"~", b"+"];
/// Pieces of one value.
const PIECES_MAX: usize = 32;
/// Bytes of a piece, and of what is looked at before the first and behind the last one.
const PIECE_MAX: usize = 256;
/// Bytes right beside a joint that are looked at before the rest, and how many of them a value takes.
const TOKEN_MAX: usize = 64;
const VALUE_MIN: usize = 8;

impl Search<'_> {
    /// Looks at literals that other signs than a plus join.
    pub(super) fn literals_in_a_row(&mut self) {
        if self.layer >= LAYERS_MAX {
            return;
        }
        let text = self.text;
        let mut seen = 0;
        for at in memchr::memchr2_iter(b'"', b'\'', text) {
            if at < seen || !may_join(byte_at(text, at + 1)) {
                continue;
            }
            let Some(first) = joint(text, at) else { continue };
            let mut cuts = vec![first];
            while let Some(last) = cuts.last().filter(|_| cuts.len() < PIECES_MAX) {
                let rest = text.get(last.end..text.len().min(last.end + PIECE_MAX)).unwrap_or_default();
                let close = memchr::memchr(byte_at(text, at), rest).map(|place| last.end + place);
                match close.and_then(|close| joint(text, close)) {
                    Some(next) => cuts.push(next),
                    None => break,
                }
            }
            let last = cuts.last().map_or(first.end, |cut| cut.end);
            seen = last;
            if !may_hold_a_value(text, &cuts) {
                continue;
            }
            let before = text.get(first.start.saturating_sub(PIECE_MAX)..first.start).unwrap_or_default();
            let line = memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1);
            let after = text.get(last..text.len().min(last + PIECE_MAX)).unwrap_or_default();
            let end = memchr::memchr(b'\n', after).unwrap_or(after.len());
            self.work += 1;
            self.view_over(first.start - before.len() + line, last + end, &cuts);
        }
    }
}

/// Whether what stands right beside the joints is long enough for a value, and holds a digit: most literals in a row are prose.
fn may_hold_a_value(text: &[u8], cuts: &[Cut]) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_graphic() && !b"\"'`".contains(byte);
    let (mut length, mut digits) = (0, 0);
    for cut in cuts {
        let before = text.get(cut.start.saturating_sub(TOKEN_MAX)..cut.start).unwrap_or_default();
        let after = text.get(cut.end..text.len().min(cut.end + TOKEN_MAX)).unwrap_or_default();
        let beside = before.iter().rev().take_while(is_part).chain(after.iter().take_while(is_part));
        for byte in beside {
            length += 1;
            digits += usize::from(byte.is_ascii_digit());
        }
    }
    length >= VALUE_MIN && digits > 0
}

/// Whether a literal may go on that is closed before this byte.
fn may_join(byte: u8) -> bool {
    b" \t\r\n\\\"'.&|~+<".contains(&byte)
}

/// From the quote at `close` to where the next literal begins, when both are joined.
fn joint(text: &[u8], close: usize) -> Option<Cut> {
    let quote = byte_at(text, close);
    // The backslashes that escape the quote belong to it.
    let head = text.get(..close)?;
    let slashes = head.iter().rev().take(16).take_while(|byte| **byte == b'\\').count();
    let start = close - slashes;
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/=.:@ ".contains(&byte);
    if !is_inside(byte_at(text, start.wrapping_sub(1))) || start == 0 {
        return None;
    }
    let gap = blanks(text, close + 1);
    let rest = text.get(gap..)?;
    let continued = usize::from(rest.starts_with(b"\\\n"));
    let sign = SIGNS.iter().find(|sign| rest.starts_with(sign)).map_or(continued, |sign| sign.len());
    let mut open = gap + sign;
    if sign > 0 {
        open = blanks(text, open);
        // A sign of its own continues the line.
        if matches!(text.get(open), Some(b'_' | b'`')) && views::line_end(text.get(open + 1..)?) > 0 {
            open = blanks(text, open + 1);
        }
    }
    let escape = text.get(open..)?.iter().take(16).take_while(|byte| **byte == b'\\').count();
    let between = text.get(close + 1..open)?;
    let lined = between.iter().any(|byte| b"\n\\".contains(byte)) && matches!(between.last(), Some(b' ' | b'\t'));
    let joined = if sign > 0 { between.len() > sign } else { lined || between.is_empty() };
    let same = byte_at(text, open + escape) == quote && escape == slashes;
    let end = open + escape + 1;
    let goes_on = is_inside(byte_at(text, end)) && text.get(end).is_some();
    (joined && same && goes_on).then_some(Cut { start, end })
}

/// The end of blanks and line ends, escaped ones too.
fn blanks(text: &[u8], mut at: usize) -> usize {
    for _ in 0..64 {
        let rest = text.get(at..).unwrap_or_default();
        let blank = usize::from(matches!(rest.first(), Some(b' ' | b'\t'))).max(views::line_end(rest));
        if blank == 0 {
            break;
        }
        at += blank;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_lines_join_literals() {
        for text in [
            "\"ab1\" . \"cd2\"",
            "\"ab1\" .. \"cd2\"",
            "\"ab1\" & _\n  \"cd2\"",
            "\"ab1\"\n    \"cd2\"",
            "\"ab1\"\"cd2\"",
            "\\\"ab1\\\" || \\\"cd2\\\"",
            "\\\"ab1\\\"\\n    \\\"cd2\\\"",
        ] {
            let close = text.find("1").map_or(0, |at| at + 1) + usize::from(text.starts_with('\\'));
            let cut = joint(text.as_bytes(), close).map(|cut| (text.get(..cut.start), text.get(cut.end..)));
            let (before, after) = if text.starts_with('\\') { ("\\\"ab1", "cd2\\\"") } else { ("\"ab1", "cd2\"") };
            assert_eq!(cut, Some((Some(before), Some(after))), "{text}");
        }
        for text in ["\"ab1\", \"cd2\"", "\"ab1\": \"cd2\"", "\"ab1\"\n\"cd2\"", "\"ab1\" 'cd2'", "\"ab1\" \"cd2\""] {
            assert!(joint(text.as_bytes(), 4).is_none(), "{text}");
        }
    }
}
