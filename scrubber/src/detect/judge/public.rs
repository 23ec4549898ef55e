//! Tells what looks like a secret and is public: by its form together with its name or its place, never by one of them alone.
//!
//! Looks at findings only, of which there are few. Start at [`is_public`]; what only some rules may take for a secret by mistake
//! stands in functions of its own.

mod digests;
mod login;
mod made;
mod office;
mod sample;

use super::generic;
use crate::detect::reading::decode;

pub(in crate::detect) use digests::{begins_listing, digest_at_start, is_digest_length, is_listed_digest};
pub(in crate::detect) use login::{is_default_login, names_an_entry};
pub(in crate::detect) use office::is_office;
pub(in crate::detect) use sample::is_sample;

/// Bytes before a value in which its name may stand.
const BEFORE_MAX: usize = 96;
/// Bytes between a value and its name.
const GAP_MAX: usize = 24;
/// No header of a token that is made by common libraries is longer.
const HEADER_MAX: usize = 512;

/// Whether `text[start..end]` is public by its form and its name. Escapes may stand in the text.
pub(in crate::detect) fn is_public(text: &[u8], start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    let after = text.get(end..text.len().min(end + 2)).unwrap_or_default();
    generic::is_public_key(value)
        || is_header_alone(value, after)
        || is_point(value) && names_a_push_key(before)
        || is_site_key(first_line(value)) && names_a_site_key(before)
        || is_sid(value) && name_before(before).ends_with(b"sid")
        || is_object_version(value) && names_a_version(before)
        || is_compound(value) && name_before(before).ends_with(b"inchikey")
        || names_a_key_id(before) && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':')
        || is_amid_digest(text, start, end)
        || is_table(value) && name_before(before).ends_with(b"tokendata")
        || is_default_login(text, start, end)
        || made::is_archive(value, before)
        || made::is_version_of_commit(value)
        || made::is_key_of_signer(value, before)
        || made::is_generated_name(value, before)
        || made::is_private_state(value, before)
        || made::is_image_tag(value, before)
        || is_behind_template(value, before, text.get(end..text.len().min(end + BEFORE_MAX)).unwrap_or_default())
}

/// The length of `text[start..end]` without what ends its colour on a terminal, written out or as an escape: `\u{1b}[0m`, `\\x1b[0m`.
pub(in crate::detect) fn without_colour(text: &[u8], start: usize, end: usize) -> usize {
    const ESCAPES: [&[u8]; 5] = [b"\x1b", b"\\u001b", b"\\x1b", b"\\033", b"\\e"];
    let value = text.get(start..end).unwrap_or_default();
    let head = value.strip_suffix(b"m").map(|rest| {
        let codes = rest.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        rest.get(..rest.len() - codes).unwrap_or_default()
    });
    let Some(head) = head.and_then(|head| head.strip_suffix(b"[")) else { return value.len() };
    let escape = ESCAPES.iter().find(|escape| {
        head.len() >= escape.len()
            && head.get(head.len() - escape.len()..).is_some_and(|end| end.eq_ignore_ascii_case(escape))
    });
    escape.map_or(value.len(), |escape| {
        let head = head.get(..head.len() - escape.len()).unwrap_or_default();
        head.len() - head.iter().rev().take_while(|byte| **byte == b'\\').count()
    })
}

/// The hash of a chemical compound, `InChIKey=…`: fourteen capitals, ten and one (<https://www.inchi-trust.org/technical-faq/>).
fn is_compound(value: &[u8]) -> bool {
    let groups: Vec<&[u8]> = value.split(|byte| *byte == b'-').collect();
    let capitals = |group: &&[u8]| group.iter().all(u8::is_ascii_uppercase);
    groups.iter().map(|group| group.len()).eq([14, 10, 1]) && groups.iter().all(capitals)
}

/// What was joined to the next line because a tool may have cut it there.
fn first_line(value: &[u8]) -> &[u8] {
    value.get(..memchr::memchr(b'\n', value).unwrap_or(value.len())).unwrap_or_default()
}

/// What goes on behind a placeholder that is no element: `//<user>:<password>@host`, `-p <password> registry`.
fn is_behind_template(value: &[u8], before: &[u8], after: &[u8]) -> bool {
    let head = before.strip_suffix(b" ").unwrap_or(before);
    let goes_on = head.len() < before.len() || value.first().is_some_and(|sign| b"@&;".contains(sign));
    let Some(tag) = head.strip_suffix(b">").filter(|_| goes_on) else { return false };
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let length = tag.iter().rev().take_while(is_name).count();
    let opens = matches!(tag.get(..tag.len() - length), Some([.., b' ' | b'=' | b':' | b'/', b'<']));
    length > 0 && opens && memchr::memmem::find(value, b"</").is_none() && memchr::memmem::find(after, b"</").is_none()
}

