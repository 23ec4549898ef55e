#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic")]

use super::*;

pub(super) fn day(ms: i64) -> Day {
    const DAY_MS: i64 = 86_400_000;
    let name = jiff::Timestamp::from_millisecond(ms).unwrap().to_string().get(..10).unwrap().to_owned();
    let start = ms.div_euclid(DAY_MS) * DAY_MS;
    Day { name, span_ms: start..start + DAY_MS }
}

impl Gatherer {
    fn line(&mut self, line: &[u8], session: &str) {
        let mut digest = Digest::default();
        digest.line(line);
        self.digest(&digest, session);
    }
}

fn message(uuid: &str, id: &str, model: &str, time: &str, output: u64) -> String {
    serde_json::json!({
        "type": "assistant", "uuid": uuid, "sessionId": "s", "cwd": "/p", "timestamp": time,
        "message": {"id": id, "model": model, "content": [], "usage": {
            "input_tokens": 10, "output_tokens": output, "cache_creation_input_tokens": 100,
            "cache_read_input_tokens": 1000,
            "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 60},
        }},
    })
    .to_string()
}

#[test]
fn a_message_counts_once_with_its_largest_numbers() {
    let mut gatherer = Gatherer::default();
    for (uuid, output) in [("a", 5), ("b", 50), ("b", 50), ("c", 7)] {
        gatherer.line(message(uuid, "m1", "claude-opus-4-5-20251101", "2026-11-01T10:00:00Z", output).as_bytes(), "x");
    }
    let table = gatherer.table(By::Model, &Prices::shipped().unwrap(), day);
    assert_eq!(table.total.messages, 1);
    let expected = Tokens { input: 10, output: 50, cache_write_5m: 40, cache_write_1h: 60, cache_read: 1000 };
    assert_eq!(table.total.tokens, expected);
    // 10 x 5 + 50 x 25 + 40 x 6.25 + 60 x 10 + 1000 x 0.5 dollars a million tokens.
    assert!((table.total.cost - 0.00265).abs() < 1e-9, "{}", table.total.cost);
}

#[test]
fn prices_follow_the_day_and_the_prompt_and_are_never_guessed() {
    let prices = Prices::shipped().unwrap();
    let read = Tokens { cache_read: 1_000_000, ..Tokens::default() };
    for (model, day, expected) in [
        ("claude-sonnet-5-5", "2026-10-06", Some(0.2)),
        ("claude-sonnet-5-5", "2026-10-07", Some(0.1)),
        ("claude-sonnet-4-20250514", "2026-01-01", Some(0.6)),
        ("claude-opus-4-7", "2026-05-01", Some(0.5)),
        ("claude-opus-4-7[1m]", "2026-05-01", Some(0.5)),
        // Amazon Bedrock, anywhere and in one geography, and a model from before that cost more.
        ("global.anthropic.claude-opus-4-5-20251101-v1:0", "2026-05-01", Some(0.5)),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "2026-05-01", Some(0.55)),
        ("jp.anthropic.claude-opus-5-5", "2026-11-01", Some(0.22)),
        ("eu.anthropic.claude-sonnet-4-20250514-v1:0", "2026-01-01", Some(0.6)),
        // What AWS sells at a price of its own, from a day on.
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "2025-11-30", Some(0.3)),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "2025-12-01", Some(0.6)),
        ("claude-3-5-sonnet-20241022", "2025-12-01", Some(0.3)),
        ("moon.anthropic.claude-opus-4-5-20251101-v1:0", "2026-05-01", None),
        ("us.anthropic.claude-opus-4-5-20251101-v1:x", "2026-05-01", None),
        ("claude-opus-9", "2026-05-01", None),
        ("claude-opus", "2026-05-01", None),
    ] {
        assert_eq!(prices.cost(model, day, Speed::Standard, &read), expected, "{model}");
    }
    let short = Tokens { cache_read: 1000, ..Tokens::default() };
    let cost = prices.cost("claude-sonnet-4", "2026-01-01", Speed::Standard, &short).unwrap();
    assert!((cost - 0.0003).abs() < 1e-12);
    let mut gatherer = Gatherer::default();
    gatherer.line(message("a", "m", "claude-opus-9", "2026-11-01T10:00:00Z", 1).as_bytes(), "x");
    let table = gatherer.table(By::Day, &prices, day);
    assert_eq!((table.total.cost, table.total.unpriced_tokens), (0.0, 1111));
    assert_eq!(table.unpriced_models, ["claude-opus-9"]);
}

