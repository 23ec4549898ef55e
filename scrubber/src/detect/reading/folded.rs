//! The part of a search that reads lines as one which were cut at a width: by a terminal, a pager, `fold` or a mail program.
//!
//! A line counts as cut when a token ends it and another one begins the next line, both together are long enough for a
//! secret, and the line is as long as tools make lines or as a line beside it. What is found in the joined lines counts only
//! where it lies over a cut; all else is found without.

use super::broken::{WIDTHS, is_token};
use super::{boxes, views, window};
use crate::bits::{self, BLOCK, TextBits, TextBlocks};
use crate::detect::judge::{public, random};
use crate::detect::search::{Search, byte_at};
use crate::detect::shape::mnemonic;

/// Bytes of a line, escapes included, that are looked at.
const LINE_MAX: usize = 400;
/// A shorter token is no piece of a secret.
const TOKEN_MIN: usize = 16;
/// A token on one line is read as far as this.
const PIECE_MAX: usize = 256;
/// Bytes behind a token that goes on: signs that belong to the value.
const BEHIND_MAX: usize = 64;
/// Lines that are joined.
const LINES_MAX: usize = 48;
/// Lines beside each other that are cut at no usual width are at least so long.
const WIDTH_MIN: usize = 40;
/// No margin of lines takes more bytes.
const MARGIN_MAX: usize = 16;

/// A line end with what stands before the content of the next line.
#[derive(Clone, Copy)]
pub(in crate::detect) struct Cut {
    pub start: usize,
    pub end: usize,
}

/// Looks at line ends one after another.
struct Ends<'s, 'a> {
    search: &'s mut Search<'a>,
    /// What lies before here has been looked at.
    seen: usize,
    last: usize,
}

impl<'s, 'a> Ends<'s, 'a> {
    fn of(search: &'s mut Search<'a>) -> Self {
        Self { search, seen: 0, last: 0 }
    }

    #[inline(always)]
    fn end(&mut self, at: usize) {
        // Nothing cuts shorter lines, and they are the most.
        if at - self.last >= WIDTH_MIN {
            self.seen = self.search.folded_at(at, self.seen);
            self.search.seed_before(at);
        }
        self.last = at;
    }
}

/// Line ends written as `\n`.
struct Escapes<'s, 'a> {
    ends: Ends<'s, 'a>,
    /// Where the next block begins, and one when a backslash stands before it.
    base: usize,
    backslash: u64,
}

impl TextBlocks for Escapes<'_, '_> {
    #[inline(always)]
    fn block(&mut self, bits: TextBits) {
        let mut found = (bits.backslash << 1 | self.backslash) & bits.letter;
        while found != 0 {
            let letter = self.base + found.trailing_zeros() as usize;
            found &= found - 1;
            if byte_at(self.ends.search.text, letter) == b'n' {
                self.ends.end(letter - 1);
            }
        }
        self.backslash = bits.backslash >> 63;
        self.base += BLOCK;
    }
}

