//! `cargo xtask package`: builds what packages hold, the packages where their tools are installed, and checks all of it.
//!
//! Three depths. `--quick` takes the program that tests built and checks what the packages would hold: for every change. Without an
//! option the program is that of a release, of this system alone. `--full` is what a release does: an old glibc, the program for Windows,
//! and trials on systems that are made for them. A check whose tool is missing is skipped loudly and named again at the end.

mod bom;
mod build;
mod cpio;
mod macos;
pub(crate) mod msi;
mod pages;
mod pkg;
mod trials;
mod verify;
mod xar;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

/// The most that a package may have.
const SIZE_MAX: u64 = 8_000_000;
/// The most that the program may have, stripped.
const PROGRAM_MAX: u64 = 12_000_000;

#[derive(Args)]
pub(crate) struct Options {
    /// Check with the program that tests use, not optimised: a minute or two, nothing to hand out
    #[arg(long, conflicts_with_all = ["full", "program"])]
    quick: bool,
    /// As for a release: installs the tools below target/tools, builds for an old glibc and for Windows, tries packages on systems of their own
    #[arg(long)]
    full: bool,
    /// Fail where something was skipped: for machines that should have every tool
    #[arg(long)]
    no_skips: bool,
    /// Package this program, without building one
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// What a run of the chore has to tell at its end.
struct Job<'a> {
    root: &'a Path,
    /// Where everything is put, `target/package`.
    out: PathBuf,
    binary: PathBuf,
    version: String,
    depth: Depth,
    skipped: Vec<String>,
    /// What is too large; told at the end, so that the rest is looked at, too.
    too_large: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Quick,
    Plain,
    Full,
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
        command(self.root, program)
    }

    /// Whether a program can be found; asking it would not do: some know no option that ends well.
    fn has(&self, program: &str) -> bool {
        let path = self
            .command(program)
            .get_envs()
            .find(|(name, _)| *name == "PATH")
            .and_then(|(_, path)| path.map(Into::into));
        let path: std::ffi::OsString = path.unwrap_or_default();
        let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&path).any(|folder| folder.join(&name).is_file())
    }

    /// Tells a file's size; too much is an error in the end, but for what is not handed out.
    fn size(&mut self, what: &str, file: &Path, bytes_max: u64) -> Result<()> {
        let bytes = fs::metadata(file).with_context(|| format!("there is no {}", file.display()))?.len();
        self.say(&format!("{what}: {bytes} bytes (at most {bytes_max})"));
        if self.depth != Depth::Quick && bytes > bytes_max {
            self.too_large.push(format!("the {what} has {bytes} bytes, and may have {bytes_max}"));
        }
        Ok(())
    }
}

/// Builds, packages and checks.
#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let depth = match (options.quick, options.full) {
        (true, _) => Depth::Quick,
        (false, false) => Depth::Plain,
        (false, true) => Depth::Full,
    };
    let out = root.join("target/package");
    let version = version(root)?;
    let mut job = Job {
        root,
        binary: out.join("program/bcce-agent"),
        out,
        version,
        depth,
        skipped: Vec::new(),
        too_large: Vec::new(),
    };
    pages::write(&job.out)?;
    let floor = build::program(&mut job, options.program.as_deref())?;
    if depth != Depth::Quick {
        let binary = job.binary.clone();
        job.size("program", &binary, PROGRAM_MAX)?;
    }
    verify::definitions(&mut job)?;
    verify::workflows(&mut job)?;
    macos::definitions(&mut job)?;
    pkg::make(&mut job)?;
    windows(&mut job)?;
    linux(&mut job, floor)?;
    for skipped in &job.skipped {
        eprintln!("xtask: skipped {skipped}");
    }
    ensure!(job.too_large.is_empty(), "{}", job.too_large.join("; "));
    passes(options.no_skips, &job.skipped)?;
    job.say("packages: every check that ran has passed");
    Ok(())
}

/// What was skipped is an error where nothing may be.
fn passes(no_skips: bool, skipped: &[String]) -> Result<()> {
    ensure!(!no_skips || skipped.is_empty(), "skipped, and nothing may be: {}", skipped.join("; "));
    Ok(())
}

