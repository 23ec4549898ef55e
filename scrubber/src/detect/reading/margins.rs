//! The part of a search that reads lines without what stands before each of them: the marks of differences, comments and
//! quotations, the numbers of lines that are read, the file and number that `grep` names, the service and the time that logs begin with.
//!
//! A name is found beside its value in any case. Where the value stands in another line, the lines are read once more without
//! their margins. What is found then counts only in lines after that of the name.

use super::folded::line_start;
use super::views::{self, View};
use crate::detect::context::keys::Key;
use crate::detect::search::Search;

/// Lines that are read without their margins, that of the name among them.
const LINES_MAX: usize = 48;
/// Bytes of them.
const BYTES_MAX: usize = 4 << 10;
/// Bytes of a line.
const LINE_MAX: usize = 400;
/// Bytes between what a rule of several lines begins with and the end of its line: `recovery codes (keep them safe):`.
const HEADING_MAX: usize = 60;
/// No margin takes more bytes.
const MARGIN_MAX: usize = 96;
/// What may end a margin.
const ENDS: &[u8] = b" \t|:>-+#/*;%!";

impl Search<'_> {
    /// The name `key` ends at `at`. Where its line ends as well, its value may stand alone in the next one.
    pub(in crate::detect) fn margins_below(&mut self, key: Key, at: usize) {
        if matches!(key, Key::Password | Key::Secret) && leads_to_next_line(self.text, at) {
            self.margins(at);
        }
    }

    /// What a rule of several lines begins with ends at `at`, and its line soon after.
    pub(in crate::detect) fn margins_below_literal(&mut self, at: usize) {
        if line_after(self.text, at).is_some_and(|next| next - at <= HEADING_MAX) {
            self.margins(at);
        }
    }

    /// A name ends at `at`, whose value may stand in one of the next lines.
    pub(in crate::detect) fn margins(&mut self, at: usize) {
        if self.layer > 0 || at < self.margins_to {
            return;
        }
        let text = self.text;
        let Some(next) = line_after(text, at) else { return };
        let start = line_start(text, at);
        // The first line of a string stands behind its quote.
        let quoted = || memchr::memrchr2(b'"', b'\'', text.get(start..at)?).map(|quote| start + quote + 1);
        let begin = |first: usize| Some((first, shared(rest_of(text, first), rest_of(text, next))?));
        let Some((first, length)) = begin(start).or_else(|| begin(quoted()?)) else { return };
        let margin = text.get(first..first + length).unwrap_or_default();
        let mut lines: Vec<_> = std::iter::once(first + length..next).collect();
        let mut line = next;
        while lines.len() < LINES_MAX
            && line < first + BYTES_MAX
            && let Some(length) = begins_with(rest_of(text, line), margin)
        {
            let end = match line_after(text, line) {
                Some(end) => end,
                None if text.len() - line <= LINE_MAX => text.len(),
                // It is longer than any row.
                None => break,
            };
            lines.push(line + length..end);
            line = end;
        }
        if lines.len() < 2 {
            return;
        }
        self.margins_to = line;
        let read = |part: &[u8], view: &mut View| {
            lines.iter().for_each(|line| view.append(part, line.start - first..line.end - first));
            view.end(line - first);
            true
        };
        self.view_where(first, line, read, |start, _| start >= next);
    }
}

/// Whether nothing but signs that lead to a value stands between the name that ends at `at` and the end of its line:
/// `password: >-`, `<key>token</key>`.
fn leads_to_next_line(text: &[u8], at: usize) -> bool {
    let rest = rest_of(text, at);
    // The quote that closes the name may be escaped.
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let escaped = matches!(rest.get(slashes), Some(b'"' | b'\''));
    let rest = rest.get(if escaped { slashes } else { 0 }..).unwrap_or_default();
    let signs = rest.iter().take_while(|byte| b" \t\"'`:=>|+-*]{".contains(byte)).count();
    let rest = rest.get(signs..).unwrap_or_default();
    let tag = if rest.starts_with(b"</") { memchr::memchr(b'>', rest).map_or(0, |end| end + 1) } else { 0 };
    rest.get(tag..).is_some_and(|rest| views::line_end(rest) > 0)
}

