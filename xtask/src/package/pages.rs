//! Man pages and completions of packages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::CommandFactory as _;
use clap_complete::Shell;

/// The agent's arguments: this file alone, so that the agent itself need not be built into this program.
#[path = "../../../agent/src/cli/args.rs"]
#[expect(dead_code, unused_imports, unreachable_pub, reason = "what is parsed is looked at by the agent only")]
mod args;

const NAME: &str = "bcce-agent";

/// Writes them below `out`.
pub(super) fn write(out: &Path) -> Result<()> {
    let (man, completions) = (out.join("man"), out.join("completions"));
    for folder in [&man, &completions] {
        // Pages of commands that are gone must not stay.
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    clap_mangen::generate_to(args::Cli::command(), &man).context("cannot write the man pages")?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        clap_complete::generate_to(shell, &mut args::Cli::command(), NAME, &completions)
            .context("cannot write the completions")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_stands_in_every_completion() -> Result<()> {
        let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/package-test");
        write(&out)?;
        let mut command = args::Cli::command();
        command.build();
        // `help` is clap's own.
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            let name = inner.get_name();
            let page = fs::read_to_string(out.join(format!("man/{NAME}-{name}.1")))?;
            assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{name}");
            for file in ["bcce-agent.bash", "_bcce-agent", "bcce-agent.fish", "_bcce-agent.ps1"] {
                assert!(fs::read_to_string(out.join("completions").join(file))?.contains(name), "{file}: {name}");
            }
        }
        fs::remove_dir_all(out)?;
        Ok(())
    }
}