#[test]
fn fast_mode_has_a_price_of_its_own_or_none() {
    let prices = Prices::shipped().unwrap();
    let tokens = Tokens { input: 1_000_000, output: 1_000_000, cache_read: 1_000_000, ..Tokens::default() };
    for (model, speed, expected) in [
        ("claude-opus-5-5", Speed::Standard, Some(4.0 + 20.0 + 0.2)),
        ("claude-opus-5-5", Speed::Fast, Some(8.0 + 40.0 + 0.4)),
        ("claude-opus-5", Speed::Fast, Some(10.0 + 50.0 + 1.0)),
        ("claude-opus-4-8", Speed::Fast, Some(10.0 + 50.0 + 1.0)),
        ("claude-opus-4-6", Speed::Fast, Some(30.0 + 150.0 + 3.0)),
        ("claude-fable-5-2[1m]", Speed::Fast, Some(16.0 + 80.0 + 0.4)),
        ("claude-mythos-5-2", Speed::Fast, None),
        ("claude-opus-4-5-20251101", Speed::Fast, None),
        ("us.anthropic.claude-opus-5-5", Speed::Fast, None),
        ("claude-opus-5-5", Speed::Other, None),
    ] {
        let cost = prices.cost(model, "2026-11-20", speed, &tokens);
        let is_as_expected = match (cost, expected) {
            (Some(cost), Some(expected)) => (cost - expected).abs() < 1e-9,
            (cost, expected) => cost == expected,
        };
        assert!(is_as_expected, "{model} {speed:?}: {cost:?}");
    }
}

#[test]
fn a_message_is_fast_if_one_of_its_records_says_so_and_what_has_no_price_is_named() {
    let at = "2026-11-01T10:00:00Z";
    let with = |line: String, speed: &str| {
        line.replace("\"usage\":{", &format!("\"usage\":{{\"speed\":\"{speed}\",")).into_bytes()
    };
    let mut gatherer = Gatherer::default();
    gatherer.line(message("a", "m1", "claude-opus-4-6", at, 5).as_bytes(), "x");
    gatherer.line(&with(message("b", "m1", "claude-opus-4-6", at, 50), "fast"), "x");
    gatherer.line(&with(message("c", "m1", "claude-opus-4-6", at, 50), "standard"), "x");
    let table = gatherer.table(By::Model, &Prices::shipped().unwrap(), day);
    // Six times 10 x 5 + 50 x 25 + 40 x 6.25 + 60 x 10 + 1000 x 0.5 dollars a million tokens.
    assert!((table.total.cost - 6.0 * 0.00265).abs() < 1e-9, "{}", table.total.cost);
    gatherer.line(&with(message("d", "m2", "claude-opus-4-5", at, 1), "fast"), "x");
    gatherer.line(&with(message("e", "m3", "claude-opus-4-5", at, 1), "sluggish"), "x");
    gatherer.line(&with(message("f", "m4", "claude-opus-9", at, 1), "fast"), "x");
    let table = gatherer.table(By::Model, &Prices::shipped().unwrap(), day);
    assert_eq!(table.total.unpriced_tokens, 3 * 1111);
    let named = ["claude-opus-4-5 at a speed that is not known", "claude-opus-4-5 in fast mode", "claude-opus-9"];
    assert_eq!(table.unpriced_models, named);
}

#[test]
fn every_price_of_another_source_says_when_it_was_checked() {
    let file: toml::Table = toml::from_str(include_str!("../../../config/prices.toml")).unwrap();
    let list = |table: &toml::Table| table.get("model").unwrap().as_array().unwrap().clone();
    let platforms = file.get("platform").unwrap().as_array().unwrap().clone();
    let models = platforms.iter().flat_map(|platform| list(platform.as_table().unwrap())).chain(list(&file));
    for model in models {
        assert_eq!(model.get("source").is_some(), model.get("checked").is_some(), "{model}");
    }
}

