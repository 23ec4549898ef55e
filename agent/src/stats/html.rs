//! One page of HTML with everything in it: no script, no font, no picture from anywhere else.

use super::{Redacted, Row, Table};
use crate::words::things;
use std::fmt::Write as _;

/// What the page shows.
pub struct Report<'a> {
    /// When it was made, as a day.
    pub made: &'a str,
    /// From which day on, if not from the first.
    pub since: Option<&'a str>,
    /// Where the prices are from, and when they were checked.
    pub prices: (&'a str, &'a str),
    /// Days in their order.
    pub days: &'a Table,
    /// Other tables, each with its heading.
    pub tables: &'a [(&'static str, Table)],
    /// What detectors found, the most frequent kind first; or why nobody looked.
    pub redactions: Result<&'a [Redacted], &'a str>,
}

/// Bars that fit beside each other; of a longer time the latest days are drawn.
const BARS_MAX: usize = 92;
const CHART_WIDTH: f64 = 920.0;
const CHART_HEIGHT: f64 = 160.0;
/// Rows of a table; those that cost least, or were found least, are left out, and counted.
const ROWS_MAX: usize = 20;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6577;--line:#d9dee7;--paper:#fff;--bar:#3767c4;--bar2:#b4632c}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa5b8;--line:#343c4a;--paper:#141820;--bar:#7aa2f7;--bar2:#e0995e}}\
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:960px;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p,figcaption{color:var(--soft);margin:.3rem 0}\
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.5rem;margin:1.2rem 0}\
dl div{border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem}dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.25rem}\
figure{margin:0}svg{width:100%;height:auto}svg text{fill:var(--soft);font:11px system-ui,sans-serif}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{padding:.25rem .5rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}\
th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:9rem}th{color:var(--soft);font-weight:600}\
tfoot td{font-weight:600}@media print{body{margin:0;max-width:none}h2{break-after:avoid}table{break-inside:avoid}}";

impl Report<'_> {
    /// The page.
    pub fn page(&self) -> String {
        let mut page = String::with_capacity(64 * 1024);
        let total = &self.days.total;
        let span = match self.since {
            Some(since) => format!("since {}", escaped(since)),
            None => "over all transcripts of this machine".to_owned(),
        };
        page.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Claude Code usage</title><style>");
        page.push_str(STYLE);
        page.push_str("</style></head><body>\n<header><h1>Claude Code usage</h1>");
        push(
            &mut page,
            format_args!(
                "<p>Made on {} {span}. This page was made on this machine from its own transcripts; nothing was sent.</p></header>\n",
                escaped(self.made)
            ),
        );
        self.figures(&mut page);
        let cost: Vec<(&str, f64)> = self.days.rows.iter().map(|row| (row.name.as_str(), row.cost)).collect();
        chart(&mut page, "Cost of each day of use, US dollars", "--bar", &cost, |value| format!("${value:.2}"));
        let output: Vec<(&str, f64)> =
            self.days.rows.iter().map(|row| (row.name.as_str(), row.tokens.output as f64)).collect();
        chart(&mut page, "Tokens written on each day of use", "--bar2", &output, |value| super::grouped(value as u64));
        for (heading, table) in self.tables {
            table_of(&mut page, heading, table);
        }
        self.redactions(&mut page);
        let (source, checked) = self.prices;
        push(
            &mut page,
            format_args!(
                "<footer><p>Costs are list prices of Anthropic's own API and of Amazon Bedrock, most of them from {} and checked {}; a subscription costs something else.",
                escaped(source),
                escaped(checked)
            ),
        );
        if !self.days.unpriced_models.is_empty() {
            let models = self.days.unpriced_models.iter().map(|model| escaped(model)).collect::<Vec<_>>().join(", ");
            push(
                &mut page,
                format_args!(
                    " No price is known for {models}, and the sums of costs are without {} {}.",
                    super::grouped(total.unpriced_tokens),
                    things(total.unpriced_tokens, "token")
                ),
            );
        }
        page.push_str("</p></footer>\n</body></html>\n");
        page
    }

    fn redactions(&self, page: &mut String) {
        let redactions = match self.redactions {
            Ok([]) => return,
            Ok(redactions) => redactions,
            Err(why) => {
                push(
                    page,
                    format_args!(
                        "<h2>By redaction</h2>\n<p><strong>Redactions could not be counted</strong>: {}. All else on this page is whole.</p>\n",
                        escaped(why)
                    ),
                );
                return;
            }
        };
        page.push_str("<h2>By redaction</h2>\n<p>What the detectors find in these transcripts. No tier sends it as it stands.</p>\n");
        page.push_str("<div class=\"wide\"><table><thead><tr><th>redaction</th><th>found</th></tr></thead><tbody>");
        for row in redactions.iter().take(ROWS_MAX) {
            let count = super::grouped(row.count);
            push(page, format_args!("<tr><td>{}</td><td>{count}</td></tr>", escaped(&row.name)));
        }
        let total = super::grouped(redactions.iter().map(|row| row.count).sum());
        push(page, format_args!("</tbody><tfoot><tr><td>total</td><td>{total}</td></tr></tfoot></table></div>\n"));
        left_out(page, redactions.len());
    }

    fn figures(&self, page: &mut String) {
        let total = &self.days.total;
        let failed = 100.0 * total.failures as f64 / total.calls.max(1) as f64;
        page.push_str("<dl>");
        for (name, value) in [
            ("Cost", format!("${:.2}", total.cost)),
            ("Tokens", super::grouped(total.tokens.total())),
            ("Written by models", super::grouped(total.tokens.output)),
            ("Prompt held in the cache", format!("{:.0} %", 100.0 * total.cache_hit_rate())),
            ("Prompts", super::grouped(total.prompts)),
            ("Calls of tools", super::grouped(total.calls)),
            ("Of these failed", format!("{failed:.1} %")),
            ("Active time", format!("{}:{:02} h", total.active_s / 3600, total.active_s / 60 % 60)),
        ] {
            push(page, format_args!("<div><dt>{name}</dt><dd>{value}</dd></div>"));
        }
        page.push_str("</dl>\n");
    }
}

