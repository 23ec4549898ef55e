//! Which steps bring the service from where it is to where it is wanted.

use std::path::PathBuf;

use super::{Call, LABEL, Manager, Reported, Service, UNIT, Unwritable, call};

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Written, started now and at each login.
    Install,
    /// As it is where it is installed in whatever way, even stopped; else as [`Action::Install`].
    InstallMissing,
    /// Stopped, and nothing of it left.
    Uninstall,
    /// Running.
    Start,
    /// Not running.
    Stop,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Write the definition, and the folder that it lies in.
    Write {
        /// The file.
        path: PathBuf,
        /// Its text, for people.
        text: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Remove the definition.
    Remove(PathBuf),
    /// Run a command; the plan ends where it fails.
    Run(Call),
    /// Wait until the manager has let go of the service: `launchctl bootout` returns before.
    AwaitUnloaded,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// It is so already, in words.
    Nothing(&'static str),
    /// The service must be installed first.
    NotInstalled,
    /// These steps in this order; then, in words, it is so.
    Steps(Vec<Step>, &'static str),
}

impl Service {
    /// Whether the package's definition serves: it starts the package's program without options.
    pub fn uses_package(&self) -> bool {
        self.packaged.is_some() && self.options.is_empty()
    }

    /// Plans an action from what the manager reports and what the definition's file holds.
    ///
    /// # Errors
    /// When the definition cannot be written.
    pub fn plan(&self, action: Action, now: &Reported, file: Option<&[u8]>) -> Result<Plan, Unwritable> {
        let installed = file.is_some() || self.packaged.is_some() || now.loaded;
        // A package's definition that nobody enabled is no service of this user.
        let used = file.is_some() || now.held || (installed && now.at_login != Some(false));
        Ok(match action {
            Action::InstallMissing if now.loaded && used => Plan::Nothing("installed already"),
            Action::Install | Action::InstallMissing => self.install(now, file)?,
            Action::Uninstall if !used => Plan::Nothing("not installed"),
            Action::Uninstall => Plan::Steps(self.uninstall(now, file), "uninstalled; what it keeps stays"),
            Action::Start if !installed => Plan::NotInstalled,
            Action::Start if now.running => Plan::Nothing("running already"),
            Action::Start => Plan::Steps(self.start(now), "started"),
            Action::Stop if !installed => Plan::NotInstalled,
            Action::Stop if !now.held => Plan::Nothing("not running"),
            Action::Stop => Plan::Steps(self.stop(now), self.stopped()),
        })
    }

    fn install(&self, now: &Reported, file: Option<&[u8]>) -> Result<Plan, Unwritable> {
        let bytes = self.definition_bytes()?;
        let write = !self.uses_package() && file != Some(bytes.as_slice());
        // A definition of its own would hide the package's.
        let remove = self.uses_package() && file.is_some();
        if !write && !remove && now.loaded && now.running && now.at_login != Some(false) {
            return Ok(Plan::Nothing("installed and running already"));
        }
        let mut steps = Vec::new();
        if write {
            steps.push(Step::Write { path: self.file.clone(), text: self.definition()?, bytes });
        }
        if remove {
            steps.push(Step::Remove(self.file.clone()));
        }
        let changed = write || remove;
        match self.manager {
            Manager::Systemd => {
                if changed {
                    steps.push(systemctl(&["daemon-reload"]));
                }
                steps.push(systemctl(&["enable", UNIT]));
                steps.push(systemctl(&[if changed { "restart" } else { "start" }, UNIT]));
            }
            Manager::Launchd => {
                if now.loaded {
                    steps.extend(self.bootout());
                }
                // Undoes an earlier `launchctl disable`.
                steps.push(launchctl(&["enable", &self.target()]));
                steps.push(self.bootstrap());
            }
            Manager::TaskScheduler => {
                if now.running {
                    steps.push(schtasks(&["/end", "/tn", &self.task()]));
                }
                let file = self.file.to_string_lossy();
                steps.push(schtasks(&["/create", "/tn", &self.task(), "/xml", &file, "/f"]));
                steps.push(schtasks(&["/run", "/tn", &self.task()]));
            }
        }
        Ok(Plan::Steps(steps, "installed and started; it starts at each login from now on"))
    }

    fn uninstall(&self, now: &Reported, file: Option<&[u8]>) -> Vec<Step> {
        let mut steps = Vec::new();
        match self.manager {
            Manager::Systemd => steps.push(systemctl(&["disable", "--now", UNIT])),
            Manager::Launchd => {
                if now.loaded {
                    steps.extend(self.bootout());
                }
                // The package's definition is not ours to remove.
                if self.packaged.is_some() {
                    steps.push(launchctl(&["disable", &self.target()]));
                }
            }
            Manager::TaskScheduler => {
                if now.running {
                    steps.push(schtasks(&["/end", "/tn", &self.task()]));
                }
                if now.loaded {
                    steps.push(schtasks(&["/delete", "/tn", &self.task(), "/f"]));
                }
            }
        }
        if file.is_some() {
            steps.push(Step::Remove(self.file.clone()));
            if self.manager == Manager::Systemd {
                steps.push(systemctl(&["daemon-reload"]));
            }
        }
        steps
    }

    fn start(&self, now: &Reported) -> Vec<Step> {
        match self.manager {
            Manager::Systemd => vec![systemctl(&["start", UNIT])],
            Manager::Launchd if now.loaded => vec![launchctl(&["kickstart", &self.target()])],
            Manager::Launchd => vec![self.bootstrap()],
            Manager::TaskScheduler => {
                vec![schtasks(&["/change", "/tn", &self.task(), "/enable"]), schtasks(&["/run", "/tn", &self.task()])]
            }
        }
    }

    fn stop(&self, now: &Reported) -> Vec<Step> {
        match self.manager {
            Manager::Systemd => vec![systemctl(&["stop", UNIT])],
            Manager::Launchd => self.bootout(),
            Manager::TaskScheduler => {
                // Its trigger would start it again within minutes.
                let mut steps = vec![schtasks(&["/change", "/tn", &self.task(), "/disable"])];
                if now.running {
                    steps.push(schtasks(&["/end", "/tn", &self.task()]));
                }
                steps
            }
        }
    }

    const fn stopped(&self) -> &'static str {
        match self.manager {
            Manager::Systemd | Manager::Launchd => "stopped until `bcce-agent service start` or the next login",
            Manager::TaskScheduler => "stopped until `bcce-agent service start`",
        }
    }

    fn bootout(&self) -> Vec<Step> {
        vec![launchctl(&["bootout", &self.target()]), Step::AwaitUnloaded]
    }

    fn bootstrap(&self) -> Step {
        let file = match &self.packaged {
            Some(packaged) if self.uses_package() => packaged,
            Some(_) | None => &self.file,
        };
        let domain = self.target();
        let domain = domain.strip_suffix(&format!("/{LABEL}")).unwrap_or_default();
        launchctl(&["bootstrap", domain, &file.to_string_lossy()])
    }
}

fn systemctl(arguments: &[&str]) -> Step {
    Step::Run(call("systemctl", &[&["--user"], arguments].concat()))
}

fn launchctl(arguments: &[&str]) -> Step {
    Step::Run(call("launchctl", arguments))
}

fn schtasks(arguments: &[&str]) -> Step {
    Step::Run(call("schtasks", arguments))
}
