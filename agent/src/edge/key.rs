//! The installation's secrets in one file of the state folder: those for the seal of the spool, one for pseudonyms.
//!
//! Promises: the file is made after consent only, is this user's alone (0600; on Windows by the access of the profile
//! folder), and is there whole or not at all. Losing it is a state of its own: the spool under the old seal keys is then of
//! no use, and pseudonyms and event ids change. A seal key seals for [`SEAL_AGE_MAX`] and is forgotten once nothing waits under it.
//!
//! Where the settings say so and the system has a keychain, the secrets lie there, and the file says under which name. Each
//! change is put under a new name before the file is replaced, so that the file always says where whole secrets are.
//!
//! Start at [`KeyFile::load`], [`KeyFile::create`] and [`KeyFile::renew`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::seal::{KeyId, SealKey};
use pipeline::time::Wall;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use scrubber::PseudonymKey;

use super::keychain::{Keychain, KeychainError};
use super::private;
pub use crate::config::KeyPlace;

const FILE: &str = "keys";
/// First in the file; says how to read the rest.
const MAGIC: &[u8; 8] = b"BCCEKEY2";
/// First in a file that holds only the name of an entry in the keychain.
const NAME_MAGIC: &[u8; 8] = b"BCCEKEYN";
const NAME_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
/// A seal key: when it was made, and its secret.
const SEAL_BYTES: usize = size_of::<i64>() + SECRET_BYTES;
/// No new key is made while so many older ones are needed: then nothing was delivered for years.
const SEALS_MAX: usize = 32;

/// What the Credential Manager of Windows takes, `CRED_MAX_CREDENTIAL_BLOB_SIZE` (learn.microsoft.com, 2026-11-27).
const ENTRY_BYTES_MAX: usize = 5 * 512;
const _: () = assert!(MAGIC.len() + 2 * SECRET_BYTES + SEALS_MAX * SEAL_BYTES <= ENTRY_BYTES_MAX);

/// A seal key is replaced when it is as old as this.
pub const SEAL_AGE_MAX: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A key from further ahead than this was made while the clock was wrong.
const CLOCK_ERROR_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The installation's secrets. Cannot be printed or copied.
pub struct Keys {
    /// The newest first; never empty.
    seals: Vec<SealSecret>,
    pseudonym: [u8; SECRET_BYTES],
}

struct SealSecret {
    made: Wall,
    secret: [u8; SECRET_BYTES],
}

/// The key file, and the keychain that it may point to.
pub struct KeyFile {
    path: PathBuf,
    keychain: Option<Keychain>,
}

