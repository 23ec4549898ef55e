use super::*;
use crate::tail::Resume;
use crate::tail::{Fingerprint, PathHash};

mod floors;

const QUIET: Duration = Duration::from_secs(60);

/// A file's content, hashed on demand.
struct Content<'a>(&'a [u8]);

impl Probe for Content<'_> {
    fn window(&mut self, range: Range<u64>) -> Probed {
        match self.0.get(range.start as usize..range.end as usize) {
            Some(bytes) => Probed::Hash(fingerprint().window(bytes)),
            None => Probed::Short,
        }
    }
}

struct Broken;

impl Probe for Broken {
    fn window(&mut self, _: Range<u64>) -> Probed {
        Probed::Failed
    }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::new(&[3; 32])
}

fn seconds(count: u64) -> Mono {
    Mono::default().after(Duration::from_secs(count))
}

fn seen(inode: u128, path: u8, content: &[u8], modified_ns: i128) -> Seen {
    let key = FileKey { id: FileId { device: 1, inode }, path: PathHash([path; 16]) };
    Seen { key, length: content.len() as u64, modified_ns }
}

fn position(content: &[u8], offset: usize) -> Position {
    let (head, tail) = (&content[..offset.min(1024)], &content[offset - offset.min(4096)..offset]);
    let (head, tail) = (fingerprint().window(head), fingerprint().window(tail));
    Position { offset: offset as u64, resume: Resume::LineStart, head, tail }
}

/// Text in which no two windows are equal.
fn text(seed: u8, length: usize) -> Vec<u8> {
    let lines = (0_u32..).flat_map(|line| format!("{{\"seed\":{seed},\"line\":{line}}}\n").into_bytes());
    lines.take(length).collect()
}

#[test]
fn what_was_written_over_within_the_same_length_is_read_again_once() {
    let (before, mut after) = (text(1, 20_000), text(1, 20_000));
    after[9_000..9_100].fill(b'x');
    let at = |read_ms: i64| i128::from(read_ms) * 1_000_000;
    for floor in [None, Some(position(&before, 8_000))] {
        let known = seen(1, 1, &before, at(1_000));
        let end = position(&before, before.len());
        let kept = FileRecord { key: known.key, position: end, floor, updated_ms: 2_000 };
        // Over a restart as well as while it runs.
        let mut catalog = Catalog::new([kept], QUIET);
        let mut resume = |modified_ms: i64, content: &[u8], now_ms: i64| {
            let file = seen(1, 1, content, at(modified_ms));
            let resumed = catalog.resume(&file, &mut Content(content), seconds(1)).unwrap();
            catalog.read(&file, position(content, content.len()), Settled::End, seconds(1), now_ms);
            (resumed.position.offset, resumed.why, resumed.floor.map(|floor| floor.offset))
        };
        let offset = floor.map(|floor| floor.offset);
        let again = (offset.map_or(0, |offset| offset - 1), Why::Rewritten, offset);
        assert_eq!(resume(2_000, &before, 3_000), (20_000, Why::Same, offset), "written before it was read");
        assert_eq!(resume(3_001, &after, 4_000), again);
        assert_eq!(resume(3_001, &after, 5_000), (20_000, Why::Same, offset), "that was read");
        let grown = [&after[..], b"{}\n"].concat();
        assert_eq!(resume(6_000, &grown, 7_000), (20_000, Why::Same, offset), "what is appended is no rewriting");
    }
}

/// A catalog that has read `content` of inode 1 at path 1 to its end.
fn having_read(content: &[u8]) -> Catalog {
    let mut catalog = Catalog::new([], QUIET);
    let file = seen(1, 1, content, 0);
    let resumed = catalog.resume(&file, &mut Content(content), seconds(0)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (0, Why::New));
    catalog.read(&file, position(content, content.len()), Settled::End, seconds(0), 0);
    catalog
}

/// What the catalog makes of `now` at (`inode`, `path`) after it has read `before` at (1, 1).
#[track_caller]
fn check(before: &[u8], inode: u128, path: u8, now: &[u8], offset: usize, why: Why) {
    let mut catalog = having_read(before);
    let file = seen(inode, path, now, 1);
    assert_eq!(catalog.observe(&file), Found::News);
    let resumed = catalog.resume(&file, &mut Content(now), seconds(1)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (offset as u64, why));
}

#[test]
fn a_file_without_news_is_not_opened() {
    let content = text(1, 9000);
    let mut catalog = having_read(&content);
    assert_eq!(catalog.observe(&seen(1, 1, &content, 0)), Found::Unchanged);
    assert_eq!(catalog.observe(&seen(1, 1, &content, 1)), Found::News);
    catalog.unsettle(&FileId { device: 1, inode: 1 });
    assert_eq!(catalog.observe(&seen(1, 1, &content, 0)), Found::News);
}

