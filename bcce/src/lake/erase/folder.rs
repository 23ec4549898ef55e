//! Erasing from a folder.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use agent::cli::output::printable;
use indicatif::ProgressBar;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::super::LakeError;
use super::super::folder::layout::{CLASSES, Layout, RECORDS, Unread, Unseen};
use super::lock::Lock;
use super::record::Record;
use super::{Counts, EraseError, Form, Hold, Left, Plan, Pseudonyms, Rewritten, TEAMS_ROWS, add, held, rewrite};

/// How names end of files that are being written; they begin with a dot, and readers of lakes pass over them.
const UNFINISHED: &str = ".erasing";

/// The files of a folder.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    progress: ProgressBar,
}

impl Files {
    /// A folder.
    ///
    /// # Errors
    /// When there is none, or it holds nothing of a lake and never did: what was erased to the last file is one still.
    pub fn open(root: &Path, progress: ProgressBar) -> Result<Self, EraseError> {
        let files = Self { root: root.to_owned(), progress };
        let (layout, _) = files.layout()?;
        let is_empty = layout.events.is_empty() && layout.parquet.is_empty() && layout.refused.is_empty();
        if is_empty && !root.join(RECORDS).is_dir() {
            let foreign = layout.foreign.first().map(|place| printable(place));
            return Err(LakeError::Empty { path: files.shown(), foreign }.into());
        }
        Ok(files)
    }

    pub(super) fn name(&self) -> String {
        format!("folder {}", self.shown().display())
    }

    /// Removes what an erasure that was killed left half written. Nobody else may erase meanwhile.
    pub(super) fn tidy(&self) -> Result<(), EraseError> {
        if self.unfinished()?.is_empty() {
            return Ok(());
        }
        let _lock = self.lock()?;
        for path in self.unfinished()? {
            fs::remove_file(&path).map_err(|source| self.failed(&path, source))?;
        }
        Ok(())
    }

    pub(super) fn lock(&self) -> Result<Lock, EraseError> {
        Lock::take(&self.records()?, RECORDS)
    }

    pub(super) fn plan(&self, of: &Pseudonyms) -> Result<Plan, EraseError> {
        let (layout, unread) = self.layout()?;
        let mut plan = Plan::default();
        plan.left.extend(unread.iter().map(|(place, error)| Left::of(place, error)));
        plan.left.extend(layout.unseen.iter().map(|(place, why)| Left::of(place, why)));
        let unseen: BTreeSet<&str> = layout.unseen.iter().map(|(place, _)| place.as_str()).collect();
        let of_class =
            |number: Option<usize>| number.and_then(|number| CLASSES.get(number)).copied().unwrap_or("unknown class");
        let events = layout.events.iter().chain(&layout.parquet).map(|file| (&file.place, of_class(file.class)));
        let refused = layout.refused.iter().map(|(place, _)| (place, of_class(None)));
        let teams = layout.teams.iter().map(|(place, _)| (place, TEAMS_ROWS));
        let is_seen = |place: &String| !unseen.contains(place.as_str());
        let known: Vec<_> = events.chain(refused).chain(teams).filter(|(place, _)| is_seen(place)).collect();
        let others: Vec<_> = layout.foreign.iter().chain(&layout.hidden).filter(|place| is_seen(place)).collect();
        self.progress.set_length((known.len() + others.len()) as u64);
        for (place, class) in known {
            self.look(&mut plan, place, class, of);
            self.progress.inc(1);
        }
        for place in others {
            match self.read(place) {
                Ok(bytes) if matches!(held(&bytes, Form::Events, of), Ok(0)) => {}
                Ok(_) => {
                    let reason = "it belongs to no lake and may hold events of the user: see to it by hand";
                    plan.left.push(Left::of(place, reason));
                }
                Err(error) if is_gone(&error) => {}
                Err(error) => plan.left.push(Left::of(place, error)),
            }
            self.progress.inc(1);
        }
        self.progress.finish_and_clear();
        Ok(plan)
    }

    fn look(&self, plan: &mut Plan, place: &str, class: &str, of: &Pseudonyms) {
        let bytes = match self.read(place) {
            Ok(bytes) => bytes,
            // The agent may have replaced it by another.
            Err(error) if is_gone(&error) => return,
            Err(error) => return plan.left.push(Left::of(place, error)),
        };
        plan.looked_at += 1;
        match held(&bytes, Form::of(class), of) {
            Ok(0) => {}
            Ok(events) => plan.holds.push(hold(place, class, events)),
            Err(error) => plan.left.push(Left::of(place, error)),
        }
    }

    pub(super) fn erase(&self, plan: &Plan, of: &Pseudonyms) -> Result<(Counts, Vec<Left>), EraseError> {
        let (mut counts, mut left) = (Counts::new(), Vec::new());
        self.progress.set_length(plan.holds.len() as u64);
        for hold in &plan.holds {
            if let Some(erased) = self.erase_one(hold, of, &mut left)? {
                add(&mut counts, hold, erased);
            }
            self.progress.inc(1);
        }
        self.progress.finish_and_clear();
        let again = self.plan(of)?;
        left.extend(again.left);
        left.extend(
            again.holds.iter().map(|hold| Left::of(&hold.place, "it still holds events of the user: run it again")),
        );
        Ok((counts, left))
    }

