//! The file that this process was started from: an upgrade replaces it, and removal takes it away.
//!
//! Packages could run scripts as root that stop every user's agent. Looking at one file does the same on every system, with nobody's
//! rights but the user's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What became of the program's file since the process began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// It is the same file.
    Same,
    /// Another file stands in its place.
    Replaced,
    /// There is none.
    Gone,
}

/// The program's file as it was.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    was: (file_id::FileId, Option<SystemTime>),
}

impl Program {
    /// The file of this process; `None` where the system does not tell.
    pub fn here() -> Option<Self> {
        Self::at(&std::env::current_exe().ok()?)
    }

    fn at(path: &Path) -> Option<Self> {
        Some(Self { path: path.to_owned(), was: facts(path).ok()? })
    }

    /// What became of it. What cannot be told counts as the same.
    pub fn now(&self) -> Now {
        match facts(&self.path) {
            Ok(now) if now == self.was => Now::Same,
            Ok(_) => Now::Replaced,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Now::Gone,
            Err(_) => Now::Same,
        }
    }
}

fn facts(path: &Path) -> std::io::Result<(file_id::FileId, Option<SystemTime>)> {
    Ok((file_id::get_file_id(path)?, fs::metadata(path)?.modified().ok()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn an_upgrade_and_a_removal_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        fs::write(&path, "one").unwrap();
        let program = Program::at(&path).unwrap();
        assert_eq!(program.now(), Now::Same);
        // As installers do: a new file under the old name.
        fs::write(folder.path().join("new"), "two").unwrap();
        fs::rename(folder.path().join("new"), &path).unwrap();
        assert_eq!(program.now(), Now::Replaced);
        fs::remove_file(&path).unwrap();
        assert_eq!(program.now(), Now::Gone);
        assert!(Program::here().is_some_and(|program| program.now() == Now::Same));
    }
}
