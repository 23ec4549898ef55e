//! `config explain`: what a laptop would send under a policy, shown on made-up sessions.
//!
//! Reads nothing of this machine but the policy: made-up sessions of a made-up developer go through the real scrubber.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use samples::{Developer, Generator};
use scrubber::{Outcome, Policy, RawLine, Scratch, Source, SourceKind, Tier};
use serde_json::Value;

use crate::cli::args::Global;
use crate::cli::output::{DIM, Output, STRONG, counted, printable};
use crate::cli::{Exit, Hinted};
use crate::config::{Config, Paths, PolicyState, ProjectRules, Shown, Sink, Sources, UserFile, load};
use crate::edge::host::Host;
use crate::filter::scrub::EveryProject;
use crate::policy;
use pipeline::consent::Mode;

/// Made-up sessions, in bytes: enough for every kind of record.
const SAMPLE_BYTES: u64 = 600_000;
const SEED: u64 = 20;
/// When the sessions are read: an event's time of reading is in it.
const NOW_MS: i64 = 1_741_100_000_000;
/// Characters of an example.
const VALUE_CHARACTERS: usize = 60;
const LINE_CHARACTERS: usize = 1_200;

/// Prints what leaves under the policy that is named, else under those that are installed.
///
/// # Errors
/// When there is no policy that can be used.
pub(in crate::cli) fn run(global: &Global, output: &Output) -> anyhow::Result<Exit> {
    let paths = Paths::find(global.state_dir.clone(), &[], None)?;
    let policies = if global.policy.is_some() { Vec::new() } else { paths.policies.clone() };
    let sources = Sources {
        policies,
        extra_policy: global.policy.clone(),
        user: UserFile::Nowhere,
        environment: Vec::new(),
        home: Some(paths.home.clone()),
    };
    explain(&load(&sources)?, global.policy.as_deref(), output)
}

/// Prints what leaves under settings in which only a policy had a say.
///
/// # Errors
/// When the policy cannot be used, or stdout is closed.
pub(in crate::cli) fn explain(config: &Config, named: Option<&Path>, output: &Output) -> anyhow::Result<Exit> {
    let where_from = match (&config.policy, named) {
        (PolicyState::Broken(error), _) => {
            return Err(error.clone()).context("the policy cannot be used; under it nothing would be sent");
        }
        (PolicyState::Absent, _) => "no policy is installed: this is what the built-in settings do".to_owned(),
        (PolicyState::InForce, Some(path)) => path.display().to_string(),
        (PolicyState::InForce, None) => {
            config.policies.iter().map(|found| found.path.display().to_string()).collect::<Vec<_>>().join(", ")
        }
    };
    output.line(format_args!("{STRONG}policy{STRONG:#}        {where_from}"))?;
    for (name, value) in words(config) {
        output.line(format_args!("{STRONG}{name:<14}{STRONG:#}{value}"))?;
    }
    let Mode::Send(ceiling) = config.max_tier.min(config.tier) else {
        output.line("\nNothing leaves under this policy, whatever a user grants.")?;
        return Ok(Exit::Done);
    };
    let (lines, developer) = sessions();
    let mut below: BTreeMap<String, Seen> = BTreeMap::new();
    for tier in Tier::ALL {
        if tier > ceiling {
            output.line(format_args!("\n{STRONG}{tier}{STRONG:#}: nothing; the ceiling is {ceiling}"))?;
            continue;
        }
        let leaving = scrub(&policy_for(config, &developer, tier)?, &lines)?;
        print(tier, &leaving, &below, output)?;
        below = leaving.fields;
    }
    output.line(
        "\nOnly after each user's own consent, and no more than that user granted. `bcce-agent preview` shows it on real sessions.",
    )?;
    Ok(Exit::Done)
}

