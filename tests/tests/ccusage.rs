//! Token counts and costs of `stats` beside those of ccusage 18.0.11, over the same transcripts. Needs ccusage's script: `cargo xtask
//! test` installs it and names it in `BCCE_TEST_CCUSAGE`.
//!
//! The two differ, for reasons that this test holds to the token and to a millionth of each model's cost:
//!
//! - **Records.** ccusage knows a message by its id and its request's id, so a message without request id counts once for each of its
//!   records; and of several records of a message it takes the first, which was written while the answer was still growing. We know a
//!   message by its id and take the most that any record says.
//! - **Hours.** ccusage prices all cache writes as those for five minutes. Those for an hour cost 2 times the input, not 1.25 times.
//! - **Long prompts.** ccusage takes the price of a long prompt for what is above 200 000 tokens of one kind. Anthropic's price is that of
//!   the request: where input, cache reads and cache writes together are above the bound, all of it costs more, the answer included.
//! - **Fast mode.** Of a model without a known price in fast mode ccusage takes the standard one; we say that none is known.
//! - **Prices.** A model that its table does not have costs nothing there. With us it has its price, or is named as unknown. Where no
//!   name fits, ccusage takes the first that is alike: so models on Bedrock cost what they cost elsewhere, and not a tenth more.
//!
//! Prices that both tables have are the same, but for those that [`every_price_that_both_know_is_the_same`] names.
//! What we price by is <https://platform.claude.com/docs/en/about-claude/pricing> (its tables, "Long context pricing" and "Prompt
//! caching"; checked on 2026-11-27).

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test should panic")]

#[path = "common/binary.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod binary;
#[path = "ccusage/prices.rs"]
mod prices;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use agent::stats::{Prices, Speed};
use binary::Agent;
use prices::{Rates, Step, Table, Tokens};
use samples::Generator;
use serde_json::{Value, json};

/// What one record says of a message, or all records of it together.
#[derive(Clone, Default)]
struct Record {
    message: Option<String>,
    request: Option<String>,
    model: String,
    is_fast: bool,
    tokens: Tokens,
}

/// What a program says of a model: input, output, cache writes, cache reads, and what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Told {
    tokens: [u64; 4],
    cost: f64,
}

type Models = BTreeMap<String, Told>;

fn transcripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            transcripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.push(path);
        }
    }
}

fn record(record: &Value) -> Option<Record> {
    let usage = record.pointer("/message/usage").filter(|usage| usage.is_object())?;
    let text = |place: &str| record.pointer(place).and_then(Value::as_str).map(str::to_owned);
    let count = |place: &str| usage.pointer(place).and_then(Value::as_u64).unwrap_or(0);
    let (written, hour) = (count("/cache_creation_input_tokens"), count("/cache_creation/ephemeral_1h_input_tokens"));
    Some(Record {
        message: text("/message/id"),
        request: text("/requestId"),
        model: text("/message/model").unwrap_or_default(),
        is_fast: text("/message/usage/speed").is_some_and(|speed| speed == "fast"),
        tokens: [
            count("/input_tokens"),
            count("/output_tokens"),
            written - hour,
            hour,
            count("/cache_read_input_tokens"),
        ],
    })
}

/// All records with token counts, file by file. Those that Claude Code made itself are no model's.
fn records(root: &Path) -> Vec<Record> {
    let mut files = Vec::new();
    transcripts(&root.join("projects"), &mut files);
    files.sort();
    let lines = files.iter().flat_map(|file| {
        let bytes = std::fs::read(file).unwrap();
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
    });
    let read = lines.filter_map(|line| record(&serde_json::from_slice(&line).ok()?));
    read.filter(|record| record.model != "<synthetic>").collect()
}

/// As ccusage counts.
fn first_wins(records: &[Record]) -> Vec<Record> {
    let mut seen = HashSet::new();
    let counts = |record: &&Record| match (&record.message, &record.request) {
        (Some(message), Some(request)) => seen.insert((message.clone(), request.clone())),
        _ => true,
    };
    records.iter().filter(counts).cloned().collect()
}

/// As we count.
fn most_wins(records: &[Record]) -> Vec<Record> {
    let mut places: HashMap<&Option<String>, usize> = HashMap::new();
    let mut messages: Vec<Record> = Vec::new();
    for record in records {
        let place = *places.entry(&record.message).or_insert(messages.len());
        if place == messages.len() {
            messages.push(record.clone());
        }
        let most = &mut messages[place].tokens;
        *most = std::array::from_fn(|kind| most[kind].max(record.tokens[kind]));
    }
    messages
}

