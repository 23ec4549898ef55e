//! The values of a Kubernetes secret: everything under `data:` where the object says `kind: Secret`.

use super::{Found, LINE_MAX, generic};
use crate::detect::context::assign::within_string;

/// How far before the block the kind of object may stand.
const BACK_MAX: usize = 160;

/// Whether a block may start with the `data` at `at` of a text with escapes: a colon and the end of the line follow.
pub(super) fn may_start(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let name = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let after = rest.get(name..).unwrap_or_default();
    let object = || {
        let signs = after.iter().take(12).take_while(|byte| b"\\\": ".contains(byte)).count();
        after.iter().take(signs).any(|byte| *byte == b':') && after.get(signs) == Some(&b'{')
    };
    object() || matches!(after, [b':', b'\n' | b'\r' | b'\\', ..] | [b':', b' ', b'\n' | b'\\', ..])
}

/// The values of the block that starts at `at`, when it is that of a secret.
pub(super) fn secret_values(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let end = text.len().min(at + LINE_MAX);
    let around = text.get(at.saturating_sub(BACK_MAX)..end).unwrap_or_default();
    let string = text.get(at) == Some(&b's');
    let told = says_secret(around);
    if !told && !string {
        return found;
    }
    if let Some(open) = object_start(text, at).filter(|_| told) {
        members(text.get(..end).unwrap_or_default(), open, &mut found);
        return found;
    }
    let mut lines = Lines { text: text.get(..end).unwrap_or_default(), at };
    lines.next();
    let mut slots = found.iter_mut();
    let mut folded = false;
    while let Some((start, line)) = lines.next() {
        let indent = line.iter().take_while(|byte| b" \t".contains(byte)).count();
        let body = line.get(indent..).unwrap_or_default();
        if indent == 0 && !body.is_empty() {
            break;
        }
        if body.is_empty() || body.starts_with(b"#") {
            continue;
        }
        let colon = memchr::memchr(b':', body).map_or(0, |colon| colon + 1);
        let value_from = if folded { 0 } else { colon };
        let value = body.get(value_from..).unwrap_or_default();
        let blanks = value.iter().take_while(|byte| b" \"'".contains(byte)).count();
        let value = value.get(blanks..).unwrap_or_default();
        folded = matches!(value, b"|" | b">" | b"|-" | b">-");
        let length = length_of(value, string);
        let padding = value.iter().take(length).filter(|byte| **byte == b'=').count();
        let name = body.get(..colon).unwrap_or_default().strip_suffix(b":").unwrap_or_default();
        // Only a part of the file may be there.
        let likely = told || value.get(..length).is_some_and(generic::is_short_password);
        if length >= 7 + padding && likely && !folded && !is_certificate(name, value) {
            let from = start + indent + value_from + blanks;
            if let Some(slot) = slots.next() {
                *slot = Some((from, from + length));
            }
        }
    }
    found
}

/// The length of a value: of one that is not encoded all of the word, where it can be nothing but a password or token.
fn length_of(value: &[u8], plain: bool) -> usize {
    let encoded = value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).count();
    let whole = value.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'`".contains(byte)).count();
    let word = value.get(..whole).unwrap_or_default();
    if plain && (generic::is_said_password(word) || generic::is_machine_made(word)) { whole } else { encoded }
}

/// Where the members of `"data": {` start, if that is what stands at `at`.
fn object_start(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let quote = memchr::memchr(b'"', rest.get(..16)?)?;
    let signs = rest.get(quote..)?.iter().take(6).take_while(|byte| b"\": ".contains(byte)).count();
    (rest.get(quote + signs) == Some(&b'{')).then_some(at + quote + signs + 1)
}

/// The values of the members that start at `at`, as far as they are strings.
fn members(text: &[u8], mut at: usize, found: &mut Found) {
    for slot in found.iter_mut() {
        let mut literal = || {
            let rest = text.get(at..)?;
            let gap =
                rest.iter().take(64).take_while(|byte| byte.is_ascii_whitespace() || b",:".contains(byte)).count();
            let start = at + gap + 1;
            let length = (rest.get(gap) == Some(&b'"')).then(|| memchr::memchr(b'"', text.get(start..)?))??;
            at = start + length + 1;
            Some((start, start + length))
        };
        let Some(name) = literal() else { return };
        let Some(value) = literal() else { return };
        let [named, held] = [name, value].map(|(start, end)| text.get(start..end).unwrap_or_default());
        *slot = Some(value).filter(|(start, end)| end - start >= 7 && !is_certificate(named, held));
    }
}

/// `tls.crt: LS0tLS1CRUdJTi…`: a certificate, which everybody may read, and by its name nothing else.
fn is_certificate(name: &[u8], value: &[u8]) -> bool {
    const HEAD: &[u8] = b"LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR";
    name.trim_ascii_end().ends_with(b".crt") && value.starts_with(HEAD)
}

/// Whether a list of accounts with their passwords starts a line: of cloud-init, or what is fed to `chpasswd`.
pub(super) fn is_account_list(line: &[u8]) -> bool {
    let first = line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len())).unwrap_or_default();
    line.starts_with(b"chpasswd")
        && (first.starts_with(b"chpasswd:")
            || memchr::memmem::find(first, b"<<").is_some_and(|at| first.get(at + 2) != Some(&b'<')))
}

/// The passwords of the accounts in the lines after the one that starts at `at`: `user:password`.
pub(super) fn accounts(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let mut lines = Lines { text: text.get(..text.len().min(at + LINE_MAX)).unwrap_or_default(), at };
    lines.next();
    let mut slots = found.iter_mut();
    while let Some((start, line)) = lines.next() {
        let marks = line.iter().take_while(|byte| b" \t-".contains(byte)).count();
        let body = within_string(line.get(marks..).unwrap_or_default()).trim_ascii_end();
        let name = body.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)).count();
        let value = body.get(name + 1..).unwrap_or_default();
        let blank = value.iter().any(u8::is_ascii_whitespace) || value.is_empty();
        if name == 0 || blank || body.get(name) != Some(&b':') {
            // Other settings of the block, and the word that ends what is fed.
            if body.ends_with(b":") || body.contains(&b' ') {
                continue;
            }
            break;
        }
        if let Some(slot) = slots.next() {
            *slot = Some((start + marks + name + 1, start + marks + body.len()));
        }
    }
    found
}

/// Whether `kind: Secret` stands in the text, in any spelling that YAML has.
fn says_secret(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"kind").any(|at| {
        let rest = text.get(at + 4..).unwrap_or_default();
        let skipped = rest.iter().take(6).take_while(|byte| b"\"': ".contains(byte)).count();
        let rest = rest.get(skipped..).unwrap_or_default();
        let named = rest.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"secret"));
        skipped > 0 && named && rest.get(6).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// Steps over lines with where each starts.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<(usize, &'a [u8])> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at += end + 1;
        Some((start, rest.get(..end)?))
    }
}
