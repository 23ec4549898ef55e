//! Codes of terminals: links, and colours that lost their first byte.

/// The length of the code at the start of `text` by which a terminal begins or ends a link: `ESC ]8;;https://… ESC \`, where the
/// sign of the bell may stand at the end.
pub(in crate::detect) fn link(text: &[u8]) -> Option<usize> {
    const ADDRESS_MAX: usize = 1024;
    if !matches!(text.first(), Some(0x1b | b'\\')) {
        return None;
    }
    let open = escape(text).filter(|open| text.get(*open..).is_some_and(|rest| rest.starts_with(b"]8;")))?;
    let address = text.get(open..text.len().min(open + ADDRESS_MAX))?;
    // The first code ends it, or else it is none. JSON may have a backslash before each slash.
    let end = memchr::memchr3_iter(0x1b, 0x07, b'\\', address).find(|end| address.get(end + 1) != Some(&b'/'))?;
    Some(open + end + terminator(address.get(end..)?)?)
}

/// The length of the code that begins each other one, as it stands or as an escape.
fn escape(text: &[u8]) -> Option<usize> {
    const NAMES: [&[u8]; 6] = [b"u001b", b"u001B", b"x1b", b"x1B", b"033", b"e"];
    let slashes = slashes(text);
    let code = text.get(slashes..)?;
    let named = NAMES.iter().find(|name| code.starts_with(name));
    if slashes > 0 { named.map(|name| slashes + name.len()) } else { (code.first() == Some(&0x1b)).then_some(1) }
}

/// The length of the code that ends an address.
fn terminator(text: &[u8]) -> Option<usize> {
    const BELLS: [&[u8]; 4] = [b"u0007", b"x07", b"007", b"a"];
    if text.first() == Some(&0x07) {
        return Some(1);
    }
    let before = slashes(text);
    let bell = BELLS.iter().find(|name| text.get(before..).is_some_and(|rest| rest.starts_with(name)));
    if let Some(name) = bell.filter(|_| before > 0) {
        return Some(before + name.len());
    }
    let closed = escape(text)?;
    let behind = slashes(text.get(closed..)?);
    (behind > 0).then_some(closed + behind)
}

fn slashes(text: &[u8]) -> usize {
    text.iter().take(8).take_while(|byte| **byte == b'\\').count()
}

/// Whether the colour code at `at` that lost its first byte is the last in its row, and they part what belongs together.
pub(in crate::detect) fn is_last_colour(text: &[u8], at: usize) -> bool {
    /// Bytes of a code.
    const COLOUR_MAX: usize = 12;
    let to = at + colour(text.get(at..).unwrap_or_default());
    if to == at || !text.get(to).is_some_and(is_of_token) {
        return false;
    }
    let mut from = at;
    while let Some(near) = text.get(from.saturating_sub(COLOUR_MAX)..from) {
        let Some(open) = memchr::memrchr(b'[', near).map(|open| from - near.len() + open) else { break };
        if open + colour(text.get(open..from).unwrap_or_default()) != from {
            break;
        }
        from = open;
    }
    parts_token(text, from, to)
}

/// Whether what belongs together stands before `from` and behind `to`.
pub(super) fn parts_token(text: &[u8], from: usize, to: usize) -> bool {
    let before = from.checked_sub(1).and_then(|before| text.get(before));
    before.is_some_and(is_of_token) && text.get(to).is_some_and(is_of_token)
}

fn is_of_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.+/=".contains(byte)
}

/// The length of the colour codes in a row without their first bytes that `text` begins with: `[0m[32m`.
pub(super) fn colours(text: &[u8]) -> usize {
    let mut length = 0;
    while let more @ 1.. = colour(text.get(length..).unwrap_or_default()) {
        length += more;
    }
    length
}

/// The same of one code.
fn colour(text: &[u8]) -> usize {
    const DIGITS_MAX: usize = 10;
    let Some(code) = text.strip_prefix(b"[") else { return 0 };
    let digits = code.iter().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    if digits > 0 && code.get(digits) == Some(&b'm') { digits + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_end_at_the_first_code_behind_them() {
        for (text, expected) in [
            ("\u{1b}]8;;https://a.example\u{1b}\\rest", 24),
            ("\u{1b}]8;;https://a.example\u{7}rest", 23),
            ("\\u001b]8;;https://a.example\\u001b\\\\rest", 35),
            ("\\x1b]8;;https:\\/\\/a.example\\x07rest", 31),
            ("\u{1b}]8;;a\u{1b}[0m\u{7}rest", 0),
            ("\u{1b}]8;;a\\nb\u{7}rest", 0),
        ] {
            assert_eq!(link(text.as_bytes()).unwrap_or(0), expected, "{text}");
        }
    }

    #[test]
    fn only_the_last_colour_of_a_row_within_a_token_counts() {
        for (text, at, expected) in [
            ("ab[0m[32mcd", 5, true),
            ("ab[0m[32mcd", 2, false),
            ("ab [0m[32mcd", 6, false),
            ("ab[0m[32m cd", 5, false),
            ("[0m[32mcd", 3, false),
        ] {
            assert_eq!(is_last_colour(text.as_bytes(), at), expected, "{text}");
        }
    }
}
