//! Reads transcripts for `stats`: what is known of them from the last time is not read again.
//!
//! What cannot be kept or loaded costs time, never the answer.

use super::reader::Reader;
use super::walk::{self, Found};
use crate::cli::progress;
use crate::edge::files::session_of;
use crate::edge::kept::Kept;
use crate::stats::{Cache, Digest, Gatherer, Part};
use pipeline::tail::FileId;
use pipeline::time::Wall;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

/// How many files there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// All that were found.
    pub(super) files: usize,
    /// Those that could not be read, or not to their end.
    pub(super) unread: usize,
}

/// Gathers what the transcripts below these folders say, with what was kept, and keeps what they say now. `now` is that of the
/// calendar.
pub(super) fn gather(
    roots: &[PathBuf],
    line_bytes_max: usize,
    kept: Option<&Kept>,
    now: Wall,
    gatherer: &mut Gatherer,
) -> Counts {
    let about = Cache::about(line_bytes_max);
    // The one waits for the disk, the other opens a seal.
    let (files, old) = std::thread::scope(|scope| {
        let files = scope.spawn(|| walk::transcripts(roots));
        let old = kept.and_then(|kept| kept.load(&about)).and_then(|bytes| Cache::from_bytes(&bytes));
        (files.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), old)
    });
    let mut reading = Reading {
        reader: Reader::new(line_bytes_max, now),
        is_kept: kept.is_some(),
        is_new: old.is_none(),
        old: old.unwrap_or_default(),
        new: Cache::default(),
        read: HashSet::new(),
        met: Vec::with_capacity(files.len()),
        gatherer,
    };
    let bar = progress::bar(files.len() as u64, "{bar:40} {pos}/{len} files");
    let mut counts = Counts { files: files.len(), unread: 0 };
    for file in &files {
        counts.unread += usize::from(reading.file(file).is_err());
        bar.inc(1);
    }
    bar.finish_and_clear();
    reading.count();
    // What is left of the old one is of files that are gone.
    if let Some(kept) = kept.filter(|_| reading.is_new || !reading.old.files.is_empty())
        && let Err(error) = kept.save(&about, reading.new.to_bytes())
    {
        tracing::debug!(kind = ?error.kind(), "the cache of stats was not kept");
    }
    counts
}

struct Reading<'a> {
    reader: Reader,
    is_kept: bool,
    /// Whether anything is known now that was not kept.
    is_new: bool,
    /// Files that were not met yet.
    old: Cache,
    new: Cache,
    /// Those that were opened.
    read: HashSet<FileId>,
    /// All files in their order, and the sessions that their names tell.
    met: Vec<(FileId, String)>,
    gatherer: &'a mut Gatherer,
}

impl Reading<'_> {
    /// Takes what a file says, from the cache or from itself. Of one that cannot be read to its end what could be read counts.
    fn file(&mut self, found: &Found) -> io::Result<()> {
        let path = &found.path;
        let (id, stamp) = found.look.as_ref().map_err(|error| io::Error::from(error.kind()))?;
        let known = self.old.files.remove(id).or_else(|| self.new.files.remove(id));
        if known.as_ref().is_some_and(|part| part.seen.stamp == Some(*stamp)) {
            self.met.push((*id, session_of(path)));
            self.new.files.extend(known.map(|part| (*id, part)));
            return Ok(());
        }
        self.is_new = true;
        let known = known.map(|part| (*id, part.seen));
        let (opened, seen, read) = self.reader.read(path, known, Digest::line)?;
        let mut part = Part::from(seen);
        if self.is_kept {
            part.finish();
            self.met.push((opened, session_of(path)));
            self.read.insert(opened);
            self.new.files.insert(opened, part);
        } else {
            self.gatherer.part(&part, &session_of(path));
        }
        read
    }

    /// Counts what the files say that were met, in their order.
    fn count(&mut self) {
        self.new.part_shared(&self.read);
        let mut met = HashSet::with_capacity(self.met.len());
        let again = self.met.iter().filter(|(id, _)| !met.insert(*id));
        again.for_each(|(id, _)| self.new.share(*id));
        self.gatherer.expect(&self.new);
        for (id, session) in &self.met {
            self.new.files.get(id).iter().for_each(|part| self.gatherer.part(part, session));
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