/// The secrets could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("cannot read the key file")]
    Read(#[source] io::Error),
    /// The file cannot be written.
    #[error("cannot write the key file")]
    Write(#[source] io::Error),
    /// The file is not what was written.
    #[error("the key file is damaged")]
    Damaged,
    /// Others can read the file.
    #[error("the key file can be read by others")]
    Exposed,
    /// The file points to an entry of the keychain that is not there.
    #[error("the system's keychain has lost the keys")]
    Lost,
    /// The keychain cannot be used now.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl KeyFile {
    /// The key file of a state folder.
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join(FILE), keychain: Keychain::of_system() }
    }

    /// Reads the secrets; `None` where there is no file, before consent or after a loss.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is damaged, or is open to others, and when the keychain has lost them or refuses.
    pub fn load(&self) -> Result<Option<Keys>, KeyError> {
        let Some(bytes) = self.read()? else { return Ok(None) };
        let keys = match name_in(&bytes) {
            Some(name) => {
                // One that this system should have is not lost with what it holds.
                let absent = if Keychain::ON_SYSTEM { KeychainError::Failed.into() } else { KeyError::Lost };
                let keychain = self.keychain.as_ref().ok_or(absent)?;
                Keys::parse(&keychain.get(&name)?.ok_or(KeyError::Lost)?)
            }
            None => Keys::parse(&bytes),
        };
        keys.map(Some).ok_or(KeyError::Damaged)
    }

    /// Makes new secrets after consent, and keeps those that are there already.
    ///
    /// # Errors
    ///
    /// When there is a file that cannot be used, or one cannot be made.
    pub fn create(&self, place: KeyPlace, now: Wall) -> Result<Keys, KeyError> {
        if let Some(keys) = self.load()? {
            return Ok(keys);
        }
        self.install(&Keys { seals: vec![SealSecret { made: now, secret: random()? }], pseudonym: random()? }, place)
    }

    /// Puts first secrets in place. Where another process was faster, its secrets hold.
    fn install(&self, keys: &Keys, place: KeyPlace) -> Result<Keys, KeyError> {
        let content = self.put(keys, place)?;
        let written = write_new(&self.path, &content).map_err(KeyError::Write);
        if self.read()?.is_none_or(|file| file != content) {
            self.forget(&content);
        }
        written.and_then(|()| self.load())?.ok_or(KeyError::Damaged)
    }

    /// Moves the secrets to where they are to lie. Call it only as the one instance that seals.
    ///
    /// # Errors
    ///
    /// When they cannot be read or written there; they are then where they were.
    pub fn settle(&self, keys: &Keys, place: KeyPlace) -> Result<(), KeyError> {
        if self.place()? == self.possible(place) { Ok(()) } else { self.replace(keys, place) }
    }

    /// Where the secrets lie.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn place(&self) -> Result<KeyPlace, KeyError> {
        let named = self.read()?.is_some_and(|bytes| name_in(&bytes).is_some());
        Ok(if named { KeyPlace::Keychain } else { KeyPlace::File })
    }

    /// What can be had here of a place.
    pub fn possible(&self, place: KeyPlace) -> KeyPlace {
        if self.keychain.is_some() || Keychain::ON_SYSTEM { place } else { KeyPlace::File }
    }

    /// Makes a new seal key where it is time, and forgets those under which nothing waits any more. `waiting` are the ids of the keys
    /// of all that waits. Call it only as the one instance that seals.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; the keys are then what they were.
    pub fn renew(&self, keys: &mut Keys, waiting: &[KeyId], now: Wall) -> Result<(), KeyError> {
        let due = keys.is_due(now) && keys.seals.len() < SEALS_MAX;
        let fresh = if due { Some(SealSecret { made: now, secret: random()? }) } else { None };
        let needed = |seal: &SealSecret| waiting.contains(&SealKey::new(&seal.secret).id());
        let newest = usize::from(!due);
        let kept = keys.seals.iter().enumerate().filter(|(place, seal)| *place < newest || needed(seal));
        let kept = kept.map(|(_, seal)| SealSecret { made: seal.made, secret: seal.secret });
        let renewed = Keys { seals: fresh.into_iter().chain(kept).collect(), pseudonym: keys.pseudonym };
        if due || renewed.seals.len() < keys.seals.len() {
            self.replace(&renewed, self.place()?)?;
            *keys = renewed;
        }
        Ok(())
    }

    /// Puts a damaged file out of the way, so that new secrets can be made; it is not deleted.
    ///
    /// # Errors
    ///
    /// When it cannot be renamed.
    pub fn set_aside(&self) -> Result<(), KeyError> {
        fs::rename(&self.path, self.damaged()).map_err(KeyError::Write)
    }

    /// Deletes secrets that were made for a consent that could not be given in the end.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or deleted.
    pub fn delete(&self) -> Result<(), KeyError> {
        let Some(content) = self.read()? else { return Ok(()) };
        fs::remove_file(&self.path).map_err(KeyError::Write)?;
        self.forget(&content);
        Ok(())
    }

    /// Whether there is a file, whatever it holds.
    pub fn exists(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok()
    }

    /// Where a damaged file is put.
    pub fn damaged(&self) -> PathBuf {
        self.path.with_extension("damaged")
    }
}

impl KeyFile {
    /// What the file holds, as far as it is this user's alone.
    fn read(&self) -> Result<Option<Vec<u8>>, KeyError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(KeyError::Read(error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&self.path).map_err(KeyError::Read)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(KeyError::Exposed);
            }
        }
        Ok(Some(bytes))
    }

    /// Puts secrets where they are to lie; says what the file has to hold then.
    fn put(&self, keys: &Keys, place: KeyPlace) -> Result<Vec<u8>, KeyError> {
        match (&self.keychain, place) {
            (Some(keychain), KeyPlace::Keychain) => {
                let content = [NAME_MAGIC.as_slice(), &random::<NAME_BYTES>()?].concat();
                if let Some(name) = name_in(&content) {
                    keychain.put(&name, &keys.bytes())?;
                }
                Ok(content)
            }
            (None, KeyPlace::Keychain) if Keychain::ON_SYSTEM => Err(KeychainError::Failed.into()),
            (None, _) | (_, KeyPlace::File) => Ok(keys.bytes()),
        }
    }

    /// Replaces what the file holds or points to.
    fn replace(&self, keys: &Keys, place: KeyPlace) -> Result<(), KeyError> {
        let old = self.read()?.unwrap_or_default();
        let content = self.put(keys, place)?;
        let replaced = private::replace(&self.path, &content).map_err(KeyError::Write);
        match replaced {
            Ok(()) => self.forget(&old),
            // The new name may be there though it could not be synced: then what it points to is needed.
            Err(_) if self.read().ok().flatten().as_deref() == Some(content.as_slice()) => {}
            Err(_) => self.forget(&content),
        }
        replaced
    }

    /// Takes out of the keychain what such a file points to.
    fn forget(&self, content: &[u8]) {
        if let (Some(keychain), Some(name)) = (&self.keychain, name_in(content)) {
            // Where it refuses, an entry stays that nothing points to; the keys that hold now are not in question.
            let _ = keychain.delete(&name);
        }
    }
}

