//! Age, emptying, lost keys, shrinking and checking.

use std::fs;
use std::io;
use std::time::Duration;

use pipeline::pack::Seq;
use pipeline::seal::KeyId;
use pipeline::ship::SpoolDrop;
use pipeline::tail::FileRecord;
use pipeline::time::{DAY_MS, Wall};
use rusqlite::{Transaction, params};
use scrubber::DataClass;

use super::counts::Kind;
use super::open::CACHE_KIB;
use super::rows::class_code;
use super::{Beginnings, Store, StoreError, beginnings, counts, delete_rows, files, ids, projects, set_meta, total};

/// Free pages of 8 KiB given back to the disk at a time, so that a turn stays short.
const PAGES_FREED: u32 = 1024;
/// KiB of the database that are kept in memory meanwhile.
const CACHE_KIB_TO_SHRINK: i32 = 256;

/// Under which it is kept in which folders it is known where reading began.
pub(super) const COVERED: &str = "covered";
/// Under which the consent is kept after which reading begins at the start of every file.
pub const BACKFILL_AFTER: &str = "backfill_after";

/// What was lost with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lost {
    /// Segments that no key opens any more.
    pub segments: u64,
    /// Events in them. Files were moved back to before them, so that what still stands in a file comes again.
    pub events: u64,
}

/// What `doctor` shows of the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether SQLite's own check finds nothing.
    pub sound: bool,
    /// Segments waiting.
    pub segments: u64,
    /// Events waiting.
    pub events: u64,
    /// Bytes of sealed segments, as bounded by the settings.
    pub bytes: u64,
    /// The bound.
    pub bytes_max: u64,
    /// Bytes of the database and its log on disk.
    pub disk_bytes: u64,
    /// When the oldest segment was stored.
    pub oldest: Option<Wall>,
    /// Files whose position is kept.
    pub files: u64,
}

impl Store {
    /// Drops and counts what is older than the settings allow; gives their places. Call it at the start and every hour.
    ///
    /// Age is counted by days on which the agent ran: a clock that jumps ahead makes nothing older than a day.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is dropped then.
    pub fn expire(&mut self, now: Wall) -> Result<Vec<Seq>, StoreError> {
        let age_max = self.settings.age_max;
        let transaction = self.relaxed()?;
        let aged_ms = tick(&transaction, now)?;
        let oldest = aged_ms.saturating_sub(i64::try_from(age_max.as_millis()).unwrap_or(i64::MAX));
        let seqs: Vec<Seq> = transaction
            .prepare_cached("SELECT seq FROM segment WHERE aged_ms < ?1 ORDER BY seq")?
            .query_map([oldest], |row| row.get::<_, i64>(0).map(|seq| Seq(seq.unsigned_abs())))?
            .collect::<Result<_, _>>()?;
        let events = super::delete(&transaction, &seqs)?;
        counts::add(&transaction, now, Kind::SpoolDrop, SpoolDrop::Expired.as_str(), events)?;
        counts::fold(&transaction, now)?;
        ids::expire(&transaction, aged_ms)?;
        transaction.commit()?;
        Ok(seqs)
    }

    /// Empties the spool so that nothing of it can be read from the database file, and counts its events under the reason.
    /// Positions stay.
    ///
    /// # Errors
    ///
    /// When the database fails. Segments are gone once they are not listed; their bytes are once this returns.
    pub fn purge(&mut self, reason: SpoolDrop, now: Wall) -> Result<u64, StoreError> {
        self.connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        let transaction = self.durable()?;
        let events =
            transaction.query_row("SELECT ifnull(sum(lines), 0) FROM segment", [], |row| row.get::<_, i64>(0))?;
        transaction
            .execute_batch("DELETE FROM segment; DELETE FROM rewind; DELETE FROM label; UPDATE total SET bytes = 0;")?;
        if reason == SpoolDrop::Revoked {
            // Otherwise a reader may be at work that kept them before.
            transaction.execute("DELETE FROM project", [])?;
        }
        counts::add(&transaction, now, Kind::SpoolDrop, reason.as_str(), events.unsigned_abs())?;
        transaction.commit()?;
        // Pages that were freed before this still hold ciphertext; so does the log.
        self.connection.execute_batch("VACUUM")?;
        self.checkpoint()?;
        self.connection.pragma_update_and_check(None, "secure_delete", false, |_| Ok(()))?;
        Ok(events.unsigned_abs())
    }

