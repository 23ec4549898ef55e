//! What lines and signs around a value say of it, beyond the name right before it: a label or a command in the line above, the
//! list that it stands in, the address that it is part of.

use std::sync::LazyLock;

use crate::detect::context::keys::{self, Key};
use crate::detect::search::{byte_at, name_start, of_two_words};
use crate::detect::sets::lexicon::{List, Words};

/// Bytes of the line above that are looked at.
const LINE_MAX: usize = 160;
/// What stands before a value that has a line of its own: indentation, marks of listings and quotations.
const MARKS_MAX: usize = 24;
/// Empty lines, and fences of code, between a label and its value.
const GAP_MAX: usize = 3;
/// Values before one in its list.
const SIBLINGS_MAX: usize = 6;
/// The longest value in a list.
const SIBLING_MAX: usize = 128;

/// Whether the value `text[start..end]` fills a line and the line above announces it.
pub(super) fn is_announced(text: &[u8], start: usize, end: usize) -> bool {
    let Some(mut at) = own_line(text, start, end) else { return false };
    for _ in 0..GAP_MAX {
        let from = line_start(text, at);
        let line = text.get(from..at).unwrap_or_default().trim_ascii();
        if !line.is_empty() && !line.iter().all(|byte| b"`|>~-+*\\/".contains(byte)) {
            return announces(line);
        }
        let Some(next) = line_break_before(text, from) else { return false };
        at = next;
    }
    false
}

/// Where the line above ends, when only marks stand before the value in its line and nothing behind it.
fn own_line(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let rest = text.get(end..text.len().min(end + 8)).unwrap_or_default();
    let close = rest.iter().take_while(|byte| b" \t\"'`=.".contains(byte)).count();
    let whole = match rest.get(close..) {
        None | Some([] | [b'\n' | b'\r', ..]) => true,
        Some(rest) => {
            let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
            slashes > 0 && matches!(rest.get(slashes), None | Some(b'n' | b'r'))
        }
    };
    let from = line_start(text, start);
    let marks = text.get(from..start)?;
    let plain = marks.len() <= MARKS_MAX && marks.iter().all(|byte| !byte.is_ascii_alphabetic());
    (whole && plain).then(|| line_break_before(text, from)).flatten()
}

/// Where the line of the place starts, as far as it is looked at; escapes may end lines.
fn line_start(text: &[u8], at: usize) -> usize {
    let low = at.saturating_sub(LINE_MAX);
    (low..at).rev().find(|before| ends_line(text, *before)).map_or(low, |before| before + 1)
}

fn ends_line(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        Some(b'\n' | b'\r') => true,
        Some(b'n' | b'r') => at > 0 && text.get(at - 1) == Some(&b'\\'),
        Some(_) | None => false,
    }
}

/// Where the line before the one that starts at `from` ends.
fn line_break_before(text: &[u8], from: usize) -> Option<usize> {
    let last = from.checked_sub(1).filter(|last| ends_line(text, *last))?;
    let slashes = text.get(..last)?.iter().rev().take(16).take_while(|byte| **byte == b'\\').count();
    Some(last - slashes)
}

