//! Puts one file in place, once.
//!
//! The argument why nothing is doubled and nothing lost. A batch is made of spooled segments in order; its segments
//! leave the spool together, after its file is in place. Let a crash come in between: the next batch starts with the
//! same first segment, so it gets the same name, and finds the old file. Segments are whole and their bytes never
//! change, so of the old content and the new, one begins with the other:
//!
//! - the old one is the beginning of the new (more events had come): the new one replaces it in one step;
//! - the new one is the beginning of the old (the batch was cut smaller): all of it is there already;
//! - neither (an event was dropped or scrubbed again in between): both stay, the new one under a name of its own.
//!   Readers tell by `event_id`.
//!
//! That is of a killed process. A loss of power can also undo that batches were settled, and bring several back as one: then those behind the
//! first are in the lake twice, under equal ids.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use ring::digest::{Context, SHA256};

use crate::edge::private;

use super::partition::{make_folder, temporary_name};

/// The content of one file in pieces, and its names.
pub(super) struct Part<'a> {
    pieces: &'a [&'a [u8]],
    first: String,
    extension: &'static str,
    name: String,
}

impl<'a> Part<'a> {
    /// Names the content after `first`, the part of it that tells its first segment from all others.
    pub(super) fn new(pieces: &'a [&'a [u8]], first: &[u8], extension: &'static str) -> Self {
        let first = short_hash([first]);
        let name = format!("part-{first}.{extension}");
        Self { pieces, first, extension, name }
    }

    /// The name of its own that the file gets where something else has the first one.
    fn other_name(&self) -> String {
        format!("part-{}-{}.{}", self.first, short_hash(self.pieces.iter().copied()), self.extension)
    }

    /// The name that the file gets unless something else has it.
    #[cfg(test)]
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// What an earlier file of the same name means for a new one.
enum Earlier {
    /// There is none.
    None,
    /// It holds the beginning of the new content.
    Beginning(PathBuf),
    /// It holds all of the new content.
    Whole(PathBuf),
    /// It holds something else.
    Other(PathBuf),
}

/// Writes the part into the partition of `today`, or over an earlier delivery of itself in any partition of `class`.
pub(super) fn put(class: &Path, part: &Part<'_>, today: Date) -> io::Result<()> {
    let folder = class.join(format!("dt={today}"));
    match earlier(class, part)? {
        // The crash may have come before the folder was on disk.
        Earlier::Whole(path) => path.parent().map_or(Ok(()), private::sync_folder),
        Earlier::Beginning(path) => write(&path, part.pieces),
        Earlier::None => {
            make_folder(&folder)?;
            write(&folder.join(&part.name), part.pieces)
        }
        Earlier::Other(path) => write(&path.with_file_name(part.other_name()), part.pieces),
    }
}

/// Looks through all days: a laptop may have slept for weeks between the file and the crash's repair.
fn earlier(class: &Path, part: &Part<'_>) -> io::Result<Earlier> {
    let days = match fs::read_dir(class) {
        Ok(days) => days,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Earlier::None),
        Err(error) => return Err(error),
    };
    for day in days {
        let path = day?.path().join(&part.name);
        match File::open(&path) {
            Ok(file) => return compare(file, path, part.pieces),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Earlier::None)
}

fn compare(file: File, path: PathBuf, pieces: &[&[u8]]) -> io::Result<Earlier> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    let mut old = Vec::with_capacity(length);
    file.take(u64::try_from(length).unwrap_or(u64::MAX)).read_to_end(&mut old)?;
    let mut rest = old.as_slice();
    for piece in pieces {
        let (begun, later) = rest.split_at(rest.len().min(piece.len()));
        if !piece.starts_with(begun) {
            return Ok(Earlier::Other(path));
        }
        rest = later;
    }
    Ok(if old.len() == length { Earlier::Whole(path) } else { Earlier::Beginning(path) })
}

fn write(path: &Path, pieces: &[&[u8]]) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
    let temporary = temporary_name(path);
    let written = write_through(&temporary, pieces).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // What is in the way has just failed; if this fails too, the next sweep removes it.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    private::sync_folder(folder)
}

fn write_through(path: &Path, pieces: &[&[u8]]) -> io::Result<()> {
    let mut file = private::options().write(true).create(true).truncate(true).open(path)?;
    pieces.iter().try_for_each(|piece| file.write_all(piece))?;
    file.sync_all()
}

fn short_hash<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Context::new(&SHA256);
    pieces.into_iter().for_each(|piece| hash.update(piece));
    hash.finish().as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