/// What all records come to, at one step of the way from ccusage to us.
fn at(step: Step, records: &[Record], (theirs, ours): (&Table, &Table)) -> Models {
    let counted = if step < Step::Records { first_wins(records) } else { most_wins(records) };
    let mut models = Models::new();
    for Record { model, is_fast, tokens, .. } in counted {
        let rates = if step < Step::Prices { theirs.alike(&model) } else { ours.dated(&model) };
        let told = models.entry(model).or_default();
        let [input, output, five, hour, read] = tokens;
        for (sum, count) in told.tokens.iter_mut().zip([input, output, five + hour, read]) {
            *sum += count;
        }
        told.cost += rates.map_or(0.0, |rates| rates.cost(step, is_fast, tokens));
    }
    models
}

fn script() -> PathBuf {
    std::env::var_os("BCCE_TEST_CCUSAGE").expect("start this test through `cargo xtask test`").into()
}

fn ccusage(root: &Path) -> Models {
    let output = Command::new("node")
        .arg(script())
        .args(["daily", "--json", "--offline", "--mode", "calculate"])
        .env("CLAUDE_CONFIG_DIR", root)
        .env("HOME", root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).expect("ccusage prints JSON");
    let mut models = Models::new();
    for row in told["daily"].as_array().unwrap().iter().flat_map(|day| day["modelBreakdowns"].as_array().unwrap()) {
        // It shows a model in fast mode apart.
        let name = row["modelName"].as_str().unwrap();
        let told = models.entry(name.trim_end_matches("-fast").to_owned()).or_default();
        let kinds = ["inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens"];
        for (sum, kind) in told.tokens.iter_mut().zip(kinds) {
            *sum += row[kind].as_u64().unwrap();
        }
        told.cost += row["cost"].as_f64().unwrap();
    }
    models
}

/// What `stats` says, and the models without a price.
fn ours(root: &Path) -> (Models, Vec<String>) {
    let told = Agent::new("").run(root, &["stats", "--by", "model", "--json"]).stdout;
    let told: Value = serde_json::from_slice(&told).unwrap();
    let rows = told["rows"].as_array().unwrap().iter().map(|row| {
        let count = |kind: &str| row["tokens"][kind].as_u64().unwrap();
        let writes = count("cache_write_5m") + count("cache_write_1h");
        let tokens = [count("input"), count("output"), writes, count("cache_read")];
        (row["name"].as_str().unwrap().to_owned(), Told { tokens, cost: row["cost"].as_f64().unwrap() })
    });
    let unpriced = told["unpriced_models"].as_array().unwrap().iter();
    (rows.collect(), unpriced.map(|model| model.as_str().unwrap().to_owned()).collect())
}

/// The models in which what a program says is not what was expected.
fn differences(told: &Models, expected: &Models) -> Vec<String> {
    let is_same = |told: &Told, expected: &Told| {
        told.tokens == expected.tokens && (told.cost - expected.cost).abs() <= 1e-6 * expected.cost
    };
    let names: HashSet<&String> = told.keys().chain(expected.keys()).collect();
    let of = |name: &&String| (told.get(*name), expected.get(*name));
    let differ = names.iter().map(|name| (name, of(name))).filter(|(_, pair)| match pair {
        (Some(told), Some(expected)) => !is_same(told, expected),
        // Who counts nothing need not name it.
        (one, other) => one.or(*other).is_some_and(|told| told.tokens != [0; 4]),
    });
    differ.map(|(name, pair)| format!("{name}: {pair:?}")).collect()
}

/// Compares both programs with what is expected of them, and says by how much each step changes each model's cost.
fn explained(root: &Path, records: &[Record]) -> BTreeMap<(Step, String), f64> {
    let (theirs, ours) = (Table::theirs(&script()), Table::ours());
    let steps = Step::ALL.map(|step| at(step, records, (&theirs, &ours)));
    assert_eq!(differences(&ccusage(root), &steps[0]), Vec::<String>::new(), "ccusage, told and expected");
    assert_eq!(differences(&self::ours(root).0, &steps[5]), Vec::<String>::new(), "stats, told and expected");
    let mut changes = BTreeMap::new();
    for (place, pair) in steps.windows(2).enumerate() {
        for (model, after) in &pair[1] {
            let change = after.cost - pair[0].get(model).map_or(0.0, |before| before.cost);
            if change.abs() >= 1e-9 {
                changes.insert((Step::ALL[place + 1], model.clone()), change);
            }
        }
    }
    changes
}

fn steps_of(changes: &BTreeMap<(Step, String), f64>, model: &str) -> Vec<(Step, i64)> {
    let own = changes.iter().filter(|((_, name), _)| name == model);
    own.map(|((step, _), change)| (*step, (change * 1e6).round() as i64)).collect()
}

