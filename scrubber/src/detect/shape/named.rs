//! The part of a search that tries the rules of the rule files.

mod digits;

use std::ops::Range;

use super::runs::RUN_MIN;
use crate::detect::RuleId;
use crate::detect::judge::{generic, random, value};
use crate::detect::rule::{Anchor, Behinds, Class, Heads, RuleSet, Text};
use crate::detect::search::{AHEAD, BACK, Search, byte_at};
use crate::detect::sets::grams::{Gram, Grams};
use crate::detect::sets::literals::{Head, Literal, Target};

/// How far before a value its keyword may stand, at most.
const CONTEXT_MAX: usize = 80;
/// What stands before a run and a colon and may belong to the value is no longer.
const HEAD_MAX: usize = 8;
/// As many bytes of Base64 before a run may belong to the value.
const RULE_BACK_MAX: usize = 40;
/// A rule that reads on for so long finds values of several lines.
const BLOCK_MIN: usize = 600;
/// A block that ends so close before the end of the window may go on.
const BLOCK_CLOSE: usize = 128;
/// So many windows are read of a block that goes on behind the first.
const BLOCK_WINDOWS: usize = 16;
/// No escape of one character is longer.
const ESCAPE_MAX: usize = 8;

/// The rules, by what leads to them.
pub(in crate::detect) struct Rules {
    pub set: RuleSet,
    digits: Digits,
    hex_groups: Vec<u16>,
    keywords: Context,
    /// The heads of the rules for values near a keyword, in the order of `keywords`.
    keyword_heads: Heads,
    /// Literals that stand within words, each with its rule.
    inside: Grams,
    /// Literals without a word of which a long run follows: `*` and its rule.
    leading: Vec<(u8, u16)>,
}

/// Rules for digits. Each one's bit is its place: first those that need a keyword before them, then the others.
struct Digits {
    context: Context,
    /// By their bits.
    free: Vec<Vec<u16>>,
    heads: Heads,
    behinds: Behinds,
    /// Those that need a keyword, and those that need none.
    in_context: u128,
    without_context: u128,
    /// For each byte those whose match may begin with it, before the digits; and those that step back over any.
    stepping: Vec<u128>,
    with_back: u128,
}

/// Rules by the keywords that must stand before a value.
struct Context {
    /// For each keyword the bit of its rule.
    keywords: Grams,
    /// The same with the first words of keywords: what stands between words may be written as an escape.
    first_words: Grams,
    /// The rules; each one's bit is its place here, round and round.
    rules: Vec<u16>,
    /// How far before a value a keyword may begin.
    reach: usize,
}

impl Context {
    fn new(set: &RuleSet, rules: Vec<u16>) -> Self {
        let (mut keywords, mut first_words) = (Vec::new(), Vec::new());
        let mut reach = 0;
        for (place, &index) in rules.iter().enumerate() {
            let Some(rule) = set.rules().get(usize::from(index)) else { continue };
            for keyword in &rule.keywords {
                reach = reach.max(rule.distance + keyword.len() + rule.back.map_or(0, |back| back.max));
                let bytes = keyword.as_bytes().to_vec();
                let keyword = Gram { bytes, ignore_case: true, number: (place % 128) as u16 };
                let first = keyword.bytes.split(|byte| *byte == b' ').next().filter(|word| word.len() >= 3);
                let bytes = first.map_or_else(|| keyword.bytes.clone(), <[u8]>::to_vec);
                first_words.push(Gram { bytes, ..keyword });
                keywords.push(keyword);
            }
        }
        Self { keywords: Grams::new(keywords), first_words: Grams::new(first_words), rules, reach }
    }

    /// The bits of the rules of which a keyword stands in `text`, perhaps of some others with them.
    fn bits_in(&self, text: &[u8]) -> u128 {
        let mut wanted = 0u128;
        self.keywords.find(text, |_, bit| wanted |= 1 << bit);
        wanted
    }

