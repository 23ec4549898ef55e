//! A line as it stands in a transcript: the one type that holds unscrubbed text between reading and [`Policy`].
//!
//! It has no `Debug`, `Display`, `Clone` or `Serialize`, so that it cannot end in a log, a copy or a file.
//!
//! [`Policy`]: crate::Policy

/// One whole line of a transcript file, without its line end, borrowed from the reader's buffer.
///
/// Made only by the tailer (`pipeline::tail`) and by the filters of the command line, which read the same lines.
pub struct RawLine<'a> {
    bytes: &'a [u8],
    place: Place,
}

/// Where a line lay in its file. Holds no content and may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Byte offset of the line's first byte.
    pub offset: u64,
    /// Bytes up to the start of the next line, the line end included.
    pub length: u64,
}

impl<'a> RawLine<'a> {
    /// Wraps one line, given without its line end.
    pub fn new(bytes: &'a [u8], place: Place) -> Self {
        Self { bytes, place }
    }

    /// Says where the line lay.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The unscrubbed bytes, for the scrubber alone.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}
