//! From transcripts to the directory lake, at each tier: what must arrive arrives once, what must not does not.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;

use samples::{Fate, Generator, Ledger, OddLines, Record, Tree};
use serde_json::Value;

use crate::binary::Agent;
use crate::lake::Lake;
use crate::schema::Schema;
use crate::truth::{Ids, Lines, Secrets, ids_of, must_ship, never_ships};

struct Delivered {
    agent: Agent,
    lake: Lake,
}

/// Spools everything, looks at what lies on the disk and was said, and delivers it then.
fn deliver(tree: &Tree, tier: &str) -> Delivered {
    let agent = Agent::of(&tree.ledger().developer, "");
    let secrets = Secrets::of(tree.ledger());
    let run = |arguments: &[&str]| {
        let Output { stdout, stderr, .. } = agent.run(tree.root(), arguments);
        secrets.assert_absent(&stdout, "stdout");
        secrets.assert_absent(&stderr, "stderr");
        stdout
    };
    run(&["-vv", "consent", "grant", "--tier", tier, "--yes", "--backfill"]);
    run(&["pause"]);
    run(&["-vv", "run", "--once"]);
    assert!(Lake::of(&agent).events.is_empty(), "nothing leaves while sending is paused");
    let status: Value = serde_json::from_slice(&run(&["status", "--json"])).unwrap();
    assert!(status["spool"]["events"].as_u64().unwrap() > 0);
    secrets.assert_absent_from_state(&agent);
    run(&["resume"]);
    run(&["-vv", "flush"]);
    run(&["-vv", "run", "--once"]);
    run(&["status"]);
    secrets.assert_absent_from_state(&agent);
    let lake = Lake::of(&agent);
    secrets.assert_absent(lake.text.as_bytes(), "the lake");
    let log = String::from_utf8(run(&["log", "--json"])).unwrap();
    let sent = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["events"].as_u64().unwrap());
    assert_eq!(sent.sum::<u64>(), lake.text.lines().count() as u64, "the log tells what was sent");
    Delivered { agent, lake }
}

/// Every event that must come is there once, also where several records are equal to the last byte and so are one event;
/// every other one comes of a line that may give one.
fn assert_complete(tree: &Tree, delivered: &Delivered) {
    let ids = Ids::of(&delivered.agent);
    let mut lines = Lines::below(tree.root());
    let ledger = tree.ledger();
    let expected = ids_of(&ids, &mut lines, ledger, must_ship);
    assert!(expected.len() > 800, "{}", expected.len());
    let events = &delivered.lake.events;
    for record in ledger.records.iter().filter(|record| must_ship(record)) {
        let id = ids.id(&record.file, lines.line(record)).unwrap();
        let copies = events.get(&id).map_or(0, Vec::len);
        let place = format!("{} {} at {}:{}", record.kind, record.subtype, record.file.display(), record.line);
        assert_eq!(copies, 1, "{place}");
    }
    let more = || events.iter().filter(|(id, _)| !expected.contains_key(*id));
    assert!(more().all(|(_, copies)| copies.len() == 1));
    let optional = ledger.records.iter().filter(|record| record.fate == Fate::Optional).count();
    assert!(more().count() <= optional, "{} events of no record that may give one, {optional} may", more().count());
    let never = |record: &Record| {
        let fates = [Fate::UnknownType, Fate::History, Fate::Broken];
        fates.contains(&record.fate) || never_ships(&record.kind)
    };
    let forbidden = ids_of(&ids, &mut lines, ledger, never);
    assert!(forbidden.len() > 10 && forbidden.keys().all(|id| !events.contains_key(id)));
}

fn assert_valid(lake: &Lake, tier: &str) {
    let schema = Schema::shipped();
    for event in lake.events.values().flatten() {
        let faults = schema.faults(event);
        assert!(faults.is_empty(), "{} at {faults:?}", event["event_id"]);
        assert_eq!(event["tier"], tier);
    }
}