#[test]
fn calls_failures_prompts_and_time_are_counted_once() {
    let at = |second: u32| format!("2026-11-01T10:{:02}:{:02}Z", second / 60, second % 60);
    let call = serde_json::json!({"type": "assistant", "uuid": "u1", "sessionId": "s", "timestamp": at(0),
        "message": {"content": [{"type": "tool_use", "id": "t1", "name": "Bash"}]}});
    let result = serde_json::json!({"type": "user", "uuid": "u2", "sessionId": "s", "timestamp": at(30),
        "message": {"content": [{"type": "tool_result", "tool_use_id": "t1", "is_error": true}]}});
    let prompt = serde_json::json!({"type": "user", "uuid": "u3", "sessionId": "s", "timestamp": at(90),
        "message": {"content": "go on"}});
    let late = serde_json::json!({"type": "user", "uuid": "u4", "sessionId": "s", "timestamp": at(1200),
        "message": {"content": "and again"}});
    let mut gatherer = Gatherer::default();
    for record in [&result, &call, &prompt, &prompt, &late, &call] {
        gatherer.line(record.to_string().as_bytes(), "x");
    }
    gatherer.line(b"{broken", "x");
    let table = gatherer.table(By::Session, &Prices::shipped().unwrap(), day);
    let [row] = table.rows.as_slice() else { panic!("one session") };
    assert_eq!((row.calls, row.failures, row.prompts, row.active_s), (1, 1, 2, 90));
    assert_eq!(gatherer.unreadable, 1);
    let tools = gatherer.table(By::Tool, &Prices::shipped().unwrap(), day);
    assert_eq!((tools.rows.first().unwrap().name.as_str(), tools.total.failures), ("Bash", 1));
}

#[test]
fn tokens_are_those_that_the_generator_knows_over_copies_and_subagents() {
    let home = tempfile::tempdir().unwrap();
    let tree = samples::Generator::new(11).bytes(400_000).write(home.path()).unwrap();
    let ledger = tree.ledger();
    let mut gatherer = Gatherer::default();
    let mut folders = vec![home.path().join("projects")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "jsonl") {
                std::fs::read(&path).unwrap().split(|byte| *byte == b'\n').for_each(|line| gatherer.line(line, "s"));
            }
        }
    }
    let mut expected = Tokens::default();
    for usage in ledger.usage.values() {
        expected.add(&Tokens {
            input: usage.input,
            output: usage.output,
            cache_write_5m: usage.cache_creation_5m,
            cache_write_1h: usage.cache_creation_1h,
            cache_read: usage.cache_read,
        });
    }
    assert!(expected.total() > 0);
    for by in [By::Day, By::Model, By::Project, By::Session, By::Subagent] {
        let table = gatherer.table(by, &Prices::shipped().unwrap(), day);
        assert_eq!(table.total.tokens, expected, "{by:?}");
    }
}

#[test]
fn counts_are_read_in_thousands() {
    for (count, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(count), expected);
    }
}

#[test]
fn a_page_shows_the_sums_and_takes_nothing_from_elsewhere() {
    let mut gatherer = Gatherer::default();
    let evil = message("a", "m1", "claude-opus-4-5", "2026-11-01T10:00:00Z", 50)
        .replace("\"/p\"", "\"/<script>alert(1)</script>\"");
    gatherer.line(evil.as_bytes(), "x");
    gatherer.line(message("b", "m2", "claude-unheard-of", "2026-11-02T10:00:00Z", 1000).as_bytes(), "x");
    let prices = Prices::shipped().unwrap();
    let days = gatherer.table(By::Day, &prices, day);
    let tables =
        [("project", gatherer.table(By::Project, &prices, day)), ("tool", gatherer.table(By::Tool, &prices, day))];
    let found = |name: &str, count| Redacted { name: name.to_owned(), count };
    let redactions = [found("<email>", 4096), found("token", 7)];
    let report = |redactions| Report {
        made: "2026-11-26",
        since: None,
        prices: ("a list", "2026-11-26"),
        days: &days,
        tables: &tables,
        redactions,
    };
    let page = report(Ok(&redactions)).page();
    for shown in [
        "&lt;script&gt;",
        "2026-11-01 $0.00",
        "2026-11-02 1,000",
        "claude-unheard-of",
        "2,110",
        "3,270",
        "&lt;email&gt;",
        "4,103",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    for not_there in ["<script", "http:", "https:", "url(", "@import", " src=", " href="] {
        assert!(!page.contains(not_there), "{not_there}");
    }
    let count = |tag: &str| page.matches(tag).count();
    assert_eq!((count("<table"), count("<tr>")), (count("</table>"), count("</tr>")));

    let without = report(Err("the rules\nof <team>")).page();
    assert!(without.contains("Redactions could not be counted</strong>: the rules of &lt;team&gt;."), "{without}");
    assert!(without.contains("3,270") && !without.contains("4,103"));
    assert!(!report(Ok(&[])).page().contains("redaction"));
}
