//! What the policy lets through of hand-made records, at each tier.

use scrubber::{
    DropReason, EventId, Events, EventsByTier, Health, Origin, Outcome, Place, Policy, PolicyParts, ProjectDecision,
    ProjectTag, Projects, PseudonymKey, RawLine, Scratch, SessionTag, Source, SourceKind, Tier, Verdict,
};
use serde_json::{Value, json};

use crate::support::{Result, only, parts};

struct Fixed(ProjectDecision);

impl Projects for Fixed {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        self.0
    }
}

fn policy(tier: Tier, event_bytes_max: usize) -> Result<Policy> {
    let mut parts = PolicyParts { tier, event_bytes_max, ..parts()? };
    parts.host.org = Some("acme".to_owned());
    Ok(Policy::new(parts))
}

struct Run {
    policy: Policy,
    scratch: Scratch,
    out: EventsByTier,
    projects: Fixed,
}

impl Run {
    fn new(tier: Tier) -> Result<Self> {
        Self::with(policy(tier, 1_023_999)?, ProjectDecision::Ship(Tier::Content))
    }

    fn with(policy: Policy, decision: ProjectDecision) -> Result<Self> {
        let out = policy.events();
        Ok(Self { policy, scratch: Scratch::default(), out, projects: Fixed(decision) })
    }

    fn line(&mut self, line: &[u8]) -> Outcome {
        let mut source = Source { kind: SourceKind::Transcript, session: "file-stem".to_owned(), cwd: None };
        let raw = RawLine::new(line, Place { offset: 0, length: line.len() as u64 + 1 });
        self.policy.scrub(&raw, &mut source, &mut self.projects, 0, &mut self.scratch, &mut self.out)
    }

    fn record(&mut self, record: &Value) -> Outcome {
        self.line(record.to_string().as_bytes())
    }

    /// The one event made so far.
    fn event(&self) -> Result<Value> {
        only(&self.out)
    }
}

fn event_of(tier: Tier, record: &Value) -> Result<Value> {
    let mut run = Run::new(tier)?;
    run.record(record);
    run.event()
}

fn assistant() -> Value {
    json!({
        "parentUuid": "036e8e79-bd02-47ac-aafb-ddd3b2a69e7a", "isSidechain": false, "userType": "external",
        "cwd": "/home/mira/zebra", "sessionId": "8edfdc64-2b2c-4f4e-a9d4-0a1d9c2f7e11", "version": "2.1.132", "gitBranch": "feat/zebra",
        "message": {
            "model": "claude-sonnet-4-6", "id": "msg_01Y0JLXtRaxav4YRooL3Vmzp", "type": "message", "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "zebra thoughts", "signature": "zebrasignature"},
                {"type": "text", "text": "zebra reply\nsecond line"},
                {"type": "tool_use", "id": "toolu_78WhBxWwA7VtD52UPraRQxrY", "name": "Bash", "input": {"command": "git push zebra", "description": "zebra", "newParameter": "zebra"}},
                {"type": "tool_use", "id": "toolu_78WhBxWwA7VtD52UPraRQxrZ", "name": "mcp__zebra__gallop", "input": {"query": "zebra query", "zebra in a key": {"deep": "zebra deep"}, "total": 3}},
                {"type": "hologram", "text": "zebra"},
            ],
            "stop_reason": "tool_use",
            "usage": {"input_tokens": 1, "output_tokens": 1429, "cache_read_input_tokens": 90783, "service_tier": "zebra", "new_tokens": 5},
        },
        "type": "assistant", "uuid": "ee519584-70fd-4b82-86e1-9ef511703f5e", "timestamp": "2025-12-14T17:55:36.614Z", "lastWeek": "zebra",
    })
}

#[test]
fn metrics_hold_numbers_and_known_words_and_no_text() -> Result {
    let event = event_of(Tier::Metrics, &assistant())?;
    assert!(!event.to_string().contains("zebra"), "{event}");
    assert_eq!(event["model"], "claude-sonnet-4-6");
    assert_eq!(event["usage"], json!({"input_tokens": 1, "output_tokens": 1429, "cache_read": 90783}));
    assert_eq!(event["labels"]["service_tier"], "other");
    assert_eq!(event["tools"][0]["name"], "Bash");
    assert!(event["tools"][1]["name"].as_str().is_some_and(|name| name.starts_with("mcp:") && name.len() == 21));
    assert_eq!((&event["tier"], &event["data_class"]), (&json!("metrics"), &json!("internal")));
    for absent in ["text", "shapes", "branch"] {
        assert_eq!(event.get(absent), None, "{absent}");
    }
    // newParameter, the hologram, new_tokens and lastWeek.
    assert_eq!(event["dropped_fields"], 4);
    Ok(())
}

