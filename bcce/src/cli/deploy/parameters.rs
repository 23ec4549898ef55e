//! The template's parameters, as the command line gives them: which are sent, and which are never shown.

use std::collections::BTreeMap;

use agent::cli::{Exit, hinted, hinted_exit};
use anyhow::Context as _;

use crate::aws::CallError;
use crate::aws::cloudformation::{Declared, Set};

/// What stands in the place of a secret.
const HIDDEN: &str = "****";
/// A shorter value hides nothing: it would be found in every text.
const HIDDEN_BYTES_MIN: usize = 4;

/// Parameters of the command line, not yet held against a template.
#[derive(Default)]
pub(super) struct Given(BTreeMap<String, String>);

impl Given {
    /// Reads `KEY=VALUE`s and `KEY=@FILE`s. An error names no value: it may be a secret.
    pub(super) fn parse(arguments: &[String]) -> anyhow::Result<Self> {
        let mut given = BTreeMap::new();
        for (place, argument) in arguments.iter().enumerate() {
            let Some((key, value)) = argument.split_once('=').filter(|(key, _)| is_name(key)) else {
                let what = format!("--parameter number {} is not KEY=VALUE", place + 1);
                return Err(hinted_exit(Exit::Usage, what, "for example --parameter AlarmEmail=ops@example.com"));
            };
            let value = match value.strip_prefix('@') {
                Some(file) => std::fs::read_to_string(file)
                    .with_context(|| format!("cannot read the value of {key} from {file}"))?
                    .trim_end_matches(['\r', '\n'])
                    .to_owned(),
                None => value.to_owned(),
            };
            if given.insert(key.to_owned(), value).is_some() {
                return Err(hinted_exit(Exit::Usage, format!("--parameter {key} is given twice"), "give it once"));
            }
        }
        Ok(Self(given))
    }

    /// Holds them against what the template declares and what the stack already has (nothing, where it is to be made).
    pub(super) fn check(&self, declared: &[Declared], kept: &[(String, String)]) -> anyhow::Result<Vec<(String, Set)>> {
        let known = |key: &str| declared.iter().any(|one| one.key == key);
        let unknown: Vec<&str> = self.0.keys().map(String::as_str).filter(|key| !known(key)).collect();
        if !unknown.is_empty() {
            let names: Vec<&str> = declared.iter().map(|one| one.key.as_str()).collect();
            let what = format!("the template has no parameter {}", unknown.join(", "));
            return Err(hinted(what, format!("it has {}", names.join(", "))));
        }
        let mut sent = Vec::new();
        let mut missing = Vec::new();
        for one in declared {
            if let Some(value) = self.0.get(&one.key) {
                sent.push((one.key.clone(), Set::Value(value.clone())));
            } else if kept.iter().any(|(key, _)| *key == one.key) {
                sent.push((one.key.clone(), Set::Previous));
            } else if !one.has_default {
                missing.push(one.key.as_str());
            }
        }
        if missing.is_empty() {
            return Ok(sent);
        }
        let hint: Vec<String> = missing.iter().map(|key| format!("--parameter {key}=…")).collect();
        Err(hinted(format!("parameters without a value: {}", missing.join(", ")), hint.join(" ")))
    }

    /// The values that must not be shown. Before the template is known every value is one.
    pub(super) fn secrets(&self, declared: Option<&[Declared]>) -> Secrets {
        let is_secret =
            |key: &String| declared.is_none_or(|declared| declared.iter().any(|one| one.key == *key && one.no_echo));
        let mut values: Vec<String> = self
            .0
            .iter()
            .filter(|(key, value)| is_secret(key) && value.len() >= HIDDEN_BYTES_MIN)
            .map(|(_, value)| value.clone())
            .collect();
        // One may be a part of another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Secrets(values)
    }
}

/// Values that are never shown.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// A text without them.
    pub(super) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN))
    }

    /// A refused call, without them in what the service said.
    pub(super) fn explained(&self, error: CallError) -> anyhow::Error {
        match error {
            CallError::Refused { service, action, status, code, message } => {
                CallError::Refused { service, action, status, code, message: self.hide(&message) }.explained()
            }
            error @ (CallError::NoCredentials(_) | CallError::Unreachable { .. } | CallError::Malformed { .. }) => {
                error.explained()
            }
        }
    }
}

