//! The system's own store of secrets: the login keychain of macOS, Windows' Credential Manager.
//!
//! Linux has none that a service finds at each start ([decision 17](../../../docs/decisions/0017-key-file.md)).

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

/// The name under which the system shows the entries.
const SERVICE: &str = "com.bcce.agent";

/// The system's store of secrets.
#[derive(Clone)]
pub(super) struct Keychain(Arc<CredentialStore>);

/// The system's keychain does not do what it was asked for. Its own words are left out: some hold what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// It is locked, or the user or the system refuses it.
    #[error("the system's keychain refuses access")]
    Refused,
    /// Anything else.
    #[error("the system's keychain fails")]
    Failed,
}

impl From<Error> for KeychainError {
    fn from(error: Error) -> Self {
        if matches!(error, Error::NoStorageAccess(_)) { Self::Refused } else { Self::Failed }
    }
}

impl Keychain {
    /// Whether this kind of system has one.
    pub(super) const ON_SYSTEM: bool = cfg!(any(target_os = "macos", windows));

    /// This system's, where it has one.
    #[cfg(target_os = "macos")]
    pub(super) fn of_system() -> Option<Self> {
        Some(Self(apple_native_keyring_store::keychain::Store::new().ok()?))
    }

    /// This system's, where it has one.
    #[cfg(windows)]
    pub(super) fn of_system() -> Option<Self> {
        Some(Self(windows_native_keyring_store::Store::new().ok()?))
    }

    /// This system's, where it has one.
    #[cfg(not(any(target_os = "macos", windows)))]
    pub(super) fn of_system() -> Option<Self> {
        None
    }

    /// One in memory.
    #[cfg(test)]
    pub(super) fn in_memory() -> Self {
        #[expect(clippy::unwrap_used, reason = "a test has no other way to go on")]
        Self(keyring_core::mock::Store::new().unwrap())
    }

    /// Makes it refuse the next thing that is asked about a name.
    #[cfg(test)]
    pub(super) fn refuse_once(&self, name: &str) -> Result<(), KeychainError> {
        let entry = self.entry(name)?;
        let mock: Option<&keyring_core::mock::Cred> = entry.as_any().downcast_ref();
        mock.ok_or(KeychainError::Failed)?.set_error(Error::NoStorageAccess("locked".into()));
        Ok(())
    }

    /// The secret under a name; `None` where there is none.
    pub(super) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, KeychainError> {
        match self.entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a secret under a name, and reads it again: a store that takes no bytes such as these shows before they are needed.
    pub(super) fn put(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.entry(name)?.set_secret(secret)?;
        if self.get(name)?.as_deref() == Some(secret) { Ok(()) } else { Err(KeychainError::Failed) }
    }

    /// Deletes the secret under a name, if there is one.
    pub(super) fn delete(&self, name: &str) -> Result<(), KeychainError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// On Windows kept on this machine: other kinds go with the user to other ones.
    fn entry(&self, name: &str) -> Result<Entry, KeychainError> {
        let local = std::collections::HashMap::from([("persistence", "Local")]);
        let modifiers = cfg!(windows).then_some(&local);
        Ok(self.0.build(SERVICE, name, modifiers)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_there_until_it_is_deleted() {
        let keychain = Keychain::in_memory();
        assert_eq!(keychain.get("a"), Ok(None));
        assert_eq!(keychain.put("a", &[0, 159, 146, 150]), Ok(()));
        assert_eq!(keychain.get("a"), Ok(Some(vec![0, 159, 146, 150])));
        assert_eq!(keychain.get("b"), Ok(None));
        assert_eq!(keychain.delete("a"), Ok(()));
        assert_eq!((keychain.get("a"), keychain.delete("a")), (Ok(None), Ok(())));
    }

    #[test]
    fn an_error_says_nothing_of_what_was_read() {
        let error = KeychainError::from(Error::BadEncoding(b"hunter".to_vec()));
        assert_eq!(error, KeychainError::Failed);
        assert!(!format!("{error:?} {error}").contains("104"));
        assert_eq!(KeychainError::from(Error::NoStorageAccess("locked".into())), KeychainError::Refused);
    }
}
