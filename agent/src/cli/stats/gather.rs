//! Reads transcripts for `stats`: what is known of them from the last time is not read again.
//!
//! What cannot be kept or loaded costs time, never the answer.

mod walk;

use crate::edge::files::session_of;
use crate::edge::kept::Kept;
use crate::filter::lines;
use crate::stats::{Cache, Gatherer, Lines, Part};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pipeline::tail::FileId;
use pipeline::time::Wall;
use scrubber::Place;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Seek as _};
use std::path::PathBuf;
use walk::{Found, look};

/// A file that was changed so shortly before it was read may look the same after a later change: the coarsest clock of file systems in
/// use ticks every two seconds.
const YOUNG_NS: i64 = 3_000_000_000;

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
        line_bytes_max,
        now_ns: now.0.saturating_mul(1_000_000),
        is_kept: kept.is_some(),
        is_new: old.is_none(),
        old: old.unwrap_or_default(),
        new: Cache::default(),
        read: HashSet::new(),
        met: Vec::with_capacity(files.len()),
        gatherer,
    };
    let bar = bar(files.len());
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

fn bar(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    if !io::stdout().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files") {
        bar.set_style(style);
    }
    bar
}

struct Reading<'a> {
    line_bytes_max: usize,
    /// Before anything was read.
    now_ns: i64,
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
        if known.as_ref().is_some_and(|part| part.stamp == Some(*stamp)) {
            self.met.push((*id, session_of(path)));
            self.new.files.extend(known.map(|part| (*id, part)));
            return Ok(());
        }
        self.is_new = true;
        let mut file = File::open(path)?;
        let (opened, stamp) = look(path, &file.metadata()?)?;
        let known = known.filter(|_| opened == *id);
        let mut part = match known.filter(|part| self.is_as_it_was(&file, part.lines())) {
            Some(part) => part,
            None => {
                file.rewind()?;
                Part::default()
            }
        };
        part.resume();
        let start = part.lines().end;
        let read = lines::for_each_bytes(&file, self.line_bytes_max, |line, place| {
            part.line(line, Place { offset: start + place.offset, length: place.length });
            Ok(())
        });
        let changed_ns = stamp.modified_ns.max(stamp.changed_ns);
        part.stamp = Some(stamp).filter(|_| read.is_ok() && changed_ns.saturating_add(YOUNG_NS) <= self.now_ns);
        if self.is_kept {
            part.finish();
            self.met.push((opened, session_of(path)));
            self.read.insert(opened);
            self.new.files.insert(opened, part);
        } else {
            self.gatherer.part(&part, &session_of(path));
        }
        read.map(drop)
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

    /// Says whether a file still begins with these lines, and reads up to where they end.
    fn is_as_it_was(&self, file: &File, expected: Lines) -> bool {
        let mut found = Lines::default();
        let read = lines::for_each_bytes(file.take(expected.end), self.line_bytes_max, |line, place| {
            found.line(line, place);
            Ok(())
        });
        read.is_ok() && found == expected
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
