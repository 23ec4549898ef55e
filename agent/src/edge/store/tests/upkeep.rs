//! Age, lost keys, emptying and shrinking.

use super::*;

#[test]
fn a_lost_key_drops_what_it_sealed_and_moves_files_back_to_before_it() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let mut append = |store: &mut Store, updates: &[PositionUpdate], segments: usize| -> Result<Vec<Seq>> {
        let sealed = (0..segments).map(|_| maker.segment("words")).collect::<Result<Vec<_>>>()?;
        let spooled = store.append(&sealed, updates, &[], &Counts::default(), NOW)?;
        Ok(spooled.iter().map(Spooled::seq).collect())
    };
    let sent = append(&mut store, &[PositionUpdate::Set(at(1, 1, 10))], 1)?;
    append(&mut store, &[PositionUpdate::Set(at(2, 1, 50))], 0)?;
    append(
        &mut store,
        &[PositionUpdate::Set(at(1, 1, 20)), PositionUpdate::Set(at(3, 1, 5)), PositionUpdate::Set(at(4, 1, 5))],
        2,
    )?;
    append(&mut store, &[PositionUpdate::Set(at(1, 1, 30)), PositionUpdate::Set(at(2, 9, 60))], 1)?;
    store.discard(&sent, SpoolDrop::Purged, NOW)?;
    assert_eq!(store.drop_lost(&[SealKey::new(&[1; 32]).id()], NOW)?, Lost::default());
    assert_eq!(store.drop_lost(&[SealKey::new(&[9; 32]).id()], NOW)?, Lost { segments: 3, events: 3 });
    let mut kept: Vec<_> = store
        .positions()?
        .iter()
        .map(|record| (record.key.id.inode, record.key.path.0[0], record.position.offset))
        .collect();
    kept.sort_unstable();
    // The first goes back to what was sent, the moved one to where it was under its old path, of the new ones that without a floor to
    // its start and the other to its floor.
    assert_eq!(kept, [(1, 1, 10), (2, 1, 50), (2, 9, 50), (3, 1, 2)]);
    assert!(store.positions()?.iter().all(|record| record.floor.is_some() == (record.key.id.inode % 2 == 1)));
    assert_eq!(counted(&store, Kind::SpoolDrop, "unreadable")?, 3);
    assert_eq!(store.check()?.bytes, 0);
    Ok(())
}

#[test]
fn a_file_that_is_held_back_only_once_lines_were_read_of_it_never_goes_back_before_that() -> Result {
    for held_by_itself in [true, false] {
        let folder = tempfile::tempdir()?;
        let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
        let floor = Some(at(4, 1, 40).position);
        let mut append = |record: FileRecord, segments: usize| -> Result {
            let sealed = (0..segments).map(|_| maker.segment("words")).collect::<Result<Vec<_>>>()?;
            store.append(&sealed, &[PositionUpdate::Set(record)], &[], &Counts::default(), NOW)?;
            Ok(())
        };
        append(at(4, 1, 5), 1)?;
        append(at(4, 1, 9), 1)?;
        if held_by_itself {
            append(FileRecord { floor, ..at(4, 1, 40) }, 0)?;
        }
        append(FileRecord { floor, ..at(4, 1, 60) }, 1)?;
        assert_eq!(store.drop_lost(&[SealKey::new(&[9; 32]).id()], NOW)?.segments, 3);
        let places: Vec<_> = store.positions()?.iter().map(|record| (record.position.offset, record.floor)).collect();
        assert_eq!(places, [(40, floor)]);
    }
    Ok(())
}

#[test]
fn unknown_types_without_end_are_counted_under_few_names() -> Result {
    let folder = tempfile::tempdir()?;
    let mut store = open(folder.path())?;
    let types = |range: std::ops::Range<u32>| range.map(|number| (format!("{number:016x}"), 2)).collect();
    let count = |range| Counts { unknown_types: types(range), ..Counts::default() };
    for range in [0..40, 20..400, 0..40] {
        store.append(&[], &[], &[], &count(range), NOW)?;
    }
    let counts = store.counts()?;
    let (names, sum) = counts
        .iter()
        .filter(|count| count.kind == Kind::UnknownType)
        .fold((0, 0), |(names, sum), count| (names + 1, sum + count.n));
    assert_eq!((names, sum), (65, 2 * (40 + 380 + 40)));
    assert_eq!(counted(&store, Kind::UnknownType, &format!("{:016x}", 30))?, 6);
    Ok(())
}

#[test]
fn segments_with_a_damaged_payload_are_dropped_and_their_files_moved_back_to_before_them() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let mut append = |store: &mut Store, inode: u128| -> Result<Seq> {
        let updates = [PositionUpdate::Set(at(inode, 1, 50))];
        let spooled =
            store.append(&[maker.segment("words")?], &updates, &[passed(1, &[7])], &Counts::default(), NOW)?;
        Ok(spooled.first().ok_or("nothing was stored")?.seq())
    };
    let (damaged, sound) = (append(&mut store, 4)?, append(&mut store, 2)?);
    assert_eq!(store.drop_damaged(&[Seq(7_777)], NOW)?, 0);
    assert!(!store.is_outdated()? && ids_of(&store, 1)? == [7, 7]);
    assert_eq!(store.drop_damaged(&[damaged], NOW)?, 1);
    let kept: Vec<_> = store.positions()?.iter().map(|record| record.key.id.inode).collect();
    assert_eq!(kept, [2], "it is read from its start again");
    let left = store.pending(DataClass::Restricted, None, 9)?;
    assert_eq!(left.iter().map(Spooled::seq).collect::<Vec<_>>(), [sound]);
    assert_eq!(counted(&store, Kind::SpoolDrop, "unreadable")?, 1);
    // Its events do not count as stored any more, and who reads by the old positions appends nothing.
    assert!(ids_of(&store, 1)?.is_empty() && store.is_outdated()?);
    assert!(
        matches!(append(&mut store, 3).map_err(|fault| fault.to_string()), Err(fault) if fault == "reading begins anew")
    );
    Ok(())
}

