//! The ids of stored events, by which what is read again is recognised.
//!
//! They go with the positions: committed together, forgotten together. Forgetting too much only lets an event come again
//! under its id; keeping too much would lose one, so whoever moves a file back forgets the ids.

use pipeline::tail::Passed;
use rusqlite::{Connection, Transaction, params};
use scrubber::SessionTag;

/// Bytes of ids in one row at most, but for those of a single commit: half a page.
const PART_BYTES: i64 = 4096;
/// How long the ids of a session are kept after its last event: Claude Code deletes transcripts after 30 days.
const KEPT_MS: i64 = 45 * 24 * 60 * 60 * 1000;

/// Adds ids to those of their sessions.
pub(super) fn add(transaction: &Transaction<'_>, passed: &[Passed]) -> rusqlite::Result<()> {
    for Passed { session, ids } in passed {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        let session = session.0.cast_signed();
        // Two blobs joined count as text until they are cast.
        let joined = transaction
            .prepare_cached(
                "UPDATE stored SET ids = CAST(ids || ?2 AS BLOB), aged_ms = (SELECT aged_ms FROM total)
                 WHERE part = (SELECT max(part) FROM stored WHERE session = ?1) AND length(ids) + length(?2) <= ?3",
            )?
            .execute(params![session, bytes, PART_BYTES])?;
        if joined == 0 {
            transaction
                .prepare_cached(
                    "INSERT INTO stored (session, aged_ms, ids) VALUES (?1, (SELECT aged_ms FROM total), ?2)",
                )?
                .execute(params![session, bytes])?;
        }
    }
    Ok(())
}

/// All ids of a session.
pub(super) fn of(connection: &Connection, session: SessionTag) -> rusqlite::Result<Vec<u64>> {
    let mut query = connection.prepare_cached("SELECT ids FROM stored WHERE session = ?1")?;
    let mut rows = query.query([session.0.cast_signed()])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let (halves, _) = row.get_ref(0)?.as_blob()?.as_chunks::<8>();
        ids.extend(halves.iter().map(|half| u64::from_le_bytes(*half)));
    }
    Ok(ids)
}

/// Forgets sessions of which nothing came for long, by the spool's own clock.
pub(super) fn expire(transaction: &Transaction<'_>, aged_ms: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "DELETE FROM stored WHERE session IN (SELECT session FROM stored GROUP BY session HAVING max(aged_ms) < ?1)",
        [aged_ms.saturating_sub(KEPT_MS)],
    )?;
    Ok(())
}

/// Forgets all: files were moved back to before events that are lost.
pub(super) fn forget(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM stored", [])?;
    Ok(())
}
