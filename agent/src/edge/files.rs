//! Transcript files: where they lie, which file each is, and reading them without getting in anyone's way.
//!
//! Promises: only regular `*.jsonl` files below a root's `projects` folder are opened (and `history.jsonl` where that is
//! allowed); symbolic links are not followed, except that a root itself may be one; no handle is kept between reads; a
//! writer is never blocked, and a file may be renamed or deleted while it is read. A listing looks at names, lengths and
//! times only.

mod folders;
mod open;

pub use crate::config::HistoryFile;
pub use folders::Folders;
pub use open::OpenLog;

use pipeline::tail::{FileId, FileKey, Fingerprint, Seen};
use scrubber::SourceKind;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// Folders beside transcripts that are never looked into: whole outputs of tools, copies of files, logs.
const NEVER_READ: [&str; 5] = ["tool-results", "file-history", "debug", "shell-snapshots", "todos"];
/// The folder of a root that holds transcripts.
const PROJECTS: &str = "projects";
/// The prompt history over all projects.
const HISTORY: &str = "history.jsonl";
/// Folders below `projects` at most; Claude Code uses five.
const DEPTH_MAX: usize = 8;

/// Claude Code's configuration folders.
#[derive(Debug, Clone)]
pub struct Roots {
    /// As the settings name them; they need not exist.
    pub folders: Vec<PathBuf>,
    /// Whether their `history.jsonl` is read.
    pub history: HistoryFile,
}

/// A file that a listing came across.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it lies.
    pub path: PathBuf,
    /// What it looks like from outside.
    pub seen: Seen,
    /// What kind of lines it holds.
    pub kind: SourceKind,
}

/// Something that could not be listed or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The file or folder; for the user's own terminal, never for logs.
    pub path: PathBuf,
    /// What went wrong.
    pub kind: ErrorKind,
}

impl Roots {
    /// The folders in which transcripts lie or will lie, as they really are: a root that is a symbolic link counts as
    /// what it points to.
    pub fn projects(&self) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = self.resolved().into_iter().map(|root| root.join(PROJECTS)).collect();
        folders.dedup();
        folders
    }

    /// Lists all transcripts. What could not be listed is told; a root that does not exist is no trouble.
    pub fn list(&self, fingerprint: &Fingerprint, each: &mut dyn FnMut(Listed)) -> Vec<Trouble> {
        self.list_with(&mut Folders::default(), fingerprint, each)
    }

    /// As [`list`](Self::list), and opens only folders that changed since the last listing with the same `folders`.
    pub fn list_with(
        &self,
        folders: &mut Folders,
        fingerprint: &Fingerprint,
        each: &mut dyn FnMut(Listed),
    ) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        folders.begin();
        for root in self.resolved() {
            let mut walk = Walk { fingerprint, each, troubles: &mut troubles, folders };
            if self.history == HistoryFile::Read {
                walk.file(root.join(HISTORY), SourceKind::History);
            }
            let projects = root.join(PROJECTS);
            match fs::symlink_metadata(&projects) {
                Ok(found) if found.is_dir() => walk.folder(&projects, &found, 0),
                Ok(_) => walk.trouble(&projects, ErrorKind::NotADirectory),
                Err(error) => walk.trouble(&projects, error.kind()),
            }
        }
        troubles
    }

    /// Lists what lies at a path that changed: the file itself, or all transcripts below a folder. Nothing where no
    /// listing of the roots would find it.
    pub fn list_at(&self, path: &Path, fingerprint: &Fingerprint, each: &mut dyn FnMut(Listed)) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        let folders = &mut Folders::default();
        let mut walk = Walk { fingerprint, each, troubles: &mut troubles, folders };
        for root in self.resolved() {
            if self.history == HistoryFile::Read && path == root.join(HISTORY) {
                walk.file(path.to_owned(), SourceKind::History);
                break;
            }
            let projects = root.join(PROJECTS);
            if let Some(depth) = depth_of_real_folders(&projects, path) {
                match fs::symlink_metadata(path) {
                    Ok(found) if found.is_dir() => walk.folder(path, &found, depth),
                    Ok(_) => walk.file(path.to_owned(), SourceKind::Transcript),
                    Err(error) => walk.trouble(path, error.kind()),
                }
                break;
            }
        }
        troubles
    }

    /// The folders as they really are, each once: what a symbolic link points to, whether the folder itself exists or not.
    pub fn resolved(&self) -> Vec<PathBuf> {
        let mut roots: Vec<PathBuf> = Vec::new();
        for folder in &self.folders {
            let real = resolve(folder);
            if !roots.contains(&real) {
                roots.push(real);
            }
        }
        roots
    }
}

fn resolve(folder: &Path) -> PathBuf {
    let real = folder.ancestors().find_map(|there| {
        let rest = folder.strip_prefix(there).ok()?;
        let real = fs::canonicalize(there).ok()?;
        Some(if rest.as_os_str().is_empty() { real } else { real.join(rest) })
    });
    real.unwrap_or_else(|| folder.to_owned())
}

/// Says whether a name is that of a transcript.
pub fn is_transcript_name(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(b".jsonl")
}

/// Says whether a folder of this name is never looked into.
pub fn is_never_read(name: &OsStr) -> bool {
    NEVER_READ.iter().any(|never| name == *never)
}

