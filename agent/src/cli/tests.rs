use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::sync::Arc;

use clap::{CommandFactory as _, Parser as _};
use pipeline::consent::{Environment, GrantRequest, Mode, OffReason};
use scrubber::Tier;

use super::args::{Cli, Command};
use super::consent::{Person, Surroundings};
use super::output::Output;
use super::stream::Stream;
use super::{Context, Exit, exit_of};
use crate::config::{CheckAs, Config, Paths, Sources, UserFile, load};
use crate::driver::session::Session;
use crate::edge::ledger::LedgerFile;

mod broken_policy;
mod checking;
mod config;
mod consent;
mod deleting;
mod looking;
mod redactions;
mod scanning;
mod sent;
mod state;

/// One installation in a folder of its own, with its streams.
struct Desk {
    dir: tempfile::TempDir,
    context: Context,
    out: Stream,
    err: Stream,
}

impl Desk {
    fn new(policy: &str, settings: &str, environment: Environment) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("policy.toml"), policy).unwrap();
        std::fs::write(dir.path().join("config.toml"), settings).unwrap();
        let (out, err) = (Stream::default(), Stream::default());
        let output = Arc::new(Output::to(out.plain(), out.clone(), err.plain()));
        let paths = paths(dir.path());
        let context = Context::new(config(dir.path()), paths, output, environment);
        Self { dir, context, out, err }
    }

    fn usual() -> Self {
        Self::new("", "", Environment::default())
    }

    fn consent(&self, words: &[&str], person: &mut Answers, there: &mut dyn Surroundings) -> Exit {
        let words = ["bcce-agent", "consent"].iter().chain(words);
        let Command::Consent { command } = Cli::try_parse_from(words).unwrap().command else { panic!("not consent") };
        super::consent::run(&self.context, &command, person, there).unwrap_or_else(|error| {
            self.context.output.error(&error);
            exit_of(&error)
        })
    }

    fn mode(&self) -> (Mode, Option<OffReason>) {
        let file = LedgerFile::open(&self.context.paths.state_dir).unwrap();
        let standing = file.ledger().stand(&self.context.circumstances());
        (standing.mode, standing.off)
    }

    /// What was printed since the last call, with what differs from run to run replaced.
    fn printed(&self) -> String {
        let text = format!("{}--- stderr\n{}", self.out.take(), self.err.take());
        text.replace(&self.dir.path().display().to_string(), "[dir]")
    }
}

fn paths(dir: &std::path::Path) -> Paths {
    Paths {
        state_dir: dir.join("state"),
        config_file: dir.join("config.toml"),
        lake: dir.join("lake"),
        roots: vec![dir.join("claude")],
        named_roots: Vec::new(),
        policies: vec![dir.join("policy.toml")],
        home: dir.to_owned(),
    }
}

fn config(dir: &std::path::Path) -> Config {
    let sources = Sources {
        policies: vec![dir.join("policy.toml")],
        extra_policy: None,
        user: UserFile::Named(dir.join("config.toml")),
        environment: Vec::new(),
        home: Some(dir.to_owned()),
    };
    load(&sources).unwrap()
}

