//! `stats` and `report`: what Claude Code was used for on this machine, from its own transcripts.

mod gather;
mod reader;
mod redactions;
mod walk;

use super::args::{self, ReportArgs, StatsArgs};
use super::output::{DIM, GOOD, STRONG, counted, printable};
use super::{Context, Exit, consent, detectors, hinted_exit, roots};
use crate::edge::clock;
use crate::edge::kept::{Content, Kept};
use crate::edge::private;
use crate::stats::{By, Day, Gatherer, Prices, Report, Row, Table, grouped};
use anyhow::Context as _;
use gather::{Counts, gather};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use pipeline::time::Wall;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr as _;

/// Prints a table, or all of it as JSON.
///
/// # Errors
/// When the time cannot be read or stdout is closed.
pub(super) fn run(context: &Context, arguments: &StatsArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, arguments.since.as_deref(), arguments.no_cache)?;
    let Some(by) = by(arguments.by) else { return redactions::run(context, &asked, arguments.json) };
    let gathered = Gathered::of(context, asked);
    let Gathered { gatherer, counts: Counts { files, unread }, asked: Asked { since, .. } } = &gathered;
    let prices = Prices::shipped()?;
    let table = gatherer.table(by, &prices, |ms| gathered.day(ms));
    if arguments.json {
        let json = serde_json::json!({
            "by": by.name(), "since": since.as_ref().map(Date::to_string), "files": files,
            "files_unread": unread, "lines_unreadable": gatherer.unreadable, "rows": table.rows, "total": table.total,
            "unpriced_models": table.unpriced_models, "prices_source": prices.source, "prices_checked": prices.checked,
        });
        context.output.line(format_args!("{json:#}"))?;
        return Ok(Exit::Done);
    }
    print(context, by, &table)?;
    let output = &context.output;
    output.line(format_args!(
        "{DIM}{}; list prices of Anthropic's own API and of Amazon Bedrock, checked {}. Nothing of this leaves this machine.{DIM:#}",
        counted(*files as u64, "file"),
        prices.checked
    ))?;
    if !table.unpriced_models.is_empty() {
        let models: Vec<_> = table.unpriced_models.iter().map(|model| printable(model).to_string()).collect();
        output.line(format_args!("{DIM}No price is known for: {}.{DIM:#}", models.join(", ")))?;
    }
    if *unread > 0 {
        output.note(format_args!("{} could not be read", counted(*unread as u64, "file")));
    }
    Ok(Exit::Done)
}

/// What rows of usage stand for; none where detectors are asked.
fn by(argument: args::By) -> Option<By> {
    match argument {
        args::By::Day => Some(By::Day),
        args::By::Model => Some(By::Model),
        args::By::Project => Some(By::Project),
        args::By::Session => Some(By::Session),
        args::By::Tool => Some(By::Tool),
        args::By::Subagent => Some(By::Subagent),
        args::By::Redaction => None,
    }
}

