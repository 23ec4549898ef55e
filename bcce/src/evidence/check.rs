//! What facts say: one finding for each check, in words that an auditor and an administrator both read.
//!
//! A check passes only on what was seen. What could not be looked at is [`Outcome::NoEvidence`].

mod events;

use serde::{Deserialize, Serialize};

use super::facts::{Alarm, Bucket, Class, Facts, Found, Kind, Role};
use super::policy::is_action;
use crate::assets;

/// Each thing that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckId {
    /// The stack is there, and complete.
    Stack,
    /// Its template is the one of this version.
    Template,
    /// Keys can be used and rotate.
    KeyRotation,
    /// Each class is encrypted with its own key.
    Encryption,
    /// No bucket can be made public.
    PublicAccess,
    /// Connections are encrypted.
    Transport,
    /// Only the organisation reaches the buckets.
    Organisation,
    /// Old versions are kept for a while.
    Versions,
    /// Objects go when their time is over.
    Lifecycle,
    /// Access to buckets is logged.
    AccessLogs,
    /// Streams take and convert events.
    Streams,
    /// Tables are there.
    Tables,
    /// Views are there.
    Views,
    /// Queries are bounded.
    QueryLimits,
    /// A laptop may hand over and nothing else.
    LaptopWriter,
    /// Roles ask who somebody is, and only one may erase.
    Roles,
    /// Who read and changed what is on record.
    Trail,
    /// Alarms are set and quiet.
    Alarms,
    /// Somebody receives alarms.
    AlarmReaders,
    /// Each event names its consent.
    Consent,
    /// Each event names its policy.
    Policies,
    /// Nothing is kept too long.
    Retention,
    /// Agents are heard of.
    Agents,
    /// Secrets and personal data are scrubbed on the laptop.
    Redaction,
    /// Who asked for erasure was erased.
    ErasureRequests,
    /// Erasures are on record.
    Erasures,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is as it should be.
    Ok,
    /// It is not.
    Problem,
    /// Nobody could tell.
    NoEvidence,
}

/// A check's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check.
    pub check: CheckId,
    /// What it came to.
    pub outcome: Outcome,
    /// What it weighs in the score.
    pub weight: u32,
    /// What was found.
    pub found: String,
    /// What helps; empty where nothing has to be done.
    pub remedy: String,
}

/// What helps where nobody could look.
const AUDITOR: &str = "look as a role that may: the stack's auditor";
const DEPLOY: &str = "`bcce deploy --component infrastructure` sets it as the template says";

/// Buckets that hold events.
const DATA: [&str; 3] = ["InternalBucket", "ConfidentialBucket", "RestrictedBucket"];
/// Buckets that hold events, what was asked of them, or who asked.
const OWN: [&str; 5] = ["InternalBucket", "ConfidentialBucket", "RestrictedBucket", "ResultsBucket", "TrailBucket"];
/// All buckets: also the one to which S3 writes who accessed the others.
const ALL: [&str; 6] =
    ["InternalBucket", "ConfidentialBucket", "RestrictedBucket", "ResultsBucket", "TrailBucket", "AccessLogBucket"];

/// Judges everything, in the order of [`CheckId`].
pub fn checks(facts: &Facts) -> Vec<Finding> {
    let mut findings = all(facts);
    if facts.kind == Kind::Folder {
        let elsewhere = findings.iter_mut().filter(|finding| !of_events(finding.check));
        elsewhere.for_each(|finding| "look at the lake in AWS, without --lake".clone_into(&mut finding.remedy));
    }
    findings
}

/// Whether a check is of events, and not of what keeps them: all that a folder has.
pub const fn of_events(check: CheckId) -> bool {
    matches!(
        check,
        CheckId::Consent
            | CheckId::Policies
            | CheckId::Retention
            | CheckId::Agents
            | CheckId::Redaction
            | CheckId::ErasureRequests
    )
}

fn all(facts: &Facts) -> Vec<Finding> {
    vec![
        stack(facts),
        template(facts),
        key_rotation(facts),
        encryption(facts),
        buckets(facts, CheckId::PublicAccess, 10, "all four blocks of public access", &ALL, &|_, bucket| {
            bucket.is_public_blocked.clone()
        }),
        buckets(facts, CheckId::Transport, 8, "refusal of connections below TLS 1.2", &ALL, &|_, bucket| {
            bucket.policy.clone().map(|[tls, tls_12, _]| tls && tls_12)
        }),
        buckets(
            facts,
            CheckId::Organisation,
            6,
            "refusal of everybody outside the organisation",
            &OWN,
            &|_, bucket| bucket.policy.clone().map(|[_, _, own]| own),
        ),
        buckets(facts, CheckId::Versions, 3, "versions", &ALL, &|_, bucket| bucket.is_versioned.clone()),
        lifecycle(facts),
        buckets(facts, CheckId::AccessLogs, 3, "access logs", &DATA, &|_, bucket| bucket.is_logged.clone()),
        streams(facts),
        tables(facts),
        views(facts),
        query_limits(facts),
        laptop_writer(facts),
        roles(facts),
        trail(facts),
        alarms(facts),
        alarm_readers(facts),
        events::consent(facts),
        events::policies(facts),
        events::retention(facts),
        events::agents(facts),
        events::redaction(facts),
        events::erasure_requests(facts),
        events::erasures(facts),
    ]
}

