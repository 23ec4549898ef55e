//! Local analytics: what Claude Code was used for on this machine, from its transcripts alone. Nothing leaves, and no consent is
//! needed to look at one's own files.
//!
//! Token counts are right where naive sums are not: a message stands in several records, copies and resumed sessions, each with
//! the counts so far. Counts are gathered by message id, and the largest of each kind holds. Records are counted once by their
//! uuid.
//!
//! A file's lines become a [`Digest`], a [`Cache`] keeps the digests of all files, and a [`Gatherer`] counts what they say. What detectors
//! find in them is counted apart ([`Redactions`]): it takes many times as long.
//!
//! Left out on purpose: reading files (`cli::stats`) and drawing. Start at [`Digest::line`], then [`Gatherer::part`] and
//! [`Gatherer::table`].

mod cache;
mod digest;
mod hash;
mod html;
mod names;
mod price;
mod record;
mod redactions;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod wire;

pub use cache::{Cache, Lines, Part, Seen, Stamp};
pub use digest::Digest;
pub use html::Report;
pub use price::{Price, Prices, PricesError};
pub use redactions::{Findings, FindingsCache, Redacted, Redactions};
pub use table::{By, Day, Row, Table};

use digest::{Fact, Usage};
use hash::Hashed;
use names::Names;
use std::collections::{HashMap, HashSet};
use summary::Meaning;

/// Two records of a session further apart are a break: nobody worked in between.
const BREAK_MS: i64 = 5 * 60 * 1000;

/// Tokens of the five kinds that are priced differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Tokens {
    /// Read, and in no cache.
    pub input: u64,
    /// Written by the model.
    pub output: u64,
    /// Put into the cache for five minutes.
    pub cache_write_5m: u64,
    /// Put into the cache for an hour.
    pub cache_write_1h: u64,
    /// Read from the cache.
    pub cache_read: u64,
}

impl Tokens {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.output + self.prompt()
    }

    /// What the model was given.
    pub fn prompt(&self) -> u64 {
        self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read
    }

    /// Takes of each kind the larger count: what several records of one message come to.
    pub fn raise(&mut self, other: &Self) {
        self.each(other, u64::max);
    }

    /// Adds those of another message.
    pub fn add(&mut self, other: &Self) {
        self.each(other, u64::saturating_add);
    }

    fn each(&mut self, other: &Self, with: fn(u64, u64) -> u64) {
        self.input = with(self.input, other.input);
        self.output = with(self.output, other.output);
        self.cache_write_5m = with(self.cache_write_5m, other.cache_write_5m);
        self.cache_write_1h = with(self.cache_write_1h, other.cache_write_1h);
        self.cache_read = with(self.cache_read, other.cache_read);
    }
}

/// How fast a message was to be answered, which has its price. Of several records of one message the first of these holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Speed {
    /// Fast mode.
    Fast,
    /// One that this program does not know.
    Other,
    /// As ever: also of records that tell none.
    #[default]
    Standard,
}

impl Speed {
    /// The speed by its name in transcripts and events.
    pub fn named(name: Option<&str>) -> Self {
        match name {
            None | Some("standard") => Self::Standard,
            Some("fast") => Self::Fast,
            Some(_) => Self::Other,
        }
    }
}

/// One message of a model, as all records of it together tell.
#[derive(Debug, Clone, Default)]
struct Message {
    tokens: Tokens,
    speed: Speed,
    model: u32,
    first_ms: i64,
    session: u32,
    project: u32,
    agent: u32,
}

/// One call of a tool.
#[derive(Debug, Clone, Default)]
struct Call {
    name: u32,
    first_ms: i64,
    session: u32,
    project: u32,
    failed: bool,
}

/// What was seen of one session.
#[derive(Debug, Clone, Default)]
struct Session {
    project: u32,
    /// When somebody was at work, in no order; together they are the session's.
    spans: Vec<Span>,
    prompts: u64,
    /// Grows from record to record: which session had the last one.
    last: u64,
}

/// A time without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start_ms: i64,
    end_ms: i64,
}

impl Session {
    /// Takes the time of a record.
    fn at(&mut self, time_ms: i64) {
        match self.spans.last_mut() {
            Some(span) if span.start_ms <= time_ms && time_ms - span.end_ms <= BREAK_MS => {
                span.end_ms = span.end_ms.max(time_ms);
            }
            _ => self.spans.push(Span { start_ms: time_ms, end_ms: time_ms }),
        }
    }

    /// Time spent in it: gaps that are no break, added up.
    fn active_ms(&self) -> i64 {
        let mut spans = self.spans.clone();
        spans.sort_unstable_by_key(|span| span.start_ms);
        let mut rest = spans.into_iter();
        let Some(mut now) = rest.next() else { return 0 };
        let mut active_ms = 0;
        for span in rest {
            if span.start_ms - now.end_ms <= BREAK_MS {
                now.end_ms = now.end_ms.max(span.end_ms);
            } else {
                active_ms += now.end_ms - now.start_ms;
                now = span;
            }
        }
        active_ms + now.end_ms - now.start_ms
    }
}

