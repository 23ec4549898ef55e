//! The tail loop: finds transcripts with news, reads them, has their lines scrubbed and hands runs of events to the spool.
//!
//! Promises: an event and the position after it travel in one [`Run`]; a position never passes a line that was not
//! scrubbed, or counted as too long; handing over blocks while the spool is full, and then nothing is read. Files that were
//! just written come before a backlog, so that one deleted seconds later is read in time. No file is open while waiting.
//! A second thread helps with a backlog, never more, and each file's lines keep their order.
//!
//! Left out on purpose: when to start and stop, which policy is in force, storing. Start at [`Tail::run`]; [`desk`] says
//! what is read next.

mod cwd;
mod desk;
mod policy;
mod progress;
mod pull;
mod read;
mod repeats;

pub use policy::{PolicyScrubber, ToStore};

use crate::edge::clock;
use crate::edge::files::{Roots, Trouble};
use crate::edge::watch::{Inbox, Signals, Watch};
use desk::Desk;
use pipeline::tail::{FileKey, FileRecord, Fingerprint};
use pipeline::time::{Mono, Wall};
use progress::Progress;
use pull::Shared;
use read::Reader;
use scrubber::{Counts, EventsByTier, Outcome, RawLine, Source};
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::time::Duration;

/// Time between listings where the system notifies of nothing.
const RESCAN_UNWATCHED: Duration = Duration::from_secs(5);
/// How long hints are gathered before they are followed: one record is often written in several pieces.
const GATHER: Duration = Duration::from_millis(20);
/// When a new folder is looked into again: files may have come before its watch did.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Bytes that wait to be read from which on a second thread helps: some tenths of a second's work for one.
const BACKLOG_BYTES: u64 = 8 * 1024 * 1024;

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
    /// Whether another run is about to follow.
    pub ahead: Ahead,
}

/// Whether there is more to read behind what is handed over, so that storing several runs together is worth a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// More will be handed over at once.
    More,
    /// Nothing is known of more.
    Nothing,
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

    /// Counts lines that were skipped since they, or what stood in their place, were there before consent.
    fn before_consent(&mut self, lines: u64);

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
    /// About how many bytes were found and not read yet.
    pub unread_bytes: u64,
    /// Since when there have been such bytes without a break.
    pub unread_since: Option<Wall>,
    /// The files with the most of them, the most first.
    pub behind: Vec<Behind>,
}

/// A file that was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// Its number on its device (inode, or file index on Windows), which names nobody.
    pub number: u128,
    /// About how many bytes are left.
    pub bytes: u64,
    /// Since when there have been some without a break.
    pub since: Wall,
}

/// Where the tailer tells what it saw when it is new; while a backlog is read, once a second.
pub type OnReport<'a> = dyn FnMut(&TailReport) + 'a;

/// Makes the partners of one more reader; none when they cannot be had.
pub type MakeHelper<'a, L, S> = dyn Fn() -> Option<(L, S)> + Send + 'a;

/// The tailer. Made with what the store kept of each file.
pub struct Tail<'a, L, S> {
    settings: TailSettings,
    inbox: Inbox,
    watch: Option<Watch>,
    desk: Shared<'a>,
    reader: Reader<'a, L, S>,
    helper: Option<Box<MakeHelper<'a, L, S>>>,
    again: Option<(Mono, BTreeSet<PathBuf>)>,
    /// Whether trouble was logged and not yet its end.
    troubled: bool,
}

impl<'a, L: LineScrubber + Send, S: Spooler + Send> Tail<'a, L, S> {
    /// Puts a tailer together. `records` is what the store kept; hints and the wish to end come in through `inbox`.
    pub fn new(
        settings: TailSettings,
        records: Vec<FileRecord>,
        fingerprint: &'a Fingerprint,
        inbox: Inbox,
        scrubber: L,
        spooler: S,
    ) -> Self {
        Self {
            inbox,
            watch: None,
            desk: Shared::new(Desk::new(&settings, records, fingerprint)),
            reader: Reader::new(fingerprint, settings.line_bytes_max, scrubber, spooler),
            helper: None,
            settings,
            again: None,
            troubled: false,
        }
    }

    /// Has a second thread scrub while there is a backlog; `make` is asked for what it works with each time.
    #[must_use]
    pub fn helped_by(mut self, make: Box<MakeHelper<'a, L, S>>) -> Self {
        self.helper = Some(make);
        self
    }

    /// Tails until the settings say that it is over. Runs on a thread of its own and gives back what it was made of.
    ///
    /// # Errors
    /// When the spool was closed.
    pub fn run(self, on_report: &mut OnReport<'_>) -> Result<(L, S), SpoolClosed> {
        self.run_telling(Progress::new(on_report))
    }

