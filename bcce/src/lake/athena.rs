//! Tables and views in AWS as a lake, asked through Athena.
//!
//! Promises: what the command line gave goes to Athena as parameters of the query and never into its text; an answer is read to
//! its last page; a query that failed says what Athena said.
//!
//! Left out on purpose: making tables and views (`deploy`). Start at [`Athena::rows`].

use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use super::rows::{
    Agents, ConsentDay, CostRow, Costs, Dimension, Finds, Found, Redaction, Requests, Retention, Search,
};
use super::stack::Stack;
use super::{LakeError, Role, before};
use crate::aws::Session;
use crate::aws::athena::{self, Progress, Query};

/// Before a query is looked at for the first time; longer each time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(3);
/// Athena itself ends queries after 30 minutes (service quota "DML query timeout", looked at 2026-11-26).
const MINUTES_MAX: u64 = 31;
/// The most that one page may hold (GetQueryResults).
const PAGE_ROWS: u32 = 1000;
/// The views look back so many days of arrival (`lake/sql/01_events.sql`): days since then are complete.
const LOOK_BACK_DAYS: i64 = 399;

/// Tables in AWS.
#[derive(Debug)]
pub struct Athena {
    session: Session,
    stack: Stack,
    workgroup: String,
    today: Date,
}

/// One row of an answer, asked by the number of the column.
struct Row(Vec<Option<String>>);

impl Athena {
    /// Finds workgroup and database of a stack.
    ///
    /// # Errors
    /// When there is no such stack.
    pub async fn open(session: Session, stack: &str, role: Role, today: Date) -> Result<Self, LakeError> {
        let stack = Stack::of(&session, stack).await?;
        let name = match role {
            Role::Cost => "cost",
            Role::Auditor => "auditor",
        };
        let workgroup = format!("{}-{name}", stack.prefix);
        Ok(Self { session, stack, workgroup, today })
    }

    /// What a reader of any answer should know.
    pub(super) fn notes(&self) -> Vec<String> {
        self.stack.notes.clone()
    }

    /// The first day that the views show whole.
    fn reach(&self) -> Date {
        self.today.saturating_sub(LOOK_BACK_DAYS.days())
    }

    /// Refuses days that the views do not show: their sums would be too low without a word.
    fn reached(&self, from: Date) -> Result<(), LakeError> {
        let reach = self.reach();
        if from >= reach { Ok(()) } else { Err(LakeError::TooFar { days: LOOK_BACK_DAYS, reach }) }
    }

    /// See [`super::Lake::costs`].
    pub(super) async fn costs(&self, by: Dimension, from: Date, to: Date) -> Result<Costs, LakeError> {
        self.reached(from)?;
        let (view, column) = match by {
            Dimension::Day => ("cost_by_day", "CAST(day AS varchar)"),
            Dimension::Team => ("cost_by_team", "team"),
            Dimension::Model => ("cost_by_model", "model"),
            Dimension::Project => ("cost_by_project", "project"),
            Dimension::User => ("cost_by_user", "\"user\""),
            Dimension::Org => ("cost_by_org", "org"),
        };
        let rows = self.cost_rows(view, column, from, to).await?;
        let (earlier_from, earlier_to) = before(from, to);
        let earlier = match earlier_from >= self.reach() {
            true => Some(self.cost_rows("cost_by_day", "'before'", earlier_from, earlier_to).await?),
            false => None,
        };
        Ok(Costs::of(rows, earlier))
    }

