//! Counts and ids that a transcript holds leave as what they are called, or not at all.

use std::sync::OnceLock;

use proptest::prelude::*;
use scrubber::{Counts, EventsByTier, Origin, Place, Policy, ProjectTag, RawLine, Scratch, Source, SourceKind, Tier};
use serde_json::{Value, json};

use crate::support::{Everywhere, Result, only, parts};

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| match parts() {
        Ok(parts) => Policy::new(parts),
        Err(error) => panic!("{error}"),
    })
}

/// The event that is made of a line, and what was counted.
fn event_of(line: &str) -> Result<(Value, Counts)> {
    let (mut scratch, mut out) = (Scratch::default(), policy().events());
    let mut source = Source { kind: SourceKind::Transcript, session: "file-stem".to_owned(), cwd: None };
    let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 + 1 });
    policy().scrub(&raw, &mut source, &mut Everywhere, 0, &mut scratch, &mut out);
    Ok((only(&out)?, scratch.counts))
}

/// Records with one number at `#`, and where it leaves: as many of something, or how long something took.
const COUNTS: [(&str, &str); 5] = [
    (r#"{"type":"assistant","uuid":"u","message":{"usage":{"output_tokens":#}}}"#, "/usage/output_tokens"),
    (r#"{"type":"assistant","uuid":"u","message":{"usage":{"cache_read_input_tokens":#}}}"#, "/usage/cache_read"),
    (r#"{"type":"system","uuid":"u","hookCount":#}"#, "/measures/hook_count"),
    (r#"{"type":"system","uuid":"u","compactMetadata":{"preTokens":#}}"#, "/measures/pre_tokens"),
    (
        r#"{"type":"user","uuid":"u","toolUseResult":{"numLines":#},"message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}}"#,
        "/tools/0/lines",
    ),
];
const DURATION: (&str, &str) = (r#"{"type":"system","uuid":"u","durationMs":#}"#, "/measures/duration_ms");
const CODE: (&str, &str) =
    (r#"{"type":"attachment","uuid":"u","attachment":{"type":"hook_success","exitCode":#}}"#, "/measures/exit_code");

/// Says whether the number leaves; if it does, then as it stood, and if not, it is counted.
fn leaves((record, place): (&str, &str), number: &str) -> Result<bool> {
    let (event, counts) = event_of(&record.replace('#', number))?;
    let Some(found) = event.pointer(place) else {
        assert_eq!((counts.fields_misshapen, &event["dropped_fields"]), (1, &json!(1)), "{number}");
        return Ok(false);
    };
    assert_eq!((counts.fields_misshapen, &event["dropped_fields"]), (0, &json!(0)), "{number}");
    assert_eq!(*found, serde_json::from_str::<Value>(number)?);
    Ok(true)
}

/// Records with one id at `#`, and where it leaves.
const IDS: [(&str, &str); 8] = [
    (r##"{"type":"assistant","uuid":"u","message":{"id":"#"}}"##, "/message_id"),
    (r##"{"type":"assistant","uuid":"u","requestId":"#"}"##, "/request_id"),
    (
        r##"{"type":"assistant","uuid":"u","message":{"content":[{"type":"tool_use","id":"#","name":"Bash","input":{"command":"ls"}}]}}"##,
        "/tools/0/id",
    ),
    (r##"{"type":"user","uuid":"u","sessionId":"#"}"##, "/session"),
    (r##"{"type":"user","uuid":"#","sessionId":"s"}"##, "/record"),
    (r##"{"type":"user","uuid":"u","parentUuid":"#"}"##, "/parent"),
    (r##"{"type":"user","uuid":"u","agentId":"#"}"##, "/agent"),
    (r##"{"type":"user","uuid":"u","promptId":"#"}"##, "/prompt"),
];

/// The longest id of the API, and the longest that an event holds.
const ID_LEN_MAX: usize = "toolu_bdrk_".len() + 36;

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<i128>().prop_map(|number| number.to_string()),
        (-10_i64..2_000_000).prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no others", |number| number.is_finite())
            .prop_map(|number| json!(number).to_string()),
        "-?[1-9][0-9]{0,30}",
        "-?(0|[1-9][0-9]{0,16})[.][0-9]{1,20}",
        "-?[1-9][eE][+-]?[0-9]{1,3}",
    ]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_-]{1,60}",
        "[a-zA-Z0-9 .:/@-]{9000,10000}",
        "(msg|req|toolu|toolu_bdrk)_[0-9]{2}[a-zA-Z0-9]{14,34}",
        "(msg|req|toolu)_[0-9a-f]{16,10000}",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_count_leaves_as_it_stands_or_is_dropped_and_counted(number in number(), field in 0..COUNTS.len()) {
        let valid = number.parse::<u64>().is_ok_and(|count| count < 1_000_000_000_000_000 && count.to_string() == number);
        let left = leaves(COUNTS[field], &number).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(left, valid, "{}", number);
    }

    #[test]
    fn a_duration_that_leaves_is_not_negative(number in number()) {
        let left = leaves(DURATION, &number).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(!left || number.parse::<f64>().is_ok_and(|number| (0.0..1e15).contains(&number)), "{}", number);
    }

    #[test]
    fn an_id_leaves_as_one_of_the_api_or_as_a_pseudonym(id in id(), field in 0..IDS.len()) {
        let (record, place) = IDS[field];
        let (event, _) = event_of(&record.replace('#', &id)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let found = event.pointer(place).and_then(Value::as_str).unwrap_or_default();
        prop_assert!((1..=ID_LEN_MAX).contains(&found.len()), "{}: {}", place, found);
        let is_hex = found.bytes().all(|byte| byte.is_ascii_hexdigit());
        prop_assert!(found == id || is_hex, "{}: {}", place, found);
        prop_assert!(id.len() <= ID_LEN_MAX || !event.to_string().contains(&id), "{}", place);
    }
}

#[test]
fn what_is_no_count_is_told_from_what_is() -> Result {
    for field in COUNTS {
        for (number, is_count) in [
            ("0", true),
            ("999999999999999", true),
            ("1000000000000000", false),
            ("-5", false),
            ("-0", false),
            ("1.5", false),
            ("1e30", false),
            ("\"7\"", false),
        ] {
            assert_eq!(leaves(field, number)?, is_count, "{number}: {}", field.1);
        }
    }
    assert!(leaves(DURATION, "12.5")? && leaves(DURATION, "0")? && !leaves(DURATION, "-0.5")?);
    // What a system gives out as the code of a crash.
    assert!(leaves(CODE, "-1073741510")? && !leaves(CODE, "1e3")?);
    Ok(())
}

#[test]
fn what_an_earlier_version_let_pass_leaves_no_more() -> Result {
    let (event, _) = event_of(&COUNTS[0].0.replace('#', "700000007"))?;
    let spooled = event.to_string().replace("700000007", "-5");
    let (mut scratch, mut out): (_, EventsByTier) = (Scratch::default(), policy().events());
    let origin = Origin { project: ProjectTag::AGENT, ceiling: Tier::Content };
    policy().scrub_again(spooled.as_bytes(), origin, &mut scratch, &mut out);
    let again = only(&out)?;
    assert_eq!((again.pointer("/usage/output_tokens"), scratch.counts.fields_misshapen), (None, 1));
    assert_eq!(again["event_id"], event["event_id"]);
    Ok(())
}
