//! What wakes an imported rule: strings of which one stands in every match, read from its pattern, or its keywords.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::detect::rule::Anchor;

/// A shorter string of a pattern is found all the time.
const LITERAL_MIN_BYTES: usize = 3;
/// A string of the pattern that is as long is better than the rule's keywords.
const LITERAL_GOOD_BYTES: usize = 4;
/// As many strings wake one rule at most.
const LITERALS_MAX: usize = 64;
/// What a pattern without a bound is looked for in, from what woke it on.
const AHEAD_OPEN_BYTES: usize = 4096;
/// The least and the most of that for patterns with one.
const AHEAD_MIN_BYTES: usize = 512;
/// Before what woke it, where the pattern does not begin with that.
const BACK_MAX_BYTES: usize = 1024;
/// Before the beginning of a match: what `\b` and the like look at.
const BACK_MIN_BYTES: usize = 16;

/// What wakes a rule, and how much is looked at then.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wake {
    pub(super) anchor: Anchor,
    pub(super) literals: Vec<String>,
    pub(super) ignore_case: bool,
    /// Bytes before the literal.
    pub(super) back: usize,
    /// Bytes from the literal's first one on.
    pub(super) ahead: usize,
}

/// Finds what wakes a rule; `None` where nothing does.
pub(super) fn of(pattern: &str, keywords: &[String]) -> Option<Wake> {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    let longest = hir.properties().maximum_len();
    let ahead = longest.map_or(AHEAD_OPEN_BYTES, |longest| (longest + 64).clamp(AHEAD_MIN_BYTES, AHEAD_OPEN_BYTES));
    let folded = fold(&hir);
    let begin = strings(&folded).filter(|strings| shortest(strings) >= LITERAL_MIN_BYTES);
    if let Some(literals) = begin {
        let is_word = |text: &String| text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if begins_with_boundary(&hir) && literals.iter().all(is_word) {
            let given = strings(&hir).unwrap_or_default();
            let ignore_case = given.is_empty() || given.iter().any(|text| !literals.contains(text));
            // Capitals that stand in the pattern as they are need not be looked for in any case.
            let lower = |text: &String| text.to_ascii_lowercase();
            let as_given = given.iter().map(lower).collect::<Vec<_>>() == literals;
            let (literals, ignore_case) = if as_given { (given, false) } else { (literals, ignore_case) };
            return Some(Wake { anchor: Anchor::Prefix, literals, ignore_case, back: 0, ahead });
        }
        if shortest(&literals) >= LITERAL_GOOD_BYTES {
            return Some(around(literals, BACK_MIN_BYTES, ahead));
        }
    }
    let back = longest.unwrap_or(AHEAD_OPEN_BYTES).clamp(BACK_MIN_BYTES, BACK_MAX_BYTES);
    let within = required(&folded);
    let is_good = |strings: &Vec<String>| shortest(strings) >= LITERAL_GOOD_BYTES;
    if let Some(literals) = within.clone().filter(is_good) {
        return Some(around(literals, back, ahead));
    }
    let keywords: Vec<_> =
        keywords.iter().map(|word| word.to_ascii_lowercase()).filter(|word| word.len() >= 2).collect();
    if !keywords.is_empty() {
        return Some(around(keywords, BACK_MAX_BYTES, ahead + BACK_MAX_BYTES));
    }
    let within = within.filter(|strings| shortest(strings) >= LITERAL_MIN_BYTES)?;
    Some(around(within, back, ahead))
}

fn around(mut literals: Vec<String>, back: usize, ahead: usize) -> Wake {
    literals.sort_unstable();
    literals.dedup();
    Wake { anchor: Anchor::Around, literals, ignore_case: true, back, ahead }
}

fn shortest(strings: &[String]) -> usize {
    strings.iter().map(String::len).min().unwrap_or(0)
}

/// Strings of which one stands in every match: the best of all parts that every match has.
fn required(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Concat(parts) => {
            let from = |at: usize| strings(&Hir::concat(parts.iter().skip(at).cloned().collect()));
            let whole = (0..parts.len()).filter_map(from);
            let inner = parts.iter().filter_map(required);
            whole.chain(inner).max_by_key(|strings| (shortest(strings).min(8), LITERALS_MAX - strings.len()))
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let each: Option<Vec<_>> = branches.iter().map(required).collect();
            let all: Vec<_> = each?.into_iter().flatten().collect();
            (all.len() <= LITERALS_MAX).then_some(all)
        }
        HirKind::Literal(_) => strings(hir),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) => None,
    }
}

