//! Judges a value of which a structure says under what name it stands: where it begins and ends is known, whatever is in it.

use super::assign::{Joint, Value};
use super::builtin::Builtin;
use super::generic::{self, Named};
use super::keys::{self, Key};

/// Longer values are no passwords and tokens under a name.
const VALUE_MAX: usize = 512;

/// What a value under `name` is, if it must not leave; both without escapes.
pub(super) fn under(name: &[u8], value: &[u8]) -> Option<Builtin> {
    if value.len() > VALUE_MAX {
        return None;
    }
    let key = keys::classify(name)?;
    let place = Value { start: 0, end: value.len(), joint: Joint::Assigned, quoted: true, literal: false };
    let secret = generic::is_secret(&Named { key, value, place, next: None, previous: None, flag: false });
    secret.then_some(called(key))
}

/// The same where words beside the value say what it is: the label of a field, a question, the name of the list that it stands in.
pub(super) fn labelled(label: &[u8], value: &[u8]) -> Option<Builtin> {
    if value.len() > VALUE_MAX || value.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let mut words =
        label.split(|byte| !byte.is_ascii_alphanumeric() && !b"_-".contains(byte)).filter(|word| !word.is_empty());
    let key = words.find_map(|word| {
        let one = word.strip_suffix(b"s").unwrap_or(word);
        keys::classify(word).or_else(|| keys::classify(one)).filter(|key| matches!(key, Key::Password | Key::Secret))
    })?;
    let likely =
        if key == Key::Password { generic::is_told_password(value, true) } else { generic::is_told_token(value) };
    // Whatever the label says, a token of a machine beside a word for a password is no text of a person.
    (likely || generic::is_told_token(value)).then_some(called(key))
}

fn called(key: Key) -> Builtin {
    if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret }
}
