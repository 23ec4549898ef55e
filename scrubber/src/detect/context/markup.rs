//! The part of a search that looks at tables in HTML and in JSON: values in the column of their name.

use super::assign::{Joint, Value};
use super::columns::Column;
use crate::detect::search::Search;

/// Columns of a table, and rows that are looked at.
const COLUMNS_MAX: usize = 32;
const ROWS_MAX: usize = 512;
/// Bytes of the head before and behind a name, and of a row.
const HEAD_MAX: usize = 600;
const ROW_MAX: usize = 640;
/// Bytes between the head of a table in JSON and its rows.
const GAP_MAX: usize = 200;

/// A table, as far as one column needs it. Places are those of a window.
pub(in crate::detect) struct Table {
    form: Form,
    /// Where the head starts.
    pub head: usize,
    column: usize,
    /// Where the first row may start.
    rows: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Json,
}

impl Search<'_> {
    /// Looks at the cells of the column that the name `window[start..end]` heads. Says whether it heads one.
    pub(in crate::detect) fn markup_column(&mut self, column: Column, start: usize, end: usize) -> bool {
        let text = self.window.bytes();
        let Some(table) = Table::in_html(text, start, end).or_else(|| Table::in_json(text, start, end)) else {
            return false;
        };
        let from = self.window.offset(table.head);
        if !self.table.holds(from) {
            let rows = ROWS_MAX.min(self.table.rows(from));
            let first = self.window.offset(table.rows);
            let end = self.each_row(column, first, rows, |window, at| table.row(window.bytes(), at));
            self.table.note(from, end);
        }
        true
    }
}

impl Table {
    /// `<tr><th>user</th><th>password</th></tr>`
    fn in_html(text: &[u8], start: usize, end: usize) -> Option<Self> {
        let rest = text.get(end..)?.trim_ascii_start();
        if !(rest.starts_with(b"</th")
            || rest.starts_with(b"</td")
            || rest.starts_with(b"</b>")
            || rest.starts_with(b"</strong"))
        {
            return None;
        }
        let low = start.saturating_sub(HEAD_MAX.min(crate::detect::search::BACK));
        let before = text.get(low..start)?;
        let head = memchr::memmem::rfind(before, b"<tr")?;
        let row = before.get(head..)?;
        // Behind another row of cells it is one of the values, as where options are described.
        let titled = memchr::memmem::find(row, b"<th").is_some();
        if !titled && before.get(..head)?.trim_ascii_end().ends_with(b"</tr>") {
            return None;
        }
        let cells = cells_before(row);
        let close = memchr::memmem::find(text.get(end..text.len().min(end + HEAD_MAX))?, b"</tr")?;
        let column = cells.checked_sub(1).filter(|column| *column < COLUMNS_MAX)?;
        Some(Self { form: Form::Html, head: low + head, column, rows: end + close })
    }

