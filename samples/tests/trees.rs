//! What the generator promises about the trees it writes.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use samples::{Copied, Fate, Generator, OddLines, Record, Stream};
use serde_json::Value;

/// A folder of its own for each test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("bcce-samples-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn root(&self) -> PathBuf {
        self.0.join("claude")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn bytes_of(root: &Path, record: &Record) -> Vec<u8> {
    let file = fs::read(root.join(&record.file)).unwrap();
    let start = usize::try_from(record.offset).unwrap();
    file[start..start + usize::try_from(record.length).unwrap()].to_vec()
}

fn parsed(root: &Path, record: &Record) -> Option<Value> {
    serde_json::from_slice(&bytes_of(root, record)).ok().filter(Value::is_object)
}

fn drained(mut stream: Stream) -> (Vec<samples::Line>, samples::Ledger) {
    let lines = stream.by_ref().collect();
    (lines, stream.into_ledger())
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let first = drained(Generator::new(11).bytes(300_000).odd_lines(OddLines::Many).stream()).0;
    let second = drained(Generator::new(11).bytes(300_000).odd_lines(OddLines::Many).stream()).0;
    let other = drained(Generator::new(12).bytes(300_000).odd_lines(OddLines::Many).stream()).0;
    assert!(first == second);
    assert!(first != other);
}

#[test]
fn turns_are_spread_over_the_span_that_was_asked_for() {
    const DAY: i64 = 86_400_000;
    // 2027-01-15T08:00:00Z
    let start = 1_800_000_000_000;
    let generator = || Generator::new(11).bytes(1_000_000);
    let times = |times| {
        let (lines, _) = drained(generator().times(times).stream());
        let records = lines.iter().filter_map(|line| serde_json::from_slice::<Value>(&line.bytes).ok());
        let times: Vec<String> =
            records.filter_map(|record| Some(record.get("timestamp")?.as_str()?.to_owned())).collect();
        (lines, times)
    };
    let (lines, told) = times(start..start + 7 * DAY);
    assert!(lines == times(start..start + 7 * DAY).0, "the same seed and span give the same bytes");
    let (first, last) = (told.iter().min().unwrap(), told.iter().max().unwrap());
    assert!(first.as_str() > "2027-01-15T07:59:50" && last.as_str() < "2027-01-22T08:30:00", "{first} to {last}");
    let days: BTreeSet<&str> = told.iter().filter_map(|time| time.get(..10)).collect();
    assert!((6..=8).contains(&days.len()), "{days:?}");
    let (plain, _) = drained(generator().stream());
    assert_eq!(plain.len(), lines.len(), "nothing else differs");
}

#[test]
fn the_ledger_names_each_record_where_it_stands() {
    let scratch = Scratch::new("ledger");
    let tree = Generator::new(3).bytes(1_500_000).odd_lines(OddLines::Many).write(&scratch.root()).unwrap();
    let mut fates = BTreeSet::new();
    for record in &tree.ledger().records {
        fates.insert(record.fate);
        let value = parsed(&scratch.root(), record);
        if matches!(record.fate, Fate::Event | Fate::UnknownType | Fate::History) {
            let value = value.unwrap();
            let kind = if record.kind == "history" { None } else { Some(record.kind.as_str()) };
            assert_eq!(value.get("type").and_then(Value::as_str), kind);
            assert_eq!(value.get("uuid").and_then(Value::as_str), record.uuid.as_deref());
        }
        if record.fate == Fate::Broken {
            let text = String::from_utf8(bytes_of(&scratch.root(), record)).unwrap();
            assert!(!text.starts_with("{\"parentUuid\"") || parsed(&scratch.root(), record).is_none());
        }
    }
    let all = [Fate::Event, Fate::History, Fate::UnknownType, Fate::Broken, Fate::Optional];
    assert!(all.iter().all(|fate| fates.contains(fate)), "{fates:?}");
}

#[test]
fn every_planted_value_stands_in_its_record() {
    let scratch = Scratch::new("plants");
    let tree = Generator::new(5).bytes(3_000_000).plants_per_mille(300).write(&scratch.root()).unwrap();
    let ledger = tree.ledger();
    let mut kinds = HashSet::new();
    for plant in ledger.plants.iter().filter(|plant| plant.place != "(decoy file)") {
        kinds.insert(plant.kind);
        let text = decoded(&parsed(&scratch.root(), &ledger.records[plant.record]).unwrap());
        let found = plant.needles.iter().any(|needle| text.contains(needle.as_str()));
        assert!(found, "{} as {:?} at {}", plant.kind, plant.form, plant.place);
    }
    for value in &ledger.look_alikes {
        let text = decoded(&parsed(&scratch.root(), &ledger.records[value.record]).unwrap());
        assert!(text.contains(&value.value), "{} at {}", value.kind, value.place);
    }
    assert!(kinds.len() >= samples::secret_kinds() + 10, "{} kinds", kinds.len());
    assert!(samples::secret_kinds() >= 60);
}

