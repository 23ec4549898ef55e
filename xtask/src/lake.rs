//! `cargo xtask lake`: the tests of `lake/`, with the real programs, in two emulators.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo;
use crate::python::{Environment, Python};

/// Everything but what needs an emulator of its own.
const LAKE: Environment = Environment { folder: "venv-lake", requirements: "lake/requirements.txt" };
/// An emulator that checks signatures and policies. It wants other versions of some packages.
const MINISTACK: Environment =
    Environment { folder: "venv-ministack", requirements: "lake/requirements-ministack.txt" };

#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn run(root: &Path) -> Result<()> {
    let build = ["build", "--quiet", "--package", "bcce-agent", "--package", "bcce"];
    let built = cargo::command().args(build).current_dir(root).status();
    ensure!(built.context("cannot start cargo")?.success(), "the programs could not be built");
    let program = |name: &str| root.join("target/debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let emulated = ["test_ministack.py", "test_bcce_deploy.py", "test_bcce_erase.py", "test_bcce_evidence.py"]
        .map(|name| format!("lake/tests/{name}"));
    let all = ["lake/tests".to_owned()];
    for (environment, tests) in [(LAKE, all.as_slice()), (MINISTACK, emulated.as_slice())] {
        let names = tests.join(" ");
        let python = match environment.made(root)? {
            Python::Ready(python) => python,
            Python::Missing(reason) => {
                eprintln!("!!! SKIPPED: {names}: {reason}");
                continue;
            }
        };
        let mut command = Command::new(python);
        command.args(["-m", "pytest", "--quiet"]).args(tests).current_dir(root);
        command.env("BCCE_AGENT", program("bcce-agent")).env("BCCE", program("bcce"));
        ensure!(command.status().context("cannot start pytest")?.success(), "a test in {names} failed");
    }
    Ok(())
}
