//! Puts the layers together, so that a later one only narrows what leaves.

use std::collections::BTreeMap;

use super::keys::{KEYS, Key, Merge};
use super::problem::{Origin, Problem};
use super::raw::{Entry, RawConfig};
use super::value::Value;

/// The layers put together: what holds for each key, and which layer set it.
#[derive(Debug, Default)]
pub(super) struct Effective {
    /// Each key that has a value. More than one entry only where each layer is asked by itself, or lists were joined.
    held: BTreeMap<&'static str, Vec<Entry>>,
}

impl Effective {
    /// Merges the layers, lowest first, and appends what a layer may not do to `problems`.
    pub(super) fn merge(layers: &[RawConfig], problems: &mut Vec<Problem>) -> Self {
        let mut effective = Self::default();
        for key in KEYS {
            let entries: Vec<&Entry> = layers.iter().filter_map(|layer| layer.entries.get(key.name)).collect();
            let held = merge_key(key, &entries, problems);
            if !held.is_empty() {
                effective.held.insert(key.name, held);
            }
        }
        effective.forbid_endpoint_override(layers, problems);
        effective.forbid_allowing(layers, problems);
        effective
    }

    /// Under a policy that says where events go, an endpoint of another layer would lead them elsewhere.
    fn forbid_endpoint_override(&mut self, layers: &[RawConfig], problems: &mut Vec<Problem>) {
        const ALLOW: &str = "sink.firehose.allow_endpoint_override";
        let by_policy = |entry: &&Entry| matches!(entry.origin, Origin::Policy(_));
        let policy_sets = |prefix: &str| {
            let entries = layers.iter().flat_map(|layer| &layer.entries);
            entries.filter(|(name, _)| name.starts_with(prefix)).any(|(_, entry)| by_policy(&entry))
        };
        let allowed = match self.held.get(ALLOW).and_then(|held| held.last()) {
            Some(entry) => entry.value == Value::Flag(true),
            None => !policy_sets("sink."),
        };
        let Some(endpoint) = self.held.get("sink.firehose.endpoint_url").and_then(|held| held.last()) else { return };
        if !allowed && !by_policy(&endpoint) {
            problems.push(problem(
                endpoint,
                "sink.firehose.endpoint_url",
                "the organisation policy forbids endpoints".to_owned(),
            ));
        }
    }

    /// Under a policy, what others let pass would widen what leaves: they may only where it says so.
    fn forbid_allowing(&mut self, layers: &[RawConfig], problems: &mut Vec<Problem>) {
        let by_policy = |entry: &Entry| matches!(entry.origin, Origin::Policy(_));
        let under_policy = layers.iter().flat_map(|layer| layer.entries.values()).any(by_policy);
        let allowed = self.value("scrub.allow_by_user").is_some_and(|entry| entry.value == Value::Flag(true));
        if !under_policy || allowed {
            return;
        }
        for name in ["scrub.allow", "scrub.allow_in"] {
            for entry in self.entries(name).iter().filter(|entry| !by_policy(entry)) {
                let what = "the organisation policy does not let others allow findings".to_owned();
                problems.push(problem(entry, name, what));
            }
        }
    }

    /// What holds for a key; several values only where layers stand side by side.
    pub(super) fn entries(&self, name: &str) -> &[Entry] {
        self.held.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The one value that holds for a key.
    pub(super) fn value(&self, name: &str) -> Option<&Entry> {
        self.entries(name).last()
    }
}

pub(super) fn problem(entry: &Entry, key: &str, what: String) -> Problem {
    Problem { origin: entry.origin.clone(), line: entry.line, key: Some(key.to_owned()), what }
}

fn merge_key(key: &Key, entries: &[&Entry], problems: &mut Vec<Problem>) -> Vec<Entry> {
    let Some(latest) = entries.last() else { return Vec::new() };
    let policies = || entries.iter().filter(|entry| matches!(entry.origin, Origin::Policy(_)));
    let one = |entry: &Entry| vec![entry.clone()];
    match key.merge {
        Merge::Latest => one(latest),
        Merge::Each | Merge::Union => {
            entries.iter().filter(|entry| !is_empty(&entry.value)).map(|e| (*e).clone()).collect()
        }
        Merge::Lowest => one(entries.iter().min_by_key(|entry| rank(&entry.value)).unwrap_or(latest)),
        Merge::AtMost => {
            let bound = policies().min_by_key(|entry| rank(&entry.value));
            match bound {
                Some(bound) if rank(&bound.value) < rank(&latest.value) => one(bound),
                _ => one(latest),
            }
        }
        Merge::StaysOff | Merge::StaysOn => {
            let sticks = Value::Flag(key.merge == Merge::StaysOn);
            one(policies().find(|entry| entry.value == sticks).unwrap_or(latest))
        }
        Merge::Fixed => match policies().next() {
            None => one(latest),
            Some(fixed) => {
                let at = match fixed.line {
                    Some(line) => format!("{}:{line}", fixed.origin),
                    None => fixed.origin.to_string(),
                };
                let after = entries.iter().skip_while(|entry| entry.origin != fixed.origin);
                for other in after.filter(|entry| entry.value != fixed.value) {
                    problems.push(problem(other, key.name, format!("fixed by the organisation policy at {at}")));
                }
                one(fixed)
            }
        },
        Merge::Intersection => vec![intersection(entries, latest)],
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(items) => items.is_empty(),
        Value::Tiers(tiers) => tiers.is_empty(),
        Value::Lists(lists) => lists.is_empty(),
        Value::Mode(_) | Value::Flag(_) | Value::Text(_) | Value::Size(_) | Value::Span(_) | Value::Count(_) => false,
    }
}

/// Keeps of the latest list what all the others name too.
fn intersection(entries: &[&Entry], latest: &Entry) -> Entry {
    let mut kept = latest.clone();
    if let Value::List(items) = &mut kept.value {
        items.retain(|item| {
            entries.iter().all(|entry| matches!(&entry.value, Value::List(list) if list.contains(item)))
        });
    }
    kept
}

/// A number that orders values of one kind.
fn rank(value: &Value) -> u128 {
    match value {
        Value::Mode(mode) => mode.rank().into(),
        Value::Flag(flag) => u128::from(*flag),
        Value::Size(number) | Value::Count(number) => u128::from(*number),
        Value::Span(span) => span.as_millis(),
        Value::Text(_) | Value::List(_) | Value::Tiers(_) | Value::Lists(_) => 0,
    }
}