#[test]
fn a_grown_or_moved_file_goes_on_at_its_offset() {
    for length in [10, 1500, 9000] {
        let (before, now) = (text(1, length), text(1, 12_000));
        check(&before, 1, 1, &now, length, Why::Same);
        check(&before, 1, 2, &now, length, Why::Moved);
    }
}

#[test]
fn a_file_cut_short_or_rewritten_is_read_from_its_start() {
    let before = text(1, 9000);
    check(&before, 1, 1, &before[..100], 0, Why::Truncated);
    check(&before, 1, 1, b"", 0, Why::Truncated);
    check(&before, 1, 1, &text(2, 9000), 0, Why::Rewritten);
    let mut head_changed = before.clone();
    head_changed[5] = b'x';
    check(&before, 1, 1, &head_changed, 0, Why::Rewritten);
    let mut tail_changed = before.clone();
    tail_changed[8990] = b'x';
    check(&before, 1, 1, &tail_changed, 0, Why::Rewritten);
}

/// A catalog that has read `content` of inode 1 at path 1 in pieces of these lengths.
fn having_read_in_pieces(content: &[u8], mut piece: impl FnMut(usize) -> usize) -> Catalog {
    let mut catalog = Catalog::new([], QUIET);
    let mut end = 0;
    while end < content.len() {
        end = content.len().min(end + piece(end));
        let file = seen(1, 1, &content[..end], end as i128);
        catalog.resume(&file, &mut Content(&content[..end]), seconds(0)).unwrap();
        catalog.read(&file, position(content, end), Settled::End, seconds(0), 0);
    }
    catalog
}

#[test]
fn a_file_cut_to_a_part_of_itself_goes_on_at_an_earlier_position() {
    let content = text(1, 300_000);
    for length in [299_999, 299_000, 290_000, 250_000, 150_000, 20_000] {
        let mut catalog = having_read_in_pieces(&content, |at| 700 + at % 500);
        let cut = seen(1, 1, &content[..length], -1);
        assert_eq!(catalog.observe(&cut), Found::News);
        let resumed = catalog.resume(&cut, &mut Content(&content[..length]), seconds(1)).unwrap();
        let again = length as u64 - resumed.position.offset;
        let gone = (content.len() - length) as u64;
        assert_eq!(resumed.why, Why::Truncated);
        assert!(again <= gone.max(1_200) * 2, "{length}: {again} bytes again, {gone} gone");
        // Grown with other content to beyond what it was: on from where the two part, or before.
        let mut other = content[..length].to_vec();
        other.extend(text(2, 300_000));
        let mut catalog = having_read_in_pieces(&content, |at| 700 + at % 500);
        let resumed = catalog.resume(&seen(1, 1, &other, -1), &mut Content(&other), seconds(1)).unwrap();
        assert!((1..=length as u64).contains(&resumed.position.offset), "{length}: {:?}", resumed.position.offset);
        assert_eq!(resumed.why, Why::Rewritten);
        // The same by way of another file that is renamed over it.
        let mut catalog = having_read_in_pieces(&content, |at| 700 + at % 500);
        let replaced = seen(2, 1, &content[..length], -1);
        let resumed = catalog.resume(&replaced, &mut Content(&content[..length]), seconds(1)).unwrap();
        assert_eq!((length as u64 - resumed.position.offset, resumed.why), (again, Why::Continued));
        assert_eq!(resumed.supersedes, Some(cut.key));
    }
}

#[test]
fn earlier_positions_are_few_however_small_the_pieces_are() {
    let content = text(1, 40_000);
    for piece in [1, 100] {
        let catalog = having_read_in_pieces(&content, |_| piece);
        let marks = &catalog.live.values().next().unwrap().marks;
        assert!((5..=2 * 16).contains(&marks.len()), "{}", marks.len());
        assert!(marks.is_sorted_by_key(|mark| mark.offset));
    }
}

#[test]
fn an_atomic_replace_goes_on_where_the_old_content_ended() {
    for length in [10, 1500, 9000] {
        check(&text(1, length), 2, 1, &text(1, 12_000), length, Why::Continued);
    }
    check(&text(1, 9000), 2, 1, &text(1, 8000), 0, Why::New);
    check(&text(1, 9000), 2, 1, &text(2, 12_000), 0, Why::New);
}

