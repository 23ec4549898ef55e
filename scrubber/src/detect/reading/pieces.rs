//! The part of a search that reads string literals in a row as one which other signs than a plus join: `"…" . "…"`, `'…' || '…'`,
//! `"…" & _`, `"…""…"` and `'…'"…"` of a shell, literals on lines of their own, as C and Python have them, and lists that are
//! joined by nothing: `["…", "…"].join("")`, `"".join(["…", "…"])`.
//!
//! What is found counts only where it lies over a joint. Commas join nothing by themselves: lists have them too.

use super::encoded::LAYERS_MAX;
use super::folded::{Cut, line_end_start, line_start};
use super::views;
use crate::detect::search::{Search, byte_at};
use crate::detect::sets::byteset::ByteSet;

/// Signs that join strings, the longer ones first.
const SIGNS: [&[u8]; 8] = [b"++", b"..", b"||", b"<>", b"&", b".", b"~", b"+"];
/// Pieces of one value.
const PIECES_MAX: usize = 32;
/// Bytes of a piece, and of what is looked at before the first and behind the last one.
const PIECE_MAX: usize = 256;
/// Bytes right beside a joint that are looked at before the rest, and how many of them a value takes.
const TOKEN_MAX: usize = 64;
const VALUE_MIN: usize = 8;
/// Bytes before a literal that may name it.
const NAME_MAX: usize = 96;
/// Bytes of a list that is joined.
const LIST_MAX: usize = 1024;

impl Search<'_> {
    /// Looks at literals that other signs than a plus join.
    pub(in crate::detect) fn literals_in_a_row(&mut self) {
        if self.layer >= LAYERS_MAX || !self.joins {
            return;
        }
        let text = self.text;
        let mut seen = 0;
        let mut nested = 0;
        for at in memchr::memchr2_iter(b'"', b'\'', text) {
            if at < seen || !may_join(byte_at(text, at + 1)) {
                continue;
            }
            if at >= nested && views::nests_quotes(text, at) {
                nested = self.nested_quotes(at);
            }
            let Some(first) = joint(text, at) else { continue };
            // Each such joint is looked at by itself: beneath an encoding that would cost too much.
            if self.layer > 0 && byte_at(text, at) != byte_at(text, first.end - 1) {
                continue;
            }
            let mut cuts = vec![first];
            while let Some(last) = cuts.last().filter(|_| cuts.len() < PIECES_MAX) {
                match closing(text, last).and_then(|close| joint(text, close)) {
                    Some(next) => cuts.push(next),
                    None => break,
                }
            }
            seen = cuts.last().map_or(first.end, |cut| cut.end);
            if may_hold_a_value(text, &cuts) {
                without_first_quote(text, &mut cuts);
                self.joined_at(&cuts);
            }
        }
    }

    /// Looks at lists of literals that are joined by nothing.
    pub(in crate::detect) fn joined_lists(&mut self) {
        if self.layer > 0 {
            return;
        }
        let text = self.text;
        let mut seen = 0;
        for at in memchr::memmem::find_iter(text, b".join(") {
            if at < seen {
                continue;
            }
            let Some((open, close)) = joined_list(text, at).filter(|(open, _)| open.start >= seen) else { continue };
            let mut cuts = vec![open];
            let list = text.get(open.end..close).unwrap_or_default();
            let commas = memchr::memchr_iter(b',', list).filter_map(|comma| between_literals(text, open.end + comma));
            cuts.extend(commas.take(PIECES_MAX));
            seen = close;
            if cuts.len() > 1 && may_hold_a_value(text, &cuts) {
                self.joined_at(&cuts);
            }
        }
    }

    /// Looks at the literals around the cuts, and what names them, without these.
    fn joined_at(&mut self, cuts: &[Cut]) {
        let text = self.text;
        let (Some(first), Some(last)) = (cuts.first().map(|cut| cut.start), cuts.last().map(|cut| cut.end)) else {
            return;
        };
        self.work += 1;
        // The other joints nearby are looked at by themselves.
        let joins = std::mem::replace(&mut self.joins, false);
        self.view_over(name_before(text, first, last - 1), end_of_last(text, last - 1), cuts);
        self.joins = joins;
    }
}

