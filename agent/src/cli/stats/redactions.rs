//! `stats --by redaction`: how many values of which kind detectors find in this machine's transcripts.
//!
//! By the detectors of `scan`, which take many times as long as counting usage: no other table waits for them. What they found in a file is
//! kept, and only what is new is looked at. Nothing is kept where credential files were looked into: what they found depends on
//! files of others.

use super::reader::Reader;
use super::{Asked, Context, Exit, detectors, walk};
use crate::cli::output::counted;
use crate::cli::progress;
use crate::edge::host::Host;
use crate::edge::kept::{Content, Kept};
use crate::stats::{Findings, FindingsCache, Redacted, Redactions, Seen, grouped};
use anyhow::Context as _;
use jiff::civil::Date;
use pipeline::tail::FileId;
use scrubber::detect::{Engine, Finding, KnownIdentities, Scratch};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Threads at most: somebody waits, and works meanwhile.
const THREADS_MAX: usize = 4;

/// What was found, and in how many files.
pub(super) struct Found {
    pub(super) rows: Vec<Redacted>,
    files: usize,
    unread: usize,
}

impl Found {
    fn total(&self) -> u64 {
        self.rows.iter().map(|row| row.count).sum()
    }
}

/// Prints a table, or all of it as JSON.
///
/// # Errors
/// When the detectors cannot be put together or stdout is closed.
pub(super) fn run(context: &Context, asked: &Asked, is_json: bool) -> anyhow::Result<Exit> {
    let found = find(context, asked).context("redactions cannot be counted")?;
    let output = &context.output;
    if is_json {
        let json = serde_json::json!({
            "by": "redaction", "since": asked.since.as_ref().map(Date::to_string), "files": found.files,
            "files_unread": found.unread, "rows": found.rows, "total": Redacted { name: "total".to_owned(), count: found.total() },
        });
        output.line(format_args!("{json:#}"))?;
        return Ok(Exit::Done);
    }
    let mut cells: Vec<Vec<String>> =
        found.rows.iter().map(|row| vec![super::printable(&row.name).to_string(), grouped(row.count)]).collect();
    cells.push(vec!["total".to_owned(), grouped(found.total())]);
    super::lines(context, &["redaction", "found"], &cells)?;
    output.line(format_args!(
        "{dim}{}, as `bcce-agent scan` finds it. Nothing of this leaves this machine.{dim:#}",
        counted(found.files as u64, "file"),
        dim = super::DIM
    ))?;
    if found.unread > 0 {
        output.note(format_args!("{} could not be read", counted(found.unread as u64, "file")));
    }
    Ok(Exit::Done)
}

/// Looks at all transcripts of the roots, and says what was not looked into.
///
/// # Errors
/// When the detectors cannot be put together.
pub(super) fn find(context: &Context, asked: &Asked) -> anyhow::Result<Found> {
    let host = Host::read(&context.paths.home);
    let engine = detectors::engine(context, &host)?;
    let about = FindingsCache::about(asked.line_bytes_max, &told(&engine, &host.known(&context.config.identity)));
    let knows_secrets = detectors::looks_into_credentials(context);
    let kept =
        asked.state_dir.as_deref().filter(|_| !knows_secrets).map(|folder| Kept::new(folder, Content::Redactions));
    let old = kept.as_ref().and_then(|kept| kept.load(&about)).and_then(|bytes| FindingsCache::from_bytes(&bytes));
    let found = look(&context.paths.roots, asked, &detector(&engine), old, |cache| {
        if let Some(kept) = &kept
            && let Err(error) = kept.save(&about, cache.to_bytes())
        {
            tracing::debug!(kind = ?error.kind(), "what detectors found was not kept");
        }
    });
    detectors::tell_unread(context);
    Ok(found)
}

/// All that decides what detectors find.
fn told(engine: &Engine, known: &KnownIdentities) -> Vec<u8> {
    let rules = engine.rules().iter().flat_map(|rule| [rule.id.to_string(), rule.kind.to_string()]);
    let KnownIdentities { logins, names, emails, hosts, homes } = known;
    let lists = [logins, names, emails, hosts, homes].into_iter();
    let identities = lists.flat_map(|list| [list.len().to_string()].into_iter().chain(list.iter().cloned()));
    let mut told = engine.fingerprint();
    for text in rules.chain(identities) {
        told.extend(text.len().to_le_bytes());
        told.extend(text.as_bytes());
    }
    told
}