/// The name of the entry of the keychain that a key file points to.
fn name_in(content: &[u8]) -> Option<String> {
    let name = content.strip_prefix(NAME_MAGIC).filter(|name| name.len() == NAME_BYTES)?;
    Some(name.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Keys {
    /// The keys of the spool, that which seals first.
    pub fn seal_keys(&self) -> Vec<SealKey> {
        self.seals.iter().map(|seal| SealKey::new(&seal.secret)).collect()
    }

    /// Whether the key that seals has done so for long enough.
    pub fn is_due(&self, now: Wall) -> bool {
        let made = self.seals.first().map_or(now, |seal| seal.made);
        now >= made.after(SEAL_AGE_MAX) || made >= now.after(CLOCK_ERROR_MAX)
    }

    /// The key of pseudonyms and event ids.
    pub fn pseudonym_key(&self) -> PseudonymKey {
        PseudonymKey::new(&self.pseudonym)
    }

    /// A secret for another purpose, derived from the pseudonyms' key: gone when that is gone.
    pub fn derived(&self, purpose: &str) -> [u8; SECRET_BYTES] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.pseudonym), purpose.as_bytes());
        let mut secret = [0; SECRET_BYTES];
        secret.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        secret
    }

    /// Magic, all secrets, and an authentication code over them, so that damage shows.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = [MAGIC.as_slice(), &self.pseudonym].concat();
        for seal in &self.seals {
            bytes.extend(seal.made.0.to_le_bytes());
            bytes.extend(seal.secret);
        }
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, MAGIC), &bytes);
        bytes.extend_from_slice(tag.as_ref());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (pseudonym, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
        let (seals, _) = rest.split_last_chunk::<SECRET_BYTES>()?;
        let (seals, []) = seals.as_chunks::<SEAL_BYTES>() else { return None };
        let seal = |bytes: &[u8; SEAL_BYTES]| {
            let (made, secret) = bytes.split_first_chunk()?;
            Some(SealSecret { made: Wall(i64::from_le_bytes(*made)), secret: secret.try_into().ok()? })
        };
        let keys = Self { seals: seals.iter().filter_map(seal).collect(), pseudonym: *pseudonym };
        (keys.bytes() == bytes && !keys.seals.is_empty()).then_some(keys)
    }
}

/// Seals short texts that only this installation may read, such as the folders of projects.
pub struct NameKey(LessSafeKey);

impl NameKey {
    /// Takes 32 secret bytes, derived for this purpose alone.
    pub fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        match UnboundKey::new(&AES_256_GCM, secret) {
            Ok(key) => Self(LessSafeKey::new(key)),
            Err(ring::error::Unspecified) => unreachable!("the key has the algorithm's length"),
        }
    }

    /// Seals a text under a nonce of its own. `about` must be the same when it is opened.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes, or the cipher fails.
    pub fn seal(&self, text: &str, about: &[u8]) -> Result<Vec<u8>, KeyError> {
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut sealed = text.as_bytes().to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut sealed)
            .map_err(|ring::error::Unspecified| KeyError::NoRandomness)?;
        sealed.extend(nonce);
        Ok(sealed)
    }

    /// Opens what was sealed; `None` where it was altered, or sealed under another key.
    pub fn open(&self, sealed: &[u8], about: &[u8]) -> Option<String> {
        let (sealed, nonce) = sealed.split_last_chunk::<NONCE_LEN>()?;
        let mut text = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, Aad::from(about), &mut text).ok()?.len();
        text.truncate(length);
        String::from_utf8(text).ok()
    }
}

/// Fresh random bytes from the system, such as a sealer's nonce prefix.
///
/// # Errors
///
/// When the system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|ring::error::Unspecified| KeyError::NoRandomness)?;
    Ok(bytes)
}

/// Writes beside, syncs, and links under the final name, which fails where a file is already: no half file is ever seen,
/// and none is replaced.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (beside, written) = private::write_beside(path, bytes);
    let linked = written.and_then(|()| match fs::hard_link(&beside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // A file system without links; a rename is as atomic.
        Err(_) => fs::rename(&beside, path),
        Ok(()) => Ok(()),
    });
    let removed = match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    linked.and(removed).and_then(|()| path.parent().map_or(Ok(()), private::sync_folder))
}

#[cfg(test)]
mod tests;
