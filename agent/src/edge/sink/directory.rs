//! Writes batches to a folder as NDJSON files, partitioned as Hive does it: `class=<class>/dt=YYYY-MM-DD/part-<id>.ndjson.gz`.
//!
//! Promises: a file under its final name is whole and on disk, folder included, before its batch is called accepted;
//! while it is written it has a name that readers of lakes pass over (a leading dot). What a crash leaves behind is
//! removed later, and nothing that is not ours is touched. On a full disk nothing is left behind.
//!
//! A batch that is sent again does not double: a file is named after the batch's first segment, and events leave the
//! spool only after their file is in place, so a file that holds the beginning of the new content is an earlier delivery
//! of the same segments and is replaced; one that holds more has it all already. See [`place`].
//!
//! `dt` is the UTC day of delivery. Left out on purpose: compacting, expiry, and reading anything back.

mod partition;
mod place;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pipeline::pack::{Batch, BatchLimits, Form};
use pipeline::ship::{Answer, Outcome, Trouble};
use scrubber::DataClass;
use tracing::warn;

use super::Sink;
use place::Part;

/// What the settings say about the directory sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectorySettings {
    /// The folder, which is made where it is missing, for its user alone.
    pub path: PathBuf,
    /// How files are written.
    pub compression: Compression,
}

/// How files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// `.ndjson.gz`, of one member a segment (RFC 1952 allows several).
    #[default]
    Gzip,
    /// `.ndjson`.
    None,
}

/// The directory sink cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the lake's folder {}", path.display())]
pub struct DirectoryError {
    path: PathBuf,
    source: io::Error,
}

/// A folder of NDJSON files.
pub struct DirectorySink {
    settings: DirectorySettings,
    swept: Option<Date>,
}

impl DirectorySink {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or is no folder.
    pub fn new(settings: DirectorySettings) -> Result<Self, DirectoryError> {
        match partition::make_folder(&settings.path) {
            Ok(()) => Ok(Self { settings, swept: None }),
            Err(source) => Err(DirectoryError { path: settings.path, source }),
        }
    }

    /// Writes one file of these pieces, each of them one or more whole segments in the form that files have.
    fn deliver(&mut self, class: DataClass, pieces: &[&[u8]], today: Date) -> io::Result<()> {
        if self.swept != Some(today) {
            partition::sweep(&self.settings.path)?;
            self.swept = Some(today);
        }
        let first = pieces.first().copied().unwrap_or_default();
        let part = match self.settings.compression {
            // A member is stored once and its bytes never change.
            Compression::Gzip => Part::new(pieces, first, "ndjson.gz"),
            Compression::None => Part::new(pieces, first_line(first), "ndjson"),
        };
        let folder = self.settings.path.join(format!("class={class}"));
        place::put(&folder, &part, today)
    }
}

impl Sink for DirectorySink {
    fn limits(&self) -> BatchLimits {
        LIMITS
    }

    /// Members go into the file as they lie in the spool, without being unpacked.
    fn form(&self) -> Form {
        match self.settings.compression {
            Compression::Gzip => Form::Members,
            Compression::None => Form::Plain,
        }
    }

    /// Blocks while it writes, for some milliseconds: the thread that ships has nothing else to do.
    async fn put(&mut self, batch: &Batch) -> Answer {
        let records = batch.records();
        let pieces: Vec<&[u8]> = match self.settings.compression {
            Compression::Gzip => records.iter().flat_map(|record| record.members()).collect(),
            Compression::None => records.iter().map(|record| record.bytes()).collect(),
        };
        match self.deliver(batch.class(), &pieces, today()) {
            Ok(()) => Answer::Settled(vec![Outcome::Accepted; records.len()]),
            Err(error) => {
                warn!(kind = ?error.kind(), "a file could not be written to the lake");
                Answer::Trouble(Trouble::Disk)
            }
        }
    }
}

/// Files of up to 8 MiB before compression: large enough for a reader of lakes, small enough to hold in memory. Records
/// have no meaning here beyond what the packer joins; they are as for the other sink, so that changing sinks is free.
const LIMITS: BatchLimits = BatchLimits {
    records_max: 500,
    bytes_max: 8 * 1024 * 1024,
    record_bytes: 256 * 1024,
    record_bytes_max: 1000 * 1024,
    record_lines_max: 500,
};

fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Holds an event id like no other.
fn first_line(content: &[u8]) -> &[u8] {
    content.split_inclusive(|&byte| byte == b'\n').next().unwrap_or_default()
}