/// All keys and strings of a record, one a line.
fn decoded(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(items) => items.iter().map(decoded).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| format!("{key}\n{}", decoded(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

#[test]
fn token_counts_are_the_largest_of_each_message() {
    let (lines, ledger) = drained(Generator::new(9).bytes(800_000).stream());
    let mut most = std::collections::BTreeMap::<String, u64>::new();
    for line in &lines {
        let value: Value = serde_json::from_slice(&line.bytes).unwrap();
        if value["type"] == "assistant" {
            let id = value["message"]["id"].as_str().unwrap().to_owned();
            let output = value["message"]["usage"]["output_tokens"].as_u64().unwrap();
            let entry = most.entry(id).or_default();
            *entry = output.max(*entry);
        }
    }
    let truth: std::collections::BTreeMap<String, u64> =
        ledger.usage.iter().map(|(id, usage)| (id.clone(), usage.output)).collect();
    assert_eq!(most, truth);
    assert!(lines.len() > most.len());
}

#[test]
fn a_tree_holds_every_kind_of_file_and_decoys() {
    let scratch = Scratch::new("files");
    let tree = Generator::new(1).bytes(3_000_000).write(&scratch.root()).unwrap();
    let files: BTreeSet<String> =
        tree.ledger().records.iter().map(|record| record.file.to_string_lossy().replace('\\', "/")).collect();
    for part in ["history.jsonl", "/subagents/agent-", "/subagents/workflows/wf-", "subagents/agent-acompact-"] {
        assert!(files.iter().any(|file| file.contains(part)), "{part}");
    }
    assert!(files.iter().any(|file| file.split('/').count() == 3 && file.contains("/agent-")));
    assert!(tree.ledger().decoys.len() >= 8);
    assert!(tree.ledger().decoys.iter().all(|file| scratch.root().join(file).exists()));
}

#[test]
fn growth_goes_on_where_the_tree_ends() {
    let scratch = Scratch::new("growth");
    let mut tree = Generator::new(2).bytes(200_000).write(&scratch.root()).unwrap();
    let range = tree.grow(40).unwrap();
    assert_eq!(range.len(), 40);
    let begun = tree.begin_line().unwrap().unwrap();
    assert!(parsed(&scratch.root(), &tree.ledger().records[range.start]).is_some());
    let path = scratch.root().join(&tree.ledger().records[begun].file);
    assert!(!fs::read(&path).unwrap().ends_with(b"\n"));
    tree.finish_line().unwrap();
    assert!(parsed(&scratch.root(), &tree.ledger().records[begun]).is_some());
}

#[test]
fn moved_rewritten_and_replaced_files_agree_with_the_ledger() {
    let scratch = Scratch::new("moves");
    let mut tree = Generator::new(4).bytes(400_000).write(&scratch.root()).unwrap();
    let files = tree.session_files();
    let moved = Path::new("projects/-elsewhere").join(files[0].file_name().unwrap());
    tree.move_file(&files[0], &moved).unwrap();
    let rewritten = tree.rewrite(&files[1], 5).unwrap();
    let grown = tree.replace_grown(&moved, 3).unwrap();
    let anew = tree.replace_anew(&files[2], 4).unwrap();
    let copy = tree.resume(&moved, Copied::NewSession).unwrap();
    for range in [rewritten, grown, anew] {
        assert!(range.clone().all(|index| parsed(&scratch.root(), &tree.ledger().records[index]).is_some()));
    }
    let copies: Vec<&Record> = tree.ledger().of_file(&copy).collect();
    assert!(copies.len() > 3);
    for record in copies.iter().filter(|record| record.fate == Fate::Copy) {
        let value = parsed(&scratch.root(), record).unwrap();
        assert!(value.get("sessionId").is_none_or(|id| id.as_str() == Some(record.session.as_str())));
    }
    let before = fs::read(scratch.root().join(&copy)).unwrap();
    let gone = tree.cut(&copy, 2).unwrap();
    let lost: u64 = gone.iter().map(|index| tree.ledger().records[*index].length).sum();
    let cut = fs::read(scratch.root().join(&copy)).unwrap();
    assert_eq!((gone.len(), before.len() as u64), (2, cut.len() as u64 + lost));
    assert!(before.starts_with(&cut) && cut.ends_with(b"\n"));
    tree.drop_final_newline(&copy).unwrap();
    assert!(!fs::read(scratch.root().join(&copy)).unwrap().ends_with(b"\n"));
    tree.delete(&copy).unwrap();
    assert!(tree.grow(200).is_ok());
    let last = tree.ledger().records.last().unwrap();
    assert!(parsed(&scratch.root(), last).is_some());
}

#[test]
fn a_long_line_is_as_long_as_asked() {
    let (lines, ledger) = drained(Generator::new(6).bytes(3_000_000).long_line(1_000_000).stream());
    let long: Vec<usize> = lines
        .iter()
        .filter(|line| ledger.records[line.record].fate == Fate::TooLong)
        .map(|line| line.bytes.len())
        .collect();
    assert!(matches!(long[..], [length] if length > 1_000_000));
}

#[test]
fn the_ledger_is_valid_json() {
    let (_, ledger) = drained(Generator::new(8).bytes(100_000).stream());
    let value: Value = serde_json::from_str(&ledger.to_json()).unwrap();
    assert_eq!(value["records"].as_array().unwrap().len(), ledger.records.len());
}
