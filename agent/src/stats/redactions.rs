//! How many values of which kind detectors find in transcripts, and what was found in each file when it was read last.
//!
//! Promises: counts alone, by kind and time; never a value, nor where one stands. A record that is in two files counts twice, as it does
//! for `scan`, which these counts equal. Left out on purpose: the detectors and the disk. Start at [`Findings::add`].

use super::cache::{Seen, put_file, take_file};
use super::names::Names;
use super::record::Record;
use super::wire::{Reader, put, put_bytes, put_signed};
use pipeline::tail::FileId;
use std::collections::{BTreeMap, HashMap};

/// Changed whenever lines are understood or findings written differently.
const FORMAT: u8 = 1;
/// Counts are kept by spans of this length. Days of all time zones begin with one.
const SPAN_MS: i64 = 15 * 60 * 1000;
/// The span of what tells no time.
const TIMELESS: i64 = i64::MIN;

/// What was found in some lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    kinds: Names,
    /// By span and kind.
    counts: BTreeMap<(i64, u32), u64>,
}

impl Findings {
    /// Adds what was found in a line: a kind for each value.
    pub fn add<'a>(&mut self, line: &[u8], kinds: impl Iterator<Item = &'a str>) {
        let mut kinds = kinds.peekable();
        if kinds.peek().is_none() {
            return;
        }
        let time_ms = Record::read(line).and_then(|record| record.time_ms);
        let span = time_ms.map_or(TIMELESS, |ms| ms.div_euclid(SPAN_MS));
        for kind in kinds {
            *self.counts.entry((span, self.kinds.number(kind))).or_default() += 1;
        }
    }

    fn write(&self, to: &mut Vec<u8>) {
        put(to, self.kinds.texts().len() as u64);
        self.kinds.texts().iter().for_each(|kind| put_bytes(to, kind.as_bytes()));
        put(to, self.counts.len() as u64);
        for ((span, kind), count) in &self.counts {
            put_signed(to, *span);
            put(to, (*kind).into());
            put(to, *count);
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let kinds: Vec<String> =
            (0..from.number()?).map(|_| String::from_utf8(from.bytes()?.to_vec()).ok()).collect::<Option<_>>()?;
        let mut counts = BTreeMap::new();
        for _ in 0..from.number()? {
            counts.insert((from.signed()?, from.small()?), from.number()?);
        }
        Some(Self { kinds: kinds.into(), counts })
    }
}

/// What was found in all files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FindingsCache {
    /// By device and inode.
    pub files: HashMap<FileId, Seen<Findings>>,
}

impl FindingsCache {
    /// What a cache must have been written under to be of use: the same version of the program and detectors, of which `detectors`
    /// tells all that decides what they find, and the same limit, above which lines are passed over.
    pub fn about(line_bytes_max: usize, detectors: &[u8]) -> Vec<u8> {
        let head = format!("bcce redactions {FORMAT} {} {line_bytes_max} ", env!("CARGO_PKG_VERSION"));
        [head.as_bytes(), detectors].concat()
    }

    /// Writes itself down.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Vec::new();
        put(&mut to, self.files.len() as u64);
        for (id, seen) in &self.files {
            put_file(&mut to, *id);
            seen.write(&mut to, Findings::write);
        }
        to
    }

    /// Reads what was written; `None` where it was not.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let mut files = HashMap::new();
        for _ in 0..from.number()? {
            files.insert(take_file(&mut from)?, Seen::read(&mut from, Findings::read)?);
        }
        from.0.is_empty().then_some(Self { files })
    }
}

/// Values of one kind.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Redacted {
    /// The kind, as it stands in what replaces them.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// Adds up what was found.
#[derive(Debug)]
pub struct Redactions {
    counts: BTreeMap<String, u64>,
    since_ms: Option<i64>,
}

impl Redactions {
    /// Of what was written since a time in milliseconds since 1970; without one of all, also of what tells no time.
    pub fn since(since_ms: Option<i64>) -> Self {
        Self { counts: BTreeMap::new(), since_ms }
    }

    /// Takes what was found in a file.
    pub fn file(&mut self, seen: &Seen<Findings>) {
        for findings in seen.taken() {
            for ((span, kind), count) in &findings.counts {
                let is_in = match self.since_ms {
                    None => true,
                    Some(since_ms) => *span != TIMELESS && *span >= since_ms.div_euclid(SPAN_MS),
                };
                if is_in {
                    *self.counts.entry(findings.kinds.text(*kind).to_owned()).or_default() += count;
                }
            }
        }
    }

    /// The kinds, the most frequent first.
    pub fn rows(self) -> Vec<Redacted> {
        let mut rows: Vec<_> = self.counts.into_iter().map(|(name, count)| Redacted { name, count }).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
    }
}
