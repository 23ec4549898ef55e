//! What stood in files before consent is not read, whatever becomes of them.

use super::*;

/// Where reading goes on, where the floor is, and how much is held back.
type GoesOn = (u64, Option<u64>, u64);

/// A catalog of a file of 9,000 bytes at (1, 1) that ended after 6,000 when consent was given.
fn having_read_from_the_floor(content: &[u8]) -> Catalog {
    let key = seen(1, 1, content, 0).key;
    let floor = Some(position(content, 6000));
    Catalog::new([FileRecord { key, position: position(content, 9000), floor, updated_ms: 0 }], QUIET)
}

/// Where reading `now` at (`inode`, `path`) goes on, where its floor is then, and how much is held back.
#[track_caller]
fn check_floor(inode: u128, path: u8, now: &[u8], expected: (u64, Option<u64>, u64)) {
    let mut catalog = having_read_from_the_floor(&text(1, 9000));
    let file = seen(inode, path, now, 1);
    let resumed = catalog.resume(&file, &mut Content(now), seconds(1)).unwrap();
    let found = (resumed.position.offset, resumed.floor.map(|floor| floor.offset), resumed.held_back);
    assert_eq!(found, expected, "{:?}", resumed.why);
    let resume = if resumed.floor.is_some_and(|floor| floor.offset == resumed.position.offset + 1) {
        Resume::SkipBegun
    } else {
        Resume::LineStart
    };
    assert_eq!(resumed.position.resume, resume);
    if let Some(floor) = resumed.floor.filter(|_| !now.is_empty()) {
        assert_eq!(floor, Position { resume, ..position(now, floor.offset as usize) });
    }
}

#[test]
fn what_stood_in_a_file_before_consent_is_not_read_whatever_becomes_of_the_file() {
    let (before, other) = (text(1, 9000), text(2, 9000));
    check_floor(1, 1, &before, (9000, Some(6000), 0));
    check_floor(1, 1, &before[..7000], (6000, Some(6000), 0));
    check_floor(1, 1, &before[..3000], (2999, Some(3000), 2999));
    check_floor(1, 1, &before[..1], (0, Some(1), 0));
    check_floor(1, 1, b"", (0, Some(6000), 0));
    check_floor(2, 1, b"", (0, Some(6000), 0));
    check_floor(1, 2, b"", (0, Some(6000), 0));
    // Cut, and written to since: nothing tells where the new begins.
    check_floor(1, 1, &[&before[..3000], &other[..500]].concat(), (3499, Some(3500), 3499));
    check_floor(1, 1, &[&before[..3000], &other[..]].concat(), (5999, Some(6000), 5999));
    // Moved, and cut meanwhile.
    check_floor(1, 2, &before[..3000], (2999, Some(3000), 2999));
    check_floor(1, 2, &before[..500], (499, Some(500), 499));
    // Moved, and meanwhile cut to its first lines and written to again, or written over from its start.
    check_floor(1, 2, &[&before[..500], &other[..]].concat(), (5999, Some(6000), 5999));
    check_floor(1, 2, &[&other[..500], &before[500..]].concat(), (5999, Some(6000), 5999));
    // Another file in its place.
    check_floor(2, 1, &before, (9000, Some(6000), 0));
    check_floor(2, 1, &before[..7000], (6000, Some(6000), 0));
    check_floor(2, 1, &before[..3000], (2999, Some(3000), 2999));
    // A copy of all that was there before.
    check_floor(2, 2, &before[..7000], (6000, Some(6000), 0));
}

#[test]
fn a_moved_file_keeps_its_floor_though_another_is_read_first_at_its_place() {
    let (moved, other) = (text(1, 9000), text(2, 8000));
    let mut catalog = having_read_from_the_floor(&moved);
    let (moved_to, in_its_place) = (seen(1, 2, &moved, 1), seen(2, 1, &other, 1));
    catalog.begin_scan();
    assert_eq!((catalog.observe(&moved_to), catalog.observe(&in_its_place)), (Found::News, Found::News));
    assert!(catalog.resume(&moved_to, &mut Broken, seconds(1)).is_none(), "it cannot be opened now");
    let resumed = catalog.resume(&in_its_place, &mut Content(&other), seconds(1)).unwrap();
    // Whether it was put there with what the known one held cannot be told then.
    assert_eq!((resumed.position.offset, resumed.supersedes), (5999, None));
    let grown = [&moved[..], b"{}\n"].concat();
    let resumed = catalog.resume(&seen(1, 2, &grown, 2), &mut Content(&grown), seconds(2)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (9000, Why::Moved));
    assert_eq!(resumed.floor.map(|floor| floor.offset), Some(6000));
}

