//! `cargo xtask test`: everything that can fail, in one command.

use std::panic::resume_unwind;
use std::path::Path;
use std::process::Command;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::cargo;
use crate::node::{self, Ccusage};
use crate::python::{self, Python};

/// The test of `pipeline/tests/leaks.rs` that lets trybuild compile.
const LEAKS: &str = "what_would_leak_does_not_compile";

#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the end-to-end tests against moto server
    #[arg(long)]
    without_moto: bool,
    /// Leave out the comparison of token counts with ccusage
    #[arg(long)]
    without_ccusage: bool,
}

/// Runs the tests from cheap to dear and stops at the first kind that fails. What has to be downloaded comes meanwhile.
#[expect(clippy::print_stderr, reason = "a chore talks to its terminal")]
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let started = Instant::now();
    std::thread::scope(|scope| {
        let moto = (!options.without_moto).then(|| scope.spawn(|| python::MOTO.made(root)));
        let ccusage = (!options.without_ccusage).then(|| scope.spawn(|| node::ccusage(root)));
        // All with the features of the whole workspace, or some crates would be compiled anew.
        run_cargo(root, &["test", "--workspace", "--no-run"])?;
        // It compiles for most of a minute, which others spend waiting for clocks and processes.
        let leaks = scope.spawn(|| command(root, &["test", "--workspace", "--test", "leaks"]).output());
        let others = run_cargo(root, &["test", "--workspace", "--no-fail-fast", "--", "--skip", LEAKS]);
        let leaks = leaks.join().unwrap_or_else(|panic| resume_unwind(panic)).context("cannot start cargo")?;
        eprint!("{}{}", String::from_utf8_lossy(&leaks.stderr), String::from_utf8_lossy(&leaks.stdout));
        others?;
        ensure!(leaks.status.success(), "something that would leak compiles, or says something else than before");
        match joined(moto)? {
            None => eprintln!("xtask: SKIPPED on request: end to end against moto server"),
            Some(Python::Ready(interpreter)) => {
                let tests = ["test", "--workspace", "--test", "moto", "--", "--ignored"];
                let status = command(root, &tests).env("BCCE_TEST_PYTHON", interpreter).status();
                ensure!(status.context("cannot start cargo")?.success(), "end to end against moto server failed");
            }
            Some(Python::Missing(why)) => {
                eprintln!("xtask: SKIPPED: end to end against moto server, because {why}.");
                eprintln!(
                    "xtask: all other tests have passed. To run these too, install python3 with its venv module."
                );
            }
        }
        match joined(ccusage)? {
            None => eprintln!("xtask: SKIPPED on request: comparison with ccusage"),
            Some(Ccusage::Ready(script)) => {
                let tests = ["test", "--workspace", "--test", "ccusage", "--", "--ignored"];
                let status = command(root, &tests).env("BCCE_TEST_CCUSAGE", script).status();
                ensure!(status.context("cannot start cargo")?.success(), "the comparison with ccusage failed");
            }
            Some(Ccusage::Missing(why)) => {
                eprintln!("xtask: SKIPPED: comparison of token counts with ccusage, because {why}.");
            }
        }
        eprintln!("xtask: tests passed in {} s", started.elapsed().as_secs());
        Ok(())
    })
}

/// What was made meanwhile, if it was asked for.
fn joined<T>(made: Option<ScopedJoinHandle<'_, Result<T>>>) -> Result<Option<T>> {
    made.map(|made| made.join().unwrap_or_else(|panic| resume_unwind(panic))).transpose()
}

fn run_cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    let status = command(root, arguments).status().context("cannot start cargo")?;
    ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo::command();
    command.args(arguments).current_dir(root);
    // Half of the tests wait, for clocks and processes.
    if let (None, Ok(cores)) = (std::env::var_os("RUST_TEST_THREADS"), std::thread::available_parallelism()) {
        command.env("RUST_TEST_THREADS", (2 * cores.get()).to_string());
    }
    // Tests that start the agent as a process take the one that was built with them, beside this program.
    if let Ok(own) = std::env::current_exe() {
        command.env("BCCE_TEST_AGENT", own.with_file_name(format!("bcce-agent{}", std::env::consts::EXE_SUFFIX)));
    }
    command
}
