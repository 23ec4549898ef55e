//! What may stand behind the digits that a match begins with, for many rules at once.
//!
//! A head ends where the length of a match varies: of `[0-9]{7,8}-?[A-Z]` it knows seven digits. Nearly every number of a text is
//! told by what follows its digits instead, a comma or a blank, and by how many there are.

use regex_syntax::hir::{Hir, HirKind};

use super::Rule;
use super::head::{ByteSet, bytes_of, classes_of};

/// Of longer stretches of digits nothing is told.
const DIGITS_MAX: usize = 40;

/// Of one pattern: what follows the digits of a match, up to its first other byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Behind {
    /// A match may end behind so many digits as the place of a bit says.
    ends: u64,
    /// Behind so many digits one of these bytes may follow.
    others: Vec<(u64, ByteSet)>,
    /// Expressions that were read: repeats within repeats multiply.
    read: u32,
}

/// Of a pattern that would take more nothing is known.
const READ_MAX: u32 = 20_000;

impl Behind {
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let mut behind = Self::default();
        behind.ends = behind.read(hir, 1);
        (behind.read <= READ_MAX).then_some(behind)
    }

    /// Reads an expression where so many digits as `lengths` has bits may stand before it: how many may stand once it is
    /// over, if it was digits alone.
    fn read(&mut self, hir: &Hir, lengths: u64) -> u64 {
        self.read += 1;
        match hir.kind() {
            _ if lengths == 0 || self.read > READ_MAX => 0,
            HirKind::Empty | HirKind::Look(_) => lengths,
            HirKind::Literal(literal) => {
                let bytes = literal.0.iter();
                bytes.fold(lengths, |lengths, byte| self.one(lengths, ByteSet::of([*byte])))
            }
            HirKind::Class(class) => self.one(lengths, bytes_of(class)),
            HirKind::Capture(capture) => self.read(&capture.sub, lengths),
            HirKind::Concat(parts) => parts.iter().fold(lengths, |lengths, part| self.read(part, lengths)),
            HirKind::Alternation(parts) => parts.iter().fold(0, |all, part| all | self.read(part, lengths)),
            HirKind::Repetition(repetition) => {
                let mut all = if repetition.min == 0 { lengths } else { 0 };
                let mut before = lengths;
                // No bit is left behind more digits than there are bits.
                for count in 1..=repetition.max.unwrap_or(u64::BITS).min(u64::BITS) {
                    before = self.read(&repetition.sub, before);
                    all |= if count >= repetition.min { before } else { 0 };
                    if before == 0 {
                        break;
                    }
                }
                all
            }
        }
    }

    fn one(&mut self, lengths: u64, set: ByteSet) -> u64 {
        let others = set.without_digits();
        if others != ByteSet::default() {
            match self.others.iter_mut().find(|(_, known)| *known == others) {
                Some((known, _)) => *known |= lengths,
                None => self.others.push((lengths, others)),
            }
        }
        if set == others { 0 } else { lengths << 1 }
    }
}

/// What stands behind the digits of rules, each of which has a bit: its place in their list, round and round.
pub(in crate::detect) struct Behinds {
    /// For each number of digits the rules that may end there or before.
    ends: Vec<u128>,
    /// Bytes that no rule tells apart have one class.
    classes: Vec<u8>,
    /// For each number of digits and each class of bytes the rules that may go on.
    others: Vec<Vec<u128>>,
}

impl Behinds {
    pub(in crate::detect) fn new(rules: &[&Rule]) -> Self {
        let behinds: Vec<_> =
            rules.iter().enumerate().map(|(place, rule)| (1u128 << (place % 128), rule.head().behind())).collect();
        let sets = behinds.iter().filter_map(|(_, behind)| *behind).flat_map(|behind| &behind.others);
        let (classes, kinds) = classes_of(sets.map(|(_, set)| set));
        let mut ends = vec![0; DIGITS_MAX + 1];
        let mut others = vec![vec![0; kinds.len()]; DIGITS_MAX + 1];
        for (bit, behind) in behinds {
            for (count, (ends, others)) in ends.iter_mut().zip(&mut others).enumerate() {
                let up_to = u64::MAX >> (63 - count);
                if behind.is_none_or(|behind| behind.ends & up_to != 0) {
                    *ends |= bit;
                }
                let sets = behind.into_iter().flat_map(|behind| &behind.others);
                for (_, set) in sets.filter(|(lengths, _)| lengths >> count & 1 == 1) {
                    let going_on = others.iter_mut().zip(&kinds).filter(|(_, byte)| set.holds(**byte));
                    going_on.for_each(|(rules, _)| *rules |= bit);
                }
            }
        }
        Self { ends, classes, others }
    }

