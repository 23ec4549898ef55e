//! The virtual environment in which moto server runs, under `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Where the requirements lie, each with its version.
const REQUIREMENTS: &str = "tests/e2e/requirements.txt";

/// Whether Python tests can run here.
pub(crate) enum Python {
    /// This interpreter has what the requirements name.
    Ready(PathBuf),
    /// There is no usable python3, for this reason.
    Missing(&'static str),
}

/// Makes the environment where it is missing or was made for other requirements.
#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn moto(root: &Path) -> Result<Python> {
    let wanted = std::fs::read_to_string(root.join(REQUIREMENTS)).context("cannot read the requirements")?;
    let folder = root.join("target").join("venv-moto");
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
    eprintln!("xtask: making a virtual environment for moto server under target/ (once)");
    let made = Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder).stdout(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) || !works(&interpreter) {
        return Ok(Python::Missing("python3 cannot make virtual environments (is its venv module installed?)"));
    }
    let installed = Command::new(&interpreter)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(root.join(REQUIREMENTS))
        .status()
        .context("cannot start pip")?;
    ensure!(installed.success(), "pip could not install moto server; `cargo xtask test --without-moto` leaves it out");
    std::fs::write(&marker, wanted).context("cannot finish the virtual environment")?;
    Ok(Python::Ready(interpreter))
}

fn works(interpreter: &Path) -> bool {
    let mut command = Command::new(interpreter);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
