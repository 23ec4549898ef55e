//! File positions, and where to go back to when segments are lost before they were sent.

use pipeline::pack::Seq;
use pipeline::tail::{FileId, FileKey, FileRecord, PathHash, Position, Resume, WindowHash};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{PositionUpdate, SEQ_STEP, signed};

/// A position as it is stored: offset, resume code, both window hashes.
const POSITION_BYTES: usize = 8 + 1 + 16 + 16;

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<FileRecord>> {
    let mut query = connection.prepare_cached("SELECT device, inode, path, position, updated_ms FROM file")?;
    query.query_map([], record)?.collect()
}

/// Applies updates, and notes where each file's position was before the `span` places from `first` on.
pub(super) fn update(
    transaction: &Transaction<'_>,
    updates: &[PositionUpdate],
    first: u64,
    span: u64,
) -> rusqlite::Result<()> {
    for update in updates {
        let key = key_of(update);
        let before = before(transaction, key)?;
        let held_back = held_back_since(update, before.as_deref());
        if let Some(floor) = &held_back {
            hold_back(transaction, key, floor)?;
        }
        if span > 0 {
            note_before(transaction, key, held_back.or(before), first, first + span - 1)?;
        }
    }
    updates.iter().try_for_each(|update| match update {
        PositionUpdate::Set(record) => set(transaction, record),
        PositionUpdate::Forget(key) => forget(transaction, key),
    })
}

/// Where a file is now. A moved one has a row under its old path only; that is where it goes back to, never to its start.
fn before(transaction: &Transaction<'_>, key: &FileKey) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut query = transaction.prepare_cached(
        "SELECT position FROM file WHERE device = ?1 AND inode = ?2 ORDER BY path = ?3 DESC, updated_ms DESC LIMIT 1",
    )?;
    query.query_row(columns(key), |row| row.get(0)).optional()
}

fn note_before(
    transaction: &Transaction<'_>,
    key: &FileKey,
    before: Option<Vec<u8>>,
    first: u64,
    last: u64,
) -> rusqlite::Result<()> {
    let (device, inode, path) = columns(key);
    transaction.prepare_cached("INSERT OR IGNORE INTO rewind VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        signed(first),
        signed(last),
        device,
        inode,
        path,
        before
    ])?;
    Ok(())
}

/// The floor of a file, as its place, where it is held back further than `before`. It never goes back to before that: what it is held
/// back by may be gone when it is read again.
fn held_back_since(update: &PositionUpdate, before: Option<&[u8]>) -> Option<Vec<u8>> {
    let PositionUpdate::Set(record) = update else { return None };
    let (position, known) = (record.floor?, before.and_then(place).and_then(|(_, floor)| floor));
    let further = known.is_none_or(|known| known.offset < position.offset);
    further.then(|| place_bytes(&FileRecord { position, ..*record }))
}

/// Has a file go back to this floor wherever it would go back to before it.
fn hold_back(transaction: &Transaction<'_>, key: &FileKey, floor: &[u8]) -> rusqlite::Result<()> {
    let (device, inode, path) = columns(key);
    let mut statement =
        transaction.prepare_cached("UPDATE rewind SET position = ?4 WHERE device = ?1 AND inode = ?2 AND path = ?3")?;
    statement.execute(params![device, inode, path, floor])?;
    Ok(())
}

pub(super) fn set(transaction: &Transaction<'_>, record: &FileRecord) -> rusqlite::Result<()> {
    let (device, inode, path) = columns(&record.key);
    transaction.prepare_cached("INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        device,
        inode,
        path,
        place_bytes(record),
        record.updated_ms
    ])?;
    Ok(())
}

fn forget(transaction: &Transaction<'_>, key: &FileKey) -> rusqlite::Result<()> {
    let (device, inode, path) = columns(key);
    transaction
        .prepare_cached("DELETE FROM file WHERE device = ?1 AND inode = ?2 AND path = ?3")?
        .execute(params![device, inode, path])?;
    Ok(())
}

/// Drops the notes that only these segments needed.
pub(super) fn drop_rewinds(transaction: &Transaction<'_>, seqs: &[Seq]) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (seqs.iter().min(), seqs.iter().max()) else { return Ok(()) };
    transaction
        .prepare_cached(
            "DELETE FROM rewind WHERE first_seq <= ?2 AND last_seq >= ?1
             AND NOT EXISTS (SELECT 1 FROM segment WHERE seq BETWEEN first_seq AND last_seq)",
        )?
        .execute([signed(first.0), signed(last.0)])?;
    Ok(())
}