#[test]
fn a_copy_of_a_short_file_from_before_consent_is_held_back_as_well() {
    let content = text(1, 6000);
    for (floor, copied, expected) in [(3000, 4000, 3000), (1024, 1024, 1024), (3000, 2000, 0), (1000, 4000, 0)] {
        let key = seen(1, 1, &content, 0).key;
        let record = FileRecord {
            key,
            position: position(&content, floor),
            floor: Some(position(&content, floor)),
            updated_ms: 0,
        };
        let copy = seen(2, 2, &content[..copied], 1);
        let resumed =
            Catalog::new([record], QUIET).resume(&copy, &mut Content(&content[..copied]), seconds(1)).unwrap();
        assert_eq!(resumed.position.offset, expected, "{floor} {copied}");
    }
}

#[test]
fn a_line_of_a_file_that_was_emptied_is_not_begun_in_its_middle() {
    let (cut, new) = (&text(1, 9000)[..8], text(2, 2000));
    let key = seen(1, 1, cut, 0).key;
    let kept = FileRecord { key, position: Position::start(), floor: Some(position(cut, cut.len())), updated_ms: 0 };
    let mut catalog = Catalog::new([kept], QUIET);
    let resumed = catalog.resume(&seen(1, 1, &new, 1), &mut Content(&new), seconds(1)).unwrap();
    assert_eq!((resumed.position.offset, resumed.position.resume), (7, Resume::SkipBegun));
}

#[test]
fn a_line_that_was_cut_below_the_floor_is_not_begun_in_its_middle() {
    let before = text(1, 9000);
    let cut = seen(1, 1, &before[..3005], 1);
    assert_ne!(before[3004], b'\n');
    let resumed = having_read_from_the_floor(&before).resume(&cut, &mut Content(&before[..3005]), seconds(1)).unwrap();
    let floor = resumed.floor.unwrap();
    // The row of where it lay before and its own, or what grew behind it and was cut off again.
    let elsewhere =
        FileRecord { key: seen(1, 2, &before, 0).key, position: position(&before, 9000), floor: None, updated_ms: 2 };
    let unended = FileRecord { key: cut.key, position: floor, floor: Some(floor), updated_ms: 1 };
    let grown = FileRecord { position: position(&before, 5000), ..unended };
    for kept in [vec![unended, elsewhere], vec![grown]] {
        let resumed = Catalog::new(kept, QUIET).resume(&cut, &mut Content(&before[..3005]), seconds(2)).unwrap();
        assert_eq!((resumed.position.offset, resumed.position.resume), (3004, Resume::SkipBegun));
    }
}

#[test]
fn a_line_behind_a_floor_that_was_cut_at_the_end_of_a_line_is_read() {
    let before = text(1, 9000);
    let end = before[..3000].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let now = [&before[..end], &text(2, 500)].concat();
    let floor = Some(Position { resume: Resume::SkipBegun, ..position(&before, end) });
    let file = seen(1, 1, &now, 1);
    // It was emptied and came back, or what grew behind it was cut off again and other text written.
    for position in [Position::start(), position(&before, 5000)] {
        let kept = FileRecord { key: file.key, position, floor, updated_ms: 0 };
        let resumed = Catalog::new([kept], QUIET).resume(&file, &mut Content(&now), seconds(1)).unwrap();
        assert_eq!((resumed.position.offset, resumed.position.resume), (end as u64 - 1, Resume::SkipBegun));
        assert_eq!((resumed.floor, resumed.held_back), (floor, 0));
    }
}

/// A floor where reading was made to begin says nothing of a line that ends there.
#[track_caller]
fn check_new_floor(resumed: &Resumed) {
    let new = resumed.floor.filter(|floor| floor.offset == resumed.position.offset + 1);
    assert!(new.is_none_or(|floor| floor.resume == Resume::SkipBegun));
}

