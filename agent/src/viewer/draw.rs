//! The picture of a state.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line as TextLine, Span};
use ratatui::widgets::{Block, List, ListItem, ListState, Paragraph, Wrap};

use super::state::{Focus, Line, Mark, Viewer};
use crate::stats::grouped;

/// Colours of kinds; a kind has the same one on both sides. Its name stands beside it, so colour alone tells nothing.
const COLOURS: [Color; 6] = [Color::Red, Color::Green, Color::Yellow, Color::Magenta, Color::Cyan, Color::Blue];
const SESSIONS_WIDTH: u16 = 28;
const HELP: &str = "q quit  Tab list/record  ↑↓ move  Space/PgUp scroll  t tier  / search  n next  m report a miss";

/// Draws the whole screen.
pub(super) fn draw(frame: &mut Frame<'_>, viewer: &Viewer, colour: bool) {
    let [main, status] = Layout::vertical([Constraint::Min(3), Constraint::Length(2)]).areas(frame.area());
    let [left, right] = Layout::horizontal([Constraint::Length(SESSIONS_WIDTH), Constraint::Min(20)]).areas(main);
    sessions(frame, viewer, left);
    record(frame, viewer, right, colour);
    frame.render_widget(Paragraph::new(status_lines(viewer)), status);
}

fn sessions(frame: &mut Frame<'_>, viewer: &Viewer, area: Rect) {
    let items = viewer.sessions.iter().map(|session| ListItem::new(session.name.as_str()));
    let title = if viewer.focus == Focus::Sessions { "[ Sessions ]" } else { "Sessions" };
    let list = List::new(items)
        .block(Block::bordered().title(title))
        .highlight_symbol("> ")
        .highlight_style(Style::new().add_modifier(Modifier::BOLD));
    frame.render_stateful_widget(list, area, &mut ListState::default().with_selected(Some(viewer.session)));
}

fn record(frame: &mut Frame<'_>, viewer: &Viewer, area: Rect, colour: bool) {
    let [head, body] = Layout::vertical([Constraint::Length(2), Constraint::Min(1)]).areas(area);
    let Some(record) = viewer.shown() else {
        frame.render_widget(Paragraph::new("No records here."), head);
        return;
    };
    let place = viewer.page.records.len();
    let more = if viewer.page.more { "+" } else { "" };
    let title = format!(
        "line {}: {}   (record {} of {place}{more} on page {})",
        record.number,
        record.title,
        viewer.record + 1,
        viewer.page.number + 1
    );
    let replaced: Vec<String> = record.replaced.iter().map(|(rule, count)| format!("{rule} ×{count}")).collect();
    let replaced =
        if replaced.is_empty() { "nothing replaced".to_owned() } else { format!("replaced: {}", replaced.join(", ")) };
    frame.render_widget(
        Paragraph::new(vec![TextLine::from(title).style(Modifier::BOLD), TextLine::from(replaced)]),
        head,
    );
    let [original, outcome] = Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(body);
    let marker =
        if viewer.focus == Focus::Record { ("[ Original ]", "[ What leaves ]") } else { ("Original", "What leaves") };
    frame.render_widget(column(&record.original, viewer.scroll, marker.0, colour), original);
    let nothing = [vec![("nothing".to_owned(), Mark::Name)]];
    let leaves = if record.outcome.is_empty() { nothing.as_slice() } else { &record.outcome };
    frame.render_widget(column(leaves, viewer.scroll.min(leaves.len().saturating_sub(1)), marker.1, colour), outcome);
}

/// Lines above the screen are left out rather than scrolled: those may be thousands.
fn column<'a>(lines: &'a [Line], scroll: usize, title: &'a str, colour: bool) -> Paragraph<'a> {
    /// More than any screen has.
    const ROWS_MAX: usize = 400;
    let rows = lines.iter().skip(scroll).take(ROWS_MAX);
    let rows: Vec<TextLine<'_>> = rows
        .map(|line| {
            TextLine::from(
                line.iter().map(|(text, mark)| Span::styled(text.as_str(), style(mark, colour))).collect::<Vec<_>>(),
            )
        })
        .collect();
    Paragraph::new(rows).block(Block::bordered().title(title)).wrap(Wrap { trim: false })
}

fn style(mark: &Mark, colour: bool) -> Style {
    match mark {
        Mark::Plain => Style::new(),
        Mark::Name => Style::new().add_modifier(Modifier::DIM),
        Mark::Kind(kind) => {
            let style = Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
            if colour { style.fg(colour_of(kind)) } else { style }
        }
    }
}

pub(super) fn colour_of(kind: &str) -> Color {
    let sum = kind.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    COLOURS.get(sum % COLOURS.len()).copied().unwrap_or(Color::Red)
}

fn status_lines(viewer: &Viewer) -> Vec<TextLine<'_>> {
    let bytes = viewer.sessions.get(viewer.session).map_or(0, |session| session.bytes);
    let first = match &viewer.focus {
        Focus::Search(words) => format!("search: {words}_"),
        Focus::Miss(rule) => format!("which rule should have found it (empty: not known)? {rule}_"),
        Focus::Sessions | Focus::Record if !viewer.message.is_empty() => viewer.message.clone(),
        Focus::Sessions | Focus::Record => {
            format!("tier {}   session of {} bytes   nothing is sent by this", viewer.tier, grouped(bytes))
        }
    };
    vec![TextLine::from(first).style(Modifier::REVERSED), TextLine::from(HELP)]
}
