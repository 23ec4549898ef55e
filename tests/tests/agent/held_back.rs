//! What must not leave although it was read, or could be: what stood in a file before consent, and what waits in the spool
//! of a project that was opted out since.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::binary::Agent;
use crate::lake::Lake;
use crate::running::{Running, until};
use crate::small::{Root, arrived, dropped, grant, record};

/// Consents to what is written from now on.
fn grant_from_now_on(agent: &Agent, root: &Path) {
    agent.run(root, &["consent", "grant", "--tier", "content", "--yes"]);
}

fn records(numbers: std::ops::Range<usize>) -> Vec<u8> {
    numbers.flat_map(record).collect()
}

fn once(agent: &Agent, root: &Root) {
    agent.run(root.path(), &["run", "--once"]);
}

fn cut(root: &Root, bytes: usize) {
    fs::OpenOptions::new().write(true).open(root.transcript()).unwrap().set_len(bytes as u64).unwrap();
}

fn status(agent: &Agent, root: &Path) -> Value {
    serde_json::from_slice(&agent.run(root, &["status", "--json"]).stdout).unwrap()
}

#[test]
fn a_file_cut_below_its_end_at_the_grant_ships_nothing_from_before_and_all_that_is_appended_later() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..100)));
    grant_from_now_on(&agent, root.path());
    root.append(&records(100..110));
    once(&agent, &root);
    assert_eq!(arrived(&agent), (100..110).collect::<Vec<_>>());
    // Whole lines, then in the middle of one, then to nothing.
    for (cut_to, fresh) in [(records(0..40).len(), 200), (records(0..20).len() + 30, 210), (0, 220)] {
        cut(&root, cut_to);
        once(&agent, &root);
        root.append(b"\n");
        root.append(&records(fresh..fresh + 5));
        once(&agent, &root);
    }
    let expected = (100..110).chain(200..205).chain(210..215).chain(220..225).collect::<Vec<_>>();
    assert_eq!(arrived(&agent), expected);
}

#[test]
fn what_cannot_be_told_from_what_was_there_before_is_held_back_and_counted() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..100)));
    grant_from_now_on(&agent, root.path());
    // Cut and written to before anybody looked; moved and put in place of the old file as well.
    cut(&root, records(0..40).len());
    root.append(&records(200..205));
    let other = root.transcript().with_file_name("aside");
    fs::write(&other, fs::read(root.transcript()).unwrap()).unwrap();
    fs::rename(&other, root.transcript()).unwrap();
    once(&agent, &root);
    assert_eq!(arrived(&agent), [] as [usize; 0]);
    assert_eq!(dropped(&agent, root.path())["before_consent"], 45);
    root.append(&records(300..305));
    once(&agent, &root);
    assert_eq!(arrived(&agent), (300..305).collect::<Vec<_>>());
}

/// A grant ends between what it prepares and its entry in the ledger as here, on a full disk and in a power loss.
#[test]
fn a_grant_that_could_not_be_given_lets_nothing_from_before_leave_and_passes_nothing_over() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..100)));
    grant_from_now_on(&agent, root.path());
    root.append(&records(100..110));
    let lock = agent.home().join("state/consent.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let backfill = ["consent", "grant", "--tier", "content", "--backfill", "--yes"];
    for words in [&backfill[..], &["consent", "grant", "--tier", "activity", "--yes"]] {
        let failed = agent.command(root.path()).args(words).output().unwrap();
        assert_eq!(failed.status.code(), Some(2), "{}", String::from_utf8_lossy(&failed.stderr));
    }
    fs::remove_dir(&lock).unwrap();
    once(&agent, &root);
    assert_eq!(arrived(&agent), (100..110).collect::<Vec<_>>());
    agent.run(root.path(), &backfill);
    once(&agent, &root);
    root.append(&records(110..112));
    once(&agent, &root);
    // What was sent before comes again, under the same ids, and all else once.
    let events = Lake::of(&agent).events;
    assert_eq!((events.len(), events.values().map(Vec::len).sum::<usize>()), (112, 122));
}

#[test]
fn a_first_grant_that_could_not_be_given_leaves_nothing_that_tells_this_installation_apart() {
    for in_the_way in ["spool.db", "consent.lock"] {
        let (agent, root) = (Agent::new(""), Root::new(&records(0..10)));
        let state = agent.home().join("state");
        fs::create_dir_all(state.join(in_the_way)).unwrap();
        let failed = agent.command(root.path()).args(["consent", "grant", "--yes"]).output().unwrap();
        assert_eq!(failed.status.code(), Some(2), "{}", String::from_utf8_lossy(&failed.stderr));
        let left: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [in_the_way]);
        fs::remove_dir(state.join(in_the_way)).unwrap();
        agent.run(root.path(), &["consent", "grant", "--yes"]);
    }
}

