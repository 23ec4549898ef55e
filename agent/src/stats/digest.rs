//! What the lines of one file say, in their order and in few bytes: all that sums and filters need, and no text but the names that
//! tables show. It is what the cache keeps, and what every run counts, with a cache or without, so that both come to the same.

use super::names::Names;
use super::record::Record;
use super::wire::{Reader, put, put_bytes, put_hash, put_signed};
use super::{Speed, Tokens};
use std::borrow::Cow;

/// Bits of a fact's first byte: what follows, and what the record is.
const UUID: u8 = 1;
const PROMPT: u8 = 2;
const SUBAGENT: u8 = 4;
const PLACE: u8 = 8;
const USAGE: u8 = 16;
const CALLS: u8 = 32;
/// Speeds that are not the standard one.
const FAST: u8 = 64;
const ODD: u8 = 128;

/// What the lines of one file say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    names: Names,
    facts: Vec<u8>,
    last: Last,
    unreadable: u64,
}

/// What a fact leaves out where it is as in the fact before. Names count from 1; 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Last {
    time_ms: i64,
    session: u32,
    project: u32,
}

/// What one record says; names are numbers of [`Digest::names`], from 1 on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fact {
    pub time_ms: i64,
    pub session: u32,
    pub project: u32,
    pub uuid: Option<u64>,
    pub is_prompt: bool,
    pub is_subagent: bool,
    pub usage: Option<Usage>,
    pub calls: Vec<(u64, u32)>,
    pub failures: Vec<u64>,
}

/// What one record says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// Its id.
    pub message: u64,
    pub model: u32,
    pub speed: Speed,
    /// So far.
    pub tokens: Tokens,
}

impl Digest {
    /// Takes the next line.
    pub fn line(&mut self, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let Some(record) = Record::read(line) else {
            self.unreadable += 1;
            return;
        };
        if let Some(time_ms) = record.time_ms {
            self.record(&record, time_ms);
        }
    }

    fn record(&mut self, record: &Record<'_>, time_ms: i64) {
        let mut name = |text: &Option<Cow<'_, str>>| text.as_ref().map_or(0, |text| self.names.number(text) + 1);
        let now = Last { time_ms, session: name(&record.session), project: name(&record.project) };
        let model = if record.usage.is_some() { name(&record.model) } else { 0 };
        let has_calls = !record.calls.is_empty() || !record.failures.is_empty();
        let speed = record.usage.map_or(Speed::Standard, |usage| usage.speed);
        let moved = (now.session, now.project) != (self.last.session, self.last.project);
        let bits = [
            (UUID, record.uuid.is_some()),
            (PROMPT, record.is_prompt),
            (SUBAGENT, record.is_subagent),
            (PLACE, moved),
            (USAGE, record.usage.is_some()),
            (CALLS, has_calls),
            (FAST, speed == Speed::Fast),
            (ODD, speed == Speed::Other),
        ];
        let facts = &mut self.facts;
        facts.push(bits.iter().filter(|(_, is_so)| *is_so).fold(0, |sum, (bit, _)| sum | bit));
        put_signed(facts, time_ms.wrapping_sub(self.last.time_ms));
        if moved {
            put(facts, now.session.into());
            put(facts, now.project.into());
        }
        if let Some(uuid) = record.uuid {
            put_hash(facts, uuid);
        }
        if let Some(usage) = &record.usage {
            put_hash(facts, usage.message);
            put(facts, model.into());
            let Tokens { input, output, cache_write_5m, cache_write_1h, cache_read } = usage.tokens;
            for count in [input, output, cache_write_5m, cache_write_1h, cache_read] {
                put(facts, count);
            }
        }
        if has_calls {
            put(facts, record.calls.len() as u64);
            for (id, name) in &record.calls {
                put_hash(facts, *id);
                put(facts, (self.names.number(name) + 1).into());
            }
            put(facts, record.failures.len() as u64);
            record.failures.iter().for_each(|id| put_hash(facts, *id));
        }
        self.last = now;
    }

    /// About how many facts there are: the smallest of those that are common take so many bytes.
    pub(super) fn facts_about(&self) -> usize {
        self.facts.len() / 16
    }

    /// The facts in their order.
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts { rest: Reader(&self.facts), last: Last::default() }
    }

    /// The texts that facts name.
    pub(super) fn names(&self) -> &[String] {
        self.names.texts()
    }

    /// Lines that are no record of a transcript.
    pub(super) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Writes itself down.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        put(to, self.unreadable);
        put_signed(to, self.last.time_ms);
        put(to, self.last.session.into());
        put(to, self.last.project.into());
        put(to, self.names.texts().len() as u64);
        self.names.texts().iter().for_each(|name| put_bytes(to, name.as_bytes()));
        put_bytes(to, &self.facts);
    }

    /// Reads what was written; `None` where it was not.
    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let unreadable = from.number()?;
        let last = Last { time_ms: from.signed()?, session: from.small()?, project: from.small()? };
        let count = from.number()?;
        let names: Vec<String> =
            (0..count).map(|_| String::from_utf8(from.bytes()?.to_vec()).ok()).collect::<Option<_>>()?;
        Some(Self { names: names.into(), facts: from.bytes()?.to_vec(), last, unreadable })
    }
}

/// Reads facts again.
pub(super) struct Facts<'a> {
    rest: Reader<'a>,
    last: Last,
}

impl Facts<'_> {
    /// Reads the next fact into `fact`; `None` at the end. Bytes that are none, which a seal keeps from getting here, end it too.
    pub(super) fn next(&mut self, fact: &mut Fact) -> Option<()> {
        let rest = &mut self.rest;
        let bits = rest.byte()?;
        self.last.time_ms = self.last.time_ms.wrapping_add(rest.signed()?);
        if bits & PLACE != 0 {
            (self.last.session, self.last.project) = (rest.small()?, rest.small()?);
        }
        fact.uuid = if bits & UUID != 0 { Some(rest.hash()?) } else { None };
        fact.usage = None;
        if bits & USAGE != 0 {
            let (message, model) = (rest.hash()?, rest.small()?);
            let speed = match bits & (FAST | ODD) {
                0 => Speed::Standard,
                FAST => Speed::Fast,
                _ => Speed::Other,
            };
            let tokens = Tokens {
                input: rest.number()?,
                output: rest.number()?,
                cache_write_5m: rest.number()?,
                cache_write_1h: rest.number()?,
                cache_read: rest.number()?,
            };
            fact.usage = Some(Usage { message, model, speed, tokens });
        }
        fact.calls.clear();
        fact.failures.clear();
        if bits & CALLS != 0 {
            for _ in 0..rest.number()? {
                fact.calls.push((rest.hash()?, rest.small()?));
            }
            for _ in 0..rest.number()? {
                fact.failures.push(rest.hash()?);
            }
        }
        (fact.time_ms, fact.session, fact.project) = (self.last.time_ms, self.last.session, self.last.project);
        (fact.is_prompt, fact.is_subagent) = (bits & PROMPT != 0, bits & SUBAGENT != 0);
        Some(())
    }
}
