//! Opening: what is mended and by whom, and where reading begins.

use super::*;

#[test]
fn a_damaged_database_is_set_aside_and_counted() -> Result {
    let folder = tempfile::tempdir()?;
    let mut maker = Maker::new()?;
    open(folder.path())?.append(&[maker.segment("words")?], &[], &[], &Counts::default(), NOW)?;
    fs::write(folder.path().join("state/spool.db"), [0x5a; 40_000])?;
    let opened = Store::open(settings(folder.path()), NOW)?;
    let aside = opened.set_aside.ok_or("nothing was set aside")?;
    assert!(aside.path.exists() && !aside.positions_kept);
    assert_eq!(counted(&opened.store, Kind::SetAside, "")?, 1);
    assert!(opened.store.check()?.sound);
    drop(opened.store);
    open(folder.path())?;
    Ok(())
}

/// Damages the page that a table begins with.
fn damage(folder: &Path, table: &str) -> Result {
    let path = folder.join("state/spool.db");
    let connection = Connection::open(&path)?;
    let page: u32 =
        connection.query_row("SELECT rootpage FROM sqlite_master WHERE name = ?1", [table], |row| row.get(0))?;
    drop(connection);
    let mut bytes = fs::read(&path)?;
    let at = usize::try_from((page - 1) * 8192)?;
    bytes.get_mut(at..at + 4096).ok_or("no such page")?.fill(0x5a);
    Ok(fs::write(&path, bytes)?)
}

