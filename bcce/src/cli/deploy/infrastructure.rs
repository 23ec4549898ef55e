//! `deploy --component infrastructure`: the stack, by a change set that is looked at first.

use std::fmt::Write as _;

use agent::cli::hinted;
use agent::cli::output::{BAD, printable};
use anyhow::Context as _;
use ring::digest::{SHA256, digest};

use super::parameters::{Secrets, shown};
use super::standing::{End, failures, kind};
use super::wait::{Pauses, agreed, interrupted, watch};
use super::{Job, Outcome, Report, changes, identify, one_line};
use crate::aws::cloudformation::{self, Kind, NewChangeSet, Stack, Template};
use crate::aws::{CallError, Session};

/// What CloudFormation takes of a template in the request itself
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>, checked 2026-11-26).
const BODY_BYTES_MAX: usize = 51_200;
/// How many failed resources are named.
const FAILURES_MAX: usize = 5;

/// A change set that was made and not yet executed.
struct Plan<'a> {
    session: &'a Session,
    secrets: Secrets,
    change_set: String,
    stack: String,
    /// Whether the stack came into being with the change set.
    made_the_stack: bool,
}

/// What becomes of a change set.
enum Decision {
    Execute,
    Leave(Outcome),
}

/// Makes or changes the stack of a region.
pub(super) async fn deploy(job: &Job<'_>, session: &Session, report: &mut Report) -> anyhow::Result<()> {
    let secrets = job.given.secrets(None);
    identify(job, session, report).await?;
    let found = cloudformation::stack(session, job.stack()).await.map_err(CallError::explained)?;
    let kind = kind(found.as_ref(), job.stack(), session.region()).map_err(|unfit| hinted(unfit.what, unfit.hint))?;
    let template = placed(job, session, report).await?;
    let declared = cloudformation::validate(session, &template).await.map_err(|error| secrets.explained(error))?;
    let kept = match (&found, kind) {
        (Some(stack), Kind::Update) => stack.parameters.as_slice(),
        (_, _) => &[],
    };
    let sent = job.given.check(&declared, kept)?;
    report.parameters = shown(&sent, &declared);
    let secrets = job.given.secrets(Some(&declared));
    let name = format!("bcce-{}", jiff::Timestamp::now().as_millisecond());
    let new = NewChangeSet { stack: job.stack(), name: &name, kind, template: &template, parameters: &sent };
    let (change_set, stack) =
        cloudformation::create_change_set(session, &new).await.map_err(|error| secrets.explained(error))?;
    let plan = Plan { session, secrets, change_set, stack, made_the_stack: found.is_none() };
    let decided = tokio::select! {
        decided = decide(job, &plan, report) => decided,
        () = interrupted() => Err(anyhow::anyhow!("interrupted; nothing was changed")),
    };
    match decided {
        Ok(Decision::Execute) => execute(job, &plan, kind, report).await,
        Ok(Decision::Leave(outcome)) => {
            plan.leave_nothing().await?;
            report.outcome = outcome;
            let (region, stack) = (session.region(), job.stack());
            if outcome == Outcome::Unchanged {
                job.say(format_args!("{region}: nothing to change in the stack {stack}"))?;
                return finish(job, session, &plan.stack, report).await;
            }
            let why = if outcome == Outcome::DryRun { "dry run, " } else { "" };
            job.say(format_args!("{region}: {why}the stack {stack} was not changed and the change set is deleted"))
        }
        Err(error) => {
            plan.leave_nothing().await.inspect_err(|error| job.context.output.note(format_args!("{error:#}"))).ok();
            Err(error)
        }
    }
}

/// Says whether the template can reach CloudFormation.
pub(super) fn fits(job: &Job<'_>) -> anyhow::Result<()> {
    let bytes = job.template.len();
    if job.arguments.template_bucket.is_some() || bytes <= BODY_BYTES_MAX {
        return Ok(());
    }
    Err(hinted(
        format!("the template has {bytes} bytes, of which CloudFormation takes {BODY_BYTES_MAX} directly"),
        "name a bucket of yours in the stack's region that it goes through with --template-bucket",
    ))
}

