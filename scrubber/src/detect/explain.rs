//! Says why something was found or not, for `rules explain`.
//!
//! A slow path of its own: every rule is tried again at every place of the text that wakes it, on the text without its
//! escapes. The search itself keeps no trace, so that this costs it nothing. Rules that are code rather than data tell only
//! that they found something.

use super::judge::value;
use super::reading::window::Window;
use super::rule::{Anchor, Hit, Refusal, Rule};
use super::{Engine, Finding, RuleId, Scopes, Scratch, permit};

/// No longer text is looked at: every rule is tried at every place.
const TEXT_MAX_BYTES: usize = 256 * 1024;
/// As many refusals are told at most.
const REFUSED_MAX: usize = 40;
/// A shorter string wakes a rule in ordinary words, so that it tells nothing that the pattern does not match there.
const TELLING_MIN_BYTES: usize = 4;

/// What was found in a text, and what nearly was.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// What was found, in order.
    pub findings: Vec<Explained>,
    /// Rules that woke and said no, those that came nearest first.
    pub refused: Vec<Refused>,
}

/// A finding and why it is one.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Where, and by which rule.
    pub finding: Finding,
    /// What the rule went by; `None` for rules that are code.
    pub why: Option<Why>,
    /// The value's entry in an allow-list.
    pub hash: permit::Allowed,
    /// Whether settings let it pass everywhere.
    pub is_allowed: bool,
}

/// What a rule went by.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// What woke the rule.
    pub anchor: Anchor,
    /// The string or keyword of the rule that stands there; empty for digits.
    pub woke: String,
    /// Validators that the value passed, by name.
    pub validators: Vec<&'static str>,
    /// The value's entropy and the least that the rule asks for, where it asks.
    pub entropy: Option<(f64, f64)>,
}

/// A rule that woke and said no.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The rule.
    pub rule: RuleId,
    /// What woke it: a string or keyword of the rule; empty for digits.
    pub woke: String,
    /// Where that stands: offset into the text.
    pub at: usize,
    /// Why it said no.
    pub refusal: Refusal,
}

/// A place that wakes a rule: where it is tried, what woke it, and where that stands.
struct Place<'a> {
    at: usize,
    woke: &'a str,
    woke_at: usize,
}

impl Engine {
    /// Explains a text; of a long one the beginning.
    pub fn explain(&self, text: &[u8]) -> Explanation {
        let text = text.get(..text.len().min(TEXT_MAX_BYTES)).unwrap_or_default();
        let mut scratch = Scratch { scopes: Scopes::NOWHERE, ..Scratch::default() };
        let findings = self.scan(text, &mut scratch).to_vec();
        let mut window = Window::default();
        window.fill(text, 0, text.len());
        let mut found: Vec<(RuleId, Hit, Why)> = Vec::new();
        let mut refused: Vec<Refused> = Vec::new();
        for (index, rule) in (0u16..).zip(self.parts.rules.set.rules()) {
            for place in places(rule, window.bytes()) {
                match rule.trace_at(window.bytes(), place.at) {
                    Ok(hit) => found.push((RuleId(index), hit.clone(), why(rule, &place, window.bytes(), &hit))),
                    Err(refusal) => {
                        let at = window.offset(place.woke_at);
                        note(&mut refused, Refused { rule: RuleId(index), woke: place.woke.to_owned(), at, refusal });
                    }
                }
            }
        }
        refused.retain(|refused| {
            let hits = found.iter().any(|(rule, ..)| *rule == refused.rule);
            !hits && (refused.refusal != Refusal::Pattern || refused.woke.len() >= TELLING_MIN_BYTES)
        });
        refused.sort_by_key(|refused| (std::cmp::Reverse(refused.refusal.rank()), refused.at));
        refused.truncate(REFUSED_MAX);
        let explained = findings.into_iter().map(|finding| {
            let meets = |hit: &Hit| {
                let (start, end) = (window.offset(hit.secret.start), window.offset(hit.secret.end));
                start < finding.end && finding.start < end
            };
            let why = found.iter().find(|(rule, hit, _)| *rule == finding.rule && meets(hit));
            let mut value = Vec::new();
            self.value(text.get(finding.start..finding.end).unwrap_or_default(), &mut value);
            let permits = self.parts.permits.as_ref();
            let is_allowed = permits.is_some_and(|permits| permits.passes(text, &finding, Scopes::EVERYWHERE));
            let why = why.map(|(_, _, why)| why.clone());
            Explained { finding, why, hash: permit::value_hash(&value), is_allowed }
        });
        Explanation { findings: explained.collect(), refused }
    }
}

/// Keeps of each string that woke a rule at a place the refusal that came nearest.
fn note(refused: &mut Vec<Refused>, next: Refused) {
    let same = |known: &&mut Refused| known.rule == next.rule && known.at == next.at && known.woke == next.woke;
    match refused.iter_mut().rev().take_while(|known| known.rule == next.rule).find(same) {
        Some(known) if known.refusal.rank() < next.refusal.rank() => *known = next,
        Some(_) => {}
        None => refused.push(next),
    }
}

