//! Cargo, as a person runs it.

use std::process::Command;

/// Cargo, to be told what to do. What `cargo run` says of this package is not said on: build scripts that ask for it, as ring's does,
/// would run again, and all that stands on them be compiled again, whenever another package has said it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}