/// Names of nobody: who stands in samples, and a maker of tractors.
pub(in crate::detect) fn is_nobodys_name(value: &[u8]) -> bool {
    const NAMES: &[&[u8]] =
        &[b"john doe", b"jane doe", b"jon doe", b"john deere", b"max mustermann", b"erika mustermann"];
    NAMES.iter().any(|name| value.eq_ignore_ascii_case(name))
}

/// Ids that services print in addresses and logs, by what they begin with: they name something and let nobody in.
pub(in crate::detect) fn is_public_id(value: &[u8]) -> bool {
    const PREFIXES: &[&[u8]] = &[
        b"prj_", b"dpl_", b"team_", b"user_", b"org_", b"proj_", b"cus_", b"price_", b"prod_", b"sub_", b"evt_",
        b"acct_", b"asst_", b"thread_", b"batch_", b"txn_", b"icfg_", b"ecfg_", b"ekh_", b"re_",
    ];
    const TAIL_MAX: usize = 36;
    PREFIXES
        .iter()
        .filter_map(|prefix| value.strip_prefix(*prefix))
        .any(|tail| tail.len() <= TAIL_MAX && tail.iter().all(u8::is_ascii_alphanumeric))
        || is_publishable(value)
}

/// A key of Stripe's for pages, which every visitor reads. Secret keys of others that begin so have no small letters.
pub(in crate::detect) fn is_publishable(value: &[u8]) -> bool {
    let tail = value.strip_prefix(b"pk_live_").or_else(|| value.strip_prefix(b"pk_test_"));
    tail.is_some_and(|tail| tail.iter().all(u8::is_ascii_alphanumeric) && tail.iter().any(u8::is_ascii_lowercase))
}

/// The first part of a JSON Web Token with no second one behind it (RFC 7515, section 4): it says how the token is signed.
fn is_header_alone(value: &[u8], after: &[u8]) -> bool {
    const NAMES: &[&str] = &["alg", "typ", "kid", "cty", "enc", "zip", "x5t", "x5t#S256", "jku", "x5u", "ver", "crit"];
    let value = value.strip_suffix(b".").unwrap_or(value);
    let goes_on = matches!(after, [b'.', next, ..] if next.is_ascii_alphanumeric());
    if goes_on || value.len() > HEADER_MAX || !value.starts_with(b"eyJ") {
        return false;
    }
    let mut decoded = Vec::new();
    if !decode::base64(value, &mut decoded) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(&decoded) else { return false };
    let text = text.trim_end_matches(char::from(0));
    let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else { return false };
    let mut names =
        inner.split(',').map(|member| member.split(':').next().unwrap_or_default().trim().trim_matches('"'));
    names.clone().any(|name| name == "alg") && names.all(|name| NAMES.contains(&name))
}

/// A point of the curve P-256 in Base64, as browsers take it for push messages: 65 bytes of which the first is 4 (SEC 1, section
/// 2.3.3). The key that belongs to it has 43 letters.
fn is_point(value: &[u8]) -> bool {
    const LENGTH: usize = 87;
    let value = value.strip_suffix(b"=").unwrap_or(value);
    let mut decoded = Vec::new();
    value.len() == LENGTH
        && value.starts_with(b"B")
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/".contains(byte))
        && decode::base64(value, &mut decoded)
        && decoded.len() == 65
        && decoded.first() == Some(&4)
}

fn names_a_push_key(before: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[b"vapid", b"applicationserverkey", b"p256dh", b"urlbase64touint8array"];
    let lower = before.to_ascii_lowercase();
    NAMES.iter().any(|name| memchr::memmem::find(&lower, name).is_some())
}

/// The forms of the keys that pages show to their readers: reCAPTCHA, hCaptcha, Turnstile. The secret ones of the first have the same
/// form, so that the name has to say which it is.
pub(in crate::detect) fn is_site_key(value: &[u8]) -> bool {
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let uuid = value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if [8, 13, 18, 23].contains(&at) { *byte == b'-' } else { byte.is_ascii_hexdigit() });
    let turnstile =
        (20..=24).contains(&value.len()) && [b"0x4".as_slice(), b"0x0"].contains(&value.get(..3).unwrap_or_default());
    uuid || (turnstile || value.len() == 40 && value.starts_with(b"6L")) && value.iter().all(token)
}

