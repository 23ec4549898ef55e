//! An installation opened for work: its keys and its spool, and where reading begins under a new grant.

use crate::config::{Config, Paths};
use crate::edge::clock;
use crate::edge::files::{HistoryFile, OpenLog, Roots};
use crate::edge::key::{KeyError, KeyFile, Keys, NameKey, random};
use crate::edge::store::{BACKFILL_AFTER, Beginnings, Store, StoreError, StoreSettings};
use pipeline::seal::{Opener, SealKey, Sealer};
use pipeline::tail::{
    FileKey, FileRecord, Fingerprint, HEAD_BYTES_MAX, Position, Resume, TAIL_BYTES_MAX, is_whole_record,
};
use pipeline::time::Wall;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing::error;

/// What the positions' keyed hashes are made with.
const FINGERPRINT: &str = "fingerprint";
/// What the folders of projects are sealed with.
const PROJECTS: &str = "project folders";

/// The installation could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The keys cannot be read or made.
    #[error("cannot use the installation's keys")]
    Keys(#[from] KeyError),
    /// The spool cannot be opened.
    #[error("cannot open the spool")]
    Store(#[from] StoreError),
}

/// Keys and spool.
pub struct Session {
    keys: Keys,
    /// The spool, shared between the threads that fill and empty it.
    pub store: Mutex<Store>,
}

/// Where it is not known how far the grant lets files be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// Nowhere.
    Nothing,
    /// In these folders, of which the grant did not know.
    Folders(Vec<PathBuf>),
    /// Everywhere: the spool or its key was lost.
    Everything,
}

/// Where the spool of these settings lies.
pub fn store_settings(config: &Config, paths: &Paths) -> StoreSettings {
    StoreSettings { folder: paths.state_dir.clone(), bytes_max: config.spool.bytes_max, age_max: config.spool.age_max }
}

/// Puts a fresh spool in the place of one that is damaged. Call it as the one instance that works, once nothing has it open.
///
/// # Errors
/// When the damaged one cannot be set aside.
pub fn replace_damaged(config: &Config, paths: &Paths) -> Result<(), StoreError> {
    Store::replace_damaged(store_settings(config, paths), clock::wall()).map(|_| ())
}

/// Claude Code's folders of these settings.
pub fn roots(config: &Config, paths: &Paths) -> Roots {
    Roots { folders: paths.roots.clone(), history: config.tail.history }
}

/// What an installation with these keys hashes paths and windows of content with.
pub fn fingerprint_of(keys: &Keys) -> Fingerprint {
    Fingerprint::new(&keys.derived(FINGERPRINT))
}

impl Session {
    /// Opens keys and spool, making both where they are missing: call it after consent only.
    ///
    /// # Errors
    /// When either cannot be used.
    pub fn open(config: &Config, paths: &Paths) -> Result<Self, SessionError> {
        let file = KeyFile::new(&paths.state_dir);
        let (place, now) = (config.spool.keys, clock::wall());
        let mut keys = match file.load() {
            Ok(Some(keys)) => keys,
            Ok(None) => {
                if Store::exists(&store_settings(config, paths)) {
                    error!("the key file is gone: pseudonyms and event ids begin anew");
                }
                file.create(place, now)?
            }
            Err(fault @ (KeyError::Damaged | KeyError::Lost)) => {
                error!(%fault, "the key file is set aside: pseudonyms and event ids begin anew");
                file.set_aside()?;
                file.create(place, now)?
            }
            Err(fault) => return Err(fault.into()),
        };
        if let Err(fault) = file.settle(&keys, place) {
            // They are where they were; it is tried again at the next start.
            error!(%fault, "the keys cannot be moved");
        }
        let mut store = Store::open(store_settings(config, paths), now)?.store;
        let ids: Vec<_> = keys.seal_keys().iter().map(SealKey::id).collect();
        let lost = store.drop_lost(&ids, now)?;
        if lost.segments > 0 {
            error!(segments = lost.segments, events = lost.events, "the key of waiting events is lost");
        }
        if let Err(fault) = file.renew(&mut keys, &store.key_ids()?, now) {
            // The older key goes on sealing; it is tried again at the next start.
            error!(%fault, "the spool's key cannot be renewed");
        }
        Ok(Self { keys, store: Mutex::new(store) })
    }

