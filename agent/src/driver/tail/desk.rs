//! The desk from which readers take files: what is to be read next, which files are in hand, and what is known of each.
//!
//! Promises: a file is in one hand at a time, whatever it is called; files just written come before a backlog. Of files
//! that begin alike, one is read to its end before the other, so that a copy goes on where its original ended; a file that was moved
//! comes before the one that lies in its place now. Left out on
//! purpose: reading itself. Start at [`Desk::take`].

use super::read::{Job, Read, Slice};
use super::{Ahead, Behind, TailReport, TailSettings, Until, cwd, repeats};
use crate::edge::clock;
use crate::edge::files::{Folders, Listed, OpenLog, Trouble, number, session_of};
use crate::edge::projects::FOLDER_BYTES_MAX;
use pipeline::tail::{
    Catalog, FileId, FileKey, FileRecord, Fingerprint, Found, HEAD_BYTES_MAX, Probe, Probed, Resumed, Settled, Why,
    WindowHash,
};
use pipeline::time::Wall;
use scrubber::{Source, SourceKind};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Sources remembered at most.
const SOURCES_MAX: usize = 4096;

/// Files told to be behind at most.
const BEHIND_MAX: usize = 20;

/// What a reader that asks for work gets.
pub(super) enum Next {
    /// A slice of a file to read. Give it back with [`Desk::put_back`].
    Job(Box<Job>),
    /// What is left must wait for a file that another reader has in hand.
    Wait,
    /// Nothing is left.
    Nothing,
}

/// Everything that decides on what is read next.
pub(super) struct Desk<'a> {
    settings: TailSettings,
    fingerprint: &'a Fingerprint,
    pub(super) catalog: Catalog,
    folders: Folders,
    /// Files with news: those just written, then the rest.
    hot: VecDeque<Listed>,
    cold: VecDeque<Listed>,
    /// Those that wait for a file that is being read.
    held_up: Vec<(Listed, Marks)>,
    /// The paths in all three.
    queued: BTreeSet<PathBuf>,
    /// Files begun and not read to their end.
    claims: Vec<Claim>,
    /// Where files with an unended last line lie.
    parts: HashMap<FileId, Listed>,
    /// What is known of the files read before.
    sources: HashMap<FileId, (u64, Source)>,
    window: Vec<u8>,
    /// Folders of transcripts that were there at some listing.
    were_there: BTreeSet<PathBuf>,
    /// Since when each file has had bytes that were not read.
    unread_since: HashMap<FileId, Wall>,
    pub(super) report: TailReport,
}

/// What a file is told by.
struct Marks {
    id: FileId,
    path: PathBuf,
    /// How it begins, when it is long enough to be continued by a copy.
    head: Option<WindowHash>,
}

/// Keeps others from files that are, or may be, the same.
struct Claim {
    marks: Marks,
    length: u64,
    /// Whether a reader has it in hand; else it waits in the queue for its next slice.
    in_hand: bool,
}

impl Marks {
    fn may_be(&self, other: &Self) -> bool {
        self.path == other.path || self.id == other.id || (self.head.is_some() && self.head == other.head)
    }
}

impl<'a> Desk<'a> {
    /// A desk with what the store kept, and nothing to read.
    pub(super) fn new(settings: &TailSettings, records: Vec<FileRecord>, fingerprint: &'a Fingerprint) -> Self {
        Self {
            settings: settings.clone(),
            fingerprint,
            catalog: Catalog::new(records, settings.quiet),
            folders: Folders::default(),
            hot: VecDeque::new(),
            cold: VecDeque::new(),
            held_up: Vec::new(),
            queued: BTreeSet::new(),
            claims: Vec::new(),
            parts: HashMap::new(),
            sources: HashMap::new(),
            window: Vec::new(),
            were_there: BTreeSet::new(),
            unread_since: HashMap::new(),
            report: TailReport::default(),
        }
    }