#[test]
fn activity_adds_shapes_and_first_words() -> Result {
    let event = event_of(Tier::Activity, &assistant())?;
    assert!(!event.to_string().contains("zebra"), "{event}");
    assert_eq!(event["tools"][0]["command"], "git");
    assert_eq!(event["shapes"][2], json!({"role": "assistant", "bytes": 24, "lines": 2}));
    assert!(event["branch"].is_string());
    Ok(())
}

#[test]
fn content_ships_texts_once_and_no_key_that_is_content() -> Result {
    let event = event_of(Tier::Content, &assistant())?;
    let texts = event["text"].as_array().ok_or("no texts")?;
    let mut bodies: Vec<_> = texts.iter().filter_map(|text| text["body"].as_str()).collect();
    bodies.sort_unstable();
    let expected =
        ["3", "git push zebra", "zebra", "zebra deep", "zebra query", "zebra reply\nsecond line", "zebra thoughts"];
    assert_eq!(bodies, expected);
    assert!(!event.to_string().contains("in a key"));
    assert!(!event.to_string().contains("zebrasignature"));
    assert!(texts.contains(&json!({"role": "tool_input", "field": "command", "tool": "toolu_78WhBxWwA7VtD52UPraRQxrY", "body": "git push zebra"})));
    Ok(())
}

#[test]
fn a_tool_result_ships_from_the_message_and_not_from_its_copy() -> Result {
    let mut record = json!({
        "toolUseResult": {"stdout": "zebra out", "stderr": "", "interrupted": false, "durationMs": 12.5, "originalFile": "zebra old"},
        "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_78WhBxWwA7VtD52UPraRQxrY", "is_error": true, "content": "zebra out"}]},
        "type": "user", "uuid": "ee519584-70fd-4b82-86e1-9ef511703f5e", "sessionId": "s",
    });
    let event = event_of(Tier::Content, &record)?;
    assert_eq!(event["text"].as_array().map(Vec::len), Some(1));
    assert_eq!(event["tools"][0]["outcome"], "error");
    assert_eq!(event["tools"][0]["duration_ms"], 12.5);
    assert!(!event.to_string().contains("zebra old"));

    record["message"]["content"][0]["content"] = json!("");
    let event = event_of(Tier::Content, &record)?;
    assert_eq!(event["text"][0]["body"], "zebra out", "without a twin the copy ships");
    Ok(())
}

