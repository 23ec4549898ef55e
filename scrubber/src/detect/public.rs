//! Tells what looks like a secret and is public: by its form together with its name or its place, never by one of them alone.
//!
//! Looks at findings only, of which there are few. Start at [`is_public`]; what only some rules may take for a secret by mistake
//! stands in functions of its own.

mod login;
mod office;
mod sample;

use super::{decode, generic};

pub(super) use login::{is_default_login, names_an_entry};
pub(super) use office::is_office;
pub(super) use sample::is_sample;

/// Bytes before a value in which its name may stand.
const BEFORE_MAX: usize = 96;
/// Bytes between a value and its name.
const GAP_MAX: usize = 24;
/// No header of a token that is made by common libraries is longer.
const HEADER_MAX: usize = 512;

/// Whether `text[start..end]` is public by its form and its name. Escapes may stand in the text.
pub(super) fn is_public(text: &[u8], start: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    let after = text.get(end..text.len().min(end + 2)).unwrap_or_default();
    generic::is_public_key(value)
        || is_header_alone(value, after)
        || is_point(value) && names_a_push_key(before)
        || is_site_key(first_line(value)) && names_a_site_key(before)
        || is_object_version(value) && names_a_version(before)
        || is_default_login(text, start, end)
        || is_archive(value, before)
        || is_version_of_commit(value)
        || is_key_of_signer(value, before)
        || is_generated_name(value, before)
        || is_private_state(value, before)
        || is_image_tag(value, before)
        || is_behind_template(value, before, text.get(end..text.len().min(end + BEFORE_MAX)).unwrap_or_default())
}

