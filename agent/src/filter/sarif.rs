//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>, checked 2026-11-26), for code-scanning viewers.
//!
//! A result names place and rule; no part of the text, and no hash of it, is in it: a report is handed on more easily than
//! the text was.

use super::scan::{Found, Region};
use scrubber::detect::RuleInfo;
use scrubber::detect::rule::Class;
use serde_json::{Value, json};

/// One result of one of the rules. Who holds a secret can act as somebody: that is an error, and personal data a warning.
pub fn result(found: &Found<'_>, rules: &[RuleInfo]) -> Value {
    let rule = rules.get(found.rule_index);
    let (level, what) = match rule.map(|rule| rule.class) {
        Some(Class::Secret) | None => ("error", "A secret"),
        Some(Class::Personal) => ("warning", "Personal data"),
    };
    let description = rule.map_or(found.kind, |rule| &*rule.description);
    let Region { start_line, start_column, end_line, end_column } = found.region;
    json!({
        "ruleId": found.rule,
        "ruleIndex": found.rule_index,
        "level": level,
        "message": { "text": format!("{what} may stand here: {description}.") },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(found.file) },
                "region": {
                    "startLine": start_line,
                    "startColumn": start_column,
                    "endLine": end_line,
                    "endColumn": end_column,
                },
            }
        }],
    })
}

/// A rule with what viewers show of one: GitHub's has both descriptions on top of an alert
/// (<https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>, a copy of
/// it for Enterprise Server 3.0 read 2026-11-28).
fn descriptor(rule: &RuleInfo) -> Value {
    let (what, advice) = match rule.class {
        Class::Secret => ("a secret", "Revoke it, and give out a new one, if others may have read it."),
        Class::Personal => ("personal data", "Remove it where it is not needed."),
    };
    let way = "`bcce-agent rules explain -` says why something is found, and what lets it pass.";
    json!({
        "id": *rule.id,
        "shortDescription": { "text": *rule.description },
        "fullDescription": { "text": format!("Finds {what}: {}.", rule.description) },
        "help": { "text": format!("{advice} {way}") },
    })
}

/// The whole log.
pub fn log(rules: &[RuleInfo], results: Vec<Value>) -> Value {
    let rules: Vec<Value> = rules.iter().map(descriptor).collect();
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

/// A file's name as a URI reference: relative for a relative name, else `file:`.
fn uri(file: &str) -> String {
    let file = file.replace('\\', "/");
    let drive = matches!(file.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let mut uri = match (drive, file.starts_with("//"), file.starts_with('/')) {
        (true, ..) => "file:///".to_owned(),
        (_, true, _) => "file:".to_owned(),
        (_, _, true) => "file://".to_owned(),
        _ => String::new(),
    };
    for (place, byte) in file.bytes().enumerate() {
        // A colon in the first part of a relative name would make a scheme of it.
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) || (drive && place == 1) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::filter::scan;
    use scrubber::detect::{Engine, KnownIdentities, Scratch};

    /// The log of one plain text.
    fn log_of(file: &str, text: &str) -> Value {
        let engine = Engine::new(&KnownIdentities::default()).unwrap();
        let mut results = Vec::new();
        let mut add = |found: &Found<'_>| {
            results.push(result(found, engine.rules()));
            Ok(())
        };
        scan::text(&engine, file, text.as_bytes(), 1 << 20, &mut Scratch::default(), &mut add).unwrap();
        log(engine.rules(), results)
    }

    /// The keys of an object, all of which the standard must know.
    fn check_keys(value: &Value, required: &[&str], optional: &[&str]) {
        let object = value.as_object().unwrap();
        assert!(required.iter().all(|key| object.contains_key(*key)), "{value}");
        assert!(
            object.keys().all(|key| required.contains(&key.as_str()) || optional.contains(&key.as_str())),
            "{value}"
        );
    }

    fn value() -> String {
        ["Qv7", "xT2", "pLm9", "wZ4k"].concat()
    }

    #[test]
    fn a_log_has_the_shape_of_the_standard_and_holds_no_secret() {
        let key =
            format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----", "RSA PRIVATE KEY", "MIIEowIBAAKCAQEA".repeat(4));
        let text = format!("one\npassword={}\nmail ada@lovelace.dev\n{key}\n", value());
        let log = log_of("a b/c.txt", &text);
        check_keys(&log, &["version", "runs"], &["$schema"]);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        check_keys(run, &["tool"], &["results", "columnKind"]);
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        check_keys(&run["tool"]["driver"], &["name"], &["version", "rules"]);
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: std::collections::BTreeSet<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rules.len());
        rules.iter().for_each(|rule| check_keys(rule, &["id", "shortDescription", "fullDescription", "help"], &[]));
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 3, "{results:?}");
        for result in results {
            check_keys(result, &["message"], &["ruleId", "ruleIndex", "level", "locations"]);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            check_keys(place, &[], &["artifactLocation", "region"]);
            assert_eq!(place["artifactLocation"]["uri"], "a%20b/c.txt");
            let region = &place["region"];
            check_keys(region, &["startLine"], &["startColumn", "endLine", "endColumn"]);
            let number = |key: &str| region[key].as_u64().unwrap();
            assert!(region.as_object().unwrap().values().all(|number| number.as_u64().unwrap() >= 1));
            assert!((number("startLine"), number("startColumn")) < (number("endLine"), number("endColumn")));
        }
        let whole = log.to_string();
        assert!(!whole.contains(&value()) && !whole.contains("lovelace") && !whole.contains("MIIE"));
    }

    #[test]
    fn secrets_are_errors_and_personal_data_warnings_each_in_a_sentence() {
        let result = |text: &str| log_of("x", text)["runs"][0]["results"][0].clone();
        let secret = result(&format!("password={}\n", value()));
        assert_eq!(secret["level"], "error");
        assert_eq!(secret["message"]["text"], "A secret may stand here: value beside a name that says password.");
        let personal = result("see /home/mirabelle/notes\n");
        assert_eq!((&personal["level"], &personal["ruleId"]), (&json!("warning"), &json!("home-user")));
        let text = &personal["message"]["text"];
        assert_eq!(text, "Personal data may stand here: user name in the path of a home folder.");
        let ended = |rule: &RuleInfo| rule.description.ends_with('.');
        assert!(
            !Engine::new(&KnownIdentities::default()).unwrap().rules().iter().any(ended),
            "the sentence has its stop"
        );
    }

    #[test]
    fn places_are_told_in_characters_and_over_lines() {
        let region = |text: &str| {
            log_of("x", text)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].clone()
        };
        let found = region(&format!("a\n\u{e9}\u{1f600} password={}\n", value()));
        let expected = json!({ "startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 13 + value().len() });
        assert_eq!(found, expected);
        let key =
            format!("x -----BEGIN {0}-----\n{1}\n-----END {0}-----", "RSA PRIVATE KEY", "MIIEowIBAAKCAQEA".repeat(4));
        let found = region(&key);
        assert_eq!((&found["startLine"], &found["startColumn"]), (&json!(1), &json!(3)));
        assert_eq!(found["endLine"], 3);
    }

    #[test]
    fn names_of_files_are_uri_references() {
        let check = |file: &str, expected: &str| assert_eq!(uri(file), expected, "{file}");
        check("src/a b.rs", "src/a%20b.rs");
        check("/tmp/\u{e9}.txt", "file:///tmp/%C3%A9.txt");
        check("C:\\data\\a.txt", "file:///C:/data/a.txt");
        check("\\\\server\\share\\a.txt", "file://server/share/a.txt");
        check("a:b/c", "a%3Ab/c");
        check("-", "-");
    }
}
