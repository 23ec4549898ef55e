//! Finds what a file repeats of another that is held back: who resumes or forks a session from before consent gets a new file that
//! begins with a copy of it, with another session's id in each record. Records keep their own ids, by which they are known.
//!
//! Only files of the same folder are looked at, and only before anything was read of the one at hand.

use crate::edge::files::OpenLog;
use pipeline::tail::{FileId, Fingerprint};
use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What stands before a record's id. Quotes within strings are escaped and do not match.
const NAME: &[u8] = b"\"uuid\":\"";
/// The id's length.
const ID_LEN: usize = 36;
/// So many records in a row may be new before or within a copy.
const NEW_MAX: usize = 8;
/// A longer record is taken for one without an id.
const LINE_MAX: usize = 8 * 1024 * 1024;
/// Bytes that are looked at together; what an id takes is looked at again with the next.
const CHUNK_BYTES: usize = 256 * 1024;
const OVERLAP: usize = NAME.len() + ID_LEN;

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
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => continue,
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

/// The transcripts that lie beside a file.
fn neighbours(path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(folder) = path.parent() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let other = entry?.path();
        if other.extension() == path.extension() && other != path {
            found.push(other);
        }
    }
    Ok(found)
}

/// Tells where each line from `from` on ends, and its record's own id, while `goes_on` says so. The last line may have no end yet.
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
            if !line.is_empty() {
                goes_on(at, id_of(&line));
            }
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

/// Tells the ids in a part of a file: those of its records, and others that stand in them.
fn each_id(log: &OpenLog, part: Range<u64>, mut tell: impl FnMut(Id)) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut at = part.start;
    while at < part.end {
        let wanted = CHUNK_BYTES.min(usize::try_from(part.end - at).unwrap_or(CHUNK_BYTES));
        let room = chunk.get_mut(..wanted).unwrap_or_default();
        let read = log.read_at(at, room)?;
        let bytes = room.get(..read).unwrap_or_default();
        let ids = memchr::memmem::find_iter(bytes, NAME)
            .filter_map(|name| bytes.get(name + NAME.len()..)?.first_chunk::<ID_LEN>().copied());
        ids.for_each(&mut tell);
        if read <= OVERLAP || at + read as u64 >= part.end {
            break;
        }
        at += (read - OVERLAP) as u64;
    }
    Ok(())
}
