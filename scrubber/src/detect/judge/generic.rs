//! Decides whether a value is a secret from the name beside it and from its own shape.

mod marker;
mod other;
mod password;

use std::borrow::Cow;

use super::value::Shape;
use super::{striking, value};
use crate::detect::context::assign::{Joint, Setting, Value};
use crate::detect::context::keys::{self, Key};
use crate::detect::reading::decode;
use crate::detect::shape::mnemonic;

pub(in crate::detect) use marker::{is_marker, starts_with_marker};
pub(in crate::detect) use other::{begins_public_key, is_id, is_path, is_public_key};
use other::{
    is_address, is_attribute, is_date, is_encrypted, is_file_name, is_identifier, is_indexed, is_label, is_number,
};
pub(in crate::detect) use password::is_algorithm;

/// A value that stands beside a name.
pub(in crate::detect) struct Named<'a> {
    pub key: Key,
    pub value: &'a [u8],
    pub place: Value,
    /// What stands directly after the value, quotes left out.
    pub next: Option<u8>,
    /// What stands directly before it.
    pub previous: Option<u8>,
    /// It is given to a flag: `--token=…`, `--token "…"`.
    pub flag: bool,
    /// It is a password, and all that a line of settings sets.
    pub setting: Option<Setting>,
}

/// Whether a word that may be code is more likely a password where one stands: `Copper.harbor7`, but not `Config.Token2`.
pub(in crate::detect) fn is_joined_password(text: &[u8]) -> bool {
    value::is_joined_by_a_sign(text) && !password::names_a_secret(text)
}

/// `jolly.roger`, `Copper+Fog`: words that read like members or a sum, where neither can stand. What a call is given in quotes may
/// name a message, unless it has a capital or a digit.
pub(in crate::detect) fn is_joined_by_signs(text: &[u8], call: bool) -> bool {
    let shape = value::shape(text);
    let word = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.*+&".contains(byte));
    let dotted = memchr::memchr(b'.', text).is_some();
    word && (8..=40).contains(&shape.length)
        && shape.letters() >= 6
        && !(dotted && call && shape.upper + shape.digit == 0)
        && text.first().is_some_and(u8::is_ascii_alphanumeric)
        && !value::is_reference(text)
        && !is_file_name(text)
        && !password::names_a_secret(text)
}

/// `Kettle!Fog7`: two words with a sign between them that addresses and names have not, a capital and a digit.
pub(in crate::detect) fn is_signed_amid(text: &[u8]) -> bool {
    let shape = value::shape(text);
    let signs = text.iter().filter(|byte| b"!#$&*^~".contains(byte)).count();
    let amid = text.windows(3).any(|three| {
        matches!(three, [a, sign, b] if a.is_ascii_alphanumeric() && b"!#$&*^~".contains(sign) && b.is_ascii_alphanumeric())
    });
    (8..=32).contains(&shape.length)
        && amid
        && signs <= 2
        && shape.digit > 0
        && shape.upper > 0
        && shape.lower > 2
        && shape.letters() + shape.digit + signs == shape.length
}

/// Whether a word may be a password and no word of a sentence.
pub(in crate::detect) fn is_said_password(text: &[u8]) -> bool {
    (password::is_chosen(text, false) || value::is_hyphenated(text)) && !value::is_placeholder(text) && !is_marker(text)
}

/// The same, and so short and plain that it is no id, hash, version or path.
pub(in crate::detect) fn is_short_password(text: &[u8]) -> bool {
    let shape = value::shape(text);
    (8..=20).contains(&shape.length)
        && shape.digit >= 2
        && shape.letters() >= 4
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&*?@^_-".contains(byte))
        && !shape.is_hex(text)
        && !is_id(text)
        && is_said_password(text)
}

/// The same of a word that stands where nothing but a password does.
pub(in crate::detect) fn is_given_password(text: &[u8]) -> bool {
    is_said_password(text) || mnemonic::is_triple(text)
}

