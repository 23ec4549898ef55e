use super::*;
use crate::edge::clock;
use jiff::tz::TimeZone;
use pipeline::time::Wall;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

const LINE_BYTES_MAX: usize = 1 << 20;

/// As asked by somebody so many milliseconds from now.
fn asked(in_ms: i64, since_ms: Option<i64>) -> Asked {
    let (now, zone) = (Wall(clock::wall().0 + in_ms), TimeZone::UTC);
    let today = Date::constant(2026, 11, 27);
    Asked { zone, now, today, since: None, since_ms, line_bytes_max: LINE_BYTES_MAX, state_dir: None }
}

fn transcripts(home: &Path) -> Vec<PathBuf> {
    walk::transcripts(&[home.to_owned()]).into_iter().map(|found| found.path).collect()
}

/// Every line of every file, looked at anew.
fn counted(home: &Path, engine: &Engine) -> BTreeMap<String, u64> {
    let (mut counts, mut scratch) = (BTreeMap::new(), Scratch::default());
    for file in transcripts(home) {
        let lines = fs::read(file).unwrap();
        for line in lines.split(|byte| *byte == b'\n').filter(|line| line.len() <= LINE_BYTES_MAX) {
            for finding in engine.scan(line, &mut scratch) {
                *counts.entry(engine.rules()[usize::from(finding.rule.0)].kind.to_string()).or_default() += 1;
            }
        }
    }
    counts
}

fn by_kind(found: &Found) -> BTreeMap<String, u64> {
    found.rows.iter().map(|row| (row.name.clone(), row.count)).collect()
}

fn looked(home: &Path, asked: &Asked, engine: &Engine, old: Option<FindingsCache>) -> (Found, Option<FindingsCache>) {
    let mut kept = None;
    let keep = |cache: &FindingsCache| kept = FindingsCache::from_bytes(&cache.to_bytes());
    let found = look(&[home.to_owned()], asked, &detector(engine), old, keep);
    (found, kept)
}

#[test]
fn redactions_are_those_of_every_line_whatever_happens_to_files() {
    let home = tempfile::tempdir().unwrap();
    samples::Generator::new(23).bytes(150_000).write(home.path()).unwrap();
    let engine = Engine::new(&KnownIdentities::default()).unwrap();
    let files = transcripts(home.path());
    let lines = fs::read(&files[0]).unwrap();
    let mut kept: Option<Vec<u8>> = None;
    for step in 0..6 {
        match step {
            1 => fs::OpenOptions::new().append(true).open(&files[0]).unwrap().write_all(&lines).unwrap(),
            2 => fs::write(&files[0], lines.get(..lines.len() / 2).unwrap()).unwrap(),
            3 => fs::rename(&files[0], files[0].with_extension("moved.jsonl")).unwrap(),
            4 => fs::write(files[0].with_extension("moved.jsonl"), lines.to_ascii_uppercase()).unwrap(),
            5 => fs::remove_file(files[0].with_extension("moved.jsonl")).unwrap(),
            _ => {}
        }
        // The first two look at files that are young when they are read, the last one finds all as it was.
        for (in_ms, is_new) in [(0, Some(true)), (60_000, None), (60_000, Some(false))] {
            let old = kept.as_deref().and_then(FindingsCache::from_bytes);
            let (found, new) = looked(home.path(), &asked(in_ms, None), &engine, old);
            let expected = counted(home.path(), &engine);
            assert!(expected.len() > 3 && found.unread == 0);
            assert_eq!(by_kind(&found), expected, "step {step}");
            assert!(found.rows.is_sorted_by(|one, other| one.count >= other.count));
            assert!(is_new.is_none_or(|is_new| new.is_some() == is_new), "step {step}");
            kept = new.map(|new| new.to_bytes()).or(kept);
        }
    }
}

#[test]
fn redactions_of_a_file_that_looks_as_before_are_not_looked_for_again() {
    let home = tempfile::tempdir().unwrap();
    samples::Generator::new(29).bytes(50_000).write(home.path()).unwrap();
    let engine = Engine::new(&KnownIdentities::default()).unwrap();
    for (in_ms, is_taken) in [(0, false), (60_000, true)] {
        let mut cache = looked(home.path(), &asked(in_ms, None), &engine, None).1.unwrap();
        for seen in cache.files.values_mut() {
            let stamp = seen.stamp;
            *seen = Default::default();
            seen.stamp = stamp;
        }
        let (found, _) = looked(home.path(), &asked(in_ms, None), &engine, Some(cache));
        assert_eq!(found.rows.is_empty(), is_taken);
    }
}

