//! `stats --by redaction` and its part of `report`.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;

fn transcript(desk: &Desk, text: &str) {
    let folder = desk.dir.path().join("claude/projects/p");
    std::fs::create_dir_all(&folder).unwrap();
    let record = serde_json::json!({
        "type": "user", "timestamp": "2026-11-26T08:00:00.000Z", "message": {"role": "user", "content": text},
    });
    std::fs::write(folder.join("session.jsonl"), format!("{record}\n")).unwrap();
}

fn run(desk: &Desk, words: &[&str]) -> String {
    let words = ["bcce-agent", "stats", "--by", "redaction"].iter().chain(words);
    let Command::Stats(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not stats") };
    assert_eq!(crate::cli::stats::run(&desk.context, &arguments).unwrap(), Exit::Done);
    desk.printed()
}

fn json(desk: &Desk) -> Value {
    serde_json::from_str(run(desk, &["--json"]).split("--- stderr").next().unwrap()).unwrap()
}

fn is_kept(desk: &Desk) -> bool {
    desk.context.paths.state_dir.join("stats.redactions").exists()
}

#[test]
fn redactions_are_counted_as_scan_finds_them_and_purge_deletes_what_is_kept() {
    let desk = Desk::usual();
    let address = ["jane.roe@", "acme-corp", ".de"].concat();
    transcript(&desk, &format!("{address} and {address}, at 10.11.12.13, call +49 170 1234567"));
    let Command::Scan(scan) = Cli::try_parse_from([
        "bcce-agent",
        "scan",
        "--format",
        "json",
        desk.dir.path().join("claude").to_str().unwrap(),
    ])
    .unwrap()
    .command
    else {
        panic!("not scan")
    };
    crate::cli::scan::run(&desk.context, &scan).unwrap();
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for line in desk.printed().lines().filter(|line| line.starts_with('{')) {
        let found: Value = serde_json::from_str(line).unwrap();
        *expected.entry(found["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(expected.len() >= 2, "{expected:?}");
    assert!(!run(&desk, &["--no-cache"]).contains(&address) && !desk.context.paths.state_dir.exists());
    for _ in 0..2 {
        let told = json(&desk);
        let rows = told["rows"].as_array().unwrap().iter();
        let rows: BTreeMap<String, u64> =
            rows.map(|row| (row["name"].as_str().unwrap().to_owned(), row["count"].as_u64().unwrap())).collect();
        assert_eq!(rows, expected);
        assert_eq!((told["files"].as_u64(), told["total"]["count"].as_u64()), (Some(1), Some(expected.values().sum())));
    }
    let table = run(&desk, &[]);
    assert!(table.contains("redaction  found") && table.contains("as `bcce-agent scan` finds it"), "{table}");
    assert!(is_kept(&desk));
    let Command::Purge(arguments) = Cli::try_parse_from(["bcce-agent", "purge", "--yes"]).unwrap().command else {
        panic!("not purge")
    };
    crate::cli::purge::run(&desk.context, &arguments, &mut Answers::nobody()).unwrap();
    assert!(!is_kept(&desk));

    let page = desk.dir.path().join("page.html");
    let words = ["bcce-agent", "report", "--output", page.to_str().unwrap()];
    let Command::Report(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not report") };
    crate::cli::stats::report(&desk.context, &arguments).unwrap();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<h2>By redaction</h2>") && !page.contains(&address));
    for (kind, count) in expected {
        assert!(page.contains(&format!("<td>{kind}</td><td>{count}</td>")), "{kind}");
    }
}

#[test]
fn redactions_look_into_credential_files_after_consent_only_and_keep_nothing_then() {
    let desk = Desk::new("", "scrub.known_values = [\"netrc\"]\n", Environment::default());
    let value = ["q7", "wz", "r4", "kd", "x9", "tb", "5v", "31"].concat();
    std::fs::write(desk.dir.path().join(".netrc"), format!("machine m.example login u password {value}\n")).unwrap();
    transcript(&desk, &format!("about {value} again"));
    let before = json(&desk)["total"]["count"].as_u64().unwrap();
    assert!(is_kept(&desk) && run(&desk, &[]).contains("credential files of netrc were not looked into"));
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut Neighbours::default());
    std::fs::remove_file(desk.context.paths.state_dir.join("stats.redactions")).ok();
    desk.printed();
    assert_eq!(json(&desk)["total"]["count"].as_u64().unwrap(), before + 1);
    assert!(!is_kept(&desk), "what it found depends on a file of another");
}

#[test]
fn a_page_is_made_where_rules_are_broken_and_says_that_nobody_counted_redactions() {
    let desk = Desk::new("", "scrub.rules = [\"~/own.toml\"]\n", Environment::default());
    let address = ["jane.roe@", "acme-corp", ".de"].concat();
    transcript(&desk, &address);
    let rules = desk.dir.path().join("own.toml");
    let page = desk.dir.path().join("page.html");
    let report = || {
        let words = ["bcce-agent", "report", "--output", page.to_str().unwrap()];
        let Command::Report(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not report") };
        assert_eq!(crate::cli::stats::report(&desk.context, &arguments).unwrap(), Exit::Done);
        (std::fs::read_to_string(&page).unwrap(), desk.printed())
    };
    let secret = ["q7wz", "r4kd", "x9tb"].concat();
    for broken in [format!("[[rule]]\nid = \"own\"\nregex = '({secret}'\n"), format!("no rules {secret}")] {
        std::fs::write(&rules, broken).unwrap();
        let (page, told) = report();
        assert!(
            page.contains("<strong>Redactions could not be counted</strong>: ") && page.contains("own.toml"),
            "{page}"
        );
        assert!(page.contains("<h2>By session</h2>") && !page.contains("<td>email</td>"), "{page}");
        assert!(
            told.contains("redactions could not be counted, and the page says so: ") && told.contains("hint:"),
            "{told}"
        );
        assert!(!page.contains(&secret) && !told.contains(&secret), "an error holds no content: {told}");

        let words = ["bcce-agent", "stats", "--by", "redaction"];
        let Command::Stats(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not stats") };
        let refused = crate::cli::stats::run(&desk.context, &arguments).unwrap_err();
        assert_eq!(exit_of(&refused), Exit::Failed, "it was asked for nothing else");
        assert!(format!("{refused:#}").starts_with("redactions cannot be counted: "), "{refused:#}");
    }
    std::fs::remove_file(&rules).unwrap();
    assert!(report().0.contains("Redactions could not be counted"));
    std::fs::write(&rules, "").unwrap();
    assert!(report().0.contains("<td>email</td>"));
}

#[test]
fn nothing_is_looked_for_in_mode_off() {
    let desk = Desk::new("", "tier = \"off\"", Environment::default());
    transcript(&desk, "text");
    let words = ["bcce-agent", "stats", "--by", "redaction"];
    let Command::Stats(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not stats") };
    let refused = crate::cli::stats::run(&desk.context, &arguments).unwrap_err();
    assert_eq!(exit_of(&refused), Exit::ConsentMissing);
    assert!(!desk.context.paths.state_dir.exists());
}
