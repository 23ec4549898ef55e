//! What tools make and show where a name for secrets may stand: names with a hash, states, commits, and the public keys of signers.

use super::{HEADER_MAX, digest_at_start, name_before};
use crate::detect::reading::decode;

/// `web-config-7f9c8b6d5c`: what Kustomize calls a secret by its content, in the letters that Kubernetes makes such names of
/// (<https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go>, checked 2026-11-28).
pub(super) fn is_generated_name(value: &[u8], before: &[u8]) -> bool {
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
pub(super) fn is_private_state(value: &[u8], before: &[u8]) -> bool {
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
pub(super) fn is_image_tag(value: &[u8], before: &[u8]) -> bool {
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

/// The folder of an archive, called after its repository and commit: `rules_token-<SHA-1>`, as Bazel's rules are.
pub(super) fn is_archive(value: &[u8], before: &[u8]) -> bool {
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
pub(super) fn is_version_of_commit(value: &[u8]) -> bool {
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

/// The fingerprint or the id of a public key where Git and GnuPG are told it: `signingkey = …`, `--recv-key …`.
pub(super) fn is_key_of_signer(value: &[u8], before: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let head = before.strip_suffix(b"= ").or_else(|| before.strip_suffix(b"=")).unwrap_or(before).trim_ascii_end();
    matches!(value.len(), 16 | 40)
        && value.iter().all(is_digit)
        && head.len() < before.len()
        && [b"signingkey".as_slice(), b"signingKey", b"--recv-key", b"--recv-keys"]
            .iter()
            .any(|name| head.ends_with(name))
}

/// `gpg:   using EDDSA key <fingerprint>`, or the long id, which is the end of one.
pub(super) fn is_key_of_gpg(value: &[u8], before: &[u8]) -> bool {
    const ID: usize = 16;
    const FINGERPRINT: usize = 40;
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let length = value.iter().take(FINGERPRINT + 1).take_while(|byte| is_digit(byte)).count();
    let using = before.strip_suffix(b" key ").unwrap_or_default();
    let algorithm = [b"using EDDSA".as_slice(), b"using RSA", b"using ECDSA", b"using DSA"];
    matches!(length, ID | FINGERPRINT) && algorithm.iter().any(|said| using.ends_with(said))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, letters};

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
}