fn names_a_site_key(before: &[u8]) -> bool {
    let name = name_before(before);
    let name = name.strip_suffix(b"v2").or_else(|| name.strip_suffix(b"v3")).unwrap_or(&name);
    let said = without_quotes(before);
    let said = [b":".as_slice(), b" is", b" ="].iter().find_map(|joint| said.strip_suffix(*joint)).unwrap_or(said);
    let said = said.to_ascii_lowercase();
    let public = [b"sitekey".as_slice(), b"captchapublickey", b"captchasite"];
    public.iter().any(|end| name.ends_with(end))
        || said.ends_with(b"site key")
        || [b"api.js?render=".as_slice(), b"grecaptcha.execute(", b"enterprise.execute("]
            .iter()
            .any(|call| without_quotes(before).ends_with(call))
}

/// The form of the ids that Twilio gives to messages, calls and the like: two letters for the kind, and hex digits.
/// <https://www.twilio.com/docs/glossary/what-is-a-sid>, checked 2026-11-29.
fn is_sid(value: &[u8]) -> bool {
    let Some((kind, id)) = value.split_at_checked(2) else { return false };
    let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    id.len() == 32 && kind.iter().all(u8::is_ascii_uppercase) && id.iter().all(hex)
}

/// The form of the ids that S3 gives to versions of objects; the last sign may have been left out as the end of a sentence.
fn is_object_version(value: &[u8]) -> bool {
    (31..=32).contains(&value.len()) && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(byte))
}

fn names_a_version(before: &[u8]) -> bool {
    let name = name_before(before);
    [b"versionid".as_slice(), b"versionidmarker"].iter().any(|end| name.ends_with(end))
}

/// The ids by which certificates name the key of their subject and of who signed them (RFC 5280, section 4.2.1).
fn names_a_key_id(before: &[u8]) -> bool {
    let name = name_before(before);
    name.ends_with(b"subjectkeyidentifier") || name.ends_with(b"authoritykeyidentifier")
}

/// The table of a tokenizer as Lezer writes it in signs of ASCII, with `~` for what has no value (<https://lezer.codemirror.net/docs/ref/>).
fn is_table(value: &[u8]) -> bool {
    const LENGTH_MIN: usize = 64;
    // Parts of tokens may be joined by the same sign, and by no others.
    const BYTES_PER_SIGN: usize = 32;
    let signs = value.iter().filter(|byte| byte.is_ascii_punctuation() && !b"-_.~+/=".contains(byte));
    value.len() >= LENGTH_MIN && value.contains(&b'~') && signs.count() * BYTES_PER_SIGN > value.len()
}

/// Whether a value is a part of the Base64 of a digest, in which a word for a secret stands by chance: `sha256=pUZf1S…key-…`.
fn is_amid_digest(text: &[u8], start: usize, end: usize) -> bool {
    // The signs of a digest without its padding.
    const DIGESTS: [(&[u8], usize); 4] = [(b"sha1=", 27), (b"sha256=", 43), (b"sha384=", 64), (b"sha512=", 86)];
    const RUN_MAX: usize = 96;
    let is_run = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/_-".contains(byte);
    let before = text.get(start.saturating_sub(RUN_MAX)..start).unwrap_or_default();
    let run = before.iter().rev().take_while(is_run).count();
    let head = before.get(..before.len() - run).unwrap_or_default();
    let known = DIGESTS.iter().find(|(name, _)| head.ends_with(name)).filter(|_| run > 0);
    known.is_some_and(|(_, length)| {
        run + text.get(start..).unwrap_or_default().iter().take(RUN_MAX).take_while(is_run).count() == *length
            && end - start + run <= *length + 2
    })
}

/// The name before a value in lower case and without its signs, over quotes, escapes and what joins both.
fn name_before(before: &[u8]) -> Vec<u8> {
    let joins = |byte: &&u8| b" \t\r\n\"'`=:<>({\\,|-".contains(byte);
    let gap = before.iter().rev().take(GAP_MAX).take_while(joins).count();
    let head = before.get(..before.len() - gap).unwrap_or_default();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let length = if gap > 0 { head.iter().rev().take_while(is_name).count() } else { 0 };
    let name = head.get(head.len() - length..).unwrap_or_default();
    name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}

