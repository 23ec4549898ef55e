//! What is told while a backlog is read.

use super::*;

impl World {
    /// Reads what is there, with this time between two reports; gives back how many bytes each said to be unread. All tell since
    /// when, for as long as there are any.
    fn unread_told(&self, every: Duration) -> Vec<u64> {
        let settings = self.settings(Until::CaughtUp);
        let fingerprint = Fingerprint::new(&[9; 32]);
        let scrubber = PolicyScrubber::new(&POLICY, ShipAll);
        let mut told = Vec::new();
        let mut since = BTreeSet::new();
        let mut on_report = |report: &TailReport| {
            assert_eq!(report.unread_since.is_some(), report.unread_bytes > 0);
            since.extend(report.unread_since);
            told.push(report.unread_bytes);
        };
        let tail = Tail::new(settings, Vec::new(), &fingerprint, Inbox::default(), scrubber, Shared::default());
        tail.run_telling(Progress::new(&mut on_report).every(every)).unwrap();
        assert_eq!(since.len(), 1, "there was something to read from the beginning to the end");
        told
    }
}

#[test]
fn what_is_left_of_a_backlog_is_told_while_it_is_read_and_not_too_often() {
    let world = World::new();
    let long = (record(&"and so on ".repeat(3000)) + "\n").repeat(350);
    assert!(long.len() > 10_000_000, "more than a slice");
    world.append("-p/long.jsonl", &long);
    (0..4).for_each(|at| world.append(&format!("-p/{at}.jsonl"), lines(0, 10)));
    let all = long.len() as u64 + 4 * lines(0, 10).len() as u64;
    let told = world.unread_told(Duration::ZERO);
    assert!(told.is_sorted_by(|before, after| before > after), "each is news: {told:?}");
    // Two slices of the long file and one of each other: the last one's end is the end of all.
    assert_eq!((told.first(), told.last(), told.len()), (Some(&all), Some(&0), 7), "{told:?}");
    assert_eq!(world.unread_told(Duration::from_secs(3600)), [all, 0]);
}

#[test]
fn what_another_reader_has_in_hand_counts_as_unread() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 10));
    let settings = world.settings(Until::CaughtUp);
    let fingerprint = Fingerprint::new(&[9; 32]);
    let mut desk = Desk::new(&settings, Vec::new(), &fingerprint);
    desk.list_all(true);
    let all = lines(0, 10).len() as u64;
    assert_eq!(desk.report.unread_bytes, all);
    assert!(matches!(desk.take(), desk::Next::Job(_)));
    desk.note_unread();
    assert_eq!((desk.has_news(), desk.report.unread_bytes), (false, all));
}

#[test]
fn the_files_that_are_furthest_behind_are_told_by_their_numbers_and_since_when() {
    let world = World::new();
    for at in 0..30 {
        world.append(&format!("-p/{at}.jsonl"), lines(0, at + 1));
    }
    let settings = world.settings(Until::CaughtUp);
    let fingerprint = Fingerprint::new(&[9; 32]);
    let mut desk = Desk::new(&settings, Vec::new(), &fingerprint);
    let before = clock::wall();
    desk.list_all(true);
    let told = desk.report.behind.clone();
    assert_eq!(told.len(), 20, "the rest is in the sum");
    assert_eq!(told.first().map(|file| file.bytes), Some(lines(0, 30).len() as u64));
    assert!(told.is_sorted_by(|one, next| one.bytes >= next.bytes));
    assert!(told.iter().all(|file| file.since >= before));
    std::thread::sleep(Duration::from_millis(5));
    desk.note_unread();
    assert_eq!(desk.report.behind, told, "since the first time that it was seen");
}