    fn run_telling(mut self, mut progress: Progress<'_, '_>) -> Result<(L, S), SpoolClosed> {
        if self.settings.until == Until::Stopped {
            self.watch = Some(Watch::new(self.inbox.clone()));
        }
        let mut rescan_at = Mono::default();
        loop {
            let now = clock::mono();
            if rescan_at <= now {
                self.list_all()?;
                progress.tell(self.desk.get_mut());
                rescan_at = clock::mono().after(self.rescan_interval());
            }
            self.work(&mut progress)?;
            let desk = self.desk.get_mut();
            progress.tell(desk);
            if self.inbox.is_stopped() || self.settings.until == Until::CaughtUp {
                self.tell_trouble();
                return Ok(self.reader.into_partners());
            }
            let again = self.again.as_ref().map(|(at, _)| *at);
            let wake_at = [desk.catalog.poll_deadline(), again].into_iter().flatten().fold(rescan_at, Mono::min);
            let mut signals = self.inbox.wait(Some(clock::mono().until(wake_at)));
            if !signals.stop && !signals.changed.is_empty() {
                std::thread::sleep(GATHER);
                let more = self.inbox.take();
                signals.changed.extend(more.changed);
                signals.rescan |= more.rescan;
                signals.stop |= more.stop;
            }
            if signals.stop {
                return Ok(self.reader.into_partners());
            }
            if signals.rescan {
                rescan_at = Mono::default();
            }
            follow(desk, &mut self.again, signals);
            if let Some((_, folders)) = self.again.take_if(|(at, _)| *at <= clock::mono()) {
                folders.iter().for_each(|folder| desk.queue_at(folder));
            }
            desk.queue_quiet_parts();
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
        // Watched first: what comes after that is told.
        if let Some(watch) = &mut self.watch {
            watch.sync(&self.settings.roots.projects());
        }
        let notified = self.watch.as_ref().is_some_and(Watch::is_complete);
        let forgotten = self.desk.get_mut().list_all(notified);
        if forgotten.is_empty() { Ok(()) } else { self.reader.forget(&forgotten) }
    }

    /// Logs when trouble starts and when it ends: what listing and opening met since the last listing.
    fn tell_trouble(&mut self) {
        let count = self.desk.get_mut().report.troubles.len();
        if count > 0 && !self.troubled {
            tracing::warn!(count, "some transcripts or folders cannot be read");
        } else if count == 0 && self.troubled {
            tracing::info!("all transcripts can be read again");
        }
        self.troubled = count > 0;
    }

    /// Reads files until none has news, a slice at a time; hints that come in meanwhile go first.
    fn work(&mut self, progress: &mut Progress<'_, '_>) -> Result<(), SpoolClosed> {
        let backlog = self.desk.get_mut().unread_bytes() >= BACKLOG_BYTES;
        let helper = self.helper.as_ref().filter(|_| backlog).and_then(|make| make());
        let Self { desk, reader, inbox, again, settings, .. } = self;
        let (desk, inbox): (&Shared<'_>, &Inbox) = (desk, inbox);
        let mut between = |desk: &mut Desk<'_>| {
            progress.tell_some(desk);
            if settings.until == Until::Stopped && desk.has_news() {
                let signals = inbox.take();
                if signals.rescan {
                    // Kept for when the backlog is done.
                    inbox.rescan();
                }
                follow(desk, again, signals);
            }
        };
        std::thread::scope(|scope| {
            let helping = helper.map(|(scrubber, spooler)| {
                let mut reader = Reader::new(reader.fingerprint, reader.line_bytes_max, scrubber, spooler);
                scope.spawn(move || desk.pull(&mut reader, inbox, &mut |_| {}))
            });
            let own = desk.pull(reader, inbox, &mut between);
            let helped = helping.map_or(Ok(()), |thread| thread.join().unwrap_or_else(|fault| resume_unwind(fault)));
            own.and(helped)
        })
    }
}

/// Queues what hints point to, before any backlog.
fn follow(desk: &mut Desk<'_>, again: &mut Option<(Mono, BTreeSet<PathBuf>)>, signals: Signals) {
    let mut folders = BTreeSet::new();
    for path in signals.changed {
        desk.queue_at(&path);
        if !path.file_name().is_some_and(crate::edge::files::is_transcript_name) {
            folders.insert(path);
        }
    }
    if !folders.is_empty() {
        let at = clock::mono().after(LOOK_AGAIN);
        again.get_or_insert_with(|| (at, BTreeSet::new())).1.extend(folders);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
