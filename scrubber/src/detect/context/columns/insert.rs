//! The columns of an `INSERT`: its names, and the rows of its values.

use super::{COLUMNS_MAX, LINE_MAX};
use crate::detect::context::assign::{Joint, Value};

/// The head of `INSERT INTO t (a, token, b) VALUES (1, '…', 2), …`, as far as one column needs it. Places are those of a window.
pub(super) struct Insert {
    /// The bracket before the names of the columns.
    pub open: usize,
    column: usize,
    /// Where the first row may start.
    pub rows: usize,
}

impl Insert {
    /// The head in which `text[start..end]` is the name of a column.
    pub(super) fn read(text: &[u8], start: usize, end: usize) -> Option<Self> {
        let low = start.saturating_sub(LINE_MAX);
        let before = text.get(low..start)?;
        let open = before.iter().rposition(|byte| *byte == b'(')?;
        let head = before.get(open..)?;
        let column = head.iter().filter(|byte| **byte == b',').count();
        let rest = text.get(end..text.len().min(end + LINE_MAX))?;
        let close = memchr::memchr(b')', rest)?;
        let says = rest.get(close + 1 + gap(rest.get(close + 1..)?)..)?;
        let values_word = says.get(..6)?;
        if head.contains(&b')') || !values_word.eq_ignore_ascii_case(b"values") || column >= COLUMNS_MAX {
            return None;
        }
        let rows = end + rest.len() - says.len() + 6;
        Some(Self { open: low + open, column, rows: parameters(text, rows).unwrap_or(rows) })
    }

    /// The column's literal in the row that starts at `at` or behind a comma there, and where the row ends.
    pub(super) fn row(&self, text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
        let blanks = text.get(at..)?.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
        let comma = if text.get(at + blanks) == Some(&b',') { blanks + 1 } else { 0 };
        let open = at + comma + gap(text.get(at + comma..)?);
        if text.get(open) != Some(&b'(') {
            return None;
        }
        tuple(text, open + 1, self.column)
    }
}

/// How many blanks, and prompts of a database's shell that lead a line on, stand at the start of `text`: `    -> `, `shop-# `, `   ...> `.
fn gap(text: &[u8]) -> usize {
    const PROMPT_MAX: usize = 32;
    let blanks = |from: usize| text.iter().skip(from).take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
    let first = blanks(0);
    let rest = text.get(first..).unwrap_or_default();
    let sign = rest.iter().take(PROMPT_MAX).position(|byte| !byte.is_ascii_alphanumeric() && !b"_.-".contains(byte));
    let prompt = sign.filter(|sign| {
        let last = sign.checked_sub(1).and_then(|at| rest.get(at));
        let number = rest.iter().take(*sign).all(u8::is_ascii_digit) && *sign > 0 && rest.get(*sign) == Some(&b' ');
        number || matches!(rest.get(*sign), Some(b'>' | b'#')) && matches!(last, Some(b'-' | b'.' | b'='))
    });
    match prompt {
        Some(sign) if text.get(..first).is_some_and(|blanks| blanks.contains(&b'\n')) => {
            first + sign + 1 + blanks(first + sign + 1)
        }
        _ => first,
    }
}

/// Where the parameters stand of a statement whose row at `at` is nothing but places for them: in brackets at the end of the next line,
/// as SQLAlchemy logs them, `VALUES (?, ?)` and `[generated in 0.00021s] ('ann', 3)`.
fn parameters(text: &[u8], at: usize) -> Option<usize> {
    let near = text.get(at..text.len().min(at + 2 * LINE_MAX))?;
    let line = memchr::memchr(b'\n', near)?;
    let (row, next) = near.split_at_checked(line)?;
    let places = row.trim_ascii().strip_prefix(b"(")?;
    let close = memchr::memchr(b')', places)?;
    let is_place = |place: &[u8]| {
        let place = place.trim_ascii();
        matches!(place, b"?" | b"%s")
            || place.strip_prefix(b"$").is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    if !places.get(..close)?.split(|byte| *byte == b',').all(is_place) {
        return None;
    }
    let line = next.get(1..)?.split(|byte| *byte == b'\n').next()?;
    let timed = [b" in ".as_slice(), b" since "].iter().any(|word| memchr::memmem::find(line, word).is_some());
    let open = memchr::memmem::find(line, b"] (").filter(|_| timed)?;
    Some(at + row.len() + 1 + open + 2)
}

/// The literal with this number in the tuple that starts at `at`, and where the tuple ends.
fn tuple(text: &[u8], mut at: usize, wanted: usize) -> Option<(Option<Value>, usize)> {
    let mut found = None;
    for column in 0..COLUMNS_MAX {
        at += text.get(at..)?.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
        // `N'…'`, `E'…'`.
        let prefix = text.get(at + 1) == Some(&b'\'') && text.get(at).is_some_and(u8::is_ascii_alphabetic);
        at += usize::from(prefix);
        if let Some(quote) = text.get(at).copied().filter(|byte| b"'\"".contains(byte)) {
            let close = literal_end(text, at + 1, quote)?;
            if column == wanted {
                found = Some(Value { start: at + 1, end: close, joint: Joint::Assigned, quoted: true, literal: true });
            }
            at = close + 1;
        }
        let ahead = |at: usize| text.get(at..text.len().min(at + LINE_MAX));
        at += memchr::memchr3(b',', b')', b'(', ahead(at)?)? + 1;
        if text.get(at - 1) == Some(&b'(') {
            // The arguments of a call are no values of columns.
            at += memchr::memchr(b')', ahead(at)?)? + 1;
            at += memchr::memchr2(b',', b')', ahead(at)?)? + 1;
        }
        if text.get(at - 1) == Some(&b')') {
            return Some((found, at));
        }
    }
    None
}

/// Where the literal ends whose content starts at `start`: at a quote that is not written twice.
fn literal_end(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let rest = text.get(start..text.len().min(start + LINE_MAX))?;
    let mut at = 0;
    loop {
        at += memchr::memchr(quote, rest.get(at..)?)?;
        if rest.get(at + 1) != Some(&quote) {
            return Some(start + at);
        }
        at += 2;
    }
}