/// Whether a line says that a secret follows: a label with a colon at its end, a command that prints one, `Token created`.
fn announces(line: &[u8]) -> bool {
    static SECRETS: LazyLock<Words> = LazyLock::new(|| {
        Words::new([
            "token",
            "secret",
            "api key",
            "apikey",
            "api_key",
            "api-key",
            "access key",
            "access_key",
            "private key",
            "recovery key",
            "signing key",
            "master key",
            "license key",
            "encryption key",
            "credential",
            "passphrase",
            "password",
        ])
    });
    static COMMANDS: LazyLock<Words> = LazyLock::new(|| {
        Words::new([
            "rand -hex",
            "rand -base64",
            "pass show",
            "op read",
            "/token",
            "token.txt",
            "get-value",
            "_key",
            "access-token",
            "key.txt",
            ".key",
            "pwgen",
            "urandom",
            "genkey",
            "genpsk",
        ])
    });
    static OTHERS: LazyLock<Words> = LazyLock::new(|| {
        Words::new([
            "sha",
            "hash",
            "digest",
            "checksum",
            "md5",
            "commit",
            "rev-parse",
            "public",
            "fingerprint",
            "uuid",
            "version",
            "git log",
            "tokens",
            "tokeniz",
            "secretary",
            "secrets/",
            "nonce",
            "salt",
            "etag",
            "request id",
            "keyid",
            "key id",
            "key_id",
            "client id",
        ])
    });
    if OTHERS.occur_in(line) {
        return false;
    }
    let prompt = line.iter().take(80).position(|byte| b"$%#>\xe2".contains(byte)).and_then(|at| line.get(at + 1..));
    let command = prompt.is_some_and(|rest| rest.first() == Some(&b' ') || line.first() != Some(&b'#'));
    if command && (COMMANDS.occur_in(line) || SECRETS.occur_in(line)) {
        return true;
    }
    let line = line.trim_ascii_end();
    let label =
        line.strip_suffix(b":").or_else(|| line.strip_suffix(b":**")).or_else(|| line.strip_suffix("：".as_bytes()));
    let told = [b"created".as_slice(), b"generated", b"issued", b"below", b"token", b"key", b"is"]
        .iter()
        .any(|word| line.ends_with(word) && line.len() <= 72 && line.contains(&b' '));
    // `Your subscription key:`
    let named = || {
        label.is_some_and(|label| {
            let start = name_start(label, label.len());
            matches!(of_two_words(label, start, label.len()), Some(Key::Secret | Key::Password))
        })
    };
    // `Created API key "ci".`
    let made = ["Created ", "Generated ", "Issued "].iter().any(|word| line.starts_with(word.as_bytes()));
    let made = made && line.len() <= 72;
    (label.is_some() || told || made || is_shown_once(line)) && SECRETS.occur_in(line) || named()
}

/// `Copy your token now. You won't be able to see it again!`
fn is_shown_once(line: &[u8]) -> bool {
    let line =
        line.get(..line.iter().rposition(|byte| !b".!)*".contains(byte)).map_or(0, |at| at + 1)).unwrap_or_default();
    let ends = [b"again".as_slice(), b"once", b"now", b"safe"].iter().any(|word| line.ends_with(word));
    let keeps = || {
        [b"opy ".as_slice(), b"ave ", b"tore ", b"eep "].iter().any(|word| memchr::memmem::find(line, word).is_some())
    };
    ends && keeps()
}

/// What the name of the list announces that the value at `start` stands in: `tokens = ["…", "…"]`, `API_KEYS=…,…`.
pub(super) fn list_key(text: &[u8], start: usize, end: usize) -> Option<Key> {
    let mut at = start;
    for _ in 0..SIBLINGS_MAX {
        let gap = separators(text, at);
        let signs = without_padding(text.get(gap..at)?);
        if signs.iter().any(|byte| b"[:=({".contains(byte)) {
            // `max_tokens=…` names one value, and no list.
            let next = without_padding(text.get(end..text.len().min(end + 4)).unwrap_or_default()).first();
            let listed = at < start || signs.iter().any(|byte| b"[({-".contains(byte)) || next == Some(&b',');
            return listed.then_some(()).and_then(|()| plural(text.get(name_start(text, gap)..gap)?));
        }
        let parted = text.get(gap..at)?.iter().any(|byte| b",-".contains(byte));
        let run = text.get(gap.saturating_sub(SIBLING_MAX)..gap)?;
        let length = run.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-+/".contains(byte)).count();
        let sibling = text.get(gap - length..gap)?;
        if !parted || length < 8 || !sibling.iter().any(u8::is_ascii_digit) {
            return None;
        }
        at = gap - length;
    }
    None
}

/// What parts two values, without the end of the first one when that is Base64.
fn without_padding(signs: &[u8]) -> &[u8] {
    let padding = signs.iter().take(2).take_while(|byte| **byte == b'=').count();
    let parted = signs.get(padding) == Some(&b',');
    if parted { signs.get(padding..).unwrap_or_default() } else { signs }
}

