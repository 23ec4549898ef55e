//! Sums of what was gathered, by one dimension.

use super::hash::Hashed;
use super::names::Names;
use super::{Gatherer, Price, Prices, Speed, Tokens};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

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

/// A day in this machine's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// As `YYYY-MM-DD`.
    pub name: String,
    /// Its milliseconds since 1970. A time that it was made for counts to it in any case.
    pub span_ms: Range<i64>,
}

/// Days by number, each worked out once.
struct Days<F> {
    day: F,
    names: Names,
    /// Ends and numbers by beginnings.
    spans: BTreeMap<i64, (i64, u32)>,
}

impl<F: Fn(i64) -> Day> Days<F> {
    fn new(day: F) -> Self {
        Self { day, names: Names::default(), spans: BTreeMap::new() }
    }

    fn number(&mut self, ms: i64) -> u32 {
        if let Some((_, (_, number))) = self.spans.range(..=ms).next_back().filter(|(_, (end, _))| ms < *end) {
            return *number;
        }
        let day = (self.day)(ms);
        let number = self.names.number(&day.name);
        self.spans.insert(day.span_ms.start, (day.span_ms.end, number));
        number
    }
}

impl Gatherer {
    /// Sums what was gathered. `day` gives the day of a time.
    pub fn table(&self, by: By, prices: &Prices, day: impl Fn(i64) -> Day) -> Table {
        let mut days = Days::new(day);
        let mut rows: HashMap<u32, Row, Hashed> = HashMap::default();
        let unpriced_models = self.sum_messages(by, prices, &mut days, &mut rows);
        for call in self.calls.all.iter().filter(|call| call.first_ms != 0) {
            let key = match by {
                By::Day => days.number(call.first_ms),
                By::Project => call.project,
                By::Session => call.session,
                By::Tool => call.name,
                By::Model | By::Subagent => continue,
            };
            let row = rows.entry(key).or_default();
            row.calls += 1;
            row.failures += u64::from(call.failed);
        }
        for (number, seen) in (0..).zip(&self.sessions) {
            let Some(seen) = seen else { continue };
            let key = match by {
                By::Project => seen.project,
                By::Session => number,
                // A session belongs to the day on which it began.
                By::Day => days.number(seen.spans.iter().map(|span| span.start_ms).min().unwrap_or(0)),
                By::Model | By::Tool | By::Subagent => continue,
            };
            let active_s = u64::try_from(seen.active_ms() / 1000).unwrap_or(0);
            rows.entry(key).or_default().add(&Row { active_s, prompts: seen.prompts, ..Row::default() });
        }
        let names = if by == By::Day { &days.names } else { &self.names };
        let rows = rows.into_iter().map(|(number, row)| Row { name: names.text(number).to_owned(), ..row });
        Table::of(by, rows.collect(), unpriced_models)
    }

    /// Adds the messages to rows; gives the models without a price.
    fn sum_messages<F: Fn(i64) -> Day>(
        &self,
        by: By,
        prices: &Prices,
        days: &mut Days<F>,
        rows: &mut HashMap<u32, Row, Hashed>,
    ) -> Vec<String> {
        if by == By::Tool {
            return Vec::new();
        }
        let mut priced: HashMap<(u32, u32), Option<&Price>, Hashed> = HashMap::default();
        let mut unpriced: HashSet<(u32, Speed, bool), Hashed> = HashSet::default();
        for message in &self.messages.all {
            let today = days.number(message.first_ms);
            let model = self.names.text(message.model);
            let price =
                *priced.entry((message.model, today)).or_insert_with(|| prices.price(model, days.names.text(today)));
            let key = match by {
                By::Day => today,
                By::Model => message.model,
                By::Project => message.project,
                By::Session => message.session,
                By::Subagent | By::Tool => message.agent,
            };
            let row = rows.entry(key).or_default();
            row.messages += 1;
            row.tokens.add(&message.tokens);
            match price.and_then(|price| price.cost(message.speed, &message.tokens)) {
                Some(cost) => row.cost += cost,
                None => {
                    row.unpriced_tokens += message.tokens.total();
                    // A model may have a price at one speed only.
                    unpriced.insert((message.model, message.speed, price.is_some()));
                }
            }
        }
        let name = |(model, speed, has_price): (u32, Speed, bool)| {
            let model = self.names.text(model);
            match speed {
                Speed::Fast if has_price => format!("{model} in fast mode"),
                Speed::Other if has_price => format!("{model} at a speed that is not known"),
                Speed::Fast | Speed::Other | Speed::Standard => model.to_owned(),
            }
        };
        let mut models: Vec<String> = unpriced.into_iter().map(name).collect();
        models.sort_unstable();
        models.dedup();
        models
    }
}

impl Table {
    /// Puts rows into their order and adds them up.
    fn of(by: By, mut rows: Vec<Row>, unpriced_models: Vec<String>) -> Self {
        rows.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        let mut total = Row { name: "total".to_owned(), ..Row::default() };
        rows.iter().for_each(|row| total.add(row));
        if by != By::Day {
            rows.sort_by(|one, other| {
                let weight = |row: &Row| (row.cost, row.tokens.total() as f64, row.calls as f64);
                weight(other).partial_cmp(&weight(one)).unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        Self { rows, total, unpriced_models }
    }
}
