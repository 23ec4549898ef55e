//! A second pass for rules whose pattern is searched for near a string: those that are imported, mostly.
//!
//! It runs only where there are such rules, so that without them nothing is paid. Every string is looked for at once, in any
//! case; where strings of one rule stand close to each other, what surrounds them is searched once.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::RuleId;
use super::judge::generic;
use super::rule::{Anchor, RuleSet};
use super::search::Search;

/// A stretch that is searched at once grows no longer, so that no text makes the buffers large.
const STRETCH_MAX_BYTES: usize = 16 * 1024;

/// The strings that wake such rules.
pub(super) struct Around {
    strings: AhoCorasick,
    /// For each string the places of its rules in `rules`.
    wakes: Vec<Vec<usize>>,
    rules: Vec<Woken>,
}

/// One of the rules.
struct Woken {
    index: u16,
    /// Bytes that are looked at before a string and from it on, with their escapes.
    back: usize,
    ahead: usize,
}

/// Where strings of a rule stand that have not been looked at yet: from the first to the last one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stretch {
    first: usize,
    last: usize,
    open: bool,
}

impl Around {
    /// `None` where no rule is of this kind.
    pub(super) fn new(set: &RuleSet) -> Option<Self> {
        let (mut rules, mut texts, mut wakes) = (Vec::new(), Vec::<String>::new(), Vec::<Vec<usize>>::new());
        for (index, rule) in (0u16..).zip(set.rules()).filter(|(_, rule)| rule.anchor == Anchor::Around) {
            let place = rules.len();
            // An escape may be twice as long as what it stands for.
            rules.push(Woken { index, back: 2 * rule.distance, ahead: 2 * rule.window });
            for literal in rule.literals.iter().map(|literal| literal.to_ascii_lowercase()) {
                match texts.iter().position(|text| *text == literal) {
                    Some(known) => wakes.get_mut(known).into_iter().for_each(|wake| wake.push(place)),
                    None => {
                        texts.push(literal);
                        wakes.push(vec![place]);
                    }
                }
            }
        }
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA));
        let strings = builder.build(texts).ok().filter(|strings| strings.patterns_len() > 0)?;
        Some(Self { strings, wakes, rules })
    }
}

impl Search<'_> {
    /// Finds the strings of `around` and searches what surrounds them. `open` is a buffer that is used again and again.
    pub(super) fn around(&mut self, around: &Around, open: &mut Vec<Stretch>) {
        open.clear();
        open.resize(around.rules.len(), Stretch::default());
        let text = self.text;
        for found in around.strings.find_overlapping_iter(text) {
            let at = found.start();
            for &place in around.wakes.get(found.pattern().as_usize()).into_iter().flatten() {
                let (Some(rule), Some(stretch)) = (around.rules.get(place), open.get_mut(place)) else { continue };
                let near = stretch.open && at <= stretch.last + rule.ahead && at < stretch.first + STRETCH_MAX_BYTES;
                if near {
                    stretch.last = stretch.last.max(at);
                } else {
                    let done = std::mem::replace(stretch, Stretch { first: at, last: at, open: true });
                    self.search_stretch(rule, done);
                }
            }
        }
        for (rule, stretch) in around.rules.iter().zip(open.iter()) {
            self.search_stretch(rule, *stretch);
        }
    }

    fn search_stretch(&mut self, woken: &Woken, stretch: Stretch) {
        let Some(rule) = self.parts.rules.set.rules().get(usize::from(woken.index)) else { return };
        if !stretch.open {
            return;
        }
        self.window.fill(self.text, stretch.first.saturating_sub(woken.back), stretch.last + woken.ahead);
        self.work += self.window.bytes().len() as u64;
        let (window, found) = (&self.window, &mut self.found);
        rule.each_in(window.bytes(), |hit, refusal| {
            if refusal.is_some() || is_in_marker(window.bytes(), hit.secret.clone()) {
                return;
            }
            let (start, end) = (window.offset(hit.secret.start), window.offset(hit.secret.end));
            if start < end {
                found.push(super::Finding { rule: RuleId(woken.index), start, end });
            }
        });
    }
}

