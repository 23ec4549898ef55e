//! The head of a table, and the cells of its rows.

use super::lists::{is_in_list, is_of_list, is_said};
use super::{COLUMNS_MAX, LINE_MAX};
use crate::detect::context::assign::{Joint, Value};
use crate::detect::context::headed;
use crate::detect::reading::window::Window;
use crate::detect::reading::{boxes, views};

/// No name of a column is longer.
const NAME_MAX: usize = 40;
/// Columns of an indented table, which lists of words and help for commands do not have.
const INDENTED_MIN: usize = 3;
/// Columns whose names are compared with the cells below them.
const NAMES_KEPT: usize = 4;

/// Whether what is not ASCII in a name are letters, signs that belong to those of India, or the sign of a number, and no marks of a
/// table that compares.
fn is_of_letters(name: &[u8]) -> bool {
    let is_letter =
        |letter: char| letter.is_ascii() || letter.is_alphabetic() || matches!(letter, '№' | '\u{93c}' | '\u{94d}');
    std::str::from_utf8(name).is_ok_and(|name| name.chars().all(is_letter))
}

/// What tells the names of columns apart (FNV-1a).
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// What parts the cells of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Byte(u8),
    /// An upright line of a drawn table.
    Border,
    /// A tab, or several blanks.
    Gap,
    /// One tab, in what `COPY` reads.
    Tab,
}

/// The head of a table, as far as one column needs it. Places are those of a window.
pub(super) struct Head {
    sign: Sign,
    /// Cells stand without blanks beside their signs, as programs write them.
    tight: bool,
    column: usize,
    count: usize,
    pub(super) from: usize,
    /// Where the next line starts.
    pub(super) to: usize,
    /// Backslashes before the line ends: a quote with fewer ends the literal that holds the table.
    depth: u8,
    /// The first column has no name and holds the numbers of the rows.
    numbered: bool,
    /// One tab parts two cells, so that two hold an empty one.
    single: bool,
    /// The names of the first columns, as hashes.
    names: [u32; NAMES_KEPT],
    /// A column is that of accounts, so that what stands beside one in a column of passwords is no remark.
    accounts: bool,
    /// The table is drawn, and the column is called as programs call fields: `db_password`.
    field: bool,
}

impl Head {
    /// The line that holds the name `window[start..end]`, when all that stands in it may be names of columns.
    pub(super) fn read(window: &Window, start: usize, end: usize) -> Option<Self> {
        let text = window.bytes();
        let (line, to) = (line_start(text, start), line_end(text, end));
        let depth = window.depth(to);
        let open = (line..start).rev().find(|at| ends_literal(window, *at, depth)).map_or(line, |quote| quote + 1);
        let listed = open == line && views::has_number(text, line);
        let from = if listed { views::after_number(text, line).min(start) } else { open };
        // A line that is longer than what is looked at has no head that could be read.
        if start - from >= LINE_MAX || to - end >= LINE_MAX {
            return None;
        }
        let line = text.get(from..to)?;
        let byte = b"|,;".iter().find(|byte| line.contains(byte));
        let drawn = || memchr::memchr_iter(0xe2, line).any(|at| boxes::border_at(line, at).is_some());
        let sign = byte.map_or_else(|| if drawn() { Sign::Border } else { Sign::Gap }, |byte| Sign::Byte(*byte));
        let framed = matches!(sign, Sign::Byte(b'|') | Sign::Border);
        // Help for commands, in any language, stands in columns that blanks part, and beside the lines of a drawn table stand other
        // bytes than those of letters.
        let tab = |at: usize| is_tab(window, at);
        let letters = matches!(sign, Sign::Byte(_)) || !line.is_ascii() && (from..to).any(tab);
        let mut cells = Cells { window, at: from, end: to, sign };
        let (mut count, mut column, mut tight, mut first) = (0, None, true, from);
        let (mut numbered, mut accounts) = (false, false);
        let mut names = [0; NAMES_KEPT];
        while let Some((cell_start, cell_end)) = cells.next() {
            let cell = text.get(cell_start..cell_end)?;
            let name = cell.trim_ascii();
            if name.len() > NAME_MAX
                || !name.iter().all(|byte| {
                    byte.is_ascii_alphanumeric() || b"_-. \"`*'/".contains(byte) || letters && !byte.is_ascii()
                })
                || !name.is_ascii() && !is_of_letters(name)
            {
                return None;
            }
            if is_of_list(name) || sign == Sign::Gap && is_said(name) {
                return None;
            }
            // In a list of code each line holds one name and a comma; Markdown begins and ends its rows with an empty cell.
            // The head of what `pandas` prints has no name above the numbers of its rows.
            if name.is_empty() && !framed && !(sign == Sign::Gap && count == 0) {
                return None;
            }
            numbered |= name.is_empty() && !framed;
            tight &= name.len() == cell.len() && !framed;
            if (cell_start..=cell_end).contains(&start) {
                column = Some(count);
            }
            first = if count == 0 { cell_end } else { first };
            accounts |= headed::is_account(name);
            if let Some(slot) = names.get_mut(count) {
                *slot = hash(name);
            }
            count += 1;
        }
        ((2..=COLUMNS_MAX).contains(&count) && !(sign == Sign::Gap && is_in_list(text, from..first, to)))
            .then_some(())?;
        let single = (from..to).any(tab) && !(from..to).any(|at| tab(at) && tab(at + 1));
        let field = framed && text.get(start..end).is_some_and(|name| name.contains(&b'_'));
        let to = to + 1;
        Some(Self { sign, tight, column: column?, count, from, to, depth, numbered, single, names, accounts, field })
    }

