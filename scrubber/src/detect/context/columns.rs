//! The part of a search that looks at values which stand in the column of their name: rows below the head of a table, exports
//! as CSV, and the values of an `INSERT`.

mod head;
mod headings;
mod insert;
mod lists;
mod personal;

use super::assign::Value;
use super::keys::Key;
use crate::detect::reading::window::Window;
use crate::detect::search::{AHEAD, Search, of_two_words};
use head::{Head, is_quote};
use insert::Insert;

pub(in crate::detect) use headings::NAMES_ABROAD;
pub(in crate::detect) use personal::{Personal, is_plate, literals};

/// So many columns of a table are read to its end; of further ones [`ROWS_MAX`] rows, so that a wide table costs no more.
const COLUMNS_WHOLE: usize = 4;
/// Rows that are looked at below the head of a further column.
const ROWS_MAX: usize = 512;
/// Columns of a table or statement.
const COLUMNS_MAX: usize = 32;
/// Bytes of a line.
const LINE_MAX: usize = 320;
/// The table or statement that was looked at last, by the places of its head and of its end in the text: its rows hold no
/// heads.
#[derive(Default, Clone, Copy)]
pub(in crate::detect) struct Table {
    head: usize,
    end: usize,
    /// Columns that were looked at.
    columns: usize,
}

impl Table {
    /// Whether a head at `head` stands in a row of this one.
    pub(in crate::detect) fn holds(self, head: usize) -> bool {
        head < self.end && head != self.head
    }

    /// The rows below the head at `head` that a further column of it is looked at in.
    pub(in crate::detect) fn rows(self, head: usize) -> usize {
        if head == self.head && self.columns >= COLUMNS_WHOLE { ROWS_MAX } else { usize::MAX }
    }

    /// Notes that a column of the head at `head` was looked at, down to `end`.
    pub(in crate::detect) fn note(&mut self, head: usize, end: usize) {
        if head != self.head {
            *self = Self { head, ..Self::default() };
        }
        self.end = self.end.max(end);
        self.columns += 1;
    }
}

/// What the name of a column announces.
#[derive(Debug, Clone, Copy)]
pub(in crate::detect) enum Column {
    Secret(Key),
    Personal(Personal),
}

impl From<Key> for Column {
    fn from(key: Key) -> Self {
        Self::Secret(key)
    }
}

