//! Each rule of the views, with events written by hand, and all of them against naive sums.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::error::Problem;
use super::*;

type Tested = Result<(), Box<dyn std::error::Error>>;

const NOW: &str = "2026-03-31T12:00:00Z";

/// A folder that is filled by hand.
struct Hand {
    root: TempDir,
    files: usize,
}

impl Hand {
    fn new() -> std::io::Result<Self> {
        Ok(Self { root: tempfile::tempdir()?, files: 0 })
    }

    /// Puts some lines into one file of a day of arrival.
    fn put(&mut self, dt: &str, events: &[Value]) -> std::io::Result<()> {
        let class = events.first().and_then(|event| event["data_class"].as_str()).unwrap_or("internal");
        let text: String = events.iter().map(|event| format!("{event}\n")).collect();
        self.files += 1;
        let place = format!("class={class}/dt={dt}/part-{}.ndjson.gz", self.files);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes())?;
        self.write(&place, &encoder.finish()?)
    }

    fn write(&self, place: &str, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.root.path().join(place);
        fs::create_dir_all(path.parent().unwrap_or(self.root.path()))?;
        fs::write(path, bytes)
    }

    fn open(&self) -> Result<Folder, Box<dyn std::error::Error>> {
        Ok(Folder::open(self.root.path(), NOW.parse()?, ProgressBar::hidden())?)
    }

    fn costs(&self, by: Dimension) -> Result<Costs, Box<dyn std::error::Error>> {
        Ok(self.open()?.costs(by, date(2026, 3, 1), date(2026, 3, 31))?)
    }
}

fn event(id: &str, at: &str, more: Value) -> Value {
    let mut event = json!({
        "schema": "bcce.event.v1", "event_id": id, "ingest_time": at, "event_time": at, "tier": "metrics",
        "data_class": "internal", "kind": "assistant", "user": "u1", "host": "h1", "os": "linux", "agent_version": "1",
        "policy_id": "p1", "consent_id": "c1", "model": "claude-haiku-4-5-20251001",
    });
    if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
        event.extend(more);
    }
    event
}

fn by_name(costs: &Costs) -> Vec<(&str, u64, u64)> {
    costs.rows.iter().map(|row| (row.name.as_str(), row.messages, row.tokens.output)).collect()
}

#[test]
fn the_first_arrival_of_an_event_holds_by_day_and_then_by_time() -> Tested {
    let mut hand = Hand::new()?;
    let of = |id: &str, ingest: &str, output: u64, class: &str| {
        event(
            id,
            "2026-03-02T00:00:00Z",
            json!({"ingest_time": ingest, "data_class": class, "usage": {"output_tokens": output}}),
        )
    };
    hand.put("2026-03-03", &[of("a", "2026-03-01T00:00:00Z", 100, "internal")])?;
    hand.put(
        "2026-03-02",
        &[of("a", "2026-03-02T05:00:00Z", 7, "internal"), of("b", "2026-03-02T09:00:00Z", 100, "internal")],
    )?;
    hand.put(
        "2026-03-02",
        &[of("b", "2026-03-02T08:00:00Z", 5, "restricted"), of("b", "2026-03-02T10:00:00Z", 100, "restricted")],
    )?;
    assert_eq!(by_name(&hand.costs(Dimension::Day)?), [("2026-03-02", 2, 12)]);
    Ok(())
}

#[test]
fn a_request_for_erasure_is_open_while_events_from_before_it_are_held() -> Tested {
    let mut hand = Hand::new()?;
    let of = |id: &str, user: &str, kind: &str, time: &str| {
        event(id, time, json!({"ingest_time": time, "user": user, "kind": kind}))
    };
    hand.put(
        "2026-03-02",
        &[
            of("a", "held", "user", "2026-03-01T00:00:00Z"),
            of("b", "held", "erasure_request", "2026-03-02T00:00:00Z"),
            of("c", "gone", "erasure_request", "2026-03-02T00:00:00Z"),
            of("d", "gone", "user", "2026-03-02T01:00:00Z"),
            of("e", "another", "user", "2026-03-01T00:00:00Z"),
        ],
    )?;
    assert_eq!(hand.open()?.requests()?, Requests { requests: 2, open: 1 });
    Ok(())
}

