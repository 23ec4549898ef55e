//! Finds which literals may start at a word, by its first bytes.

use std::collections::HashMap;

use super::{names, streets, window};

/// Where a literal leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The rule at this place in the rule set.
    Rule(u16),
    /// The rule at this place, whose keyword this is and whose value may be short or all letters.
    Near(u16),
    /// The known value at this place.
    Known(u16),
    /// The user's name in the path of a home folder.
    Home,
    /// A command that takes credentials among its arguments.
    Command,
    /// `://`: a user's name and password may follow.
    Url,
    /// The scheme of an `Authorization` header.
    Scheme,
    /// A person's name may follow, or stand before.
    Person(names::Cue),
    /// A word for a street: a house's number may stand beside it.
    Street(streets::Order),
}

/// One literal, seen from the word at which it is anchored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    /// All of its bytes.
    pub bytes: Vec<u8>,
    /// How many of its bytes stand before the anchoring word.
    pub before: usize,
    pub ignore_case: bool,
    pub target: Target,
}

/// The first three of four bytes.
const THREE: u32 = 0x00ff_ffff;

/// Places in the table of four bytes.
const SLOTS: usize = 1 << 15;

/// Literals by the first bytes of their anchoring word, and by the byte that follows a word.
pub(super) struct Literals {
    /// One bit for each slot of four bytes.
    long_bits: [u64; SLOTS / 64],
    /// One bit for each two bytes, for literals with fewer than three.
    short_bits: [u64; 1 << 10],
    /// The literals by the slot of their first four bytes or of all three, and those with one or two bytes.
    long: Table,
    short: Table,
    /// Literals without a word, by the byte they start with: tried where a word ends.
    after_words: Vec<Literal>,
    after_bits: [bool; 256],
}

/// Literals by place, while they are gathered.
type ByPlace = HashMap<u16, Vec<Literal>>;

/// Literals by place, for places that are known to have some: a small table with open addressing.
#[derive(Default)]
struct Table {
    /// The place, and where its literals lie.
    slots: Vec<Option<(u16, u16, u16)>>,
    literals: Vec<Literal>,
}

impl Table {
    fn new(places: ByPlace) -> Self {
        let size = (places.len() * 4).next_power_of_two();
        let mut table = Self { slots: vec![None; size], literals: Vec::new() };
        for (place, mut literals) in places {
            let from = table.literals.len() as u16;
            table.literals.append(&mut literals);
            let mut at = usize::from(place) & (size - 1);
            while table.slots.get(at).is_some_and(Option::is_some) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = Some((place, from, table.literals.len() as u16));
            }
        }
        table
    }

    fn get(&self, place: u16) -> &[Literal] {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = usize::from(place) & mask;
        while let Some(&Some((known, from, to))) = self.slots.get(at) {
            if known == place {
                return self.literals.get(usize::from(from)..usize::from(to)).unwrap_or_default();
            }
            at = (at + 1) & mask;
        }
        &[]
    }
}

