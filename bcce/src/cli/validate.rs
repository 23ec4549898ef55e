//! `validate`: how ready the lake is.

use agent::cli::Exit;
use agent::cli::output::{BAD, DIM, GOOD, STRONG, printable};
use serde_json::json;

use super::Context;
use super::args::ValidateArgs;
use super::look::{Over, look};
use crate::evidence::{Finding, Kind, Outcome, checks, of_events, score};

/// Looks at everything and says what was found, with a score of 100.
///
/// # Errors
/// When there are no credentials, or nobody answers.
pub(super) async fn run(context: &Context, arguments: &ValidateArgs) -> anyhow::Result<Exit> {
    let facts = look(context, Over::LastDays(30)).await?;
    let mut findings = checks(&facts);
    if facts.kind == Kind::Folder {
        findings.retain(|finding| of_events(finding.check));
    }
    let score = score(&findings);
    if context.global.json {
        context.output.line(json!({
            "place": facts.place, "score": score, "min_score": arguments.min_score, "findings": findings,
        }))?;
    } else {
        context.output.line(format_args!("{STRONG}{}{STRONG:#}", printable(&facts.place)))?;
        for finding in &findings {
            line(context, finding)?;
        }
        context.output.line(format_args!("{STRONG}score{STRONG:#}   {score} of 100"))?;
    }
    Ok(if score >= arguments.min_score { Exit::Done } else { Exit::No })
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