#[test]
fn a_copy_from_before_consent_is_held_back_though_it_is_read_again_once_its_original_is_gone() {
    // As a backup makes it, and as a fork of the session does.
    for session in ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"] {
        let (agent, root) = (Agent::new(""), Root::new(&records(0..100)));
        grant_from_now_on(&agent, root.path());
        let text = String::from_utf8(records(0..105)).unwrap();
        let copy = text.replace("00000000-0000-4000-8000-000000000001\"", &format!("{session}\""));
        fs::write(root.transcript().with_file_name(format!("{session}-copy.jsonl")), copy).unwrap();
        agent.run(root.path(), &["pause"]);
        once(&agent, &root);
        fs::remove_file(root.transcript()).unwrap();
        let spool = rusqlite::Connection::open(agent.home().join("state/spool.db")).unwrap();
        assert_eq!(spool.execute("UPDATE segment SET sealed = zeroblob(length(sealed))", []), Ok(1));
        drop(spool);
        agent.run(root.path(), &["resume"]);
        once(&agent, &root);
        assert_eq!(arrived(&agent), (100..105).collect::<Vec<_>>(), "{session}");
    }
}

/// Says what every command says that opens the spool to look.
fn look(agent: &Agent, root: &Path) {
    for arguments in [&["status"][..], &["doctor"], &["log"], &["purge", "--yes"]] {
        drop(agent.command(root).args(arguments).output().unwrap());
    }
}

#[test]
fn a_damaged_spool_that_other_commands_open_first_ships_nothing_from_before_consent() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..50)));
    grant_from_now_on(&agent, root.path());
    fs::write(agent.home().join("state/spool.db"), [0x5a; 40_000]).unwrap();
    let (code, said) = crate::small::fails(&agent, root.path(), &["status"]);
    assert!(code == Some(2) && said.contains("damaged"), "{said}");
    look(&agent, root.path());
    once(&agent, &root);
    root.append(&records(60..65));
    once(&agent, &root);
    assert_eq!(arrived(&agent), (60..65).collect::<Vec<_>>());
}

#[test]
fn a_folder_that_came_to_the_settings_after_consent_begins_at_its_end() {
    let (agent, root, other) = (Agent::new(""), Root::new(&records(0..5)), Root::new(&records(100..105)));
    grant_from_now_on(&agent, root.path());
    once(&agent, &root);
    let both = || {
        let mut command = agent.command(root.path());
        assert!(command.arg("--root").arg(other.path()).args(["run", "--once"]).status().unwrap().success());
    };
    both();
    assert_eq!(arrived(&agent), [] as [usize; 0]);
    root.append(&records(5..7));
    other.append(&records(105..107));
    both();
    assert_eq!(arrived(&agent), [5, 6, 105, 106]);
}

#[test]
fn a_history_that_came_to_the_settings_after_consent_needs_another_yes_and_begins_at_its_end() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..5)));
    let prompt =
        |number: u32| format!("{{\"display\":\"say {number}\",\"timestamp\":1764000000000,\"project\":\"/p\"}}\n");
    let history = |numbers: std::ops::Range<u32>| {
        fs::write(root.path().join("history.jsonl"), numbers.map(prompt).collect::<String>()).unwrap();
    };
    history(200..201);
    grant_from_now_on(&agent, root.path());
    once(&agent, &root);
    fs::write(agent.home().join("config.toml"), "[tail]\nhistory = true\n").unwrap();
    history(200..202);
    root.append(&records(5..6));
    let refused = agent.command(root.path()).args(["run", "--once"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(77));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("settings let more be read or leave than consent was given for"), "{said}");
    let status = agent.run(root.path(), &["consent", "status"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains("history"));
    assert_eq!(arrived(&agent), [] as [usize; 0]);
    grant_from_now_on(&agent, root.path());
    history(200..203);
    root.append(&records(6..7));
    once(&agent, &root);
    // What was written while no yes covered the settings is not sent either.
    assert_eq!(arrived(&agent), [6, 202]);
}

