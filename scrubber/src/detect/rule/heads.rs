//! The heads of many rules, held against a text at once.
//!
//! Every rule has a bit, and every place of a head a word of bits for each class of bytes: which rules may have such a byte
//! there. Reading a text byte by byte leaves the bits of the rules that may match; mostly none is left after a few bytes.

use super::head::classes_of;
use super::{Head, Rule};

/// Heads of rules, each with a bit: the place in their list, round and round.
pub(in crate::detect) struct Heads {
    /// Bytes that no head tells apart have one class.
    classes: Vec<u8>,
    /// For each place of a head and each class of bytes, the rules that may go on.
    masks: Vec<Vec<u128>>,
    /// For each place the rules whose head goes on there, and those whose head has ended before. Rules that share a bit may
    /// be in both.
    open: Vec<(u128, u128)>,
    all: u128,
}

impl Heads {
    pub(in crate::detect) fn new(rules: &[&Rule]) -> Self {
        let heads: Vec<(u128, &Head)> =
            rules.iter().enumerate().map(|(place, rule)| (1 << (place % 128), rule.head())).collect();
        let length = heads.iter().map(|(_, head)| head.len()).max().unwrap_or(0);
        let (classes, kinds) = classes_of(heads.iter().flat_map(|(_, head)| head.sets()));
        let mut masks = vec![vec![0; kinds.len()]; length];
        let mut open = vec![(0, 0); length];
        for (bit, head) in &heads {
            // Beyond what is known any byte may stand.
            let places = head.places().map(Some).chain(std::iter::repeat(None));
            for (set, (masks, (open, ended))) in places.zip(masks.iter_mut().zip(&mut open)) {
                *(if set.is_some() { open } else { ended }) |= bit;
                for (mask, byte) in masks.iter_mut().zip(&kinds) {
                    if set.is_none_or(|set| set.holds(*byte)) {
                        *mask |= bit;
                    }
                }
            }
        }
        Self { classes, masks, open, all: heads.iter().fold(0, |all, (bit, _)| all | bit) }
    }

    /// The bits of the rules of which a match may begin at `start`, once escapes are removed: what is known ends at one.
    #[inline]
    pub(in crate::detect) fn at(&self, text: &[u8], start: usize) -> u128 {
        let mut rest = text.get(start..).unwrap_or_default().iter();
        let mut bits = self.all;
        for (masks, (open, ended)) in self.masks.iter().zip(&self.open) {
            // Nothing is left, or nothing more is known of what is left.
            if bits & open == 0 {
                break;
            }
            match rest.next() {
                Some(b'\\' | 0x1b) => break,
                Some(byte) => {
                    let class = self.classes.get(usize::from(*byte)).copied().unwrap_or(0);
                    bits &= masks.get(usize::from(class)).copied().unwrap_or(u128::MAX);
                }
                None => return bits & ended,
            }
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::super::RuleSet;
    use super::*;

    #[test]
    fn heads_together_say_what_each_head_says() {
        let set = RuleSet::shipped().unwrap_or_default();
        let rules: Vec<_> = set.rules().iter().collect();
        assert!(rules.len() > 300, "bits are shared");
        let heads = Heads::new(&rules);
        let examples = rules.iter().flat_map(|rule| &rule.examples).map(|example| example.secret.concat());
        for text in examples.chain(["".to_owned(), "12\\n".to_owned(), "sk_\u{1b}[1m".to_owned()]) {
            let expected = rules
                .iter()
                .enumerate()
                .fold(0, |bits, (place, rule)| bits | u128::from(rule.may_begin(text.as_bytes(), 0)) << (place % 128));
            let given = heads.at(text.as_bytes(), 0);
            assert_eq!(given & expected, expected, "too little is let through");
        }
        // Where no bit is shared it is no more than each head says.
        let few: Vec<_> = rules.iter().take(128).copied().collect();
        let heads = Heads::new(&few);
        for text in few.iter().flat_map(|rule| &rule.examples).map(|example| example.secret.concat()) {
            let expected = few.iter().filter(|rule| rule.may_begin(text.as_bytes(), 0)).count();
            assert_eq!(heads.at(text.as_bytes(), 0).count_ones() as usize, expected);
        }
    }
}
