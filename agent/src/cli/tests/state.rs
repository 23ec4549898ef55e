//! What `status` says, with and without a running agent.

use super::*;
use crate::driver::control::Control;
use crate::edge::lock::InstanceLock;
use crate::edge::{clock, store::Store};
use serde_json::{Value, json};

fn status(desk: &Desk, words: &[&str]) -> String {
    let words = ["bcce-agent", "status"].iter().chain(words);
    let Command::Status(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not status") };
    assert_eq!(crate::cli::status::run(&desk.context, &arguments).unwrap(), Exit::Done);
    desk.printed()
}

fn as_json(desk: &Desk) -> Value {
    let printed = status(desk, &["--json"]);
    serde_json::from_str(printed.split("--- stderr").next().unwrap()).unwrap()
}

/// An installation with an empty spool.
fn spooling() -> Desk {
    let desk = Desk::usual();
    desk.context.paths.prepare_state_dir().unwrap();
    drop(Store::open(desk.context.store_settings(), clock::wall()).unwrap());
    desk
}

/// What a running agent told last.
fn running(desk: &Desk, told: &Value) -> InstanceLock {
    let lock = InstanceLock::take(&desk.context.paths.state_dir).unwrap();
    Control::of(&desk.context.paths.state_dir).leave_status(told);
    lock
}

#[test]
fn what_no_running_agent_tells_is_not_known_and_nothing_is_said_to_be_in_time() {
    let desk = spooling();
    let lag = &as_json(&desk)["lag"];
    assert_eq!((&lag["unread_bytes"], &lag["fresh"], &lag["seconds"]), (&Value::Null, &Value::Null, &json!(0)));
    let printed = status(&desk, &[]);
    assert!(printed.contains("what is to be read is not known while no agent reads, 0 s on the way"), "{printed}");
    assert!(!printed.contains("today") && !printed.contains("in all"), "nothing stands below: {printed}");
    let words = ["bcce-agent", "pause", "--class", "restricted"];
    let Command::Pause { classes } = Cli::try_parse_from(words).unwrap().command else { panic!("not pause") };
    crate::cli::pause::pause(&desk.context, &classes).unwrap();
    desk.printed();
    let printed = status(&desk, &[]);
    assert!(printed.contains("running      no, restricted events paused"), "{printed}");
    // One that waits until work can begin reads nothing either.
    let _lock = running(&desk, &crate::driver::status::waiting("the key is away", clock::wall()));
    assert_eq!(as_json(&desk)["lag"]["fresh"], Value::Null);
}

#[test]
fn bytes_that_are_not_read_for_long_are_late() {
    let desk = spooling();
    let told = |unread: u64, since_s: Option<i64>| {
        let since = since_s.map(|seconds| clock::wall().0 - seconds * 1000);
        let _lock = running(&desk, &json!({ "unread_bytes": unread, "unread_since_ms": since }));
        let lag = as_json(&desk)["lag"].clone();
        (lag["fresh"].as_bool(), lag["seconds"].as_u64().unwrap() / 100, status(&desk, &[]))
    };
    let (fresh, hundreds, printed) = told(0, None);
    assert_eq!((fresh, hundreds), (Some(true), 0));
    assert!(printed.contains("lag          0 bytes to read, 0 s on the way"), "{printed}");
    assert_eq!((told(7, Some(500)).0, told(7, Some(500)).1), (Some(true), 5));
    let (fresh, hundreds, printed) = told(7, Some(1000));
    assert_eq!((fresh, hundreds), (Some(false), 10));
    assert!(printed.contains("lag          7 bytes to read, 100"), "{printed}");
}

#[test]
fn files_that_are_behind_are_told_by_their_numbers_with_bytes_and_seconds() {
    let desk = spooling();
    let since = clock::wall().0 - 90_000;
    let file = json!({ "file_number": 17, "unread_bytes": 5, "unread_since_ms": since });
    let _lock = running(&desk, &json!({ "unread_bytes": 5, "unread_since_ms": since, "behind": [file] }));
    let files = as_json(&desk)["lag"]["files"].clone();
    assert_eq!(files, json!([{ "file_number": 17, "unread_bytes": 5, "seconds": 90 }]));
}

#[test]
fn counts_stand_below_each_other_and_waiting_on_battery_is_told() {
    let desk = spooling();
    let mut store = Store::open(desk.context.store_settings(), clock::wall()).unwrap().store;
    let redactions = [("aws-access-key".to_owned(), 7), ("iban".to_owned(), 1234)].into();
    let counts = scrubber::Counts { redactions, ..scrubber::Counts::default() };
    store.append(&[], &[], &[], &counts, clock::wall()).unwrap();
    let printed = status(&desk, &[]);
    assert!(printed.contains("\n             7  aws-access-key\n          1234  iban\n"), "{printed}");
    assert!(!printed.contains("on battery"), "{printed}");
    assert_eq!(as_json(&desk)["sparing"], Value::Null, "not known");
    let _lock = running(&desk, &json!({ "sparing": true, "unread_bytes": 0 }));
    assert_eq!(as_json(&desk)["sparing"], true);
    assert!(!status(&desk, &[]).contains("on battery"), "nothing waits");
}

#[test]
fn counts_of_a_first_day_are_shown_once_and_later_ones_beside_those_of_all_days() {
    let desk = spooling();
    let count = |lines, days_ago: i64| {
        let mut store = Store::open(desk.context.store_settings(), clock::wall()).unwrap().store;
        let counts = scrubber::Counts { lines, ..scrubber::Counts::default() };
        let day = pipeline::time::Wall(clock::wall().0 - days_ago * pipeline::time::DAY_MS);
        store.append(&[], &[], &[], &counts, day).unwrap();
    };
    count(7, 0);
    let printed = status(&desk, &[]);
    assert!(printed.contains("\ntoday and in all\n"), "{printed}");
    assert_eq!(printed.matches("lines: 7").count(), 1, "{printed}");
    let state = as_json(&desk);
    assert_eq!((&state["today"]["lines"], &state["total"]["lines"]), (&json!(7), &json!(7)));
    count(5, 3);
    let printed = status(&desk, &[]);
    let at = |words: &str| printed.find(words).unwrap_or_else(|| panic!("{words}: {printed}"));
    assert!(at("\ntoday\n") < at("lines: 7") && at("lines: 7") < at("\nin all\n"), "{printed}");
    assert!(at("\nin all\n") < at("lines: 12"), "{printed}");
}

#[test]
fn a_damaged_spool_keeps_nothing_else_from_being_told() {
    let desk = spooling();
    let folder = &desk.context.paths.state_dir;
    for name in ["spool.db", "spool.db-wal", "spool.db-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    std::fs::write(folder.join("spool.db"), "no database ".repeat(1000)).unwrap();
    for words in [&[][..], &["--json"]] {
        let words = ["bcce-agent", "status"].iter().chain(words);
        let Command::Status(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not status") };
        let error = crate::cli::status::run(&desk.context, &arguments).unwrap_err();
        assert_eq!(exit_of(&error), Exit::Failed);
        desk.context.output.error(&error);
        let printed = desk.printed();
        let (result, messages) = printed.split_once("--- stderr").unwrap();
        assert!(result.contains("mode") && result.contains("never given"), "{printed}");
        assert!(result.contains("the spool's database is damaged"), "{printed}");
        assert_eq!(messages.matches("file is not a database").count(), 1, "{printed}");
    }
}

#[test]
fn a_root_that_was_named_and_is_not_there_is_told() {
    let mut desk = spooling();
    assert_eq!(as_json(&desk)["roots_in_trouble"], 0);
    assert!(status(&desk, &[]).contains("no transcript of Claude Code is there: looked for in [dir]/claude\n"));
    desk.context.paths.named_roots = desk.context.paths.roots.clone();
    assert_eq!(as_json(&desk)["roots_in_trouble"], 1);
    let missing = "the folder [dir]/claude does not exist, so nothing is read of it";
    assert!(status(&desk, &[]).contains(&format!("root         {missing}\n")));
    let Command::Preview(arguments) = Cli::try_parse_from(["bcce-agent", "preview"]).unwrap().command else {
        panic!("not preview")
    };
    assert!(crate::cli::preview::run(&desk.context, &arguments).is_err());
    assert!(desk.printed().contains(&format!("warning: {missing}\n")));
    let Command::Stats(arguments) = Cli::try_parse_from(["bcce-agent", "stats"]).unwrap().command else {
        panic!("not stats")
    };
    crate::cli::stats::run(&desk.context, &arguments).unwrap();
    assert!(desk.printed().contains(&format!("warning: {missing}\n")));
    std::fs::create_dir_all(desk.dir.path().join("claude/projects")).unwrap();
    assert_eq!(as_json(&desk)["roots_in_trouble"], 0);
    assert!(!status(&desk, &[]).contains("\nroot "));
}

#[test]
fn streams_beyond_the_tier_in_force_are_shown_where_they_hold_something() {
    let desk = spooling();
    let consent = ["grant", "--yes", "--tier", "metrics", "--backfill"];
    desk.consent(&consent, &mut Answers::nobody(), &mut Neighbours::default());
    desk.printed();
    let stream = |class: &str, waiting: u64| json!({ "class": class, "state": "idle", "waiting_segments": waiting });
    let shown = |waiting: u64| {
        let streams = [stream("internal", 0), stream("confidential", 0), stream("restricted", waiting)];
        let _lock = running(&desk, &json!({ "streams": streams }));
        let printed = status(&desk, &[]);
        assert_eq!(as_json(&desk)["streams"].as_array().unwrap().len(), 3, "whoever reads JSON chooses");
        ["internal", "confidential", "restricted"].map(|class| printed.contains(&format!("stream       {class}: idle")))
    };
    assert_eq!(shown(0), [true, false, false]);
    assert_eq!(shown(1), [true, false, true], "what waits under an earlier consent");
}

/// Only root may give a folder away, and it is for root that this holds.
#[cfg(unix)]
#[test]
fn root_pauses_nothing_in_the_state_folder_of_another() {
    let desk = Desk::new("", "", Environment { superuser: true, ..Environment::default() });
    let state = desk.context.paths.prepare_state_dir().unwrap().to_owned();
    let paused = || Control::of(&state).is_paused();
    crate::cli::pause::pause(&desk.context, &[]).unwrap();
    assert!(paused());
    crate::cli::pause::resume(&desk.context, &[]).unwrap();
    if std::os::unix::fs::chown(&state, Some(65_534), None).is_ok() {
        let error = crate::cli::pause::pause(&desk.context, &[]).unwrap_err();
        assert!(error.to_string().ends_with("belongs to another user") && !paused(), "{error}");
        assert_eq!(crate::cli::hints_of(&error), ["run it as that user, without sudo"]);
        assert!(crate::cli::pause::resume(&desk.context, &[]).is_err());
    }
}

#[cfg(unix)]
#[test]
fn a_file_system_without_locks_is_told_with_what_helps() {
    let source = io::Error::from_raw_os_error(rustix::io::Errno::NOLCK.raw_os_error());
    let error = anyhow::Error::from(crate::edge::lock::LockError::Io { path: "agent.lock".into(), source });
    assert!(crate::cli::hints_of(&error).concat().contains("network folders"), "{error:#}");
}
