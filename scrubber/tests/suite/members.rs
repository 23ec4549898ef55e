//! Inputs of tools are objects whose keys anybody may have made up: what a value is may be told by its key and its neighbours alone.

use scrubber::detect::value_hash;
use scrubber::{Outcome, Place, Policy, RawLine, Scopes, Scratch, Source, SourceKind};
use serde_json::{Value, json};

use crate::support::{Everywhere, Result, parts};

/// The event of a call of a tool with this input, as it leaves.
fn leaves(policy: &Policy, tool: &str, input: &Value) -> Result<String> {
    Ok(scrubbed(policy, tool, input)?.0)
}

/// The same, and how many findings were let pass.
fn scrubbed(policy: &Policy, tool: &str, input: &Value) -> Result<(String, u64)> {
    let record = json!({
        "type": "assistant", "uuid": "00000000-0000-4000-8000-000000000001", "cwd": "/home/mira/p",
        "sessionId": "00000000-0000-4000-8000-000000000000", "timestamp": "2026-11-26T08:00:00.000Z",
        "message": { "role": "assistant", "content": [
            { "type": "tool_use", "id": "toolu_78WhBxWwA7VtD52UPraRQxrY", "name": tool, "input": input },
        ]},
    })
    .to_string();
    let mut source = Source { kind: SourceKind::Transcript, session: "s".to_owned(), cwd: None };
    let raw = RawLine::new(record.as_bytes(), Place { offset: 0, length: record.len() as u64 + 1 });
    let mut out = policy.events();
    let mut scratch = Scratch::default();
    let outcome = policy.scrub(&raw, &mut source, &mut Everywhere, 0, &mut scratch, &mut out);
    assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
    let event = out.iter().map(|events| String::from_utf8_lossy(events.ndjson()).into_owned()).collect::<String>();
    serde_json::from_str::<Value>(&event)?;
    Ok((event, scratch.counts.allowed.values().sum()))
}

/// Inputs with `§` in place of the value.
const INPUTS: &[&str] = &[
    r#"{"host":"db.acme.example","user":"app","password":"§"}"#,
    r#"{"token":"§"}"#,
    r#"{"apiKey":"§","region":"eu"}"#,
    r#"{"env":{"DB_PASSWORD":"§","MODE":"test"}}"#,
    r#"{"headers":{"Accept":"*/*","X-Api-Key":"§"}}"#,
    r#"{"variables":[{"name":"MODE","value":"test"},{"name":"DB_PASSWORD","value":"§"}]}"#,
    r#"{"name":"DB_PASSWORD","value":"§"}"#,
    r#"{"key":"ADMIN_PASSWORD","type":"secret","value":"§"}"#,
    r#"{"command":"mysql","args":["--user","root","--password","§"]}"#,
    r#"{"config":{"auth":{"passwd":"§"}}}"#,
    r#"{"element":"Password textbox","ref":"e12","text":"§"}"#,
    r#"{"fields":[{"name":"Password","type":"textbox","ref":"e3","value":"§"}]}"#,
    r##"{"selector":"#password","value":"§"}"##,
    r#"{"passwords":{"root":"§"}}"#,
    r#"{"answers":{"What is the database password?":"§"}}"#,
];

#[test]
fn a_value_is_told_by_its_key_and_its_neighbours() -> Result {
    let policy = Policy::new(parts()?);
    let values = [
        ["Velvet", "4711!x9"].concat(),
        ["f3b8c1d2", "a4e59607", "1b2c3d4e", "5f60718a"].concat(),
        ["q8Zt3LmX0v", "Nc7RbYw2Kd", "Pf51Hs6Ja9Ue"].concat(),
        ["aB3\"x\\", "Kd9fQ2"].concat(),
    ];
    let mut missed = Vec::new();
    for input in INPUTS {
        for value in &values {
            let inside = Value::String(value.clone()).to_string();
            let inside = inside.get(1..inside.len() - 1).unwrap_or_default();
            let input: Value = serde_json::from_str(&input.replace('§', inside))?;
            for tool in ["mcp__db__connect", "SomeNewTool"] {
                if leaves(&policy, tool, &input)?.contains(inside) {
                    missed.push(format!("{tool} {input}"));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    Ok(())
}

#[test]
fn a_long_input_is_read_member_by_member() -> Result {
    let policy = Policy::new(parts()?);
    let value = ["Velvet", "4711!x9"].concat();
    let input = json!({ "document": "word ".repeat(5_000), "password": value, "env": { "DB_PASSWORD": value } });
    let event = leaves(&policy, "mcp__db__connect", &input)?;
    assert!(event.contains("word word") && !event.contains(&value));
    Ok(())
}

#[test]
fn what_is_let_pass_stays_and_is_counted_once() -> Result {
    let value = ["Velvet", "4711!x9"].concat();
    let mut parts = parts()?;
    let unknown = parts.engine.allow(&[(value_hash(value.as_bytes()), Scopes::EVERYWHERE)]);
    assert_eq!(unknown, Ok(()));
    let policy = Policy::new(parts);
    let (event, allowed) = scrubbed(&policy, "mcp__db__connect", &json!({ "host": "db", "password": value }))?;
    assert!(event.contains(&value));
    assert_eq!(allowed, 1);
    Ok(())
}

#[test]
fn ordinary_members_stay() -> Result {
    let policy = Policy::new(parts()?);
    for input in [
        json!({ "query": "password reset flow", "path": "src/auth/token.rs", "limit": 20 }),
        json!({ "pattern": "token", "glob": "**/*.ts", "output_mode": "content" }),
        json!({ "owner": "acme", "repo": "secrets-manager", "sha": "6f1e9d3a4b5c6d7e8f90a1b2c3d4e5f601234567" }),
        json!({ "element": "Password textbox", "ref": "e12" }),
        json!({ "element": "Search box", "ref": "s1e42", "text": "how to rotate tokens", "submit": true }),
        json!({ "url": "https://example.com/login", "passwordField": "#password", "method": "POST" }),
        json!({ "key": "cache-key-linux", "restoreKeys": ["linux-node-20", "linux-node"] }),
        json!({ "libraryName": "jsonwebtoken", "context7CompatibleLibraryID": "/auth0/node-jsonwebtoken", "tokens": 5000 }),
        json!({ "title": "Rotate the API key", "body": "The token expires on Monday.", "labels": ["secret", "auth"] }),
    ] {
        let event: Value = serde_json::from_str(&leaves(&policy, "mcp__tool__call", &input)?)?;
        assert!(event.get("redactions").is_none(), "{event}");
    }
    Ok(())
}
