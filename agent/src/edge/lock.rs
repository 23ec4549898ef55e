//! One agent for each state folder: a lock that the system takes back when its holder dies.
//!
//! The holder's process id lies in a file beside the locked one, because a locked file cannot be read on Windows. Who deletes the
//! locked file takes the lock from nobody: on Windows it cannot be deleted, and elsewhere the folder itself is locked as well, where its
//! file system can do that.

use super::files::identify;
use super::private;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the lock is tried before it counts as held: who asks for its holder has it for a moment.
const TRIES: u32 = 5;
/// Time between two of them.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// Held while an agent runs on a state folder; given back when dropped.
#[derive(Debug)]
pub struct InstanceLock {
    pid_file: PathBuf,
    locked: File,
    _folder: Option<File>,
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
        let held = || LockError::Held { pid: read_pid(&pid_file) };
        match patiently(|| locked.try_lock()) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held()),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let folder = File::open(state_dir).ok();
        // Where the file system locks no folders, the file must do.
        if let Some(Err(TryLockError::WouldBlock)) = folder.as_ref().map(|folder| patiently(|| folder.try_lock())) {
            return Err(held());
        }
        private::write(&pid_file, std::process::id().to_string().as_bytes()).map_err(failed)?;
        Ok(Self { pid_file, locked, _folder: folder })
    }

    /// Says which process runs on a state folder, if any: `Some(None)` where one does and its id is not known.
    pub fn holder(state_dir: &Path) -> Option<Option<u32>> {
        // Opened without making it: asking leaves no traces.
        let file = OpenOptions::new().read(true).write(true).open(state_dir.join("agent.lock"));
        let is_held = |file: File| matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        let held = file.is_ok_and(is_held) || File::open(state_dir).is_ok_and(is_held);
        held.then(|| read_pid(&state_dir.join("agent.pid")))
    }

    /// Tries whether files of the state folder can be locked, where one is there that is meant for it.
    ///
    /// # Errors
    /// When the file system locks no files.
    pub fn is_possible(state_dir: &Path) -> std::io::Result<()> {
        let open = |name: &str| OpenOptions::new().read(true).write(true).open(state_dir.join(name)).ok();
        let file = ["agent.lock", "consent.lock"].into_iter().find_map(open);
        match file.map(|file| file.try_lock()) {
            Some(Err(TryLockError::Error(error))) => Err(error),
            Some(Ok(()) | Err(TryLockError::WouldBlock)) | None => Ok(()),
        }
    }

    /// Whether the locked file still lies in the folder. If not, another process may have locked one in its place.
    pub fn is_in_place(&self, state_dir: &Path) -> bool {
        let path = state_dir.join("agent.lock");
        let identity = |facts: std::io::Result<std::fs::Metadata>| identify(&path, &facts?);
        match (identity(self.locked.metadata()), identity(path.symlink_metadata())) {
            (Ok(held), Ok(there)) => held == there,
            (Ok(_) | Err(_), _) => false,
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
    let mut options = private::options();
    // FILE_SHARE_READ and _WRITE: what is open without FILE_SHARE_DELETE cannot be deleted or renamed.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 1 | 2);
    options.create(true).truncate(false).read(true).write(true).open(path)
}

/// Tries to lock, again and again while another has it, but not for long.
fn patiently(lock: impl Fn() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_TRIES),
            locked => return locked,
        }
    }
    lock()
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

    #[cfg(unix)]
    #[test]
    fn who_deletes_the_locked_file_takes_the_lock_from_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let lock = InstanceLock::take(dir.path()).unwrap();
        assert!(lock.is_in_place(dir.path()));
        std::fs::remove_file(dir.path().join("agent.lock")).unwrap();
        assert_eq!(InstanceLock::holder(dir.path()), Some(Some(std::process::id())));
        assert!(matches!(InstanceLock::take(dir.path()), Err(LockError::Held { .. })));
        // The one who failed left a file of that name.
        assert!(!lock.is_in_place(dir.path()));
        drop(lock);
        assert!(InstanceLock::take(dir.path()).unwrap().is_in_place(dir.path()));
    }

    #[test]
    fn who_asks_for_the_holder_keeps_nobody_from_beginning() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            let asking = super::open(&dir.path().join("agent.lock")).unwrap();
            asking.lock().unwrap();
            scope.spawn(move || {
                std::thread::sleep(super::BETWEEN_TRIES);
                drop(asking);
            });
            assert!(InstanceLock::take(dir.path()).is_ok());
        });
    }
}
