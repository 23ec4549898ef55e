//! `cargo xtask sim`: the pipeline's simulation over more seeds than the test command has.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::cargo;

const TEST: &str = "every_promise_holds_in_every_world";

#[derive(Args)]
pub(crate) struct Options {
    /// How many worlds
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// Runs the worlds; the first one in which a promise is broken is named with its last steps.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut command = cargo::command();
    command.args(["test", "--quiet", "--workspace", "--test", "sim", "--", "--exact", TEST, "--nocapture"]);
    command.env("BCCE_SIM_SEEDS", options.seeds.to_string()).env("BCCE_SIM_FROM", options.from.to_string());
    let status = command.current_dir(root).status().context("cannot start cargo")?;
    ensure!(status.success(), "a promise was broken; `cargo xtask sim --seeds 1 --from SEED` repeats the run");
    Ok(())
}
