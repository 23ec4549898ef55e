//! An installation opened for work: its keys and its spool, and where reading begins under a new grant.

use crate::config::{Config, Paths};
use crate::edge::clock;
use crate::edge::files::{OpenLog, Roots};
use crate::edge::key::{KeyError, KeyFile, Keys, NameKey, random};
use crate::edge::store::{PositionUpdate, Store, StoreError, StoreSettings};
use pipeline::seal::{Opener, Sealer};
use pipeline::tail::{FileRecord, Fingerprint, HEAD_BYTES_MAX, Position, Resume, TAIL_BYTES_MAX, is_whole_record};
use pipeline::time::Wall;
use scrubber::Counts;
use std::io;
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
    /// Nobody knows any more what was read before: what was written before the grant could be read again.
    pub positions_lost: bool,
}

/// Where the spool of these settings lies.
pub fn store_settings(config: &Config, paths: &Paths) -> StoreSettings {
    StoreSettings { folder: paths.state_dir.clone(), bytes_max: config.spool.bytes_max, age_max: config.spool.age_max }
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
        let (keys, keys_are_new) = match file.load() {
            Ok(Some(keys)) => (keys, false),
            Ok(None) => (file.create()?, true),
            Err(KeyError::Damaged) => {
                error!("the key file is damaged and is set aside: pseudonyms and event ids begin anew");
                file.set_aside()?;
                (file.create()?, true)
            }
            Err(fault) => return Err(fault.into()),
        };
        let now = clock::wall();
        let opened = Store::open(store_settings(config, paths), now)?;
        let mut store = opened.store;
        let lost = store.drop_lost(&[keys.seal_key().id()], now)?;
        if lost.segments > 0 {
            error!(segments = lost.segments, events = lost.events, "the key of waiting events is lost");
        }
        // Positions are recognised by keyed hashes, so under a new key they are as good as lost.
        let positions_lost = match opened.set_aside {
            Some(aside) => {
                error!("the spool was damaged and is set aside");
                !aside.positions_kept || keys_are_new
            }
            None => keys_are_new && !store.positions()?.is_empty(),
        };
        Ok(Self { keys, store: Mutex::new(store), positions_lost })
    }

    /// Hashes paths and windows of content.
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint_of(&self.keys)
    }

    /// Opens segments.
    pub fn opener(&self) -> Opener {
        Opener::new(vec![self.keys.seal_key()])
    }

    /// Seals segments, under nonces of its own.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn sealer(&self) -> Result<Sealer, KeyError> {
        Ok(Sealer::new(self.keys.seal_key(), random()?))
    }

    /// The key of pseudonyms and event ids.
    pub fn pseudonym_key(&self) -> scrubber::PseudonymKey {
        self.keys.pseudonym_key()
    }

    /// The keys of the folders of projects: what seals them, and what tags are made with.
    pub fn project_keys(&self) -> (NameKey, scrubber::PseudonymKey) {
        (NameKey::new(&self.keys.derived(PROJECTS)), self.keys.pseudonym_key())
    }

    /// Makes reading begin where each file ends now, so that only what is written from now on is read.
    ///
    /// # Errors
    /// When a file or folder that is there cannot be read, or the spool fails: then some of what is there could be read
    /// later.
    pub fn begin_at_the_ends(&self, roots: &Roots) -> io::Result<u64> {
        let (fingerprint, now) = (self.fingerprint(), clock::wall());
        let mut listed = Vec::new();
        if let Some(trouble) = roots.list(&fingerprint, &mut |file| listed.push(file)).first() {
            return Err(trouble.kind.into());
        }
        let mut updates = Vec::with_capacity(listed.len());
        for file in listed {
            match OpenLog::open(&file.path, &fingerprint) {
                Ok(log) => updates.push(PositionUpdate::Set(end_of(&log, &fingerprint, now)?)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let mut store = super::ship::lock(&self.store);
        store.forget_positions().map_err(io::Error::other)?;
        store.append(&[], &updates, &[], &Counts::default(), now).map_err(io::Error::other)?;
        Ok(updates.len() as u64)
    }

    /// Makes reading begin at the start of every file.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn begin_at_the_starts(&self) -> Result<(), StoreError> {
        super::ship::lock(&self.store).forget_positions()
    }
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