/// Of 100: the weights of what is well among the weights of everything that has one.
pub fn score(findings: &[Finding]) -> u32 {
    let sum = |of: &mut dyn Iterator<Item = &Finding>| of.map(|finding| finding.weight).sum::<u32>();
    let all = sum(&mut findings.iter());
    let well = sum(&mut findings.iter().filter(|finding| finding.outcome == Outcome::Ok));
    (well * 100).checked_div(all).unwrap_or(0)
}

fn finding(check: CheckId, weight: u32, outcome: Outcome, found: impl Into<String>, remedy: &str) -> Finding {
    let remedy = if outcome == Outcome::Ok { String::new() } else { remedy.to_owned() };
    Finding { check, outcome, weight, found: found.into(), remedy }
}

/// A check of one thing: what it is, or why nobody can tell.
fn one<T>(
    check: CheckId,
    weight: u32,
    what: &str,
    remedy: &str,
    value: &Found<T>,
    judge: impl FnOnce(&T) -> (Outcome, String),
) -> Finding {
    match value {
        Found::Is(value) => {
            let (outcome, found) = judge(value);
            finding(check, weight, outcome, found, remedy)
        }
        Found::Missing => finding(check, weight, Outcome::Problem, format!("{what}: not there"), remedy),
        Found::Unknown(why) => finding(check, weight, Outcome::NoEvidence, format!("{what}: {why}"), AUDITOR),
    }
}

/// A check of several things of a kind: well when each is.
fn several<'a, T: 'a>(
    check: CheckId,
    weight: u32,
    what: &str,
    remedy: &str,
    things: impl Iterator<Item = (&'a str, &'a Found<T>)>,
    judge: &dyn Fn(&str, &T) -> Found<bool>,
) -> Finding {
    let (mut well, mut bad, mut dark) = (Vec::new(), Vec::new(), Vec::new());
    for (name, thing) in things {
        let is_well = match thing {
            Found::Is(thing) => judge(name, thing),
            Found::Missing => Found::Missing,
            Found::Unknown(why) => Found::Unknown(why.clone()),
        };
        match is_well {
            Found::Is(true) => well.push(name.to_owned()),
            Found::Is(false) | Found::Missing => bad.push(name.to_owned()),
            Found::Unknown(why) => dark.push(format!("{name} ({why})")),
        }
    }
    if !bad.is_empty() {
        return finding(check, weight, Outcome::Problem, format!("{what}: not at {}", bad.join(", ")), remedy);
    }
    if !dark.is_empty() || well.is_empty() {
        let where_ = if dark.is_empty() { "nothing was looked at".to_owned() } else { dark.join(", ") };
        return finding(check, weight, Outcome::NoEvidence, format!("{what}: {where_}"), AUDITOR);
    }
    finding(check, weight, Outcome::Ok, format!("{what}: at {}", well.join(", ")), "")
}

fn buckets(
    facts: &Facts,
    check: CheckId,
    weight: u32,
    what: &str,
    of: &[&str],
    judge: &dyn Fn(&str, &Bucket) -> Found<bool>,
) -> Finding {
    let buckets = facts.buckets.iter().filter(|(id, _)| of.contains(id)).map(|(id, bucket)| (*id, bucket));
    several(check, weight, what, DEPLOY, buckets, judge)
}

/// The class whose resources begin with this name.
fn class_of(id: &str) -> Option<Class> {
    Class::ALL.into_iter().find(|class| id.starts_with(class.logical()))
}

fn good(is_good: bool) -> Outcome {
    if is_good { Outcome::Ok } else { Outcome::Problem }
}

