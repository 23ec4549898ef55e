//! Why a lake does not answer, and what helps.

use jiff::civil::Date;

/// A lake cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// Not built yet.
    #[error("not built yet: {0} {1}")]
    NotYet(Date, Date),
}

impl LakeError {
    /// The error with what its reader can do.
    pub fn explained(self) -> anyhow::Error {
        self.into()
    }
}