impl Search<'_> {
    /// The name `window[start..end]` may be that of a column.
    pub(in crate::detect) fn columns(&mut self, key: Key, start: usize, end: usize) {
        let text = self.window.bytes();
        let close = end + text.get(end..).unwrap_or_default().iter().take(2).take_while(|byte| is_quote(byte)).count();
        let blanks = text.get(close..).unwrap_or_default().iter().take(64).take_while(|byte| **byte == b' ').count();
        let next = text.get(close + blanks).copied().unwrap_or(b'\n');
        let key = if key == Key::Hint { of_two_words(text, start, end).unwrap_or(key) } else { key };
        // `login_totp`, as exports of password managers call the seed.
        let seed = text.get(start..end).is_some_and(|name| name.ends_with(b"totp"));
        let key = if seed { Key::Secret } else { key };
        if matches!(key, Key::Hint | Key::Access) {
            return;
        }
        if b"<,]}".contains(&next) && self.markup_column(key.into(), start, end)
            || !(b",;|)\r\n\t".contains(&next) || blanks > 0)
        {
            return;
        }
        let at = self.window.offset(end);
        self.column(key.into(), start, end, close);
        self.margins(at);
    }

    /// Looks at the cells of the column with the name `window[start..end]`, whose quotes end at `close`.
    fn column(&mut self, column: Column, start: usize, end: usize, close: usize) {
        let text = self.window.bytes();
        let bracketed = text.get(close).is_some_and(|next| b",)".contains(next));
        if bracketed && let Some(insert) = Insert::read(text, start, close) {
            self.inserted(column, &insert);
        } else if bracketed && let Some(head) = Head::of_copy(&self.window, start, close) {
            self.rows_below(column, &head);
        } else if text.get(close) != Some(&b')') {
            self.below(column, start, end);
        }
    }

    /// Looks at the cells below the name `window[start..end]`, when it stands in the head of a table.
    fn below(&mut self, column: Column, start: usize, end: usize) {
        if let Some(head) = Head::read(&self.window, start, end) {
            self.rows_below(column, &head);
        }
    }

    /// Looks at the cells of the head's column, row by row.
    fn rows_below(&mut self, column: Column, head: &Head) {
        let from = self.window.offset(head.from);
        if !self.table.holds(from) {
            let rows = self.table.rows(from);
            let end = self.each_row(column, self.window.offset(head.to), rows, |window, at| head.row(window, at));
            self.table.note(from, end);
        }
    }

    /// Judges the value of each row from the offset `at` on, and says where the last one ends. `row` gives the value of the row at a
    /// place of the window, where it has one, and where the next one starts; nothing where none is left.
    pub(in crate::detect) fn each_row(
        &mut self,
        column: impl Into<Column>,
        mut at: usize,
        rows: usize,
        row: impl Fn(&Window, usize) -> Option<(Option<Value>, usize)>,
    ) -> usize {
        let column = column.into();
        for _ in 0..rows {
            self.open(at, AHEAD);
            let Some((value, next)) = row(&self.window, self.window.place(at)) else { break };
            if let Some(value) = value {
                match column {
                    // A list of constants, one of which is called so.
                    Column::Secret(_) if is_constant(self.window.bytes().get(value.start..value.end)) => {}
                    Column::Secret(key) => self.judge(key, value),
                    Column::Personal(kind) => self.judge_personal(kind, value),
                }
            }
            let next = self.window.offset(next);
            if next <= at {
                break;
            }
            at = next;
        }
        at
    }

    /// Looks at the values that an `INSERT` gives one column, down to its last row.
    fn inserted(&mut self, column: Column, insert: &Insert) {
        let from = self.window.offset(insert.open);
        if !self.statement.holds(from) {
            let rows = self.statement.rows(from);
            let first = self.window.offset(insert.rows);
            let end = self.each_row(column, first, rows, |window, at| insert.row(window.bytes(), at));
            self.statement.note(from, end);
        }
    }
}

