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
    digits: Vec<u16>,
    hex_groups: Vec<u16>,
    keywords: Option<AhoCorasick>,
    /// For each pattern of `keywords`, the rule that it belongs to.
    keyword_rules: Vec<u16>,
}

impl Rules {
    pub(super) fn new(set: RuleSet) -> Self {
        let with = |anchor| {
            let numbered = (0u16..).zip(set.rules());
            numbered.filter(move |(_, rule)| rule.anchor == anchor).map(|(index, _)| index).collect::<Vec<_>>()
        };
        let (digits, hex_groups) = (with(Anchor::Digits), with(Anchor::HexGroups));
        let mut keywords = Vec::new();
        let mut keyword_rules = Vec::new();
        for (index, rule) in (0u16..).zip(set.rules()).filter(|(_, rule)| rule.anchor == Anchor::Keyword) {
            for keyword in &rule.keywords {
                keywords.push(keyword.clone());
                keyword_rules.push(index);
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&keywords)
            .ok();
        Self { set, digits, hex_groups, keywords: automaton.filter(|_| !keyword_rules.is_empty()), keyword_rules }
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
    }

    /// A word of up to four hex digits with a colon after it starts at `start`.
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
        let Some(keywords) = &rules.rules.keywords else { return };
        let before = self.text.get(start.saturating_sub(CONTEXT_MAX)..start).unwrap_or_default();
        let mut tried = [u16::MAX; 8];
        for found in keywords.find_overlapping_iter(before) {
            let Some(&index) = rules.rules.keyword_rules.get(found.pattern().as_usize()) else { continue };
            if tried.contains(&index) {
                continue;
            }
            if let Some(free) = tried.iter_mut().find(|free| **free == u16::MAX) {
                *free = index;
            }
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
