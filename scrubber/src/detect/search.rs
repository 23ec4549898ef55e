//! One search: walks over the words of a text and tries what may start, stand or end there.

use super::assign::Value;
use super::builtin::Builtin;
use super::engine::Parts;
use super::generic::Named;
use super::keys::Key;
use super::literals::{Literal, Target};
use super::runs::RUN_MIN;
use super::window::{self, Window};
use super::words::for_each_word;
use super::{Finding, RuleId, Scratch, assign, commands, generic, keys, names, value};

/// Bytes of a window before the place of interest.
pub(super) const BACK: usize = 160;
/// Bytes of a window after it, unless a rule wants more.
pub(super) const AHEAD: usize = 768;

/// The longest value without quotes that may be a secret.
const WORD_MAX: usize = 1024;

/// The state of one search.
pub(super) struct Search<'a> {
    pub parts: &'a Parts,
    pub text: &'a [u8],
    pub window: Window,
    pub found: Vec<Finding>,
    pub nested: Option<Box<Scratch>>,
    /// Layers of encoding around the text.
    pub layer: u8,
    /// What lies before here has been looked at as percent-encoded text.
    pub percent_to: usize,
    /// Names before here stand in the middle of something long.
    names_from: usize,
    /// Tries in earnest and bytes copied: tests hold that they grow no faster than the text.
    pub work: u64,
    pub run_start: usize,
    pub run_end: usize,
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
            percent_to: 0,
            names_from: 0,
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
    #[inline(always)]
    fn word(&mut self, start: usize, end: usize) {
        let text = self.text;
        let before = start.checked_sub(1).map_or(b' ', |at| byte_at(text, at));
        let mut start = start;
        if matches!(before, b'\\' | b'[' | b';' | b'%') {
            self.start_of_word(start);
            if before == b'%' {
                self.percent_encoded(start);
            }
            start = after_escape(text, start, end, before);
            if start >= end {
                return;
            }
        }
        self.start_of_word(start);
        // Words joined by one of these make one run.
        if start == self.run_end + 1
            && matches!(byte_at(text, self.run_end), b'-' | b'.' | b'/' | b'+' | b'~')
            && self.run_end > 0
        {
            self.run_end = end;
        } else {
            if self.run_end - self.run_start >= RUN_MIN {
                self.end_of_run();
            }
            self.run_start = start;
            self.run_end = end;
        }
        if self.parts.endings.may(last_four(text, end)) {
            self.end_of_name(start, end);
        }
        let first = byte_at(text, start);
        if first.is_ascii_digit()
            || (first.is_ascii_uppercase() && end - start >= 4 && !byte_at(text, end - 1).is_ascii_lowercase())
        {
            self.number(start, end);
        }
        let next = byte_at(text, end);
        if next == b'-' && end - start == 2 && !first.is_ascii_digit() {
            self.hyphenated_hex(start);
        }
        if next == b':' && end - start <= 4 {
            self.hex_group(start, end);
        }
        if first.is_ascii_uppercase() && names::may_go_on(text, end, next) {
            self.capitals(start, end);
        }
        if self.parts.literals.may_follow(next) {
            self.work += 1;
            self.literals_after(end, next);
        }
    }

    #[inline(always)]
    fn start_of_word(&mut self, start: usize) {
        let first = first_four(self.text, start);
        if self.parts.literals.may(first) {
            self.literals_at(start, first);
        }
    }

    #[inline(never)]
    fn literals_at(&mut self, word: usize, first: u32) {
        let parts = self.parts;
        for literal in parts.literals.at_word(first) {
            self.literal(literal, word);
        }
    }

    #[inline(never)]
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
        if !literal.may_hide_in(self.text, word) {
            return;
        }
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
            Target::Rule(index) => self.rule_literal(index, literal, word),
            Target::Near(index) => self.near(index, word + literal.bytes.len() - literal.before),
            Target::Known(index) => self.known_value(literal, usize::from(index), word),
            Target::Home => self.home(word, word + literal.bytes.len()),
            Target::Command => {
                // `https`, `machines`: the name goes on, so it is another one.
                let next = byte_at(self.text, word + literal.bytes.len());
                if next.is_ascii_alphanumeric() || next == b'-' || !commands::may_have_flag(self.text, word) {
                    return;
                }
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
            Target::Url => self.url(word + literal.bytes.len()),
            Target::Scheme => self.scheme(word + literal.bytes.len()),
            Target::Street(order) => self.street(order, word, word + literal.bytes.len()),
            Target::Person(cue) => self.person(cue, word, word + literal.bytes.len()),
        }
    }

    /// A word that may end a name like `password` ends at `end`.
    #[inline(never)]
    fn end_of_name(&mut self, start: usize, end: usize) {
        if start < self.names_from {
            return;
        }
        let text = self.text;
        // Most words in prose and code end here: nothing that joins a value follows.
        let mut at = end;
        while byte_at(text, at) == b' ' && at - end < 8 {
            at += 1;
        }
        let next = byte_at(text, at);
        let joined = if at == end {
            b"=:\"'`\\>?|.+-<~&])\t\x1b".contains(&next)
        } else if next.is_ascii_alphanumeric() {
            let flag = byte_at(text, start.wrapping_sub(1)) == b'-';
            flag || followed_by_equals(text, at) || is_last_word(text, at)
        } else {
            b"=:\"'`\\?|.+-<~&*$\t\x1b".contains(&next)
        };
        if !joined {
            return;
        }
        let Some(key) = keys::classify(text.get(name_start(text, start)..end).unwrap_or_default()) else { return };
        self.work += 1;
        self.open(end, AHEAD);
        let place = self.window.place(end);
        let bytes = self.window.bytes();
        let name = name_start(bytes, place);
        if name > 0
            && bytes.get(name - 1) == Some(&b'[')
            && generic::starts_with_marker(bytes.get(name - 1..).unwrap_or_default())
        {
            return;
        }
        let Some(value) = assign::value_after(&self.window, name, place) else { return };
        if !value.quoted && value.end - value.start > WORD_MAX {
            // No secret is that long without quotes; names inside it need not be tried each by itself.
            self.names_from = self.window.offset(value.end);
            return;
        }
        self.judge(key, value);
    }

    fn judge(&mut self, key: Key, place: Value) {
        let bytes = self.window.bytes();
        let named = Named {
            key,
            value: bytes.get(place.start..place.end).unwrap_or_default(),
            place,
            next: bytes.get(place.end).copied(),
            previous: place.start.checked_sub(1).and_then(|at| bytes.get(at)).copied(),
        };
        if generic::is_secret(&named) {
            let builtin = if key == Key::Password { Builtin::GenericPassword } else { Builtin::GenericSecret };
            self.report_places(builtin, place.start, place.end);
        }
    }

    /// Makes the window hold what surrounds `at`, with `ahead` bytes of content after it where there are so many.
    pub(super) fn open(&mut self, at: usize, ahead: usize) {
        let low = at.saturating_sub(BACK);
        let high = self.text.len().min(at + ahead);
        if !self.window.covers(low, high) {
            self.window.fill(self.text, low, at + 2 * ahead);
            self.work += self.window.bytes().len() as u64;
        }
    }

    /// Reports `window[start..end]`.
    pub(super) fn report_places(&mut self, builtin: Builtin, start: usize, end: usize) {
        let (start, end) = (self.window.offset(start), self.window.offset(end));
        self.report(builtin, start, end);
    }

    pub(super) fn report(&mut self, builtin: Builtin, start: usize, end: usize) {
        let rule = self.parts.id(builtin);
        self.report_rule(rule, start, end);
    }

    pub(super) fn report_rule(&mut self, rule: RuleId, start: usize, end: usize) {
        if start < end {
            self.found.push(Finding { rule, start, end });
        }
    }
}

