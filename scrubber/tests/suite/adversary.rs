//! Secrets in the places of `places.toml`: prompts, commands, calls, exports, listings and sentences in many languages.
//!
//! Values are made from a seed when the tests run. Each place is tried as it stands and within one and two layers of JSON
//! strings. `cargo test --test suite adversary -- --nocapture` shows the figures and what was missed; `BCCE_TEST_SEED` sets a seed.
#![expect(clippy::print_stdout, reason = "figures are shown to who asks for them")]

use std::collections::BTreeMap;

use scrubber::detect::Scratch;

mod alike;
mod places;

use crate::support::engine;

/// The lists of places by name.
fn lists() -> BTreeMap<String, Vec<String>> {
    toml::from_str(include_str!("adversary/places.toml")).unwrap_or_default()
}

/// What is found in a text, with the rule that found it.
fn found(text: &str) -> Vec<(usize, usize, &'static str)> {
    let mut scratch = Scratch::default();
    let findings = engine().scan(text.as_bytes(), &mut scratch).iter();
    findings.map(|it| (it.start, it.end, engine().rules()[usize::from(it.rule.0)].id.as_ref())).collect()
}

/// A small generator, so that a run can be repeated.
struct Chance(u64);

impl Chance {
    fn new(default: u64) -> Self {
        let seed = std::env::var("BCCE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        Self(seed.unwrap_or(default) ^ 0x5DEE_CE66_D123_4567)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        ((self.0 >> 33) as usize) % limit
    }

    fn of(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())])).collect()
    }
}