/// The same of a word that stands before what tells of it; quotes allow for more.
pub(in crate::detect) fn is_told_password(text: &[u8], quoted: bool) -> bool {
    (password::is_chosen(text, quoted) || value::is_jumbled(text))
        && !value::is_placeholder(text)
        && !is_marker(text)
        && !value::is_code(text)
}

/// Whether such a word may be a token.
pub(in crate::detect) fn is_told_token(text: &[u8]) -> bool {
    (is_machine_made(text) || is_prefixed(text)) && !is_id(text) && !value::is_placeholder(text) && !is_path(text)
}

/// A few letters that tell whose it is, a sign, and what a machine made: `acme-8f7d…`, `0x8f7d…`.
pub(in crate::detect) fn is_prefixed(text: &[u8]) -> bool {
    const HEX_MIN: usize = 24;
    let hex = |text: &[u8], least: usize| {
        let shape = value::shape(text);
        shape.is_hex(text) && shape.length >= least && shape.is_mixed() && value::entropy(text) >= 2.5
    };
    if let Some(number) = text.strip_prefix(b"0x") {
        return hex(number, 2 * HEX_MIN);
    }
    behind_prefix(text).is_some_and(|rest| {
        // A commit behind a name of a build is none.
        let digest = rest.len() == 40 && value::shape(rest).is_hex(rest);
        !digest && (is_machine_made(rest) || hex(rest, HEX_MIN))
    })
}

/// What stands behind a few letters that tell whose it is, and a sign. A part of an id is no such prefix.
fn behind_prefix(text: &[u8]) -> Option<&[u8]> {
    const PREFIX_MAX: usize = 12;
    let sign = text.iter().take(PREFIX_MAX + 1).position(|byte| b"-_".contains(byte)).filter(|sign| *sign > 1)?;
    let (prefix, rest) = (text.get(..sign)?, text.get(sign + 1..)?);
    let named = prefix.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && prefix.iter().any(|byte| (b'g'..=b'z').contains(byte));
    named.then_some(rest)
}

/// Whether the value is a secret.
pub(in crate::detect) fn is_secret(named: &Named<'_>) -> bool {
    let joined = joined(named);
    let text = joined.as_ref();
    if matches!(named.key, Key::Secret | Key::Password) && is_of_django(text) {
        return true;
    }
    if text.len() < 4 || is_marker(text) || is_address(text) || is_date(text) || is_id(text) || is_encrypted(text) {
        return false;
    }
    if is_public_key(text) || value::is_qualified(text) || value::is_pattern(text) {
        return false;
    }
    let called = named.next == Some(b'(') && value::is_callable(text);
    // `types=wpa2-psk wpa2-pre-shared-key="…"`: the name of the next one.
    let next_name =
        named.next == Some(b'=') && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    if named.place.joint == Joint::Spaced && (is_attribute(text) || next_name && text.contains(&b'-')) {
        return false;
    }
    // `= default!;`: nothing, of which C# is told that it is something.
    let nothing = matches!(text, b"default!" | b"null!");
    let code = || {
        value::is_code(text)
            && !(named.key == Key::Password && named.place.joint == Joint::Said && is_joined_password(text))
            && !named.setting.is_some_and(|setting| password::is_set_to(setting, text) || value::is_drawn(text))
    };
    if !named.place.quoted && (called || nothing || code() || is_indexed(text) || is_number(text, named)) {
        return false;
    }
    let likely = match named.key {
        Key::Password => password::is_password(named, text),
        // `SMTP_CREDS=ann:harbor77x`
        Key::Secret => {
            is_token(named, text) || named.place.joint == Joint::Assigned && (is_login(text) || is_account(text))
        }
        Key::Access => {
            let made = is_machine_made(text) || behind_prefix(text).is_some_and(is_machine_made);
            // ``Set `ACME_PAT` to `…` ``: what a sentence quotes is a value.
            let said = named.place.joint == Joint::Said && !(named.place.quoted && made);
            (made || is_login(text) || is_account(text)) && !said
        }
        Key::Hint => (is_random(text, 20) || is_random_lower(text)) && named.place.joint != Joint::Said,
        Key::PasswordOf => is_of_somebody(named, text) || is_short_password(text) && is_literal(named),
        Key::SecretOf => is_of_somebody(named, text),
    };
    likely && !value::is_placeholder(text)
}

