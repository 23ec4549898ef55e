//! The part of a search that tries the rules of the rule files.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::literals::{Literal, Target};
use super::rule::{Anchor, Class, RuleSet};
use super::search::{Search, byte_at};
use super::{RuleId, generic};

/// How far before a value its keyword may stand, at most.
const CONTEXT_MAX: usize = 80;
/// A stretch of digits and what parts them is read as far as this.
const NUMBER_MAX: usize = 32;

/// The rules, by what leads to them.
pub(super) struct Rules {
    pub set: RuleSet,
    /// Rules for digits that need no context, and what leads to those that do.
    digits: Vec<u16>,
    digit_context: Context,
    hex_groups: Vec<u16>,
    keywords: Context,
}

/// Rules by the keywords that must stand before a value.
struct Context {
    /// `None` without keywords.
    automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton, the bit of its rule.
    bits: Vec<u8>,
    /// The rules; each one's bit is its place here, round and round.
    rules: Vec<u16>,
    /// How far before a value a keyword may begin.
    reach: usize,
}

impl Context {
    fn new(set: &RuleSet, rules: Vec<u16>) -> Self {
        let mut patterns = Vec::new();
        let mut bits = Vec::new();
        let mut reach = 0;
        for (place, &index) in rules.iter().enumerate() {
            let Some(rule) = set.rules().get(usize::from(index)) else { continue };
            for keyword in &rule.keywords {
                reach = reach.max(rule.distance + keyword.len() + rule.back.map_or(0, |back| back.max));
                patterns.push(keyword.as_str());
                bits.push((place % 128) as u8);
            }
        }
        let builder =
            AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(&patterns);
        Self { automaton: builder.ok().filter(|_| !patterns.is_empty()), bits, rules, reach }
    }

    /// The rules of which a keyword stands in `text`, perhaps some others with them.
    fn rules_in<'a>(&'a self, text: &[u8]) -> impl Iterator<Item = u16> + use<'a> {
        let mut wanted = 0u128;
        if let Some(automaton) = &self.automaton {
            for found in automaton.find_overlapping_iter(text) {
                wanted |= 1 << self.bits.get(found.pattern().as_usize()).copied().unwrap_or(0);
            }
        }
        let count = if wanted == 0 { 0 } else { self.rules.len() };
        let numbered = self.rules.iter().take(count).enumerate();
        numbered.filter(move |(place, _)| wanted >> (place % 128) & 1 == 1).map(|(_, rule)| *rule)
    }
}

impl Rules {
    pub(super) fn new(set: RuleSet) -> Self {
        let with = |anchor| {
            let numbered = (0u16..).zip(set.rules());
            numbered.filter(move |(_, rule)| rule.anchor == anchor).map(|(index, _)| index).collect::<Vec<_>>()
        };
        let (digits, hex_groups) = (with(Anchor::Digits), with(Anchor::HexGroups));
        let needs_context =
            |index: &u16| set.rules().get(usize::from(*index)).is_some_and(|rule| !rule.keywords.is_empty());
        let (in_context, digits): (Vec<_>, Vec<_>) = digits.into_iter().partition(needs_context);
        let digit_context = Context::new(&set, in_context);
        let keywords = Context::new(&set, with(Anchor::Keyword));
        Self { digits, digit_context, hex_groups, keywords, set }
    }

    /// The literals that lead to rules.
    pub(super) fn literals(&self) -> Vec<Literal> {
        let mut literals = Vec::new();
        for (index, rule) in (0u16..).zip(self.set.rules()) {
            let literal = |text: &String| Literal {
                bytes: text.as_bytes().to_vec(),
                before: 0,
                ignore_case: rule.ignore_case,
                target: Target::Rule(index),
            };
            match rule.anchor {
                Anchor::Prefix | Anchor::Inside => literals.extend(rule.literals.iter().map(literal)),
                Anchor::Digits | Anchor::HexGroups | Anchor::Keyword => {}
            }
        }
        literals
    }

    /// Whether the rule at this place finds personal data.
    pub(super) fn is_personal(&self, index: usize) -> bool {
        self.set.rules().get(index).is_some_and(|rule| rule.class == Class::Personal)
    }
}