#[test]
fn a_call_that_never_ran_is_told_from_one_that_failed_wherever_the_record_says_so() -> Result {
    let result = r#""message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_78WhBxWwA7VtD52UPraRQxrY","is_error":true}]}"#;
    let check = |denial: &str, expected: &Value| -> Result {
        for members in [[result, denial], [denial, result]] {
            let mut run = Run::new(Tier::Metrics)?;
            run.line(format!(r#"{{"type":"user","sessionId":"s",{},{}}}"#, members[0], members[1]).as_bytes());
            let event = run.event()?;
            assert_eq!(event["tools"].as_array().map(Vec::len), Some(1), "{event}");
            assert_eq!((&event["tools"][0]["outcome"], &event["tools"][0]["denial"]), (&json!("error"), expected));
            assert!(!event.to_string().contains("zebra"), "{event}");
        }
        Ok(())
    };
    check(r#""toolDenialKind":"user-rejected""#, &json!("user-rejected"))?;
    check(r#""toolDenialKind":"zebra""#, &json!("other"))?;
    check(r#""toolUseResult":"User rejected tool use""#, &Value::Null)
}

#[test]
fn a_denial_that_does_not_say_of_which_call_is_left_out() -> Result {
    let results =
        r#"[{"type":"tool_result","tool_use_id":"a","is_error":true},{"type":"tool_result","tool_use_id":"b"}]"#;
    for content in [results, r#""no result""#] {
        let mut run = Run::new(Tier::Metrics)?;
        let record = format!(
            r#"{{"type":"user","sessionId":"s","toolDenialKind":"user-rejected","message":{{"role":"user","content":{content}}}}}"#
        );
        run.line(record.as_bytes());
        assert!(!run.event()?.to_string().contains("denial"), "{}", run.event()?);
        assert_eq!(run.scratch.counts.fields_misshapen, 1);
    }
    Ok(())
}

#[test]
fn what_an_event_tells_of_a_consent_is_not_told_of_the_next_one() -> Result {
    for (consent, kept) in [("consent-1", true), ("consent-0", false)] {
        let mut run = Run::new(Tier::Metrics)?;
        let event = json!({
            "schema": "bcce.event.v1", "event_id": "0123456789abcdef0123456789abcdef", "kind": "agent_health", "tier": "metrics",
            "data_class": "internal", "ingest_time": "2026-11-29T00:00:00.000Z", "consent_id": consent,
            "health": {"since": "2026-11-28", "lines": 3, "consent_at": "2026-11-01T00:00:00.000Z", "consent_tier": "metrics", "consent_text": 4},
        });
        let origin = Origin { project: PseudonymKey::new(&[7; 32]).project("/w"), ceiling: Tier::Metrics };
        let outcome = run.policy.scrub_again(event.to_string().as_bytes(), origin, &mut run.scratch, &mut run.out);
        assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
        let event = run.event()?;
        assert_eq!((&event["consent_id"], &event["health"]["lines"]), (&json!("consent-1"), &json!(3)));
        assert_eq!(event["health"].to_string().contains("consent_"), kept, "{event}");
    }
    Ok(())
}

#[test]
fn unknown_types_and_broken_lines_are_dropped_and_counted() -> Result {
    let mut run = Run::new(Tier::Content)?;
    for (line, reason) in [
        (&br#"{"type":"telepathy","text":"zebra"}"#[..], DropReason::UnknownType),
        (br#"{"type":"history","display":"zebra"}"#, DropReason::UnknownType),
        (br#"{"no":"type"}"#, DropReason::UnknownType),
        (br#"{"type":"file-history-snapshot"}"#, DropReason::TypeNotShipped),
        (br#"{"type":"user","message":{"content":"zeb"#, DropReason::NotJson),
        (br#"["user"]"#, DropReason::NotJson),
        (b"\0\0\0", DropReason::NotJson),
        (b"{\"type\":\"user\",\"x\":\"\xff\"}", DropReason::NotUtf8),
    ] {
        assert_eq!(run.line(line), Outcome::Dropped(reason), "{}", String::from_utf8_lossy(line));
    }
    assert_eq!(run.line(b"  "), Outcome::Blank);
    assert_eq!(run.scratch.counts.dropped.values().sum::<u64>(), 8);
    assert_eq!(run.scratch.counts.unknown_types.values().sum::<u64>(), 3);
    assert!(run.out.iter().all(Events::is_empty));
    Ok(())
}

#[test]
fn the_project_decides_and_nothing_of_a_denied_one_remains() -> Result {
    for (decision, expected) in [
        (ProjectDecision::Deny, Some(DropReason::ProjectDenied)),
        (ProjectDecision::Unknown, Some(DropReason::ProjectUnknown)),
        (ProjectDecision::Ship(Tier::Metrics), None),
    ] {
        let mut run = Run::with(policy(Tier::Content, 1_023_999)?, decision)?;
        match (run.record(&assistant()), expected) {
            (Outcome::Dropped(reason), Some(expected)) => assert_eq!(reason, expected),
            (Outcome::Event(_), None) => assert_eq!(run.event()?["tier"], "metrics"),
            other => return Err(format!("{decision:?}: {other:?}").into()),
        }
    }
    Ok(())
}

#[test]
fn odd_strings_are_written_anew_so_that_every_event_parses() -> Result {
    let mut run = Run::new(Tier::Content)?;
    run.line(b"{\"type\":\"user\",\"uuid\":\"u\",\"message\":{\"content\":\"a\\ud800b\tc\"}}");
    assert_eq!(run.event()?["text"][0]["body"], "a\u{FFFD}b\tc");
    Ok(())
}

#[test]
fn a_long_text_is_cut_with_a_mark() -> Result {
    let mut run = Run::with(policy(Tier::Content, 4000)?, ProjectDecision::Ship(Tier::Content))?;
    let long = "é\n".repeat(4000);
    let content = json!([{"type": "text", "text": long}, {"type": "text", "text": "short"}]);
    run.record(&json!({"type": "user", "uuid": "u", "message": {"content": content}}));
    let event = run.event()?;
    let longest = run.out.iter().map(|events| events.ndjson().len()).max();
    assert!(longest.is_some_and(|length| length <= 4000), "{longest:?}");
    let body = event["text"][0]["body"].as_str().unwrap_or_default();
    assert!(body.contains("[cut:"), "{body}");
    assert_eq!(event["text"][1]["body"], "short");
    assert_eq!(run.scratch.counts.texts_cut, 1);
    Ok(())
}

#[test]
fn nothing_of_a_secret_across_the_cut_leaves_and_the_rest_is_not_looked_at() -> Result {
    // Longer than what else stands in an event, for which the head is cut once more.
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut seed = 7u64;
    let lines: Vec<String> = (0..36)
        .map(|_| {
            (0..64)
                .filter_map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    digits.get((seed >> 58) as usize).map(|digit| char::from(*digit))
                })
                .collect()
        })
        .collect();
    let frame = |end: &str| ["-----", end, " RSA PRIVATE", " KEY-----"].concat();
    let key = format!("{}\n{}\n{}", frame("BEGIN"), lines.join("\n"), frame("END"));
    for before in (1800..3600).step_by(100) {
        let mut run = Run::with(policy(Tier::Content, 4000)?, ProjectDecision::Ship(Tier::Content))?;
        let far = "api_key = \"\" ".repeat(20_000);
        let text = format!("{}\n{key}\n{far}", "word ".repeat(before / 5));
        run.record(&json!({"type": "user", "uuid": "u", "message": {"content": text}}));
        let event = run.event()?;
        let body = event["text"][0]["body"].as_str().unwrap_or_default();
        assert!(body.starts_with("word word") && body.contains("[cut:"), "{body}");
        let leaks = |line: &String| line.get(..12).is_none_or(|head| body.contains(head));
        assert!(!lines.iter().any(leaks), "{before}: {body}");
        assert_eq!(run.scratch.counts.texts_cut, 1);
    }
    Ok(())
}

#[test]
fn many_short_texts_that_fit_no_event_are_told_at_once() -> Result<()> {
    // Each is shorter than the mark of a cut: nothing can be gained.
    let blocks: Vec<Value> =
        (0..60_000).map(|at| json!({"type": "text", "text": format!("short text {at}")})).collect();
    let mut run = Run::new(Tier::Content)?;
    let record = json!({"type": "user", "uuid": "u", "message": {"role": "user", "content": blocks}});
    assert_eq!(run.record(&record), Outcome::Dropped(DropReason::TooLarge));
    // And of these many must be cut.
    let blocks: Vec<Value> =
        (0..3_000).map(|at| json!({"type": "text", "text": "plain words ".repeat(50 + at % 2)})).collect();
    let record = json!({"type": "user", "uuid": "v", "message": {"role": "user", "content": blocks}});
    run.record(&record);
    let event = run.event()?;
    assert!(event.to_string().contains("[cut:"));
    Ok(())
}

#[test]
fn the_same_record_has_the_same_id_and_another_one_has_not() -> Result {
    let id = |record: &Value| -> Result<Value> { Ok(event_of(Tier::Metrics, record)?["event_id"].clone()) };
    let mut other = assistant();
    assert_eq!(id(&assistant())?, id(&other)?);
    other["uuid"] = json!("ee519584-70fd-4b82-86e1-9ef511703f5f");
    assert_ne!(id(&assistant())?, id(&other)?);
    let title = |text: &str| json!({"type": "summary", "summary": text, "leafUuid": "x"});
    assert_ne!(id(&title("a"))?, id(&title("b"))?);
    Ok(())
}

#[test]
fn events_are_taken_out_of_a_run_by_session_and_id_and_the_others_stay_whole() -> Result {
    let summary = |session: &str, text: &str| json!({"type": "summary", "summary": text, "sessionId": session});
    let records = [summary("s", "one"), summary("s", "another one"), summary("t", "one"), summary("s", "a third")];
    for mask in 0..16_usize {
        let mut run = Run::new(Tier::Content)?;
        for record in &records {
            run.record(record);
        }
        let [.., events] = &mut run.out;
        let before: Vec<_> = events.iter().map(|event| (event.session(), event.id(), event.line().to_vec())).collect();
        assert_eq!((before[0].0 == before[1].0, before[0].0 == before[2].0), (true, false));
        let tag = format!("\"session\":\"{:016x}\"", before[0].0.0);
        assert!(String::from_utf8_lossy(&before[0].2).contains(&tag), "the tag is what the event says of its session");
        let wanted: Vec<_> = (0..4).filter(|at| mask & (1 << at) != 0).map(|at| before[at].clone()).collect();
        let taken = events.retain(|session, id| wanted.iter().any(|(s, i, _)| (*s, *i) == (session, id)));
        let after: Vec<_> = events.iter().map(|event| (event.session(), event.id(), event.line().to_vec())).collect();
        assert_eq!((after, taken as usize), (wanted.clone(), 4 - wanted.len()));
        let lines: Vec<u8> = wanted.into_iter().flat_map(|(_, _, line)| line).collect();
        assert_eq!(events.ndjson(), lines);
    }
    Ok(())
}

#[test]
fn a_queued_prompt_of_parts_ships_and_one_that_is_a_copy_does_not() -> Result {
    let queued = |prompt: Value| {
        let attachment = json!({"type": "queued_command", "prompt": prompt, "commandMode": "prompt"});
        json!({"type": "attachment", "uuid": "u", "sessionId": "s", "cwd": "/w", "attachment": attachment})
    };
    let picture = json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "zebra"}});
    let parts = json!([{"type": "text", "text": "please go on"}, picture]);
    let event = event_of(Tier::Content, &queued(parts.clone()))?;
    assert_eq!(event["text"], json!([{"role": "queued", "body": "please go on"}]));
    assert_eq!(event["dropped_fields"], 0, "{event}");
    assert_eq!(event_of(Tier::Activity, &queued(parts))?.get("text"), None);
    // The queue-operation beside it holds the text.
    assert_eq!(event_of(Tier::Content, &queued(json!("please go on")))?.get("text"), None);
    Ok(())
}

#[test]
fn the_shell_tool_ships_alike_under_both_its_names() -> Result {
    let called = |name: &str| {
        let input = json!({"command": "git status", "description": "Show what changed", "run_in_background": true});
        let call = json!({"type": "tool_use", "id": "toolu_1", "name": name, "input": input});
        json!({"type": "assistant", "uuid": "u", "sessionId": "s", "cwd": "/w", "message": {"role": "assistant", "content": [call]}})
    };
    let [one, other] = [event_of(Tier::Content, &called("Bash"))?, event_of(Tier::Content, &called("bash"))?];
    assert_eq!(one["text"], other["text"]);
    assert!(one["text"].to_string().contains("Show what changed"));
    assert_eq!(one["tools"][0]["background"], other["tools"][0]["background"]);
    Ok(())
}

#[test]
fn an_event_scrubbed_again_is_narrowed_and_keeps_its_id() -> Result {
    let mut wide = Run::new(Tier::Content)?;
    wide.record(&assistant());
    let spooled: Vec<u8> = wide.out.iter().flat_map(|events| events.ndjson().to_vec()).collect();
    let project = PseudonymKey::new(&[7; 32]).project("/w");
    let by = |ceiling| Origin { project, ceiling };
    for (tier, ceiling) in Tier::ALL.into_iter().flat_map(|tier| Tier::ALL.map(|ceiling| (tier, ceiling))) {
        let mut run = Run::new(tier)?;
        let outcome = run.policy.scrub_again(&spooled, by(ceiling), &mut run.scratch, &mut run.out);
        assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
        assert!(run.out.iter().flat_map(Events::iter).all(|event| event.project() == project));
        if ceiling < tier {
            assert_eq!(run.event()?["tier"], ceiling.as_str());
            continue;
        }
        let event = run.event()?;
        assert_eq!(event["event_id"], wide.event()?["event_id"]);
        assert_eq!(event, event_of(tier, &assistant())?, "as if it had been made at this tier");
    }
    let mut run = Run::new(Tier::Content)?;
    let foreign = run.policy.scrub_again(
        br#"{"schema":"other","text":"zebra"}"#,
        by(Tier::Content),
        &mut run.scratch,
        &mut run.out,
    );
    assert!(matches!(foreign, Outcome::Dropped(_)));
    Ok(())
}

#[test]
fn every_value_of_a_record_is_explained() -> Result {
    let mut run = Run::new(Tier::Activity)?;
    let text = assistant().to_string();
    let line = RawLine::new(text.as_bytes(), Place { offset: 0, length: text.len() as u64 });
    let source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    let reports = run.policy.explain(&line, &source, &mut run.scratch);
    let verdict = |path: &str| reports.iter().find(|report| report.path == path).map(|report| report.verdict);
    assert_eq!(verdict("assistant.message.model"), Some(Verdict::Leaves));
    assert_eq!(verdict("assistant.message.content[type=text].text"), Some(Verdict::ShapeOnly));
    assert_eq!(verdict("assistant.message.content[type=hologram]"), Some(Verdict::Unlisted));
    assert_eq!(verdict("assistant.lastWeek"), Some(Verdict::Unlisted));
    assert_eq!(verdict("assistant.message.role"), Some(Verdict::Dropped));
    Ok(())
}

/// Ships everything but what it was told to know.
struct Knowing(Vec<(SessionTag, EventId)>);

impl Projects for Knowing {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }

    fn is_stored(&mut self, session: SessionTag, id: EventId) -> bool {
        self.0.contains(&(session, id))
    }
}

#[test]
fn a_record_whose_event_is_stored_is_counted_and_nothing_else() -> Result {
    let policy = policy(Tier::Content, 1_023_999)?;
    let (mut scratch, mut out) = (Scratch::default(), policy.events());
    let mut projects = Knowing(Vec::new());
    let with_uuid = assistant();
    let mut without = assistant();
    without.as_object_mut().ok_or("an object")?.remove("uuid");
    for record in [with_uuid, without] {
        let line = record.to_string();
        let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 + 1 });
        let mut scrub = |projects: &mut Knowing, out: &mut EventsByTier| {
            let mut source = Source { kind: SourceKind::Transcript, session: "file-stem".to_owned(), cwd: None };
            policy.scrub(&raw, &mut source, projects, 0, &mut scratch, out)
        };
        let outcome = scrub(&mut projects, &mut out);
        assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
        let made = out.iter().flat_map(|events| events.iter()).last().ok_or("an event")?;
        projects.0.push((made.session(), made.id()));
        let lengths = out.each_ref().map(|events| events.ndjson().len());
        assert_eq!(scrub(&mut projects, &mut out), Outcome::Dropped(DropReason::AlreadyStored));
        assert_eq!(out.each_ref().map(|events| events.ndjson().len()), lengths);
    }
    assert_eq!((scratch.counts.events, scratch.counts.dropped.get(&DropReason::AlreadyStored)), (2, Some(&2)));
    Ok(())
}

#[test]
fn the_agents_health_is_what_the_schema_names_one_event_a_day_and_survives_another_policy() -> Result {
    let counts = |name: &str| std::collections::BTreeMap::from([(name.to_owned(), 3), ("a name".to_owned(), 1)]);
    let health = Health {
        days: (20_000, 20_001),
        numbers: vec![("lines", 7), ("spool_events", 0), ("shoe_size", 43)],
        times: vec![("consent_at", 1_728_000_000_000), ("birthday", 0)],
        words: vec![("state", "held"), ("trouble", "access_denied"), ("consent_given", "flags"), ("mood", "bad")],
        counts: vec![("redactions", counts("aws-access-key")), ("unknown_types", counts("0123abcd"))],
    };
    let mut run = Run::new(Tier::Content)?;
    run.policy.health(&health, 1_728_100_000_000, &mut run.out);
    let event = run.event()?;
    let expected = json!({
        "since": "2024-10-04", "until": "2024-10-05", "lines": 7, "spool_events": 0, "state": "held",
        "trouble": "access_denied", "redactions": { "aws-access-key": 3 }, "unknown_types": { "0123abcd": 3 },
        "consent_at": "2024-10-04T00:00:00.000Z", "consent_given": "flags",
    });
    assert_eq!(event["health"], expected);
    let (kind, tier, class) = (&event["kind"], &event["tier"], &event["data_class"]);
    assert_eq!((kind, tier, class), (&json!("agent_health"), &json!("metrics"), &json!("internal")));
    let (session, id) = run.policy.health_id(20_001);
    let made: Vec<_> = run.out.iter().flat_map(Events::iter).map(|event| (event.session(), event.id())).collect();
    assert_eq!(made, [(session, id)]);
    assert_ne!(run.policy.health_id(20_002).1, id);

    let line: Vec<u8> = run.out.iter().flat_map(|events| events.ndjson().to_vec()).collect();
    let mut again = Run::new(Tier::Metrics)?;
    let origin = Origin { project: ProjectTag::AGENT, ceiling: Tier::Content };
    again.policy.scrub_again(&line, origin, &mut again.scratch, &mut again.out);
    assert_eq!(again.event()?["health"], expected);
    assert_eq!(again.event()?["event_id"], event["event_id"]);
    Ok(())
}

#[test]
fn a_request_for_erasure_says_no_more_than_every_event_does() -> Result {
    let mut run = Run::new(Tier::Content)?;
    run.policy.erasure(1_728_100_000_000, &mut run.out);
    let event = run.event()?;
    let names: Vec<_> = event.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let frame = [
        "agent_version",
        "consent_id",
        "data_class",
        "dropped_fields",
        "event_id",
        "event_time",
        "host",
        "ingest_time",
        "kind",
        "org",
        "os",
        "policy_id",
        "schema",
        "tier",
        "user",
    ];
    assert!(names.iter().all(|name| frame.contains(name)), "{names:?}");
    let (kind, tier, class) = (&event["kind"], &event["tier"], &event["data_class"]);
    assert_eq!((kind, tier, class), (&json!("erasure_request"), &json!("metrics"), &json!("internal")));
    let (session, id) = run.policy.erasure_id(1_728_100_000_000);
    let made: Vec<_> = run.out.iter().flat_map(Events::iter).map(|event| (event.session(), event.id())).collect();
    assert_eq!(made, [(session, id)]);
    assert_ne!(run.policy.erasure_id(1_728_100_000_001).1, id, "another request has another id");

    let mut record = Run::new(Tier::Metrics)?;
    record.policy.health(&Health::default(), 0, &mut record.out);
    let other = record.event()?;
    assert_eq!((&event["user"], &event["host"]), (&other["user"], &other["host"]), "as the receiver knows them");
    Ok(())
}

#[test]
fn what_a_command_printed_that_prints_secrets_stays_in_the_next_record_too() -> Result {
    let printed = ["Rfn", "Qxwz77"].concat();
    let vault = "vault kv get -field=password secret/db";
    // The ids of other providers' models leave as pseudonyms.
    let (own, other) = ("toolu_78WhBxWwA7VtD52UPraRQxrY", "call_dudu2g7y");
    for (id, command, stays) in
        [(own, vault, true), (other, vault, true), (own, "cat notes.txt", false), (other, "cat notes.txt", false)]
    {
        let mut run = Run::new(Tier::Content)?;
        let call = json!({
            "type": "assistant", "uuid": "00000000-0000-4000-8000-0000000000a1", "cwd": "/home/mira/p",
            "message": { "role": "assistant", "content": [
                { "type": "tool_use", "id": id, "name": "Bash", "input": { "command": command } },
            ]},
        });
        let result = json!({
            "type": "user", "uuid": "00000000-0000-4000-8000-0000000000a2", "cwd": "/home/mira/p",
            "message": { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": id, "content": format!("{printed}\n") },
            ]},
            "toolUseResult": { "stdout": printed },
        });
        assert!(matches!(run.record(&call), Outcome::Event(_)));
        assert!(matches!(run.record(&result), Outcome::Event(_)));
        let left = run
            .out
            .iter()
            .flat_map(|events| events.iter())
            .any(|event| String::from_utf8_lossy(event.line()).contains(&printed));
        assert_eq!(!left, stays, "{id} {command}");
    }
    Ok(())
}
