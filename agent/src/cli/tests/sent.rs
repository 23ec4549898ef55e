//! What `log` says of what was sent, and where to.

use super::*;
use crate::edge::clock;
use crate::edge::store::{Sent, Store};
use pipeline::time::Wall;

fn log(desk: &Desk, words: &[&str]) -> String {
    let words = ["bcce-agent", "log"].iter().chain(words);
    let Command::Log(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not log") };
    assert_eq!(crate::cli::log::run(&desk.context, &arguments).unwrap(), Exit::Done);
    desk.printed()
}

/// Grants for the present destination, and logs events under that consent.
fn granted_and_sent(desk: &Desk, hour: i64, events: u64) {
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut Neighbours::default());
    let file = LedgerFile::open(&desk.context.paths.state_dir).unwrap();
    let standing = file.ledger().stand(&desk.context.circumstances());
    let consent = standing.granted.unwrap().consent_id.as_str().to_owned();
    sent(desk, &consent, hour, events);
    desk.printed();
}

fn sent(desk: &Desk, consent: &str, hour: i64, events: u64) {
    let mut store = Store::open(desk.context.store_settings(), clock::wall()).unwrap().store;
    let hour = Wall(hour * 60 * 60 * 1000);
    let class = scrubber::DataClass::Internal;
    let one = Sent { hour, class, consent: consent.to_owned(), policy: "p".repeat(16), events, bytes: 10 * events };
    store.log_sent(&one).unwrap();
}

#[test]
fn each_row_names_the_destination_of_the_consent_it_was_sent_under() {
    let mut desk = Desk::usual();
    let before = desk.context.destination.clone();
    granted_and_sent(&desk, 490_000, 3);
    desk.context.destination = "another place".to_owned();
    granted_and_sent(&desk, 490_001, 5);
    sent(&desk, "of a lost ledger", 490_002, 7);
    let printed = log(&desk, &[]);
    let row = |events: &str| printed.lines().find(|line| line.contains(&format!("  {events}  "))).unwrap_or_default();
    assert!(row("3").ends_with(&before) && row("5").ends_with("another place"), "{printed}");
    assert!(row("7").ends_with("not known (its consent is not in the ledger)"), "{printed}");
    assert!(printed.contains(&format!("3 events, 30 bytes in all to: {before}")), "{printed}");
    assert!(printed.contains("5 events, 50 bytes in all to: another place"), "{printed}");
    let json = log(&desk, &["--json"]);
    assert!(json.contains("\"destination\":\"another place\"") && json.contains("\"destination\":null"), "{json}");
}

#[test]
fn a_consent_of_a_ledger_that_was_set_aside_is_known_and_so_is_a_lost_spool() {
    let desk = Desk::usual();
    granted_and_sent(&desk, 490_000, 3);
    let state = &desk.context.paths.state_dir;
    std::fs::rename(state.join("consent.jsonl"), state.join("consent-set-aside-1.jsonl")).unwrap();
    let printed = log(&desk, &[]);
    assert!(printed.contains(&format!("30 bytes in all to: {}", desk.context.destination)), "{printed}");
    assert!(!printed.contains("set aside"), "{printed}");
    std::fs::write(state.join("spool.db"), [0x5a; 40_000]).unwrap();
    Store::open(desk.context.store_settings(), clock::wall()).unwrap();
    let printed = log(&desk, &[]);
    assert!(
        printed.contains("nothing was sent") && printed.contains("Damaged spools were set aside 1 times"),
        "{printed}"
    );
}