/// A command in the root, with the tools that `--full` installs in reach.
pub(crate) fn command(root: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    let tools = root.join("target/tools");
    let mut folders = vec![tools.join("bin"), tools.join("zig/bin")];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    // Last: it holds a Python of its own, which knows nothing of zig.
    folders.push(tools.join("lint/bin"));
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path);
    }
    command.current_dir(root);
    command
}

fn version(root: &Path) -> Result<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let version = text.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    Ok(version.context("Cargo.toml names no version")?.to_owned())
}

/// deb and rpm; with `--full` each twice, since upgrades are tried with a later version of the same.
fn linux(job: &mut Job<'_>, floor: build::Floor) -> Result<()> {
    if !cfg!(target_os = "linux") {
        job.skip("deb and rpm", "packages of Linux are built on Linux");
        return Ok(());
    }
    verify::floor(job, floor)?;
    fs::create_dir_all(job.out.join("trial"))?;
    let make = |job: &Job<'_>, file: &Path, arguments: &[&str], later: &[&str]| {
        let mut command = job.command("cargo");
        checked(command.args(arguments).args(later).arg("--output").arg(file)).map(|_| ())
    };
    if build::tool(job, "cargo-deb", "3.8.0")? {
        let (file, newer) = (job.out.join("bcce-agent.deb"), job.out.join("trial/newer.deb"));
        let mut arguments = vec!["deb", "--package", "bcce-agent", "--no-build", "--no-strip"];
        if job.depth == Depth::Quick {
            arguments.push("--fast");
        }
        make(job, &file, &arguments, &[])?;
        verify::deb(job, &file)?;
        job.size("deb", &file, SIZE_MAX)?;
        if job.depth == Depth::Full {
            make(job, &newer, &arguments, &["--deb-version", &format!("{}+later", job.version)])?;
        }
        trials::deb(job, &file, &newer)?;
    } else {
        job.skip("deb", "cargo-deb is not installed; --full installs it");
    }
    if build::tool(job, "cargo-generate-rpm", "0.21.1")? {
        let (file, newer) = (job.out.join("bcce-agent.rpm"), job.out.join("trial/newer.rpm"));
        let mut arguments = vec!["generate-rpm", "--package", "agent/program", "--auto-req", "disabled"];
        if job.depth == Depth::Quick {
            arguments.extend(["--payload-compress", "gzip"]);
        }
        make(job, &file, &arguments, &[])?;
        verify::rpm(job, &file)?;
        job.size("rpm", &file, SIZE_MAX)?;
        if job.depth == Depth::Full {
            make(job, &newer, &arguments, &["--set-metadata", "release = \"2\""])?;
        }
        trials::rpm(job, &file, &newer)?;
    } else {
        job.skip("rpm", "cargo-generate-rpm is not installed; --full installs it");
    }
    Ok(())
}

/// The MSI as wixl makes it, twice, with the program where it could be built.
fn windows(job: &mut Job<'_>) -> Result<()> {
    if !job.has("wixl") || !job.has("msibuild") {
        job.skip("the MSI", "there is no wixl or no msitools (both of Debian)");
        return Ok(());
    }
    let program = build::for_windows(job)?;
    let name = if program.is_some() { "bcce-agent.msi" } else { "bcce-agent.layout.msi" };
    let (first, newer) = (job.out.join(name), job.out.join("trial/newer.msi"));
    fs::create_dir_all(job.out.join("trial"))?;
    let version = job.version.clone();
    let stand_in = program.clone().unwrap_or_else(|| job.binary.clone());
    msi::make(job, &stand_in, &version, &first)?;
    if program.is_some() {
        msi::make(job, &stand_in, &later(&version)?, &newer)?;
        trials::msi(job, &first, &newer)?;
    } else {
        job.skip("the MSI that holds the program", "only --full builds for Windows; its tables were looked at");
    }
    Ok(())
}

/// The version with a later last number.
fn later(version: &str) -> Result<String> {
    let (head, last) = version.rsplit_once('.').context("a version has three numbers")?;
    Ok(format!("{head}.{}", last.parse::<u32>().context("a version has three numbers")? + 1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_fails_where_nothing_may_be() {
        let skipped = ["lintian: it is not installed".to_owned()];
        assert!(passes(false, &skipped).is_ok() && passes(true, &[]).is_ok());
        assert!(passes(true, &skipped).is_err());
    }
}
