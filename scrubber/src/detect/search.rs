//! One search: walks over the words of a text and tries what may start, stand or end there.

use super::assign::{Joint, Value};
use super::builtin::Builtin;
use super::engine::Parts;
use super::generic::Named;
use super::keys::Key;
use super::literals::{Literal, Target};
use super::window::{self, Window};
use super::words::for_each_word;
use super::{Finding, RuleId, Scratch, assign, commands, generic, keys, known, value};

/// Bytes of a window before the place of interest.
const BACK: usize = 160;
/// Bytes of a window after it, unless a rule wants more.
const AHEAD: usize = 768;
/// Runs of token characters shorter than this are only looked at beside a name.
const RUN_MIN: usize = 12;

/// The state of one search.
pub(super) struct Search<'a> {
    pub parts: &'a Parts,
    pub text: &'a [u8],
    pub window: Window,
    pub found: Vec<Finding>,
    pub nested: Option<Box<Scratch>>,
    /// Layers of encoding around the text.
    pub layer: u8,
    /// What lies before here has been looked at as encoded text.
    pub decoded_to: usize,
    /// How often something was tried in earnest: tests hold that it grows no faster than the text.
    pub work: u64,
    run_start: usize,
    run_end: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(parts: &'a Parts, text: &'a [u8], scratch: &mut Scratch) -> Self {
        let mut window = std::mem::take(&mut scratch.window);
        window.clear();
        let mut found = std::mem::take(&mut scratch.findings);
        found.clear();
        let nested = scratch.nested.take();
        Self {
            parts,
            text,
            window,
            found,
            nested,
            layer: scratch.layer,
            decoded_to: 0,
            work: 0,
            run_start: 0,
            run_end: 0,
        }
    }

    /// Gives the buffers back.
    pub(super) fn finish(self, scratch: &mut Scratch) {
        scratch.window = self.window;
        scratch.findings = self.found;
        scratch.nested = self.nested;
        scratch.work += self.work;
    }

    pub(super) fn run(&mut self) {
        let text = self.text;
        for_each_word(text, |start, end| self.word(start, end));
        self.end_of_run();
    }

    /// Looks at the word `text[start..end]`. Its edges are those of `[A-Za-z0-9_]`, so an escape's letter may stand first.
    #[inline]
    fn word(&mut self, start: usize, end: usize) {
        let text = self.text;
        let before = start.checked_sub(1).map_or(b' ', |at| byte_at(text, at));
        let mut start = start;
        if before == b'\\' || before == b'[' || before == b';' || before == b'%' {
            self.start_of_word(start, end);
            start = after_escape(text, start, end, before);
            if start >= end {
                return;
            }
        }
        self.start_of_word(start, end);
        // Words joined by one of these make one run.
        if start == self.run_end + 1
            && matches!(byte_at(text, self.run_end), b'-' | b'.' | b'/' | b'+' | b'~' | b'=')
            && self.run_end > 0
        {
            self.run_end = end;
        } else {
            self.end_of_run();
            self.run_start = start;
            self.run_end = end;
        }
        if end - start >= 2 {
            let ending = last_three(text, end);
            if self.parts.endings.may(ending) {
                self.end_of_name(start, end);
            }
        }
        let next = byte_at(text, end);
        if self.parts.literals.may_follow(next) {
            self.work += 1;
            self.literals_after(end, next);
        }
    }

    #[inline]
    fn start_of_word(&mut self, start: usize, end: usize) {
        let three = first_three(self.text, start);
        if self.parts.literals.may(three) {
            self.literals_at(start, three);
        }
        let _ = end;
    }

    fn literals_at(&mut self, word: usize, three: [u8; 3]) {
        let parts = self.parts;
        for literal in parts.literals.at_word(three) {
            self.literal(literal, word);
        }
    }

    fn literals_after(&mut self, end: usize, next: u8) {
        let parts = self.parts;
        for literal in parts.literals.after_word(next) {
            if self.text.get(end..end + literal.bytes.len()).is_some_and(|part| part == literal.bytes) {
                self.literal_found(literal, end);
            }
        }
    }

    fn literal(&mut self, literal: &Literal, word: usize) {
        if literal.start_in(self.text, word).is_some() {
            self.literal_found(literal, word);
            return;
        }
        // Only escapes can hide the rest of a literal.
        let near = self
            .text
            .get(word.saturating_sub(literal.before + 2)..self.text.len().min(word + literal.bytes.len()))
            .unwrap_or_default();
        if near.contains(&b'\\') {
            self.open(word, AHEAD);
            let place = self.window.place(word);
            if literal.start_in(self.window.bytes(), place).is_some() {
                self.literal_found(literal, word);
            }
        }
    }

    /// A literal stands with its anchoring word (or, without one, itself) at `word`.
    fn literal_found(&mut self, literal: &Literal, word: usize) {
        self.work += 1;
        match literal.target {
            Target::Rule(_) => {}
            Target::Known(index) => self.known_value(literal, usize::from(index), word),
            Target::Home => self.home(word + literal.bytes.len()),
            Target::Command => {
                self.open(word, AHEAD);
                let place = self.window.place(word);
                for (start, end) in commands::passwords(self.window.bytes(), place).into_iter().flatten() {
                    let value = self.window.bytes().get(start..end).unwrap_or_default();
                    if value.len() >= 3
                        && !value::is_placeholder(value)
                        && !generic::is_marker(value)
                        && !value::is_code(value)
                    {
                        self.report_places(Builtin::CommandPassword, start, end);
                    }
                }
            }
            Target::Scheme => self.scheme(word + literal.bytes.len()),
        }
    }

    fn known_value(&mut self, literal: &Literal, index: usize, word: usize) {
        self.open(word, AHEAD);
        let place = self.window.place(word);
        let Some(start) = literal.start_in(self.window.bytes(), place) else { return };
        let end = start + literal.bytes.len();
        let bytes = self.window.bytes();
        let free = |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80);
        if free(start.checked_sub(1).and_then(|at| bytes.get(at))) && free(bytes.get(end)) {
            if let Some(known) = self.parts.known.get(index) {
                self.report_places(known.builtin, start, end);
            }
        }
    }

    /// `home` or `Users` ends at `end`: the next part of the path is somebody's name.
    fn home(&mut self, end: usize) {
        let joint = byte_at(self.text, end);
        if !matches!(joint, b'/' | b'\\' | b'-') {
            return;
        }
        self.open(end, AHEAD);
        let place = self.window.place(end);
        let bytes = self.window.bytes();
        let joint = match bytes.get(place) {
            Some(b'\\') => b'\\',
            // `\\n` inside a path that was escaped: the backslash and the first letter of the name were read as one.
            Some(b' ' | b'\n') => b'\\',
            Some(&byte) => byte,
            None => return,
        };
        let before = end.checked_sub(5).map(|_| ()).and_then(|()| place.checked_sub(1)).map(|at| word_start(bytes, at));
        let lead = before.and_then(|start| start.checked_sub(1)).and_then(|at| bytes.get(at)).copied();
        if lead.is_some_and(|lead| lead != joint && !matches!(lead, b'/' | b'\\' | b'-' | b':'))
            || (joint == b'-' && lead != Some(b'-'))
            || lead.is_none()
        {
            return;
        }
        // Read from the given bytes: the name follows the separator and its backslashes.
        let mut start = end;
        while matches!(byte_at(self.text, start), b'\\' | b'/' | b'-') && start - end < 16 {
            start += 1;
        }
        let stop = known::user_end(self.text, start, joint);
        let name = self.text.get(start..stop).unwrap_or_default();
        let follows = byte_at(self.text, stop);
        if name.len() < 2
            || known::is_nobody(name)
            || matches!(follows, b'$' | b'{' | b'<' | b'*' | b'[')
            || (joint == b'-' && name.len() < 3)
        {
            return;
        }
        if joint == b'-' && follows != b'-' {
            return;
        }
        self.report(Builtin::HomeUser, start, stop);
    }

    /// What follows `Bearer` and its like.
    fn scheme(&mut self, end: usize) {
        if byte_at(self.text, end) != b' ' {
            return;
        }
        self.open(end, AHEAD);
        let bytes = self.window.bytes();
        let start = self.window.place(end) + 1;
        let length = bytes
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(byte))
            .count();
        let value = bytes.get(start..start + length).unwrap_or_default();
        let shape = value::shape(value);
        let likely =
            shape.length >= 16 && shape.is_mixed() && value::entropy(value) >= 3.0 && !value::is_wordlike(value);
        if likely && !value::is_placeholder(value) && !value::is_code(value) {
            self.report_places(Builtin::AuthorizationHeader, start, start + length);
        }
    }

    /// A word that may end a name like `password` ends at `end`.
    fn end_of_name(&mut self, start: usize, end: usize) {
        let text = self.text;
        // Most words in prose and code end here: nothing that joins a value follows.
        let mut at = end;
        while byte_at(text, at) == b' ' && at - end < 8 {
            at += 1;
        }
        let next = byte_at(text, at);
        let flag = || {
            byte_at(text, name_start(text, start).wrapping_sub(1)) == b'-'
                || byte_at(text, name_start(text, start)) == b'-'
        };
        let joined = matches!(
            next,
            b'=' | b':' | b'"' | b'\'' | b'`' | b'\\' | b'>' | b'?' | b'|' | b'.' | b'+' | b'-' | b'<' | b'~' | b'&'
        ) || (at == end && matches!(next, b']' | b')' | b'['))
            || (at > end && (next.is_ascii_alphanumeric() || next == b'\t'));
        if !joined || (at > end && next.is_ascii_alphanumeric() && !flag() && !followed_by_equals(text, at)) {
            return;
        }
        if keys::classify(text.get(name_start(text, start)..end).unwrap_or_default()).is_none() {
            return;
        }
        self.work += 1;
        self.open(end, AHEAD);
        let place = self.window.place(end);
        let bytes = self.window.bytes();
        let name = name_start(bytes, place);
        let Some(key) = keys::classify(bytes.get(name..place).unwrap_or_default()) else { return };
        let Some(value) = assign::value_after(&self.window, name, place) else { return };
        self.judge(key, value);
    }

    fn judge(&mut self, key: Key, place: Value) {
        let bytes = self.window.bytes();
        let named = Named {
            key,
            value: bytes.get(place.start..place.end).unwrap_or_default(),
            place,
            next: bytes.get(place.end).copied(),
        };
        if generic::is_secret(&named) {
            let builtin = if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret };
            self.report_places(builtin, place.start, place.end);
        }
    }

    /// A run of token characters has ended: it may be a value by its own looks.
    fn end_of_run(&mut self) {
        let (start, end) = (self.run_start, self.run_end);
        if end - start < RUN_MIN {
            return;
        }
        let run = self.text.get(start..end).unwrap_or_default();
        // Long names and prose are dropped here.
        if !run.iter().any(u8::is_ascii_digit) {
            return;
        }
        self.long_run(start, end);
    }

    fn long_run(&mut self, start: usize, end: usize) {
        let run = self.text.get(start..end).unwrap_or_default();
        let shape = value::shape(run);
        if !shape.is_mixed() {
            return;
        }
        self.work += 1;
        let hex = shape.is_hex(run);
        if !hex && generic::is_path(run) {
            return;
        }
        self.open(start, (end - start).min(4096) + 64);
        let place = self.window.place(start);
        let stop = self.window.place(end);
        let bytes = self.window.bytes();
        let Some(value) = bytes.get(place..stop) else { return };
        if let Some((name_from, name_to)) = name_before(bytes, place) {
            let name = bytes.get(name_from..name_to).unwrap_or_default();
            if let Some(key) = keys::classify(name) {
                let quoted = bytes.get(place.wrapping_sub(1)).is_some_and(|byte| b"\"'`".contains(byte));
                self.judge(key, Value { start: place, end: stop, joint: Joint::Spaced, quoted });
                return;
            }
        }
        if hex || value::is_placeholder(value) {
            return;
        }
        let line = bytes.get(place.saturating_sub(40)..place).unwrap_or_default();
        let line = line.iter().rposition(|byte| *byte == b'\n').and_then(|at| line.get(at + 1..)).unwrap_or(line);
        if keys::mentions_secret(line) && generic::is_random(value, 20) {
            self.report_places(Builtin::GenericSecret, place, stop);
        } else if is_clearly_random(value) && !is_digest_context(line) {
            self.report_places(Builtin::RandomToken, place, stop);
        }
    }

    /// Makes the window hold what surrounds `at`, with `ahead` bytes of content after it where there are so many.
    pub(super) fn open(&mut self, at: usize, ahead: usize) {
        let low = at.saturating_sub(BACK);
        let high = self.text.len().min(at + ahead);
        if !self.window.covers(low, high) {
            self.window.fill(self.text, low, at + 2 * ahead);
        }
    }

    /// Reports `window[start..end]`.
    pub(super) fn report_places(&mut self, builtin: Builtin, start: usize, end: usize) {
        let (start, end) = (self.window.offset(start), self.window.offset(end));
        self.report(builtin, start, end);
    }

    fn report(&mut self, builtin: Builtin, start: usize, end: usize) {
        let rule = self.parts.id(builtin);
        self.report_rule(rule, start, end);
    }

    pub(super) fn report_rule(&mut self, rule: RuleId, start: usize, end: usize) {
        if start < end {
            self.found.push(Finding { rule, start, end });
        }
    }
}

