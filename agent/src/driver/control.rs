//! What other commands ask of a running agent: small files in a folder of the state folder, looked at when the system tells that
//! one changed ([`Wishes`](super::wishes::Wishes)), or once a second. They have a folder to themselves because it is watched: what
//! the agent writes beside it must not wake it.

use crate::edge::private;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scrubber::DataClass;

/// The folder of wishes within the state folder.
const FOLDER: &str = "wishes";

/// The wishes left in a state folder.
#[derive(Debug, Clone)]
pub struct Control {
    folder: PathBuf,
    paused: PathBuf,
    /// Where earlier versions left a pause, which holds on.
    paused_before: PathBuf,
    /// What is for the agent of the state folder alone; `None` for a command that works beside it.
    agent: Option<OfAgent>,
}

#[derive(Debug, Clone)]
struct OfAgent {
    flush: PathBuf,
    /// Asks for the next one now.
    status_wish: PathBuf,
    status: PathBuf,
}

impl Control {
    /// The wishes of a state folder.
    pub fn of(state_dir: &Path) -> Self {
        let control = Self::beside(state_dir);
        let wish = |name: &str| control.folder.join(name);
        let agent = OfAgent {
            flush: wish("flush-wanted"),
            status_wish: wish("status-wanted"),
            status: state_dir.join("status.json"),
        };
        Self { agent: Some(agent), ..control }
    }

    /// For a command that sends something by itself: it heeds a pause, leaves wishes of flushing to the agent that they are
    /// for, and that agent's status as it is.
    pub fn beside(state_dir: &Path) -> Self {
        let folder = state_dir.join(FOLDER);
        Self { paused: folder.join("paused"), paused_before: state_dir.join("paused"), folder, agent: None }
    }

    /// The folder that other commands leave wishes in, made where it is missing.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn folder(&self) -> io::Result<&Path> {
        private::folder().recursive(true).create(&self.folder)?;
        Ok(&self.folder)
    }

    /// The files that other commands leave or take away.
    pub fn wishes(&self) -> impl Iterator<Item = &Path> {
        let of_agent = self.agent.iter().flat_map(|agent| [agent.flush.as_path(), agent.status_wish.as_path()]);
        std::iter::once(self.paused.as_path()).chain(of_agent)
    }

    /// The classes of which nothing is to be sent. What cannot be read or understood stops all of them.
    pub fn paused(&self) -> Vec<DataClass> {
        // The earlier place first: a pause is in the new one before it leaves the old one.
        let before = paused_by(&self.paused_before);
        let now = paused_by(&self.paused);
        DataClass::ALL.into_iter().filter(|class| now.contains(class) || before.contains(class)).collect()
    }

    /// Whether nothing at all is to be sent.
    pub fn is_paused(&self) -> bool {
        self.paused().len() == DataClass::ALL.len()
    }

    /// Pauses sending of these classes until [`Control::resume`], also over restarts. Says whether that is news.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn pause(&self, classes: &[DataClass]) -> io::Result<bool> {
        let before = self.paused();
        let paused = |class: &DataClass| before.contains(class) || classes.contains(class);
        let now: Vec<_> = DataClass::ALL.into_iter().filter(paused).collect();
        self.leave_paused(&now)?;
        Ok(now.len() > before.len())
    }

    /// Ends the pause of these classes. Says whether there was one.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn resume(&self, classes: &[DataClass]) -> io::Result<bool> {
        let before = self.paused();
        let now: Vec<_> = before.iter().copied().filter(|class| !classes.contains(class)).collect();
        if now.len() < before.len() {
            self.leave_paused(&now)?;
        }
        Ok(now.len() < before.len())
    }

    /// In one step: half a list would pause more or less than was asked for. What a power loss undid would be sent.
    fn leave_paused(&self, classes: &[DataClass]) -> io::Result<()> {
        if classes.is_empty() {
            remove(&self.paused)?;
        } else {
            let text: String = classes.iter().flat_map(|class| [class.as_str(), "\n"]).collect();
            self.folder()?;
            private::replace(&self.paused, text.as_bytes())?;
        }
        // Last: until then the earlier pause holds.
        remove(&self.paused_before)
    }

    /// Asks the running agent to send all that waits.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn want_flush(&self) -> io::Result<()> {
        let Some(agent) = &self.agent else { return Ok(()) };
        self.folder()?;
        private::write(&agent.flush, b"")
    }

    /// Whether a flush was asked for since the last call.
    pub fn take_flush(&self) -> bool {
        self.agent.as_ref().is_some_and(|agent| fs::remove_file(&agent.flush).is_ok())
    }

    /// Asks the running agent to leave what `status` shows anew.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn want_status(&self) -> io::Result<()> {
        let Some(agent) = &self.agent else { return Ok(()) };
        self.folder()?;
        private::write(&agent.status_wish, b"")
    }

    /// Whether that was asked for since the last call.
    pub fn take_status_wish(&self) -> bool {
        self.agent.as_ref().is_some_and(|agent| fs::remove_file(&agent.status_wish).is_ok())
    }

    /// Leaves what `status` shows of a running agent. Numbers and words of ours only.
    pub fn leave_status(&self, status: &serde_json::Value) {
        let Some(OfAgent { status: place, .. }) = &self.agent else { return };
        let temporary = place.with_extension("json.new");
        // A status that cannot be written is an old one; nothing depends on it.
        if private::write(&temporary, status.to_string().as_bytes()).is_ok() {
            let _ = fs::rename(&temporary, place);
        }
    }

    /// What a running agent left; `None` when there is nothing of use.
    pub fn status(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&fs::read(&self.agent.as_ref()?.status).ok()?).ok()
    }
}