/// Where what may name a literal begins, of which the first piece ends at `end`; its quotes are as the one at `quote`.
fn name_before(text: &[u8], end: usize, quote: usize) -> usize {
    let mut line = line_start(text, end);
    // The name may stand on the line before: `token = (`.
    let head = text.get(..line_end_start(text, line.saturating_sub(1))).unwrap_or_default().trim_ascii_end();
    if head.last().is_some_and(|byte| b"(=:{[\\".contains(byte)) {
        line = line_start(text, head.len());
    }
    let from = end.saturating_sub(PIECE_MAX);
    let before = text.get(from..end).unwrap_or_default();
    let mut quotes = memchr::memrchr_iter(byte_at(text, quote), before).map(|at| from + at);
    let open = quotes.find(|at| slashes_before(text, *at) == slashes_before(text, quote));
    line.max(open.unwrap_or(from).saturating_sub(NAME_MAX)).max(from)
}

/// Where the literal ends of which the last piece begins behind the quote at `quote`. What follows it is looked at by itself.
fn end_of_last(text: &[u8], quote: usize) -> usize {
    let start = quote + 1;
    let after = text.get(start..text.len().min(start + PIECE_MAX)).unwrap_or_default();
    let byte = byte_at(text, quote);
    let ends = |at: &usize| {
        byte_at(after, *at) == byte && slashes_before(text, start + at) == slashes_before(text, quote)
            || views::line_end(after.get(*at..).unwrap_or_default()) > 0
    };
    start + memchr::memchr3_iter(b'\n', b'\\', byte, after).find(ends).map_or(after.len(), |at| at + 1)
}

/// Backslashes right before a place.
fn slashes_before(text: &[u8], at: usize) -> usize {
    text.get(..at).unwrap_or_default().iter().rev().take(16).take_while(|byte| **byte == b'\\').count()
}

/// Where the literal ends that begins behind a cut.
fn closing(text: &[u8], cut: &Cut) -> Option<usize> {
    let rest = text.get(cut.end..text.len().min(cut.end + PIECE_MAX))?;
    memchr::memchr(byte_at(text, cut.end - 1), rest).map(|place| cut.end + place)
}

/// Cuts off the first quote of literals of a shell whose quotes are not the same: `'…'"…"`.
fn without_first_quote(text: &[u8], cuts: &mut Vec<Cut>) {
    let (Some(first), Some(last)) = (cuts.first(), cuts.last()) else { return };
    let before = text.get(first.start.saturating_sub(PIECE_MAX)..first.start).unwrap_or_default();
    let open = memchr::memrchr(byte_at(text, first.start), before).map(|at| first.start - before.len() + at);
    if let Some(open) = open.filter(|open| byte_at(text, *open) != byte_at(text, last.end - 1)) {
        // A value without quotes ends before the last one.
        cuts.insert(0, Cut { start: open, end: open + 1 });
    }
}

/// For the call at `at`, from where the value of its list begins to the first literal, and where the list ends.
fn joined_list(text: &[u8], at: usize) -> Option<(Cut, usize)> {
    const CALL: usize = ".join(".len();
    let head = text.get(at.saturating_sub(LIST_MAX)..at)?;
    let rest = text.get(at + CALL..text.len().min(at + CALL + LIST_MAX))?;
    if let Some(list) = head.strip_suffix(b"]") {
        let open = at - head.len() + memchr::memrchr(b'[', list)?;
        return (empty_literal(rest) > 0).then_some((Cut { start: open, end: open + 1 }, at - 1));
    }
    let backwards: Vec<u8> = head.iter().rev().take(8).copied().collect();
    let quotes = empty_literal_reversed(&backwards);
    let close = memchr::memchr(b']', rest.strip_prefix(b"[").filter(|_| quotes > 0)?)?;
    Some((Cut { start: at - quotes, end: at + CALL + 1 }, at + CALL + 1 + close))
}