#[test]
fn damage_to_any_page_shows_when_a_spool_is_opened_and_nothing_is_missing_without_a_word() -> Result {
    let folder = tempfile::tempdir()?;
    let mut maker = Maker::new()?;
    let mut store = open(folder.path())?;
    for inode in 1..60 {
        let (segment, ids) =
            (maker.segment(&"words ".repeat(2_000))?, (0..200).map(|id| inode * 1_000 + id).collect::<Vec<_>>());
        let update = PositionUpdate::Set(at(inode.into(), 1, 50));
        store.append(&[segment], &[update], &[passed(inode, &ids)], &Counts::default(), NOW)?;
    }
    store.shrink()?;
    drop(store);
    let path = folder.path().join("state/spool.db");
    let whole = fs::read(&path)?;
    assert!(whole.len() > 20 * 8192, "{}", whole.len());
    for page in 0..whole.len() / 8192 {
        let mut bytes = whole.clone();
        bytes.get_mut(page * 8192 + 4096..(page + 1) * 8192).ok_or("no such page")?.fill(0);
        fs::write(&path, bytes)?;
        let opened = Store::open(settings(folder.path()), NOW)?;
        let mut store = opened.store;
        let waiting = store.pending(DataClass::Restricted, None, 100)?;
        let is_read_again = opened.set_aside.is_some();
        assert!(is_read_again == waiting.is_empty() && (is_read_again || waiting.len() == 59), "page {page}");
        let places: Vec<Seq> = waiting.iter().map(Spooled::seq).collect();
        store.discard(&places, SpoolDrop::Purged, NOW).map_err(|fault| format!("page {page}: {fault}"))?;
        drop(store);
        fs::remove_dir_all(folder.path().join("state"))?;
        fs::create_dir(folder.path().join("state"))?;
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_database_that_was_removed_under_its_holder_is_told() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("state/spool.db");
    let store = open(folder.path())?;
    assert!(store.is_there() && Store::in_memory(settings(folder.path()))?.is_there());
    fs::rename(&path, folder.path().join("elsewhere"))?;
    assert!(!store.is_there());
    Ok(())
}

#[test]
fn what_no_row_of_ours_says_is_damage() {
    let missing = StoreError::from(rusqlite::Error::QueryReturnedNoRows);
    let odd = StoreError::from(rusqlite::Error::IntegralValueOutOfRange(0, 9));
    assert!(matches!((missing, odd), (StoreError::Damaged(_), StoreError::Damaged(_))));
}

#[test]
fn where_reading_had_got_to_survives_damage_elsewhere_and_counts_as_lost_otherwise() -> Result {
    for (table, kept) in [("sent", true), ("file", false), ("meta", false)] {
        let folder = tempfile::tempdir()?;
        open(folder.path())?.begin_anew(&[at(1, 1, 50)], b"here")?;
        damage(folder.path(), table)?;
        // Meta is read by nobody until it is asked for.
        damage(folder.path(), "sent")?;
        let opened = Store::open(settings(folder.path()), NOW)?;
        assert_eq!(opened.set_aside.map(|aside| aside.positions_kept), Some(kept), "{table}");
        let (records, covered) = (opened.store.positions()?, opened.store.covered()?);
        let expected = if kept { (vec![at(1, 1, 50)], b"here".to_vec()) } else { (Vec::new(), Vec::new()) };
        assert_eq!((records, covered), expected, "{table}");
        drop(opened.store);
        assert_eq!(open(folder.path())?.covered()?.is_empty(), !kept, "it is still known to whoever opens it next");
    }
    Ok(())
}

#[test]
fn the_log_of_what_was_sent_survives_damage_elsewhere() -> Result {
    let entry = |hour: i64| Sent {
        hour: Wall(hour * 60 * 60 * 1000),
        class: DataClass::Internal,
        consent: "c".repeat(32),
        policy: "p".repeat(16),
        events: 7,
        bytes: 700,
    };
    // More than one page of the database.
    let all: Vec<Sent> = (1_000..1_400).map(entry).collect();
    for (table, kept) in [("file", true), ("meta", true), ("sent", false)] {
        let folder = tempfile::tempdir()?;
        let mut store = open(folder.path())?;
        all.iter().try_for_each(|one| store.log_sent(one))?;
        drop(store);
        damage(folder.path(), table)?;
        // Meta is read by nobody until it is asked for.
        damage(folder.path(), if kept { "file" } else { "sent" })?;
        let opened = Store::open(settings(folder.path()), NOW)?;
        assert!(opened.set_aside.is_some(), "{table}");
        assert_eq!(opened.store.sent_since(Wall(0))?, if kept { all.clone() } else { Vec::new() }, "{table}");
        assert!(!set_aside_files(&settings(folder.path()))?.is_empty());
    }
    Ok(())
}

#[test]
fn emptying_leaves_nothing_of_a_damaged_database_and_reads_nothing_of_it_again() -> Result {
    // Damaged where it is opened, where what waits is deleted, and everywhere.
    for table in ["sent", "segment", ""] {
        let folder = tempfile::tempdir()?;
        let mut maker = Maker::new()?;
        let sealed = maker.segment("a planted sentence")?;
        let cipher = sealed.ciphertext().to_vec();
        let mut store = open(folder.path())?;
        store.begin_anew(&[at(1, 1, 50)], b"here")?;
        store.append(&[sealed], &[PositionUpdate::Set(at(1, 1, 99))], &[], &Counts::default(), NOW)?;
        // Its log goes into the database.
        drop(store);
        let state = folder.path().join("state");
        // One that was set aside before.
        fs::write(state.join("spool-damaged-1.db"), &cipher)?;
        match table {
            "" => fs::write(state.join("spool.db"), [&[0x5a; 40_000][..], &cipher].concat())?,
            table => damage(folder.path(), table)?,
        }
        Store::empty(settings(folder.path()), SpoolDrop::Revoked, NOW)?;
        assert!(!contains(&all_bytes(&state)?, &cipher), "{table}");
        assert_eq!(set_aside_files(&settings(folder.path()))?, Vec::<PathBuf>::new(), "{table}");
        let store = open(folder.path())?;
        assert_eq!(store.check()?.segments, 0);
        if !table.is_empty() {
            assert_eq!(store.positions()?, [at(1, 1, 99)], "{table}");
        }
    }
    let nowhere = tempfile::tempdir()?;
    assert_eq!(Store::empty(settings(nowhere.path()), SpoolDrop::Purged, NOW)?, 0);
    assert!(!nowhere.path().join("state").exists(), "none is made");
    Ok(())
}

#[test]
fn who_only_looks_leaves_a_damaged_database_as_it_is() -> Result {
    let folder = tempfile::tempdir()?;
    open(folder.path())?;
    let state = folder.path().join("state");
    fs::write(state.join("spool.db"), [0x5a; 40_000])?;
    let before = fs::read(state.join("spool.db"))?;
    for opened in [Store::open_existing(settings(folder.path())), Store::open_to_empty(settings(folder.path()))] {
        assert!(matches!(opened.map(|_| ()), Err(StoreError::Damaged(_))));
    }
    assert_eq!(fs::read(state.join("spool.db"))?, before);
    assert_eq!(fs::read_dir(&state)?.count(), 1);
    fs::remove_dir_all(&state)?;
    assert!(Store::open_existing(settings(folder.path())).is_err() && !state.exists(), "nor is one made");
    Ok(())
}

#[test]
fn a_database_of_a_later_version_is_left_alone() -> Result {
    let folder = tempfile::tempdir()?;
    open(folder.path())?.connection.pragma_update(None, "user_version", 99)?;
    assert!(matches!(Store::open(settings(folder.path()), NOW).map(|_| ()), Err(StoreError::Newer(99))));
    assert!(matches!(Store::open_existing(settings(folder.path())).map(|_| ()), Err(StoreError::Newer(99))));
    Ok(())
}

#[test]
fn a_database_of_an_earlier_version_is_brought_up_to_date_by_whoever_works_with_it() -> Result {
    let old = || -> Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        fs::create_dir_all(settings(folder.path()).folder)?;
        let old = Connection::open(settings(folder.path()).folder.join("spool.db"))?;
        old.execute_batch(include_str!("../schema.sql"))?;
        old.execute_batch("PRAGMA user_version = 1;")?;
        Ok(folder)
    };
    let folder = old()?;
    assert!(matches!(Store::open_existing(settings(folder.path())).map(|_| ()), Err(StoreError::Older(1))));
    Store::open_to_empty(settings(folder.path()))?.purge(SpoolDrop::Revoked, NOW)?;
    Store::open_existing(settings(folder.path()))?;
    let folder = old()?;
    open(folder.path())?;
    Store::open_existing(settings(folder.path()))?;
    Ok(())
}