    /// The bits of the rules of which a match may begin at the digits at `start`, once escapes are removed and what veils: behind a
    /// sign that may begin either nothing is known.
    #[inline]
    pub(in crate::detect) fn at(&self, text: &[u8], start: usize) -> u128 {
        let rest = text.get(start..).unwrap_or_default();
        let digits = rest.iter().take(DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let (Some(ends), Some(others)) = (self.ends.get(digits), self.others.get(digits)) else { return u128::MAX };
        match rest.get(digits) {
            None => *ends,
            Some(b'\\' | 0x1b | b'&' | 0x80..) => u128::MAX,
            Some(byte) => {
                let class = self.classes.get(usize::from(*byte)).copied().unwrap_or(0);
                ends | others.get(usize::from(class)).copied().unwrap_or(u128::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Anchor, RuleSet};
    use super::*;

    fn behind(pattern: &str) -> Behind {
        let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
        Behind::of(&parsed.unwrap_or_else(|_| Hir::empty())).unwrap_or_default()
    }

    #[test]
    fn of_repeats_within_repeats_nothing_is_known_that_would_take_long() {
        let nested = |depth| format!("{}[0-9]*x{}", "(?:".repeat(depth), "y?)*".repeat(depth));
        for (depth, known) in [(1, true), (12, false)] {
            assert_eq!(behind(&nested(depth)) != Behind::default(), known, "{depth}");
        }
    }

    #[test]
    fn what_follows_so_many_digits_is_read_from_the_pattern() {
        let bits = |lengths: &[u32]| lengths.iter().fold(0u64, |bits, length| bits | 1 << length);
        for (pattern, ends, others) in [
            ("[0-9]{7,8}-?[A-C]", &[][..], &[("-", &[7, 8][..]), ("ABC", &[7, 8])][..]),
            ("(?:19|20)?[0-9]{2}[-+]1", &[], &[("+-", &[2, 4])]),
            ("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}", &[], &[(".", &[1, 2, 3])]),
            ("[0-9a-f]{3}", &[3], &[("abcdef", &[0, 1, 2])]),
            ("12?x*", &[1, 2], &[("x", &[1, 2])]),
        ] {
            let given = behind(pattern);
            assert_eq!(given.ends, bits(ends), "{pattern}");
            let others: Vec<_> =
                others.iter().map(|(bytes, lengths)| (bits(lengths), ByteSet::of(bytes.bytes()))).collect();
            assert_eq!(given.others, others, "{pattern}");
        }
        assert_eq!(behind("[0-9]+").ends, u64::MAX - 1);
    }

    #[test]
    fn no_rule_for_digits_is_kept_from_one_of_its_examples() {
        let set = RuleSet::shipped().unwrap_or_default();
        let rules: Vec<_> = set.rules().iter().filter(|rule| rule.anchor == Anchor::Digits).collect();
        let behinds = Behinds::new(&rules);
        let mut asked = 0;
        for (place, rule) in rules.iter().enumerate() {
            for example in &rule.examples {
                let (text, _) = example.text();
                let starts = (0..text.len())
                    .filter(|at| rule.match_at(text.as_bytes(), *at).is_some_and(|hit| hit.whole.start == *at));
                for start in starts {
                    assert!(behinds.at(text.as_bytes(), start) >> (place % 128) & 1 == 1, "{}", rule.id);
                    asked += 1;
                }
            }
        }
        assert!(asked > 100, "{asked}");
        let dni = rules.iter().position(|rule| &*rule.id == "es-dni").unwrap_or(0);
        for (text, may) in [("1234567, ", false), ("12345678", false), ("123456789-Z", false), ("1234567Z", true)] {
            assert_eq!(behinds.at(text.as_bytes(), 0) >> (dni % 128) & 1 == 1, may, "{text}");
        }
    }
}