#[test]
fn a_record_glued_to_half_a_line_from_before_consent_is_counted() {
    let (agent, root) = (Agent::new(""), Root::new(&[records(0..3), b"{\"type\":\"us".to_vec()].concat()));
    grant_from_now_on(&agent, root.path());
    root.append(&records(10..12));
    once(&agent, &root);
    assert_eq!(arrived(&agent), [11]);
    assert_eq!(dropped(&agent, root.path())["before_consent"], 1);
}

/// A record of a project.
fn record_in(folder: &Path, number: usize) -> Vec<u8> {
    let mut record: Value = serde_json::from_slice(&record(number)).unwrap();
    record["cwd"] = json!(folder.to_str().unwrap());
    (record.to_string() + "\n").into_bytes()
}

/// Two projects of which everything waits in the spool.
fn two_projects_wait(settings: &str) -> (Agent, Root, tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    let (kept, private) = (folder.path().join("kept"), folder.path().join("private"));
    fs::create_dir_all(&kept).unwrap();
    fs::create_dir_all(&private).unwrap();
    let mut transcript = Vec::new();
    for turn in 0..10 {
        transcript.extend(record_in(&kept, turn));
        transcript.extend(record_in(&private, 100 + turn));
    }
    let (agent, root) = (Agent::new(settings), Root::new(&transcript));
    grant(&agent, root.path());
    agent.run(root.path(), &["pause"]);
    let running = Running::start(&agent, root.path());
    until("everything is spooled", || status(&agent, root.path())["spool"]["events"] == 20);
    (agent, root, folder, running)
}

fn only_the_other_project_left(agent: &Agent, root: &Root) {
    assert_eq!(arrived(agent), (0..10).collect::<Vec<_>>());
    let status = status(agent, root.path());
    assert_eq!(status["total"]["events_dropped"], json!({ "opted_out": 10 }), "{status}");
    assert_eq!(status["spool"]["events"], 0);
}

#[test]
fn what_waits_of_a_project_that_is_opted_out_by_its_own_file_never_leaves() {
    let (agent, root, folder, running) = two_projects_wait("");
    fs::write(folder.path().join("private/.bcce-ignore"), "").unwrap();
    agent.run(root.path(), &["resume"]);
    let told = String::from_utf8(agent.run(root.path(), &["flush"]).stdout).unwrap();
    assert!(!told.contains("20 events"), "what was dropped was not delivered: {told}");
    let said = running.said();
    assert!(said.contains("INFO events dropped") && !said.contains("ERROR"), "somebody asked for it: {said}");
    until("what may go has gone", || status(&agent, root.path())["spool"]["events"] == 0);
    only_the_other_project_left(&agent, &root);
    running.kill();
}

#[test]
fn what_waits_of_a_project_that_a_rule_denies_never_leaves_a_later_process() {
    let (agent, root, folder, running) = two_projects_wait("");
    running.kill();
    let rule = format!("[projects]\ndeny = [{}]\n", json!(folder.path().join("private").to_str().unwrap()));
    fs::write(agent.home().join("config.toml"), rule).unwrap();
    agent.run(root.path(), &["resume"]);
    once(&agent, &root);
    only_the_other_project_left(&agent, &root);
}

#[test]
fn what_waits_of_a_project_whose_tier_was_lowered_leaves_without_its_texts() {
    let (agent, root, folder, running) = two_projects_wait("");
    running.kill();
    let rule = format!("[projects.tiers]\n{} = \"metrics\"\n", json!(folder.path().join("private").to_str().unwrap()));
    fs::write(agent.home().join("config.toml"), rule).unwrap();
    agent.run(root.path(), &["resume"]);
    once(&agent, &root);
    let events = Lake::of(&agent).events.into_values().flatten().collect::<Vec<_>>();
    let with_text = events.iter().filter(|event| event["text"].is_array()).count();
    assert_eq!((events.len(), with_text), (20, 10));
}

#[test]
fn the_spool_names_no_folder_in_clear() {
    let (agent, _root, _folder, running) = two_projects_wait("");
    running.kill();
    for file in crate::lake::files(&agent.home().join("state")) {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"private"), "{}", file.display());
    }
}

#[test]
fn what_was_written_since_the_grant_is_read_though_the_spool_was_lost_before_the_first_run() {
    let (agent, root) = (Agent::new(""), Root::new(&records(0..50)));
    grant_from_now_on(&agent, root.path());
    root.append(&records(100..110));
    for entry in fs::read_dir(agent.home().join("state")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("spool.db") {
            fs::remove_file(path).unwrap();
        }
    }
    once(&agent, &root);
    assert_eq!(arrived(&agent), (100..110).collect::<Vec<_>>());
}
