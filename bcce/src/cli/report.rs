//! `audit report`.

use agent::cli::output::Output;
use agent::cli::{Exit, hinted_exit};
use anyhow::Context as _;
use jiff::Timestamp;

use super::Context;
use super::args::{AuditReportArgs, Framework, ReportFormat};
use super::look::{Over, look};
use crate::audit::{self, Report, Verdict};

/// Writes each control of a framework with the evidence that was found.
///
/// # Errors
/// When there are no credentials, or nobody answers, or a folder cannot be read.
pub(super) async fn run(context: &Context, arguments: &AuditReportArgs) -> anyhow::Result<Exit> {
    let format = format(context.global.json, arguments.format)?;
    let framework = match arguments.framework {
        Framework::Soc2 => audit::Framework::Soc2,
        Framework::Hipaa => audit::Framework::Hipaa,
    };
    let now = Timestamp::now();
    let (from, to) = arguments.period.days(now);
    let facts = look(context, Over::Days(from, to)).await?;
    let report = Report::new(framework, &facts, (from, to), now).context("cannot read the framework")?;
    let text = match format {
        ReportFormat::Md => report.markdown(),
        ReportFormat::Html => report.html(),
        ReportFormat::Csv => report.csv(),
        ReportFormat::Json => format!("{}\n", serde_json::to_string_pretty(&report)?),
    };
    write(&context.output, &text)?;
    context.output.note(report.summary());
    Ok(if report.count(Verdict::Problem) == 0 { Exit::Done } else { Exit::No })
}

/// The format asked for, in one way or the other.
fn format(json: bool, format: Option<ReportFormat>) -> anyhow::Result<ReportFormat> {
    match (json, format) {
        (true, None | Some(ReportFormat::Json)) => Ok(ReportFormat::Json),
        (false, format) => Ok(format.unwrap_or(ReportFormat::Md)),
        (true, Some(ReportFormat::Md | ReportFormat::Html | ReportFormat::Csv)) => {
            Err(hinted_exit(Exit::Usage, "--json and --format ask for two formats", "give one of them"))
        }
    }
}

/// A report is for other programs: what passes is what is written.
fn write(output: &Output, text: &str) -> std::io::Result<()> {
    output.bulk().write_all(text.as_bytes())
}
