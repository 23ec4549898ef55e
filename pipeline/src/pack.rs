//! Packs spooled segments into records and calls within every limit of the service.
//!
//! Promises: a [`Batch`] is never empty, holds segments of one class in spool order, and is within the limits it was
//! planned for; a segment that no record can hold is reported and never takes its neighbours with it. Bytes come from
//! [`Payload`]s alone.
//!
//! Planning needs what the spool knows of a segment, not its bytes: start at [`Packer::plan`], then [`Plan::fill`].

use std::sync::OnceLock;

use scrubber::DataClass;

use crate::planted::{Bug, is_planted};
use crate::seal::{Label, Payload, Sealed};
use crate::time::Wall;

/// The place of a segment in the spool; grows with time and is never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

/// A segment of events that survives a crash. Made only by the store, after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spooled {
    seq: Seq,
    class: DataClass,
    label: Label,
    lines: u32,
    bytes: u32,
    stored: Wall,
}

impl Spooled {
    /// Says that `sealed` was committed at `stored` under `seq`. Only the store may call this, and only after the commit.
    pub fn after_commit(seq: Seq, sealed: &Sealed, stored: Wall) -> Self {
        let header = sealed.header();
        Self { seq, class: header.class, label: header.label.clone(), lines: header.lines, bytes: header.bytes, stored }
    }

    /// The segment's place in the spool.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The data class of every event within.
    pub fn class(&self) -> DataClass {
        self.class
    }

    /// The policy and the consent of every event within.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Events within.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// Bytes of NDJSON within, before sealing.
    pub fn bytes(&self) -> u32 {
        self.bytes
    }

    /// When it was committed, by the system's clock.
    pub fn stored(&self) -> Wall {
        self.stored
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

/// Records that `PutRecordBatch` takes in a call
/// (<https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>, checked 2026-11-24).
pub const FIREHOSE_RECORDS_MAX: usize = 500;
/// Bytes that `PutRecordBatch` takes in a call, before base64 (same page, same day).
pub const FIREHOSE_CALL_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes that a record may have, before base64 (same page, same day).
pub const FIREHOSE_RECORD_BYTES_MAX: usize = 1000 * 1024;
/// Bytes to which a record's size is rounded up in billing (<https://aws.amazon.com/firehose/pricing/>, checked
/// 2026-11-24). Records of 256 KiB waste 1 % on it, records of one line more than half.
pub const FIREHOSE_BILLING_STEP_BYTES: usize = 5 * 1024;

impl BatchLimits {
    /// What we send to Firehose: calls of 1 MiB, so that a failed one costs little, in records of 256 KiB.
    pub const FIREHOSE: Self = Self {
        records_max: FIREHOSE_RECORDS_MAX,
        bytes_max: 1024 * 1024,
        record_bytes: 256 * 1024,
        record_bytes_max: FIREHOSE_RECORD_BYTES_MAX,
        record_lines_max: 500,
    };
}

/// Puts waiting segments into records and records into calls.
#[derive(Debug, Clone, Copy)]
pub struct Packer {
    limits: BatchLimits,
}

/// What a packer makes of waiting segments.
#[derive(Debug, Default)]
pub struct Planned {
    /// The next call; `None` when nothing waits that fits.
    pub plan: Option<Plan>,
    /// Whether the call is full: more waits than fits.
    pub full: bool,
    /// Segments that no record can hold, among those looked at.
    pub unfit: Vec<Seq>,
}

/// Which segments go into which record of one call; never empty, within every limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    class: DataClass,
    records: Vec<RecordPlan>,
}

/// The segments of one record of a [`Plan`]; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordPlan {
    segments: Vec<Spooled>,
    lines: usize,
    bytes: usize,
}

/// A plan cannot be filled with the payloads that were loaded for it; the segment named is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// There is no payload for the segment, or another one's.
    #[error("the spool gave another segment than was asked for")]
    Mismatch(Seq),
    /// The payload does not unpack.
    #[error("a segment does not unpack")]
    Unpack(Seq),
}

impl FillError {
    /// The segment that is of no use.
    pub fn seq(self) -> Seq {
        match self {
            Self::Mismatch(seq) | Self::Unpack(seq) => seq,
        }
    }
}

/// Which form of its records a sink wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// NDJSON, unpacked when the batch is filled.
    Plain,
    /// The gzip members as they were stored; [`Record::bytes`] unpacks when asked.
    Members,
}

/// One record of a call: whole NDJSON lines of one or more segments.
pub struct Record {
    seqs: Vec<Seq>,
    payloads: Vec<Payload>,
    lines: u32,
    length: usize,
    plain: OnceLock<Vec<u8>>,
}

/// The records of one call to one stream, within every limit; never empty.
pub struct Batch {
    class: DataClass,
    records: Vec<Record>,
}

impl Packer {
    /// Packs for a sink with these limits.
    pub fn new(limits: BatchLimits) -> Self {
        Self { limits }
    }

    /// The limits.
    pub fn limits(&self) -> &BatchLimits {
        &self.limits
    }