/// The start of the name whose last word holds the byte before `end`.
pub(super) fn name_start(text: &[u8], end: usize) -> usize {
    let from = end.saturating_sub(64);
    let before = text.get(from..end).unwrap_or_default();
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let mut start = end - length;
    if start > 0 && byte_at(text, start - 1) == b'\\' && start < end {
        start += 1;
    }
    start
}

/// One word and no more stands between `at` and the line's end, as far as the escapes tell.
fn is_last_word(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 64)).unwrap_or_default();
    let word = rest.iter().take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'\\' && **byte != b'"').count();
    matches!(rest.get(word), None | Some(b'\n' | b'\r' | b'\\'))
}

/// A type may stand between a name and its sign: `var token string = …`.
fn followed_by_equals(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 20)).unwrap_or_default();
    let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_*&[]".contains(byte)).count();
    matches!(rest.get(word..word + 2), Some(b" =" | b"  " | b" :"))
}

/// Where a word starts once the escape that it seems to begin with is taken off.
#[inline(never)]
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

/// The four bytes from `start` on, blanks where the text ends.
#[inline]
fn first_four(text: &[u8], start: usize) -> u32 {
    match text.get(start..).and_then(|rest| rest.first_chunk::<4>()) {
        Some(four) => u32::from_le_bytes(*four),
        None => u32::from_le_bytes([0, 1, 2, 3].map(|at| byte_at(text, start + at))),
    }
}

/// The four bytes before `end`, blanks where the text begins.
#[inline]
fn last_four(text: &[u8], end: usize) -> u32 {
    match text.get(..end).and_then(|head| head.last_chunk::<4>()) {
        Some(four) => u32::from_le_bytes(*four),
        None => u32::from_le_bytes([4, 3, 2, 1].map(|back| end.checked_sub(back).map_or(b' ', |at| byte_at(text, at)))),
    }
}
