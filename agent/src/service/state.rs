//! What the system's answers say of the service.

use super::{Call, LABEL, Manager, Service, UNIT, call};

/// What came of a command of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// There is no such program here.
    NoProgram,
    /// It ended.
    Ended {
        /// Its exit code, where it was not ended by a signal.
        code: Option<i32>,
        /// What it printed on stdout.
        out: String,
        /// What it printed on stderr.
        err: String,
    },
}

/// Whether the system's manager can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It answers.
    Answers,
    /// It is not on this system.
    Missing,
    /// It is, and cannot be reached from here; in its own words.
    Unreachable(String),
}

/// What the manager says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// Whether it can be asked.
    pub reach: Reach,
    /// It knows the service.
    pub loaded: bool,
    /// It runs.
    pub running: bool,
    /// It runs, or the manager will start it again by itself before the next login.
    pub held: bool,
    /// It is kept from being started by anything, as `systemctl --user mask` does.
    pub masked: bool,
    /// It is started when its user logs in; `None` where the manager does not say.
    pub at_login: Option<bool>,
    /// The process.
    pub pid: Option<u32>,
}

impl Reported {
    /// Nothing is known of the service.
    pub fn nothing(reach: Reach) -> Self {
        Self { reach, loaded: false, running: false, held: false, masked: false, at_login: None, pid: None }
    }
}

/// How the service stands, for who looks after a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It runs, and starts at the next login as far as the manager says.
    Well,
    /// It is not installed for this user.
    NotInstalled,
    /// It is installed and does not run.
    Stopped,
    /// It runs now and is not started at the next login.
    NotAtLogin,
    /// Its definition is there, and the manager cannot be asked whether it runs.
    Unknown,
    /// It is not installed, and the manager does not answer from here.
    Unreachable,
    /// There is no such manager on this system.
    NoManager,
}

/// `SCHED_S_TASK_RUNNING`, the last result of a task that runs: the one part of the answer that is not translated
/// (learn.microsoft.com, "Task Scheduler Error and Success Constants", checked 2026-11-26).
const TASK_RUNNING: &str = "267009";

/// The last result's column in what schtasks prints with /v (checked 2026-11-26).
const TASK_RESULT: usize = 6;

impl Service {
    /// Asks what the manager knows of the service.
    pub fn query(&self) -> Call {
        match self.manager {
            Manager::Systemd => {
                let properties = "--property=LoadState,ActiveState,UnitFileState,MainPID";
                call("systemctl", &["--user", "show", properties, UNIT])
            }
            Manager::Launchd => call("launchctl", &["print", &self.target()]),
            Manager::TaskScheduler => call("schtasks", &["/query", "/tn", &self.task(), "/v", "/fo", "csv", "/nh"]),
        }
    }

    /// The service as launchctl names it.
    pub(super) fn target(&self) -> String {
        format!("gui/{}/{LABEL}", self.user)
    }

    /// Says how it stands, from what the manager reports and whether the user's own definition is there.
    pub fn standing(&self, now: &Reported, own_file: bool) -> Standing {
        match (&now.reach, now.running) {
            (Reach::Missing, _) if own_file => Standing::Unknown,
            (Reach::Missing, _) => Standing::NoManager,
            (Reach::Unreachable(_), _) if own_file => Standing::Unknown,
            (Reach::Unreachable(_), _) => Standing::Unreachable,
            (Reach::Answers, true) if now.at_login == Some(false) => Standing::NotAtLogin,
            (Reach::Answers, true) => Standing::Well,
            // A package's definition that nobody enabled is no service of this user.
            (Reach::Answers, false) if own_file || now.at_login == Some(true) => Standing::Stopped,
            (Reach::Answers, false) if now.loaded && now.at_login.is_none() => Standing::Stopped,
            (Reach::Answers, false) => Standing::NotInstalled,
        }
    }

    /// Reads the answer to [`Service::query`].
    pub fn read(&self, answer: &Answer) -> Reported {
        let Answer::Ended { code, out, err } = answer else { return Reported::nothing(Reach::Missing) };
        let answers = Reported::nothing(Reach::Answers);
        match (self.manager, *code == Some(0)) {
            (Manager::Systemd, true) => read_systemd(out),
            (Manager::Systemd, false) => {
                Reported::nothing(Reach::Unreachable(err.lines().next().unwrap_or_default().trim().to_owned()))
            }
            (Manager::Launchd, true) => read_launchd(out),
            (Manager::TaskScheduler, true) => {
                let running = csv(out.lines().next().unwrap_or_default()).nth(TASK_RESULT) == Some(TASK_RUNNING);
                Reported { loaded: true, running, held: true, ..answers }
            }
            // They do not know the service.
            (Manager::Launchd | Manager::TaskScheduler, false) => answers,
        }
    }
}

fn read_systemd(out: &str) -> Reported {
    let value = |key: &str| {
        let mut values = out.lines().filter_map(|line| line.split_once('='));
        values.find(|(name, _)| *name == key).map(|(_, value)| value).unwrap_or_default()
    };
    Reported {
        reach: Reach::Answers,
        loaded: value("LoadState") == "loaded",
        running: value("ActiveState") == "active",
        held: !matches!(value("ActiveState"), "" | "inactive" | "failed"),
        masked: value("LoadState") == "masked",
        at_login: Some(value("UnitFileState") == "enabled"),
        pid: value("MainPID").parse().ok().filter(|pid| *pid != 0),
    }
}

fn read_launchd(out: &str) -> Reported {
    let value = |key: &str| {
        let mut values = out.lines().filter_map(|line| line.trim().split_once(" = "));
        values.find(|(name, _)| *name == key).map(|(_, value)| value).unwrap_or_default()
    };
    Reported {
        reach: Reach::Answers,
        loaded: true,
        running: value("state") == "running",
        held: true,
        masked: false,
        at_login: None,
        pid: value("pid").parse().ok(),
    }
}

/// The fields of a line in which every field is quoted.
fn csv(line: &str) -> impl Iterator<Item = &str> {
    line.trim().trim_matches('"').split("\",\"")
}
