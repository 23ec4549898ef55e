//! Local analytics: what Claude Code was used for on this machine, from its transcripts alone. Nothing leaves, and no consent is
//! needed to look at one's own files.
//!
//! Token counts are right where naive sums are not: a message stands in several records, copies and resumed sessions, each with
//! the counts so far. Counts are gathered by message id, and the largest of each kind holds. Records are counted once by their
//! uuid.
//!
//! A file's lines become a [`Digest`], a [`Cache`] keeps the digests of all files, and a [`Gatherer`] counts what they say.
//!
//! Left out on purpose: reading files (`cli::stats`) and drawing. Start at [`Digest::line`], then [`Gatherer::digest`] and
//! [`Gatherer::table`].

mod cache;
mod digest;
mod hash;
mod html;
mod names;
mod price;
mod record;
mod table;
#[cfg(test)]
mod tests;
mod wire;

pub use cache::{Cache, Lines, Part, Stamp};
pub use digest::Digest;
pub use html::Report;
pub use price::{Price, Prices, PricesError};
pub use table::{By, Day, Row, Table};

use digest::Fact;
use hash::Hashed;
use names::Names;
use std::collections::{HashMap, HashSet};

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

/// One message of a model, as all records of it together tell.
#[derive(Debug, Clone, Default)]
struct Message {
    tokens: Tokens,
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
    times_ms: Vec<i64>,
    prompts: u64,
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
        let digests = cache.files.values().flat_map(Part::digests);
        let records = digests.map(Digest::facts_about).sum::<usize>();
        self.seen.reserve(records);
        self.messages.places.reserve(records / 4);
        self.calls.places.reserve(records / 4);
    }

    /// Takes what a file says. `session` is the session as the file's name tells it, for records that name none.
    pub fn digest(&mut self, digest: &Digest, session: &str) {
        self.unreadable += digest.unreadable();
        let numbers: Vec<u32> = digest.names().iter().map(|name| self.names.number(name)).collect();
        let (session, no_folder) = (self.names.number(session), self.names.number("(no folder)"));
        let (agent, no_agent) = (self.names.number("subagents"), self.names.number("main session"));
        let no_model = self.names.number("");
        let name = |number: u32, otherwise: u32| {
            let place = number.checked_sub(1).map(|place| place as usize);
            place.and_then(|place| numbers.get(place).copied()).unwrap_or(otherwise)
        };
        let mut facts = digest.facts();
        let mut fact = Fact::default();
        while facts.next(&mut fact).is_some() {
            if fact.time_ms >= self.since_ms {
                fact.session = name(fact.session, session);
                fact.project = name(fact.project, no_folder);
                fact.calls.iter_mut().for_each(|(_, tool)| *tool = name(*tool, no_model));
                if let Some((_, model, _)) = &mut fact.usage {
                    *model = name(*model, no_model);
                }
                self.fact(&fact, if fact.is_subagent { agent } else { no_agent });
            }
        }
    }

    /// Takes one fact, whose names are numbers of this gatherer by now.
    fn fact(&mut self, fact: &Fact, agent: u32) {
        let Fact { time_ms, session, project, .. } = *fact;
        if let Some((id, model, tokens)) = fact.usage {
            let new = || Message { model, first_ms: time_ms, session, project, agent, ..Message::default() };
            let message = self.messages.of(id, new);
            message.tokens.raise(&tokens);
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
            let place = session as usize;
            if place >= self.sessions.len() {
                self.sessions.resize(place + 1, None);
            }
            if let Some(known) = self.sessions.get_mut(place) {
                let known = known.get_or_insert_default();
                known.project = project;
                known.times_ms.push(time_ms);
                known.prompts += u64::from(fact.is_prompt);
            }
        }
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

/// Time spent in a session: gaps that are no break, added up.
fn active_ms(times_ms: &mut [i64]) -> i64 {
    times_ms.sort_unstable();
    let gaps = times_ms.windows(2).map(|pair| if let [one, next] = pair { next - one } else { 0 });
    gaps.filter(|gap| *gap <= BREAK_MS).sum()
}