/// A file that was emptied under its old or another number, then grew by these steps: where reading goes on after each, where its
/// floor is, and how much is held back.
#[track_caller]
fn check_emptied(steps: &[(&[u8], GoesOn)]) {
    for (inode, restarts) in [(1, false), (1, true), (2, false)] {
        let mut catalog = having_read_from_the_floor(&text(1, 9000));
        let emptied = seen(inode, 1, b"", 1);
        let resumed = catalog.resume(&emptied, &mut Content(b""), seconds(1)).unwrap();
        assert_eq!((resumed.position, resumed.floor), (Position::start(), Some(position(&text(1, 9000), 6000))));
        catalog.read(&emptied, resumed.position, Settled::End, seconds(1), 1);
        let mut record =
            FileRecord { key: emptied.key, position: resumed.position, floor: resumed.floor, updated_ms: 1 };
        for (content, expected) in steps {
            if restarts {
                catalog = Catalog::new([record], QUIET);
            }
            let file = seen(inode, 1, content, content.len() as i128);
            let resumed = catalog.resume(&file, &mut Content(content), seconds(2)).unwrap();
            let found = (resumed.position.offset, resumed.floor.map(|floor| floor.offset), resumed.held_back);
            assert_eq!(found, *expected, "{inode} {restarts} {}", content.len());
            check_new_floor(&resumed);
            let end = position(content, content.len());
            catalog.read(&file, end, Settled::End, seconds(2), 2);
            record = FileRecord { key: file.key, position: end, floor: resumed.floor, updated_ms: 2 };
        }
    }
}

#[test]
fn what_stood_before_consent_in_a_file_that_was_emptied_is_not_read_when_it_comes_back() {
    let (before, other) = (text(1, 9000), text(2, 9000));
    check_emptied(&[(&before, (6000, Some(6000), 0))]);
    // As it comes.
    check_emptied(&[
        (&before[..500], (499, Some(6000), 499)),
        (&before[..3000], (2999, Some(6000), 2999)),
        (&before[..7000], (6000, Some(6000), 0)),
        (&before, (7000, Some(6000), 0)),
    ]);
    check_emptied(&[
        (&before[..3000], (2999, Some(6000), 2999)),
        (b"", (0, Some(6000), 0)),
        (&before[..500], (499, Some(6000), 499)),
        (&before, (6000, Some(6000), 0)),
    ]);
    // Only a part of it.
    let mixed = [&before[..3000], &other[..6000]].concat();
    check_emptied(&[
        (&mixed, (5999, Some(6000), 5999)),
        (&[&mixed, b"more".as_slice()].concat(), (9000, Some(6000), 0)),
    ]);
    // Something else, at once or as soon as that can be told.
    check_emptied(&[(&other, (0, None, 0))]);
    check_emptied(&[(&other[..500], (499, Some(6000), 499)), (&other[..3000], (500, None, 0))]);
}

#[test]
fn what_stood_before_consent_is_not_read_when_its_writing_anew_was_seen_half_way() {
    let before = text(1, 9000);
    let step = |catalog: &mut Catalog, length: usize, at: u64| {
        let (content, file) = (&before[..length], seen(1, 1, &before[..length], length as i128));
        let resumed = catalog.resume(&file, &mut Content(content), seconds(at)).unwrap();
        catalog.read(&file, position(content, length), Settled::End, seconds(at), 1);
        check_new_floor(&resumed);
        (resumed.position.offset, resumed.floor.map(|floor| floor.offset), resumed.held_back)
    };
    let mut catalog = having_read_from_the_floor(&before);
    assert_eq!(step(&mut catalog, 2000, 1), (1999, Some(2000), 1999));
    assert_eq!(step(&mut catalog, 3000, 8), (2999, Some(3000), 2999));
    assert_eq!(step(&mut catalog, 7000, 15), (6000, Some(6000), 0));
    assert_eq!(step(&mut catalog, 9000, 16), (7000, Some(6000), 0));
    // What grows later than that was appended.
    assert_eq!(step(&mut catalog, 2000, 20), (1999, Some(2000), 1999));
    assert_eq!(step(&mut catalog, 3000, 31), (2000, Some(2000), 0));
}

#[test]
fn a_floor_is_lowered_by_a_cut_and_what_comes_behind_it_is_read() {
    let before = text(1, 9000);
    let mut catalog = having_read_from_the_floor(&before);
    let cut = seen(1, 1, &before[..3000], 1);
    catalog.resume(&cut, &mut Content(&before[..3000]), seconds(1)).unwrap();
    catalog.read(&cut, position(&before, 3000), Settled::End, seconds(1), 1);
    let grown = [&before[..3000], &text(2, 5000)].concat();
    let resumed = catalog.resume(&seen(1, 1, &grown, 2), &mut Content(&grown), seconds(60)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (3000, Why::Same));
    catalog.read(&seen(1, 1, &grown, 2), position(&grown, 8000), Settled::End, seconds(60), 2);
    // Cut again to within what was appended: the older, higher floor is forgotten.
    let resumed = catalog.resume(&seen(1, 1, &grown[..4000], 3), &mut Content(&grown[..4000]), seconds(61)).unwrap();
    assert_eq!((resumed.position, resumed.held_back), (position(&before, 3000), 0));
}

