//! A spool that is damaged or lost, by a disk or by a hand: what waited is read again from the transcripts, and what was there
//! before consent is not.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::binary::Agent;
use crate::lake::Lake;
use crate::running::{Running, until};
use crate::small::{Root, grant, record};

const PAGE: usize = 8192;

fn records(numbers: Range<usize>) -> Vec<u8> {
    numbers.flat_map(record).collect()
}

/// How many events the spool stored so far; none where it cannot tell.
fn stored(agent: &Agent, root: &Root) -> u64 {
    let output = agent.command(root.path()).args(["status", "--json"]).output().unwrap();
    let status: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    status["total"]["events"].as_u64().unwrap_or(0)
}

/// The numbers of the records that arrived; copies of one are equal.
fn arrived(agent: &Agent) -> BTreeSet<usize> {
    let body = |event: &Value| event["text"][0]["body"].as_str().unwrap().to_owned();
    let lake = Lake::of(agent);
    let each = lake.events.values().map(|copies| {
        assert!(copies.iter().all(|copy| body(copy) == body(&copies[0])));
        body(&copies[0]).strip_prefix("say ").unwrap().parse().unwrap()
    });
    each.collect()
}

fn database(agent: &Agent) -> PathBuf {
    agent.home().join("state/spool.db")
}

/// The state as it was, but for wishes and the lake.
fn put_back(kept: &Path, state: &Path) {
    fs::remove_dir_all(state).unwrap();
    fs::create_dir(state).unwrap();
    for entry in fs::read_dir(kept).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), state.join(entry.file_name())).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_spool_damaged_in_any_page_ends_a_run_neither_stuck_nor_short() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..400)));
    grant(&agent, root.path());
    let running = Running::start(&agent, root.path());
    agent.run(root.path(), &["pause"]);
    until("everything is stored", || stored(&agent, &root) == 400);
    running.terminate();
    let (state, kept) = (agent.home().join("state"), agent.home().join("kept"));
    fs::rename(&state, &kept).unwrap();
    fs::create_dir(&state).unwrap();
    let pages = fs::read(kept.join("spool.db")).unwrap().len() / PAGE;
    root.append(&records(400..401));
    for page in 0..pages {
        for damaged in [page * PAGE..(page + 1) * PAGE, page * PAGE + PAGE / 2..(page + 1) * PAGE] {
            put_back(&kept, &state);
            let mut bytes = fs::read(database(&agent)).unwrap();
            bytes[damaged.clone()].fill(0);
            fs::write(database(&agent), bytes).unwrap();
            agent.run(root.path(), &["run", "--once"]);
            assert_eq!(arrived(&agent), (0..401).collect(), "page {page}, {damaged:?}");
        }
    }
}

/// A consent for what comes later alone, of which the spool is lost by `lose` in the middle.
#[cfg(unix)]
fn lost_under_the_default_consent(lose: impl FnOnce(&Agent)) {
    let (agent, root) = (Agent::new("[tail]\nrescan_interval = \"1s\"\n"), Root::new(&records(0..5)));
    agent.run(root.path(), &["consent", "grant", "--tier", "content", "--yes"]);
    let running = Running::start(&agent, root.path());
    root.append(&records(5..10));
    until("what came is stored", || stored(&agent, &root) == 5);
    lose(&agent);
    root.append(&records(10..15));
    let other = root.path().join("projects/-work/later.jsonl");
    fs::write(other, records(15..17)).unwrap();
    until("all that came since the consent is stored", || stored(&agent, &root) == 12);
    running.terminate();
    agent.run(root.path(), &["run", "--once"]);
    assert_eq!(arrived(&agent), (5..17).collect());
}

#[cfg(unix)]
#[test]
fn a_spool_removed_under_a_running_agent_costs_nothing_that_was_written_since_the_consent() {
    lost_under_the_default_consent(|agent| fs::remove_file(database(agent)).unwrap());
}

#[test]
fn what_the_spool_cannot_drop_for_now_is_not_called_delivered() {
    let (agent, root) = (Agent::new(""), Root::new(&[record(0), record(1)].concat()));
    grant(&agent, root.path());
    for command in [&["pause"][..], &["run", "--once"], &["resume"]] {
        agent.run(root.path(), command);
    }
    let spool = rusqlite::Connection::open(agent.home().join("state/spool.db")).unwrap();
    let damage = "UPDATE segment SET sealed = zeroblob(length(sealed));
        CREATE TRIGGER stays BEFORE DELETE ON segment BEGIN SELECT RAISE(ABORT, 'no'); END";
    spool.execute_batch(damage).unwrap();
    let said = agent.home().join("said");
    let mut command = agent.command(root.path());
    command.args(["run", "--once"]).stderr(fs::File::create(&said).unwrap());
    let mut once = command.spawn().unwrap();
    until("it cannot drop what it cannot read, or ends", || {
        fs::read_to_string(&said).unwrap().contains("drop segments") || once.try_wait().unwrap().is_some()
    });
    spool.execute_batch("DROP TRIGGER stays").unwrap();
    assert!(once.wait().unwrap().success(), "{}", fs::read_to_string(&said).unwrap());
    assert_eq!(arrived(&agent), BTreeSet::from([0, 1]));
}
