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

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use ring::digest::{SHA256, digest};

use super::partition::{make_folder, sync_folder, temporary_name};

/// The content of one file, and its names.
pub(super) struct Part<'a> {
    content: &'a [u8],
    name: String,
    other_name: String,
}

impl<'a> Part<'a> {
    /// Names the content after `first`, the part of it that tells its first segment from all others.
    pub(super) fn new(content: &'a [u8], first: &[u8], extension: &str) -> Self {
        let (first, whole) = (short_hash(first), short_hash(content));
        let (name, other_name) = (format!("part-{first}.{extension}"), format!("part-{first}-{whole}.{extension}"));
        Self { content, name, other_name }
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
        Earlier::Whole(path) => path.parent().map_or(Ok(()), sync_folder),
        Earlier::Beginning(path) => write(&path, part.content),
        Earlier::None => {
            make_folder(&folder)?;
            write(&folder.join(&part.name), part.content)
        }
        Earlier::Other(path) => write(&path.with_file_name(&part.other_name), part.content),
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
            Ok(file) => return compare(file, path, part.content),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Earlier::None)
}

fn compare(file: File, path: PathBuf, content: &[u8]) -> io::Result<Earlier> {
    let limit = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let mut old = Vec::with_capacity(content.len());
    file.take(limit).read_to_end(&mut old)?;
    Ok(match content.strip_prefix(old.as_slice()) {
        Some([]) => Earlier::Whole(path),
        Some(_) => Earlier::Beginning(path),
        None => Earlier::Other(path),
    })
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
    let temporary = temporary_name(path);
    let written = write_through(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // What is in the way has just failed; if this fails too, the next sweep removes it.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    sync_folder(folder)
}

fn write_through(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn short_hash(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