/// Things by the hashes of their ids, in the order in which they were met: sums of fractions must not depend on anything else.
#[derive(Debug)]
struct Numbered<T> {
    places: HashMap<u64, usize, Hashed>,
    all: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { places: HashMap::default(), all: Vec::new() }
    }
}

impl<T> Numbered<T> {
    fn of(&mut self, id: u64, new: impl FnOnce() -> T) -> &mut T {
        let place = *self.places.entry(id).or_insert(self.all.len());
        if place == self.all.len() {
            self.all.push(new());
        }
        &mut self.all[place]
    }
}

/// Gathers what files say. Where records of one message or uuid differ, the first one counts; so files come in an order of their own.
#[derive(Debug, Default)]
pub struct Gatherer {
    messages: Numbered<Message>,
    calls: Numbered<Call>,
    /// By the number of their names.
    sessions: Vec<Option<Session>>,
    seen: HashSet<u64, Hashed>,
    /// How many were counted.
    records: u64,
    names: Names,
    /// Records before this time are left out.
    since_ms: i64,
    /// Lines that are no record of a transcript.
    pub unreadable: u64,
}

impl Gatherer {
    /// Gathers what happened since a time in milliseconds since 1970.
    pub fn since(since_ms: i64) -> Self {
        Self { since_ms, ..Self::default() }
    }

    /// Makes room for what these files say, which is quicker than to grow.
    pub fn expect(&mut self, cache: &Cache) {
        let parts = cache.files.values().filter(|part| part.summary(self.since_ms).is_none());
        let records = parts.flat_map(Part::digests).map(Digest::facts_about).sum::<usize>();
        self.seen.reserve(records);
        self.messages.places.reserve(records / 4);
        self.calls.places.reserve(records / 4);
    }

    /// Takes what is kept of a file.
    pub fn part(&mut self, part: &Part, session: &str) {
        let [whole, torn] = part.digests();
        let Some(summary) = part.summary(self.since_ms) else {
            self.digest(whole, session);
            self.digest(torn, session);
            return;
        };
        self.unreadable += whole.unreadable();
        let meaning = self.meaning(whole, session);
        // A seal keeps bytes that are none of a summary from getting here.
        let _ = summary.add(self, &meaning);
    }

    /// What a file's numbers of names stand for.
    fn meaning(&mut self, digest: &Digest, session: &str) -> Meaning<impl Fn(u32, u32) -> u32 + use<>> {
        let numbers: Vec<u32> = digest.names().iter().map(|name| self.names.number(name)).collect();
        Meaning {
            name: move |number: u32, otherwise: u32| {
                let place = number.checked_sub(1).map(|place| place as usize);
                place.and_then(|place| numbers.get(place).copied()).unwrap_or(otherwise)
            },
            session: self.names.number(session),
            project: self.names.number("(no folder)"),
            model: self.names.number(""),
            threads: [self.names.number("main session"), self.names.number("subagents")],
        }
    }

    /// Takes what a file says. `session` is the session as the file's name tells it, for records that name none.
    pub fn digest(&mut self, digest: &Digest, session: &str) {
        self.unreadable += digest.unreadable();
        let meaning = self.meaning(digest, session);
        let name = &meaning.name;
        let mut facts = digest.facts();
        let mut fact = Fact::default();
        while facts.next(&mut fact).is_some() {
            if fact.time_ms >= self.since_ms {
                fact.session = name(fact.session, meaning.session);
                fact.project = name(fact.project, meaning.project);
                fact.calls.iter_mut().for_each(|(_, tool)| *tool = name(*tool, meaning.model));
                if let Some(usage) = &mut fact.usage {
                    usage.model = name(usage.model, meaning.model);
                }
                self.fact(&fact, meaning.threads[usize::from(fact.is_subagent)]);
            }
        }
    }

    /// Takes one fact, whose names are numbers of this gatherer by now.
    fn fact(&mut self, fact: &Fact, agent: u32) {
        let Fact { time_ms, session, project, .. } = *fact;
        if let Some(Usage { message: id, model, speed, tokens }) = fact.usage {
            let new = || Message { model, first_ms: time_ms, session, project, agent, ..Message::default() };
            let message = self.messages.of(id, new);
            message.tokens.raise(&tokens);
            message.speed = message.speed.min(speed);
            message.first_ms = message.first_ms.min(time_ms);
        }
        for (id, name) in &fact.calls {
            let call = self.calls.of(*id, Call::default);
            // The result may have been met first.
            (call.name, call.session, call.project) = (*name, session, project);
            call.first_ms = if call.first_ms == 0 { time_ms } else { call.first_ms.min(time_ms) };
        }
        for id in &fact.failures {
            self.calls.of(*id, Call::default).failed = true;
        }
        if fact.uuid.is_none_or(|uuid| self.seen.insert(uuid)) {
            let known = self.session(session, project);
            known.at(time_ms);
            known.prompts += u64::from(fact.is_prompt);
        }
    }

    /// The session of a name's number, of which a record is in this project.
    fn session(&mut self, session: u32, project: u32) -> &mut Session {
        let place = session as usize;
        if place >= self.sessions.len() {
            self.sessions.resize(place + 1, None);
        }
        self.records += 1;
        let known = self.sessions[place].get_or_insert_default();
        (known.project, known.last) = (project, self.records);
        known
    }
}

/// A count with its thousands apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