fn why(rule: &Rule, place: &Place<'_>, text: &[u8], hit: &Hit) -> Why {
    let value = text.get(hit.secret.clone()).unwrap_or_default();
    Why {
        anchor: rule.anchor,
        woke: place.woke.to_owned(),
        validators: rule.validators.iter().map(|validator| validator.name()).collect(),
        entropy: (rule.min_entropy > 0.0).then(|| (f64::from(value::entropy(value)), rule.min_entropy)),
    }
}

/// Every place of a text without escapes that wakes a rule.
fn places<'a>(rule: &'a Rule, text: &[u8]) -> Vec<Place<'a>> {
    let before = |at: usize| at.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let starts = |holds: fn(&u8) -> bool| {
        (0..text.len()).filter(move |at| text.get(*at).is_some_and(holds) && !holds(&before(*at)))
    };
    let bare = |at| Place { at, woke: "", woke_at: at };
    match rule.anchor {
        Anchor::Prefix | Anchor::Inside | Anchor::Around => {
            let ignore_case = rule.ignore_case || rule.anchor == Anchor::Around;
            let each = rule.literals.iter().flat_map(|literal| {
                let here = occurrences(text, literal.as_bytes(), ignore_case);
                here.map(move |at| Place { at, woke: literal, woke_at: at })
            });
            each.collect()
        }
        Anchor::Digits => starts(u8::is_ascii_digit).map(bare).collect(),
        Anchor::HexGroups => starts(u8::is_ascii_hexdigit).map(bare).collect(),
        Anchor::Keyword => {
            let each = rule.keywords.iter().flat_map(|keyword| {
                occurrences(text, keyword.as_bytes(), true).flat_map(move |woke_at| {
                    let end = woke_at + keyword.len();
                    let near = end..text.len().min(end + rule.distance + 1);
                    near.map(move |at| Place { at, woke: keyword, woke_at })
                })
            });
            each.collect()
        }
    }
}

/// Where `wanted` stands in a text.
fn occurrences<'a>(text: &'a [u8], wanted: &'a [u8], ignore_case: bool) -> impl Iterator<Item = usize> + 'a {
    (0..=text.len().saturating_sub(wanted.len())).filter(move |at| {
        let part = text.get(*at..at + wanted.len()).unwrap_or_default();
        !wanted.is_empty() && if ignore_case { part.eq_ignore_ascii_case(wanted) } else { part == wanted }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::rule::{RuleProblems, RuleSet};
    use crate::detect::{Engine, KnownIdentities};

    const RULES: &str = r#"
class = "secret"
[[rule]]
id = "zorp-key"
description = "d"
provider = "p"
reference = "r"
anchor = "prefix"
literals = ["zorp_"]
pattern = "zorp_[a-z0-9]{8}"
min_entropy = 2.0
examples = [["zorp_", "ab12cd34"]]
[[rule]]
id = "quux-id"
description = "d"
provider = "p"
reference = "r"
anchor = "keyword"
keywords = ["quux"]
distance = 12
pattern = "[0-9]{6}"
examples = [["123456"]]
"#;

    fn explain(text: &str) -> Result<(Engine, Explanation), RuleProblems> {
        let engine = Engine::with_rules(RuleSet::parse("x.toml", RULES)?, &KnownIdentities::default());
        let explanation = engine.explain(text.as_bytes());
        Ok((engine, explanation))
    }

    #[test]
    fn a_finding_tells_what_woke_the_rule_and_what_it_passed() -> Result<(), RuleProblems> {
        let (_, explanation) = explain(r#"{\"k\": \"zorp_ab12cd34\"}"#)?;
        let [explained] = &explanation.findings[..] else { panic!("{explanation:?}") };
        let why = explained.why.as_ref().map(|why| (why.anchor, why.woke.as_str(), why.entropy.is_some()));
        assert_eq!(why, Some((Anchor::Prefix, "zorp_", true)));
        assert_eq!(explained.hash, permit::value_hash(b"zorp_ab12cd34"));
        Ok(())
    }

    #[test]
    fn a_near_miss_tells_what_said_no() -> Result<(), RuleProblems> {
        let check = |text: &str, rule: u16, woke: &str, expected: &dyn Fn(&Refusal) -> bool| {
            let (_, explanation) = explain(text)?;
            let near = explanation.refused.iter().find(|refused| refused.rule == RuleId(rule));
            assert!(near.is_some_and(|near| near.woke == woke && expected(&near.refusal)), "{text}: {explanation:?}");
            Ok::<_, RuleProblems>(())
        };
        check("zorp_ab12", 0, "zorp_", &|refusal| *refusal == Refusal::Pattern)?;
        check("xzorp_ab12cd34", 0, "zorp_", &|refusal| *refusal == Refusal::Left)?;
        check("zorp_ab12cd34x", 0, "zorp_", &|refusal| *refusal == Refusal::Right)?;
        check("zorp_aaaaaaaa", 0, "zorp_", &|refusal| matches!(refusal, Refusal::Entropy { .. }))?;
        check("quux: 12345", 1, "quux", &|refusal| *refusal == Refusal::Pattern)?;
        check("quux: 123456-7", 1, "quux", &|refusal| *refusal == Refusal::Right)
    }
}
