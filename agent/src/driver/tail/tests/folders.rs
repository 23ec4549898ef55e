//! Which folder records are taken to be of, where they name none.

use super::*;
use crate::edge::projects::ProjectFolders;

/// Reads what is there, with no rules but what folders hold; `?` for events without text.
fn read(world: &World) -> Vec<String> {
    let records = world.spool.0.lock().unwrap().rows.values().copied().collect();
    let fingerprint = Fingerprint::new(&[9; 32]);
    let scrubber = PolicyScrubber::new(&POLICY, ProjectFolders::new(&[], world.home.path()).unwrap());
    let settings = world.settings(Until::CaughtUp);
    Tail::new(settings, records, &fingerprint, Inbox::default(), scrubber, world.spool.clone())
        .run(&mut |_| {})
        .map(drop)
        .unwrap();
    world.taken()
}

fn queued(prompt: &str) -> String {
    format!(
        "{{\"type\":\"queue-operation\",\"operation\":\"enqueue\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"sessionId\":\"s\",\"content\":\"{prompt}\"}}\n"
    )
}

/// A record with a prompt in a folder of the home folder, in the form of a writer that puts blanks after colons.
fn within(world: &World, folder: &str, prompt: &str) -> String {
    let cwd = serde_json::to_string(&world.home.path().join(folder)).unwrap();
    record(prompt).replace("\"cwd\":\"/w\"", &format!("\"cwd\": {cwd}")) + "\n"
}

fn world() -> World {
    let world = World::new();
    for folder in ["open", "secret"] {
        fs::create_dir_all(world.home.path().join(folder)).unwrap();
    }
    fs::write(world.home.path().join("secret/.bcce-ignore"), "").unwrap();
    world
}

#[test]
fn what_stands_before_the_first_folder_is_of_that_folder() {
    let world = world();
    world.append("-p/a.jsonl", queued("queued") + &within(&world, "secret", "prompt"));
    world.append("-q/b.jsonl", queued("queued") + &within(&world, "open", "prompt"));
    assert_eq!(read(&world), ["queued", "prompt"]);
}

#[test]
fn a_session_that_names_no_folder_is_of_the_one_that_its_transcripts_are_named_after() {
    let world = world();
    let named = |folder: &str| {
        let path = fs::canonicalize(world.home.path()).unwrap().join(folder);
        path.to_str().unwrap().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    };
    let (secret, open) = (named("secret"), named("open"));
    for at in 0..2 {
        world.append(&format!("{secret}/a.jsonl"), queued("never"));
        world.append(&format!("{open}/a.jsonl"), queued(&format!("queued {at}")));
        assert_eq!(read(&world), [format!("queued {at}")]);
    }
    // What cannot be a folder takes no known one's place.
    let odd = |cwd: &str| record("odd").replace("\"cwd\":\"/w\"", &format!("\"cwd\":\"{cwd}\"")) + "\n";
    world.append("-p/a.jsonl", within(&world, "secret", "prompt") + &odd("secret") + &odd("") + &queued("more"));
    assert_eq!(read(&world), Vec::<String>::new());
    // A transcript from elsewhere: no folder of its name is here.
    world.append("-q/older.jsonl", odd("secret"));
    assert_eq!(read(&world), ["odd"]);
}

#[test]
fn a_new_session_is_of_the_folder_of_those_beside_it() {
    let world = world();
    world.append("-p/a.jsonl", within(&world, "secret", "prompt"));
    world.append("-q/a.jsonl", within(&world, "open", "prompt"));
    assert_eq!(read(&world), ["prompt"]);
    for session in ["b", "a/subagents/agent-1"] {
        world.append(&format!("-p/{session}.jsonl"), queued("never"));
        world.append(&format!("-q/{session}.jsonl"), queued(session));
        assert_eq!(read(&world), [session]);
    }
}
