//! The arguments of `config`.

use std::path::PathBuf;

use clap::Subcommand;

/// What to do with settings.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Print every effective value and the layer that set it
    Show,

    /// Check settings and print all problems
    ///
    /// Without FILE checks what is in force, policy included. A FILE named policy.toml is checked as an organisation policy.
    Check {
        /// A settings file to check by itself.
        file: Option<PathBuf>,
    },
}