fn stack(facts: &Facts) -> Finding {
    let remedy = "`bcce deploy --component infrastructure` creates it, or says why it cannot";
    one(CheckId::Stack, 10, "the stack", remedy, &facts.stack, |stack| {
        let is_well = matches!(stack.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE");
        (good(is_well), format!("{} resources, {}", stack.resources.len(), stack.status))
    })
}

fn template(facts: &Facts) -> Finding {
    let own = facts.stack.clone().and_then(|stack| stack.is_own_template);
    let remedy = "`bcce deploy --component infrastructure --dry-run` shows what differs";
    one(CheckId::Template, 2, "the stack's template", remedy, &own, |is_own| {
        let version = env!("CARGO_PKG_VERSION");
        let found = if *is_own { "is that of" } else { "is not that of" };
        (good(*is_own), format!("the stack's template {found} version {version}"))
    })
}

fn key_rotation(facts: &Facts) -> Finding {
    let keys = facts.keys.iter().map(|(id, key)| (*id, key));
    several(CheckId::KeyRotation, 8, "keys that can be used and rotate at least yearly", DEPLOY, keys, &|_, key| {
        key.rotation.clone().map(|(rotates, days)| key.is_enabled && rotates && days.is_none_or(|days| days <= 366))
    })
}

fn encryption(facts: &Facts) -> Finding {
    let same = |key: &str, arn: &str| !key.is_empty() && (key == arn || arn.ends_with(&format!("/{key}")));
    buckets(facts, CheckId::Encryption, 10, "encryption, each class under its own key", &OWN, &|id, bucket| {
        // What holds no events is encrypted under whatever key.
        let Some(class) = class_of(id) else { return bucket.key.clone().map(|key| !key.is_empty()) };
        let arn = match facts.keys.get(format!("{}Key", class.logical()).as_str()) {
            Some(Found::Is(key)) => &key.arn,
            Some(Found::Missing | Found::Unknown(_)) | None => {
                return Found::Unknown("its key was not seen".to_owned());
            }
        };
        let stream = match facts.streams.get(&class) {
            Some(Found::Is(stream)) => stream.key.as_deref().is_some_and(|key| same(key, arn)),
            Some(Found::Missing) | None => false,
            Some(Found::Unknown(why)) => return Found::Unknown(why.clone()),
        };
        bucket.key.clone().map(|key| same(&key, arn) && stream)
    })
}

fn lifecycle(facts: &Facts) -> Finding {
    let what = "expiry of objects within their class's time, and of old versions within 30 days";
    buckets(facts, CheckId::Lifecycle, 6, what, &ALL, &|id, bucket| {
        let days_max = class_of(id).map_or(2557, Class::days_max);
        bucket.lifecycle.clone().map(|(objects, versions)| {
            objects.is_some_and(|days| days <= days_max) && versions.is_some_and(|days| days <= 30)
        })
    })
}

fn streams(facts: &Facts) -> Finding {
    let streams = facts.streams.iter().map(|(class, stream)| (class.logical(), stream));
    several(
        CheckId::Streams,
        8,
        "streams that take events, convert them, and keep what does not fit",
        DEPLOY,
        streams,
        &|_, stream| Found::Is(stream.status == "ACTIVE" && stream.is_parquet && stream.has_errors),
    )
}

fn tables(facts: &Facts) -> Finding {
    one(CheckId::Tables, 4, "the tables", DEPLOY, &facts.tables, |(tables, _)| {
        let needed = ["events_internal", "events_confidential", "events_restricted", "teams"];
        let missing: Vec<&str> = needed.into_iter().filter(|name| !tables.iter().any(|table| table == name)).collect();
        let found = if missing.is_empty() {
            "all tables are there".to_owned()
        } else {
            format!("missing: {}", missing.join(", "))
        };
        (good(missing.is_empty()), found)
    })
}

fn views(facts: &Facts) -> Finding {
    let remedy = "`bcce deploy --component log-aggregation` makes them";
    one(CheckId::Views, 4, "the views", remedy, &facts.tables, |(_, views)| {
        let all: Vec<&str> = assets::views().collect();
        let missing: Vec<&str> = all.iter().copied().filter(|name| !views.iter().any(|view| view == name)).collect();
        let found = match missing.as_slice() {
            [] => format!("all {} views are there", all.len()),
            missing => format!("{} of {} views are missing: {}", missing.len(), all.len(), missing.join(", ")),
        };
        (good(missing.is_empty()), found)
    })
}

fn query_limits(facts: &Facts) -> Finding {
    let groups = facts.workgroups.iter().map(|(id, group)| (*id, group));
    several(CheckId::QueryLimits, 3, "queries bounded in bytes, results encrypted", DEPLOY, groups, &|_, group| {
        Found::Is(group.is_enforced && group.bytes_max.is_some() && group.is_encrypted)
    })
}

fn laptop_writer(facts: &Facts) -> Finding {
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

fn roles(facts: &Facts) -> Finding {
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

fn trail(facts: &Facts) -> Finding {
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

fn alarms(facts: &Facts) -> Finding {
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

fn alarm_readers(facts: &Facts) -> Finding {
    let remedy = "set AlarmEmail and confirm AWS's e-mail, or subscribe something to the topic in AlarmTopicArn";
    one(CheckId::AlarmReaders, 4, "readers of alarms", remedy, &facts.subscriptions, |(confirmed, open)| {
        (good(*confirmed > 0), format!("{confirmed} confirmed readers of alarms, {open} not confirmed"))
    })
}
