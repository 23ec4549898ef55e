//! Writes a harvested record as one event line.

use super::draft::{Draft, FieldName, Value};
use super::project::Places;
use super::redact::{Redacted, Redactor, cut_before};
use super::replace::Stamp;
use super::time::write_time;
use crate::detect::Engine;
use crate::json::{self, Span};
use crate::schema::{Field, Group, RECORD_FIELDS, ROLES, TOOL_FIELDS};
use crate::{EventId, ProjectTag, Pseudonym, SessionTag};

/// Parts of an event that are the same for all events of a policy, as JSON members with a comma before each.
pub(super) struct Frame {
    /// `user`, `host`, `os`, `org`.
    pub(super) host: String,
    /// `agent_version`, `policy_id`, `consent_id`.
    pub(super) policy: String,
    pub(super) names: Names,
}

/// What stands before the values of fields, as `,"name":`.
pub(super) struct Names {
    record: Vec<String>,
    tool: Vec<String>,
}

impl Names {
    pub(super) fn new() -> Self {
        let names = |fields: &[Field]| fields.iter().map(|field| format!(",\"{}\":", field.name)).collect();
        Self { record: names(RECORD_FIELDS), tool: names(TOOL_FIELDS) }
    }
}

/// What stands in front of an event.
pub(super) struct Head<'a> {
    pub(super) id: EventId,
    pub(super) session: SessionTag,
    pub(super) project: ProjectTag,
    pub(super) kind: &'a [u8],
    pub(super) tier: crate::Tier,
    pub(super) now_ms: i64,
}

/// A record and what was harvested of it.
#[derive(Clone, Copy)]
pub(super) struct Harvest<'a> {
    pub(super) line: &'a [u8],
    pub(super) draft: &'a Draft,
    pub(super) places: &'a Places,
}

/// The scrubbed texts of one record.
#[derive(Default)]
pub(super) struct Bodies {
    bodies: Vec<Body>,
    /// The texts that had to be written anew, back to back.
    bytes: Vec<u8>,
    plain: Vec<u8>,
    anew: Vec<u8>,
}

/// The mark of what was cut has no more bytes: `[cut:` and `]` with a number of bytes between.
const MARK_MAX: usize = 32;

/// One text.
struct Body {
    place: BodyPlace,
    /// Where it is cut, and how many bytes go.
    cut: Option<(usize, usize)>,
    /// Cut so that the event fits; no second time.
    fitted: bool,
}

/// Where a text lies.
#[derive(Clone, Copy)]
enum BodyPlace {
    /// In the record's line, as it stands: the detectors found nothing in it.
    Line(Span),
    /// In the bytes written anew.
    Anew(usize, usize),
}

impl Bodies {
    /// Scrubs every text of the draft, as far as it may leave in an event of `most` bytes.
    pub(super) fn scrub(
        &mut self,
        Harvest { line, draft, places }: Harvest<'_>,
        most: usize,
        engine: &Engine,
        stamp: &Stamp<'_>,
        redactor: &mut Redactor,
        session: SessionTag,
    ) {
        self.bytes.clear();
        self.bodies.clear();
        for text in &draft.texts {
            let inside = text.span.of(line);
            let start = self.bytes.len();
            redactor.look_around(engine, line, text);
            if let Some(tool) = text.tool.and_then(|tool| draft.tools.get(tool)) {
                let value = tool.values.get(places.tool_id());
                let id: &[u8] = match &value {
                    Value::Quoted(id) => id.of(line),
                    // The ids of other providers' models leave as pseudonyms; a call has the same one as its result.
                    Value::Hash(id) => &id.0,
                    Value::Absent
                    | Value::Bare(_)
                    | Value::Word(_)
                    | Value::McpTool(..)
                    | Value::Count(_)
                    | Value::Time(_) => &[],
                };
                match text.field {
                    FieldName::Key(key) if key.of(line) == b"command" => redactor.note_command(engine, id, inside),
                    FieldName::None | FieldName::Key(_) if text.role == places.tool_result_role() => {
                        redactor.look_at_answer(engine, id, inside);
                    }
                    FieldName::None | FieldName::Key(_) | FieldName::Free(_) | FieldName::Hash(_) => {}
                }
            }
            if text.tool.is_none() && places.is_reply(text.role) {
                redactor.hear(session, inside);
            } else if let Some(turn) = places.turn_of(text.role).filter(|_| text.tool.is_none()) {
                redactor.listen(engine, session, turn, text, inside);
            }
            let (redacted, length, end) = if text.sound {
                let (redacted, end) = redactor.redact_head(engine, stamp, inside, most, &mut self.bytes);
                (redacted, inside.len(), end)
            } else {
                // Written anew: control characters are escaped, halves of surrogate pairs replaced.
                self.plain.clear();
                self.anew.clear();
                json::decode(inside, &mut self.plain);
                json::encode(&self.plain, &mut self.anew);
                let (redacted, end) = redactor.redact_head(engine, stamp, &self.anew, most, &mut self.bytes);
                if redacted == Redacted::Unchanged {
                    self.bytes.extend_from_slice(self.anew.get(..end).unwrap_or_default());
                }
                (Redacted::Replaced, self.anew.len(), end)
            };
            let (place, kept) = match redacted {
                Redacted::Unchanged => (BodyPlace::Line(text.span), end),
                Redacted::Replaced => (BodyPlace::Anew(start, self.bytes.len()), self.bytes.len() - start),
            };
            let cut = (end < length).then(|| (kept, length - end));
            self.bodies.push(Body { place, cut, fitted: false });
        }
    }

