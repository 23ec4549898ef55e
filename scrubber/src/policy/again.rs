//! Scrubs a spooled event again: when the policy has changed since, or the tier has been narrowed.
//!
//! The event is read as the data it is: only members that the schema names are written again, at the present
//! tier, and every text goes through the present detectors.

use super::health::is_count_name;
use super::redact::{Container, Redacted, Redactor};
use super::replace::Stamp;
use super::time::time_ms;
use super::{EventsByTier, Outcome, Policy, Scratch, run_of};
use crate::allow::{is_count, is_duration, is_integer};
use crate::detect::Scopes;
use crate::event::Entry;
use crate::json::{Kind, Node, Tape};
use crate::schema::{FieldType, Group, TEXT_FIELDS, fields};
use crate::{DropReason, EventId, Events, ProjectTag, SessionTag, Tier};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What is known of spooled events besides their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The project that they belong to.
    pub project: ProjectTag,
    /// The widest tier at which the project's events may leave now.
    pub ceiling: Tier,
}

impl Policy {
    /// Scrubs one event line that was made under another policy and appends the outcome to the run of its tier.
    ///
    /// The tier is the narrowest of the event's, the project's and the present one; id, times and pseudonyms stay. A line that is
    /// not an event of schema version 1 is dropped.
    pub fn scrub_again(&self, line: &[u8], origin: Origin, scratch: &mut Scratch, out: &mut EventsByTier) -> Outcome {
        let lengths = out.each_ref().map(|events| (events.ndjson.len(), events.index.len()));
        let outcome = match catch_unwind(AssertUnwindSafe(|| self.event_again(line, origin, scratch, out))) {
            Ok(Ok(id)) => return Outcome::Event(id),
            Ok(Err(reason)) => reason,
            Err(_) => {
                *scratch = Scratch { counts: std::mem::take(&mut scratch.counts), ..Scratch::default() };
                DropReason::Panicked
            }
        };
        for (events, (bytes, index)) in out.iter_mut().zip(lengths) {
            events.ndjson.truncate(bytes);
            events.index.truncate(index);
        }
        *scratch.counts.dropped.entry(outcome).or_default() += 1;
        Outcome::Dropped(outcome)
    }

    fn event_again(
        &self,
        line: &[u8],
        origin: Origin,
        scratch: &mut Scratch,
        out: &mut EventsByTier,
    ) -> Result<EventId, DropReason> {
        let mut tape = std::mem::take(&mut scratch.tape);
        let result = self.rewrite(line, origin, &mut tape, scratch, out);
        scratch.tape = tape;
        result
    }

    fn rewrite(
        &self,
        line: &[u8],
        Origin { project, ceiling }: Origin,
        tape: &mut Tape,
        scratch: &mut Scratch,
        out: &mut EventsByTier,
    ) -> Result<EventId, DropReason> {
        std::str::from_utf8(line).map_err(|_| DropReason::NotUtf8)?;
        tape.index(line).map_err(|_| DropReason::NotJson)?;
        tape.root_object().ok_or(DropReason::NotJson)?;
        let text = |name: &str| super::string_member(tape, line, name).and_then(|raw| std::str::from_utf8(raw).ok());
        if text("schema") != Some(crate::schema::SCHEMA) {
            return Err(DropReason::UnknownType);
        }
        let made_at: Tier = text("tier").and_then(|tier| tier.parse().ok()).ok_or(DropReason::UnknownType)?;
        let id = text("event_id").and_then(parse_id).ok_or(DropReason::UnknownType)?;
        let session = text("session").and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let tier = made_at.min(self.parts.tier).min(ceiling);
        scratch.redactor.clear();
        // The event tells no folder, so only what holds everywhere is let pass.
        scratch.redactor.scan.set_scopes(Scopes::default());
        let events = run_of(out, tier).ok_or(DropReason::UnknownType)?;
        let start = events.ndjson.len();
        let made_ms = text("ingest_time").and_then(|time| time_ms(time.as_bytes())).ok_or(DropReason::UnknownType)?;
        let same_consent = text("consent_id") == Some(&self.parts.consent_id);
        let Scratch { redactor, rotation, .. } = &mut *scratch;
        // What is found now gets the key of the time of what was found then.
        let stamp = rotation.stamp(&self.parts, made_ms);
        let misshapen = Rewriter { policy: self, line, tape, redactor, stamp, tier, same_consent, misshapen: 0 }
            .event(&mut events.ndjson);
        scratch.counts.fields_misshapen += misshapen;
        self.name_key(text("redaction_key"), scratch, &mut events.ndjson);
        events.ndjson.extend_from_slice(self.frame.policy.as_bytes());
        events.ndjson.extend_from_slice(b"}\n");
        let session = SessionTag(session.unwrap_or_default());
        let entry = Entry { id, session, project, end: events.ndjson.len() };
        finish(tape, events, start, entry, self.parts.event_bytes_max)?;
        self.count_again(scratch);
        Ok(id)
    }

