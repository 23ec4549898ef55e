//! The first bytes that a pattern asks for, whatever comes after: a test that is far cheaper than the pattern itself.
//!
//! Literals such as `pub` and `key` begin many ordinary words. The bytes after them tell nearly all of those from
//! tokens, and as long as no escape is met the given text shows the same bytes as the unescaped one.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Places that are looked at.
const PLACES_MAX: usize = 32;

/// For each place from the start of a match, the bytes that may stand there: one bit for each.
#[derive(Debug, Default)]
pub(super) struct Opening {
    places: Vec<[u64; 4]>,
}

impl Opening {
    /// Reads a pattern that matches bytes. One that cannot be read asks for nothing.
    pub(super) fn of(pattern: &str) -> Self {
        let mut opening = Self::default();
        if let Ok(hir) = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern) {
            opening.add(&hir);
        }
        opening
    }

    /// Whether a match may start at `start` once escapes are removed. Bytes are the same up to the first backslash.
    pub(super) fn fits(&self, text: &[u8], start: usize) -> bool {
        let given = text.get(start..).unwrap_or_default();
        for (place, &byte) in self.places.iter().zip(given) {
            if !holds(place, byte) {
                return matches!(byte, b'\\' | 0x1b);
            }
            if matches!(byte, b'\\' | 0x1b) {
                return true;
            }
        }
        given.len() >= self.places.len()
    }

    /// Adds what every match of `hir` begins with; whether that is all of the match, so that more may be added.
    fn add(&mut self, hir: &Hir) -> bool {
        if self.places.len() >= PLACES_MAX {
            return false;
        }
        match hir.kind() {
            HirKind::Empty => true,
            HirKind::Literal(literal) => {
                self.places.extend(literal.0.iter().map(|byte| set(*byte, *byte)));
                true
            }
            HirKind::Class(class) => {
                let Some(bytes) = bytes_of(class) else { return false };
                self.places.push(bytes);
                true
            }
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().all(|part| self.add(part)),
            HirKind::Repetition(repetition) => {
                let whole = (0..repetition.min).all(|_| self.add(&repetition.sub));
                whole && repetition.max == Some(repetition.min)
            }
            HirKind::Alternation(choices) => self.add_any(choices),
            HirKind::Look(_) => false,
        }
    }

    /// Adds what every match of one of `choices` begins with.
    fn add_any(&mut self, choices: &[Hir]) -> bool {
        let mut whole = true;
        let mut all: Option<Vec<[u64; 4]>> = None;
        for choice in choices {
            let mut one = Self::default();
            whole &= one.add(choice);
            let Some(all) = &mut all else {
                all = Some(one.places);
                continue;
            };
            whole &= all.len() == one.places.len();
            all.truncate(one.places.len());
            for (all, one) in all.iter_mut().zip(&one.places) {
                all.iter_mut().zip(one).for_each(|(all, one)| *all |= one);
            }
        }
        self.places.append(&mut all.unwrap_or_default());
        whole
    }
}

/// The bytes of a class, when each of its characters is one byte.
fn bytes_of(class: &Class) -> Option<[u64; 4]> {
    let mut all = [0; 4];
    let mut add = |from, to| all.iter_mut().zip(set(from, to)).for_each(|(bits, more)| *bits |= more);
    match class {
        Class::Bytes(class) => class.iter().for_each(|range| add(range.start(), range.end())),
        Class::Unicode(class) => {
            for range in class.iter() {
                let end = u8::try_from(range.end()).ok().filter(u8::is_ascii)?;
                add(u8::try_from(range.start()).ok()?, end);
            }
        }
    }
    Some(all)
}

fn set(from: u8, to: u8) -> [u64; 4] {
    let mut bits = [0; 4];
    for byte in from..=to {
        if let Some(bits) = bits.get_mut(usize::from(byte) / 64) {
            *bits |= 1 << (byte % 64);
        }
    }
    bits
}

fn holds(set: &[u64; 4], byte: u8) -> bool {
    set.get(usize::from(byte) / 64).is_some_and(|bits| bits >> (byte % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::bytes::RegexBuilder;

    const PATTERNS: &[&str] = &[
        "pub[0-9a-f]{4}",
        "(?i)key_[a-z]{2,3}x",
        "(?:pat|key)[a-z]",
        "[ab]?c",
        "(?<secret>b\\.[a-z]+)c",
        "a{0,2}b",
        "",
        "(a|b)c",
        "(?:pub|pat)[abc]",
        "(?:pub|b\\.)[abc]",
        "(?:pub|)a",
        "(?:ab){2}c*",
    ];

    proptest! {
        #[test]
        fn nothing_that_matches_is_turned_away(text in "(pub|KEY_|pat|b\\.|[abcx0f.]){0,8}") {
            for pattern in PATTERNS {
                let regex = RegexBuilder::new(&format!(r"\A(?:{pattern})")).unicode(false).build();
                if regex.is_ok_and(|regex| regex.is_match(text.as_bytes())) {
                    prop_assert!(Opening::of(pattern).fits(text.as_bytes(), 0), "{}", pattern);
                }
            }
        }
    }

    #[test]
    fn what_cannot_match_is_turned_away_and_escapes_are_not_judged() {
        let opening = Opening::of("pub[0-9a-f]{32}");
        assert!(!opening.fits(b"public", 0));
        assert!(!opening.fits(b"pub12", 0));
        assert!(opening.fits(br"pub12\u0033", 0));
        assert!(opening.fits(br"pub\n", 0));
    }
}
