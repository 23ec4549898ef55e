//! The outside world: files, database, keys, cloud. Decides nothing: no retry, batching, limits or policy.

pub mod aws;
pub mod sink;
