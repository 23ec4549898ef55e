//! What one line of a transcript tells, read leniently: a field of another type is as good as none.
//!
//! Nearly all bytes of a transcript are texts that say nothing of usage: they are passed over, and not even checked to be UTF-8.

mod take;
#[cfg(test)]
mod tests;

use super::hash::hash;
use super::{Speed, Tokens};
use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use std::borrow::Cow;
use take::{Take, Taken};

/// The parts of a record that are counted. Ids are known by their hashes alone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub uuid: Option<u64>,
    pub session: Option<Cow<'a, str>>,
    pub time_ms: Option<i64>,
    pub project: Option<Cow<'a, str>>,
    pub is_subagent: bool,
    /// A prompt that a person wrote.
    pub is_prompt: bool,
    pub model: Option<Cow<'a, str>>,
    pub usage: Option<Spent>,
    /// Calls of tools: id and name.
    pub calls: Vec<(u64, Cow<'a, str>)>,
    /// Ids of the calls that failed.
    pub failures: Vec<u64>,
}

/// What a message took so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent {
    /// The message's id, or what stands for it where there is none.
    pub message: u64,
    pub speed: Speed,
    pub tokens: Tokens,
}

impl<'a> Record<'a> {
    /// Reads a line; `None` when it is no JSON object.
    pub(super) fn read(line: &'a [u8]) -> Option<Self> {
        let Taken(fields) = serde_json::from_slice::<Taken<Fields<'a>>>(line).ok()?;
        let fields = fields?;
        let mut record = Self {
            uuid: fields.uuid,
            session: fields.session,
            time_ms: fields.time.as_deref().and_then(time_ms),
            project: fields.project,
            is_subagent: fields.is_subagent,
            ..Self::default()
        };
        let Some(message) = fields.message else { return Some(record) };
        let content = message.content.unwrap_or_default();
        let is_user = fields.kind.as_deref() == Some("user");
        record.is_prompt = is_user && !content.has_results && !fields.is_meta && !record.is_subagent;
        (record.calls, record.failures) = (content.calls, content.failures);
        // Messages that Claude Code makes itself cost nothing.
        if message.model.as_deref() != Some("<synthetic>") {
            record.usage = message.id.or(record.uuid).zip(message.usage).map(|(message, usage)| Spent {
                message,
                speed: usage.speed,
                tokens: usage.tokens(),
            });
        }
        record.model = message.model;
        Some(record)
    }
}

/// Says that a type is taken from a JSON object: for each named key what becomes of its value, all else is passed over.
macro_rules! take_map {
    ($type:ty, |$into:ident, $map:ident| { $($key:literal => $take:expr,)+ }) => {
        impl<'de> Take<'de> for $type {
            fn map<A: MapAccess<'de>>(mut $map: A) -> Result<Option<Self>, A::Error> {
                let mut $into = Self::default();
                while let Some(Taken(key)) = $map.next_key::<Taken<Cow<'de, str>>>()? {
                    match key.as_deref().unwrap_or_default() {
                        $($key => $take,)+
                        _ => {
                            $map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(Some($into))
            }
        }
    };
}

/// The id in a text, as its hash.
struct Id(u64);

impl<'de> Take<'de> for Id {
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(Self(hash(text.as_bytes())))
    }
}

fn id<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<u64>, A::Error> {
    Ok(map.next_value::<Taken<Id>>()?.0.map(|id| id.0))
}

fn is_true<'de, A: MapAccess<'de>>(map: &mut A) -> Result<bool, A::Error> {
    Ok(map.next_value::<Taken<bool>>()?.0 == Some(true))
}

fn count<'de, A: MapAccess<'de>>(map: &mut A) -> Result<u64, A::Error> {
    Ok(map.next_value::<Taken<u64>>()?.0.unwrap_or(0))
}

#[derive(Default)]
struct Fields<'a> {
    uuid: Option<u64>,
    session: Option<Cow<'a, str>>,
    time: Option<Cow<'a, str>>,
    project: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    is_subagent: bool,
    is_meta: bool,
    message: Option<Message<'a>>,
}