impl Search<'_> {
    /// Looks at tokens that lie over the end of a line.
    pub(in crate::detect) fn folded_lines(&mut self) {
        if self.layer > 0 {
            return;
        }
        let text = self.text;
        let mut feeds = Ends::of(self);
        memchr::memchr_iter(b'\n', text).for_each(|at| feeds.end(at));
        bits::of_text(text, &[], 0, Escapes { ends: Ends::of(self), base: 0, backslash: 0 });
        if text.len() >= mnemonic::LINE_MIN {
            self.seed_before(text.len());
        }
    }

    /// Looks at the line end at `at`, which may be the last byte of several. What lies before `seen` has been looked at;
    /// says the same afterwards.
    #[inline(never)]
    fn folded_at(&mut self, at: usize, seen: usize) -> usize {
        let text = self.text;
        // Most lines end with a sign, or the next one is indented.
        let before = before_line_end(text, at);
        let boxed = boxes::is_border_end(before);
        if at < seen || !(is_token(before) || boxed) {
            return seen;
        }
        let first = if boxed { box_cut(text, line_end_start(text, at)) } else { cut(text, at, false) };
        let Some(first) = first else { return seen };
        let mut cuts = vec![first];
        while let Some(last) = cuts.last().filter(|_| cuts.len() < LINES_MAX) {
            let end = token_end(text, last.end);
            let next = if boxed {
                boxes::line_end_after(text, end).and_then(|end| box_cut(text, end))
            } else {
                cut(text, end, true)
            };
            match next {
                Some(next) => cuts.push(next),
                None => break,
            }
        }
        let from = line_start(text, first.start);
        let last = cuts.last().map_or(first.end, |cut| cut.end);
        let rest = text.get(last..text.len().min(last + LINE_MAX)).unwrap_or_default();
        // Behind the token that goes on is nothing that lies over a cut.
        let head = token_end(text, last) - last;
        let ends = |byte: &u8| b" \t\r\n\\".contains(byte);
        let behind = rest.get(head..rest.len().min(head + BEHIND_MAX)).unwrap_or_default();
        let to = last + head + behind.iter().position(ends).unwrap_or(behind.len());
        self.view_over(from, to, &cuts);
        // Mail programs cut with a sign of equality, which may also be one of the text.
        if cuts.iter().any(|cut| byte_at(text, cut.start.wrapping_sub(1)) == b'=') {
            for cut in cuts.iter_mut().filter(|cut| byte_at(text, cut.start.wrapping_sub(1)) == b'=') {
                cut.start -= 1;
            }
            self.view_over(from, to, &cuts);
        }
        last
    }

    /// Scans `text[from..to]` without the cuts.
    pub(in crate::detect) fn view_over(&mut self, from: usize, to: usize, cuts: &[Cut]) {
        let read = |text: &[u8], view: &mut views::View| {
            let mut at = 0;
            for (start, end) in
                cuts.iter().map(|cut| (cut.start - from, cut.end - from)).chain([(to - from, to - from)])
            {
                view.bytes.extend_from_slice(text.get(at..start).unwrap_or_default());
                view.origins.extend((at..start.max(at)).map(|place| place as u32));
                at = end;
            }
            view.origins.push((to - from) as u32);
            true
        };
        self.view_where(from, to, read, |start, end| cuts.iter().any(|cut| start < cut.start && end > cut.end));
    }
}

/// What stands before the line end whose first byte found is at `at`: a line feed, or a backslash with an `n`.
fn before_line_end(text: &[u8], at: usize) -> u8 {
    byte_at(text, line_end_start(text, at).wrapping_sub(1))
}

/// Where the line end begins to which the byte at `at` belongs.
pub(in crate::detect) fn line_end_start(text: &[u8], at: usize) -> usize {
    let head = text.get(..at).unwrap_or_default();
    let slashes = |head: &[u8]| head.iter().rev().take(16).take_while(|byte| **byte == b'\\').count();
    let at = at - slashes(head);
    let head = text.get(..at).unwrap_or_default();
    match head.last() {
        Some(b'\r') => at - 1,
        Some(b'r') if slashes(head.get(..at - 1).unwrap_or_default()) > 0 => {
            at - 1 - slashes(head.get(..at - 1).unwrap_or_default())
        }
        _ => at,
    }
}

