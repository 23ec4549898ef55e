//! Chores of the workspace; `cargo xtask --help` lists them.

mod cargo;
mod crash;
mod cross;
mod docs;
mod eval;
mod lake;
mod leaks;
mod node;
mod package;
mod python;
mod sim;
mod test;

use std::path::Path;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the BCCE Agent workspace")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run every test: unit, integration, documentation, compile-fail, snapshots, then end to end against moto and beside ccusage
    Test(test::Options),
    /// Check that the program compiles for Windows and macOS
    Cross,
    /// Kill the agent at random moments, more often than the test command does
    Crash(crash::Options),
    /// Run the pipeline's simulation over more seeds than the test command does
    Sim(sim::Options),
    /// Scrub generated transcripts of many seeds, and say which planted values came out
    Leaks(leaks::Options),
    /// Recall, precision and speed of the detectors, on labelled sets or on texts of our own
    Eval(eval::Options),
    /// Run the tests of the data lake: views, template, dashboards, and the stack in two emulators
    Lake,
    /// Build packages with man pages and completions, and check them
    Package(package::Options),
    /// Write the pages and schemas that are made from the product's tables
    Docs,
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    match Arguments::parse().chore {
        Chore::Test(options) => test::run(root, &options),
        Chore::Cross => cross::run(root),
        Chore::Crash(options) => crash::run(root, &options),
        Chore::Sim(options) => sim::run(root, &options),
        Chore::Leaks(options) => leaks::run(&options),
        Chore::Eval(options) => eval::run(root, &options),
        Chore::Lake => lake::run(root),
        Chore::Package(options) => package::run(root, &options),
        Chore::Docs => docs::write(root),
    }
}
