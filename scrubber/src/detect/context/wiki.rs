//! The part of a search that looks at tables as Jira and Confluence write them: the names of columns stand between double lines.
//!
//! ```text
//! ||User||Password||
//! |ann|8Qx…|
//! ```

use super::assign::{Joint, Value};
use super::keys::Key;
use crate::detect::search::{AHEAD, Search};

/// Bytes of a line.
const LINE_MAX: usize = 320;
/// Rows below a head that are looked at.
const ROWS_MAX: usize = 64;

impl Search<'_> {
    /// The name `key` that ends at `end` of the text may be that of a column.
    pub(in crate::detect) fn wiki_column(&mut self, key: Key, end: usize) {
        if !matches!(key, Key::Password | Key::Secret) {
            return;
        }
        self.open(end, AHEAD);
        let Some((column, rows)) = head(self.window.bytes(), self.window.place(end)) else { return };
        let at = self.window.offset(rows);
        self.each_row(key, at, ROWS_MAX, |window, at| row(window.bytes(), at, column));
    }
}

/// The number of the column whose name ends at `end`, and where the rows begin.
fn head(text: &[u8], end: usize) -> Option<(usize, usize)> {
    const SIGN: &[u8] = b"||";
    let rest = text.get(end..text.len().min(end + LINE_MAX))?;
    let line_end = memchr::memchr(b'\n', rest)?;
    let before = text.get(end.saturating_sub(LINE_MAX)..end)?;
    let before = before.rsplit(|byte| *byte == b'\n').next()?.trim_ascii_start();
    let signs = memchr::memmem::find_iter(before, SIGN).count();
    let whole = before.starts_with(SIGN) && rest.get(..line_end)?.trim_ascii_end().ends_with(SIGN);
    whole.then_some((signs.checked_sub(1)?, end + line_end + 1))
}

/// The cell of the row that starts at `at`, without the signs of a font, and where the next row starts.
fn row(text: &[u8], at: usize, column: usize) -> Option<(Option<Value>, usize)> {
    let rest = text.get(at..text.len().min(at + LINE_MAX))?;
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
    let cells = line.trim_ascii_start().strip_prefix(b"|").filter(|cells| !cells.starts_with(b"|"))?;
    let first = line.len() - cells.len();
    let open = memchr::memchr_iter(b'|', cells).map(|sign| sign + 1);
    let from = std::iter::once(0).chain(open).nth(column)?;
    let to = from + memchr::memchr(b'|', cells.get(from..)?)?;
    let cell = cells.get(from..to)?;
    let word = cell.trim_ascii();
    let marks = match word {
        [b'{', b'{', .., b'}', b'}'] => 2,
        [b'*', .., b'*'] => 1,
        _ => 0,
    };
    let start = at + first + from + cell.len() - cell.trim_ascii_start().len() + marks;
    let end = (start + word.len()).saturating_sub(2 * marks);
    let value = Value { start, end, joint: Joint::Assigned, quoted: false, literal: true };
    // A sentence, or a template in double braces.
    let one = start < end && !text.get(start..end)?.iter().any(u8::is_ascii_whitespace);
    Some((one.then_some(value), at + line.len() + 1))
}