/// `YY_MAX_SHIFT`
fn is_constant(cell: Option<&[u8]>) -> bool {
    cell.is_some_and(|cell| cell.contains(&b'_') && cell.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        let mut window = Window::default();
        window.fill(text.as_bytes(), 0, text.len());
        let start = memchr::memmem::find(window.bytes(), b"token").unwrap_or(0);
        let Some(head) = Head::read(&window, start, start + 5) else { return Vec::new() };
        let mut at = head.to;
        let mut values = Vec::new();
        while let Some((value, next)) = head.row(&window, at) {
            let value = value.and_then(|value| window.bytes().get(value.start..value.end));
            values.extend(value.map(|value| String::from_utf8_lossy(value).into_owned()));
            at = next;
        }
        values
    }

    #[test]
    fn cells_are_found_below_their_name() {
        assert_eq!(cells("user,token\nann,a1\nbob,\"b2\"\n\nx,y"), ["a1", "b2"]);
        assert_eq!(cells("user,token,note\n\"Ann, A\",a1,\nbob,\"b,2\",x\n"), ["a1", "b,2"]);
        assert_eq!(cells("user;token;host\r\nann;a1;db\r\n"), ["a1"]);
        assert_eq!(cells("user\ttoken\thost\nann\ta1\tdb\n"), ["a1"]);
        assert_eq!(cells("USER   token   ROLE\nann    a1      x\n"), ["a1"]);
        assert_eq!(cells(" id | token | n\n----+-------+--\n  1 | a1 | 2\n(1 row)"), ["a1"]);
        assert_eq!(cells("│ a │ token │\n├───┼───────┤\n│ x │ a1    │\n"), ["a1"]);
        assert_eq!(cells("| a | token |\n|---|---|\n| x | `a1` |\n"), ["a1"]);
        assert_eq!(cells("     1\u{2192}| a | token |\n     2\u{2192}|---|---|\n     3\u{2192}| x | a1 |\n"), ["a1"]);
        assert_eq!(cells("12\u{2192}user,token\n13\u{2192}ann,a1\n14\u{2192}"), ["a1"]);
        assert_eq!(cells("{\"log\": \"user,token,n\\nann,a1,x\\nbob,b2,y\", \"n\": 1}"), ["a1", "b2"]);
        assert_eq!(cells("{\"log\": \"| a | token |\\n|---|---|\\n| x | a1 |\", \"n\": 1}"), ["a1"]);
        assert_eq!(
            cells("{\"log\": \"| `a` | token |\\n|---|---|\\n| x | `a1` |\\n| `y` | b2 |\", \"n\": 1}"),
            ["a1", "b2"]
        );
        assert!(cells("the user, then its token\nann, a1\n").len() <= 1);
        assert!(cells("token\na1\n").is_empty());
        assert!(cells("  token,\n  a1,\n  b2,\n").is_empty());
        assert!(cells("the token is\nhere and\n").is_empty());
        assert!(cells("f(a, token)\nb, c\n").is_empty());
        assert!(cells("apt\tbase-token\t3.6.1\napt\tfog1\t5.2\n").is_empty());
        assert!(cells("  set_token,      // of a store\n  lake7fog,      // of a fog\n").is_empty());
        assert!(cells("word\tname\ttoken\nword\tname\tlake7\nword\tname\tfog8\n").is_empty());
        assert_eq!(cells("user\ttoken\nuser\ta1\nann\tb2\n"), ["a1", "b2"]);
        assert!(cells("token   Print the working directory\nlake7    Print a fog\n").is_empty());
        assert!(cells("  --token    Delete the token\n  --lake7    Name it\n").is_empty());
        assert!(cells("base-token  100009\nlake7       100011\n").is_empty());
        assert_eq!(cells("token   Owner of it\nlake7   ann\n"), ["lake7"]);
        assert_eq!(cells("user\ttoken\tv1.2\nann\ta1\t3.4\n"), ["a1"]);
        let sums = [["9d2f4b6a", "8c1e3057"], ["a1b2c3d4", "0f9e8d7c"]].map(|[a, b]| [a, b, a, b].concat());
        assert!(cells(&format!("{}  usr/bin/token\n{}  usr/bin/open1\n", sums[0], sums[1])).is_empty());
    }

    #[test]
    fn the_values_of_an_insert_are_those_of_its_column() {
        for (text, expected) in [
            ("INSERT INTO t (a, token) VALUES ('x, y', 'a1');", vec!["a1"]),
            ("insert into t(token) values ('a1')", vec!["a1"]),
            ("insert into t(token, b)\nvalues\n ('a1', 2), (N'b2', 3)", vec!["a1", "b2"]),
            ("INSERT INTO t (a, token, b) VALUES (f(1, 2), 'a1', 'x')", vec!["a1"]),
            ("INSERT INTO t (a, token) VALUES (1, now());", vec![]),
            ("INSERT INTO t (a, token) VALUES ('O''Hara, (x)', 'a1'), ('', 'b2')", vec!["a1", "b2"]),
            ("f(a, token) + g('x')", vec![]),
        ] {
            let start = text.find("token").unwrap_or(0);
            let mut found = Vec::new();
            if let Some(insert) = Insert::read(text.as_bytes(), start, start + 5) {
                let mut at = insert.rows;
                while let Some((value, next)) = insert.row(text.as_bytes(), at) {
                    found.extend(value.and_then(|value| text.get(value.start..value.end)));
                    at = next;
                }
            }
            assert_eq!(found, expected, "{text}");
        }
    }
}