    /// Writes the id of the key of replacements: of those that are found now, else of those that were there.
    fn name_key(&self, before: Option<&str>, scratch: &Scratch, out: &mut Vec<u8>) {
        let found = scratch.redactor.found();
        let id = if found { scratch.rotation.key_id() } else { before };
        if let Some(id) = id.filter(|_| found || before.is_some()) {
            out.extend_from_slice(b",\"redaction_key\":");
            quote(id, out);
        }
    }

    fn count_again(&self, scratch: &mut Scratch) {
        scratch.redactor.scan.take_allowed(&self.parts.engine, &mut scratch.counts.allowed);
        for (rule, hits) in scratch.redactor.hits(&self.parts.engine) {
            *scratch.counts.redactions.entry(rule.to_owned()).or_default() += hits;
        }
    }
}

fn finish(
    tape: &mut Tape,
    events: &mut Events,
    start: usize,
    entry: Entry,
    bytes_max: usize,
) -> Result<(), DropReason> {
    let event = events.ndjson.get(start..).unwrap_or_default();
    if event.len() > bytes_max {
        return Err(DropReason::TooLarge);
    }
    tape.index(event).map_err(|_| DropReason::NotJson)?;
    events.index.push(entry);
    Ok(())
}

fn parse_id(text: &str) -> Option<EventId> {
    let mut bytes = [0; 16];
    let digits = text.as_bytes();
    if digits.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let [high, low] = pair else { return None };
        let value = char::from(*high).to_digit(16)? << 4 | char::from(*low).to_digit(16)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(EventId(bytes))
}

struct Rewriter<'a> {
    policy: &'a Policy,
    line: &'a [u8],
    tape: &'a Tape,
    redactor: &'a mut Redactor,
    stamp: Stamp<'a>,
    tier: Tier,
    /// The event was made under the consent that it gets now.
    same_consent: bool,
    /// Values that were left out for their shape.
    misshapen: u64,
}

