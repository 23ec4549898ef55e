//! `doctor`: looks for what would keep events from leaving, weighs it, and names the remedy.
//!
//! Promises: changes nothing but a file that it makes and removes in the state folder and where the lake lies or would lie, and what opening the spool mends; reads no text of transcripts but the
//! version in their newest lines; connects to nothing unless `--probe` asks for it. A check that cannot be made counts neither
//! way.

mod claude;
mod machine;
mod sending;
mod state;
mod world;

use super::args::DoctorArgs;
use super::output::{BAD, DIM, GOOD, STRONG};
use super::{Context, Exit};
use serde_json::{Value, json};
use world::World;

/// One check, how much it weighs, and what it found.
struct Check {
    name: &'static str,
    /// From 1 to 10: how surely events stay here when it fails. All together weigh 100.
    weight: u64,
    found: Found,
}

/// What a check found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Well,
    /// It is well, and this is so.
    Told(String),
    Problem {
        finding: String,
        remedy: String,
    },
    /// It was not made, and why.
    Skipped(&'static str),
}

/// Why checks of what only reading and sending need are not made.
const DECLINED: Found = Found::Skipped("nothing is to leave, as you chose");

impl Found {
    fn problem(finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Problem { finding: finding.into(), remedy: remedy.into() }
    }

    /// The finding, if there is one, under one remedy.
    fn of(finding: Option<String>, remedy: &str) -> Self {
        finding.map_or(Self::Well, |finding| Self::problem(finding, remedy))
    }

    const fn is_well(&self) -> bool {
        matches!(self, Self::Well | Self::Told(_))
    }
}

/// Runs all checks; exit code 1 when one of them finds something, or with `--min-score` when the score is below it.
///
/// # Errors
/// When the result cannot be printed.
pub(super) fn run(context: &Context, arguments: &DoctorArgs) -> anyhow::Result<Exit> {
    let checks = checks(&World::of(context, arguments));
    report(context, arguments, &checks)
}

fn checks(world: &World<'_>) -> Vec<Check> {
    let check = |name, weight, found| Check { name, weight, found };
    vec![
        // First: whoever opens the spool closes the folder to others.
        check("state folder", 5, state::folder(world)),
        check("policy", 7, state::policy(world)),
        check("policy rights", 3, state::policy_rights(world)),
        check("rules", 7, state::rules(world)),
        check("consent", 7, state::consent(world)),
        check("roots", 6, claude::roots(world)),
        check("transcripts", 5, claude::transcripts(world)),
        check("version", 3, claude::version(world)),
        check("unknown records", 1, claude::unknown_records(world)),
        check("unknown fields", 1, claude::unknown_fields(world)),
        check("retention", 2, claude::retention(world)),
        check("disk space", 3, machine::disk_space(world)),
        check("keys", 5, state::keys(world)),
        check("spool", 5, state::spool(world)),
        check("clock", 2, machine::clock(world)),
        check("watcher", 2, machine::watcher(world)),
        check("sink", 5, sending::sink(world)),
        check("proxy", 2, sending::proxy(world)),
        check("credentials", 5, sending::credentials(world)),
        check("tls", 3, sending::tls(world)),
        check("clock skew", 2, sending::clock_skew(world)),
        check("stream", 5, sending::stream(world)),
        check("reading", 4, machine::reading(world)),
        check("sending", 3, sending::sending(world)),
        check("sandbox", 1, machine::sandbox(world)),
        check("running", 3, machine::running(world)),
        check("service", 3, machine::service(world)),
    ]
}

/// Of 100: what the checks that found nothing weigh among those that were made. Rounded down, so that 100 means all.
fn score(checks: &[Check]) -> u64 {
    let sum =
        |of: fn(&Found) -> bool| checks.iter().filter(|check| of(&check.found)).map(|check| check.weight).sum::<u64>();
    let made = sum(|found| !matches!(found, Found::Skipped(_)));
    (100 * sum(Found::is_well)).checked_div(made).unwrap_or(0)
}

fn report(context: &Context, arguments: &DoctorArgs, checks: &[Check]) -> anyhow::Result<Exit> {
    let score = score(checks);
    let findings = checks.iter().any(|check| matches!(check.found, Found::Problem { .. }));
    if arguments.json {
        let rows: Vec<Value> = checks.iter().map(as_json).collect();
        let report = json!({ "ok": !findings, "score": score, "checks": rows });
        context.output.line(format_args!("{report:#}"))?;
    } else {
        for check in checks {
            let Check { name, weight, found } = check;
            match found {
                Found::Well => context.output.line(format_args!("{GOOD}ok     {GOOD:#} {name}"))?,
                Found::Told(what) => context.output.line(format_args!("{GOOD}ok     {GOOD:#} {name}: {what}"))?,
                Found::Skipped(why) => context.output.line(format_args!("{DIM}skipped {name}: {why}{DIM:#}"))?,
                Found::Problem { finding, remedy } => {
                    context
                        .output
                        .line(format_args!("{BAD}problem{BAD:#} {name}: {finding} {DIM}(weighs {weight}){DIM:#}"))?;
                    context.output.line(format_args!("         {remedy}"))?;
                }
            }
        }
        context.output.line(format_args!("{STRONG}score{STRONG:#}   {score} of 100"))?;
    }
    let well = arguments.min_score.map_or(!findings, |least| score >= least.into());
    Ok(if well { Exit::Done } else { Exit::No })
}

fn as_json(check: &Check) -> Value {
    let Check { name, weight, found } = check;
    let (state, finding, remedy) = match found {
        Found::Well => ("ok", None, None),
        Found::Told(what) => ("ok", Some(what.as_str()), None),
        Found::Skipped(why) => ("skipped", Some(*why), None),
        Found::Problem { finding, remedy } => ("problem", Some(finding.as_str()), Some(remedy.as_str())),
    };
    json!({ "check": name, "weight": weight, "state": state, "ok": state != "problem", "finding": finding, "remedy": remedy })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic")]
mod tests;
