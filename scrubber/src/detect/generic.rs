//! Decides whether a value is a secret from the name beside it and from its own shape.

mod password;

use std::borrow::Cow;
use std::sync::LazyLock;

use super::assign::{Joint, Value};
use super::keys::{self, Key};
use super::lexicon::List;
use super::value::Shape;
use super::{decode, mnemonic, value};

/// A value that stands beside a name.
pub(super) struct Named<'a> {
    pub key: Key,
    pub value: &'a [u8],
    pub place: Value,
    /// What stands directly after the value, quotes left out.
    pub next: Option<u8>,
    /// What stands directly before it.
    pub previous: Option<u8>,
    /// It is given to a flag: `--token=…`.
    pub flag: bool,
}

/// Whether a word may be a password and no word of a sentence.
pub(super) fn is_said_password(text: &[u8]) -> bool {
    (password::is_chosen(text, false) || value::is_hyphenated(text)) && !value::is_placeholder(text) && !is_marker(text)
}

/// The same, and so short and plain that it is no id, hash, version or path.
pub(super) fn is_short_password(text: &[u8]) -> bool {
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
pub(super) fn is_given_password(text: &[u8]) -> bool {
    is_said_password(text) || mnemonic::is_triple(text)
}

/// The same of a word that stands before what tells of it; quotes allow for more.
pub(super) fn is_told_password(text: &[u8], quoted: bool) -> bool {
    password::is_chosen(text, quoted) && !value::is_placeholder(text) && !is_marker(text) && !value::is_code(text)
}

/// Whether such a word may be a token.
pub(super) fn is_told_token(text: &[u8]) -> bool {
    (is_machine_made(text) || is_prefixed(text)) && !is_id(text) && !value::is_placeholder(text) && !is_path(text)
}

/// A few letters that tell whose it is, a sign, and what a machine made: `acme-8f7d…`, `0x8f7d…`.
pub(super) fn is_prefixed(text: &[u8]) -> bool {
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
pub(super) fn is_secret(named: &Named<'_>) -> bool {
    let joined = joined(named);
    let text = joined.as_ref();
    if text.len() < 4 || is_marker(text) || is_address(text) || is_date(text) || is_id(text) || is_encrypted(text) {
        return false;
    }
    if is_public_key(text) || value::is_qualified(text) || value::is_pattern(text) {
        return false;
    }
    let called = named.next == Some(b'(') && value::is_callable(text);
    if named.place.joint == Joint::Spaced && is_attribute(text) {
        return false;
    }
    // `= default!;`: nothing, of which C# is told that it is something.
    let nothing = matches!(text, b"default!" | b"null!");
    if !named.place.quoted && (called || nothing || value::is_code(text) || is_indexed(text) || is_number(text, named))
    {
        return false;
    }
    let likely = match named.key {
        Key::Password => password::is_password(named, text),
        Key::Secret => is_token(named, text),
        Key::Access => {
            let made = is_machine_made(text) || behind_prefix(text).is_some_and(is_machine_made);
            // ``Set `ACME_PAT` to `…` ``: what a sentence quotes is a value.
            let said = named.place.joint == Joint::Said && !(named.place.quoted && made);
            (made || is_login(text) || is_account(text)) && !said
        }
        Key::Hint => (is_random(text, 20) || is_random_lower(text)) && named.place.joint != Joint::Said,
    };
    likely && !value::is_placeholder(text)
}

/// The value, with literals that are written in a row put together.
fn joined<'a>(named: &Named<'a>) -> Cow<'a, [u8]> {
    let text = named.value;
    let quote = named.previous.filter(|byte| named.place.quoted && b"\"'`".contains(byte));
    let Some(quote) = quote.filter(|quote| memchr::memchr(*quote, text).is_some()) else { return Cow::Borrowed(text) };
    let literals = text.split(|byte| *byte == quote).step_by(2);
    Cow::Owned(literals.flatten().copied().collect())
}

/// Our own replacement, `[kind:8 hex digits]`, perhaps with a part of the value after a colon; whole or cut before its bracket.
pub(super) fn is_marker(text: &[u8]) -> bool {
    let Some(inner) = text.strip_prefix(b"[") else { return false };
    let inner = inner.strip_suffix(b"]").unwrap_or(inner);
    let mut parts = inner.splitn(3, |byte| *byte == b':');
    let (Some(kind), Some(hash)) = (parts.next(), parts.next()) else { return false };
    is_kind(kind)
        && hash.len() == 8
        && hash.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        && parts.next().is_none_or(|part| is_kept_part(kind, part))
}

