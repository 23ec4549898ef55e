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
fn the_prompt_tells_everything_and_has_no_default_answer() {
    let desk = Desk::new(
        "[consent]\nretention = \"13 months\"\ncontact = \"privacy@example.com\"",
        "",
        Environment::default(),
    );
    let mut there = Neighbours::default();
    let exit = desk.consent(&["grant"], &mut Answers::these(&["", "yes", "preview", "metrics"]), &mut there);
    assert_eq!(exit, Exit::Done);
    assert_eq!(desk.mode(), METRICS);
    assert_eq!(there.previews, [Tier::Content]);
    insta::assert_snapshot!(desk.printed());
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
fn a_settings_file_that_is_not_there_has_no_lines_to_correct() {
    let dir = tempfile::tempdir().unwrap();
    let hint = |name: &str| {
        let user = UserFile::Named(dir.path().join(name));
        let (policies, environment) = (Vec::new(), Vec::new());
        let sources = Sources { policies, extra_policy: None, user, environment, home: None };
        super::hint_of(&load(&sources).unwrap_err()).unwrap().to_owned()
    };
    std::fs::write(dir.path().join("odd.toml"), "teir = 1\n").unwrap();
    assert!(hint("odd.toml").starts_with("correct these lines"), "{}", hint("odd.toml"));
    assert!(hint("missing.toml").starts_with("name a file that is there"), "{}", hint("missing.toml"));
}

#[test]
fn the_question_fits_a_screen_and_more_shows_the_newest_session_as_its_example() {
    let policy = concat!(
        "max_tier = \"activity\"\n[consent]\nretention = \"13 months, then it is deleted\"\ncontact = \"privacy@example.com\"\n",
        "[identity]\norg = \"acme\"\n[sink]\nkind = \"firehose\"\nfirehose.region = \"eu-central-1\"\n",
        "[tail]\nhistory = true\n[scrub]\nknown_values = [\"aws\", \"netrc\", \"npmrc\", \"docker\", \"kube\", \"gh\", \"git\", \"ssh\", \"env\"]\n",
    );
    let desk = Desk::new(policy, "", Environment::default());
    let projects = desk.dir.path().join("claude/projects/p");
    std::fs::create_dir_all(&projects).unwrap();
    let lines: Vec<_> = samples::Generator::new(20).bytes(200_000).stream().map(|line| line.bytes).collect();
    std::fs::write(projects.join("s.jsonl"), lines.concat()).unwrap();
    let example = super::surroundings::Program::new(&desk.context).example();
    assert_eq!(example.len(), 3, "{example:?}");
    let mut there = Neighbours { example, ..Neighbours::default() };
    assert_eq!(desk.consent(&["grant"], &mut Answers::these(&["more"]), &mut there), Exit::ConsentMissing);
    let printed = desk.printed();
    let asked = printed.split("--- stderr\n").last().unwrap();
    let end = asked.find("or no: ").unwrap() + "or no:".len();
    let (screen, after) = asked.split_at(end);
    assert!(screen.lines().count() <= 24, "{} lines", screen.lines().count());
    // Where there is a terminal, the answer ends the prompt's line.
    let widths = screen.lines().chain(after.lines().skip(1)).map(|line| line.chars().count());
    assert!(widths.max().unwrap() <= 80, "{asked}");
    assert!(after.contains("For example") && !screen.contains("For example"), "{asked}");
    insta::with_settings!({filters => vec![(r"[0-9a-f]{16}", "[id]")]}, { insta::assert_snapshot!(asked) });
}

#[test]
fn no_answer_and_no_grant_nothing() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    assert_eq!(desk.consent(&["grant"], &mut Answers::these(&["no"]), &mut there), Exit::No);
    assert_eq!(desk.consent(&["grant"], &mut Answers::these(&[""]), &mut there), Exit::ConsentMissing);
    let only_content = ["grant", "--tier", "content"];
    assert_eq!(desk.consent(&only_content, &mut Answers::these(&["metrics"]), &mut there), Exit::ConsentMissing);
    assert_eq!(desk.mode(), NEVER);
    assert!(there.before.is_empty());
    assert!(!desk.context.paths.state_dir.exists(), "no trace before a yes");
}

