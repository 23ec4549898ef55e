//! The values of a Kubernetes secret: everything under `data:` where the object says `kind: Secret`.

use super::{Found, LINE_MAX};

/// How far before the block the kind of object may stand.
const BACK_MAX: usize = 160;

/// Whether a block may start with the `data` at `at` of a text with escapes: a colon and the end of the line follow.
pub(super) fn may_start(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let name = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let after = rest.get(name..).unwrap_or_default();
    matches!(after, [b':', b'\n' | b'\r' | b'\\', ..] | [b':', b' ', b'\n' | b'\\', ..])
}

/// The values of the block that starts at `at`, when it is that of a secret.
pub(super) fn secret_values(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let end = text.len().min(at + LINE_MAX);
    let around = text.get(at.saturating_sub(BACK_MAX)..end).unwrap_or_default();
    if !says_secret(around) {
        return found;
    }
    let mut lines = Lines { text: text.get(..end).unwrap_or_default(), at };
    lines.next();
    let mut slots = found.iter_mut();
    let mut folded = false;
    while let Some((start, line)) = lines.next() {
        let indent = line.iter().take_while(|byte| b" \t".contains(byte)).count();
        let body = line.get(indent..).unwrap_or_default();
        if indent == 0 && !body.is_empty() {
            break;
        }
        if body.is_empty() || body.starts_with(b"#") {
            continue;
        }
        let colon = memchr::memchr(b':', body).map_or(0, |colon| colon + 1);
        let value_from = if folded { 0 } else { colon };
        let value = body.get(value_from..).unwrap_or_default();
        let blanks = value.iter().take_while(|byte| b" \"'".contains(byte)).count();
        let value = value.get(blanks..).unwrap_or_default();
        folded = matches!(value, b"|" | b">" | b"|-" | b">-");
        let length = value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).count();
        let padding = value.iter().take(length).filter(|byte| **byte == b'=').count();
        if length >= 7 + padding && !folded {
            let from = start + indent + value_from + blanks;
            if let Some(slot) = slots.next() {
                *slot = Some((from, from + length));
            }
        }
    }
    found
}

/// Whether `kind: Secret` stands in the text, in any spelling that YAML has.
fn says_secret(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"kind").any(|at| {
        let rest = text.get(at + 4..).unwrap_or_default();
        let skipped = rest.iter().take(6).take_while(|byte| b"\"': ".contains(byte)).count();
        let rest = rest.get(skipped..).unwrap_or_default();
        let named = rest.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"secret"));
        skipped > 0 && named && rest.get(6).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// Steps over lines with where each starts.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<(usize, &'a [u8])> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at += end + 1;
        Some((start, rest.get(..end)?))
    }
}
