//! Texts as they read once an encoding is taken off, each byte with the place that it came from.
//!
//! Every reader appends to a [`View`] and says whether there was anything to take off.

mod changes;
mod dumps;
mod lines;
mod terminal;

use super::{decode, window};

pub(in crate::detect) use changes::{Side, changed_words};
pub(in crate::detect) use dumps::{dumped_characters, hex_pairs};
pub(in crate::detect) use lines::{after_gutter, after_number, base64_lines, grepped, has_number, line_end};
pub(in crate::detect) use terminal::{is_last_colour, link};

/// A text without its encoding.
#[derive(Default)]
pub(in crate::detect) struct View {
    pub bytes: Vec<u8>,
    /// For each byte where it came from, and one more for the end.
    pub origins: Vec<u32>,
}

impl View {
    fn push(&mut self, byte: u8, from: usize) {
        self.bytes.push(byte);
        self.origins.push(from as u32);
    }

    /// Takes over a part of the text as it stands.
    pub(in crate::detect) fn append(&mut self, text: &[u8], part: std::ops::Range<usize>) {
        self.bytes.extend_from_slice(text.get(part.clone()).unwrap_or_default());
        self.origins.extend(part.map(|from| from as u32));
    }

    pub(in crate::detect) fn end(&mut self, at: usize) {
        self.origins.push(at as u32);
    }
}

/// Takes off backslash escapes, octal ones too, terminal colours and links, and characters that cannot be seen.
pub(in crate::detect) fn escapes(text: &[u8], view: &mut View) -> bool {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = link(rest) {
            at += length;
            continue;
        }
        match byte {
            b'[' => {
                let length = terminal::colours(rest);
                if length == 0 || !terminal::parts_token(text, at, at + length) {
                    view.append(text, at..at + length.max(1));
                }
                at += length.max(1);
            }
            b'\\' => match octal(rest) {
                Some((value, length)) => {
                    view.push(value, at);
                    at += length;
                }
                None => at = of_utf8(text, at, view).unwrap_or_else(|| unescape(text, at, view)),
            },
            0x1b => at = window::escape_end(text, at).max(at + 1),
            0xc2 | 0xe2 | 0xef if window::is_unseen(character(rest)) => at += character(rest).map_or(1, char::len_utf8),
            _ => {
                view.push(byte, at);
                at += 1;
            }
        }
    }
    view.end(at);
    true
}

/// The character that `text` begins with.
pub(in crate::detect) fn character(text: &[u8]) -> Option<char> {
    text.get(..text.len().min(4))?.utf8_chunks().next()?.valid().chars().next()
}

/// The ASCII character that one of double width stands for at the start of `text`: three bytes.
pub(in crate::detect) fn narrow(text: &[u8]) -> Option<u8> {
    match text {
        [0xef, 0xbc, low @ 0x81..=0xbf, ..] => Some(low - 0x60),
        [0xef, 0xbd, low @ 0x80..=0x9e, ..] => Some(low - 0x20),
        _ => None,
    }
}

/// Reads characters of double width as those of ASCII.
pub(in crate::detect) fn narrowed(text: &[u8], view: &mut View) -> bool {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let narrow = text.get(at..).and_then(narrow);
        view.push(narrow.unwrap_or(byte), at);
        at += if narrow.is_some() { 3 } else { 1 };
    }
    view.end(at);
    true
}

/// Takes off the escape at `at` of `text`; says where it ends.
fn unescape(text: &[u8], at: usize, view: &mut View) -> usize {
    let end = window::escape_end(text, at).max(at + 1);
    let known = view.bytes.len();
    window::unescape_into(text.get(at..end).unwrap_or_default(), &mut view.bytes);
    view.origins.extend(std::iter::repeat_n(at as u32, view.bytes.len() - known));
    end
}

