//! Two names before one sign, and two values behind it: `login/password: ann / maple-77x`.

use super::{Value, blank, skip, until};

/// The second of two values, where the name that starts at `start` is the second of two; else the value itself.
pub(in crate::detect) fn second(text: &[u8], start: usize, value: Value) -> Value {
    let of_two = !value.quoted && is_second_name(text.get(..start).unwrap_or_default());
    behind_first(text, value).filter(|_| of_two).unwrap_or(value)
}

fn is_second_name(before: &[u8]) -> bool {
    let first = before.trim_ascii_end().strip_suffix(b"/").unwrap_or_default().trim_ascii_end();
    first.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

fn behind_first(text: &[u8], value: Value) -> Option<Value> {
    let both = text.get(value.start..value.end)?;
    // `ann/maple-77x` is one word.
    if let Some(slash) = memchr::memchr(b'/', both).filter(|slash| *slash > 0 && slash + 1 < both.len()) {
        let start = value.start + slash + 1;
        return (!both.get(slash + 1..)?.contains(&b'/')).then_some(Value { start, literal: true, ..value });
    }
    let sign = blank(text, value.end);
    let start = blank(text, skip(text, sign, b"/", 1));
    let end = until(text, start, |byte| byte.is_ascii_whitespace() || b"\"'`,;)".contains(&byte));
    (text.get(sign) == Some(&b'/') && end > start).then_some(Value { start, end, literal: true, ..value })
}
