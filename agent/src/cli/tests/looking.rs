//! What commands look at before, without and after consent.

use super::*;

#[test]
fn local_and_off_are_kept_end_a_consent_and_off_keeps_commands_from_looking() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    let looks = |desk: &Desk| crate::cli::consent::may_look(&desk.context);
    assert!(looks(&desk).is_ok(), "looking needs no consent");
    assert_eq!(desk.consent(&["grant"], &mut Answers::these(&["local"]), &mut there), Exit::No);
    assert_eq!(desk.mode(), (Mode::Local, Some(OffReason::Refused)));
    assert!(looks(&desk).is_ok());
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut there);
    assert_eq!(desk.mode(), METRICS);
    desk.printed();
    let only_content = ["grant", "--tier", "content"];
    assert_eq!(desk.consent(&only_content, &mut Answers::these(&["off"]), &mut there), Exit::No);
    assert_eq!((desk.mode(), there.emptied), ((Mode::Off, Some(OffReason::Refused)), 2));
    assert!(desk.printed().contains("off: nothing is read or sent from now on; 7 waiting events deleted"));
    assert_eq!(exit_of(&looks(&desk).unwrap_err()), Exit::ConsentMissing);
    assert!(crate::cli::stats::run(&desk.context, &stats_arguments()).is_err());
    assert!(!kept(&desk), "nothing is kept in mode off");
    desk.consent(&["history"], &mut Answers::nobody(), &mut there);
    let history = desk.printed();
    assert!(history.contains("refuse  local, at a terminal") && history.contains("refuse  off"), "{history}");

    for (policy, settings, may) in [
        ("max_tier = \"off\"", "", false),
        ("", "tier = \"off\"", false),
        ("max_tier = \"local\"", "tier = \"local\"", true),
    ] {
        assert_eq!(looks(&Desk::new(policy, settings, Environment::default())).is_ok(), may, "{policy} {settings}");
    }
}

fn kept(desk: &Desk) -> bool {
    ["stats.cache", "stats.key"].iter().any(|name| desk.context.paths.state_dir.join(name).exists())
}

#[test]
fn stats_keep_something_unless_told_otherwise_and_purge_deletes_it() {
    let desk = Desk::usual();
    let mut arguments = stats_arguments();
    arguments.no_cache = true;
    crate::cli::stats::run(&desk.context, &arguments).unwrap();
    assert!(!desk.context.paths.state_dir.exists());
    crate::cli::stats::run(&desk.context, &stats_arguments()).unwrap();
    assert!(kept(&desk));
    let Command::Purge(arguments) = Cli::try_parse_from(["bcce-agent", "purge", "--yes"]).unwrap().command else {
        panic!("not purge")
    };
    crate::cli::purge::run(&desk.context, &arguments, &mut Answers::nobody()).unwrap();
    assert!(!kept(&desk));
}

fn stats_arguments() -> crate::cli::args::StatsArgs {
    let parsed = Cli::try_parse_from(["bcce-agent", "stats"]).unwrap();
    let Command::Stats(arguments) = parsed.command else { panic!("not stats") };
    arguments
}

/// A session of a project folder of this name, of one record; its folder really lies in the home folder.
fn session(desk: &Desk, project: &str, name: &str, text: &str, age_s: u64) -> std::path::PathBuf {
    let cwd = desk.dir.path().join(project);
    std::fs::create_dir_all(&cwd).unwrap();
    let path = desk.dir.path().join("claude/projects").join(format!("-{project}")).join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let record = serde_json::json!({
        "type": "user", "uuid": "00000000-0000-4000-8000-000000000000", "sessionId": "00000000-0000-4000-8000-000000000001",
        "timestamp": "2026-11-26T08:00:00.000Z", "version": "2.1.0", "cwd": cwd,
        "message": { "role": "user", "content": text },
    });
    std::fs::write(&path, format!("{record}\n")).unwrap();
    let file = std::fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(age_s)).unwrap();
    path
}