/// Bars with the largest value named, and each bar's day and value as its title.
fn chart(page: &mut String, heading: &str, colour: &str, values: &[(&str, f64)], show: impl Fn(f64) -> String) {
    let values = values.get(values.len().saturating_sub(BARS_MAX)..).unwrap_or_default();
    let Some(largest) = values.iter().map(|(_, value)| *value).reduce(f64::max).filter(|value| *value > 0.0) else {
        return;
    };
    push(
        page,
        format_args!(
            "<h2>{heading}</h2>\n<figure><svg viewBox=\"0 0 {CHART_WIDTH} {}\" role=\"img\" aria-label=\"{heading}\">",
            CHART_HEIGHT + 36.0
        ),
    );
    let step = CHART_WIDTH / values.len() as f64;
    for (place, (day, value)) in values.iter().enumerate() {
        let height = CHART_HEIGHT * value / largest;
        push(
            page,
            format_args!(
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"1\" style=\"fill:var({colour})\"><title>{} {}</title></rect>",
                step * place as f64,
                16.0 + CHART_HEIGHT - height,
                (step * 0.85).clamp(1.0, 40.0),
                escaped(day),
                show(*value)
            ),
        );
    }
    let ends = [values.first(), values.last()].map(|end| end.map_or("", |(day, _)| *day));
    push(
        page,
        format_args!(
            "<text x=\"0\" y=\"11\">most: {}</text><text x=\"0\" y=\"{y}\">{}</text><text x=\"{CHART_WIDTH}\" y=\"{y}\" text-anchor=\"end\">{}</text></svg></figure>\n",
            show(largest),
            escaped(ends[0]),
            escaped(ends[1]),
            y = CHART_HEIGHT + 32.0
        ),
    );
}

fn table_of(page: &mut String, heading: &str, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    let has_tokens = table.total.messages > 0;
    push(page, format_args!("<h2>By {heading}</h2>\n<div class=\"wide\"><table><thead><tr><th>{heading}</th>"));
    let headings: &[&str] = if has_tokens {
        &["messages", "input", "output", "cache writes", "cache reads", "cost"]
    } else {
        &["calls", "failed", "failed %"]
    };
    headings.iter().for_each(|name| push(page, format_args!("<th>{name}</th>")));
    page.push_str("</tr></thead><tbody>");
    for row in table.rows.iter().take(ROWS_MAX) {
        row_of(page, row, has_tokens);
    }
    page.push_str("</tbody><tfoot>");
    row_of(page, &table.total, has_tokens);
    page.push_str("</tfoot></table></div>\n");
    left_out(page, table.rows.len());
}

/// Says how many of so many rows are not shown.
fn left_out(page: &mut String, rows: usize) {
    if let Some(more) = rows.checked_sub(ROWS_MAX).filter(|more| *more > 0) {
        push(page, format_args!("<p>{more} more are in the sum.</p>\n"));
    }
}

fn row_of(page: &mut String, row: &Row, has_tokens: bool) {
    push(page, format_args!("<tr><td>{}</td>", escaped(&row.name)));
    let tokens = row.tokens;
    let cells = if has_tokens {
        let writes = tokens.cache_write_5m + tokens.cache_write_1h;
        let counts = [row.messages, tokens.input, tokens.output, writes, tokens.cache_read];
        let mut cells = counts.map(super::grouped).to_vec();
        cells.push(format!("{}${:.2}", if row.unpriced_tokens > 0 { "&gt; " } else { "" }, row.cost));
        cells
    } else {
        let share = 100.0 * row.failures as f64 / row.calls.max(1) as f64;
        vec![super::grouped(row.calls), super::grouped(row.failures), format!("{share:.1}")]
    };
    cells.iter().for_each(|cell| push(page, format_args!("<td>{cell}</td>")));
    page.push_str("</tr>");
}

/// Writing to a `String` cannot fail.
fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(text);
}

/// Text that means nothing to a browser.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other if other.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}