    /// `"columns": ["user", "password"], "rows": [["ann", …], …]`, where names may also be `{"name": "password"}`, and a first
    /// row of names.
    fn in_json(text: &[u8], start: usize, end: usize) -> Option<Self> {
        if text.get(end) != Some(&b'"') || start.checked_sub(1).and_then(|at| text.get(at)) != Some(&b'"') {
            return None;
        }
        let low = start.saturating_sub(crate::detect::search::BACK);
        let before = text.get(low..start)?;
        let open = before.iter().rposition(|byte| b"[](".contains(byte)).filter(|at| before.get(*at) == Some(&b'['))?;
        let head = before.get(open..)?;
        let named = head.iter().filter(|byte| **byte == b'{').count();
        let commas = head.iter().filter(|byte| **byte == b',').count();
        let column = if named > 0 { named - 1 } else { commas };
        let rest = text.get(end + 1..text.len().min(end + HEAD_MAX))?;
        let close = memchr::memchr2(b']', b'[', rest).filter(|at| rest.get(*at) == Some(&b']'))?;
        let behind = rest.get(close + 1..)?;
        let behind = behind.get(..behind.len().min(GAP_MAX))?;
        // The next row of an array of rows, or an array of them further on in the object.
        let row = behind.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b',')?;
        let rows = if behind.get(row) == Some(&b'[') {
            row
        } else {
            let array = memchr::memmem::find_iter(behind, b"[")
                .find(|at| behind.get(at + 1..).unwrap_or_default().trim_ascii_start().first() == Some(&b'['))?;
            array + 1
        };
        (column < COLUMNS_MAX && commas + named > 0 || rest.get(..close)?.contains(&b',')).then_some(Self {
            form: Form::Json,
            head: low + open,
            column,
            rows: end + 1 + close + 1 + rows,
        })
    }

    /// The value of the next row from `at` on, where it has one, and where that row ends.
    fn row(&self, text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
        match self.form {
            Form::Html => self.html_row(text, at),
            Form::Json => self.json_row(text, at),
        }
    }

    fn html_row(&self, text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
        let rest = text.get(at..text.len().min(at + ROW_MAX))?;
        let open = memchr::memmem::find(rest, b"<tr")?;
        // Another table is none of this one.
        if memchr::memmem::find(rest.get(..open)?, b"</table").is_some() {
            return None;
        }
        let body = rest.get(open..)?;
        let body = body.get(..memchr::memmem::find(body, b"</tr").unwrap_or(body.len()))?;
        let mut cells = memchr::memmem::find_iter(body, b"<td");
        let value = cells.nth(self.column).and_then(|cell| {
            let start = cell + memchr::memchr(b'>', body.get(cell..)?)? + 1;
            let start = start + tags(body.get(start..)?);
            let length = memchr::memchr(b'<', body.get(start..)?)?;
            let inner = body.get(start..start + length)?;
            let start = at + open + start + inner.len() - inner.trim_ascii_start().len();
            let end = start + inner.trim_ascii().len();
            (end > start).then_some(cell_value(start, end))
        });
        Some((value, at + open + body.len().max(3)))
    }

    fn json_row(&self, text: &[u8], at: usize) -> Option<(Option<Value>, usize)> {
        let rest = text.get(at..text.len().min(at + ROW_MAX))?;
        let open = rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b',')?;
        if rest.get(open) != Some(&b'[') {
            return None;
        }
        let (mut place, mut column, mut found) = (open + 1, 0, None);
        loop {
            place += rest.get(place..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match rest.get(place)? {
                b']' => return Some((found, at + place + 1)),
                b',' => {
                    column += 1;
                    place += 1;
                }
                b'"' => {
                    let length = memchr::memchr(b'"', rest.get(place + 1..)?)?;
                    if column == self.column && length > 0 {
                        found = Some(cell_value(at + place + 1, at + place + 1 + length));
                    }
                    place += length + 2;
                }
                b'[' | b'{' => return None,
                _ => place += 1,
            }
        }
    }
}

fn cell_value(start: usize, end: usize) -> Value {
    Value { start, end, joint: Joint::Assigned, quoted: true, literal: true }
}

/// Cells that begin in the part of a row.
fn cells_before(row: &[u8]) -> usize {
    memchr::memmem::find_iter(row, b"<th")
        .chain(memchr::memmem::find_iter(row, b"<td"))
        .filter(|at| row.get(at + 3).is_some_and(|next| b" >\n\t".contains(next)))
        .count()
}

/// The length of the tags that a cell's text stands in, `<code>`.
fn tags(cell: &[u8]) -> usize {
    let mut at = cell.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    while cell.get(at) == Some(&b'<') && cell.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
        let Some(end) = memchr::memchr(b'>', cell.get(at..).unwrap_or_default()) else { break };
        at += end + 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<&str> {
        let start = text.find("token").unwrap_or(0);
        let bytes = text.as_bytes();
        let table = Table::in_html(bytes, start, start + 5).or_else(|| Table::in_json(bytes, start, start + 5));
        let Some(table) = table else { return Vec::new() };
        let (mut at, mut values) = (table.rows, Vec::new());
        while let Some((value, next)) = table.row(bytes, at) {
            values.extend(value.and_then(|value| text.get(value.start..value.end)));
            at = next;
        }
        values
    }

    #[test]
    fn cells_stand_in_the_column_of_their_name() {
        for (text, expected) in [
            ("<tr><th>a</th><th>token</th></tr><tr><td>x</td><td>a1</td></tr>", vec!["a1"]),
            (
                "<tr>\n<th>token</th>\n<th>b</th></tr>\n<tr><td><code>a1</code></td><td>y</td></tr>\n<tr><td> b2 </td></tr>",
                vec!["a1", "b2"],
            ),
            ("<tr><th>token</th></tr></table><table><tr><td>x</td></tr>", vec![]),
            ("<tr><td>user</td></tr>\n <tr><td>token</td></tr><tr><td>x</td></tr>", vec![]),
            (r#"{"columns":["a","token"],"rows":[[1,"a1"],[2,"b2"]]}"#, vec!["a1", "b2"]),
            (r#"[["token", "b"], ["a1", 2], ["b2", null]]"#, vec!["a1", "b2"]),
            (r#"{"fields":[{"name":"a"},{"name":"token"}],"rows":[["x","a1"]]}"#, vec!["a1"]),
            (r#"{"columns": ["a", "token"], "index": [0, 1], "data": [["x", "a1"]]}"#, vec!["a1"]),
            (r#"f(["a", "token"], x[1])"#, vec![]),
            (r#"["token"]"#, vec![]),
        ] {
            assert_eq!(cells(text), expected, "{text}");
        }
    }
}
