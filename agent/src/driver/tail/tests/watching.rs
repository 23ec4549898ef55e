//! A tailer that stays and watches.

use super::*;

#[test]
fn a_watching_tailer_takes_an_unended_record_once_it_was_quiet() {
    let mut world = World::new();
    world.quiet = Duration::from_millis(50);
    world.watched(|| world.append("-p/s.jsonl", record("prompt 0000")), &["prompt 0000"]);
    world.quiet = Duration::from_secs(3600);
    let act = || {
        world.append("-p/s.jsonl", String::from("\n") + &record("prompt 0001"));
        world.append("-p/t.jsonl", lines(2, 3));
    };
    world.watched(act, &["prompt 0002"]);
}

#[test]
fn a_watching_tailer_sees_new_files_folders_and_moves() {
    let world = World::new();
    let act = || {
        world.append("-p/s.jsonl", lines(0, 1));
        world.append("-p/s.jsonl", lines(1, 2));
        fs::rename(world.path("-p/s.jsonl"), world.path("-p/moved.jsonl")).unwrap();
        world.append("-p/moved.jsonl", lines(2, 3));
        world.append("-new/s/subagents/agent-1.jsonl", lines(3, 4));
    };
    world.watched(act, &["prompt 0000", "prompt 0001", "prompt 0002", "prompt 0003"]);
}

#[test]
fn files_deleted_soon_after_they_were_written_are_read_in_time() {
    let world = World::new();
    let act = || {
        for at in 0..20 {
            world.append(&format!("-p/s{at}.jsonl"), lines(at, at + 1));
        }
        let limit = Instant::now() + Duration::from_secs(3);
        while world.spool.0.lock().unwrap().prompts.len() < 20 && Instant::now() < limit {
            std::thread::yield_now();
        }
        (0..20).for_each(|at| fs::remove_file(world.path(&format!("-p/s{at}.jsonl"))).unwrap());
    };
    let expected = prompts(0, 20);
    world.watched(act, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}
