//! Reads transcripts for `stats`: what is known of them from the last time is not read again.
//!
//! What cannot be kept or loaded costs time, never the answer.

use crate::edge::files::{identify, is_never_read, is_transcript_name, session_of};
use crate::edge::kept::Kept;
use crate::filter::lines;
use crate::stats::{Cache, Gatherer, Lines, Part, Stamp};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pipeline::tail::FileId;
use pipeline::time::Wall;
use scrubber::Place;
use std::fs::{self, File, Metadata};
use std::io::{self, IsTerminal as _, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Folders below `projects` at most.
const DEPTH_MAX: usize = 8;
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
    let mut files = Vec::new();
    for root in roots {
        find(&root.join("projects"), 0, &mut files);
    }
    // The first of several records counts, so the order must be one that a folder's inner life does not change.
    files.sort_unstable();
    let about = Cache::about(line_bytes_max);
    let old = kept.and_then(|kept| kept.load(&about)).and_then(|bytes| Cache::from_bytes(&bytes));
    old.iter().for_each(|old| gatherer.expect(old));
    let mut reading = Reading {
        line_bytes_max,
        now_ns: now.0.saturating_mul(1_000_000),
        is_kept: kept.is_some(),
        is_new: old.is_none(),
        old: old.unwrap_or_default(),
        new: Cache::default(),
        gatherer,
    };
    let bar = bar(files.len());
    let mut counts = Counts { files: files.len(), unread: 0 };
    for path in &files {
        counts.unread += usize::from(reading.file(path).is_err());
        bar.inc(1);
    }
    bar.finish_and_clear();
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

/// The transcripts below a folder. What cannot be listed holds none that could be counted.
fn find(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEPTH_MAX && !is_never_read(&name) => find(&path, depth + 1, found),
            Ok(kind) if kind.is_file() && is_transcript_name(&name) => found.push(path),
            Ok(_) | Err(_) => {}
        }
    }
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
    gatherer: &'a mut Gatherer,
}

impl Reading<'_> {
    /// Takes what a file says, from the cache or from itself. Of one that cannot be read to its end what could be read counts.
    fn file(&mut self, path: &Path) -> io::Result<()> {
        let session = session_of(path);
        let (id, stamp) = look(path, &fs::symlink_metadata(path)?)?;
        let known = self.old.files.remove(&id).or_else(|| self.new.files.remove(&id));
        if let Some(part) = known.as_ref().filter(|part| part.stamp == Some(stamp)) {
            part.digests().iter().for_each(|digest| self.gatherer.digest(digest, &session));
            self.new.files.extend(known.map(|part| (id, part)));
            return Ok(());
        }
        self.is_new = true;
        let mut file = File::open(path)?;
        let (opened, stamp) = look(path, &file.metadata()?)?;
        let known = known.filter(|_| opened == id);
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
        part.digests().iter().for_each(|digest| self.gatherer.digest(digest, &session));
        read?;
        let changed_ns = stamp.modified_ns.max(stamp.changed_ns);
        part.stamp = Some(stamp).filter(|_| changed_ns.saturating_add(YOUNG_NS) <= self.now_ns);
        if self.is_kept {
            self.new.files.insert(opened, part);
        }
        Ok(())
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

/// Which file it is, and what it looks like from outside.
fn look(path: &Path, facts: &Metadata) -> io::Result<(FileId, Stamp)> {
    let modified = facts.modified()?;
    let ns = |length: std::time::Duration| i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
    let modified_ns = modified.duration_since(UNIX_EPOCH).map_or_else(|before| -ns(before.duration()), ns);
    Ok((identify(path, facts)?, Stamp { length: facts.len(), modified_ns, changed_ns: changed_ns(facts) }))
}

#[cfg(unix)]
fn changed_ns(facts: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt as _;
    facts.ctime().saturating_mul(1_000_000_000).saturating_add(facts.ctime_nsec())
}

#[cfg(not(unix))]
fn changed_ns(_: &Metadata) -> i64 {
    0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
