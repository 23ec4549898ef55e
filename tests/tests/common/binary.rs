//! The real binary, in a home of its own and with nothing of this machine's environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use samples::Developer;
use tempfile::TempDir;

/// One installation of the agent.
pub(crate) struct Agent {
    home: TempDir,
}

impl Agent {
    /// An installation with these settings, and no state yet.
    pub(crate) fn new(settings: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("config.toml"), settings).unwrap();
        Self { home }
    }

    /// The installation of a made-up developer: git and the settings know what they would know on a real machine.
    pub(crate) fn of(developer: &Developer, settings: &str) -> Self {
        let agent = Self::new(&format!("{settings}\n[identity]\nhosts = [\"{}\"]\n", developer.host));
        let Developer { name, email, user, .. } = developer;
        let git = format!("[user]\n\tname = {name}\n\temail = {email}\n[github]\n\tuser = {user}\n");
        std::fs::write(agent.home().join(".gitconfig"), git).unwrap();
        agent
    }

    /// The folder that everything of this installation lies in; the state is in `state` below it.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The binary with its settings, its state and `root` as its only log root.
    pub(crate) fn command(&self, root: &Path) -> Command {
        self.command_of(binary(), root)
    }

    /// As [`command`](Self::command), of a copy of the binary.
    pub(crate) fn command_of(&self, program: &Path, root: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        for kept in ["PATH", "SystemRoot", "TEMP"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
            .env("HOME", self.home())
            .env("USERPROFILE", self.home())
            // Tests run as root in containers, where the agent stays off otherwise.
            .env("BCCE_ALLOW_ROOT", "1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .arg("--config")
            .arg(self.home().join("config.toml"))
            .arg("--state-dir")
            .arg(self.home().join("state"))
            .arg("--root")
            .arg(root)
            .current_dir(self.home());
        command
    }

    /// Runs to the end and panics, with what the agent said, where it did not end well.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, root: &Path, arguments: &[S]) -> Output {
        let output = self.command(root).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        output
    }
}

/// The binary that `BCCE_TEST_AGENT` names; without it that of the profile that this test was built in, built now so that it is
/// never an old one.
pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(named) = std::env::var_os("BCCE_TEST_AGENT") {
            return named.into();
        }
        // target/<profile>/deps/<test>
        let profile = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--quiet", "--package", "bcce-agent", "--bins"]);
        if profile.ends_with("release") {
            build.arg("--release");
        }
        // What Cargo says of this package: build scripts that ask for it would run again, and all that stands on them be compiled again.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                build.env_remove(name);
            }
        }
        assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
        profile.join(format!("bcce-agent{}", std::env::consts::EXE_SUFFIX))
    })
}
