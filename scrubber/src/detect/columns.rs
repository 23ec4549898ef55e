//! The part of a search that looks at values which stand in the column of their name: rows below the head of a table, and the
//! values of an `INSERT`.

use super::assign::{Joint, Value};
use super::keys::Key;
use super::search::Search;

/// Rows that are looked at below a head.
const ROWS_MAX: usize = 24;
/// Columns of a table or statement.
const COLUMNS_MAX: usize = 32;
/// Bytes of a line.
const LINE_MAX: usize = 320;
/// No name of a column is longer.
const NAME_MAX: usize = 40;

impl Search<'_> {
    /// The name `window[start..end]` has no value beside it: it may be the name of a column.
    pub(super) fn columns(&mut self, key: Key, start: usize, end: usize) {
        if matches!(key, Key::Hint | Key::Access) {
            return;
        }
        let text = self.window.bytes();
        let mut values = [None; ROWS_MAX];
        let found = match text.get(end) {
            Some(b')') => inserted(text, start, end).map(|value| values[0] = Some(value)),
            _ => below(text, start, end, &mut values),
        };
        if found.is_some() {
            for value in values.into_iter().flatten() {
                self.judge(key, value);
            }
        }
    }
}

/// The value that `INSERT INTO t (a, token) VALUES (1, '…')` gives its last column, when it is a literal.
fn inserted(text: &[u8], start: usize, end: usize) -> Option<Value> {
    let before = text.get(start.saturating_sub(LINE_MAX)..start)?;
    let open = before.iter().rposition(|byte| *byte == b'(')?;
    let columns = before.get(open..)?.iter().filter(|byte| **byte == b',').count();
    let rest = text.get(end + 1..)?;
    let words = rest.iter().take(16).take_while(|byte| !b"(".contains(byte)).count();
    let says = rest.get(..words)?.trim_ascii();
    if !says.eq_ignore_ascii_case(b"values") || columns >= COLUMNS_MAX {
        return None;
    }
    let mut at = end + 1 + words + 1;
    for column in 0..=columns {
        at += text.get(at..)?.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
        let quote = text.get(at).copied().filter(|byte| b"'\"".contains(byte));
        let close = match quote {
            Some(quote) => at + 1 + memchr::memchr(quote, text.get(at + 1..text.len().min(at + 1 + LINE_MAX))?)?,
            None => at,
        };
        if column == columns {
            let value = Value { start: at + 1, end: close, joint: Joint::Assigned, quoted: true, literal: true };
            return quote.map(|_| value);
        }
        at = close + 1 + text.get(close..)?.iter().take(LINE_MAX).position(|byte| *byte == b',')?;
    }
    None
}

/// The cells below the name `text[start..end]` in the head of a table.
fn below(text: &[u8], start: usize, end: usize, values: &mut [Option<Value>; ROWS_MAX]) -> Option<()> {
    let from = line_start(text, start);
    let to = line_end(text, end);
    let head = text.get(from..to)?;
    let sign = *b"|,;".iter().find(|sign| head.contains(sign))?;
    let cells = || head.split(|byte| *byte == sign);
    let named = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        cell.len() <= NAME_MAX && cell.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-. \"`*".contains(byte))
    };
    let column = text.get(from..start)?.iter().filter(|byte| **byte == sign).count();
    let count = cells().count();
    if !(2..=COLUMNS_MAX).contains(&count) || !cells().all(named) {
        return None;
    }
    let mut at = to + 1;
    let mut slots = values.iter_mut();
    while let Some(line) = text.get(at..line_end(text, at)).filter(|line| !line.trim_ascii().is_empty()) {
        let rule = line.iter().all(|byte| b"-+|:= ".contains(byte));
        if !rule {
            let mut parts = line.split(|byte| *byte == sign);
            let before: usize = parts.by_ref().take(column).map(|part| part.len() + 1).sum();
            let cell = parts.next()?;
            if 1 + parts.count() + column != count {
                break;
            }
            let blanks = cell.iter().take_while(|byte| byte.is_ascii_whitespace() || b"\"'`".contains(byte)).count();
            let length = cell.trim_ascii_end().len();
            let quotes = cell.get(..length)?.iter().rev().take_while(|byte| b"\"'`".contains(byte)).count();
            let (start, end) = (at + before + blanks, at + before + length.saturating_sub(quotes));
            let value = Value { start, end, joint: Joint::Said, quoted: false, literal: false };
            *slots.next()? = (start < end).then_some(value);
        }
        at += line.len() + 1;
    }
    Some(())
}

fn line_start(text: &[u8], at: usize) -> usize {
    let low = at.saturating_sub(LINE_MAX);
    let before = text.get(low..at).unwrap_or_default();
    before.iter().rposition(|byte| *byte == b'\n').map_or(low, |back| low + back + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..text.len().min(at + LINE_MAX)).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(at + rest.len(), |end| at + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<&str> {
        let start = text.find("token").unwrap_or(0);
        let mut values = [None; ROWS_MAX];
        let _ = below(text.as_bytes(), start, start + 5, &mut values);
        values.into_iter().flatten().filter_map(|value| text.get(value.start..value.end)).collect()
    }

    #[test]
    fn cells_are_found_below_their_name() {
        assert_eq!(cells("user,token\nann,a1\nbob,\"b2\"\n\nx,y"), ["a1", "b2"]);
        assert_eq!(cells(" id | token | n\n----+-------+--\n  1 | a1 | 2\n(1 row)"), ["a1"]);
        assert_eq!(cells("| a | token |\n|---|---|\n| x | `a1` |\n"), ["a1"]);
        assert!(cells("the user, then its token\nann, a1\n").len() <= 1);
        assert!(cells("token\na1\n").is_empty());
        assert!(cells("f(a, token)\nb, c\n").is_empty());
    }

    #[test]
    fn the_value_of_an_insert_is_that_of_the_last_column() {
        for (text, expected) in [
            ("INSERT INTO t (a, token) VALUES ('x, y', 'a1');", Some("a1")),
            ("insert into t(token) values ('a1')", Some("a1")),
            ("INSERT INTO t (a, token) VALUES (1, now());", None),
            ("f(a, token) + g('x')", None),
        ] {
            let start = text.find("token").unwrap_or(0);
            let value = inserted(text.as_bytes(), start, start + 5);
            assert_eq!(value.and_then(|value| text.get(value.start..value.end)), expected, "{text}");
        }
    }
}