    /// `COPY t (a, token) FROM stdin;`, whose rows are lines with a tab between cells.
    pub(super) fn of_copy(window: &Window, start: usize, end: usize) -> Option<Self> {
        let text = window.bytes();
        let low = start.saturating_sub(LINE_MAX);
        let before = text.get(low..start)?;
        let open =
            before.iter().rposition(|byte| b"()\n".contains(byte)).filter(|at| before.get(*at) == Some(&b'('))?;
        let line = before.get(..open)?.rsplit(|byte| *byte == b'\n').next()?;
        let rest = text.get(end..text.len().min(end + 2 * LINE_MAX))?;
        let close = memchr::memchr(b')', rest)?;
        let says = rest.get(close + 1..)?.trim_ascii_start();
        let copies = [b"COPY ".as_slice(), b"copy "].iter().any(|word| memchr::memmem::find(line, word).is_some());
        let to = end + rest.len() - says.len() + memchr::memchr(b'\n', says)? + 1;
        let from_input = says.get(..10).is_some_and(|word| word.eq_ignore_ascii_case(b"from stdin"));
        let commas = |part: &[u8]| part.iter().filter(|byte| **byte == b',').count();
        let column = commas(before.get(open..)?);
        let count = column + commas(rest.get(..close)?) + 1;
        (copies && from_input && count <= COLUMNS_MAX).then_some(Self {
            sign: Sign::Tab,
            tight: true,
            column,
            count,
            from: low + open,
            to,
            depth: window.depth(to - 1),
            numbered: false,
            single: true,
            names: [0; NAMES_KEPT],
            accounts: false,
            field: false,
        })
    }

    /// The value of the row that starts at `at`, where it has one, and where the next row starts.
    pub(super) fn row(&self, window: &Window, at: usize) -> Option<(Option<Value>, usize)> {
        let text = window.bytes();
        // Two escapes may end a line, `\r\n`.
        let at = at + usize::from(text.get(at) == Some(&b'\n') && window.depth(at) > 0);
        let at = at + self.next_literal(text, at);
        let line = line_end(text, at);
        let to = (at..line).find(|at| ends_literal(window, *at, self.depth)).unwrap_or(line);
        // Listings put a number before a row as before the head.
        let at = if views::has_number(text, at) { views::after_number(text, at).min(to) } else { at };
        let line = text.get(at..to)?;
        if line.trim_ascii().is_empty() {
            return None;
        }
        if line.iter().all(|byte| b"-+|:= \r\t".contains(byte) || self.sign == Sign::Border && !byte.is_ascii()) {
            return Some((None, to + 1));
        }
        // An empty cell lies between two tabs.
        let sign =
            if self.single && self.sign == Sign::Gap && (at..to).any(|at| is_tab(window, at) && is_tab(window, at + 1))
            {
                Sign::Tab
            } else {
                self.sign
            };
        let mut cells = Cells { window, at, end: to, sign };
        let (mut count, mut found, mut shared, mut again) = (0, None, 0, false);
        while let Some(cell) = cells.next() {
            if count == self.column {
                found = Some(cell);
            }
            let cell = text.get(cell.0..cell.1).unwrap_or_default().trim_ascii();
            let number = || !cell.is_empty() && cell.iter().all(u8::is_ascii_digit);
            // All of the table may be indented, as well as its head.
            let indented = cell.is_empty() && self.count > INDENTED_MIN;
            if count == 0 && self.numbered && !indented && !number() {
                return None;
            }
            if self.sign == Sign::Gap && !cell.is_empty() && self.names.get(count) == Some(&hash(cell)) {
                shared += 1;
                again |= count >= self.column;
            }
            count += 1;
        }
        // `kpasswd  464/tcp`, `kpasswd  464/udp`: the line above is a row like this one, and no head. One cell before does not tell:
        // below `host  user  password` there may be a user of that name.
        // The last row may be cut off with the text, in this cell or behind it.
        let cut = to == text.len() && (self.column + 1..self.count).contains(&count);
        if count != self.count && !cut || again || shared > 1 {
            return None;
        }
        Some((found.and_then(|(start, end)| self.value(text, start, end)), to + 1))
    }

