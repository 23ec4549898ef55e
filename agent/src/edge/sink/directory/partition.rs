//! Folders of a lake, and names that its readers pass over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::edge::private;

/// A leading dot keeps readers away (Hive, Spark, Athena and DuckDB's globs); the rest says whose file it is.
const TEMPORARY_PREFIX: &str = ".bcce-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// Older temporary files were left by a crash. Writing one takes seconds at the most, and another agent may be at work
/// in the same lake.
const LEFTOVER_AGE: Duration = Duration::from_secs(15 * 60);

/// Makes a folder and those above it, for the user alone, and makes sure that they outlast a loss of power.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folder(parent)?;
    }
    match private::folder().create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), private::sync_folder),
    }
}

/// The name under which the file `path` is written; each process has its own.
pub(super) fn temporary_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{TEMPORARY_PREFIX}{name}.{}{TEMPORARY_SUFFIX}", std::process::id()))
}

/// Removes temporary files that a crash left behind, in partitions of our own making.
pub(super) fn sweep(lake: &Path) -> io::Result<()> {
    for class in folders(lake, "class=")? {
        for day in folders(&class, "dt=")? {
            for entry in fs::read_dir(day)? {
                let entry = entry?;
                if is_leftover(&entry) {
                    fs::remove_file(entry.path())?;
                }
            }
        }
    }
    Ok(())
}

fn folders(path: &Path, prefix: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name().to_string_lossy().starts_with(prefix) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn is_leftover(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    let ours = name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX);
    let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
    ours && age().is_some_and(|age| age > LEFTOVER_AGE)
}
