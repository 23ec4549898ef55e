//! What facts say: one finding for each check, in words that an auditor and an administrator both read.
//!
//! A check passes only on what was seen. What could not be looked at is [`Outcome::NoEvidence`].

mod access;
mod events;
mod stack;
mod storage;

use serde::{Deserialize, Serialize};

use super::facts::{Facts, Found, Kind, Unseen};

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
    /// It may put into the streams of the tiers that the lake takes, and into no other.
    LaptopStreams,
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
        stack::stack(facts),
        stack::template(facts),
        storage::key_rotation(facts),
        storage::encryption(facts),
        storage::buckets(
            facts,
            CheckId::PublicAccess,
            10,
            "all four blocks of public access",
            &storage::ALL,
            &|_, bucket| bucket.is_public_blocked.clone(),
        ),
        storage::buckets(
            facts,
            CheckId::Transport,
            8,
            "refusal of connections below TLS 1.2",
            &storage::ALL,
            &|_, bucket| bucket.policy.clone().map(|[tls, tls_12, _]| tls && tls_12),
        ),
        storage::buckets(
            facts,
            CheckId::Organisation,
            6,
            "refusal of everybody outside the organisation",
            &storage::OWN,
            &|_, bucket| bucket.policy.clone().map(|[_, _, own]| own),
        ),
        storage::buckets(facts, CheckId::Versions, 3, "versions", &storage::ALL, &|_, bucket| {
            bucket.is_versioned.clone()
        }),
        storage::lifecycle(facts),
        storage::buckets(facts, CheckId::AccessLogs, 3, "access logs", &storage::DATA, &|_, bucket| {
            bucket.is_logged.clone()
        }),
        stack::streams(facts),
        stack::tables(facts),
        stack::views(facts),
        access::query_limits(facts),
        access::laptop_writer(facts),
        access::laptop_streams(facts),
        access::roles(facts),
        access::trail(facts),
        access::alarms(facts),
        access::alarm_readers(facts),
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
        Found::Unknown(Unseen { why, help }) => {
            finding(check, weight, Outcome::NoEvidence, format!("{what}: {why}"), help.unwrap_or(AUDITOR))
        }
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
            Found::Unknown(Unseen { why, .. }) => dark.push(format!("{name} ({why})")),
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

fn good(is_good: bool) -> Outcome {
    if is_good { Outcome::Ok } else { Outcome::Problem }
}
