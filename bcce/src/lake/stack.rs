//! How the parts of a lake in AWS are called.

use super::LakeError;
use crate::aws::{Session, cloudformation};

/// The stack's name where nobody says another. Only for it are names assumed that cannot be asked for.
const DEFAULT_STACK: &str = "bcce-lake";

/// Names of the stack, as its template makes them from its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stack {
    /// What names begin with.
    pub(super) prefix: String,
    /// The database.
    pub(super) database: String,
    /// What could not be found out: names are then only assumed.
    pub(super) notes: Vec<String>,
}

impl Stack {
    /// Asks CloudFormation. Where this identity may not, the template's own defaults hold for a stack of the default name, with a
    /// note; of any other stack nothing is assumed.
    pub(super) async fn of(session: &Session, name: &str) -> Result<Self, LakeError> {
        let default = || "bcce".to_owned();
        let told = match cloudformation::stack(session, name).await {
            Ok(Some(told)) => told,
            Ok(None) => return Err(LakeError::NoStack { stack: name.to_owned(), region: session.region().to_owned() }),
            Err(error) if error.is_denied() && name == DEFAULT_STACK => {
                let note = "this identity may not ask for the stack's parameters: names are those of the template's defaults (bcce)";
                return Ok(Self { prefix: default(), database: default(), notes: vec![note.to_owned()] });
            }
            Err(error) => return Err(error.into()),
        };
        let parameter = |wanted: &str| {
            let value = told.parameter(wanted).filter(|value| !value.is_empty()).map(str::to_owned);
            value.ok_or_else(|| LakeError::NoLake { stack: name.to_owned() })
        };
        Ok(Self { prefix: parameter("Prefix")?, database: parameter("Database")?, notes: Vec::new() })
    }
}
