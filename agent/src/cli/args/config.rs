//! The arguments of `config`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// What to do with settings.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Print every effective value and the layer that set it
    Show,

    /// Check settings and print all problems
    ///
    /// Without FILE checks what is in force, policy included. A FILE is checked with the files of rules that it names
    /// (`scrub.rules`); an organisation policy against its signature too, where a policy.pub lies beside it.
    Check {
        /// A settings file to check by itself.
        file: Option<PathBuf>,

        /// What FILE is (default: a policy where its name begins with `policy`, else a user's settings)
        #[arg(long = "as", value_name = "WHAT", value_enum, requires = "file")]
        check_as: Option<FileKind>,
    },

    /// Show what a laptop would send under a policy, on made-up sessions
    ///
    /// Runs made-up sessions through the scrubber as `run` would, and prints for each tier that the policy allows what fields
    /// leave, with an example of each and a whole event. Nothing of this machine is read. A user's own consent and settings
    /// can only make it less. `--policy FILE`, which all commands take, adds a policy that is not installed.
    #[command(after_long_help = "Example:\n  bcce-agent config explain --policy policy.toml")]
    Explain,

    /// Print what administrators' tools read
    Template {
        /// For which tool
        #[arg(value_enum)]
        form: TemplateForm,
    },
}

/// What a settings file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// An organisation policy
    Policy,
    /// A user's settings
    User,
}

/// For which tool a template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateForm {
    /// JSON Schema of policy.toml, for editors and pipelines
    JsonSchema,
    /// macOS configuration profile, a sample to change
    Mobileconfig,
    /// macOS property list for custom settings of a device manager, a sample to change
    Plist,
    /// Windows administrative template: the settings
    Admx,
    /// Windows administrative template: its words
    Adml,
}
