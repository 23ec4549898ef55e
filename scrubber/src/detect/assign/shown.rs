//! How debuggers, interpreters and pages show a name and its value: types behind the name, addresses and brackets around the value.

use super::{Joint, until};

/// Skips what languages write right behind a name when they show an object: `["token":protected]`, `[token:Config:private]`, as
/// PHP does, and `<<"token">>`, as Erlang does.
pub(super) fn typed_name(text: &[u8], start: usize, at: usize) -> usize {
    const TYPE_MAX: usize = 64;
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(b">>") && text.get(..start).is_some_and(|before| before.ends_with(b"<<\"")) {
        return at + 2;
    }
    if rest.first() != Some(&b':') {
        return at;
    }
    let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b":\"_\\".contains(byte);
    let length = rest.iter().take(TYPE_MAX).take_while(is_type).count();
    let (shown, rest) = rest.split_at(length);
    let seen = shown.ends_with(b":private") || shown.ends_with(b":protected");
    if seen && rest.first() == Some(&b']') { at + length + 1 } else { at }
}

/// Skips the bracket in `token=[…]`, as logs set values apart: one word stands in it, and nothing behind it.
pub(super) fn bracketed(text: &[u8], at: usize) -> usize {
    if text.get(at) != Some(&b'[') || !text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
        return at;
    }
    let end = until(text, at + 1, |byte| byte.is_ascii_whitespace() || b"\"'`[](){},;:".contains(&byte));
    let apart = text.get(end + 1).is_none_or(|byte| byte.is_ascii_whitespace() || b",;)".contains(byte));
    if text.get(end) == Some(&b']') && apart { at + 1 } else { at }
}

/// `s:8:"password";s:12:"…"`, as PHP stores it: where the literal starts behind the quote that closes the name.
pub(super) fn serialized(text: &[u8], at: usize) -> Option<usize> {
    let length = text.get(at..)?.strip_prefix(b";s:")?;
    let digits = length.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0 && length.get(digits..digits + 2) == Some(b":\"")).then_some(at + 3 + digits + 1)
}

/// Skips the address that a debugger shows before the literal that lies there: `0x00005555 "…"`.
pub(super) fn pointer(text: &[u8], at: usize) -> usize {
    const DIGITS_MAX: usize = 16;
    let Some(address) = text.get(at..).and_then(|rest| rest.strip_prefix(b"0x")) else { return at };
    let digits = address.iter().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let literal = address.get(digits) == Some(&b' ') && address.get(digits + 1) == Some(&b'"');
    if digits > 0 && literal { at + 2 + digits + 1 } else { at }
}

/// How the text of an element whose tag ends before `after` is joined to its name: cells of tables and lists hold words as well.
pub(super) fn cell_joint(text: &[u8], after: usize, joint: Joint) -> Joint {
    let tag = text.get(after.saturating_sub(12)..after).unwrap_or_default();
    let cell = ["<td>", "<dd>", "<code>"].iter().any(|cell| tag.ends_with(cell.as_bytes()));
    if cell { Joint::Said } else { joint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_around_a_value_is_skipped() {
        assert_eq!(typed_name(b"<<\"token\">> =>", 3, 9), 11);
        assert_eq!(typed_name(b"[token:protected] =>", 1, 6), 17);
        assert_eq!(typed_name(b"[token:Acme\\Config:private] =>", 1, 6), 27);
        assert_eq!(typed_name(b"[token:other] =>", 1, 6), 6);
        assert_eq!(serialized(b"token\";s:12:\"x", 6), Some(12));
        assert_eq!(serialized(b"token\";i:12;", 6), None);
        assert_eq!(pointer(b"0x00ff \"x", 0), 7);
        assert_eq!(pointer(b"0x00ff x", 0), 0);
        assert_eq!(bracketed(b"[open1] x", 0), 1);
        for text in ["[open1, x]", "[u8; 4]", "[open1](x)", "[secret:1a2b3c4d]", "[]"] {
            assert_eq!(bracketed(text.as_bytes(), 0), 0, "{text}");
        }
    }
}