    fn bytes_of<'a>(&'a self, line: &'a [u8], body: &Body) -> &'a [u8] {
        match body.place {
            BodyPlace::Line(span) => span.of(line),
            BodyPlace::Anew(start, end) => self.bytes.get(start..end).unwrap_or_default(),
        }
    }

    /// Cuts texts that were not made to fit yet, the longest first, until `excess` bytes are gone; `false` when too few are there.
    pub(super) fn cut_to_fit(&mut self, line: &[u8], excess: usize) -> bool {
        let lengths = self.bodies.iter().map(|body| self.kept_of(line, body).len()).enumerate();
        let mut open: Vec<(usize, usize)> =
            lengths.zip(&self.bodies).filter(|(_, body)| !body.fitted).map(|it| it.0).collect();
        open.sort_unstable_by_key(|(place, length)| (std::cmp::Reverse(*length), *place));
        let mut excess = excess;
        for (place, length) in open {
            let Some(body) = self.bodies.get(place).filter(|_| excess > 0 && length > MARK_MAX) else { break };
            let keep = cut_before(self.kept_of(line, body), length.saturating_sub(excess + MARK_MAX));
            let gone = length - keep;
            if let Some(body) = self.bodies.get_mut(place) {
                body.cut = Some((keep, gone + body.cut.map_or(0, |(_, gone)| gone)));
                body.fitted = true;
            }
            excess = excess.saturating_sub(gone.saturating_sub(MARK_MAX));
        }
        excess == 0
    }

    /// How many texts are cut.
    pub(super) fn cut_count(&self) -> u64 {
        self.bodies.iter().filter(|body| body.cut.is_some()).count() as u64
    }

    /// Whether all texts that are not written as the record has them can be part of valid JSON.
    pub(super) fn are_sound(&self, line: &[u8]) -> bool {
        self.bodies.iter().all(|body| match (body.place, body.cut) {
            (BodyPlace::Line(_), None) => true,
            (BodyPlace::Line(_), Some(_)) | (BodyPlace::Anew(..), _) => json::is_inside(self.kept_of(line, body)),
        })
    }

    fn kept_of<'a>(&'a self, line: &'a [u8], body: &Body) -> &'a [u8] {
        let bytes = self.bytes_of(line, body);
        body.cut.map_or(bytes, |(keep, _)| bytes.get(..keep).unwrap_or_default())
    }

    fn write(&self, line: &[u8], place: usize, out: &mut Vec<u8>) {
        let Some(body) = self.bodies.get(place) else { return };
        out.extend_from_slice(self.kept_of(line, body));
        if let Some((_, gone)) = body.cut {
            out.extend_from_slice(format!("[cut:{gone}]").as_bytes());
        }
    }
}

