//! The tail loop: finds transcripts with news, reads them, has their lines scrubbed and hands runs of events to the spool.
//!
//! Promises: an event and the position after it travel in one [`Run`]; a position never passes a line that was not
//! scrubbed, or counted as too long; handing over blocks while the spool is full, and then nothing is read. Files that were
//! just written come before a backlog, so that one deleted seconds later is read in time. No file is open while waiting.
//!
//! Left out on purpose: when to start and stop, which policy is in force, storing. Start at [`Tail::run`].

mod cwd;
mod policy;
mod read;

pub use policy::{PolicyScrubber, ToStore};

use crate::edge::clock;
use crate::edge::files::{Listed, OpenLog, Roots, Trouble};
use crate::edge::watch::{Inbox, Signals, Watch};
use pipeline::tail::{Buffer, Catalog, FileId, FileKey, FileRecord, Fingerprint, Found};
use pipeline::time::Mono;
use read::{Reader, Slice};
use scrubber::{Counts, EventsByTier, Outcome, RawLine, Source};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time between listings where the system notifies of nothing.
const RESCAN_UNWATCHED: Duration = Duration::from_secs(5);
/// How long hints are gathered before they are followed: one record is often written in several pieces.
const GATHER: Duration = Duration::from_millis(20);
/// When a new folder is looked into again: files may have come before its watch did.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Sources remembered at most.
const SOURCES_MAX: usize = 4096;

/// How the tailer goes about its work.
#[derive(Debug, Clone)]
pub struct TailSettings {
    /// Where transcripts lie.
    pub roots: Roots,
    /// Time between two listings of all files. Default 30 s.
    pub rescan: Duration,
    /// How long a last line without newline must be quiet. Default 60 s.
    pub quiet: Duration,
    /// Longest line in bytes. Default 8 MiB.
    pub line_bytes_max: usize,
    /// Whether to end once everything that is there was read.
    pub until: Until,
}

/// When the tailer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Once everything that is there now was read, whole last lines without newline included.
    CaughtUp,
    /// When its inbox says so.
    Stopped,
}

/// Scrubbed events of one file, with the position after them: stored together or not at all.
pub struct Run {
    /// The file's row as it must stand once the events are stored.
    pub record: FileRecord,
    /// A row that goes in the same transaction.
    pub supersedes: Option<FileKey>,
    /// The events; all may be empty.
    pub events: EventsByTier,
    /// What was done for them.
    pub counts: Counts,
}

/// The spool takes nothing more; the tailer ends.
#[derive(Debug, thiserror::Error)]
#[error("the spool takes no more events")]
pub struct SpoolClosed;

/// Takes runs into the spool.
pub trait Spooler {
    /// Hands over a run, in order; blocks while the spool is full. Gives back empty buffers where it has some.
    ///
    /// # Errors
    /// When the tailer must end; what was handed over and not stored is read again next time.
    fn spool(&mut self, run: Run) -> Result<Option<EventsByTier>, SpoolClosed>;

    /// Deletes rows of files that are gone.
    ///
    /// # Errors
    /// As for [`spool`](Self::spool).
    fn forget(&mut self, rows: &[FileKey]) -> Result<(), SpoolClosed>;
}

/// Scrubs lines under the policy in force.
pub trait LineScrubber {
    /// Empty runs of events.
    fn events(&self) -> EventsByTier;

    /// Scrubs one line into `out`.
    fn scrub(&mut self, line: &RawLine<'_>, source: &mut Source, out: &mut EventsByTier) -> Outcome;

    /// Counts a line that was skipped for its length.
    fn too_long(&mut self);

    /// What was done since it was last asked for.
    fn take_counts(&mut self) -> Counts;
}

/// What the tailer saw of the world, for `status`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TailReport {
    /// Files listed last.
    pub files: u64,
    /// What could not be listed or opened, last time.
    pub troubles: Vec<Trouble>,
}

/// Where the tailer tells what it saw, once a listing.
pub type OnReport<'a> = dyn FnMut(&TailReport) + 'a;

/// The tailer. Made with what the store kept of each file.
pub struct Tail<'a, L, S> {
    settings: TailSettings,
    catalog: Catalog,
    inbox: Inbox,
    watch: Option<Watch>,
    reader: Reader<'a, L, S>,
    /// Files with news: those just written, then the rest.
    hot: VecDeque<Listed>,
    cold: VecDeque<Listed>,
    queued: BTreeSet<PathBuf>,
    /// Where files with an unended last line lie.
    parts: HashMap<FileId, Listed>,
    again: Option<(Mono, BTreeSet<PathBuf>)>,
    report: TailReport,
    /// Whether trouble was logged and not yet its end.
    troubled: bool,
}

