//! Reads base64, hex and percent-encoding: only as far as is needed to see whether text lies inside, then all of it. Text is ASCII,
//! or UTF-8 in any script.

use std::io::Read as _;

/// Longer encoded text is not looked into.
const ENCODED_MAX: usize = 64 * 1024;
/// Base64 and hex characters that must decode to text before the rest is tried: random data fails on them.
const TASTE: usize = 24;

/// Of the bytes that were tasted so many may be something else than text: marks of length, ends of strings.
const ODD_MAX: usize = 3;
/// Compressed text is read up to here.
const INFLATED_MAX: u64 = 256 * 1024;

/// Decodes `encoded` to `out` when it is Base64 (either alphabet), hex or Base32 of text: in UTF-8, in UTF-16, or compressed by gzip or
/// zlib.
pub(in crate::detect) fn text_of(encoded: &[u8], out: &mut Vec<u8>) -> bool {
    let encoded = encoded.strip_prefix(b"0x").or_else(|| encoded.strip_prefix(b"0X")).unwrap_or(encoded);
    if !(TASTE..=ENCODED_MAX).contains(&encoded.len()) {
        return false;
    }
    for decode in [base64, hex, base32] {
        let taste = encoded.get(..TASTE).unwrap_or_default();
        out.clear();
        if !decode(taste, out) {
            continue;
        }
        let compressed = matches!(out.as_slice(), [0x1f, 0x8b, 8, ..] | [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]);
        let wide = high_bytes(out);
        if !(compressed || wide.is_some() || odd_bytes(out, ODD_MAX) <= ODD_MAX) {
            continue;
        }
        out.clear();
        if !decode(encoded, out) && out.len() < TASTE / 2 {
            return false;
        }
        if compressed {
            return inflate(out);
        }
        if let Some(high) = wide {
            *out = of_utf16(out, high);
        }
        return odd_bytes(out, out.len()) * 8 <= out.len();
    }
    false
}

/// Where the high byte of each pair stands in text in UTF-16, as far as its first bytes tell: in the scripts of Europe and of the
/// Near East it is small in every pair, and the other one is not.
fn high_bytes(taste: &[u8]) -> Option<usize> {
    const HIGH_MAX: u8 = 0x06;
    let small = |first: usize| taste.iter().skip(first).step_by(2).all(|byte| *byte <= HIGH_MAX);
    let large = |first: usize| taste.iter().skip(first).step_by(2).all(|byte| *byte > HIGH_MAX);
    [1, 0].into_iter().find(|high| small(*high) && large(1 - high))
}

/// The text of pairs, of which the byte at `high` is the high one. An odd byte at the end is left out.
fn of_utf16(wide: &[u8], high: usize) -> Vec<u8> {
    let (pairs, _) = wide.as_chunks::<2>();
    let units = pairs.iter().map(|pair| if high == 1 { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) });
    let characters = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    characters.collect::<String>().into_bytes()
}

/// Replaces gzip or zlib data by what it holds, as far as it can be read; false when that is no text.
fn inflate(data: &mut Vec<u8>) -> bool {
    let mut text = Vec::new();
    // Data that was cut off gives an error at its end, and what was read until then.
    let _ = if data.starts_with(&[0x1f, 0x8b]) {
        flate2::read::GzDecoder::new(data.as_slice()).take(INFLATED_MAX).read_to_end(&mut text)
    } else {
        flate2::read::ZlibDecoder::new(data.as_slice()).take(INFLATED_MAX).read_to_end(&mut text)
    };
    *data = text;
    !data.is_empty() && odd_bytes(data, data.len()) * 8 <= data.len()
}

