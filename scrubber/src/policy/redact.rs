//! Replaces what the detectors find.

use super::draft::Text;
use super::replace::Stamp;
use crate::SessionTag;
use crate::detect::{self, Engine, Finding, RuleId, Talk, Turn};
use crate::json::{self, Span};
use std::collections::VecDeque;

/// As much is looked at behind the place where a text is cut: what begins before it may be told by what follows.
const SEEN_BEHIND: usize = 64 * 1024;

/// Calls that are remembered until their results come, and bytes of a result that is looked at.
const PRINTING_MAX: usize = 64;
const ANSWER_MAX: usize = 16 * 1024;

/// Sessions of which is remembered what was said last: as many may go on at a time.
const TALKS_MAX: usize = 8;
/// Bytes of the end of a reply that may ask for something, and of a prompt that was typed, escapes among them: [`Talk`] looks at less.
const REPLY_END: usize = 512;
const PROMPT_MAX: usize = 8 * 1024;

/// Buffers, and how often each rule found something in the present record.
pub(super) struct Redactor {
    pub(super) scan: detect::Scratch,
    value: Vec<u8>,
    spans: Vec<Finding>,
    /// The rules that found something in the present record, in the order of the engine's rules, and how often.
    hits: Vec<(RuleId, u32)>,
    around: Around,
    /// The calls of tools that printed a secret, the last of them; their results come in later records.
    printing: VecDeque<Vec<u8>>,
    /// What was said last in the sessions that were read last.
    talks: VecDeque<(SessionTag, Talk)>,
    /// A name, a label and a value without escapes.
    plain: [Vec<u8>; 3],
}

/// What the surroundings of a text tell of it.
#[derive(Default)]
struct Around {
    /// Where the surroundings that were read last lie in the line, and what was found there.
    within: Span,
    found: Vec<Finding>,
    /// What of that lies in the next text, from its start.
    next: Vec<Finding>,
    /// The next text is a prompt that was typed.
    typed: bool,
}

impl Default for Redactor {
    fn default() -> Self {
        // A secret that was found once is found in all records after it.
        let scan = detect::Scratch::remembering();
        Self {
            scan,
            value: Vec::new(),
            spans: Vec::new(),
            hits: Vec::new(),
            around: Around::default(),
            printing: VecDeque::new(),
            talks: VecDeque::new(),
            plain: Default::default(),
        }
    }
}

/// What the text is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// The inside of a JSON string: no replacement may split an escape.
    JsonString,
    /// Plain text.
    Plain,
}

/// What became of a text.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redacted {
    /// Nothing was found: it may leave as it stands.
    Unchanged,
    /// Something was found and replaced.
    Replaced,
}

impl Redactor {
    /// Forgets the findings of the last record.
    pub(super) fn clear(&mut self) {
        self.hits.clear();
        self.around = Around { within: Span::default(), ..std::mem::take(&mut self.around) };
    }

    /// Whether anything was found since [`Redactor::clear`].
    pub(super) fn found(&self) -> bool {
        !self.hits.is_empty()
    }

