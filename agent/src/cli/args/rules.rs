//! The arguments of `rules`.

use std::path::PathBuf;

use clap::Subcommand;

/// What to do with rules.
#[derive(Debug, Clone, Subcommand)]
pub enum RulesCommand {
    /// List all rules in force
    ///
    /// Those of the program and those of the files in `scrub.rules`; rules that settings turn off are marked.
    List,

    /// Run every rule over its examples
    Test,

    /// Say why something is found in a text, or is not
    ///
    /// Names for each finding the rule, what woke it and what it passed; then rules that woke and said no. The text itself is
    /// not printed. A secret is better given on stdin than as a word, which ends in the history of the shell.
    #[command(after_long_help = "Example:\n  bcce-agent rules explain - < snippet.txt")]
    Explain {
        /// The text; `-` reads stdin
        text: String,
    },

    /// Check files of rules, also those of other scanners
    ///
    /// Tells how many rules each file gives and lists what of it is not supported. Without FILE checks what `scrub.rules`
    /// names.
    #[command(after_long_help = "Example:\n  bcce-agent rules check gitleaks.toml kingfisher.yml")]
    Check {
        /// Files of rules: *.toml, *.yml, *.yaml
        files: Vec<PathBuf>,
    },

    /// Make the entry of a value for `scrub.allow`
    ///
    /// Reads the value from stdin, so that it stands in no history; one newline at its end is left out.
    #[command(after_long_help = "Example:\n  bcce-agent rules hash < value.txt")]
    Hash,
}
