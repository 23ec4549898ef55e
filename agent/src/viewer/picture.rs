//! `docs/preview.svg`: the viewer over made-up sessions, cell by cell. `cargo xtask docs` draws it; a test holds it to the program.

use super::draw::draw;
use super::load::Loader;
use super::state::{Focus, Line, Mark, Record, Session, Viewer};
use crate::config::{Sources, UserFile, load};
use crate::edge::host::Host;
use crate::filter::projects::{PreviewProjects, Reach};
use crate::policy;
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use samples::{Generator, PlantClass, Tree};
use scrubber::{PseudonymKey, Tier};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "docs/preview.svg";
/// Set by `cargo xtask docs`.
const WRITE: &str = "WRITE_DOCS";
const SEED: u64 = 20;
const SAMPLE_BYTES: u64 = 4 << 20;
const NOW_MS: i64 = 1_741_100_000_000;
const SIZE: (u16, u16) = (132, 48);
/// Kinds of values whose shape tells nothing of a live key, so that the picture may show them as they stand.
const SHOWN: [&str; 9] = ["user", "host", "name", "email", "phone", "ip", "address", "http-uri", "password"];

#[test]
fn the_picture_in_the_docs_is_what_the_viewer_draws() {
    let dir = tempfile::tempdir().unwrap();
    let tree = Generator::new(SEED).bytes(SAMPLE_BYTES).write(&dir.path().join("claude")).unwrap();
    let picture = svg(&drawn(&tree));
    let secrets = tree.ledger().plants.iter().filter(|plant| plant.class == PlantClass::Secret);
    for plant in secrets.filter(|plant| !["url-credentials", "password"].contains(&plant.kind)) {
        assert!(!plant.needles.iter().any(|needle| picture.contains(needle.as_str())), "a {} is shown", plant.kind);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, &picture).unwrap();
    }
    let current = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(current == picture, "{FILE} is out of step: run `cargo xtask docs`");
}

/// The screen at the record in which most kinds of values were replaced, and that fits.
fn drawn(tree: &Tree) -> Buffer {
    let files: Vec<PathBuf> = tree.session_files().iter().map(|file| tree.root().join(file)).collect();
    let none =
        Sources { policies: vec![], extra_policy: None, user: UserFile::Nowhere, environment: vec![], home: None };
    let config = load(&none).unwrap();
    let made_up = tree.ledger().developer.clone();
    let host = Host::made_up(&made_up.user, &made_up.name, &made_up.host, Path::new(&made_up.home));
    let projects = PreviewProjects::new(&config, tree.root(), Reach::AsAsked).unwrap();
    let make = Box::new(move |tier| {
        policy::build(&config, &host, PseudonymKey::new(&[7; 32]), tier, "").map_err(io::Error::other)
    });
    let sessions = files.iter().map(|file| session(file)).collect();
    let mut loader = Loader::new(files.clone(), 8 << 20, projects, NOW_MS, make);
    let (mut viewer, _) = Viewer::new(sessions, Tier::Content, Vec::new());
    let mut best: Option<(usize, usize, usize)> = None;
    for place in 0..files.len() {
        let page = loader.load(place, 0, Tier::Content).unwrap();
        for (number, record) in page.records.iter().enumerate().filter(|(_, record)| fits(record)) {
            let kinds: BTreeSet<&str> = record.replaced.iter().map(|count| count.kind.as_str()).collect();
            // A password in the address of a service tells more than a telephone number.
            let tells = 2 * kinds.len() + usize::from(kinds.contains("http-uri"));
            if best.is_none_or(|(most, ..)| tells > most) {
                best = Some((tells, place, number));
            }
        }
    }
    let (_, place, record) = best.expect("a record that fits");
    viewer.take(loader.load(place, 0, Tier::Content).unwrap());
    (viewer.session, viewer.record, viewer.focus) = (place, record, Focus::Record);
    viewer.page.records[record].outcome.iter_mut().for_each(settle);
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
    terminal.draw(|frame| draw(frame, &viewer, true)).unwrap();
    terminal.backend().buffer().clone()
}

fn fits(record: &Record) -> bool {
    let rows = |lines: &[Line]| {
        let length = |line: &Line| line.iter().map(|(text, _)| text.chars().count()).sum::<usize>();
        lines.iter().map(|line| length(line).div_ceil(48).max(1)).sum::<usize>()
    };
    let kinds = record.original.iter().flatten().filter_map(|(_, mark)| match mark {
        Mark::Kind(kind) => Some(kind.as_str()),
        Mark::Plain | Mark::Name => None,
    });
    !record.replaced.is_empty()
        && kinds.clone().all(|kind| SHOWN.contains(&kind))
        && rows(&record.original) < 42
        && rows(&record.outcome) < 42
}

