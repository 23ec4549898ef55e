//! Secrets that are known before they are met: from this machine's credential files, or found earlier in the same texts. So are the
//! names of persons that were found in full.
//!
//! A value is held as a hash under a random key of this process, beside its length and sixteen bits of its first word: enough to
//! find it again wherever that word begins, too little to tell it. What was found once by its name is so found again where it
//! stands alone.

mod head;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use crate::detect::RuleId;
use crate::detect::builtin::Builtin;
use crate::detect::judge::{generic, value};
use crate::detect::reading::{boxes, views};
use crate::detect::search::Search;
use crate::detect::sets::literals;
use head::head;

/// Values held at most; more are not taken.
const VALUES_MAX: usize = 8192;
/// Bytes of a value: shorter ones stand by chance in other texts, longer ones are no tokens.
const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 512;
/// Forms of names held at most: more would be looked for at too many words. The next name begins them anew.
const NAMES_MAX: usize = 768;
/// Bytes of a password, which has several kinds of characters.
const PASSWORD_MIN: usize = 8;
/// Bytes before the word at which a value is found.
const BEFORE_MAX: usize = 32;
/// Bytes of the word that the filter looks at.
const FIRST: usize = 4;
/// Hex digits of a value: more than short names of commits have.
const HEX_MIN: usize = 20;
/// Of a value this long, each half is a value too: texts show tokens cut short.
const HALVED_MIN: usize = 32;
/// Of a value that long, its last bytes are a value too: `… and ends in …`.
const CUT_MIN: usize = 20;
const CUT: usize = 12;
/// So many first bytes of any value are one where dots follow: `the password starts with Copper!T…`.
const SHOWN: [usize; 2] = [8, 12];
/// In the middle of a word values at least this long are looked for: `passq7Zp…`.
const WITHIN_MIN: u16 = 16;
/// Values that are looked for in the middle of the words of one run, at most.
const WITHIN_TRIES: usize = 64;
/// The filter has a bit for each hash of a word's first bytes.
const FILTER_BITS: u32 = 16;

/// Secrets that must not leave in any text.
#[derive(Clone, Default)]
pub struct KnownSecrets {
    filter: Vec<u64>,
    /// For each hash of a first word, how values that have it lie around it.
    shapes: HashMap<u16, Vec<Shape>>,
    /// By the hashes of whole values.
    values: HashMap<u64, (Held, Anchor)>,
    /// How often something was added to them.
    changes: u64,
    /// Hashes of values that rules found, with the rule: as many as `values` may have.
    met: HashSet<u64>,
    /// How many of the values are forms of names.
    names: usize,
    key: RandomState,
}

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    /// The rule that found it; none where it comes from this machine.
    rule: Option<RuleId>,
    /// It is so plain that a longer word which begins with it is another one.
    whole: bool,
    /// It is the beginning of a value, and told by what stands for the rest.
    cut: bool,
    /// It is the beginning of a value, and tells it alone: what goes on behind it belongs to it.
    head: bool,
    /// It is a form of somebody's name.
    name: bool,
}

/// Where a value is looked for: at the words of this place of the filter, in this shape.
type Anchor = (u16, Shape);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    /// Bytes before the word.
    before: u8,
    length: u16,
}

impl KnownSecrets {
    /// Takes a value that is known to be secret. Says whether it is one that can be told from ordinary text: for what stands in a
    /// file of credentials less is enough than for what a rule found.
    pub fn add(&mut self, value: &[u8]) -> bool {
        let telling = is_telling(value);
        (telling || is_password(value))
            && self.insert(value, Held { rule: None, whole: !telling, cut: false, head: false, name: false })
    }