    /// The rules whose bits are set.
    fn rules_of<'a>(&'a self, wanted: u128) -> impl Iterator<Item = u16> + use<'a> {
        let count = if wanted == 0 { 0 } else { self.rules.len() };
        let numbered = self.rules.iter().take(count).enumerate();
        numbered.filter(move |(place, _)| wanted >> (place % 128) & 1 == 1).map(|(_, rule)| *rule)
    }
}

impl Digits {
    fn new(set: &RuleSet, rules: Vec<u16>) -> Self {
        let rule = |index: &u16| set.rules().get(usize::from(*index));
        let needs_context = |index: &u16| rule(index).is_some_and(|rule| !rule.keywords.is_empty());
        let (context, free): (Vec<_>, Vec<_>) = rules.into_iter().partition(needs_context);
        let all: Vec<_> = context.iter().chain(&free).filter_map(rule).collect();
        let bits = |holds: &dyn Fn(usize) -> bool| {
            (0..all.len()).filter(|place| holds(*place)).fold(0, |bits, place| bits | 1 << (place % 128))
        };
        let in_context = bits(&|place| place < context.len());
        let without_context = bits(&|place| place >= context.len());
        let back = |place: usize| all.get(place).and_then(|rule| rule.back);
        let with_back = bits(&|place| back(place).is_some());
        let steps = |byte: u8| bits(&|place| back(place).is_some_and(|back| back.max > 0 && back.class.holds(byte)));
        let stepping = (0..=u8::MAX).map(steps).collect();
        let (heads, behinds) = (Heads::new(&all), Behinds::new(&all));
        let mut by_bit = vec![Vec::new(); 128];
        for (place, rule) in (context.len()..).zip(free) {
            by_bit.get_mut(place % 128).into_iter().for_each(|rules: &mut Vec<u16>| rules.push(rule));
        }
        Self {
            context: Context::new(set, context),
            free: by_bit,
            heads,
            behinds,
            in_context,
            without_context,
            stepping,
            with_back,
        }
    }

    /// The rules that need no context and whose bits are set.
    fn free_of(&self, wanted: u128) -> impl Iterator<Item = u16> {
        let mut wanted = wanted & self.without_context;
        let bits = std::iter::from_fn(move || {
            let bit = (wanted != 0).then(|| wanted.trailing_zeros())?;
            wanted &= wanted - 1;
            self.free.get(bit as usize)
        });
        bits.flatten().copied()
    }
}

impl Rules {
    pub(in crate::detect) fn new(set: RuleSet) -> Self {
        let with = |anchor| {
            let numbered = (0u16..).zip(set.rules());
            numbered.filter(move |(_, rule)| rule.anchor == anchor).map(|(index, _)| index).collect::<Vec<_>>()
        };
        let (digits, hex_groups) = (with(Anchor::Digits), with(Anchor::HexGroups));
        let digits = Digits::new(&set, digits);
        let keywords = Context::new(&set, with(Anchor::Keyword));
        let by_keyword = keywords.rules.iter().filter_map(|index| set.rules().get(usize::from(*index)));
        let keyword_heads = Heads::new(&by_keyword.collect::<Vec<_>>());
        let (mut inside, mut leading) = (Vec::new(), Vec::new());
        for (index, rule) in (0u16..).zip(set.rules()) {
            for literal in &rule.literals {
                let has_word = literal.bytes().any(|byte| byte.is_ascii_alphanumeric());
                match (rule.anchor, literal.as_bytes()) {
                    // What a run cannot hold is found at its word.
                    (Anchor::Inside, bytes) if has_word && bytes.iter().all(|byte| is_run(*byte)) => {
                        inside.push(Gram { bytes: bytes.to_vec(), ignore_case: false, number: index });
                    }
                    (Anchor::Prefix, &[byte]) if !has_word => leading.push((byte, index)),
                    _ => {}
                }
            }
        }
        let inside = Grams::new(inside);
        Self { digits, hex_groups, keywords, keyword_heads, inside, leading, set }
    }

