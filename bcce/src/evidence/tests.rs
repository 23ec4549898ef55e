use std::collections::BTreeMap;

use super::*;
use crate::assets;
use crate::lake::{Agents, ConsentDay, Redaction, Requests, Retention};
use jiff::civil::date;

/// Facts of a lake in which all is well.
pub(crate) fn well() -> Facts {
    let mut facts =
        Facts::unknown(Kind::Stack, date(2026, 11, 26), "bcce-lake in eu-central-1".to_owned(), "was not looked at");
    facts.identity =
        Found::Is(("123456789012".to_owned(), "arn:aws:sts::123456789012:assumed-role/auditor/me".to_owned()));
    facts.stack = Found::Is(Stack {
        status: "CREATE_COMPLETE".to_owned(),
        is_own_template: Found::Is(true),
        resources: Class::ALL
            .map(|class| (format!("{}Stream", class.logical()), format!("bcce-{}", class.name())))
            .into(),
        parameters: [("CreateTrail", "true"), ("LaptopMaxTier", "metrics")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        outputs: BTreeMap::new(),
    });
    let arn = |id: &str| format!("arn:aws:kms:eu-central-1:123456789012:key/{id}");
    for id in ["InternalKey", "ConfidentialKey", "RestrictedKey", "OperationsKey"] {
        facts
            .keys
            .insert(id, Found::Is(Key { arn: arn(id), is_enabled: true, rotation: Found::Is((true, Some(365))) }));
    }
    let buckets = [
        ("InternalBucket", "InternalKey", 1096),
        ("ConfidentialBucket", "ConfidentialKey", 2557),
        ("RestrictedBucket", "RestrictedKey", 2557),
        ("TrailBucket", "OperationsKey", 2557),
        ("AccessLogBucket", "", 400),
    ];
    for (id, key, days) in buckets {
        let bucket = Bucket {
            name: id.to_lowercase(),
            is_versioned: Found::Is(true),
            key: if key.is_empty() { Found::Missing } else { Found::Is(arn(key)) },
            is_public_blocked: Found::Is(true),
            policy: Found::Is([true, true, id != "AccessLogBucket"]),
            lifecycle: Found::Is((Some(days), Some(30))),
            is_logged: Found::Is(id != "AccessLogBucket"),
        };
        facts.buckets.insert(id, Found::Is(bucket));
    }
    for class in Class::ALL {
        let stream = Stream {
            name: format!("bcce-{}", class.logical().to_lowercase()),
            status: "ACTIVE".to_owned(),
            key: Some(arn(&format!("{}Key", class.logical()))),
            is_parquet: true,
            has_errors: true,
        };
        facts.streams.insert(class, Found::Is(stream));
    }
    let tables = ["events_internal", "events_confidential", "events_restricted", "teams"];
    facts.tables = Found::Is((tables.map(str::to_owned).to_vec(), assets::views().map(str::to_owned).collect()));
    let group = Workgroup { name: "bcce-user".to_owned(), is_enforced: true, bytes_max: Some(1), is_encrypted: true };
    facts.workgroups.insert("UserWorkgroup", Found::Is(group));
    let role = |name: &str, action: &str| {
        let (name, actions) = (name.to_owned(), vec![action.to_owned()]);
        let resources = vec!["arn:aws:firehose:eu-central-1:123456789012:deliverystream/bcce-internal".to_owned()];
        let (asks_organisation, asks_external_id) = (true, true);
        Found::Is(Role { name, asks_organisation, asks_external_id, actions, resources, attached: Vec::new() })
    };
    facts.roles.insert("LaptopWriterRole", role("bcce-laptop-writer", "firehose:PutRecordBatch"));
    facts.roles.insert("AdminRole", role("bcce-admin", "s3:DeleteObject"));
    facts.roles.insert("UserRole", role("bcce-user", "s3:GetObject"));
    facts.trail = Found::Is(Trail {
        is_logging: true,
        is_validated: true,
        buckets: ["internalbucket", "confidentialbucket", "restrictedbucket"].map(str::to_owned).to_vec(),
        last_delivery: None,
        last_error: None,
    });
    facts.alarms =
        Found::Is(vec![Alarm { name: "bcce-internal-kms".to_owned(), state: "OK".to_owned(), has_actions: true }]);
    facts.subscriptions = Found::Is((1, 0));
    facts.consents = Found::Is(vec![ConsentDay {
        day: date(2026, 11, 1),
        tier: "metrics".to_owned(),
        policy_id: "488dfc1d3549f1f6".to_owned(),
        consents: 3,
        users: 3,
        events: 70,
        without_consent: 0,
    }]);
    let class = |name: &str, days_max| Retention {
        data_class: name.to_owned(),
        days_max,
        events: 70,
        oldest_day: Some(date(2026, 11, 1)),
        newest_day: Some(date(2026, 11, 2)),
        days: 2,
        oldest_age_days: Some(24),
        overdue: false,
    };
    facts.retention = Found::Is(vec![class("internal", 1096), class("confidential", 2557)]);
    facts.agents = Found::Is(Agents { agents: 20, silent: 1, versions: Vec::new() });
    facts.redactions = Found::Is(vec![Redaction { rule: "email".to_owned(), events: 3, redacted: 7 }]);
    facts.erasures = Found::Is((2, 2));
    facts.restricted_days = Found::Is(vec![date(2026, 11, 1)]);
    facts.requests = Found::Is(Requests { requests: 2, open: 0 });
    facts
}

fn outcome(facts: &Facts, id: CheckId) -> Outcome {
    checks(facts).into_iter().find(|finding| finding.check == id).map_or(Outcome::NoEvidence, |finding| finding.outcome)
}

/// Breaks one thing and expects one check, and no other, to say so.
fn check(id: CheckId, expected: Outcome, break_it: impl FnOnce(&mut Facts)) {
    let before = checks(&well());
    let mut facts = well();
    break_it(&mut facts);
    let after = checks(&facts);
    for (before, after) in before.iter().zip(&after) {
        let wanted = if after.check == id { expected } else { before.outcome };
        assert_eq!(after.outcome, wanted, "{:?} after breaking {id:?}: {}", after.check, after.found);
    }
    assert!(score(&after) <= score(&before));
}

fn bucket(facts: &mut Facts, id: &'static str, change: impl FnOnce(&mut Bucket)) {
    if let Some(Found::Is(bucket)) = facts.buckets.get_mut(id) {
        change(bucket);
    }
}

fn role(facts: &mut Facts, id: &'static str, change: impl FnOnce(&mut Role)) {
    if let Some(Found::Is(role)) = facts.roles.get_mut(id) {
        change(role);
    }
}

#[test]
fn a_lake_in_which_all_is_well_has_a_full_score() {
    let findings = checks(&well());
    let bad: Vec<_> = findings.iter().filter(|finding| finding.outcome != Outcome::Ok).collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(score(&findings), 100);
    assert!(findings.iter().all(|finding| finding.remedy.is_empty()));
    let ids: std::collections::BTreeSet<CheckId> = findings.iter().map(|finding| finding.check).collect();
    assert_eq!(ids.len(), findings.len(), "each check once");
}

#[test]
fn a_lake_of_which_nothing_is_known_has_no_score_and_no_evidence() {
    let findings = checks(&Facts::unknown(Kind::Stack, date(2026, 11, 26), "nowhere".to_owned(), "was not looked at"));
    assert!(findings.iter().all(|finding| finding.outcome == Outcome::NoEvidence), "{findings:?}");
    assert_eq!(score(&findings), 0);
}

#[test]
fn each_thing_that_is_broken_is_found_by_its_own_check() {
    use CheckId as Id;
    use Outcome::{NoEvidence, Problem};
    check(Id::Stack, Problem, |facts| {
        if let Found::Is(stack) = &mut facts.stack {
            stack.status = "UPDATE_ROLLBACK_COMPLETE".to_owned();
        }
    });
    check(Id::Template, Problem, |facts| {
        if let Found::Is(stack) = &mut facts.stack {
            stack.is_own_template = Found::Is(false);
        }
    });
    for rotation in [Found::Is((false, None)), Found::Is((true, Some(2000)))] {
        check(Id::KeyRotation, Problem, |facts| {
            if let Some(Found::Is(key)) = facts.keys.get_mut("OperationsKey") {
                key.rotation = rotation;
            }
        });
    }
    // Another class's key is no encryption of this class.
    check(Id::Encryption, Problem, |facts| {
        let other = Found::Is("arn:aws:kms:eu-central-1:123456789012:key/InternalKey".to_owned());
        bucket(facts, "RestrictedBucket", |bucket| bucket.key = other);
    });
    check(Id::Encryption, Problem, |facts| {
        if let Some(Found::Is(stream)) = facts.streams.get_mut(&Class::Confidential) {
            stream.key = None;
        }
    });
    check(Id::PublicAccess, Problem, |facts| {
        bucket(facts, "TrailBucket", |bucket| bucket.is_public_blocked = Found::Missing)
    });
    check(Id::Transport, Problem, |facts| {
        bucket(facts, "InternalBucket", |bucket| bucket.policy = Found::Is([true, false, true]))
    });
    check(Id::Organisation, Problem, |facts| {
        bucket(facts, "InternalBucket", |bucket| bucket.policy = Found::Is([true, true, false]))
    });
    check(Id::Versions, Problem, |facts| {
        bucket(facts, "InternalBucket", |bucket| bucket.is_versioned = Found::Is(false))
    });
    for lifecycle in [(None, Some(30)), (Some(2557), Some(30)), (Some(1096), None)] {
        check(Id::Lifecycle, Problem, |facts| {
            bucket(facts, "InternalBucket", |bucket| bucket.lifecycle = Found::Is(lifecycle))
        });
    }
    check(Id::AccessLogs, Problem, |facts| {
        bucket(facts, "RestrictedBucket", |bucket| bucket.is_logged = Found::Is(false))
    });
    check(Id::Tables, Problem, |facts| {
        if let Found::Is((tables, _)) = &mut facts.tables {
            tables.pop();
        }
    });
    check(Id::Views, Problem, |facts| {
        if let Found::Is((_, views)) = &mut facts.tables {
            views.pop();
        }
    });
    check(Id::QueryLimits, Problem, |facts| {
        if let Some(Found::Is(group)) = facts.workgroups.get_mut("UserWorkgroup") {
            group.bytes_max = None;
        }
    });
    check(Id::LaptopWriter, Problem, |facts| {
        role(facts, "LaptopWriterRole", |role| role.actions.push("s3:GetObject".to_owned()))
    });
    check(Id::LaptopWriter, Problem, |facts| role(facts, "LaptopWriterRole", |role| role.asks_external_id = false));
    check(Id::Roles, Problem, |facts| {
        role(facts, "UserRole", |role| role.actions.push("s3:DeleteObjectVersion".to_owned()))
    });
    check(Id::Roles, Problem, |facts| {
        role(facts, "UserRole", |role| role.attached.push("AdministratorAccess".to_owned()))
    });
    check(Id::Trail, Problem, |facts| {
        if let Found::Is(trail) = &mut facts.trail {
            trail.buckets.pop();
        }
    });
    check(Id::Trail, NoEvidence, |facts| {
        if let Found::Is(stack) = &mut facts.stack {
            stack.parameters.insert("CreateTrail".to_owned(), "false".to_owned());
        }
    });
    for state in ["ALARM", ""] {
        check(Id::Alarms, Problem, |facts| {
            if let Found::Is(alarms) = &mut facts.alarms {
                alarms.iter_mut().for_each(|alarm| alarm.state = state.to_owned());
            }
        });
    }
    check(Id::Trail, Problem, |facts| {
        if let Found::Is(trail) = &mut facts.trail {
            trail.last_error = Some("NoSuchBucket".to_owned());
        }
    });
    check(Id::Retention, Problem, |facts| facts.restricted_days = Found::Is(vec![date(2019, 1, 1)]));
    check(Id::Retention, NoEvidence, |facts| facts.restricted_days = Found::Unknown("no".into()));
    check(Id::Erasures, Problem, |facts| facts.erasures = Found::Is((2, 1)));
    check(Id::Erasures, NoEvidence, |facts| facts.erasures = Found::Is((0, 0)));
    check(Id::ErasureRequests, NoEvidence, |facts| facts.requests = Found::Is(Requests { requests: 0, open: 0 }));
    check(Id::AlarmReaders, Problem, |facts| facts.subscriptions = Found::Is((0, 1)));
    check(Id::Consent, Problem, |facts| {
        if let Found::Is(days) = &mut facts.consents {
            days.iter_mut().for_each(|day| day.without_consent = 1);
        }
    });
    check(Id::Retention, Problem, |facts| {
        if let Found::Is(classes) = &mut facts.retention {
            classes.iter_mut().for_each(|class| class.overdue = true);
        }
    });
    check(Id::Agents, Problem, |facts| {
        facts.agents = Found::Is(Agents { agents: 20, silent: 2, versions: Vec::new() })
    });
    check(Id::ErasureRequests, Problem, |facts| facts.requests = Found::Is(Requests { requests: 2, open: 1 }));
    check(Id::Redaction, NoEvidence, |facts| facts.redactions = Found::Is(Vec::new()));
    check(Id::Erasures, NoEvidence, |facts| facts.erasures = Found::Unknown("this identity may not look at it".into()));
}

const STREAMS: &str = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/";

/// What is said of a lake that takes a tier, and whose laptops' role may put into these.
fn streams(tier: Option<&str>, resources: &[&str]) -> Option<Finding> {
    let mut facts = well();
    if let Found::Is(stack) = &mut facts.stack {
        stack.parameters.remove("LaptopMaxTier");
        stack.parameters.extend(tier.map(|tier| ("LaptopMaxTier".to_owned(), tier.to_owned())));
    }
    let arn =
        |name: &&str| if name.contains(':') || *name == "*" { (*name).to_owned() } else { format!("{STREAMS}{name}") };
    role(&mut facts, "LaptopWriterRole", |role| role.resources = resources.iter().map(arn).collect());
    checks(&facts).into_iter().find(|finding| finding.check == CheckId::LaptopStreams)
}

#[test]
fn the_laptops_role_is_held_to_the_streams_of_the_tier_that_the_lake_takes() -> Result<(), &'static str> {
    use Outcome::{NoEvidence, Problem};
    let (internal, confidential, restricted) = ("bcce-internal", "bcce-confidential", "bcce-restricted");
    let all = [internal, confidential, restricted];
    let other_lake = format!("{STREAMS}other-internal");
    for (tier, resources, outcome, found) in [
        (Some("metrics"), &all[..1], Outcome::Ok, "may put into: internal; LaptopMaxTier is metrics"),
        (None, &all[..1], Outcome::Ok, "may put into: internal; LaptopMaxTier is metrics"),
        (Some("activity"), &all[..2], Outcome::Ok, "may put into: internal, confidential; LaptopMaxTier is activity"),
        (
            Some("content"),
            &all[..],
            Outcome::Ok,
            "may put into: internal, confidential, restricted; LaptopMaxTier is content",
        ),
        (Some("metrics"), &all[..], Problem, "LaptopMaxTier is metrics, which leaves out: confidential, restricted"),
        (None, &all[..2], Problem, "LaptopMaxTier is metrics, which leaves out: confidential"),
        (Some("activity"), &all[..], Problem, "LaptopMaxTier is activity, which leaves out: restricted"),
        (Some("content"), &all[..1], Problem, "which asks also for: confidential, restricted"),
        (
            Some("metrics"),
            &[],
            Problem,
            "may put into: none of the lake's streams; LaptopMaxTier is metrics, which asks",
        ),
        (
            Some("metrics"),
            &[internal, "bcce-re*"],
            Problem,
            "may put into: internal, restricted; LaptopMaxTier is metrics",
        ),
        (Some("content"), &["*"], Problem, "none of the lake's streams: *"),
        (Some("content"), &["bcce-*"], Problem, "none of the lake's streams: arn:aws:firehose:"),
        (Some("metrics"), &[internal, &other_lake], Problem, "deliverystream/other-internal"),
        (Some("metrics"), &[internal, "arn:aws:s3:::bucket/key"], Problem, "arn:aws:s3:::bucket/key"),
        (Some("everything"), &all[..], NoEvidence, "LaptopMaxTier is everything"),
    ] {
        let told = streams(tier, resources).ok_or("no finding")?;
        assert_eq!(told.outcome, outcome, "{tier:?} {resources:?}: {}", told.found);
        assert!(told.found.contains(found), "{tier:?} {resources:?}: {}", told.found);
        assert_eq!(told.remedy.is_empty(), outcome == Outcome::Ok, "{}", told.remedy);
    }
    for more in [format!("{STREAMS}bcce-restricted"), "*".to_owned()] {
        check(CheckId::LaptopStreams, Problem, |facts| {
            role(facts, "LaptopWriterRole", |role| role.resources.push(more))
        });
    }
    Ok(())
}

