//! The words of a command line.

/// Steps over the words; quotes around one are left out, as is the last one of a flag's value.
pub(super) struct Words<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a [u8], at: usize) -> Self {
        Self { line, at }
    }

    pub(super) fn next(&mut self) -> Option<(usize, usize)> {
        while self.line.get(self.at).is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        let first = *self.line.get(self.at)?;
        if first == b'|' || first == b';' || first == b'#' {
            return None;
        }
        let start = self.at + usize::from(is_quote(first));
        let rest = self.line.get(start..)?;
        let ends = |byte: &u8| {
            if is_quote(first) { *byte == first } else { byte.is_ascii_whitespace() || b"\"'`".contains(byte) }
        };
        let end = start + rest.iter().position(ends).unwrap_or(rest.len());
        // `-p'x'`: the word of a flag goes on to the end of the quotes.
        let quote = self.line.get(end).copied().filter(|byte| first == b'-' && is_quote(*byte));
        let close = quote.and_then(|quote| memchr::memchr(quote, self.line.get(end + 1..)?));
        let end = close.map_or(end, |close| end + 1 + close);
        self.at = end + 1;
        Some((start, end))
    }
}

fn is_quote(byte: u8) -> bool {
    b"\"'`".contains(&byte)
}
