//! `doctor`: looks for what would keep events from leaving, weighs it, and names the remedy.
//!
//! Promises: changes nothing but a file that it makes and removes in the state folder, and what opening the spool mends; reads no text of transcripts but the
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
    /// From 1 to 10: how surely events stay here when it fails.
    weight: u64,
    found: Found,
}

/// What a check found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Well,
    Problem {
        finding: String,
        remedy: String,
    },
    /// It was not made, and why.
    Skipped(&'static str),
}

impl Found {
    fn problem(finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Problem { finding: finding.into(), remedy: remedy.into() }
    }

    /// The finding, if there is one, under one remedy.
    fn of(finding: Option<String>, remedy: &str) -> Self {
        finding.map_or(Self::Well, |finding| Self::problem(finding, remedy))
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
        check("state folder", 8, state::folder(world)),
        check("policy", 10, state::policy(world)),
        check("policy rights", 6, state::policy_rights(world)),
        check("consent", 10, state::consent(world)),
        check("roots", 10, claude::roots(world)),
        check("transcripts", 8, claude::transcripts(world)),
        check("version", 4, claude::version(world)),
        check("unknown records", 2, claude::unknown_records(world)),
        check("retention", 5, claude::retention(world)),
        check("disk space", 6, machine::disk_space(world)),
        check("keys", 8, state::keys(world)),
        check("spool", 8, state::spool(world)),
        check("clock", 4, machine::clock(world)),
        check("watcher", 3, machine::watcher(world)),
        check("sink", 8, sending::sink(world)),
        check("proxy", 3, sending::proxy(world)),
        check("sending", 7, sending::sending(world)),
        check("stream", 8, sending::stream(world)),
        check("sandbox", 1, machine::sandbox(world)),
        check("running", 5, machine::running(world)),
        check("service", 5, machine::service(world)),
    ]
}

/// Of 100: what the checks that found nothing weigh among those that were made. Rounded down, so that 100 means all.
fn score(checks: &[Check]) -> u64 {
    let sum =
        |of: fn(&Found) -> bool| checks.iter().filter(|check| of(&check.found)).map(|check| check.weight).sum::<u64>();
    let made = sum(|found| !matches!(found, Found::Skipped(_)));
    (100 * sum(|found| *found == Found::Well)).checked_div(made).unwrap_or(0)
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
        Found::Skipped(why) => ("skipped", Some(*why), None),
        Found::Problem { finding, remedy } => ("problem", Some(finding.as_str()), Some(remedy.as_str())),
    };
    json!({ "check": name, "weight": weight, "state": state, "ok": state != "problem", "finding": finding, "remedy": remedy })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic")]
mod tests;