/// The cut at the line end at `at`, if it is one. Lines of data alone are read as data, unless a cut before them says
/// that they go `on`.
fn cut(text: &[u8], at: usize, on: bool) -> Option<Cut> {
    let start = if on { at } else { line_end_start(text, at) };
    let length = views::line_end(text.get(start..text.len().min(start + 48))?);
    // Lines in a quotation or a list begin alike, and were cut behind that.
    let margin = if length > 0 { shared_margin(text, start, start + length) } else { 0 };
    let end = if margin > 0 { start + length + margin } else { views::after_number(text, start + length) };
    let head = token_end(text, end);
    // What was cut goes on in the first column, or behind the number of a line.
    let indented =
        margin == 0 && end > start + length && text.get(start + length..end)?.iter().all(|byte| b" \t".contains(byte));
    if length == 0 || head == end || indented {
        return None;
    }
    // Mostly too little stands beside the cut, whatever the line holds before.
    if is_named(text, end, head) || begins_with_word(text, end) || public::begins_listing(text, end) {
        return None;
    }
    // A path begins the next line of a list.
    let token = text.get(end..head)?;
    if margin > 0 && token.first() == Some(&b'/') && !token.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let near = text.get(start.saturating_sub(PIECE_MAX)..start)?;
    let length_before = near.iter().rev().take_while(|byte| is_token(**byte)).count();
    if length_before + head - end < TOKEN_MIN {
        return None;
    }
    let beside = [near.get(near.len() - length_before..)?, text.get(end..head)?];
    // Two digits among them, at least.
    beside.iter().flat_map(|part| part.iter()).filter(|byte| byte.is_ascii_digit()).nth(1)?;
    let line = line_start(text, start);
    let own = text.get(line..start).map_or(0, margin_of);
    let bare = if margin > 0 { line + own } else { views::after_number(text, line).min(start) };
    let piece = text.get(bare.min(start)..start)?;
    let tail = piece.iter().rev().take(PIECE_MAX).take_while(|byte| is_token(**byte)).count();
    let digits = [text.get(start - tail..start)?, text.get(end..head)?];
    let digits = digits.iter().flat_map(|part| part.iter()).filter(|byte| byte.is_ascii_digit()).count();
    if tail == 0 || tail + head - end < TOKEN_MIN || digits < 2 || (tail == piece.len() && !on) {
        return None;
    }
    if is_whole(text.get(start - tail..start)?, token) || begins_alike(piece, text.get(end..)?) {
        return None;
    }
    let widths = [columns(text.get(line..start)?), columns(piece)];
    let usual = || widths.iter().any(|width| WIDTHS.contains(width));
    // As long as the line beside it, with which it was cut.
    let beside = || {
        let next = next_line_end(text, end);
        let before = line_end_start(text, line.saturating_sub(1));
        let last = text.get(line_start(text, before)..before).unwrap_or_default();
        let width = widths[0];
        width >= WIDTH_MIN
            && (columns(text.get(start + length..next).unwrap_or_default()) == width || columns(last) == width)
    };
    (usual() || beside()).then_some(Cut { start, end })
}

/// Bytes of the blanks and marks that begin a line: those of quotations, and of what programs show in lists.
fn margin_of(line: &[u8]) -> usize {
    let mut at = 0;
    while at < MARGIN_MAX {
        match line.get(at..) {
            Some([b' ' | b'>', ..]) => at += 1,
            Some([0xe2, 0x8e, 0xbf, ..] | [0xe2, 0x97, 0x8f, ..] | [0xe2, 0x8f, 0xba, ..] | [0xe2, 0x80, 0xa2, ..]) => {
                at += 3
            }
            _ => break,
        }
    }
    at
}

/// Bytes of the margin of the line at `next`, when the one that ends at `end` has the same, or a mark in the place of a blank.
fn shared_margin(text: &[u8], end: usize, next: usize) -> usize {
    let next = text.get(next..text.len().min(next + MARGIN_MAX)).unwrap_or_default();
    let other = margin_of(next);
    // Most lines have none, or no token behind it.
    if other == 0 || !next.get(other).is_none_or(|byte| is_token(*byte)) {
        return 0;
    }
    let line = text.get(line_start(text, end)..end).unwrap_or_default();
    let own = margin_of(line);
    let (own_text, other_text) = (line.get(..own).unwrap_or_default(), next.get(..other).unwrap_or_default());
    let marked = own_text.iter().any(|byte| !byte.is_ascii()) && other_text.iter().all(|byte| *byte == b' ');
    // The number of a line stands behind blanks as well.
    if next.get(other).is_some_and(u8::is_ascii_digit) && views::after_number(next, 0) > other {
        return 0;
    }
    let alike = own_text == other_text || marked && columns(own_text) == other;
    if alike { other } else { 0 }
}

/// Whether an id or a digest ends the line with `tail`, and `head`, which begins the next one, is no more of it.
fn is_whole(tail: &[u8], head: &[u8]) -> bool {
    let is_end = |length: usize| !tail.iter().rev().nth(length).is_some_and(u8::is_ascii_alphanumeric);
    let id = tail.last_chunk::<36>().is_some_and(|id| random::is_uuid(id));
    let digits = tail.iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let digest = public::is_digest_length(digits) && !head.iter().all(u8::is_ascii_hexdigit);
    id && is_end(36) || digest && is_end(digits)
}