#[test]
fn a_copy_elsewhere_goes_on_only_when_both_windows_say_so() {
    check(&text(1, 9000), 2, 2, &text(1, 9500), 9000, Why::Continued);
    // Sessions start alike: a short common start alone says nothing.
    check(&text(1, 3000), 2, 2, &text(1, 9500), 0, Why::New);
    let mut forked = text(1, 6000);
    forked.extend(text(2, 6000));
    check(&text(1, 9000), 2, 2, &forked, 0, Why::New);
}

#[test]
fn a_number_used_again_is_another_file() {
    let (old, other) = (text(1, 9000), text(2, 12_000));
    let mut catalog = having_read(&old);
    let reused = seen(1, 2, &other, 1);
    let resumed = catalog.resume(&reused, &mut Content(&other), seconds(1)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (0, Why::Rewritten));
    // The old content comes up under another number: it is still known.
    let moved = seen(7, 1, &old, 1);
    let resumed = catalog.resume(&moved, &mut Content(&old), seconds(2)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (9000, Why::Continued));
}

#[test]
fn a_number_that_went_from_one_replaced_file_to_another_is_not_forgotten_with_the_first() {
    // Inode 1 at path 1 is replaced by inode 2, and used again for the file that replaces inode 3 at path 3.
    let (first, other) = (text(1, 9000), text(2, 9000));
    let mut catalog = having_read(&first);
    let mut read = |inode: u128, path: u8, content: &[u8]| {
        let file = seen(inode, path, content, content.len() as i128);
        let resumed = catalog.resume(&file, &mut Content(content), seconds(1)).unwrap();
        catalog.read(&file, position(content, content.len()), Settled::End, seconds(1), 1);
        (resumed.position.offset, resumed.why)
    };
    assert_eq!(read(3, 3, &other), (0, Why::New));
    assert_eq!(read(1, 3, &text(2, 10_000)), (9000, Why::Continued));
    assert_eq!(read(2, 1, &text(1, 10_000)), (9000, Why::Continued));
    assert_eq!(read(1, 3, &text(2, 11_000)), (10_000, Why::Same));
}

#[test]
fn a_row_is_superseded_by_that_of_the_same_content_only() {
    let content = text(1, 9000);
    let old = seen(1, 1, &content, 0).key;
    for (inode, path, expected) in [(1, 2, Some(old)), (2, 1, Some(old)), (2, 2, None), (1, 1, None)] {
        let mut catalog = having_read(&content);
        let file = seen(inode, path, &content, 1);
        let resumed = catalog.resume(&file, &mut Content(&content), seconds(1)).unwrap();
        assert_eq!(resumed.supersedes, expected, "{inode} {path}");
    }
}

#[test]
fn a_file_that_cannot_be_read_now_changes_nothing() {
    let content = text(1, 9000);
    let mut catalog = having_read(&content);
    let file = seen(1, 1, &content, 1);
    assert_eq!(catalog.resume(&file, &mut Broken, seconds(1)), None);
    let resumed = catalog.resume(&file, &mut Content(&content), seconds(1)).unwrap();
    assert_eq!(resumed.why, Why::Same);
}

#[test]
fn positions_survive_a_restart() {
    let content = text(1, 9000);
    let key = seen(1, 1, &content, 0).key;
    let record = FileRecord { key, position: position(&content, 8000), floor: None, updated_ms: 5 };
    let elsewhere = FileRecord { key: FileKey { path: PathHash([9; 16]), ..key }, updated_ms: 1, ..record };
    let mut catalog = Catalog::new([record, elsewhere], QUIET);
    let file = seen(1, 1, &content, 1);
    assert_eq!(catalog.observe(&file), Found::News);
    let resumed = catalog.resume(&file, &mut Content(&content), seconds(0)).unwrap();
    assert_eq!((resumed.position.offset, resumed.why), (8000, Why::Same));
}

#[test]
fn a_vanished_file_is_remembered_for_a_day_and_then_forgotten() {
    let content = text(1, 9000);
    let other =
        FileRecord { key: seen(2, 2, &content, 0).key, position: Position::start(), floor: None, updated_ms: 0 };
    let file = seen(1, 1, &content, 0);
    let own = FileRecord { key: file.key, position: position(&content, 9000), floor: None, updated_ms: 0 };
    let mut catalog = Catalog::new([own, other], QUIET);
    let day = 24 * 3600;
    let mut forgotten_at = |second: u64, present: bool| {
        catalog.begin_scan();
        catalog.observe(&seen(2, 2, &content, 0));
        if present {
            catalog.observe(&file);
        }
        catalog.end_scan(seconds(second), 0)
    };
    assert!(forgotten_at(10, false).is_empty());
    assert!(forgotten_at(day, true).is_empty(), "it came back");
    assert!(forgotten_at(2 * day, false).is_empty());
    assert_eq!(forgotten_at(3 * day, false), [file.key]);
}

