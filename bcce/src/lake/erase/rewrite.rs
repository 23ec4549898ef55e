//! The bytes of one file without the events of some users, whatever form it has.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::{TEAMS_ROWS, lines, parquet, teams};

/// The longest file once unpacked: Firehose closes one at 128 MiB.
const BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Users whose events go.
#[derive(Debug, Clone)]
pub struct Pseudonyms {
    names: Vec<String>,
    finders: Vec<memchr::memmem::Finder<'static>>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Events, as lines or as Parquet.
    Events,
    /// Rows that say who is in which team.
    Teams,
}

impl Form {
    /// The form of what is counted under this name.
    pub(super) fn of(class: &str) -> Self {
        if class == TEAMS_ROWS { Self::Teams } else { Self::Events }
    }
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
    /// A file of teams names a user, and not in the column that it should.
    #[error(
        "it is no file of teams with the columns user,team, or names the user in another place than the column user"
    )]
    Teams,
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
pub(super) fn rewrite(bytes: &[u8], form: Form, of: &Pseudonyms) -> Result<Rewritten, RewriteError> {
    if form == Form::Events && bytes.starts_with(b"PAR1") {
        return parquet::without(bytes, of);
    }
    let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
    let unpacked = if is_packed { Some(unpacked(bytes)?) } else { None };
    let text = unpacked.as_deref().unwrap_or(bytes);
    let kept = match form {
        Form::Events => lines::without(text, of)?,
        Form::Teams => teams::without(text, of)?,
    };
    Ok(match (kept.erased, kept.left, form) {
        (0, _, _) => Rewritten::Untouched,
        (erased, 0, Form::Events) => Rewritten::Nothing { erased },
        // A file of teams keeps its head.
        (erased, left, Form::Events | Form::Teams) => {
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