    /// Lists all files and queues those with news; gives the rows to forget. Folders that did not change are opened again
    /// only where changes are not all `notified`.
    pub(super) fn list_all(&mut self, notified: bool) -> Vec<FileKey> {
        if !notified {
            self.folders.forget();
        }
        self.catalog.begin_scan();
        let mut files = 0;
        let mut news = Vec::new();
        let (catalog, queued, folders) = (&mut self.catalog, &mut self.queued, &mut self.folders);
        let troubles = self.settings.roots.list_with(folders, self.fingerprint, &mut |listed| {
            files += 1;
            if catalog.observe(&listed.seen) == Found::News && queued.insert(listed.path.clone()) {
                news.push(listed);
            }
        });
        // A folder that was there and is missing now may come back with all that is in it.
        let (there, missing): (BTreeSet<PathBuf>, BTreeSet<PathBuf>) =
            self.settings.roots.projects().into_iter().partition(|folder| folder.is_dir());
        let whole = troubles.is_empty() && missing.is_disjoint(&self.were_there);
        self.were_there.extend(there);
        // The newest first: they are the most likely to be deleted or added to.
        news.sort_by_key(|listed| Reverse(listed.seen.modified_ns));
        let (moved, news): (Vec<_>, Vec<_>) = news.into_iter().partition(|listed| self.catalog.is_moved(&listed.seen));
        moved.into_iter().rev().for_each(|listed| self.hot.push_front(listed));
        self.cold.extend(news);
        (self.report.files, self.report.troubles) = (files, troubles);
        self.note_unread();
        if whole { self.catalog.end_scan(clock::mono(), clock::wall().0) } else { Vec::new() }
    }

    /// Queues what lies at a path that has news, before any backlog.
    pub(super) fn queue_at(&mut self, path: &Path) {
        let Self { catalog, queued, hot, cold, held_up, .. } = self;
        // Trouble is told by the listing of everything.
        let _ = self.settings.roots.list_at(path, self.fingerprint, &mut |listed| {
            if catalog.observe(&listed.seen) == Found::News {
                if !queued.insert(listed.path.clone()) {
                    cold.retain(|other| other.path != listed.path);
                    hot.retain(|other| other.path != listed.path);
                    held_up.retain(|(other, _)| other.path != listed.path);
                }
                if catalog.is_moved(&listed.seen) {
                    hot.push_front(listed);
                } else {
                    hot.push_back(listed);
                }
            }
        });
    }

    /// Queues files whose unended last line has been quiet for long enough.
    pub(super) fn queue_quiet_parts(&mut self) {
        for id in self.catalog.quiet_parts(clock::mono()) {
            match self.parts.get(&id) {
                Some(listed) if self.queued.insert(listed.path.clone()) => self.cold.push_back(listed.clone()),
                Some(_) => {}
                None => self.catalog.drop_part(&id),
            }
        }
    }

    /// Whether anything waits to be read.
    pub(super) fn has_news(&self) -> bool {
        !(self.hot.is_empty() && self.cold.is_empty() && self.held_up.is_empty())
    }

    /// Files of which bytes wait to be read, or for the end of the slice that a reader has in hand, and about how many.
    fn unread(&self) -> impl Iterator<Item = (FileId, u64)> {
        let queued = self.hot.iter().chain(&self.cold).chain(self.held_up.iter().map(|(listed, _)| listed));
        let queued = queued.map(|listed| (listed.seen.key.id, listed.seen.length));
        let in_hand = self.claims.iter().filter(|claim| claim.in_hand).map(|claim| (claim.marks.id, claim.length));
        queued.chain(in_hand).filter_map(|(id, length)| {
            let read = self.catalog.position(&id).map_or(0, |position| position.offset);
            (length > read).then(|| (id, length - read))
        })
    }

    /// About how many bytes wait to be read.
    pub(super) fn unread_bytes(&self) -> u64 {
        self.unread().map(|(_, bytes)| bytes).sum()
    }

    /// Puts down in the report what waits to be read, and since when.
    pub(super) fn note_unread(&mut self) {
        let now = clock::wall();
        let unread: HashMap<FileId, u64> = self.unread().collect();
        let before = std::mem::take(&mut self.unread_since);
        self.unread_since = unread.keys().map(|id| (*id, before.get(id).copied().unwrap_or(now))).collect();
        let since = |id: &FileId| self.unread_since.get(id).copied().unwrap_or(now);
        let behind = unread.iter().map(|(id, bytes)| Behind { number: number(id), bytes: *bytes, since: since(id) });
        let mut behind: Vec<_> = behind.collect();
        behind.sort_by_key(|file| (Reverse(file.bytes), file.number));
        behind.truncate(BEHIND_MAX);
        self.report.unread_since = self.report.unread_since.filter(|_| !unread.is_empty());
        if !unread.is_empty() {
            self.report.unread_since.get_or_insert(now);
        }
        self.report.unread_bytes = unread.values().sum();
        self.report.behind = behind;
    }

