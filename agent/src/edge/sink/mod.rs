//! Where batches go.

pub mod directory;
pub mod firehose;

use pipeline::pack::{Batch, BatchLimits, Form};
use pipeline::ship::Answer;

/// Takes one batch at a time and says what became of each of its records.
pub trait Sink {
    /// What one call may hold.
    fn limits(&self) -> BatchLimits;

    /// Which form of its records it wants.
    fn form(&self) -> Form;

    /// Delivers a batch. Never retries.
    fn put(&mut self, batch: &Batch) -> impl Future<Output = Answer>;
}
