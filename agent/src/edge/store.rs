//! The spool: sealed segments, file positions and counters in one SQLite database.
//!
//! Promises: segments, the positions behind them, the ids of their events and what was counted on the way are committed
//! together or not at all, and survive a power loss once [`Store::append`] has returned. A segment leaves by a receipt or by a counted drop. Names and
//! numbers in clear hold no content; payloads come sealed. A full spool refuses and loses nothing. A damaged database is set
//! aside, and what it still tells of positions is kept, moved back to what was never sent.
//!
//! Left out on purpose: when to send, what to do when full, and keys. One process at a time writes; the lock is taken
//! elsewhere. On Windows, files inherit the user-only access of the profile folder they lie in.
//!
//! Start at [`Store::open`]; whoever only looks uses [`Store::open_existing`].

mod beginnings;
mod counts;
mod files;
mod ids;
mod open;
mod projects;
mod rows;
mod sent;
#[cfg(test)]
mod tests;
mod upkeep;

use std::path::PathBuf;
use std::time::Duration;

use pipeline::pack::{RecordPlan, Seq, Spooled};
use pipeline::seal::{KeyId, OpenError, Opener, Payload, Sealed};
use pipeline::ship::{Receipt, SpoolDrop};
use pipeline::tail::{FileKey, FileRecord, Passed};
use pipeline::time::Wall;
use rows::{add_total, class_code, delete, delete_rows, header, insert, meta, next_seq, row_bytes, set_meta, total};
use rusqlite::ffi;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use scrubber::{Counts, DataClass, SessionTag};

pub use beginnings::Beginnings;
pub use counts::{Count, Kind};
pub use open::{Opened, SetAside, set_aside_files};
pub use projects::KeptProject;
pub use sent::Sent;
pub use upkeep::{BACKFILL_AFTER, Health, Lost};

/// Places between segments, so that what a segment becomes when it is scrubbed again keeps its place in the order.
const SEQ_STEP: u64 = 8;

/// What SQLite meets on file systems, such as network folders, that lock no files or share none in memory.
const KNOWS_NO_LOCKS: [i32; 8] = [
    ffi::SQLITE_IOERR_LOCK,
    ffi::SQLITE_IOERR_RDLOCK,
    ffi::SQLITE_IOERR_UNLOCK,
    ffi::SQLITE_IOERR_CHECKRESERVEDLOCK,
    ffi::SQLITE_IOERR_SHMLOCK,
    ffi::SQLITE_IOERR_SHMMAP,
    ffi::SQLITE_IOERR_SHMOPEN,
    ffi::SQLITE_PROTOCOL,
];

/// Where the spool lies and how much it may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    /// The state folder; made with mode 0700 where it is missing.
    pub folder: PathBuf,
    /// Bytes of sealed segments. Default 256 MiB: five days of the heaviest user seen, years of the median one.
    pub bytes_max: u64,
    /// How long a segment is kept. Default 14 days: about as long as a holiday, and half of Claude Code's own 30 days, so
    /// that transcripts can still be read again.
    pub age_max: Duration,
}

/// A change to what is known of a file, committed with the segments that were made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionUpdate {
    /// Reading goes on here.
    Set(FileRecord),
    /// The file is gone, or goes under another key.
    Forget(FileKey),
}

