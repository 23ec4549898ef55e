//! The arguments of `service`.

use clap::{Args, Subcommand};

use super::JsonArgs;

/// What to do about the service.
#[derive(Debug, Clone, Subcommand)]
pub enum ServiceCommand {
    /// Start it now and at each login
    ///
    /// The service runs this program where it lies now, with --config, --state-dir and --root as they are given here. A
    /// package's own definition is used where there is one. `bcce-agent service uninstall` takes it back.
    Install(InstallArgs),

    /// Stop it and remove what `install` wrote
    ///
    /// Consent, spool and settings stay, and it is said where; `bcce-agent consent revoke` empties the spool.
    Uninstall(DryRunArgs),

    /// Start it now
    Start(DryRunArgs),

    /// Stop it: until the next login; on Windows until `start`
    Stop(DryRunArgs),

    /// Show whether it is installed and runs
    ///
    /// Ends with exit code 1 when it does not run.
    Status(JsonArgs),
}

/// Arguments of `service install`.
#[derive(Debug, Clone, Args)]
pub struct InstallArgs {
    /// Whether it is only said.
    #[command(flatten)]
    pub dry_run: DryRunArgs,

    /// Leave a service alone that is installed already, even where it was stopped: for what runs at every login
    #[arg(long)]
    pub if_missing: bool,
}

/// Arguments of commands that can say what they would do.
#[derive(Debug, Clone, Args)]
pub struct DryRunArgs {
    /// Print what would be written and run, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}
