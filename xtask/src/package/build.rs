//! The programs that packages hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::{Depth, Job, checked};

/// The C library that the deb and the rpm ask for: Debian 10, Ubuntu 18.10, RHEL 8 and later.
pub(super) const GLIBC: &str = "2.28";
/// The profile that is handed out.
const PROFILE: &str = "dist";
const WINDOWS: &str = "x86_64-pc-windows-gnu";
/// From PyPI: zig with its own copies of old C libraries, and what hands it to Cargo as a linker.
const ZIG: [&str; 2] = ["ziglang==0.17.1", "cargo-zigbuild==0.24.1"];

/// Whether the program asks for no later C library than [`GLIBC`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    Old,
    /// As new as this system's.
    OfThisSystem,
}

/// Builds the program, or takes the one that is named, and puts it where packages take it from.
pub(super) fn program(job: &mut Job<'_>, named: Option<&Path>) -> Result<Floor> {
    let (built, floor) = match (named, job.depth) {
        (Some(named), _) => (std::path::absolute(named)?, Floor::OfThisSystem),
        (None, Depth::Quick) => (cargo(job, "cargo", "build", "dev", None)?, Floor::OfThisSystem),
        (None, Depth::Full) if cfg!(target_os = "linux") && zig(job)? => {
            let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
            (cargo(job, "cargo-zigbuild", "zigbuild", PROFILE, Some((&target, &format!(".{GLIBC}"))))?, Floor::Old)
        }
        (None, Depth::Plain | Depth::Full) => (cargo(job, "cargo", "build", PROFILE, None)?, Floor::OfThisSystem),
    };
    fs::create_dir_all(job.out.join("program"))?;
    // A program that runs cannot be written to.
    let _ = fs::remove_file(&job.binary);
    fs::copy(&built, &job.binary).with_context(|| format!("cannot copy {}", built.display()))?;
    // The profile strips already; but not where a setting of a package has made Cargo forget it, nor what tests use.
    if cfg!(target_os = "linux") && named.is_none() && job.has("strip") {
        checked(job.command("strip").arg(&job.binary))?;
    }
    // As the program itself says where it lies.
    if cfg!(unix) {
        job.binary = job.binary.canonicalize()?;
    }
    Ok(floor)
}

/// Runs Cargo and tells where the program lies.
fn cargo(job: &Job<'_>, program: &str, verb: &str, profile: &str, target: Option<(&str, &str)>) -> Result<PathBuf> {
    let mut command = job.command(program);
    command.args([verb, "--locked", "--package", "bcce-agent", "--bin", "bcce-agent", "--profile", profile]);
    let mut folder = cargo_target(job.root);
    let mut suffix = std::env::consts::EXE_SUFFIX;
    if let Some((target, version)) = target {
        command.arg("--target").arg(format!("{target}{version}"));
        folder.push(target);
        suffix = if target == WINDOWS { ".exe" } else { "" };
    }
    // What is built for Windows here is tried, not handed out.
    if profile == PROFILE && suffix.is_empty() {
        command.env("CARGO_ENCODED_RUSTFLAGS", short_paths().join("\u{1f}"));
        // No panic passes through C, and nobody has a debugger walk through it there.
        command.env("CFLAGS", "-fno-asynchronous-unwind-tables -fno-unwind-tables");
    }
    ensure!(command.status().with_context(|| format!("cannot start {program}"))?.success(), "the build failed");
    folder.push(if profile == "dev" { "debug" } else { profile });
    Ok(folder.join(format!("bcce-agent{suffix}")))
}

/// The compiler's options by which places of panics name a crate's files without the folders of this machine: shorter, and the same
/// wherever it is built.
fn short_paths() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let folders = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let folders = folders.into_iter().flatten().flatten();
    folders.map(|folder| format!("--remap-path-prefix={}=", folder.path().display())).collect()
}