fn without_quotes(before: &[u8]) -> &[u8] {
    let quotes = before.iter().rev().take_while(|byte| b"\"'`\\ ".contains(byte)).count();
    before.get(..before.len() - quotes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters and digits by counting.
    pub(in crate::detect) fn letters(length: usize) -> String {
        const ALPHABET: &[u8] = b"aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z";
        (0..length).map(|at| char::from(ALPHABET[at * 7 % ALPHABET.len()])).collect()
    }

    pub(in crate::detect) fn check(before: &str, value: &str, after: &str, expected: bool) {
        let text = format!("{before}{value}{after}");
        let found = is_public(text.as_bytes(), before.len(), before.len() + value.len());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_head_of_a_token_is_public_and_a_token_is_not() {
        let head = ["eyJhbGciOiJ", "IUzI1NiIsIn", "R5cCI6IkpXVCJ9"].concat();
        check("", &head, "", true);
        check("token = ", &head, ".", true);
        check("token = ", &head, ".eyJzdWIi", false);
        // `{"alg":"HS256","pw":"a1b2c3"}`
        check("", &["eyJhbGciOiJ", "IUzI1NiIsIn", "B3IjoiYTFiMmMzIn0"].concat(), "", false);
        check("", &["eyJwdyI6", "ImExYjJjMyJ9"].concat(), "", false);
    }

    #[test]
    fn a_name_and_a_form_make_a_key_public() {
        let point = format!("BK{}A", letters(84));
        let site = format!("6L{}", letters(38));
        let version = letters(32);
        for name in ["VAPID_PUBLIC_KEY=", "applicationServerKey: '", "{\\\"p256dh\\\":\\\"", "urlBase64ToUint8Array('"]
        {
            check(name, &point, "", true);
            check(name, &letters(87), "", false);
            check(name, &letters(43), "", false);
        }
        check("API_TOKEN=", &point, "", false);
        for name in
            ["SITE_KEY=", "data-sitekey=\"", "siteKey: '", "{\\\"site_key\\\": \\\"", "api.js?render=", "the site key "]
        {
            check(name, &site, "", true);
            check(name, &letters(40), "", false);
        }
        for name in ["SITE_KEY: >-\n  ", "SITE_KEY=\\\n", "the site key is ", "site_key = \"\"\"\n"] {
            check(name, &site, "", true);
        }
        for name in ["RECAPTCHA_SECRET_KEY=", "captcha_key=", "site key and secret ", ""] {
            check(name, &site, "", false);
        }
        for name in ["\"VersionId\": \"", "x-amz-version-id: ", "?versionId=", "NextVersionIdMarker=", "<VersionId>"] {
            check(name, &version, "", true);
            check(name, &letters(40), "", false);
        }
        check("\"Version\": \"", &version, "", false);
        check("VersionIdToken=", &version, "", false);
    }

    #[test]
    fn sids_are_ids_and_nothing_else_under_their_name_is() {
        let sid = format!("SM{}", "0a1b2c3d".repeat(4));
        for name in ["message_sid=", "let messageSid = \"", "data-call-sid=\"", "\"sid\": \""] {
            check(name, &sid, "", true);
            check(name, &letters(34), "", false);
        }
        check("auth_token=", &sid, "", false);
    }

    #[test]
    fn the_end_of_a_colour_is_no_part_of_a_value() {
        for escape in ["\u{1b}[0m", "\\x1b[0m", "\\\\u001b[1;31m", "\\033[m", "\\E[0m"] {
            let text = format!("key a1b2{escape}");
            assert_eq!(without_colour(text.as_bytes(), 4, text.len()), 4, "{text}");
        }
        for text in ["a1b2m", "a1b2[0m", "a1\\tb[2m", ""] {
            assert_eq!(without_colour(text.as_bytes(), 0, text.len()), text.len(), "{text}");
        }
    }

    #[test]
    fn ids_are_told_by_what_they_begin_with() {
        assert!(is_public_id(format!("prj_{}", letters(28)).as_bytes()));
        assert!(is_public_id(format!("pk_live_{}", letters(99)).as_bytes()));
        for other in
            ["prj_a_b", "sk_a1", "key_a1", "pi_a1_secret_b2", "re_a1_b2", "pk_live_a_b", "pk_test_A1B2C3", "pk_a1"]
        {
            assert!(!is_public_id(other.as_bytes()), "{other}");
        }
    }
}