/// Where the line after that of the place begins.
fn line_after(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + LINE_MAX))?;
    memchr::memchr3_iter(b'\n', b'\r', b'\\', rest).find_map(|end| {
        let length = views::line_end(text.get(at + end..)?);
        (length > 0).then_some(at + end + length)
    })
}

fn rest_of(text: &[u8], at: usize) -> &[u8] {
    text.get(at..text.len().min(at + MARGIN_MAX)).unwrap_or_default()
}

/// How much of `line` is a margin that `next` begins with as well.
fn shared(line: &[u8], next: &[u8]) -> Option<usize> {
    let (mut at, mut other, mut margin) = (0, 0, 0);
    while let Some((one, two)) = step(line.get(at..)?, next.get(other..)?) {
        (at, other) = (at + one, other + two);
        let last = line.get(at - 1)?;
        // A character that both lines only begin alike is none of the margin.
        let whole = line.get(at).is_none_or(|next| next & 0xc0 != 0x80);
        if ENDS.contains(last) || !last.is_ascii() && whole || line.get(at - one) == Some(&b'\\') {
            margin = at;
        }
    }
    let margin = without_own(line, margin)?;
    let marks = margin.trim_ascii();
    // Blanks and tabs alone are the lines' own, and so is the dash of a list.
    let dashed = matches!(marks, b"-" | b"*") && margin.ends_with(b" ") && !margin.starts_with(b" *");
    // More blanks behind the dash than a list has are those of lines that were taken away.
    let taken = margin.starts_with(b"-   ") || margin.starts_with(b"-\t");
    let own = marks.iter().all(|byte| b"\\t \t".contains(byte)) || dashed && !taken;
    // `  -pass val   …`, `  --token   …`: the options of a command. What differences take away has its mark first.
    let own = own || matches!(marks, b"-" | b"--") && margin.starts_with(b" ") && margin.ends_with(b"-");
    // `#define BACK_PASS 3` names one constant after another, and its values stand in their own lines.
    let own = own || marks.starts_with(b"#define");
    (!own).then_some(margin.len())
}

/// The margin of `line`, `length` bytes, without what belongs to the lines themselves: the left border of a drawn table, and the dash
/// of a list of arguments.
fn without_own(line: &[u8], length: usize) -> Option<&[u8]> {
    let (margin, rest) = line.split_at_checked(length)?;
    let outer = |own: &[u8]| margin.trim_ascii_end().strip_suffix(own).filter(|outer| !outer.trim_ascii().is_empty());
    let border = "\u{2502}".as_bytes();
    let table =
        memchr::memmem::find(rest, border).is_some() || memchr::memmem::find(rest, "\u{2506}".as_bytes()).is_some();
    let own = match outer(border) {
        Some(outer) if table => outer,
        _ if rest.starts_with(b"--") => outer(b"-").filter(|outer| outer.ends_with(b" ")).unwrap_or(margin),
        _ => margin,
    };
    Some(own)
}

/// How much of `line` is this margin of another line.
fn begins_with(line: &[u8], margin: &[u8]) -> Option<usize> {
    let (mut at, mut of) = (0, 0);
    while of < margin.len() {
        let (one, two) = step(line.get(at..)?, margin.get(of..)?)?;
        (at, of) = (at + one, of + two);
    }
    Some(at)
}