    async fn cost_rows(&self, view: &str, column: &str, from: Date, to: Date) -> Result<Vec<CostRow>, LakeError> {
        let query = format!(
            "SELECT coalesce({column}, ''), sum(messages), sum(input_tokens), sum(output_tokens), sum(cache_write_5m), \
             sum(cache_write_1h), sum(cache_read), sum(cost_usd), sum(unpriced_messages) FROM {view} \
             WHERE day BETWEEN CAST(? AS DATE) AND CAST(? AS DATE) GROUP BY coalesce({column}, '') ORDER BY 1"
        );
        let rows = self.rows(&query, &days(from, to)).await?;
        rows.iter()
            .map(|row| {
                Ok(CostRow {
                    name: row.text(0)?,
                    messages: row.count(1)?,
                    tokens: agent::stats::Tokens {
                        input: row.count(2)?,
                        output: row.count(3)?,
                        cache_write_5m: row.count(4)?,
                        cache_write_1h: row.count(5)?,
                        cache_read: row.count(6)?,
                    },
                    cost_usd: row.parsed(7)?,
                    unpriced_messages: row.count(8)?,
                })
            })
            .collect()
    }

    /// See [`super::Lake::search`].
    pub(super) async fn search(&self, search: &Search, from: Date, to: Date) -> Result<Finds, LakeError> {
        self.reached(from)?;
        let Search { user, session, consent, policy, kind, tool, rule, limit } = search;
        let mut conditions = "day BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)".to_owned();
        let mut parameters = days(from, to);
        let filters = [
            (user, "\"user\" = ?"),
            (session, "session = ?"),
            (consent, "consent_id = ?"),
            (policy, "policy_id = ?"),
            (kind, "kind = ?"),
            (tool, "contains(transform(tools, item -> item.name), ?)"),
            (rule, "contains(map_keys(redactions), ?)"),
        ];
        for (value, condition) in filters {
            if let Some(value) = value {
                conditions = format!("{conditions} AND {condition}");
                parameters.push(quoted(value));
            }
        }
        // A number, not a text of the command line. One more than is shown, to know whether there are more.
        let rows_max = u64::from(*limit) + 1;
        let query = format!(
            "SELECT coalesce(event_time, ingest_time), event_id, kind, \"user\", session, tier, policy_id, consent_id, \
             array_join(transform(tools, item -> item.name), '\n'), \
             array_join(transform(map_keys(redactions), rule -> concat(rule, '\t', CAST(element_at(redactions, rule) AS varchar))), '\n') \
             FROM events WHERE {conditions} ORDER BY event_at DESC, event_id LIMIT {rows_max}"
        );
        let rows = self.rows(&query, &parameters).await?;
        let mut events = rows.iter().map(Row::found).collect::<Result<Vec<_>, _>>()?;
        let is_cut_off = events.len() > *limit as usize;
        events.truncate(*limit as usize);
        Ok(Finds { events, is_cut_off })
    }

    /// See [`super::Lake::consents`].
    pub(super) async fn consents(&self, from: Date, to: Date) -> Result<Vec<ConsentDay>, LakeError> {
        self.reached(from)?;
        let query = "SELECT day, coalesce(tier, ''), coalesce(policy_id, ''), consents, users, events, without_consent \
                     FROM consent_evidence WHERE day BETWEEN CAST(? AS DATE) AND CAST(? AS DATE) ORDER BY 1, 2, 3";
        let rows = self.rows(query, &days(from, to)).await?;
        rows.iter()
            .map(|row| {
                Ok(ConsentDay {
                    day: row.parsed(0)?,
                    tier: row.text(1)?,
                    policy_id: row.text(2)?,
                    consents: row.count(3)?,
                    users: row.count(4)?,
                    events: row.count(5)?,
                    without_consent: row.count(6)?,
                })
            })
            .collect()
    }

    /// See [`super::Lake::redactions`].
    pub(super) async fn redactions(&self, from: Date, to: Date) -> Result<Vec<Redaction>, LakeError> {
        self.reached(from)?;
        let query = "SELECT rule, sum(events), sum(redacted) FROM redaction_trends \
                     WHERE day BETWEEN CAST(? AS DATE) AND CAST(? AS DATE) GROUP BY rule ORDER BY 1";
        let rows = self.rows(query, &days(from, to)).await?;
        rows.iter()
            .map(|row| Ok(Redaction { rule: row.text(0)?, events: row.count(1)?, redacted: row.count(2)? }))
            .collect()
    }

