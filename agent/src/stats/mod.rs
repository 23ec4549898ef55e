//! Local analytics: what Claude Code was used for on this machine, from its transcripts alone. Nothing leaves, and no consent is
//! needed to look at one's own files.
//!
//! Token counts are right where naive sums are not: a message stands in several records, copies and resumed sessions, each with
//! the counts so far. Counts are gathered by message id, and the largest of each kind holds. Records are counted once by their
//! uuid.
//!
//! Left out on purpose: reading files (`cli::stats`) and drawing. Start at [`Gatherer::line`], then [`Gatherer::table`].

mod html;
mod price;
mod record;
mod table;
#[cfg(test)]
mod tests;

pub use html::Report;
pub use price::{Price, Prices, PricesError};
pub use table::{By, Row, Table};

use record::Record;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};

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
    model: String,
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

/// Takes lines of transcripts in any order and gathers what they say.
#[derive(Debug, Default)]
pub struct Gatherer {
    messages: HashMap<u64, Message>,
    calls: HashMap<u64, Call>,
    sessions: HashMap<u32, Session>,
    seen: HashSet<u64>,
    names: Names,
    /// Records before this time are left out.
    since_ms: i64,
    /// Lines that are no record of a transcript.
    pub unreadable: u64,
}

/// Texts by number, each kept once.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

impl Gatherer {
    /// Gathers what happened since a time in milliseconds since 1970.
    pub fn since(since_ms: i64) -> Self {
        Self { since_ms, ..Self::default() }
    }

    /// Takes one line. `session` is the session as the file's name tells it, for records that name none.
    pub fn line(&mut self, line: &[u8], session: &str) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let Some(record) = Record::read(line) else {
            self.unreadable += 1;
            return;
        };
        let Some(time_ms) = record.time_ms.filter(|time| *time >= self.since_ms) else { return };
        let session = self.names.number(record.session.as_deref().unwrap_or(session));
        let project = self.names.number(record.project.as_deref().unwrap_or("(no folder)"));
        let agent = self.names.number(if record.is_subagent { "subagents" } else { "main session" });
        if let Some(id) = &record.message
            && let Some(tokens) = record.tokens
        {
            let message = self.messages.entry(hash(id)).or_insert_with(|| Message {
                model: record.model.clone().unwrap_or_default(),
                first_ms: time_ms,
                session,
                project,
                agent,
                ..Message::default()
            });
            message.tokens.raise(&tokens);
            message.first_ms = message.first_ms.min(time_ms);
        }
        for (id, name) in &record.calls {
            let name = self.names.number(name);
            let call = self.calls.entry(hash(id)).or_default();
            // The result may have been met first.
            (call.name, call.session, call.project) = (name, session, project);
            call.first_ms = if call.first_ms == 0 { time_ms } else { call.first_ms.min(time_ms) };
        }
        for id in &record.failures {
            self.calls.entry(hash(id)).or_default().failed = true;
        }
        let is_new = record.uuid.as_ref().is_none_or(|uuid| self.seen.insert(hash(uuid)));
        if is_new {
            let known = self.sessions.entry(session).or_default();
            known.project = project;
            known.times_ms.push(time_ms);
            known.prompts += u64::from(record.is_prompt);
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

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Time spent in a session: gaps that are no break, added up.
fn active_ms(times_ms: &mut [i64]) -> i64 {
    times_ms.sort_unstable();
    let gaps = times_ms.windows(2).map(|pair| if let [one, next] = pair { next - one } else { 0 });
    gaps.filter(|gap| *gap <= BREAK_MS).sum()
}