/// Parameters as people may see them.
pub(super) fn shown(sent: &[(String, Set)], declared: &[Declared]) -> BTreeMap<String, String> {
    let is_secret = |key: &str| declared.iter().any(|one| one.key == key && one.no_echo);
    sent.iter()
        .map(|(key, set)| {
            let value = match set {
                Set::Previous => "as it is",
                Set::Value(_) if is_secret(key) => HIDDEN,
                Set::Value(value) => value,
            };
            (key.clone(), value.to_owned())
        })
        .collect()
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> Vec<Declared> {
        [("Prefix", true, false), ("OrganizationId", false, false), ("ExternalId", false, true)]
            .map(|(key, has_default, no_echo)| Declared { key: key.to_owned(), has_default, no_echo })
            .into()
    }

    fn given(arguments: &[&str]) -> anyhow::Result<Given> {
        Given::parse(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    fn said<T>(result: anyhow::Result<T>) -> String {
        result.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_no_parameter_is_refused_without_its_value() {
        let hush = ["hush", "hush"].join("-");
        for argument in [hush.clone(), format!("={hush}"), format!("a b={hush}")] {
            assert_eq!(said(given(&["A=1", &argument])), "--parameter number 2 is not KEY=VALUE");
        }
        assert_eq!(said(given(&["A=1", "A=2"])), "--parameter A is given twice");
    }

    #[test]
    fn a_new_stack_wants_what_has_no_default_and_nothing_unknown() -> anyhow::Result<()> {
        let check = |arguments: &[&str]| given(arguments)?.check(&declared(), &[]);
        assert_eq!(said(check(&["Prefix=x"])), "parameters without a value: OrganizationId, ExternalId");
        assert_eq!(said(check(&["Perfix=x", "Organisation=y"])), "the template has no parameter Organisation, Perfix");
        let sent = check(&["OrganizationId=o-1", "ExternalId=a=b"])?;
        let value = |value: &str| Set::Value(value.to_owned());
        assert_eq!(sent, [("OrganizationId".to_owned(), value("o-1")), ("ExternalId".to_owned(), value("a=b"))]);
        Ok(())
    }

    #[test]
    fn a_stack_keeps_what_is_not_given() -> anyhow::Result<()> {
        let kept = [("OrganizationId", "o-1"), ("ExternalId", HIDDEN)].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let sent = given(&["OrganizationId=o-2"])?.check(&declared(), &kept)?;
        assert_eq!(
            sent,
            [("OrganizationId".to_owned(), Set::Value("o-2".to_owned())), ("ExternalId".to_owned(), Set::Previous),]
        );
        Ok(())
    }

    #[test]
    fn a_secret_is_shown_nowhere() -> anyhow::Result<()> {
        let hush = ["hush", "hush"].join("-");
        let given = given(&["OrganizationId=o-1234", &format!("ExternalId={hush}")])?;
        let sent = given.check(&declared(), &[])?;
        let seen = shown(&sent, &declared());
        assert_eq!(seen.get("ExternalId").map(String::as_str), Some(HIDDEN));
        assert_eq!(seen.get("OrganizationId").map(String::as_str), Some("o-1234"));
        let text = format!("o-1234 says {hush}");
        assert_eq!(given.secrets(Some(&declared())).hide(&text), "o-1234 says ****");
        assert_eq!(given.secrets(None).hide(&text), "**** says ****");
        let refused = |message: String| CallError::Refused {
            service: "cloudformation",
            action: "CreateChangeSet".to_owned(),
            status: 400,
            code: "ValidationError".to_owned(),
            message,
        };
        let told = given.secrets(Some(&declared())).explained(refused(text)).to_string();
        assert_eq!(told, "cloudformation CreateChangeSet: ValidationError: o-1234 says ****");
        Ok(())
    }
}
