//! Digests by what stands beside them: lists of checksums, lock files, commits, annotations.

use super::{BEFORE_MAX, made, name_before};

/// Lengths of digests in hex digits.
const DIGESTS: [usize; 6] = [32, 40, 56, 64, 96, 128];
/// The longest one.
const DIGEST_MAX: usize = 128;

/// How many small hex digits begin the text, if as many as a digest has.
pub(in crate::detect) fn digest_at_start(text: &[u8]) -> Option<usize> {
    let is_hex = |byte: &&u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(*byte);
    let length = text.iter().take(DIGEST_MAX + 1).take_while(is_hex).count();
    DIGESTS.contains(&length).then_some(length)
}

/// Whether a digest in hex has so many digits.
pub(in crate::detect) fn is_digest_length(digits: usize) -> bool {
    DIGESTS.contains(&digits)
}

/// Whether a digest stands at `at` and the name of a file follows as `sha256sum` prints it: after two blanks, or a blank and a star.
pub(in crate::detect) fn begins_listing(text: &[u8], at: usize) -> bool {
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
pub(in crate::detect) fn is_listed_digest(text: &[u8], start: usize, end: usize) -> bool {
    const OBJECTS: &[&[u8]] = &[b"commit ", b"tree ", b"parent ", b"object ", b"blob "];
    let value = text.get(start..end).unwrap_or_default();
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    // A line may have been joined to the next one.
    if made::is_key_of_gpg(value, before) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