/// Puts the template where CloudFormation can take it.
async fn placed(job: &Job<'_>, session: &Session, report: &mut Report) -> anyhow::Result<Template> {
    let text = job.template.as_ref();
    let Some(bucket) = &job.arguments.template_bucket else { return Ok(Template::Body(text.to_owned())) };
    let bucket = bucket.replace("{region}", session.region());
    let mut key = String::from("bcce/");
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        write!(key, "{byte:02x}")?;
    }
    key.push_str(".yaml");
    let headers = vec![("content-type", "application/yaml".to_owned())];
    let put = session.s3("PUT", "PutObject", (&bucket, &key), &[], headers, text.as_bytes().to_vec()).await;
    put.map_err(|error| match error.code() {
        Some("NoSuchBucket") => hinted(
            format!("there is no bucket {bucket}"),
            format!("make one: `aws s3 mb --region {} s3://{bucket}`", session.region()),
        ),
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException") => hinted(
            format!("the bucket {bucket} lies in another region than {}", session.region()),
            "name one of that region; `{region}` in the name of --template-bucket becomes the region",
        ),
        _ => error.explained(),
    })?;
    report.template = Some(format!("s3://{bucket}/{key}"));
    Ok(Template::Url(session.object_url(&bucket, &key)))
}

/// Waits for the change set, shows it, and asks.
async fn decide(job: &Job<'_>, plan: &Plan<'_>, report: &mut Report) -> anyhow::Result<Decision> {
    let mut pauses = Pauses::new();
    let made = loop {
        let made =
            cloudformation::change_set(plan.session, &plan.change_set).await.map_err(|e| plan.secrets.explained(e))?;
        if !matches!(made.status.as_str(), "CREATE_PENDING" | "CREATE_IN_PROGRESS") {
            break made;
        }
        pauses.pause().await;
    };
    if made.status != "CREATE_COMPLETE" {
        if made.reason.contains("didn't contain changes") || made.reason.contains("No updates are to be performed") {
            return Ok(Decision::Leave(Outcome::Unchanged));
        }
        return Err(hinted(
            format!(
                "CloudFormation made no change set ({}): {}",
                made.status,
                one_line(&plan.secrets.hide(&made.reason))
            ),
            "nothing was changed; correct the template or its parameters",
        ));
    }
    let region = plan.session.region();
    job.say(format_args!("{region}: {} changes of the stack {}", made.changes.len(), job.stack()))?;
    job.say(changes::table(&made.changes))?;
    report.warnings = changes::warnings(&made.changes);
    report.changes = made.changes;
    for warning in &report.warnings {
        job.context.output.note(format_args!("{BAD}DATA:{BAD:#} {warning}"));
    }
    if job.arguments.dry_run {
        return Ok(Decision::Leave(Outcome::DryRun));
    }
    let question = format!("Change the stack {} in {region}?", job.stack());
    if job.arguments.yes || agreed(job.context, &question).await? {
        Ok(Decision::Execute)
    } else {
        Ok(Decision::Leave(Outcome::Declined))
    }
}

impl Plan<'_> {
    /// Deletes the change set, and the stack that came into being with it.
    async fn leave_nothing(&self) -> anyhow::Result<()> {
        let deleted = self.deleted().await.map_err(|error| self.secrets.explained(error));
        deleted.with_context(|| format!("cannot take away the change set {}", self.change_set))
    }

    async fn deleted(&self) -> Result<(), CallError> {
        cloudformation::delete_change_set(self.session, &self.change_set).await?;
        let is_empty = |stack: Option<Stack>| stack.is_some_and(|stack| stack.status == "REVIEW_IN_PROGRESS");
        if !self.made_the_stack || !is_empty(cloudformation::stack(self.session, &self.stack).await?) {
            return Ok(());
        }
        cloudformation::delete_stack(self.session, &self.stack).await?;
        let mut pauses = Pauses::new();
        // A stack that is deleted is still found by its id.
        while cloudformation::stack(self.session, &self.stack)
            .await?
            .is_some_and(|stack| stack.status != "DELETE_COMPLETE")
        {
            pauses.pause().await;
        }
        Ok(())
    }
}

/// Begins the deployment. Where it was refused nothing is left behind; where the answer was lost it may have begun all the same.
async fn begin(plan: &Plan<'_>) -> anyhow::Result<()> {
    // An id of a change set ends with its own, which no other deployment has.
    let token = plan.change_set.rsplit('/').next().unwrap_or_default();
    let Err(error) = cloudformation::execute(plan.session, &plan.change_set, token).await else { return Ok(()) };
    let now = cloudformation::execution(plan.session, &plan.change_set).await;
    match now.as_deref() {
        Ok("EXECUTE_IN_PROGRESS" | "EXECUTE_COMPLETE" | "EXECUTE_FAILED") => Ok(()),
        Ok(_) => {
            plan.leave_nothing().await?;
            Err(plan.secrets.explained(error).context("nothing was deployed, and the change set is deleted"))
        }
        Err(_) => Err(plan.secrets.explained(error).context(format!(
            "nobody can tell whether the deployment began: look at the change set {}",
            plan.change_set
        ))),
    }
}

