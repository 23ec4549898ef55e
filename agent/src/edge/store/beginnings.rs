//! Where reading began under a consent, kept beside the database: should that be lost, what was written since is read again, and
//! nothing from before.
//!
//! Promises: what is here is no later than what the database knows, it is given out under the consent alone for which it was kept,
//! and a damaged file counts as none. Offsets and keyed hashes only.

use std::fs;
use std::io;
use std::path::PathBuf;

use pipeline::tail::FileRecord;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use super::super::private;
use super::{Store, StoreError, StoreSettings, files};

const FILE: &str = "beginnings";
const MAGIC: &[u8; 8] = b"bcce-bg1";

/// Where reading began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginnings {
    /// Where each file ended that was there.
    pub records: Vec<FileRecord>,
    /// What tells of the folders in which that is known.
    pub covered: Vec<u8>,
}

impl Store {
    /// Keeps where reading began under a consent, as the database knows it.
    ///
    /// # Errors
    ///
    /// When the database or the file fails; then what was kept before is kept, or nothing.
    pub fn keep_beginnings(&self, consent: &str) -> Result<(), StoreError> {
        let records = files::all(&self.connection)?.into_iter();
        let records = records.filter_map(|record| Some(FileRecord { position: record.floor?, ..record })).collect();
        let bytes = encode(consent, &Beginnings { records, covered: self.covered()? });
        let path = path(&self.settings);
        if fs::read(&path).is_ok_and(|kept| kept == bytes) {
            return Ok(());
        }
        private::replace(&path, &bytes).map_err(StoreError::Folder)
    }

    /// Where reading began under this consent; `None` where nothing tells.
    pub fn beginnings(&self, consent: &str) -> Option<Beginnings> {
        decode(&fs::read(path(&self.settings)).ok()?, consent)
    }
}

/// Forgets where reading began: before it begins elsewhere, so that an earlier beginning is never taken for a later one.
pub(super) fn forget(settings: &StoreSettings) -> Result<(), StoreError> {
    match fs::remove_file(path(settings)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.and_then(|()| private::sync_folder(&settings.folder)).map_err(StoreError::Folder),
    }
}

fn path(settings: &StoreSettings) -> PathBuf {
    settings.folder.join(FILE)
}

/// Magic, a digest of what follows, consent, folders, rows.
fn encode(consent: &str, beginnings: &Beginnings) -> Vec<u8> {
    let mut rest = Vec::new();
    for part in [consent.as_bytes(), &beginnings.covered] {
        rest.extend((part.len() as u64).to_be_bytes());
        rest.extend(part);
    }
    beginnings.records.iter().for_each(|record| files::encode(record, &mut rest));
    [MAGIC.as_slice(), digest(&SHA256, &rest).as_ref(), &rest].concat()
}

fn decode(bytes: &[u8], consent: &str) -> Option<Beginnings> {
    let (sum, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<SHA256_OUTPUT_LEN>()?;
    let part = |bytes: &mut &[u8]| {
        let (length, rest) = bytes.split_first_chunk()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
        *bytes = rest;
        Some(part.to_vec())
    };
    let mut left = Some(rest).filter(|rest| digest(&SHA256, rest).as_ref() == sum)?;
    if part(&mut left)? != consent.as_bytes() {
        return None;
    }
    let covered = part(&mut left)?;
    let mut records = Vec::new();
    while !left.is_empty() {
        records.push(files::decode(&mut left)?);
    }
    Some(Beginnings { records, covered })
}
