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
    /// Stopped, and started by nothing any more; nothing of it left but what keeps the machine from starting it again.
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

    /// Whether it is this user's service. What a user has uninstalled is not, though the machine would start it for each of its users:
    /// it is masked, or its task is there without a definition.
    pub fn is_installed(&self, now: &Reported, file: Option<&[u8]>) -> bool {
        match self.manager {
            Manager::TaskScheduler if self.for_all => file.is_some(),
            Manager::Systemd | Manager::Launchd | Manager::TaskScheduler => {
                !now.masked && (file.is_some() || self.packaged.is_some() || now.loaded)
            }
        }
    }

    /// Whether its user has uninstalled it under a machine that would start it: a task is left then, without a definition.
    fn is_refused(&self, now: &Reported) -> bool {
        now.masked || (self.manager == Manager::TaskScheduler && self.for_all && now.loaded)
    }

    /// Plans an action from what the manager reports and what the definition's file holds.
    ///
    /// # Errors
    /// When the definition cannot be written.
    pub fn plan(&self, action: Action, now: &Reported, file: Option<&[u8]>) -> Result<Plan, Unwritable> {
        let installed = self.is_installed(now, file);
        let used = match self.manager {
            // A task that is not there yet is made at the next logon.
            Manager::TaskScheduler if self.for_all => installed || now.running || !now.loaded,
            // A package's definition that nobody enabled is no service of this user.
            Manager::Systemd | Manager::Launchd | Manager::TaskScheduler => {
                file.is_some() || now.held || (installed && now.at_login != Some(false))
            }
        };
        Ok(match action {
            Action::InstallMissing if now.loaded && used => Plan::Nothing("installed already"),
            Action::InstallMissing if self.is_refused(now) => Plan::Nothing("its user has uninstalled it"),
            Action::Install | Action::InstallMissing => self.install(now, file)?,
            Action::Uninstall if !used => Plan::Nothing("not installed"),
            Action::Uninstall => self.uninstall(now, file)?,
            Action::Start if !installed => Plan::NotInstalled,
            Action::Start if now.running => Plan::Nothing("running already"),
            Action::Start => Plan::Steps(self.start(now), "started"),
            Action::Stop if !installed && !now.held => Plan::NotInstalled,
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
            steps.push(self.write()?);
        }
        if remove {
            steps.push(Step::Remove(self.file.clone()));
        }
        let changed = write || remove;
        match self.manager {
            Manager::Systemd => {
                // Undoes an uninstallation under a machine that starts it for everybody.
                if now.masked {
                    steps.insert(0, systemctl(&["unmask", UNIT]));
                }
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
                // Enabled, as its definition says, even where it was disabled.
                steps.push(self.create());
                steps.push(schtasks(&["/run", "/tn", &self.task()]));
            }
        }
        Ok(Plan::Steps(steps, "installed and started; it starts at each login from now on"))
    }

    fn uninstall(&self, now: &Reported, file: Option<&[u8]>) -> Result<Plan, Unwritable> {
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
                if self.for_all {
                    return self.disable_for_good(now);
                }
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
        Ok(if self.manager == Manager::Systemd && self.for_all {
            // Else the machine's own link starts it at the next login.
            steps.push(systemctl(&["mask", UNIT]));
            let words = "uninstalled, and masked: this machine would start it for each user; what it keeps stays";
            Plan::Steps(steps, words)
        } else {
            Plan::Steps(steps, "uninstalled; what it keeps stays")
        })
    }

    /// The machine's entry makes a task that is missing at the next logon, and leaves alone one that is disabled.
    fn disable_for_good(&self, now: &Reported) -> Result<Plan, Unwritable> {
        let mut steps = if now.loaded { Vec::new() } else { vec![self.write()?, self.create()] };
        // First, since its trigger could start it again in between.
        steps.push(schtasks(&["/change", "/tn", &self.task(), "/disable"]));
        if now.running {
            steps.push(schtasks(&["/end", "/tn", &self.task()]));
        }
        // Its absence tells this task from one that was stopped.
        steps.push(Step::Remove(self.file.clone()));
        let words =
            "uninstalled; the task stays, disabled, because this machine would make it again; what it keeps stays";
        Ok(Plan::Steps(steps, words))
    }

    fn write(&self) -> Result<Step, Unwritable> {
        Ok(Step::Write { path: self.file.clone(), text: self.definition()?, bytes: self.definition_bytes()? })
    }

    fn create(&self) -> Step {
        schtasks(&["/create", "/tn", &self.task(), "/xml", &self.file.to_string_lossy(), "/f"])
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