impl Rewriter<'_> {
    /// Writes the event, and says how many values it left out for their shape.
    fn event(mut self, out: &mut Vec<u8>) -> u64 {
        out.push(b'{');
        let mut first = true;
        for child in self.tape.children(0) {
            let Some(node) = self.tape.node(child).copied() else { continue };
            let key = node.key.of(self.line);
            let group = Group::ALL.into_iter().find(|group| *group != Group::Top && group.name().as_bytes() == key);
            let allowed = match group {
                Some(group) => fields().any(|field| field.group == group && field.tier <= self.tier),
                None if key == b"redactions" => true,
                None => self.names(Group::Top, key),
            };
            let written_after = [&b"policy_id"[..], b"consent_id", b"agent_version", b"redaction_key"].contains(&key);
            if !allowed || written_after {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            write_key(key, out);
            match group {
                Some(group) => self.group(child, group, out),
                None if key == b"tier" => quote(self.tier.as_str(), out),
                None if key == b"data_class" => quote(self.tier.data_class().as_str(), out),
                None => self.copy(child, out),
            }
        }
        self.misshapen
    }

    fn names(&self, group: Group, key: &[u8]) -> bool {
        fields().any(|field| field.group == group && field.name.as_bytes() == key && field.tier <= self.tier)
    }

    fn is_counts(&self, group: Group, key: &[u8]) -> bool {
        fields().any(|field| field.group == group && field.name.as_bytes() == key && field.kind == FieldType::Counts)
    }

    /// Whether the value of a field for numbers is one that it may hold; of other fields nothing is asked.
    fn is_number_of(&self, group: Group, key: &[u8], member: &Node) -> bool {
        let value = member.span.of(self.line);
        let is_number = |fits: fn(&[u8]) -> bool| member.kind == Kind::Number && fits(value);
        let field = fields().find(|field| field.group == group && field.name.as_bytes() == key);
        field.is_none_or(|field| match field.kind {
            FieldType::Integer => is_number(is_integer),
            FieldType::Count => is_number(is_count),
            FieldType::Duration => is_number(is_duration),
            FieldType::Text | FieldType::Time | FieldType::Boolean | FieldType::Counts => true,
        })
    }

    /// Writes the numbers of an object that stand under plain words.
    fn counts(&self, place: u32, out: &mut Vec<u8>) {
        out.push(b'{');
        let mut first = true;
        for child in self.tape.children(place) {
            let Some(node) = self.tape.node(child).copied() else { continue };
            let (key, value) = (node.key.of(self.line), node.span.of(self.line));
            if !is_count_name(key) || node.kind == Kind::String || !value.iter().all(u8::is_ascii_digit) {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            write_key(key, out);
            out.extend_from_slice(value);
        }
        out.push(b'}');
    }

    fn copy(&self, place: u32, out: &mut Vec<u8>) {
        let Some(node) = self.tape.node(place) else { return };
        let quoted = node.kind == Kind::String;
        let quote: &[u8] = if quoted { b"\"" } else { b"" };
        out.extend_from_slice(quote);
        out.extend_from_slice(node.span.of(self.line));
        out.extend_from_slice(quote);
    }

    /// Writes an object, or an array of objects, with the members that the schema names for the group.
    fn group(&mut self, place: u32, group: Group, out: &mut Vec<u8>) {
        let Some(node) = self.tape.node(place).copied() else { return };
        if node.kind == Kind::Array {
            out.push(b'[');
            for (at, element) in self.tape.children(place).enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                self.group(element, group, out);
            }
            out.push(b']');
            return;
        }
        out.push(b'{');
        let mut first = true;
        for child in self.tape.children(place) {
            let Some(member) = self.tape.node(child).copied() else { continue };
            let key = member.key.of(self.line);
            let counts = member.kind == Kind::Object && self.is_counts(group, key);
            if !self.names(group, key) || (matches!(member.kind, Kind::Array | Kind::Object) && !counts) {
                continue;
            }
            // What an event tells of another consent than the one that it gets is not so.
            if group == Group::Health && !self.same_consent && key.starts_with(b"consent_") {
                continue;
            }
            // An earlier version may have let pass what is none.
            if !self.is_number_of(group, key, &member) {
                self.misshapen += 1;
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            write_key(key, out);
            if counts {
                self.counts(child, out);
            } else if group == Group::Text
                && member.kind == Kind::String
                && TEXT_FIELDS.iter().any(|field| field.name.as_bytes() == key)
            {
                out.push(b'"');
                let engine = &self.policy.parts.engine;
                let inside = member.span.of(self.line);
                let redacted = self.redactor.redact(engine, &self.stamp, inside, Container::JsonString, out);
                if redacted == Redacted::Unchanged {
                    out.extend_from_slice(inside);
                }
                out.push(b'"');
            } else {
                self.copy(child, out);
            }
        }
        out.push(b'}');
    }
}

fn write_key(key: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(key);
    out.extend_from_slice(b"\":");
}

fn quote(word: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}
