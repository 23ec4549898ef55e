//! Why a lake does not answer, and what helps.

use std::io;
use std::path::PathBuf;

use agent::cli::hinted;

use crate::aws::CallError;

/// A lake cannot be read. No text of a file stands in it.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// There is no such folder.
    #[error("{} is no folder", .0.display())]
    NotAFolder(PathBuf),
    /// The folder holds no file of events.
    #[error("{} holds no events{}", path.display(), foreign.as_ref().map_or(String::new(), |name| format!(": {name} belongs to no lake")))]
    Empty {
        /// The folder.
        path: PathBuf,
        /// A file that it does hold.
        foreign: Option<String>,
    },
    /// Events lie there as Parquet, which only `erase` reads.
    #[error("{} holds {count} Parquet files, the first is {first}, and they are not read here", path.display())]
    Parquet {
        /// The folder.
        path: PathBuf,
        /// How many.
        count: usize,
        /// The first of them.
        first: String,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {place}")]
    Io {
        /// The file, below the lake.
        place: String,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be unpacked to its end.
    #[error("{place} is torn: it cannot be unpacked after line {line}")]
    Torn {
        /// The file, below the lake.
        place: String,
        /// The last whole line.
        line: u64,
    },
    /// A line is no event that could be counted.
    #[error("{place}, line {line} {problem}")]
    Line {
        /// The file, below the lake.
        place: String,
        /// The line, from 1 on.
        line: u64,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A file of teams has not the columns that it must have.
    #[error("{0} has not the columns user,team")]
    Teams(String),
    /// A call to AWS failed.
    #[error(transparent)]
    Call(CallError),
    /// There is no such stack.
    #[error("there is no stack {stack} in {region}")]
    NoStack {
        /// The stack's name.
        stack: String,
        /// Where it was looked for.
        region: String,
    },
    /// The stack is another one.
    #[error("the stack {stack} is no lake: it has not the parameters of the lake's template")]
    NoLake {
        /// The stack's name.
        stack: String,
    },
    /// The views do not look back so far.
    #[error("the views look back {days} days, and no further than {reach}")]
    TooFar {
        /// So many days.
        days: i64,
        /// The first day that they show whole.
        reach: jiff::civil::Date,
    },
    /// A query failed.
    #[error("Athena: {0}")]
    Query(String),
    /// A query took too long.
    #[error("Athena did not answer within {minutes} minutes (query {id})")]
    Slow {
        /// So long was waited.
        minutes: u64,
        /// The query's id.
        id: String,
    },
    /// An answer is not what the query asked for.
    #[error("Athena's answer has not the rows that were asked for")]
    Odd,
    /// The prices shipped with the program are broken.
    #[error(transparent)]
    Prices(#[from] agent::stats::PricesError),
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is no JSON.
    #[error("is no JSON")]
    NotJson,
    /// It is none of the agent's events.
    #[error("is no event of BCCE Agent")]
    NotAnEvent,
    /// Another version of the program wrote it.
    #[error("has the schema {0}, and only {SCHEMA} is known here")]
    Schema(String),
    /// It lies in the folder of another class.
    #[error("is of another class than the folder that it lies in")]
    Class,
    /// A field is not of its type.
    #[error("has a value of another type than its field")]
    Type,
    /// A time is none.
    #[error("has a time that is none")]
    Time,
    /// It is longer than any event.
    #[error("is longer than any event")]
    TooLong,
}

/// The schema of events that is known here.
pub(super) const SCHEMA: &str = "bcce.event.v1";

impl From<CallError> for LakeError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl LakeError {
    /// The error with what its reader can do.
    pub fn explained(self) -> anyhow::Error {
        match (self.hint(), self) {
            (Some(hint), error) => {
                let cause = std::error::Error::source(&error).map_or(String::new(), |cause| format!(": {cause}"));
                hinted(format!("{error}{cause}"), hint)
            }
            (None, Self::Call(error)) => error.explained(),
            (None, error) => error.into(),
        }
    }

    /// What helps; `None` where the call that failed knows it better, or nothing does.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotAFolder(_) => "name the folder that holds class=…, as `bcce-agent demo` makes it: bcce-demo/lake",
            Self::Empty { .. } => {
                "name the folder that holds class=…/dt=…; `aws s3 sync s3://<internal bucket>/raw DIR` brings events of an AWS lake"
            }
            Self::Parquet { .. } => {
                "copy the bucket's raw/ in place of events/, or ask the lake in AWS without --lake; lake/tools/local_lake.py reads Parquet"
            }
            Self::Io { .. } => "look at the rights of the file and of its folder",
            Self::Torn { .. } => {
                "copy it again from where it came; the agent never leaves a torn file under such a name"
            }
            Self::Line { problem, .. } => problem.hint(),
            Self::Teams(_) => "its first line must be: user,team",
            Self::NoStack { .. } => {
                "name it with --stack and --region, or make it: `bcce deploy --component infrastructure`"
            }
            Self::NoLake { .. } => "name the lake's stack with --stack",
            Self::TooFar { .. } => {
                "take a shorter --period; lake/sql/01_events.sql has the number of days, for who needs more"
            }
            Self::Query(reason) => query_hint(reason),
            Self::Slow { .. } => "look at the query in Athena's console; a shorter --period reads less",
            Self::Odd => "make the views anew: `bcce deploy --component log-aggregation`",
            // Athena's word for a workgroup or a database that it does not know.
            Self::Call(error) if error.code() == Some("InvalidRequestException") => {
                "the workgroup or the database is missing: `bcce deploy --component infrastructure`"
            }
            Self::Call(_) | Self::Prices(_) => return None,
        })
    }
}

