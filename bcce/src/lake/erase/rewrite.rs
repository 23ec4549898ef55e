//! The bytes of one file without the events of some users, whatever form it has.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::{lines, parquet};

/// The longest file once unpacked: Firehose closes one at 128 MiB.
const BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Users whose events go.
#[derive(Debug, Clone)]
pub struct Pseudonyms {
    names: Vec<String>,
    finders: Vec<memchr::memmem::Finder<'static>>,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rewritten {
    /// It holds none of their events.
    Untouched,
    /// It holds others as well, which stay.
    Without {
        /// The new file.
        bytes: Vec<u8>,
        /// Events that are not in it.
        erased: u64,
        /// Events that are.
        left: u64,
    },
    /// It holds no others.
    Nothing {
        /// Their events.
        erased: u64,
    },
}

/// A file cannot be looked through; it is left as it is, and named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum RewriteError {
    /// It cannot be unpacked.
    #[error("it is torn: it cannot be unpacked")]
    Torn,
    /// It is longer than any file of a lake.
    #[error("it is longer than any file of a lake")]
    TooLong,
    /// Its Parquet cannot be read.
    #[error("it is no whole Parquet file")]
    Parquet,
    /// Its Parquet is packed in another way than Firehose and Athena do it.
    #[error("its Parquet is compressed in a way that is not known here")]
    Codec,
    /// It does not say whose its rows are.
    #[error("its Parquet has no column `user`")]
    NoUser,
    /// Firehose's record of what a table refused holds no record.
    #[error("a record of what was refused cannot be unpacked")]
    Refused,
}

impl Pseudonyms {
    /// These users.
    pub fn of(names: &[String]) -> Self {
        let finders = names.iter().map(|name| memchr::memmem::Finder::new(name).into_owned()).collect();
        Self { names: names.to_vec(), finders }
    }

    /// The users.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether this is one of them.
    pub(super) fn has(&self, user: &[u8]) -> bool {
        self.names.iter().any(|name| name.as_bytes() == user)
    }

    /// Whether bytes hold one of their names anywhere.
    pub(super) fn are_named_in(&self, bytes: &[u8]) -> bool {
        self.finders.iter().any(|finder| finder.find(bytes).is_some())
    }
}

/// Leaves out the events of these users.
pub(super) fn rewrite(bytes: &[u8], of: &Pseudonyms) -> Result<Rewritten, RewriteError> {
    if bytes.starts_with(b"PAR1") {
        return parquet::without(bytes, of);
    }
    let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
    let unpacked = if is_packed { Some(unpacked(bytes)?) } else { None };
    let kept = lines::without(unpacked.as_deref().unwrap_or(bytes), of)?;
    Ok(match (kept.erased, kept.left) {
        (0, _) => Rewritten::Untouched,
        (erased, 0) => Rewritten::Nothing { erased },
        (erased, left) => {
            let bytes = if is_packed { packed(&kept.bytes) } else { kept.bytes };
            Rewritten::Without { bytes, erased, left }
        }
    })
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, RewriteError> {
    let mut text = Vec::new();
    MultiGzDecoder::new(bytes).take(BYTES_MAX).read_to_end(&mut text).map_err(|_| RewriteError::Torn)?;
    if text.len() as u64 == BYTES_MAX { Err(RewriteError::TooLong) } else { Ok(text) }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}
