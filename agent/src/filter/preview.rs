//! The original beside what would leave, for the user's own terminal. The only place that prints raw text.

use super::lines::{self, Line};
use super::projects::{LEAVES, PreviewProjects};
use crate::edge::projects::of_file;
use crate::words::{counted, things};
use anstyle::{AnsiColor, Style};
use pipeline::tail::each_record;
use scrubber::detect::Scratch as ScanScratch;
use scrubber::{DropReason, EventsByTier, Outcome, Place, Policy, RawLine, Scratch, Source, SourceKind, Tier, Verdict};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

/// Wrapped lines of one value that are shown in columns; the rest is counted.
const VALUE_LINES_MAX: usize = 16;
/// What a tab is shown as: without it indented code runs together.
pub(crate) const TAB: &str = "    ";

/// How a preview is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Two columns in this many characters.
    Columns(usize),
    /// One below the other, whole and without colour.
    Plain,
}

/// What previews of several files add up to.
pub struct Summary {
    /// What the scrubber counted.
    pub scratch: Scratch,
    tier: Tier,
    projects: PreviewProjects,
    /// What was said last of the project of the records.
    told: Option<String>,
    /// The folder of records that stand before the first that names one.
    folder: Option<String>,
    fields: BTreeMap<(Verdict, String), u64>,
    event_bytes: u64,
}

/// Prints every record of `input` that makes an event beside that event.
///
/// # Errors
/// What reading and writing give.
pub fn preview(
    policy: &Policy,
    input: impl Read,
    line_bytes_max: usize,
    now_ms: i64,
    layout: Layout,
    summary: &mut Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    summary.told = None;
    let source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: summary.folder.take() };
    let mut shown = Shown { policy, now_ms, layout, source, events: policy.events(), summary, out };
    let mut number = 0;
    lines::for_each_line(input, line_bytes_max, |read| {
        number += 1;
        match read {
            Line::Whole(line, place) => shown.line(number, line, place),
            Line::TooLong { .. } => {
                *shown.summary.scratch.counts.dropped.entry(DropReason::LineTooLong).or_default() += 1;
                shown.nothing_leaves(number, DropReason::LineTooLong)
            }
        }
    })
}

/// One file while it is shown.
struct Shown<'a> {
    policy: &'a Policy,
    now_ms: i64,
    layout: Layout,
    source: Source,
    events: EventsByTier,
    summary: &'a mut Summary,
    out: &'a mut dyn Write,
}

impl Shown<'_> {
    fn line(&mut self, number: u64, line: &[u8], place: Place) -> io::Result<()> {
        let mut written = Ok(());
        each_record(line, place, |record, at| match self.record(number, record, line.get(at).unwrap_or_default()) {
            Ok(outcome) => outcome,
            Err(error) => {
                written = Err(error);
                Outcome::Blank
            }
        });
        written
    }

    fn record(&mut self, number: u64, line: &RawLine<'_>, record: &[u8]) -> io::Result<Outcome> {
        let Self { policy, source, events, summary, .. } = self;
        let outcome = policy.scrub(line, source, &mut summary.projects, self.now_ms, &mut summary.scratch, events);
        let kept_out = matches!(outcome, Outcome::Dropped(DropReason::ProjectDenied | DropReason::ProjectUnknown));
        let title = if kept_out || matches!(outcome, Outcome::Event(_)) { summary.tell(self.out)? } else { LEAVES };
        if !kept_out {
            let ceiling = summary.projects.ceiling().unwrap_or(Tier::Content);
            for report in policy.explain_at_most(line, source, ceiling, &mut summary.scratch) {
                *summary.fields.entry((report.verdict, field_name(&report.path))).or_default() += 1;
            }
        }
        for run in events.iter_mut() {
            for event in run.iter() {
                summary.event_bytes += event.line().len() as u64;
                pair(policy, (number, title), record, event.line(), self.layout, self.out)?;
            }
            run.clear();
        }
        if let Outcome::Dropped(reason) = outcome {
            self.nothing_leaves(number, reason)?;
        }
        Ok(outcome)
    }

    fn nothing_leaves(&mut self, number: u64, reason: DropReason) -> io::Result<()> {
        writeln!(self.out, "line {number}: nothing leaves ({})", reason.as_str())
    }
}

/// Parameter names of tools stay; other keys below them may be content and are only counted together.
fn field_name(path: &str) -> String {
    path.chars().take(120).collect()
}