/// The strings with which every match begins, where they are few.
fn strings(hir: &Hir) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    // Letters in either case have been folded; other classes would only make many strings of one.
    extractor.kind(ExtractKind::Prefix).limit_class(1).limit_total(LITERALS_MAX);
    let mut found = extractor.extract(hir);
    found.dedup();
    let texts = found.literals()?.iter().map(|literal| String::from_utf8(literal.as_bytes().to_vec()).ok());
    let texts: Option<Vec<_>> = texts.collect();
    texts.filter(|texts| !texts.is_empty() && texts.len() <= LITERALS_MAX && texts.iter().all(|text| text.is_ascii()))
}

/// The expression with letters in either case as small ones, and without groups: for strings that are looked for in any case.
fn fold(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => hir.clone(),
        HirKind::Literal(literal) => Hir::literal(literal.0.to_ascii_lowercase()),
        HirKind::Class(class) => letter(class).map_or_else(|| hir.clone(), |letter| Hir::literal([letter])),
        HirKind::Repetition(repetition) => Hir::repetition(repetition.with(fold(&repetition.sub))),
        HirKind::Capture(capture) => fold(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(fold).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(fold).collect()),
    }
}

/// The small letter, where the class holds one letter in both cases.
fn letter(class: &Class) -> Option<u8> {
    let Class::Bytes(bytes) = class else { return None };
    let [upper, lower] = bytes.ranges() else { return None };
    let single = upper.start() == upper.end() && lower.start() == lower.end();
    let pair = upper.start().is_ascii_uppercase() && upper.start().to_ascii_lowercase() == lower.start();
    (single && pair).then(|| lower.start())
}

fn begins_with_boundary(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(look, Look::WordAscii | Look::WordStartAscii),
        HirKind::Concat(parts) => parts.first().is_some_and(begins_with_boundary),
        HirKind::Capture(capture) => begins_with_boundary(&capture.sub),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, keywords: &[&str], anchor: Anchor, literals: &[&str], ignore_case: bool) {
        let keywords: Vec<_> = keywords.iter().map(|word| (*word).to_owned()).collect();
        let found = of(pattern, &keywords);
        let found = found.as_ref().map(|wake| (wake.anchor, wake.literals.clone(), wake.ignore_case));
        let literals = literals.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(found, Some((anchor, literals, ignore_case)), "{pattern}");
    }

    #[test]
    fn a_pattern_that_begins_with_strings_at_a_word_is_tried_there() {
        check(r"\b(abc_[0-9]{8})\b", &[], Anchor::Prefix, &["abc_"], false);
        check(r"\b((?:ABCD|XYZ[0-9])[A-Z]{8})\b", &["abcd"], Anchor::Prefix, &["ABCD", "XYZ"], false);
        check(r"(?i)\b(abc-[0-9]{8})\b", &[], Anchor::Prefix, &["abc-"], true);
    }

    #[test]
    fn other_patterns_are_searched_for_around_a_string_that_every_match_has() {
        check(r"abcd_[0-9]{8}", &[], Anchor::Around, &["abcd_"], true);
        check(
            r"(?i)[\w.-]{0,50}?(?:acme|Umbrella).{0,9}([a-z]{8})",
            &["x"],
            Anchor::Around,
            &["acme", "umbrella"],
            true,
        );
        check(r"[0-9a-f]{4}(?:-live|-test)[0-9]{2}", &[], Anchor::Around, &["-live", "-test"], true);
        check(
            r"(?x) [0-9]{3} # digits
            (?: live- )+ [a-z]",
            &[],
            Anchor::Around,
            &["live-"],
            true,
        );
    }

    #[test]
    fn keywords_wake_what_has_only_short_strings() {
        check(r"ey[a-z]{8}\.[a-z]{8}", &["eyJ"], Anchor::Around, &["eyj"], true);
        check(r"abc[0-9]{8}", &["acme"], Anchor::Around, &["acme"], true);
        check(r"abc[0-9]{8}", &[], Anchor::Around, &["abc"], true);
    }

    #[test]
    fn nothing_wakes_a_pattern_without_strings() {
        for pattern in [r"[0-9a-f]{32}", r"ab[0-9]{8}", r"(?:abcd)?[0-9]{8}", r"abcd|[0-9]{8}", r"(?:abcd)*x"] {
            assert_eq!(of(pattern, &[]), None, "{pattern}");
        }
    }
}
