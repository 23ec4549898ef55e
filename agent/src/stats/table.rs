//! Sums of what was gathered, by one dimension.

use super::{Gatherer, Prices, Tokens, active_ms};
use std::collections::BTreeMap;

/// What rows stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Days, in this machine's time zone.
    Day,
    /// Models.
    Model,
    /// Working folders.
    Project,
    /// Sessions.
    Session,
    /// Tools, by how often they were called and failed.
    Tool,
    /// Main sessions and subagents.
    Subagent,
}

impl By {
    /// The name, as `--by` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Model => "model",
            Self::Project => "project",
            Self::Session => "session",
            Self::Tool => "tool",
            Self::Subagent => "subagent",
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Row {
    /// What it stands for.
    pub name: String,
    /// Messages of models.
    pub messages: u64,
    /// Their tokens.
    pub tokens: Tokens,
    /// What they cost in US dollars, as far as the prices are known.
    pub cost: f64,
    /// Tokens of models without a price.
    pub unpriced_tokens: u64,
    /// Prompts that a person wrote.
    pub prompts: u64,
    /// Calls of tools.
    pub calls: u64,
    /// Those that failed.
    pub failures: u64,
    /// Seconds of work, breaks of more than five minutes left out.
    pub active_s: u64,
}

/// Rows and their sum.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Table {
    /// The rows: days in their order, others by cost and tokens.
    pub rows: Vec<Row>,
    /// All together.
    pub total: Row,
    /// Models without a price.
    pub unpriced_models: Vec<String>,
}

impl Row {
    /// The share of the prompt that the cache held.
    pub fn cache_hit_rate(&self) -> f64 {
        self.tokens.cache_read as f64 / (self.tokens.prompt().max(1)) as f64
    }

    fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.tokens.add(&other.tokens);
        self.cost += other.cost;
        self.unpriced_tokens += other.unpriced_tokens;
        self.prompts += other.prompts;
        self.calls += other.calls;
        self.failures += other.failures;
        self.active_s += other.active_s;
    }
}

impl Gatherer {
    /// Sums what was gathered. `day` gives the day of a time, as `YYYY-MM-DD`.
    pub fn table(&self, by: By, prices: &Prices, day: impl Fn(i64) -> String) -> Table {
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        let mut unpriced = BTreeMap::new();
        for message in self.messages.values() {
            let today = day(message.first_ms);
            let cost = prices.cost(&message.model, &today, &message.tokens);
            let name = match by {
                By::Day => today,
                By::Model => message.model.clone(),
                By::Project => self.names.text(message.project).to_owned(),
                By::Session => self.names.text(message.session).to_owned(),
                By::Subagent => self.names.text(message.agent).to_owned(),
                By::Tool => break,
            };
            if cost.is_none() {
                *unpriced.entry(message.model.clone()).or_insert(0_u64) += message.tokens.total();
            }
            let unpriced_tokens = if cost.is_none() { message.tokens.total() } else { 0 };
            let cost = cost.unwrap_or(0.0);
            let more = Row { messages: 1, tokens: message.tokens, cost, unpriced_tokens, ..Row::default() };
            rows.entry(name).or_default().add(&more);
        }
        for call in self.calls.values().filter(|call| call.first_ms != 0) {
            let name = match by {
                By::Day => day(call.first_ms),
                By::Project => self.names.text(call.project).to_owned(),
                By::Session => self.names.text(call.session).to_owned(),
                By::Tool => self.names.text(call.name).to_owned(),
                By::Model | By::Subagent => continue,
            };
            let more = Row { calls: 1, failures: u64::from(call.failed), ..Row::default() };
            rows.entry(name).or_default().add(&more);
        }
        for (session, seen) in &self.sessions {
            let mut times = seen.times_ms.clone();
            let active_s = |times: &mut [i64]| u64::try_from(active_ms(times) / 1000).unwrap_or(0);
            let (name, active_s) = match by {
                By::Project => (self.names.text(seen.project).to_owned(), active_s(&mut times)),
                By::Session => (self.names.text(*session).to_owned(), active_s(&mut times)),
                By::Day => {
                    // A session belongs to the day on which it began.
                    (day(times.iter().min().copied().unwrap_or(0)), active_s(&mut times))
                }
                By::Model | By::Tool | By::Subagent => continue,
            };
            rows.entry(name).or_default().add(&Row { active_s, prompts: seen.prompts, ..Row::default() });
        }
        let mut table = Table { unpriced_models: unpriced.into_keys().collect(), ..Table::default() };
        for (name, row) in rows {
            table.total.add(&row);
            table.rows.push(Row { name, ..row });
        }
        if by != By::Day {
            table.rows.sort_by(|one, other| {
                let weight = |row: &Row| (row.cost, row.tokens.total() as f64, row.calls as f64);
                weight(other).partial_cmp(&weight(one)).unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        table.total.name = "total".to_owned();
        table
    }
}