/// Somebody at the terminal who gives these answers, or nobody.
struct Answers(Option<VecDeque<&'static str>>);

impl Answers {
    fn these(answers: &[&'static str]) -> Self {
        Self(Some(answers.iter().copied().collect()))
    }

    fn nobody() -> Self {
        Self(None)
    }
}

impl Person for Answers {
    fn is_there(&self) -> bool {
        self.0.is_some()
    }

    fn answer(&mut self) -> io::Result<Option<String>> {
        Ok(self.0.as_mut().unwrap().pop_front().map(|answer| format!("{answer}\n")))
    }
}

/// Counts what consent asks of the rest of the program.
#[derive(Default)]
struct Neighbours {
    previews: Vec<Tier>,
    before: Vec<GrantRequest>,
    emptied: u32,
    example: Vec<String>,
    refuses: bool,
}

impl Surroundings for Neighbours {
    fn preview(&mut self, tier: Tier) -> anyhow::Result<()> {
        self.previews.push(tier);
        Ok(())
    }

    fn example(&mut self) -> Vec<String> {
        self.example.clone()
    }

    fn after_grant(&mut self, _consent_id: &str) {}

    fn after_failed_grant(&mut self) {}

    fn before_grant(&mut self, request: &GrantRequest) -> anyhow::Result<()> {
        anyhow::ensure!(!self.refuses, "the disk is full");
        self.before.push(request.clone());
        Ok(())
    }

    fn after_revoke(&mut self) -> anyhow::Result<u64> {
        self.emptied += 1;
        Ok(7)
    }
}

const METRICS: (Mode, Option<OffReason>) = (Mode::Send(Tier::Metrics), None);
const NEVER: (Mode, Option<OffReason>) = (Mode::Off, Some(OffReason::NeverGranted));

#[test]
fn roots_before_and_after_the_command_all_count() {
    let roots = |words: &[&str]| -> Vec<String> {
        let words = super::args::roots_together(words.iter().map(Into::into));
        let cli = Cli::try_parse_from(words).unwrap();
        cli.global.roots.iter().map(|root| root.display().to_string()).collect()
    };
    assert_eq!(roots(&["bcce-agent", "--root", "a", "run", "--root", "b", "--once", "--root=c"]), ["a", "b", "c"]);
    assert_eq!(roots(&["bcce-agent", "run", "--once"]), [""; 0]);
    // What follows `--` is a file of this name.
    assert_eq!(roots(&["bcce-agent", "--root=a", "scan", "--", "--root", "b"]), ["a"]);
    let without = super::args::roots_together(["bcce-agent", "run", "--root"].map(Into::into));
    assert!(Cli::try_parse_from(without).is_err(), "a root without its folder is wrong usage");
}

#[test]
fn the_short_help_fits_a_screen() {
    let help = Cli::command().render_help().to_string();
    assert!(help.lines().count() <= 28, "{} lines", help.lines().count());
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    insta::assert_snapshot!(help);
}

#[test]
fn the_long_help_of_every_command_stays_as_it_is() {
    fn append(command: &mut clap::Command, path: &str, all: &mut String) {
        let help = command.render_long_help().to_string();
        // Global options are the same everywhere: once is enough.
        let cut = help.split_once("Global options:").and_then(|(before, after)| {
            let (_, after) = after.split_once("pipes get no colour anyway.\n")?;
            Some(format!("{before}[global options]\n{after}"))
        });
        let help = if path.contains(' ') { cut.unwrap_or(help) } else { help };
        all.push_str(&format!("=== {path}\n{help}\n"));
        for inner in command.get_subcommands_mut() {
            let path = format!("{path} {}", inner.get_name());
            append(inner, &path, all);
        }
    }
    let mut command = Cli::command();
    command.build();
    let mut all = String::new();
    append(&mut command, "bcce-agent", &mut all);
    insta::assert_snapshot!(all);
}

#[test]
fn the_arguments_are_consistent_and_parse_as_documented() {
    Cli::command().debug_assert();
    let check = |line: &str, ok: bool| {
        let parsed = Cli::try_parse_from(std::iter::once("bcce-agent").chain(line.split(' ')));
        assert_eq!(parsed.is_ok(), ok, "{line}");
    };
    check("demo", true);
    check("run --once --root a --root b --state-dir c --config d -v --no-color", true);
    check("preview a.jsonl b.jsonl --tier content --plain", true);
    check("scrub --tier activity", true);
    check("scrub --text --tier activity", false);
    check("scan --format sarif --input json-lines x", true);
    check("scan --format xml", false);
    check("consent grant --tier metrics --yes --backfill", true);
    check("consent grant --tier off", false);
    check("consent status", true);
    check("status --json", true);
    check("doctor --json", true);
    check("config check FILE", true);
    check("rules test", true);
    check("flush", true);
    check("pause", true);
    check("pause --class restricted --class internal", true);
    check("pause --class content", false);
    check("resume", true);
    check("resume --class restricted", true);
    check("purge --yes", true);
    check("completions zsh", true);
    check("run -v -q", false);
    check("run --wait", true);
    check("run --wait --once", false);
    check("service install --dry-run --state-dir a", true);
    check("service status --json", true);
    check("service status --dry-run", false);
    check("service restart", false);
}

#[test]
fn a_hint_that_stands_around_a_cause_is_printed_once() {
    let desk = Desk::usual();
    let hinted = |what: &str| super::Hinted { what: what.into(), hint: "do this".into(), exit: Exit::Failed };
    desk.context.output.error(&anyhow::anyhow!("no bus").context(hinted("it does not answer")).context("cannot begin"));
    let printed = desk.printed();
    assert!(
        printed.contains("error: cannot begin\n  cause: it does not answer\n  cause: no bus\nhint: do this\n"),
        "{printed}"
    );
    desk.context.output.error(&anyhow::Error::from(hinted("alone")));
    assert_eq!(desk.printed().matches("hint: do this").count(), 1);
}

#[test]
fn a_state_folder_that_cannot_be_used_has_a_remedy() {
    let hint = |kind: io::ErrorKind| {
        let path = std::path::PathBuf::from("agent.lock");
        let lock = crate::edge::lock::LockError::Io { path: path.clone(), source: kind.into() };
        let ledger = crate::edge::ledger::LedgerFileError::Read { path, source: kind.into() };
        let hint = super::hint_of(&lock).map(str::to_owned);
        assert_eq!(super::hint_of(&ledger), hint.as_deref());
        hint
    };
    let choose = "make the state folder readable and writable for you, or choose another with --state-dir";
    for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::NotADirectory, io::ErrorKind::ReadOnlyFilesystem] {
        assert_eq!(hint(kind).as_deref(), Some(choose));
    }
    assert_eq!(hint(io::ErrorKind::StorageFull).as_deref(), Some("make room on the disk of the state folder"));
    assert_eq!(hint(io::ErrorKind::Interrupted), None);
}

#[test]
fn one_thing_is_no_plural() {
    let told = |thing| [0, 1, 2].map(|count| super::output::counted(count, thing));
    assert_eq!(told("rule"), ["0 rules", "1 rule", "2 rules"]);
    assert_eq!(told("entry"), ["0 entries", "1 entry", "2 entries"]);
}

#[test]
fn text_of_others_cannot_steer_the_terminal() {
    assert_eq!(super::output::printable("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb\u{fffd}c");
}