    /// The ids of the rules that found something since [`Redactor::clear`], and how often.
    pub(super) fn hits<'a>(&'a self, engine: &'a Engine) -> impl Iterator<Item = (&'a str, u64)> {
        let id = |rule: RuleId| engine.rules().get(usize::from(rule.0)).map(|info| &*info.id);
        self.hits.iter().filter_map(move |(rule, hits)| Some((id(*rule)?, u64::from(*hits))))
    }

    /// Whether the detectors find anything in `text`. Counts nothing.
    pub(super) fn finds(&mut self, engine: &Engine, text: &[u8]) -> bool {
        !engine.scan(text, &mut self.scan).is_empty()
    }

    /// Appends `text` to `out` with everything found in it replaced; when nothing is found, appends nothing.
    pub(super) fn redact(
        &mut self,
        engine: &Engine,
        stamp: &Stamp<'_>,
        text: &[u8],
        container: Container,
        out: &mut Vec<u8>,
    ) -> Redacted {
        let findings = engine.scan(text, &mut self.scan);
        self.spans.clear();
        self.spans.extend_from_slice(findings);
        if container == Container::JsonString {
            snap_all(text, &mut self.spans);
        }
        self.replace(engine, stamp, text, out)
    }

    /// Notes that the tool's call `id` runs this command, when it prints a secret.
    pub(super) fn note_command(&mut self, engine: &Engine, id: &[u8], command: &[u8]) {
        let [plain, ..] = &mut self.plain;
        plain.clear();
        json::decode(command, plain);
        if id.is_empty() || !engine.prints_secret(plain) {
            return;
        }
        if self.printing.len() >= PRINTING_MAX {
            self.printing.pop_front();
        }
        self.printing.push_back(id.to_vec());
    }

    /// Looks at the result of the tool's call `id`, before the next [`Redactor::redact_head`]: what a command printed that was run to
    /// print a secret is one.
    pub(super) fn look_at_answer(&mut self, engine: &Engine, id: &[u8], text: &[u8]) {
        if text.len() > ANSWER_MAX || !self.printing.iter().any(|known| known == id) {
            return;
        }
        let [plain, ..] = &mut self.plain;
        plain.clear();
        json::decode(text, plain);
        if let Some(rule) = engine.judge_answer(plain, &mut self.scan) {
            self.around.next.push(Finding { rule, start: 0, end: usize::MAX });
        }
    }

    /// Takes note of what the assistant said in a session: it may ask for a secret.
    pub(super) fn hear(&mut self, session: SessionTag, reply: &[u8]) {
        let start = Units::new(reply).containing(reply.len().saturating_sub(REPLY_END)).0;
        let [plain, ..] = &mut self.plain;
        plain.clear();
        json::decode(reply.get(start..).unwrap_or_default(), plain);
        let reply = String::from_utf8_lossy(plain);
        talk_of(&mut self.talks, session).hear(&reply);
    }

    /// Looks at a prompt of a session, before the next [`Redactor::redact_head`]: what was said before it may tell what it is.
    pub(super) fn listen(&mut self, engine: &Engine, session: SessionTag, turn: Turn, text: &Text, prompt: &[u8]) {
        let talk = talk_of(&mut self.talks, session);
        if prompt.len() > PROMPT_MAX {
            // It was pasted, and answers nothing.
            *talk = Talk::default();
            return;
        }
        let [plain, ..] = &mut self.plain;
        plain.clear();
        json::decode(prompt, plain);
        let Ok(plain) = std::str::from_utf8(plain) else { return };
        self.around.typed = true;
        let mut found = engine.listen(plain, turn, talk, &mut self.scan);
        if !text.sound {
            // It is written anew: its places are others.
            found.iter_mut().for_each(|found| (found.start, found.end) = (0, usize::MAX));
        } else if plain.len() < prompt.len() {
            found.iter_mut().for_each(|found| {
                found.start = offset_of(prompt, found.start);
                found.end = offset_of(prompt, found.end);
            });
        }
        self.around.next.append(&mut found);
    }

    /// Reads what surrounds a text of the line, keys and neighbours, for the next [`Redactor::redact_head`]: a password is told
    /// by the key that it stands under. What is found there in a text that has to be written anew hides all of it.
    pub(super) fn look_around(&mut self, engine: &Engine, line: &[u8], text: &Text) {
        let Around { within, found, next, .. } = &mut self.around;
        next.clear();
        if text.name.len() + text.label.len() > 0 {
            let [name, label, value] = &mut self.plain;
            for (span, plain) in [(text.name, &mut *name), (text.label, &mut *label), (text.span, &mut *value)] {
                plain.clear();
                json::decode(span.of(line), plain);
            }
            if let Some(rule) = engine.judge_member(name, label, value, &mut self.scan) {
                next.push(Finding { rule, start: 0, end: usize::MAX });
                return;
            }
        }
        if text.within.len() == 0 {
            return;
        }
        if *within != text.within {
            let counted = std::mem::take(self.scan.allowed());
            found.clear();
            found.extend_from_slice(engine.scan(text.within.of(line), &mut self.scan));
            // What is let pass is counted when the text itself is read.
            *self.scan.allowed() = counted;
            *within = text.within;
        }
        let (start, end) = (text.span.start as usize, text.span.end as usize);
        let base = within.start as usize;
        for finding in found {
            let (from, to) = ((base + finding.start).max(start), (base + finding.end).min(end));
            if from < to {
                let (from, to) = if text.sound { (from - start, to - start) } else { (0, usize::MAX) };
                next.push(Finding { rule: finding.rule, start: from, end: to });
            }
        }
    }

    /// The same for the head of the inside of a JSON string, of which no more than `most` bytes can leave: what lies far behind them
    /// is not looked at. Also says where the head ends, which is before anything that was found across that place.
    pub(super) fn redact_head(
        &mut self,
        engine: &Engine,
        stamp: &Stamp<'_>,
        text: &[u8],
        most: usize,
        out: &mut Vec<u8>,
    ) -> (Redacted, usize) {
        let seen = text.get(..cut_before(text, most.saturating_add(SEEN_BEHIND))).unwrap_or(text);
        let findings = engine.scan(seen, &mut self.scan);
        self.spans.clear();
        self.spans.extend_from_slice(findings);
        if !self.around.next.is_empty() {
            let next = self.around.next.drain(..);
            self.spans.extend(next.map(|span| Finding { end: span.end.min(seen.len()), ..span }));
            join(&mut self.spans);
        }
        snap_all(seen, &mut self.spans);
        if std::mem::take(&mut self.around.typed) {
            for span in &self.spans {
                self.value.clear();
                engine.value(seen.get(span.start..span.end).unwrap_or_default(), &mut self.value);
                engine.remember_told(&self.value, span.rule, &mut self.scan);
            }
        }
        let end = if seen.len() == text.len() { text.len() } else { cut_before(text, most) };
        // From behind: where the head ends before one finding, another one may reach over that place.
        let end = self.spans.iter().rev().fold(end, |end, span| if span.end > end { end.min(span.start) } else { end });
        self.spans.retain(|span| span.end <= end);
        (self.replace(engine, stamp, text.get(..end).unwrap_or_default(), out), end)
    }

    /// Appends `text` to `out` with the spans replaced; when there are none, appends nothing.
    fn replace(&mut self, engine: &Engine, stamp: &Stamp<'_>, text: &[u8], out: &mut Vec<u8>) -> Redacted {
        if self.spans.is_empty() {
            return Redacted::Unchanged;
        }
        let mut at = 0;
        for finding in &self.spans {
            let start = finding.start.max(at);
            if finding.end <= start {
                continue;
            }
            out.extend_from_slice(text.get(at..start).unwrap_or_default());
            self.value.clear();
            engine.value(text.get(finding.start..finding.end).unwrap_or_default(), &mut self.value);
            let place = usize::from(finding.rule.0);
            let kind = engine.rules().get(place).map_or("secret", |rule| &*rule.kind);
            stamp.write(kind, &self.value, out);
            match self.hits.binary_search_by_key(&finding.rule, |(rule, _)| *rule) {
                Ok(known) => {
                    if let Some((_, hits)) = self.hits.get_mut(known) {
                        *hits += 1;
                    }
                }
                Err(free) => self.hits.insert(free, (finding.rule, 1)),
            }
            at = finding.end;
        }
        out.extend_from_slice(text.get(at..).unwrap_or_default());
        Redacted::Replaced
    }
}