/// Where the signs and blanks before `at` start.
fn separators(text: &[u8], mut at: usize) -> usize {
    let end = at;
    while at > 0 && end - at < 32 {
        let escape = at > 1 && b"nrt".contains(&byte_at(text, at - 1)) && byte_at(text, at - 2) == b'\\';
        if escape {
            at -= 2;
        } else if b" \t\r\n\"'`,-[({:=\\".contains(&byte_at(text, at - 1)) {
            at -= 1;
        } else {
            break;
        }
    }
    at
}

/// What a name in the plural announces.
fn plural(name: &[u8]) -> Option<Key> {
    let one = name.strip_suffix(b"s").or_else(|| name.strip_suffix(b"S")).unwrap_or(name);
    keys::classify(one).filter(|key| matches!(key, Key::Secret | Key::Password)).map(|_| Key::Access)
}

/// Whether the value at `start` is given to a part of an address that grants what the address leads to: `?code=…`, `&sig=…`.
pub(super) fn is_granting(text: &[u8], start: usize) -> bool {
    static NAMES: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "code magic sig signature ticket invite otp jwt assertion key auth hash_token t samlresponse samlrequest code_verifier \
             client_assertion oauth_verifier x-amz-signature x-goog-signature device_code login_hint_token logout_token state_token \
             reset confirm confirmation confirmation_code verification_code invitation unlock",
        )
    });
    let Some(equals) = without_sign(text, start).checked_sub(1).filter(|at| byte_at(text, *at) == b'=') else {
        return false;
    };
    let from = name_start(text, equals);
    let head = text.get(..from).unwrap_or_default();
    let name = text.get(from..equals).unwrap_or_default();
    // `&amp;sig=`, `\u0026sig=`: what parts members, as XML and encoders of JSON write it.
    let escaped = name.strip_prefix(b"u0026").filter(|_| head.ends_with(b"\\"));
    let name = escaped.unwrap_or(name);
    let parted =
        || head.last().is_some_and(|before| b"?&#".contains(before)) || escaped.is_some() || head.ends_with(b"&amp;");
    NAMES.holds(name) && (name.len() >= 12 || parted())
}

/// Where a value starts that a sign of its alphabet begins, behind an equals sign: `code=-FqB…`. Runs begin with letters and digits.
pub(super) fn without_sign(text: &[u8], start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    start - usize::from(matches!(before, [.., b'=', b'-' | b'_' | b'~' | b'.']))
}

/// Where the last part of a path starts, when the part before says that it grants something: `/reset-password/…`.
pub(super) fn granting_part(run: &[u8]) -> Option<usize> {
    static PARTS: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "reset reset-password password-reset reset_password verify verify-email confirm confirmation magic magic-link magiclink \
             login-link invite invites invitation invitations hooks hook webhook webhooks activate activation unlock token tokens join \
             unsubscribe",
        )
    });
    let last = run.iter().rposition(|byte| *byte == b'/')?;
    let part_before = |slash: usize| {
        let from = run.get(..slash)?.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
        Some((from, run.get(from..slash)?))
    };
    let (from, part) = part_before(last)?;
    // `/webhooks/ID/TOKEN`: what stands between is told as well.
    let hooked = || {
        let (_, part) = part_before(from.checked_sub(1)?)?;
        let hook = [b"hook".as_slice(), b"hooks", b"webhook", b"webhooks"].contains(&part);
        hook.then_some(from)
    };
    // `hooks.acme.test/services/…`
    let host = || {
        let host = run.get(run.iter().take_while(|byte| **byte == b'/').count()..)?;
        let named = ["hooks.", "hook.", "webhooks.", "webhook."].iter().any(|name| host.starts_with(name.as_bytes()));
        named.then_some(last + 1)
    };
    if PARTS.holds(part) { Some(last + 1) } else { hooked().or_else(host) }
}