    /// The installation with a spool in memory, which leaves the one on the disk to the agent that may run.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn beside(config: &Config, paths: &Paths, keys: Keys) -> Result<Self, StoreError> {
        Ok(Self { keys, store: Mutex::new(Store::in_memory(store_settings(config, paths))?) })
    }

    /// Hashes paths and windows of content.
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint_of(&self.keys)
    }

    /// Opens segments.
    pub fn opener(&self) -> Opener {
        Opener::new(self.keys.seal_keys())
    }

    /// Seals segments, under nonces of its own.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn sealer(&self) -> Result<Sealer, KeyError> {
        let newest = self.keys.seal_keys().into_iter().next().ok_or(KeyError::Damaged)?;
        Ok(Sealer::new(newest, random()?))
    }

    /// The key of pseudonyms and event ids.
    pub fn pseudonym_key(&self) -> scrubber::PseudonymKey {
        self.keys.pseudonym_key()
    }

    /// The keys of the folders of projects: what seals them, and what tags are made with.
    pub fn project_keys(&self) -> (NameKey, scrubber::PseudonymKey) {
        (NameKey::new(&self.keys.derived(PROJECTS)), self.keys.pseudonym_key())
    }

    /// Says where it is not known how far the grant lets files be read. What tells of folders are hashes under the
    /// installation's key, so a lost key counts as nothing known.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn unknown(&self, roots: &Roots) -> Result<Unknown, StoreError> {
        let (fingerprint, covered) = (self.fingerprint(), super::ship::lock(&self.store).covered()?);
        let (covered, _) = covered.as_chunks();
        if !covered.contains(&mark(&fingerprint, Path::new(""))) {
            return Ok(Unknown::Everything);
        }
        let mut folders = roots.resolved();
        folders.retain(|folder| !covered.contains(&mark(&fingerprint, folder)));
        Ok(if folders.is_empty() { Unknown::Nothing } else { Unknown::Folders(folders) })
    }

    /// Where reading goes on now.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn reading(&self) -> Result<Beginnings, StoreError> {
        let store = super::ship::lock(&self.store);
        Ok(Beginnings { records: store.positions()?, covered: store.covered()? })
    }

    /// Makes reading go on where it did.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn read_on(&self, reading: &Beginnings) -> Result<(), StoreError> {
        super::ship::lock(&self.store).begin_again(reading)
    }

    /// Makes reading begin where each file ends now, so that only what is written from now on is read. That goes for the
    /// history of prompts too, whether it is read by now or not.
    ///
    /// # Errors
    /// When a file or folder that is there cannot be read, or the spool fails: then some of what is there could be read
    /// later.
    pub fn begin_at_the_ends(&self, roots: &Roots) -> io::Result<u64> {
        let records = self.ends(roots)?;
        let mut store = super::ship::lock(&self.store);
        store.begin_anew(&records, &self.covering(roots)).map_err(io::Error::other)?;
        Ok(records.len() as u64)
    }

    /// Makes reading begin where it began under this consent, in files that were there then, and at the start of all others. Says
    /// in how many; `None` where that is not known.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn begin_at_the_grant(&self, consent: &str) -> Result<Option<u64>, StoreError> {
        let mut store = super::ship::lock(&self.store);
        // What is hashed under a lost key tells nothing.
        let ours = mark(&self.fingerprint(), Path::new(""));
        let known = |kept: &Beginnings| kept.covered.as_chunks().0.contains(&ours);
        let Some(kept) = store.beginnings(consent).filter(known) else { return Ok(None) };
        store.begin_again(&kept)?;
        Ok(Some(kept.records.len() as u64))
    }

    /// Makes reading begin at the start of every file once another consent than `before` is in force that covers what is there:
    /// were it at once and that consent not given in the end, what `before` holds back would be read.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn begin_at_the_starts_after(&self, before: &str) -> Result<(), StoreError> {
        super::ship::lock(&self.store).set_meta(BACKFILL_AFTER, before.as_bytes())
    }

    /// Whether reading is to begin at the start of every file under this consent, which covers what is there.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn is_to_begin_at_the_starts(&self, consent: &str) -> Result<bool, StoreError> {
        Ok(super::ship::lock(&self.store).meta(BACKFILL_AFTER)?.is_some_and(|before| before != consent.as_bytes()))
    }

    /// Makes reading begin at the start of every file under this consent.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn begin_at_the_starts(&self, roots: &Roots, consent: &str) -> Result<(), StoreError> {
        let mut store = super::ship::lock(&self.store);
        store.begin_anew(&[], &self.covering(roots))?;
        // Should this fail, it begins once more.
        store.set_meta(BACKFILL_AFTER, consent.as_bytes())
    }

    /// Makes reading begin at the ends of the files in `folders`, of which the grant did not know. Elsewhere it goes on.
    ///
    /// # Errors
    /// As [`begin_at_the_ends`](Self::begin_at_the_ends).
    pub fn add_at_the_ends(&self, folders: Vec<PathBuf>) -> io::Result<u64> {
        let roots = Roots { folders, history: HistoryFile::Read };
        let mut records = self.ends(&roots)?;
        let mut store = super::ship::lock(&self.store);
        let known: HashSet<FileKey> =
            store.positions().map_err(io::Error::other)?.iter().map(|record| record.key).collect();
        records.retain(|record| !known.contains(&record.key));
        let covered = [store.covered().map_err(io::Error::other)?, self.covering(&roots)].concat();
        store.begin_also(&records, &covered).map_err(io::Error::other)?;
        Ok(records.len() as u64)
    }

    /// Where each file ends now.
    fn ends(&self, roots: &Roots) -> io::Result<Vec<FileRecord>> {
        let (fingerprint, now) = (self.fingerprint(), clock::wall());
        let roots = Roots { history: HistoryFile::Read, ..roots.clone() };
        let mut listed = Vec::new();
        if let Some(trouble) = roots.list(&fingerprint, &mut |file| listed.push(file)).first() {
            return Err(trouble.kind.into());
        }
        let mut records = Vec::with_capacity(listed.len());
        for file in listed {
            match OpenLog::open(&file.path, &fingerprint) {
                Ok(log) => records.push(end_of(&log, &fingerprint, now)?),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    /// What tells the store of these folders, and of the key.
    fn covering(&self, roots: &Roots) -> Vec<u8> {
        let fingerprint = self.fingerprint();
        let folders = roots.resolved();
        let key = std::iter::once(Path::new(""));
        key.chain(folders.iter().map(PathBuf::as_path)).flat_map(|folder| mark(&fingerprint, folder)).collect()
    }
}

fn mark(fingerprint: &Fingerprint, folder: &Path) -> [u8; 16] {
    fingerprint.path(folder.as_os_str().as_encoded_bytes()).0
}

/// The position at the end of a file, which is its floor as well. An unended last line was begun before consent and is skipped.
fn end_of(log: &OpenLog, fingerprint: &Fingerprint, now: Wall) -> io::Result<FileRecord> {
    let offset = log.seen().length;
    let window = |start: u64, length: u64| -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let read = log.read_at(start, &mut bytes)?;
        bytes.truncate(read);
        Ok(bytes)
    };
    let head = window(0, offset.min(HEAD_BYTES_MAX))?;
    let tail_length = offset.min(TAIL_BYTES_MAX);
    let tail = window(offset - tail_length, tail_length)?;
    let last = tail.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    // A whole record without its newline is behind us; half a record was begun before consent and is skipped.
    let at_a_line = last.is_empty() || is_whole_record(last);
    let resume = if at_a_line { Resume::LineStart } else { Resume::SkipBegun };
    let position = Position { offset, resume, head: fingerprint.window(&head), tail: fingerprint.window(&tail) };
    let floor = (offset > 0).then_some(position);
    Ok(FileRecord { key: log.seen().key, position, floor, updated_ms: now.0 })
}

#[cfg(test)]
#[path = "session_tests.rs"]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
