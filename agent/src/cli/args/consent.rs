//! The arguments of `consent`.

use clap::{Args, Subcommand};
use scrubber::Tier;

use super::tier_parser;

/// What to do about consent.
#[derive(Debug, Clone, Subcommand)]
pub enum ConsentCommand {
    /// Show what is in force, and why
    Status,

    /// Agree that events are sent
    ///
    /// Asks at the terminal; without one --yes is needed. Only what is written from now on is sent, unless --backfill is
    /// given. `bcce-agent consent revoke` takes it back.
    #[command(after_long_help = "Example:\n  bcce-agent consent grant --tier metrics --yes")]
    Grant(GrantArgs),

    /// Take your consent back
    ///
    /// Takes effect before the next call is sent, and empties the spool.
    Revoke,

    /// List every grant and revocation, and verify the ledger
    ///
    /// Ends with exit code 1 when the ledger was altered.
    History,
}

/// Arguments of `consent grant`.
#[derive(Debug, Clone, Args)]
pub struct GrantArgs {
    /// The most that may leave (default: asked for; with --yes metrics)
    #[arg(long, value_name = "TIER", value_parser = tier_parser())]
    pub tier: Option<Tier>,

    /// Agree without being asked
    #[arg(long)]
    pub yes: bool,

    /// Include what is already in the transcripts
    #[arg(long)]
    pub backfill: bool,
}
