//! What a rule asks of a match beyond its pattern: conditions that only imported rules have, and why a match is refused.

use std::ops::Range;

use regex::bytes::{Captures, Regex};

use super::{Rule, Validator};

/// Which part of a match is the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Group {
    /// The group called `secret`; all of the match where there is none.
    #[default]
    Named,
    /// The group of this number; all of the match where it took nothing.
    Number(usize),
    /// The first group that took something; all of the match where none did.
    First,
}

impl Group {
    /// Where the secret lies.
    pub(super) fn of(self, groups: &Captures<'_>) -> Option<Range<usize>> {
        let found = match self {
            Self::Named => groups.name("secret"),
            Self::Number(number) => groups.get(number).filter(|found| !found.is_empty()),
            Self::First => groups.iter().skip(1).flatten().find(|found| !found.is_empty()),
        };
        found.or_else(|| groups.get(0)).map(|found| found.range())
    }
}

/// The part of a text that an [`Exemption`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What would be replaced.
    Secret,
    /// All that the pattern took.
    Match,
    /// The line in which the match begins.
    Line,
}

/// How much of an [`Exemption`] must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// One of its patterns or one of its words.
    Any,
    /// One of its patterns and one of its words, where it has both.
    All,
}

/// Matches that an imported rule leaves alone.
#[derive(Debug, Clone)]
pub struct Exemption {
    /// What the patterns look at; words are looked for in the secret.
    pub of: Part,
    /// How much must hold.
    pub needs: Needs,
    /// Patterns of which one matches somewhere.
    pub patterns: Vec<Regex>,
    /// Lower-case words of which one is in the secret, in any case.
    pub words: Vec<String>,
}

/// What an imported rule asks of the secret.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// At least as many digits.
    pub digits_min: usize,
    /// At least as many capitals.
    pub upper_min: usize,
    /// At least as many small letters.
    pub lower_min: usize,
    /// At least as many special characters.
    pub special_min: usize,
    /// Which characters are special; empty: all ASCII punctuation.
    pub special: String,
    /// What is left alone.
    pub exempt: Vec<Exemption>,
}

/// Why a rule says no at a place that woke it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refusal {
    /// The pattern does not match there.
    Pattern,
    /// What stands before the match joins it to something longer.
    Left,
    /// What stands after the match joins it to something longer.
    Right,
    /// None of the rule's keywords stands near enough before.
    Context,
    /// The value is too regular.
    Entropy {
        /// Bits per byte.
        found: f64,
        /// What the rule asks for.
        wanted: f64,
    },
    /// A check of the value failed.
    Validator(Validator),
    /// The value has too few characters of some class.
    Characters,
    /// The rule exempts such values.
    Exempt,
}

impl Refusal {
    /// How far the rule got: larger is nearer to a finding.
    pub(in crate::detect) fn rank(&self) -> u8 {
        match self {
            Self::Pattern => 0,
            Self::Left => 1,
            Self::Right => 2,
            Self::Context => 3,
            Self::Entropy { .. } => 4,
            Self::Validator(_) => 5,
            Self::Characters => 6,
            Self::Exempt => 7,
        }
    }
}

impl Conditions {
    /// Why the conditions refuse a match; `None` where they hold.
    pub(super) fn refuse(&self, text: &[u8], whole: &Range<usize>, secret: &Range<usize>) -> Option<Refusal> {
        let value = text.get(secret.clone()).unwrap_or_default();
        let count = |holds: &dyn Fn(&u8) -> bool| value.iter().filter(|byte| holds(byte)).count();
        let special = |byte: &u8| {
            if self.special.is_empty() { byte.is_ascii_punctuation() } else { self.special.as_bytes().contains(byte) }
        };
        let few = count(&u8::is_ascii_digit) < self.digits_min
            || count(&u8::is_ascii_uppercase) < self.upper_min
            || count(&u8::is_ascii_lowercase) < self.lower_min
            || count(&special) < self.special_min;
        if few {
            return Some(Refusal::Characters);
        }
        self.exempt.iter().any(|exempt| exempt.holds(text, whole, value)).then_some(Refusal::Exempt)
    }
}

