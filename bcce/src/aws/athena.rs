//! Athena's queries, and the tables of Glue that they read.

use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Value, json};

use super::{CallError, Session};

/// Where a query stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It waits or runs.
    Running,
    /// It has an answer.
    Succeeded,
    /// It failed or was cancelled, with what Athena said, as one line.
    Failed(String),
}

/// What is asked, and where.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// The workgroup, which bounds what it may cost.
    pub workgroup: &'a str,
    /// The database.
    pub database: &'a str,
    /// Its text.
    pub sql: &'a str,
    /// Literals for the question marks in it.
    pub parameters: &'a [String],
}

/// Starts a query and gives its id. One call that is tried again starts one query.
///
/// # Errors
/// When the call fails for good.
pub async fn start(session: &Session, query: Query<'_>) -> Result<String, CallError> {
    let Query { workgroup, database, sql, parameters } = query;
    let mut token = [0; 16];
    SystemRandom::new().fill(&mut token).map_err(|_| malformed("athena", "StartQueryExecution"))?;
    let mut body = json!({
        "ClientRequestToken": format!("{:032x}", u128::from_be_bytes(token)),
        "QueryString": sql,
        "WorkGroup": workgroup,
        "QueryExecutionContext": {"Database": database},
    });
    if !parameters.is_empty() {
        body["ExecutionParameters"] = json!(parameters);
    }
    let answer = session.json("athena", "AmazonAthena.StartQueryExecution", &body).await?;
    let id = answer.get("QueryExecutionId").and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| malformed("athena", "StartQueryExecution"))
}

/// Asks where a query stands.
///
/// # Errors
/// When the call fails for good.
pub async fn progress(session: &Session, id: &str) -> Result<Progress, CallError> {
    let answer = session.json("athena", "AmazonAthena.GetQueryExecution", &json!({"QueryExecutionId": id})).await?;
    standing(&answer).ok_or_else(|| malformed("athena", "GetQueryExecution"))
}

/// Where a query stands by an answer; `None` where it does not say.
fn standing(answer: &Value) -> Option<Progress> {
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str);
    match text("/QueryExecution/Status/State") {
        Some("QUEUED" | "RUNNING") => Some(Progress::Running),
        Some("SUCCEEDED") => Some(Progress::Succeeded),
        Some(state @ ("FAILED" | "CANCELLED")) => {
            let reason = text("/QueryExecution/Status/StateChangeReason").filter(|reason| !reason.is_empty());
            Some(Progress::Failed(one_line(reason.unwrap_or(state))))
        }
        _ => None,
    }
}

/// Athena breaks what it says into lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Whether it is a view.
    pub is_view: bool,
}

/// The tables and views of a database.
///
/// # Errors
/// When the call fails for good.
pub async fn tables(session: &Session, database: &str) -> Result<Vec<Table>, CallError> {
    let mut tables = Vec::new();
    let mut token = String::new();
    loop {
        let mut body = json!({"DatabaseName": database});
        if !token.is_empty() {
            body["NextToken"] = json!(token);
        }
        let answer = session.json("glue", "AWSGlue.GetTables", &body).await?;
        let page = answer.get("TableList").and_then(Value::as_array).into_iter().flatten();
        tables.extend(page.filter_map(|table| {
            let name = table.get("Name")?.as_str()?.to_owned();
            Some(Table { name, is_view: table.get("TableType").is_some_and(|kind| kind == "VIRTUAL_VIEW") })
        }));
        answer.get("NextToken").and_then(Value::as_str).unwrap_or_default().clone_into(&mut token);
        if token.is_empty() {
            return Ok(tables);
        }
    }
}

fn malformed(service: &'static str, action: &str) -> CallError {
    CallError::Malformed { service, action: action.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_athena_says_of_a_failed_query_is_one_line() {
        let failed = |reason: &str| {
            let status = json!({ "State": "FAILED", "StateChangeReason": reason });
            match standing(&json!({ "QueryExecution": { "Status": status } })) {
                Some(Progress::Failed(reason)) => reason,
                Some(Progress::Running | Progress::Succeeded) | None => "not failed".to_owned(),
            }
        };
        assert_eq!(
            failed("Table 'x' does not exist\n\nLINE 1: SELECT\r\n\t^"),
            "Table 'x' does not exist LINE 1: SELECT ^"
        );
        assert_eq!(failed(""), "FAILED");
        assert!(standing(&json!({ "QueryExecution": { "Status": { "State": "NEW" } } })).is_none());
    }
}