/// The spool could not do what was asked; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The spool holds as much as it may: stop reading, nothing is lost.
    #[error("the spool is full")]
    Full,
    /// The disk is full.
    #[error("no space is left on the disk of the spool")]
    DiskFull(#[source] rusqlite::Error),
    /// The state folder or the database cannot be written.
    #[error("the spool cannot be written")]
    ReadOnly(#[source] rusqlite::Error),
    /// The file system of the state folder has no locks that a database needs.
    #[error("the spool's file cannot be locked")]
    NoLocks(#[source] rusqlite::Error),
    /// Another process holds the database; some file systems that know no locks say the same.
    #[error("the spool is held by another process")]
    Busy(#[source] rusqlite::Error),
    /// The database is damaged; [`Store::open`] sets it aside.
    #[error(
        "the spool's database is damaged; the next start of `bcce-agent run` sets it aside and reads again what it can"
    )]
    Damaged(#[source] rusqlite::Error),
    /// Reading began anew since the spool was opened.
    #[error("reading begins anew")]
    Outdated,
    /// Events are of a project whose folder is not kept: nobody could say whether they may leave.
    #[error("the folder of a project is not kept")]
    FolderNotKept,
    /// An earlier version of the agent wrote the database; [`Store::open`] brings it up to date.
    #[error("the spool has format {0}, which the next start of `bcce-agent run` brings up to date")]
    Older(usize),
    /// A later version of the agent wrote the database.
    #[error("the spool has format {0}, which this version does not know")]
    Newer(i64),
    /// The folder or a file in it cannot be made.
    #[error("cannot make the spool's folder or file")]
    Folder(#[source] std::io::Error),
    /// A database cannot be deleted.
    #[error("cannot delete a spool")]
    Delete(#[source] std::io::Error),
    /// Anything else.
    #[error("the spool's database failed")]
    Database(#[source] rusqlite::Error),
}

/// A segment could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The spool does not hold it any more.
    #[error("the segment has left the spool")]
    Gone,
    /// It does not open: to be dropped as unreadable.
    #[error("cannot open a segment")]
    Open(#[source] OpenError),
    /// The spool failed: try again later.
    #[error("cannot load a segment")]
    Store(#[source] StoreError),
}

/// The spool.
pub struct Store {
    connection: Connection,
    settings: StoreSettings,
    /// How often reading had begun anew when this was opened.
    reading: i64,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_extended_error_code() {
            // The index of the log could not grow: so a full disk shows when a database is opened.
            Some(ffi::SQLITE_IOERR_SHMSIZE) => return Self::DiskFull(error),
            Some(code) if KNOWS_NO_LOCKS.contains(&code) => return Self::NoLocks(error),
            Some(_) | None => {}
        }
        // Every row and column that is asked for was written by this program: only damage takes them away.
        let odd = matches!(
            error,
            rusqlite::Error::QueryReturnedNoRows
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
        );
        match error.sqlite_error_code() {
            None if odd => Self::Damaged(error),
            Some(ErrorCode::DiskFull) => Self::DiskFull(error),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Database(error),
        }
    }
}

impl Store {
    /// Appends segments, moves positions on, notes the events' ids and adds to the counters, all together. Returns after
    /// the disk has them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`] when the segments do not fit, [`StoreError::Outdated`] when reading began anew meanwhile,
    /// [`StoreError::FolderNotKept`] when a segment's project was never kept or is forgotten; others when the database fails. Nothing is
    /// changed then.
    pub fn append(
        &mut self,
        segments: &[Sealed],
        positions: &[PositionUpdate],
        passed: &[Passed],
        counts: &Counts,
        now: Wall,
    ) -> Result<Vec<Spooled>, StoreError> {
        let (bytes_max, reading) = (self.settings.bytes_max, self.reading);
        let transaction = self.durable()?;
        if projects::reading(&transaction)? != reading {
            return Err(StoreError::Outdated);
        }
        if !projects::are_kept(&transaction, segments)? {
            return Err(StoreError::FolderNotKept);
        }
        let more: u64 = segments.iter().map(row_bytes).sum();
        let held = total(&transaction)?;
        if !segments.is_empty() && held > 0 && held + more > bytes_max {
            return Err(StoreError::Full);
        }
        let (mut spooled, first) = (Vec::with_capacity(segments.len()), next_seq(&transaction)?);
        for (seq, segment) in (first..).step_by(SEQ_STEP as usize).zip(segments) {
            insert(&transaction, seq, segment, now)?;
            spooled.push(Spooled::after_commit(Seq(seq), segment, now));
        }
        if !segments.is_empty() {
            add_total(&transaction, signed(more), files::span(segments.len()))?;
        }
        files::update(&transaction, positions, first, files::span(segments.len()))?;
        ids::add(&transaction, passed)?;
        counts::add_all(&transaction, counts, now)?;
        transaction.commit()?;
        Ok(spooled)
    }

    /// Lists up to `limit` segments of a class after a place, in order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn pending(&self, class: DataClass, after: Option<Seq>, limit: usize) -> Result<Vec<Spooled>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT seq, class, policy, consent, project, lines, bytes, stored_ms FROM segment JOIN label ON label.id = segment.label
             WHERE class = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?;
        let after = after.map_or(-1, |seq| signed(seq.0));
        let mut rows = query.query(params![class_code(class), after, signed(limit as u64)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let empty = Sealed::from_stored(header(row)?, KeyId(0), [0; 12], Vec::new());
            found.push(Spooled::after_commit(Seq(row.get::<_, i64>(0)?.unsigned_abs()), &empty, Wall(row.get(7)?)));
        }
        Ok(found)
    }

    /// Loads and opens a segment.
    ///
    /// # Errors
    ///
    /// When it has left the spool, does not open, or the database fails.
    pub fn load(&self, seq: Seq, opener: &Opener) -> Result<Payload, LoadError> {
        let sealed = self.sealed(seq).map_err(|error| LoadError::Store(error.into()))?.ok_or(LoadError::Gone)?;
        opener.open(sealed).map_err(LoadError::Open)
    }

    fn sealed(&self, seq: Seq) -> rusqlite::Result<Option<Sealed>> {
        let mut query = self.connection.prepare_cached(
            "SELECT seq, class, policy, consent, project, lines, bytes, key, nonce, sealed
             FROM segment JOIN label ON label.id = segment.label WHERE seq = ?1",
        )?;
        let read = |row: &Row<'_>| {
            let key = KeyId(row.get::<_, i64>(7)?.cast_unsigned());
            Ok(Sealed::from_stored(header(row)?, key, row.get(8)?, row.get(9)?))
        };
        query.query_row([signed(seq.0)], read).optional()
    }

    /// Forgets what a receipt says was accepted, and counts it. A power loss may undo this: the events then go again
    /// under the same ids.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is forgotten then.
    pub fn settle(&mut self, receipt: &Receipt, now: Wall) -> Result<(), StoreError> {
        let transaction = self.relaxed()?;
        let seqs: Vec<Seq> = receipt.accepted_seqs().collect();
        delete(&transaction, &seqs)?;
        let class = receipt.class().as_str();
        let sum = |of: &dyn Fn(&RecordPlan) -> u64| receipt.accepted().map(of).sum::<u64>();
        counts::add(&transaction, now, Kind::SentRecords, class, sum(&|_| 1))?;
        counts::add(&transaction, now, Kind::SentEvents, class, sum(&|record| record.lines() as u64))?;
        counts::add(&transaction, now, Kind::SentBytes, class, sum(&|record| record.bytes() as u64))?;
        sent::add(&transaction, receipt, now)?;
        set_meta(&transaction, &format!("accepted_{}", receipt.class()), &now.0.to_le_bytes())?;
        transaction.commit()?;
        Ok(())
    }

    /// Deletes segments that cannot be delivered and counts their events under the reason. Those that are not there any more
    /// are not counted again.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is deleted then.
    pub fn discard(&mut self, seqs: &[Seq], reason: SpoolDrop, now: Wall) -> Result<u64, StoreError> {
        let transaction = self.relaxed()?;
        let events = delete(&transaction, seqs)?;
        counts::add(&transaction, now, Kind::SpoolDrop, reason.as_str(), events)?;
        transaction.commit()?;
        Ok(events)
    }

    /// Puts what a segment became under the present policy in its place. Events that are no more are counted as forbidden.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is changed then.
    pub fn replace(
        &mut self,
        seq: Seq,
        segments: &[Sealed],
        counts: &Counts,
        now: Wall,
    ) -> Result<Vec<Spooled>, StoreError> {
        let transaction = self.durable()?;
        let stored = transaction
            .prepare_cached("SELECT stored_ms FROM segment WHERE seq = ?1")?
            .query_row([signed(seq.0)], |row| row.get(0).map(Wall))
            .optional()?;
        let Some(stored) = stored else { return Ok(Vec::new()) };
        let before = delete_rows(&transaction, &[seq])?;
        let after: u64 = segments.iter().map(|segment| u64::from(segment.header().lines)).sum();
        let mut spooled = Vec::with_capacity(segments.len());
        let mut place = seq.0;
        for segment in segments {
            // The gap behind the segment is used first; what does not fit there goes to the end.
            let taken = |place: u64| -> rusqlite::Result<bool> {
                transaction.prepare_cached("SELECT 1 FROM segment WHERE seq = ?1")?.exists([signed(place)])
            };
            if place / SEQ_STEP != seq.0 / SEQ_STEP || taken(place)? {
                place = next_seq(&transaction)?;
                add_total(&transaction, 0, SEQ_STEP)?;
            }
            insert(&transaction, place, segment, stored)?;
            add_total(&transaction, signed(row_bytes(segment)), 0)?;
            spooled.push(Spooled::after_commit(Seq(place), segment, stored));
            place += 1;
        }
        files::drop_rewinds(&transaction, &[seq])?;
        counts::add_all(&transaction, counts, now)?;
        let forbidden = before.saturating_sub(after);
        counts::add(&transaction, now, Kind::SpoolDrop, SpoolDrop::Forbidden.as_str(), forbidden)?;
        transaction.commit()?;
        Ok(spooled)
    }

    /// What was kept of files, in no order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn positions(&self) -> Result<Vec<FileRecord>, StoreError> {
        Ok(files::all(&self.connection)?)
    }

    /// Halves of the ids of all events of a session that were stored, in no order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn stored_ids(&self, session: SessionTag) -> Result<Vec<u64>, StoreError> {
        Ok(ids::of(&self.connection, session)?)
    }

    /// Reads a value that was kept under a name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn meta(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(meta(&self.connection, name)?)
    }

    /// Keeps a value under a name, after consent only where it identifies the installation.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn set_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let transaction = self.durable()?;
        set_meta(&transaction, name, value)?;
        Ok(transaction.commit()?)
    }

    /// When something of a class was last accepted.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn last_accepted(&self, class: DataClass) -> Result<Option<Wall>, StoreError> {
        let bytes = self.meta(&format!("accepted_{class}"))?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(|bytes| Wall(i64::from_le_bytes(bytes))))
    }

    /// What was counted, by day, kind and name; days are counted from 1970 UTC, and day 0 holds all that is long past.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn counts(&self) -> Result<Vec<Count>, StoreError> {
        Ok(counts::all(&self.connection)?)
    }

    /// What was accepted since the hour of a time, in order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sent_since(&self, since: Wall) -> Result<Vec<Sent>, StoreError> {
        Ok(sent::since(&self.connection, since)?)
    }

    /// Bytes accepted on the day of `now`, UTC.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn bytes_today(&self, now: Wall) -> Result<u64, StoreError> {
        Ok(counts::sum(&self.connection, counts::day(now), Kind::SentBytes)?)
    }

    /// A transaction whose commit is on the disk when it returns.
    fn durable(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.begin("FULL")
    }

    /// A transaction that a power loss may undo as a whole.
    fn relaxed(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.begin("NORMAL")
    }

    fn begin(&mut self, synchronous: &str) -> rusqlite::Result<Transaction<'_>> {
        // A beginning that failed may have begun; nothing was done in it.
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        self.connection.pragma_update(None, "synchronous", synchronous)?;
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

/// SQLite's integers are signed; our numbers stay far below where that matters.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
