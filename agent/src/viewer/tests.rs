use super::draw::{colour_of, draw};
use super::load::Loader;
use super::state::{Focus, Key, Miss, Session, Viewer, Wish};
use super::terminal::fulfil;
use crate::config::{Config, Sources, UserFile, load};
use crate::edge::host::Host;
use crate::filter::projects::{PreviewProjects, Reach};
use crate::policy;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use scrubber::{PseudonymKey, Tier};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// Put together at run time, so that nothing here is shaped like a live key.
fn secret() -> String {
    ["gh", "p_", "aB3dE6gH9j".repeat(4).get(..36).unwrap()].concat()
}

fn record(number: usize, text: &str) -> String {
    serde_json::json!({
        "type": "user", "uuid": format!("00000000-0000-4000-8000-{number:012}"), "cwd": "/srv/p", "version": "2.1.0",
        "sessionId": "00000000-0000-4000-8000-000000000000", "timestamp": "2026-11-26T08:00:00.000Z",
        "message": { "role": "user", "content": text },
    })
    .to_string()
}

fn settings(dir: &Path, text: &str) -> Config {
    let file = dir.join("config.toml");
    std::fs::write(&file, text).unwrap();
    let user = UserFile::Named(file);
    load(&Sources { policies: vec![], extra_policy: None, user, environment: vec![], home: None }).unwrap()
}

/// A viewer over files of its own, and what reads them.
struct Desk {
    _dir: tempfile::TempDir,
    viewer: Viewer,
    loader: Loader<'static>,
    notes: Vec<Miss>,
}

impl Desk {
    fn new(files: &[(&str, String)], tier: Tier) -> Self {
        Self::under("", Reach::AsSent, files, tier)
    }

    /// Under settings of its own.
    fn under(text: &str, reach: Reach, files: &[(&str, String)], tier: Tier) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut paths: Vec<PathBuf> = Vec::new();
        for (name, text) in files {
            paths.push(dir.path().join(name));
            std::fs::write(paths.last().unwrap(), text).unwrap();
        }
        let sessions = files.iter().map(|(name, text)| Session { name: (*name).to_owned(), bytes: text.len() as u64 });
        let config = settings(dir.path(), text);
        let projects = PreviewProjects::new(&config, dir.path(), reach).unwrap();
        let host = Host::made_up("mlogin", "Made Up", "mhost", Path::new("/home/mlogin"));
        let make = Box::new(move |tier| {
            policy::build(&config, &host, PseudonymKey::new(&[7; 32]), tier, "").map_err(io::Error::other)
        });
        let loader = Loader::new(paths, 8 << 20, projects, 0, make);
        let (viewer, wish) = Viewer::new(sessions.collect(), tier, vec!["github-pat".to_owned()]);
        let mut desk = Self { _dir: dir, viewer, loader, notes: Vec::new() };
        desk.fulfil(Some(wish));
        desk
    }

    fn fulfil(&mut self, wish: Option<Wish>) -> bool {
        let notes = &mut self.notes;
        fulfil(&mut self.viewer, wish, &mut self.loader, &mut |miss| {
            notes.push(miss.clone());
            "noted".to_owned()
        })
    }

    fn press(&mut self, keys: &[Key]) -> bool {
        keys.iter().all(|key| {
            let wish = self.viewer.key(*key);
            self.fulfil(wish)
        })
    }

    fn words(&mut self, text: &str) {
        text.chars().for_each(|character| assert!(self.press(&[Key::Char(character)])));
    }

    fn picture(&self, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, &self.viewer, true)).unwrap();
        terminal.backend().to_string()
    }
}

fn two_sessions() -> Vec<(&'static str, String)> {
    let one = [record(1, "a first question"), record(2, &format!("the key is {}\nand more words", secret()))];
    let two = [record(3, "another session"), "not JSON at all".to_owned()];
    vec![("26 Nov 08:00 work-p", one.join("\n") + "\n"), ("25 Nov 17:30 other", two.join("\n") + "\n")]
}

