//! The file that this process was started from: an upgrade replaces it, and removal takes it away.
//!
//! Packages could run scripts as root that stop every user's agent. Looking at one file does the same on every system, with nobody's
//! rights but the user's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use pipeline::time::Mono;

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

/// What a file is told by.
type Facts = (file_id::FileId, Option<SystemTime>);

/// How long there must be no file before it counts as gone: upgrades take the old one away before the new one comes.
const GONE_FOR: Duration = Duration::from_secs(60);
/// How long another file must have stayed as it is: it is written in parts.
const REPLACED_FOR: Duration = Duration::from_millis(500);

/// The program's file as it was.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    was: Facts,
    /// What stood in its place at the last look, if not itself, and since when.
    differs: Mutex<Option<(Option<Facts>, Mono)>>,
}

impl Program {
    /// The file of this process; `None` where the system does not tell.
    pub fn here() -> Option<Self> {
        Self::at(&std::env::current_exe().ok()?)
    }

    fn at(path: &Path) -> Option<Self> {
        Some(Self { path: path.to_owned(), was: facts(path).ok()?, differs: Mutex::new(None) })
    }

    /// What became of it, once two looks agree, `at` some time apart. What cannot be told counts as the same.
    pub fn look(&self, at: Mono) -> Now {
        let mut differs = self.differs.lock().unwrap_or_else(PoisonError::into_inner);
        let now = match facts(&self.path) {
            Ok(now) if now == self.was => return self.is_same(&mut differs),
            Ok(now) => Some(now),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(_) => return self.is_same(&mut differs),
        };
        let since = match *differs {
            Some((before, since)) if before == now => since,
            Some(_) | None => {
                *differs = Some((now, at));
                return Now::Same;
            }
        };
        match now {
            Some(_) if since.until(at) >= REPLACED_FOR => Now::Replaced,
            None if since.until(at) >= GONE_FOR => Now::Gone,
            Some(_) | None => Now::Same,
        }
    }

    fn is_same(&self, differs: &mut Option<(Option<Facts>, Mono)>) -> Now {
        *differs = None;
        Now::Same
    }
}

fn facts(path: &Path) -> std::io::Result<Facts> {
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
        let look = |second: u64| program.look(Mono::default().after(Duration::from_secs(second)));
        let replace = |content: &str| {
            fs::write(folder.path().join("new"), content).unwrap();
            fs::rename(folder.path().join("new"), &path).unwrap();
        };
        assert_eq!(look(0), Now::Same);
        // As installers do: a new file under the old name.
        replace("two");
        assert_eq!((look(20), look(20), look(40)), (Now::Same, Now::Same, Now::Replaced));
        replace("three, of other length");
        assert_eq!((look(60), look(80)), (Now::Same, Now::Replaced), "it was not yet whole");
        fs::remove_file(&path).unwrap();
        assert_eq!((look(100), look(120), look(159)), (Now::Same, Now::Same, Now::Same));
        assert_eq!(look(160), Now::Gone);
        assert!(Program::here().is_some_and(|program| program.look(Mono::default()) == Now::Same));
    }

    #[test]
    fn a_file_that_is_away_for_a_moment_is_not_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("program"), folder.path().join("aside"));
        fs::write(&path, "one").unwrap();
        let program = Program::at(&path).unwrap();
        let look = |second: u64| program.look(Mono::default().after(Duration::from_secs(second)));
        for second in [0, 100, 200] {
            fs::rename(&path, &aside).unwrap();
            assert_eq!(look(second), Now::Same);
            fs::rename(&aside, &path).unwrap();
            assert_eq!(look(second + 50), Now::Same);
        }
    }
}