#[test]
fn what_helps_where_nobody_could_look_is_another_role_unless_something_else_is_known_to() {
    let remedy = |unseen| {
        let facts = Facts { consents: Found::Unknown(unseen), ..well() };
        let told = checks(&facts).into_iter().find(|finding| finding.check == CheckId::Consent);
        told.map(|finding| (finding.outcome, finding.found, finding.remedy))
    };
    let told = |remedy: &str| Some((Outcome::NoEvidence, "consents: Athena: no".to_owned(), remedy.to_owned()));
    assert_eq!(remedy("Athena: no".into()), told("look as a role that may: the stack's auditor"));
    let why = "Athena: no".to_owned();
    assert_eq!(remedy(Unseen { why, help: Some("make the views") }), told("make the views"));
}

#[test]
fn what_may_not_be_looked_at_is_no_evidence_and_never_good() {
    let denied = || Found::Unknown("this identity may not look at it".into());
    let mut facts = well();
    bucket(&mut facts, "InternalBucket", |bucket| bucket.is_public_blocked = denied());
    assert_eq!(outcome(&facts, CheckId::PublicAccess), Outcome::NoEvidence);
    facts.keys.insert("InternalKey", Found::Unknown("no".into()));
    assert_eq!(outcome(&facts, CheckId::KeyRotation), Outcome::NoEvidence);
    assert_eq!(outcome(&facts, CheckId::Encryption), Outcome::NoEvidence);
    // One that is surely wrong weighs more than one that nobody could look at.
    bucket(&mut facts, "TrailBucket", |bucket| bucket.is_public_blocked = Found::Is(false));
    assert_eq!(outcome(&facts, CheckId::PublicAccess), Outcome::Problem);
}
