//! Finds transcripts and looks at them from outside, with several threads: there may be thousands of folders.

use crate::edge::files::{identify, is_never_read, is_transcript_name};
use crate::stats::Stamp;
use pipeline::tail::FileId;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::UNIX_EPOCH;

/// Folders below `projects` at most.
const DEPTH_MAX: usize = 8;
/// More do not help: what they ask for is mostly in memory.
const THREADS_MAX: usize = 4;

/// A transcript.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Which file it is, and what it looked like when it was found.
    pub(super) look: io::Result<(FileId, Stamp)>,
}

/// The transcripts below some folders, in an order of their own: the first of several records counts, so a folder's inner life must not
/// change it.
pub(super) fn transcripts(roots: &[PathBuf]) -> Vec<Found> {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    for root in roots {
        list(&root.join("projects"), &mut found, &mut folders);
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
            below(folder, 1, &mut own);
        }
        own
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX).min(folders.len());
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        found.extend(work());
        found.extend(others.into_iter().flat_map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
    });
    found.sort_unstable_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
    found
}

fn below(folder: &Path, depth: usize, found: &mut Vec<Found>) {
    let mut folders = Vec::new();
    list(folder, found, &mut folders);
    if depth < DEPTH_MAX {
        folders.iter().for_each(|folder| below(folder, depth + 1, found));
    }
}

/// Transcripts and folders in a folder. What cannot be listed holds none that could be counted.
fn list(folder: &Path, found: &mut Vec<Found>, folders: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_never_read(&name) => folders.push(entry.path()),
            Ok(kind) if kind.is_file() && is_transcript_name(&name) => {
                let path = entry.path();
                let look = facts(&entry, &path).and_then(|facts| look(&path, &facts));
                found.push(Found { path, look });
            }
            Ok(_) | Err(_) => {}
        }
    }
}

#[cfg(unix)]
fn facts(entry: &DirEntry, _: &Path) -> io::Result<Metadata> {
    entry.metadata()
}

/// What a folder knows of a file may be old on Windows.
#[cfg(not(unix))]
fn facts(_: &DirEntry, path: &Path) -> io::Result<Metadata> {
    fs::symlink_metadata(path)
}

/// Which file it is, and what it looks like from outside.
pub(super) fn look(path: &Path, facts: &Metadata) -> io::Result<(FileId, Stamp)> {
    let modified = facts.modified()?;
    let ns = |length: std::time::Duration| i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
    let modified_ns = modified.duration_since(UNIX_EPOCH).map_or_else(|before| -ns(before.duration()), ns);
    Ok((identify(path, facts)?, Stamp { length: facts.len(), modified_ns, changed_ns: changed_ns(facts) }))
}

#[cfg(unix)]
fn changed_ns(facts: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt as _;
    facts.ctime().saturating_mul(1_000_000_000).saturating_add(facts.ctime_nsec())
}

#[cfg(not(unix))]
fn changed_ns(_: &Metadata) -> i64 {
    0
}