/// Whether a kind of value may be called so. What is none has to be looked at like any other text: a password would pass for one.
fn is_kind(kind: &[u8]) -> bool {
    // Of names that hold letters and digits in one part these are known; passwords do as well.
    static MIXED: LazyLock<List> = LazyLock::new(|| {
        List::new("1password ai21 aip80 auth0 context7 dash0 e2b ed25519 k3s mem0 msg91 n8n pkcs12 rapid7 smtp2go")
    });
    let is_part = |part: &[u8]| {
        let small = part.iter().all(u8::is_ascii_lowercase);
        let number = part.len() <= 3 && part.iter().all(u8::is_ascii_digit);
        !part.is_empty() && (small || number || MIXED.holds(part))
    };
    kind.split(|byte| *byte == b'-').all(is_part)
}

/// The last four signs of a value, or the domain of an address.
fn is_kept_part(kind: &[u8], part: &[u8]) -> bool {
    match part.strip_prefix(b"@") {
        Some(domain) => {
            kind == b"email" && domain.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
        }
        None => part.len() <= 4 && part.iter().all(u8::is_ascii_alphanumeric),
    }
}

/// Whether one of our replacements stands at the start of `text`.
pub(super) fn starts_with_marker(text: &[u8]) -> bool {
    let end = text.iter().take(64).position(|byte| *byte == b']');
    end.and_then(|end| text.get(..=end)).is_some_and(is_marker)
}

fn is_token(named: &Named<'_>, text: &[u8]) -> bool {
    let shape = value::shape(text);
    if text.iter().any(u8::is_ascii_whitespace) || shape.foreign > 0 || is_public_key(text) || value::is_store(text) {
        return false;
    }
    // `--client-secret Maple#Rain77`
    let to_flag = named.place.joint == Joint::Spaced && named.place.literal;
    if password::is_made_up(text) && (matches!(named.place.joint, Joint::Assigned | Joint::Said) || to_flag) {
        return true;
    }
    // `secret=Copper@4151`: words and a number, which no code names anything by.
    let literal = named.place.quoted || named.previous == Some(b'=') || to_flag;
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
    if named.place.joint == Joint::Assigned
        && whole
        && super::mentioned::is_simple(text)
        && !password::names_a_secret(text)
    {
        return true;
    }
    // `the secret is tigerlake77.`
    let ends_clause = named.next.is_none_or(|byte| b"\n.,)\"'`".contains(&byte));
    if named.place.joint == Joint::Said && ends_clause && super::mentioned::is_simple(text) {
        return true;
    }
    // `--token maple-417`: a flag is given it, and it is no word.
    let given = named.place.joint == Joint::Spaced && named.place.literal || named.flag;
    let digits = if named.flag { 2 } else { 3 };
    let least = if named.flag { 6 } else { 8 };
    if given
        && !named.place.quoted
        && shape.length >= least
        && shape.digit >= digits
        && password::is_chosen(text, false)
        && !is_path(text)
        && !is_file_name(text)
    {
        return true;
    }
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
        Joint::Said if named.place.quoted && is_thoroughly_mixed(text, shape) => 10,
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

/// What a person made up of words and a number: with capitals or a sign among them, so that it is no name of a test or a host.
fn is_secret_of_words(text: &[u8]) -> bool {
    let form = value::shape(text);
    let marked = form.upper > 0 || text.iter().any(|byte| b"@#$!".contains(byte));
    marked && !text.contains(&b'-') && super::mentioned::is_made_of_words(text)
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

/// `llvm.x86.lwpins32`, `pkcs-9-at-pkcs15Token`, `aes_nohw_set_encrypt_key`: names, some of the secret itself.
fn is_label(text: &[u8], shape: Shape) -> bool {
    if value::is_members(text) {
        return true;
    }
    let name_like = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
    name_like
        && shape.digit < 4
        && (keys::classify(text).is_some() || value::pieces(text) * 5 <= shape.length && value::is_wordlike(text))
}

/// Random enough to be a secret with little or no help from what stands around it.
pub(super) fn is_random(text: &[u8], least: usize) -> bool {
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
pub(super) fn is_random_lower(text: &[u8]) -> bool {
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
pub(super) fn is_machine_made(text: &[u8]) -> bool {
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
pub(super) fn is_account(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |byte| *byte == b':');
    let (Some(account), Some(password)) = (parts.next(), parts.next()) else { return false };
    let name = account.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(byte));
    name && (2..=40).contains(&account.len())
        && account.first().is_some_and(u8::is_ascii_alphabetic)
        && password.len() >= 8
        && password.iter().all(|byte| !byte.is_ascii() || byte.is_ascii_graphic() && !b":/,()[]{}<>".contains(byte))
        && is_said_password(password)
}

/// Names of files and places: parts between slashes of which most are words, and none is random.
pub(super) fn is_path(text: &[u8]) -> bool {
    let mut parts = 0;
    let (mut words, mut short) = (0, 0);
    if memchr::memchr2(b'/', b'\\', text).is_none() {
        return false;
    }
    for part in text.split(|byte| b"/\\".contains(byte)).filter(|part| !part.is_empty()) {
        let shape = value::shape(part);
        let word = (value::is_wordlike(part) && part.len() > 3) || part.contains(&b'.');
        if !word && shape.length > 12 && shape.digit > 0 && shape.lower > 0 && shape.upper > 0 {
            return false;
        }
        parts += 1;
        words += usize::from(word);
        short += usize::from(!word && part.len() <= 3);
    }
    parts > 1 && words > 0 && (words + short) * 2 >= parts
}

/// The name of a file, by its extension: `server-01.pem`, `photos/2026/img_0001.jpg`.
fn is_file_name(text: &[u8]) -> bool {
    static EXTENSIONS: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "asc gpg pem crt cer der csr pub key jks p12 pfx ppk json yaml yml toml xml ini cfg conf env csv txt md rst html log \
             png jpg jpeg gif svg webp pdf zip gz tgz js ts py rb go rs java sql sh db",
        )
    });
    let Some(dot) = memchr::memrchr(b'.', text).filter(|dot| *dot > 0) else { return false };
    let (stem, extension) = (text.get(..dot).unwrap_or_default(), text.get(dot + 1..).unwrap_or_default());
    let name = stem.rsplit(|byte| b"/\\".contains(byte)).next().unwrap_or_default();
    EXTENSIONS.holds(extension)
        && stem.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-./\\ ".contains(byte))
        && !is_machine_made(name)
        && !is_random(stem, 12)
}

