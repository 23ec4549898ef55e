//! The `bcce` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    agent::cli::output::install_panic_hook("bcce");
    ExitCode::from(bcce::cli::run(std::env::args_os()).code())
}
