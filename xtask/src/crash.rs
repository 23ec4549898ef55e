//! `cargo xtask crash`: the crash test of the test command, with more kills and other seeds.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::cargo;

/// Kills of one world. Its files grow with each, and so does the time that a change of them takes: more kills are more worlds.
const KILLS_OF_A_WORLD: u32 = 100;

const TEST: &str = "kill::killed_at_random_moments_it_loses_nothing_and_alters_nothing";

#[derive(Args)]
pub(crate) struct Options {
    /// How often the agent is killed, a hundred times at most in the same world of files
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// Where chance starts, each further world one higher; the same seed does the same to the files
    #[arg(long)]
    seed: Option<u64>,
    /// Build everything with optimisation, as it is shipped
    #[arg(long)]
    release: bool,
}

/// Runs the crash test and lets it say what was lost, altered and doubled.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut left = options.kills;
    let mut seed = options.seed;
    while left > 0 {
        let kills = left.min(KILLS_OF_A_WORLD);
        world(root, options, kills, seed)?;
        left -= kills;
        // Every world has a seed of its own; the first is the test's where none is given.
        seed = Some(seed.map_or(1, |seed| seed + 1));
    }
    Ok(())
}

fn world(root: &Path, options: &Options, kills: u32, seed: Option<u64>) -> Result<()> {
    let mut command = cargo::command();
    command.args(["test", "--quiet", "--workspace", "--test", "agent"]);
    if options.release {
        command.arg("--release");
    }
    command.args(["--", "--exact", TEST, "--nocapture"]).env("BCCE_TEST_KILLS", kills.to_string());
    if let Some(seed) = seed {
        command.env("BCCE_TEST_SEED", seed.to_string());
    }
    let status = command.current_dir(root).status().context("cannot start cargo")?;
    ensure!(status.success(), "the crash test failed; the seed above repeats what was done to the files");
    Ok(())
}
