//! The policy in force: allow-list, detectors, pseudonyms and tier together. The only maker of [`Events`].

mod again;
mod draft;
mod erasure;
mod explain;
mod health;
mod memo;
mod own;
mod parts;
mod project;
mod redact;
mod replace;
mod time;
mod write;

use crate::allow::Trie;
use crate::detect::Engine;
use crate::event::Entry;
use crate::json::{self, Kind, Tape};
use crate::{Counts, DropReason, EventId, Events, ProjectTag, PseudonymKey, RawLine, SessionTag, Tier};
pub use again::Origin;
pub use draft::Verdict;
pub use explain::FieldReport;
pub use health::Health;
pub use parts::{HostFacts, PolicyParts, ProjectDecision, Projects, Pseudonyms, Source, SourceKind, is_folder};
pub use replace::Replacements;

use draft::{Draft, FieldName};
use memo::Memo;
use project::{Places, Walk};
use redact::{Container, Redacted, Redactor};
use replace::Rotation;
use ring::digest;
use std::panic::{AssertUnwindSafe, catch_unwind};
use write::{Bodies, Frame, Harvest, Head, Names, Writer};

/// A hash of all by which records are projected and scrubbed: allow-list, rules, tier, version. Events carry it; it is the same in
/// every installation where these are the same. Which projects are read is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyId(String);

impl PolicyId {
    /// The id's text, 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Buffers that scrubbing uses again and again, and what was counted.
#[derive(Default)]
pub struct Scratch {
    /// What was done so far. Redactions are counted once the event is whole.
    pub counts: Counts,
    tape: Tape,
    draft: Draft,
    memo: Memo,
    redactor: Redactor,
    bodies: Bodies,
    rotation: Rotation,
    text: Vec<u8>,
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
    places: Places,
    frame: Frame,
}

/// Runs of events, one for each tier, narrowest first.
pub type EventsByTier = [Events; 3];

impl Policy {
    /// Puts the parts together.
    pub fn new(parts: PolicyParts) -> Self {
        let id = policy_id(&parts);
        let places = Places::new(&parts.allow_list);
        let frame = frame(&parts, &id);
        Self { parts, id, places, frame }
    }

    /// The policy's id.
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// The tier in force.
    pub fn tier(&self) -> Tier {
        self.parts.tier
    }

    /// The consent under which events are made; empty in previews.
    pub fn consent_id(&self) -> &str {
        &self.parts.consent_id
    }

    /// The detectors in force.
    pub fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    /// The installation's pseudonym key.
    pub fn key(&self) -> &PseudonymKey {
        &self.parts.key
    }

    /// Empty runs of events, to be filled by [`Policy::scrub`].
    pub fn events(&self) -> EventsByTier {
        Tier::ALL.map(Events::new)
    }

    /// Scrubs one line and appends its event, if any, to the run of its tier in `out`.
    ///
    /// `now_ms` is the time of ingestion in milliseconds since 1970 UTC. A panic within is caught and counted, and
    /// leaves `out` as it was.
    pub fn scrub(
        &self,
        line: &RawLine<'_>,
        source: &mut Source,
        projects: &mut dyn Projects,
        now_ms: i64,
        scratch: &mut Scratch,
        out: &mut EventsByTier,
    ) -> Outcome {
        scratch.counts.lines += 1;
        scratch.counts.bytes += line.place().length;
        let bytes = line.bytes();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Outcome::Blank;
        }
        guarded(scratch, out, |scratch, out| self.scrub_line(bytes, source, projects, now_ms, scratch, out))
    }

