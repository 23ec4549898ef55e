//! The signature of a policy file: Ed25519 over its bytes, detached, under a key that is pinned beside the policy.
//!
//! Both lie in the policy's own folder, which only an administrator can write: `policy.pub` holds one or more public keys (32
//! bytes in base64, one a line, `#` begins a comment), `policy.toml.sig` the signature (64 bytes in base64). Where a key is
//! pinned, the policy must be there and be signed. On Windows the MSI's property `POLICY_PUBLIC_KEY` pins keys in the registry; where
//! it does, `policy.pub` does not count: the folder may have been made by a user, the registry's branch was not. What this does not hold against: whoever may write that folder can put
//! back an older policy with its signature, or take key and policy away.

use std::path::{Path, PathBuf};

use ring::signature::{ED25519, ED25519_PUBLIC_KEY_LEN, UnparsedPublicKey};

use crate::config::problem::{ConfigError, Origin};
use crate::config::read::{Missing, problem, read};

/// The file of the pinned keys, in the policy's folder.
pub const KEY_FILE: &str = "policy.pub";
const SIGNATURE_BYTES: usize = 64;

/// What vouches for a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// Its signature passes a pinned key.
    Signed,
    /// No key is pinned; the rights on its folder alone protect it.
    Unsigned,
    /// The system's management put it there, where users cannot write.
    BySystem,
    /// It was named on the command line.
    NotAsked,
}

/// Where the signature of a policy file lies.
pub fn signature_file(policy: &Path) -> PathBuf {
    let mut name = policy.file_name().unwrap_or_default().to_owned();
    name.push(".sig");
    policy.with_file_name(name)
}

/// Public keys, not yet looked at, and where they were found.
pub(super) struct Pinned {
    pub(super) text: Vec<u8>,
    pub(super) origin: Origin,
}

/// The keys in the policy's folder.
pub(super) fn beside(policy: &Path) -> Result<Option<Pinned>, ConfigError> {
    let file = policy.with_file_name(KEY_FILE);
    let origin = Origin::Policy(file.clone());
    Ok(read(&file, &origin, Missing::IsNone)?.map(|text| Pinned { text, origin }))
}

/// Holds a policy's bytes (`None`: there is no policy) against the keys that are pinned for it.
pub(super) fn verify(
    policy: &Path,
    bytes: Option<&[u8]>,
    origin: &Origin,
    pinned: Option<&Pinned>,
) -> Result<Signing, ConfigError> {
    let Some(pinned) = pinned else { return Ok(Signing::Unsigned) };
    let keys =
        parse_keys(&pinned.text).ok_or_else(|| problem(&pinned.origin, "holds no Ed25519 public key in base64"))?;
    let Some(bytes) = bytes else { return Err(problem(origin, "a key is pinned for it, but there is no policy")) };
    let signature_file = signature_file(policy);
    let signature_origin = Origin::Policy(signature_file.clone());
    let Some(signature) = read(&signature_file, &signature_origin, Missing::IsNone)? else {
        return Err(problem(origin, "is not signed, but a key is pinned for it"));
    };
    let signature = decoded(&signature, SIGNATURE_BYTES)
        .ok_or_else(|| problem(&signature_origin, "holds no Ed25519 signature in base64"))?;
    let passes = |key: &Vec<u8>| UnparsedPublicKey::new(&ED25519, key).verify(bytes, &signature).is_ok();
    if keys.iter().any(passes) {
        Ok(Signing::Signed)
    } else {
        Err(problem(origin, "its signature does not pass the pinned key: it was changed, or another key signed it"))
    }
}

/// All keys, or `None` where there is none or a line is something else. A comma does for a new line: an MSI's property has one line.
fn parse_keys(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b',')).map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let keys: Option<Vec<_>> = lines.map(|line| decoded(line, ED25519_PUBLIC_KEY_LEN)).collect();
    keys.filter(|keys| !keys.is_empty())
}