/// Random beyond doubt, with nothing around that says so.
fn is_clearly_random(value: &[u8]) -> bool {
    let shape = value::shape(value);
    let separators = shape.length - shape.lower - shape.upper - shape.digit;
    shape.length >= 32
        && shape.length <= 200
        && shape.digit * 12 >= shape.length
        && shape.upper * 6 >= shape.length
        && shape.lower * 6 >= shape.length
        && separators * 10 <= shape.length
        && generic::is_random(value, 32)
        && value::entropy(value) >= 4.3
}

/// Whether the text before a value says that it is a digest or an id.
fn is_digest_context(before: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "sha512-",
        "sha384-",
        "sha256-",
        "sha1-",
        "h1:",
        "integrity",
        "base64,",
        "digest",
        "checksum",
        "hash",
        "sha256:",
        "etag",
        "_id",
        "uuid",
        "signature",
        "id\":",
        "Id\":",
        "id:",
        "ID:",
        "toolu_",
        "msg_",
        "req_",
        "http",
        "/",
        "cid",
        "nonce",
        "fingerprint",
    ];
    WORDS.iter().any(|word| before.windows(word.len()).any(|part| part == word.as_bytes()))
}

/// The name before a value that starts at `place`, over quotes, signs and white space.
fn name_before(bytes: &[u8], place: usize) -> Option<(usize, usize)> {
    let mut at = place;
    let mut steps = 0;
    while at > 0 && steps < 16 && bytes.get(at - 1).is_some_and(|byte| b" \t\"'`=:>(,[|&".contains(byte)) {
        at -= 1;
        steps += 1;
    }
    if steps == 0 {
        return None;
    }
    let start = name_start(bytes, at);
    (start < at).then_some((start, at))
}

