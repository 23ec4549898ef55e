//! What a lake answers, the same whichever kind it is.

use std::fmt::Display;

use agent::stats::Tokens;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

/// By what costs are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Day, in UTC.
    Day,
    /// Team, where the lake knows teams.
    Team,
    /// Model.
    Model,
    /// Pseudonym of the project.
    Project,
    /// Pseudonym of the user.
    User,
    /// Organisation.
    Org,
}

/// Usage and cost of some messages; a row of the views `cost_by_…`, added up over days.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CostRow {
    /// What the row stands for; empty where messages name none.
    pub name: String,
    /// Messages of models, each once.
    pub messages: u64,
    /// Their tokens.
    pub tokens: Tokens,
    /// What those of them cost that have a price, in US dollars.
    pub cost_usd: f64,
    /// Those that have none.
    pub unpriced_messages: u64,
}

impl CostRow {
    /// Adds another row; the name stays.
    pub fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.tokens.add(&other.tokens);
        self.cost_usd += other.cost_usd;
        self.unpriced_messages += other.unpriced_messages;
    }
}

/// What usage cost in some days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Costs {
    /// The rows, by name.
    pub rows: Vec<CostRow>,
    /// All of them.
    pub total: CostRow,
    /// All of as many days before; `None` where the lake does not look back that far.
    pub before: Option<CostRow>,
}

impl Costs {
    /// Rows, and those of the days before.
    pub(super) fn of(rows: Vec<CostRow>, before: Option<Vec<CostRow>>) -> Self {
        let sum = |rows: &[CostRow], name: &str| {
            let mut sum = CostRow { name: name.to_owned(), ..CostRow::default() };
            rows.iter().for_each(|row| sum.add(row));
            sum
        };
        let (total, before) = (sum(&rows, "total"), before.map(|rows| sum(&rows, "before")));
        Self { rows, total, before }
    }
}

/// A row of the view `consent_evidence`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsentDay {
    /// Day of the events, in UTC.
    #[serde(serialize_with = "shown")]
    pub day: Date,
    /// Tier under which they were made.
    pub tier: String,
    /// Policy under which they were made.
    pub policy_id: String,
    /// Different consents.
    pub consents: u64,
    /// Different pseudonyms of users.
    pub users: u64,
    /// Events, each once.
    pub events: u64,
    /// Those that name no consent. Must be 0.
    pub without_consent: u64,
}

/// What one rule replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redaction {
    /// The rule.
    pub rule: String,
    /// Events in which it replaced something.
    pub events: u64,
    /// Values that it replaced.
    pub redacted: u64,
}

/// A row of the views `retention_evidence` and `retention_evidence_restricted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// The class of data. The internal one holds the narrowed copies of the others, too.
    pub data_class: String,
    /// So many days are kept.
    pub days_max: u64,
    /// Deliveries that are held, repeated ones counted as often.
    pub events: u64,
    /// The oldest day of arrival that is held; `None` where there is nothing.
    #[serde(serialize_with = "shown_if_any")]
    pub oldest_day: Option<Date>,
    /// The newest.
    #[serde(serialize_with = "shown_if_any")]
    pub newest_day: Option<Date>,
    /// Days of arrival that are held.
    pub days: u64,
    /// How old the oldest is today.
    pub oldest_age_days: Option<i64>,
    /// Whether it should be gone.
    pub overdue: bool,
}

/// Agents that were heard of in some days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Agents {
    /// Pseudonyms of users, each of one installation.
    pub agents: u64,
    /// Those not heard of in the last three days before the end of those days, or before now where that is earlier.
    pub silent: u64,
    /// How many of them run each version; the last one heard of counts.
    pub versions: Vec<(String, u64)>,
}

/// Requests for erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Requests {
    /// All of them, each once.
    pub requests: u64,
    /// Those of whose users events from before are still held.
    pub open: u64,
}

/// What is searched for; everything that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Pseudonym of the user.
    pub user: Option<String>,
    /// Pseudonym of the session.
    pub session: Option<String>,
    /// Id of the consent.
    pub consent: Option<String>,
    /// Id of the policy.
    pub policy: Option<String>,
    /// Kind of event.
    pub kind: Option<String>,
    /// Name of a tool.
    pub tool: Option<String>,
    /// Id of a rule that redacted something.
    pub rule: Option<String>,
    /// At most so many are given.
    pub limit: u32,
}

/// One event as `audit search` shows it: what it is about, and no text of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// When it was written, else when it was read.
    #[serde(serialize_with = "shown")]
    pub at: Timestamp,
    /// Its id.
    pub event_id: String,
    /// Its kind.
    pub kind: String,
    /// Pseudonym of the user.
    pub user: String,
    /// Pseudonym of the session.
    pub session: Option<String>,
    /// Tier under which it was made.
    pub tier: String,
    /// Policy under which it was made.
    pub policy_id: String,
    /// Consent under which it was made.
    pub consent_id: String,
    /// Names of the tools in it.
    pub tools: Vec<String>,
    /// Values replaced in it, by rule.
    pub redactions: Vec<(String, u64)>,
}

/// The newest events that match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finds {
    /// The newest first, no more than were asked for.
    pub events: Vec<Found>,
    /// Whether older ones match, too.
    pub is_cut_off: bool,
}

fn shown<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn shown_if_any<S: Serializer>(value: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}
