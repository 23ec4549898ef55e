//! Virtual environments for Python programs that tests talk to, under `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// One environment.
pub(crate) struct Environment {
    /// The name of its folder.
    pub(crate) folder: &'static str,
    /// Where its requirements lie, each with its version.
    pub(crate) requirements: &'static str,
}

/// moto server, which the end-to-end tests ship to.
pub(crate) const MOTO: Environment = Environment { folder: "venv-moto", requirements: "tests/e2e/requirements.txt" };

/// Whether Python tests can run here.
pub(crate) enum Python {
    /// This interpreter has what the requirements name.
    Ready(PathBuf),
    /// There is no usable python3, for this reason.
    Missing(&'static str),
}

impl Environment {
    /// Makes the environment where it is missing or was made for other requirements.
    #[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
    pub(crate) fn made(&self, root: &Path) -> Result<Python> {
        let wanted = std::fs::read_to_string(root.join(self.requirements)).context("cannot read the requirements")?;
        let folder = root.join("target").join(self.folder);
        let interpreter = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        // Written last, so that an installation that was cut off is done again.
        let marker = folder.join("installed.txt");
        if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) && works(&interpreter) {
            return Ok(Python::Ready(interpreter));
        }
        let system = if cfg!(windows) { "python" } else { "python3" };
        if !works(Path::new(system)) {
            return Ok(Python::Missing("there is no python3 on this machine"));
        }
        eprintln!("xtask: making the virtual environment target/{} (once)", self.folder);
        let made = Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder).stdout(Stdio::null()).status();
        if !made.is_ok_and(|status| status.success()) || !works(&interpreter) {
            return Ok(Python::Missing("python3 cannot make virtual environments (is its venv module installed?)"));
        }
        let installed = Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(root.join(self.requirements))
            .status()
            .context("cannot start pip")?;
        ensure!(installed.success(), "pip could not install what {} names", self.requirements);
        std::fs::write(&marker, wanted).context("cannot finish the virtual environment")?;
        Ok(Python::Ready(interpreter))
    }
}

fn works(interpreter: &Path) -> bool {
    let mut command = Command::new(interpreter);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