fn previewed(desk: &Desk, files: &[&str]) -> String {
    let words = ["bcce-agent", "preview", "--plain", "--tier", "content"].iter().chain(files);
    let Command::Preview(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not preview") };
    crate::cli::preview::run(&desk.context, &arguments).unwrap();
    desk.printed()
}

#[test]
fn a_preview_counts_and_numbers_a_line_that_is_too_long() {
    let desk = Desk::new("", "limits.line_bytes_max = \"64KiB\"", Environment::default());
    let path = session(&desk, "p", "s.jsonl", "a word of mine", 10);
    let record = std::fs::read_to_string(&path).unwrap();
    let long = format!("{{\"type\":\"user\",\"text\":\"{}\"}}", "x".repeat(70_000));
    std::fs::write(&path, format!("{long}\n{record}")).unwrap();
    let printed = previewed(&desk, &[]);
    assert!(printed.contains("line 1: nothing leaves (line_too_long)\n=== line 2: user"), "{printed}");
    assert!(printed.contains("1  line dropped: line_too_long"), "{printed}");
    assert!(printed.contains("Tier content: 1 line, ") && printed.contains(" bytes -> 1 event, "), "{printed}");
    assert!(!printed.contains("texts leave at the content tier only"), "this is that tier: {printed}");
}

#[test]
fn a_preview_of_several_files_says_whose_lines_it_counts() {
    let desk = Desk::usual();
    let (one, two) = (session(&desk, "p", "one.jsonl", "a", 10), session(&desk, "p", "two.jsonl", "b", 10));
    let (one, two) = (one.to_str().unwrap(), two.to_str().unwrap());
    let printed = previewed(&desk, &[one, two]);
    let place =
        |path: &str| printed.find(&format!("file: {}\n", path.replace(desk.dir.path().to_str().unwrap(), "[dir]")));
    assert!(place(one).is_some_and(|at| at == 0) && place(two) > place(one), "{printed}");
    assert!(!previewed(&desk, &[one]).contains("file: "), "one needs no name");
}

#[test]
fn a_preview_shows_nothing_leaving_of_a_project_that_is_kept_out() {
    let desk = Desk::new("projects.deny = [\"**/private\"]", "", Environment::default());
    let path = session(&desk, "private", "s.jsonl", "a word of mine", 10);
    let printed = previewed(&desk, &[]);
    assert!(
        printed.contains("project: kept out by projects.deny \"**/private\" of the organisation policy"),
        "{printed}"
    );
    assert!(printed.contains("line 1: nothing leaves (project_denied)"), "{printed}");
    assert!(!printed.contains("what leaves") && !printed.contains("a word of mine"), "{printed}");
    assert!(!printed.contains("\nLeaves"), "no field is said to leave: {printed}");
    let named = previewed(&desk, &[path.to_str().unwrap()]);
    assert!(named.contains("project: kept out by projects.deny"), "{named}");
    assert!(named.contains("--- line 1: were it not kept out") && named.contains("a word of mine"), "{named}");
}

#[test]
fn a_preview_holds_a_project_to_its_ceiling_and_shows_subagents_with_their_session() {
    let desk = Desk::new("", "projects.tiers = { \"~/low\" = \"metrics\" }", Environment::default());
    session(&desk, "low", "s.jsonl", "a word of mine", 10);
    session(&desk, "low", "s/subagents/agent-1.jsonl", "and of a helper", 5);
    let printed = previewed(&desk, &[]);
    assert!(printed.contains("project: held to metrics by projects.tiers \"~/low\" of your settings"), "{printed}");
    assert_eq!(printed.matches("--- line 1: what leaves").count(), 2, "{printed}");
    assert!(printed.contains("and of a helper"), "as it is");
    let leaves: Vec<&str> = printed.split("--- line 1: what leaves").skip(1).collect();
    assert!(leaves.iter().all(|part| !part.split("===").next().unwrap().contains("body")), "{printed}");
    assert!(!printed.contains("Leaves, scrubbed:") && printed.contains("would leave at a wider tier"), "{printed}");
}

#[test]
fn the_example_is_of_a_session_that_may_leave_and_of_no_subagent() {
    let example = |desk: &Desk| crate::cli::surroundings::Program::new(&desk.context).example();
    let desk = Desk::new("", "projects.deny = [\"~/private\"]", Environment::default());
    assert_eq!(example(&desk), [""; 0]);
    session(&desk, "private", "s.jsonl", "hidden words", 10);
    let only = example(&desk);
    assert!(only.len() == 1 && only[0].starts_with("kept out by projects.deny"), "{only:?}");
    session(&desk, "open", "s.jsonl", "open words", 100);
    session(&desk, "open", "agent-1.jsonl", "words of a helper", 1);
    let rows = example(&desk);
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(rows[2].contains("open words") && rows[3].starts_with("A newer one is kept out by"), "{rows:?}");

    let desk = Desk::new("", "projects.tiers = { \"~/low\" = \"metrics\" }", Environment::default());
    session(&desk, "low", "s.jsonl", "low words", 10);
    let rows = example(&desk);
    assert!(rows[0].contains("1 event,") && !rows.iter().any(|row| row.contains("low words")), "{rows:?}");
    assert!(rows[2].starts_with("content  held to metrics by projects.tiers"), "{rows:?}");
}

#[test]
fn credential_files_are_looked_into_after_consent_only_and_it_is_said() {
    let desk = Desk::new("", "scrub.known_values = [\"netrc\"]\n", Environment::default());
    let value = ["q7", "wz", "r4", "kd", "x9", "tb", "5v", "31"].concat();
    std::fs::write(desk.dir.path().join(".netrc"), format!("machine m.example login u password {value}\n")).unwrap();
    let session = desk.dir.path().join("session.jsonl");
    let record = serde_json::json!({
        "type": "user", "uuid": "00000000-0000-4000-8000-000000000000", "sessionId": "00000000-0000-4000-8000-000000000001",
        "timestamp": "2026-11-26T08:00:00.000Z", "message": { "role": "user", "content": format!("about {value} again") },
    });
    std::fs::write(&session, format!("{record}\n")).unwrap();
    let preview = |desk: &Desk| {
        let words = ["bcce-agent", "preview", "--plain", "--tier", "content", session.to_str().unwrap()];
        let Command::Preview(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not preview") };
        crate::cli::preview::run(&desk.context, &arguments).unwrap();
        let printed = desk.printed();
        let leaves = printed.split("what leaves").last().unwrap().contains(&value);
        (leaves, printed.contains("credential files of netrc were not looked into"))
    };
    let scan = |desk: &Desk| {
        let words = ["bcce-agent", "scan", session.to_str().unwrap()];
        let Command::Scan(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not scan") };
        crate::cli::scan::run(&desk.context, &arguments).unwrap() == Exit::No
    };
    assert!(!scan(&desk));
    assert_eq!(preview(&desk), (true, true));
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut Neighbours::default());
    desk.printed();
    assert_eq!(preview(&desk), (false, false));
    assert!(scan(&desk));
    desk.consent(&["revoke"], &mut Answers::nobody(), &mut Neighbours::default());
    desk.printed();
    assert_eq!(preview(&desk), (true, true));
}
