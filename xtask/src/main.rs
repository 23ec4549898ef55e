//! Chores of the workspace: `cargo xtask docs`.

mod docs;

use anyhow::{Context, Result, bail};
use std::path::Path;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    match std::env::args().nth(1).as_deref() {
        Some("docs") => docs::write(root),
        _ => bail!("usage: cargo xtask docs"),
    }
}
