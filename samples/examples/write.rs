//! Writes a folder of sample transcripts and its ledger: `write FOLDER [SEED [BYTES]]`.

use std::io;
use std::path::PathBuf;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder =
        arguments.next().map(PathBuf::from).ok_or_else(|| io::Error::other("usage: write FOLDER [SEED [BYTES]]"))?;
    let seed = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let bytes = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(2_000_000);
    let tree = samples::Generator::new(seed).bytes(bytes).odd_lines(samples::OddLines::Some).write(&folder)?;
    std::fs::write(folder.with_extension("ledger.json"), tree.ledger().to_json())
}
