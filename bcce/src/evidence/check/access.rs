//! Who may do what, who did, and who is told.

use super::super::facts::{Alarm, Facts, Found, Role};
use super::super::policy::is_action;
use super::{CheckId, DEPLOY, Finding, Outcome, finding, good, one, several};

pub(super) fn query_limits(facts: &Facts) -> Finding {
    let groups = facts.workgroups.iter().map(|(id, group)| (*id, group));
    several(CheckId::QueryLimits, 3, "queries bounded in bytes, results encrypted", DEPLOY, groups, &|_, group| {
        Found::Is(group.is_enforced && group.bytes_max.is_some() && group.is_encrypted)
    })
}

pub(super) fn laptop_writer(facts: &Facts) -> Finding {
    let unknown = Found::Unknown("was not looked at".to_owned());
    let role = facts.roles.get("LaptopWriterRole").unwrap_or(&unknown);
    one(CheckId::LaptopWriter, 8, "the laptops' role", DEPLOY, role, |role| {
        let only_puts = role.actions == ["firehose:PutRecordBatch"] && role.attached.is_empty();
        let of_streams = |arn: &String| arn.contains(":deliverystream/") && !arn.contains('*');
        let only_puts = only_puts && role.resources.iter().all(of_streams);
        let may = role.actions.iter().chain(&role.attached).map(String::as_str).collect::<Vec<_>>().join(", ");
        let asks = match (role.asks_organisation, role.asks_external_id) {
            (true, true) => "asks for the organisation and the external id",
            (true, false) => "does not ask for the external id",
            (false, true) => "does not ask for the organisation",
            (false, false) => "asks for neither organisation nor external id",
        };
        let is_well = only_puts && role.asks_organisation && role.asks_external_id;
        (good(is_well), format!("the laptops' role may {may}, and {asks}"))
    })
}

pub(super) fn roles(facts: &Facts) -> Finding {
    const ERASE: [&str; 2] = ["s3:deleteobject", "s3:deleteobjectversion"];
    let may_erase =
        |role: &Role| role.actions.iter().any(|pattern| ERASE.iter().any(|action| is_action(pattern, action)));
    let roles = facts.roles.iter().map(|(id, role)| (*id, role));
    let what =
        "roles that only the organisation may become, without further policies, of which only the admin may erase";
    several(CheckId::Roles, 6, what, DEPLOY, roles, &|id, role| {
        Found::Is(role.asks_organisation && role.attached.is_empty() && (id == "AdminRole" || !may_erase(role)))
    })
}

pub(super) fn trail(facts: &Facts) -> Finding {
    let is_elsewhere = match &facts.stack {
        Found::Is(stack) => stack.parameters.get("CreateTrail").is_some_and(|value| value == "false"),
        Found::Missing | Found::Unknown(_) => false,
    };
    if is_elsewhere {
        let found = "the stack has no trail (CreateTrail is false): the organisation's own trail was not looked at";
        return finding(
            CheckId::Trail,
            6,
            Outcome::NoEvidence,
            found,
            "show that the organisation's trail records S3 data events",
        );
    }
    one(CheckId::Trail, 6, "the trail", DEPLOY, &facts.trail, |trail| {
        let watched = |id: &str| match facts.buckets.get(id) {
            Some(Found::Is(bucket)) => trail.buckets.contains(&bucket.name),
            Some(Found::Missing | Found::Unknown(_)) | None => false,
        };
        let all = ["InternalBucket", "ConfidentialBucket", "RestrictedBucket"].into_iter().all(watched);
        let writes = if trail.is_logging { "writes" } else { "does not write" };
        let checked = if trail.is_validated { "can be checked for changes" } else { "cannot be checked for changes" };
        let sees = if all { "sees who reads events" } else { "does not see who reads events" };
        let last = trail.last_delivery.as_ref().map(|time| format!("; last delivery {time}")).unwrap_or_default();
        let error = trail.last_error.as_ref().map(|error| format!("; it failed last: {error}")).unwrap_or_default();
        let is_well = trail.is_logging && trail.is_validated && all && trail.last_error.is_none();
        (good(is_well), format!("the trail {writes}, {checked}, {sees}{last}{error}"))
    })
}

pub(super) fn alarms(facts: &Facts) -> Finding {
    let remedy = "docs/operations.md, Troubleshooting, says what each alarm means";
    one(CheckId::Alarms, 4, "alarms", remedy, &facts.alarms, |alarms| {
        let named = |is: &dyn Fn(&Alarm) -> bool| {
            let names: Vec<&str> = alarms.iter().filter(|alarm| is(alarm)).map(|alarm| alarm.name.as_str()).collect();
            names.join(", ")
        };
        let kinds = [
            ("gone", named(&|alarm| alarm.state.is_empty())),
            ("ring", named(&|alarm| alarm.state == "ALARM")),
            ("tell nobody", named(&|alarm| !alarm.state.is_empty() && !alarm.has_actions)),
        ];
        let bad: Vec<String> = kinds
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(what, names)| format!("{what}: {names}"))
            .collect();
        let found = if bad.is_empty() { format!("{} alarms, none rings", alarms.len()) } else { bad.join("; ") };
        (good(bad.is_empty() && !alarms.is_empty()), found)
    })
}

pub(super) fn alarm_readers(facts: &Facts) -> Finding {
    let remedy = "set AlarmEmail and confirm AWS's e-mail, or subscribe something to the topic in AlarmTopicArn";
    one(CheckId::AlarmReaders, 4, "readers of alarms", remedy, &facts.subscriptions, |(confirmed, open)| {
        (good(*confirmed > 0), format!("{confirmed} confirmed readers of alarms, {open} not confirmed"))
    })
}