/// Takes off the escapes at `at` of `text` that stand for the bytes of one character beyond ASCII, `\xd0\xbf`; says where they end.
fn of_utf8(text: &[u8], at: usize, view: &mut View) -> Option<usize> {
    let slashes = text.get(at..)?.iter().take(8).take_while(|byte| **byte == b'\\').count();
    let mut bytes = [0; 4];
    let (mut end, mut count, mut length) = (at, 0, 1);
    while count < length {
        let rest = text.get(end..)?;
        let &[b'x', high, low] = rest.get(slashes..slashes + 3)? else { return None };
        let same = rest.get(..slashes)?.iter().all(|byte| *byte == b'\\');
        let byte = decode::digit(high)? << 4 | decode::digit(low).filter(|_| same)?;
        if count == 0 {
            length = match byte {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return None,
            };
        }
        *bytes.get_mut(count)? = byte;
        (end, count) = (end + slashes + 3, count + 1);
    }
    let whole = bytes.get(..length).filter(|bytes| std::str::from_utf8(bytes).is_ok())?;
    whole.iter().for_each(|byte| view.push(*byte, at));
    Some(end)
}

/// The byte that one or more backslashes and three octal digits stand for, and how long that is. `echo -e` wants a zero before
/// them: without it most of these are no character that can be seen, but `\0123` may be the end of a line and a digit.
fn octal(text: &[u8]) -> Option<(u8, usize)> {
    let slashes = text.iter().take(8).take_while(|byte| **byte == b'\\').count();
    let three = |at: usize| {
        let digits = text.get(at..at + 3)?;
        let value = digits.iter().try_fold(0u32, |value, byte| Some(value << 3 | char::from(*byte).to_digit(8)?))?;
        // Those beyond ASCII are parts of characters.
        let byte = u8::try_from(value).ok().filter(|byte| matches!(byte, b' '..=b'~' | b'\n' | 0x80..))?;
        Some((byte, at + 3))
    };
    let zero = matches!(text.get(slashes..), Some([b'0', b'0' | b'1', ..]));
    let ends = text.get(slashes + 4).is_none_or(|next| b"\\'\"".contains(next));
    let echoed = || three(slashes + 1).filter(|_| zero);
    if ends { echoed().or_else(|| three(slashes)) } else { three(slashes).or_else(echoed) }
}

/// One octal escape, or two, may be folders of a path or groups of a pattern.
const OCTALS_MIN: usize = 3;

/// Whether several octal escapes stand one behind the other at `at`.
pub(in crate::detect) fn is_octal_run(text: &[u8], at: usize) -> bool {
    let mut rest = text.get(at..).unwrap_or_default();
    (0..OCTALS_MIN).all(|_| match octal(rest) {
        Some((_, length)) => {
            rest = rest.get(length..).unwrap_or_default();
            true
        }
        None => false,
    })
}

/// The end of the zero byte that starts at `at`: as it stands, as an escape under any number of backslashes or in caret notation.
fn zero_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    match rest {
        [0, ..] => return Some(at + 1),
        [b'^', b'@', ..] => return Some(at + 2),
        _ => {}
    }
    let slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
    let rest = rest.get(slashes..).filter(|_| slashes > 0)?;
    let escape = [b"u0000".as_slice(), b"x00", b"000", b"0"].into_iter().find(|escape| rest.starts_with(escape))?;
    Some(at + slashes + escape.len())
}

/// The end of the zero bytes that a letter of UTF-16 has, or one of UTF-32.
fn zeros_end(text: &[u8], at: usize) -> Option<usize> {
    let first = zero_end(text, at)?;
    let second = zero_end(text, first);
    Some(second.map_or(first, |second| zero_end(text, second).unwrap_or(second)))
}

/// So many letters in a row with a zero byte behind each are text in UTF-16.
const WIDE_MIN: usize = 3;

