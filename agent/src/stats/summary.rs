//! What one file says with its records gathered: quick to add up, and right as long as no other file holds any of its ids.
//!
//! A message makes several records, and each record has an id that must be looked up among all others. Of a file whose ids are in no
//! other file, all that is known beforehand: messages, calls and sessions are added as they are. Sums are no different, and neither
//! is their order. Which files these are is found by [`super::Cache::part_shared`].

use super::digest::{Digest, Fact};
use super::wire::{Reader, put, put_signed};
use super::{Call, Gatherer, Message, Session, Span, Speed, Tokens};

/// What one file says, written down. Names are numbers of the file's [`Digest`], from 1 on; 0 is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// When the earliest record was written, in milliseconds since 1970.
    pub(super) since_ms: i64,
    bytes: Vec<u8>,
}

/// What a summary's numbers stand for where it is added.
pub(super) struct Meaning<F> {
    /// A number by one of the summary's; the second is for none.
    pub(super) name: F,
    pub(super) session: u32,
    pub(super) project: u32,
    pub(super) model: u32,
    /// What main sessions and subagents are called.
    pub(super) threads: [u32; 2],
}

impl Summary {
    /// Gathers what one file says.
    pub(super) fn of(digest: &Digest) -> Self {
        let mut gatherer = Gatherer::since(i64::MIN);
        let (mut facts, mut fact, mut since_ms) = (digest.facts(), Fact::default(), i64::MAX);
        while facts.next(&mut fact).is_some() {
            since_ms = since_ms.min(fact.time_ms);
            gatherer.fact(&fact, fact.is_subagent.into());
        }
        let mut to = Vec::new();
        let mut last_ms = 0;
        put(&mut to, gatherer.messages.all.len() as u64);
        for message in &gatherer.messages.all {
            put_time(&mut to, message.first_ms, &mut last_ms);
            put(&mut to, u64::from(message.model) << 3 | speed_bits(message.speed) << 1 | u64::from(message.agent));
            put(&mut to, message.session.into());
            put(&mut to, message.project.into());
            let Tokens { input, output, cache_write_5m, cache_write_1h, cache_read } = message.tokens;
            for count in [input, output, cache_write_5m, cache_write_1h, cache_read] {
                put(&mut to, count);
            }
        }
        // A result whose call is in no file is counted nowhere.
        let calls = || gatherer.calls.all.iter().filter(|call| call.first_ms != 0);
        put(&mut to, calls().count() as u64);
        for call in calls() {
            put_time(&mut to, call.first_ms, &mut last_ms);
            put(&mut to, u64::from(call.name) << 1 | u64::from(call.failed));
            put(&mut to, call.session.into());
            put(&mut to, call.project.into());
        }
        let mut sessions: Vec<(u32, &Session)> =
            (0..).zip(&gatherer.sessions).filter_map(|(number, session)| Some((number, session.as_ref()?))).collect();
        // Two numbers may come to mean one session, and its last record says where it took place.
        sessions.sort_unstable_by_key(|(_, session)| session.last);
        put(&mut to, sessions.len() as u64);
        for (number, session) in sessions {
            put(&mut to, number.into());
            put(&mut to, session.project.into());
            put(&mut to, session.prompts);
            put(&mut to, session.spans.len() as u64);
            for span in &session.spans {
                put_time(&mut to, span.start_ms, &mut last_ms);
                put_time(&mut to, span.end_ms, &mut last_ms);
            }
        }
        Self { since_ms, bytes: to }
    }

    /// Adds it. `None` where bytes are none of a summary, which a seal keeps from getting here.
    pub(super) fn add(&self, to: &mut Gatherer, meaning: &Meaning<impl Fn(u32, u32) -> u32>) -> Option<()> {
        let mut from = Reader(&self.bytes);
        let mut last_ms = 0;
        let name = &meaning.name;
        let place = |from: &mut Reader<'_>| {
            let (session, project) = (from.small()?, from.small()?);
            Some((name(session, meaning.session), name(project, meaning.project)))
        };
        for _ in 0..from.number()? {
            let first_ms = take_time(&mut from, &mut last_ms)?;
            let (both, is_subagent) = flagged(&mut from)?;
            let (model, speed) = (both >> 2, speed_of(both & 3));
            let (session, project) = place(&mut from)?;
            let tokens = Tokens {
                input: from.number()?,
                output: from.number()?,
                cache_write_5m: from.number()?,
                cache_write_1h: from.number()?,
                cache_read: from.number()?,
            };
            let agent = meaning.threads[usize::from(is_subagent)];
            let model = name(model, meaning.model);
            to.messages.all.push(Message { tokens, speed, model, first_ms, session, project, agent });
        }
        for _ in 0..from.number()? {
            let first_ms = take_time(&mut from, &mut last_ms)?;
            let (tool, failed) = flagged(&mut from)?;
            let (session, project) = place(&mut from)?;
            to.calls.all.push(Call { name: name(tool, meaning.model), first_ms, session, project, failed });
        }
        for _ in 0..from.number()? {
            let (session, project) = place(&mut from)?;
            let prompts = from.number()?;
            let known = to.session(session, project);
            known.prompts += prompts;
            for _ in 0..from.number()? {
                let (start_ms, end_ms) = (take_time(&mut from, &mut last_ms)?, take_time(&mut from, &mut last_ms)?);
                known.spans.push(Span { start_ms, end_ms });
            }
        }
        Some(())
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        put_signed(to, self.since_ms);
        super::wire::put_bytes(to, &self.bytes);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self { since_ms: from.signed()?, bytes: from.bytes()?.to_vec() })
    }
}

/// Writes a time as its distance from the one before.
fn put_time(to: &mut Vec<u8>, time_ms: i64, last_ms: &mut i64) {
    put_signed(to, time_ms.wrapping_sub(*last_ms));
    *last_ms = time_ms;
}

fn take_time(from: &mut Reader<'_>, last_ms: &mut i64) -> Option<i64> {
    *last_ms = last_ms.wrapping_add(from.signed()?);
    Some(*last_ms)
}

fn speed_bits(speed: Speed) -> u64 {
    match speed {
        Speed::Standard => 0,
        Speed::Fast => 1,
        Speed::Other => 2,
    }
}

fn speed_of(bits: u32) -> Speed {
    match bits {
        0 => Speed::Standard,
        1 => Speed::Fast,
        _ => Speed::Other,
    }
}

/// A name's number, and a bit.
fn flagged(from: &mut Reader<'_>) -> Option<(u32, bool)> {
    let both = from.number()?;
    Some((u32::try_from(both >> 1).ok()?, both & 1 == 1))
}
