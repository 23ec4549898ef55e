//! The picture of a state.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line as TextLine, Span};
use ratatui::widgets::{Block, List, ListItem, ListState, Paragraph, Wrap};

use super::state::{Count, Focus, Line, Mark, Record, Viewer};
use crate::filter::projects::LEAVES;
use crate::stats::grouped;

/// Colours of kinds; a kind has the same one on both sides. Its name stands beside it, so colour alone tells nothing.
const COLOURS: [Color; 6] = [Color::Red, Color::Green, Color::Yellow, Color::Magenta, Color::Cyan, Color::Blue];
const SESSIONS_WIDTH: u16 = 28;
/// One row, or two where the screen is too narrow for it.
const HELP: [&str; 2] =
    ["q quit  Tab list/record  ↑↓ move  Space/PgUp scroll", "t tier  / search  n next  m report a miss"];
const HELP_ONE_ROW_COLUMNS: u16 = 100;
/// Rows for what the project rules say against a record.
const HELD_ROWS_MAX: usize = 4;

/// Draws the whole screen.
pub(super) fn draw(frame: &mut Frame<'_>, viewer: &Viewer, colour: bool) {
    let help = help(frame.area().width);
    let rows = u16::try_from(help.len() + 1).unwrap_or(u16::MAX);
    let [main, status] = Layout::vertical([Constraint::Min(3), Constraint::Length(rows)]).areas(frame.area());
    let [left, right] = Layout::horizontal([Constraint::Length(SESSIONS_WIDTH), Constraint::Min(20)]).areas(main);
    sessions(frame, viewer, left);
    record(frame, viewer, right, colour);
    let lines: Vec<TextLine<'_>> =
        std::iter::once(status_line(viewer)).chain(help.into_iter().map(TextLine::from)).collect();
    frame.render_widget(Paragraph::new(lines), status);
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
    let Some(record) = viewer.shown() else {
        frame.render_widget(Paragraph::new("No records here."), area);
        return;
    };
    let held = record.held.as_ref().map(|held| held.words.as_str());
    let held_rows = held.map_or(0, |words| rows_of(words, area.width));
    let rows = [Constraint::Length(2), Constraint::Length(held_rows), Constraint::Min(1)];
    let [head, said, body] = Layout::vertical(rows).areas(area);
    frame.render_widget(Paragraph::new(held.unwrap_or_default()).wrap(Wrap { trim: true }), said);
    let place = viewer.page.records.len();
    let more = if viewer.page.more { "+" } else { "" };
    let title = format!(
        "line {}: {}   (record {} of {place}{more} on page {})",
        record.number,
        record.title,
        viewer.record + 1,
        viewer.page.number + 1
    );
    frame
        .render_widget(Paragraph::new(vec![TextLine::from(title).style(Modifier::BOLD), legend(record, colour)]), head);
    let [original, outcome] = Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(body);
    let outcome_title = record.held.as_ref().map_or(LEAVES, |held| held.outcome);
    let marked = |title: &str| if viewer.focus == Focus::Record { format!("[ {title} ]") } else { title.to_owned() };
    frame.render_widget(column(&record.original, viewer.scroll, marked("Original"), colour), original);
    let nothing = [vec![("nothing".to_owned(), Mark::Name)]];
    let leaves = if record.outcome.is_empty() { nothing.as_slice() } else { &record.outcome };
    let scroll = viewer.scroll.min(leaves.len().saturating_sub(1));
    frame.render_widget(column(leaves, scroll, marked(outcome_title), colour), outcome);
}

/// The rules that found something, in the colours of their kinds.
fn legend(record: &Record, colour: bool) -> TextLine<'_> {
    let mut spans = Vec::new();
    for (title, counts) in [("replaced: ", &record.replaced), ("found: ", &record.only_found)] {
        for (place, Count { rule, kind, times }) in counts.iter().enumerate() {
            let before = match (place, spans.is_empty()) {
                (0, true) => title.to_owned(),
                (0, false) => format!("   {title}"),
                _ => ", ".to_owned(),
            };
            let name = format!("{rule} ×{times}");
            spans.extend([Span::raw(before), Span::styled(name, style(&Mark::Kind(kind.clone()), colour))]);
        }
    }
    if record.replaced.is_empty() {
        let gap = if spans.is_empty() { "" } else { "   " };
        spans.insert(0, Span::raw(format!("nothing replaced{gap}")));
    }
    TextLine::from(spans)
}

/// About as many rows as words take that are wrapped.
fn rows_of(words: &str, width: u16) -> u16 {
    let rows = words.chars().count().div_ceil(usize::from(width).max(1));
    // Words that do not fit the end of a row may take one more.
    let rows = if rows > 1 { rows + 1 } else { rows };
    u16::try_from(rows.min(HELD_ROWS_MAX)).unwrap_or(1)
}

fn help(width: u16) -> Vec<String> {
    if width < HELP_ONE_ROW_COLUMNS { HELP.map(str::to_owned).to_vec() } else { vec![HELP.join("  ")] }
}

/// Lines above the screen are left out rather than scrolled: those may be thousands.
fn column(lines: &[Line], scroll: usize, title: String, colour: bool) -> Paragraph<'_> {
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

fn status_line(viewer: &Viewer) -> TextLine<'_> {
    let bytes = viewer.sessions.get(viewer.session).map_or(0, |session| session.bytes);
    let first = match &viewer.focus {
        Focus::Search(words) => format!("search: {words}_"),
        Focus::Miss(rule) => format!("which rule should have found it (empty: not known)? {rule}_"),
        Focus::Sessions | Focus::Record if !viewer.message.is_empty() => viewer.message.clone(),
        Focus::Sessions | Focus::Record => {
            format!("tier {}   session of {} bytes   nothing is sent by this", viewer.tier, grouped(bytes))
        }
    };
    TextLine::from(first).style(Modifier::REVERSED)
}