    /// Takes a value that a rule found, if it can be told from ordinary text.
    pub(in crate::detect) fn add_found(&mut self, value: &[u8], rule: RuleId) {
        // Few hex digits may be those of a commit, which other texts name without meaning a secret.
        let hex = |value: &[u8]| value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
        if !is_telling(value) || value.len() < HEX_MIN && hex(value) {
            return;
        }
        let held = Held { rule: Some(rule), whole: false, cut: false, head: false, name: false };
        self.insert(value, held);
        if value.len() >= HALVED_MIN {
            let halves: [&[u8]; 2] = value.split_at(value.len() / 2).into();
            halves.into_iter().filter(|half| is_random_half(half)).for_each(|half| {
                self.insert(half, held);
            });
        }
        SHOWN
            .iter()
            .filter_map(|length| value.get(..*length))
            .filter(|head| *head != value && is_shown(head))
            .for_each(|head| {
                self.insert(head, Held { cut: true, ..held });
            });
        // What follows the prefix of a token, which may stand in a string of its own.
        let part = value.split(|byte| !byte.is_ascii_alphanumeric()).max_by_key(|part| part.len()).unwrap_or_default();
        if (usize::from(WITHIN_MIN)..value.len()).contains(&part.len()) && !hex(part) && is_random_end(part) {
            self.insert(part, held);
        }
        if let Some(head) = head(value) {
            self.insert(head, Held { head: true, ..held });
        }
        if value.len() >= CUT_MIN {
            value.last_chunk::<CUT>().filter(|end| !hex(*end) && is_random_end(*end)).map(|end| self.insert(end, held));
        }
    }

    /// Takes a value that a person told: less is enough than for what a rule found.
    pub(in crate::detect) fn add_told(&mut self, value: &[u8], rule: RuleId) {
        // `hotfix2024`: what reads like a word and a number may be the name of anything in another text.
        if !is_telling(value) && is_password(value) && !value::is_wordlike(value) {
            self.insert(value, Held { rule: Some(rule), whole: true, cut: false, head: false, name: false });
        }
    }

    /// Takes a form of the name of a person that a rule found, which later texts may repeat where nothing tells it.
    pub(in crate::detect) fn add_name(&mut self, name: &[u8], rule: RuleId) {
        if self.values.contains_key(&self.key.hash_one(name)) {
            return;
        }
        if self.names >= NAMES_MAX {
            self.forget_names();
        }
        self.names +=
            usize::from(self.insert(name, Held { rule: Some(rule), whole: true, cut: false, head: false, name: true }));
    }

    fn forget_names(&mut self) {
        self.values.retain(|_, (held, _)| !held.name);
        self.names = 0;
        self.filter.clear();
        self.shapes.clear();
        let anchors: Vec<Anchor> = self.values.values().map(|(_, anchor)| *anchor).collect();
        anchors.into_iter().for_each(|anchor| self.look_for(anchor));
    }

    /// Whether the rule has not found this value before: then it and its other forms are to be taken. The beginning of another one is
    /// no value of its own where dots stand `behind` it.
    pub(in crate::detect) fn is_news(&mut self, value: &[u8], behind: &[u8], rule: RuleId) -> bool {
        let cut = is_elided(behind) && self.values.get(&self.key.hash_one(value)).is_some_and(|(held, _)| held.cut);
        !cut && (self.met.len() >= VALUES_MAX || self.met.insert(self.key.hash_one((value, rule))))
    }

    /// How many values are known.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// How often more was known than before.
    pub(in crate::detect) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether no more values are taken: who remembers what was found begins anew then.
    pub(in crate::detect) fn is_full(&self) -> bool {
        self.values.len() >= VALUES_MAX
    }

    fn insert(&mut self, value: &[u8], held: Held) -> bool {
        let Some((before, place)) = anchor(value) else { return false };
        let Ok(length) = u16::try_from(value.len()) else { return false };
        if self.is_full() {
            return false;
        }
        let anchor = (place, Shape { before, length });
        self.look_for(anchor);
        let (known, _) = self.values.entry(self.key.hash_one(value)).or_insert_with(|| {
            self.changes += 1;
            (held, anchor)
        });
        if known.cut && !held.cut || known.head && !held.head && !held.cut || known.name && !held.name {
            self.changes += 1;
            *known = held;
        }
        true
    }

