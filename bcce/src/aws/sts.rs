//! The token service: who is calling.

use super::{CallError, Session};

/// Who is calling, and in which account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's number.
    pub account: String,
    /// The user or role.
    pub arn: String,
}

/// Asks who these credentials are.
///
/// # Errors
/// When the call fails for good.
pub async fn caller(session: &Session) -> Result<Identity, CallError> {
    let answer = session.query("sts", "2011-06-15", "GetCallerIdentity", &[]).await?;
    let text = |name: &str| answer.text_at(&format!("GetCallerIdentityResult/{name}")).to_owned();
    Ok(Identity { account: text("Account"), arn: text("Arn") })
}
