//! What is read of one event: what sums and searches need, and no text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use agent::stats::{Speed, Tokens};
use jiff::Timestamp;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::super::error::{Problem, SCHEMA};

/// A count above this one is none; the view `prices` ends here, too.
const COUNT_MAX: u64 = 9_000_000_000_000_000;

/// Text of a line, without a copy where it has no escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

/// One event.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow)]
    schema: Text<'a>,
    pub(super) event_id: Text<'a>,
    ingest_time: Text<'a>,
    event_time: Option<Text<'a>>,
    pub(super) data_class: Text<'a>,
    #[serde(default)]
    pub(super) tier: Text<'a>,
    #[serde(default)]
    pub(super) kind: Text<'a>,
    #[serde(default)]
    pub(super) user: Text<'a>,
    #[serde(default)]
    pub(super) agent_version: Text<'a>,
    #[serde(default)]
    pub(super) policy_id: Text<'a>,
    #[serde(default)]
    pub(super) consent_id: Text<'a>,
    pub(super) org: Option<Text<'a>>,
    pub(super) project: Option<Text<'a>>,
    pub(super) session: Option<Text<'a>>,
    pub(super) model: Option<Text<'a>>,
    message_id: Option<Text<'a>>,
    record: Option<Text<'a>>,
    usage: Option<Usage>,
    labels: Option<Labels<'a>>,
    #[serde(default)]
    pub(super) tools: Option<Vec<Tool<'a>>>,
    #[serde(default)]
    pub(super) redactions: Option<BTreeMap<Text<'a>, Count>>,
    /// When it was written, else when it was read, in microseconds since 1970.
    #[serde(skip)]
    pub(super) at_us: i64,
    /// When it was read.
    #[serde(skip)]
    pub(super) ingest_us: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Tool<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct Labels<'a> {
    #[serde(borrow)]
    speed: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct Usage {
    input_tokens: Option<Count>,
    output_tokens: Option<Count>,
    cache_creation: Option<Count>,
    cache_creation_5m: Option<Count>,
    cache_creation_1h: Option<Count>,
    cache_read: Option<Count>,
}

/// A whole number that sums cannot run over with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count(pub(super) u64);

impl<'a> Event<'a> {
    /// Reads a line. `class` is that of the folder that it lies in.
    pub(super) fn read(line: &'a [u8], class: Option<&str>) -> Result<Self, Problem> {
        let mut event: Self = serde_json::from_slice(line).map_err(|_| problem(line))?;
        if event.schema.0 != SCHEMA {
            return Err(problem(line));
        }
        if class.is_some_and(|class| class != event.data_class.0) {
            return Err(Problem::Class);
        }
        event.ingest_us = microseconds(&event.ingest_time)?;
        event.at_us = event.event_time.as_ref().map_or(Ok(event.ingest_us), microseconds)?;
        Ok(event)
    }

    /// What its records have in common with others of the same message.
    pub(super) fn message_key(&self) -> &str {
        &self.message_id.as_ref().or(self.record.as_ref()).unwrap_or(&self.event_id).0
    }

    /// The speed of its message.
    pub(super) fn speed(&self) -> Speed {
        let speed = self.labels.as_ref().and_then(|labels| labels.speed.as_ref());
        Speed::named(speed.map(|speed| &*speed.0))
    }

    /// Its tokens. Where cache writes are not parted by lifetime they count as five-minute writes.
    pub(super) fn tokens(&self) -> Option<Tokens> {
        let usage = self.usage.as_ref()?;
        let count = |count: Option<Count>| count.unwrap_or_default().0;
        let hour = count(usage.cache_creation_1h);
        Some(Tokens {
            input: count(usage.input_tokens),
            output: count(usage.output_tokens),
            cache_write_5m: count(usage.cache_creation_5m).max(count(usage.cache_creation).saturating_sub(hour)),
            cache_write_1h: hour,
            cache_read: count(usage.cache_read),
        })
    }
}

fn microseconds(text: &Text<'_>) -> Result<i64, Problem> {
    text.0.parse::<Timestamp>().map(Timestamp::as_microsecond).map_err(|_| Problem::Time)
}

/// Why a line is no event, without quoting it.
fn problem(line: &[u8]) -> Problem {
    let Ok(value) = serde_json::from_slice::<Value>(line) else { return Problem::NotJson };
    let Some(schema) = value.get("schema").and_then(Value::as_str) else { return Problem::NotAnEvent };
    let version = schema.strip_prefix("bcce.event.v").filter(|version| (1..=4).contains(&version.len()));
    match version {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            if schema == SCHEMA {
                Problem::Type
            } else {
                Problem::Schema(schema.to_owned())
            }
        }
        Some(_) | None => Problem::NotAnEvent,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            count if count <= COUNT_MAX => Ok(Self(count)),
            _ => Err(D::Error::custom("too large a count")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(more: &str) -> String {
        format!(
            r#"{{"schema":"bcce.event.v1","event_id":"e","ingest_time":"2026-01-02T00:00:00Z","data_class":"internal"{more}}}"#
        )
    }

    #[test]
    fn cache_writes_count_as_five_minute_ones_where_they_are_not_parted() {
        let check = |usage: &str, five: u64, hour: u64| {
            let line = line(&format!(r#","usage":{{{usage}}}"#));
            let tokens = Event::read(line.as_bytes(), None).ok().and_then(|event| event.tokens());
            assert_eq!(tokens.map(|of| (of.cache_write_5m, of.cache_write_1h)), Some((five, hour)), "{usage}");
        };
        check(r#""cache_creation":1000"#, 1000, 0);
        check(r#""cache_creation":1000,"cache_creation_5m":300,"cache_creation_1h":700"#, 300, 700);
        check(r#""cache_creation":1000,"cache_creation_1h":700"#, 300, 700);
        check(r#""cache_creation":1000,"cache_creation_5m":1200"#, 1200, 0);
        check(r#""cache_creation_1h":700"#, 0, 700);
        check("", 0, 0);
    }

    #[test]
    fn a_message_is_known_by_its_id_else_by_its_record_else_by_the_event() {
        let check = |more: &str, key: &str| {
            let line = line(more);
            assert_eq!(
                Event::read(line.as_bytes(), None).ok().map(|event| event.message_key().to_owned()),
                Some(key.to_owned())
            );
        };
        check(r#","message_id":"m","record":"r""#, "m");
        check(r#","record":"r""#, "r");
        check("", "e");
    }

    #[test]
    fn a_line_that_is_no_event_says_why() {
        let check = |line: &str, wanted: Problem| {
            assert_eq!(Event::read(line.as_bytes(), Some("internal")).err(), Some(wanted), "{line}");
        };
        check("{", Problem::NotJson);
        check("[]", Problem::NotAnEvent);
        check(r#"{"schema":"another"}"#, Problem::NotAnEvent);
        check(r#"{"schema":"bcce.event.v2"}"#, Problem::Schema("bcce.event.v2".to_owned()));
        check(&line(r#","usage":{"input_tokens":"7"}"#), Problem::Type);
        check(&line(r#","usage":{"input_tokens":-7}"#), Problem::Type);
        check(&line(r#","usage":{"input_tokens":9000000000000001}"#), Problem::Type);
        check(&line(r#","event_time":"noon""#), Problem::Time);
        check(&line("").replace("internal", "restricted"), Problem::Class);
    }
}
