//! Why an erasure does not begin, or does not go on.

use agent::cli::hinted;

use super::super::LakeError;
use crate::aws::CallError;

/// An erasure does not begin, or does not go on. No text of a file stands in it, and nothing that could steer a terminal.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The lake does not answer.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A bucket keeps no versions: what is written anew would take the place of what is deleted next.
    #[error("versioning of the bucket {bucket} is {status}, and nothing is erased without it")]
    Versioning {
        /// The bucket.
        bucket: String,
        /// What S3 says of it.
        status: String,
    },
    /// This identity may not ask whether a bucket keeps versions.
    #[error(
        "it cannot be asked whether versioning of the bucket {bucket} is on, and nothing is erased without it: {source}"
    )]
    Unasked {
        /// The bucket.
        bucket: String,
        /// What S3 says.
        source: CallError,
    },
    /// Somebody else erases from this folder, or did so and was interrupted.
    #[error("{place} says that another erasure is at work here ({holder})")]
    Locked {
        /// The lock, below the lake.
        place: String,
        /// Who holds it, as far as that is known.
        holder: String,
        /// Whether its holder seems to be gone.
        is_stale: bool,
    },
    /// A list of versions is not one.
    #[error("S3's list of what the bucket {bucket} holds cannot be read")]
    Listing {
        /// The bucket.
        bucket: String,
    },
}

impl From<CallError> for EraseError {
    fn from(error: CallError) -> Self {
        Self::Lake(error.into())
    }
}

impl EraseError {
    /// The error with what its reader can do.
    pub fn explained(self) -> anyhow::Error {
        let text = self.to_string();
        let hint = match self {
            Self::Lake(error) => return error.explained(),
            Self::Versioning { .. } => "`bcce deploy --component infrastructure` switches it on; then run this again",
            Self::Unasked { .. } => {
                "ask as a role with s3:GetBucketVersioning on the lake's buckets (`bcce deploy --component infrastructure` brings the \
                 roles up to date)"
            }
            Self::Locked { is_stale: false, .. } => "wait until it has ended, and run this again",
            Self::Locked { is_stale: true, .. } => {
                "where no erasure is at work on this folder, from another computer neither, remove this file and run it again: it goes on"
            }
            Self::Listing { .. } => "look at HTTPS_PROXY, then run it again: it goes on",
        };
        hinted(text, hint)
    }
}
