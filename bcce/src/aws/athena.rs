//! Athena's queries, and the tables of Glue that they read.

use serde_json::{Value, json};

use super::{CallError, Session};

/// Where a query stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It waits or runs.
    Running,
    /// It has an answer.
    Succeeded,
    /// It failed or was cancelled, with what Athena said.
    Failed(String),
}

/// Starts a query and gives its id.
///
/// # Errors
/// When the call fails for good.
pub async fn start(session: &Session, workgroup: &str, database: &str, sql: &str) -> Result<String, CallError> {
    let body = json!({"QueryString": sql, "WorkGroup": workgroup, "QueryExecutionContext": {"Database": database}});
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
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str);
    match text("/QueryExecution/Status/State") {
        Some("QUEUED" | "RUNNING") => Ok(Progress::Running),
        Some("SUCCEEDED") => Ok(Progress::Succeeded),
        Some(state @ ("FAILED" | "CANCELLED")) => {
            let reason = text("/QueryExecution/Status/StateChangeReason").filter(|reason| !reason.is_empty());
            Ok(Progress::Failed(reason.unwrap_or(state).to_owned()))
        }
        _ => Err(malformed("athena", "GetQueryExecution")),
    }
}

/// The names of the tables and views of a database.
///
/// # Errors
/// When the call fails for good.
pub async fn tables(session: &Session, database: &str) -> Result<Vec<String>, CallError> {
    let mut names = Vec::new();
    let mut token = None;
    loop {
        let mut body = json!({"DatabaseName": database});
        if let (Some(token), Some(body)) = (token, body.as_object_mut()) {
            body.insert("NextToken".to_owned(), token);
        }
        let mut answer = session.json("glue", "AWSGlue.GetTables", &body).await?;
        let page = answer.get("TableList").and_then(Value::as_array).into_iter().flatten();
        names.extend(page.filter_map(|table| table.get("Name")?.as_str()).map(str::to_owned));
        token =
            answer.get_mut("NextToken").map(Value::take).filter(|token| token.as_str().is_some_and(|t| !t.is_empty()));
        if token.is_none() {
            return Ok(names);
        }
    }
}

fn malformed(service: &'static str, action: &str) -> CallError {
    CallError::Malformed { service, action: action.to_owned() }
}