#[test]
#[ignore = "needs ccusage: `cargo xtask test`"]
fn every_difference_to_ccusage_is_explained() {
    for seed in [3, 41] {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("claude");
        Generator::new(seed).bytes(3_000_000).write(&root).unwrap();
        let records = records(&root);
        assert!(records.iter().any(|record| record.request.is_none()), "some records have no request id");
        let changes = explained(&root, &records);
        let steps: HashSet<Step> = changes.keys().map(|(step, _)| *step).collect();
        assert_eq!(steps, HashSet::from([Step::Records, Step::Hours]), "seed {seed}: {changes:?}");
    }
}

/// A message of a transcript: its model, speed and tokens.
fn message(root: &Path, (model, speed): (&str, &str), tokens: Tokens) {
    let folder = root.join("projects/-work-acme");
    std::fs::create_dir_all(&folder).unwrap();
    let number = std::fs::read_dir(&folder).unwrap().count();
    let [input, output, five, hour, read] = tokens;
    let record = json!({
        "type": "assistant", "uuid": format!("u{number}"), "timestamp": "2025-11-26T08:00:00.000Z",
        "sessionId": "s", "version": "2.1.201", "requestId": format!("r{number}"),
        "message": {"id": format!("m{number}"), "role": "assistant", "model": model, "content": [], "usage": {
            "input_tokens": input, "output_tokens": output, "cache_creation_input_tokens": five + hour,
            "cache_read_input_tokens": read, "speed": speed,
            "cache_creation": {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour},
        }},
    });
    std::fs::write(folder.join(format!("{number}.jsonl")), format!("{record}\n")).unwrap();
}

#[test]
#[ignore = "needs ccusage: `cargo xtask test`"]
fn what_generated_transcripts_do_not_hold_is_explained_too() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("claude");
    let bedrock = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    for (model, speed, tokens) in [
        ("claude-opus-4-6", "fast", [1_000, 1_000, 0, 0, 0]),
        ("claude-sonnet-4-6", "fast", [1_000, 1_000, 0, 0, 0]),
        ("claude-sonnet-4-5-20250929", "standard", [100, 1_000, 0, 0, 250_000]),
        ("claude-sonnet-4-20250514", "standard", [110_000, 0, 0, 0, 100_000]),
        ("claude-opus-4-5-20251101", "standard", [0, 0, 1_000, 1_000, 0]),
        ("claude-opus-5", "standard", [1_000, 0, 0, 0, 0]),
        ("claude-unheard-of", "standard", [1_000, 0, 0, 0, 0]),
        (bedrock, "standard", [1_000, 0, 0, 0, 0]),
    ] {
        message(&root, (model, speed), tokens);
    }
    let changes = explained(&root, &records(&root));
    // In millionths of a dollar.
    let check = |model: &str, expected: &[(Step, i64)]| assert_eq!(steps_of(&changes, model), expected, "{model}");
    check("claude-opus-4-6", &[]);
    check("claude-sonnet-4-6", &[(Step::Fast, -18_000)]);
    check("claude-sonnet-4-5-20250929", &[(Step::Long, 67_800)]);
    check("claude-sonnet-4-20250514", &[(Step::Long, 360_000)]);
    check("claude-opus-4-5-20251101", &[(Step::Hours, 3_750)]);
    check("claude-opus-5", &[(Step::Prices, 5_000)]);
    check("claude-unheard-of", &[]);
    check(bedrock, &[(Step::Prices, 300)]);
    let unknown = ours(&root).1;
    assert_eq!(
        unknown,
        ["claude-sonnet-4-6 in fast mode", "claude-unheard-of"],
        "what costs nothing is named as unknown"
    );
}

/// What the program takes for a model on a day, kind by kind: asked for so few tokens that no prompt is long, and so many that each is.
fn taken(prices: &Prices, model: &str, day: &str) -> Option<Rates> {
    let cost = |speed, tokens: Tokens| {
        let [input, output, cache_write_5m, cache_write_1h, cache_read] = tokens;
        let tokens = agent::stats::Tokens { input, output, cache_write_5m, cache_write_1h, cache_read };
        prices.cost(model, day, speed, &tokens)
    };
    let only = |kind: usize, count: u64| std::array::from_fn(|other| if other == kind { count } else { 0 });
    let plain = [0, 1, 2, 3, 4].map(|kind| cost(Speed::Standard, only(kind, 1_000)).map(|cost| cost * 1e3));
    let plain: Vec<f64> = plain.into_iter().collect::<Option<_>>()?;
    let long = [0, 1, 2, 3, 4].map(|kind| {
        let prompt = cost(Speed::Standard, only(0, 1_000_000)).unwrap_or_default();
        let mut tokens: Tokens = only(kind, 1_000);
        tokens[0] += 1_000_000;
        (cost(Speed::Standard, tokens).unwrap_or_default() - prompt) * 1e3
    });
    let plain: [f64; 5] = plain.try_into().unwrap();
    let is_long = plain.iter().zip(long).any(|(plain, long)| (plain - long).abs() > 1e-6);
    let fast = cost(Speed::Fast, only(0, 1_000)).map(|cost| cost * 1e3 / plain[0]);
    Some(Rates { plain, long: is_long.then_some((200_000, long)), fast })
}

