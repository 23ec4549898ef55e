//! What many rows of a table are asked at once: which names a text starts with, and whether it holds one of several words.

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

/// Buckets of names; a power of two.
const BUCKETS: usize = 512;

/// Items by the names that a text may start with.
pub(super) struct Starts<T> {
    /// By a hash of the first two bytes, which every name has.
    buckets: Vec<Vec<(&'static str, T)>>,
}

impl<T> Starts<T> {
    pub(super) fn new(items: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut buckets: Vec<Vec<_>> = (0..BUCKETS).map(|_| Vec::new()).collect();
        for (name, item) in items {
            if let Some(bucket) = buckets.get_mut(bucket(name.as_bytes())) {
                bucket.push((name, item));
            }
        }
        Self { buckets }
    }

    /// The items with whose name `text` starts, in the order in which they were given.
    pub(super) fn of<'s, 't>(&'s self, text: &'t [u8]) -> impl Iterator<Item = &'s T> + use<'s, 't, T> {
        let named = self.buckets.get(bucket(text)).map_or(&[][..], Vec::as_slice);
        named.iter().filter(|(name, _)| text.starts_with(name.as_bytes())).map(|(_, item)| item)
    }
}

fn bucket(text: &[u8]) -> usize {
    text.first_chunk::<2>().map_or(0, |[first, second]| (usize::from(*first) * 31 + usize::from(*second)) % BUCKETS)
}

/// So many words are looked for one by one; more in one pass.
const FEW: usize = 8;

/// Words of which one must stand in a text; without words any text will do.
#[derive(Clone)]
pub(super) enum OneOf {
    Few(Vec<Finder<'static>>),
    Many(AhoCorasick),
}

impl OneOf {
    pub(super) fn new(words: &'static [&'static str]) -> Self {
        // In this order of matches, and in no other, the library looks for the words by vectors first.
        let many = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok();
        let many = if words.len() > FEW { many() } else { None };
        let few = || words.iter().map(|word| Finder::new(word.as_bytes())).collect();
        many.map_or_else(|| Self::Few(few()), Self::Many)
    }

    pub(super) fn stands_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Few(words) => words.is_empty() || words.iter().any(|word| word.find(text).is_some()),
            Self::Many(automaton) => automaton.is_match(text),
        }
    }
}
