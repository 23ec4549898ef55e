//! Who may do what, who did, and who is told.

use super::super::facts::{Alarm, Class, Facts, Found, Role, Stack};
use super::super::policy::{is_action, is_like};
use super::{CheckId, DEPLOY, Finding, Outcome, finding, good, one, several};

pub(super) fn query_limits(facts: &Facts) -> Finding {
    let groups = facts.workgroups.iter().map(|(id, group)| (*id, group));
    several(CheckId::QueryLimits, 3, "queries bounded in bytes, results encrypted", DEPLOY, groups, &|_, group| {
        Found::Is(group.is_enforced && group.bytes_max.is_some() && group.is_encrypted)
    })
}

pub(super) fn laptop_writer(facts: &Facts) -> Finding {
    let unknown = Found::Unknown("was not looked at".into());
    let role = facts.roles.get("LaptopWriterRole").unwrap_or(&unknown);
    one(CheckId::LaptopWriter, 8, "the laptops' role", DEPLOY, role, |role| {
        let only_puts = role.actions == ["firehose:PutRecordBatch"] && role.attached.is_empty();
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

/// What the stack says the laptops' role may put into, beside what its policies let it put into
/// (docs/decisions/0021-one-writer.md).
pub(super) fn laptop_streams(facts: &Facts) -> Finding {
    const WHAT: &str = "streams of the laptops' role";
    let unknown = Found::Unknown("was not looked at".into());
    let role = facts.roles.get("LaptopWriterRole").unwrap_or(&unknown).clone();
    let both = facts.stack.clone().and_then(|stack| role.map(|role| (stack, role)));
    let (stack, role) = match both.known() {
        Ok(both) => both,
        Err(none) => {
            let nothing = |_: &()| (Outcome::NoEvidence, String::new());
            return one(CheckId::LaptopStreams, 6, WHAT, DEPLOY, &none, nothing);
        }
    };
    let told = |outcome, found: String, remedy: &str| finding(CheckId::LaptopStreams, 6, outcome, found, remedy);
    // Where nobody says so a lake takes metrics.
    let tier = stack.parameters.get("LaptopMaxTier").map_or("metrics", String::as_str);
    let Some(taken) = taken(tier) else {
        let found = format!("{WHAT}: the stack's LaptopMaxTier is {tier}, which this version does not know");
        return told(Outcome::NoEvidence, found, "look with the version of bcce that deployed the stack");
    };
    let (reached, others) = reached(&stack, &role);
    let of = |classes: &[Class]| {
        let names: Vec<&str> = classes.iter().map(|class| class.name()).collect();
        if names.is_empty() { "none of the lake's streams".to_owned() } else { names.join(", ") }
    };
    let found = format!("the laptops' role may put into: {}; LaptopMaxTier is {tier}", of(&reached));
    if !others.is_empty() {
        let found = format!("{found}; and into what is none of the lake's streams: {}", others.join(", "));
        return told(Outcome::Problem, found, DEPLOY);
    }
    let beyond: Vec<Class> = reached.iter().copied().filter(|class| !taken.contains(class)).collect();
    let missing: Vec<Class> = taken.iter().copied().filter(|class| !reached.contains(class)).collect();
    if !beyond.is_empty() {
        let found = format!("{found}, which leaves out: {}", of(&beyond));
        let remedy = "take the policies away that the template does not know; or, if laptops shall send so much, say so: \
                      `bcce deploy --component infrastructure --parameter LaptopMaxTier=…`";
        return told(Outcome::Problem, found, remedy);
    }
    if !missing.is_empty() {
        let found = format!("{found}, which asks also for: {}", of(&missing));
        let remedy = "laptops hold what they may not put there: `bcce deploy --component infrastructure` lets them, or \
                      `--parameter LaptopMaxTier=…` says that they shall not";
        return told(Outcome::Problem, found, remedy);
    }
    told(Outcome::Ok, found, "")
}

/// The classes whose events a lake takes up to a tier.
fn taken(tier: &str) -> Option<&'static [Class]> {
    match tier {
        "metrics" => Some(&[Class::Internal]),
        "activity" => Some(&[Class::Internal, Class::Confidential]),
        "content" => Some(&Class::ALL),
        _ => None,
    }
}

/// The classes into whose streams a role may put, and what else its permissions are for.
fn reached(stack: &Stack, role: &Role) -> (Vec<Class>, Vec<String>) {
    // The stack is in one account and region, and so is the role: a pattern is read up to the stream's name.
    let stream = |pattern: &str| match pattern.split_once(":deliverystream/") {
        Some((_, name)) => name.to_owned(),
        None if pattern.contains('*') => "*".to_owned(),
        None => String::new(),
    };
    let is_of = |pattern: &str, class: &Class| {
        let name = stack.resources.get(&format!("{}Stream", class.logical()));
        name.is_some_and(|name| !name.is_empty() && is_like(&stream(pattern), name))
    };
    let has = |class: &Class| role.resources.iter().any(|pattern| is_of(pattern, class));
    let reached: Vec<Class> = Class::ALL.into_iter().filter(has).collect();
    let is_other = |pattern: &&String| {
        let name = stream(pattern);
        let wild = name.contains(['*', '?']);
        wild || !Class::ALL.iter().any(|class| is_of(pattern, class))
    };
    (reached, role.resources.iter().filter(is_other).cloned().collect())
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