/// Adds what detectors find in a line.
fn detector(engine: &Engine) -> impl Fn(&[u8], &mut Scratch, &mut Findings) + Sync {
    move |line, scratch, findings| {
        let rule = |finding: &Finding| engine.rules().get(usize::from(finding.rule.0));
        let rules = engine.scan(line, scratch).iter().filter_map(rule);
        findings.add(line, rules.map(|rule| &*rule.kind));
    }
}

fn look(
    roots: &[PathBuf],
    asked: &Asked,
    detect: &(impl Fn(&[u8], &mut Scratch, &mut Findings) + Sync),
    old: Option<FindingsCache>,
    keep: impl FnOnce(&FindingsCache),
) -> Found {
    let mut is_new = old.is_none();
    let old = old.unwrap_or_default();
    let looking = Looking { reader: Reader::new(asked.line_bytes_max, asked.now), detect, old: &old };
    let files = walk::transcripts(roots);
    let mut redactions = Redactions::since(asked.since_ms);
    let (mut unread, mut new) = (0, FindingsCache::default());
    for looked in looking.all(&files) {
        let Ok(Looked { id, seen, was_known, is_whole }) = looked else {
            unread += 1;
            continue;
        };
        is_new |= !was_known;
        unread += usize::from(!is_whole);
        redactions.file(&seen);
        // What was not counted whole is counted anew.
        if is_whole {
            new.files.insert(id, seen);
        }
    }
    // Files that are gone are forgotten.
    if is_new || old.files.keys().any(|id| !new.files.contains_key(id)) {
        keep(&new);
    }
    Found { rows: redactions.rows(), files: files.len(), unread }
}

/// What is needed to look at a file.
struct Looking<'a, D> {
    reader: Reader,
    detect: &'a D,
    old: &'a FindingsCache,
}

/// What a file holds.
struct Looked {
    id: FileId,
    seen: Seen<Findings>,
    /// Whether it looked as it did when it was read last.
    was_known: bool,
    /// Whether it could be read to its end.
    is_whole: bool,
}

impl<D: Fn(&[u8], &mut Scratch, &mut Findings) + Sync> Looking<'_, D> {
    /// Looks at all files with several threads: sums do not depend on their order.
    fn all(&self, files: &[walk::Found]) -> Vec<io::Result<Looked>> {
        let length = |found: &walk::Found| found.look.as_ref().map_or(0, |(_, stamp)| stamp.length);
        let bar = progress::bar(files.iter().map(length).sum(), "{bar:40} {bytes}/{total_bytes} {eta}");
        let next = AtomicUsize::new(0);
        let work = || {
            let (mut scratch, mut own) = (Scratch::default(), Vec::new());
            while let Some(found) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                own.push(self.file(found, &mut scratch));
                bar.inc(length(found));
            }
            own
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX).min(files.len());
        let looked = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            all.extend(others.into_iter().flat_map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
            all
        });
        bar.finish_and_clear();
        looked
    }

    fn file(&self, found: &walk::Found, scratch: &mut Scratch) -> io::Result<Looked> {
        let (id, stamp) = found.look.as_ref().map_err(|error| io::Error::from(error.kind()))?;
        let known = self.old.files.get(id).cloned();
        if let Some(seen) = known.as_ref().filter(|seen| seen.stamp == Some(*stamp)) {
            return Ok(Looked { id: *id, seen: seen.clone(), was_known: true, is_whole: true });
        }
        let mut failed = false;
        let take = |findings: &mut Findings, line: &[u8]| {
            let counted = catch_unwind(AssertUnwindSafe(|| (self.detect)(line, scratch, findings)));
            if counted.is_err() {
                // Nobody knows what a line holds on which the detectors fail, nor what they were left with.
                *scratch = Scratch::default();
                failed = true;
            }
        };
        let (id, seen, ended) = self.reader.read(&found.path, known.map(|seen| (*id, seen)), take)?;
        Ok(Looked { id, seen, was_known: false, is_whole: ended.is_ok() && !failed })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
