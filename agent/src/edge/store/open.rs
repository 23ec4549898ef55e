//! Opens the database, makes its tables, and sets a damaged one aside.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::ship::SpoolDrop;
use pipeline::tail::FileRecord;
use pipeline::time::Wall;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::private;
use super::counts::Kind;
use super::upkeep::{BACKFILL_AFTER, COVERED};
use super::{Sent, Store, StoreError, StoreSettings, beginnings, counts, files, meta, projects, sent, set_meta};

pub(super) const FILE: &str = "spool.db";
/// What the names of damaged databases begin with.
const SET_ASIDE: &str = "spool-damaged-";
/// How long to wait for another connection's transaction.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Pages of 8 KiB in the write-ahead log before they are moved to the database: 16 MiB. Larger saves writing segments
/// twice that are soon sent; smaller saves disk.
const WAL_PAGES: u32 = 2048;
/// KiB of the database that are kept in memory at most: what waits to be sent while there is a backlog, so that it is not
/// read from the disk again to be sent and deleted.
pub(super) const CACHE_KIB: i32 = 8 * 1024;
/// Bytes that the write-ahead log keeps once it is empty.
const WAL_BYTES_KEPT: u32 = 1024 * 1024;

/// The largest database that is looked through as a whole when it is opened: about 0.01 s for 30 MiB of segments, 0.05 s for as much
/// in small rows. Damage in a larger one is met when it is worked with.
const CHECKED_BYTES_MAX: i64 = 32 * 1024 * 1024;

/// The formats so far: each entry leads from its place's number to the next.
const MIGRATIONS: [&str; 4] =
    [include_str!("schema.sql"), include_str!("ids.sql"), include_str!("sent.sql"), include_str!("projects.sql")];
const FORMAT: usize = MIGRATIONS.len();

/// An open spool, and what had to be done for it.
pub struct Opened {
    /// The spool.
    pub store: Store,
    /// The damaged database that was set aside, if one was.
    pub set_aside: Option<SetAside>,
}

/// What is known of a damaged database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it lies now.
    pub path: PathBuf,
    /// Whether file positions could be kept, moved back to what was never sent. If not, the fresh database knows of no folder
    /// where reading began ([`Store::covered`]), so that whoever reads next starts from what consent allows.
    pub positions_kept: bool,
}

impl Store {
    /// Opens the spool to read for it, making or migrating it. A damaged database is renamed, counted and replaced by a fresh one.
    ///
    /// # Errors
    ///
    /// When the folder or the database cannot be made, read or written, or was written by a later version.
    pub fn open(settings: StoreSettings, now: Wall) -> Result<Opened, StoreError> {
        make_folder(&settings.folder).map_err(StoreError::Folder)?;
        let path = settings.folder.join(FILE);
        let whole = |connection: Connection| check_whole(&connection).map(|()| connection);
        let fault = match connect(&path).and_then(whole) {
            Ok(connection) => return Ok(Opened { store: Self::over(connection, settings)?, set_aside: None }),
            Err(StoreError::Damaged(fault)) => fault,
            Err(error) => return Err(error),
        };
        tracing::error!(code = ?fault.sqlite_error_code(), "the spool was damaged and is set aside");
        Self::begin_over(settings, now, Waiting::IsReadAgain)
    }

    /// Sets a database aside that turned out to be damaged while it was worked with, whatever a look at it tells: what waited is
    /// read again.
    ///
    /// # Errors
    ///
    /// When it cannot be renamed, or a fresh one cannot be made.
    pub fn replace_damaged(settings: StoreSettings, now: Wall) -> Result<Opened, StoreError> {
        make_folder(&settings.folder).map_err(StoreError::Folder)?;
        tracing::error!("the spool is damaged and is set aside");
        Self::begin_over(settings, now, Waiting::IsReadAgain)
    }

    /// Deletes all that waits, whatever state the spool is in, and the damaged spools that were set aside. Says how many events
    /// waited, as far as that can be known.
    ///
    /// # Errors
    ///
    /// When something cannot be read or deleted, or the database was written by a later version.
    pub fn empty(settings: StoreSettings, reason: SpoolDrop, now: Wall) -> Result<u64, StoreError> {
        let mut emptied = 0;
        if Self::exists(&settings) {
            emptied = match Self::open_to_empty(settings.clone()).and_then(|mut store| store.purge(reason, now)) {
                Err(StoreError::Damaged(_)) => {
                    Self::begin_over(settings.clone(), now, Waiting::IsDeleted)?;
                    0
                }
                emptied => emptied?,
            };
        }
        if reason == SpoolDrop::Revoked {
            beginnings::forget(&settings)?;
        }
        let damaged = set_aside_files(&settings).map_err(StoreError::Delete)?;
        damaged.iter().try_for_each(|path| erase(path)).map_err(StoreError::Delete)?;
        Ok(emptied)
    }