#[test]
fn words_that_are_none_of_the_choices_are_told_and_after_three_nothing_is_granted() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    let mut person = Answers::these(&["yes", "hunter2", "", "metrics"]);
    assert_eq!(desk.consent(&["grant"], &mut person, &mut there), Exit::ConsentMissing);
    let printed = desk.printed();
    let again = "That is none of these words.\n";
    assert_eq!((printed.matches(again).count(), printed.matches("Type more").count()), (3, 3), "{printed}");
    assert!(printed.ends_with("Nothing was granted.\n") && !printed.contains("hunter2"), "{printed}");
    assert_eq!((desk.mode(), person.0.map(|left| left.len())), (NEVER, Some(1)), "the fourth answer is not asked for");
    let mut person = Answers::these(&["yes", "more", "yes", "metrics"]);
    assert_eq!(desk.consent(&["grant"], &mut person, &mut there), Exit::Done);
    assert_eq!(desk.mode(), METRICS);
}

#[test]
fn without_a_terminal_only_yes_grants() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    assert_eq!(desk.consent(&["grant", "--tier", "content"], &mut Answers::nobody(), &mut there), Exit::ConsentMissing);
    assert_eq!(desk.mode(), NEVER);
    insta::assert_snapshot!(desk.printed());
    assert_eq!(desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut there), Exit::Done);
    assert_eq!(desk.mode(), METRICS);
    assert_eq!(desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut there), Exit::Done);
    assert_eq!(there.before.len(), 1, "the second grant changes nothing");
    let wider = ["grant", "--yes", "--tier", "content", "--backfill"];
    assert_eq!(desk.consent(&wider, &mut Answers::nobody(), &mut there), Exit::Done);
    assert_eq!(desk.mode(), (Mode::Send(Tier::Content), None));
    assert!(there.before.last().unwrap().backfill);
    assert!(desk.printed().contains("What was sent before is sent again"));
}

/// The program around a grant that fails once another command has written its own.
struct Overtaken<'a> {
    program: super::surroundings::Program<'a>,
    desk: &'a Desk,
}

impl Surroundings for Overtaken<'_> {
    fn preview(&mut self, tier: Tier) -> anyhow::Result<()> {
        self.program.preview(tier)
    }

    fn example(&mut self) -> Vec<String> {
        self.program.example()
    }

    fn before_grant(&mut self, request: &GrantRequest) -> anyhow::Result<()> {
        self.program.before_grant(request)?;
        let mut ledger = LedgerFile::open(&self.desk.context.paths.state_dir)?;
        ledger.grant(request.clone(), &self.desk.context.text, crate::edge::clock::wall())?;
        anyhow::bail!("too late")
    }

    fn after_failed_grant(&mut self) {
        self.program.after_failed_grant();
    }

    fn after_grant(&mut self, consent_id: &str) {
        self.program.after_grant(consent_id);
    }

    fn after_revoke(&mut self) -> anyhow::Result<u64> {
        self.program.after_revoke()
    }
}

#[test]
fn a_grant_that_failed_takes_nothing_back_once_the_ledger_has_changed() {
    let desk = Desk::usual();
    let paths = &desk.context.paths;
    let transcripts = desk.dir.path().join("claude/projects/p");
    std::fs::create_dir_all(&transcripts).unwrap();
    let session = || Session::open(&desk.context.config, paths).unwrap();
    let mut begins = Vec::new();
    let mut keys = Vec::new();
    for tier in ["metrics", "content"] {
        let mut transcript = OpenOptions::new().create(true).append(true).open(transcripts.join("s.jsonl")).unwrap();
        transcript.write_all(b"{}\n").unwrap();
        let mut there = Overtaken { program: super::surroundings::Program::new(&desk.context), desk: &desk };
        let words = ["grant", "--yes", "--tier", tier];
        assert_eq!(desk.consent(&words, &mut Answers::nobody(), &mut there), Exit::Failed);
        let printed = desk.printed();
        assert!(
            printed.contains("the consent ledger has changed") && !printed.contains("nothing was granted"),
            "{printed}"
        );
        keys.push(std::fs::read(paths.state_dir.join("keys")).unwrap());
        begins.extend(session().reading().unwrap().records.iter().map(|record| record.position.offset));
    }
    assert_eq!(keys.first(), keys.last());
    assert_eq!(begins, [3, 6], "what was written under the narrower consent is not read under the wider one");
}