/// How two prices of one model differ, in words.
fn differing(theirs: Rates, ours: Option<Rates>) -> &'static str {
    // It knows one price of cache writes.
    const KINDS: [usize; 4] = [0, 1, 2, 4];
    let all = |theirs: [f64; 5], ours: [f64; 5], factor: f64| {
        KINDS.iter().all(|kind| (theirs[*kind] * factor - ours[*kind]).abs() < 1e-6)
    };
    let Some(ours) = ours else { return "only theirs" };
    let is_long_same = match (theirs.long, ours.long) {
        (Some((_, theirs)), Some((_, ours))) => all(theirs, ours, 1.0) || all(theirs, ours, 1.1),
        (theirs, ours) => theirs.is_none() && ours.is_none(),
    };
    match (all(theirs.plain, ours.plain, 1.0), all(theirs.plain, ours.plain, 1.1)) {
        (true, _) if is_long_same && theirs.fast == ours.fast => "",
        (true, _) if is_long_same => "fast mode",
        (true, _) => "long prompts",
        (false, true) if is_long_same => "a tenth more with us",
        (false, _) => "prices",
    }
}

/// Where the tables differ, the first of these has a source for ours, and the others are no price that anybody pays (looked up on
/// 2026-11-27):
///
/// - **A tenth more with us.** On Bedrock names without `global.` are answered in one region, for a tenth more since Claude 4.5
///   (<https://platform.claude.com/docs/en/about-claude/pricing>, "Cloud platform pricing"; proxies that sell it on bill 1.1 times as well:
///   <https://apify.com/apify/aws-bedrock-proxy>). ccusage has the prices of `global.`.
/// - **Long prompts.** Claude 3.5 Sonnet takes 200 000 tokens and no more. What ccusage has as the price above that, 6 and 30 dollars, is what
///   Bedrock takes for all of it since December 2025 (`config/prices.toml` has the source).
/// - **Prices.** Bedrock caches no prompts of Claude 3 Haiku (<https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>), so
///   that neither 0.03 nor 0.025 dollars is paid for reads there; Anthropic's page says 0.03, as both tables do for its own API. And there is
///   no Claude 3.7 Sonnet of 2024-06-20.
#[test]
#[ignore = "needs ccusage: `cargo xtask test`"]
fn every_price_that_both_know_is_the_same() {
    let (theirs, prices) = (Table::theirs(&script()), Prices::shipped().unwrap());
    // The prices of a day on which Claude 3.5 Sonnet cost on Bedrock what it cost everywhere.
    let day = "2025-06-01";
    let mut differ: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for model in theirs.names() {
        let ours = taken(&prices, model, day);
        let how = differing(theirs.named(model).unwrap(), ours);
        differ.entry(how).or_default().push(model);
    }
    let same = differ.remove("").unwrap_or_default();
    for model in ["claude-opus-4-7", "claude-opus-4-6", "claude-sonnet-4-6", "claude-sonnet-4-5-20250929"] {
        assert!(same.contains(&model), "{model}: {differ:?}");
    }
    assert_eq!(same.len(), 25, "{same:?}");
    let expected: [(&str, &[&str]); 4] = [
        (
            "a tenth more with us",
            &[
                "anthropic.claude-haiku-4-5-20251001-v1:0",
                "anthropic.claude-opus-4-5-20251101-v1:0",
                "anthropic.claude-opus-4-6-v1",
                "anthropic.claude-opus-4-7",
                "anthropic.claude-sonnet-4-6",
                "anthropic.claude-sonnet-4-5-20250929-v1:0",
            ],
        ),
        ("long prompts", &["anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-5-sonnet-20241022-v2:0"]),
        (
            "only theirs",
            &[
                "anthropic.claude-haiku-4-5@20251001",
                "anthropic.claude-3-sonnet-20240229-v1:0",
                "anthropic.claude-instant-v1",
                "anthropic.claude-v1",
                "anthropic.claude-v2:1",
                "claude-4-opus-20250514",
                "claude-4-sonnet-20250514",
            ],
        ),
        ("prices", &["anthropic.claude-3-7-sonnet-20240620-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"]),
    ];
    let expected: BTreeMap<&str, Vec<&str>> = expected.into_iter().map(|(how, of)| (how, of.to_vec())).collect();
    assert_eq!(differ, expected);
}
