//! What policy documents of IAM say, as far as a judgement needs it.

use serde_json::Value;

/// A value that IAM lets stand alone or in a list.
fn listed(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => vec![text],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

fn statements(document: &Value) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        Some(_) | None => Vec::new(),
    }
}

/// Whether a statement has this condition, in capitals or not: names of operators and keys do not tell them apart.
fn condition<'a>(statement: &'a Value, operator: &str, key: &str) -> Option<&'a Value> {
    let operators = statement.get("Condition")?.as_object()?;
    let (_, keys) = operators.iter().find(|(name, _)| name.eq_ignore_ascii_case(operator))?;
    keys.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// Whether a bucket's policy refuses everybody (no TLS, below TLS 1.2, outside the organisation).
pub(super) fn refusals(document: &Value) -> [bool; 3] {
    let everybody = |statement: &&&Value| {
        let principal = statement.get("Principal");
        let all = principal
            .is_some_and(|principal| principal == "*" || principal.get("AWS").is_some_and(|aws| listed(aws) == ["*"]));
        let actions = statement.get("Action").map(listed).unwrap_or_default();
        statement.get("Effect").is_some_and(|effect| effect == "Deny") && all && actions == ["s3:*"]
    };
    let statements = statements(document);
    let any = |operator: &str, key: &str, is: &dyn Fn(&Value) -> bool| {
        statements.iter().filter(everybody).any(|statement| condition(statement, operator, key).is_some_and(is))
    };
    let says =
        |value: &Value, text: &str| value.as_str().map_or_else(|| listed(value) == [text], |found| found == text);
    [
        any("Bool", "aws:SecureTransport", &|value| says(value, "false") || value == &Value::Bool(false)),
        any("NumericLessThan", "s3:TlsVersion", &|value| {
            says(value, "1.2") || value.as_f64().is_some_and(|version| version >= 1.2)
        }),
        any("StringNotEquals", "aws:PrincipalOrgID", &|value| !listed(value).is_empty()),
    ]
}

/// Whether every way to become a role asks for (the organisation, an external id). Services become roles in ways of their own.
pub(super) fn trust(document: &Value) -> (bool, bool) {
    let people: Vec<_> = statements(document)
        .into_iter()
        .filter(|statement| statement.get("Effect").is_some_and(|effect| effect == "Allow"))
        .filter(|statement| statement.get("Principal").is_some_and(|who| who == "*" || who.get("AWS").is_some()))
        .collect();
    let all = |key| {
        !people.is_empty()
            && people.iter().all(|statement| {
                condition(statement, "StringEquals", key).is_some_and(|value| !listed(value).is_empty())
            })
    };
    (all("aws:PrincipalOrgID"), all("sts:ExternalId"))
}

/// The actions that a policy allows; `*` where it says which it does not.
pub(super) fn allowed(document: &Value) -> Vec<String> {
    let statements = statements(document).into_iter();
    let allows = statements.filter(|statement| statement.get("Effect").is_some_and(|effect| effect == "Allow"));
    let mut actions = Vec::new();
    for statement in allows {
        match statement.get("Action") {
            Some(action) => actions.extend(listed(action).into_iter().map(str::to_owned)),
            None => actions.push("*".to_owned()),
        }
    }
    actions
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deny(condition: Value) -> Value {
        json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition})
    }

    #[test]
    fn a_bucket_refuses_only_what_its_policy_refuses_everybody() {
        let tls = deny(json!({"Bool": {"aws:SecureTransport": "false"}}));
        let old = deny(json!({"NumericLessThan": {"s3:TlsVersion": "1.2"}}));
        let outside = deny(json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-x"}}));
        assert_eq!(refusals(&json!({"Statement": [tls, old, outside]})), [true; 3]);
        assert_eq!(refusals(&json!({"Statement": tls})), [true, false, false]);
        let mut allowed = tls.clone();
        allowed["Effect"] = json!("Allow");
        let mut of_one = tls.clone();
        of_one["Principal"] = json!({"AWS": "arn:aws:iam::1:root"});
        let mut of_reading = tls;
        of_reading["Action"] = json!("s3:GetObject");
        let weak = deny(json!({"NumericLessThan": {"s3:TlsVersion": "1.0"}}));
        assert_eq!(refusals(&json!({"Statement": [allowed, of_one, of_reading, weak]})), [false; 3]);
        assert_eq!(refusals(&json!({})), [false; 3]);
    }

    #[test]
    fn a_role_asks_only_what_every_way_to_it_asks() {
        let own = json!({"Effect": "Allow", "Principal": {"AWS": "arn"}, "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "x", "aws:PrincipalOrgID": "o"}}});
        let open = json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"});
        assert_eq!(trust(&json!({"Statement": [own]})), (true, true));
        assert_eq!(trust(&json!({"Statement": [own, open]})), (false, false));
        assert_eq!(trust(&json!({"Statement": []})), (false, false));
    }

    #[test]
    fn what_a_policy_allows_is_read_in_every_form() {
        let one = json!({"Statement": {"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": "x"}});
        assert_eq!(allowed(&one), ["firehose:PutRecordBatch"]);
        let rest =
            json!({"Statement": [{"Effect": "Allow", "NotAction": "iam:*"}, {"Effect": "Deny", "Action": "a:b"}]});
        assert_eq!(allowed(&rest), ["*"]);
    }
}
