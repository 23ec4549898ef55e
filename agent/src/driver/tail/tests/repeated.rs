//! Sessions from before consent that are resumed or forked into a new file.

use super::*;

/// A world in which a session lay when consent was given.
fn held_back(from: usize, to: usize) -> World {
    let world = World::new();
    world.append("-p/old.jsonl", lines(from, to));
    world.read();
    world.spool.0.lock().unwrap().rows.values_mut().for_each(|row| row.floor = Some(row.position));
    world
}

/// Records as a fork of their session has them.
fn forked(from: usize, to: usize) -> String {
    lines(from, to).replace("\"sessionId\":\"", "\"sessionId\":\"f")
}

#[test]
fn what_a_fork_repeats_from_before_consent_is_held_back_and_counted() {
    let world = held_back(0, 30);
    let start = "{\"type\":\"summary\",\"summary\":\"before\"}\n".to_owned();
    world.append("-p/fork.jsonl", start + &forked(0, 20) + "{\"type\":\"mode\"}\n" + &forked(20, 30) + &lines(30, 32));
    assert_eq!(world.read(), prompts(30, 32));
    assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 32);
    world.append("-p/fork.jsonl", lines(32, 33));
    world.append("-p/old.jsonl", lines(33, 34));
    let mut read = world.read();
    read.sort();
    assert_eq!(read, prompts(32, 34));
}

#[test]
fn a_fork_that_is_seen_half_way_is_held_back_to_its_end() {
    let world = held_back(0, 30);
    for (from, to) in [(0, 10), (10, 11), (11, 30)] {
        world.append("-p/fork.jsonl", forked(from, to));
        assert!(world.read().is_empty());
    }
    assert_eq!(world.dropped(scrubber::DropReason::BeforeConsent), 30);
    world.append("-p/fork.jsonl", lines(30, 31));
    assert_eq!(world.read(), prompts(30, 31));
}

#[test]
fn a_copy_is_found_behind_lines_that_were_read_before_it_came_and_beside_what_cannot_be_read() {
    let world = held_back(0, 30);
    #[cfg(unix)]
    std::os::unix::fs::symlink("loop.jsonl", world.path("-p/loop.jsonl")).unwrap();
    world.append("-p/fork.jsonl", "{\"type\":\"mode\"}\n");
    world.read();
    let spaced = forked(0, 30).replace("\"uuid\":\"", "\"uuid\": \"");
    world.append("-p/fork.jsonl", spaced + record("prompt 0030").split_at(90).0);
    assert!(world.read().is_empty());
    world.append("-p/fork.jsonl", record("prompt 0030").split_at(90).1.to_owned() + "\n");
    assert_eq!(world.read(), prompts(30, 31), "what was half-way is new");
}

#[test]
fn new_sessions_are_read_whole_whatever_ids_they_name() {
    let world = held_back(0, 30);
    let id: String = record("prompt 0003").split("\"uuid\":\"").nth(1).unwrap().chars().take(36).collect();
    let names = record("prompt 0040").replace("\"cwd\"", &format!("\"toolUseResult\":{{\"uuid\":\"{id}\"}},\"cwd\""));
    world.append("-p/new.jsonl", names + "\n" + &lines(41, 42));
    assert_eq!(world.read(), prompts(40, 42));
    world.append("-q/elsewhere.jsonl", forked(0, 2));
    assert_eq!(world.read(), prompts(0, 2), "what other folders hold is not asked");
}