/// The classes that a file pauses.
fn paused_by(file: &Path) -> Vec<DataClass> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(_) => return DataClass::ALL.to_vec(),
    };
    let classes = text.lines().map(|line| DataClass::ALL.into_iter().find(|class| class.as_str() == line));
    let classes: Option<Vec<_>> = classes.collect();
    classes.filter(|classes| !classes.is_empty()).unwrap_or_else(|| DataClass::ALL.to_vec())
}

/// Removes a file that may not be there.
fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
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
        assert!(agent.pause(&DataClass::ALL).unwrap() && beside.is_paused());
        beside.leave_status(&serde_json::json!({ "of": "another" }));
        assert!(!beside.take_flush() && agent.take_flush());
        assert_eq!(agent.status(), Some(serde_json::json!({ "of": "the agent" })));
    }

    #[test]
    fn classes_are_paused_one_by_one_and_what_cannot_be_understood_stops_all() {
        use DataClass::{Confidential, Internal, Restricted};
        let folder = tempfile::tempdir().unwrap();
        let control = Control::of(folder.path());
        assert!(control.paused().is_empty() && !control.resume(&DataClass::ALL).unwrap());
        assert!(control.pause(&[Restricted]).unwrap() && !control.pause(&[Restricted]).unwrap());
        assert!(control.pause(&[Internal]).unwrap() && !control.is_paused());
        assert_eq!(control.paused(), [Internal, Restricted]);
        assert!(control.resume(&[Internal, Confidential]).unwrap());
        assert_eq!(control.paused(), [Restricted]);
        assert!(control.resume(&[Restricted]).unwrap() && control.paused().is_empty());
        assert_eq!(fs::read_dir(control.folder().unwrap()).unwrap().count(), 0);
        for text in ["", "secret\n", "internal\nword\n"] {
            fs::write(folder.path().join("wishes/paused"), text).unwrap();
            assert!(control.is_paused(), "{text}");
        }
    }

    #[test]
    fn a_pause_that_an_earlier_version_left_holds_until_it_is_ended() {
        use DataClass::{Internal, Restricted};
        let folder = tempfile::tempdir().unwrap();
        let control = Control::of(folder.path());
        let before = folder.path().join("paused");
        fs::write(&before, "no class\n").unwrap();
        assert!(control.is_paused() && Control::beside(folder.path()).is_paused());
        fs::write(&before, "restricted\n").unwrap();
        assert_eq!(control.paused(), [Restricted]);
        assert!(control.pause(&[Internal]).unwrap() && !before.exists());
        assert_eq!(control.paused(), [Internal, Restricted]);
        fs::write(&before, "restricted\n").unwrap();
        assert!(control.resume(&[Restricted, Internal]).unwrap() && control.paused().is_empty() && !before.exists());
    }
}