/// What was said last in a session, which is remembered in place of the one of which nothing was heard for the longest time.
fn talk_of(talks: &mut VecDeque<(SessionTag, Talk)>, session: SessionTag) -> &mut Talk {
    let known = talks.iter().position(|(known, _)| *known == session);
    let talk = known.and_then(|known| talks.remove(known)).unwrap_or((session, Talk::default()));
    talks.truncate(TALKS_MAX - 1);
    talks.push_front(talk);
    &mut talks[0].1
}

/// The place in the inside of a JSON string of a place in what it stands for.
fn offset_of(inside: &[u8], place: usize) -> usize {
    let mut units = Units::new(inside);
    let (mut at, mut plain) = (0, Vec::new());
    while at < inside.len() && plain.len() < place {
        let end = units.containing(at).1;
        json::decode(inside.get(at..end).unwrap_or_default(), &mut plain);
        at = end;
    }
    at
}

/// Sorts findings and joins those that overlap; the longer one's rule names both.
fn join(spans: &mut Vec<Finding>) {
    spans.retain(|span| span.start < span.end);
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, last| {
        let overlaps = next.start < last.end;
        if overlaps {
            if next.end - next.start > last.end - last.start {
                last.rule = next.rule;
            }
            last.end = last.end.max(next.end);
        }
        overlaps
    });
}

