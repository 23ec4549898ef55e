//! Decides whether a value is a secret from the name beside it and from its own shape.

use super::assign::{Joint, Value};
use super::keys::Key;
use super::lexicon::words;
use super::value;

/// A value that stands beside a name.
pub(super) struct Named<'a> {
    pub key: Key,
    pub value: &'a [u8],
    pub place: Value,
    /// What stands directly after the value, quotes left out.
    pub next: Option<u8>,
    /// What stands directly before it.
    pub previous: Option<u8>,
}

/// Whether the value is a secret.
pub(super) fn is_secret(named: &Named<'_>) -> bool {
    let text = named.value;
    if text.len() < 4 || is_marker(text) || is_address(text) || is_date(text) || is_id(text) {
        return false;
    }
    if !named.place.quoted && (value::is_code(text) || is_number(text)) {
        return false;
    }
    let likely = match named.key {
        Key::Password => is_password(named),
        Key::Secret => is_token(named),
        Key::Hint => is_random(text, 20) || is_random_lower(text),
    };
    likely && !value::is_placeholder(text)
}

/// Our own replacement, `[kind:8 hex digits]`, whole or cut before its bracket.
pub(super) fn is_marker(text: &[u8]) -> bool {
    let Some(inner) = text.strip_prefix(b"[") else { return false };
    let inner = inner.strip_suffix(b"]").unwrap_or(inner);
    let Some(colon) = memchr::memchr(b':', inner) else { return false };
    let (kind, hash) = inner.split_at(colon);
    !kind.is_empty()
        && kind.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
        && hash.len() == 9
        && hash.iter().skip(1).all(u8::is_ascii_hexdigit)
}

/// Whether one of our replacements stands at the start of `text`.
pub(super) fn starts_with_marker(text: &[u8]) -> bool {
    let end = text.iter().take(64).position(|byte| *byte == b']');
    end.and_then(|end| text.get(..=end)).is_some_and(is_marker)
}

fn is_password(named: &Named<'_>) -> bool {
    let text = named.value;
    let shape = value::shape(text);
    if shape.length > 256 || text.iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    let letters = shape.lower + shape.upper;
    let plain = letters + text.iter().filter(|byte| b"_-".contains(byte)).count() == shape.length;
    if named.place.joint == Joint::Passed || !named.place.quoted {
        if plain {
            // A bare word may be a variable, prose or a password; only the whole rest of a line counts as the last.
            let whole_line = named.next.is_none_or(|byte| byte == b'\n');
            return whole_line
                && named.place.joint == Joint::Assigned
                && shape.length >= 6
                && !names_a_secret(text)
                && shape.upper == 0;
        }
        if is_identifier(text) {
            let line = named.next.is_none_or(|byte| !b",;).".contains(&byte));
            // Code puts blanks around its signs, connection strings and settings do not.
            let tight = named.previous == Some(b'=');
            return line || tight || (shape.length >= 8 && shape.digit >= 2 && !value::is_wordlike(text));
        }
        return shape.digit > 0 || shape.length >= 6;
    }
    if plain {
        let title = text.first().is_some_and(u8::is_ascii_uppercase) && shape.upper == 1;
        return shape.length >= 6 && !title && !(names_a_secret(text) && value::is_wordlike(text));
    }
    shape.foreign == 0 || shape.digit > 0
}

fn is_token(named: &Named<'_>) -> bool {
    let text = named.value;
    let shape = value::shape(text);
    if text.iter().any(u8::is_ascii_whitespace) || shape.foreign > 0 {
        return false;
    }
    if shape.lower + shape.upper == 0 {
        // Numbers alone are counts, times and short ids; some providers' keys are longer ones.
        return named.place.quoted && shape.digit == shape.length && shape.length >= 15 && value::entropy(text) >= 2.5;
    }
    if shape.is_hex(text) && shape.length >= 16 {
        return shape.digit > 0 && value::entropy(text) >= 2.0;
    }
    let least = if named.place.quoted && named.place.joint == Joint::Assigned { 8 } else { 12 };
    if shape.length < least || is_path(text) {
        return false;
    }
    if !named.place.quoted && is_identifier(text) {
        // `WIN32_ERROR`, `BCryptExportKeyFn2`: constants and types.
        let constant = shape.lower == 0 && text.contains(&b'_');
        if constant || value::is_wordlike(text) || shape.digit < 3 && text.contains(&b'_') {
            return false;
        }
    }
    if shape.digit == 0 {
        return shape.length >= 12 && !value::is_wordlike(text) && value::entropy(text) >= 2.8;
    }
    value::entropy(text) >= 2.75 && (shape.digit >= 4 || !value::is_wordlike(text))
}

