//! The words of a command line.

use crate::detect::sets::byteset::ByteSet;

/// Bytes of a flag that is glued to its value.
const FLAG_MAX: usize = 3;

/// Steps over the words; quotes around one are left out, as is the last one of a flag's value.
pub(super) struct Words<'a> {
    line: &'a [u8],
    at: usize,
    /// The words are literals of a list: `["curl", "-u", …]`.
    listed: bool,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a [u8], at: usize) -> Self {
        let quote = line.get(at).filter(|byte| is_quote(**byte)).copied();
        let listed = quote.is_some() && line.get(at + 1) == Some(&b',');
        Self { line, at: at + usize::from(listed), listed }
    }

    /// The next literal of a list.
    fn next_listed(&mut self) -> Option<(usize, usize)> {
        let rest = self.line.get(self.at..)?;
        let open = rest.iter().take(80).take_while(|byte| !is_quote(**byte)).position(|byte| b")]\n;".contains(byte));
        let gap = rest.iter().take(80).position(|byte| is_quote(*byte)).filter(|_| open.is_none())?;
        let start = self.at + gap + 1;
        let end = start + memchr::memchr(*rest.get(gap)?, self.line.get(start..)?)?;
        self.at = end + 1;
        Some((start, end))
    }

    pub(super) fn next(&mut self) -> Option<(usize, usize)> {
        if self.listed {
            return self.next_listed();
        }
        while self.line.get(self.at).is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        let first = *self.line.get(self.at)?;
        if first == b'|' || first == b';' || first == b'#' {
            return None;
        }
        let start = self.at + usize::from(is_quote(first));
        let rest = self.line.get(start..)?;
        static ENDS: ByteSet = ByteSet::of(b" \t\n\x0c\r\"'`");
        let length =
            if is_quote(first) { memchr::memchr(first, rest) } else { rest.iter().position(|byte| ENDS.holds(*byte)) };
        // A quote that nothing closes may have been cut off, with a sign in the place of the rest.
        let cut = || memchr::memmem::find(rest, "\u{2026}".as_bytes()).filter(|_| is_quote(first));
        let end = start + length.or_else(cut).unwrap_or(rest.len());
        // `-p'x'`, `ann:'x'`: the word of a flag, or of a pair, goes on to the end of the quotes. The quote behind a longer word
        // ends the literal that holds the command.
        let goes_on = first == b'-' && end - start <= FLAG_MAX
            || end > start && matches!(self.line.get(end - 1), Some(b':' | b'=' | b','));
        let quote = self.line.get(end).copied().filter(|byte| goes_on && !is_quote(first) && is_quote(*byte));
        let close = quote.and_then(|quote| memchr::memchr(quote, self.line.get(end + 1..)?));
        let end = close.map_or(end, |close| end + 1 + close);
        self.at = end + 1;
        // `"docker login -p x9", "n": 1`: a quote that no word opened ends the literal that holds the command.
        let closed = !is_quote(first) && close.is_none() && self.line.get(end).is_some_and(|byte| is_quote(*byte));
        if closed && self.line.get(end + 1).is_some_and(|next| b",}])".contains(next)) {
            self.at = self.line.len();
        }
        Some((start, end - usize::from(!is_quote(first)) * self.closing(start, end)))
    }

    /// How many signs at the end of a word without quotes end the command, or close what it stands in.
    fn closing(&self, start: usize, end: usize) -> usize {
        let word = self.line.get(start + 1..end).unwrap_or_default();
        if !word.last().is_some_and(|byte| matches!(byte, b';' | b')')) {
            return 0;
        }
        let opened = word.iter().any(|byte| matches!(byte, b'(' | b'\'' | b'"'));
        word.iter().rev().take_while(|byte| **byte == b';' || **byte == b')' && !opened).count()
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}