/// What the policy says besides the fields.
fn words(config: &Config) -> Vec<(&'static str, String)> {
    let limits = &config.limits;
    let unsaid = || "not said".to_owned();
    let text = |text: &Option<String>| text.as_deref().map_or_else(unsaid, printable);
    let mut rows = vec![
        ("ceiling", format!("{}; a user may grant less", config.max_tier.min(config.tier))),
        ("destination", config.destination()),
        ("organisation", text(&config.identity.org)),
        ("kept", text(&config.disclosure.retention)),
        ("whom to ask", text(&config.disclosure.contact)),
    ];
    if let Sink::Firehose(firehose) = &config.sink {
        let regions = if firehose.allowed_regions.is_empty() {
            "any; `sink.firehose.allowed_regions` limits them".to_owned()
        } else {
            firehose.allowed_regions.join(", ")
        };
        rows.push(("regions", regions));
        // A policy that says anything of the sink forbids others to lead events elsewhere, unless it says so.
        let override_key = |row: &&Shown| row.key == "sink.firehose.allow_endpoint_override";
        let may = config.shown.iter().find(override_key).is_some_and(|row| row.value.as_deref() == Some("true"));
        rows.push((
            "endpoints",
            if may { "users may set another one" } else { "users may set no other one" }.to_owned(),
        ));
    }
    let grouped = crate::stats::grouped;
    let sending = match &config.sink {
        Sink::Firehose(_) => {
            format!("{} bytes a second, {} a day", grouped(limits.bytes_per_second), grouped(limits.bytes_per_day))
        }
        Sink::Directory(_) => "none on sending: a folder takes what comes, once a minute".to_owned(),
    };
    rows.push(("limits", format!("{sending}; lines of {} bytes at most", grouped(limits.line_bytes_max))));
    rows.extend(config.projects.iter().flat_map(projects).map(|rule| ("projects", rule)));
    if !config.scrub.rules.is_empty() {
        let files: Vec<String> = config.scrub.rules.iter().map(|path| path.display().to_string()).collect();
        rows.push(("extra rules", files.join(", ")));
    }
    rows.extend(config.scrub.allow.iter().map(|entry| ("let pass", printable(&entry.allowed.to_string()))));
    rows
}

fn projects(rules: &ProjectRules) -> Vec<String> {
    let only: Vec<&str> = rules.allow.iter().chain(&rules.allow_remotes).map(String::as_str).collect();
    let never: Vec<&str> = rules.deny.iter().chain(&rules.deny_remotes).map(String::as_str).collect();
    let mut words = Vec::new();
    if !only.is_empty() {
        words.push(format!("only {}", printable(&only.join(", "))));
    }
    if !never.is_empty() {
        words.push(format!("never {}", printable(&never.join(", "))));
    }
    words.extend(rules.tiers.iter().map(|(glob, tier)| format!("{}: {tier} at most", printable(glob))));
    words
}

fn sessions() -> (Vec<Vec<u8>>, Developer) {
    let mut stream = Generator::new(SEED).bytes(SAMPLE_BYTES).stream();
    let lines = stream.by_ref().map(|line| line.bytes).collect();
    (lines, stream.into_ledger().developer)
}

/// The real policy, for the made-up developer. Its key is no secret: nothing real is told by it.
fn policy_for(config: &Config, developer: &Developer, tier: Tier) -> anyhow::Result<Policy> {
    let Developer { name, user, host, home, .. } = developer;
    let host = Host::made_up(user, name, host, Path::new(home));
    let mut config = config.clone();
    config.identity.emails.push(developer.email.clone());
    config.known_values.clear();
    let key = scrubber::PseudonymKey::new(&[7; 32]);
    policy::build(&config, &host, key, tier, "").map_err(|error| {
        let names_rules = matches!(error, policy::PolicyError::Rules(_));
        let error = anyhow::Error::from(error);
        if names_rules {
            let what = "the policy's own rules cannot be used here".to_owned();
            let hint = "the files it names must lie on this machine, too".to_owned();
            error.context(Hinted { what, hint, exit: Exit::Failed })
        } else {
            error
        }
    })
}

