//! The part of a search that finds the end of a private key whose beginning is cut off: its last lines, read from the middle
//! of a file, and the line that ends it.

use crate::detect::builtin::Builtin;
use crate::detect::search::{Search, byte_at};

/// What leads here: the line that ends a key, from its word on.
pub(in crate::detect) const END: &str = "-----END ";
/// The kind of key takes no more bytes.
const LABEL_MAX: usize = 48;
/// Bytes before the last line that are looked at.
const KEY_MAX: usize = 16 * 1024;
/// Whole lines of a key are at least so long.
const LINE_MIN: usize = 40;
/// What may stand between two lines: quotes, signs, numbers of lines.
const GAP_MAX: usize = 40;

impl Search<'_> {
    /// `END` stands at `word`, after five hyphens.
    pub(in crate::detect) fn end_of_key(&mut self, word: usize) {
        let text = self.text;
        let label = text.get(word..text.len().min(word + LABEL_MAX)).unwrap_or_default();
        let Some(label) = memchr::memmem::find(label, b"-----").and_then(|end| label.get(..end)) else { return };
        if memchr::memmem::find(label, b"PRIVATE KEY").is_none() {
            return;
        }
        let end = word + label.len() + 5;
        if let Some(start) = first_line(text, word.saturating_sub(5)) {
            self.work += (word - start) as u64;
            self.report(Builtin::PrivateKeyEnd, start, end);
        }
    }
}

/// Where the lines of a key start that end before `at`.
fn first_line(text: &[u8], at: usize) -> Option<usize> {
    let mut start = None;
    let mut from = at;
    while at - from < KEY_MAX {
        let end = before_gap(text, from);
        let line = text.get(..end)?.iter().rev().take(KEY_MAX).take_while(|byte| is_base64(**byte)).count();
        // The letter of an escape is none of the line.
        let first = text.get(end - line..end).and_then(<[u8]>::first);
        let escape =
            first.is_some_and(|first| b"nrt".contains(first)) && byte_at(text, (end - line).wrapping_sub(1)) == b'\\';
        let line = line - usize::from(escape);
        // The first line may be cut, and only the last one of a key is short.
        let first = start.is_none();
        if end == from || line == 0 || (!first && line < LINE_MIN) {
            break;
        }
        from = end - line;
        start = Some(from);
    }
    start.filter(|start| at - start > LINE_MIN)
}

/// The end of the line before the one that starts at `at`; `at` where there is none.
fn before_gap(text: &[u8], at: usize) -> usize {
    let low = at.saturating_sub(GAP_MAX);
    let (mut end, mut breaks) = (at, false);
    while end > low {
        let byte = byte_at(text, end - 1);
        let slashes =
            |at: usize| text.get(..at).unwrap_or_default().iter().rev().take_while(|it| **it == b'\\').count();
        let escape = if b"nrt".contains(&byte) { slashes(end - 1) } else { 0 };
        // The mark of a difference, or a sign that joins literals: in a line of the key another letter stands before it.
        let before = byte_at(text, end.wrapping_sub(2));
        let mark = byte == b'+' && (is_gap(before) || b"nr".contains(&before) && slashes(end - 2) > 0);
        if escape > 0 {
            breaks |= byte != b't';
            end -= 1 + escape;
        } else if is_base64(byte) && !mark {
            // Digits here are the number of a line.
            let digits = text.get(..end).unwrap_or_default().iter().rev().take_while(|it| it.is_ascii_digit()).count();
            if breaks || digits == 0 || digits > 6 || !is_gap(byte_at(text, (end - digits).wrapping_sub(1))) {
                break;
            }
            end -= digits;
        } else if mark || is_gap(byte) || !byte.is_ascii() {
            breaks |= byte == b'\n' || byte == b'\r';
            end -= 1;
        } else {
            break;
        }
    }
    if breaks { end } else { at }
}

fn is_gap(byte: u8) -> bool {
    b" \t\r\n\"'`,;:|>*#.-\\".contains(&byte)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_before_the_end_of_a_key_belong_to_it() {
        let line = "q7Zp4Xw2Lr9Tb6Nk".repeat(4);
        for end in ["\n", "\r\n", "\\n", "\\\\n", "\\n\" +\\n  \"", "\n    12\u{2192}", "\n-", "\n> "] {
            let text = format!("words{end}{line}{end}{line}{end}q7Zp=={end}");
            let start = first_line(text.as_bytes(), text.len());
            assert_eq!(start, text.find(&line), "{text}");
        }
        for text in ["the key ends with\n", "abc\n", "a line of words\nand another one\n"] {
            assert_eq!(first_line(text.as_bytes(), text.len()), None, "{text}");
        }
    }
}