    /// Plans the next call from segments of one class in spool order, looking no further than it is full.
    ///
    /// Segments are joined into records while bytes and lines allow. One of another class than the first ends the call.
    pub fn plan<'a>(&self, waiting: impl IntoIterator<Item = &'a Spooled>) -> Planned {
        let mut planned = Planned::default();
        let mut records: Vec<RecordPlan> = Vec::new();
        let (mut class, mut bytes) = (None, 0);
        for segment in waiting {
            if *class.get_or_insert(segment.class) != segment.class {
                break;
            }
            let (length, lines) = (segment.bytes as usize, segment.lines as usize);
            if !self.fits_alone(length, lines) {
                planned.unfit.push(segment.seq);
                continue;
            }
            if bytes + length > self.limits.bytes_max && !is_planted(Bug::OverfillsCalls) {
                planned.full = true;
                break;
            }
            let joins = records.last().is_some_and(|record| self.fits_into(record, length, lines));
            if !joins {
                if records.len() == self.limits.records_max {
                    planned.full = true;
                    break;
                }
                records.push(RecordPlan::default());
            }
            if let Some(record) = records.last_mut() {
                record.push(segment);
            }
            bytes += length;
        }
        if let Some(class) = class.filter(|_| !records.is_empty()) {
            planned.plan = Some(Plan { class, records });
        }
        planned
    }

    fn fits_alone(&self, bytes: usize, lines: usize) -> bool {
        bytes <= self.limits.record_bytes_max.min(self.limits.bytes_max) && lines <= self.limits.record_lines_max
    }

    fn fits_into(&self, record: &RecordPlan, bytes: usize, lines: usize) -> bool {
        record.bytes + bytes <= self.limits.record_bytes && record.lines + lines <= self.limits.record_lines_max
    }
}

impl RecordPlan {
    fn push(&mut self, segment: &Spooled) {
        self.lines += segment.lines as usize;
        self.bytes += segment.bytes as usize;
        self.segments.push(segment.clone());
    }

    /// The segments in spool order.
    pub fn segments(&self) -> &[Spooled] {
        &self.segments
    }

    /// Events within.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Bytes of NDJSON within.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Plan {
    /// The class, which chooses the stream.
    pub fn class(&self) -> DataClass {
        self.class
    }

    /// The records in order; at least one.
    pub fn records(&self) -> &[RecordPlan] {
        &self.records
    }

    /// The segments in order, to be loaded for [`Plan::fill`].
    pub fn segments(&self) -> impl Iterator<Item = &Spooled> {
        self.records.iter().flat_map(|record| &record.segments)
    }

    pub(crate) fn into_records(self) -> Vec<RecordPlan> {
        self.records
    }

    /// Bytes of NDJSON in the call.
    pub fn bytes(&self) -> usize {
        self.records.iter().map(|record| record.bytes).sum()
    }

    /// Fills the plan with the payloads of [`Plan::segments`], in that order.
    ///
    /// # Errors
    ///
    /// Fails when a payload is missing, is not the planned segment's, or (for [`Form::Plain`]) does not unpack.
    pub fn fill(&self, payloads: impl IntoIterator<Item = Payload>, form: Form) -> Result<Batch, FillError> {
        let mut payloads = payloads.into_iter();
        let records = self.records.iter().map(|plan| Record::fill(plan, &mut payloads, form));
        Ok(Batch { class: self.class, records: records.collect::<Result<_, _>>()? })
    }
}

impl Record {
    fn fill(plan: &RecordPlan, from: &mut impl Iterator<Item = Payload>, form: Form) -> Result<Self, FillError> {
        let mut payloads = Vec::with_capacity(plan.segments.len());
        for segment in &plan.segments {
            let payload = from.next().filter(|payload| segment.describes(payload));
            payloads.push(payload.ok_or(FillError::Mismatch(segment.seq))?);
        }
        let seqs = plan.segments.iter().map(Spooled::seq).collect();
        let lines = u32::try_from(plan.lines).unwrap_or(u32::MAX);
        let record = Self { seqs, payloads, lines, length: plan.bytes, plain: OnceLock::new() };
        match form {
            Form::Members => {}
            Form::Plain => {
                let plain = record.unpack()?;
                record.plain.get_or_init(|| plain);
            }
        }
        Ok(record)
    }

    fn unpack(&self) -> Result<Vec<u8>, FillError> {
        let mut plain = Vec::with_capacity(self.length + 1);
        for (payload, seq) in self.payloads.iter().zip(&self.seqs) {
            payload.unpack(&mut plain).map_err(|_| FillError::Unpack(*seq))?;
        }
        Ok(plain)
    }

    /// The NDJSON lines, each ending with `\n`.
    ///
    /// # Panics
    ///
    /// Panics when the batch was filled as [`Form::Members`] and a segment that opened under its key does not unpack.
    /// A sink that wants plain bytes asks for [`Form::Plain`], and such a segment is then found before the call.
    pub fn bytes(&self) -> &[u8] {
        self.plain.get_or_init(|| match self.unpack() {
            Ok(plain) => plain,
            Err(_) => panic!("a segment that opened under its key does not unpack"),
        })
    }

    /// Bytes of NDJSON, known without unpacking.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Says whether there are no bytes; never so for a record of a batch.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many lines.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// The segments whose events this record holds, all of them whole.
    pub fn seqs(&self) -> &[Seq] {
        &self.seqs
    }

    /// The same lines as gzip members, one a segment. Written one after another they are a gzip file (RFC 1952).
    pub fn members(&self) -> impl Iterator<Item = &[u8]> {
        self.payloads.iter().map(Payload::member)
    }
}

impl Spooled {
    fn describes(&self, payload: &Payload) -> bool {
        let header = payload.header();
        (self.class, &self.label, self.lines, self.bytes) == (header.class, &header.label, header.lines, header.bytes)
    }
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