impl Problem {
    const fn hint(&self) -> &'static str {
        match self {
            Self::NotJson | Self::TooLong => "copy the file again from where it came, or move it away",
            Self::NotAnEvent => "move the file away",
            Self::Schema(_) => "use the bcce of the version that wrote it",
            Self::Class => "move the file to the folder of its class",
            Self::Type | Self::Time => "config/event.schema.json says which types fields have; move the file away",
        }
    }
}

/// What helps against a failed query: tables come with the stack, views are made over them.
fn query_hint(reason: &str) -> &'static str {
    let is_about = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    // What follows tells of the database that was asked, and what else may have been meant.
    let missing = ["does not exist", "cannot be resolved", "not found"].iter().find_map(|end| reason.split_once(end));
    if missing.is_some_and(|(before, _)| is_of_the_stack(before)) || is_about(&["SCHEMA_NOT_FOUND"]) {
        "the stack's tables are missing: `bcce deploy --component infrastructure`"
    } else if missing.is_some() || is_about(&["NOT_FOUND", "VIEW_IS_STALE"]) {
        "the views are missing or old: `bcce deploy --component log-aggregation`"
    } else if is_about(&["limit", "exceeded"]) {
        "the workgroup's limit was met: take a shorter --period, or have the limit raised"
    } else if is_about(&["Access", "denied", "authorized"]) {
        "assume the role of the stack that may ask this (lake/README.md, Roles)"
    } else {
        "look at the query in Athena's console"
    }
}

/// Whether the last thing that a text names is a table of the stack, or the database itself: not a view.
fn is_of_the_stack(text: &str) -> bool {
    let is_database = ["Schema ", "Database "].iter().any(|word| text.contains(word));
    let named = text.split_whitespace().next_back().unwrap_or_default();
    let name = named.rsplit('.').next().unwrap_or_default().trim_matches(['\'', '"', '`']);
    is_database || name.starts_with("events_") || name == "teams"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_query_says_what_to_deploy() {
        let check = |reason: &str, word: &str| assert!(query_hint(reason).contains(word), "{reason}");
        check(
            "TABLE_NOT_FOUND: line 1:8: Table 'awsdatacatalog.bcce.events_internal' does not exist",
            "infrastructure",
        );
        check("SCHEMA_NOT_FOUND: line 1:8: Schema 'bcce' does not exist", "infrastructure");
        check("TABLE_NOT_FOUND: line 1:8: Table 'awsdatacatalog.bcce.cost_by_model' does not exist", "log-aggregation");
        // With what Athena appends, and in a database with a name like a table's.
        let ran = "This query ran against the \"bcce_events_eu\" database, unless qualified by the query.";
        let view = "Table 'awsdatacatalog.bcce_events_eu.consent_evidence' does not exist";
        check(&format!("TABLE_NOT_FOUND: line 1:58: {view} {ran}"), "log-aggregation");
        check(&format!("COLUMN_NOT_FOUND: line 1:8: Column 'day' cannot be resolved {ran}"), "log-aggregation");
        check("VIEW_IS_STALE: line 1:8: View 'awsdatacatalog.bcce.events' is stale", "log-aggregation");
        let stored = "Failed analyzing stored view 'awsdatacatalog.bcce.message_cost': line 22:12:";
        check(&format!("{stored} Table 'awsdatacatalog.bcce.teams' does not exist. {ran}"), "infrastructure");
        check(
            "Catalog Error: Table with name freshness does not exist! Did you mean \"events_internal\"?",
            "log-aggregation",
        );
        check("Bytes scanned limit was exceeded", "--period");
        check("Access Denied: s3", "role");
        check("INTERNAL_ERROR", "console");
    }
}