/// Whether the name of a cookie says that it lets someone in.
pub(super) fn lets_in(name: &[u8]) -> bool {
    static NAMES: LazyLock<Words> = LazyLock::new(|| {
        Words::new([
            "sess", "sid", "auth", "token", "remember", "login", "access", "refresh", "jwt", "ticket", "li_at", "user",
        ])
    });
    NAMES.occur_in(name)
}

/// Whether a cookie is set or sent there: its value is a credential, whatever it looks like.
pub(super) fn in_cookie(text: &[u8], start: usize) -> bool {
    const COOKIE_MAX: usize = 512;
    let before = text.get(start.saturating_sub(COOKIE_MAX)..start).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).and_then(|at| before.get(at + 1..)).unwrap_or(before);
    let near = line.get(line.len().saturating_sub(96)..).unwrap_or_default();
    let said = memchr::memmem::rfind(line, b"ookie").and_then(|at| line.get(at + 5..)).is_some_and(|rest| {
        let rest = rest.strip_prefix(b"s").unwrap_or(rest);
        matches!(rest, [b':' | b'=' | b'(' | b'"' | b' ', ..]) && !rest.windows(2).any(|two| two == b"\\n")
    });
    said || [" -b ", "\tTRUE\t", "tTRUE\\", "\tFALSE\t", "tFALSE\\"]
        .iter()
        .any(|word| memchr::memmem::find(near, word.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: [&str; 4] = ["8f7d6c5b", "4a392817", "06f5e4d3", "c2b1a098"];

    fn places(before: &str) -> (String, usize, usize) {
        let text = format!("{before}{}", HEX.concat());
        let end = text.len();
        (text, before.len(), end)
    }

    #[test]
    fn a_line_above_announces_a_value_on_its_own_line() {
        for before in [
            "Token (shown once):\n\n  ",
            "Your new API key:\\n\\n",
            "$ cat ~/.acme/token\n",
            "ann@host:~$ openssl rand -hex 16\n",
            "Here is your token:\n```\n",
            "Token created\n",
            "Copy your token now. You won't be able to see it again!\n",
            "Save this API key now\n\n",
        ] {
            let (text, start, end) = places(before);
            assert!(is_announced(text.as_bytes(), start, end), "{before}");
        }
        for before in [
            "$ git rev-parse token-fix\n",
            "Public key:\n",
            "the token is kept there\nfor ",
            "sha256 of the secret:\n",
            "Token created\nx = ",
            "max tokens:\n",
            "the token is rejected again\n",
            "x-amz-date;x-amz-security-token\n",
        ] {
            let (text, start, end) = places(before);
            assert!(!is_announced(text.as_bytes(), start, end), "{before}");
        }
    }

    #[test]
    fn the_part_of_a_path_that_grants_starts_behind_its_name() {
        for (path, expected) in [
            ("x/reset/ab1", Some("ab1")),
            ("x/webhooks/12/ab1", Some("12/ab1")),
            ("x/hooks/ab1/cd2", Some("ab1/cd2")),
            ("x/invite/12/ab1", None),
            ("x/hooks/src/lib/ab1", None),
            ("//hooks.acme.test/services/ab1", Some("ab1")),
            ("src/ab1", None),
        ] {
            let part = granting_part(path.as_bytes()).and_then(|at| path.get(at..));
            assert_eq!(part, expected, "{path}");
        }
    }

    #[test]
    fn the_name_of_a_list_holds_for_all_of_it() {
        let one = HEX.concat();
        for (before, expected) in [
            ("\"tokens\": [\"", Some(Key::Access)),
            (&format!("tokens = ['{one}', '"), Some(Key::Access)),
            (&format!("api_tokens:\\n  - {one}\\n  - "), Some(Key::Access)),
            (&format!("API_KEYS={one},"), Some(Key::Access)),
            (&format!("APP_KEYS={one}==,{one}==,"), Some(Key::Access)),
            (&format!("commits = ['{one}', '"), None),
            ("a list, ", None),
            ("max_tokens = ", None),
        ] {
            let (text, start, end) = places(before);
            assert_eq!(list_key(text.as_bytes(), start, end), expected, "{before}");
        }
    }
}
