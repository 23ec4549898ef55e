//! What `purge` says and deletes, and what stays.

use super::*;
use crate::edge::clock;
use crate::edge::store::Store;
use std::path::PathBuf;

fn purge(desk: &Desk, words: &[&str], person: &mut Answers) -> Exit {
    let words = ["bcce-agent", "purge"].iter().chain(words);
    let Command::Purge(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not purge") };
    crate::cli::purge::run(&desk.context, &arguments, person).unwrap_or_else(|error| {
        desk.context.output.error(&error);
        exit_of(&error)
    })
}

/// Files of the state folder, with something in them.
fn leave(desk: &Desk, names: &[&str]) -> Vec<PathBuf> {
    let folder = desk.context.paths.prepare_state_dir().unwrap();
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    paths.iter().for_each(|path| std::fs::write(path, "x").unwrap());
    paths
}

const KEPT: [&str; 6] =
    ["misses.jsonl", "stats.cache", "stats.key", "spool-damaged-1.db", "spool-damaged-1.db-wal", "keys.damaged"];

#[test]
fn whatever_would_go_is_listed_and_asked_about_with_a_spool_and_without() {
    for with_spool in [false, true] {
        let desk = Desk::usual();
        let paths = leave(&desk, &KEPT);
        if with_spool {
            Store::open(desk.context.store_settings(), clock::wall()).unwrap();
        }
        assert_eq!(purge(&desk, &[], &mut Answers::nobody()), Exit::Usage);
        let printed = desk.printed();
        assert!(printed.contains("add --yes"), "{printed}");
        for name in KEPT {
            assert!(printed.contains(name), "{name} is not listed: {printed}");
        }
        assert!(printed.contains("This stays: your consent"), "{printed}");
        assert_eq!(purge(&desk, &[], &mut Answers::these(&["no"])), Exit::No);
        assert!(paths.iter().all(|path| path.exists()), "nothing was deleted");
        desk.printed();
        assert_eq!(purge(&desk, &[], &mut Answers::these(&["yes"])), Exit::Done);
        assert!(paths.iter().all(|path| !path.exists()), "all was deleted");
        let printed = desk.printed();
        assert!(
            printed.contains("damaged spools, a damaged key file, notes of what was missed, what stats kept"),
            "{printed}"
        );
    }
}

#[test]
fn a_request_for_erasure_lists_nothing_where_nothing_waits() {
    let desk = Desk::usual();
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut Neighbours::default());
    drop(Session::open(&desk.context.config, &desk.context.paths).unwrap());
    desk.printed();
    assert_eq!(purge(&desk, &["--request-erasure"], &mut Answers::these(&["no"])), Exit::No);
    let printed = desk.printed();
    assert!(printed.contains("Nothing waits here that would be deleted."), "{printed}");
    assert!(printed.contains("Type yes to send the request: ") && !printed.contains("This is deleted"), "{printed}");
    leave(&desk, &["misses.jsonl"]);
    assert_eq!(purge(&desk, &["--request-erasure"], &mut Answers::these(&["no"])), Exit::No);
    let printed = desk.printed();
    assert!(printed.contains("This is deleted:\n  your notes"), "{printed}");
}

#[test]
fn nothing_is_asked_where_nothing_would_go() {
    let desk = Desk::usual();
    let keys = leave(&desk, &["consent.jsonl"]);
    assert_eq!(purge(&desk, &[], &mut Answers::nobody()), Exit::Done);
    let printed = desk.printed();
    assert!(printed.contains("there is nothing to delete") && printed.contains("This stays: "), "{printed}");
    assert!(keys.iter().all(|path| path.exists()));
}