/// Widens every finding so that it begins and ends between escapes and characters. One pass over the escapes.
fn snap_all(text: &[u8], spans: &mut [Finding]) {
    let mut units = Units::new(text);
    for span in spans {
        let (start, end) = units.containing(span.start);
        if start < span.start && span.start < end {
            span.start = start;
        }
        let (start, end) = units.containing(span.end);
        if start < span.end && span.end < end {
            span.end = end;
        }
    }
}

/// Steps over the escapes and characters of a JSON string's inside, forwards only.
struct Units<'a> {
    text: &'a [u8],
    /// Where the next escape starts: looked for once, however many offsets lie before it.
    escape: usize,
}

impl<'a> Units<'a> {
    fn new(text: &'a [u8]) -> Self {
        let mut units = Self { text, escape: 0 };
        units.step(0);
        units
    }

    /// Goes to the first escape from `at` on.
    fn step(&mut self, at: usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        self.escape = memchr::memchr(b'\\', rest).map_or(self.text.len(), |found| at + found);
    }

    /// The unit that `offset` lies in; offsets must not go back by more than one unit.
    fn containing(&mut self, offset: usize) -> (usize, usize) {
        loop {
            if offset < self.escape {
                return character(self.text, offset);
            }
            let end = self.escape + escape_length(self.text, self.escape);
            if offset < end || self.escape >= self.text.len() {
                return (self.escape, end.min(self.text.len()));
            }
            self.step(end);
        }
    }
}

/// Bytes of the escape at `at`; a surrogate pair counts as one.
fn escape_length(text: &[u8], at: usize) -> usize {
    if text.get(at + 1) != Some(&b'u') {
        return 2;
    }
    let high = json::hex4(text, at + 2).is_some_and(|unit| (0xD800..0xDC00).contains(&unit));
    if high && text.get(at + 6..at + 8) == Some(b"\\u") { 12 } else { 6 }
}

/// The UTF-8 character around `offset`.
fn character(text: &[u8], offset: usize) -> (usize, usize) {
    let continuation = |at: usize| text.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut start = offset;
    while start > 0 && continuation(start) {
        start -= 1;
    }
    let mut end = start + 1;
    while continuation(end) {
        end += 1;
    }
    (start, end)
}

/// The longest length up to `limit` at which the inside of a JSON string can be cut.
pub(super) fn cut_before(text: &[u8], limit: usize) -> usize {
    if limit >= text.len() {
        return text.len();
    }
    Units::new(text).containing(limit).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapped(text: &str, start: usize, end: usize) -> (usize, usize) {
        let mut spans = [Finding { rule: RuleId(0), start, end }];
        snap_all(text.as_bytes(), &mut spans);
        let [span] = spans;
        (span.start, span.end)
    }

    #[test]
    fn a_finding_never_splits_an_escape_or_a_character() {
        assert_eq!(snapped(r"ab\ncd", 3, 5), (2, 5));
        assert_eq!(snapped(r"ab\ncd", 0, 3), (0, 4));
        assert_eq!(snapped(r"a\\nb", 2, 4), (1, 4));
        assert_eq!(snapped(r"x\ud83d\ude00y", 0, 7), (0, 13));
        assert_eq!(snapped(r"x\u0041y", 4, 8), (1, 8));
        assert_eq!(snapped("aéb", 2, 4), (1, 4));
        assert_eq!(snapped("plain", 1, 3), (1, 3));
    }

    #[test]
    fn a_text_is_cut_between_escapes() {
        assert_eq!(cut_before(br"ab\ncd", 3), 2);
        assert_eq!(cut_before(br"ab\ncd", 4), 4);
        assert_eq!(cut_before("aéb".as_bytes(), 2), 1);
        assert_eq!(cut_before(b"ab", 9), 2);
    }
}
