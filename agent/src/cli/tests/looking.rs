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
    let Command::Purge(arguments) = Cli::try_parse_from(["bcce-agent", "purge"]).unwrap().command else {
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
