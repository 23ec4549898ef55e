//! Holds events against `config/event.schema.json`. It reads the keywords of JSON Schema that stand there, formats included, and panics on
//! any other, so that none can go unheeded. A library would read them all, and took longer to compile than the whole agent.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// What an event may hold.
pub(crate) struct Schema(Value);

impl Schema {
    /// The one that is shipped.
    pub(crate) fn shipped() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/event.schema.json");
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// The places in `event` that are not as they may be. They hold no content.
    pub(crate) fn faults(&self, event: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        check(&self.0, event, "", &mut faults);
        faults
    }
}

fn check(schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
    for (keyword, wanted) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => is_of_type(value, wanted.as_str().unwrap()),
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "format" => value.as_str().is_none_or(|text| is_of_format(text, wanted.as_str().unwrap())),
            "pattern" => value.as_str().is_none_or(|text| matches(text, wanted.as_str().unwrap())),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
            "required" => {
                let names = wanted.as_array().unwrap();
                value
                    .as_object()
                    .is_none_or(|members| names.iter().all(|name| members.contains_key(name.as_str().unwrap())))
            }
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    check(wanted, item, &format!("{place}/*"), faults);
                }
                true
            }
            "properties" => {
                let wanted = wanted.as_object().unwrap();
                for (name, member) in value.as_object().into_iter().flatten() {
                    if let Some(wanted) = wanted.get(name) {
                        check(wanted, member, &format!("{place}/{name}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => {
                for member in value.as_object().into_iter().flat_map(|members| additional(schema, members)) {
                    if *wanted == Value::Bool(false) {
                        faults.push(format!("{place}: a member that is not named"));
                    } else {
                        check(wanted, member, &format!("{place}/+"), faults);
                    }
                }
                true
            }
            keyword => panic!("this test cannot read {keyword}"),
        };
        if !holds {
            faults.push(format!("{place}: {keyword}"));
        }
    }
}

/// The members that the schema's properties do not name.
fn additional<'a>(schema: &'a Value, members: &'a Map<String, Value>) -> impl Iterator<Item = &'a Value> {
    let named = |name: &str| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
    members.iter().filter(move |(name, _)| !named(name)).map(|(_, member)| member)
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        name => panic!("this test cannot read the type {name}"),
    }
}

fn is_of_format(text: &str, name: &str) -> bool {
    match name {
        "date-time" => text.parse::<Timestamp>().is_ok(),
        name => panic!("this test cannot read the format {name}"),
    }
}

fn matches(text: &str, pattern: &str) -> bool {
    regex::Regex::new(pattern).unwrap().is_match(text)
}

#[test]
fn what_a_schema_forbids_is_a_fault() {
    let schema = Schema(serde_json::json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id"],
        "properties": {
            "id": { "type": "string", "pattern": "^[0-9a-f]{2}$" },
            "schema": { "const": "one" },
            "tier": { "enum": ["a", "b"] },
            "time": { "type": "string", "format": "date-time" },
            "counts": { "type": "object", "additionalProperties": { "type": "integer", "minimum": 1 } },
            "list": { "type": "array", "minItems": 1, "items": { "type": "object", "properties": { "yes": { "type": "boolean" } } } },
        },
    }));
    let event = |more: Value| {
        let mut event = serde_json::json!({ "id": "0f", "schema": "one", "tier": "b", "time": "2026-11-28T12:00:00Z",
            "counts": { "seen": 1 }, "list": [{ "yes": true }] });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema.faults(&event)
    };
    assert_eq!(event(serde_json::json!({})), Vec::<String>::new());
    assert_eq!(schema.faults(&serde_json::json!({})), [": required"]);
    for (more, fault) in [
        (serde_json::json!({ "id": "0F" }), "/id: pattern"),
        (serde_json::json!({ "id": 7 }), "/id: type"),
        (serde_json::json!({ "schema": "two" }), "/schema: const"),
        (serde_json::json!({ "tier": "c" }), "/tier: enum"),
        (serde_json::json!({ "time": "yesterday" }), "/time: format"),
        (serde_json::json!({ "counts": { "seen": 0 } }), "/counts/+: minimum"),
        (serde_json::json!({ "counts": { "seen": 1.5 } }), "/counts/+: type"),
        (serde_json::json!({ "list": [] }), "/list: minItems"),
        (serde_json::json!({ "list": [{ "yes": 1 }] }), "/list/*/yes: type"),
        (serde_json::json!({ "other": 1 }), ": a member that is not named"),
    ] {
        assert_eq!(event(more), [fault]);
    }
}