/// As Django makes the key of a project (<https://docs.djangoproject.com/en/stable/ref/settings/#secret-key>).
pub(in crate::detect) fn is_of_django(text: &[u8]) -> bool {
    const LENGTH: usize = 50;
    let drawn = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!@#$%^&*(-_=+)".contains(byte);
    text.len() == LENGTH && text.iter().all(drawn) && value::is_drawn_from_signs(text)
}

/// What looks like nothing but a secret, so that a name need not tell whether it is one.
fn is_of_somebody(named: &Named<'_>, text: &[u8]) -> bool {
    let mixed = || text.len() >= 10 && is_thoroughly_mixed(text, value::shape(text));
    let sure = is_machine_made(text) || mixed() || password::is_made_up(text);
    named.place.joint == Joint::Assigned && sure && !is_path(text)
}

/// In quotes, without blanks before it, which code would have, or alone in its line.
fn is_literal(named: &Named<'_>) -> bool {
    let alone = named.next.is_none_or(|byte| byte == b'\n');
    named.place.joint == Joint::Assigned && (named.place.quoted || named.previous == Some(b'=') || alone)
}

/// The value, with literals that are written in a row put together, and lines that one literal was broken into.
fn joined<'a>(named: &Named<'a>) -> Cow<'a, [u8]> {
    let text = named.value;
    let quote = named.previous.filter(|byte| named.place.quoted && b"\"'`".contains(byte));
    // A literal that was broken over two lines.
    let blanks = text.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    if quote.is_some() && blanks > 0 && text.iter().filter(|byte| b"\r\n".contains(byte)).count() == blanks {
        return Cow::Owned(text.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect());
    }
    let Some(quote) = quote.filter(|quote| memchr::memchr(*quote, text).is_some()) else { return Cow::Borrowed(text) };
    let literals = text.split(|byte| *byte == quote).step_by(2);
    Cow::Owned(literals.flatten().copied().collect())
}

fn is_token(named: &Named<'_>, text: &[u8]) -> bool {
    let shape = value::shape(text);
    if text.iter().any(u8::is_ascii_whitespace) || shape.foreign > 0 || is_public_key(text) || value::is_store(text) {
        return false;
    }
    if is_chosen_token(named, text, shape) {
        return true;
    }
    let literal = is_told_literally(named);
    let whole = literal || named.next.is_none_or(|byte| byte == b'\n');
    if shape.letters() == 0 {
        // Numbers alone are counts, times and short ids; some providers' keys are longer ones.
        return shape.digit == shape.length && shape.length >= 15 && value::entropy(text) >= 2.5;
    }
    if shape.is_hex(text) && shape.length >= 16 {
        return shape.digit > 0 && value::entropy(text) >= 2.0;
    }
    let least = match named.place.joint {
        Joint::Assigned if named.place.quoted => 8,
        Joint::Assigned | Joint::Spaced if is_thoroughly_mixed(text, shape) => 8,
        Joint::Assigned | Joint::Said if is_shredded(text, shape) => 8,
        Joint::Assigned if literal && value::is_scrambled(text) => 8,
        Joint::Assigned if whole && is_scattered(text, shape) => 10,
        Joint::Said if is_thoroughly_mixed(text, shape) => 10,
        Joint::Assigned | Joint::Passed | Joint::Spaced => 12,
        Joint::Said => 16,
    };
    // `X-CSRF-Token`: the name of a header.
    let listed = named.place.joint == Joint::Passed;
    let header = text.first_chunk().is_some_and(|head: &[u8; 2]| head.eq_ignore_ascii_case(b"X-"))
        && shape.digit == 0
        && (listed || keys::classify(text).is_some());
    if shape.length < least || header || (is_path(text) || is_label(text, shape)) && !value::is_jumbled(text) {
        return false;
    }
    if !named.place.quoted && is_identifier(text) {
        // `WIN32_ERROR`, `BCryptExportKeyFn2`: constants and types.
        let constant = shape.lower == 0 && text.contains(&b'_');
        if constant || value::is_wordlike(text) || shape.digit < 3 && text.contains(&b'_') && !value::is_jumbled(text) {
            return false;
        }
    }
    if value::is_name_of_key(text, named.place.quoted) || is_file_name(text) {
        return false;
    }
    // A list of names, one of which ends with a word for a secret.
    if listed && (shape.digit == 0 && is_identifier(text) && text.contains(&b'_') || value::is_snake_case(text)) {
        return false;
    }
    if shape.digit == 0 {
        return shape.length >= 12 && !value::is_wordlike(text) && value::entropy(text) >= 2.8;
    }
    // Of eight signs two pairs are chance.
    let least = if shape.length < 10 && value::is_scrambled(text) { 2.4 } else { 2.75 };
    value::entropy(text) >= least && (shape.digit >= 4 || !value::is_wordlike(text))
}

