//! Where the line of a command begins and ends.

use super::NEAR_MAX;
use super::row::{Place, Row};

/// Line ends in the format that `printf` is given.
const FORMAT_LINES_MAX: usize = 3;

/// ``use `mysql -p`, or `psql` ``: a command that a page has between backticks ends at the second one.
pub(super) fn within_code_span<'a>(text: &[u8], at: usize, line: &'a [u8]) -> &'a [u8] {
    const FENCE: &[u8] = b"```";
    let before = text.get(at.saturating_sub(NEAR_MAX)..at).unwrap_or_default();
    let before = memchr::memrchr(b'\n', before).and_then(|end| before.get(end + 1..)).unwrap_or(before);
    let opened = memchr::memchr_iter(b'`', before).count() % 2 == 1 && memchr::memmem::find(before, FENCE).is_none();
    let end = if opened { memchr::memchr(b'`', line) } else { None };
    end.and_then(|end| line.get(..end)).unwrap_or(line)
}

pub(super) fn is_echo(text: &[u8]) -> bool {
    text.starts_with(b"echo") || text.starts_with(b"printf")
}

/// The rest of the text, and the line of the command in it.
pub(super) fn own_line<'a>(row: &Row, text: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let mut line = text.get(..line_end(text)).unwrap_or_default();
    // `printf '%s\n' '…' | …`: the line end within the quotes is the format's.
    let open = |line: &[u8], quote: u8| line.iter().filter(|byte| **byte == quote).count() % 2 == 1;
    for _ in 0..FORMAT_LINES_MAX {
        if row.name != "printf" || line.len() >= text.len() || !(open(line, b'\'') || open(line, b'"')) {
            break;
        }
        let next = line.len() + 1;
        line = text.get(..next + line_end(text.get(next..).unwrap_or_default())).unwrap_or(line);
    }
    // `net use X: \\nas\…`: the backslashes and the first letter of the server read like an escaped line end.
    if row.name == "net use" && line.len() < text.len() && line.len() <= "net use X: ".len() {
        let next = line.len() + 1;
        line = text.get(..next + line_end(text.get(next..).unwrap_or_default())).unwrap_or(line);
    }
    let further = || text.get(line.len() + 1..).unwrap_or_default();
    let own = if matches!(row.place, Place::Argument(_)) {
        text
    } else if row.place == Place::Here {
        text.get(..line.len() + 1 + line_end(further())).unwrap_or(line)
    } else {
        line
    };
    (line, own)
}

/// The end of a command line. A line that starts with a flag goes on with the one before it, as do a few behind a flag and a
/// blank: there stood the sign of a shell that joins lines.
fn line_end(text: &[u8]) -> usize {
    const FLAG_MAX: usize = 24;
    const JOINED_MAX: usize = 3;
    let mut joined = 0;
    let mut goes_on = |at: usize| {
        let before = text.get(at.saturating_sub(FLAG_MAX)..at).unwrap_or_default();
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        let flag = before.strip_suffix(b" ").and_then(|before| before.rsplit(u8::is_ascii_whitespace).next());
        let open = flag.is_some_and(|flag| flag.len() > 1 && flag.starts_with(b"-") && !flag.contains(&b'='));
        joined += usize::from(open);
        open && joined <= JOINED_MAX
    };
    memchr::memchr_iter(b'\n', text)
        .find(|&at| {
            let next = text.get(at + 1..).unwrap_or_default().trim_ascii_start();
            next.first() != Some(&b'-') && !goes_on(at)
        })
        .unwrap_or(text.len())
}
