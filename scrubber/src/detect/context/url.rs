//! The part of a search that looks at credentials in requests: `scheme://user:password@host`, `Authorization` headers.

use super::keys;
use crate::detect::builtin::Builtin;
use crate::detect::judge::{generic, value};
use crate::detect::personal::known::is_nobody;
use crate::detect::reading::decode;
use crate::detect::search::{AHEAD, Search, byte_at, name_start};

/// No user's name and password together are longer.
const USERINFO_MAX: usize = 512;

impl Search<'_> {
    /// An address goes on at `start`, after its `://`.
    pub(in crate::detect) fn url(&mut self, start: usize) {
        let ahead = self.text.get(start..self.text.len().min(start + USERINFO_MAX)).unwrap_or_default();
        // The given bytes tell most addresses apart: without an `@` before the next slash, blank or quote there is nothing
        // to find.
        let host = ahead
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || b"\"'`<>\\/?#".contains(byte))
            .unwrap_or(ahead.len());
        let Some(at) = ahead.get(..host).and_then(|part| memchr::memrchr(b'@', part)) else {
            if let Some((from, to)) = slashed_password(ahead, host).or_else(|| shortened_password(ahead, host)) {
                self.report(Builtin::UrlPassword, start + from, start + to);
            }
            return;
        };
        let userinfo = ahead.get(..at).unwrap_or_default();
        let (from, password) = match memchr::memchr(b':', userinfo) {
            // Some services take the token as the user's name.
            Some(colon) if matches!(userinfo.get(colon + 1..), Some(b"" | b"x-oauth-basic" | b"x")) => {
                (0, userinfo.get(..colon).unwrap_or_default())
            }
            Some(colon) => (colon + 1, userinfo.get(colon + 1..).unwrap_or_default()),
            None => (0, userinfo),
        };
        let alone = from == 0;
        let secret = if alone { is_token(password) } else { password.len() >= 3 };
        let named = password.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
        let code = password.iter().any(|byte| b"{}$<>()".contains(byte))
            && password.len() < 40
            && !password.iter().any(u8::is_ascii_digit);
        // `[user[:password]@]host`, as the usage of a command has it.
        let optional = password.strip_suffix(b"]").is_some_and(value::is_common_word);
        if secret && !named && !code && !optional && !generic::is_marker(password) && !value::is_placeholder(password) {
            self.report(Builtin::UrlPassword, start + from, start + from + password.len());
        } else if alone && is_login(self.text, start, userinfo) {
            self.report(Builtin::HomeUser, start, start + userinfo.len());
        }
    }

    /// What follows `Bearer` and its like.
    pub(in crate::detect) fn scheme(&mut self, end: usize) {
        if byte_at(self.text, end) != b' ' {
            return;
        }
        // `--starting-token`, `Next Token`: the name of a place in a list.
        if self.text.get(name_start(self.text, end)..end).is_some_and(keys::is_harmless) {
            return;
        }
        self.open(end, AHEAD);
        let bytes = self.window.bytes();
        let start = self.window.place(end) + 1;
        let length = bytes
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(byte))
            .count();
        let value = bytes.get(start..start + length).unwrap_or_default();
        let shape = value::shape(value);
        if self.text.get(end.saturating_sub(5)..end).is_some_and(|word| word.eq_ignore_ascii_case(b"basic")) {
            if decode::is_user_and_password(value) {
                self.report_places(Builtin::AuthorizationHeader, start, start + length);
            }
            return;
        }
        let likely =
            shape.length >= 16 && shape.is_mixed() && value::entropy(value) >= 3.0 && !value::is_wordlike(value);
        if likely && !value::is_placeholder(value) && !value::is_code(value) {
            self.report_places(Builtin::AuthorizationHeader, start, start + length);
        }
    }
}

