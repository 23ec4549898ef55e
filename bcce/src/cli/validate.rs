//! `validate`: how ready the lake is.

use agent::cli::Exit;
use agent::cli::output::{BAD, DIM, GOOD, STRONG, printable};
use serde_json::json;

use super::Context;
use super::args::ValidateArgs;
use super::look::{Over, look};
use crate::evidence::{Finding, Found, Kind, Outcome, checks, of_events, score};
use crate::lake::Agents;

/// Over how many days events are counted.
const DAYS: u16 = 30;

/// Looks at everything and says what was found, with a score of 100.
///
/// # Errors
/// When there are no credentials, or nobody answers.
pub(super) async fn run(context: &Context, arguments: &ValidateArgs) -> anyhow::Result<Exit> {
    let facts = look(context, Over::LastDays(DAYS)).await?;
    let mut findings = checks(&facts);
    if facts.kind == Kind::Folder {
        findings.retain(|finding| of_events(finding.check));
    }
    let score = score(&findings);
    let is_quiet = arguments.max_silent.is_some_and(|most| !is_heard(&facts.agents, most));
    if context.global.json {
        context.output.line(json!({
            "place": facts.place, "score": score, "min_score": arguments.min_score, "findings": findings,
            "too_many_silent": arguments.max_silent.map(|_| is_quiet),
        }))?;
    } else {
        let place = printable(&facts.place);
        context.output.line(format_args!("{STRONG}{place}{STRONG:#}, events of the last {DAYS} days"))?;
        for finding in &findings {
            line(context, finding)?;
        }
        context.output.line(format_args!("{STRONG}score{STRONG:#}   {score} of 100"))?;
    }
    if is_quiet && !context.global.json {
        context.output.note("more agents are silent than --max-silent allows, or nobody could tell");
    }
    Ok(if score >= arguments.min_score && !is_quiet { Exit::Done } else { Exit::No })
}

/// Whether no more agents than `most` are known to be silent; what is not known is no.
fn is_heard(agents: &Found<Agents>, most: u64) -> bool {
    match agents {
        Found::Is(agents) => agents.agents > 0 && agents.silent <= most,
        Found::Missing | Found::Unknown(_) => false,
    }
}

fn line(context: &Context, finding: &Finding) -> std::io::Result<()> {
    let (style, word) = match finding.outcome {
        Outcome::Ok => (GOOD, "ok     "),
        Outcome::Problem => (BAD, "problem"),
        Outcome::NoEvidence => (DIM, "unknown"),
    };
    let weight = if finding.outcome != Outcome::Ok && finding.weight > 0 {
        format!(" (weighs {})", finding.weight)
    } else {
        String::new()
    };
    context.output.line(format_args!("{style}{word}{style:#} {}{weight}", printable(&finding.found)))?;
    if !finding.remedy.is_empty() {
        context.output.line(format_args!("        {DIM}{}{DIM:#}", finding.remedy))?;
    }
    Ok(())
}
