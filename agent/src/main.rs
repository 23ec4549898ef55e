//! The `bcce-agent` binary.
fn main() {}