/// Moves files back to where they were before the oldest of these segments that came from them; of all segments when
/// `None`. A file that was new is forgotten, and so read from its start.
pub(super) fn rewind(transaction: &Transaction<'_>, seqs: Option<&[Seq]>) -> rusqlite::Result<()> {
    let mut query = transaction.prepare_cached(
        "SELECT device, inode, path, position, 0, first_seq, last_seq FROM rewind ORDER BY first_seq DESC",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (first, last) = (row.get::<_, i64>(5)?.unsigned_abs(), row.get::<_, i64>(6)?.unsigned_abs());
        let concerned = |seqs: &[Seq]| seqs.iter().any(|seq| (first..=last).contains(&seq.0));
        if !seqs.is_none_or(concerned) {
            continue;
        }
        if row.get_ref(3)? == rusqlite::types::ValueRef::Null {
            forget(transaction, &key(row)?)?;
        } else {
            set(transaction, &record(row)?)?;
        }
    }
    Ok(())
}

/// The places that one append of `segments` segments spans.
pub(super) const fn span(segments: usize) -> u64 {
    SEQ_STEP * segments as u64
}

fn key_of(update: &PositionUpdate) -> &FileKey {
    match update {
        PositionUpdate::Set(record) => &record.key,
        PositionUpdate::Forget(key) => key,
    }
}

fn columns(key: &FileKey) -> (i64, [u8; 16], [u8; 16]) {
    (key.id.device.cast_signed(), key.id.inode.to_be_bytes(), key.path.0)
}

fn key(row: &Row<'_>) -> rusqlite::Result<FileKey> {
    let id = FileId { device: row.get::<_, i64>(0)?.cast_unsigned(), inode: u128::from_be_bytes(row.get(1)?) };
    Ok(FileKey { id, path: PathHash(row.get(2)?) })
}

fn record(row: &Row<'_>) -> rusqlite::Result<FileRecord> {
    let (position, floor) = place(row.get_ref(3)?.as_blob()?).ok_or(rusqlite::Error::IntegralValueOutOfRange(3, 0))?;
    Ok(FileRecord { key: key(row)?, position, floor, updated_ms: row.get(4)? })
}

/// Appends a row of a file without its floor, as it lies outside the database.
pub(super) fn encode(record: &FileRecord, to: &mut Vec<u8>) {
    to.extend(record.key.id.device.to_be_bytes());
    to.extend(record.key.id.inode.to_be_bytes());
    to.extend(record.key.path.0);
    to.extend(record.updated_ms.to_be_bytes());
    to.extend(place_bytes(&FileRecord { floor: None, ..*record }));
}

/// Takes such a row off the front. Its position is its floor as well.
pub(super) fn decode(bytes: &mut &[u8]) -> Option<FileRecord> {
    let (device, rest) = bytes.split_first_chunk()?;
    let (inode, rest) = rest.split_first_chunk()?;
    let (path, rest) = rest.split_first_chunk()?;
    let (updated_ms, rest) = rest.split_first_chunk()?;
    let (place, rest) = rest.split_first_chunk()?;
    *bytes = rest;
    let id = FileId { device: u64::from_be_bytes(*device), inode: u128::from_be_bytes(*inode) };
    let position = position(place)?;
    let key = FileKey { id, path: PathHash(*path) };
    Some(FileRecord { key, position, floor: Some(position), updated_ms: i64::from_be_bytes(*updated_ms) })
}

/// The position, and the floor behind it where there is one.
fn place_bytes(record: &FileRecord) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 * POSITION_BYTES);
    for position in [Some(record.position), record.floor].into_iter().flatten() {
        bytes.extend(position.offset.to_be_bytes());
        bytes.push(position.resume.code());
        bytes.extend(position.head.0);
        bytes.extend(position.tail.0);
    }
    bytes
}

fn place(bytes: &[u8]) -> Option<(Position, Option<Position>)> {
    let (first, rest) = bytes.split_first_chunk()?;
    let floor = if rest.is_empty() { None } else { Some(position(rest.try_into().ok()?)?) };
    Some((position(first)?, floor))
}

fn position(bytes: &[u8; POSITION_BYTES]) -> Option<Position> {
    let (offset, rest) = bytes.split_first_chunk::<8>()?;
    let (code, rest) = rest.split_first()?;
    let (head, rest) = rest.split_first_chunk::<16>()?;
    let tail = rest.first_chunk::<16>()?;
    Some(Position {
        offset: u64::from_be_bytes(*offset),
        resume: Resume::from_code(*code)?,
        head: WindowHash(*head),
        tail: WindowHash(*tail),
    })
}