#[test]
fn a_grant_whose_starting_point_cannot_be_kept_is_none() {
    let desk = Desk::usual();
    let mut there = Neighbours { refuses: true, ..Neighbours::default() };
    assert_eq!(desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut there), Exit::Failed);
    assert_eq!(desk.mode(), NEVER);
    insta::assert_snapshot!(desk.printed());
}

#[test]
fn revoking_ends_consent_and_empties_the_spool() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    assert_eq!(desk.consent(&["revoke"], &mut Answers::nobody(), &mut there), Exit::Done);
    desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut there);
    desk.printed();
    assert_eq!(desk.consent(&["revoke"], &mut Answers::nobody(), &mut there), Exit::Done);
    assert_eq!(there.emptied, 2);
    assert_eq!(desk.mode(), (Mode::Off, Some(OffReason::Revoked)));
    insta::assert_snapshot!(desk.printed());
}

#[test]
fn history_lists_every_entry_and_tells_an_altered_one() {
    let desk = Desk::usual();
    let mut there = Neighbours::default();
    let mut nobody = Answers::nobody();
    desk.consent(&["grant", "--yes", "--backfill"], &mut nobody, &mut there);
    desk.consent(&["revoke"], &mut nobody, &mut there);
    desk.printed();
    assert_eq!(desk.consent(&["history"], &mut nobody, &mut there), Exit::Done);
    insta::with_settings!({filters => vec![(r"\d{4}-\S+Z", "[time]"), (r"id [0-9a-f]{32}", "id [random]")]}, {
        insta::assert_snapshot!(desk.printed());
    });
    let path = desk.context.paths.state_dir.join("consent.jsonl");
    let altered = std::fs::read_to_string(&path).unwrap().replace("\"backfill\":true", "\"backfill\":false");
    std::fs::write(&path, altered).unwrap();
    assert_eq!(desk.consent(&["history"], &mut nobody, &mut there), Exit::No);
    insta::assert_snapshot!(desk.printed());
    assert_eq!(desk.consent(&["status"], &mut nobody, &mut there), Exit::Done);
    insta::assert_snapshot!(desk.printed());
}

#[test]
fn nothing_is_granted_where_it_could_have_no_effect() {
    let check = |policy: &str, environment: Environment, words: &str| {
        let desk = Desk::new(policy, "", environment);
        let exit = desk.consent(&["grant", "--yes"], &mut Answers::nobody(), &mut Neighbours::default());
        assert_eq!(exit, Exit::ConsentMissing, "{words}");
        let printed = desk.printed();
        assert!(printed.contains(words) && printed.contains("hint:"), "{printed}");
        assert!(!desk.context.paths.state_dir.exists());
    };
    let none = Environment::default();
    check("", Environment { ci: true, ..none }, "CI is set");
    check("", Environment { do_not_track: true, ..none }, "DO_NOT_TRACK is set");
    check("", Environment { superuser: true, ..none }, "not of a person");
    check("max_tier = \"off\"", none, "policy forbids");
    check("max_tier = 1", none, "policy cannot be used");
}

#[test]
fn status_says_what_is_in_force_under_a_ceiling() {
    let desk = Desk::new("max_tier = \"metrics\"", "", Environment::default());
    let mut there = Neighbours::default();
    desk.consent(&["grant", "--yes", "--tier", "content"], &mut Answers::nobody(), &mut there);
    desk.consent(&["status"], &mut Answers::nobody(), &mut there);
    assert_eq!(desk.mode(), METRICS);
    insta::with_settings!({filters => vec![(r"[0-9a-f]{32}", "[random]")]}, {
        insta::assert_snapshot!(desk.printed());
    });
}

#[test]
fn show_prints_every_value_and_its_layer() {
    let desk = Desk::new("limits.bytes_per_second = \"64KiB\"", "tier = \"activity\"", Environment::default());
    assert_eq!(super::config::show(&desk.context).unwrap(), Exit::Done);
    insta::assert_snapshot!(desk.printed());
}