/// Where Cargo puts what it builds.
fn cargo_target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Whether zig is here; `--full` installs it.
fn zig(job: &mut Job<'_>) -> Result<bool> {
    if job.has("cargo-zigbuild") {
        return Ok(true);
    }
    if !job.has("python3") {
        job.skip("a program for an old glibc", "there is no python3 to install zig with");
        return Ok(false);
    }
    job.say("installing zig below target/tools");
    let folder = job.root.join("target/tools/zig");
    checked(job.command("python3").args(["-m", "venv"]).arg(&folder))?;
    let pip = folder.join("bin/pip");
    checked(job.command(&pip.to_string_lossy()).args(["install", "--quiet", "--disable-pip-version-check"]).args(ZIG))?;
    ensure!(job.has("cargo-zigbuild"), "cargo-zigbuild does not start");
    Ok(true)
}

/// Whether a subcommand of Cargo is here; `--full` installs it.
pub(super) fn tool(job: &Job<'_>, name: &str, version: &str) -> Result<bool> {
    if !job.has(name) && job.depth == Depth::Full {
        job.say(&format!("installing {name} below target/tools"));
        let crate_name = format!("{name}@{version}");
        // Apart from what this workspace builds.
        let mut command = job.command("cargo");
        command.args(["install", "--locked", "--root", "target/tools", &crate_name]).env_remove("CARGO_TARGET_DIR");
        ensure!(command.status().is_ok_and(|status| status.success()), "cannot install {name}");
    }
    Ok(job.has(name))
}

/// The program for Windows, where it can be built from here.
pub(super) fn for_windows(job: &mut Job<'_>) -> Result<Option<PathBuf>> {
    let what = "the program for Windows";
    if job.depth != Depth::Full {
        return Ok(None);
    }
    if !starts(Command::new("x86_64-w64-mingw32-gcc").arg("--version")) {
        job.skip(what, "there is no C compiler for it (gcc-mingw-w64-x86-64 of Debian)");
        return Ok(None);
    }
    if !has_library(WINDOWS) && !starts(Command::new("rustup").args(["target", "add", WINDOWS])) {
        job.skip(what, "its standard library is not here (rustup target add x86_64-pc-windows-gnu)");
        return Ok(None);
    }
    let built = cargo(job, "cargo", "build", PROFILE, Some((WINDOWS, "")))?;
    let program = job.out.join("program/bcce-agent.exe");
    fs::copy(&built, &program).with_context(|| format!("cannot copy {}", built.display()))?;
    checked(job.command("x86_64-w64-mingw32-strip").arg(&program))?;
    imports(job, &program)?;
    job.size("program for Windows", &program, super::PROGRAM_MAX)?;
    Ok(Some(program))
}

/// The program for Windows asks for nothing that a fresh installation lacks: libraries of compilers are linked into it.
fn imports(job: &Job<'_>, program: &Path) -> Result<()> {
    let headers = checked(job.command("x86_64-w64-mingw32-objdump").arg("-p").arg(program))?;
    let foreign = foreign_imports(&String::from_utf8_lossy(&headers.stdout));
    ensure!(foreign == Some(Vec::new()), "the program for Windows asks for {foreign:?}");
    Ok(())
}

/// The libraries of compilers that a program for Windows asks for; `None` where it asks for none at all, which no program does.
fn foreign_imports(headers: &str) -> Option<Vec<String>> {
    const BEGIN: [&str; 6] = ["vcruntime", "msvcp", "libgcc", "libstdc", "libwinpthread", "libunwind"];
    let names = headers.lines().filter_map(|line| line.trim().strip_prefix("DLL Name: "));
    let names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    let foreign = names.iter().filter(|name| BEGIN.iter().any(|begin| name.starts_with(begin)));
    (!names.is_empty()).then(|| foreign.cloned().collect())
}

fn has_library(target: &str) -> bool {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

fn starts(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::foreign_imports;

    #[test]
    fn libraries_of_compilers_are_found_among_imports() {
        let own = "\tDLL Name: KERNEL32.dll\n\tvma:  Hint\n\tDLL Name: bcryptprimitives.dll\n";
        assert_eq!(foreign_imports(own), Some(Vec::new()));
        let headers = format!("{own}\tDLL Name: VCRUNTIME140.dll\n");
        assert_eq!(foreign_imports(&headers), Some(vec!["vcruntime140.dll".to_owned()]));
        assert_eq!(foreign_imports("no imports"), None);
    }
}