/// Whether text in UTF-16 of which each zero byte was kept or shown goes on behind the sign before `start`.
pub(in crate::detect) fn is_wide(text: &[u8], start: usize) -> bool {
    let sign = if text.get(start.wrapping_sub(1)) == Some(&b'@') { 2 } else { 1 };
    let Some(mut at) = start.checked_sub(sign).and_then(|at| zero_end(text, at)) else { return false };
    (0..WIDE_MIN).all(|_| {
        let next = if text.get(at).is_some_and(u8::is_ascii_graphic) { zeros_end(text, at + 1) } else { None };
        at = next.unwrap_or(at);
        next.is_some()
    })
}

/// Takes off the zero bytes of text in UTF-16, and what escapes it has besides.
pub(in crate::detect) fn wide(text: &[u8], view: &mut View) -> bool {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at = match (zero_end(text, at), byte) {
            (Some(end), _) => end,
            (None, b'\\') => unescape(text, at, view),
            (None, _) => {
                view.push(byte, at);
                at + 1
            }
        };
    }
    view.end(at);
    true
}

/// Takes off HTML entities: those by number, and the named ones of ASCII characters.
pub(in crate::detect) fn entities(text: &[u8], view: &mut View) -> bool {
    let (mut at, mut any) = (0, false);
    while let Some(&byte) = text.get(at) {
        match entity(text.get(at..).unwrap_or_default()).filter(|_| byte == b'&') {
            Some((character, length)) => {
                character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| view.push(byte, at));
                (at, any) = (at + length, true);
            }
            None => {
                view.push(byte, at);
                at += 1;
            }
        }
    }
    view.end(at);
    any
}

fn entity(text: &[u8]) -> Option<(char, usize)> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = text.get(1..end)?;
    let value = match name {
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        b"lt" => '<',
        b"gt" => '>',
        b"nbsp" => ' ',
        [b'#', digits @ ..] => {
            let text = std::str::from_utf8(digits).ok()?;
            let hex = text.strip_prefix(['x', 'X']);
            let value = hex.map_or_else(|| text.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?;
            char::from_u32(value)?
        }
        _ => return None,
    };
    Some((value, end + 1))
}

/// Takes off quoted-printable: `=3D`, and `=` at a line's end.
pub(in crate::detect) fn quoted_printable(text: &[u8], view: &mut View) -> bool {
    let (mut at, mut any) = (0, false);
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let soft = line_end(rest.get(1..).unwrap_or_default());
        let pair = || decode::digit(*rest.get(1)?).zip(decode::digit(*rest.get(2)?));
        if byte == b'=' && soft > 0 {
            (at, any) = (at + 1 + soft, true);
        } else if let Some((high, low)) = pair().filter(|_| byte == b'=') {
            view.push(high << 4 | low, at);
            (at, any) = (at + 3, true);
        } else {
            view.push(byte, at);
            at += 1;
        }
    }
    view.end(at);
    any
}

/// A quote with the backslashes before it, and how long that is.
fn quote(text: &[u8]) -> Option<(u8, usize)> {
    let slashes = text.iter().take(16).take_while(|byte| **byte == b'\\').count();
    text.get(slashes).filter(|byte| b"\"'`".contains(byte)).map(|quote| (*quote, slashes + 1))
}

/// The end of blanks and line ends.
fn after_blanks(text: &[u8], mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blank = usize::from(matches!(rest.first(), Some(b' ' | b'\t'))).max(line_end(rest));
        if blank == 0 || rest.is_empty() {
            return at;
        }
        at += blank;
    }
}

/// Whether the sign at `plus` stands between two string literals.
pub(in crate::detect) fn joins_literals(text: &[u8], plus: usize) -> bool {
    let before = text.get(plus.saturating_sub(64)..plus).unwrap_or_default().trim_ascii_end();
    let closed = before.last().is_some_and(|byte| b"\"'`".contains(byte));
    // At a line's end the letter of an escape may stand before the sign.
    let broken = matches!(before, [.., b'"' | b'\'', b'\\', b'n'] | [.., b'"' | b'\'', b'\\', b'n', b' ']);
    (closed || broken) && quote(text.get(after_blanks(text, plus + 1)..).unwrap_or_default()).is_some()
}

