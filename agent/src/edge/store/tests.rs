//! The spool in trouble.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use pipeline::seal::{SealKey, Sealer};
use pipeline::tail::{FileId, PathHash, Position, Resume, WindowHash};
use pipeline::time::DAY_MS;
use scrubber::{
    AllowList, EventsByTier, HostFacts, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey, RawLine,
    Scratch, Source, SourceKind, Tier, detect,
};

use super::*;

mod model;
mod opening;
mod projects;
mod upkeep;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const NOW: Wall = Wall(1_790_000_000_000);

struct Everything;

impl Projects for Everything {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

/// Makes sealed segments the only way there is: transcript line, policy, events, sealer.
struct Maker {
    policy: Policy,
    sealer: Sealer,
    scratch: Scratch,
    out: EventsByTier,
}

impl Maker {
    fn new() -> Result<Self> {
        let policy = Policy::new(PolicyParts {
            allow_list: AllowList::shipped()?,
            engine: detect::Engine::new(&detect::KnownIdentities::default())?,
            key: PseudonymKey::new(&[7; 32]),
            host: HostFacts {
                login: "mira".to_owned(),
                host: "laptop-7".to_owned(),
                home: "/home/mira".to_owned(),
                os: "linux",
                org: None,
            },
            tier: Tier::Content,
            consent_id: "consent-1".to_owned(),
            agent_version: "0.0.0".to_owned(),
            event_bytes_max: 1_023_999,
            replacements: scrubber::Replacements::default(),
        });
        let out = policy.events();
        Ok(Self { policy, sealer: Sealer::new(SealKey::new(&[1; 32]), [2; 8]), scratch: Scratch::default(), out })
    }

    fn segments(&mut self, text: &str) -> Result<Vec<Sealed>> {
        let line = serde_json::json!({
            "type": "user", "uuid": "0b1c2d3e-0000-4000-8000-000000000001", "sessionId": "0b1c2d3e-0000-4000-8000-000000000002",
            "timestamp": "2026-11-01T10:00:00.000Z", "version": "2.1.0", "cwd": "/home/mira/work",
            "message": {"role": "user", "content": text},
        })
        .to_string();
        let mut source = Source { kind: SourceKind::Transcript, session: "file-stem".to_owned(), cwd: None };
        let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 + 1 });
        self.policy.scrub(&raw, &mut source, &mut Everything, 0, &mut self.scratch, &mut self.out);
        let mut segments = Vec::new();
        for events in &mut self.out {
            segments.extend(self.sealer.seal(events, &self.policy)?.segments);
            events.clear();
        }
        assert!(!segments.is_empty(), "the policy made no event");
        Ok(segments)
    }

    fn segment(&mut self, text: &str) -> Result<Sealed> {
        self.segments(text)?.into_iter().next().ok_or_else(|| "no segment".into())
    }
}

fn opener() -> Opener {
    Opener::new(vec![SealKey::new(&[1; 32])])
}

fn settings(folder: &Path) -> StoreSettings {
    StoreSettings { folder: folder.join("state"), bytes_max: 1 << 20, age_max: StoreSettings::AGE_MAX }
}

fn open(folder: &Path) -> Result<Store> {
    let opened = Store::open(settings(folder), NOW)?;
    assert_eq!(opened.set_aside, None);
    keeping(opened.store)
}

/// Keeps the project of what [`Maker`] makes, where it is not kept.
fn keeping(mut store: Store) -> Result<Store> {
    let tag = PseudonymKey::new(&[7; 32]).project("/home/mira/work");
    if store.project(tag)?.is_none() {
        store.keep_project(tag, &KeptProject { rules: 1, folder: b"sealed".to_vec() })?;
    }
    Ok(store)
}

fn at(inode: u128, path: u8, offset: u64) -> FileRecord {
    let position = |offset, resume| Position { offset, resume, head: WindowHash([3; 16]), tail: WindowHash([4; 16]) };
    FileRecord {
        key: FileKey { id: FileId { device: u64::MAX, inode }, path: PathHash([path; 16]) },
        position: position(offset, Resume::SkipLine),
        floor: (inode % 2 == 1).then(|| position(offset.min(2), Resume::SkipBegun)),
        updated_ms: NOW.0,
    }
}

