//! One agent for each state folder: a lock that the system takes back when its holder dies.
//!
//! The holder's process id lies in a file beside the locked one, because a locked file cannot be read on Windows.

use super::private;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Held while an agent runs on a state folder; given back when dropped.
#[derive(Debug)]
pub struct InstanceLock {
    pid_file: PathBuf,
    _locked: File,
}

/// The lock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("another bcce-agent is running on this state folder{}", pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Held {
        /// The other process, where it is known.
        pid: Option<u32>,
    },
    /// The lock file cannot be made or locked.
    #[error("cannot lock {}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl InstanceLock {
    /// Takes the lock, or says who has it.
    ///
    /// # Errors
    /// When another process has it, or the state folder is not writable.
    pub fn take(state_dir: &Path) -> Result<Self, LockError> {
        let path = state_dir.join("agent.lock");
        let pid_file = state_dir.join("agent.pid");
        let failed = |source| LockError::Io { path: path.clone(), source };
        let locked = open(&path).map_err(failed)?;
        match locked.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held { pid: read_pid(&pid_file) }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        private::write(&pid_file, std::process::id().to_string().as_bytes()).map_err(failed)?;
        Ok(Self { pid_file, _locked: locked })
    }

    /// Says which process runs on a state folder, if any: `Some(None)` where one does and its id is not known.
    pub fn holder(state_dir: &Path) -> Option<Option<u32>> {
        // Opened without making it: asking leaves no traces.
        let file = OpenOptions::new().read(true).write(true).open(state_dir.join("agent.lock")).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Some(read_pid(&state_dir.join("agent.pid"))),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }
}

impl Drop for InstanceLock {
    fn drop(&mut self) {
        // A file that stays behind says nothing: only the lock counts.
        let _ = std::fs::remove_file(&self.pid_file);
    }
}

fn read_pid(path: &Path) -> Option<u32> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn open(path: &Path) -> std::io::Result<File> {
    private::options().create(true).truncate(false).read(true).write(true).open(path)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{InstanceLock, LockError};

    #[test]
    fn a_second_instance_is_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(InstanceLock::holder(dir.path()), None);
        let lock = InstanceLock::take(dir.path()).unwrap();
        assert_eq!(InstanceLock::holder(dir.path()), Some(Some(std::process::id())));
        let error = InstanceLock::take(dir.path()).unwrap_err();
        assert!(matches!(error, LockError::Held { pid: Some(pid) } if pid == std::process::id()));
        drop(lock);
        assert_eq!(InstanceLock::holder(dir.path()), None);
        assert!(InstanceLock::take(dir.path()).is_ok());
    }
}