impl<'a, L: LineScrubber, S: Spooler> Tail<'a, L, S> {
    /// Puts a tailer together. `records` is what the store kept; hints and the wish to end come in through `inbox`.
    pub fn new(
        settings: TailSettings,
        records: Vec<FileRecord>,
        fingerprint: &'a Fingerprint,
        inbox: Inbox,
        scrubber: L,
        spooler: S,
    ) -> Self {
        let reader = Reader {
            fingerprint,
            line_bytes_max: settings.line_bytes_max,
            buffer: Buffer::new(read::CHUNK_BYTES),
            window: Vec::new(),
            events: scrubber.events(),
            scrubber,
            spooler,
            sources: HashMap::new(),
        };
        Self {
            catalog: Catalog::new(records, settings.quiet),
            settings,
            inbox,
            watch: None,
            reader,
            hot: VecDeque::new(),
            cold: VecDeque::new(),
            queued: BTreeSet::new(),
            parts: HashMap::new(),
            again: None,
            report: TailReport::default(),
            troubled: false,
        }
    }

    /// Tails until the settings say that it is over. Runs on a thread of its own and gives back what it was made of.
    ///
    /// # Errors
    /// When the spool was closed.
    pub fn run(mut self, on_report: &mut OnReport<'_>) -> Result<(L, S), SpoolClosed> {
        if self.settings.until == Until::Stopped {
            self.watch = Some(Watch::new(self.inbox.clone()));
        }
        let mut rescan_at = Mono::default();
        loop {
            let now = clock::mono();
            if rescan_at <= now {
                self.list_all()?;
                on_report(&self.report);
                rescan_at = clock::mono().after(self.rescan_interval());
            }
            let troubles = self.report.troubles.len();
            let stopped = !self.work()?;
            if self.report.troubles.len() != troubles {
                on_report(&self.report);
            }
            if stopped || self.settings.until == Until::CaughtUp {
                self.tell_trouble();
                return Ok((self.reader.scrubber, self.reader.spooler));
            }
            let again = self.again.as_ref().map(|(at, _)| *at);
            let wake_at = [self.catalog.poll_deadline(), again].into_iter().flatten().fold(rescan_at, Mono::min);
            let mut signals = self.inbox.wait(Some(clock::mono().until(wake_at)));
            if !signals.stop && !signals.changed.is_empty() {
                std::thread::sleep(GATHER);
                let more = self.inbox.take();
                signals.changed.extend(more.changed);
                signals.rescan |= more.rescan;
                signals.stop |= more.stop;
            }
            if signals.stop {
                return Ok((self.reader.scrubber, self.reader.spooler));
            }
            if signals.rescan {
                rescan_at = Mono::default();
            }
            self.follow(signals);
            self.look_again();
            self.queue_quiet_parts();
        }
    }

    fn rescan_interval(&self) -> Duration {
        match &self.watch {
            Some(watch) if !watch.is_complete() => self.settings.rescan.min(RESCAN_UNWATCHED),
            Some(_) | None => self.settings.rescan,
        }
    }

    /// Lists all files and queues those with news.
    fn list_all(&mut self) -> Result<(), SpoolClosed> {
        self.tell_trouble();
        let roots = self.settings.roots.clone();
        // Watched first: what comes after that is told.
        if let Some(watch) = &mut self.watch {
            watch.sync(&roots.projects());
        }
        self.catalog.begin_scan();
        let mut files = 0;
        let mut news = Vec::new();
        let (catalog, queued) = (&mut self.catalog, &mut self.queued);
        let troubles = roots.list(self.reader.fingerprint, &mut |listed| {
            files += 1;
            if catalog.observe(&listed.seen) == Found::News && queued.insert(listed.path.clone()) {
                news.push(listed);
            }
        });
        if troubles.is_empty() {
            let forgotten = self.catalog.end_scan(clock::mono(), clock::wall().0);
            if !forgotten.is_empty() {
                self.reader.spooler.forget(&forgotten)?;
            }
        }
        // The newest first: they are the most likely to be deleted or added to.
        news.sort_by_key(|listed| std::cmp::Reverse(listed.seen.modified_ns));
        self.cold.extend(news);
        self.report = TailReport { files, troubles };
        Ok(())
    }

