//! How the parts of a lake in AWS are called.

use super::LakeError;
use crate::aws::{CallError, Session};

/// Names of the stack, as its template makes them from its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stack {
    /// What names begin with.
    pub(super) prefix: String,
    /// The database.
    pub(super) database: String,
    /// What could not be found out.
    pub(super) notes: Vec<String>,
}

impl Stack {
    /// Asks CloudFormation. The roles of the template may not: for them the template's own defaults hold, with a note.
    pub(super) async fn of(session: &Session, name: &str) -> Result<Self, LakeError> {
        let default = || "bcce".to_owned();
        let asked = [("StackName".to_owned(), name.to_owned())];
        let told = match session.query("cloudformation", "2010-05-15", "DescribeStacks", &asked).await {
            Ok(told) => told,
            Err(error) if error.is_denied() => {
                let note = "this identity may not ask for the stack's parameters: names are those of the template's defaults (bcce)";
                return Ok(Self { prefix: default(), database: default(), notes: vec![note.to_owned()] });
            }
            Err(CallError::Refused { code, message, .. })
                if code == "ValidationError" && message.contains("does not exist") =>
            {
                return Err(LakeError::NoStack { stack: name.to_owned(), region: session.region().to_owned() });
            }
            Err(error) => return Err(error.into()),
        };
        let parameter = |wanted: &str| {
            let parameters = told.list("DescribeStacksResult/Stacks/member/Parameters").iter();
            let mut value =
                parameters.filter(|one| one.text_at("ParameterKey") == wanted).map(|one| one.text_at("ParameterValue"));
            value.next_back().filter(|value| !value.is_empty()).map_or_else(default, str::to_owned)
        };
        Ok(Self { prefix: parameter("Prefix"), database: parameter("Database"), notes: Vec::new() })
    }
}