#[test]
fn a_message_is_the_largest_of_its_records_and_otherwise_its_earliest() -> Tested {
    let mut hand = Hand::new()?;
    let usage = |input: u64, output: u64| json!({"input_tokens": input, "output_tokens": output});
    hand.put(
        "2026-03-05",
        &[
            event("a", "2026-03-05T00:00:10Z", json!({"message_id": "m", "usage": usage(10, 90), "user": "late"})),
            event("b", "2026-03-04T23:59:59Z", json!({"message_id": "m", "usage": usage(20, 30), "user": "early"})),
            event("c", "2026-03-05T00:00:20Z", json!({"message_id": "m", "usage": usage(5, 40), "user": "later"})),
            event("d", "2026-03-05T00:00:00Z", json!({"record": "r", "usage": usage(1, 1), "user": "early"})),
            event("e", "2026-03-05T00:00:00Z", json!({"record": "r", "usage": usage(1, 2), "user": "early"})),
            event("f", "2026-03-05T00:00:00Z", json!({"usage": usage(1, 4), "user": "early"})),
            event("g", "2026-03-05T00:00:00Z", json!({"message_id": "n", "user": "early"})),
        ],
    )?;
    assert_eq!(by_name(&hand.costs(Dimension::Day)?), [("2026-03-04", 1, 90), ("2026-03-05", 2, 6)]);
    assert_eq!(by_name(&hand.costs(Dimension::User)?), [("early", 3, 96)]);
    assert_eq!(hand.costs(Dimension::Org)?.total.tokens.input, 22);
    Ok(())
}

#[test]
fn messages_cost_what_the_list_says_and_unknown_models_are_counted() -> Tested {
    let mut hand = Hand::new()?;
    let prices = Prices::shipped()?;
    let of = |id: &str, model: &str, read: u64| {
        event(id, "2026-03-05T00:00:00Z", json!({"model": model, "usage": {"cache_read": read, "input_tokens": 1}}))
    };
    let long = "claude-sonnet-4-5[1m]";
    hand.put(
        "2026-03-05",
        &[of("a", long, 199_999), of("b", long, 200_000), of("c", "other", 5), of("d", "claude-haiku-4-5", 9)],
    )?;
    let idle = event("e", "2026-03-05T00:00:00Z", json!({"model": "other", "usage": {}}));
    hand.put("2026-03-06", &[idle])?;
    hand.write("teams/all.csv", b"user,team\nu1,blue\n")?;
    let cost = |model: &str, read| {
        let tokens = agent::stats::Tokens { input: 1, cache_read: read, ..Default::default() };
        prices.cost(model, "2026-03-05", agent::stats::Speed::Standard, &tokens)
    };
    let wanted = [cost(long, 199_999), cost(long, 200_000), cost("claude-haiku-4-5", 9)];
    let wanted: f64 = wanted.into_iter().flatten().sum();
    let costs = hand.costs(Dimension::Team)?;
    assert!((costs.total.cost_usd - wanted).abs() < 1e-12 && wanted > 0.0);
    assert_eq!((costs.total.messages, costs.total.unpriced_messages), (5, 1));
    assert_eq!(costs.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["blue"]);
    Ok(())
}

#[test]
fn the_days_before_are_as_many_and_end_the_day_before() -> Tested {
    let mut hand = Hand::new()?;
    let of =
        |id: &str, day: &str| event(id, &format!("{day}T12:00:00Z"), json!({"usage": {"output_tokens": 1_000_000}}));
    let days = ["2026-01-28", "2026-01-29", "2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"];
    let events: Vec<Value> = days.iter().map(|day| of(day, day)).collect();
    hand.put("2026-04-01", &events)?;
    let costs = hand.costs(Dimension::Model)?;
    assert_eq!((costs.total.messages, costs.before.map(|row| row.messages)), (2, Some(2)));
    Ok(())
}

