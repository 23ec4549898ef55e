//! `validate`: how ready the lake is.

use agent::cli::Exit;
use agent::cli::output::{BAD, DIM, GOOD, STRONG, counted, printable};
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
        // Where only silent agents make it end with 1, that is said below.
        if !is_quiet || score < arguments.min_score {
            context.output.line(verdict(&findings, score, arguments.min_score))?;
        }
    }
    if is_quiet && !context.global.json {
        context.output.note("more agents are silent than --max-silent allows, or nobody could tell");
    }
    Ok(if score >= arguments.min_score && !is_quiet { Exit::Done } else { Exit::No })
}

/// What all findings together come to, in words.
fn verdict(findings: &[Finding], score: u32, min_score: u32) -> String {
    let count = |outcome| findings.iter().filter(|finding| finding.outcome == outcome).count() as u64;
    let (problems, unknown) = (count(Outcome::Problem), count(Outcome::NoEvidence));
    let left = [(problems, counted(problems, "problem")), (unknown, format!("{unknown} unknown"))];
    let left: Vec<String> = left.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    match (left.is_empty(), score < min_score) {
        (true, _) => "ready: there is nothing to mend".to_owned(),
        (false, false) => format!("ready, with {}", left.join(" and ")),
        (false, true) => format!("not ready, with {}: below {min_score} (--min-score)", left.join(" and ")),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::tests::well;

    #[test]
    fn the_last_line_says_whether_it_is_ready_and_what_is_left() {
        let mut findings = checks(&well());
        assert_eq!(verdict(&findings, score(&findings), 100), "ready: there is nothing to mend");
        for (finding, outcome) in findings.iter_mut().zip([Outcome::Problem, Outcome::NoEvidence, Outcome::NoEvidence])
        {
            finding.outcome = outcome;
        }
        assert_eq!(verdict(&findings, 90, 90), "ready, with 1 problem and 2 unknown");
        assert_eq!(verdict(&findings, 89, 90), "not ready, with 1 problem and 2 unknown: below 90 (--min-score)");
        findings.iter_mut().take(1).for_each(|finding| finding.outcome = Outcome::Ok);
        assert_eq!(verdict(&findings, 95, 90), "ready, with 2 unknown");
    }
}