/// The length of `text[start..end]` without what ends its colour on a terminal, written out or as an escape: `\u{1b}[0m`, `\\x1b[0m`.
pub(super) fn without_colour(text: &[u8], start: usize, end: usize) -> usize {
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

/// What was joined to the next line because a tool may have cut it there.
fn first_line(value: &[u8]) -> &[u8] {
    value.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// The fingerprint or the id of a public key where Git and GnuPG are told it: `signingkey = …`, `--recv-key …`.
fn is_key_of_signer(value: &[u8], before: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let head = before.strip_suffix(b"= ").or_else(|| before.strip_suffix(b"=")).unwrap_or(before).trim_ascii_end();
    matches!(value.len(), 16 | 40)
        && value.iter().all(is_digit)
        && head.len() < before.len()
        && [b"signingkey".as_slice(), b"signingKey", b"--recv-key", b"--recv-keys"]
            .iter()
            .any(|name| head.ends_with(name))
}

/// `web-config-7f9c8b6d5c`: what Kustomize calls a secret by its content, in the letters that Kubernetes makes such names of
/// (<https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go>, checked 2026-11-28).
fn is_generated_name(value: &[u8], before: &[u8]) -> bool {
    const NAMES: [&[u8]; 4] = [b"secret", b"secretname", b"nsecret", b"nsecretname"];
    let Some(dash) = memchr::memrchr(b'-', value).filter(|dash| *dash > 2) else { return false };
    let (name, hash) = (value.get(..dash).unwrap_or_default(), value.get(dash + 1..).unwrap_or_default());
    let named =
        name.split(|byte| *byte == b'-').all(|word| !word.is_empty() && word.iter().all(u8::is_ascii_lowercase));
    matches!(hash.len(), 9 | 10)
        && hash.iter().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(byte))
        && hash.iter().any(u8::is_ascii_digit)
        && named
        && NAMES.contains(&name_before(before).as_slice())
}

/// What Terraform keeps of a resource for itself in its state: the version of its schema and times to wait, in Base64.
fn is_private_state(value: &[u8], before: &[u8]) -> bool {
    const NAMES: [&str; 6] =
        ["schema_version", "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0", "create", "read", "update", "delete"];
    let mut decoded = Vec::new();
    if !value.starts_with(b"eyJ") || value.len() > HEADER_MAX || !name_before(before).ends_with(b"private") {
        return false;
    }
    if !decode::base64(value, &mut decoded) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(&decoded) else { return false };
    let mut words = text.split(|letter: char| "{}:,\"\0".contains(letter)).filter(|word| !word.is_empty());
    words.all(|word| NAMES.contains(&word) || word.len() <= 19 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `eu.gcr.io/acme/auth:<commit>`: the tag of an image, whose name may end with a word for a secret.
fn is_image_tag(value: &[u8], before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b":").filter(|_| digest_at_start(value) == Some(40) && value.len() == 40)
    else {
        return false;
    };
    let is_name = |byte: &&u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._/-".contains(byte);
    let length = before.iter().rev().take_while(is_name).count();
    let mut parts = before.get(before.len() - length..).unwrap_or_default().split(|byte| *byte == b'/');
    let host = parts.next().unwrap_or_default();
    host.contains(&b'.') && !host.starts_with(b".") && parts.clone().count() > 0 && parts.all(|part| !part.is_empty())
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

/// The folder of an archive, called after its repository and commit: `rules_token-<SHA-1>`, as Bazel's rules are.
fn is_archive(value: &[u8], before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b"-").filter(|_| digest_at_start(value) == Some(40) && value.len() == 40)
    else {
        return false;
    };
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let length = before.iter().rev().take_while(is_name).count();
    before
        .get(before.len() - length..)
        .is_some_and(|name| memchr::memmem::find(name, b"rules_").is_some_and(|at| at < 2))
}

/// `v0.0.0-20240112093000-334804b4db4c`: a commit of a Go module that has no version, by its time and first digits
/// (<https://go.dev/ref/mod#pseudo-versions>, checked 2026-11-28). The module may be called after tokens.
fn is_version_of_commit(value: &[u8]) -> bool {
    const TIME: usize = 14;
    const COMMIT: usize = 12;
    let value = value.strip_suffix(b"+incompatible").unwrap_or(value);
    let Some((head, commit)) = value.split_last_chunk::<COMMIT>() else { return false };
    let Some((head, time)) = head.strip_suffix(b"-").and_then(|head| head.split_last_chunk::<TIME>()) else {
        return false;
    };
    let is_version = |byte: &u8| byte.is_ascii_digit() || b".-".contains(byte);
    commit.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        && time.iter().all(u8::is_ascii_digit)
        && matches!(head, [b'v', version @ .., b'-' | b'.'] if version.iter().all(is_version))
}

/// Names of nobody: who stands in samples, and a maker of tractors.
pub(super) fn is_nobodys_name(value: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[b"john doe", b"jane doe", b"jon doe", b"john deere"];
    NAMES.iter().any(|name| value.eq_ignore_ascii_case(name))
}

/// Ids that services print in addresses and logs, by what they begin with: they name something and let nobody in.
pub(super) fn is_public_id(value: &[u8]) -> bool {
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
pub(super) fn is_publishable(value: &[u8]) -> bool {
    let tail = value.strip_prefix(b"pk_live_").or_else(|| value.strip_prefix(b"pk_test_"));
    tail.is_some_and(|tail| tail.iter().all(u8::is_ascii_alphanumeric) && tail.iter().any(u8::is_ascii_lowercase))
}

/// Lengths of digests in hex digits.
const DIGESTS: [usize; 6] = [32, 40, 56, 64, 96, 128];
/// The longest one.
const DIGEST_MAX: usize = 128;

/// How many small hex digits begin the text, if as many as a digest has.
fn digest_at_start(text: &[u8]) -> Option<usize> {
    let is_hex = |byte: &&u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(*byte);
    let length = text.iter().take(DIGEST_MAX + 1).take_while(is_hex).count();
    DIGESTS.contains(&length).then_some(length)
}

/// Whether a digest in hex has so many digits.
pub(super) fn is_digest_length(digits: usize) -> bool {
    DIGESTS.contains(&digits)
}

/// Whether a digest stands at `at` and the name of a file follows as `sha256sum` prints it: after two blanks, or a blank and a star.
pub(super) fn begins_listing(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let Some(length) = digest_at_start(rest) else { return false };
    matches!(rest.get(length..), Some([b' ', b' ' | b'*', name, ..]) if name.is_ascii_graphic() && *name != b'#')
}

/// Bytes before a checksum in which the heading of its list may stand.
const LIST_MAX: usize = 8192;

/// Headings of the lists of checksums in lock files that name libraries alone, by the digits of those: CocoaPods, Rebar.
const LISTS: &[(&[u8], usize)] = &[(b"SPEC CHECKSUMS:", 40), (b"pkg_hash", 64)];

/// Whether the value is a checksum of such a list: `FirebaseAuth: <SHA-1>`.
fn is_in_lock_file(text: &[u8], start: usize, value: &[u8]) -> bool {
    let before = text.get(start.saturating_sub(LIST_MAX)..start).unwrap_or_default();
    LISTS.iter().any(|(heading, digits)| value.len() == *digits && memchr::memmem::find(before, heading).is_some())
}

/// Names that say which digest the value is, by its digits; nothing else may stand in them.
const DIGEST_NAMES: &[(&[u8], usize)] = &[
    (b"md5", 32),
    (b"md5sum", 32),
    (b"sha1", 40),
    (b"sha1sum", 40),
    (b"sha256", 64),
    (b"sha256sum", 64),
    (b"sha2256", 64),
    (b"sha2512", 128),
    (b"sha384", 96),
    (b"sha512", 128),
    (b"sha512sum", 128),
    (b"commit", 40),
    (b"revision", 40),
];

/// Whether `text[start..end]` is a digest by what stands beside it: `<digest>  <file>` and `commit <digest>` as tools print them, a
/// name of a digest and nothing more, a line of a lock file, of the files of a package, or of a chart's annotations.
pub(super) fn is_listed_digest(text: &[u8], start: usize, end: usize) -> bool {
    const OBJECTS: &[&[u8]] = &[b"commit ", b"tree ", b"parent ", b"object ", b"blob "];
    let value = text.get(start..end).unwrap_or_default();
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    // A line may have been joined to the next one.
    if is_key_of_gpg(value, before) {
        return true;
    }
    if !DIGESTS.contains(&value.len()) || !value.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let begins =
        |before: &[u8]| before.is_empty() && start <= BEFORE_MAX || before.ends_with(b"\n") || before.ends_with(b"\\n");
    let name = name_before(before);
    // The letter of an escape may stand before it.
    let names = [name.as_slice(), name.strip_prefix(b"n").unwrap_or_default()];
    DIGEST_NAMES.iter().any(|(word, digits)| names.contains(word) && value.len() == *digits)
        || OBJECTS.iter().any(|word| before.strip_suffix(*word).is_some_and(begins))
        || begins(before) && begins_listing(text, start)
        || is_of_a_package(before)
        || is_of_a_file(before, value.len())
        || is_annotation(before)
        || is_in_lock_file(text, start, value)
}

/// `gpg:   using EDDSA key <fingerprint>`.
fn is_key_of_gpg(value: &[u8], before: &[u8]) -> bool {
    const FINGERPRINT: usize = 40;
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let length = value.iter().take(FINGERPRINT + 1).take_while(|byte| is_digit(byte)).count();
    let using = before.strip_suffix(b" key ").unwrap_or_default();
    let algorithm = [b"using EDDSA".as_slice(), b"using RSA", b"using ECDSA", b"using DSA"];
    length == FINGERPRINT && algorithm.iter().any(|said| using.ends_with(said))
}

/// ` /etc/pam.d/common-password <MD5>`: a file of settings as a package lists it.
fn is_of_a_package(before: &[u8]) -> bool {
    let Some(path) = before.strip_suffix(b" ") else { return false };
    let from = path.iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1);
    path.get(from..).is_some_and(|path| path.starts_with(b"/etc/"))
}

/// `SHA256 (auth.key) = <digest>`, as BSD's tools and OpenSSL print it.
fn is_of_a_file(before: &[u8], digits: usize) -> bool {
    let Some(head) = before.strip_suffix(b") = ").or_else(|| before.strip_suffix(b")= ")) else { return false };
    let Some(open) = memchr::memrchr(b'(', head) else { return false };
    let name = name_before(head.get(..=open).unwrap_or_default());
    let name = name.strip_prefix(b"n").unwrap_or(&name);
    DIGEST_NAMES.iter().any(|(word, length)| *word == name && *length == digits)
}

/// `checksum/secret: <SHA-256>`: what makes Kubernetes start a program anew when a secret changes.
fn is_annotation(before: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.\"' :".contains(byte);
    let length = before.iter().rev().take_while(|byte| is_name(byte)).count();
    before.get(..before.len() - length).is_some_and(|head| head.ends_with(b"checksum/"))
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
pub(super) fn is_site_key(value: &[u8]) -> bool {
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let uuid = value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if [8, 13, 18, 23].contains(&at) { *byte == b'-' } else { byte.is_ascii_hexdigit() });
    let turnstile =
        (20..=24).contains(&value.len()) && [b"0x4".as_slice(), b"0x0"].contains(&value.get(..3).unwrap_or_default());
    uuid || value.iter().all(token) && (turnstile || value.len() == 40 && value.starts_with(b"6L"))
}

fn names_a_site_key(before: &[u8]) -> bool {
    let name = name_before(before);
    let name = name.strip_suffix(b"v2").or_else(|| name.strip_suffix(b"v3")).unwrap_or(&name);
    let said = without_quotes(before.strip_suffix(b":").unwrap_or(before)).to_ascii_lowercase();
    let public = [b"sitekey".as_slice(), b"captchapublickey", b"captchasite"];
    public.iter().any(|end| name.ends_with(end))
        || said.ends_with(b"site key")
        || [b"api.js?render=".as_slice(), b"grecaptcha.execute(", b"enterprise.execute("]
            .iter()
            .any(|call| without_quotes(before).ends_with(call))
}

/// The form of the ids that S3 gives to versions of objects; the last sign may have been left out as the end of a sentence.
fn is_object_version(value: &[u8]) -> bool {
    (31..=32).contains(&value.len()) && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(byte))
}

fn names_a_version(before: &[u8]) -> bool {
    let name = name_before(before);
    [b"versionid".as_slice(), b"versionidmarker"].iter().any(|end| name.ends_with(end))
}

/// The name before a value in lower case and without its signs, over quotes, escapes and what joins both.
fn name_before(before: &[u8]) -> Vec<u8> {
    let joins = |byte: &&u8| b" \t\"'`=:<>({\\,".contains(byte);
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
    fn letters(length: usize) -> String {
        const ALPHABET: &[u8] = b"aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z";
        (0..length).map(|at| char::from(ALPHABET[at * 7 % ALPHABET.len()])).collect()
    }

    fn check(before: &str, value: &str, after: &str, expected: bool) {
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
    fn names_that_programs_make_are_public_where_a_name_stands() {
        for before in ["secret: ", "  secretName: \"", "x\\n  secretName: "] {
            check(before, "web-config-7f9c8b6d5c", "\n", true);
            check(before, "web-config-7f9c8b6d5a", "\n", false);
            check(before, "7f9c8b6d5c", "\n", false);
        }
        check("password: ", "web-config-7f9c8b6d5c", "\n", false);
        let commit = ["9d2f4b6a", "8c1e3057", "9d2f4b6a", "8c1e3057", "a1b2c3d4"].concat();
        check("image: eu.gcr.io/acme/auth:", &commit, "\n", true);
        for before in ["auth:", "acme/auth:", "https://acme.io/auth:", "eu.gcr.io/acme/auth: "] {
            check(before, &commit, "\n", false);
        }
    }

    #[test]
    fn keys_that_sign_commits_are_public() {
        let fingerprint = ["9D2F4B6A", "8C1E3057", "9D2F4B6A", "8C1E3057", "A1B2C3D4"].concat();
        let id = ["9D2F4B6A", "8C1E3057"].concat();
        for before in ["[user]\n\tsigningkey = ", "git config user.signingkey ", "gpg --recv-key ", "user.signingKey="]
        {
            check(before, &fingerprint, "\n", true);
            check(before, &id, "\n", true);
            check(before, &fingerprint.to_lowercase(), "\n", false);
        }
        for before in ["SIGNING_KEY=", "signing key: ", "apikey "] {
            check(before, &fingerprint, "\n", false);
        }
    }

    #[test]
    fn what_terraform_keeps_for_itself_is_public() {
        // `{"schema_version":"1"}`, times to wait, and `{"schema_version":"hunter2x"}`.
        let version = ["eyJzY2hlbWFf", "dmVyc2lvbiI6IjEifQ=="].concat();
        let times =
            ["eyJlMmJmYjczMC1lY2FhLTExZTYtOGY4OC0zNDM2M2JjN2M0YzAi", "OnsiY3JlYXRlIjo2MDAwMDAwMDAwMDB9fQ=="].concat();
        let other = ["eyJzY2hlbWFf", "dmVyc2lvbiI6Imh1bnRlcjJ4In0="].concat();
        for before in ["\"private\": \"", "{\\\"private\\\": \\\""] {
            check(before, &version, "\"", true);
            check(before, &times, "\"", true);
            check(before, &other, "\"", false);
        }
        check("\"token\": \"", &version, "\"", false);
    }

    #[test]
    fn a_commit_in_place_of_a_version_is_public() {
        let commit = letters(99).to_lowercase().replace(|letter: char| !letter.is_ascii_hexdigit(), "");
        let commit = commit.get(..12).unwrap_or_default();
        for version in ["v0.0.0-", "v1.2.4-0.", "v1.2.3-rc.0."] {
            check("token ", &format!("{version}20240112093000-{commit}"), "\n", !version.contains("rc"));
            check("token ", &format!("{version}2024011209300x-{commit}"), "\n", false);
        }
        check("token ", &format!("v2.0.0-20240112093000-{commit}+incompatible"), "\n", true);
        check("token ", &format!("v2.0.0-20240112093000-{}", letters(12)), "\n", false);
        check("token ", &format!("k0.0.0-20240112093000-{commit}"), "\n", false);
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

    #[test]
    fn digests_in_listings_are_told_from_keys() {
        let sum = ["9d2f4b6a", "8c1e3057"].repeat(2).concat();
        let commit = [sum.as_str(), "a1b2c3d4"].concat();
        for (before, value, after, expected) in [
            ("x\n", &sum, "  src/appid.rs\n", true),
            ("x\n", &sum, " *src/appid.rs\n", true),
            ("", &sum, "  a", true),
            ("x\\n", &sum, "  a\\n", true),
            ("key=", &sum, "  src/appid.rs\n", false),
            ("x\n", &sum, "  # of the staging account\n", false),
            ("x\n", &sum, "\n", false),
            ("netlify token\n\ncommit ", &commit, "\n", true),
            ("commit key ", &commit, "\n", false),
            ("SPEC CHECKSUMS:\n  Acme: 01\n  FirebaseAuth: ", &commit, "\n", true),
            ("name = \"auth_token\",\n sha256 = \"", &[sum.as_str(), &sum].concat(), "\"", true),
            ("token_sha256 = \"", &[sum.as_str(), &sum].concat(), "\"", false),
            ("sha256 = \"", &sum, "\"", false),
            ("\n /etc/pam.d/common-password ", &sum, "\n", true),
            ("\n /srv/password ", &sum, "\n", false),
            ("  checksum/secret: ", &[sum.as_str(), &sum].concat(), "\n", true),
            ("  app/secret: ", &[sum.as_str(), &sum].concat(), "\n", false),
            ("SHA256 (auth.key) = ", &[sum.as_str(), &sum].concat(), "\n", true),
            ("x\\nSHA2-256(secret.key)= ", &[sum.as_str(), &sum].concat(), "\n", true),
            ("x\\nSHA256(secret.key)= ", &[sum.as_str(), &sum].concat(), "\n", true),
            ("SHA256 (auth.key) = ", &sum, "\n", false),
            ("secret (auth.key) = ", &[sum.as_str(), &sum].concat(), "\n", false),
            ("using EDDSA key ", &commit.to_uppercase(), "\n", true),
            ("RSA key ", &commit.to_uppercase(), "\n", false),
            ("SPEC CHECKSUMS:\n  FirebaseAuth: ", &sum, "\n", false),
            ("CHECKSUMS:\n  FirebaseAuth: ", &commit, "\n", false),
            ("x\n", &sum.to_uppercase(), "  a\n", false),
        ] {
            let text = format!("{before}{value}{after}");
            let found = is_listed_digest(text.as_bytes(), before.len(), before.len() + value.len());
            assert_eq!(found, expected, "{text}");
        }
    }
}