    fn erase_one(&self, hold: &Hold, of: &Pseudonyms, left: &mut Vec<Left>) -> Result<Option<u64>, EraseError> {
        let path = self.path(&hold.place);
        let failed = |source| self.failed(&path, source);
        let rewritten = match self.read(&hold.place) {
            Ok(bytes) => rewrite(&bytes, Form::of(&hold.class), of),
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => {
                left.push(Left::of(&hold.place, error));
                return Ok(None);
            }
        };
        match rewritten {
            Ok(Rewritten::Untouched) => Ok(None),
            Ok(Rewritten::Without { bytes, erased, .. }) => {
                replace(&path, &bytes).map_err(failed)?;
                Ok(Some(erased))
            }
            Ok(Rewritten::Nothing { erased }) => {
                fs::remove_file(&path).and_then(|()| sync_folder(&path)).map_err(failed)?;
                Ok(Some(erased))
            }
            Err(error) => {
                left.push(Left::of(&hold.place, error));
                Ok(None)
            }
        }
    }

    pub(super) fn keep(&self, record: &Record) -> Result<String, EraseError> {
        let path = self.records()?.join(record.file_name());
        replace(&path, record.text().as_bytes()).map_err(|source| self.failed(&path, source))?;
        Ok(printable(&path.display().to_string()))
    }

    /// Closes the records of interrupted erasures that this one has finished.
    pub(super) fn close(&self, record: &Record) -> Result<(), EraseError> {
        let records = self.records()?;
        for name in self.names_in(&records)? {
            let path = records.join(&name);
            let is_record = name.ends_with(".json") && fs::symlink_metadata(&path).is_ok_and(|kind| kind.is_file());
            // What cannot be read is no record of ours.
            let closed = is_record.then(|| fs::read(&path).ok()).flatten().and_then(|bytes| record.closed(&bytes));
            if let Some(closed) = closed {
                replace(&path, closed.as_bytes()).map_err(|source| self.failed(&path, source))?;
            }
        }
        Ok(())
    }

    /// The folder of records, made where there is none.
    fn records(&self) -> Result<PathBuf, EraseError> {
        let folder = self.root.join(RECORDS);
        fs::create_dir_all(&folder).map_err(|source| self.failed(&folder, source))?;
        let is_folder = fs::symlink_metadata(&folder).is_ok_and(|kind| kind.is_dir());
        let linked = || self.failed(&folder, io::Error::other(Unseen::Link));
        if is_folder { Ok(folder) } else { Err(linked()) }
    }

    /// Files that an erasure has begun to write.
    fn unfinished(&self) -> Result<Vec<PathBuf>, EraseError> {
        let is_unfinished = |name: &str| name.starts_with('.') && name.ends_with(UNFINISHED);
        let (layout, _) = self.layout()?;
        let hidden = layout.hidden.iter().filter(|place| is_unfinished(place.rsplit('/').next().unwrap_or_default()));
        let mut unfinished: Vec<PathBuf> = hidden.map(|place| self.path(place)).collect();
        let records = self.root.join(RECORDS);
        if records.is_dir() {
            let names = self.names_in(&records)?.into_iter().filter(|name| is_unfinished(name));
            unfinished.extend(names.map(|name| records.join(name)));
        }
        Ok(unfinished)
    }

    fn names_in(&self, folder: &Path) -> Result<Vec<String>, EraseError> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|source| self.failed(folder, source))?;
        Ok(entries.iter().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    fn layout(&self) -> Result<(Layout, Vec<Unread>), EraseError> {
        if !self.root.is_dir() {
            return Err(LakeError::NotAFolder(self.shown()).into());
        }
        Ok(Layout::with_unread(&self.root)?)
    }

    /// A file's content; a link is not followed, and nothing is waited for.
    fn read(&self, place: &str) -> io::Result<Vec<u8>> {
        let path = self.path(place);
        let kind = fs::symlink_metadata(&path)?;
        if kind.is_symlink() {
            return Err(io::Error::other(Unseen::Link));
        }
        if kind.is_file() { fs::read(path) } else { Err(io::Error::other(Unseen::Special)) }
    }

    fn path(&self, place: &str) -> PathBuf {
        self.root.join(place)
    }

    /// The folder, as it can be printed.
    fn shown(&self) -> PathBuf {
        printable(&self.root.display().to_string()).into()
    }

    fn failed(&self, path: &Path, source: io::Error) -> EraseError {
        let place = path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        LakeError::Io { place: printable(&place), source }.into()
    }
}

fn hold(place: &str, class: &str, events: u64) -> Hold {
    Hold {
        class: class.to_owned(),
        bucket: String::new(),
        place: place.to_owned(),
        version: String::new(),
        is_latest: true,
        events,
    }
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// Puts a file in the place of another, or of none: it is there whole or not at all, and nobody reads it before who could not read
/// the other.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = match fs::symlink_metadata(path) {
        Ok(old) if !old.is_file() => return Err(io::Error::other(Unseen::Link)),
        Ok(old) => Some(old),
        Err(error) if is_gone(&error) => None,
        Err(error) => return Err(error),
    };
    let beside = path.with_file_name(unfinished_name()?);
    let written = write_new(&beside, bytes, old.as_ref()).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The next erasure removes what cannot be removed now.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_folder(path)
}

fn write_new(path: &Path, bytes: &[u8], old: Option<&fs::Metadata>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()
}

/// A name that nobody can put a file under beforehand; short enough, however long the other's is.
fn unfinished_name() -> io::Result<String> {
    let mut chance = [0; 16];
    SystemRandom::new().fill(&mut chance).map_err(|_| io::Error::other("no random numbers"))?;
    let digits: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!(".{digits}{UNFINISHED}"))
}

/// Brings a change of names to the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
