//! `consent`: what is asked, granted, taken back and told.

use super::*;

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
    let example = crate::cli::surroundings::Program::new(&desk.context).example();
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
    program: crate::cli::surroundings::Program<'a>,
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
        let mut there = Overtaken { program: crate::cli::surroundings::Program::new(&desk.context), desk: &desk };
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
