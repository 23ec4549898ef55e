//! `cargo xtask cross`: the programs compile for the other systems. Code for them is checked, not linked and not run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::package::command;

/// Another system: its target, and what compiles C for it.
struct System {
    name: &'static str,
    target: &'static str,
    /// Programs of which one must be there.
    compilers: &'static [&'static str],
    /// The program that checks.
    cargo: &'static str,
    hint: &'static str,
}

const SYSTEMS: [System; 3] = [
    System {
        name: "Windows",
        target: "x86_64-pc-windows-gnu",
        compilers: &["x86_64-w64-mingw32-gcc"],
        cargo: "cargo",
        hint: "gcc-mingw-w64-x86-64 of Debian",
    },
    MACOS,
    System { target: "x86_64-apple-darwin", ..MACOS },
];

/// Both processors: constants and structures of the system differ between them.
const MACOS: System = System {
    name: "macOS",
    target: "aarch64-apple-darwin",
    compilers: &["cargo-zigbuild"],
    cargo: "cargo-zigbuild",
    hint: "cargo-zigbuild and ziglang of PyPI; `cargo xtask package --full` installs them below target/tools",
};

/// Checks for every system that can be had here; says loudly which cannot.
#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn run(root: &Path) -> Result<()> {
    for system in SYSTEMS.iter().filter(|system| !system.is_here()) {
        if let Err(why) = system.can_be_checked(root) {
            eprintln!("xtask: SKIPPED: {} ({}), because {why}.", system.name, system.target);
            continue;
        }
        eprintln!("xtask: checking for {} ({})", system.name, system.target);
        let status = command(root, system.cargo)
            .args([
                "check",
                "--locked",
                "--package",
                "bcce-agent",
                "--package",
                "bcce-agent-core",
                "--package",
                "bcce",
                "--all-targets",
            ])
            .args(["--target", system.target])
            // Apart, so that flags do not make everything else be built again. Warnings of dependencies do not count.
            .env("CARGO_TARGET_DIR", root.join("target/cross"))
            .env("RUSTFLAGS", "-D warnings")
            .status()
            .context("cannot start cargo")?;
        ensure!(status.success(), "the programs do not compile for {}", system.name);
    }
    Ok(())
}

impl System {
    fn is_here(&self) -> bool {
        (cfg!(windows) && self.name == "Windows") || (cfg!(target_os = "macos") && self.name == "macOS")
    }

    /// Whether the standard library and a C compiler are there; adds the former where rustup can.
    fn can_be_checked(&self, root: &Path) -> Result<(), String> {
        let compiler = self.compilers.iter().any(|compiler| starts(command(root, compiler).arg("--version")));
        if !compiler {
            return Err(format!("no C compiler for it is here ({})", self.hint));
        }
        let has_std = || library(self.target).is_some_and(|folder| folder.is_dir());
        if !has_std() {
            starts(Command::new("rustup").args(["target", "add", self.target]));
        }
        if has_std() {
            Ok(())
        } else {
            Err(format!("its standard library is not here (rustup target add {})", self.target))
        }
    }
}

/// Where the standard library of a target lies, if it is installed.
fn library(target: &str) -> Option<PathBuf> {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn starts(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