fn passed(session: u64, ids: &[u64]) -> Passed {
    Passed { session: SessionTag(session), ids: ids.to_vec() }
}

fn ids_of(store: &Store, session: u64) -> Result<Vec<u64>> {
    let mut ids = store.stored_ids(SessionTag(session))?;
    ids.sort_unstable();
    Ok(ids)
}

fn counted(store: &Store, kind: Kind, name: &str) -> Result<u64> {
    let counts = store.counts()?;
    Ok(counts.iter().filter(|count| count.kind == kind && count.name == name).map(|count| count.n).sum())
}

fn text_of(store: &Store, seq: Seq) -> Result<String> {
    let mut plain = Vec::new();
    store.load(seq, &opener())?.unpack(&mut plain)?;
    Ok(String::from_utf8(plain)?)
}

fn all_bytes(folder: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder)? {
        bytes.extend(fs::read(entry?.path())?);
    }
    Ok(bytes)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

#[test]
fn what_was_appended_survives_reopening_whole() -> Result {
    let folder = tempfile::tempdir()?;
    let mut maker = Maker::new()?;
    let counts = Counts { lines: 3, redactions: BTreeMap::from([("rule-a".to_owned(), 2)]), ..Counts::default() };
    let sealed = maker.segment("a planted sentence")?;
    let ids = [passed(1, &[1, u64::MAX]), passed(2, &[3])];
    let position = [PositionUpdate::Set(at(u128::MAX, 1, 77))];
    let spooled = open(folder.path())?.append(&[sealed], &position, &ids, &counts, NOW)?;
    let mut store = open(folder.path())?;
    let [only] = spooled.as_slice() else { return Err("not one segment".into()) };
    assert_eq!(store.pending(DataClass::Restricted, None, 10)?, spooled);
    assert_eq!(store.pending(DataClass::Restricted, Some(only.seq()), 10)?, []);
    assert_eq!(store.pending(DataClass::Internal, None, 10)?, []);
    assert!(text_of(&store, only.seq())?.contains("a planted sentence"));
    assert_eq!(store.positions()?, [at(u128::MAX, 1, 77)]);
    assert_eq!(ids_of(&store, 1)?, [1, u64::MAX]);
    assert_eq!(ids_of(&store, 3)?, <[u64; 0]>::default());
    assert_eq!(counted(&store, Kind::Lines, "")?, 3);
    assert_eq!(counted(&store, Kind::Redaction, "rule-a")?, 2);
    assert_eq!(store.discard(&[only.seq()], SpoolDrop::Unreadable, NOW)?, 1);
    assert_eq!(store.discard(&[only.seq()], SpoolDrop::Unreadable, NOW)?, 0);
    assert!(matches!(store.load(only.seq(), &opener()), Err(LoadError::Gone)));
    let again = store.append(&[maker.segment("next")?], &[], &[], &Counts::default(), NOW)?;
    assert!(again.iter().all(|next| next.seq() > only.seq()), "a place is never used again");
    Ok(())
}

#[test]
fn a_full_spool_refuses_changes_nothing_and_takes_more_once_there_is_room() -> Result {
    let folder = tempfile::tempdir()?;
    let mut maker = Maker::new()?;
    let small = StoreSettings { bytes_max: 2000, ..settings(folder.path()) };
    let mut store = keeping(Store::open(small, NOW)?.store)?;
    let mut held = Vec::new();
    let refused = loop {
        let sealed = [maker.segment("some words")?];
        let position = PositionUpdate::Set(at(1, 1, held.len() as u64));
        let counts = Counts { lines: 1, ..Counts::default() };
        match store.append(&sealed, &[position], &[passed(1, &[held.len() as u64])], &counts, NOW) {
            Ok(spooled) => held.extend(spooled),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Full));
    assert_eq!(store.positions()?, [at(1, 1, held.len() as u64 - 1)]);
    assert_eq!(counted(&store, Kind::Lines, "")?, held.len() as u64);
    assert_eq!(ids_of(&store, 1)?.len(), held.len(), "ids come with their events only");
    let first: Vec<Seq> = held.iter().take(1).map(Spooled::seq).collect();
    store.discard(&first, SpoolDrop::Purged, NOW)?;
    assert!(store.append(&[maker.segment("some words")?], &[], &[], &Counts::default(), NOW).is_ok());
    Ok(())
}