/// `--client-secret Maple#Rain77`, in quotes or without.
fn is_given_to_flag(named: &Named<'_>) -> bool {
    named.place.joint == Joint::Spaced && (named.place.literal || named.place.quoted && named.flag)
}

/// Letters of both cases and a digit or more, as few names have them: `KXMvGNl99W`.
fn is_scattered(text: &[u8], shape: Shape) -> bool {
    shape.digit > 0
        && shape.upper >= 2
        && shape.lower >= 2
        && shape.letters() + shape.digit == shape.length
        && value::pieces(text) >= 4
        && !value::is_wordlike(text)
}

/// In quotes, right behind an equals sign, or given to a flag: no variable.
fn is_told_literally(named: &Named<'_>) -> bool {
    named.place.quoted || named.previous == Some(b'=') || is_given_to_flag(named)
}

/// Whether a person made the value up, where a machine should have.
fn is_chosen_token(named: &Named<'_>, text: &[u8], shape: Shape) -> bool {
    let to_flag = is_given_to_flag(named);
    if password::is_made_up(text) && (matches!(named.place.joint, Joint::Assigned | Joint::Said) || to_flag) {
        return true;
    }
    // `secret=Copper@4151`: words and a number, which no code names anything by.
    let literal = is_told_literally(named);
    let whole = literal || named.next.is_none_or(|byte| byte == b'\n');
    let assigned = named.place.joint == Joint::Assigned || to_flag;
    if assigned && whole && (literal || !is_width(text)) && is_secret_of_words(text) {
        return true;
    }
    if assigned && whole && (value::is_two_words(text) || value::is_signed_phrase(text)) {
        return true;
    }
    // `clientSecret: "CopperHarborMaple71"`
    if assigned && literal && value::is_three_words(text) && !password::names_a_secret(text) {
        return true;
    }
    // `SECRET_KEY=tigerlake77`: people make up what a machine should.
    if named.place.joint == Joint::Assigned && whole && striking::is_simple(text) && !password::names_a_secret(text) {
        return true;
    }
    // `the secret is tigerlake77.`
    let ends_clause = named.next.is_none_or(|byte| b"\n.,)\"'`".contains(&byte));
    if named.place.joint == Joint::Said && ends_clause && striking::is_simple(text) {
        return true;
    }
    // `--token maple-417`: a flag is given it, and it is no word.
    let given = to_flag || named.flag;
    let digits = if named.flag { 2 } else { 3 };
    let least = if named.flag { 6 } else { 8 };
    given
        && !named.place.quoted
        && shape.length >= least
        && shape.digit >= digits
        && password::is_chosen(text, false)
        && !is_path(text)
        && !is_file_name(text)
}

