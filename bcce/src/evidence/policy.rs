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

/// What a statement asks for besides the keys that it may: a Deny that asks for more holds less.
fn asks_only(statement: &Value, keys: &[&str]) -> bool {
    let operators = statement.get("Condition").and_then(Value::as_object);
    let mut asked = operators.into_iter().flatten().filter_map(|(_, of)| of.as_object()).flatten();
    asked.all(|(key, _)| keys.iter().any(|known| known.eq_ignore_ascii_case(key)))
}

/// Whether a statement is of a bucket and everything in it.
fn is_of_all(statement: &Value, bucket: &str) -> bool {
    let of = statement.get("Resource").map(listed).unwrap_or_default();
    let has = |end: &str| of.iter().any(|arn| *arn == "*" || arn.ends_with(&format!(":::{bucket}{end}")));
    has("") && has("/*")
}

/// Whether a bucket's policy refuses everybody (no TLS, below TLS 1.2, outside this organisation, or some where none is known).
pub(super) fn refusals(document: &Value, bucket: &str, organisation: Option<&str>) -> [bool; 3] {
    let everybody = |statement: &&&Value| {
        let principal = statement.get("Principal");
        let all = principal
            .is_some_and(|principal| principal == "*" || principal.get("AWS").is_some_and(|aws| listed(aws) == ["*"]));
        let actions = statement.get("Action").map(listed).unwrap_or_default();
        statement.get("Effect").is_some_and(|effect| effect == "Deny")
            && all
            && actions == ["s3:*"]
            && is_of_all(statement, bucket)
    };
    let statements = statements(document);
    // Services of AWS write into the buckets for the stack.
    let any = |operator: &str, key: &str, is: &dyn Fn(&Value) -> bool| {
        let mut of_all = statements.iter().filter(everybody);
        of_all.any(|statement| {
            let only = asks_only(statement, &[key, "aws:PrincipalIsAWSService"]);
            only && condition(statement, operator, key).is_some_and(is)
        })
    };
    let says =
        |value: &Value, text: &str| value.as_str().map_or_else(|| listed(value) == [text], |found| found == text);
    [
        any("Bool", "aws:SecureTransport", &|value| says(value, "false") || value == &Value::Bool(false)),
        any("NumericLessThan", "s3:TlsVersion", &|value| {
            says(value, "1.2") || value.as_f64().is_some_and(|version| version >= 1.2)
        }),
        any("StringNotEquals", "aws:PrincipalOrgID", &|value| is_organisation(value, organisation)),
    ]
}

/// Whether a value names this organisation and no other; any one where none is known.
fn is_organisation(value: &Value, organisation: Option<&str>) -> bool {
    match (listed(value).as_slice(), organisation) {
        ([named], Some(own)) => *named == own,
        ([named], None) => named.starts_with("o-"),
        (_, _) => false,
    }
}

