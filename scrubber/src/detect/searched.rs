//! What was found in texts that were searched before. Transcripts repeat texts: files that are read again, what every session
//! begins with, whole sessions that were resumed under another name.
//!
//! A text is told by its length and a hash under a random key of this process; neither tells anything of it. What is found also
//! hangs on the secrets that were known by then, so that an outcome holds only as long as no other one came.

use std::array;
use std::hash::{BuildHasher, RandomState};

use super::Finding;
use super::engine::EngineId;

/// Outcomes that are kept, each in the place that the hash names; a power of two.
const OUTCOMES: usize = 8192;
/// A shorter text is searched sooner than looked up.
const LENGTH_MIN: usize = 48;

/// The outcomes of searches by one engine.
#[derive(Default)]
pub(super) struct Searched {
    key: Key,
    engine: Option<EngineId>,
    outcomes: Vec<Option<Outcome>>,
}

struct Outcome {
    text: Text,
    found: Box<[Finding]>,
}

/// A text, and how many secrets were known before and after it was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    hash: u64,
    length: usize,
    known: usize,
}

impl Searched {
    /// What tells `text`, which `engine` searches while so many secrets are known. `None` for short ones.
    pub(super) fn text(&mut self, text: &[u8], engine: EngineId, known: usize) -> Option<Text> {
        if self.engine != Some(engine) {
            self.engine = Some(engine);
            self.forget();
        }
        (text.len() >= LENGTH_MIN).then(|| Text { hash: self.key.hash(text), length: text.len(), known })
    }

    /// Forgets everything: other secrets are known than before.
    pub(super) fn forget(&mut self) {
        self.outcomes.clear();
    }

    /// What was found in the text.
    pub(super) fn get(&self, text: &Text) -> Option<&[Finding]> {
        let outcome = self.outcomes.get(place(text))?.as_ref()?;
        (outcome.text == *text).then_some(&*outcome.found)
    }

    /// Keeps what was found in the text, in which no new secret was.
    pub(super) fn keep(&mut self, text: Text, found: &[Finding]) {
        if self.outcomes.is_empty() {
            self.outcomes.resize_with(OUTCOMES, || None);
        }
        if let Some(outcome) = self.outcomes.get_mut(place(&text)) {
            *outcome = Some(Outcome { text, found: found.into() });
        }
    }
}

/// A random key. What is hashed under it is every text there is, so that speed counts; nobody outside of this process sees a hash.
struct Key([u64; 4]);

impl Default for Key {
    fn default() -> Self {
        let random = RandomState::new();
        Self(array::from_fn(|place| random.hash_one(place)))
    }
}

impl Key {
    /// A hash of sixteen bytes after sixteen, each folded into those before by a product that is twice as wide.
    fn hash(&self, text: &[u8]) -> u64 {
        let Self([begin, first, second, end]) = self;
        let fold = |one: u64, other: u64| {
            let product = u128::from(one) * u128::from(other);
            product as u64 ^ (product >> 64) as u64
        };
        let add = |sum: u64, sixteen: &[u8; 16]| {
            let both = u128::from_le_bytes(*sixteen);
            fold(both as u64 ^ first, (both >> 64) as u64 ^ second ^ sum)
        };
        let (sixteens, rest) = text.as_chunks::<16>();
        let mut last = [0; 16];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let sum = add(sixteens.iter().fold(*begin, add), &last);
        fold(sum ^ end, text.len() as u64 ^ begin)
    }
}

fn place(text: &Text) -> usize {
    text.hash as usize % OUTCOMES
}

#[cfg(test)]
mod tests {
    use super::super::{Engine, KnownIdentities, Scratch};

    #[test]
    fn a_byte_more_or_another_one_changes_the_hash() {
        let key = super::Key::default();
        let text = [7; 70];
        let mut hashes: Vec<_> =
            (0..text.len()).map(|length| key.hash(text.get(..length).unwrap_or_default())).collect();
        for place in 0..text.len() {
            let mut other = text;
            other.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1);
            hashes.push(key.hash(&other));
        }
        hashes.push(key.hash(&text));
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
        assert_ne!(super::Key::default().hash(&text), key.hash(&text), "each process has its own");
    }

    fn engine() -> Engine {
        Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"))
    }

    #[test]
    fn a_text_that_comes_again_has_the_same_findings_until_more_is_known() {
        let engine = engine();
        let secret = ["kv9", "xq2m", "lr7t", "zw4p", "hs8"].concat();
        let text = format!("the host said {secret} and then nothing more for a long while");
        let mut scratch = Scratch::remembering();
        for _ in 0..3 {
            assert!(engine.scan(text.as_bytes(), &mut scratch).is_empty());
        }
        let work = scratch.work;
        engine.scan(text.as_bytes(), &mut scratch);
        assert_eq!(scratch.work, work, "the text is not searched again");
        engine.scan(format!("export ACME_SECRET={secret}").as_bytes(), &mut scratch);
        for _ in 0..2 {
            assert_eq!(engine.scan(text.as_bytes(), &mut scratch).len(), 1, "what is known since counts");
        }
    }

    #[test]
    fn another_engine_searches_for_itself() {
        let secret = ["kv9", "xq2m", "lr7t", "zw4p", "hs8"].concat();
        let text = format!("the host said {secret} and then nothing more for a long while");
        let mut scratch = Scratch::default();
        assert!(engine().scan(text.as_bytes(), &mut scratch).is_empty());
        let mut known = super::super::KnownSecrets::default();
        assert!(known.add(secret.as_bytes()));
        assert_eq!(engine().knowing(known).scan(text.as_bytes(), &mut scratch).len(), 1);
    }
}