take_map!(Fields<'de>, |fields, map| {
    "uuid" => fields.uuid = id(&mut map)?,
    "sessionId" => fields.session = map.next_value::<Taken<_>>()?.0,
    "timestamp" => fields.time = map.next_value::<Taken<_>>()?.0,
    "cwd" => fields.project = map.next_value::<Taken<_>>()?.0,
    "type" => fields.kind = map.next_value::<Taken<_>>()?.0,
    "isSidechain" => fields.is_subagent = is_true(&mut map)?,
    "isMeta" => fields.is_meta = is_true(&mut map)?,
    "message" => fields.message = map.next_value::<Taken<_>>()?.0,
});

#[derive(Default)]
struct Message<'a> {
    id: Option<u64>,
    model: Option<Cow<'a, str>>,
    content: Option<Content<'a>>,
    usage: Option<Usage>,
}

take_map!(Message<'de>, |message, map| {
    "id" => message.id = id(&mut map)?,
    "model" => message.model = map.next_value::<Taken<_>>()?.0,
    "content" => message.content = map.next_value::<Taken<_>>()?.0,
    "usage" => message.usage = map.next_value::<Taken<_>>()?.0,
});

#[derive(Default)]
struct Content<'a> {
    calls: Vec<(u64, Cow<'a, str>)>,
    failures: Vec<u64>,
    has_results: bool,
}

impl<'de> Take<'de> for Content<'de> {
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut content = Self::default();
        while let Some(Taken(block)) = list.next_element::<Taken<Block<'de>>>()? {
            let Some(block) = block else { continue };
            match block.kind.as_deref() {
                Some("tool_use") => content.calls.extend(block.id.zip(block.name)),
                Some("tool_result") => {
                    content.has_results = true;
                    content.failures.extend(block.call.filter(|_| block.is_error));
                }
                _ => {}
            }
        }
        Ok(Some(content))
    }
}

#[derive(Default)]
struct Block<'a> {
    kind: Option<Cow<'a, str>>,
    id: Option<u64>,
    name: Option<Cow<'a, str>>,
    call: Option<u64>,
    is_error: bool,
}

take_map!(Block<'de>, |block, map| {
    "type" => block.kind = map.next_value::<Taken<_>>()?.0,
    "id" => block.id = id(&mut map)?,
    "name" => block.name = map.next_value::<Taken<_>>()?.0,
    "tool_use_id" => block.call = id(&mut map)?,
    "is_error" => block.is_error = is_true(&mut map)?,
});

#[derive(Default)]
struct Usage {
    input: u64,
    output: u64,
    written: u64,
    read: u64,
    parts: Option<Parts>,
    speed: Speed,
}

take_map!(Usage, |usage, map| {
    "input_tokens" => usage.input = count(&mut map)?,
    "output_tokens" => usage.output = count(&mut map)?,
    "cache_creation_input_tokens" => usage.written = count(&mut map)?,
    "cache_read_input_tokens" => usage.read = count(&mut map)?,
    "cache_creation" => usage.parts = map.next_value::<Taken<_>>()?.0,
    "speed" => usage.speed = Speed::named(map.next_value::<Taken<Cow<'de, str>>>()?.0.as_deref()),
});

#[derive(Default)]
struct Parts {
    five: u64,
    hour: u64,
}

take_map!(Parts, |parts, map| {
    "ephemeral_5m_input_tokens" => parts.five = count(&mut map)?,
    "ephemeral_1h_input_tokens" => parts.hour = count(&mut map)?,
});

impl Usage {
    /// The five kinds of tokens. Records that do not part cache writes by their time mean five minutes.
    fn tokens(&self) -> Tokens {
        let (five, hour) = self.parts.as_ref().map_or((self.written, 0), |parts| (parts.five, parts.hour));
        // Where the parts say less than the sum, the rest is of the shorter kind.
        let five = five.max(self.written.saturating_sub(hour));
        Tokens {
            input: self.input,
            output: self.output,
            cache_write_5m: five,
            cache_write_1h: hour,
            cache_read: self.read,
        }
    }
}

fn time_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}
