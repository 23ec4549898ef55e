//! Where events lie: keys and buckets.

use super::super::facts::{Bucket, Class, Facts, Found};
use super::{CheckId, DEPLOY, Finding, several};

/// Buckets that hold events.
pub(super) const DATA: [&str; 3] = ["InternalBucket", "ConfidentialBucket", "RestrictedBucket"];
/// Buckets that hold events, what was asked of them, or who asked.
pub(super) const OWN: [&str; 5] =
    ["InternalBucket", "ConfidentialBucket", "RestrictedBucket", "ResultsBucket", "TrailBucket"];
/// All buckets: also the one to which S3 writes who accessed the others.
pub(super) const ALL: [&str; 6] =
    ["InternalBucket", "ConfidentialBucket", "RestrictedBucket", "ResultsBucket", "TrailBucket", "AccessLogBucket"];

pub(super) fn buckets(
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

pub(super) fn key_rotation(facts: &Facts) -> Finding {
    let keys = facts.keys.iter().map(|(id, key)| (*id, key));
    several(CheckId::KeyRotation, 8, "keys that can be used and rotate at least yearly", DEPLOY, keys, &|_, key| {
        key.rotation.clone().map(|(rotates, days)| key.is_enabled && rotates && days.is_none_or(|days| days <= 366))
    })
}

pub(super) fn encryption(facts: &Facts) -> Finding {
    let same = |key: &str, arn: &str| !key.is_empty() && (key == arn || arn.ends_with(&format!("/{key}")));
    buckets(facts, CheckId::Encryption, 10, "encryption, each class under its own key", &OWN, &|id, bucket| {
        // What holds no events is encrypted under whatever key.
        let Some(class) = class_of(id) else { return bucket.key.clone().map(|key| !key.is_empty()) };
        let arn = match facts.keys.get(format!("{}Key", class.logical()).as_str()) {
            Some(Found::Is(key)) => &key.arn,
            Some(Found::Missing | Found::Unknown(_)) | None => {
                return Found::Unknown("its key was not seen".into());
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

pub(super) fn lifecycle(facts: &Facts) -> Finding {
    let what = "expiry of objects within their class's time, and of old versions within 30 days";
    buckets(facts, CheckId::Lifecycle, 6, what, &ALL, &|id, bucket| {
        let days_max = class_of(id).map_or(2557, Class::days_max);
        bucket.lifecycle.clone().map(|(objects, versions)| {
            objects.is_some_and(|days| days <= days_max) && versions.is_some_and(|days| days <= 30)
        })
    })
}
