//! What other commands ask of a running agent: small files in the state folder, looked at when the system tells that one
//! changed ([`Wishes`](super::wishes::Wishes)), or once a second.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The wishes left in a state folder.
#[derive(Debug, Clone)]
pub struct Control {
    paused: PathBuf,
    flush: PathBuf,
    status: PathBuf,
}

impl Control {
    /// The wishes of a state folder.
    pub fn of(state_dir: &Path) -> Self {
        Self {
            paused: state_dir.join("paused"),
            flush: state_dir.join("flush-wanted"),
            status: state_dir.join("status.json"),
        }
    }

    /// The files that other commands leave or take away.
    pub fn wishes(&self) -> [&Path; 2] {
        [&self.paused, &self.flush]
    }

    /// Whether sending is paused.
    pub fn is_paused(&self) -> bool {
        self.paused.exists()
    }

    /// Pauses sending until [`Control::resume`], also over restarts. Says whether that is news.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn pause(&self) -> io::Result<bool> {
        let news = !self.is_paused();
        fs::write(&self.paused, b"")?;
        Ok(news)
    }

    /// Ends a pause. Says whether there was one.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn resume(&self) -> io::Result<bool> {
        match fs::remove_file(&self.paused) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Asks the running agent to send all that waits.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn want_flush(&self) -> io::Result<()> {
        fs::write(&self.flush, b"")
    }

    /// Whether a flush was asked for since the last call.
    pub fn take_flush(&self) -> bool {
        fs::remove_file(&self.flush).is_ok()
    }

    /// Leaves what `status` shows of a running agent. Numbers and words of ours only.
    pub fn leave_status(&self, status: &serde_json::Value) {
        let temporary = self.status.with_extension("json.new");
        // A status that cannot be written is an old one; nothing depends on it.
        if fs::write(&temporary, status.to_string()).is_ok() {
            let _ = fs::rename(&temporary, &self.status);
        }
    }

    /// What a running agent left; `None` when there is nothing of use.
    pub fn status(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&fs::read(&self.status).ok()?).ok()
    }
}
