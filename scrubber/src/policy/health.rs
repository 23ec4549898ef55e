//! The event that the agent makes of itself once a day: counts, and when and how its user consented.

use super::time::write_time;
use super::write::write_number;
use super::{EventsByTier, Policy};
use crate::json;
use crate::schema::{FieldType, HEALTH_FIELDS, HEALTH_KIND};
use crate::{EventId, SessionTag};
use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What an event of the agent's health tells. Names are those of [`HEALTH_FIELDS`]; others are left out, as are counts under
/// a name that is no plain word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// First and last day that is counted, in days since 1970 UTC.
    pub days: (i64, i64),
    /// Numbers by field.
    pub numbers: Vec<(&'static str, u64)>,
    /// Times by field, in milliseconds since 1970 UTC.
    pub times: Vec<(&'static str, i64)>,
    /// Words of ours by field.
    pub words: Vec<(&'static str, &'static str)>,
    /// Counts by field, and there by reason, rule id, class or pseudonym.
    pub counts: Vec<(&'static str, BTreeMap<String, u64>)>,
}

impl Policy {
    /// The tag and the id of the event for the days up to `until`: one a day and installation, whatever it tells.
    pub fn health_id(&self, until: i64) -> (SessionTag, EventId) {
        let key = &self.parts.key;
        let session = key.pseudonym("session", &[HEALTH_KIND.as_bytes()]).half();
        (SessionTag(session), EventId(key.pseudonym("event-health", &[&until.to_le_bytes()]).0))
    }

    /// Appends an event of the agent's health to the run of the narrowest tier.
    pub fn health(&self, health: &Health, now_ms: i64, out: &mut EventsByTier) {
        self.own_event(HEALTH_KIND, self.health_id(health.days.1), now_ms, out, |line| {
            line.extend_from_slice(b",\"health\":{\"since\":\"");
            write_day(health.days.0, line);
            line.extend_from_slice(b"\",\"until\":\"");
            write_day(health.days.1, line);
            line.push(b'"');
            write_fields(health, line);
            line.push(b'}');
        });
    }
}

fn write_fields(health: &Health, line: &mut Vec<u8>) {
    for field in HEALTH_FIELDS {
        match field.kind {
            FieldType::Count | FieldType::Integer | FieldType::Duration => {
                let Some((_, value)) = health.numbers.iter().find(|(name, _)| *name == field.name) else { continue };
                write_name(field.name, line);
                write_number(*value, line);
            }
            FieldType::Text => {
                let Some((_, word)) = health.words.iter().find(|(name, _)| *name == field.name) else { continue };
                write_name(field.name, line);
                line.push(b'"');
                json::encode(word.as_bytes(), line);
                line.push(b'"');
            }
            FieldType::Counts => {
                let Some((_, counts)) = health.counts.iter().find(|(name, _)| *name == field.name) else { continue };
                write_counts(field.name, counts, line);
            }
            FieldType::Time => {
                let Some((_, time_ms)) = health.times.iter().find(|(name, _)| *name == field.name) else { continue };
                write_name(field.name, line);
                line.push(b'"');
                write_time(*time_ms, line);
                line.push(b'"');
            }
            // Health tells none.
            FieldType::Boolean => {}
        }
    }
}

fn write_counts(name: &str, counts: &BTreeMap<String, u64>, line: &mut Vec<u8>) {
    let mut first = true;
    for (key, count) in counts.iter().filter(|(key, count)| is_count_name(key.as_bytes()) && **count > 0) {
        if std::mem::take(&mut first) {
            write_name(name, line);
            line.push(b'{');
        } else {
            line.push(b',');
        }
        line.extend_from_slice(format!("\"{key}\":{count}").as_bytes());
    }
    if !first {
        line.push(b'}');
    }
}

/// Whether counts may leave under this name: reasons, rule ids and pseudonyms are such words.
pub(super) fn is_count_name(name: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte);
    (1..=64).contains(&name.len()) && name.iter().all(plain)
}

fn write_name(name: &str, line: &mut Vec<u8>) {
    line.extend_from_slice(format!(",\"{name}\":").as_bytes());
}

/// A day as in `2026-11-26`.
fn write_day(day: i64, line: &mut Vec<u8>) {
    let mut time = Vec::new();
    write_time(day.saturating_mul(DAY_MS), &mut time);
    line.extend_from_slice(time.get(..10).unwrap_or_default());
}
