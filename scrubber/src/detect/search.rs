//! One search: its state, and what is done at a place that the pass over all bytes (`front`) found worth a look. Names of secrets
//! are in `naming`.

mod naming;

use std::ops::Range;

use super::builtin::Builtin;
use super::context::columns::Table;
use super::context::sections::Sections;
use super::context::{commands, keys};
use super::engine::Parts;
use super::judge::{generic, value};
use super::reading::encoded::Seen;
use super::reading::window::{self, Window};
use super::sets::grams::Recent;
use super::sets::literals::{Literal, Target};
use super::{Finding, KnownSecrets, RuleId, Scratch};
use crate::bits::BLOCK;

pub(super) use naming::{
    SUFFIX_MAX, is_artifact, is_key_of_row, is_of_reference, is_resource_name, name_start, of_two_words,
    with_word_before,
};

/// Bytes of a window before the place of interest.
pub(super) const BACK: usize = 160;
/// Bytes of a window after it, unless a rule wants more.
pub(super) const AHEAD: usize = 768;

/// The state of one search.
pub(super) struct Search<'a> {
    pub parts: &'a Parts,
    pub text: &'a [u8],
    pub window: Window,
    pub found: Vec<Finding>,
    pub nested: Option<Box<Scratch>>,
    /// What names said before.
    names: keys::Memo,
    /// Keywords before the present place: of rules for digits, and of rules for other values.
    pub digit_context: Recent,
    pub keyword_context: Recent,
    /// What was found in the texts before.
    pub memory: Option<Box<KnownSecrets>>,
    /// Layers of encoding around the text.
    pub layer: u8,
    /// All else was looked for before: only secrets that are known are, and what is beneath encodings (and what costs little).
    pub again: bool,
    /// Literals in a row are read as one.
    pub joins: bool,
    /// What lies before here has been looked at without its encoding.
    pub seen: Seen,
    /// Names before here stand in the middle of something long.
    names_from: usize,
    pub sections: Sections,
    /// The table that was looked at last, and the statement.
    pub table: Table,
    pub statement: Table,
    /// Digits before here are a list of counts.
    pub counts_to: usize,
    /// The command that was found last, and where the last of its passwords starts.
    command: usize,
    commands_to: usize,
    /// What lies before here has been looked at as pairs of hex digits.
    pub pairs_to: usize,
    /// What lies before here has been looked at as a list of bytes.
    pub bytes_to: usize,
    /// Lines before here have been looked at without their margins.
    pub margins_to: usize,
    /// The rule that found the last block of many lines, and where that lies.
    pub block: (RuleId, Range<usize>),
    /// The token of which the length was asked last.
    pub token: Range<usize>,
    /// Tries in earnest and bytes copied: tests hold that they grow no faster than the text.
    pub work: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(parts: &'a Parts, text: &'a [u8], scratch: &mut Scratch) -> Self {
        let mut window = std::mem::take(&mut scratch.window);
        window.clear();
        let mut found = std::mem::take(&mut scratch.findings);
        found.clear();
        let nested = scratch.nested.take();
        let mut digit_context = std::mem::take(&mut scratch.digit_context);
        let mut keyword_context = std::mem::take(&mut scratch.keyword_context);
        // Of the numbers of one block some are looked at after others behind them; runs come in order.
        digit_context.begin(BLOCK);
        keyword_context.begin(0);
        Self {
            parts,
            text,
            window,
            found,
            nested,
            names: std::mem::take(&mut scratch.names),
            digit_context,
            keyword_context,
            memory: scratch.memory.take(),
            layer: scratch.layer,
            again: scratch.again,
            joins: !scratch.is_joined,
            seen: Seen::default(),
            names_from: 0,
            sections: Sections::default(),
            table: Table::default(),
            statement: Table::default(),
            counts_to: 0,
            command: 0,
            commands_to: 0,
            pairs_to: 0,
            bytes_to: 0,
            margins_to: 0,
            block: (RuleId(0), 0..0),
            token: 0..0,
            work: 0,
        }
    }

    /// Gives the buffers back.
    pub(super) fn finish(self, scratch: &mut Scratch) {
        scratch.window = self.window;
        scratch.findings = self.found;
        scratch.nested = self.nested;
        scratch.names = self.names;
        scratch.memory = self.memory;
        (scratch.digit_context, scratch.keyword_context) = (self.digit_context, self.keyword_context);
        scratch.work += self.work;
    }

    /// The secrets that are known before they are met.
    #[inline(always)]
    pub(super) fn secrets(&self) -> &KnownSecrets {
        self.memory.as_deref().unwrap_or(&self.parts.secrets)
    }

    /// Tries the literals that may be anchored at a word, of which the first `length` bytes are known to be in it.
    #[inline(always)]
    pub(super) fn literals_at(&mut self, word: usize, length: usize) {
        if let Some(list) = self.parts.literals.list_at(self.text, word, length) {
            self.literals_of(list, word);
        }
    }

    #[inline(never)]
    fn literals_of(&mut self, list: usize, word: usize) {
        let parts = self.parts;
        let text = self.text;
        for literal in parts.literals.of_list(list, text, word) {
            self.literal_at(literal, word);
        }
    }

    /// The first bytes of a literal stand at a word.
    fn literal_at(&mut self, literal: &Literal, word: usize) {
        if literal.start_in(self.text, word).is_some() || self.is_hidden(literal, word) {
            self.literal_found(literal, word);
        }
    }

    /// Tries the literals that may be anchored at a word that begins a long run.
    #[inline(never)]
    pub(super) fn literals_at_run(&mut self, word: usize) {
        let parts = self.parts;
        let text = self.text;
        for literal in parts.literals.at_run(text, word) {
            self.literal_found(literal, word);
        }
    }

    /// Looks at what stands where a word ends.
    pub(super) fn literals_after(&mut self, end: usize) {
        let parts = self.parts;
        let text = self.text;
        self.work += 1;
        for literal in parts.literals.after_word(text, end) {
            self.literal_found(literal, end);
        }
    }

    /// Whether a literal stands at `word` once escapes are removed: only they can hide the rest of it.
    fn is_hidden(&mut self, literal: &Literal, word: usize) -> bool {
        if !literal.may_hide_in(self.text, word) {
            return false;
        }
        let near = self
            .text
            .get(word.saturating_sub(literal.before + 2)..self.text.len().min(word + literal.bytes.len()))
            .unwrap_or_default();
        if !near.contains(&b'\\') {
            return false;
        }
        self.open(word, AHEAD);
        let place = self.window.place(word);
        literal.start_in(self.window.bytes(), place).is_some()
    }

    /// A literal stands with its anchoring word (or, without one, itself) at `word`.
    fn literal_found(&mut self, literal: &Literal, word: usize) {
        if self.again && !matches!(literal.target, Target::Bytes) {
            return;
        }
        self.work += 1;
        match literal.target {
            Target::Rule(index) => self.rule_literal(index, literal, word),
            Target::Near(index) => self.near(index, word + literal.bytes.len() - literal.before),
            Target::Known(index) => self.known_value(literal, usize::from(index), word),
            Target::Home => self.home(word, word + literal.bytes.len()),
            Target::Command => {
                // `https`, `machines`: the name goes on, so it is another one.
                let next = byte_at(self.text, word + literal.bytes.len());
                let open = literal.bytes.last() == Some(&b'(');
                if next.is_ascii_alphanumeric() && !open
                    || next == b'-'
                    || !commands::may_have_password(self.text, word)
                {
                    return;
                }
                // The same command further on in a line in which all its passwords were found.
                if word < self.commands_to
                    && self.text.get(self.command..).is_some_and(|it| it.starts_with(&literal.bytes))
                {
                    return;
                }
                self.open(word, AHEAD);
                let place = self.window.place(word);
                for (start, end) in commands::passwords(self.window.bytes(), place).into_iter().flatten() {
                    (self.command, self.commands_to) = (word, self.commands_to.max(self.window.offset(start)));
                    let value = self.window.bytes().get(start..end).unwrap_or_default();
                    if value.len() >= 3
                        && !value::is_placeholder(value)
                        && !generic::is_marker(value)
                        && (!is_code(self.window.bytes(), place, start, value)
                            || self.window.bytes().get(start.wrapping_sub(1)) == Some(&b'>'))
                    {
                        self.report_places(Builtin::CommandPassword, start, end);
                    }
                }
            }
            Target::Url => self.url(word + literal.bytes.len()),
            Target::Scheme => self.scheme(word + literal.bytes.len()),
            Target::KeyEnd => self.end_of_key(word),
            Target::Bytes => self.byte_list(word),
            Target::Street(order) => self.street(order, word, word + literal.bytes.len()),
            Target::Column(kind) => self.personal_column(kind, word + literal.bytes.len()),
            Target::Person(cue) => self.person(cue, word, word + literal.bytes.len()),
        }
    }

    /// Makes the window hold what surrounds `at`, with `ahead` bytes of content after it where there are so many.
    pub(super) fn open(&mut self, at: usize, ahead: usize) {
        let low = at.saturating_sub(BACK);
        let high = self.text.len().min(at + ahead);
        if !self.window.covers(low, high) {
            self.work += self.window.reach(self.text, low, at + ahead + ahead / 4) as u64;
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

/// Whether code stands at `start` where the command at `command` has a password, alone or behind an account: `admin:…`.
fn is_code(text: &[u8], command: usize, start: usize, value: &[u8]) -> bool {
    let password = memchr::memchr(b':', value).and_then(|at| value.get(at + 1..));
    let quoted = start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| b"\"'".contains(byte));
    // No words of a shell are members of an object, and none of them are added.
    let call = text.get(command..start).unwrap_or_default().contains(&b'(');
    value::is_code(value)
        && !generic::is_joined_password(value)
        && !password.is_some_and(value::is_scrambled)
        && !((quoted || !call) && generic::is_joined_by_signs(password.unwrap_or(value), call))
}

/// Where a word starts once the escape that it seems to begin with is taken off.
#[inline(never)]
pub(super) fn after_escape(text: &[u8], start: usize, before: u8) -> usize {
    match before {
        b'\\' => window::escape_end(text, start - 1).max(start),
        b'%' => start + 2,
        b'=' if text.get(start..start + 2) == Some(b"3D") => start + 2,
        b'[' | b';' => {
            // The last part of a terminal colour code.
            let word = text.get(start..text.len().min(start + 4)).unwrap_or_default();
            let digits = word.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            if word.get(digits) == Some(&b'm') && digits < 3 { start + digits + 1 } else { start }
        }
        _ => start,
    }
}

#[inline]
pub(super) fn byte_at(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(b' ')
}
