//! `purge --request-erasure`: one event before anything is deleted, or nothing at all.

use std::collections::BTreeSet;
use std::path::Path;

use firehose_double::{Double, Fault, Script};
use serde_json::Value;

use crate::binary::Agent;
use crate::lake::files;
use crate::running::{Running, until};
use crate::small::{Root, fails, grant, record};

const REQUEST: [&str; 3] = ["purge", "--request-erasure", "--yes"];

fn firehose(double: &Double) -> Agent {
    Agent::new(&format!(
        "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\nflush_interval = \"1h\"\n\
         [limits]\nstart_jitter = \"0s\"\n",
        double.url()
    ))
}

/// An installation of which five events arrived and five more wait, and the first of those that arrived.
fn some_wait(double: &Double) -> (Agent, Root, Value) {
    let (agent, root) = (firehose(double), Root::new(&(0..5).flat_map(record).collect::<Vec<_>>()));
    grant(&agent, root.path());
    agent.run(root.path(), &["run", "--once"]);
    let [event, ..] = &events(double)[..] else { panic!("nothing arrived") };
    root.append(&(5..10).flat_map(record).collect::<Vec<_>>());
    agent.run(root.path(), &["pause"]);
    agent.run(root.path(), &["run", "--once"]);
    agent.run(root.path(), &["resume"]);
    assert_eq!(waiting(&agent, root.path()), 5);
    (agent, root, event.clone())
}

fn events(double: &Double) -> Vec<Value> {
    let received = double.received();
    let lines = received.events.values().flat_map(|stream| stream.values()).flat_map(|versions| versions.keys());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn requests(double: &Double) -> Vec<Value> {
    events(double).into_iter().filter(|event| event["kind"] == "erasure_request").collect()
}

fn waiting(agent: &Agent, root: &Path) -> u64 {
    let status: Value = serde_json::from_slice(&agent.run(root, &["status", "--json"]).stdout).unwrap();
    status["spool"]["events"].as_u64().unwrap_or(0)
}

fn runs(agent: &Agent, root: &Path) -> bool {
    serde_json::from_slice::<Value>(&agent.run(root, &["status", "--json"]).stdout).unwrap()["running"] == true
}

fn logged(agent: &Agent, root: &Path) -> u64 {
    let log = agent.run(root, &["log", "--json"]).stdout;
    let rows = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    rows.map(|line| serde_json::from_slice::<Value>(line).unwrap()["events"].as_u64().unwrap()).sum()
}

#[test]
fn one_event_asks_under_the_known_pseudonyms_and_what_waited_never_leaves() {
    let double = Double::start(Script::default()).unwrap();
    let (agent, root, known) = some_wait(&double);
    let output = agent.run(root.path(), &REQUEST);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!((events(&double).len(), waiting(&agent, root.path())), (6, 0), "{said}");
    let [request] = &requests(&double)[..] else { panic!("not one request") };
    for name in ["user", "host", "consent_id", "policy_id"] {
        assert_eq!(request[name], known[name], "{name}");
    }
    assert!(said.contains(known["user"].as_str().unwrap()) && said.contains("deleted: 5 waiting events"), "{said}");
    let names: BTreeSet<_> = request.as_object().unwrap().keys().map(String::as_str).collect();
    let frame = [
        "agent_version",
        "consent_id",
        "data_class",
        "dropped_fields",
        "event_id",
        "event_time",
        "host",
        "ingest_time",
        "kind",
        "os",
        "policy_id",
        "schema",
        "tier",
        "user",
    ];
    assert_eq!(names, BTreeSet::from(frame));
    assert_eq!(logged(&agent, root.path()), 6, "the log of what was sent has it");
    // Another request is another event.
    agent.run(root.path(), &REQUEST);
    assert_eq!((requests(&double).len(), double.received().duplicates()), (2, 0));
}

#[test]
fn beside_a_running_agent_it_goes_at_once_and_alone() {
    let double = Double::start(Script::default()).unwrap();
    let (agent, root, _) = some_wait(&double);
    let mut running = Running::start(&agent, root.path());
    until("it runs", || runs(&agent, root.path()));
    agent.run(root.path(), &["flush"]);
    until("what waited has arrived", || events(&double).len() == 10);
    // Well below a full call, and an hour until the next flush.
    root.append(&record(10));
    until("it has read on", || waiting(&agent, root.path()) == 1);
    agent.run(root.path(), &REQUEST);
    assert_eq!((requests(&double).len(), events(&double).len()), (1, 11));
    assert_eq!(waiting(&agent, root.path()), 0);
    root.append(&record(11));
    until("it goes on reading", || waiting(&agent, root.path()) == 1);
    agent.run(root.path(), &["flush"]);
    assert!(running.runs());
    assert_eq!((events(&double).len(), double.received().duplicates()), (12, 0));
}

#[test]
fn what_cannot_be_delivered_deletes_nothing_and_comes_again_under_the_same_id() {
    let double = Double::start(Script::default()).unwrap();
    let (agent, root, _) = some_wait(&double);
    agent.run(root.path(), &["pause"]);
    let (code, said) = fails(&agent, root.path(), &REQUEST);
    assert!(code == Some(2) && said.contains("bcce-agent resume"), "{said}");
    agent.run(root.path(), &["resume"]);
    // The first call arrives and nobody learns of it; then nothing is let in any more.
    double.play(&Script::of([Fault::LostReply, Fault::access_denied(), Fault::access_denied()]));
    let (code, said) = fails(&agent, root.path(), &REQUEST);
    assert!(code == Some(2) && said.contains("nothing was deleted"), "{said}");
    assert_eq!(waiting(&agent, root.path()), 5);
    double.play(&Script::default());
    agent.run(root.path(), &REQUEST);
    let received = double.received();
    assert_eq!((requests(&double).len(), received.duplicates(), received.altered().len()), (1, 1, 0));
    assert_eq!(waiting(&agent, root.path()), 0);
}

#[test]
fn without_consent_nothing_is_sent_and_the_pseudonyms_are_told() {
    let double = Double::start(Script::default()).unwrap();
    let (agent, root, known) = some_wait(&double);
    let calls = double.received().calls;
    let asked = agent.command(root.path()).args(["purge", "--request-erasure"]).output().unwrap();
    assert_eq!((asked.status.code(), waiting(&agent, root.path())), (Some(64), 5), "nobody was asked");
    agent.run(root.path(), &["consent", "revoke"]);
    let output = agent.command(root.path()).args(REQUEST).output().unwrap();
    assert_eq!(output.status.code(), Some(77));
    let (told, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    for name in ["user", "host"] {
        assert!(told.contains(known[name].as_str().unwrap()), "{told}");
    }
    assert!(said.contains("Whom to ask") && said.contains("no request was sent"), "{said}");
    assert_eq!(double.received().calls, calls);

    let fresh = firehose(&double);
    let (code, said) = fails(&fresh, root.path(), &REQUEST);
    assert!(code == Some(77) && said.contains("no event carries a pseudonym"), "{said}");
    assert_eq!(files(fresh.home()), [fresh.home().join("config.toml")], "asking makes no keys");
}
