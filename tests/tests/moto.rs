//! Events arrive in the S3 of moto server. Needs an interpreter with moto, which `cargo xtask test` brings.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

fn main() {}
