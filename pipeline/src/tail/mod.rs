//! Tailing: which file is which, where reading goes on, and whole lines out of chunks.
//!
//! Promises: a byte of a transcript is read on from where its events were stored, whatever the file is called now;
//! when in doubt whether content is known, it is read again, never passed over; what was stored before is recognised
//! then by its id and not stored again. A line is handed out whole or not at all; one above the limit is counted and never
//! held. Nothing that is kept here holds content: positions are offsets and keyed hashes.
//!
//! Left out on purpose: reading, listing and watching (the agent's edge), and any look at what a line means.
//!
//! Start at [`Catalog`], which decides where reading goes on, [`Splitter`], which cuts lines, and [`Sieve`], which lets
//! each event through once.

mod buffer;
mod catalog;
mod position;
mod salvage;
mod sieve;
mod splitter;

pub use buffer::Buffer;
pub use catalog::{Catalog, Found, Probe, Probed, Resumed, Seen, Settled, Why};
pub use position::{
    FileId, FileKey, FileRecord, Fingerprint, HEAD_BYTES_MAX, PathHash, Position, Resume, TAIL_BYTES_MAX, WindowHash,
};
pub use salvage::{each_record, is_whole_record};
pub use sieve::{IDS_HELD_MAX, Passed, Sieve};
pub use splitter::{LINE_BYTES_MAX, Splitter, Step};