    /// Forgets where reading goes on in every file, and what was stored of them: reading begins anew at `records`, and at the
    /// start of every other file, in folders told by `covered`. Whoever has the spool open and read before this appends
    /// nothing more.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is changed then.
    pub fn begin_anew(&mut self, records: &[FileRecord], covered: &[u8]) -> Result<(), StoreError> {
        beginnings::forget(&self.settings)?;
        self.start_over(records, covered)
    }

    /// The same where reading began before, and what was kept of that stays.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is changed then.
    pub fn begin_again(&mut self, kept: &Beginnings) -> Result<(), StoreError> {
        self.start_over(&kept.records, &kept.covered)
    }

    fn start_over(&mut self, records: &[FileRecord], covered: &[u8]) -> Result<(), StoreError> {
        let transaction = self.durable()?;
        transaction.execute_batch("DELETE FROM file; DELETE FROM rewind; UPDATE total SET reading = reading + 1;")?;
        ids::forget(&transaction)?;
        self.reading = begin(transaction, records, covered)?;
        Ok(())
    }

    /// Has reading begin at `records` as well, with nothing forgotten; `covered` tells of all folders then.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is changed then.
    pub fn begin_also(&mut self, records: &[FileRecord], covered: &[u8]) -> Result<(), StoreError> {
        beginnings::forget(&self.settings)?;
        begin(self.durable()?, records, covered)?;
        Ok(())
    }