    /// See [`super::Lake::retention`].
    pub(super) async fn retention(&self) -> Result<Vec<Retention>, LakeError> {
        const COLUMNS: &str =
            "SELECT data_class, days_max, events, oldest_day, newest_day, days, oldest_age_days, overdue";
        let mut rows = self.rows(&format!("{COLUMNS} FROM retention_evidence"), &[]).await?;
        match self.rows(&format!("{COLUMNS} FROM retention_evidence_restricted"), &[]).await {
            Ok(more) => rows.extend(more),
            // Only the admin reads this class.
            Err(LakeError::Query(reason)) if reason.contains("denied") || reason.contains("Denied") => {}
            Err(error) => return Err(error),
        }
        let mut all = rows
            .iter()
            .map(|row| {
                Ok(Retention {
                    data_class: row.text(0)?,
                    days_max: row.count(1)?,
                    events: row.count(2)?,
                    oldest_day: row.parsed_if_any(3)?,
                    newest_day: row.parsed_if_any(4)?,
                    days: row.count(5)?,
                    oldest_age_days: row.parsed_if_any(6)?,
                    overdue: row.parsed(7)?,
                })
            })
            .collect::<Result<Vec<Retention>, LakeError>>()?;
        let place = |class: &str| super::folder::layout::CLASSES.iter().position(|known| *known == class);
        all.sort_by_key(|row| place(&row.data_class));
        Ok(all)
    }

    /// See [`super::Lake::agents`].
    pub(super) async fn agents(&self, from: Date, to: Date) -> Result<Agents, LakeError> {
        self.reached(from)?;
        let query = "SELECT coalesce(version, ''), count(*), count_if(silent) FROM (\
                     SELECT max_by(agent_version, ingest_at) AS version, date_diff('hour', max(ingest_at), \
                     least(CAST(current_timestamp AT TIME ZONE 'UTC' AS TIMESTAMP), CAST(CAST(? AS DATE) AS TIMESTAMP))) >= 72 AS silent \
                     FROM events WHERE day BETWEEN CAST(? AS DATE) AND CAST(? AS DATE) GROUP BY \"user\") AS heard \
                     GROUP BY coalesce(version, '') ORDER BY 1";
        let end = quoted(&to.saturating_add(1.day()).to_string());
        let rows = self.rows(query, &[vec![end], days(from, to)].concat()).await?;
        let mut agents = Agents::default();
        for row in &rows {
            agents.agents += row.count(1)?;
            agents.silent += row.count(2)?;
            agents.versions.push((row.text(0)?, row.count(1)?));
        }
        Ok(agents)
    }

    /// See [`super::Lake::requests`].
    pub(super) async fn requests(&self) -> Result<Requests, LakeError> {
        let query = "SELECT count(*), count_if(internal_left + confidential_left > 0) FROM erasure_requests";
        let rows = self.rows(query, &[]).await?;
        let row = rows.first().ok_or(LakeError::Odd)?;
        Ok(Requests { requests: row.count(0)?, open: row.count(1)? })
    }

    /// Runs a query to its end and fetches all of its rows.
    async fn rows(&self, query: &str, parameters: &[String]) -> Result<Vec<Row>, LakeError> {
        let (workgroup, database) = (self.workgroup.as_str(), self.stack.database.as_str());
        let id = athena::start(&self.session, Query { workgroup, database, sql: query, parameters }).await?;
        self.wait(&id).await?;
        let mut rows = Vec::new();
        let mut next = None;
        loop {
            let mut ask = json!({"QueryExecutionId": id, "MaxResults": PAGE_ROWS});
            if let Some(token) = &next {
                ask["NextToken"] = json!(token);
            }
            let page = self.session.json("athena", "AmazonAthena.GetQueryResults", &ask).await?;
            let of_page = page.pointer("/ResultSet/Rows").and_then(Value::as_array).ok_or(LakeError::Odd)?;
            // The first row of the first page is the head.
            rows.extend(of_page.iter().skip(usize::from(next.is_none())).map(Row::of));
            next = page.get("NextToken").and_then(Value::as_str).map(str::to_owned);
            if next.is_none() {
                return Ok(rows);
            }
        }
    }

