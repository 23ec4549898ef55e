//! Sample transcripts of Claude Code, made from a seed: the shapes of real ones, made-up content, planted secrets.
//!
//! [`Generator`] holds the choices. [`Generator::write`] makes a whole configuration folder (what `~/.claude` is),
//! [`Generator::stream`] gives line after line in the order of their time, without end unless a size is set.
//! Both keep a [`Ledger`]: the ground truth that tests hold the product against, with every record, every planted
//! value and every token count. [`Tree`] goes on from a written folder: it appends, moves, cuts, replaces, copies and
//! deletes the way Claude Code, editors and crashes do.
//!
//! What it promises: the same seed and choices give the same bytes, on every system; no value is that of a real person
//! or account, and no source file holds anything shaped like a key. What it leaves out: meaning. The words are from
//! short lists, so the text compresses better than real text.
//!
//! ```
//! let mut stream = samples::Generator::new(7).bytes(20_000).stream();
//! let lines: Vec<samples::Line> = stream.by_ref().collect();
//! let ledger = stream.into_ledger();
//! assert_eq!(ledger.records.len(), lines.len());
//! ```

mod dice;
mod generator;
mod json;
mod ledger;
mod maker;
mod odd;
mod plant;
mod records;
mod session;
mod text;
mod tree;

pub use generator::{Generator, Line, OddLines, Stream};
pub use ledger::{Fate, Form, Ledger, LookAlike, Plant, PlantClass, Record, Strength, Usage};
pub use plant::{Developer, secret_kinds};
pub use session::Era;
pub use tree::{Copied, Tree};