impl Exemption {
    fn holds(&self, text: &[u8], whole: &Range<usize>, secret: &[u8]) -> bool {
        let part = match self.of {
            Part::Secret => secret,
            Part::Match => text.get(whole.clone()).unwrap_or_default(),
            Part::Line => line_around(text, whole.start),
        };
        let pattern = || self.patterns.iter().any(|pattern| pattern.is_match(part));
        let word = || self.words.iter().any(|word| holds_word(secret, word.as_bytes()));
        match self.needs {
            Needs::Any => pattern() || word(),
            Needs::All => (self.patterns.is_empty() || pattern()) && (self.words.is_empty() || word()),
        }
    }
}

impl Rule {
    /// Why the rule refuses the value of a match whose boundaries are right; `None` where it does not.
    pub(super) fn refuse(&self, text: &[u8], whole: &Range<usize>, secret: &Range<usize>) -> Option<Refusal> {
        let value = text.get(secret.clone())?;
        if self.min_entropy > 0.0 {
            let found = f64::from(crate::detect::judge::value::entropy(value));
            // As many of each character as of any other give a whole number, but for what is rounded.
            if found + 1e-6 < self.min_entropy {
                return Some(Refusal::Entropy { found, wanted: self.min_entropy });
            }
        }
        let failed = self.validators.iter().find(|validator| !validator.accepts(text, secret.clone()));
        if let Some(failed) = failed {
            return Some(Refusal::Validator(*failed));
        }
        self.conditions.as_ref().and_then(|conditions| conditions.refuse(text, whole, secret))
    }
}

fn holds_word(text: &[u8], word: &[u8]) -> bool {
    !word.is_empty() && text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

fn line_around(text: &[u8], at: usize) -> &[u8] {
    let start = text.iter().take(at).rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let rest = text.get(start..).unwrap_or_default();
    rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exemption(of: Part, needs: Needs, pattern: &str, word: &str) -> Exemption {
        let patterns = Regex::new(pattern).into_iter().filter(|_| !pattern.is_empty()).collect();
        let words = [word].iter().filter(|word| !word.is_empty()).map(|word| (*word).to_owned()).collect();
        Exemption { of, needs, patterns, words }
    }

    #[test]
    fn an_exemption_looks_at_the_part_that_it_names() {
        let text = b"first\nkey = Value1 # sample\nlast";
        let (whole, secret) = (6..18, 12..18);
        let check = |exempt: Exemption, expected: bool| {
            assert_eq!(exempt.holds(text, &whole, &text[secret.clone()]), expected, "{exempt:?}");
        };
        check(exemption(Part::Secret, Needs::Any, "sample", ""), false);
        check(exemption(Part::Match, Needs::Any, "^key", ""), true);
        check(exemption(Part::Line, Needs::Any, "sample$", ""), true);
        check(exemption(Part::Line, Needs::Any, "first|last", ""), false);
        check(exemption(Part::Secret, Needs::Any, "", "value"), true);
        check(exemption(Part::Secret, Needs::All, "^V", "value"), true);
        check(exemption(Part::Secret, Needs::All, "^X", "value"), false);
        check(exemption(Part::Secret, Needs::Any, "^X", "value"), true);
    }

    #[test]
    fn characters_are_counted_by_class() {
        let check = |conditions: Conditions, expected: bool| {
            let found = conditions.refuse(b"aB1-", &(0..4), &(0..4));
            assert_eq!(found == Some(Refusal::Characters), expected, "{conditions:?}");
        };
        check(Conditions { digits_min: 1, upper_min: 1, lower_min: 1, special_min: 1, ..Conditions::default() }, false);
        check(Conditions { digits_min: 2, ..Conditions::default() }, true);
        check(Conditions { special_min: 1, special: "!".to_owned(), ..Conditions::default() }, true);
    }
}