#[test]
fn a_row_of_an_old_file_that_is_gone_is_forgotten_at_once() {
    let content = text(1, 9000);
    let [old, other, floored] = [1, 2, 3].map(|at| seen(u128::from(at), at, &content, 0));
    let record =
        |seen: Seen, floor| FileRecord { key: seen.key, position: position(&content, 9), floor, updated_ms: 0 };
    let floor = Some(position(&content, 9));
    let mut catalog = Catalog::new([record(old, None), record(other, None), record(floored, floor)], QUIET);
    let mut forgotten = |shown: &[Seen]| {
        catalog.begin_scan();
        for file in shown {
            catalog.observe(file);
        }
        catalog.end_scan(seconds(48 * 3600), STALE_MS + 1)
    };
    assert!(forgotten(&[]).is_empty(), "nothing at all was listed: the folder is missing");
    assert_eq!(forgotten(&[other]), [old.key], "and not what holds back text from before consent");
}

#[test]
fn a_rewritten_file_keeps_its_row_when_its_former_position_is_forgotten() {
    let mut catalog = having_read(&text(1, 9000));
    let other = text(2, 9000);
    let file = seen(1, 1, &other, 1);
    catalog.resume(&file, &mut Content(&other), seconds(1)).unwrap();
    catalog.begin_scan();
    catalog.observe(&file);
    assert!(catalog.end_scan(seconds(48 * 3600), 0).is_empty());
}

#[test]
fn an_unended_line_is_due_once_it_was_quiet() {
    let content = text(1, 9000);
    let mut catalog = having_read(&content);
    let mut settle = |modified_ns: i128, settled: Settled, second: u64| {
        let file = seen(1, 1, &content, modified_ns);
        catalog.read(&file, position(&content, 8990), settled, seconds(second), 0);
        (catalog.poll_deadline(), catalog.quiet_parts(seconds(100)).len())
    };
    assert_eq!(settle(1, Settled::Part, 10), (Some(seconds(70)), 1));
    assert_eq!(settle(2, Settled::Part, 50), (Some(seconds(110)), 0), "it grew");
    assert_eq!(settle(2, Settled::Part, 55), (Some(seconds(110)), 0), "read again, but it did not grow");
    assert_eq!(settle(2, Settled::BrokenPart, 110), (None, 0));
    assert_eq!(settle(3, Settled::Part, 120), (Some(seconds(180)), 0));
    assert_eq!(settle(4, Settled::End, 130), (None, 0));
}

#[test]
fn files_are_found_by_place_and_head_as_by_looking_at_all() {
    let mut live = Live::default();
    // Few values, so that they meet; by a generator that gives the same each time.
    let mut state = 7_u64;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..3_000 {
        let id = FileId { device: 1, inode: u128::from(next(12)) };
        let (path, head) = (PathHash([next(4) as u8; 16]), WindowHash([next(4) as u8; 16]));
        let mut at = || Position { offset: [0, 1024, 5120][next(3) as usize], head, ..Position::start() };
        let (position, floor) = (at(), Some(at()));
        let floor = floor.filter(|_| next(2) == 0);
        match next(6) {
            0 => drop(live.remove(&id)),
            1 | 2 => drop(live.set_position(&id, position)),
            3 if next(40) == 0 => live.retain(|tracked| tracked.key.id != id),
            _ => drop(live.insert(Tracked::new(FileKey { id, path }, Place { position, floor }, 0))),
        }
        let ids = |tracked: &[&Tracked]| {
            let mut ids: Vec<_> = tracked.iter().map(|tracked| tracked.key.id).collect();
            ids.sort_unstable();
            ids
        };
        let all: Vec<&Tracked> = live.values().collect();
        let there: Vec<_> = all.iter().copied().filter(|tracked| tracked.key.path == path).collect();
        assert_eq!(ids(&live.at(path).collect::<Vec<_>>()), ids(&there));
        let begins = |position: &Position, least: u64| position.offset >= least && position.head == head;
        let tells = |tracked: &&Tracked| {
            begins(&tracked.position, 5120) || tracked.floor.is_some_and(|floor| begins(&floor, 1024))
        };
        let begin: Vec<_> = all.iter().copied().filter(tells).collect();
        assert_eq!(ids(&live.beginning_with(head).collect::<Vec<_>>()), ids(&begin));
        assert_eq!(live.have_floors(), all.iter().any(|tracked| tracked.floor.is_some()));
    }
}