#[test]
fn age_is_counted_and_a_jumping_clock_expires_nothing() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    store.expire(NOW)?;
    let spooled = store.append(&[maker.segment("words")?], &[], &[], &Counts::default(), NOW)?;
    assert_eq!(store.expire(Wall(NOW.0 + 3000 * DAY_MS))?, []);
    assert_eq!(store.expire(NOW)?, []);
    for day in 1..=13 {
        assert_eq!(store.expire(Wall(NOW.0 + day * DAY_MS))?, [], "day {day}");
    }
    let expired = store.expire(Wall(NOW.0 + 14 * DAY_MS))?;
    assert_eq!(expired, [spooled.first().ok_or("none")?.seq()]);
    assert_eq!(counted(&store, Kind::SpoolDrop, "expired")?, 1);
    Ok(())
}

#[test]
fn ids_are_kept_until_their_session_was_quiet_for_45_days() -> Result {
    let folder = tempfile::tempdir()?;
    let mut store = open(folder.path())?;
    let day = |store: &mut Store, day: i64, ids: &[Passed]| -> Result {
        store.expire(Wall(NOW.0 + day * DAY_MS))?;
        Ok(store.append(&[], &[], ids, &Counts::default(), NOW).map(drop)?)
    };
    day(&mut store, 0, &[passed(1, &vec![7; 1000]), passed(2, &[5])])?;
    (1..=30).try_for_each(|at| day(&mut store, at, &[]))?;
    day(&mut store, 31, &[passed(1, &[8])])?;
    (32..=46).try_for_each(|at| day(&mut store, at, &[]))?;
    assert_eq!((ids_of(&store, 1)?.len(), ids_of(&store, 2)?.len()), (1001, 0));
    (47..=77).try_for_each(|at| day(&mut store, at, &[]))?;
    assert_eq!(ids_of(&store, 1)?.len(), 0);
    Ok(())
}

#[test]
fn who_forgets_positions_forgets_ids_so_that_nothing_is_lost() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    store.append(&[], &[], &[passed(1, &[1])], &Counts::default(), NOW)?;
    store.begin_anew(&[], &[])?;
    assert_eq!(ids_of(&store, 1)?.len(), 0);
    store.append(&[maker.segment("words")?], &[], &[passed(1, &[1])], &Counts::default(), NOW)?;
    store.drop_lost(&[SealKey::new(&[1; 32]).id()], NOW)?;
    assert_eq!(ids_of(&store, 1)?.len(), 1, "nothing was lost");
    store.drop_lost(&[SealKey::new(&[9; 32]).id()], NOW)?;
    assert_eq!(ids_of(&store, 1)?.len(), 0);
    Ok(())
}

#[test]
fn no_text_stands_in_the_files_and_no_ciphertext_after_a_purge() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let state = folder.path().join("state");
    let canary = "xylophone quartz marmalade";
    let sealed = [maker.segment(canary)?];
    let ciphertext =
        sealed.iter().flat_map(|segment| segment.ciphertext().iter().copied().take(48)).collect::<Vec<_>>();
    store.append(&sealed, &[], &[], &Counts::default(), NOW)?;
    let earlier = [maker.segment("settled before")?];
    let freed = store.append(&earlier, &[], &[], &Counts::default(), NOW)?;
    store.discard(&freed.iter().map(Spooled::seq).collect::<Vec<_>>(), SpoolDrop::Rejected, NOW)?;
    let bytes = all_bytes(&state)?;
    assert!(contains(&bytes, &ciphertext), "the harness sees what is stored");
    for clear in [canary, "xylophone", "mira", "laptop-7", "/home"] {
        assert!(!contains(&bytes, clear.as_bytes()), "{clear}");
    }
    assert_eq!(store.purge(SpoolDrop::Revoked, NOW)?, 1);
    let bytes = all_bytes(&state)?;
    assert!(!contains(&bytes, &ciphertext));
    for segment in &earlier {
        assert!(!contains(&bytes, segment.ciphertext().get(..48).unwrap_or_default()));
    }
    assert!(!contains(&bytes, b"consent-1"));
    assert_eq!(counted(&store, Kind::SpoolDrop, "revoked")?, 1);
    Ok(())
}

#[test]
fn the_database_shrinks_again() -> Result {
    let folder = tempfile::tempdir()?;
    let (mut maker, mut store) = (Maker::new()?, open(folder.path())?);
    let mut seqs = Vec::new();
    for _ in 0..200 {
        let spooled = store.append(&[maker.segment("words of no weight")?], &[], &[], &Counts::default(), NOW)?;
        seqs.extend(spooled.iter().map(Spooled::seq));
    }
    while store.shrink()? {}
    let before = store.check()?.disk_bytes;
    store.discard(&seqs, SpoolDrop::Purged, NOW)?;
    while store.shrink()? {}
    assert!(store.check()?.disk_bytes < before);
    assert_eq!(store.check()?.bytes, 0);
    Ok(())
}

#[test]
fn a_statement_is_planned_once_whatever_is_bound_to_it() -> Result {
    let folder = tempfile::tempdir()?;
    let store = open(folder.path())?;
    let sql = "SELECT sealed FROM segment JOIN label ON label.id = segment.label WHERE seq = ?1";
    let mut query = store.connection.prepare(sql)?;
    for seq in 0..3 {
        assert!(!query.exists([seq])?);
    }
    assert_eq!(query.get_status(rusqlite::StatementStatus::RePrepare), 0);
    Ok(())
}
