//! Scrubbed events: the only form in which anything of a transcript may be stored or sent.
//!
//! [`Events`] has no public maker and no `Deserialize`, `From` or `Default`: [`Policy`](crate::Policy) alone fills it.

use std::fmt;
use std::str::FromStr;

/// How much of a record may leave, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Counts, tokens, model, tool names, durations, outcomes, pseudonyms.
    Metrics,
    /// Also first words of commands, file extensions, error classes, shapes of texts.
    Activity,
    /// Also scrubbed texts, each once.
    Content,
}

impl Tier {
    /// All tiers, narrowest first.
    pub const ALL: [Self; 3] = [Self::Metrics, Self::Activity, Self::Content];

    /// The name in settings, events and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Activity => "activity",
            Self::Content => "content",
        }
    }

    /// The data class that events of this tier carry.
    pub const fn data_class(self) -> DataClass {
        match self {
            Self::Metrics => DataClass::Internal,
            Self::Activity => DataClass::Confidential,
            Self::Content => DataClass::Restricted,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not the name of a tier.
#[derive(Debug, thiserror::Error)]
#[error("not a tier (one of metrics, activity, content)")]
pub struct UnknownTier;

impl FromStr for Tier {
    type Err = UnknownTier;

    fn from_str(text: &str) -> Result<Self, UnknownTier> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == text).ok_or(UnknownTier)
    }
}

/// How an event must be handled downstream; each class has a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataClass {
    /// Events of the `metrics` tier.
    Internal,
    /// Events of the `activity` tier.
    Confidential,
    /// Events of the `content` tier.
    Restricted,
}

impl DataClass {
    /// All classes, least sensitive first.
    pub const ALL: [Self; 3] = [Self::Internal, Self::Confidential, Self::Restricted];

    /// The name in events and settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }

    /// The tier whose events carry this class.
    pub const fn tier(self) -> Tier {
        match self {
            Self::Internal => Tier::Metrics,
            Self::Confidential => Tier::Activity,
            Self::Restricted => Tier::Content,
        }
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A keyed hash of a source record: equal for every reading and copy of it, and not reversible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(crate) [u8; 16]);

impl EventId {
    /// Half of the hash: enough to tell the events of one session apart (a million of them have two that are equal here
    /// once in 30 million sessions).
    pub fn half(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Half of the keyed hash of a session: the number that its events carry as `session`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionTag(pub u64);

/// Half of the keyed hash of the working folder that a record belongs to: who has the key and the folder can tell, nobody
/// else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectTag(pub u64);

impl ProjectTag {
    /// Of records that name no folder, nor does their file.
    pub const NONE: Self = Self(0);
    /// Of what the agent tells of itself; no rule for projects is about that.
    pub const AGENT: Self = Self(u64::MAX);
}

/// Where an event ends in its run, and what it is told apart by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) id: EventId,
    pub(crate) session: SessionTag,
    pub(crate) project: ProjectTag,
    pub(crate) end: usize,
}

/// A run of scrubbed events of one tier, in source order, as NDJSON lines that each end with `\n`.
///
/// Buffers are kept by [`Events::clear`], so that a reader in the steady state allocates nothing per line.
pub struct Events {
    tier: Tier,
    pub(crate) ndjson: Vec<u8>,
    pub(crate) index: Vec<Entry>,
}

/// One scrubbed event.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    id: EventId,
    session: SessionTag,
    project: ProjectTag,
    line: &'a [u8],
}

impl Events {
    pub(crate) fn new(tier: Tier) -> Self {
        Self { tier, ndjson: Vec::new(), index: Vec::new() }
    }

    /// The tier of every event within.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The events as NDJSON, each line ending with `\n`.
    pub fn ndjson(&self) -> &[u8] {
        &self.ndjson
    }

    /// The events one by one.
    pub fn iter(&self) -> impl Iterator<Item = Event<'_>> {
        let mut start = 0;
        self.index.iter().map(move |&Entry { id, session, project, end }| {
            let line = self.ndjson.get(start..end).unwrap_or_default();
            start = end;
            Event { id, session, project, line }
        })
    }

    /// Takes out the events for which `keep` says no; returns how many. Copies nothing where it says yes to all.
    pub fn retain(&mut self, mut keep: impl FnMut(SessionTag, EventId) -> bool) -> u64 {
        let (mut start, mut kept, mut taken) = (0, 0, 0);
        self.index.retain_mut(|entry| {
            let line = start..entry.end;
            start = entry.end;
            if !keep(entry.session, entry.id) {
                taken += 1;
                return false;
            }
            let length = line.len();
            if line.start != kept {
                self.ndjson.copy_within(line, kept);
            }
            kept += length;
            entry.end = kept;
            true
        });
        self.ndjson.truncate(kept);
        taken
    }

    /// Empties the run and keeps its buffers.
    pub fn clear(&mut self) {
        self.ndjson.clear();
        self.index.clear();
    }
}

impl<'a> Event<'a> {
    /// The event's stable id.
    pub fn id(&self) -> EventId {
        self.id
    }

    /// The session it belongs to.
    pub fn session(&self) -> SessionTag {
        self.session
    }

    /// The working folder it belongs to.
    pub fn project(&self) -> ProjectTag {
        self.project
    }

    /// The event as one JSON line, `\n` included.
    pub fn line(&self) -> &'a [u8] {
        self.line
    }
}
