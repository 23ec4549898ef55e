//! A stream that tests read afterwards.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Clones write to the same place.
#[derive(Clone, Default)]
pub(super) struct Stream(Arc<Mutex<Vec<u8>>>);

impl Stream {
    /// The same stream for an [`Output`](super::Output), without colours.
    pub(super) fn plain(&self) -> anstream::StripStream<Box<dyn Write + Send>> {
        anstream::StripStream::new(Box::new(self.clone()))
    }

    /// What was written.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// What was written since it was last asked for.
    pub(super) fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