/// Writes one event, `\n` included.
pub(super) struct Writer<'a> {
    pub(super) line: &'a [u8],
    pub(super) draft: &'a Draft,
    pub(super) bodies: &'a Bodies,
    pub(super) redactor: &'a Redactor,
    pub(super) engine: &'a Engine,
    pub(super) places: &'a Places,
    /// The id of the key of replacements, where keys change.
    pub(super) key_id: Option<&'a str>,
    pub(super) out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    pub(super) fn event(&mut self, head: &Head<'_>, frame: &Frame) {
        self.raw(b"{\"schema\":\"bcce.event.v1\",\"event_id\":\"");
        Pseudonym(head.id.0).write_hex(32, self.out);
        self.raw(b"\",\"ingest_time\":\"");
        write_time(head.now_ms, self.out);
        self.raw(b"\",\"tier\":\"");
        self.raw(head.tier.as_str().as_bytes());
        self.raw(b"\",\"data_class\":\"");
        self.raw(head.tier.data_class().as_str().as_bytes());
        self.raw(b"\",\"kind\":\"");
        self.raw(head.kind);
        self.raw(b"\"");
        self.raw(frame.host.as_bytes());
        self.record_fields(&frame.names);
        self.tools(&frame.names);
        self.shapes();
        self.texts();
        self.redactions();
        self.raw(b",\"dropped_fields\":");
        self.number(self.draft.unlisted + self.draft.misshapen);
        self.raw(frame.policy.as_bytes());
        self.raw(b"}\n");
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn number(&mut self, value: u64) {
        write_number(value, self.out);
    }

    fn record_fields(&mut self, names: &Names) {
        let draft = self.draft;
        let mut open = Group::Top;
        for (place, value) in draft.values.iter() {
            let Some((field, name)) = RECORD_FIELDS.get(place).zip(names.record.get(place)) else { continue };
            let begins = field.group != open;
            if begins {
                self.close(open);
                self.raw(b",\"");
                self.raw(field.group.name().as_bytes());
                self.raw(b"\":{");
                open = field.group;
            }
            self.member(name, begins, value);
        }
        self.close(open);
    }

    fn close(&mut self, group: Group) {
        if group != Group::Top {
            self.raw(b"}");
        }
    }

    /// Writes a member; the first one of its object without the comma.
    fn member(&mut self, name: &str, is_first: bool, value: &Value) {
        self.raw(name.as_bytes().get(usize::from(is_first)..).unwrap_or_default());
        self.value(*value);
    }

    fn value(&mut self, value: Value) {
        match value {
            Value::Absent => self.raw(b"null"),
            Value::Bare(span) => self.raw(span.of(self.line)),
            Value::Count(count) => self.number(count),
            Value::Quoted(_) | Value::Word(_) | Value::Hash(_) | Value::McpTool(..) | Value::Time(_) => {
                self.raw(b"\"");
                self.inside(value);
                self.raw(b"\"");
            }
        }
    }

    fn inside(&mut self, value: Value) {
        match value {
            Value::Quoted(span) => self.raw(span.of(self.line)),
            Value::Word(word) => self.raw(word.as_bytes()),
            Value::Hash(hash) => hash.write_hex(16, self.out),
            Value::McpTool(server, tool) => {
                self.raw(b"mcp:");
                server.write_hex(8, self.out);
                self.raw(b":");
                tool.write_hex(8, self.out);
            }
            Value::Time(ms) => write_time(ms, self.out),
            Value::Absent | Value::Bare(_) | Value::Count(_) => {}
        }
    }

    fn tools(&mut self, names: &Names) {
        let draft = self.draft;
        let mut first = true;
        for tool in draft.tools.iter().filter(|tool| !tool.values.is_empty()) {
            self.raw(if first { b",\"tools\":[{" } else { b",{" });
            first = false;
            for (count, (place, value)) in tool.values.iter().enumerate() {
                self.member(names.tool.get(place).map_or("", String::as_str), count == 0, value);
            }
            self.raw(b"}");
        }
        if !first {
            self.raw(b"]");
        }
    }

    fn shapes(&mut self) {
        let draft = self.draft;
        for (place, shape) in draft.shapes.iter().enumerate() {
            self.raw(if place == 0 { b",\"shapes\":[{\"role\":\"" } else { b",{\"role\":\"" });
            self.role(shape.role);
            self.raw(b"\",\"bytes\":");
            self.number(u64::from(shape.bytes));
            self.raw(b",\"lines\":");
            self.number(u64::from(shape.lines));
            self.raw(b"}");
        }
        if !draft.shapes.is_empty() {
            self.raw(b"]");
        }
    }

    fn role(&mut self, role: u8) {
        self.raw(ROLES.get(usize::from(role)).copied().unwrap_or("text").as_bytes());
    }

    fn texts(&mut self) {
        let draft = self.draft;
        for (place, text) in draft.texts.iter().enumerate() {
            self.raw(if place == 0 { b",\"text\":[{\"role\":\"" } else { b",{\"role\":\"" });
            self.role(text.role);
            match text.field {
                FieldName::None => {}
                FieldName::Key(key) | FieldName::Free(key) => {
                    self.raw(b"\",\"field\":\"");
                    self.raw(key.of(self.line));
                }
                FieldName::Hash(hash) => {
                    self.raw(b"\",\"field\":\"key:");
                    hash.write_hex(8, self.out);
                }
            }
            let id = text.tool.map_or(Value::Absent, |tool| draft.tool_value(tool, self.places.tool_id()));
            if id != Value::Absent {
                self.raw(b"\",\"tool\":\"");
                self.inside(id);
            }
            self.raw(b"\",\"body\":\"");
            self.bodies.write(self.line, place, self.out);
            self.raw(b"\"}");
        }
        if !draft.texts.is_empty() {
            self.raw(b"]");
        }
    }

    fn redactions(&mut self) {
        if !self.redactor.found() {
            return;
        }
        let mut first = true;
        for (rule, hits) in self.redactor.hits(self.engine) {
            self.raw(if first { b",\"redactions\":{\"" } else { b",\"" });
            first = false;
            self.raw(rule.as_bytes());
            self.raw(b"\":");
            self.number(hits);
        }
        self.raw(b"}");
        if let Some(id) = self.key_id {
            self.raw(b",\"redaction_key\":\"");
            self.raw(id.as_bytes());
            self.raw(b"\"");
        }
    }
}

pub(super) fn write_number(value: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut rest, mut length) = (value, 0);
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + (rest % 10) as u8;
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(20 - length..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        for value in [0, 7, 10, 18_446_744_073_709_551_615] {
            let mut out = Vec::new();
            write_number(value, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), value.to_string());
        }
    }
}