/// Does what the change set says, and waits for the end of it.
async fn execute(job: &Job<'_>, plan: &Plan<'_>, kind: Kind, report: &mut Report) -> anyhow::Result<()> {
    let (region, stack) = (plan.session.region(), job.stack());
    let since = cloudformation::last_event(plan.session, &plan.stack).await.map_err(CallError::explained)?;
    begin(plan).await?;
    let what = match kind {
        Kind::Create => "is being made",
        Kind::Update => "is being changed",
    };
    job.context.output.note(format_args!("{region}: the stack {stack} {what}; this takes some minutes"));
    let on = format!("--region {region} --stack-name {stack}");
    let watched = tokio::select! {
        watched = watch(job.context, plan.session, &plan.stack, since, report.changes.len()) => {
            watched.map_err(CallError::explained).context("the deployment goes on in AWS, but cannot be watched from here")?
        }
        () = interrupted() => return Err(hinted(
            format!("not watched any more: the deployment of {stack} in {region} goes on in AWS"),
            format!("`aws cloudformation describe-stack-events {on}` shows how it goes"),
        )),
    };
    if watched.end == End::Well {
        report.outcome = Outcome::Deployed;
        job.say(format_args!("{region}: the stack {stack} is in state {}", watched.status))?;
        return finish(job, plan.session, &plan.stack, report).await;
    }
    report.failures = failures(&watched.events, &plan.stack, &plan.secrets);
    let mut what = format!("the stack {stack} in {region} was not deployed: it is in state {}", watched.status);
    for failure in report.failures.iter().take(FAILURES_MAX) {
        let (name, of, reason) = (&failure.logical_id, &failure.resource_type, &failure.reason);
        what.push_str("\n  ");
        what.push_str(&one_line(&format!("{name} ({of}): {reason}")));
    }
    let ended = Stack { status: watched.status, ..Stack::default() };
    let hint = match super::standing::kind(Some(&ended), stack, region) {
        Ok(_) => "the stack is as it was before; correct the cause and deploy again".to_owned(),
        Err(unfit) => unfit.hint,
    };
    Err(hinted(what, hint))
}

/// Prints what the stack puts out, and what of it goes into the agents' policy.
async fn finish(job: &Job<'_>, session: &Session, stack: &str, report: &mut Report) -> anyhow::Result<()> {
    let found = cloudformation::stack(session, stack).await.map_err(CallError::explained)?.unwrap_or_default();
    let width = found.outputs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    report.agent_policy = agent_policy(session.region(), &found);
    if !job.context.global.json {
        for (key, value) in &found.outputs {
            job.say(printable(&format!("{key:width$}  {value}")))?;
        }
        if let Some(policy) = &report.agent_policy {
            job.say(format_args!("\nFor the agents' policy in {}:\n\n{policy}", session.region()))?;
        }
    }
    report.outputs = found.outputs.into_iter().collect();
    Ok(())
}

/// The part of a policy that leads agents to this stack.
fn agent_policy(region: &str, stack: &Stack) -> Option<String> {
    let text = |value: &str| toml::Value::from(value).to_string();
    // What is wider would wait on the laptops.
    let tier = stack.output("LaptopMaxTier").map(|tier| format!("max_tier = {}\n\n", text(tier))).unwrap_or_default();
    let mut policy = format!("{tier}[sink]\nkind = \"firehose\"\n\n[sink.firehose]\nregion = {}\n", text(region));
    policy.push_str("\n[sink.firehose.streams]\n");
    for (key, output) in [
        ("internal", "InternalStreamName"),
        ("confidential", "ConfidentialStreamName"),
        ("restricted", "RestrictedStreamName"),
    ] {
        policy.push_str(&format!("{key} = {}\n", text(stack.output(output)?)));
    }
    if let Some(role) = stack.output("LaptopWriterRoleArn") {
        policy.push_str(&format!("\n[sink.firehose.assume_role]\nrole_arn = {}\n", text(role)));
        policy.push_str("# the stack's parameter ExternalId, which is not shown:\n# external_id = \"…\"\n");
    }
    Some(policy)
}
