//! Packages installed, used, upgraded and removed on systems that are made for it. Only `--full` does it: it takes minutes and root.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Depth, Job, both, checked};

/// Debian's suites with systemd 252 and 257.
const SUITES: [&str; 2] = ["bookworm", "trixie"];
/// The oldest C library that can be had as a system: Debian 11's, 2.31.
const OLD: &str = "bullseye";

/// Whether systems can be made here; says why not.
fn can(job: &mut Job<'_>, what: &str, tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| !job.has(tool));
    let by_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    let why = match missing {
        _ if job.depth != Depth::Full => "only --full makes systems for it".to_owned(),
        Some(tool) => format!("there is no {tool}"),
        None if !by_root => "only root can make systems".to_owned(),
        None => return true,
    };
    job.skip(what, &why);
    false
}

/// Runs a trial and keeps what it said.
fn trial(job: &Job<'_>, name: &str, command: &mut Command) -> Result<()> {
    job.say(&format!("trial: {name}"));
    let output = command.output().context("cannot start the shell")?;
    let said = both(&output);
    fs::write(job.out.join(format!("trial/{name}.log")), &said)?;
    if !output.status.success() {
        bail!("the trial {name} failed:\n{said}");
    }
    let steps = said.lines().filter(|line| line.starts_with("ok: ")).count();
    ensure!(steps >= 20, "the trial {name} made {steps} steps only");
    job.say(&format!("trial: {name}: {steps} steps did what they should"));
    Ok(())
}

/// The deb on real systemds, and its program with an old C library.
pub(super) fn deb(job: &mut Job<'_>, deb: &Path, newer: &Path) -> Result<()> {
    let systems = job.root.join("target/package-systems");
    if can(job, "the deb on real systemds", &["mmdebstrap", "systemd-nspawn"]) {
        for suite in SUITES {
            let mut command = job.command("bash");
            command.arg("packaging/linux/trial.sh").args([deb, newer, systems.as_path()]).arg(suite);
            trial(job, suite, &mut command)?;
        }
    }
    if can(job, "the program with an old C library", &["mmdebstrap"]) {
        old(job, &systems)?;
    }
    Ok(())
}

fn old(job: &Job<'_>, systems: &Path) -> Result<()> {
    fs::create_dir_all(systems)?;
    let (base, system) = (systems.join(format!("{OLD}.tar")), systems.join(OLD));
    if !base.is_file() {
        let new = systems.join(format!("{OLD}.new.tar"));
        checked(job.command("mmdebstrap").args(["--quiet", "--variant=minbase", OLD]).arg(&new))?;
        fs::rename(new, &base)?;
    }
    let _ = fs::remove_dir_all(&system);
    fs::create_dir_all(&system)?;
    checked(
        job.command("tar").args(["--extract", "--numeric-owner", "--file"]).arg(&base).arg("--directory").arg(&system),
    )?;
    fs::copy(&job.binary, system.join("usr/bin/bcce-agent"))?;
    let inside = |arguments: &[&str]| {
        let mut command = job.command("chroot");
        command
            .arg(&system)
            .args(["env", "--chdir=/root", "BCCE_ALLOW_ROOT=1", "HOME=/root", "bcce-agent"])
            .args(arguments);
        checked(&mut command)
    };
    let version = inside(&["--version"])?;
    ensure!(both(&version).contains(&job.version), "the program says {}", both(&version));
    // Reads, scrubs, spools and delivers.
    inside(&["demo"])?;
    job.say(&format!("the program works on {OLD}"));
    Ok(())
}

/// The rpm installed, upgraded and removed in a root of its own; then below an agent that runs.
pub(super) fn rpm(job: &mut Job<'_>, rpm: &Path, newer: &Path) -> Result<()> {
    if !can(job, "installing the rpm", &["rpm"]) {
        return Ok(());
    }
    let root = job.out.join("trial/rpm-root");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("etc/bcce"))?;
    fs::write(root.join("etc/bcce/policy.toml"), "max_tier = \"metrics\"\n")?;
    let run = |arguments: &[&str], file: Option<&Path>| {
        let mut command = job.command("rpm");
        // What it asks for is on the system that is meant, not in an empty root.
        command.arg("--root").arg(&root).args(arguments).args(file);
        checked(&mut command)
    };
    run(&["--initdb"], None)?;
    run(&["--install", "--nodeps"], Some(rpm))?;
    let program = root.join("usr/bin/bcce-agent");
    ensure!(fs::read(&program)? == fs::read(&job.binary)?, "the rpm installs another program");
    run(&["--upgrade", "--nodeps"], Some(newer))?;
    // rpm of Debian says on stderr that it should not be used.
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let installed = said(&run(&["--query", "bcce-agent"], None)?);
    ensure!(installed.contains("-2"), "the upgrade is not what is installed: {installed}");
    let again = run(&["--upgrade", "--nodeps"], Some(rpm));
    ensure!(again.is_err(), "a downgrade is not refused");
    let verified = run(&["--verify", "--nodeps", "bcce-agent"], None)?;
    ensure!(said(&verified).is_empty(), "rpm finds other files than it installed: {}", said(&verified));
    run(&["--erase", "bcce-agent"], None)?;
    let left = checked(job.command("find").arg(&root).args(["-name", "*bcce-agent*"]))?;
    ensure!(both(&left).is_empty(), "the rpm leaves {}", both(&left));
    ensure!(root.join("etc/bcce/policy.toml").is_file(), "the rpm takes the policy with it");
    job.say("the rpm installs, upgrades, refuses to go back and leaves nothing");
    if can(job, "the rpm below an agent that runs", &["mmdebstrap", "rpm"]) {
        let mut command = job.command("bash");
        command.arg("packaging/linux/rpm-trial.sh").args([rpm, newer, &job.root.join("target/package-systems")]);
        trial(job, "rpm", &mut command)?;
    }
    Ok(())
}

/// The MSI under wine.
pub(super) fn msi(job: &mut Job<'_>, msi: &Path, newer: &Path) -> Result<()> {
    if can(job, "the MSI under wine", &["mmdebstrap", "openssl"]) {
        let systems = job.root.join("target/package-systems");
        let mut command = job.command("bash");
        command.arg("packaging/windows/trial.sh").args([msi, newer, systems.as_path()]);
        trial(job, "wine", &mut command)?;
    }
    Ok(())
}
