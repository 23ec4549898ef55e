//! `completions`: scripts for shells.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Exit;
use super::args::Cli;
use super::output::Output;

/// Prints the completion script of a shell.
///
/// # Errors
/// When stdout is closed.
pub(super) fn run(shell: Shell, output: &Output) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bcce-agent", &mut script);
    output.bulk().write_all(&script)?;
    Ok(Exit::Done)
}
