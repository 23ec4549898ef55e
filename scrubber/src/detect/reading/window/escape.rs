//! One escape: any run of backslashes with what follows it, or a terminal's colour code.

/// Longest run of backslashes that counts as one escape: that of three layers, twice over.
pub(super) const BACKSLASHES_MAX: usize = 16;

/// No escape with the backslashes before it is longer.
pub(super) const ESCAPE_MAX: usize = 64;

/// What an escape stands for.
pub(super) enum Content {
    Nothing,
    Byte(u8),
    Char(char),
}

/// An escape that was read.
pub(super) struct Unit {
    pub end: usize,
    pub backslashes: usize,
    pub content: Content,
}

/// Reads one escape. `raw[at]` is a backslash or an ESC.
pub(super) fn unit(raw: &[u8], at: usize) -> Unit {
    let mut letter = at;
    while raw.get(letter) == Some(&b'\\') && letter - at < BACKSLASHES_MAX {
        letter += 1;
    }
    let backslashes = letter - at;
    let plain = |byte| Unit { end: letter + 1, backslashes, content: Content::Byte(byte) };
    match raw.get(letter) {
        None => Unit { end: letter, backslashes, content: Content::Byte(b'\\') },
        Some(0x1b) => colour(raw, letter + 1, backslashes),
        // Two signs end one line.
        Some(b'r') if ends_line(raw, letter + 1, backslashes) => {
            Unit { end: letter + 1, backslashes, content: Content::Nothing }
        }
        Some(b'n' | b'r') => plain(b'\n'),
        Some(b't' | b'b' | b'f') => plain(b' '),
        Some(b'e') if raw.get(letter + 1) == Some(&b'[') => colour(raw, letter + 1, backslashes),
        Some(b'0') if raw.get(letter + 1..letter + 4) == Some(b"33[") => colour(raw, letter + 3, backslashes),
        Some(b'x') => match hex(raw, letter + 1, 2) {
            Some(0x1b) => colour(raw, letter + 3, backslashes),
            Some(code) => character(code, letter + 3, backslashes),
            None => plain(b'x'),
        },
        Some(b'u') => match hex(raw, letter + 1, 4) {
            Some(0x1b) => colour(raw, letter + 5, backslashes),
            Some(high @ 0xd800..=0xdbff) => surrogates(raw, high, letter + 5, backslashes),
            Some(code) => character(code, letter + 5, backslashes),
            None => match braced(raw, letter + 1) {
                Some((code, end)) => character(code, end, backslashes),
                None => plain(b'u'),
            },
        },
        Some(b'U') if hex(raw, letter + 1, 8).is_some() => {
            character(hex(raw, letter + 1, 8).unwrap_or_default(), letter + 9, backslashes)
        }
        // Not an escape of any syntax: a path or a regular expression. The backslash stays, the character is read next.
        Some(byte) if byte.is_ascii_alphanumeric() || *byte >= 0x80 => {
            Unit { end: letter, backslashes, content: Content::Byte(b'\\') }
        }
        Some(&byte) => plain(byte),
    }
}

/// Whether an escape of a line end with as many backslashes stands at `at`.
fn ends_line(raw: &[u8], at: usize, backslashes: usize) -> bool {
    let rest = raw.get(at..).unwrap_or_default();
    rest.get(backslashes) == Some(&b'n') && rest.iter().take(backslashes).all(|byte| *byte == b'\\')
}

fn character(code: u32, end: usize, backslashes: usize) -> Unit {
    let content = match char::from_u32(code) {
        Some(character) if is_unseen(Some(character)) => Content::Nothing,
        Some(character) => Content::Char(character),
        None => Content::Byte(b' '),
    };
    Unit { end, backslashes, content }
}

/// Whether a character cannot be seen and parts no words: marks of direction, joiners, places where a line may break.
pub(in crate::detect) fn is_unseen(character: Option<char>) -> bool {
    matches!(
        character,
        Some(
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}',
        )
    )
}

fn surrogates(raw: &[u8], high: u32, mut end: usize, backslashes: usize) -> Unit {
    let mut letter = end;
    while raw.get(letter) == Some(&b'\\') && letter - end < BACKSLASHES_MAX {
        letter += 1;
    }
    let low = if letter > end && raw.get(letter) == Some(&b'u') { hex(raw, letter + 1, 4) } else { None };
    let mut code = 0xfffd;
    if let Some(low @ 0xdc00..=0xdfff) = low {
        code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        end = letter + 5;
    }
    character(code, end, backslashes)
}