/// Whether every way to become a role asks for (this organisation, an external id). Services become roles in ways of their own.
pub(super) fn trust(document: &Value, organisation: Option<&str>) -> (bool, bool) {
    let people: Vec<_> = statements(document)
        .into_iter()
        .filter(|statement| statement.get("Effect").is_some_and(|effect| effect == "Allow"))
        .filter(|statement| {
            let who = statement.get("Principal");
            who.is_some_and(|who| who == "*" || who.get("AWS").is_some() || who.get("Federated").is_some())
        })
        .collect();
    let all = |key, is: &dyn Fn(&Value) -> bool| {
        !people.is_empty() && people.iter().all(|statement| condition(statement, "StringEquals", key).is_some_and(is))
    };
    (
        all("aws:PrincipalOrgID", &|value| is_organisation(value, organisation)),
        all("sts:ExternalId", &|value| !listed(value).is_empty()),
    )
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

/// What a policy's permissions are for.
pub(super) fn resources(document: &Value) -> Vec<String> {
    let statements = statements(document).into_iter();
    let allows = statements.filter(|statement| statement.get("Effect").is_some_and(|effect| effect == "Allow"));
    let of = allows.flat_map(|statement| statement.get("Resource").map_or_else(|| vec!["*"], listed));
    of.map(str::to_owned).collect()
}

/// Whether an action as policies write it, with `*` and `?` and in any case, is this one (written small).
pub(super) fn is_action(pattern: &str, action: &str) -> bool {
    is_like(&pattern.to_ascii_lowercase(), action)
}

/// Whether a name is one that a pattern with `*` and `?` means.
pub(super) fn is_like(pattern: &str, name: &str) -> bool {
    fn matches(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => (0..=text.len()).any(|skip| matches(rest, text.get(skip..).unwrap_or_default())),
            ([b'?', rest @ ..], [_, text @ ..]) => matches(rest, text),
            ([one, rest @ ..], [other, text @ ..]) => one == other && matches(rest, text),
            (_, _) => false,
        }
    }
    matches(pattern.as_bytes(), name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ALL: [&str; 2] = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"];

    fn deny(condition: Value) -> Value {
        json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ALL, "Condition": condition})
    }

    fn check(statements: Value, expected: [bool; 3]) {
        assert_eq!(refusals(&json!({ "Statement": statements }), "b", Some("o-x")), expected, "{statements}");
    }

    #[test]
    fn a_bucket_refuses_only_what_its_policy_refuses_everybody() {
        let tls = deny(json!({"Bool": {"aws:SecureTransport": "false"}}));
        let old = deny(json!({"NumericLessThan": {"s3:TlsVersion": "1.2"}}));
        let outside = deny(json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-x"},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}));
        check(json!([tls, old, outside]), [true; 3]);
        check(tls.clone(), [true, false, false]);
        let changed = |key: &str, value: Value| {
            let mut statement = tls.clone();
            statement[key] = value;
            statement
        };
        check(changed("Effect", json!("Allow")), [false; 3]);
        check(changed("Principal", json!({"AWS": "arn:aws:iam::1:root"})), [false; 3]);
        check(changed("Action", json!("s3:GetObject")), [false; 3]);
        check(changed("Resource", json!("arn:aws:s3:::b/*")), [false; 3]);
        check(changed("Resource", json!(["arn:aws:s3:::b", "arn:aws:s3:::b/events/*"])), [false; 3]);
        check(deny(json!({"NumericLessThan": {"s3:TlsVersion": "1.0"}})), [false; 3]);
        check(deny(json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-other"}})), [false; 3]);
        let narrowed = json!({"Bool": {"aws:SecureTransport": "false"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}});
        check(deny(narrowed), [false; 3]);
        assert_eq!(refusals(&json!({}), "b", None), [false; 3]);
    }

    #[test]
    fn a_role_asks_only_what_every_way_to_it_asks() {
        let own = json!({"Effect": "Allow", "Principal": {"AWS": "arn"}, "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "x", "aws:PrincipalOrgID": "o-x"}}});
        let check = |statements: Value, expected| {
            assert_eq!(trust(&json!({ "Statement": statements }), Some("o-x")), expected, "{statements}");
        };
        check(json!([own]), (true, true));
        check(json!([own, {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]), (false, false));
        check(json!([own, {"Effect": "Allow", "Principal": {"Federated": "arn"}}]), (false, false));
        check(json!([own, {"Effect": "Allow", "Principal": {"Service": "firehose.amazonaws.com"}}]), (true, true));
        check(json!([]), (false, false));
        assert_eq!(trust(&json!({ "Statement": own }), Some("o-other")), (false, true));
    }

    #[test]
    fn an_action_is_met_in_every_way_that_policies_write_it() {
        for pattern in ["*", "s3:*", "s3:Delete*", "S3:DELETEOBJECT", "s3:D*Object", "s3:DeleteObjec?"] {
            assert!(is_action(pattern, "s3:deleteobject"), "{pattern}");
        }
        for pattern in ["s3:GetObject", "s3:DeleteObjectVersion", "s3:", "", "firehose:*"] {
            assert!(!is_action(pattern, "s3:deleteobject"), "{pattern}");
        }
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