/// Base64, perhaps over several lines, of exactly so many bytes.
fn decoded(text: &[u8], length: usize) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    base64_simd::STANDARD.decode_to_vec(compact).ok().filter(|bytes| bytes.len() == length)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    use std::fs;

    const POLICY: &[u8] = b"max_tier = \"metrics\"\n";

    fn key_pair() -> Ed25519KeyPair {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()
    }

    fn base64(bytes: &[u8]) -> String {
        format!("{}\n", base64_simd::STANDARD.encode_to_string(bytes))
    }

    fn pin(dir: &Path, keys: &[&Ed25519KeyPair]) {
        let lines: String = keys.iter().map(|key| base64(key.public_key().as_ref())).collect();
        fs::write(dir.join(KEY_FILE), format!("# keys of the organisation\n\n{lines}")).unwrap();
    }

    fn verified(dir: &Path, bytes: Option<&[u8]>) -> Result<Signing, String> {
        let path = dir.join("policy.toml");
        let pinned = beside(&path).map_err(|error| error.to_string())?;
        verify(&path, bytes, &Origin::Policy(path.clone()), pinned.as_ref()).map_err(|error| error.to_string())
    }

    #[test]
    fn keys_of_one_line_are_pinned_as_those_of_a_file_are() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        let origin = Origin::Policy(path.clone());
        let (own, next, other) = (key_pair(), key_pair(), key_pair());
        let text =
            [&own, &next].map(|key| base64_simd::STANDARD.encode_to_string(key.public_key().as_ref())).join(", ");
        let pinned = Pinned { text: text.into_bytes(), origin: origin.clone() };
        let passes = |key: &Ed25519KeyPair| {
            fs::write(dir.path().join("policy.toml.sig"), base64(key.sign(POLICY).as_ref())).unwrap();
            verify(&path, Some(POLICY), &origin, Some(&pinned)).is_ok()
        };
        // What lies in the folder does not count beside it.
        pin(dir.path(), &[&other]);
        assert!(passes(&own) && passes(&next) && !passes(&other));
        assert!(verify(&path, None, &origin, Some(&pinned)).is_err());
        let none = Pinned { text: b",".to_vec(), origin: origin.clone() };
        assert!(verify(&path, Some(POLICY), &origin, Some(&none)).is_err());
    }

    #[test]
    fn a_policy_passes_only_unchanged_and_under_a_pinned_key() {
        let dir = tempfile::tempdir().unwrap();
        let (own, next, other) = (key_pair(), key_pair(), key_pair());
        let sign = |key: &Ed25519KeyPair| {
            fs::write(dir.path().join("policy.toml.sig"), base64(key.sign(POLICY).as_ref())).unwrap();
        };
        let fails = |bytes, words: &str| {
            let error = verified(dir.path(), bytes).unwrap_err();
            assert!(error.contains(words), "{error}");
        };
        assert_eq!(verified(dir.path(), None), Ok(Signing::Unsigned));
        sign(&other);
        assert_eq!(verified(dir.path(), Some(POLICY)), Ok(Signing::Unsigned), "without a pinned key nobody can tell");
        pin(dir.path(), &[&own, &next]);
        fails(Some(POLICY), "does not pass the pinned key");
        for key in [&own, &next] {
            sign(key);
            assert_eq!(verified(dir.path(), Some(POLICY)), Ok(Signing::Signed));
            fails(Some(b"max_tier = \"content\"\n"), "does not pass the pinned key");
        }
        fails(None, "a key is pinned for it, but there is no policy");
        fs::remove_file(dir.path().join("policy.toml.sig")).unwrap();
        fails(Some(POLICY), "is not signed");
    }

    #[test]
    fn a_key_or_signature_that_is_none_is_told_and_not_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let own = key_pair();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        let check = |words: &str| {
            let error = verified(dir.path(), Some(POLICY)).unwrap_err();
            assert!(error.contains(words), "{error}");
        };
        for text in ["", "# only words\n", "c2hvcnQ=\n", "not base64!\n"] {
            write(KEY_FILE, text);
            check("policy.pub: holds no Ed25519 public key");
        }
        pin(dir.path(), &[&own]);
        for text in ["", "c2hvcnQ=", "not base64!"] {
            write("policy.toml.sig", text);
            check("policy.toml.sig: holds no Ed25519 signature");
        }
    }
}