/// Random enough to be a secret with little or no help from what stands around it.
pub(super) fn is_random(text: &[u8], least: usize) -> bool {
    let shape = value::shape(text);
    shape.length >= least
        && shape.lower >= 2
        && shape.digit >= 2
        && shape.upper >= 2
        && !shape.is_hex(text)
        && shape.foreign == 0
        && !text.iter().any(u8::is_ascii_whitespace)
        && !is_path(text)
        && value::entropy(text) >= 3.5
        && !value::is_wordlike(text)
}

/// The same for a value in one case: then it takes many digits among letters beyond those of hex.
fn is_random_lower(text: &[u8]) -> bool {
    let shape = value::shape(text);
    shape.length >= 24
        && shape.digit * 5 >= shape.length
        && shape.beyond_hex >= 4
        && shape.lower + shape.upper + shape.digit == shape.length
        && value::entropy(text) >= 3.5
        && !value::is_wordlike(text)
}

/// Names of files and places: parts between slashes of which most are words.
pub(super) fn is_path(text: &[u8]) -> bool {
    let mut parts = 0;
    let mut words = 0;
    for part in text.split(|byte| b"/\\".contains(byte)).filter(|part| !part.is_empty()) {
        parts += 1;
        words += usize::from(part.len() <= 3 || value::is_wordlike(part) || part.contains(&b'.'));
    }
    parts > 1 && words * 2 >= parts
}

/// Ids that Claude Code and its services write everywhere.
pub(super) fn is_id(text: &[u8]) -> bool {
    const PREFIXES: &str = "\
        toolu_ agent_msg_ srvtoolu_ agent_msg_ msg_ req_ call_ chatcmpl- file_ agent- bash_ shell_ sess_ task_ run_ session_ resp_";
    words(PREFIXES).any(|prefix| text.starts_with(prefix.as_bytes()))
}

fn is_date(text: &[u8]) -> bool {
    matches!(text, [a, b, c, d, b'-', e, f, b'-', ..] if [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()))
}

/// A number as programs write it: `0x04`, `4097u16`, `-9i32`, `1_000`.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let first = text.first().is_some_and(u8::is_ascii_digit);
    let hex = text.starts_with(b"0x") || text.starts_with(b"0X");
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_' || **byte == b'.').count();
    let suffix = text.get(digits..).unwrap_or_default();
    first
        && (hex
            || suffix.is_empty()
            || (suffix.len() <= 5 && suffix.first().is_some_and(|byte| b"uifULl".contains(byte))))
}

/// A name as programs write it: words, perhaps with a digit or two.
fn is_identifier(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn is_address(text: &[u8]) -> bool {
    text.windows(3).any(|three| three == b"://")
}

/// A name made of the words that announce secrets: `new_password`, `apiToken`.
fn names_a_secret(text: &[u8]) -> bool {
    const WORDS: &str = "\
        pass pwd secret token key user self input value config env cred get";
    words(WORDS).any(|word| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_markers_are_recognised() {
        for text in ["[password:1a2b3c4d]", "[aws-access-key:00ff00ff", "[email:deadbeef]"] {
            assert!(is_marker(text.as_bytes()), "{text}");
        }
        for text in ["[password]", "password:1a2b3c4d", "[x:12345]", "[Ab:12345678]"] {
            assert!(!is_marker(text.as_bytes()), "{text}");
        }
    }
}