#[test]
fn a_line_on_which_detectors_fail_makes_its_file_one_that_was_not_counted_whole() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("projects/p");
    fs::create_dir_all(&folder).unwrap();
    let address = ["jane.roe@", "acme-corp", ".de"].concat();
    let line = |text: &str| format!("{{\"timestamp\":\"2026-11-26T08:00:00Z\",\"text\":\"{address} {text}\"}}\n");
    fs::write(folder.join("one.jsonl"), [line("well"), line("FAIL"), line("well")].concat()).unwrap();
    fs::write(folder.join("two.jsonl"), line("well")).unwrap();
    let engine = Engine::new(&KnownIdentities::default()).unwrap();
    let sound = detector(&engine);
    // Left in the middle of its work, as a fault in a detector would leave it.
    let failing = |line: &[u8], scratch: &mut Scratch, findings: &mut Findings| {
        engine.scan(line, scratch);
        assert!(!line.windows(4).any(|part| part == b"FAIL"));
        sound(line, scratch, findings);
    };
    let roots = [home.path().to_owned()];
    let mut kept = None;
    let keep = |cache: &FindingsCache| kept = FindingsCache::from_bytes(&cache.to_bytes());
    let found = look(&roots, &asked(60_000, None), &failing, None, keep);
    assert_eq!((found.total(), found.unread, found.files), (3, 1, 2), "all lines but the one");
    let kept = kept.unwrap();
    assert_eq!(kept.files.len(), 1, "what was not counted whole is not kept");

    let (found, new) = looked(home.path(), &asked(60_000, None), &engine, Some(kept));
    assert_eq!((found.total(), found.unread), (4, 0), "and is counted anew");
    assert_eq!(new.unwrap().files.len(), 2);
}

#[test]
fn redactions_before_the_day_that_was_asked_for_are_left_out() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("projects/p");
    fs::create_dir_all(&folder).unwrap();
    let address = |name: &str| format!("{name}@{}", ["acme", "-corp", ".de"].concat());
    let at = |time: &str, name: &str| format!("{{\"timestamp\":\"{time}\",\"text\":\"{}\"}}\n", address(name));
    let timeless = format!("{{\"text\":\"{}\"}}\n", address("jane.roe"));
    let lines = [at("2026-11-01T23:59:59Z", "a.miller"), at("2026-11-02T00:00:00Z", "b.miller"), timeless].concat();
    fs::write(folder.join("s.jsonl"), lines).unwrap();
    let engine = Engine::new(&KnownIdentities::default()).unwrap();
    let midnight: jiff::Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
    for (since, expected) in
        [(None, 3), (Some(midnight.as_millisecond()), 1), (Some(midnight.as_millisecond() + 86_400_000), 0)]
    {
        let (found, _) = looked(home.path(), &asked(0, since), &engine, None);
        assert_eq!(found.total(), expected, "{:?}", found.rows);
    }
}

#[test]
fn what_is_kept_of_redactions_holds_kinds_and_counts_alone() {
    let home = tempfile::tempdir().unwrap();
    let tree = samples::Generator::new(31).bytes(100_000).write(home.path()).unwrap();
    let engine = Engine::new(&KnownIdentities::default()).unwrap();
    let bytes = looked(home.path(), &asked(0, None), &engine, None).1.unwrap().to_bytes();
    assert!(bytes.windows(5).any(|part| part == b"email"), "kinds are there");
    let mut planted = 0;
    for (value, _) in tree.ledger().needles() {
        planted += 1;
        let value = value.as_bytes();
        assert!(!bytes.windows(value.len()).any(|part| part == value));
    }
    assert!(planted > 10);
    for end in 0..bytes.len().min(3000) {
        assert!(FindingsCache::from_bytes(bytes.get(..end).unwrap()).is_none());
    }
}

#[test]
fn other_rules_and_other_names_are_other_detectors() {
    let known = KnownIdentities { names: vec!["Jane Roe".to_owned()], ..KnownIdentities::default() };
    let moved = KnownIdentities { logins: vec!["Jane Roe".to_owned()], ..KnownIdentities::default() };
    let engine = Engine::new(&known).unwrap();
    let all = [told(&engine, &known), told(&engine, &moved), told(&engine, &KnownIdentities::default())];
    assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
    assert_eq!(all[0], told(&engine, &known));
}