/// Reads the session out of a transcript's path: `<session>.jsonl`, or the folder that holds `subagents`.
pub fn session_of(path: &Path) -> String {
    let parts: Vec<&OsStr> = path.iter().collect();
    let holder = parts.iter().rposition(|part| *part == "subagents").and_then(|at| at.checked_sub(1));
    let session = holder.and_then(|at| parts.get(at).copied()).or_else(|| path.file_stem()).unwrap_or_default();
    session.to_string_lossy().into_owned()
}

/// The key of the file at `path` with these facts.
fn seen(path: &Path, id: FileId, facts: &Metadata, fingerprint: &Fingerprint) -> Seen {
    let since = facts.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let modified_ns = since.map_or(-1, |since| i128::try_from(since.as_nanos()).unwrap_or(i128::MAX));
    let path = fingerprint.path(path.as_os_str().as_encoded_bytes());
    Seen { key: FileKey { id, path }, length: facts.len(), modified_ns }
}

/// Which file it is; its facts must be those of the file itself, not of what a link points to.
///
/// File systems of Linux give the number of a deleted file to the next that is made, so that its time of birth, which nothing changes,
/// is part of what a file is known by. Others do not soon use a number again, and macOS lets the time be set.
#[cfg(unix)]
pub(crate) fn identify(_: &Path, facts: &Metadata) -> io::Result<FileId> {
    use std::os::unix::fs::MetadataExt;
    let born = facts.created().ok().filter(|_| cfg!(target_os = "linux"));
    let born = born.and_then(|born| born.duration_since(std::time::UNIX_EPOCH).ok()).map(|born| born.as_nanos());
    let born = born.and_then(|born| u64::try_from(born).ok()).unwrap_or(0);
    Ok(FileId { device: facts.dev(), inode: u128::from(born) << 64 | u128::from(facts.ino()) })
}

/// The number by which the user finds a file.
pub(crate) fn number(id: &FileId) -> u128 {
    if cfg!(unix) { id.inode & u128::from(u64::MAX) } else { id.inode }
}

/// Which file it is; its facts must be those of the file itself, not of what a link points to.
#[cfg(not(unix))]
pub(crate) fn identify(path: &Path, _: &Metadata) -> io::Result<FileId> {
    Ok(match file_id::get_file_id(path)? {
        file_id::FileId::Inode { device_id, inode_number } => FileId { device: device_id, inode: inode_number.into() },
        file_id::FileId::LowRes { volume_serial_number, file_index } => {
            FileId { device: volume_serial_number.into(), inode: file_index.into() }
        }
        file_id::FileId::HighRes { volume_serial_number, file_id } => {
            FileId { device: volume_serial_number, inode: file_id }
        }
    })
}

/// How many folders lie between `projects` and `path`, when each of them is a folder that is looked into.
fn depth_of_real_folders(projects: &Path, path: &Path) -> Option<usize> {
    let below = path.strip_prefix(projects).ok()?;
    let mut at = projects.to_owned();
    let mut depth = 0;
    for part in below.components() {
        let Component::Normal(name) = part else { return None };
        let real = fs::symlink_metadata(&at).is_ok_and(|found| found.is_dir());
        if !real || is_never_read(name) {
            return None;
        }
        at.push(name);
        depth += 1;
    }
    Some(depth)
}

struct Walk<'a> {
    fingerprint: &'a Fingerprint,
    each: &'a mut dyn FnMut(Listed),
    troubles: &'a mut Vec<Trouble>,
    folders: &'a mut Folders,
}

impl Walk<'_> {
    /// Lists a folder whose facts these are.
    fn folder(&mut self, folder: &Path, facts: &Metadata, depth: usize) {
        let (entries, troubles) = match self.folders.entries(folder, facts) {
            Ok(read) => read,
            Err(error) => return self.trouble(folder, error.kind()),
        };
        troubles.iter().for_each(|error| self.trouble(folder, error.kind()));
        for entry in entries {
            let path = folder.join(&entry.name);
            if !entry.is_folder {
                self.file(path, SourceKind::Transcript);
            } else if depth < DEPTH_MAX {
                match fs::symlink_metadata(&path) {
                    Ok(found) if found.is_dir() => self.folder(&path, &found, depth + 1),
                    Ok(_) => {}
                    Err(error) => self.trouble(&path, error.kind()),
                }
            }
        }
    }

    fn file(&mut self, path: PathBuf, kind: SourceKind) {
        if !path.file_name().is_some_and(is_transcript_name) {
            return;
        }
        let facts = fs::symlink_metadata(&path);
        let found = facts.and_then(|facts| Ok((identify(&path, &facts)?, facts)));
        match found {
            Ok((id, facts)) if facts.is_file() => {
                let seen = seen(&path, id, &facts, self.fingerprint);
                (self.each)(Listed { path, seen, kind });
            }
            Ok(_) => {}
            Err(error) => self.trouble(&path, error.kind()),
        }
    }

    fn trouble(&mut self, path: &Path, kind: ErrorKind) {
        // What is gone by now is no trouble.
        if kind != ErrorKind::NotFound {
            self.troubles.push(Trouble { path: path.to_owned(), kind });
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