/// Skips the rest of a terminal colour code, if there is one.
fn colour(raw: &[u8], after: usize, backslashes: usize) -> Unit {
    let mut end = after;
    if raw.get(end) == Some(&b'[') {
        end += 1;
        while raw.get(end).is_some_and(|byte| byte.is_ascii_digit() || *byte == b';') && end - after < 24 {
            end += 1;
        }
        if raw.get(end).is_some_and(u8::is_ascii_alphabetic) {
            end += 1;
        }
    }
    Unit { end, backslashes, content: Content::Nothing }
}

/// The code in braces at `at`, as in `\u{1f600}`, and where it ends.
fn braced(raw: &[u8], at: usize) -> Option<(u32, usize)> {
    let digits = raw.get(at..)?.strip_prefix(b"{")?.iter().take(7).take_while(|byte| byte.is_ascii_hexdigit()).count();
    (raw.get(at + 1 + digits) == Some(&b'}'))
        .then_some((hex(raw, at + 1, digits).filter(|_| digits > 0)?, at + digits + 2))
}

fn hex(raw: &[u8], at: usize, digits: usize) -> Option<u32> {
    let mut value = 0;
    for &byte in raw.get(at..at + digits)? {
        value = value << 4 | char::from(byte).to_digit(16)?;
    }
    Some(value)
}

/// What one backslash with this sign stands for, as far as [`unit`] needs nothing more to tell it.
#[inline]
pub(super) fn short_escape(sign: u8) -> Option<u8> {
    match sign {
        b'n' => Some(b'\n'),
        b't' | b'b' | b'f' => Some(b' '),
        b'"' | b'/' | b'\'' => Some(sign),
        _ => None,
    }
}

/// Appends `span` without its escapes to `out`.
pub(in crate::detect) fn unescape_into(span: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = span.get(at) {
        if byte != b'\\' && byte != 0x1b {
            out.push(byte);
            at += 1;
            continue;
        }
        let unit = unit(span, at);
        let mut buffer = [0; 4];
        match unit.content {
            Content::Nothing => {}
            Content::Byte(byte) => out.push(byte),
            Content::Char(character) => out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
        at = unit.end;
    }
}

/// The end of the escape that starts at `at`, or `at` itself when none does.
pub(in crate::detect) fn escape_end(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(b'\\' | 0x1b) => unit(text, at).end,
        Some(_) | None => at,
    }
}

/// The byte that the escape at `at` stands for, and its end. `None` when it stands for anything but one byte.
pub(in crate::detect) fn escaped_byte(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let unit = unit(text, at);
    match unit.content {
        Content::Byte(byte) => Some((byte, unit.end)),
        Content::Nothing | Content::Char(_) => None,
    }
}

/// The character that the escape at `at` stands for, where it is given by its code.
pub(in crate::detect) fn escaped_character(text: &[u8], at: usize) -> Option<char> {
    match unit(text, at).content {
        Content::Char(character) => Some(character),
        Content::Nothing | Content::Byte(_) => None,
    }
}

/// The end of the escapes from `at` on that stand for nothing.
pub(in crate::detect) fn nothing_end(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b'\\' | 0x1b)) {
        let unit = unit(text, at);
        match unit.content {
            Content::Nothing => at = unit.end,
            Content::Byte(_) | Content::Char(_) => break,
        }
    }
    at
}

/// The byte before `end` once escapes are removed; `None` when that is not one byte or cannot be told from here.
pub(in crate::detect) fn byte_before(text: &[u8], end: usize) -> Option<u8> {
    let from = end.saturating_sub(ESCAPE_MAX);
    let near = text.get(from..end).unwrap_or_default();
    let Some(last) = memchr::memrchr2(b'\\', 0x1b, near) else { return near.last().copied() };
    let before = near.get(..last).unwrap_or_default();
    let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
    if backslashes >= BACKSLASHES_MAX - 1 {
        return None;
    }
    let unit = unit(text, from + last - backslashes);
    match unit.content {
        _ if unit.end < end => near.last().copied(),
        Content::Byte(byte) if unit.end == end => Some(byte),
        Content::Nothing | Content::Byte(_) | Content::Char(_) => None,
    }
}
