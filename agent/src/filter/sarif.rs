//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>, checked 2026-11-24), for code-scanning viewers.

use super::scan::Found;
use scrubber::detect::RuleInfo;
use serde_json::{Value, json};

/// One SARIF result. It names place and rule; the text itself is never part of it.
pub fn result(found: &Found<'_>) -> Value {
    json!({
        "ruleId": found.rule,
        "level": "error",
        "message": { "text": format!("{} found", found.kind) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(found.file) },
                "region": { "startLine": found.line, "startColumn": found.column, "endColumn": found.column + found.length },
            }
        }],
    })
}

/// The whole log.
pub fn log(rules: &[RuleInfo], results: Vec<Value>) -> Value {
    let rules: Vec<Value> =
        rules.iter().map(|rule| json!({ "id": rule.id, "shortDescription": { "text": rule.description } })).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "bcce-agent", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A file's name as a relative or absolute URI reference.
fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
