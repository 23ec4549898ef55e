//! Rows of segments, and the totals kept with them.

use pipeline::pack::Seq;
use pipeline::seal::{Header, Label, Sealed};
use pipeline::time::Wall;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use scrubber::{DataClass, ProjectTag};

use super::{files, signed};

/// What a row costs besides its payload, roughly.
const ROW_BYTES: u64 = 128;

pub(super) fn insert(transaction: &Transaction<'_>, seq: u64, segment: &Sealed, stored: Wall) -> rusqlite::Result<()> {
    let header = segment.header();
    let (policy, consent) = (header.label.policy_id(), header.label.consent_id());
    let project = header.label.project().0.cast_signed();
    transaction
        .prepare_cached("INSERT OR IGNORE INTO label (policy, consent, project) VALUES (?1, ?2, ?3)")?
        .execute(params![policy, consent, project])?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO segment (seq, class, label, lines, bytes, key, nonce, stored_ms, aged_ms, sealed) VALUES (?1, ?2,
         (SELECT id FROM label WHERE policy = ?3 AND consent = ?4 AND project = ?11), ?5, ?6, ?7, ?8, ?9,
         (SELECT aged_ms FROM total), ?10)",
    )?;
    statement.execute(params![
        signed(seq),
        class_code(header.class),
        policy,
        consent,
        header.lines,
        header.bytes,
        segment.key_id().0.cast_signed(),
        segment.nonce(),
        stored.0,
        segment.ciphertext(),
        project,
    ])?;
    Ok(())
}

/// Deletes segments with the rewind points that only they needed; gives the number of their events.
pub(super) fn delete(transaction: &Transaction<'_>, seqs: &[Seq]) -> rusqlite::Result<u64> {
    let events = delete_rows(transaction, seqs)?;
    files::drop_rewinds(transaction, seqs)?;
    Ok(events)
}

pub(super) fn delete_rows(transaction: &Transaction<'_>, seqs: &[Seq]) -> rusqlite::Result<u64> {
    // Not with RETURNING: SQLite would copy every page of a segment first, for the case that the statement fails half-way.
    let mut find = transaction.prepare_cached("SELECT lines, length(sealed) FROM segment WHERE seq = ?1")?;
    let mut delete = transaction.prepare_cached("DELETE FROM segment WHERE seq = ?1")?;
    let (mut events, mut bytes) = (0, 0);
    for seq in seqs {
        let row = find.query_row([signed(seq.0)], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)));
        if let Some((lines, length)) = row.optional()? {
            delete.execute([signed(seq.0)])?;
            events += u64::from(lines);
            bytes += u64::from(length) + ROW_BYTES;
        }
    }
    add_total(transaction, -signed(bytes), 0)?;
    Ok(events)
}

pub(super) fn row_bytes(segment: &Sealed) -> u64 {
    segment.ciphertext().len() as u64 + ROW_BYTES
}

pub(super) fn total(connection: &Connection) -> rusqlite::Result<u64> {
    let bytes: i64 = connection.prepare_cached("SELECT bytes FROM total")?.query_row([], |row| row.get(0))?;
    Ok(bytes.max(0).unsigned_abs())
}

pub(super) fn next_seq(connection: &Connection) -> rusqlite::Result<u64> {
    let seq: i64 = connection.prepare_cached("SELECT next_seq FROM total")?.query_row([], |row| row.get(0))?;
    Ok(seq.unsigned_abs())
}

pub(super) fn add_total(transaction: &Transaction<'_>, bytes: i64, seqs: u64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE total SET bytes = bytes + ?1, next_seq = next_seq + ?2")?
        .execute([bytes, signed(seqs)])?;
    Ok(())
}

pub(super) fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()
}

pub(super) fn set_meta(transaction: &Transaction<'_>, name: &str, value: &[u8]) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute(params![name, value])?;
    Ok(())
}

/// Reads columns 1 to 6 as every query of segments lists them.
pub(super) fn header(row: &Row<'_>) -> rusqlite::Result<Header> {
    let code: u8 = row.get(1)?;
    let class = DataClass::ALL.into_iter().find(|class| class_code(*class) == code);
    let class = class.ok_or(rusqlite::Error::IntegralValueOutOfRange(1, code.into()))?;
    let project = ProjectTag(row.get::<_, i64>(4)?.cast_unsigned());
    let label = Label::new(row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?, project);
    Ok(Header { class, label, lines: row.get(5)?, bytes: row.get(6)? })
}

pub(super) const fn class_code(class: DataClass) -> u8 {
    match class {
        DataClass::Internal => 0,
        DataClass::Confidential => 1,
        DataClass::Restricted => 2,
    }
}
