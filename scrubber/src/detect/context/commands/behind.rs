//! Passwords that stand before what gives them away: `'…' | ConvertTo-SecureString`, `app:…@tcp(db:3306)/shop`.

use super::{Found, generic};

/// The names that give a password before them away.
pub(super) const NAMES: &[&str] = &[
    "ConvertTo-SecureString",
    "passwd",
    "toCharArray(",
    "tcp(",
    "unix(",
    "cloudsql(",
    "to log in",
    "to login",
    "to sign in",
];

/// Calls that are given a password as a list of characters, and what else says so before it.
const CHARACTERS: &[&str] =
    &["load(", "init(", "store(", "getKey(", "setKeyEntry(", "Protection(", "KeySpec(", "Authentication(", "assw"];

/// No password before a name is longer.
const LENGTH_MAX: usize = 100;

/// The password before the name at `at`, if one of [`NAMES`] stands there.
pub(super) fn password(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let rest = text.get(at..).unwrap_or_default();
    let before = text.get(at.saturating_sub(LENGTH_MAX)..at).unwrap_or_default();
    let low = at - before.len();
    let place = if rest.starts_with(b"ConvertTo-") {
        piped(before)
    } else if rest.starts_with(b"passwd") {
        of_new_account(before)
    } else if rest.starts_with(b"toChar") {
        as_characters(before)
    } else if rest.starts_with(b"to ") {
        of_login(before)
    } else {
        of_account(before)
    };
    found[0] = place.map(|(start, end)| (low + start, low + end));
    found
}

/// The literal that a pipe hands over at the end of `before`.
fn piped(before: &[u8]) -> Option<(usize, usize)> {
    let literal = before.trim_ascii_end().strip_suffix(b"|")?.trim_ascii_end();
    let (quote, inner) = literal.split_last().filter(|(quote, _)| b"\"'".contains(quote))?;
    let open = memchr::memrchr(*quote, inner)?;
    (inner.get(open + 1) != Some(&b'$')).then_some((open + 1, inner.len()))
}

/// The literal that `echo` or `printf` hands over, perhaps through `sudo`.
fn of_new_account(before: &[u8]) -> Option<(usize, usize)> {
    let command = before.trim_ascii_end();
    let command = command.strip_suffix(b"sudo").unwrap_or(command);
    let (open, close) = piped(command).filter(|_| before.ends_with(b" "))?;
    let head = command.get(..open)?;
    let written = ["echo ", "printf "].iter().any(|name| memchr::memmem::find(head, name.as_bytes()).is_some());
    written.then_some((open, close))
}

/// The literal before `.toCharArray()` that is given to a call which takes a password, and no alphabet.
fn as_characters(before: &[u8]) -> Option<(usize, usize)> {
    let (quote, inner) = before.strip_suffix(b".")?.split_last().filter(|(quote, _)| **quote == b'"')?;
    let open = memchr::memrchr(*quote, inner)?;
    let line = inner.get(..open)?.rsplit(|byte| *byte == b'\n').next()?;
    let literal = inner.get(open + 1..)?;
    let given = CHARACTERS.iter().any(|call| memchr::memmem::find(line, call.as_bytes()).is_some());
    let chosen = generic::is_told_password(literal, true) || generic::is_said_password(literal);
    (given && chosen).then_some((open + 1, inner.len()))
}

/// The password of `user:password@` at the end of `before`.
fn of_account(before: &[u8]) -> Option<(usize, usize)> {
    let account = before.strip_suffix(b"@")?;
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`/=(".contains(byte);
    let start = account.iter().rposition(ends).map_or(0, |at| at + 1);
    let colon = memchr::memchr(b':', account.get(start..)?)?;
    (colon > 0).then_some((start + colon + 1, account.len()))
}

/// The password of an account and its password that are the last word of `before`: `use ann/… to log in`.
fn of_login(before: &[u8]) -> Option<(usize, usize)> {
    let word = before.trim_ascii_end();
    let edge = |byte: &u8| b"\"'`".contains(byte);
    let end = word.len() - word.iter().rev().take(1).filter(|byte| edge(byte)).count();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || edge(byte);
    let start = word.get(..end)?.iter().rposition(ends).map_or(0, |at| at + 1);
    let pair = word.get(start..end)?;
    let sign = pair.iter().position(|byte| b":/".contains(byte))?;
    let password = pair.get(sign + 1..)?;
    let account = sign > 0 && pair.iter().take(sign).all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(byte));
    (account && generic::is_said_password(password)).then_some((start + sign + 1, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_name_is_found() {
        for (text, expected) in [
            ("$a = 'open1' | ConvertTo-SecureString -AsPlainText", Some("open1")),
            ("app:open1@tcp(db:3306)/shop", Some("open1")),
            ("\"app:open1@unix(/tmp/a.sock)/shop\"", Some("open1")),
            ("use ann/open1x23 to log in", Some("open1x23")),
            ("use `ann:open1x23` to login there", Some("open1x23")),
            ("use docs/guide.md to log in", None),
            ("echo -e 'open1\nopen1' | sudo passwd ann", Some("open1\nopen1")),
            ("echo \"$a\" | passwd ann", None),
            ("cat 'a' /etc/passwd", None),
            ("[\"| su \", \"| passwd\"]", None),
            ("keys.load(in, \"open1x\".toCharArray());", Some("open1x")),
            ("char[] all = \"0123456789abcdef\".toCharArray();", None),
            ("names.load(in, \"vowels\".toCharArray());", None),
            ("ConvertTo-SecureString $a", None),
            ("listen tcp(80)", None),
        ] {
            let at = NAMES.iter().filter_map(|name| text.find(name)).min().unwrap_or(0);
            let found = password(text.as_bytes(), at);
            assert_eq!(found[0].and_then(|(start, end)| text.get(start..end)), expected, "{text}");
        }
    }
}