#[test]
fn a_database_that_is_not_of_its_format_is_set_aside_and_stops_nobody() -> Result {
    let folder = tempfile::tempdir()?;
    for version in 0..4 {
        open(folder.path())?.connection.pragma_update(None, "user_version", version)?;
        let opened = Store::open(settings(folder.path()), NOW)?;
        assert!(opened.set_aside.is_some(), "{version}");
    }
    for version in [1, 4] {
        let mut store = open(folder.path())?;
        store.set_meta(BACKFILL_AFTER, b"before")?;
        store.connection.execute_batch("DROP TABLE sent; DROP TABLE stored; DROP TABLE total;")?;
        store.connection.pragma_update(None, "user_version", version)?;
        drop(store);
        let looked = Store::open_existing(settings(folder.path())).map(|_| ());
        assert!(matches!(looked, Err(StoreError::Damaged(_) | StoreError::Older(_))), "{version}: {looked:?}");
        let opened = Store::open(settings(folder.path()), NOW)?;
        assert!(opened.set_aside.is_some_and(|aside| aside.positions_kept), "{version}");
        let note = opened.store.meta(BACKFILL_AFTER)?;
        assert_eq!(
            note.as_deref(),
            Some(b"before".as_slice()),
            "a backfill that waits for its consent goes on waiting"
        );
    }
    Ok(())
}

#[test]
fn reading_begins_anew_as_a_whole_or_not_at_all() -> Result {
    let folder = tempfile::tempdir()?;
    let mut store = open(folder.path())?;
    store.begin_anew(&[at(1, 1, 10), at(2, 2, 20)], b"before")?;
    store.connection.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON file WHEN NEW.device = -1 AND NEW.path = x'09090909090909090909090909090909'
         BEGIN SELECT RAISE(ABORT, 'no'); END",
    )?;
    assert!(store.begin_anew(&[at(1, 1, 30), at(9, 9, 90)], b"after").is_err());
    assert!(store.begin_also(&[at(3, 3, 30), at(9, 9, 90)], b"after").is_err());
    let mut records = store.positions()?;
    records.sort_by_key(|record| record.key.id.inode);
    assert_eq!((records, store.covered()?), (vec![at(1, 1, 10), at(2, 2, 20)], b"before".to_vec()));
    assert!(!store.is_outdated()?);
    store.begin_also(&[at(3, 3, 30)], b"both")?;
    assert_eq!((store.positions()?.len(), store.covered()?), (3, b"both".to_vec()));
    Ok(())
}