/// What a person made up of words and a number: with capitals or a sign among them, so that it is no name of a test or a host.
fn is_secret_of_words(text: &[u8]) -> bool {
    let form = value::shape(text);
    let marked = form.upper > 0 || text.iter().any(|byte| b"@#$!".contains(byte));
    marked && !text.contains(&b'-') && striking::is_made_of_words(text)
}

/// `BigUint256`: a type, or an algorithm, by the number behind its name.
fn is_width(text: &[u8]) -> bool {
    let name = text.iter().all(u8::is_ascii_alphanumeric);
    name && [b"128".as_slice(), b"160", b"192", b"224", b"256", b"384", b"512"]
        .iter()
        .any(|width| text.ends_with(width))
}

/// Short, and yet no name: cases and digits change so often that no word is left.
fn is_thoroughly_mixed(text: &[u8], shape: Shape) -> bool {
    shape.digit >= 2
        && shape.upper >= 2
        && shape.lower >= 2
        && shape.letters() + shape.digit == shape.length
        && value::pieces(text) >= 6
}

/// The same in one case: digits stand between the letters so often that no name with a number is left, as in `a8f3k2m9`.
fn is_shredded(text: &[u8], shape: Shape) -> bool {
    shape.digit >= 3
        && shape.letters() >= 2
        && shape.letters() + shape.digit == shape.length
        && value::pieces(text) * 2 >= shape.length
}

/// Random enough to be a secret with little or no help from what stands around it.
pub(in crate::detect) fn is_random(text: &[u8], least: usize) -> bool {
    is_random_of(text, value::shape(text), least)
}

fn is_random_of(text: &[u8], shape: Shape, least: usize) -> bool {
    shape.length >= least
        && shape.lower >= 2
        && shape.digit >= 2
        && shape.upper >= 2
        && !shape.is_hex(text)
        && shape.foreign == 0
        && value::pieces(text) * 4 >= shape.length
        && !text.iter().any(u8::is_ascii_whitespace)
        && !is_path(text)
        && value::entropy(text) >= 3.5
        && !value::is_wordlike(text)
}

/// The same for a value in one case: then it takes many digits among letters beyond those of hex.
pub(in crate::detect) fn is_random_lower(text: &[u8]) -> bool {
    is_random_lower_of(text, value::shape(text))
}

fn is_random_lower_of(text: &[u8], shape: Shape) -> bool {
    // Of the signs of Base32 fewer are digits.
    let digits = if shape.length >= 40 { 8 } else { 5 };
    shape.length >= 24
        && shape.digit * digits >= shape.length
        && shape.beyond_hex >= 4
        && shape.letters() + shape.digit == shape.length
        && value::entropy(text) >= 3.5
        && !(value::is_wordlike(text) || value::is_ulid(text))
}

/// Made by a machine: random, or hex digits as long as those of a digest.
pub(in crate::detect) fn is_machine_made(text: &[u8]) -> bool {
    let shape = value::shape(text);
    let hex = shape.is_hex(text) && shape.length >= 32 && shape.is_mixed() && value::entropy(text) >= 2.5;
    let letters = (20..=64).contains(&shape.length) && value::is_jumbled(text);
    hex || letters || is_random_of(text, shape, 20) || is_random_lower_of(text, shape)
}

/// A user and a password as `Basic` joins and encodes them.
fn is_login(text: &[u8]) -> bool {
    text.len() >= 12 && text.len().is_multiple_of(4) && decode::is_user_and_password(text)
}

/// `ops:x9`: an account and a password that is no word.
pub(in crate::detect) fn is_account(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |byte| *byte == b':');
    let (Some(account), Some(password)) = (parts.next(), parts.next()) else { return false };
    let name = account.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(byte));
    name && (2..=40).contains(&account.len())
        && account.first().is_some_and(u8::is_ascii_alphabetic)
        && password.len() >= 8
        && password.iter().all(|byte| !byte.is_ascii() || byte.is_ascii_graphic() && !b":/,()[]{}<>".contains(byte))
        && is_said_password(password)
}