impl Literals {
    pub(super) fn new(literals: Vec<Literal>) -> Self {
        let mut all = Self {
            long_bits: [0; SLOTS / 64],
            short_bits: [0; 1 << 10],
            long: Table::default(),
            short: Table::default(),
            after_words: Vec::new(),
            after_bits: [false; 256],
        };
        let (mut long, mut short) = (HashMap::new(), HashMap::new());
        for mut literal in literals {
            let word = literal.bytes.iter().position(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            let Some(before) = word else {
                if let Some(flag) = literal.bytes.first().and_then(|byte| all.after_bits.get_mut(usize::from(*byte))) {
                    *flag = true;
                    all.after_words.push(literal);
                }
                continue;
            };
            literal.before = before;
            all.add(literal, &mut long, &mut short);
        }
        all.long = Table::new(long);
        all.short = Table::new(short);
        all
    }

    fn add(&mut self, literal: Literal, long: &mut ByPlace, short: &mut ByPlace) {
        let word = literal.bytes.get(literal.before..).unwrap_or_default();
        if let Some(four) = word.first_chunk::<4>() {
            let mut slots: Vec<u16> =
                cases(four, literal.ignore_case).map(|four| slot(u32::from_le_bytes(four))).collect();
            slots.sort_unstable();
            slots.dedup();
            for slot in slots {
                set(self.long_bits.as_mut_slice(), slot);
                long.entry(slot).or_default().push(literal.clone());
            }
            return;
        }
        if let Some(&[a, b, c]) = word.first_chunk::<3>() {
            for [a, b, c] in cases(&[a, b, c], literal.ignore_case) {
                let slot = slot(u32::from_le_bytes([a, b, c, 0]));
                set(self.long_bits.as_mut_slice(), slot);
                let literals = long.entry(slot).or_default();
                if literals.last() != Some(&literal) {
                    literals.push(literal.clone());
                }
            }
            return;
        }
        let firsts: Vec<[u8; 2]> = match *word {
            [a, b, ..] => cases(&[a, b], literal.ignore_case).collect(),
            [a] => (0..=255).map(|b| [a, b]).collect(),
            [] => Vec::new(),
        };
        for two in firsts {
            let place = u16::from_le_bytes(two);
            set(self.short_bits.as_mut_slice(), place);
            let literals = short.entry(place).or_default();
            if literals.last() != Some(&literal) {
                literals.push(literal.clone());
            }
        }
    }

    /// Whether a literal may have its anchoring word start with these bytes.
    #[inline]
    pub(super) fn may(&self, first: u32) -> bool {
        is_set(&self.long_bits, slot(first))
            | is_set(&self.long_bits, slot(first & THREE))
            | is_set(&self.short_bits, first as u16)
    }

    /// The literals whose anchoring word may start with these bytes.
    pub(super) fn at_word(&self, first: u32) -> impl Iterator<Item = &Literal> {
        let at = |slot| if is_set(&self.long_bits, slot) { self.long.get(slot) } else { &[] };
        let (four, three) = (slot(first), slot(first & THREE));
        let (long, middle) = (at(four), if three == four { &[] } else { at(three) });
        let short = if is_set(&self.short_bits, first as u16) { self.short.get(first as u16) } else { &[] };
        long.iter().chain(middle).chain(short)
    }

    /// Whether a literal without a word may start with this byte.
    #[inline]
    pub(super) fn may_follow(&self, byte: u8) -> bool {
        self.after_bits.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// The literals without a word that start with this byte.
    pub(super) fn after_word(&self, byte: u8) -> impl Iterator<Item = &Literal> {
        self.after_words.iter().filter(move |literal| literal.bytes.first() == Some(&byte))
    }
}

impl Literal {
    /// Whether the literal stands in `text` with its anchoring word at `word`; then where it starts.
    pub(super) fn start_in(&self, text: &[u8], word: usize) -> Option<usize> {
        let start = word.checked_sub(self.before)?;
        let part = text.get(start..start + self.bytes.len())?;
        let same = if self.ignore_case { part.eq_ignore_ascii_case(&self.bytes) } else { part == self.bytes };
        same.then_some(start)
    }

    /// Whether the literal, from its word on, may stand at `word` once escapes are removed.
    pub(super) fn may_hide_in(&self, text: &[u8], word: usize) -> bool {
        let mut at = word;
        for wanted in self.bytes.get(self.before..).unwrap_or_default() {
            let given = match text.get(at) {
                None => return false,
                Some(b'\\' | 0x1b) => match window::escaped_byte(text, at) {
                    Some((byte, end)) => {
                        at = end;
                        byte
                    }
                    None => return true,
                },
                Some(&byte) => {
                    at += 1;
                    byte
                }
            };
            let same = if self.ignore_case { wanted.eq_ignore_ascii_case(&given) } else { *wanted == given };
            if !same {
                return false;
            }
        }
        // The byte before the word is the one that is given, unless it belongs to an escape.
        let Some(wanted) = self.before.checked_sub(1).and_then(|at| self.bytes.get(at)) else { return true };
        window::byte_before(text, word)
            .is_none_or(|given| if self.ignore_case { wanted.eq_ignore_ascii_case(&given) } else { *wanted == given })
    }
}

/// The slot of four bytes.
#[inline]
fn slot(first: u32) -> u16 {
    (first.wrapping_mul(0x9E37_79B1) >> 17) as u16
}

#[inline]
fn is_set<const N: usize>(bits: &[u64; N], place: u16) -> bool {
    bits.get(usize::from(place) / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
}

fn set(bits: &mut [u64], place: u16) {
    if let Some(bits) = bits.get_mut(usize::from(place) / 64) {
        *bits |= 1 << (place % 64);
    }
}

/// The bytes in every combination of upper and lower case, or as they are.
fn cases<const N: usize>(bytes: &[u8; N], all: bool) -> impl Iterator<Item = [u8; N]> {
    let bytes = *bytes;
    let count = if all { 1u32 << N } else { 1 };
    (0..count).map(move |upper| {
        let mut variant = bytes;
        for (at, byte) in variant.iter_mut().enumerate().filter(|_| all) {
            *byte = if upper >> at & 1 == 1 { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
        }
        variant
    })
}