    fn scrub_line(
        &self,
        bytes: &[u8],
        source: &mut Source,
        projects: &mut dyn Projects,
        now_ms: i64,
        scratch: &mut Scratch,
        out: &mut EventsByTier,
    ) -> Result<EventId, DropReason> {
        simdutf8::basic::from_utf8(bytes).map_err(|_| DropReason::NotUtf8)?;
        scratch.tape.index(bytes).map_err(|_| DropReason::NotJson)?;
        scratch.tape.root_object().ok_or(DropReason::NotJson)?;
        let kind = self.kind(bytes, source, scratch)?;
        let rule = self.parts.allow_list.trie().member(Trie::ROOT, kind).ok_or(DropReason::UnknownType)?;
        let tier = self.decide(bytes, source, projects, scratch)?;
        let Scratch { tape, draft, memo, redactor, bodies, rotation, .. } = scratch;
        let key = &self.parts.key;
        let session = string_member(tape, bytes, "sessionId").unwrap_or(source.session.as_bytes());
        let id = self.event_id(tape, bytes, session, kind);
        let tag = SessionTag(memo.pseudonym(key, "session", session).half());
        if projects.is_stored(tag, id) {
            return Err(DropReason::AlreadyStored);
        }
        draft.clear();
        redactor.clear();
        self.walk(bytes, tape, tier, memo, draft).record(rule);
        self.settle_keys(bytes, draft, memo, redactor);
        let stamp = rotation.stamp(&self.parts, now_ms);
        let harvest = Harvest { line: bytes, draft, places: &self.places };
        bodies.scrub(harvest, self.parts.event_bytes_max, &self.parts.engine, &stamp, redactor, tag);
        fill_session(draft, memo, key, session);
        let project = match &source.cwd {
            Some(cwd) => ProjectTag(memo.pseudonym(key, "project", cwd.as_bytes()).half()),
            None => ProjectTag::NONE,
        };
        let head = Head { id, session: tag, project, kind, tier, now_ms };
        let events = run_of(out, tier).ok_or(DropReason::TooLarge)?;
        self.write(bytes, scratch, &head, events)?;
        self.count(scratch);
        Ok(id)
    }

