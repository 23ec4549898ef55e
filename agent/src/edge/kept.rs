//! What `stats` keeps for itself: a file of what transcripts say of usage, which names folders and sessions, and one of how many values
//! of which kind detectors found in them. Both are sealed with AES-256-GCM under a random key in a file beside them.
//!
//! Promises: whatever is wrong with a file, it is as if there were none; a file is there whole or not at all, and for this user
//! alone. The key has no other use, is derived from nothing, and never leaves. Two writers at once leave the files of one of them, or a
//! key that does not fit, and then the next one begins anew. Nothing is synced to the disk: what a power loss takes is only time.

use super::key::random;
use super::private;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const KEY_FILE: &str = "stats.key";
/// What the names of all begin with, and those of what a writer that was killed has left.
const PREFIX: &str = "stats.";
const KEY_BYTES: usize = 32;

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// What transcripts say of usage.
    Usage,
    /// What detectors found in them.
    Redactions,
}

impl Content {
    const fn file(self) -> &'static str {
        match self {
            Self::Usage => "stats.cache",
            Self::Redactions => "stats.redactions",
        }
    }
}

/// Where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    folder: PathBuf,
    content: Content,
}

impl Kept {
    /// What is kept in a state folder.
    pub fn new(folder: &Path, content: Content) -> Self {
        Self { folder: folder.to_owned(), content }
    }

    /// Opens what was kept; `about` must be what it was when it was kept.
    pub fn load(&self, about: &[u8]) -> Option<Vec<u8>> {
        let key = self.key()?;
        let mut bytes = fs::read(self.folder.join(self.content.file())).ok()?;
        let nonce = *bytes.last_chunk::<NONCE_LEN>()?;
        bytes.truncate(bytes.len() - NONCE_LEN);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = key.open_in_place(nonce, Aad::from(about), &mut bytes).ok()?.len();
        bytes.truncate(length);
        Some(bytes)
    }

    /// Keeps bytes in place of what was kept before. The folder must be there.
    ///
    /// # Errors
    /// When a file cannot be written, or the system gives no random bytes.
    pub fn save(&self, about: &[u8], mut bytes: Vec<u8>) -> io::Result<()> {
        let key = match self.key() {
            Some(key) => key,
            None => self.make_key()?,
        };
        let nonce: [u8; NONCE_LEN] = random().map_err(io::Error::other)?;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut bytes)
            .map_err(|ring::error::Unspecified| io::Error::other("the cipher failed"))?;
        bytes.extend(nonce);
        self.replace(self.content.file(), &bytes)
    }

    /// Deletes all that is kept in a state folder, and the key.
    ///
    /// # Errors
    /// When a file cannot be deleted.
    pub fn delete(folder: &Path) -> io::Result<()> {
        for path in Self::files(folder)? {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// The files that [`Kept::delete`] deletes.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
                files.push(entry.path());
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    /// The key, where there is one that no one else can read.
    fn key(&self) -> Option<LessSafeKey> {
        let path = self.folder.join(KEY_FILE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).ok()?.permissions().mode();
            if mode & 0o077 != 0 {
                return None;
            }
        }
        let secret: [u8; KEY_BYTES] = fs::read(path).ok()?.try_into().ok()?;
        Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &secret).ok()?))
    }

    fn make_key(&self) -> io::Result<LessSafeKey> {
        let secret: [u8; KEY_BYTES] = random().map_err(io::Error::other)?;
        self.replace(KEY_FILE, &secret)?;
        self.key().ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Writes beside and renames.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = self.folder.join(format!("{name}.new-{}", std::process::id()));
        // One of that name is of a process that is gone.
        let _ = fs::remove_file(&beside);
        let written = private::options().write(true).create_new(true).open(&beside);
        let written = written.and_then(|mut file| file.write_all(bytes));
        let renamed = written.and_then(|()| fs::rename(&beside, self.folder.join(name)));
        if renamed.is_err() {
            let _ = fs::remove_file(&beside);
        }
        renamed
    }
}
