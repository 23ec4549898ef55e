//! The literals among the arguments of a call.

use super::is_value;

/// The argument number `wanted` of the call whose name is `name` bytes long, when it is a literal.
pub(super) fn argument(line: &[u8], name: usize, wanted: usize) -> Option<(usize, usize)> {
    let mut at = name - usize::from(line.get(name - 1).is_some_and(|byte| b"([{".contains(byte)));
    if !line.get(at).is_some_and(|byte| b"([{".contains(byte)) {
        return None;
    }
    for number in 1..=wanted {
        let blanks = line.get(at + 1..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let open = at + 1 + blanks;
        let open = open + literal_prefix(line.get(open..)?);
        let quote = line.get(open).copied().filter(|byte| b"\"'`".contains(byte));
        let end = match quote {
            Some(quote) => open + 1 + memchr::memchr(quote, line.get(open + 1..)?)?,
            None => open,
        };
        if number == wanted {
            let typed = line.get(open + 1..end)?;
            // Keys that are pressed behind what is typed.
            let keys =
                ["{enter}", "{Enter}"].iter().find(|key| typed.ends_with(key.as_bytes())).map_or(0, |key| key.len());
            // Or the end of the line that is sent.
            let keys = keys + typed.iter().rev().take_while(|byte| b"\r\n".contains(byte)).count();
            return quote.map(|_| (open + 1, end - keys)).filter(|place| is_value(line, *place));
        }
        let end = end + conversion(line.get(end..)?);
        at = end + argument_end(line.get(end..)?)?;
        if line.get(at) != Some(&b',') {
            return None;
        }
    }
    None
}

/// Where an argument ends: at the comma or bracket that is in no brackets of its own.
fn argument_end(text: &[u8]) -> Option<usize> {
    const DEPTH_MAX: usize = 3;
    let mut depth = 0;
    for (at, byte) in text.iter().enumerate().take(96) {
        match byte {
            b'(' | b'[' if depth < DEPTH_MAX => depth += 1,
            b')' | b']' if depth > 0 => depth -= 1,
            b',' | b')' if depth == 0 => return Some(at),
            b'(' | b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// The length of a call that makes a string of a literal, with the quote before it: `"…".to_string()`.
fn conversion(text: &[u8]) -> usize {
    let calls = ["\".to_string()", "\".to_owned()", "\".into()", "\".as_str()"];
    calls.iter().find(|call| text.starts_with(call.as_bytes())).map_or(0, |call| call.len())
}

/// The length of what stands before the quote of a literal: `b"…"`, `Some("…")`.
fn literal_prefix(text: &[u8]) -> usize {
    ["[]byte(", "Buffer.from(", "bytes.fromhex(", "b", "u", "r", "@", "N", "Some(", "&b", "default="]
        .iter()
        .find(|prefix| {
            text.starts_with(prefix.as_bytes()) && text.get(prefix.len()).is_some_and(|byte| b"\"'".contains(byte))
        })
        .map_or(0, |prefix| prefix.len())
}
