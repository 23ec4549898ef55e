//! What a value beside the name of a secret is when it is none: an id, a path, a public key, a number, a name.

use std::sync::LazyLock;

use super::{Named, is_machine_made, is_random};
use crate::detect::context::assign::{Joint, Setting};
use crate::detect::context::keys::{self, Key};
use crate::detect::judge::value::{self, Shape};
use crate::detect::sets::lexicon::List;

/// Ids that Claude Code and its services write everywhere.
pub(in crate::detect) fn is_id(text: &[u8]) -> bool {
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

/// How the public half of a pair of keys begins: its DER in Base64, or its type.
const PUBLIC_KEYS: &[&[u8]] = &[
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

/// The public half of a pair of keys.
pub(in crate::detect) fn is_public_key(text: &[u8]) -> bool {
    PUBLIC_KEYS.iter().any(|start| text.starts_with(start))
}

/// The same, perhaps cut off within what tells it.
pub(in crate::detect) fn begins_public_key(text: &[u8]) -> bool {
    const TOLD_MIN: usize = 8;
    let cut = |start: &&[u8]| text.len() >= TOLD_MIN && start.starts_with(text);
    is_public_key(text) || PUBLIC_KEYS.iter().any(cut)
}

/// What was encrypted so that it can be shown: values of SOPS, Ansible Vault and Vault's transit engine.
pub(super) fn is_encrypted(text: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[b"ENC[", b"$ANSIBLE_VAULT", b"vault:v", b"!vault", b"SHA256:"];
    STARTS.iter().any(|start| text.starts_with(start))
}

/// Names of files and places: parts between slashes of which most are words, and none is random.
pub(in crate::detect) fn is_path(text: &[u8]) -> bool {
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
pub(super) fn is_file_name(text: &[u8]) -> bool {
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

/// `llvm.x86.lwpins32`, `pkcs-9-at-pkcs15Token`, `aes_nohw_set_encrypt_key`: names, some of the secret itself.
pub(super) fn is_label(text: &[u8], shape: Shape) -> bool {
    if value::is_members(text) {
        return true;
    }
    let name_like = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
    name_like
        && shape.digit < 4
        && (keys::classify(text).is_some() || value::pieces(text) * 5 <= shape.length && value::is_wordlike(text))
}

/// A name as programs write it: words, perhaps with a digit or two.
pub(super) fn is_identifier(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

pub(super) fn is_date(text: &[u8]) -> bool {
    matches!(text, [a, b, c, d, b'-', e, f, b'-', ..] if [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()))
}

/// A number as programs write it: `0x04`, `4097u16`, `-9i32`, `1_000`. A long row of digits may be some provider's key; times
/// in fractions of a second begin with a 1 and have as many digits.
pub(super) fn is_number(text: &[u8], named: &Named<'_>) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let first = text.first().is_some_and(u8::is_ascii_digit);
    let hex = text.starts_with(b"0x") || text.starts_with(b"0X");
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_' || **byte == b'.').count();
    let suffix = text.get(digits..).unwrap_or_default();
    let time = matches!(text.len(), 16 | 19) && text.first() == Some(&b'1');
    let key = named.key == Key::Secret && text.iter().all(u8::is_ascii_digit) && text.len() >= 15 && !time;
    // `DB_PASSWORD=83910274`, `password: 83910274` alone in its line: nobody counts passwords.
    let setting = named.previous == Some(b'=')
        || named.setting.is_some_and(|setting| setting != Setting::Argument)
        || named.place.joint == Joint::Assigned && named.next.is_none_or(|byte| byte == b'\n');
    let code =
        named.key == Key::Password && setting && (6..=12).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    first
        && !key
        && !code
        && ((hex && text.len() <= 18)
            || is_before_constant(text)
            || suffix.is_empty()
            || (suffix.len() <= 5 && suffix.first().is_some_and(|byte| b"uifULl".contains(byte))))
}

/// `0x4000000D\nSTATUS_OTHER`: a number in hex or bits and the constant in the next line, which the number does not go on in.
fn is_before_constant(text: &[u8]) -> bool {
    const DIGITS_MAX: usize = 16;
    let Some(number) = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0b")) else { return false };
    let digits = number.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let name = number.get(digits..).unwrap_or_default().trim_ascii_start();
    let upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    (1..=DIGITS_MAX + 2).contains(&digits)
        && (name.contains(&b'_') || name.len() > 3)
        && name.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'_')
        && name.iter().all(upper)
        && (value::is_wordlike(name) || value::is_snake_case(name) || !value::is_jumbled(name))
}

/// `_XRegExp$exec2[0];`: a member of a list.
pub(super) fn is_indexed(text: &[u8]) -> bool {
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
pub(super) fn is_attribute(text: &[u8]) -> bool {
    const NAME_MAX: usize = 24;
    let Some(name) = text.strip_suffix(b"=") else { return false };
    (2..=NAME_MAX).contains(&name.len()) && name.iter().all(|byte| byte.is_ascii_alphabetic() || b"-:_".contains(byte))
}

/// `PWD` is a folder more often than a password.
pub(super) fn is_folder(text: &[u8]) -> bool {
    let rooted = text.starts_with(b"/") || text.starts_with(b"~/") || text.starts_with(b"./");
    let drive = matches!(text, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    (rooted || drive) && (is_path(text) || value::is_wordlike(text) || is_of_system(text))
}

/// `/etc/passwd`: a path below a folder of every system, in small letters.
fn is_of_system(text: &[u8]) -> bool {
    const FOLDERS: [&str; 12] =
        ["/etc/", "/usr/", "/var/", "/opt/", "/run/", "/dev/", "/proc/", "/tmp/", "/srv/", "/mnt/", "/bin/", "/home/"];
    FOLDERS.iter().any(|folder| text.starts_with(folder.as_bytes()))
        && text.iter().all(|byte| byte.is_ascii_lowercase() || b"/._-".contains(byte))
}

pub(super) fn is_address(text: &[u8]) -> bool {
    text.windows(3).any(|three| three == b"://")
}

#[cfg(test)]
mod tests {
    use super::*;

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