/// Ids that Claude Code and its services write everywhere.
pub(super) fn is_id(text: &[u8]) -> bool {
    const PREFIXES: &[&[u8]] = &[
        b"toolu_",
        b"agent_msg_",
        b"srvtoolu_",
        b"msg_",
        b"msgbatch_",
        b"req_",
        b"call_",
        b"chatcmpl-",
        b"file_",
        b"agent-",
        b"bash_",
        b"shell_",
        b"sess_",
        b"task_",
        b"run_",
        b"session_",
        b"resp_",
        b"cs_test_",
        b"cs_live_",
    ];
    PREFIXES.iter().any(|prefix| prefix.first() == text.first() && text.starts_with(prefix))
}

/// What was encrypted so that it can be shown: values of SOPS, Ansible Vault and Vault's transit engine.
fn is_encrypted(text: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[b"ENC[", b"$ANSIBLE_VAULT", b"vault:v", b"!vault", b"SHA256:"];
    STARTS.iter().any(|start| text.starts_with(start))
}

/// The public half of a pair of keys, as its DER begins in Base64.
pub(super) fn is_public_key(text: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[
        b"MFkwEwYHKoZIzj0CAQ",
        b"MIIBIjANBgkqhkiG9w0BAQEF",
        b"MIICIjANBgkqhkiG9w0BAQEF",
        b"MIGfMA0GCSqGSIb3DQEBAQUA",
        b"MCowBQYDK2V",
        b"MHYwEAYHKoZIzj0CAQ",
        b"AAAAB3NzaC1yc2",
        b"AAAAC3NzaC1lZDI1NTE5",
        b"AAAAE2VjZHNh",
        // Keys of tokens, and certificates.
        b"AAAAGnNrLXNzaC1lZDI1NTE5",
        b"AAAAInNrLWVjZHNhLXNoYTIt",
        b"AAAAIHNzaC1lZDI1NTE5LWNlcnQ",
        b"AAAAHHNzaC1yc2EtY2VydC",
        b"AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2Vyd",
        b"age1",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
}

fn is_date(text: &[u8]) -> bool {
    matches!(text, [a, b, c, d, b'-', e, f, b'-', ..] if [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()))
}

/// A number as programs write it: `0x04`, `4097u16`, `-9i32`, `1_000`. A long row of digits may be some provider's key; times
/// in fractions of a second begin with a 1 and have as many digits.
fn is_number(text: &[u8], named: &Named<'_>) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let first = text.first().is_some_and(u8::is_ascii_digit);
    let hex = text.starts_with(b"0x") || text.starts_with(b"0X");
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_' || **byte == b'.').count();
    let suffix = text.get(digits..).unwrap_or_default();
    let time = matches!(text.len(), 16 | 19) && text.first() == Some(&b'1');
    let key = named.key == Key::Secret && text.iter().all(u8::is_ascii_digit) && text.len() >= 15 && !time;
    // `DB_PASSWORD=83910274`, `password: 83910274` alone in its line: nobody counts passwords.
    let setting = named.previous == Some(b'=')
        || named.place.joint == Joint::Assigned && named.next.is_none_or(|byte| byte == b'\n');
    let code =
        named.key == Key::Password && setting && (6..=12).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    first
        && !key
        && !code
        && ((hex && text.len() <= 18)
            || suffix.is_empty()
            || (suffix.len() <= 5 && suffix.first().is_some_and(|byte| b"uifULl".contains(byte))))
}

/// `_XRegExp$exec2[0];`: a member of a list.
fn is_indexed(text: &[u8]) -> bool {
    let text = text.strip_suffix(b";").unwrap_or(text);
    let Some((name, index)) =
        text.strip_suffix(b"]").and_then(|text| text.split_at_checked(memchr::memchr(b'[', text)?))
    else {
        return false;
    };
    let index = index.get(1..).unwrap_or_default();
    let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_$.".contains(byte));
    plain
        && name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && (1..=2).contains(&index.len())
        && index.iter().all(u8::is_ascii_digit)
}

/// `<input type="password" autoComplete="off">`: the next attribute of an element, up to its sign.
fn is_attribute(text: &[u8]) -> bool {
    const NAME_MAX: usize = 24;
    let Some(name) = text.strip_suffix(b"=") else { return false };
    (2..=NAME_MAX).contains(&name.len()) && name.iter().all(|byte| byte.is_ascii_alphabetic() || b"-:".contains(byte))
}

/// A name as programs write it: words, perhaps with a digit or two.
fn is_identifier(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn is_address(text: &[u8]) -> bool {
    text.windows(3).any(|three| three == b"://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_markers_are_recognised() {
        for text in [
            "[password:1a2b3c4d]",
            "[aws-access-key:00ff00ff",
            "[email:deadbeef]",
            "[email:deadbeef:@acme.example]",
            "[payment-card:deadbeef:1111]",
            "[ed25519-private-key-hex:deadbeef]",
            "[imported-aws-1:deadbeef]",
        ] {
            assert!(is_marker(text.as_bytes()), "{text}");
        }
        for text in [
            "[password]",
            "password:1a2b3c4d",
            "[x:12345]",
            "[Ab:12345678]",
            "[token:deadbeef:@acme.example]",
            "[token:deadbeef:hunter2]",
            "[token:DEADBEEF]",
            "[email:deadbeef:@a b]",
            "[hunter2:deadbeef]",
            "[my-hunter2:deadbeef]",
            "[-:deadbeef]",
        ] {
            assert!(!is_marker(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn every_kind_that_is_shipped_may_stand_in_a_marker() -> Result<(), super::super::EngineError> {
        let engine = super::super::Engine::new(&super::super::KnownIdentities::default())?;
        for rule in engine.rules() {
            assert!(is_kind(rule.kind.as_bytes()), "{}", rule.kind);
        }
        Ok(())
    }

    #[test]
    fn labels_are_told_from_tokens() {
        for text in ["llvm.x86.lwpins32", "pkcs-9-at-pkcs15Token", "aes_nohw_set_encrypt_key"] {
            assert!(is_label(text.as_bytes(), value::shape(text.as_bytes())), "{text}");
        }
        for text in ["jkk81b2wtn6mkcg2", "rwpgvnfyunhjch", "q7Zp4Xw2Lr9Tb6Nk"] {
            assert!(!is_label(text.as_bytes(), value::shape(text.as_bytes())), "{text}");
        }
    }
}