    /// Logs when trouble starts and when it ends: what listing and opening met since the last listing.
    fn tell_trouble(&mut self) {
        let count = self.report.troubles.len();
        if count > 0 && !self.troubled {
            tracing::warn!(count, "some transcripts or folders cannot be read");
        } else if count == 0 && self.troubled {
            tracing::info!("all transcripts can be read again");
        }
        self.troubled = count > 0;
    }

    /// Reads files until none has news, a slice at a time; hints that come in meanwhile go first. Says whether to go on.
    fn work(&mut self) -> Result<bool, SpoolClosed> {
        while let Some(listed) = self.hot.pop_front().or_else(|| self.cold.pop_front()) {
            self.queued.remove(&listed.path);
            self.read_slice(listed)?;
            if self.inbox.is_stopped() {
                return Ok(false);
            }
            if self.settings.until == Until::Stopped && !(self.hot.is_empty() && self.cold.is_empty()) {
                let signals = self.inbox.take();
                if signals.rescan {
                    // Kept for when the backlog is done.
                    self.inbox.rescan();
                }
                self.follow(signals);
            }
        }
        Ok(true)
    }

    fn read_slice(&mut self, listed: Listed) -> Result<(), SpoolClosed> {
        let opened = OpenLog::open(&listed.path, self.reader.fingerprint);
        let log = match opened {
            Ok(log) => log,
            Err(error) => {
                self.lost_sight(&listed, error.kind());
                return Ok(());
            }
        };
        let id = log.seen().key.id;
        let due = self.settings.until == Until::CaughtUp || self.catalog.quiet_parts(clock::mono()).contains(&id);
        match self.reader.read_slice(&listed, &log, &mut self.catalog, due)? {
            Slice::More => {
                if self.queued.insert(listed.path.clone()) {
                    self.cold.push_front(listed);
                }
            }
            Slice::Part => {
                self.parts.insert(id, listed);
            }
            Slice::End => {
                self.parts.remove(&id);
            }
            Slice::Unreadable(kind) => self.lost_sight(&listed, kind),
        }
        Ok(())
    }

    /// A file could not be opened or read: the next listing tries again.
    fn lost_sight(&mut self, listed: &Listed, kind: ErrorKind) {
        self.catalog.unsettle(&listed.seen.key.id);
        self.catalog.drop_part(&listed.seen.key.id);
        self.parts.remove(&listed.seen.key.id);
        let trouble = Trouble { path: listed.path.clone(), kind };
        // A file that went, or was cut short while it was read, is no trouble.
        let expected = matches!(kind, ErrorKind::NotFound | ErrorKind::UnexpectedEof);
        if !expected && !self.report.troubles.contains(&trouble) {
            self.report.troubles.push(trouble);
        }
    }

    /// Queues what hints point to, before any backlog.
    fn follow(&mut self, signals: Signals) {
        let mut folders = BTreeSet::new();
        for path in signals.changed {
            if !path.file_name().is_some_and(crate::edge::files::is_transcript_name) {
                folders.insert(path.clone());
            }
            self.queue_at(&path);
        }
        if !folders.is_empty() {
            let at = clock::mono().after(LOOK_AGAIN);
            self.again.get_or_insert_with(|| (at, BTreeSet::new())).1.extend(folders);
        }
    }

    fn queue_at(&mut self, path: &Path) {
        let (catalog, queued, hot, cold) = (&mut self.catalog, &mut self.queued, &mut self.hot, &mut self.cold);
        // Trouble is told by the listing of everything.
        let _ = self.settings.roots.list_at(path, self.reader.fingerprint, &mut |listed| {
            if catalog.observe(&listed.seen) == Found::News {
                if !queued.insert(listed.path.clone()) {
                    cold.retain(|other| other.path != listed.path);
                    hot.retain(|other| other.path != listed.path);
                }
                hot.push_back(listed);
            }
        });
    }

    fn look_again(&mut self) {
        if let Some((_, folders)) = self.again.take_if(|(at, _)| *at <= clock::mono()) {
            folders.iter().for_each(|folder| self.queue_at(folder));
        }
    }

    fn queue_quiet_parts(&mut self) {
        for id in self.catalog.quiet_parts(clock::mono()) {
            match self.parts.get(&id) {
                Some(listed) if self.queued.insert(listed.path.clone()) => self.cold.push_back(listed.clone()),
                Some(_) => {}
                None => self.catalog.drop_part(&id),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
