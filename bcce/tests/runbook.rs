//! The documents for administrators show every command of the program, and no number that the program no longer gives.

use clap::CommandFactory as _;

const DOCUMENTS: [&str; 2] = [include_str!("../../docs/operations.md"), include_str!("../../docs/administrators.md")];

/// The words of each command that does something.
fn commands(command: &clap::Command, before: &str) -> Vec<String> {
    let below: Vec<_> = command.get_subcommands().filter(|below| below.get_name() != "help").collect();
    if below.is_empty() {
        return vec![before.to_owned()];
    }
    below.into_iter().flat_map(|below| commands(below, format!("{before} {}", below.get_name()).trim())).collect()
}

#[test]
fn every_command_is_shown_to_administrators() {
    let commands = commands(&bcce::cli::args::Cli::command(), "");
    assert!(commands.iter().any(|command| command == "cost analysis"), "{commands:?}");
    let is_shown = |command: &String| {
        let calls = ["bcce ", "bcce --lake bcce-demo/lake "].map(|program| format!("{program}{command}"));
        DOCUMENTS.iter().any(|text| calls.iter().any(|call| text.contains(call)))
    };
    let missing: Vec<_> = commands.iter().filter(|command| !is_shown(command)).collect();
    assert!(missing.is_empty(), "in no document: {missing:?}");
}

#[test]
fn the_runbook_counts_the_views_that_are_deployed() {
    let told = format!("{} views made in the database", bcce::assets::views().count());
    assert!(DOCUMENTS.iter().any(|text| text.contains(&told)), "{told}");
}
