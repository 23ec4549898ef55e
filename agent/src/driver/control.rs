//! What other commands ask of a running agent: small files in the state folder, looked at when the system tells that one
//! changed ([`Wishes`](super::wishes::Wishes)), or once a second.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The wishes left in a state folder.
#[derive(Debug, Clone)]
pub struct Control {
    paused: PathBuf,
    /// What is for the agent of the state folder alone; `None` for a command that works beside it.
    agent: Option<OfAgent>,
}

#[derive(Debug, Clone)]
struct OfAgent {
    flush: PathBuf,
    status: PathBuf,
}

impl Control {
    /// The wishes of a state folder.
    pub fn of(state_dir: &Path) -> Self {
        let agent = OfAgent { flush: state_dir.join("flush-wanted"), status: state_dir.join("status.json") };
        Self { agent: Some(agent), ..Self::beside(state_dir) }
    }

    /// For a command that sends something by itself: it heeds a pause, leaves wishes of flushing to the agent that they are
    /// for, and that agent's status as it is.
    pub fn beside(state_dir: &Path) -> Self {
        Self { paused: state_dir.join("paused"), agent: None }
    }

    /// The files that other commands leave or take away.
    pub fn wishes(&self) -> impl Iterator<Item = &Path> {
        let flush = self.agent.as_ref().map(|agent| agent.flush.as_path());
        std::iter::once(self.paused.as_path()).chain(flush)
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
        self.agent.as_ref().map_or(Ok(()), |agent| fs::write(&agent.flush, b""))
    }

    /// Whether a flush was asked for since the last call.
    pub fn take_flush(&self) -> bool {
        self.agent.as_ref().is_some_and(|agent| fs::remove_file(&agent.flush).is_ok())
    }

    /// Leaves what `status` shows of a running agent. Numbers and words of ours only.
    pub fn leave_status(&self, status: &serde_json::Value) {
        let Some(OfAgent { status: place, .. }) = &self.agent else { return };
        let temporary = place.with_extension("json.new");
        // A status that cannot be written is an old one; nothing depends on it.
        if fs::write(&temporary, status.to_string()).is_ok() {
            let _ = fs::rename(&temporary, place);
        }
    }

    /// What a running agent left; `None` when there is nothing of use.
    pub fn status(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&fs::read(&self.agent.as_ref()?.status).ok()?).ok()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_command_beside_the_agent_heeds_a_pause_and_takes_nothing_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let (agent, beside) = (Control::of(folder.path()), Control::beside(folder.path()));
        agent.want_flush().unwrap();
        agent.leave_status(&serde_json::json!({ "of": "the agent" }));
        assert!(agent.pause().unwrap() && beside.is_paused());
        beside.leave_status(&serde_json::json!({ "of": "another" }));
        assert!(!beside.take_flush() && agent.take_flush());
        assert_eq!(agent.status(), Some(serde_json::json!({ "of": "the agent" })));
    }
}
