//! What a stack's state allows, and what its events say about a failure.

use serde::Serialize;

use super::parameters::Secrets;
use crate::aws::cloudformation::{Event, Kind, Stack};

/// The type of the stack itself among its events.
const STACK: &str = "AWS::CloudFormation::Stack";

/// Why a stack cannot be changed now, and what helps.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) what: String,
    pub(super) hint: String,
}

/// Says whether a stack is to be made or changed.
///
/// # Errors
/// When its state allows neither.
pub(super) fn kind(stack: Option<&Stack>, name: &str, region: &str) -> Result<Kind, Unfit> {
    let Some(stack) = stack else { return Ok(Kind::Create) };
    let on = format!("--region {region} --stack-name {name}");
    let hint = match stack.status.as_str() {
        // A stack that was begun to be looked at has nothing in it.
        "REVIEW_IN_PROGRESS" | "DELETE_COMPLETE" => return Ok(Kind::Create),
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE" => return Ok(Kind::Update),
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED" => format!(
            "see why with `aws cloudformation describe-stack-events {on}`, delete it with `aws cloudformation delete-stack {on}` \
             (buckets and keys that hold data stay), then deploy again"
        ),
        "UPDATE_ROLLBACK_FAILED" => {
            format!("`aws cloudformation continue-update-rollback {on}` brings it back; then deploy again")
        }
        "UPDATE_FAILED" => format!("`aws cloudformation rollback-stack {on}` brings it back; then deploy again"),
        status if status.ends_with("_IN_PROGRESS") => {
            format!("something else works on it: wait until `aws cloudformation describe-stacks {on}` says it is done")
        }
        _ => format!("look at it with `aws cloudformation describe-stacks {on}`"),
    };
    let reason = if stack.reason.is_empty() { String::new() } else { format!(" ({})", stack.reason) };
    Err(Unfit {
        what: format!("the stack {name} in {region} is in state {}{reason}; nothing was changed", stack.status),
        hint,
    })
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As wanted.
    Well,
    /// Rolled back, or stuck.
    Badly,
}

/// Says whether an event is the end of what was begun with the stack.
pub(super) fn end(event: &Event, stack: &str) -> Option<End> {
    if event.resource_type != STACK || event.physical_id != stack || event.status.ends_with("_IN_PROGRESS") {
        return None;
    }
    let is_well = matches!(event.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE");
    Some(if is_well { End::Well } else { End::Badly })
}

/// Whether an event says that a resource is done with.
pub(super) fn is_settled(event: &Event, stack: &str) -> bool {
    event.physical_id != stack && event.status.ends_with("_COMPLETE")
}

/// A resource that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    pub(super) logical_id: String,
    pub(super) resource_type: String,
    pub(super) status: String,
    pub(super) reason: String,
}

/// What failed, in the order in which it did. What was merely broken off with it says nothing of the cause.
pub(super) fn failures(events: &[Event], stack: &str, secrets: &Secrets) -> Vec<Failure> {
    let failed = |event: &&Event| {
        event.physical_id != stack && event.status.ends_with("_FAILED") && !event.reason.contains("cancelled")
    };
    let failure = |event: &Event| Failure {
        logical_id: event.logical_id.clone(),
        resource_type: event.resource_type.clone(),
        status: event.status.clone(),
        reason: secrets.hide(&event.reason),
    };
    events.iter().filter(failed).map(failure).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parameters::Given;
    use super::*;

    fn decided(status: &str) -> Result<Kind, Unfit> {
        kind(Some(&Stack { status: status.to_owned(), ..Stack::default() }), "bcce-lake", "eu-central-1")
    }

    #[test]
    fn a_stack_is_made_changed_or_left_alone_by_its_state() {
        assert_eq!(kind(None, "bcce-lake", "eu-central-1"), Ok(Kind::Create));
        assert_eq!(decided("REVIEW_IN_PROGRESS"), Ok(Kind::Create));
        for status in ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"] {
            assert_eq!(decided(status), Ok(Kind::Update), "{status}");
        }
        for (status, helps) in [
            ("ROLLBACK_COMPLETE", "delete-stack --region eu-central-1 --stack-name bcce-lake"),
            ("CREATE_FAILED", "delete-stack"),
            ("DELETE_FAILED", "delete-stack"),
            ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
            ("UPDATE_FAILED", "rollback-stack"),
            ("CREATE_IN_PROGRESS", "wait until"),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait until"),
            ("DELETE_IN_PROGRESS", "wait until"),
            ("SOMETHING_NEW", "describe-stacks"),
        ] {
            let unfit = decided(status).err();
            assert!(unfit.as_ref().is_some_and(|unfit| unfit.hint.contains(helps)), "{status}: {unfit:?}");
            assert!(unfit.is_some_and(|unfit| unfit.what.contains(status)), "{status}");
        }
    }

    fn event(logical_id: &str, resource_type: &str, status: &str, reason: &str) -> Event {
        let text = str::to_owned;
        Event {
            logical_id: text(logical_id),
            physical_id: text(if resource_type == STACK { "arn:stack" } else { "" }),
            resource_type: text(resource_type),
            status: text(status),
            reason: text(reason),
            ..Event::default()
        }
    }

    #[test]
    fn only_the_stacks_own_last_state_ends_a_deployment() {
        let check = |of: &str, status: &str| end(&event("bcce-lake", of, status, ""), "arn:stack");
        assert_eq!(check(STACK, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), None);
        assert_eq!(check(STACK, "ROLLBACK_IN_PROGRESS"), None);
        assert_eq!(check("AWS::S3::Bucket", "CREATE_COMPLETE"), None);
        assert_eq!(check(STACK, "CREATE_COMPLETE"), Some(End::Well));
        assert_eq!(check(STACK, "UPDATE_COMPLETE"), Some(End::Well));
        for status in ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_COMPLETE"] {
            assert_eq!(check(STACK, status), Some(End::Badly), "{status}");
        }
    }

    #[test]
    fn the_first_failure_comes_first_and_what_was_broken_off_is_left_out() -> anyhow::Result<()> {
        let hush = ["hush", "hush"].join("-");
        let secrets = Given::parse(&[format!("ExternalId={hush}")])?.secrets(None);
        let events = [
            event("Bucket", "AWS::S3::Bucket", "CREATE_IN_PROGRESS", ""),
            event("Role", "AWS::IAM::Role", "CREATE_FAILED", &format!("bad policy: {hush}")),
            event("Bucket", "AWS::S3::Bucket", "CREATE_FAILED", "Resource creation cancelled"),
            event("bcce-lake", STACK, "ROLLBACK_FAILED", ""),
        ];
        let found: Vec<_> =
            failures(&events, "arn:stack", &secrets).into_iter().map(|f| (f.logical_id, f.reason)).collect();
        assert_eq!(found, [("Role".to_owned(), "bad policy: ****".to_owned())]);
        Ok(())
    }
}