    /// Sets a damaged database aside and puts a fresh one in its place, with what can still be read of positions and log.
    fn begin_over(settings: StoreSettings, now: Wall, waiting: Waiting) -> Result<Opened, StoreError> {
        let path = settings.folder.join(FILE);
        let (kept, log) = (salvage(&path, waiting), salvage_log(&path));
        let aside = set_aside(&path, now).map_err(StoreError::Folder)?;
        let mut store = Self::over(connect(&path)?, settings)?;
        let transaction = store.durable()?;
        if let Some(kept) = &kept {
            kept.records.iter().try_for_each(|record| files::set(&transaction, record))?;
            kept.begun.iter().try_for_each(|(name, value)| set_meta(&transaction, name, value))?;
        }
        log.iter().try_for_each(|one| sent::insert(&transaction, one))?;
        counts::add(&transaction, now, Kind::SetAside, "", 1)?;
        transaction.commit()?;
        Ok(Opened { store, set_aside: Some(SetAside { path: aside, positions_kept: kept.is_some() }) })
    }

    /// Makes a spool in memory, for a command that sends something by itself: it ends with the command, and leaves nothing.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn in_memory(settings: StoreSettings) -> Result<Self, StoreError> {
        let mut connection = configure(Connection::open_in_memory()?)?;
        migrate(&mut connection)?;
        Self::over(connection, settings)
    }

    /// Opens a spool that is there, and changes nothing about it: for whoever looks only.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is damaged, or was written by another version.
    pub fn open_existing(settings: StoreSettings) -> Result<Self, StoreError> {
        let connection = attach(&settings.folder.join(FILE))?;
        match format(&connection)? {
            FORMAT => check_roots(&connection).map_err(not_of_its_format)?,
            older => return Err(StoreError::Older(older)),
        }
        Self::over(connection, settings)
    }

    /// Opens a spool that is there, to empty it: one of an earlier version is brought up to date, a damaged one is left alone.
    ///
    /// # Errors
    ///
    /// When it cannot be read or written, is damaged, or was written by a later version.
    pub fn open_to_empty(settings: StoreSettings) -> Result<Self, StoreError> {
        let mut connection = attach(&settings.folder.join(FILE))?;
        migrate(&mut connection)?;
        Self::over(connection, settings)
    }

    fn over(connection: Connection, settings: StoreSettings) -> Result<Self, StoreError> {
        let reading = projects::reading(&connection)?;
        Ok(Self { connection, settings, reading })
    }

    /// Says whether a database lies where this one was opened. Where it was removed, what is stored here ends with the process.
    pub fn is_there(&self) -> bool {
        let path = self.connection.path().filter(|path| !path.is_empty());
        path.is_none_or(|path| {
            fs::symlink_metadata(path).err().is_none_or(|fault| fault.kind() != io::ErrorKind::NotFound)
        })
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    make_file(path).map_err(StoreError::Folder)?;
    let mut connection = attach(path)?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn attach(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    configure(Connection::open_with_flags(path, flags)?)
}

fn configure(connection: Connection) -> Result<Connection, StoreError> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(48);
    // Else a statement is planned anew whenever other values are bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Both take effect on an empty database only.
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", WAL_PAGES, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // What a statement may have to undo is kept beside the cache and not in a file of the system's folder for such things.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // macOS: a plain fsync does not reach the disk.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let done = format(&transaction)?;
    let pending = MIGRATIONS.get(done..).unwrap_or_default();
    if pending.is_empty() {
        return check_roots(&transaction).map_err(not_of_its_format);
    }
    pending.iter().try_for_each(|sql| transaction.execute_batch(sql)).map_err(not_of_its_format)?;
    transaction.pragma_update(None, "user_version", i64::try_from(FORMAT).unwrap_or(i64::MAX))?;
    Ok(transaction.commit()?)
}

/// A database that holds other tables or rows than its format says is damaged: no later start could do better with it.
fn not_of_its_format(fault: rusqlite::Error) -> StoreError {
    // The statements never change: that one of them is wrong tells of the tables. A disk, a lock or memory that fails has other codes.
    let odd = matches!(fault, rusqlite::Error::SqlInputError { .. })
        || fault.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_ERROR)
        || fault.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation);
    if odd { StoreError::Damaged(damage()) } else { fault.into() }
}