/// The tokens of each message as one who reads the lake is told to add them up: by message, the largest of each count.
fn assert_usage(lake: &Lake, ledger: &Ledger) {
    let mut sums: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for event in lake.events.values().flatten() {
        let (Some(message), Some(usage)) = (event["message_id"].as_str(), event["usage"].as_object()) else { continue };
        let of_message = sums.entry(message).or_default();
        for (name, count) in usage {
            let largest = of_message.entry(name).or_default();
            *largest = (*largest).max(count.as_u64().unwrap());
        }
    }
    assert!(ledger.usage.len() > 100);
    for (message, expected) in &ledger.usage {
        let seen = sums.get(message.as_str()).unwrap_or_else(|| panic!("no event tells the tokens of a message"));
        let count = |name: &str| seen.get(name).copied().unwrap_or(0);
        assert_eq!(count("input_tokens"), expected.input);
        assert_eq!(count("output_tokens"), expected.output);
        assert_eq!(count("cache_read"), expected.cache_read);
        let written = expected.cache_creation_5m + expected.cache_creation_1h;
        if seen.contains_key("cache_creation_5m") || seen.contains_key("cache_creation_1h") {
            assert_eq!(count("cache_creation_5m"), expected.cache_creation_5m);
            assert_eq!(count("cache_creation_1h"), expected.cache_creation_1h);
        } else {
            assert_eq!(count("cache_creation"), written);
        }
    }
}

fn check(seed: u64, tier: &str) -> (Tree, Delivered, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let generator = Generator::new(seed).bytes(2_500_000).odd_lines(OddLines::Some);
    let tree = generator.write(&folder.path().join("claude")).unwrap();
    let delivered = deliver(&tree, tier);
    assert_complete(&tree, &delivered);
    assert_valid(&delivered.lake, tier);
    assert_usage(&delivered.lake, tree.ledger());
    (tree, delivered, folder)
}

#[test]
fn the_metrics_tier_ships_every_record_once_and_no_text() {
    let (_, delivered, _folder) = check(31, "metrics");
    for event in delivered.lake.events.values().flatten() {
        assert!(event.get("text").is_none() && event.get("shapes").is_none());
    }
}

#[test]
fn the_activity_tier_ships_every_record_once_and_no_text() {
    let (_, delivered, _folder) = check(32, "activity");
    let events = || delivered.lake.events.values().flatten();
    assert!(events().all(|event| event.get("text").is_none()));
    assert!(events().any(|event| event.get("shapes").is_some()));
}

#[test]
fn the_content_tier_ships_every_record_once_and_look_alikes_survive() {
    let (tree, delivered, _folder) = check(33, "content");
    let ids = Ids::of(&delivered.agent);
    let (mut lines, mut survived, mut lost) = (Lines::below(tree.root()), 0, BTreeSet::new());
    for value in &tree.ledger().look_alikes {
        let record = &tree.ledger().records[value.record];
        if !must_ship(record) {
            continue;
        }
        let line = lines.line(record);
        let event = delivered.lake.events[&ids.id(&record.file, line).unwrap()][0].to_string();
        let line = String::from_utf8_lossy(line);
        let written = Value::from(value.value.as_str()).to_string();
        let written = written.trim_matches('"');
        for (at, _) in line.match_indices(written) {
            // Where the words before it came out, the value must follow them; many fields are not shipped at all.
            let before: String = line
                .get(..at)
                .unwrap_or_default()
                .chars()
                .rev()
                .take(16)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            match (event.contains(&before), event.contains(&format!("{before}{written}"))) {
                (true, true) => survived += 1,
                (true, false) => drop(lost.insert(format!("{} of {}: {before}{written}", value.kind, value.place))),
                (false, _) => {}
            }
        }
    }
    println!("{survived} look-alikes survived");
    assert!(survived > 100, "{survived}");
    assert!(lost.is_empty(), "{lost:#?}");
}