    /// What was last told of the folders in which it is known where reading began; nothing of none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn covered(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.meta(COVERED)?.unwrap_or_default())
    }

    /// How many events of a class wait.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn waiting(&self, class: DataClass) -> Result<u64, StoreError> {
        let sum = "SELECT coalesce(sum(lines), 0) FROM segment WHERE class = ?1";
        Ok(self.connection.query_row(sum, [class_code(class)], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// The ids of the keys that segments were sealed under.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn key_ids(&self) -> Result<Vec<KeyId>, StoreError> {
        let mut query = self.connection.prepare("SELECT DISTINCT key FROM segment")?;
        let ids = query.query_map([], |row| Ok(KeyId(row.get::<_, i64>(0)?.cast_unsigned())))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Drops the segments that none of these keys opens, counts them as unreadable and moves their files back to before
    /// them. Call it at the start.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is dropped then.
    pub fn drop_lost(&mut self, keys: &[KeyId], now: Wall) -> Result<Lost, StoreError> {
        let transaction = self.durable()?;
        let mut seqs = Vec::new();
        let mut query = transaction.prepare_cached("SELECT seq, key FROM segment")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if !keys.contains(&KeyId(row.get::<_, i64>(1)?.cast_unsigned())) {
                seqs.push(Seq(row.get::<_, i64>(0)?.unsigned_abs()));
            }
        }
        drop(rows);
        drop(query);
        if seqs.is_empty() {
            return Ok(Lost::default());
        }
        let events = drop_unreadable(&transaction, &seqs, now)?;
        transaction.commit()?;
        Ok(Lost { segments: seqs.len() as u64, events })
    }

    /// Drops segments of which the payload is damaged, counts them as unreadable and moves their files back to before them. Whoever
    /// reads by the positions of before appends nothing more. Those that are not there any more change nothing.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is dropped then.
    pub fn drop_damaged(&mut self, seqs: &[Seq], now: Wall) -> Result<u64, StoreError> {
        let transaction = self.durable()?;
        let events = drop_unreadable(&transaction, seqs, now)?;
        if events == 0 {
            return Ok(0);
        }
        transaction.execute("UPDATE total SET reading = reading + 1", [])?;
        transaction.commit()?;
        Ok(events)
    }

    /// Gives some free space back to the disk, and the cache's memory, and empties the log; says whether there is more to do.
    /// For idle times.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn shrink(&mut self) -> Result<bool, StoreError> {
        // Each free page is read to be given back: with all of them in memory an idle agent would hold what the allocator kept of that.
        self.connection.pragma_update(None, "cache_size", -CACHE_KIB_TO_SHRINK)?;
        let freed = self.free_pages();
        self.connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        freed?;
        self.checkpoint()?;
        let free: u32 = self.connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        self.connection.execute_batch("PRAGMA shrink_memory")?;
        Ok(free > 0)
    }

    fn free_pages(&self) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES_FREED})"))?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    }

    /// Says whether there is a spool, without making one.
    pub fn exists(settings: &super::StoreSettings) -> bool {
        Self::file(settings).exists()
    }

    /// Deletes a spool in which nothing waits yet.
    ///
    /// # Errors
    ///
    /// When a file of it cannot be deleted.
    pub fn delete(settings: &super::StoreSettings) -> Result<(), StoreError> {
        let path = Self::file(settings);
        for suffix in ["-wal", "-shm", ""] {
            match fs::remove_file(path.with_file_name(format!("{}{suffix}", super::open::FILE))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::Delete(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Where the database lies.
    pub fn file(settings: &super::StoreSettings) -> std::path::PathBuf {
        settings.folder.join(super::open::FILE)
    }

    /// Checks the database as SQLite does, and measures it.
    ///
    /// # Errors
    ///
    /// When the database cannot be read at all.
    pub fn check(&self) -> Result<Health, StoreError> {
        let verdict: String = self.connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        Ok(Health { sound: verdict == "ok", ..self.measure()? })
    }

    /// Measures the spool and takes its soundness for granted: cheap at any size.
    ///
    /// # Errors
    ///
    /// When the database cannot be read at all.
    pub fn measure(&self) -> Result<Health, StoreError> {
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
        let on_disk = |suffix: &str| {
            let path = self.connection.path().map(|path| format!("{path}{suffix}")).unwrap_or_default();
            fs::metadata(path).map_or(0, |metadata| metadata.len())
        };
        let oldest = self.connection.query_row("SELECT min(stored_ms) FROM segment", [], |row| row.get(0))?;
        Ok(Health {
            sound: true,
            segments: count("SELECT count(*) FROM segment")?,
            events: count("SELECT ifnull(sum(lines), 0) FROM segment")?,
            bytes: total(&self.connection)?,
            bytes_max: self.settings.bytes_max,
            disk_bytes: on_disk("") + on_disk("-wal"),
            oldest: Option::<i64>::map(oldest, Wall),
            files: count("SELECT count(*) FROM file")?,
        })
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

/// Deletes segments that nothing opens, so that what still stands in a file comes again; gives the number of their events.
fn drop_unreadable(transaction: &Transaction<'_>, seqs: &[Seq], now: Wall) -> rusqlite::Result<u64> {
    files::rewind(transaction, Some(seqs))?;
    ids::forget(transaction)?;
    let events = delete_rows(transaction, seqs)?;
    files::drop_rewinds(transaction, seqs)?;
    counts::add(transaction, now, Kind::SpoolDrop, SpoolDrop::Unreadable.as_str(), events)?;
    Ok(events)
}

/// Commits where reading begins; gives how often it did.
fn begin(transaction: Transaction<'_>, records: &[FileRecord], covered: &[u8]) -> Result<i64, StoreError> {
    records.iter().try_for_each(|record| files::set(&transaction, record))?;
    set_meta(&transaction, COVERED, covered)?;
    let reading = projects::reading(&transaction)?;
    transaction.commit()?;
    Ok(reading)
}

/// Moves the spool's own clock on and reads it.
fn tick(transaction: &Transaction<'_>, now: Wall) -> rusqlite::Result<i64> {
    let (aged_ms, clock_ms): (i64, i64) =
        transaction.query_row("SELECT aged_ms, clock_ms FROM total", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let passed = if clock_ms == 0 { 0 } else { now.0.saturating_sub(clock_ms).clamp(0, DAY_MS) };
    transaction.execute("UPDATE total SET aged_ms = ?1, clock_ms = ?2", params![aged_ms + passed, now.0])?;
    Ok(aged_ms + passed)
}

impl super::StoreSettings {
    /// The default bound in bytes.
    pub const BYTES_MAX: u64 = 256 * 1024 * 1024;
    /// The default bound in age.
    pub const AGE_MAX: Duration = Duration::from_secs(14 * 24 * 60 * 60);
}