#[test]
fn a_line_that_is_too_long_is_told_and_counts_among_the_lines() {
    let text = format!("{}\n{}\n", "x".repeat((8 << 20) + 1), record(1, "a question"));
    let mut desk = Desk::new(&[("long", text)], Tier::Content);
    let first = desk.viewer.shown().unwrap();
    assert_eq!((first.number, first.offset, first.title.as_str()), (1, 0, "nothing leaves (line_too_long)"));
    desk.press(&[Key::Down]);
    let second = desk.viewer.shown().unwrap();
    assert_eq!((second.number, second.offset, second.title.as_str()), (2, (8 << 20) + 2, "user"));
}

#[test]
fn a_record_is_shown_as_it_is_and_as_it_leaves() {
    let mut desk = Desk::new(&two_sessions(), Tier::Content);
    desk.press(&[Key::Down]);
    let picture = desk.picture(110, 30);
    assert!(!desk.viewer.shown().unwrap().outcome.iter().flatten().any(|(text, _)| text.contains(&secret())));
    // What is shown raw is a value made up at run time, and may not stand in the tree.
    let folded = picture.replace(&secret(), "[secret]");
    let hidden: String = folded.lines().filter(|line| !line.contains("ghp_") && !line.contains("aB3dE")).fold(
        String::new(),
        |mut all, line| {
            let _ = writeln!(all, "{line}");
            all
        },
    );
    insta::with_settings!({filters => vec![(r"[0-9a-f]{8}\]", "[hash]]"), (r"[0-9a-f]{32}", "[id]"), (r"[0-9a-f]{16}", "[id]"), (r"agent_version: \S+ *", "agent_version: [version] "), (r"os: (linux|macos|windows) *", "os: [os] ")]}, {
        insta::assert_snapshot!(hidden);
    });
}

#[test]
fn nothing_leaves_of_a_project_that_rules_keep_out_and_the_rule_is_named() {
    let denied = "projects.deny = [\"/srv/**\"]";
    let mut desk = Desk::under(denied, Reach::AsSent, &two_sessions(), Tier::Content);
    desk.press(&[Key::Down]);
    let shown = desk.viewer.shown().unwrap();
    assert!(shown.outcome.is_empty() && shown.title.contains("project_denied"), "{}", shown.title);
    assert!(shown.held.as_ref().unwrap().words.starts_with("kept out by projects.deny \"/srv/**\" of your settings"));
    let picture = desk.picture(110, 30);
    assert!(
        picture.contains("kept out by projects.deny \"/srv/**\"") && picture.contains("nothing leaves"),
        "{picture}"
    );

    let lower = "projects.tiers = { \"/srv/**\" = \"metrics\" }";
    let desk = Desk::under(lower, Reach::AsSent, &two_sessions(), Tier::Content);
    let shown = desk.viewer.shown().unwrap();
    assert!(!shown.outcome.is_empty() && shown.held.as_ref().unwrap().words.starts_with("held to metrics by"));
    let leaves = |desk: &Desk| {
        desk.viewer.shown().unwrap().outcome.iter().flatten().any(|(text, _)| text.contains("a first question"))
    };
    assert!(!leaves(&desk), "texts leave at a wider tier only");
    let desk = Desk::under(lower, Reach::AsSent, &two_sessions(), Tier::Metrics);
    assert_eq!(desk.viewer.shown().unwrap().held, None);

    let desk = Desk::under(denied, Reach::AsAsked, &two_sessions(), Tier::Content);
    assert!(leaves(&desk), "whoever names a file sees it");
    let picture = desk.picture(110, 30);
    assert!(picture.contains("kept out by") && picture.contains("Were it not kept out"), "{picture}");
}

#[test]
fn the_keys_are_named_whole_on_narrow_screens_too() {
    let desk = Desk::new(&two_sessions(), Tier::Metrics);
    for width in [80, 99, 100, 160] {
        let picture = desk.picture(width, 24);
        assert!(picture.contains("q quit") && picture.contains("m report a miss"), "{width}: {picture}");
    }
}

