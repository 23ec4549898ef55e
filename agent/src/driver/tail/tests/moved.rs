//! Files that are moved, cut, replaced and copied.

use super::*;

#[test]
fn a_moved_file_goes_on() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 30));
    assert_eq!(world.read().len(), 30);
    fs::rename(world.path("-p/s.jsonl"), world.path("-q/s.jsonl")).unwrap();
    world.append("-q/s.jsonl", lines(30, 31));
    assert_eq!(world.read(), prompts(30, 31));
    assert_eq!(world.spool.0.lock().unwrap().rows.len(), 1, "the old row is superseded");
}

#[test]
fn a_file_cut_short_or_rewritten_is_read_from_its_start() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 30));
    assert_eq!(world.read().len(), 30);
    fs::write(world.path("-p/s.jsonl"), lines(100, 102)).unwrap();
    assert_eq!(world.read(), prompts(100, 102));
    fs::write(world.path("-p/s.jsonl"), lines(200, 240)).unwrap();
    assert_eq!(world.read(), prompts(200, 240));
}

#[test]
fn an_atomic_replace_goes_on_where_the_content_is_the_same() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 30));
    assert_eq!(world.read().len(), 30);
    for (content, expected) in [
        (lines(0, 33), prompts(30, 33)),
        (lines(0, 33) + &lines(40, 41), prompts(40, 41)),
        (lines(50, 90), prompts(50, 90)),
    ] {
        fs::write(world.path("-p/s.jsonl.tmp"), content).unwrap();
        fs::rename(world.path("-p/s.jsonl.tmp"), world.path("-p/s.jsonl")).unwrap();
        assert_eq!(world.read(), expected);
    }
}

#[test]
fn a_copy_goes_on_where_the_original_was_read_to() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 60));
    assert_eq!(world.read().len(), 60);
    fs::copy(world.path("-p/s.jsonl"), world.path("-p/copy.jsonl")).unwrap();
    world.append("-p/copy.jsonl", lines(60, 61));
    assert_eq!(world.read(), prompts(60, 61));
    world.append("-p/s.jsonl", lines(61, 62));
    assert_eq!(world.read(), prompts(61, 62), "the original keeps its own position");
}

#[test]
fn a_session_that_begins_like_another_is_read_whole() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 3));
    assert_eq!(world.read().len(), 3);
    world.append("-p/t.jsonl", lines(0, 2) + &lines(50, 52));
    assert_eq!(world.read(), [prompts(0, 2), prompts(50, 52)].concat());
}

#[test]
fn what_a_shorter_file_in_the_place_of_one_from_before_consent_holds_is_counted_and_what_comes_behind_is_read() {
    let world = World::new();
    world.append("-p/s.jsonl", lines(0, 30));
    world.read();
    world.spool.0.lock().unwrap().rows.values_mut().for_each(|row| row.floor = Some(row.position));
    // It may be the end of what stood there, under any times and at any place: nothing tells.
    fs::write(world.path("-p/s.jsonl.tmp"), lines(20, 23)).unwrap();
    fs::rename(world.path("-p/s.jsonl.tmp"), world.path("-p/s.jsonl")).unwrap();
    assert_eq!(world.read(), prompts(0, 0));
    assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 3);
    world.append("-p/s.jsonl", lines(100, 103));
    assert_eq!(world.read(), prompts(100, 103));
    assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 3);
}

#[test]
fn a_file_that_was_moved_keeps_its_floor_and_the_one_in_its_place_is_read_from_its_start() {
    for new in [3, 40] {
        let world = World::new();
        world.append("-p/a.jsonl", lines(0, 20));
        world.read();
        {
            let mut spool = world.spool.0.lock().unwrap();
            spool.rows.values_mut().for_each(|row| row.floor = Some(row.position));
        }
        fs::rename(world.path("-p/a.jsonl"), world.path("-q/b.jsonl")).unwrap();
        // The newest is read first where nothing else tells.
        std::thread::sleep(Duration::from_millis(20));
        world.append("-p/a.jsonl", lines(100, 100 + new));
        assert_eq!(world.read(), prompts(100, 100 + new));
        assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 0);
        world.append("-q/b.jsonl", lines(20, 22));
        assert_eq!(world.read(), prompts(20, 22));
    }
}

#[test]
fn what_was_before_consent_in_a_file_that_was_moved_and_cut_to_its_first_lines_is_counted() {
    let world = World::new();
    world.append("-p/a.jsonl", lines(0, 20));
    world.read();
    world.spool.0.lock().unwrap().rows.values_mut().for_each(|row| row.floor = Some(row.position));
    fs::rename(world.path("-p/a.jsonl"), world.path("-q/b.jsonl")).unwrap();
    fs::write(world.path("-q/b.jsonl"), lines(0, 2) + &lines(100, 110)).unwrap();
    assert_eq!(world.read(), prompts(0, 0));
    assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 12);
    world.append("-q/b.jsonl", lines(110, 112));
    assert_eq!(world.read(), prompts(110, 112));
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_that_gets_the_number_of_a_deleted_one_from_before_consent_is_read_whole() {
    let world = World::new();
    world.append("-p/a.jsonl", lines(0, 20));
    world.read();
    world.spool.0.lock().unwrap().rows.values_mut().for_each(|row| row.floor = Some(row.position));
    fs::remove_file(world.path("-p/a.jsonl")).unwrap();
    world.append("-p/b.jsonl", lines(100, 103));
    assert_eq!(world.read(), prompts(100, 103));
    assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 0);
}