/// The format of a database that this version knows; 0 for one that was made and not yet filled.
fn format(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).ok().filter(|version| *version <= FORMAT).ok_or(StoreError::Newer(version))
}

/// Reads each table's root, so that gross damage shows now.
fn check_roots(connection: &Connection) -> rusqlite::Result<()> {
    let roots = [
        "SELECT next_seq FROM total",
        "SELECT count(*) FROM file",
        "SELECT count(*) FROM segment",
        "SELECT max(part) FROM stored",
        "SELECT max(hour) FROM sent",
        "SELECT max(tag) FROM project",
    ];
    roots.into_iter().try_for_each(|sql| connection.query_row(sql, [], |_| Ok(())))
}

/// Looks through the whole database, where that takes no noticeable time: damage within a table shows nowhere else, and what it
/// hides would be missing without a word.
fn check_whole(connection: &Connection) -> Result<(), StoreError> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if number("page_count")?.saturating_mul(number("page_size")?) > CHECKED_BYTES_MAX {
        return Ok(());
    }
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged(damage())) }
}

/// As SQLite tells of damage; its own words name pages and tables, which are no help.
fn damage() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), None)
}

/// What becomes of the events that waited in a damaged database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// They are read from the transcripts again.
    IsReadAgain,
    /// Nobody wants them any more.
    IsDeleted,
}

/// What a damaged database still tells of positions.
struct Salvaged {
    records: Vec<FileRecord>,
    /// What tells where and under which consent reading began, by its names.
    begun: Vec<(&'static str, Vec<u8>)>,
}

/// Reads file positions out of a damaged database, where what it still held is to be read again moved back to before that; `None`
/// when they cannot be read whole.
fn salvage(path: &Path, waiting: Waiting) -> Option<Salvaged> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    let transaction = connection.transaction().ok()?;
    // A row that damage hides would have its file read from the start.
    for table in ["file", "rewind", "meta"] {
        let sound = |row: &rusqlite::Row<'_>| row.get::<_, String>(0).map(|verdict| verdict == "ok");
        let sound = transaction.query_row(&format!("PRAGMA integrity_check({table})"), [], sound);
        sound.ok().filter(|sound| *sound)?;
    }
    if waiting == Waiting::IsReadAgain {
        files::rewind(&transaction, None).ok()?;
    }
    let mut begun = Vec::new();
    for name in [COVERED, BACKFILL_AFTER] {
        begun.extend(meta(&transaction, name).ok()?.map(|value| (name, value)));
    }
    Some(Salvaged { records: files::all(&transaction).ok()?, begun })
}

/// Reads the log of what was sent out of a damaged database, as far as it can be read.
fn salvage_log(path: &Path) -> Vec<Sent> {
    let Ok(connection) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else {
        return Vec::new();
    };
    let mut log = Vec::new();
    // What was read before the first row that cannot be read is as good as ever.
    let _ = sent::each_since(&connection, Wall(0), |one| log.push(one));
    log
}

/// The damaged databases that were set aside, with their logs. What waited in them is in them, sealed.
///
/// # Errors
/// When the folder cannot be read.
pub fn set_aside_files(settings: &StoreSettings) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(&settings.folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(SET_ASIDE.as_bytes()) {
            files.push(entry.path());
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Deletes a file so that what was in it cannot be read from the disk, as far as the file system writes over what it holds.
fn erase(path: &Path) -> io::Result<()> {
    let mut file = match fs::OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let length = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    file.sync_all()?;
    drop(file);
    fs::remove_file(path)
}

/// Renames the database with its log. The name tells when; an older one of the same second is replaced.
fn set_aside(path: &Path, now: Wall) -> io::Result<PathBuf> {
    let named = |suffix: &str| path.with_file_name(format!("{SET_ASIDE}{}.db{suffix}", now.0.div_euclid(1000)));
    for suffix in ["-wal", "-shm"] {
        let from = path.with_file_name(format!("{FILE}{suffix}"));
        match fs::rename(from, named(suffix)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    fs::rename(path, named(""))?;
    Ok(named(""))
}

/// Makes the folder for this user alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    private::folder().recursive(true).create(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(folder)?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Makes the file for this user alone; SQLite gives its log the same access.
fn make_file(path: &Path) -> io::Result<()> {
    match private::options().write(true).create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
