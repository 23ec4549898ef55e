//! `cost analysis`.

use agent::cli::Exit;
use agent::cli::output::{BAD, DIM};
use agent::stats::{Prices, grouped};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Context;
use super::args::{CostArgs, CostBy};
use super::table::{self, Side};
use crate::lake::{CostRow, Costs, Dimension, LakeError, Role, before};

/// A month, where a sum is carried on to one.
const MONTH_DAYS: f64 = 30.0;

/// What was asked and what came of it.
struct Analysis {
    by: CostBy,
    from: Date,
    to: Date,
    costs: Costs,
    threshold: Option<f64>,
    prices: Prices,
}

/// Sums what usage cost, and ends with 1 above the threshold.
///
/// # Errors
/// When the lake cannot be read.
pub(super) async fn analysis(context: &Context, arguments: &CostArgs) -> anyhow::Result<Exit> {
    let lake = context.lake(Role::Cost).await?;
    let (from, to) = arguments.period.days(Timestamp::now());
    let dimension = match arguments.by {
        CostBy::Day => Dimension::Day,
        CostBy::Team => Dimension::Team,
        CostBy::Model => Dimension::Model,
        CostBy::Project => Dimension::Project,
        CostBy::User => Dimension::User,
        CostBy::Org => Dimension::Org,
    };
    let mut costs = lake.costs(dimension, from, to).await.map_err(LakeError::explained)?;
    if arguments.by != CostBy::Day {
        costs
            .rows
            .sort_by(|one, other| other.cost_usd.total_cmp(&one.cost_usd).then(other.messages.cmp(&one.messages)));
    }
    let prices = Prices::shipped()?;
    let analysis = Analysis { by: arguments.by, from, to, costs, threshold: arguments.alert_threshold, prices };
    if context.global.json {
        context.output.line(format_args!("{:#}", analysis.json()))?;
    } else {
        analysis.print(context)?;
    }
    analysis.warn(context);
    Ok(if analysis.is_above() { Exit::No } else { Exit::Done })
}

impl Analysis {
    fn is_above(&self) -> bool {
        self.threshold.is_some_and(|threshold| self.costs.total.cost_usd > threshold)
    }

    fn month_usd(&self) -> f64 {
        let days = self.to.since(self.from).map_or(0, |span| span.get_days()) + 1;
        self.costs.total.cost_usd / f64::from(days) * MONTH_DAYS
    }

    /// By which part of itself the sum of the days before has changed; `None` where there is nothing to compare with.
    fn change(&self) -> Option<f64> {
        let before = self.costs.before.as_ref()?.cost_usd;
        (before > 0.0).then(|| (self.costs.total.cost_usd - before) / before)
    }

    fn share(&self, row: &CostRow) -> f64 {
        let total = self.costs.total.cost_usd;
        if total > 0.0 { row.cost_usd / total } else { 0.0 }
    }

    fn json(&self) -> Value {
        let row = |row: &CostRow| {
            json!({
                "name": row.name, "messages": row.messages, "tokens": row.tokens, "cost_usd": row.cost_usd,
                "share": self.share(row), "unpriced_messages": row.unpriced_messages,
            })
        };
        let (earlier_from, earlier_to) = before(self.from, self.to);
        json!({
            "by": name(self.by),
            "from": self.from.to_string(),
            "to": self.to.to_string(),
            "rows": self.costs.rows.iter().map(row).collect::<Vec<_>>(),
            "total": row(&self.costs.total),
            "before": self.costs.before.as_ref().map(|before| json!({
                "from": earlier_from.to_string(), "to": earlier_to.to_string(),
                "cost_usd": before.cost_usd, "unpriced_messages": before.unpriced_messages,
            })),
            "change": self.change(),
            "month_usd": self.month_usd(),
            "alert_threshold": self.threshold,
            "above_threshold": self.is_above(),
            "prices": {"source": self.prices.source, "checked": self.prices.checked},
        })
    }

    fn print(&self, context: &Context) -> anyhow::Result<()> {
        let right = |name| (name, Side::Right);
        let head = [
            (name(self.by), Side::Left),
            right("messages"),
            right("input"),
            right("output"),
            right("write 5m"),
            right("write 1h"),
            right("cache read"),
            right("cost $"),
            right("share"),
            right("unpriced"),
        ];
        let rows: Vec<Vec<String>> = self.costs.rows.iter().map(|row| self.cells(row)).collect();
        table::print(&context.output, &head, &rows, Some(&self.cells(&self.costs.total)))?;
        let (earlier_from, earlier_to) = before(self.from, self.to);
        let change = match (&self.costs.before, self.change()) {
            (None, _) => "the lake's views do not look back so far that the days before could be compared".to_owned(),
            (Some(before), None) => {
                format!("nothing to compare with from {earlier_from} to {earlier_to} ({:.2} $)", before.cost_usd)
            }
            (Some(before), Some(change)) => {
                format!("{:+.1} % against {:.2} $ from {earlier_from} to {earlier_to}", 100.0 * change, before.cost_usd)
            }
        };
        let output = &context.output;
        output.line(format_args!("From {} to {} (UTC): {change}.", self.from, self.to))?;
        output.line(format_args!("At this rate a month of 30 days costs {:.2} $.", self.month_usd()))?;
        output.line(format_args!(
            "{DIM}List prices of Anthropic's own API and of Amazon Bedrock ({}, checked {}): no discounts, no server tools.{DIM:#}",
            self.prices.source, self.prices.checked
        ))?;
        if context.global.lake.is_none() {
            output.line(format_args!(
                "{DIM}The lake's view `prices` holds those of the bcce that made the views.{DIM:#}"
            ))?;
        }
        Ok(())
    }

    fn cells(&self, row: &CostRow) -> Vec<String> {
        let tokens = row.tokens;
        let counts = [tokens.input, tokens.output, tokens.cache_write_5m, tokens.cache_write_1h, tokens.cache_read];
        let name = if row.name.is_empty() { "(none)" } else { &row.name };
        let mut cells = vec![name.to_owned(), grouped(row.messages)];
        cells.extend(counts.map(grouped));
        // A price that is not known makes the sum one of parts.
        cells.push(format!("{}{:.2}", if row.unpriced_messages > 0 { ">" } else { "" }, row.cost_usd));
        cells.push(format!("{:.1} %", 100.0 * self.share(row)));
        cells.push(grouped(row.unpriced_messages));
        cells
    }

    /// What must not be overlooked, for whom the result goes past.
    fn warn(&self, context: &Context) {
        let total = &self.costs.total;
        if total.messages == 0 {
            context.output.note("no message of a model is of these days: a longer --period looks further back");
        }
        if total.unpriced_messages > 0 {
            context.output.note(format_args!(
                "{BAD}warning:{BAD:#} {} of {} messages are of models without a known price: the true sum is higher than {:.2} $",
                grouped(total.unpriced_messages),
                grouped(total.messages),
                total.cost_usd
            ));
        }
        if let Some(threshold) = self.threshold.filter(|_| self.is_above()) {
            context.output.note(format_args!(
                "{BAD}alert:{BAD:#} {:.2} $ from {} to {} is above the threshold of {threshold:.2} $",
                total.cost_usd, self.from, self.to
            ));
        }
    }
}

const fn name(by: CostBy) -> &'static str {
    match by {
        CostBy::Day => "day",
        CostBy::Team => "team",
        CostBy::Model => "model",
        CostBy::Project => "project",
        CostBy::User => "user",
        CostBy::Org => "org",
    }
}