/// The length of a literal without letters that `text` starts with; its quotes may be escaped.
fn empty_literal(text: &[u8]) -> usize {
    let slashes = text.iter().take(3).take_while(|byte| **byte == b'\\').count();
    let (half, quote) = (slashes + 1, text.get(slashes));
    let twice = text.get(..half).is_some_and(|literal| text.get(half..2 * half) == Some(literal));
    if twice && matches!(quote, Some(b'"' | b'\'' | b'`')) { 2 * half } else { 0 }
}

/// The same of what stands before a place, the last byte first.
fn empty_literal_reversed(text: &[u8]) -> usize {
    let slashes = text.iter().skip(1).take(3).take_while(|byte| **byte == b'\\').count();
    let half = slashes + 1;
    let twice = text.get(..half).is_some_and(|literal| text.get(half..2 * half) == Some(literal));
    if twice && matches!(text.first(), Some(b'"' | b'\'')) { 2 * half } else { 0 }
}

/// From the end of one literal to where the next one begins, around the comma at `comma`.
fn between_literals(text: &[u8], comma: usize) -> Option<Cut> {
    let head = text.get(comma.saturating_sub(8)..comma)?.trim_ascii_end();
    let quote = *head.last().filter(|byte| b"\"'`".contains(byte))?;
    let slashes = head.iter().rev().skip(1).take_while(|byte| **byte == b'\\').count();
    let start = comma.saturating_sub(8) + head.len() - 1 - slashes;
    let open = blanks(text, comma + 1);
    let escape = text.get(open..)?.iter().take(8).take_while(|byte| **byte == b'\\').count();
    (byte_at(text, open + escape) == quote && escape == slashes).then_some(Cut { start, end: open + escape + 1 })
}

/// Whether what stands right beside the joints is long enough for a value, and holds a digit: most literals in a row are prose.
fn may_hold_a_value(text: &[u8], cuts: &[Cut]) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_graphic() && !b"\"'`".contains(byte);
    let (mut length, mut digits) = (0, 0);
    for cut in cuts {
        let before = text.get(cut.start.saturating_sub(TOKEN_MAX)..cut.start).unwrap_or_default();
        let after = text.get(cut.end..text.len().min(cut.end + TOKEN_MAX)).unwrap_or_default();
        let beside = before.iter().rev().take_while(is_part).chain(after.iter().take_while(is_part));
        for byte in beside {
            length += 1;
            digits += usize::from(byte.is_ascii_digit());
        }
    }
    length >= VALUE_MIN && digits > 0
}

/// Whether a literal may go on that is closed before this byte.
fn may_join(byte: u8) -> bool {
    static JOINING: ByteSet = ByteSet::of(b" \t\r\n\\\"'.&|~+<");
    JOINING.holds(byte)
}

/// From the quote at `close` to where the next literal begins, when both are joined.
fn joint(text: &[u8], close: usize) -> Option<Cut> {
    let quote = byte_at(text, close);
    // The backslashes that escape the quote belong to it.
    let slashes = slashes_before(text, close);
    let start = close - slashes;
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/=.:@ ".contains(&byte);
    if !is_inside(byte_at(text, start.wrapping_sub(1))) || start == 0 {
        return None;
    }
    let gap = blanks(text, close + 1);
    let rest = text.get(gap..)?;
    let continued = usize::from(rest.starts_with(b"\\\n"));
    let sign = SIGNS.iter().find(|sign| rest.starts_with(sign)).map_or(continued, |sign| sign.len());
    let mut open = gap + sign;
    if sign > 0 {
        open = blanks(text, open);
        // A sign of its own continues the line.
        if matches!(text.get(open), Some(b'_' | b'`')) && views::line_end(text.get(open + 1..)?) > 0 {
            open = blanks(text, open + 1);
        }
    }
    let escape = text.get(open..)?.iter().take(16).take_while(|byte| **byte == b'\\').count();
    let between = text.get(close + 1..open)?;
    let lined = between.iter().any(|byte| b"\n\\".contains(byte)) && matches!(between.last(), Some(b' ' | b'\t'));
    let joined = if sign > 0 { between.len() > sign } else { lined || between.is_empty() };
    let other = between.is_empty() && slashes == 0 && b"\"'".contains(&byte_at(text, open));
    let same = (byte_at(text, open + escape) == quote || other) && escape == slashes;
    let end = open + escape + 1;
    let goes_on = is_inside(byte_at(text, end)) && text.get(end).is_some();
    (joined && same && goes_on).then_some(Cut { start, end })
}

