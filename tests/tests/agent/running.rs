//! An agent that runs in the background, and waiting for what it does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::binary::Agent;

/// How long anything may take before a test gives up: long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(10);

/// A process that ends with the test.
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

/// Waits until something holds; panics with what was waited for.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < give_up, "waited in vain: {what}");
        std::thread::sleep(STEP);
    }
}

impl Running {
    /// Starts `run` over `root`. Everything that it says goes to `said.log` in the installation's folder.
    pub(crate) fn start(agent: &Agent, root: &Path) -> Self {
        Self::start_with(agent, root, &[])
    }

    /// As [`start`](Self::start), with more in its environment.
    pub(crate) fn start_with(agent: &Agent, root: &Path, environment: &[(&str, &Path)]) -> Self {
        let log = agent.home().join("said.log");
        let out = File::options().create(true).append(true).open(&log).unwrap();
        let mut command = agent.command(root);
        command.args(["-vv", "run"]).stdin(Stdio::null()).envs(environment.iter().copied());
        let child = command.stdout(out.try_clone().unwrap()).stderr(out).spawn().unwrap();
        Self { child, log }
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it and those before it said.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Kills it without warning.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and gives how it ended and how long that took.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        (self.ended(), asked.elapsed())
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        until("the agent ends", || !self.runs());
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
