//! What tools write of bytes: pairs of hex digits, and characters one by one.

use super::{View, line_end};
use crate::detect::reading::decode;

/// Reads pairs of hex digits with blanks between them, over the offsets and the readable columns of `hexdump -C` and `xxd`.
/// At least eight of them must stand for text.
pub(in crate::detect) fn hex_pairs(text: &[u8], view: &mut View) -> bool {
    /// A whole line of a dump has so many.
    const PAIRS_IN_LINE: usize = 16;
    let (mut at, mut pairs) = (0, 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let digits = rest.iter().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
        // Two blanks part pairs from the readable column, which may begin with digits.
        let apart = pairs > 0 && text.get(..at).is_some_and(|before| before.ends_with(b"  "));
        let column = apart && (digits == 4 || pairs == PAIRS_IN_LINE);
        if matches!(digits, 2 | 4) && !column {
            pairs += digits / 2;
            for (place, pair) in rest.get(..digits).unwrap_or_default().chunks(2).enumerate() {
                if let Some((high, low)) =
                    pair.first().zip(pair.get(1)).and_then(|(a, b)| decode::digit(*a).zip(decode::digit(*b)))
                {
                    view.push(high << 4 | low, at + 2 * place);
                }
            }
            at += digits;
            at += text.get(at..).unwrap_or_default().iter().take(2).take_while(|byte| **byte == b' ').count();
            continue;
        }
        match next_dump_line(text, at) {
            Some(next) => (at, pairs) = (next, 0),
            None => break,
        }
    }
    view.end(at);
    let odd = decode::odd_bytes(&view.bytes, view.bytes.len());
    view.bytes.len() >= 8 && odd * 8 <= view.bytes.len()
}

/// Reads what `od -c` writes: a place, and each byte in a cell of four signs. At least eight bytes must stand for text.
pub(in crate::detect) fn dumped_characters(text: &[u8], view: &mut View) -> bool {
    const PLACE: usize = 7;
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if rest.iter().take(PLACE).take_while(|byte| matches!(byte, b'0'..=b'7')).count() < PLACE {
            break;
        }
        at += PLACE;
        while let Some((byte, end)) = dumped(text, at) {
            byte.into_iter().for_each(|byte| view.push(byte, at));
            at = end;
        }
        let end = line_end(text.get(at..).unwrap_or_default());
        if end == 0 {
            break;
        }
        at += end;
    }
    view.end(at);
    let odd = decode::odd_bytes(&view.bytes, view.bytes.len());
    view.bytes.len() >= 8 && odd * 8 <= view.bytes.len()
}

/// The byte in the cell at `at`, and where the cell ends. A star goes on the character in the cell before.
fn dumped(text: &[u8], at: usize) -> Option<(Option<u8>, usize)> {
    const CELL: usize = 4;
    let rest = text.get(at..)?;
    let blanks = rest.iter().take(CELL).take_while(|byte| **byte == b' ').count();
    let sign = rest.get(blanks..)?;
    let slashes = sign.iter().take(16).take_while(|byte| **byte == b'\\').count();
    match (blanks, sign) {
        (CELL, _) => Some((Some(b' '), at + CELL)),
        (1, [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
            Some((Some((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0')), at + CELL))
        }
        (2, [b'*', b'*', ..]) => Some((None, at + CELL)),
        (2, _) if slashes > 0 => {
            let byte = match sign.get(slashes)? {
                b'n' | b'r' => b'\n',
                b't' | b'b' | b'f' | b'v' | b'a' | b'0' => b' ',
                _ => return None,
            };
            Some((Some(byte), at + blanks + slashes + 1))
        }
        // A backslash itself, or a quote, in a string.
        (3, [_, ..]) if slashes > 0 => {
            let quote = sign.get(slashes).filter(|byte| b"\"'".contains(byte));
            Some((Some(*quote.unwrap_or(&b'\\')), at + blanks + slashes + usize::from(quote.is_some())))
        }
        (3, [byte, ..]) if byte.is_ascii_graphic() => Some((Some(*byte), at + CELL)),
        _ => None,
    }
}

/// Where the pairs of a dump's next line begin.
fn next_dump_line(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + 48))?;
    let (place, length) = (0..rest.len()).find_map(|place| {
        let length = line_end(rest.get(place..)?);
        (length > 0).then_some((place, length))
    })?;
    let line = at + place + length;
    let offset = |start: usize| {
        let digits = text.get(start..)?.iter().take(17).take_while(|byte| byte.is_ascii_hexdigit()).count();
        (6..=16).contains(&digits).then_some((start, digits))
    };
    // A listing may number the lines of the dump.
    let (start, offset) = offset(line).or_else(|| offset(super::after_gutter(text, line)))?;
    let mut pairs = start + offset + usize::from(text.get(start + offset) == Some(&b':'));
    while text.get(pairs) == Some(&b' ') && pairs - start < 24 {
        pairs += 1;
    }
    Some(pairs)
}
