//! Finds which of many short texts stand in a short stretch of text, whatever surrounds them.
//!
//! Every place of the stretch costs one look-up of three bytes. An automaton reads as many bytes, but each step waits for the
//! one before it and for memory that is rarely near.

use std::ops::Range;

use super::literals::{Entry, Index, Pairs, eight};

/// Bytes that the filter looks at.
const FIRST: usize = 3;
/// Places whose first bytes lie within eight bytes.
const TOGETHER: usize = 8 - FIRST + 1;
const CASES: u32 = 0x0020_2020;
const HASH_BITS: u32 = 15;

/// Short texts, each with a number.
pub(in crate::detect) struct Grams {
    index: Index,
    /// The first bytes of every text, apart from the rest.
    entries: Vec<Entry>,
    texts: Vec<Gram>,
    /// Too short for the filter.
    short: Vec<Gram>,
}

/// One text.
#[derive(Clone)]
pub(in crate::detect) struct Gram {
    pub bytes: Vec<u8>,
    pub ignore_case: bool,
    /// Numbers may repeat.
    pub number: u16,
}

impl Gram {
    fn stands(&self, text: &[u8], at: usize) -> bool {
        let part = text.get(at..at + self.bytes.len());
        part.is_some_and(
            |part| {
                if self.ignore_case { part.eq_ignore_ascii_case(&self.bytes) } else { part == self.bytes }
            },
        )
    }
}

impl Grams {
    pub(in crate::detect) fn new(texts: Vec<Gram>) -> Self {
        let (texts, short): (Vec<_>, Vec<_>) = texts.into_iter().partition(|gram| gram.bytes.len() >= FIRST);
        let mut by_hash = Pairs::new();
        for (place, gram) in texts.iter().enumerate() {
            if let Some(&[a, b, c]) = gram.bytes.first_chunk::<FIRST>() {
                let hash = hash(u32::from_le_bytes([a, b, c, 0]));
                by_hash.push((hash, place as u16));
            }
        }
        let entries = texts.iter().map(|gram| Entry::new(&gram.bytes, gram.ignore_case)).collect();
        Self { index: Index::new(by_hash, 1 << HASH_BITS), entries, texts, short }
    }

    /// Calls `found` with the place and the number of every text that stands in `text`.
    pub(in crate::detect) fn find(&self, text: &[u8], found: impl FnMut(usize, u16)) {
        self.find_from(text, 0..text.len(), found);
    }

    /// The same for those that begin in a part of `text`; they may end behind it.
    fn find_from(&self, text: &[u8], part: Range<usize>, mut found: impl FnMut(usize, u16)) {
        let mut at = part.start;
        while at < part.end {
            // Six places are looked at together: mostly none of them passes.
            let ahead = eight(text, at);
            let known = part.end - at;
            let mut passed = 0u32;
            for place in 0..TOGETHER {
                passed |= u32::from(self.index.has(hash((ahead >> (8 * place)) as u32 & 0x00ff_ffff))) << place;
            }
            if known < TOGETHER {
                passed &= (1 << known) - 1;
            }
            while passed != 0 {
                let place = passed.trailing_zeros() as usize;
                passed &= passed - 1;
                self.look(text, at + place, hash((ahead >> (8 * place)) as u32 & 0x00ff_ffff), &mut found);
            }
            at += TOGETHER;
        }
        for gram in &self.short {
            part.clone().filter(|at| gram.stands(text, *at)).for_each(|at| found(at, gram.number));
        }
    }

    #[inline(never)]
    fn look(&self, text: &[u8], at: usize, hash: u32, found: &mut impl FnMut(usize, u16)) {
        let eight = eight(text, at);
        let items = self.index.get(hash).iter().map(|item| usize::from(*item));
        let known = items.filter(|item| self.entries.get(*item).is_some_and(|entry| entry.agrees(eight, u64::MAX)));
        for gram in known.filter_map(|item| self.texts.get(item)) {
            if gram.stands(text, at) {
                found(at, gram.number);
            }
        }
    }
}

/// The texts that stand in the part of a longer text that was just read. Asked for place after place, it reads each byte about
/// once, however many places there are.
#[derive(Default)]
pub(in crate::detect) struct Recent {
    /// How far a place may lie before one that was asked for.
    disorder: usize,
    /// What lies before here was read.
    to: usize,
    found: Vec<(usize, u16)>,
}

/// Found texts that are kept before those far behind are forgotten.
const KEPT: usize = 64;

impl Recent {
    /// Begins with another text: places are asked for in order, but for those so far before another one.
    pub(in crate::detect) fn begin(&mut self, disorder: usize) {
        self.disorder = disorder;
        self.to = 0;
        self.found.clear();
    }

    /// The numbers, as bits, of the texts that begin within `text[from..to]`; they may end behind it.
    pub(in crate::detect) fn within(&mut self, grams: &Grams, text: &[u8], from: usize, to: usize) -> u128 {
        if to > self.to {
            if self.found.len() > KEPT {
                self.found.retain(|(at, _)| at + self.disorder >= from);
            }
            let start = self.to.max(from.saturating_sub(self.disorder));
            grams.find_from(text, start..to, |at, number| self.found.push((at, number)));
            self.to = to;
        }
        let near = self.found.iter().filter(|(at, _)| (from..to).contains(at));
        near.fold(0, |bits, (_, number)| bits | 1 << (number % 128))
    }
}

fn hash(three: u32) -> u32 {
    (three | CASES).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_wherever_it_stands() {
        let texts =
            [("token", true), ("tok", true), ("us", false), ("AzFu", false), ("keywords of rules", true)].into_iter();
        let gram = |(number, (text, ignore_case)): (u16, (&str, bool))| Gram {
            bytes: text.as_bytes().to_vec(),
            ignore_case,
            number,
        };
        let grams = Grams::new((0..).zip(texts).map(gram).collect());
        let all = |text: &str| {
            let mut all = Vec::new();
            grams.find(text.as_bytes(), |at, number| all.push((at, number)));
            all.sort_unstable();
            all
        };
        assert_eq!(all("a TOKEN us"), [(2, 0), (2, 1), (8, 2)]);
        assert_eq!(all("tok"), [(0, 1)]);
        assert_eq!(all("azfu AzFu"), [(5, 3)]);
        assert_eq!(all("KEYWORDS of Rules"), [(0, 4)]);
        assert_eq!(all(""), []);
    }

    #[test]
    fn what_was_just_read_is_known_however_often_it_is_asked_for() {
        let gram = |number, text: &str| Gram { bytes: text.as_bytes().to_vec(), ignore_case: true, number };
        let grams = Grams::new(vec![gram(3, "passport"), gram(5, "iban")]);
        let text = format!("passport {} iban 12 13 {} 14", "x".repeat(300), "y".repeat(100));
        let mut recent = Recent::default();
        recent.begin(64);
        for (to, expected) in [(5, 8), (20, 8), (60, 8), (200, 0), (330, 32), (327, 32), (400, 32), (text.len(), 0)] {
            assert_eq!(recent.within(&grams, text.as_bytes(), usize::saturating_sub(to, 100), to), expected, "{to}");
        }
    }
}