    /// The literals that lead to rules.
    pub(in crate::detect) fn literals(&self) -> Vec<Literal> {
        let mut literals = Vec::new();
        for (index, rule) in (0u16..).zip(self.set.rules()) {
            let literal = |text: &Text| Literal {
                bytes: text.as_bytes().to_vec(),
                before: 0,
                ignore_case: rule.ignore_case,
                target: Target::Rule(index),
            };
            match rule.anchor {
                Anchor::Prefix | Anchor::Inside => literals.extend(rule.literals.iter().map(literal)),
                Anchor::Keyword if !rule.begins_long_run(RUN_MIN) => {
                    literals.extend(rule.keywords.iter().map(|keyword| Literal {
                        ignore_case: true,
                        target: Target::Near(index),
                        ..literal(keyword)
                    }));
                }
                Anchor::Digits | Anchor::HexGroups | Anchor::Keyword | Anchor::Around => {}
            }
        }
        literals
    }

    /// Whether the rule at `index` may match at `at`, as far as what its pattern begins with tells; a rule that steps back may.
    fn may_begin(&self, index: u16, text: &[u8], at: usize) -> bool {
        self.set.rules().get(usize::from(index)).is_some_and(|rule| rule.back.is_some() || rule.may_begin(text, at))
    }

    /// The same for a rule that begins at, or a few bytes before, the digits at `digit`.
    fn may_begin_at_digits(&self, index: u16, text: &[u8], digit: usize) -> bool {
        let Some(rule) = self.set.rules().get(usize::from(index)) else { return false };
        let start = rule.start_of(text, digit);
        // What looks like a letter before the digits, or like none, may belong to an escape.
        let near = text.get(start.saturating_sub(ESCAPE_MAX)..digit).unwrap_or_default();
        (rule.back.is_some() && near.contains(&b'\\')) || rule.may_begin(text, start)
    }

    /// What follows a literal of the rule at this place.
    pub(in crate::detect) fn head_of_literal(&self, index: u16, literal: &[u8]) -> Option<Head> {
        self.set.rules().get(usize::from(index))?.head_of_literal(literal)
    }

    /// Whether the rule at this place finds personal data.
    pub(in crate::detect) fn is_personal(&self, index: usize) -> bool {
        self.set.rules().get(index).is_some_and(|rule| rule.class == Class::Personal)
    }
}