/// Whether both lines begin with digits and signs in the same places, or with digests as long: lines of a log or a list, each of
/// its own.
fn begins_alike(line: &[u8], next: &[u8]) -> bool {
    const ALIKE: usize = 8;
    let digest = |line: &[u8]| public::digest_at_start(line).filter(|end| line.get(*end) == Some(&b' '));
    if digest(line).is_some_and(|digits| digest(next) == Some(digits)) {
        return true;
    }
    let (Some(line), Some(next)) = (line.get(..ALIKE), next.get(..ALIKE)) else { return false };
    let kind = |byte: &u8| match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' | b'a'..=b'z' => b'a',
        _ => *byte,
    };
    line.iter().map(kind).eq(next.iter().map(kind))
        && line.iter().any(u8::is_ascii_digit)
        && line.iter().any(|byte| b"-:./,|".contains(byte))
}

/// Whether the token `text[start..end]` is a name with a sign of its own, which goes on nothing: `Input = …`, `Comment: …`,
/// `X-Amz-Credential=…`.
fn is_named(text: &[u8], start: usize, end: usize) -> bool {
    /// The rest of a secret seldom has so many letters before a sign of equality, and nothing behind that then.
    const NAME_MIN: usize = 8;
    let token = text.get(start..end).unwrap_or_default();
    let letters = token.iter().take_while(|byte| byte.is_ascii_alphabetic() || b"-_".contains(byte)).count();
    if letters >= NAME_MIN
        && let Some([b'=', next, ..]) = token.get(letters..)
        && *next != b'='
    {
        return true;
    }
    let sign = text.get(end..).unwrap_or_default();
    let apart = sign.starts_with(b" = ") || sign.starts_with(b" : ");
    let name = if apart { Some(token) } else { token.strip_suffix(b":").filter(|_| sign.starts_with(b" ")) };
    name.is_some_and(|name| name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'))
}

/// Whether the line at `at` begins with a word of a text or of code, which goes on nothing: `order 4539`, `String.from(`, `sops: `.
/// The rest of a token ends its line, or goes on with other letters.
pub(in crate::detect) fn begins_with_word(text: &[u8], at: usize) -> bool {
    const LETTERS_MIN: usize = 3;
    let rest = text.get(at..).unwrap_or_default();
    let capital = usize::from(rest.first().is_some_and(u8::is_ascii_uppercase));
    let small = rest.iter().skip(capital).take(PIECE_MAX).take_while(|byte| byte.is_ascii_lowercase()).count();
    let word = rest.get(..capital + small).unwrap_or_default();
    let vowel = word.iter().any(|byte| b"aeiouyAEIOUY".contains(byte));
    let behind = rest.get(word.len()..).unwrap_or_default();
    let goes_on = match behind {
        // Neither is the user of an address whose password follows.
        [b':', next @ ..] => {
            !next.iter().take(PIECE_MAX).take_while(|byte| !byte.is_ascii_whitespace()).any(|byte| *byte == b'@')
        }
        [b'(', ..] => true,
        _ if !vowel => false,
        [b' ', next, ..] => next.is_ascii_alphanumeric() || b"-\"'$/".contains(next),
        [b'.', next, ..] => next.is_ascii_lowercase(),
        [b'-', rest @ ..] => {
            rest.iter().take(LETTERS_MIN).filter(|byte| byte.is_ascii_lowercase()).count() == LETTERS_MIN
        }
        _ => false,
    };
    word.len() >= LETTERS_MIN && goes_on
}

/// The cut at the right border of a drawn box, whose line ends at `end`.
fn box_cut(text: &[u8], end: usize) -> Option<Cut> {
    let cut = boxes::cut(text, line_start(text, end), end)?;
    let piece = text.get(cut.0.saturating_sub(PIECE_MAX)..cut.0)?;
    let tail = piece.iter().rev().take_while(|byte| is_token(**byte)).count();
    let parts = [text.get(cut.0 - tail..cut.0)?, text.get(cut.1..token_end(text, cut.1))?];
    let digits = parts.iter().flat_map(|part| part.iter()).filter(|byte| byte.is_ascii_digit()).count();
    let long = parts.iter().map(|part| part.len()).sum::<usize>() >= TOKEN_MIN;
    (parts.iter().all(|part| !part.is_empty()) && long && digits >= 2).then_some(Cut { start: cut.0, end: cut.1 })
}

/// Where the token ends that starts at `at`.
fn token_end(text: &[u8], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(PIECE_MAX).take_while(|byte| is_token(**byte)).count()
}

/// Where the line of the place starts, as far as it is looked at; escapes may end lines.
pub(in crate::detect) fn line_start(text: &[u8], at: usize) -> usize {
    let low = at.saturating_sub(LINE_MAX);
    let head = text.get(low..at).unwrap_or_default();
    let after = |end: usize| match head.get(end..)? {
        [b'\n', ..] => Some(end + 1),
        [b'\\', b'n', ..] => Some(end + 2),
        _ => None,
    };
    low + memchr::memrchr2_iter(b'\n', b'\\', head).find_map(after).unwrap_or(0)
}

fn next_line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..text.len().min(at + LINE_MAX)).unwrap_or_default();
    at + rest.iter().position(|byte| b"\n\r\\".contains(byte)).unwrap_or(rest.len())
}