/// The bytes of both that are the same in a margin: equal ones, numbers with the blanks that set them to the right, tabs and arrows as
/// escapes, and the signs by which `grep` tells what it found from what stands around it.
fn step(one: &[u8], two: &[u8]) -> Option<(usize, usize)> {
    let number = |text: &[u8]| {
        let blanks = text.iter().take_while(|byte| **byte == b' ').count();
        let digits = text.iter().skip(blanks).take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0).then_some(blanks + digits)
    };
    if let (Some(a), Some(b)) = (number(one), number(two)) {
        return Some((a, b));
    }
    match (one.first()?, two.first()?) {
        (b'\\', b'\\') => {
            let length = escaped_sign(one)?;
            (one.get(..length) == two.get(..length)).then_some((length, length))
        }
        (b'\n' | b'\r' | b'\\' | b'"' | b'\'', _) => None,
        (b':' | b'-', b':' | b'-') => Some((1, 1)),
        (a, b) => (a == b).then_some((1, 1)),
    }
}

/// The length of a tab or an arrow behind the number of a line, as an escape under any number of backslashes.
fn escaped_sign(text: &[u8]) -> Option<usize> {
    let slashes = text.iter().take(8).take_while(|byte| **byte == b'\\').count();
    let rest = text.get(slashes..)?;
    [b"t".as_slice(), b"u2192"].iter().find(|sign| rest.starts_with(sign)).map(|sign| slashes + sign.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin<'t>(line: &'t str, next: &str) -> &'t str {
        shared(line.as_bytes(), next.as_bytes()).and_then(|length| line.get(..length)).unwrap_or_default()
    }

    #[test]
    fn a_line_that_is_longer_than_any_row_is_not_read_again() {
        let engine = crate::detect::Engine::new(&crate::detect::KnownIdentities::default());
        let engine = engine.unwrap_or_else(|_| panic!("the rules are complete"));
        let work = |last: &str| {
            let text = format!("+id,token\n+1,x\n+{}", last.repeat(100_000));
            let mut scratch = crate::detect::Scratch::default();
            engine.scan(text.as_bytes(), &mut scratch);
            scratch.work
        };
        assert!(work("a ") < 10_000, "{}", work("a "));
    }

    #[test]
    fn a_margin_is_what_two_lines_begin_with_and_not_their_own() {
        for (line, next, expected) in [
            ("+id,name", "+1,acme", "+"),
            ("> - name: X", ">   value: y", "> "),
            ("// a", "//  b", "// "),
            (" * a", " * b", " * "),
            ("web_1  | a", "web_1  | b", "web_1  | "),
            ("src/a.conf:9:a", "src/a.conf-10-b", "src/a.conf:9:"),
            ("2026-01-02T03:04:05.678Z a", "2026-01-02T03:04:06.1Z b", "2026-01-02T03:04:05.678Z "),
            ("     9\u{2192}a", "    10\u{2192}b", "     9\u{2192}"),
            ("9\\ta: x", "10\\tb: y", "9\\t"),
            ("9\\\\u2192a", "10\\\\u2192b", "9\\\\u2192"),
            ("\\ta", "\\tb", ""),
            ("    a", "    b", ""),
            ("- a", "- b", ""),
            ("  * a", "  * b", ""),
            ("* a", "* b", ""),
            ("-   - name: X", "-     value: y", "-   "),
            ("9:    - --token", "10:    - x", "9:    "),
            ("9:\u{2502} a \u{2502} b", "10:\u{251c}\u{2500}", "9:"),
            ("> \u{2502} a \u{2506} b", "> \u{2502} c \u{2506} d", "> "),
            ("\u{2502} a: b", "\u{2502} c: d", "\u{2502} "),
            ("token_a", "token_b", ""),
            ("id,name", "1,acme", ""),
        ] {
            assert_eq!(margin(line, next), expected, "{line} {next}");
        }
        assert_eq!(begins_with(b"a.c:123: x", b"a.c:9:"), Some(8));
        assert_eq!(begins_with(b"a.d:123: x", b"a.c:9:"), None);
        assert_eq!(begins_with(b"a.c", b"a.c:9:"), None);
    }
}
