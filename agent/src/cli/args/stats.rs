//! The arguments of `stats`, `report` and `log`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `stats`.
#[derive(Debug, Clone, Args)]
pub struct StatsArgs {
    /// What the rows stand for
    #[arg(long, value_enum, default_value_t = By::Day)]
    pub by: By,

    /// Leave out what is older: a day (2026-11-01) or a span (30d)
    #[arg(long, value_name = "DAY|SPAN")]
    pub since: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,

    /// Read all transcripts anew, and keep nothing
    ///
    /// By default what they say is kept, sealed, in the state folder, so that the next run reads only what is new. The answer is the
    /// same. `bcce-agent purge` deletes it.
    #[arg(long)]
    pub no_cache: bool,
}

/// What the rows of `stats` stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Days, in this machine's time zone
    Day,
    /// Models
    Model,
    /// Working folders
    Project,
    /// Sessions
    Session,
    /// Tools, by how often they were called and failed
    Tool,
    /// Main sessions and subagents
    Subagent,
    /// Kinds of secrets and personal data, by how often `scan` finds them. The first run takes many times as long as the others
    Redaction,
}

/// Arguments of `log`.
#[derive(Debug, Clone, Args)]
pub struct LogArgs {
    /// Leave out what is older: a day (2026-11-01) or a span (30d)
    #[arg(long, value_name = "DAY|SPAN")]
    pub since: Option<String>,

    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Leave out what is older: a day (2026-11-01) or a span (30d)
    #[arg(long, value_name = "DAY|SPAN")]
    pub since: Option<String>,

    /// Where to write the page; `-` is stdout
    #[arg(long, value_name = "FILE", default_value = "bcce-report.html")]
    pub output: PathBuf,

    /// Read all transcripts anew, and keep nothing
    ///
    /// By default what they say is kept, sealed, in the state folder, so that the next run reads only what is new. The answer is the
    /// same. `bcce-agent purge` deletes it.
    #[arg(long)]
    pub no_cache: bool,
}
