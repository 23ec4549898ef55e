//! One erasure at a time in a folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::LakeError;
use super::EraseError;

/// The lock's name, beside the records.
const NAME: &str = ".lock";

/// No erasure takes longer.
const AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// While it is there no other erasure begins. One that was killed leaves it behind, to be removed by a person: that its process is
/// gone here does not say that none is at work from another computer.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
}

impl Lock {
    /// Takes the lock in the folder of records, whose name below the lake is `place`.
    pub(super) fn take(records: &Path, place: &str) -> Result<Self, EraseError> {
        let (path, place) = (records.join(NAME), format!("{place}/{NAME}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let lock = Self { path };
                let written = file.write_all(std::process::id().to_string().as_bytes());
                written.map_err(|source| LakeError::Io { place, source })?;
                Ok(lock)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(held(&path, place)),
            Err(source) => Err(LakeError::Io { place, source }.into()),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What stays is named to the next erasure.
        let _ = fs::remove_file(&self.path);
    }
}

fn held(path: &Path, place: String) -> EraseError {
    let pid = fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let age = fs::symlink_metadata(path).and_then(|held| held.modified()).ok().and_then(|time| time.elapsed().ok());
    let is_old = age.is_some_and(|age| age > AGE_MAX);
    let is_gone = pid.is_some_and(|pid| !is_running(pid));
    let process = pid.map_or_else(|| "of an unknown process".to_owned(), |pid| format!("of process {pid}"));
    let why = if is_gone {
        ", which is gone"
    } else if is_old {
        ", for more than a day"
    } else {
        ""
    };
    EraseError::Locked { place, holder: format!("{process}{why}"), is_stale: is_gone || is_old }
}

/// Whether a process of this computer is there; where that cannot be told it is.
fn is_running(pid: u32) -> bool {
    if cfg!(target_os = "linux") {
        return !Path::new("/proc/self").exists() || Path::new("/proc").join(pid.to_string()).exists();
    }
    if cfg!(unix) {
        let asked = std::process::Command::new("ps").args(["-p", &pid.to_string()]).output();
        return asked.map_or(true, |asked| asked.status.success());
    }
    true
}