#[test]
fn check_tells_what_is_wrong_with_a_policy() {
    let desk = Desk::new("max_tier = 1\nsinc = 2", "", Environment::default());
    let error = super::config::check(&desk.context).unwrap_err();
    assert_eq!(exit_of(&error), Exit::Failed);
    desk.context.output.error(&error);
    insta::assert_snapshot!(desk.printed());
    assert_eq!(super::config::check(&Desk::usual().context).unwrap(), Exit::Done);
    let file = desk.dir.path().join("policy.toml");
    assert!(super::config::check_file(&file, None, &desk.context.output).is_err());
}

#[test]
fn a_hint_speaks_of_lines_only_where_there_are_some() {
    let hint = |policy: &str, key: Option<&str>| {
        let desk = Desk::new(policy, "", Environment::default());
        if let Some(key) = key {
            std::fs::write(desk.dir.path().join("policy.pub"), key).unwrap();
        }
        let context = Context::new(
            config(desk.dir.path()),
            paths(desk.dir.path()),
            Arc::clone(&desk.context.output),
            Environment::default(),
        );
        desk.context.output.error(&super::config::check(&context).unwrap_err());
        desk.printed()
    };
    let unknown = hint("max_teir = 1\n", None);
    assert!(unknown.contains("hint: install a newer bcce-agent where one knows these keys, else your"), "{unknown}");
    assert!(hint("max_tier = 1\n", None).contains("hint: your administrator can correct these lines"));
    let unsigned = hint("max_tier = \"metrics\"\n", Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
    assert!(unsigned.contains("is not signed") && !unsigned.contains("lines"), "{unsigned}");
    assert!(unsigned.contains("hint: your administrator can put in place the policy and its signature"), "{unsigned}");
}

#[test]
fn a_file_is_checked_as_what_it_is_said_to_be() {
    let desk = Desk::usual();
    let file = desk.dir.path().join("bcce.toml");
    std::fs::write(&file, "max_tier = \"metrics\"\n").unwrap();
    let check = |told| {
        let passes = super::config::check_file(&file, told, &desk.context.output).is_ok();
        (passes, desk.printed())
    };
    let (passes, printed) = check(None);
    assert!(!passes && printed.contains("checked as a user's settings, as its name"), "{printed}");
    assert!(printed.contains("--as policy"), "{printed}");
    let (passes, printed) = check(Some(CheckAs::Policy));
    assert!(passes && printed.contains("checked as an organisation policy\n"), "{printed}");
    assert!(!check(Some(CheckAs::User)).0);
    let parsed = Cli::try_parse_from(["bcce-agent", "config", "check", "--as", "policy", "bcce.toml"]);
    assert!(parsed.is_ok() && Cli::try_parse_from(["bcce-agent", "config", "check", "--as", "policy"]).is_err());
}

#[test]
fn the_files_of_rules_that_a_checked_file_names_are_loaded() {
    let desk = Desk::usual();
    let rules = desk.dir.path().join("more.toml");
    let place = rules.display().to_string();
    let file = desk.dir.path().join("policy.toml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let error = super::config::check_file(&file, None, &desk.context.output).err();
        (error.map(|error| format!("{error:#}")), desk.printed())
    };
    let named = format!("max_tier = \"metrics\"\nscrub.rules = [{place:?}]\n");
    let (error, printed) = check(&named);
    assert_eq!(error, None);
    assert!(printed.contains("warning: the rules in [dir]") && printed.contains("sends nothing until"), "{printed}");
    std::fs::write(&rules, "[[rules]\nid = \"acme-token\"\n").unwrap();
    let (error, _) = check(&format!("{named}sinc = 1\n"));
    let error = error.unwrap();
    assert!(error.contains("policy.toml:2: scrub.rules: ") && error.contains("more.toml"), "{error}");
    assert!(error.contains("policy.toml:3: sinc"), "all at once: {error}");
    std::fs::write(&rules, "[[rules]]\nid = \"acme-token\"\nregex = '''acme_[a-z0-9]{20}'''\n").unwrap();
    assert_eq!(check(&format!("{named}scrub.allow = [\"rule:acme-token\"]\n")).0, None);
    let (error, _) = check(&format!("{named}scrub.allow = [\"rule:acme-tokn\"]\n"));
    assert!(
        error.unwrap().contains("policy.toml:3: scrub.allow: entry 1: names a rule"),
        "rules of the file are known"
    );
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