/// How many columns a line takes: characters, without escapes and colours.
fn columns(line: &[u8]) -> usize {
    if !line.iter().any(|byte| *byte == b'\\' || *byte == 0x1b) {
        return line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    }
    let mut plain = Vec::with_capacity(line.len());
    window::unescape_into(line, &mut plain);
    plain.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands on either side of the first cut in a text.
    fn parts(text: &str) -> Option<(&str, &str)> {
        let at = text.find("\\n").or_else(|| text.find('\n'))?;
        let cut = cut(text.as_bytes(), at, false)?;
        Some((text.get(..cut.start)?, text.get(cut.end..)?))
    }

    #[test]
    fn the_user_of_an_address_is_no_word_of_a_text() {
        assert!(begins_with_word(b"ice: then", 0));
        assert!(!begins_with_word(b"ice:Str0ng@db.acme.example/x", 0));
    }

    #[test]
    fn a_line_that_a_tool_cut_goes_on_in_the_next() {
        let head = format!("{} TOKEN={}", "x".repeat(60), "a1b2c3d4e5f6g");
        assert_eq!(head.len(), 80);
        for end in ["\n", "\r\n", "\\n", "\\\\n", "\\r\\n", "\n    12\u{2192}"] {
            let text = format!("{head}{end}h7i8j9\nnext");
            assert_eq!(parts(&text), Some((head.as_str(), "h7i8j9\nnext")), "{text}");
        }
        for text in [
            format!("{head}z\nh7i8j9\n"),
            format!("{head}\n  - h7i8j9\n"),
            format!("{}\nwords go on here\n", "many words ".repeat(7)),
            format!("{head}\nInput = 89dab80b\n"),
            format!("{head}\nComment: x\n"),
            format!("{head}\nX-Access-Id=a81b2\n"),
            format!("{head}\norder 4539 was sent\n"),
            format!("{head}\nString.fromEnvironment\n"),
            format!("{head}\nmysql('host')\n"),
            format!("{} {}\nh7i8j9\n", "x".repeat(43), "0f9c2e1a-7b3d-4c5e-8f60-1a2b3c4d5e6f"),
            format!("{} {}\nh7i8j9\n", "x".repeat(39), "0f9c2e1a7b".repeat(4)),
            format!("2026-11-27T10:00 {}\n2026-11-28T11:30 more\n", head.replacen(&"x".repeat(17), "", 1)),
            format!("{head}\n{}  b.txt\n", ["9d2f4b6a", "8c1e3057"].repeat(2).concat()),
            format!("{0} {1} mends a17\n{0} adds\n", "0f9c2e1a7b".repeat(4), "x".repeat(28)),
        ] {
            assert_eq!(parts(&text), None, "{text}");
        }
    }
}