impl Search<'_> {
    /// A literal of a rule stands with its anchoring word at `word`.
    pub(in crate::detect) fn rule_literal(&mut self, index: u16, literal: &Literal, word: usize) {
        let rules = &self.parts.rules;
        let Some(rule) = rules.set.rules().get(usize::from(index)) else { return };
        if rule.window >= BLOCK_MIN {
            // A line of a block that was found as a whole.
            if self.block.0 == RuleId(index) && self.block.1.contains(&word) {
                return;
            }
            self.margins_below_literal(word + literal.bytes.len() - literal.before);
        }
        // A literal that stands there as it is, without escapes, mostly begins an ordinary word.
        if let Some(start) = literal.start_in(self.text, word)
            && rule.back.is_none()
            && !rule.may_begin(self.text, start)
        {
            self.cut_token(index, literal, word);
            return self.broken_value(index, literal, word);
        }
        self.open_rule(word, rule.window);
        let place = self.window.place(word);
        match literal.start_in(self.window.bytes(), place) {
            Some(start) => {
                if !self.try_rule(index, start) {
                    self.cut_token(index, literal, word);
                }
                self.broken_value(index, literal, word);
            }
            None => self.try_rule_as_given(index, literal, word),
        }
    }

    /// Tries a rule on the given bytes: in `C:\\code\\npm_…` what looks like an escape parts folders.
    fn try_rule_as_given(&mut self, index: u16, literal: &Literal, word: usize) {
        let Some(rule) = self.parts.rules.set.rules().get(usize::from(index)) else { return };
        let Some(at) = literal.start_in(self.text, word) else { return };
        let low = at.saturating_sub(BACK);
        let part = self.text.get(low..self.text.len().min(at + rule.window + 2)).unwrap_or_default();
        self.work += 1;
        if let Some(hit) = rule.find_at(part, at - low) {
            self.report_rule(RuleId(index), low + hit.secret.start, low + hit.secret.end);
        }
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
        let partners: Vec<_> =
            if rule.class == Class::Secret { partners(bytes, &hit.secret).collect() } else { Vec::new() };
        self.report_rule(RuleId(index), start, end);
        for partner in partners {
            let (start, end) = (self.window.offset(partner.start), self.window.offset(partner.end));
            self.report_rule(RuleId(index), start, end);
        }
        if rule.window >= BLOCK_MIN {
            if hit.secret.end + BLOCK_CLOSE < hit.whole.start + rule.window {
                self.block = (RuleId(index), start..end);
            } else {
                self.long_block(index, self.window.offset(place));
            }
        }
        true
    }

    /// A rule found a block of several lines by its literal at `word`, and its window cut that off: reads on.
    fn long_block(&mut self, index: u16, word: usize) {
        let Some(rule) = self.parts.rules.set.rules().get(usize::from(index)) else { return };
        let ahead = BLOCK_WINDOWS * rule.window;
        self.open_rule(word, ahead);
        self.work += ahead as u64;
        let Some(hit) = rule.find_within(self.window.bytes(), self.window.place(word), ahead) else { return };
        let (start, end) = (self.window.offset(hit.secret.start), self.window.offset(hit.secret.end));
        self.report_rule(RuleId(index), start, end);
        // What is cut off again may go on from a line whose own window ends behind this one.
        let cut_off = hit.secret.end + BLOCK_CLOSE >= hit.whole.start + ahead;
        let known = if cut_off { hit.whole.start + ahead - rule.window - BLOCK_CLOSE } else { hit.secret.end };
        self.block = (RuleId(index), start..self.window.offset(known));
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

    /// A value stands at `start`: tries the rules whose keywords stand before it.
    pub(in crate::detect) fn by_keyword(&mut self, start: usize) {
        let rules = self.parts;
        let context = &rules.rules.keywords;
        // What stands before a run may belong to the value.
        let joined = b":+/".contains(&byte_at(self.text, start.wrapping_sub(1)));
        let may_begin = if joined { u128::MAX } else { rules.rules.keyword_heads.at(self.text, start) };
        if may_begin == 0 {
            return;
        }
        let from = start.saturating_sub(CONTEXT_MAX);
        let wanted = may_begin & self.keyword_context.within(&context.keywords, self.text, from, start);
        for index in context.rules_of(wanted) {
            self.open(start, 512);
            let place = self.window.place(start);
            if self.try_rule(index, place) {
                continue;
            }
            // `US:` and the like may stand before the run and belong to the value.
            let bytes = self.window.bytes();
            let head = bytes.get(place.saturating_sub(HEAD_MAX)..place).unwrap_or_default();
            if let Some((&b':', head)) = head.split_last() {
                let letters = head.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                self.try_rule(index, place - 1 - letters);
            } else {
                // Base64 may hold two signs in a row, or begin with one, where a run of words ends.
                let head = bytes.get(place.saturating_sub(RULE_BACK_MAX)..place).unwrap_or_default();
                let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
                let back = head.iter().rev().take_while(is_base64).count();
                if back > 0 {
                    self.try_rule(index, place - back);
                }
            }
        }
    }

    /// A keyword of a rule ends at `end`: tries the rule at every word close enough behind it.
    pub(in crate::detect) fn near(&mut self, index: u16, end: usize) {
        let rules = &self.parts.rules;
        let Some(rule) = rules.set.rules().get(usize::from(index)) else { return };
        self.open(end, AHEAD);
        let place = self.window.place(end);
        // Another keyword of the rule may stand nearer, within a name that this one begins.
        for at in place..place + rule.distance + HEAD_MAX + 1 {
            let bytes = self.window.bytes();
            let [before, first] = [at.wrapping_sub(1), at].map(|at| byte_at(bytes, at));
            let starts = first.is_ascii_alphanumeric() && !before.is_ascii_alphanumeric() && before != b'_';
            if starts && rules.may_begin(index, bytes, at) && self.try_rule(index, at) {
                break;
            }
        }
    }

    /// Tries the rules of which a literal stands within the run `text[start..end]`, or directly before it.
    pub(in crate::detect) fn inside_run(&mut self, start: usize, end: usize) {
        let rules = &self.parts.rules;
        let before = byte_at(self.text, start.wrapping_sub(1));
        for &(_, index) in rules.leading.iter().filter(|(byte, _)| *byte == before) {
            if rules.may_begin(index, self.text, start - 1) {
                self.open(start, AHEAD);
                let place = self.window.place(start);
                self.try_rule(index, place.saturating_sub(1));
            }
        }
        // A literal's last byte may join no further word to the run.
        let run = self.text.get(start..self.text.len().min(end + 2)).unwrap_or_default();
        rules.inside.find(run, |at, index| {
            let at = start + at;
            if rules.may_begin(index, self.text, at) {
                self.open(at, AHEAD);
                let place = self.window.place(at);
                self.try_rule(index, place);
            }
        });
    }
}