#[test]
fn the_rules_that_found_something_are_named_in_the_colour_of_their_kind() {
    let counts = |desk: &Desk| {
        let shown = desk.viewer.shown().unwrap();
        let ids = |counts: &[super::state::Count]| counts.iter().map(|count| count.rule.clone()).collect::<Vec<_>>();
        (ids(&shown.replaced), ids(&shown.only_found))
    };
    let coloured = |desk: &Desk| {
        let mut terminal = Terminal::new(TestBackend::new(160, 40)).unwrap();
        terminal.draw(|frame| draw(frame, &desk.viewer, true)).unwrap();
        (28..160).filter(|x| terminal.backend().buffer()[(*x, 1)].fg != Color::Reset).count()
    };
    let mut desk = Desk::new(&two_sessions(), Tier::Content);
    assert_eq!((counts(&desk), coloured(&desk)), ((vec![], vec![]), 0));
    desk.press(&[Key::Down]);
    let (replaced, only_found) = counts(&desk);
    assert_eq!((replaced.len(), only_found.len()), (1, 0), "{replaced:?} {only_found:?}");
    assert_eq!(coloured(&desk), replaced.first().unwrap().len() + " ×1".chars().count());
    let mut desk = Desk::new(&two_sessions(), Tier::Metrics);
    desk.press(&[Key::Down]);
    assert_eq!(counts(&desk), (vec![], replaced), "texts do not leave at this tier");
    assert!(desk.picture(110, 30).contains("nothing replaced   found: "));
}

#[test]
fn indented_code_stays_indented() {
    let desk = Desk::new(&[("s", record(1, "if x:\n\treturn\ty") + "\n")], Tier::Content);
    let shown = desk.viewer.shown().unwrap();
    let rows: Vec<String> =
        shown.original.iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect();
    assert!(rows.contains(&"    return    y".to_owned()), "{rows:?}");
}

#[test]
fn equal_kinds_have_equal_colours_on_both_sides() {
    let mut desk = Desk::new(&two_sessions(), Tier::Content);
    desk.press(&[Key::Down]);
    let mut terminal = Terminal::new(TestBackend::new(160, 40)).unwrap();
    terminal.draw(|frame| draw(frame, &desk.viewer, true)).unwrap();
    let buffer = terminal.backend().buffer();
    let coloured = |color: Color, columns: std::ops::Range<u16>| -> usize {
        (0..40).flat_map(|y| columns.clone().map(move |x| (x, y))).filter(|at| buffer[*at].fg == color).count()
    };
    let kind = desk.viewer.shown().unwrap().original.iter().flatten().find_map(|(_, mark)| match mark {
        super::state::Mark::Kind(kind) => Some(kind.clone()),
        super::state::Mark::Plain | super::state::Mark::Name => None,
    });
    let colour = colour_of(&kind.unwrap());
    assert!(coloured(colour, 28..94) > 10, "the original's secret");
    assert!(coloured(colour, 94..160) > 10, "its replacement");
    terminal.draw(|frame| draw(frame, &desk.viewer, false)).unwrap();
    assert!(terminal.backend().buffer().content().iter().all(|cell| cell.fg == Color::Reset), "without colour");
}

#[test]
fn keys_move_through_sessions_records_and_tiers() {
    let mut desk = Desk::new(&two_sessions(), Tier::Metrics);
    assert_eq!(desk.viewer.shown().unwrap().number, 1);
    desk.press(&[Key::Down, Key::Down]);
    assert_eq!((desk.viewer.shown().unwrap().number, desk.viewer.message.as_str()), (2, "this is the last record"));
    let texts =
        |desk: &Desk| desk.viewer.shown().unwrap().outcome.iter().flatten().any(|(text, _)| text.contains("words"));
    assert!(!texts(&desk), "no text leaves at metrics");
    desk.press(&[Key::Char('t'), Key::Char('t'), Key::Down]);
    assert_eq!(desk.viewer.tier, Tier::Content);
    assert!(texts(&desk));
    desk.press(&[Key::Tab, Key::Down]);
    assert_eq!((desk.viewer.session, desk.viewer.focus.clone()), (1, Focus::Sessions));
    assert!(desk.viewer.shown().unwrap().original.iter().flatten().any(|(text, _)| text.contains("another session")));
    desk.press(&[Key::Tab, Key::Down]);
    assert!(desk.viewer.shown().unwrap().title.contains("nothing leaves"));
    assert!(desk.viewer.shown().unwrap().outcome.is_empty());
    assert!(!desk.press(&[Key::Char('q')]), "the end");
}

