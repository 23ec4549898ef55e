//! What folders held when they were listed last. To open a folder wakes everybody who watches it, ourselves included, and one
//! whose own time of change is the same holds the same names.

use super::{is_never_read, is_transcript_name};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A time of change that is younger than this when a folder is listed may hold for a later change as well: the coarsest clock of
/// file systems in use ticks every two seconds.
const YOUNG: Duration = Duration::from_secs(3);
/// After so many listings all is listed anew, for file systems that do not keep the time: every ten minutes by default.
const LISTINGS_MAX: u32 = 20;

/// Remembers folders from listing to listing.
#[derive(Debug, Default)]
pub struct Folders {
    known: HashMap<PathBuf, Known>,
    listings: u32,
}

#[derive(Debug)]
struct Known {
    modified: SystemTime,
    entries: Vec<Entry>,
    /// The listing that came across it last.
    seen: u32,
}

/// A folder or a transcript by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: OsString,
    pub(super) is_folder: bool,
}

impl Folders {
    /// Forgets everything: the next listing opens every folder.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// A listing of everything begins.
    pub(super) fn begin(&mut self) {
        let last = self.listings;
        self.listings = self.listings.wrapping_add(1);
        self.known.retain(|_, known| known.seen == last);
        if self.listings.is_multiple_of(LISTINGS_MAX) {
            self.forget();
        }
    }

    /// The folders and transcripts in a folder whose facts these are, and what is wrong with single ones.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub(super) fn entries(&mut self, folder: &Path, facts: &Metadata) -> io::Result<(Vec<Entry>, Vec<io::Error>)> {
        let modified = facts.modified()?;
        if let Some(known) = self.known.get_mut(folder).filter(|known| known.modified == modified) {
            known.seen = self.listings;
            return Ok((known.entries.clone(), Vec::new()));
        }
        let now = SystemTime::now();
        let (entries, troubles) = read(folder)?;
        let old = now.duration_since(modified).is_ok_and(|age| age >= YOUNG);
        if old && troubles.is_empty() {
            let known = Known { modified, entries: entries.clone(), seen: self.listings };
            self.known.insert(folder.to_owned(), known);
        } else {
            self.known.remove(folder);
        }
        Ok((entries, troubles))
    }
}

/// Reads a folder.
pub(super) fn read(folder: &Path) -> io::Result<(Vec<Entry>, Vec<io::Error>)> {
    let (mut entries, mut troubles) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        // Does not follow a symbolic link.
        let entry = entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name())));
        match entry {
            Ok((kind, name)) if kind.is_dir() && !is_never_read(&name) => entries.push(Entry { name, is_folder: true }),
            Ok((kind, name)) if kind.is_file() && is_transcript_name(&name) => {
                entries.push(Entry { name, is_folder: false });
            }
            Ok(_) => {}
            Err(error) => troubles.push(error),
        }
    }
    Ok((entries, troubles))
}