#[test]
fn a_disk_without_room_is_told_when_a_database_is_opened() {
    assert!(matches!(told_by(ffi::SQLITE_IOERR_SHMSIZE), StoreError::DiskFull(_)));
}

#[test]
fn a_file_system_that_knows_no_locks_is_told_from_a_disk_that_fails() {
    for code in [ffi::SQLITE_IOERR_LOCK, ffi::SQLITE_IOERR_SHMMAP, ffi::SQLITE_PROTOCOL] {
        assert!(matches!(told_by(code), StoreError::NoLocks(_)), "{code}");
    }
    for code in [ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_FSYNC] {
        assert!(matches!(told_by(code), StoreError::Database(_)), "{code}");
    }
}

fn told_by(code: i32) -> StoreError {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
}

#[test]
fn a_disk_without_room_changes_nothing_and_heals_by_itself() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let pages: u32 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    store.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    let mut words = String::new();
    for number in 0..20_000_u64 {
        words.push_str(&format!("{} ", number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 99_991));
    }
    let position = [PositionUpdate::Set(at(1, 1, 9))];
    let failed = store.append(&[maker.segment(&words)?], &position, &[], &Counts::default(), NOW);
    assert!(matches!(failed, Err(StoreError::DiskFull(_))), "{failed:?}");
    assert_eq!(store.positions()?, []);
    assert_eq!(store.check()?.segments, 0);
    store.connection.pragma_update_and_check(None, "max_page_count", 1 << 20, |_| Ok(()))?;
    assert_eq!(store.append(&[maker.segment(&words)?], &position, &[], &Counts::default(), NOW)?.len(), 1);
    assert_eq!(store.positions()?.len(), 1);
    Ok(())
}

#[test]
fn a_database_that_cannot_be_written_is_a_clear_error() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    store.connection.pragma_update(None, "query_only", true)?;
    let failed = store.append(&[maker.segment("words")?], &[], &[], &Counts::default(), NOW);
    assert!(matches!(failed, Err(StoreError::ReadOnly(_))), "{failed:?}");
    let file = folder.path().join("file");
    fs::write(&file, "")?;
    let blocked = StoreSettings { folder: file.join("state"), ..settings(folder.path()) };
    assert!(matches!(Store::open(blocked, NOW).map(|_| ()), Err(StoreError::Folder(_))));
    Ok(())
}

#[test]
fn a_database_of_the_first_format_is_taken_over() -> Result {
    let folder = tempfile::tempdir()?;
    fs::create_dir_all(folder.path().join("state"))?;
    let old = Connection::open(folder.path().join("state/spool.db"))?;
    old.execute_batch(include_str!("schema.sql"))?;
    old.execute_batch("INSERT INTO count VALUES (20000, 'lines', '', 7); PRAGMA user_version = 1;")?;
    drop(old);
    let mut store = open(folder.path())?;
    assert_eq!(counted(&store, Kind::Lines, "")?, 7);
    store.append(&[], &[], &[passed(1, &[1])], &Counts::default(), NOW)?;
    assert_eq!(ids_of(&store, 1)?, [1]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_this_users_alone() -> Result {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    store.append(&[maker.segment("words")?], &[], &[], &Counts::default(), NOW)?;
    let state = folder.path().join("state");
    assert_eq!(fs::metadata(&state)?.permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(&state)? {
        assert_eq!(entry?.metadata()?.permissions().mode() & 0o177, 0);
    }
    Ok(())
}