    /// The next slice to read.
    pub(super) fn take(&mut self) -> Next {
        while let Some(listed) = self.next_listed() {
            let mut marks = Marks { id: listed.seen.key.id, path: listed.path.clone(), head: None };
            if self.is_claimed(&marks) {
                self.held_up.push((listed, marks));
                continue;
            }
            match OpenLog::open(&listed.path, self.fingerprint) {
                Ok(log) => {
                    (marks.id, marks.head) = (log.seen().key.id, self.head(&log));
                    if self.is_claimed(&marks) {
                        self.held_up.push((listed, marks));
                    } else if let Some(job) = self.begin(listed, log, marks) {
                        return Next::Job(Box::new(job));
                    }
                }
                Err(error) => {
                    self.dequeue(&listed.path);
                    self.lost_sight(&listed, error.kind());
                }
            }
        }
        if self.claims.iter().any(|claim| claim.in_hand) { Next::Wait } else { Next::Nothing }
    }

    fn next_listed(&mut self) -> Option<Listed> {
        if self.hot.is_empty() && self.cold.is_empty() && !self.claims.iter().any(|claim| claim.in_hand) {
            // Files that were rewritten while they waited for their next slice could wait for each other.
            self.claims.clear();
        }
        let free = self.held_up.iter().position(|(_, marks)| !self.is_claimed(marks));
        let held_up = free.map(|at| self.held_up.remove(at).0);
        held_up.or_else(|| self.hot.pop_front()).or_else(|| self.cold.pop_front())
    }

    /// Whether another file, or another slice of this one, comes first.
    fn is_claimed(&self, marks: &Marks) -> bool {
        let its_own = |claim: &Claim| !claim.in_hand && claim.marks.path == marks.path;
        self.claims.iter().any(|claim| claim.marks.may_be(marks) && !its_own(claim))
    }

    /// A path leaves the queue, and with it the claim of a file that waited there for its next slice.
    fn dequeue(&mut self, path: &Path) {
        self.queued.remove(path);
        self.claims.retain(|claim| claim.in_hand || claim.marks.path != path);
    }

    /// The start of a file that is long enough for being continued by a copy.
    fn head(&mut self, log: &OpenLog) -> Option<WindowHash> {
        if log.seen().length < HEAD_BYTES_MAX {
            return None;
        }
        match Windows::of(log, None, self.fingerprint, &mut self.window).window(0..HEAD_BYTES_MAX) {
            Probed::Hash(head) => Some(head),
            Probed::Short | Probed::Failed => None,
        }
    }

    fn begin(&mut self, listed: Listed, log: OpenLog, marks: Marks) -> Option<Job> {
        self.dequeue(&listed.path);
        let id = marks.id;
        let due = self.settings.until == Until::CaughtUp || self.catalog.quiet_parts(clock::mono()).contains(&id);
        let mut probe = Windows::of(&log, marks.head, self.fingerprint, &mut self.window);
        let Some(resumed) = self.catalog.resume(log.seen(), &mut probe, clock::mono()) else {
            let kind = probe.failed.unwrap_or(ErrorKind::Other);
            self.lost_sight(&listed, kind);
            return None;
        };
        let resumed = match self.without_repeated(&listed, &log, resumed) {
            Ok(resumed) => resumed,
            Err(error) => {
                self.lost_sight(&listed, error.kind());
                return None;
            }
        };
        let source = match self.source(&listed, &log, &resumed) {
            Ok(source) => source,
            Err(error) => {
                self.lost_sight(&listed, error.kind());
                return None;
            }
        };
        self.claims.push(Claim { marks, length: log.seen().length, in_hand: true });
        let ahead = if self.has_news() { Ahead::More } else { Ahead::Nothing };
        Some(Job { listed, log, resumed, source, due, ahead })
    }

