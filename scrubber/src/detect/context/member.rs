//! Judges a value of which a structure says under what name it stands: where it begins and ends is known, whatever is in it.

use super::assign::{Joint, Value};
use super::keys::{self, Key};
use crate::detect::builtin::Builtin;
use crate::detect::judge::generic::{self, Named};

/// Longer values are no passwords and tokens under a name.
const VALUE_MAX: usize = 512;

/// Before `key`: what it is for. Names may be made of any word and `key`, a question like `Which key?` may not.
const KINDS: [&[u8]; 13] = [
    b"api",
    b"access",
    b"private",
    b"license",
    b"licence",
    b"signing",
    b"encryption",
    b"master",
    b"deploy",
    b"auth",
    b"service",
    b"subscription",
    b"webhook",
];

/// What a value under `name` is, if it must not leave; both without escapes.
pub(in crate::detect) fn under(name: &[u8], value: &[u8]) -> Option<Builtin> {
    if value.len() > VALUE_MAX {
        return None;
    }
    let key = keys::classify_with_owner(name)?;
    let place = Value { start: 0, end: value.len(), joint: Joint::Assigned, quoted: true, literal: false };
    let secret =
        generic::is_secret(&Named { key, value, place, next: None, previous: None, flag: false, setting: None });
    secret.then_some(called(key))
}

/// The same where words beside the value say what it is: the label of a field, a question, the name of the list that it stands in.
pub(in crate::detect) fn labelled(label: &[u8], value: &[u8]) -> Option<Builtin> {
    if value.len() > VALUE_MAX || value.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let mut words =
        label.split(|byte| !byte.is_ascii_alphanumeric() && !b"_-".contains(byte)).filter(|word| !word.is_empty());
    let mut before: &[u8] = b"";
    let loud = |key: &Key| matches!(key, Key::Password | Key::Secret);
    let key = words.find_map(|word| {
        let one = word.strip_suffix(b"s").unwrap_or(word);
        let key = keys::classify(word).or_else(|| keys::classify(one));
        // `API key`: of two words the first tells what the second is.
        let kind = || KINDS.iter().any(|kind| before.eq_ignore_ascii_case(kind));
        let both = || (key == Some(Key::Hint) && one.eq_ignore_ascii_case(b"key") && kind()).then_some(Key::Secret);
        let found = key.filter(loud).or_else(both);
        before = word;
        found
    })?;
    let likely =
        if key == Key::Password { generic::is_told_password(value, true) } else { generic::is_told_token(value) };
    // Whatever the label says, a token of a machine beside a word for a password is no text of a person.
    (likely || generic::is_told_token(value)).then_some(called(key))
}

fn called(key: Key) -> Builtin {
    if matches!(key, Key::Password | Key::PasswordOf) { Builtin::GenericPassword } else { Builtin::GenericSecret }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_of_a_question_tell_what_the_second_is() {
        let hex = ["8f7d6c5b", "4a392817", "06f5e4d3", "c2b1a098"].concat();
        for label in ["Which API key should I use?", "Your access key", "The token?"] {
            assert!(labelled(label.as_bytes(), hex.as_bytes()).is_some(), "{label}");
        }
        for label in ["Which key of the table?", "Which row?"] {
            assert!(labelled(label.as_bytes(), hex.as_bytes()).is_none(), "{label}");
        }
        assert!(labelled(b"Which API key should I use?", b"the one of staging").is_none());
    }
}
