//! The reader against a naive one, over records whose fields are of all types.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

use super::*;
use serde_json::{Value, json};

/// What a record tells, by a value of all of it.
fn naive(line: &[u8]) -> Option<Record<'static>> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let fields = value.as_object()?;
    let text =
        |from: &Value, name: &str| from.get(name).and_then(Value::as_str).map(|text| Cow::Owned(text.to_owned()));
    let id = |from: &Value, name: &str| from.get(name).and_then(Value::as_str).map(|text| hash(text.as_bytes()));
    let is_true = |from: &Value, name: &str| from.get(name).and_then(Value::as_bool) == Some(true);
    let mut record = Record {
        uuid: id(&value, "uuid"),
        session: text(&value, "sessionId"),
        time_ms: fields.get("timestamp").and_then(Value::as_str).and_then(time_ms),
        project: text(&value, "cwd"),
        is_subagent: is_true(&value, "isSidechain"),
        ..Record::default()
    };
    let Some(message) = value.get("message").filter(|message| message.is_object()) else { return Some(record) };
    let mut has_results = false;
    for block in message.get("content").and_then(Value::as_array).into_iter().flatten() {
        match block.get("type").and_then(Value::as_str) {
            Some("tool_use") => record.calls.extend(id(block, "id").zip(text(block, "name"))),
            Some("tool_result") => {
                has_results = true;
                record.failures.extend(id(block, "tool_use_id").filter(|_| is_true(block, "is_error")));
            }
            _ => {}
        }
    }
    let is_user = value.get("type").and_then(Value::as_str) == Some("user");
    record.is_prompt = is_user && !has_results && !is_true(&value, "isMeta") && !record.is_subagent;
    record.model = text(message, "model");
    if let Some(usage) = message.get("usage").filter(|usage| usage.is_object())
        && record.model.as_deref() != Some("<synthetic>")
    {
        let count = |from: &Value, name: &str| from.get(name).and_then(Value::as_u64).unwrap_or(0);
        let parts = usage.get("cache_creation").filter(|parts| parts.is_object()).map(|parts| Parts {
            five: count(parts, "ephemeral_5m_input_tokens"),
            hour: count(parts, "ephemeral_1h_input_tokens"),
        });
        let usage = Usage {
            input: count(usage, "input_tokens"),
            output: count(usage, "output_tokens"),
            written: count(usage, "cache_creation_input_tokens"),
            read: count(usage, "cache_read_input_tokens"),
            parts,
            speed: match usage.get("speed").and_then(Value::as_str) {
                None | Some("standard") => Speed::Standard,
                Some("fast") => Speed::Fast,
                Some(_) => Speed::Other,
            },
        };
        let spent = |message| Spent { message, speed: usage.speed, tokens: usage.tokens() };
        record.usage = id(message, "id").or(record.uuid).map(spent);
    }
    Some(record)
}

fn check(record: &Value) {
    let line = record.to_string();
    assert_eq!(Record::read(line.as_bytes()), naive(line.as_bytes()), "{line}");
}

#[test]
fn a_record_says_the_same_as_to_a_reader_that_keeps_all_of_it() {
    let whole = json!({
        "uuid": "u", "sessionId": "s \u{e9}\n", "timestamp": "2026-11-01T10:00:00.123Z", "cwd": "/p\\\"q", "type": "user",
        "isSidechain": false, "isMeta": false, "toolUseResult": {"message": {"id": "no"}, "uuid": ["no"]},
        "message": {"id": "m", "model": "claude-opus-4-5", "role": "assistant", "content": [
            {"type": "tool_use", "id": "t", "name": "Bash", "input": {"id": "no", "type": "tool_result"}},
            {"type": "tool_result", "tool_use_id": "t", "is_error": true, "content": [{"type": "tool_use"}]}, "text", 7,
        ], "usage": {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 9, "cache_read_input_tokens": 4, "speed": "fast",
            "cache_creation": {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 3}}},
    });
    check(&whole);
    assert!(naive(whole.to_string().as_bytes()).unwrap().usage.is_some());
    let others = [
        json!(null),
        json!(true),
        json!("user"),
        json!("<synthetic>"),
        json!(-1),
        json!(1.5),
        json!(7),
        json!([[]]),
        json!({"id": {}}),
    ];
    let pointers = [
        "/uuid",
        "/sessionId",
        "/timestamp",
        "/cwd",
        "/type",
        "/isSidechain",
        "/isMeta",
        "/message",
        "/message/id",
        "/message/model",
        "/message/content",
        "/message/usage",
        "/message/usage/input_tokens",
        "/message/usage/cache_creation_input_tokens",
        "/message/usage/cache_creation",
        "/message/usage/cache_creation/ephemeral_1h_input_tokens",
        "/message/content/0",
        "/message/content/0/type",
        "/message/content/0/id",
        "/message/content/0/name",
        "/message/content/1/type",
        "/message/content/1/tool_use_id",
        "/message/content/1/is_error",
    ];
    for pointer in pointers {
        for other in &others {
            let mut record = whole.clone();
            *record.pointer_mut(pointer).unwrap() = other.clone();
            check(&record);
            // Two fields of other types at once.
            for second in pointers {
                let mut twice = record.clone();
                if let Some(place) = twice.pointer_mut(second) {
                    *place = other.clone();
                    check(&twice);
                }
            }
        }
    }
    for other in &others {
        check(other);
    }
}

#[test]
fn a_name_that_stands_twice_counts_the_second_time() {
    for line in [
        r#"{"uuid":"a","uuid":"b"}"#,
        r#"{"uuid":"a","uuid":7}"#,
        r#"{"message":{"id":"m"},"message":null,"type":"user"}"#,
        r#"{"\u0075uid":"escaped"}"#,
        r#"{"uuid":"a"} "#,
        r#"{"uuid":"a"} x"#,
        r#"{"uuid":"a""#,
        r#"{"uuid":"a",}"#,
        "",
    ] {
        assert_eq!(Record::read(line.as_bytes()), naive(line.as_bytes()), "{line}");
    }
}
