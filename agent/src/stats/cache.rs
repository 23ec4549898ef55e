//! What files said when they were read last, so that they need not be read again.
//!
//! Promises: a run with a cache counts exactly what one without it would. A file whose stamp is as it was is taken as it was, unless it
//! had just been changed when it was read: its time of change could then hold for a later change too. Of any other file that is known,
//! the lines that were read are looked at once more, which is quick, and only if each is what it was ([`Lines`]) does reading go on
//! behind them. A last line without an end is kept apart and read again.
//!
//! Holds no path: a file is known by its device and inode, wherever it is moved. Left out on purpose: the disk and the seal
//! (`edge::kept`).

use super::Digest;
use super::digest::Fact;
use super::hash::{Hashed, hash_after};
use super::summary::Summary;
use super::wire::{Reader, put, put_hash, put_signed};
use pipeline::tail::FileId;
use scrubber::Place;
use std::collections::{HashMap, HashSet};

/// Changed whenever lines are understood or digests written differently.
const FORMAT: u8 = 3;

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub length: u64,
    /// When it was written last, in nanoseconds since 1970.
    pub modified_ns: i64,
    /// When it was written, renamed or otherwise changed last; 0 where the system does not tell.
    pub changed_ns: i64,
}

/// Lines that were read: how far they reach, and a hash over all of them and their places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lines {
    end: u64,
    hash: u64,
}

impl Lines {
    /// Where the last of them ends.
    pub fn end(self) -> u64 {
        self.end
    }

    /// Takes the next line, at a place in the file.
    pub fn line(&mut self, line: &[u8], place: Place) {
        self.hash = hash_after(self.hash ^ place.offset, line);
        self.end = place.offset + place.length;
    }
}

/// What was taken from the lines of one file, and from which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen<T> {
    /// What the file looked like before it was read; none where a later change could leave it looking the same.
    pub stamp: Option<Stamp>,
    lines: Lines,
    whole: T,
    torn: T,
}

impl<T: Default> Seen<T> {
    /// The whole lines that were read.
    pub fn lines(&self) -> Lines {
        self.lines
    }

    /// Forgets the last line if it had no end, so that reading can go on where it began.
    pub fn resume(&mut self) {
        self.torn = T::default();
    }

    /// Takes something from the next line, at a place in the file.
    pub fn line(&mut self, line: &[u8], place: Place, take: impl FnOnce(&mut T, &[u8])) {
        if place.length > line.len() as u64 {
            self.lines.line(line, place);
            take(&mut self.whole, line);
        } else {
            take(&mut self.torn, line);
        }
    }

    /// What was taken from whole lines, and from a last one without an end.
    pub fn taken(&self) -> [&T; 2] {
        [&self.whole, &self.torn]
    }

    /// Writes itself down.
    pub(super) fn write(&self, to: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
        put(to, self.stamp.is_some().into());
        if let Some(Stamp { length, modified_ns, changed_ns }) = self.stamp {
            put(to, length);
            put_signed(to, modified_ns);
            put_signed(to, changed_ns);
        }
        put(to, self.lines.end);
        put_hash(to, self.lines.hash);
        self.taken().into_iter().for_each(|taken| write(taken, to));
    }

    /// Reads what was written; `None` where it was not.
    pub(super) fn read(from: &mut Reader<'_>, read: impl Fn(&mut Reader<'_>) -> Option<T>) -> Option<Self> {
        let stamp = match from.byte()? {
            0 => None,
            _ => Some(Stamp { length: from.number()?, modified_ns: from.signed()?, changed_ns: from.signed()? }),
        };
        let lines = Lines { end: from.number()?, hash: from.hash()? };
        Some(Self { stamp, lines, whole: read(from)?, torn: read(from)? })
    }
}

/// Writes which file something is of.
pub(super) fn put_file(to: &mut Vec<u8>, id: FileId) {
    put(to, id.device);
    put_hash(to, id.inode as u64);
    put_hash(to, (id.inode >> 64) as u64);
}

/// Reads which file it was.
pub(super) fn take_file(from: &mut Reader<'_>) -> Option<FileId> {
    let device = from.number()?;
    let (low, high) = (from.hash()?, from.hash()?);
    Some(FileId { device, inode: u128::from(high) << 64 | u128::from(low) })
}

/// What is known of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// What its lines say.
    pub seen: Seen<Digest>,
    /// What its whole lines say, gathered; none where a last line has no end.
    summary: Option<Summary>,
    /// Whether another file may hold one of its ids.
    is_shared: bool,
}

