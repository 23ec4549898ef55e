//! The threads that read have no more rights than they need, and enough of them: for roots, projects and repositories that come later.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::binary::Agent;
use crate::running::{Running, until};
use crate::small::{arrived, dropped, grant, record};

/// Record `number`, of work in `project`.
fn record_of(number: usize, project: &Path) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(&record(number)).unwrap();
    value["cwd"] = project.to_str().unwrap().into();
    let mut line = value.to_string().into_bytes();
    line.push(b'\n');
    line
}

fn repository(folder: &Path, remote: &str) {
    fs::create_dir_all(folder.join(".git")).unwrap();
    fs::write(folder.join(".git/config"), format!("[remote \"origin\"]\n\turl = {remote}\n")).unwrap();
}

fn status(agent: &Agent, root: &Path) -> Value {
    serde_json::from_slice(&agent.run(root, &["status", "--json"]).stdout).unwrap()
}

/// Whether a thread can gain no rights, which the kernel demands of those that restrict themselves.
fn gains_nothing(thread: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{thread}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("NoNewPrivs:") && line.ends_with('1'))
}

/// How many threads of a process are restricted, and whether the first is one of them.
fn restricted(process: u32) -> (usize, bool) {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let names = threads.map(|thread| thread.unwrap().file_name().into_string().unwrap());
    let count = names.filter(|name| gains_nothing(&format!("{process}/task/{name}"))).count();
    (count, gains_nothing(&format!("{process}/task/{process}")))
}

#[test]
fn restricted_threads_read_what_comes_later_and_the_one_that_ships_is_free() {
    let agent = Agent::new("[tail]\nrescan_interval = \"1s\"\n[projects]\nallow_remotes = [\"github.com/acme/*\"]\n");
    // Nothing of this is there when the agent starts.
    let later = tempfile::tempdir().unwrap();
    let root = later.path().join("claude");
    grant(&agent, &root);
    let running = Running::start(&agent, &root);
    until("the agent tells how far it is restricted", || status(&agent, &root)["sandbox"].is_string());
    // In some containers nobody gains anything, and it cannot be told by that.
    let untold = status(&agent, &root)["sandbox"] == "none" || gains_nothing("self");
    // Those that read and store, and the one that waits for notifications of files for the former.
    let (count, first) = restricted(running.id());
    assert!(untold || (count >= 3 && !first), "{count} threads are restricted");
    let (work, own) = (later.path().join("work"), later.path().join("own"));
    repository(&work, "git@github.com:acme/x.git");
    repository(&own, "git@github.com:me/y.git");
    let transcript = root.join("projects/-a/00000000-0000-4000-8000-000000000001.jsonl");
    fs::create_dir_all(transcript.parent().unwrap()).unwrap();
    fs::write(&transcript, [record_of(0, &work), record_of(1, &own)].concat()).unwrap();
    let is_denied = || dropped(&agent, &root).as_object().is_some_and(|reasons| reasons.values().any(|n| *n == 1));
    let stored = |count: u64| status(&agent, &root)["total"]["events"].as_u64() == Some(count);
    until("what came is read", || stored(1) && is_denied());
    let moved = root.join("projects/-b/sub").join(transcript.file_name().unwrap());
    fs::create_dir_all(moved.parent().unwrap()).unwrap();
    fs::rename(&transcript, &moved).unwrap();
    let appended = [fs::read(&moved).unwrap(), record_of(2, &work)].concat();
    fs::write(&moved, appended).unwrap();
    until("what was moved is read on", || stored(2));
    running.kill();
    agent.run(&root, &["run", "--once"]);
    assert_eq!(arrived(&agent), [0, 2]);
}