#[test]
fn an_auditor_learns_of_consents_redactions_agents_and_age() -> Tested {
    let mut hand = Hand::new()?;
    let day = "2026-03-05T00:00:00Z";
    hand.put(
        "2026-03-05",
        &[
            event("a", day, json!({"redactions": {"email": 2, "key": 1}})),
            event("b", day, json!({"redactions": {"email": 3}, "consent_id": "c2", "user": "u2"})),
            event("c", day, json!({"consent_id": ""})),
            event("d", "2026-02-28T00:00:00Z", json!({"redactions": {"email": 50}})),
        ],
    )?;
    hand.put(
        "2026-03-05",
        &[event("e", "2026-03-30T00:00:00Z", json!({"agent_version": "2", "data_class": "restricted"}))],
    )?;
    hand.put("2019-01-01", &[event("f", "2019-01-01T00:00:00Z", json!({"data_class": "confidential"}))])?;
    let folder = hand.open()?;
    let (from, to) = (date(2026, 3, 1), date(2026, 3, 31));
    let consents = folder.consents(from, to)?;
    let first = consents.first().ok_or("no consents")?;
    assert_eq!((first.consents, first.users, first.events, first.without_consent), (2, 2, 3, 1));
    assert_eq!(consents.len(), 2);
    let redactions = folder.redactions(from, to)?;
    let of: Vec<_> = redactions.iter().map(|of| (of.rule.as_str(), of.events, of.redacted)).collect();
    assert_eq!(of, [("email", 2, 5), ("key", 1, 1)]);
    // u1 was last heard of on the 30th, with version 2; u2 on the 5th.
    let agents = folder.agents(from, to)?;
    assert_eq!((agents.agents, agents.silent), (2, 1));
    assert_eq!(agents.versions, [("1".to_owned(), 1), ("2".to_owned(), 1)]);
    let kept: Vec<_> =
        folder.retention()?.into_iter().map(|of| (of.data_class, of.events, of.days, of.overdue)).collect();
    let wanted = [("internal", 6, 2, true), ("confidential", 1, 1, true), ("restricted", 1, 1, false)];
    assert_eq!(kept, wanted.map(|(class, events, days, overdue)| (class.to_owned(), events, days, overdue)));
    Ok(())
}

#[test]
fn a_search_finds_the_newest_that_match_in_all_it_says() -> Tested {
    let mut hand = Hand::new()?;
    let at = |minute: u32| format!("2026-03-05T00:{minute:02}:00Z");
    let tools = json!([{"name": "Bash", "id": "t"}, {"id": "t", "outcome": "ok"}]);
    let text = json!([{"role": "prompt", "body": "nobody may see this"}]);
    hand.put(
        "2026-03-05",
        &[
            event("a", &at(1), json!({"tools": tools, "session": "s1", "text": text})),
            event("b", &at(3), json!({"redactions": {"email": 2}, "user": "u2"})),
            event("c", &at(2), json!({"kind": "user", "policy_id": "p2", "consent_id": "c2"})),
        ],
    )?;
    hand.put("2026-03-06", &[event("a", &at(9), json!({"session": "s2"}))])?;
    let folder = hand.open()?;
    let check = |search: Search, wanted: &[&str], is_cut_off: bool| -> Tested {
        let search = Search { limit: search.limit.max(1), ..search };
        let finds = folder.search(&search, date(2026, 3, 5), date(2026, 3, 5))?;
        assert_eq!(finds.events.iter().map(|found| found.event_id.as_str()).collect::<Vec<_>>(), wanted, "{search:?}");
        assert_eq!(finds.is_cut_off, is_cut_off, "{search:?}");
        assert!(!format!("{finds:?}").contains("nobody"));
        Ok(())
    };
    let some = |text: &str| Some(text.to_owned());
    check(Search { limit: 3, ..Search::default() }, &["b", "c", "a"], false)?;
    check(Search { limit: 2, ..Search::default() }, &["b", "c"], true)?;
    check(Search { user: some("u2"), ..Search::default() }, &["b"], false)?;
    check(Search { session: some("s1"), ..Search::default() }, &["a"], false)?;
    check(Search { session: some("s2"), ..Search::default() }, &[], false)?;
    check(Search { consent: some("c2"), kind: some("user"), ..Search::default() }, &["c"], false)?;
    check(Search { consent: some("c2"), kind: some("assistant"), ..Search::default() }, &[], false)?;
    check(Search { policy: some("p2"), ..Search::default() }, &["c"], false)?;
    check(Search { tool: some("Bash"), ..Search::default() }, &["a"], false)?;
    check(Search { rule: some("email"), ..Search::default() }, &["b"], false)
}