/// Writes a page of HTML.
///
/// # Errors
/// When the time cannot be read or the file cannot be written.
pub(super) fn report(context: &Context, arguments: &ReportArgs) -> anyhow::Result<Exit> {
    let gathered = Gathered::of(context, Asked::of(context, arguments.since.as_deref(), arguments.no_cache)?);
    let asked = &gathered.asked;
    // Without detectors all the rest can be told, and is what most people ask for.
    let redactions = redactions::find(context, asked).map(|found| found.rows).map_err(|error| {
        context.output.note(format_args!("redactions could not be counted, and the page says so: {error:#}"));
        for hint in super::hints_of(&error) {
            context.output.note(format_args!("{GOOD}hint:{GOOD:#} {hint}"));
        }
        format!("{error:#}")
    });
    let prices = Prices::shipped()?;
    let table = |by| gathered.gatherer.table(by, &prices, |ms| gathered.day(ms));
    let days = table(By::Day);
    let tables = [By::Model, By::Project, By::Tool, By::Subagent, By::Session].map(|by| (by.name(), table(by)));
    let (made, since) = (asked.today.to_string(), asked.since.as_ref().map(Date::to_string));
    let page = Report {
        made: &made,
        since: since.as_deref(),
        prices: (prices.source.trim_start_matches("https://"), &prices.checked),
        days: &days,
        tables: &tables,
        redactions: redactions.as_deref().map_err(String::as_str),
    };
    let (path, page) = (&arguments.output, page.page());
    if path.as_os_str() == "-" {
        context.output.bulk().write_all(page.as_bytes())?;
    } else {
        // It names folders and sessions.
        private::write(path, page.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        context.output.line(format_args!("{}", path.display()))?;
    }
    if gathered.counts.unread > 0 {
        context.output.note(format_args!("{} could not be read", counted(gathered.counts.unread as u64, "file")));
    }
    Ok(Exit::Done)
}

/// What was asked for, and what is needed to look.
struct Asked {
    zone: TimeZone,
    now: Wall,
    today: Date,
    since: Option<Date>,
    since_ms: Option<i64>,
    line_bytes_max: usize,
    /// Where something can be kept; none where nothing shall be.
    state_dir: Option<PathBuf>,
}

impl Asked {
    fn of(context: &Context, since: Option<&str>, no_cache: bool) -> anyhow::Result<Self> {
        consent::may_look(context)?;
        roots::tell(context);
        let (zone, now) = (TimeZone::system(), clock::wall());
        let today = zone.to_datetime(Timestamp::from_millisecond(now.0)?).date();
        let since = since.map(|since| start(since, today)).transpose()?;
        let since_ms = since.map(|day| zone.to_timestamp(day.at(0, 0, 0, 0))).transpose()?;
        Ok(Self {
            zone,
            now,
            today,
            since,
            since_ms: since_ms.map(Timestamp::as_millisecond),
            line_bytes_max: usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX),
            // Without a state folder there is nowhere to keep anything.
            state_dir: if no_cache { None } else { context.state_dir().ok().map(Path::to_owned) },
        })
    }
}

/// What the transcripts of the roots tell.
struct Gathered {
    gatherer: Gatherer,
    counts: Counts,
    asked: Asked,
}

impl Gathered {
    fn of(context: &Context, asked: Asked) -> Self {
        let mut gatherer = Gatherer::since(asked.since_ms.unwrap_or(i64::MIN));
        let kept = asked.state_dir.as_deref().map(|folder| Kept::new(folder, Content::Usage));
        let counts = gather(&context.paths.roots, asked.line_bytes_max, kept.as_ref(), asked.now, &mut gatherer);
        Self { gatherer, counts, asked }
    }

    /// The day of a time, in this machine's time zone.
    fn day(&self, ms: i64) -> Day {
        let date = self.asked.zone.to_datetime(Timestamp::from_millisecond(ms).unwrap_or_default()).date();
        let start = |date: Option<Date>| {
            let start = date.and_then(|date| self.asked.zone.to_timestamp(date.at(0, 0, 0, 0)).ok());
            start.map_or(ms, Timestamp::as_millisecond)
        };
        Day { name: date.to_string(), span_ms: start(Some(date))..start(date.tomorrow().ok()) }
    }
}

/// The day that `--since` names: itself, or so many days back.
pub(super) fn start(since: &str, today: Date) -> anyhow::Result<Date> {
    let hint = "write a day like 2026-11-01, or a span in days like 30d";
    let wrong = || hinted_exit(Exit::Usage, "--since is neither a day nor a span", hint);
    let days = since.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    match days {
        Some(days) if (0..=36_500).contains(&days) => Ok(today.checked_sub(days.days())?),
        _ => since.parse().map_err(|_| wrong()),
    }
}

fn print(context: &Context, by: By, table: &Table) -> anyhow::Result<()> {
    let headings = headings(by);
    let mut cells: Vec<Vec<String>> = table.rows.iter().map(|row| cells(by, row)).collect();
    cells.push(self::cells(by, &table.total));
    lines(context, &headings, &cells)
}

