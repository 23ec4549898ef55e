//! The strict Firehose double as a process of its own, for tests that kill and restart the agent.
//!
//! `firehose-double --port-file F [--script FILE] [--store DIR]` writes its port to F once it listens, and serves
//! until it is killed or its standard input ends.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use firehose_double::{Double, Options, Script};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// Gets the port number, written whole
    #[arg(long)]
    port_file: PathBuf,
    /// Faults to play, as JSON; none by default
    #[arg(long)]
    script: Option<PathBuf>,
    /// Folder for what was accepted: one NDJSON file a stream, violations.txt, summary.json
    #[arg(long)]
    store: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let script = match &arguments.script {
        Some(path) => Script::parse(&std::fs::read_to_string(path).context("cannot read the script's file")?)?,
        None => Script::default(),
    };
    let double = Double::with(Options { script, store: arguments.store, key: None }).context("cannot start")?;
    let temporary = arguments.port_file.with_extension("tmp");
    std::fs::write(&temporary, double.address().port().to_string()).context("cannot write the port")?;
    std::fs::rename(&temporary, &arguments.port_file).context("cannot write the port")?;
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input).context("cannot wait on standard input")?;
    let received = double.finish().context("a limit of the service was violated")?;
    anyhow::ensure!(received.altered().is_empty(), "different bytes arrived under one event id");
    Ok(())
}
