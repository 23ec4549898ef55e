//! The agent as a service of its user: what is written and which commands are run, on each system.
//!
//! Pure: reads, writes and starts nothing, so that the texts of all systems are tested on one. The texts themselves are the
//! files of `packaging/`. Start at [`Service`]; `cli::service` carries its plans out.

mod plan;
mod state;
mod text;

use std::fmt;
use std::path::PathBuf;

pub use plan::{Action, Plan, Step};
pub use state::{Answer, Reach, Reported, Standing};
pub use text::Unwritable;

/// The unit's name.
pub const UNIT: &str = "bcce-agent.service";
/// The LaunchAgent's label.
pub const LABEL: &str = "io.github.bcce-agent";
/// What the names of scheduled tasks begin with; whose a task is follows. The MSI's removal knows them by it.
const TASK: &str = "BCCE Agent";
/// The entry of the machine's `Run` key by which the MSI has `service install --if-missing` run at each logon.
pub const LOGON_ENTRY: &str = "BCCE Agent";

/// Who starts services of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// systemd's manager of the user.
    Systemd,
    /// launchd's graphical session of the user.
    Launchd,
    /// The Task Scheduler of Windows.
    TaskScheduler,
}

impl Manager {
    /// This system's.
    pub const fn here() -> Self {
        if cfg!(target_os = "macos") {
            Self::Launchd
        } else if cfg!(windows) {
            Self::TaskScheduler
        } else {
            Self::Systemd
        }
    }

    /// Its name for people and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Systemd => "systemd",
            Self::Launchd => "launchd",
            Self::TaskScheduler => "Task Scheduler",
        }
    }
}

/// The service of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Who starts it.
    pub manager: Manager,
    /// The program with its whole path.
    pub program: String,
    /// What follows `run --wait`: options that this installation was named with.
    pub options: Vec<String>,
    /// Where its definition is written.
    pub file: PathBuf,
    /// The definition of a package on this machine, where there is one.
    pub packaged: Option<PathBuf>,
    /// The machine starts it for each of its users: the MSI's entry at logon, `systemctl --global enable`. Not used on macOS, where
    /// a package's definition does the same.
    pub for_all: bool,
    /// Whose it is: the numerical id on macOS, `DOMAIN\name` on Windows; not used on Linux.
    pub user: String,
}

impl Service {
    /// The scheduled task's name: each user's own, because a machine's users share the names. No user's name holds an `@`
    /// (learn.microsoft.com, "sAMAccountName", checked 2026-11-27), nor any character that a task's must not.
    fn task(&self) -> String {
        match self.user.split_once('\\') {
            Some((domain, user)) => format!("{TASK} {user}@{domain}"),
            None => format!("{TASK} {}", self.user),
        }
    }
}

/// A command of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The program, looked for where the system keeps its own.
    pub program: &'static str,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program)?;
        for argument in &self.arguments {
            if argument.contains([' ', '\\']) {
                write!(f, " \"{argument}\"")?;
            } else {
                write!(f, " {argument}")?;
            }
        }
        Ok(())
    }
}

fn call(program: &'static str, arguments: &[&str]) -> Call {
    Call { program, arguments: arguments.iter().map(|&argument| argument.to_owned()).collect() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
