//! The `bcce-agent` binary.

use std::process::ExitCode;

use agent::cli;

fn main() -> ExitCode {
    cli::output::install_panic_hook("bcce-agent");
    ExitCode::from(cli::run(std::env::args_os()).code())
}