#[test]
fn another_file_is_read_from_its_start() {
    check_floor(2, 2, &text(2, 9000), (0, None, 0));
    check_floor(2, 2, &text(1, 3000), (0, None, 0));
}

#[test]
fn a_line_of_a_file_under_a_number_that_is_known_is_not_begun_in_its_middle() {
    // The other was cut to how every line begins.
    let (cut, new) = (&text(1, 9000)[..8], text(2, 200));
    let end = position(cut, cut.len());
    let kept = FileRecord { key: seen(1, 1, cut, 0).key, position: end, floor: Some(end), updated_ms: 0 };
    let grown = [cut, b"more\n"].concat();
    let mut catalog = Catalog::new([FileRecord { position: position(&grown, grown.len()), ..kept }], QUIET);
    let resumed = catalog.resume(&seen(1, 2, &new, 1), &mut Content(&new), seconds(1)).unwrap();
    assert_eq!((resumed.position.offset, resumed.position.resume), (7, Resume::SkipBegun));
}

#[test]
fn a_file_that_cannot_be_read_half_way_is_known_as_before() {
    /// Fails once it was asked so often.
    struct FailsAt<'a>(Content<'a>, u32);

    impl Probe for FailsAt<'_> {
        fn window(&mut self, range: Range<u64>) -> Probed {
            self.1 = self.1.saturating_sub(1);
            if self.1 == 0 { Probed::Failed } else { self.0.window(range) }
        }
    }

    let cut = &text(1, 9000)[..5500];
    for at in 1..20 {
        let mut catalog = having_read_from_the_floor(&text(1, 9000));
        let file = seen(1, 1, cut, 1);
        catalog.resume(&file, &mut FailsAt(Content(cut), at), seconds(1));
        let resumed = catalog.resume(&file, &mut Content(cut), seconds(2)).unwrap();
        assert!(resumed.position.offset >= 5499, "{at}: {resumed:?}");
    }
}

#[test]
fn the_newer_of_two_rows_of_a_file_is_told_though_the_clock_stood_still_or_went_back() {
    let (before, after) = (text(1, 9_000), text(2, 6_000));
    let kept = |key, content: &[u8], updated_ms| {
        let end = position(content, content.len());
        FileRecord { key, position: end, floor: Some(end), updated_ms }
    };
    let moved = seen(1, 2, &after, 1);
    let old = kept(seen(1, 1, &before, 0).key, &before, 5_000);
    for now_ms in [5_000, 4_000] {
        let mut catalog = Catalog::new([old], QUIET);
        let resumed = catalog.resume(&moved, &mut Content(&after), seconds(0)).unwrap();
        catalog.read(&moved, position(&after, after.len()), Settled::End, seconds(0), now_ms);
        let new = kept(moved.key, &after, resumed.updated_ms(now_ms));
        // Over a restart, and over another one behind it.
        for now_ms in [now_ms, now_ms] {
            let grown = [&after[..], b"{}\n"].concat();
            let mut catalog = Catalog::new([old, new], QUIET);
            let resumed = catalog.resume(&seen(1, 2, &grown, 2), &mut Content(&grown), seconds(1)).unwrap();
            assert_eq!((resumed.position.offset, resumed.why), (6_000, Why::Same));
            assert!(resumed.updated_ms(now_ms) > old.updated_ms);
        }
    }
}

#[test]
fn a_file_that_moved_twice_before_it_was_read_has_a_row_newer_than_its_oldest() {
    let (before, after) = (text(1, 9_000), text(2, 6_000));
    let end = position(&before, before.len());
    let old = FileRecord { key: seen(1, 1, &before, 0).key, position: end, floor: None, updated_ms: 5_000 };
    let mut catalog = Catalog::new([old], QUIET);
    for path in [2, 3] {
        let resumed = catalog.resume(&seen(1, path, &after, 1), &mut Content(&after), seconds(0)).unwrap();
        assert!(resumed.updated_ms(4_000) > old.updated_ms, "{path}");
    }
}