    fn walk<'a>(
        &'a self,
        bytes: &'a [u8],
        tape: &'a Tape,
        tier: Tier,
        memo: &'a mut Memo,
        draft: &'a mut Draft,
    ) -> Walk<'a> {
        let (allow, places, key) = (&self.parts.allow_list, &self.places, &self.parts.key);
        Walk { bytes, tape, allow, places, key, tier, memo, draft }
    }

    /// The record's type, which must be one that ships.
    fn kind<'b>(&self, bytes: &'b [u8], source: &Source, scratch: &mut Scratch) -> Result<&'b [u8], DropReason> {
        if source.kind == SourceKind::History {
            return Ok(b"history");
        }
        let kind = string_member(&scratch.tape, bytes, "type").unwrap_or_default();
        if kind == b"history" || self.parts.allow_list.trie().member(Trie::ROOT, kind).is_none() {
            if self.parts.allow_list.is_unshipped(kind) {
                return Err(DropReason::TypeNotShipped);
            }
            let mut name = Vec::new();
            scratch.memo.pseudonym(&self.parts.key, "type", kind).write_hex(8, &mut name);
            *scratch.counts.unknown_types.entry(String::from_utf8_lossy(&name).into_owned()).or_default() += 1;
            return Err(DropReason::UnknownType);
        }
        Ok(kind)
    }

    /// What the record's project says: the tier at which the record ships.
    fn decide(
        &self,
        bytes: &[u8],
        source: &mut Source,
        projects: &mut dyn Projects,
        scratch: &mut Scratch,
    ) -> Result<Tier, DropReason> {
        let is_history = source.kind == SourceKind::History;
        if let Some(raw) = string_member(&scratch.tape, bytes, if is_history { "project" } else { "cwd" }) {
            scratch.text.clear();
            json::decode(raw, &mut scratch.text);
            let known = source.cwd.as_ref().is_some_and(|cwd| cwd.as_bytes() == scratch.text);
            if !known && is_folder(&scratch.text) {
                source.cwd = Some(String::from_utf8_lossy(&scratch.text).into_owned());
            } else if !known && is_history {
                // Its lines stand alone: the folder of the line before says nothing of this one.
                source.cwd = None;
            }
        }
        let decision = projects.decide(source.cwd.as_deref());
        scratch.redactor.scan.set_scopes(projects.scopes());
        match decision {
            ProjectDecision::Ship(tier) => Ok(tier.min(self.parts.tier)),
            ProjectDecision::Deny => Err(DropReason::ProjectDenied),
            ProjectDecision::Unknown => Err(DropReason::ProjectUnknown),
        }
    }

    /// Turns free keys in which the detectors find something into pseudonyms.
    fn settle_keys(&self, bytes: &[u8], draft: &mut Draft, memo: &mut Memo, redactor: &mut Redactor) {
        for text in &mut draft.texts {
            if let FieldName::Free(key) = text.field
                && redactor.finds(&self.parts.engine, key.of(bytes))
            {
                text.field = FieldName::Hash(memo.pseudonym(&self.parts.key, "key", key.of(bytes)));
            }
        }
    }

    /// Hashes (session, uuid, kind); records without a uuid are told apart by their bytes.
    fn event_id(&self, tape: &Tape, bytes: &[u8], session: &[u8], kind: &[u8]) -> EventId {
        let key = &self.parts.key;
        let pseudonym = match string_member(tape, bytes, "uuid") {
            Some(uuid) if !uuid.is_empty() => key.pseudonym("event", &[session, uuid, kind, b"0"]),
            _ => key.pseudonym("event-line", &[session, bytes, kind, b"0"]),
        };
        EventId(pseudonym.0)
    }

    /// Writes the event; texts are cut until it fits, and what was replaced must have left valid JSON.
    fn write(
        &self,
        bytes: &[u8],
        scratch: &mut Scratch,
        head: &Head<'_>,
        events: &mut Events,
    ) -> Result<(), DropReason> {
        let start = events.ndjson.len();
        loop {
            Writer {
                line: bytes,
                draft: &scratch.draft,
                bodies: &scratch.bodies,
                redactor: &scratch.redactor,
                engine: &self.parts.engine,
                places: &self.places,
                key_id: scratch.rotation.key_id(),
                out: &mut events.ndjson,
            }
            .event(head, &self.frame);
            let length = events.ndjson.len() - start;
            if length <= self.parts.event_bytes_max {
                break;
            }
            events.ndjson.truncate(start);
            if !scratch.bodies.cut_to_fit(bytes, length - self.parts.event_bytes_max) {
                return Err(DropReason::TooLarge);
            }
        }
        if !scratch.bodies.are_sound(bytes) {
            return Err(DropReason::NotJson);
        }
        let Head { id, session, project, .. } = *head;
        events.index.push(Entry { id, session, project, end: events.ndjson.len() });
        Ok(())
    }

    fn count(&self, scratch: &mut Scratch) {
        let Scratch { counts, draft, redactor, bodies, .. } = scratch;
        counts.fields_unlisted += draft.unlisted;
        counts.fields_misshapen += draft.misshapen;
        counts.texts_twin += draft.twins;
        counts.texts_cut += bodies.cut_count();
        redactor.scan.take_allowed(&self.parts.engine, &mut counts.allowed);
        if redactor.found() {
            for (rule, hits) in redactor.hits(&self.parts.engine) {
                match counts.redactions.get_mut(rule) {
                    Some(count) => *count += hits,
                    None => drop(counts.redactions.insert(rule.to_owned(), hits)),
                }
            }
        }
    }

    /// Copies plain text to `out` with everything found in it replaced, by hashes under the key that never changes.
    pub fn scrub_text(&self, text: &[u8], scratch: &mut Scratch, out: &mut Vec<u8>) {
        scratch.redactor.clear();
        let stamp = Rotation::stamp_of_no_time(&self.parts);
        let redacted = scratch.redactor.redact(&self.parts.engine, &stamp, text, Container::Plain, out);
        if redacted == Redacted::Unchanged {
            out.extend_from_slice(text);
        }
        scratch.draft.clear();
        scratch.bodies = Bodies::default();
        self.count(scratch);
    }
}