impl From<Seen<Digest>> for Part {
    fn from(seen: Seen<Digest>) -> Self {
        Self { seen, ..Self::default() }
    }
}

impl Part {
    /// Gathers what its lines say; when all of them were taken.
    pub fn finish(&mut self) {
        let [whole, torn] = self.digests();
        self.summary = (*torn == Digest::default()).then(|| Summary::of(whole));
    }

    /// What its lines say.
    pub fn digests(&self) -> [&Digest; 2] {
        self.seen.taken()
    }

    /// What stands for all of its records since a time, where they can be counted by themselves.
    pub(super) fn summary(&self, since_ms: i64) -> Option<&Summary> {
        self.summary.as_ref().filter(|summary| !self.is_shared && since_ms <= summary.since_ms)
    }

    /// Whether it is counted by itself.
    #[cfg(test)]
    pub fn is_alone(&self) -> bool {
        self.summary(i64::MIN).is_some()
    }

    /// Every id of every record: of messages, calls and of the records themselves.
    fn ids(&self, mut take: impl FnMut(u64)) {
        let mut fact = Fact::default();
        for digest in self.digests() {
            let mut facts = digest.facts();
            while facts.next(&mut fact).is_some() {
                let message = fact.usage.map(|usage| usage.message);
                fact.uuid.into_iter().chain(message).for_each(&mut take);
                fact.calls.iter().map(|(id, _)| *id).chain(fact.failures.iter().copied()).for_each(&mut take);
            }
        }
    }
}

/// What is known of all files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cache {
    /// By device and inode.
    pub files: HashMap<FileId, Part>,
}

impl Cache {
    /// What a cache must have been written under to be of use: the same version of the program, since another may understand lines
    /// differently, and the same limit, above which lines are passed over.
    pub fn about(line_bytes_max: usize) -> Vec<u8> {
        format!("bcce stats {FORMAT} {} {line_bytes_max}", env!("CARGO_PKG_VERSION")).into_bytes()
    }

    /// Finds the files that hold ids of other files, of which one alone says too little. These files are new or read anew; of the
    /// others it is known, and stays so where the file is gone with which they shared.
    pub fn part_shared(&mut self, new: &HashSet<FileId>) {
        if new.is_empty() {
            return;
        }
        // Numbers of files by their ids.
        let mut places: HashMap<u64, usize, Hashed> = HashMap::default();
        let files: Vec<FileId> = self.files.keys().copied().collect();
        let mut shared = vec![false; files.len()];
        let (read, known): (Vec<_>, Vec<_>) = (0..).zip(&files).partition(|(_, id)| new.contains(id));
        for (place, id) in read {
            let Some(part) = self.files.get(id) else { continue };
            part.ids(|id| {
                let first = *places.entry(id).or_insert(place);
                if first != place {
                    (shared[first], shared[place]) = (true, true);
                }
            });
        }
        for (place, id) in known {
            let Some(part) = self.files.get(id) else { continue };
            shared[place] = part.is_shared;
            part.ids(|id| {
                if let Some(first) = places.get(&id) {
                    (shared[*first], shared[place]) = (true, true);
                }
            });
        }
        for (id, is_shared) in files.iter().zip(shared) {
            self.files.entry(*id).and_modify(|part| part.is_shared = is_shared);
        }
    }

    /// Says that a file was met under two names, and that its records are there twice.
    pub fn share(&mut self, id: FileId) {
        self.files.entry(id).and_modify(|part| part.is_shared = true);
    }

    /// Writes itself down.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Vec::new();
        put(&mut to, self.files.len() as u64);
        for (id, part) in &self.files {
            put_file(&mut to, *id);
            part.seen.write(&mut to, Digest::write);
            put(&mut to, u64::from(part.summary.is_some()) | u64::from(part.is_shared) << 1);
            part.summary.iter().for_each(|summary| summary.write(&mut to));
        }
        to
    }

    /// Reads what was written; `None` where it was not.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let mut files = HashMap::new();
        for _ in 0..from.number()? {
            let id = take_file(&mut from)?;
            let seen = Seen::read(&mut from, Digest::read)?;
            let bits = from.byte()?;
            let summary = if bits & 1 == 1 { Some(Summary::read(&mut from)?) } else { None };
            files.insert(id, Part { seen, summary, is_shared: bits & 2 == 2 });
        }
        from.0.is_empty().then_some(Self { files })
    }
}