/// The password of an address, in which signs stand that should have been encoded: the first of them at `cut`. No port has letters.
fn slashed_password(ahead: &[u8], cut: usize) -> Option<(usize, usize)> {
    if !ahead.get(cut).is_some_and(|byte| b"/?#".contains(byte)) {
        return None;
    }
    let from = memchr::memchr(b':', ahead.get(..cut)?)? + 1;
    let ended = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`<>\\@".contains(byte);
    let to = from + ahead.get(from..)?.iter().position(ended)?;
    let port = ahead.get(from..cut)?.iter().all(u8::is_ascii_digit);
    let password = ahead.get(from..to).filter(|password| !port && value::is_scrambled(password))?;
    (ahead.get(to) == Some(&b'@') && !value::is_placeholder(password)).then_some((from, to))
}

/// The password of an address that was cut off within it, with dots behind: `postgres://app:kV9x…`. A host has full stops, and
/// what stands behind its colon are digits.
fn shortened_password(ahead: &[u8], end: usize) -> Option<(usize, usize)> {
    // Most hosts stand without a port.
    let userinfo = ahead.get(..end)?;
    let colon = memchr::memchr(b':', userinfo)?;
    let userinfo = userinfo.get(..memchr::memmem::find(userinfo, "\u{2026}".as_bytes()).unwrap_or(end))?;
    let userinfo = userinfo.get(..memchr::memmem::find(userinfo, b"...").unwrap_or(userinfo.len()))?;
    let (user, password) = (userinfo.get(..colon)?, userinfo.get(colon + 1..)?);
    // `https://ci:8f3a…` and no more in its line: no port has letters.
    let last = || ends_line(ahead.get(end..).unwrap_or_default()) && end < USERINFO_MAX && is_mixed(password);
    let cut = userinfo.len() < end || is_escaped_dots(ahead.get(end..)?) || last();
    let named = !user.is_empty() && user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    // What says that the text was cut leaves no room for a host, which has full stops.
    let said =
        || value::cut_at_its_end(ahead, colon + 1, end).is_some() && !password.contains(&b'.') && !is_port(password);
    let made = password.len() >= 8 && (generic::is_said_password(password) || value::is_jumbled(password) || said());
    (cut && named && made && !value::is_placeholder(password)).then_some((colon + 1, userinfo.len()))
}

/// Whether a text or its line ends, perhaps by an escape.
fn ends_line(rest: &[u8]) -> bool {
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    match rest.get(slashes) {
        None => slashes == 0,
        Some(byte) => *byte == if slashes > 0 { b'n' } else { b'\n' },
    }
}

/// Letters and digits that no tag of an image has, `docker://node:20-bullseye`.
fn is_mixed(password: &[u8]) -> bool {
    let shape = value::shape(password);
    shape.digit >= 2
        && !password.contains(&b'.')
        && (generic::is_machine_made(password) || shape.letters() + shape.digit == shape.length)
        && value::pieces(password) * 3 >= shape.length
}

fn is_port(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// Three dots in one sign, as an encoder of JSON escapes it.
fn is_escaped_dots(rest: &[u8]) -> bool {
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    slashes > 0 && rest.get(slashes..).is_some_and(|rest| rest.starts_with(b"u2026"))
}

/// Whether a person's login stands alone before the `@` of the address of a service to which people log in.
fn is_login(text: &[u8], start: usize, user: &[u8]) -> bool {
    const SCHEMES: [&[u8]; 9] = [b"https", b"http", b"ssh", b"sftp", b"ftp", b"svn", b"rsync", b"smb", b"rdp"];
    let head = text.get(start.saturating_sub(16)..start).and_then(|head| head.strip_suffix(b"://")).unwrap_or_default();
    let scheme = head.len() - head.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let lower = user.iter().any(u8::is_ascii_lowercase);
    let host = text.get(start + user.len() + 1..).and_then(<[u8]>::first).is_some_and(u8::is_ascii_alphanumeric);
    let made_up = text
        .get(start + user.len() + 1..)
        .is_some_and(|host| host.starts_with(b"example") || host.starts_with(b"host"));
    SCHEMES.contains(&head.get(scheme..).unwrap_or_default())
        && (3..=40).contains(&user.len())
        && user.iter().all(is_name)
        && lower
        && host
        && !made_up
        && !is_nobody(user)
        && !value::is_placeholder(user)
}

/// Whether what stands alone before the `@` of an address is a token rather than a user's name.
fn is_token(user: &[u8]) -> bool {
    let shape = value::shape(user);
    let hex = shape.is_hex(user) && shape.length >= 32 && shape.is_mixed();
    let keyed = shape.length >= 20
        && shape.digit >= 4
        && shape.letters() >= 4
        && value::pieces(user) * 3 >= shape.length
        && !value::is_wordlike(user);
    hex || keyed || generic::is_random(user, 20) || generic::is_random_lower(user)
}
