//! Secrets that a command keeps: under a name of its own, in the place of a name in a file, or in a file whose name tells.

use super::words::Words;
use crate::detect::context::keys::{self, Key};
use crate::detect::judge::value;

/// Where the value starts in `NAME=…`, given to a command that keeps secrets, unless the name says that it is none.
pub(super) fn set(word: &[u8]) -> Option<usize> {
    if word.starts_with(b"-") && !word.starts_with(b"--from-literal=") {
        return None;
    }
    let flag = if word.starts_with(b"--from-literal=") { "--from-literal=".len() } else { 0 };
    let sign = flag + memchr::memchr(b'=', word.get(flag..)?).filter(|sign| *sign > 0)?;
    let name = word.get(flag..sign)?;
    let quote = word.get(sign + 1).is_some_and(|byte| b"\"'".contains(byte));
    let start = sign + 1 + usize::from(quote);
    may_name(name).then_some(start)
}

/// Whether what is kept among secrets under this name is one.
pub(super) fn may_name(name: &[u8]) -> bool {
    const OTHERS: &[&str] = &[
        "user",
        "name",
        "login",
        "host",
        "url",
        "uri",
        "region",
        "zone",
        "port",
        "env",
        "version",
        "path",
        "file",
        "ttl",
        "policies",
        "type",
        "bits",
        "role",
        "roles",
        "driver",
        "mode",
        "model",
        "image",
        "bucket",
        "level",
        "options",
        "runtime",
        "namespace",
        "server",
        "context",
    ];
    let name = name.to_ascii_lowercase();
    !OTHERS.iter().any(|other| name.ends_with(other.as_bytes()))
}

/// Whether a machine made the value, of letters of both cases and digits: digests, ids and packed data have other signs or one case.
pub(super) fn is_key(value: &[u8]) -> bool {
    const LENGTH_MIN: usize = 16;
    let form = value::shape(value);
    let mixed = form.length >= LENGTH_MIN && form.digit >= 2 && form.upper >= 2 && form.lower >= 2;
    mixed && form.letters() + form.digit == form.length && !value::is_wordlike(value) && !value::is_placeholder(value)
}

/// Where the new text stands in `s/YOUR_API_KEY/…/g`.
pub(super) fn replaced(word: &[u8]) -> Option<(usize, usize)> {
    let [b's', sign, ..] = word else { return None };
    let mut signs = memchr::memchr_iter(*sign, word);
    let (first, second, third) = (signs.next()?, signs.next()?, signs.next()?);
    let name = word.get(first + 1..second)?.trim_ascii();
    let blank = ["changeme", "change_me", "change-me", "replaceme", "replace_me", "placeholder"]
        .iter()
        .any(|blank| name.eq_ignore_ascii_case(blank.as_bytes()));
    // A bare word in small letters is an identifier that is renamed.
    let marked = name.iter().any(|byte| !byte.is_ascii_lowercase());
    let named = marked && matches!(keys::classify(name), Some(Key::Password | Key::Secret));
    let renamed = word.get(second + 1..third).is_some_and(|new| keys::classify(new).is_some());
    (sign.is_ascii_punctuation() && (blank || named) && !renamed).then_some((second + 1, third))
}

/// Whether the rest of a line writes to a file whose name is that of a secret: `> token.txt`, `| tee /run/secrets/db_password`.
pub(super) fn is_kept(line: &[u8]) -> bool {
    let sign = memchr::memchr(b'>', line).map(|at| at + 1);
    let tee = || memchr::memmem::find(line, b"| tee ").map(|at| at + 6);
    let Some(rest) = sign.or_else(tee).and_then(|at| line.get(at..)) else { return false };
    let Some((start, end)) = Words::new(rest, usize::from(rest.starts_with(b">"))).next() else { return false };
    let path = rest.get(start..end).unwrap_or_default();
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let stem = name.strip_suffix(b".txt").unwrap_or(name);
    // `/etc/passwd` holds none.
    stem != b"passwd" && matches!(keys::classify(stem), Some(Key::Password | Key::Secret))
}