/// `new Pusher("8a67…", "3286…")`: where the next arguments stand of a call whose first one a rule found, as far as they are tokens as well:
/// the id and the secret of one key.
fn partners(text: &[u8], found: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    const PARTNERS_MAX: usize = 4;
    let quote = text.get(found.end).copied().filter(|byte| b"\"'`".contains(byte));
    let head = text.get(..found.start).unwrap_or_default();
    let quote = quote.filter(|quote| head.ends_with(&[b'(', *quote]));
    let mut end = found.end;
    let next = move || next_token(text, end, quote?).inspect(|token| end = token.end);
    std::iter::from_fn(next).take(PARTNERS_MAX)
}

/// The token in quotes that is the argument behind the one whose quote stands at `end`.
fn next_token(text: &[u8], end: usize, quote: u8) -> Option<Range<usize>> {
    const GAP_MAX: usize = 48;
    const LENGTH: std::ops::RangeInclusive<usize> = 16..=128;
    let rest = text.get(end + 1..)?.strip_prefix(b",")?;
    let gap = rest.iter().take(GAP_MAX).take_while(|byte| byte.is_ascii_whitespace()).count();
    let value = rest.get(gap..)?.strip_prefix(&[quote])?;
    let length = value.iter().take(*LENGTH.end() + 1).take_while(|byte| is_run(**byte) || **byte == b'=').count();
    let value = value.get(..length).filter(|_| LENGTH.contains(&length) && value.get(length) == Some(&quote))?;
    let form = value::shape(value);
    let start = end + 2 + gap + 1;
    let token = generic::is_told_token(value) || form.is_hex(value) && form.is_mixed();
    (token && !random::is_uuid(value)).then_some(start..start + length)
}

/// What a run of token characters is made of.
fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./+~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use crate::detect::{Engine, KnownIdentities, Scratch};

    #[test]
    fn what_the_window_cuts_off_a_block_of_many_keys_is_found_from_a_later_one() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        // Letters and digits without a pattern, by a generator of congruences.
        let mut state = 7u32;
        let mut line = |length: usize| -> String {
            let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(letters.get((state >> 16) as usize % letters.len()).copied().unwrap_or(b'A'))
            };
            (0..length).map(next).collect()
        };
        let head = ["MIIEowIBA", "AKCAQEA"].concat();
        // Longer together than the wider window, and one of them longer than half of the first.
        let keys: Vec<String> = (0..12)
            .map(|key| {
                let lines: Vec<String> = (0..if key % 3 == 1 { 90 } else { 50 }).map(|_| line(64)).collect();
                format!("{head}{}\n{}", line(48), lines.join("\n"))
            })
            .collect();
        let text = keys.join("\n");
        let mut scratch = Scratch::default();
        let found = engine.scan(text.as_bytes(), &mut scratch);
        let body = found.iter().any(|it| {
            let rule = engine.rules().get(usize::from(it.rule.0)).map(|rule| rule.id.to_string());
            rule.as_deref() == Some("private-key-body") && it.start == 0 && it.end == text.len()
        });
        assert!(body, "{} of {}", found.first().map_or(0, |it| it.end), text.len());
    }
}
