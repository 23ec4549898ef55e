//! Two names before one sign, and two values behind it: `login/password: ann / maple-77x`.

use super::{Value, blank, skip, until};
use crate::detect::context::keys;
use crate::detect::search::name_start;

/// The second of two values, where the name that starts at `start` is the second of two; else the value itself.
pub(in crate::detect) fn second(text: &[u8], start: usize, value: Value) -> Value {
    let of_two = !value.quoted && is_second_name(text.get(..start).unwrap_or_default());
    behind_first(text, value).filter(|_| of_two).unwrap_or(value)
}

/// Whether `before` ends with the name of an account and a slash: neither a path nor the name of another secret, whose value is the first.
fn is_second_name(before: &[u8]) -> bool {
    let first = before.trim_ascii_end().strip_suffix(b"/").unwrap_or_default().trim_ascii_end();
    let name = name_start(first, first.len());
    first.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
        && !first.get(..name).unwrap_or_default().ends_with(b"/")
        && keys::classify(first.get(name..).unwrap_or_default()).is_none()
}

/// `ann`, `Svc_app`, `demo01`: unlike the head of a secret that holds a slash.
fn is_account(word: &[u8]) -> bool {
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let stem = word.get(..word.len() - digits).unwrap_or_default();
    let inside = |byte: &u8| byte.is_ascii_lowercase() || b"._-@".contains(byte);
    matches!(stem, [first, rest @ ..] if first.is_ascii_alphabetic() && !rest.is_empty() && rest.iter().all(inside))
}

fn behind_first(text: &[u8], value: Value) -> Option<Value> {
    let both = text.get(value.start..value.end)?;
    // `ann/maple-77x` is one word.
    if let Some(slash) = memchr::memchr(b'/', both) {
        let (account, password) = (both.get(..slash)?, both.get(slash + 1..)?);
        let start = value.start + slash + 1;
        let two = is_account(account) && !password.is_empty() && !password.contains(&b'/');
        return two.then_some(Value { start, literal: true, ..value });
    }
    let sign = blank(text, value.end);
    let start = blank(text, skip(text, sign, b"/", 1));
    let end = until(text, start, |byte| byte.is_ascii_whitespace() || b"\"'`,;)".contains(&byte));
    (text.get(sign) == Some(&b'/') && end > start).then_some(Value { start, end, literal: true, ..value })
}
