//! The policy in force: allow-list, detectors, pseudonyms and tier together. The only maker of [`Events`].

use crate::detect::{self, Engine};
use crate::{AllowList, Counts, DropReason, EventId, Events, PseudonymKey, RawLine, Tier};

/// Facts about this machine and installation that events carry as pseudonyms or as they stand.
pub struct HostFacts {
    /// Login name; leaves as a pseudonym.
    pub login: String,
    /// Host name; leaves as a pseudonym.
    pub host: String,
    /// Home folder; never leaves.
    pub home: String,
    /// `linux`, `macos` or `windows`.
    pub os: &'static str,
    /// The organisation's name from the policy; `None` leaves the field out.
    pub org: Option<String>,
}

/// What a [`Policy`] is made of.
pub struct PolicyParts {
    /// Which fields may leave, and how.
    pub allow_list: AllowList,
    /// The detectors.
    pub engine: Engine,
    /// The installation's pseudonym key.
    pub key: PseudonymKey,
    /// Facts about this machine.
    pub host: HostFacts,
    /// The effective tier.
    pub tier: Tier,
    /// The consent under which events are made; empty in previews.
    pub consent_id: String,
    /// The agent's version.
    pub agent_version: String,
    /// The longest event line in bytes; texts are cut to fit. Default 1,000 KiB less one, the limit of a Firehose record.
    pub event_bytes_max: usize,
}

/// A hash of everything that decides what leaves: allow-list, rules, tier, version. Events carry it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyId(String);

impl PolicyId {
    /// The id's text, 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the organisation, the user and the project itself say of the project a record belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectDecision {
    /// Ship, at this tier at most.
    Ship(Tier),
    /// Not even read.
    Deny,
    /// The record names no folder and rules are in force, so nobody can tell.
    Unknown,
}

/// Decides about projects. Asked for each record, so implementations remember their answers.
pub trait Projects {
    /// Decides for a working folder; `None` where the record and its file name none.
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision;
}

/// What is known of a transcript file as its lines go by.
pub struct Source {
    /// The session as the file's name tells it; used where a record names none.
    pub session: String,
    /// The working folder of the last record that named one, or of the first that will.
    pub cwd: Option<String>,
}

/// Buffers that scrubbing uses again and again.
#[derive(Default)]
pub struct Scratch {
    /// What was done so far.
    pub counts: Counts,
    detect: detect::Scratch,
}

/// What became of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An event was appended.
    Event(EventId),
    /// The line is blank.
    Blank,
    /// Nothing leaves; counted.
    Dropped(DropReason),
}

/// The policy in force.
pub struct Policy {
    parts: PolicyParts,
    id: PolicyId,
}

impl Policy {
    /// Puts the parts together.
    pub fn new(parts: PolicyParts) -> Self {
        Self { parts, id: PolicyId(String::new()) }
    }

    /// The policy's id.
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// The tier in force.
    pub fn tier(&self) -> Tier {
        self.parts.tier
    }

    /// The detectors in force.
    pub fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    /// An empty run of events of `tier`, to be filled by [`Policy::scrub`].
    pub fn events(&self, tier: Tier) -> Events {
        Events::new(tier)
    }

    /// Scrubs one line and appends its event, if any, to the run of its tier in `out` (indexed by tier, narrowest first).
    ///
    /// `now_ms` is the time of ingestion in milliseconds since 1970 UTC. A panic within is caught, counted and leaves `out` as it was.
    pub fn scrub(
        &self,
        line: &RawLine<'_>,
        source: &mut Source,
        projects: &mut dyn Projects,
        now_ms: i64,
        scratch: &mut Scratch,
        out: &mut [Events; 3],
    ) -> Outcome {
        let _ = (line.bytes(), source, projects, now_ms, &mut scratch.detect, out);
        Outcome::Dropped(DropReason::UnknownType)
    }

    /// Scrubs an event that was made under another policy, or narrows it to the present tier; appends the outcome to `out`.
    pub fn scrub_again(&self, line: &[u8], scratch: &mut Scratch, out: &mut [Events; 3]) -> Outcome {
        let _ = (line, scratch, out);
        Outcome::Dropped(DropReason::UnknownType)
    }

    /// Copies plain text to `out` with everything found in it replaced.
    pub fn scrub_text(&self, text: &[u8], scratch: &mut Scratch, out: &mut Vec<u8>) {
        let _ = (text, scratch, out);
    }
}
