//! Finds what a file repeats of another that is held back: who resumes or forks a session from before consent gets a new file that
//! begins with a copy of it, with another session's id in each record. Records keep their own ids, by which they are known.
//!
//! Only files of the same folder are looked at, and only as long as no record with an id was read of the one at hand.

use crate::edge::files::OpenLog;
use pipeline::tail::{FileId, Fingerprint};
use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name of a record's id. Quotes within strings are escaped and do not match.
const NAME: &[u8] = b"\"uuid\"";
/// What may stand between the name and the id: a colon, blanks and a quote.
const GAP_MAX: usize = 8;
/// The id's length.
const ID_LEN: usize = 36;
/// So many records in a row may be new before or within a copy.
const NEW_MAX: usize = 8;
/// A longer record is taken for one without an id.
const LINE_MAX: usize = 8 * 1024 * 1024;
/// Bytes that are looked at together; what an id takes is looked at again with the next.
const CHUNK_BYTES: usize = 256 * 1024;
const OVERLAP: usize = NAME.len() + GAP_MAX + ID_LEN;

type Id = [u8; ID_LEN];

/// Up to where `log`, the file at `path`, repeats from `from` on what is held back of a neighbour: the end of the last line that does.
/// `held_back` tells how far a file is.
///
/// # Errors
/// What reading gives. A neighbour that cannot be read now may be the one, so that this file must wait.
pub(super) fn end_of_repeated(
    (path, log): (&Path, &OpenLog),
    from: u64,
    fingerprint: &Fingerprint,
    held_back: impl Fn(&FileId) -> Option<u64>,
) -> io::Result<Option<u64>> {
    let mut first = Vec::new();
    each_line(log, from, |_, id| {
        first.extend(id);
        first.len() < NEW_MAX
    })?;
    if first.is_empty() {
        return Ok(None);
    }
    let mut known = HashSet::new();
    for neighbour in neighbours(path)? {
        let other = match OpenLog::open(&neighbour, fingerprint) {
            Ok(other) => other,
            // What could not be read at the grant is not held back.
            Err(error) if is_nobodys(error.kind()) => continue,
            Err(error) => return Err(error),
        };
        let Some(end) = held_back(&other.seen().key.id) else { continue };
        known.clear();
        each_id(&other, 0..end.min(other.seen().length), |id| {
            known.insert(id);
        })?;
        if first.iter().any(|id| known.contains(id)) {
            return last_of(log, from, &known);
        }
    }
    Ok(None)
}

/// The end of the last line from `from` on whose record is `known`, or has none of its own and follows one.
fn last_of(log: &OpenLog, from: u64, known: &HashSet<Id>) -> io::Result<Option<u64>> {
    let (mut last, mut new) = (None, 0);
    each_line(log, from, |end, id| {
        match id {
            Some(id) if known.contains(&id) => (last, new) = (Some(end), 0),
            Some(_) => new += 1,
            None if new == 0 && last.is_some() => last = Some(end),
            None => {}
        }
        new <= NEW_MAX
    })?;
    Ok(last)
}

/// Whether a neighbour is gone, is no regular file or may not be read.
fn is_nobodys(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied)
}

/// The transcripts that lie beside a file.
fn neighbours(path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(folder) = path.parent() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let other = entry.path();
        if other.extension() == path.extension() && other != path && entry.file_type()?.is_file() {
            found.push(other);
        }
    }
    Ok(found)
}

/// Tells where each whole line from `from` on ends, and its record's own id, while `goes_on` says so.
fn each_line(log: &OpenLog, from: u64, mut goes_on: impl FnMut(u64, Option<Id>) -> bool) -> io::Result<()> {
    let (mut line, mut at) = (Vec::new(), from);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = log.read_at(at, &mut chunk)?;
        let mut rest = chunk.get(..read).unwrap_or_default();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (head, tail) = rest.split_at(end + 1);
            line.extend_from_slice(head);
            at += head.len() as u64;
            if !goes_on(at, id_of(&line)) {
                return Ok(());
            }
            line.clear();
            rest = tail;
        }
        if line.len() < LINE_MAX {
            line.extend_from_slice(rest);
        }
        at += rest.len() as u64;
        if read < CHUNK_BYTES {
            return Ok(());
        }
    }
}

/// The id of the record in a line.
fn id_of(line: &[u8]) -> Option<Id> {
    #[derive(serde::Deserialize)]
    struct Record {
        uuid: Option<String>,
    }
    memchr::memmem::find(line, NAME)?;
    let uuid = serde_json::from_slice::<Record>(line).ok()?.uuid?;
    uuid.as_bytes().try_into().ok()
}

/// The id behind its name.
fn id_at(rest: &[u8]) -> Option<Id> {
    let gap = rest.iter().take(GAP_MAX).take_while(|byte| b": \t\"".contains(byte)).count();
    rest.get(gap..)?.first_chunk().copied()
}

/// Whether a part of a file is short and holds no record with an id.
pub(super) fn holds_no_id(log: &OpenLog, part: Range<u64>) -> io::Result<bool> {
    if part.end - part.start > CHUNK_BYTES as u64 {
        return Ok(false);
    }
    let mut any = false;
    each_id(log, part, |_| any = true)?;
    Ok(!any)
}

/// Tells the ids in a part of a file: those of its records, and others that stand in them.
fn each_id(log: &OpenLog, part: Range<u64>, mut tell: impl FnMut(Id)) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut at = part.start;
    while at < part.end {
        let wanted = CHUNK_BYTES.min(usize::try_from(part.end - at).unwrap_or(CHUNK_BYTES));
        let room = chunk.get_mut(..wanted).unwrap_or_default();
        let read = log.read_at(at, room)?;
        let bytes = room.get(..read).unwrap_or_default();
        let ids = memchr::memmem::find_iter(bytes, NAME).filter_map(|name| id_at(bytes.get(name + NAME.len()..)?));
        ids.for_each(&mut tell);
        if read <= OVERLAP || at + read as u64 >= part.end {
            break;
        }
        at += (read - OVERLAP) as u64;
    }
    Ok(())
}