    /// Bytes between two literals of a list, each of which holds one row: `…\n", "…`, as notebooks are stored.
    fn next_literal(&self, text: &[u8], at: usize) -> usize {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(b"\",")).filter(|_| self.depth > 0) else {
            return 0;
        };
        let blanks = rest.iter().take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
        if rest.get(blanks) == Some(&b'"') { 2 + blanks + 1 } else { 0 }
    }

    fn value(&self, text: &[u8], start: usize, end: usize) -> Option<Value> {
        let cell = text.get(start..end)?;
        let is_edge = |byte: &u8| byte.is_ascii_whitespace() || is_quote(byte);
        let before = cell.iter().take_while(|byte| is_edge(byte)).count();
        let after = cell.iter().rev().take_while(|byte| is_edge(byte)).count();
        let (start, end) = (start + before, end.saturating_sub(after));
        let word = || text.get(start..end).is_some_and(|cell| !cell.iter().any(u8::is_ascii_whitespace));
        // What a program draws below the name of a field is that field's value.
        let field =
            || self.field && word() && text.get(start..end).is_some_and(|cell| cell.iter().any(u8::is_ascii_digit));
        let set = self.tight || self.accounts && word() || field();
        let joint = if set { Joint::Assigned } else { Joint::Said };
        (start < end).then_some(Value { start, end, joint, quoted: set, literal: set })
    }
}

/// Steps over the cells of a line.
struct Cells<'a> {
    window: &'a Window,
    at: usize,
    end: usize,
    sign: Sign,
}

impl Cells<'_> {
    fn next(&mut self) -> Option<(usize, usize)> {
        let text = self.window.bytes();
        if self.at > self.end {
            return None;
        }
        let start = self.at;
        let mut at = start;
        if self.sign == Sign::Border {
            let rest = text.get(start..self.end).unwrap_or_default();
            let border = memchr::memchr_iter(0xe2, rest).find_map(|at| Some((at, boxes::border_at(rest, at)?)));
            at = border.map_or(self.end, |(border, _)| start + border);
            self.at = border.map_or(self.end + 1, |(border, length)| start + border + length);
        } else if let Sign::Byte(sign) = self.sign {
            if text.get(start) == Some(&b'"') {
                at = quoted_end(text, start, self.end, sign);
            }
            while at < self.end && text.get(at) != Some(&sign) {
                at += 1;
            }
            self.at = at + 1;
        } else if self.sign == Sign::Tab {
            while at < self.end && !self.is_tab(at) {
                at += 1;
            }
            self.at = at + 1;
        } else {
            while at < self.end && self.gap(at) == 0 {
                at += 1;
            }
            self.at = at + self.gap(at).max(1);
        }
        Some((start, at))
    }

    /// How many bytes of a gap between columns start at `at`.
    fn gap(&self, at: usize) -> usize {
        let rest = self.window.bytes().get(at..self.end).unwrap_or_default();
        let length = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
        if length >= 2 || length == 1 && self.is_tab(at) { length } else { 0 }
    }

    /// Whether a tab stands at `at`, perhaps as an escape.
    fn is_tab(&self, at: usize) -> bool {
        is_tab(self.window, at)
    }
}

fn is_tab(window: &Window, at: usize) -> bool {
    let byte = window.bytes().get(at);
    byte == Some(&b'\t') || byte == Some(&b' ') && window.depth(at) > 0
}

/// Where the literal of a cell ends that starts with a quote at `start`: with a quote that the sign or the line's end follows.
pub(super) fn quoted_end(text: &[u8], start: usize, end: usize, sign: u8) -> usize {
    let rest = text.get(start + 1..end).unwrap_or_default();
    let closes = |at: &usize| rest.get(at + 1).is_none_or(|next| *next == sign || *next == b'\r');
    memchr::memchr_iter(b'"', rest).find(closes).map_or(start, |at| start + 1 + at + 1)
}

/// Whether a quote at `at` ends the literal in which lines end with an escape of this depth. Backticks are Markdown there, and an
/// apostrophe between letters belongs to a name.
fn ends_literal(window: &Window, at: usize, depth: u8) -> bool {
    let text = window.bytes();
    let letter = |at: usize| text.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    let quote = match text.get(at) {
        Some(b'"') => true,
        Some(b'\'') => !(letter(at.wrapping_sub(1)) && letter(at + 1)),
        Some(_) | None => false,
    };
    depth > 0 && quote && window.depth(at) < depth
}

pub(super) fn is_quote(byte: &u8) -> bool {
    b"\"'`".contains(byte)
}

pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    let low = at.saturating_sub(LINE_MAX);
    let before = text.get(low..at).unwrap_or_default();
    before.iter().rposition(|byte| *byte == b'\n').map_or(low, |back| low + back + 1)
}

pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..text.len().min(at + LINE_MAX)).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(at + rest.len(), |end| at + end)
}