    fn look_for(&mut self, (place, shape): Anchor) {
        self.filter.resize(1 << (FILTER_BITS - 6), 0);
        if let Some(bits) = self.filter.get_mut(usize::from(place) / 64) {
            *bits |= 1 << (place % 64);
        }
        let shapes = self.shapes.entry(place).or_default();
        if !shapes.contains(&shape) {
            // The longest is tried first.
            let at = shapes.partition_point(|known| known.length > shape.length);
            shapes.insert(at, shape);
        }
    }

    /// Whether a value may stand around a word with this hash of its first four bytes.
    #[inline(always)]
    pub(in crate::detect) fn may(&self, hash: u32) -> bool {
        let place = place(hash);
        self.filter.get(usize::from(place) / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// Whether a value may stand around what begins so.
    fn may_begin(&self, first: &[u8]) -> bool {
        first.first_chunk::<FIRST>().is_some_and(|first| self.may(literals::hash_of(u32::from_le_bytes(*first))))
    }

    /// The value of at least `length_min` bytes around the word at `word`.
    fn find(&self, text: &[u8], word: usize, length_min: u16) -> Option<Known> {
        let first = text.get(word..)?.first_chunk::<FIRST>()?;
        let hash = literals::hash_of(u32::from_le_bytes(*first));
        let shapes = if self.may(hash) { self.shapes.get(&place(hash))? } else { return None };
        shapes.iter().take_while(|shape| shape.length >= length_min).find_map(|shape| {
            let start = word.checked_sub(usize::from(shape.before))?;
            let end = start + usize::from(shape.length);
            let (held, _) = self.values.get(&self.key.hash_one(text.get(start..end)?))?;
            let rest = text.get(end..).unwrap_or_default();
            let goes_on_by = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
            let more = || rest.iter().take(LENGTH_MAX).take_while(goes_on_by).count();
            let goes_on = held.whole && rest.first().is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_');
            let told = !held.cut || is_elided(rest);
            let end = if held.head { end + more() } else { end };
            (!goes_on && told).then_some(Known { start, end, rule: held.rule, head: held.head })
        })
    }
}

/// A known value: where it lies, and the rule that found it.
struct Known {
    start: usize,
    end: usize,
    rule: Option<RuleId>,
    /// It is the head of a value, of which the rest may stand behind escapes or in other lines.
    head: bool,
}

fn place(hash: u32) -> u16 {
    (hash >> (literals::HASH_BITS - FILTER_BITS)) as u16
}

/// Bytes before the word of four bytes or more that is looked for, and the filter's place for that word.
fn anchor(value: &[u8]) -> Option<(u8, u16)> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let starts = (0..BEFORE_MAX.min(value.len()))
        .filter(|at| at.checked_sub(1).and_then(|last| value.get(last)).is_none_or(|last| !is_word(last)));
    let mut words = starts.filter_map(|at| {
        let first = value.get(at..)?.first_chunk::<FIRST>().filter(|first| first.iter().all(is_word))?;
        Some((at, *first))
    });
    // Letters alone begin ordinary words as well, and digits alone dates: every one of them would have to be looked at.
    let is_rare = |first: &[u8; FIRST]| value::shape(first).is_mixed();
    let first = words.next()?;
    let (at, first) = if is_rare(&first.1) { first } else { words.find(|word| is_rare(&word.1)).unwrap_or(first) };
    Some((at as u8, place(literals::hash_of(u32::from_le_bytes(first)))))
}

/// Whether the first bytes of a value are no word that begins others.
fn is_shown(head: &[u8]) -> bool {
    let sign = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_punctuation() && !b"-_./:".contains(byte);
    head.iter().any(sign) && head.iter().any(u8::is_ascii_alphabetic)
}

/// Whether what stands for the rest of a value begins a text: dots or stars.
fn is_elided(text: &[u8]) -> bool {
    ["..", "**", "\u{2026}", "\u{2022}", "\\u2026"].iter().any(|rest| text.starts_with(rest.as_bytes()))
}

/// Whether the first half of a value tells it: random letters and digits, and no words that begin other values as well.
fn is_random_half(half: &[u8]) -> bool {
    let shape = value::shape(half);
    shape.is_mixed() && value::entropy(half) >= 2.75 && !value::is_wordlike(half) && !generic::is_path(half)
}

/// Whether the first or last bytes of a value tell it.
fn is_random_end(end: &[u8]) -> bool {
    is_random_half(end) && is_own(end)
}

/// Bytes of a token that are not how many others begin: in Base64, JSON, PEM and its body, keys of SSH, archives, pictures and documents
/// do, what OpenSSL (`Salted__`), Fernet, ASP.NET and AWS encrypt, and tokens of AWS, PyPI and Vault. None is longer than the shortest part.
fn is_own(part: &[u8]) -> bool {
    const COMMON: [&str; 20] = [
        "eyJ", "LS0t", "MII", "MHc", "MC4", "AAAA", "H4sI", "UEsD", "iVBOR", "R0lGOD", "PD94", "JVBER", "b3BlbnNz",
        "U2FsdGVk", "gAAAAA", "CfDJ8", "AQICAH", "IQoJb3Jp", "AgEIcHlw", "CAESI",
    ];
    !COMMON.iter().any(|begins| part.starts_with(begins.as_bytes()))
        && part.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// Whether a value is long and mixed enough to be told from ordinary text.
fn is_telling(value: &[u8]) -> bool {
    if value.len() > LENGTH_MAX {
        return false;
    }
    let shape = value::shape(value);
    let signs = value.iter().filter(|byte| byte.is_ascii_punctuation() && !b"-_./:".contains(byte)).count();
    let kinds = [shape.upper, shape.lower, shape.digit, shape.foreign, signs];
    let kinds = kinds.iter().filter(|count| **count > 0).count();
    let long = value.len() >= LENGTH_MIN && shape.is_mixed() || value.len() >= PASSWORD_MIN && kinds >= 3;
    let jumbled = || value.len() >= LENGTH_MIN && value::is_jumbled(value);
    // `copper harbor violin 71`: words that no sentence has in a row.
    let phrase = || {
        value.len() >= LENGTH_MIN && value.first().is_some_and(u8::is_ascii_alphabetic) && value::is_passphrase(value)
    };
    phrase()
        || (long || jumbled())
            && !value.iter().any(u8::is_ascii_whitespace)
            && !value::is_placeholder(value)
            && !generic::is_marker(value)
            && !generic::is_path(value)
}

/// Whether what stands as a password in a file of credentials can be told from ordinary text where it stands as a whole.
fn is_password(value: &[u8]) -> bool {
    let shape = value::shape(value);
    let signs = shape.length - shape.letters() - shape.digit - shape.foreign;
    let cased = shape.lower > 0 && value.iter().skip(1).any(u8::is_ascii_uppercase);
    let mixed = shape.letters() > 0 && (shape.digit > 0 || cased || signs > 0 && value::is_hyphenated(value));
    let random = shape.length >= LENGTH_MIN && !value::is_wordlike(value);
    (PASSWORD_MIN..=LENGTH_MAX).contains(&value.len())
        && (mixed || random)
        && !value.iter().any(u8::is_ascii_whitespace)
        && !value::is_placeholder(value)
        && !generic::is_marker(value)
        && !generic::is_path(value)
}

impl Search<'_> {
    /// A known value may stand around the word at `word`.
    #[inline(never)]
    pub(in crate::detect) fn known_secret(&mut self, word: usize) {
        let plain = self.secrets().find(self.text, word, 0);
        let found = match plain {
            Some(found) if !found.head => Some(found),
            _ => self.known_escaped(word).or_else(|| self.known_over_lines(word)).or(plain),
        };
        if let Some(found) = found {
            self.report_known(found);
        }
    }

    /// A known value around the word at `word` with escapes in it.
    fn known_escaped(&mut self, word: usize) -> Option<Known> {
        let ahead = self.text.get(word..self.text.len().min(word + LENGTH_MAX))?;
        if !self.secrets().may_be_escaped(ahead) {
            return None;
        }
        self.open(word, 2 * LENGTH_MAX);
        let found = self.secrets().find(self.window.bytes(), self.window.place(word), 0)?;
        Some(Known { start: self.window.offset(found.start), end: self.window.offset(found.end), ..found })
    }

    /// A known value may begin around the word at `word` and go on in the lines below, behind what stands there before each line.
    fn known_over_lines(&mut self, word: usize) -> Option<Known> {
        let text = self.text;
        let places = over_lines(text, word)?;
        let joined: Vec<u8> = places.iter().filter_map(|place| text.get(*place)).copied().collect();
        self.work += joined.len() as u64;
        // What goes on behind a head may be another word.
        let found = self.secrets().find(&joined, word.min(BEFORE_MAX), 0).filter(|found| !found.head)?;
        let last = found.end.checked_sub(1).and_then(|last| places.get(last))?;
        Some(Known { start: *places.get(found.start)?, end: last + 1, ..found })
    }

    /// Known values may stand in the middle of the words of the run `text[start..end]`.
    pub(in crate::detect) fn known_within(&mut self, start: usize, end: usize) {
        let text = self.text;
        if self.secrets().is_empty() {
            return;
        }
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let (mut at, mut tries) = (start + 1, 0);
        while at + usize::from(WITHIN_MIN) <= end && tries < WITHIN_TRIES {
            // At the start of a word each value is looked for.
            let within = text.get(at - 1).is_some_and(is_word);
            if within && self.secrets().may_begin(text.get(at..end).unwrap_or_default()) {
                tries += 1;
                if let Some(found) = self.secrets().find(text, at, WITHIN_MIN) {
                    at = found.end;
                    self.report_known(found);
                    continue;
                }
            }
            at += 1;
        }
    }

    fn report_known(&mut self, found: Known) {
        let rule = found.rule.unwrap_or_else(|| self.parts.id(Builtin::KnownSecret));
        self.report_rule(rule, found.start, found.end);
    }
}

/// The places of what stands before the token at `word`, of that token, and of what goes on it in the lines below; only where it ends
/// its line.
fn over_lines(text: &[u8], word: usize) -> Option<Vec<usize>> {
    const LINES_MAX: usize = 12;
    const MARGIN_MAX: usize = 16;
    let is_part = |byte: &&u8| byte.is_ascii_graphic() && !b"\\\"'`|".contains(*byte);
    let is_margin = |byte: &&u8| b" \t>+".contains(*byte);
    let mut places: Vec<usize> = (word - word.min(BEFORE_MAX)..word).collect();
    let mut at = word;
    for line in 0..LINES_MAX {
        let rest = text.get(at..text.len().min(at + LENGTH_MAX))?;
        let length = rest.iter().take_while(is_part).count();
        places.extend(at..at + length);
        let edge = boxes::line_end_after(text, at + length).unwrap_or(at + length);
        let next = edge + views::line_end(text.get(edge..)?);
        if next == edge || length == 0 || places.len() > LENGTH_MAX {
            return (line > 0).then_some(places);
        }
        let margin =
            |at: usize| at + text.get(at..).unwrap_or_default().iter().take(MARGIN_MAX).take_while(is_margin).count();
        let inner = margin(next);
        at = boxes::border_at(text, inner).map_or(inner, |border| margin(inner + border));
    }
    Some(places)
}

impl KnownSecrets {
    /// Whether a value around the word that `ahead` begins with could hold an escape: none is longer than the longest shape.
    fn may_be_escaped(&self, ahead: &[u8]) -> bool {
        let Some(first) = ahead.first_chunk::<FIRST>() else { return false };
        let hash = literals::hash_of(u32::from_le_bytes(*first));
        let shapes = if self.may(hash) { self.shapes.get(&place(hash)) } else { None };
        let longest = shapes.and_then(|shapes| shapes.first()).map_or(0, |shape| usize::from(shape.length));
        ahead.iter().take(longest).any(|byte| *byte == b'\\')
    }
}
