//! The arguments of `preview`, `scrub` and `scan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scrubber::Tier;

use super::tier_parser;

/// Arguments of `preview`.
#[derive(Debug, Clone, Args)]
pub struct PreviewArgs {
    /// Transcripts to show (default: all sessions; in plain text the newest, with its subagents)
    pub files: Vec<PathBuf>,

    /// Show this tier (default: the one in force, else metrics)
    #[arg(long, value_name = "TIER", value_parser = tier_parser())]
    pub tier: Option<Tier>,

    /// Print plain text in place of the screen
    ///
    /// Pipes get plain text anyway.
    #[arg(long)]
    pub plain: bool,
}

/// Arguments of `scrub`.
#[derive(Debug, Clone, Args)]
pub struct ScrubArgs {
    /// Write events of this tier
    #[arg(long, value_name = "TIER", value_parser = tier_parser(), default_value = "metrics")]
    pub tier: Tier,

    /// Read plain text in place of transcript lines
    ///
    /// Text in UTF-16 with a byte order mark is read and written as such.
    #[arg(long, conflicts_with = "tier")]
    pub text: bool,
}

/// Arguments of `scan`.
#[derive(Debug, Clone, Args)]
pub struct ScanArgs {
    /// Files and folders (default: stdin)
    pub paths: Vec<PathBuf>,

    /// How findings are written
    #[arg(long, value_enum, default_value_t = ScanFormat::Text)]
    pub format: ScanFormat,

    /// What the input is (default: told by each file's name and first line)
    ///
    /// A file is read as a transcript when its name ends in .jsonl, and a file or stdin when the first line is a whole object {…}.
    /// Anything else is read as plain text, so that values of several lines are found, 8 MiB at a time. Of folders only *.jsonl is read.
    #[arg(long, value_enum)]
    pub input: Option<ScanInput>,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScanFormat {
    /// One line a finding, for people
    Text,
    /// One JSON object a line
    Json,
    /// SARIF 2.1.0
    Sarif,
}

/// What the input of `scan` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScanInput {
    /// Transcripts of Claude Code, line by line
    Transcripts,
    /// Plain text, of folders every file; in UTF-16 when it has a byte order mark
    Text,
    /// One {"id", "text"} object a line
    JsonLines,
}