/// The start of the name whose last word holds the byte before `end`.
fn name_start(text: &[u8], end: usize) -> usize {
    let from = end.saturating_sub(64);
    let before = text.get(from..end).unwrap_or_default();
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let mut start = end - length;
    if start > 0 && byte_at(text, start - 1) == b'\\' && start < end {
        start += 1;
    }
    start
}

fn word_start(text: &[u8], at: usize) -> usize {
    let before = text.get(..=at).unwrap_or_default();
    at + 1 - before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn followed_by_equals(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 24)).unwrap_or_default();
    rest.windows(2).any(|pair| pair == b" =")
}

/// Where a word starts once the escape that it seems to begin with is taken off.
fn after_escape(text: &[u8], start: usize, end: usize, before: u8) -> usize {
    match before {
        b'\\' => {
            let slash = start - 1;
            window::escape_end(text, slash).max(start)
        }
        b'%' => start + 2,
        _ => {
            // The last part of a terminal colour code.
            let word = text.get(start..end).unwrap_or_default();
            let digits = word.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            if word.get(digits) == Some(&b'm') && digits < 3 { start + digits + 1 } else { start }
        }
    }
}

#[inline]
pub(super) fn byte_at(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(b' ')
}

#[inline]
fn first_three(text: &[u8], start: usize) -> [u8; 3] {
    match text.get(start..).and_then(|rest| rest.first_chunk::<3>()) {
        Some(three) => *three,
        None => [byte_at(text, start), byte_at(text, start + 1), b' '],
    }
}

#[inline]
fn last_three(text: &[u8], end: usize) -> [u8; 3] {
    text.get(..end).and_then(|head| head.last_chunk::<3>()).copied().unwrap_or([b' '; 3])
}
