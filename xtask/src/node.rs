//! ccusage, which counts tokens of the same transcripts, under `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// The last version that is JavaScript alone; later ones fetch a program for the system.
const VERSION: &str = "18.0.11";

/// Whether the comparison can run here.
pub(crate) enum Ccusage {
    /// Its script, to be run by `node`.
    Ready(PathBuf),
    /// It cannot be had, for this reason.
    Missing(&'static str),
}

/// Installs ccusage where it is missing.
#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn ccusage(root: &Path) -> Result<Ccusage> {
    let folder = root.join("target").join("ccusage").join(VERSION);
    let script = folder.join("node_modules/ccusage/dist/index.js");
    if !works("node") {
        return Ok(Ccusage::Missing("there is no node on this machine"));
    }
    if script.is_file() {
        return Ok(Ccusage::Ready(script));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if !works(npm) {
        return Ok(Ccusage::Missing("there is no npm on this machine"));
    }
    eprintln!("xtask: installing ccusage {VERSION} under target/ (once)");
    std::fs::create_dir_all(&folder).context("cannot make a folder under target/")?;
    // Without it npm would install into a package further up.
    std::fs::write(folder.join("package.json"), r#"{"private":true}"#).context("cannot write under target/")?;
    let installed = Command::new(npm)
        .args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"])
        .arg(format!("ccusage@{VERSION}"))
        .current_dir(&folder)
        .status();
    if installed.is_ok_and(|status| status.success()) && script.is_file() {
        Ok(Ccusage::Ready(script))
    } else {
        Ok(Ccusage::Missing("npm could not install it"))
    }
}

fn works(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