    async fn wait(&self, id: &str) -> Result<(), LakeError> {
        let ended = async {
            let mut pause = FIRST_PAUSE;
            loop {
                match athena::progress(&self.session, id).await? {
                    Progress::Succeeded => return Ok(()),
                    Progress::Failed(reason) => return Err(LakeError::Query(reason)),
                    Progress::Running => tokio::time::sleep(pause).await,
                }
                pause = (pause * 3 / 2).min(PAUSE_MAX);
            }
        };
        let slow = |_| LakeError::Slow { minutes: MINUTES_MAX, id: id.to_owned() };
        tokio::time::timeout(Duration::from_secs(60 * MINUTES_MAX), ended).await.map_err(slow)?
    }
}

impl Row {
    fn of(row: &Value) -> Self {
        let cells = row.get("Data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Self(cells.iter().map(|cell| cell.get("VarCharValue").and_then(Value::as_str).map(str::to_owned)).collect())
    }

    fn cell(&self, column: usize) -> Result<Option<&str>, LakeError> {
        self.0.get(column).map(Option::as_deref).ok_or(LakeError::Odd)
    }

    fn text(&self, column: usize) -> Result<String, LakeError> {
        Ok(self.cell(column)?.unwrap_or_default().to_owned())
    }

    fn count(&self, column: usize) -> Result<u64, LakeError> {
        self.parsed(column)
    }

    fn parsed<T: std::str::FromStr>(&self, column: usize) -> Result<T, LakeError> {
        self.parsed_if_any(column)?.ok_or(LakeError::Odd)
    }

    fn parsed_if_any<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, LakeError> {
        self.cell(column)?.map(|text| text.parse().map_err(|_| LakeError::Odd)).transpose()
    }

    fn found(&self) -> Result<Found, LakeError> {
        let lines = |column| -> Result<Vec<String>, LakeError> {
            Ok(self.cell(column)?.unwrap_or_default().lines().map(str::to_owned).collect())
        };
        let redactions = lines(9)?;
        let redactions = redactions.iter().map(|line| {
            let (rule, count) = line.split_once('\t').ok_or(LakeError::Odd)?;
            Ok((rule.to_owned(), count.parse().map_err(|_| LakeError::Odd)?))
        });
        let mut redactions = redactions.collect::<Result<Vec<_>, LakeError>>()?;
        redactions.sort();
        Ok(Found {
            at: self.parsed::<Timestamp>(0)?,
            event_id: self.text(1)?,
            kind: self.text(2)?,
            user: self.text(3)?,
            session: self.cell(4)?.map(str::to_owned),
            tier: self.text(5)?,
            policy_id: self.text(6)?,
            consent_id: self.text(7)?,
            tools: lines(8)?,
            redactions,
        })
    }
}

/// A text as a parameter of a query, which Athena reads as a literal of SQL.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn days(from: Date, to: Date) -> Vec<String> {
    vec![quoted(&from.to_string()), quoted(&to.to_string())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_cannot_end_its_own_literal() {
        assert_eq!(quoted("' OR 1=1 --"), "''' OR 1=1 --'");
    }

    #[test]
    fn a_row_is_read_by_column_and_an_odd_one_is_an_error() {
        let row = Row::of(&json!({"Data": [{"VarCharValue": "7"}, {}, {"VarCharValue": "x"}]}));
        assert_eq!(row.count(0).ok(), Some(7));
        assert_eq!(row.text(1).ok(), Some(String::new()));
        assert_eq!(row.parsed_if_any::<Date>(1).ok(), Some(None));
        assert!(row.count(1).is_err() && row.count(2).is_err() && row.text(3).is_err());
    }
}