/// A record and its event; `title` is what the event is called beside it.
fn pair(
    policy: &Policy,
    (number, title): (u64, &str),
    raw: &[u8],
    event: &[u8],
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let flat = |json: &[u8]| {
        let mut fields = Vec::new();
        if let Ok(value) = serde_json::from_slice::<Value>(json) {
            flatten("", &value, &mut fields);
        }
        fields
    };
    let (left, right) = (flat(raw), flat(event));
    let kind = right.iter().find(|(key, _)| key == "kind").map_or("", |(_, kind)| kind.as_str());
    match layout {
        Layout::Plain => {
            writeln!(out, "=== line {number}: {kind}, as it is")?;
            left.iter().try_for_each(|(key, value)| writeln!(out, "{key}: {}", printable(value)))?;
            writeln!(out, "--- line {number}: {}", title.to_lowercase())?;
            right.iter().try_for_each(|(key, value)| writeln!(out, "{key}: {}", printable(value)))
        }
        Layout::Columns(width) => {
            let bold = Style::new().bold();
            let kind = if title == LEAVES { kind.to_owned() } else { format!("{kind}; {}", title.to_lowercase()) };
            let line = "─".repeat(width.saturating_sub(20 + kind.len()));
            writeln!(out, "{bold}── line {number}: {kind} {line}{bold:#}")?;
            let column = width.saturating_sub(3) / 2;
            let left = wrapped(&left, column, &Marks::Findings(policy));
            let right = wrapped(&right, column, &Marks::Redactions);
            for row in 0..left.len().max(right.len()) {
                cell(left.get(row), column, out)?;
                write!(out, " │ ")?;
                cell(right.get(row), 0, out)?;
                writeln!(out)?;
            }
            Ok(())
        }
    }
}

/// Without what a terminal would act on.
fn printable(value: &str) -> String {
    value.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect()
}

/// The fields of a value by their paths, in order.
pub(crate) fn flatten(path: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| flatten(&below(key), value, fields)),
        Value::Array(elements) => {
            for (place, element) in elements.iter().enumerate() {
                flatten(&format!("{path}[{place}]"), element, fields);
            }
        }
        Value::String(text) => fields.push((path.to_owned(), text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) => fields.push((path.to_owned(), value.to_string())),
    }
}

/// What is coloured in a value.
enum Marks<'a> {
    /// What the detectors find.
    Findings(&'a Policy),
    /// Replacements.
    Redactions,
}

type Cell = Vec<(char, Option<Style>)>;

fn wrapped(fields: &[(String, String)], column: usize, marks: &Marks<'_>) -> Vec<Cell> {
    let key_style = Style::new().dimmed();
    let mut rows = Vec::new();
    for (key, value) in fields {
        let mut cell: Cell = key.chars().chain(": ".chars()).map(|character| (character, Some(key_style))).collect();
        let mut value_rows = Vec::new();
        for character in value.chars().zip(styles(value, marks)) {
            if character.0 == '\n' || cell.len() >= column {
                value_rows.push(std::mem::take(&mut cell));
            }
            match character {
                ('\t', style) => cell.extend(TAB.chars().map(|space| (space, style))),
                (other, _) if other.is_control() => {}
                shown => cell.push(shown),
            }
        }
        value_rows.push(cell);
        let hidden = value_rows.len().saturating_sub(VALUE_LINES_MAX);
        value_rows.truncate(VALUE_LINES_MAX);
        rows.append(&mut value_rows);
        if hidden > 0 {
            let note = format!("… {hidden} more lines; --plain shows all");
            rows.push(note.chars().map(|character| (character, Some(key_style))).collect());
        }
    }
    rows
}

/// The style of every character of `value`.
fn styles(value: &str, marks: &Marks<'_>) -> Vec<Option<Style>> {
    let mut spans: Vec<(usize, usize, Style)> = Vec::new();
    match marks {
        Marks::Findings(policy) => {
            let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
            let mut scratch = ScanScratch::default();
            spans.extend(policy.engine().scan(value.as_bytes(), &mut scratch).iter().map(|f| (f.start, f.end, red)));
        }
        Marks::Redactions => {
            let green = Style::new().fg_color(Some(AnsiColor::Green.into())).bold();
            spans.extend(redactions(value).map(|(start, end)| (start, end, green)));
        }
    }
    let mut spans = spans.into_iter().peekable();
    let style_at = |place: usize| {
        while spans.next_if(|(_, end, _)| *end <= place).is_some() {}
        spans.peek().filter(|(start, _, _)| *start <= place).map(|(_, _, style)| *style)
    };
    value.char_indices().map(|(place, _)| place).map(style_at).collect()
}

/// Places of `[kind:8 hexadecimal digits]`.
pub(crate) fn redactions(value: &str) -> impl Iterator<Item = (usize, usize)> {
    value.match_indices('[').filter_map(move |(start, _)| {
        let rest = value.get(start + 1..)?;
        let (inside, _) = rest.split_once(']')?;
        let (kind, hash) = inside.split_once(':')?;
        let named = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let hashed = hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        (named && hashed).then_some((start, start + inside.len() + 2))
    })
}