/// A quote within an argument in quotes, as a shell wants it written: `'\''` or `'"'"'`; its length.
fn nested_quote(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"'")?;
    let slashes = rest.iter().take(16).take_while(|byte| **byte == b'\\').count();
    let (quote, rest) = rest.get(slashes..)?.split_first()?;
    let closed = match quote {
        b'\'' if slashes > 0 => rest.starts_with(b"'").then_some(1),
        b'"' => {
            let again = rest.strip_prefix(b"'")?;
            let ends = again.get(slashes..).is_some_and(|end| end.starts_with(b"\"'"));
            (ends && again.iter().take_while(|byte| **byte == b'\\').count() == slashes).then_some(slashes + 3)
        }
        _ => None,
    };
    closed.map(|closed| slashes + 2 + closed)
}

/// What stands in nested quotes is no longer.
const NESTED_MAX: usize = 160;

/// Whether a quote within an argument stands at `at`, and the next one closes what it opens. Code that names the quote has the same
/// signs, but no word behind them.
pub(in crate::detect) fn nests_quotes(text: &[u8], at: usize) -> bool {
    let Some(length) = text.get(at..).and_then(nested_quote) else { return false };
    let Some(inner) = text.get(at + length..text.len().min(at + length + NESTED_MAX)) else { return false };
    let word = inner.first().is_some_and(|byte| byte.is_ascii_graphic() && !b"),;:]'".contains(byte));
    let close = memchr::memchr2(b'\'', b'\n', inner).filter(|close| *close > 0);
    word && close.and_then(|close| inner.get(close..)).and_then(nested_quote).is_some()
}

/// Reads quotes within an argument as those that the argument has.
pub(in crate::detect) fn without_nesting(text: &[u8], view: &mut View) -> bool {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        view.push(byte, at);
        let nested = if byte == b'\'' { text.get(at..).and_then(nested_quote) } else { None };
        at += nested.unwrap_or(1);
    }
    view.end(at);
    true
}

/// Reads string literals that are joined by `+` as one.
pub(in crate::detect) fn joined(text: &[u8], view: &mut View) -> bool {
    let (mut at, mut any) = (0, false);
    while let Some(&byte) = text.get(at) {
        if let Some(next) = quote(text.get(at..).unwrap_or_default()).and_then(|(_, length)| {
            let plus = after_blanks(text, at + length);
            let open = after_blanks(text, plus + 1);
            let (_, length) = quote(text.get(open..)?).filter(|_| text.get(plus) == Some(&b'+'))?;
            Some(open + length)
        }) {
            (at, any) = (next, true);
            continue;
        }
        view.push(byte, at);
        at += 1;
    }
    view.end(at);
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_utf_16_is_told_from_names_that_zero_bytes_part() {
        for (text, expected) in [
            ("\\u0000s\\u0000t\\u0000a\\u0000g", true),
            ("\\\\u0000s\\\\u0000t\\\\u0000a\\\\u0000", true),
            ("\\u0000src\\u0000a\\u0000b\\u0000", false),
            ("\\u0000a\\u0000b\\u0000", false),
            ("\\x00s\\x00t\\x00a\\x00g", true),
            ("\\\\0s\\\\0t\\\\0a\\\\0g", true),
            ("\\000s\\000t\\000a\\000g", true),
            ("^@s^@t^@a^@g", true),
            ("\\x00src\\x00tag\\x00", false),
            ("\\0s\\0t\\0", false),
            ("^@src^@tag^@", false),
            ("@src", false),
        ] {
            let start = text.find(|sign| !"\\^@".contains(sign)).unwrap_or_default();
            assert_eq!(is_wide(text.as_bytes(), start), expected, "{text}");
        }
    }
}
