//! Whose credentials are used, as the token service says.
//!
//! Promises: of a name only the role's is kept. A user's name and that of a session are left out: they name persons.

use std::fmt;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    account: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Role(String),
    User,
    Root,
}

impl Caller {
    /// From the account's number and the ARN of an answer; `None` where they are not what the service's reference shows
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>, checked 2026-11-27).
    pub(crate) fn of(account: &str, arn: &str) -> Option<Self> {
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut parts = arn.splitn(6, ':').skip(4);
        if parts.next()? != account {
            return None;
        }
        let mut resource = parts.next()?.split('/');
        let kind = match resource.next()? {
            "assumed-role" => {
                let name = resource.next().filter(|name| is_role_name(name))?;
                Kind::Role(name.to_owned())
            }
            "user" | "federated-user" => Kind::User,
            "root" => Kind::Root,
            _ => return None,
        };
        Some(Self { account: account.to_owned(), kind })
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {}, ", self.account)?;
        match &self.kind {
            Kind::Role(name) => write!(f, "role {name}"),
            Kind::User => f.write_str("a user without a role"),
            Kind::Root => f.write_str("the account's root user"),
        }
    }
}

fn is_role_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_caller_the_account_and_the_role_are_told_and_no_person() {
        let told = |arn: &str| Caller::of("123456789012", arn).map(|caller| caller.to_string());
        let role = told("arn:aws:sts::123456789012:assumed-role/bcce-laptop-writer/ada@example.org");
        assert_eq!(role.as_deref(), Some("account 123456789012, role bcce-laptop-writer"));
        let user = told("arn:aws-cn:iam::123456789012:user/division/ada");
        assert_eq!(user.as_deref(), Some("account 123456789012, a user without a role"));
        let root = told("arn:aws:iam::123456789012:root");
        assert_eq!(root.as_deref(), Some("account 123456789012, the account's root user"));
        for odd in [
            "",
            "arn:aws:sts::999999999999:assumed-role/r/s",
            "arn:aws:sts::123456789012:assumed-role/\u{1b}[2J/s",
            "arn:aws:sts::123456789012:assumed-role",
            "arn:aws:sts::123456789012:something/new",
        ] {
            assert_eq!(told(odd), None, "{odd:?}");
        }
        assert_eq!(Caller::of("12345678901x", "arn:aws:iam::12345678901x:root"), None);
    }
}