/// Scrubs a line by `scrub`, and counts what became of it. Whatever is not a whole event in the end leaves `out` as it was.
fn guarded(
    scratch: &mut Scratch,
    out: &mut EventsByTier,
    scrub: impl FnOnce(&mut Scratch, &mut EventsByTier) -> Result<EventId, DropReason>,
) -> Outcome {
    let lengths = out.each_ref().map(|events| (events.ndjson.len(), events.index.len()));
    let outcome = match catch_unwind(AssertUnwindSafe(|| scrub(scratch, out))) {
        Ok(Ok(id)) => Outcome::Event(id),
        Ok(Err(reason)) => Outcome::Dropped(reason),
        Err(_) => {
            // Buffers may be half filled; none of them is trusted again.
            *scratch = Scratch { counts: std::mem::take(&mut scratch.counts), ..Scratch::default() };
            Outcome::Dropped(DropReason::Panicked)
        }
    };
    match outcome {
        Outcome::Event(_) => scratch.counts.events += 1,
        Outcome::Dropped(reason) => {
            for (events, (bytes, index)) in out.iter_mut().zip(lengths) {
                events.ndjson.truncate(bytes);
                events.index.truncate(index);
            }
            *scratch.counts.dropped.entry(reason).or_default() += 1;
        }
        Outcome::Blank => {}
    }
    outcome
}

fn run_of(out: &mut EventsByTier, tier: Tier) -> Option<&mut Events> {
    out.iter_mut().find(|events| events.tier() == tier)
}

/// The inside of the string member `key` of the root.
fn string_member<'b>(tape: &Tape, bytes: &'b [u8], key: &str) -> Option<&'b [u8]> {
    let node = tape.member(bytes, 0, key).and_then(|place| tape.node(place))?;
    (node.kind == Kind::String).then(|| node.span.of(bytes))
}

/// Fills `session` where the record names none.
fn fill_session(draft: &mut Draft, memo: &mut Memo, key: &PseudonymKey, session: &[u8]) {
    let place = crate::schema::RECORD_FIELDS.iter().position(|field| field.name == "session");
    if let Some(place) = place
        && draft.values.get(place) == draft::Value::Absent
        && !session.is_empty()
    {
        draft.values.set(place, draft::Value::Hash(memo.pseudonym(key, "session", session)));
    }
}

fn policy_id(parts: &PolicyParts) -> PolicyId {
    let rules: Vec<u8> = parts.engine.rules().iter().flat_map(|rule| [rule.id.as_bytes(), b"\n"].concat()).collect();
    let limit = parts.event_bytes_max.to_string();
    let mut whole = digest::Context::new(&digest::SHA256);
    for part in [
        parts.allow_list.source().as_bytes(),
        &rules,
        &parts.engine.fingerprint(),
        parts.tier.as_str().as_bytes(),
        parts.agent_version.as_bytes(),
        limit.as_bytes(),
        &parts.replacements.fingerprint(),
    ] {
        whole.update(&(part.len() as u64).to_le_bytes());
        whole.update(part);
    }
    PolicyId(whole.finish().as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

fn frame(parts: &PolicyParts, id: &PolicyId) -> Frame {
    let mut host = Vec::new();
    let mut member = |name: &str, write: &dyn Fn(&mut Vec<u8>)| {
        host.extend_from_slice(format!(",\"{name}\":\"").as_bytes());
        write(&mut host);
        host.push(b'"');
    };
    let Pseudonyms { user, host: name } = parts.host.pseudonyms(&parts.key);
    member("user", &|out| out.extend_from_slice(user.as_bytes()));
    member("host", &|out| out.extend_from_slice(name.as_bytes()));
    member("os", &|out| json::encode(parts.host.os.as_bytes(), out));
    if let Some(org) = &parts.host.org {
        member("org", &|out| json::encode(org.as_bytes(), out));
    }
    let mut policy = Vec::new();
    for (name, value) in
        [("agent_version", parts.agent_version.as_str()), ("policy_id", id.as_str()), ("consent_id", &parts.consent_id)]
    {
        policy.extend_from_slice(format!(",\"{name}\":\"").as_bytes());
        json::encode(value.as_bytes(), &mut policy);
        policy.push(b'"');
    }
    Frame {
        host: String::from_utf8_lossy(&host).into_owned(),
        policy: String::from_utf8_lossy(&policy).into_owned(),
        names: Names::new(),
    }
}

#[cfg(test)]
mod tests;