/// What differs from one version and system to the next is none of the picture's business.
fn settle(line: &mut Line) {
    let shown = match line.first().map(|(name, _)| name.as_str()) {
        Some("agent_version: ") => "[version]",
        Some("policy_id: ") => "[id]",
        Some("os: ") => "linux",
        Some(_) | None => return,
    };
    line.truncate(1);
    line.push((shown.to_owned(), Mark::Plain));
}

/// As `preview` names sessions, but by their own time in place of their file's.
fn session(file: &Path) -> Session {
    let text = fs::read_to_string(file).unwrap();
    let stamp = text.split("\"timestamp\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let time: Timestamp = stamp.parse().unwrap();
    let folder = file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let project = folder.rsplit('-').next().unwrap();
    Session { name: format!("{} {project}", time.strftime("%d %b %H:%M")), bytes: text.len() as u64 }
}

const CELL_WIDTH: f64 = 8.4;
const ROW_HEIGHT: f64 = 17.0;
const MARGIN: f64 = 12.0;
/// Colours on light and on dark ground.
const COLOURS: [(&str, &str, &str); 8] = [
    ("bg", "#ffffff", "#0d1117"),
    ("fg", "#1f2328", "#c9d1d9"),
    ("red", "#cf222e", "#ff7b72"),
    ("green", "#1a7f37", "#56d364"),
    ("yellow", "#9a6700", "#e3b341"),
    ("magenta", "#8250df", "#d2a8ff"),
    ("cyan", "#1b7c83", "#76e3ea"),
    ("blue", "#0969da", "#79c0ff"),
];

fn svg(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) =
        (f64::from(area.width) * CELL_WIDTH + 2.0 * MARGIN, f64::from(area.height) * ROW_HEIGHT + 2.0 * MARGIN);
    let rules = |pick: fn(&(&str, &str, &str)) -> String| COLOURS.iter().map(pick).collect::<String>();
    let light = rules(|(name, light, _)| format!(".{name} {{ fill: {light} }} "));
    let dark = rules(|(name, _, dark)| format!(".{name} {{ fill: {dark} }} "));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\">\n\
         <title>bcce-agent preview</title>\n\
         <!-- Drawn by `cargo xtask docs` from the viewer over sessions that the generator of samples made up; do not edit. -->\n\
         <style>\n\
         text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre }}\n\
         .b {{ font-weight: bold }} .u {{ text-decoration: underline }} .d {{ opacity: .6 }}\n{light}\n\
         @media (prefers-color-scheme: dark) {{ {dark}}}\n\
         </style>\n\
         <rect class=\"bg\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>\n"
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let first = &buffer[(x, y)];
            let end = (x..area.width).find(|at| !alike(first, &buffer[(*at, y)])).unwrap_or(area.width);
            let words: String = (x..end).map(|at| buffer[(at, y)].symbol()).collect();
            run(&mut text, (x, y), end - x, &words, first);
            x = end;
        }
    }
    text + "</svg>\n"
}

fn alike(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.modifier) == (other.fg, other.modifier)
}

/// Cells of one style that stand side by side.
fn run(text: &mut String, (x, y): (u16, u16), cells: u16, words: &str, style: &Cell) {
    let reversed = style.modifier.contains(Modifier::REVERSED);
    let (left, top) = (f64::from(x) * CELL_WIDTH + MARGIN, f64::from(y) * ROW_HEIGHT + MARGIN);
    if reversed {
        let width = f64::from(cells) * CELL_WIDTH;
        let _ = writeln!(
            text,
            "<rect class=\"fg\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{ROW_HEIGHT:.1}\"/>"
        );
    }
    // Blanks at the ends need no drawing, and some viewers drop them.
    let blanks = words.chars().take_while(|character| *character == ' ').count();
    let shown = words.trim();
    if shown.is_empty() {
        return;
    }
    let left = left + f64::from(u16::try_from(blanks).unwrap()) * CELL_WIDTH;
    let length = f64::from(u16::try_from(shown.chars().count()).unwrap()) * CELL_WIDTH;
    let mut class = if reversed { "bg" } else { colour(style.fg) }.to_owned();
    for (modifier, name) in [(Modifier::BOLD, " b"), (Modifier::UNDERLINED, " u"), (Modifier::DIM, " d")] {
        if style.modifier.contains(modifier) {
            class.push_str(name);
        }
    }
    let shown = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let base = top + 0.75 * ROW_HEIGHT;
    let _ = writeln!(
        text,
        "<text class=\"{class}\" x=\"{left:.1}\" y=\"{base:.1}\" textLength=\"{length:.1}\">{shown}</text>"
    );
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the viewer uses no other colours")]
fn colour(colour: Color) -> &'static str {
    match colour {
        Color::Red => "red",
        Color::Green => "green",
        Color::Yellow => "yellow",
        Color::Magenta => "magenta",
        Color::Cyan => "cyan",
        Color::Blue => "blue",
        _ => "fg",
    }
}