#[test]
fn what_is_no_whole_lake_is_named_and_summed_in_no_part() -> Tested {
    let good = event("a", "2026-03-05T00:00:00Z", json!({"usage": {"output_tokens": 1}})).to_string();
    let check = |place: &str, bytes: &[u8], wanted: &str| -> Tested {
        let mut hand = Hand::new()?;
        hand.put("2026-03-05", &[serde_json::from_str(&good)?])?;
        hand.write(place, bytes)?;
        let said = match hand.costs(Dimension::Day) {
            Ok(_) => "summed".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(wanted), "{place}: {said}");
        Ok(())
    };
    let place = "class=internal/dt=2026-03-06/a.ndjson";
    check(place, good.replace(".v1", ".v2").as_bytes(), "a.ndjson, line 1 has the schema bcce.event.v2")?;
    check(place, format!("{good}\n{{\n").as_bytes(), "a.ndjson, line 2 is no JSON")?;
    check(place, b"{\"x\":1}", "is no event of BCCE Agent")?;
    check("class=restricted/dt=2026-03-06/a.ndjson", good.as_bytes(), "is of another class")?;
    check("class=internal/dt=2026-03-06/a.parquet", b"PAR1", "holds 1 Parquet files")?;
    check(place, b"PAR1", "Parquet")?;
    check("notes.txt", b"", "summed")?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for number in 0..2000 {
        writeln!(encoder, "{}", good.replace(r#""a""#, &format!("\"{number}\"")))?;
    }
    let whole = encoder.finish()?;
    let torn = whole.get(..whole.len() / 2).unwrap_or_default();
    check("class=internal/dt=2026-03-06/a.ndjson.gz", torn, "a.ndjson.gz is torn: it cannot be unpacked after line")?;
    check("class=internal/dt=2026-03-06/a.ndjson.gz", b"", "is torn")?;
    let empty = Hand::new()?;
    assert!(empty.open().is_err_and(|error| error.to_string().contains("holds no events")));
    empty.write("photo.png", b"")?;
    assert!(empty.open().is_err_and(|error| error.to_string().contains("photo.png belongs to no lake")));
    assert_eq!(Problem::NotJson.to_string(), "is no JSON");
    Ok(())
}

#[test]
fn any_folder_comes_to_what_naive_sums_say() -> Tested {
    for seed in 1..=20_u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut dice = |sides: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % sides
        };
        let mut hand = Hand::new()?;
        let mut all = Vec::new();
        for _ in 0..12 {
            let dt = format!("2026-03-{:02}", 10 + dice(4));
            let class = ["internal", "confidential", "restricted"][usize::try_from(dice(3))?];
            let mut events = Vec::new();
            for _ in 0..30 {
                let (id, ingest) = (dice(120), dice(50));
                // What an event says depends on its id alone, but for what its deliveries may differ in.
                let usage = json!({"input_tokens": (id * 37) % 91, "output_tokens": (id * 53) % 97 + ingest});
                let more = json!({
                    "message_id": format!("m{}", id % 40), "usage": usage, "user": format!("u{}", id % 5), "data_class": class,
                    "ingest_time": format!("2026-03-09T00:00:{ingest:02}Z"),
                });
                let one = event(&format!("e{id}"), &format!("2026-03-{:02}T00:{:02}:00Z", 1 + id % 9, id % 60), more);
                all.push((dt.clone(), ingest, hand.files, one.clone()));
                events.push(one);
            }
            hand.put(&dt, &events)?;
        }
        // Deliveries that tie differ in nothing that is summed.
        all.sort_by_key(|(dt, ingest, _, _)| (dt.clone(), *ingest));
        let mut first = BTreeMap::new();
        for (_, _, _, one) in &all {
            first.entry(one["event_id"].to_string()).or_insert(one);
        }
        let mut messages: BTreeMap<String, (String, String, u64)> = BTreeMap::new();
        for one in first.values() {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let output = one["usage"]["output_tokens"].as_u64().unwrap_or_default();
            let of = messages.entry(text("message_id")).or_insert((text("event_time"), text("user"), output));
            of.2 = of.2.max(output);
            if text("event_time") < of.0 {
                (of.0, of.1) = (text("event_time"), text("user"));
            }
        }
        let mut wanted: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (_, user, output) in messages.values() {
            let of = wanted.entry(user).or_default();
            *of = (of.0 + 1, of.1 + output);
        }
        let wanted: Vec<_> = wanted.into_iter().map(|(user, (count, output))| (user, count, output)).collect();
        assert_eq!(by_name(&hand.costs(Dimension::User)?), wanted, "seed {seed}");
    }
    Ok(())
}