impl Search<'_> {
    /// A literal of a rule stands with its anchoring word at `word`.
    pub(super) fn rule_literal(&mut self, index: u16, literal: &Literal, word: usize) {
        let rules = &self.parts.rules;
        let Some(rule) = rules.set.rules().get(usize::from(index)) else { return };
        // A literal that stands there as it is, without escapes, mostly begins an ordinary word.
        if let Some(start) = literal.start_in(self.text, word)
            && rule.back.is_none()
            && !rule.may_begin(self.text, start)
        {
            return;
        }
        self.open_rule(word, rule.window);
        let place = self.window.place(word);
        let Some(start) = literal.start_in(self.window.bytes(), place) else { return };
        self.try_rule(index, start);
    }

    /// Tries a rule at a place of the window.
    fn try_rule(&mut self, index: u16, place: usize) -> bool {
        self.work += 1;
        let Some(rule) = self.parts.rules.set.rules().get(usize::from(index)) else { return false };
        let bytes = self.window.bytes();
        let Some(hit) = rule.find_at(bytes, place) else { return false };
        let secret = bytes.get(hit.secret.clone()).unwrap_or_default();
        if generic::is_marker(secret) {
            return false;
        }
        let (start, end) = (self.window.offset(hit.secret.start), self.window.offset(hit.secret.end));
        self.report_rule(RuleId(index), start, end);
        true
    }

    /// Opens the window so that it holds `ahead` bytes of content after `at`, escapes not counted.
    fn open_rule(&mut self, at: usize, ahead: usize) {
        let mut raw = ahead.max(256) + 64;
        for _ in 0..3 {
            self.open(at, raw);
            let place = self.window.place(at);
            if self.window.bytes().len() >= place + ahead || self.window.reaches(self.text.len()) {
                break;
            }
            raw *= 2;
        }
    }

    /// A word that starts with a digit, or with the letters of an account number, starts at `start`.
    #[inline(never)]
    pub(super) fn number(&mut self, start: usize, end: usize) {
        let text = self.text;
        let word = text.get(start..end).unwrap_or_default();
        let digit = match word {
            [a, ..] if a.is_ascii_digit() => start,
            [a, b, c, d, ..]
                if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit() =>
            {
                start + 2
            }
            _ => return,
        };
        if digit == start && !looks_like_number(text, start, end) {
            return;
        }
        self.open(start, 256);
        let place = self.window.place(digit);
        let rules = self.parts;
        for &index in &rules.rules.digits {
            self.try_rule(index, place);
        }
        let context = &rules.rules.digit_context;
        let before = self.window.bytes().get(place.saturating_sub(context.reach)..place).unwrap_or_default();
        for index in context.rules_in(before) {
            self.try_rule(index, place);
        }
    }

    /// A word of up to four hex digits with a colon after it starts at `start`.
    #[inline(never)]
    pub(super) fn hex_group(&mut self, start: usize, end: usize) {
        let text = self.text;
        let word = text.get(start..end).unwrap_or_default();
        if !word.iter().all(u8::is_ascii_hexdigit) {
            return;
        }
        let next = text.get(end + 1..text.len().min(end + 6)).unwrap_or_default();
        let Some(colon) = next.iter().position(|byte| *byte == b':') else { return };
        let clock = word.len() == 2
            && colon == 2
            && byte_at(text, end + 1 + colon + 3) != b':'
            && word.iter().all(u8::is_ascii_digit);
        if clock || !next.iter().take(colon).all(u8::is_ascii_hexdigit) {
            return;
        }
        self.open(start, 256);
        let place = self.window.place(start);
        let rules = self.parts;
        for &index in &rules.rules.hex_groups {
            if self.try_rule(index, place) {
                break;
            }
        }
    }

    /// A value stands at `start`: tries the rules whose keywords stand before it.
    pub(super) fn by_keyword(&mut self, start: usize) {
        let rules = self.parts;
        let before = self.text.get(start.saturating_sub(CONTEXT_MAX)..start).unwrap_or_default();
        for index in rules.rules.keywords.rules_in(before) {
            self.open(start, 512);
            let place = self.window.place(start);
            self.try_rule(index, place);
        }
    }
}

/// Whether the digits at `start` may be more than a count, a date or a version.
fn looks_like_number(text: &[u8], start: usize, end: usize) -> bool {
    let length = end - start;
    if length < 7 && !b" -.()/".contains(&byte_at(text, end)) {
        return false;
    }
    let stretch = text.get(start..text.len().min(start + NUMBER_MAX)).unwrap_or_default();
    let (mut digits, mut dots, mut gap) = (0, 0, 0);
    for &byte in stretch {
        if byte.is_ascii_digit() {
            digits += 1;
            gap = 0;
        } else if b" -.()/".contains(&byte) && gap < 2 {
            gap += 1;
            dots += usize::from(byte == b'.');
        } else {
            break;
        }
    }
    let date = matches!(stretch, [_, _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _, ..]) && digits <= 8;
    !date && (digits >= 7 || (dots >= 3 && digits >= 4))
}
