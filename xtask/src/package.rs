//! `cargo xtask package`: builds what packages hold, the packages where their tools are installed, and checks all of it.
//!
//! A check whose tool is missing is skipped loudly and named again at the end. Nothing is installed without `--full`.

mod pages;
mod verify;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// Install cargo-deb and cargo-generate-rpm below target/tools where they are missing
    #[arg(long)]
    full: bool,
    /// Package what target/release holds, without building it
    #[arg(long)]
    no_build: bool,
}

/// What a run of the chore has to tell at its end.
struct Job<'a> {
    root: &'a Path,
    binary: PathBuf,
    skipped: Vec<String>,
}

impl Job<'_> {
    #[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
    fn skip(&mut self, what: &str, why: &str) {
        eprintln!("!!! SKIPPED: {what}: {why}");
        self.skipped.push(format!("{what}: {why}"));
    }

    #[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
    fn say(&self, what: &str) {
        eprintln!("xtask: {what}");
    }

    /// A command in the root, with the tools of this workspace in reach.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let mut folders = vec![self.root.join("target/tools/bin")];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command.current_dir(self.root);
        command
    }

    fn has(&self, program: &str) -> bool {
        self.command(program).arg("--help").output().is_ok_and(|output| output.status.success())
    }
}

/// Builds, packages and checks.
#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let binary = root.join("target/release").join(format!("bcce-agent{}", std::env::consts::EXE_SUFFIX));
    let mut job = Job { root, binary, skipped: Vec::new() };
    let out = root.join("target/package");
    pages::write(&out)?;
    if !options.no_build {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let status = job.command(&cargo).args(["build", "--release", "--locked", "--package", "bcce-agent"]).status();
        ensure!(status.context("cannot start cargo")?.success(), "the release build failed");
    }
    ensure!(job.binary.is_file(), "target/release holds no binary; leave out --no-build");
    verify::definitions(&mut job)?;
    for (tool, kind) in [("cargo-deb", "deb"), ("cargo-generate-rpm", "rpm")] {
        if !job.has(tool) && options.full {
            job.say(&format!("installing {tool} below target/tools"));
            let status = job.command("cargo").args(["install", "--locked", "--root", "target/tools", tool]).status();
            ensure!(status.is_ok_and(|status| status.success()), "cannot install {tool}");
        }
        if !cfg!(target_os = "linux") {
            job.skip(kind, "packages of Linux are built on Linux");
        } else if !job.has(tool) {
            job.skip(kind, &format!("{tool} is not installed; --full installs it"));
        } else if kind == "deb" {
            let file = out.join("bcce-agent.deb");
            let file_name = file.to_string_lossy();
            let arguments = ["deb", "--package", "bcce-agent", "--no-build", "--no-strip", "--output", &file_name];
            checked(job.command("cargo").args(arguments))?;
            verify::deb(&mut job, &file)?;
        } else {
            let file = out.join("bcce-agent.rpm");
            let file_name = file.to_string_lossy();
            let arguments = ["generate-rpm", "--package", "agent", "--auto-req", "disabled", "--output", &file_name];
            checked(job.command("cargo").args(arguments))?;
            verify::rpm(&mut job, &file)?;
        }
    }
    for skipped in &job.skipped {
        eprintln!("xtask: skipped {skipped}");
    }
    job.say("packages: every check that ran has passed");
    Ok(())
}

/// Runs a command that must succeed.
fn checked(command: &mut Command) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", both(&output));
    }
    Ok(output)
}

/// All that a command printed.
fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)).trim().to_owned()
}