    /// Holds back what the file repeats of others that is held back there, as long as no record with an id was read of it.
    fn without_repeated(&mut self, listed: &Listed, log: &OpenLog, resumed: Resumed) -> io::Result<Resumed> {
        let begun = resumed.floor.map_or(0, |floor| floor.offset);
        let read = begun..resumed.position.offset;
        if listed.kind != SourceKind::Transcript || read.end < read.start || !self.catalog.holds_back() {
            return Ok(resumed);
        }
        // Lines without an id, which may stand before a copy, tell nothing.
        if !read.is_empty() && !repeats::holds_no_id(log, read.clone())? {
            return Ok(resumed);
        }
        let held_back = |id: &FileId| self.catalog.held_back(id);
        let end = repeats::end_of_repeated((&listed.path, log), read.end, self.fingerprint, held_back)?;
        let Some(end) = end.filter(|end| *end > read.end) else { return Ok(resumed) };
        let mut probe = Windows::of(log, None, self.fingerprint, &mut self.window);
        let held = self.catalog.hold_back(log.seen(), resumed, end, &mut probe);
        held.ok_or_else(|| probe.failed.unwrap_or(ErrorKind::UnexpectedEof).into())
    }

    /// What is known of the file: as it was left when reading goes on there, else from its name and a look at its lines.
    fn source(&mut self, listed: &Listed, log: &OpenLog, resumed: &Resumed) -> io::Result<Source> {
        let left = self.sources.remove(&log.seen().key.id);
        if let (Why::Same, Some((offset, source))) = (resumed.why, left)
            && offset == resumed.position.offset
            && source.cwd.is_some()
        {
            return Ok(source);
        }
        let (session, cwd) = match listed.kind {
            SourceKind::History => (String::new(), None),
            SourceKind::Transcript => {
                let (file, offset) = ((listed.path.as_path(), log), resumed.position.offset);
                let cwd = cwd::of_session(file, offset, self.fingerprint, &mut self.window)?;
                (session_of(&listed.path), cwd)
            }
        };
        Ok(Source { kind: listed.kind, session, cwd })
    }

    /// Takes back a file with what reading it brought.
    pub(super) fn put_back(&mut self, job: Job, read: &Read) {
        let seen = *job.log.seen();
        let id = seen.key.id;
        let settled = match read.ended {
            Slice::More | Slice::Unreadable(_) => Settled::More,
            Slice::End => Settled::End,
            Slice::Part if job.due => Settled::BrokenPart,
            Slice::Part => Settled::Part,
        };
        if let Some(position) = read.position {
            self.catalog.read(&seen, position, settled, clock::mono(), clock::wall().0);
            if self.sources.len() >= SOURCES_MAX {
                self.sources.clear();
            }
            if job.source.cwd.as_ref().is_none_or(|cwd| cwd.len() <= FOLDER_BYTES_MAX) {
                self.sources.insert(id, (position.offset, job.source));
            }
        }
        let is_its_own = |claim: &Claim| claim.marks.id == id;
        match read.ended {
            Slice::More => {
                self.claims.iter_mut().filter(|claim| is_its_own(claim)).for_each(|claim| claim.in_hand = false);
                if self.queued.insert(job.listed.path.clone()) {
                    self.cold.push_front(job.listed);
                }
                return;
            }
            Slice::Part if !job.due => drop(self.parts.insert(id, job.listed)),
            Slice::Part | Slice::End => drop(self.parts.remove(&id)),
            Slice::Unreadable(kind) => self.lost_sight(&job.listed, kind),
        }
        self.claims.retain(|claim| !is_its_own(claim));
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
}

/// Hashes windows of an open file.
struct Windows<'a> {
    log: &'a OpenLog,
    /// How the file begins, where that is known already.
    head: Option<WindowHash>,
    fingerprint: &'a Fingerprint,
    window: &'a mut Vec<u8>,
    failed: Option<ErrorKind>,
}

impl<'a> Windows<'a> {
    fn of(log: &'a OpenLog, head: Option<WindowHash>, fingerprint: &'a Fingerprint, window: &'a mut Vec<u8>) -> Self {
        Self { log, head, fingerprint, window, failed: None }
    }
}

impl Probe for Windows<'_> {
    fn window(&mut self, range: Range<u64>) -> Probed {
        if let Some(head) = self.head.filter(|_| range == (0..HEAD_BYTES_MAX)) {
            return Probed::Hash(head);
        }
        let length = usize::try_from(range.end - range.start).unwrap_or(0);
        self.window.resize(length, 0);
        match self.log.read_at(range.start, self.window) {
            Ok(count) if count == length => Probed::Hash(self.fingerprint.window(self.window)),
            Ok(_) => Probed::Short,
            Err(error) => {
                self.failed = Some(error.kind());
                Probed::Failed
            }
        }
    }
}