#[test]
fn search_goes_on_over_pages_and_says_when_there_is_nothing() {
    let lines: Vec<String> = (0..250).map(|n| record(n, if n == 230 { "a Needle here" } else { "hay" })).collect();
    let mut desk = Desk::new(&[("big", lines.join("\n") + "\n")], Tier::Content);
    desk.press(&[Key::Char('/')]);
    desk.words("needlf");
    desk.press(&[Key::Backspace, Key::Char('e'), Key::Enter]);
    assert_eq!((desk.viewer.page.number, desk.viewer.shown().unwrap().number), (2, 231));
    desk.press(&[Key::Char('n')]);
    assert_eq!(desk.viewer.message, "not found from here on");
    desk.press(&[Key::Char('/'), Key::Char('x'), Key::Escape]);
    assert_eq!((desk.viewer.focus.clone(), desk.viewer.search.as_str()), (Focus::Record, "needle"));
}

#[test]
fn a_miss_is_noted_by_rule_and_position_only() {
    let mut desk = Desk::new(&two_sessions(), Tier::Content);
    desk.press(&[Key::Down, Key::Char('m')]);
    desk.words("my secret");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.notes, [], "what is no rule's id is not noted");
    assert!(desk.viewer.message.contains("no such rule"));
    desk.press(&[Key::Escape, Key::Char('m')]);
    desk.words("github-pat");
    desk.press(&[Key::Enter, Key::Char('m'), Key::Enter]);
    let offset = record(1, "a first question").len() as u64 + 1;
    let miss = |rule: Option<&str>| Miss { session: 0, rule: rule.map(str::to_owned), line: 2, offset, row: 0 };
    assert_eq!(desk.notes, [miss(Some("github-pat")), miss(None)]);
    assert_eq!(desk.viewer.message, "noted");
}

#[test]
fn a_big_transcript_is_held_a_page_at_a_time() {
    let mut lines: Vec<String> = (0..1_000).map(|n| record(n, "x")).collect();
    lines[150] = record(150, &"long ".repeat(600_000));
    lines[151] = record(151, &"long ".repeat(600_000));
    lines[152] = record(152, &"long ".repeat(600_000));
    let mut desk = Desk::new(&[("big", lines.join("\n") + "\n")], Tier::Content);
    let mut next = 1;
    for page in 0.. {
        let loaded = desk.loader.load(0, page, Tier::Content).unwrap();
        assert!(loaded.records.len() <= 100);
        let held: usize = loaded
            .records
            .iter()
            .flat_map(|r| r.original.iter().chain(&r.outcome))
            .flatten()
            .map(|(t, _)| t.len())
            .sum();
        assert!(held < 500_000, "{held} bytes on page {page}");
        for record in &loaded.records {
            assert_eq!(record.number, next, "no record is left out or shown twice");
            next += 1;
        }
        if !loaded.more {
            break;
        }
    }
    assert_eq!(next, 1_001);
    assert_eq!(desk.loader.load(0, 1, Tier::Content).unwrap().records.first().unwrap().number, 101, "a page again");
    desk.press(&[Key::PageDown, Key::PageDown, Key::PageUp]);
    assert!(desk.picture(80, 24).contains("line 1:"));
}

#[test]
fn what_a_terminal_would_act_on_is_not_shown() {
    let desk = Desk::new(&[("s", record(1, "a\u{1b}[2Jb\u{7}c") + "\n")], Tier::Content);
    let shown = desk.viewer.shown().unwrap();
    let text: String = shown.original.iter().chain(&shown.outcome).flatten().map(|(text, _)| text.as_str()).collect();
    assert!(text.contains("a[2Jbc") && !text.chars().any(char::is_control), "{text}");
}