/// A field that leaves.
struct Seen {
    events: u64,
    example: String,
}

/// What leaves of the sessions at a tier.
struct Leaving {
    events: u64,
    bytes: u64,
    fields: BTreeMap<String, Seen>,
    redactions: BTreeMap<String, u64>,
    /// The event with the most fields that is not too long to show.
    example: String,
}

fn scrub(policy: &Policy, lines: &[Vec<u8>]) -> anyhow::Result<Leaving> {
    let (mut scratch, mut events) = (Scratch::default(), policy.events());
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    let mut leaving =
        Leaving { events: 0, bytes: 0, fields: BTreeMap::new(), redactions: BTreeMap::new(), example: String::new() };
    let mut most = 0;
    for (place, line) in lines.iter().enumerate() {
        let raw =
            RawLine::new(line.trim_ascii_end(), scrubber::Place { offset: place as u64, length: line.len() as u64 });
        let outcome = policy.scrub(&raw, &mut source, &mut EveryProject::default(), NOW_MS, &mut scratch, &mut events);
        if !matches!(outcome, Outcome::Event(_)) {
            continue;
        }
        for run in &mut events {
            for event in run.iter() {
                let value: Value = serde_json::from_slice(event.line()).context("an event is no JSON")?;
                let mut paths = BTreeMap::new();
                flatten("", &value, &mut paths);
                leaving.events += 1;
                leaving.bytes += event.line().len() as u64;
                if paths.len() > most && event.line().len() <= LINE_CHARACTERS {
                    most = paths.len();
                    leaving.example = String::from_utf8_lossy(event.line()).trim_end().to_owned();
                }
                for (path, example) in paths {
                    leaving.fields.entry(path).or_insert(Seen { events: 0, example }).events += 1;
                }
            }
            run.clear();
        }
    }
    leaving.redactions = scratch.counts.redactions.iter().map(|(rule, count)| (rule.to_string(), *count)).collect();
    Ok(leaving)
}

/// The paths of an event with one value each; elements of lists and counts by rule count as one path.
pub(in crate::cli) fn flatten(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(_) if path == "redactions" => drop(found.insert("redactions{}".to_owned(), value.to_string())),
        Value::Object(members) => {
            for (key, value) in members {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&below, value, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| flatten(&format!("{path}[]"), element, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.entry(path.to_owned()).or_insert_with(|| value.to_string());
        }
    }
}

fn print(tier: Tier, leaving: &Leaving, below: &BTreeMap<String, Seen>, output: &Output) -> anyhow::Result<()> {
    let Leaving { events, bytes, fields, redactions, example } = leaving;
    output.line(format_args!(
        "\n{STRONG}{tier}{STRONG:#}: {} of the made-up sessions, {}, data class {}",
        counted(*events, "event"),
        counted(*bytes, "byte"),
        tier.data_class().as_str()
    ))?;
    let new = fields.iter().filter(|(path, _)| !below.contains_key(*path));
    for (path, seen) in new {
        let example = shorten(&seen.example, VALUE_CHARACTERS);
        output.line(format_args!("  {path:<34} {:>6}  {DIM}{example}{DIM:#}", seen.events))?;
    }
    if !redactions.is_empty() {
        let replaced: u64 = redactions.values().sum();
        output.line(format_args!(
            "  {} replaced in texts, under {}",
            counted(replaced, "value"),
            counted(redactions.len() as u64, "rule")
        ))?;
    }
    output.line(format_args!("  One event: {DIM}{}{DIM:#}", shorten(example, LINE_CHARACTERS)))?;
    Ok(())
}

fn shorten(text: &str, characters: usize) -> String {
    let text = printable(text);
    let kept: String = text.chars().take(characters).collect();
    if kept.len() < text.len() { format!("{kept}…") } else { kept }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
