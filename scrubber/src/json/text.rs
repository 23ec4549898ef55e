//! The text behind the inside of a JSON string, and the way back.

/// The four hexadecimal digits at `at`.
pub(crate) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

/// Whether a string's inside, whose escapes are well formed, can be part of valid JSON as it stands: without control
/// characters and without halves of surrogate pairs, which not every parser takes.
pub(super) fn sound(inside: &[u8]) -> bool {
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        match byte {
            0..0x20 => return false,
            b'\\' => {
                let escape = inside.get(at..).unwrap_or_default();
                match unit_length(escape) {
                    Some(length) => at += length,
                    None => return false,
                }
            }
            _ => at += 1,
        }
    }
    true
}

/// Whether a text can stand between the quotes of a valid JSON string: for what was put together anew.
pub(crate) fn is_inside(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let escape = rest.get(at..).unwrap_or_default();
        let known = escape.get(1).is_some_and(|letter| b"\"\\/bfnrtu".contains(letter));
        let length = unit_length(escape).filter(|length| *length <= escape.len());
        match length {
            Some(length) if escape.first() == Some(&b'\\') && known => rest = escape.get(length..).unwrap_or_default(),
            _ => return false,
        }
    }
    !text.iter().fold(false, |found, &byte| found | (byte < 0x20)) && simdutf8::basic::from_utf8(text).is_ok()
}

/// The length of the escape at the start of `text`, that of a surrogate pair as a whole; `None` for half of one.
pub(super) fn unit_length(text: &[u8]) -> Option<usize> {
    if text.get(1) != Some(&b'u') {
        return Some(2);
    }
    match hex4(text, 2)? {
        0xD800..=0xDBFF => {
            let low = if text.get(6..8) == Some(b"\\u") { hex4(text, 8) } else { None };
            matches!(low, Some(0xDC00..=0xDFFF)).then_some(12)
        }
        0xDC00..=0xDFFF => None,
        _ => Some(6),
    }
}

/// Appends the text behind a string's inside. Halves of surrogate pairs become U+FFFD.
pub(crate) fn decode(inside: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        if byte != b'\\' {
            let end =
                memchr::memchr(b'\\', inside.get(at..).unwrap_or_default()).map_or(inside.len(), |found| at + found);
            out.extend_from_slice(inside.get(at..end).unwrap_or_default());
            at = end;
            continue;
        }
        at += 2;
        let plain = match inside.get(at - 1) {
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let (character, length) = unit(inside, at);
                let mut buffer = [0; 4];
                out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                at += length;
                continue;
            }
            Some(&other) => other,
            None => continue,
        };
        out.push(plain);
    }
}

/// The character of the `\u` escape whose digits begin at `at`, and how many bytes it takes from there.
fn unit(inside: &[u8], at: usize) -> (char, usize) {
    let Some(high) = hex4(inside, at) else { return (char::REPLACEMENT_CHARACTER, 0) };
    if (0xD800..0xDC00).contains(&high)
        && inside.get(at + 4..at + 6) == Some(b"\\u")
        && let Some(low @ 0xDC00..=0xDFFF) = hex4(inside, at + 6)
    {
        let value = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER), 10);
    }
    (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 4)
}

/// Appends `text` as the inside of a JSON string. Bytes that are no UTF-8 become U+FFFD.
pub(crate) fn encode(text: &[u8], out: &mut Vec<u8>) {
    for chunk in text.utf8_chunks() {
        for &byte in chunk.valid().as_bytes() {
            match byte {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                0..0x20 => {
                    const DIGITS: &[u8; 16] = b"0123456789abcdef";
                    out.extend_from_slice(b"\\u00");
                    out.extend([byte >> 4, byte & 15].iter().filter_map(|&nibble| DIGITS.get(usize::from(nibble))));
                }
                _ => out.push(byte),
            }
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{FFFD}".as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_stand_between_quotes_is_told() {
        for text in ["", "ab", r#"a\n\"b"#, r"\u0041\ud83d\ude00", r"\\", "é"] {
            assert!(is_inside(text.as_bytes()), "{text}");
        }
        for text in [r#"a"b"#, r"a\", r"\x", r"\u12", r"\ud83d", r"\ude00", "a\nb", r#"\\""#] {
            assert!(!is_inside(text.as_bytes()), "{text}");
        }
        assert!(!is_inside(b"a\xff"));
    }
}