/// The end of blanks and line ends, escaped ones too.
fn blanks(text: &[u8], mut at: usize) -> usize {
    for _ in 0..64 {
        let rest = text.get(at..).unwrap_or_default();
        let blank = usize::from(matches!(rest.first(), Some(b' ' | b'\t'))).max(views::line_end(rest));
        if blank == 0 {
            break;
        }
        at += blank;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Engine, KnownIdentities, Scratch};

    #[test]
    fn signs_and_lines_join_literals() {
        for text in [
            "\"ab1\" . \"cd2\"",
            "\"ab1\" .. \"cd2\"",
            "\"ab1\" & _\n  \"cd2\"",
            "\"ab1\"\n    \"cd2\"",
            "\"ab1\"\"cd2\"",
            "\"ab1\"'cd2'",
            "\\\"ab1\\\" || \\\"cd2\\\"",
            "\\\"ab1\\\"\\n    \\\"cd2\\\"",
        ] {
            let close = text.find("1").map_or(0, |at| at + 1) + usize::from(text.starts_with('\\'));
            let cut = joint(text.as_bytes(), close).map(|cut| (text.get(..cut.start), text.get(cut.end..)));
            let (before, after) = if text.starts_with('\\') { ("\\\"ab1", "cd2\\\"") } else { ("\"ab1", "cd2\"") };
            let cut = cut.map(|(head, rest)| (head, rest.map(|rest| rest.replace('\'', "\""))));
            assert_eq!(cut, Some((Some(before), Some(after.to_owned()))), "{text}");
        }
        for text in ["\"ab1\", \"cd2\"", "\"ab1\": \"cd2\"", "\"ab1\"\n\"cd2\"", "\"ab1\" 'cd2'", "\"ab1\" \"cd2\""] {
            assert!(joint(text.as_bytes(), 4).is_none(), "{text}");
        }
    }

    #[test]
    fn a_secret_in_pieces_of_other_quotes_and_of_a_list_is_found() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        for (text, expected) in [
            ("DB_PASSWORD='q7zp4x'\"w2lr9tb6nk\"\n", "q7zp4x'\"w2lr9tb6nk"),
            ("const token = [\"q7zp4xw2lr9\", \"tb6nkq0v8sw1\"].join(\"\");", "q7zp4xw2lr9\", \"tb6nkq0v8sw1"),
            ("token = ''.join(['q7zp4xw2lr9', 'tb6nkq0v8sw1'])", "q7zp4xw2lr9', 'tb6nkq0v8sw1"),
            ("token = (\n    'q7zp4xw2lr9'\n    'tb6nkq0v8sw1'\n)", "q7zp4xw2lr9'\n    'tb6nkq0v8sw1"),
            ("token = \"q7zp4xw2lr9\" || \"tb6nk\\\"q0v8sw1\";", "q7zp4xw2lr9\" || \"tb6nk\\\"q0v8sw1"),
            (
                "{\\\"a\\\": 1}\\ntoken = \\\"\\\".join([\\\"q7zp4xw2lr9\\\",\\\"tb6nkq0v8sw1\\\"])",
                "q7zp4xw2lr9\\\",\\\"tb6nkq0v8sw1",
            ),
        ] {
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch);
            let found = found.iter().filter_map(|it| text.get(it.start..it.end)).max_by_key(|it| it.len());
            assert_eq!(found, Some(expected), "{text}");
        }
        for text in
            ["path = ['usr7', 'lib64', 'x86'].join('')", "a = ['q7zp4x', 'w2lr9t'].join('')", "x = 'usr7'\"lib64\""]
        {
            assert!(engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty(), "{text}");
        }
    }
}