/// Whether `encoded` is base64 of `user:password`.
pub(in crate::detect) fn is_user_and_password(encoded: &[u8]) -> bool {
    let (mut colon, mut bits, mut count, mut length) = (false, 0u32, 0, 0);
    for &byte in encoded.iter().take_while(|byte| **byte != b'=') {
        let Some(value) = sextet(byte) else { return false };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = (bits >> count) as u8;
            if !is_text(byte) {
                return false;
            }
            colon |= byte == b':' && length > 0;
            length += 1;
        }
    }
    colon && length >= 5
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Decodes base64 with or without padding; false when another character occurs.
pub(in crate::detect) fn base64(encoded: &[u8], out: &mut Vec<u8>) -> bool {
    let mut bits = 0u32;
    let mut count = 0;
    for &byte in encoded.iter().take_while(|byte| **byte != b'=') {
        let Some(value) = sextet(byte) else { return false };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    true
}

fn base32(encoded: &[u8], out: &mut Vec<u8>) -> bool {
    let (mut bits, mut count) = (0u32, 0);
    for &byte in encoded.iter().take_while(|byte| **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return false,
        };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    true
}

fn hex(encoded: &[u8], out: &mut Vec<u8>) -> bool {
    let (pairs, rest) = encoded.as_chunks::<2>();
    for &[high, low] in pairs {
        let (Some(high), Some(low)) = (digit(high), digit(low)) else { return false };
        out.push(high << 4 | low);
    }
    rest.is_empty()
}

/// Decodes percent-encoding to `out`, and writes where each byte came from to `origins`, with one more for the end.
/// False when there is nothing encoded.
pub(in crate::detect) fn percent(encoded: &[u8], out: &mut Vec<u8>, origins: &mut Vec<u32>) -> bool {
    out.clear();
    origins.clear();
    let mut at = 0;
    let mut any = false;
    while let Some(&byte) = encoded.get(at) {
        // `%u0061`, as old scripts write a character.
        if let Some([b'%', b'u', b'0', b'0', high, low]) = encoded.get(at..at + 6)
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            origins.push(at as u32);
            out.push(high << 4 | low);
            any = true;
            at += 6;
            continue;
        }
        let pair = encoded.get(at + 1).copied().and_then(digit).zip(encoded.get(at + 2).copied().and_then(digit));
        // The rest of a character is no variable, whatever letters stand behind it.
        let goes_on = any && matches!(out.last(), Some(0x80..)) && matches!(pair, Some((8..=0xb, _)));
        let variable = if byte == b'%' && !goes_on { variable(encoded.get(at + 1..).unwrap_or_default()) } else { 0 };
        if variable > 0 {
            let to = at + 1 + variable;
            out.extend_from_slice(encoded.get(at..to).unwrap_or_default());
            origins.extend((at..to).map(|origin| origin as u32));
            at = to;
            continue;
        }
        origins.push(at as u32);
        match pair {
            Some((high, low)) if byte == b'%' => {
                out.push(high << 4 | low);
                any = true;
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    origins.push(at as u32);
    any
}

/// The length of `DB_PASS%` at the start of `text`, a variable of Windows' shell; zero where there is none. Of UTF-8 each byte has
/// its own sign.
fn variable(text: &[u8]) -> usize {
    let name = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let named = text.first().is_some_and(u8::is_ascii_alphabetic) && name > 2 && text.get(name) == Some(&b'%');
    if named { name + 1 } else { 0 }
}

/// The stretch of URL characters around `at`, with those that only some writers encode, at most `most` bytes to either side.
pub(in crate::detect) fn percent_stretch(text: &[u8], at: usize, most: usize) -> (usize, usize) {
    let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || b"%._~+-!*/:@&=;,?$".contains(byte);
    let before = text.get(at.saturating_sub(most)..at).unwrap_or_default();
    let after = text.get(at..text.len().min(at + most)).unwrap_or_default();
    (at - before.iter().rev().take_while(inside).count(), at + after.iter().take_while(inside).count())
}

pub(in crate::detect) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

pub(in crate::detect) fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

/// Bytes that belong neither to ASCII text nor to a whole character of UTF-8; of data that is no text only the first few are counted.
pub(super) fn odd_bytes(text: &[u8], most: usize) -> usize {
    let (mut odd, mut rest) = (0, text);
    while let [first, tail @ ..] = rest {
        rest = tail;
        let following = match first {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ if is_text(*first) => continue,
            _ => 0,
        };
        let character = tail.get(..following).filter(|_| following > 0);
        if character.is_some_and(|bytes| bytes.iter().all(|byte| byte & 0xc0 == 0x80)) {
            rest = tail.get(following..).unwrap_or_default();
            continue;
        }
        odd += 1;
        if odd > most {
            break;
        }
    }
    odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encoded_text_is_decoded() {
        let mut out = Vec::new();
        assert!(text_of(b"cGFzc3dvcmQ9b3Blbi1zZXNhbWUtMTIz", &mut out));
        assert_eq!(out, b"password=open-sesame-123");
        assert!(text_of(b"70617373776f72643d6f70656e2d736573616d65", &mut out));
        assert_eq!(out, b"password=open-sesame");
        assert!(text_of(b"OBQXG43XN5ZGIPLPOBSW4LLTMVZWC3LFFUYTEMY=", &mut out));
        assert_eq!(out, b"password=open-sesame-123");
        assert!(text_of(b"0L_QsNGA0L7Qu9GMOiBvcGVuLXNlc2FtZS0xMjM", &mut out));
        assert_eq!(out, "пароль: open-sesame-123".as_bytes());
        assert!(text_of(b"e5af86e7a081efbc9a6f70656e2d736573616d65", &mut out));
        assert_eq!(out, "密码：open-sesame".as_bytes());
        assert!(!text_of(b"QVW3XNA7ILYALBQXN2MP2M2YCKANGDSJ", &mut out));
        assert!(!text_of(b"da39a3ee5e6b4b0d3255bfef95601890afd80709", &mut out));
        assert!(!text_of(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAf", &mut out));
    }

    #[test]
    fn percent_encoding_keeps_its_offsets() {
        let (mut out, mut origins) = (Vec::new(), Vec::new());
        assert!(percent(b"a%3Db%2", &mut out, &mut origins));
        assert_eq!(out, b"a=b%2");
        assert_eq!(origins, [0, 1, 4, 5, 6, 7]);
        assert!(percent(b"%DB_PASS%@%C3%A4%3D", &mut out, &mut origins));
        assert_eq!(out, b"%DB_PASS%@\xc3\xa4=");
        assert!(!percent(b"%AppData%", &mut out, &mut origins));
        assert!(percent(b"%u0061%u003D", &mut out, &mut origins));
        assert_eq!((out.as_slice(), origins.as_slice()), (b"a=".as_slice(), [0, 6, 12].as_slice()));
        assert!(!percent(b"%u0161%u00x1", &mut out, &mut origins));
    }
}
