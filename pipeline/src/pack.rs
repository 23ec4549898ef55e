//! Packs spooled events into records and calls within every limit of the service.

use scrubber::DataClass;

/// The place of a segment in the spool; grows with time and is never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

/// A segment of events that survives a crash. Made only by the store, after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spooled {
    seq: Seq,
    class: DataClass,
    lines: u32,
    bytes: u32,
}

impl Spooled {
    /// Says that the segment was committed. Only the store may call this, and only after the commit.
    pub fn after_commit(seq: Seq, class: DataClass, lines: u32, bytes: u32) -> Self {
        Self { seq, class, lines, bytes }
    }

    /// The segment's place in the spool.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The data class of every event within.
    pub fn class(&self) -> DataClass {
        self.class
    }

    /// Events within.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// Bytes of NDJSON within, before sealing.
    pub fn bytes(&self) -> u32 {
        self.bytes
    }
}

/// What a sink takes in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Records in a call.
    pub records_max: usize,
    /// Bytes of all records in a call.
    pub bytes_max: usize,
    /// Bytes at which a record is closed.
    pub record_bytes: usize,
    /// Bytes that a record may have at most (one event longer than `record_bytes` gets a record of its own).
    pub record_bytes_max: usize,
    /// NDJSON lines in a record.
    pub record_lines_max: usize,
}

/// One record of a call: whole NDJSON lines of one or more segments.
pub struct Record {
    bytes: Vec<u8>,
    lines: u32,
    seqs: Vec<Seq>,
}

impl Record {
    /// The NDJSON lines, each ending with `\n`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many lines.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// The segments whose events this record holds, all of them whole.
    pub fn seqs(&self) -> &[Seq] {
        &self.seqs
    }
}

/// The records of one call to one stream, within every limit; never empty.
pub struct Batch {
    class: DataClass,
    records: Vec<Record>,
}

impl Batch {
    /// The class, which chooses the stream.
    pub fn class(&self) -> DataClass {
        self.class
    }

    /// The records in order; at least one.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}
