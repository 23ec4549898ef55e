//! Projects of what waits, and reading that begins anew.

use super::*;
use scrubber::ProjectTag;

fn project(folder: &[u8]) -> KeptProject {
    KeptProject { rules: u64::MAX, folder: folder.to_vec() }
}

#[test]
fn a_segment_comes_back_with_its_project_over_a_restart() -> Result {
    let folder = tempfile::tempdir()?;
    let segment = Maker::new()?.segment("hello")?;
    let tag = PseudonymKey::new(&[7; 32]).project("/home/mira/work");
    let mut store = open(folder.path())?;
    store.keep_project(tag, &project(b"sealed"))?;
    let spooled = store.append(&[segment], &[], &[], &Counts::default(), NOW)?;
    drop(store);
    let store = open(folder.path())?;
    let found = store.pending(DataClass::Restricted, None, 10)?;
    assert_eq!(found, spooled);
    assert!(found.iter().all(|segment| segment.label().project() == tag));
    assert!(text_of(&store, Seq(8))?.contains("hello"), "the project is bound to the segment");
    assert_eq!(store.project(tag)?, Some(project(b"sealed")));
    assert_eq!(store.project(ProjectTag(1))?, None);
    Ok(())
}

#[test]
fn folders_are_forgotten_when_nothing_of_theirs_waits_and_with_a_revoked_consent() -> Result {
    let folder = tempfile::tempdir()?;
    let tag = PseudonymKey::new(&[7; 32]).project("/home/mira/work");
    let mut store = open(folder.path())?;
    store.keep_project(tag, &project(b"waits"))?;
    store.keep_project(ProjectTag(1), &project(b"idle"))?;
    store.append(&Maker::new()?.segments("hello")?, &[], &[], &Counts::default(), NOW)?;
    store.forget_idle_projects()?;
    assert_eq!(store.project(tag)?, Some(project(b"waits")));
    assert_eq!(store.project(ProjectTag(1))?, None);
    store.purge(SpoolDrop::Purged, NOW)?;
    assert_eq!(store.project(tag)?, Some(project(b"waits")), "a reader may be at work");
    store.purge(SpoolDrop::Revoked, NOW)?;
    assert_eq!(store.project(tag)?, None);
    Ok(())
}

#[test]
fn nothing_is_stored_of_a_project_whose_folder_is_not_kept() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut running, mut maker, position) = (open(folder.path())?, Maker::new()?, [PositionUpdate::Set(at(1, 1, 10))]);
    // As another process does that finds nothing waiting, and takes this one for ended.
    open(folder.path())?.forget_idle_projects()?;
    let late = running.append(&[maker.segment("hello")?], &position, &[], &Counts::default(), NOW);
    assert!(matches!(late, Err(StoreError::FolderNotKept)));
    assert_eq!((running.positions()?, running.measure()?.events), (vec![], 0));
    let mut running = keeping(running)?;
    running.append(&[maker.segment("hello")?], &position, &[], &Counts::default(), NOW)?;
    assert_eq!(running.measure()?.events, 1);
    Ok(())
}

#[test]
fn who_read_before_reading_began_anew_appends_nothing() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut running, mut granting) = (open(folder.path())?, open(folder.path())?);
    let nothing = Counts::default();
    running.append(&[], &[PositionUpdate::Set(at(1, 1, 10))], &[], &nothing, NOW)?;
    granting.begin_anew(&[at(1, 1, 50)], b"here")?;
    assert!(running.is_outdated()? && !granting.is_outdated()?);
    let late = running.append(&[], &[PositionUpdate::Set(at(1, 1, 20))], &[], &nothing, NOW);
    assert!(matches!(late, Err(StoreError::Outdated)));
    assert_eq!(running.positions()?, [at(1, 1, 50)]);
    assert!(!open(folder.path())?.is_outdated()?);
    Ok(())
}

#[test]
fn a_spool_from_before_projects_keeps_what_waits() -> Result {
    let folder = tempfile::tempdir()?;
    fs::create_dir_all(settings(folder.path()).folder)?;
    let old = Connection::open(settings(folder.path()).folder.join("spool.db"))?;
    for sql in [include_str!("../schema.sql"), include_str!("../ids.sql"), include_str!("../sent.sql")] {
        old.execute_batch(sql)?;
    }
    old.execute_batch(
        "INSERT INTO label VALUES (3, 'policy', 'consent');
         INSERT INTO segment VALUES (8, 2, 3, 5, 70, 1, x'00', 1, 2, x'01'), (16, 2, 3, 6, 80, 1, x'00', 1, 2, x'02');
         PRAGMA user_version = 3;",
    )?;
    drop(old);
    let store = open(folder.path())?;
    let found = store.pending(DataClass::Restricted, None, 10)?;
    assert!(found.iter().map(|segment| (segment.seq().0, segment.lines())).eq([(8, 5), (16, 6)]));
    assert!(
        found
            .iter()
            .all(|segment| segment.label() == &pipeline::seal::Label::new("policy", "consent", ProjectTag::NONE))
    );
    Ok(())
}
