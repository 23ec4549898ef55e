//! `deploy`: the stack, the views, the dashboards.
//!
//! Promises: nothing is changed before it was shown and agreed to; what a dry run, a no or a failure made on the way is taken away
//! again; a rollback is an error. Regions come one after the other, and the first that fails ends the command, which says which are
//! done and which were not begun. Secret parameters, tokens and passwords stand in no message.
//!
//! Left out on purpose: what CloudFormation decides. Start at [`run`].

mod changes;
mod dashboards;
mod infrastructure;
mod parameters;
mod standing;
mod views;
mod wait;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use agent::cli::output::printable;
use agent::cli::{Exit, hinted_exit};
use anyhow::Context as _;
use serde::Serialize;
use serde_json::json;

use super::Context;
use super::args::{Component, DeployArgs};
use crate::assets;
use crate::aws::{Session, cloudformation};
use parameters::Given;

/// What is to be done, in whatever region.
struct Job<'a> {
    context: &'a Context,
    arguments: &'a DeployArgs,
    template: Cow<'a, str>,
    given: Given,
}

/// What happened in one region.
#[derive(Default, Serialize)]
struct Report {
    region: String,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    /// Where the template lies now.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<cloudformation::Change>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// Views that were made, or would be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    views: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<standing::Failure>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<String, String>,
    /// What the outputs become in the agents' policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// How a region ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// Another ended the command before.
    #[default]
    NotBegun,
    /// Made, or changed.
    Deployed,
    /// All was so already.
    Unchanged,
    /// Shown only.
    DryRun,
    /// Not agreed to.
    Declined,
    /// What it was, says the error.
    Failed,
}

impl Job<'_> {
    /// Prints what is a result for people; with `--json`, where the result is another, a message.
    fn say(&self, text: impl fmt::Display) -> anyhow::Result<()> {
        if self.context.global.json {
            self.context.output.note(text);
            return Ok(());
        }
        Ok(self.context.output.line(text)?)
    }

    fn stack(&self) -> &str {
        &self.context.global.stack
    }
}

/// Deploys a component.
///
/// # Errors
/// When something cannot be used, may not be done or fails. What was done by then is said.
pub(super) async fn run(context: &Context, arguments: &DeployArgs) -> anyhow::Result<Exit> {
    fits(context, arguments)?;
    if arguments.component == Component::Dashboards {
        return dashboards::deploy(context, arguments).await;
    }
    let template = match &arguments.template {
        None => Cow::Borrowed(assets::TEMPLATE),
        Some(file) => {
            Cow::Owned(std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?)
        }
    };
    let job = Job { context, arguments, template, given: Given::parse(&arguments.parameter)? };
    if arguments.component == Component::Infrastructure {
        infrastructure::fits(&job)?;
    }
    let mut regions: Vec<Option<&str>> = Vec::new();
    for region in &context.global.region {
        if !regions.contains(&Some(region)) {
            regions.push(Some(region));
        }
    }
    if regions.is_empty() {
        regions.push(None);
    }
    let mut reports: Vec<Report> = Vec::new();
    let mut ended = Ok(Exit::Done);
    for region in &regions {
        let mut report = Report { region: region.unwrap_or_default().to_owned(), ..Report::default() };
        if matches!(ended, Ok(Exit::Done)) {
            ended = one(&job, *region, &mut report).await;
        }
        reports.push(report);
    }
    if context.global.json {
        let component = match arguments.component {
            Component::Infrastructure => "infrastructure",
            Component::LogAggregation | Component::Dashboards => "log-aggregation",
        };
        context.output.line(json!({"component": component, "stack": job.stack(), "regions": reports}))?;
    }
    let ended_early = !matches!(ended, Ok(Exit::Done)) && reports.len() > 1;
    if ended_early {
        context.output.note(standings(&reports));
    }
    ended
}

/// Deploys in one region.
async fn one(job: &Job<'_>, region: Option<&str>, report: &mut Report) -> anyhow::Result<Exit> {
    let deployed = async {
        let session = job.context.session_in(region).await?;
        session.region().clone_into(&mut report.region);
        match job.arguments.component {
            Component::Infrastructure => infrastructure::deploy(job, &session, report).await,
            Component::LogAggregation | Component::Dashboards => views::deploy(job, &session, report).await,
        }
    };
    match deployed.await {
        Ok(()) if report.outcome == Outcome::Declined => Ok(Exit::No),
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            report.outcome = Outcome::Failed;
            report.error = Some(format!("{error:#}"));
            Err(error)
        }
    }
}

/// Which regions are done, which is not, and which were not begun.
fn standings(reports: &[Report]) -> String {
    let line = |report: &Report| {
        let how = match report.outcome {
            Outcome::NotBegun => "not begun",
            Outcome::Deployed => "done",
            Outcome::Unchanged => "done: nothing to change",
            Outcome::DryRun => "shown, not changed",
            Outcome::Declined => "declined, not changed",
            Outcome::Failed => "failed",
        };
        format!("{}: {how}", report.region)
    };
    reports.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Refuses what another component would take: it would be passed over in silence.
fn fits(context: &Context, arguments: &DeployArgs) -> anyhow::Result<()> {
    let infrastructure = [
        ("--parameter", !arguments.parameter.is_empty()),
        ("--template", arguments.template.is_some()),
        ("--template-bucket", arguments.template_bucket.is_some()),
    ];
    let dashboards = [("--grafana", arguments.grafana.is_some()), ("--superset", arguments.superset.is_some())];
    let (others, of): (Vec<_>, _) = match arguments.component {
        Component::Infrastructure => (dashboards.into(), "dashboards"),
        Component::Dashboards => (infrastructure.into(), "infrastructure"),
        Component::LogAggregation => (infrastructure.into_iter().chain(dashboards).collect(), "other components"),
    };
    if let Some((flag, _)) = others.iter().find(|(_, is_given)| *is_given) {
        return Err(hinted_exit(
            Exit::Usage,
            format!("{flag} is for {of}"),
            "leave it out, or name the other --component",
        ));
    }
    if context.global.lake.is_some() {
        return Err(hinted_exit(Exit::Usage, "a folder of events is nothing to deploy to", "leave --lake out"));
    }
    Ok(())
}

/// What others wrote, as a part of one line.
fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Who is calling.
async fn identify(job: &Job<'_>, session: &Session, report: &mut Report) -> anyhow::Result<()> {
    let who = crate::aws::sts::caller(session).await.map_err(crate::aws::CallError::explained)?;
    job.context.output.note(format_args!("{}: account {} as {}", session.region(), who.account, who.arn));
    (report.account, report.identity) = (Some(who.account), Some(who.arn));
    Ok(())
}