fn cell(cell: Option<&Cell>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut present = None;
    let empty = Cell::new();
    let cell = cell.unwrap_or(&empty);
    for (character, style) in cell {
        if *style != present {
            if let Some(style) = present {
                write!(out, "{style:#}")?;
            }
            if let Some(style) = style {
                write!(out, "{style}")?;
            }
            present = *style;
        }
        write!(out, "{character}")?;
    }
    if let Some(style) = present {
        write!(out, "{style:#}")?;
    }
    write!(out, "{}", " ".repeat(width.saturating_sub(cell.len())))
}

impl Summary {
    /// Nothing so far, at a tier and under project rules.
    pub fn new(tier: Tier, projects: PreviewProjects) -> Self {
        let (scratch, fields) = (Scratch::default(), BTreeMap::new());
        Self { scratch, tier, projects, told: None, folder: None, fields, event_bytes: 0 }
    }

    /// The session that is previewed next lies at this path.
    pub fn begin(&mut self, path: &Path) {
        self.folder = of_file(path);
    }

    /// Says once what holds the projects of the records that follow; returns what their events are called.
    fn tell(&mut self, out: &mut dyn Write) -> io::Result<&'static str> {
        let Some(held) = self.projects.held(self.tier) else {
            self.told = None;
            return Ok(LEAVES);
        };
        if self.told.as_ref() != Some(&held.words) {
            writeln!(out, "project: {}", printable(&held.words))?;
            self.told = Some(held.words);
        }
        Ok(held.outcome)
    }

    /// Prints counts by outcome, by rule and by field.
    ///
    /// # Errors
    /// What writing gives.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let (counts, tier) = (&self.scratch.counts, self.tier);
        writeln!(out)?;
        writeln!(
            out,
            "Tier {tier}: {}, {} -> {}, {}",
            counted(counts.lines, "line"),
            counted(counts.bytes, "byte"),
            counted(counts.events, "event"),
            counted(self.event_bytes, "byte")
        )?;
        for (reason, count) in &counts.dropped {
            writeln!(out, "  {count:>8}  {} dropped: {}", things(*count, "line"), reason.as_str())?;
        }
        writeln!(out, "Replaced, by rule:")?;
        for (rule, count) in &counts.redactions {
            writeln!(out, "  {count:>8}  {rule}")?;
        }
        if counts.redactions.is_empty() {
            let why = if tier == Tier::Content { "" } else { "  (texts leave at the content tier only)" };
            writeln!(out, "         0{why}")?;
        }
        if !counts.allowed.is_empty() {
            writeln!(out, "Found but let pass by settings, by rule:")?;
        }
        for (rule, count) in &counts.allowed {
            writeln!(out, "  {count:>8}  {rule}")?;
        }
        for (verdict, title) in [
            (Verdict::Leaves, "Leaves, as it stands or as a pseudonym:"),
            (Verdict::LeavesScrubbed, "Leaves, scrubbed:"),
            (Verdict::ShapeOnly, "Only its length leaves:"),
            (Verdict::Twin, "Stays: a copy of what leaves elsewhere:"),
            (Verdict::WiderTier, "Stays: would leave at a wider tier:"),
            (Verdict::Dropped, "Stays: never leaves from here (kinds and tools are told by rules of their own):"),
            (Verdict::Misshapen, "Stays: not of the declared shape:"),
            (Verdict::Unlisted, "Stays: not in the allow-list:"),
        ] {
            let fields = self.fields.iter().filter(|((of, _), _)| *of == verdict);
            let mut fields: Vec<_> = fields.map(|((_, path), count)| (*count, path)).collect();
            if fields.is_empty() {
                continue;
            }
            fields.sort_unstable_by(|a, b| b.cmp(a));
            writeln!(out, "{title}")?;
            for (count, path) in fields {
                writeln!(out, "  {count:>8}  {path}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_are_recognised_and_other_brackets_are_not() {
        let text = "a [email:0123abcd] b [x] [github-token:0123456g] [e:01234567]";
        assert_eq!(redactions(text).collect::<Vec<_>>(), [(2, 18), (49, 61)]);
    }

    #[test]
    fn a_tab_keeps_words_apart_in_columns() {
        let fields = [("k".to_owned(), "if x:\n\treturn\t1".to_owned())];
        let rows = wrapped(&fields, 60, &Marks::Redactions);
        let rows: Vec<String> = rows.iter().map(|row| row.iter().map(|(character, _)| character).collect()).collect();
        assert_eq!(rows, ["k: if x:", "    return    1"]);
    }
}
