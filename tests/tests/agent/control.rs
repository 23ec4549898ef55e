//! What its user asks of a running agent: stop, revoke, pause, flush; and what it refuses.

use std::path::Path;
use std::time::Duration;

use firehose_double::{Double, Fault, Script};
use samples::{Generator, Tree};
use serde_json::Value;

use crate::binary::Agent;
use crate::lake::files;
use crate::running::{Running, until};
use crate::truth::must_ship;

fn tree(folder: &Path, bytes: u64) -> Tree {
    Generator::new(5).bytes(bytes).write(&folder.join("claude")).unwrap()
}

/// Events that must come of a tree without odd lines: as many as arrive, each under an id of its own.
fn expected(tree: &Tree) -> usize {
    tree.ledger().records.iter().filter(|record| must_ship(record)).count()
}

fn firehose(double: &Double, more: &str) -> Agent {
    Agent::new(&format!(
        "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\n{more}",
        double.url()
    ))
}

fn grant(agent: &Agent, root: &Path) {
    agent.run(root, &["consent", "grant", "--tier", "content", "--yes", "--backfill"]);
}

fn status(agent: &Agent, root: &Path) -> Value {
    serde_json::from_slice(&agent.run(root, &["status", "--json"]).stdout).unwrap()
}

fn waiting(agent: &Agent, root: &Path) -> u64 {
    status(agent, root)["spool"]["events"].as_u64().unwrap_or(0)
}

#[cfg(unix)]
#[test]
fn asked_to_end_it_ends_within_two_seconds_in_the_middle_of_a_call() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree(folder.path(), 300_000);
    let double = Double::start(Script::of([Fault::Hang, Fault::Hang, Fault::Hang])).unwrap();
    let agent = firehose(&double, "flush_interval = \"100ms\"\n[limits]\nstart_jitter = \"0s\"\n");
    grant(&agent, tree.root());
    let running = Running::start(&agent, tree.root());
    until("a call is under way", || double.received().calls > 0);
    let (ended, took) = running.terminate();
    assert!(ended.success(), "{ended}");
    assert!(took < Duration::from_secs(2), "{took:?}");

    // What waited is still there, and goes with the next run.
    let before = waiting(&agent, tree.root());
    assert!(before > 0);
    double.play(&Script::default());
    agent.run(tree.root(), &["run", "--once"]);
    assert_eq!(waiting(&agent, tree.root()), 0);
    let received = double.finish().unwrap();
    assert_eq!(received.distinct_events(), expected(&tree));
}

#[test]
fn consent_taken_back_stops_it_before_the_next_call_and_empties_the_spool() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree(folder.path(), 3_000_000);
    let double = Double::start(Script::default()).unwrap();
    // Slow enough that most of it waits when consent is taken back.
    let slow = "flush_interval = \"100ms\"\n[limits]\nstart_jitter = \"0s\"\nbytes_per_second = \"64KiB\"\n";
    let agent = firehose(&double, slow);
    grant(&agent, tree.root());
    let mut running = Running::start(&agent, tree.root());
    until("the first call", || double.received().calls > 0);
    until("more waits", || waiting(&agent, tree.root()) > 0);
    agent.run(tree.root(), &["consent", "revoke"]);
    let calls = double.received().calls;
    let ended = running.ended();
    assert!(ended.success(), "{ended}");
    // A call that was on its way when consent ended cannot be called back.
    assert!(double.received().calls <= calls + 1);
    let status = status(&agent, tree.root());
    assert_eq!(status["mode"], "off");
    assert_eq!(status["spool"]["events"], 0, "{status}");
    assert_eq!(status["spool"]["segments"], 0);
    assert!(double.received().distinct_events() < expected(&tree), "something was left to be held back");
    let again = agent.command(tree.root()).args(["run", "--once"]).output().unwrap();
    assert_eq!(again.status.code(), Some(77));
    assert!(!running.said().contains("panicked"));
}

#[test]
fn paused_it_reads_and_sends_nothing_and_a_flush_sends_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = tree(folder.path(), 200_000);
    let double = Double::start(Script::default()).unwrap();
    let agent =
        firehose(&double, "flush_interval = \"1h\"\n[limits]\nstart_jitter = \"0s\"\nbytes_per_second = \"8MiB\"\n");
    grant(&agent, tree.root());
    agent.run(tree.root(), &["pause"]);
    let flush_is_refused = || {
        let refused = agent.command(tree.root()).arg("flush").output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("bcce-agent resume"));
    };
    flush_is_refused();
    let mut running = Running::start(&agent, tree.root());
    until("everything is spooled", || waiting(&agent, tree.root()) >= expected(&tree) as u64);
    assert_eq!(status(&agent, tree.root())["paused"], true);
    flush_is_refused();
    assert_eq!(double.received().calls, 0, "nothing is sent while sending is paused");

    agent.run(tree.root(), &["resume"]);
    agent.run(tree.root(), &["flush"]);
    assert_eq!(double.received().distinct_events(), expected(&tree));

    // Well below a full call, and an hour until the next flush: it waits until it is asked for.
    tree.grow(20).unwrap();
    until("the growth is spooled", || waiting(&agent, tree.root()) > 0);
    agent.run(tree.root(), &["flush"]);
    until("the growth arrives", || {
        agent.run(tree.root(), &["flush"]);
        double.received().distinct_events() == expected(&tree)
    });
    assert!(running.runs());
    assert_eq!(double.received().duplicates(), 0);

    // Where nothing waits it says so, also when no agent runs: what it does not read is not counted.
    let nothing_waited = || {
        let said = String::from_utf8(agent.run(tree.root(), &["flush"]).stdout).unwrap();
        assert_eq!(said, "nothing was waiting to be delivered\n");
    };
    nothing_waited();
    drop(running);
    nothing_waited();
}

#[test]
fn a_second_instance_is_refused_and_told_who_runs() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree(folder.path(), 50_000);
    let agent = Agent::new("");
    grant(&agent, tree.root());
    let running = Running::start(&agent, tree.root());
    until("it runs", || status(&agent, tree.root())["running"] == true);
    until("it says who it is", || status(&agent, tree.root())["pid"] == running.id());
    let second = agent.command(tree.root()).args(["run", "--once"]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains(&running.id().to_string()), "{said}");
    running.kill();
    // The lock dies with its holder.
    agent.run(tree.root(), &["run", "--once"]);
}

#[test]
fn without_consent_it_ends_with_77_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree(folder.path(), 50_000);
    let agent = Agent::new("");
    for arguments in [&["run"][..], &["run", "--once"], &["flush"]] {
        let output = agent.command(tree.root()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(77), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("consent grant"), "the hint names the command");
    }
    assert_eq!(files(&agent.home().join("state")), <[std::path::PathBuf; 0]>::default());
    assert!(!agent.home().join("state").exists());
    assert_eq!(files(agent.home()), [agent.home().join("config.toml")]);
}

#[test]
fn where_nobody_can_be_asked_a_consent_has_no_effect() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree(folder.path(), 50_000);
    let agent = Agent::new("");
    grant(&agent, tree.root());
    for (name, value) in [("DO_NOT_TRACK", "1"), ("CI", "true")] {
        let output = agent.command(tree.root()).env(name, value).args(["run", "--once"]).output().unwrap();
        assert_eq!(output.status.code(), Some(77), "{name}");
    }
    assert!(!agent.home().join("state/lake").exists());
}
