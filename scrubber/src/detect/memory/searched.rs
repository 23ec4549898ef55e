//! What was found in texts that were searched before. Transcripts repeat texts: files that are read again, what every session
//! begins with, whole sessions that were resumed under another name.
//!
//! A text is told by its length and a hash under a random key of this process; neither tells anything of it. What is found also
//! hangs on the secrets that were known by then, so that an outcome holds only as long as no other one came.

use std::hash::{BuildHasher, RandomState};

use crate::detect::Finding;
use crate::detect::engine::EngineId;

/// Outcomes that are kept, each in the place that the hash names; a power of two.
const OUTCOMES: usize = 8192;
/// A shorter text is searched sooner than looked up.
const LENGTH_MIN: usize = 48;

/// The outcomes of searches by one engine.
#[derive(Default)]
pub(in crate::detect) struct Searched {
    key: RandomState,
    engine: Option<EngineId>,
    outcomes: Vec<Option<Outcome>>,
}

struct Outcome {
    text: Text,
    found: Box<[Finding]>,
}

/// A text, and how many secrets were known before and after it was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Text {
    hash: u64,
    length: usize,
    known: u64,
}

impl Searched {
    /// What tells `text`, which `engine` searches while so many secrets are known. `None` for short ones.
    pub(in crate::detect) fn text(&mut self, text: &[u8], engine: EngineId, known: u64) -> Option<Text> {
        if self.engine != Some(engine) {
            self.engine = Some(engine);
            self.forget();
        }
        (text.len() >= LENGTH_MIN).then(|| Text { hash: self.key.hash_one(text), length: text.len(), known })
    }

    /// Forgets everything: other secrets are known than before.
    pub(in crate::detect) fn forget(&mut self) {
        self.outcomes.clear();
    }

    /// What was found in the text.
    pub(in crate::detect) fn get(&self, text: &Text) -> Option<&[Finding]> {
        let outcome = self.outcomes.get(place(text))?.as_ref()?;
        (outcome.text == *text).then_some(&*outcome.found)
    }

    /// Keeps what was found in the text, in which no new secret was.
    pub(in crate::detect) fn keep(&mut self, text: Text, found: &[Finding]) {
        if self.outcomes.is_empty() {
            self.outcomes.resize_with(OUTCOMES, || None);
        }
        if let Some(outcome) = self.outcomes.get_mut(place(&text)) {
            *outcome = Some(Outcome { text, found: found.into() });
        }
    }
}

fn place(text: &Text) -> usize {
    text.hash as usize % OUTCOMES
}

#[cfg(test)]
mod tests {
    use crate::detect::{Engine, KnownIdentities, Scratch};

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
        let mut known = crate::detect::KnownSecrets::default();
        assert!(known.add(secret.as_bytes()));
        assert_eq!(engine().knowing(known).scan(text.as_bytes(), &mut scratch).len(), 1);
    }
}