/// Whether the secret is a replacement that was made before, or a piece of one: to replace it again would make another text
/// of the same one each time.
pub(super) fn is_in_marker(text: &[u8], secret: std::ops::Range<usize>) -> bool {
    const MARKER_MAX: usize = 64;
    let from = secret.start.saturating_sub(MARKER_MAX);
    let starts = memchr::memchr_iter(b'[', text.get(from..=secret.start).unwrap_or_default());
    starts.map(|at| from + at).any(|at| {
        let rest = text.get(at..text.len().min(at + MARKER_MAX)).unwrap_or_default();
        let length = memchr::memchr(b']', rest).map_or(0, |end| end + 1);
        secret.end <= at + length && generic::starts_with_marker(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::rule::import;
    use crate::detect::{Engine, KnownIdentities, Scratch};

    /// What an engine with only this rule of another scanner finds by it in a text.
    fn found(rule: &str, text: &str) -> Vec<String> {
        let Ok(imported) = import::of_toml("x.toml", rule) else { return vec!["the rule is broken".to_owned()] };
        let engine = Engine::with_rules(imported.rules, &KnownIdentities::default());
        let mut scratch = Scratch::default();
        let findings = engine.scan(text.as_bytes(), &mut scratch).iter().filter(|finding| finding.rule == RuleId(0));
        findings.map(|finding| text.get(finding.start..finding.end).unwrap_or_default().to_owned()).collect()
    }

    const RULE: &str = "[[rules]]\nid = \"a\"\nregex = '''(?i)zorp[a-z_.]{0,9}[\\s\"]*[=:][\\s\"]*([a-z]{6,20})'''\n";

    #[test]
    fn a_pattern_is_found_within_words_in_any_case_and_behind_escapes() {
        for (text, expected) in [
            ("my_ZORP_x = qwerty", vec!["qwerty"]),
            (r#"{\"zorpX\": \"qwerty\"}"#, vec!["qwerty"]),
            (r#"{\\\"zorpX\\\": \\\"qwerty\\\"}"#, vec!["qwerty"]),
            ("zorp qwerty", vec![]),
            ("zorp=qwertya zorp=qwertyb", vec!["qwertya", "qwertyb"]),
            ("zorp: [a:0a1b2c3d]", vec![]),
        ] {
            assert_eq!(found(RULE, text), expected, "{text}");
        }
    }

    #[test]
    fn a_replacement_is_not_replaced_again_but_a_secret_beside_one_is() {
        let rule = "[[rules]]\nid = \"a\"\nregex = '''zorp.{0,9}?([0-9a-f]{8}\\S*)'''\n";
        assert_eq!(found(rule, "zorp [x:0a1b2c3d]"), Vec::<String>::new());
        assert_eq!(found(rule, "zorp [x:0a1b2c3d]qwerty"), ["0a1b2c3d]qwerty"]);
    }

    #[test]
    fn strings_far_apart_and_close_together_are_all_looked_at() {
        for gap in [1, 100, 5_000, 20_000] {
            let text = ["zorp=qwertyu"; 40].join(&" ".repeat(gap));
            assert_eq!(found(RULE, &text).len(), 40, "{gap}");
        }
        // Spans are told once, however many strings lead to them.
        assert_eq!(found(RULE, "zorp zorp zorp=qwertyu"), ["qwertyu"]);
    }

    #[test]
    fn work_grows_no_faster_than_the_text() {
        let Ok(imported) = import::of_toml("x.toml", RULE) else { return };
        let engine = Engine::with_rules(imported.rules, &KnownIdentities::default());
        for piece in ["zorp", "zorp=", "zorp=qwerty ", "\\zorp"] {
            let work = |bytes: usize| {
                let mut scratch = Scratch::default();
                engine.scan(piece.repeat(bytes / piece.len()).as_bytes(), &mut scratch);
                scratch.work
            };
            let (once, thrice) = (work(200_000), work(600_000));
            assert!(thrice <= once * 7 / 2 + 20_000, "{piece}: {once} then {thrice}");
        }
    }
}