/// Prints rows below headings; the last one is their sum.
fn lines(context: &Context, headings: &[&str], cells: &[Vec<String>]) -> anyhow::Result<()> {
    for (place, line) in laid_out(headings, cells).iter().enumerate() {
        if place == 0 || place == cells.len() {
            context.output.line(format_args!("{STRONG}{line}{STRONG:#}"))?;
        } else {
            context.output.line(line)?;
        }
    }
    Ok(())
}

/// The headings and the rows, in columns as wide as terminals draw them.
fn laid_out(headings: &[&str], cells: &[Vec<String>]) -> Vec<String> {
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let rows: Vec<&Vec<String>> = std::iter::once(&headings).chain(cells).collect();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..headings.len()).map(|column| widest(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            // Names stand on the left, numbers on the right.
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if column == 0 { format!("{cell}{blanks}") } else { format!("{blanks}{cell}") }
        });
        padded.collect::<Vec<_>>().join("  ")
    };
    rows.into_iter().map(line).collect()
}

fn headings(by: By) -> Vec<&'static str> {
    let counts = ["messages", "input", "output", "write 5m", "write 1h", "cache read", "cached", "cost $"];
    match by {
        By::Tool => vec![by.name(), "calls", "failed", "failed %"],
        By::Model | By::Subagent => [&[by.name()][..], &counts].concat(),
        By::Day | By::Project | By::Session => {
            [&[by.name()][..], &counts, &["prompts", "tools", "failed", "active"]].concat()
        }
    }
}

fn cells(by: By, row: &Row) -> Vec<String> {
    let name = printable(&row.name).to_string();
    if by == By::Tool {
        let share = 100.0 * row.failures as f64 / row.calls.max(1) as f64;
        return vec![name, row.calls.to_string(), row.failures.to_string(), format!("{share:.1}")];
    }
    let tokens = row.tokens;
    let mut cells = vec![name, row.messages.to_string()];
    let counts = [tokens.input, tokens.output, tokens.cache_write_5m, tokens.cache_write_1h, tokens.cache_read];
    cells.extend(counts.map(grouped));
    cells.push(format!("{:.0} %", 100.0 * row.cache_hit_rate()));
    // A price that is not known makes the sum one of parts.
    cells.push(format!("{}{:.2}", if row.unpriced_tokens > 0 { ">" } else { "" }, row.cost));
    if !matches!(by, By::Model | By::Subagent) {
        cells.extend([row.prompts, row.calls, row.failures].map(|count| count.to_string()));
        cells.push(format!("{}:{:02} h", row.active_s / 3600, row.active_s / 60 % 60));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_and_a_day_are_understood_and_nothing_else() {
        let today = Date::constant(2026, 11, 26);
        for (since, expected) in [
            ("1d", Some("2026-11-25")),
            ("0d", Some("2026-11-26")),
            ("2026-01-02", Some("2026-01-02")),
            ("d", None),
            ("-1d", None),
            ("soon", None),
        ] {
            let found = start(since, today).ok().map(|day| day.to_string());
            assert_eq!(found.as_deref(), expected, "{since}");
        }
    }

    #[test]
    fn columns_stand_below_each_other_whatever_letters_a_name_has() {
        let rows = [["项目一", "1"], ["e\u{301}t\u{e9}", "22"], ["plain", "333"]];
        let cells: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let lines = laid_out(&["name", "n"], &cells);
        // Ideographs take two columns, and an accent that follows its letter takes none.
        assert_eq!(lines, ["name      n", "项目一    1", "e\u{301}t\u{e9}      22", "plain   333"]);
    }

    #[test]
    fn every_row_has_a_cell_for_each_heading() {
        for by in [By::Day, By::Model, By::Project, By::Session, By::Tool, By::Subagent] {
            assert_eq!(headings(by).len(), cells(by, &Row::default()).len(), "{by:?}");
        }
    }
}
