//! The shipped rules against their own examples: each rule finds what it says it finds, and nothing in its
//! counter-examples.
#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use scrubber::detect::rule::{Anchor, Boundary, Class, Rule, RuleSet};
use scrubber::detect::{Engine, KnownIdentities};

/// The kinds of secret that there must be at least, and the providers they come from.
const SECRET_KINDS_MIN: usize = 400;
const PROVIDERS_MIN: usize = 250;

fn config() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../config")
}

/// Every place at which the rule's anchor could wake it in `text`: a slow and plain twin of the engine's search.
fn places(rule: &Rule, text: &[u8]) -> Vec<usize> {
    let starts_with = |at: usize, literal: &str| {
        let window = text.get(at..at + literal.len()).unwrap_or_default();
        if rule.ignore_case { window.eq_ignore_ascii_case(literal.as_bytes()) } else { window == literal.as_bytes() }
    };
    let before = |at: usize| at.checked_sub(1).and_then(|index| text.get(index)).copied().unwrap_or(b' ');
    (0..text.len())
        .filter(|&at| match rule.anchor {
            Anchor::Prefix | Anchor::Inside | Anchor::Around => {
                rule.literals.iter().any(|literal| starts_with(at, literal))
            }
            Anchor::Digits => text[at].is_ascii_digit() && !before(at).is_ascii_digit(),
            Anchor::HexGroups => text[at] == b':' || (text[at].is_ascii_hexdigit() && !before(at).is_ascii_hexdigit()),
            Anchor::Keyword => true,
        })
        .collect()
}

/// What the rule finds in `text`.
fn findings(rule: &Rule, text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    places(rule, bytes).into_iter().filter_map(|at| rule.find_at(bytes, at)).map(|hit| hit.secret).collect()
}

#[test]
fn every_rule_finds_its_examples_as_a_whole() {
    let rules = RuleSet::shipped().unwrap();
    let mut missed = Vec::new();
    for rule in rules.rules() {
        for (index, example) in rule.examples.iter().enumerate() {
            let (text, secret) = example.text();
            if !findings(rule, &text).contains(&secret) {
                missed.push(format!("{} example {index}", rule.id));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn an_example_is_found_within_other_text() {
    let rules = RuleSet::shipped().unwrap();
    let mut missed = Vec::new();
    for rule in rules.rules() {
        for example in rule.examples.iter().filter(|example| example.before.is_empty() && example.after.is_empty()) {
            let (text, secret) = example.text();
            for (before, after) in [("export X=", "\n"), ("(\"", "\")"), ("see ", ", then"), ("the\n", ".\n")] {
                let wanted = secret.start + before.len()..secret.end + before.len();
                if !findings(rule, &format!("{before}{text}{after}")).contains(&wanted) {
                    missed.push(format!("{} in {before:?}", rule.id));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn no_rule_finds_its_counter_examples() {
    let rules = RuleSet::shipped().unwrap();
    let mut found = Vec::new();
    for rule in rules.rules() {
        for (index, example) in rule.counter_examples.iter().enumerate() {
            if !findings(rule, &example.text().0).is_empty() {
                found.push(format!("{} counter-example {index}", rule.id));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_rule_has_counter_examples_and_a_reference() {
    let rules = RuleSet::shipped().unwrap();
    let bare: Vec<_> = rules.rules().iter().filter(|rule| rule.counter_examples.is_empty()).map(|r| &r.id).collect();
    assert!(bare.is_empty(), "{bare:?}");
    let unreferenced: Vec<_> =
        rules.rules().iter().filter(|rule| !rule.reference.starts_with("https://")).map(|r| &r.id).collect();
    assert!(unreferenced.is_empty(), "{unreferenced:?}");
}

#[test]
fn every_example_holds_one_of_the_literals_where_the_anchor_says() {
    let rules = RuleSet::shipped().unwrap();
    let mut wrong = Vec::new();
    for rule in rules.rules().iter().filter(|rule| !rule.literals.is_empty()) {
        for example in &rule.examples {
            let (text, secret) = example.text();
            let hits = places(rule, text.as_bytes());
            let right = hits.into_iter().any(|at| {
                rule.find_at(text.as_bytes(), at)
                    .is_some_and(|hit| hit.secret == secret && (rule.anchor == Anchor::Inside || hit.whole.start == at))
            });
            if !right {
                wrong.push(&rule.id);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn no_file_under_config_holds_what_a_rule_would_find() {
    let rules = RuleSet::shipped().unwrap();
    let secrets: Vec<_> = rules.rules().iter().filter(|rule| rule.class == Class::Secret).collect();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(config().join("rules")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for rule in &secrets {
            if rule.anchor != Anchor::Keyword && !findings(rule, &text).is_empty() {
                found.push(format!("{}: {}", path.display(), rule.id));
            }
        }
        for example in rules.rules().iter().flat_map(|rule| &rule.examples) {
            let joined = example.secret.concat();
            if joined.len() > 12 && text.contains(&joined) {
                found.push(format!("{} holds a joined example", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_part_of_an_example_is_long_enough_to_be_a_key() {
    let rules = RuleSet::shipped().unwrap();
    let long: Vec<_> = rules
        .rules()
        .iter()
        .filter(|rule| rule.class == Class::Secret)
        .filter(|rule| {
            rule.examples
                .iter()
                .flat_map(|example| &example.secret)
                .any(|part| part.len() > 12 && !rule.literals.iter().any(|literal| **literal == **part))
        })
        .map(|rule| &rule.id)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn there_are_as_many_kinds_and_providers_as_promised() {
    let rules = RuleSet::shipped().unwrap();
    let secrets = || rules.rules().iter().filter(|rule| rule.class == Class::Secret);
    let kinds: BTreeSet<_> = secrets().map(|rule| &rule.kind).collect();
    let providers: BTreeSet<_> = secrets().map(|rule| &rule.provider).collect();
    assert!(kinds.len() >= SECRET_KINDS_MIN, "{} kinds", kinds.len());
    assert!(providers.len() >= PROVIDERS_MIN, "{} providers", providers.len());
}

#[test]
fn patterns_compile_one_by_one_under_the_size_limit() {
    for entry in std::fs::read_dir(config().join("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if let Err(problems) = RuleSet::parse(&name, &std::fs::read_to_string(&path).unwrap()) {
                panic!("{problems}");
            }
        }
    }
}

#[test]
fn every_rule_file_is_shipped() {
    let shipped = RuleSet::shipped().unwrap();
    let mut in_files = 0;
    for entry in std::fs::read_dir(config().join("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            in_files += RuleSet::parse("x", &std::fs::read_to_string(&path).unwrap()).unwrap().rules().len();
        }
    }
    assert_eq!(shipped.rules().len(), in_files);
}

#[test]
fn a_word_around_a_prefixed_token_is_no_token() {
    // The default boundary: a literal in the middle of a longer word begins nothing.
    let rules = RuleSet::shipped().unwrap();
    let prefixed = rules.rules().iter().filter(|rule| rule.anchor == Anchor::Prefix && rule.left == Boundary::Alnum);
    for rule in prefixed {
        for example in rule.examples.iter().filter(|example| example.before.is_empty()) {
            let (text, secret) = example.text();
            let glued = findings(rule, &format!("a{text}"));
            assert!(!glued.contains(&(secret.start + 1..secret.end + 1)), "{}", rule.id);
        }
    }
}

#[test]
fn whatever_decides_about_a_rules_matches_is_told_apart() {
    let rule = "class = \"secret\"\n[[rule]]\nid = \"own\"\nkind = \"own\"\ndescription = \"own\"\nprovider = \"own\"\nreference = \"https://example.com\"\n\
        anchor = \"keyword\"\nkeywords = [\"own_key\"]\ndistance = 20\npattern = '[a-z0-9]{20}'\nvalidators = [\"not-placeholder\"]\n\
        examples = [{ before = \"own_key=\", secret = [\"q7zp4xw2lr\", \"9tb6nk1mv8\"] }]\n\
        counter_examples = [{ before = \"own_key=\", secret = [\"q7zp\"] }]\n";
    let fingerprint = |text: &str| match RuleSet::parse("own.toml", text) {
        Ok(rules) => Engine::with_rules(rules, &KnownIdentities::default()).fingerprint(),
        Err(problems) => panic!("{problems}"),
    };
    let before = fingerprint(rule);
    assert_eq!(before, fingerprint(rule));
    for (old, new) in [
        ("[\"own_key\"]", "[\"own_key\", \"own_token\"]"),
        ("distance = 20", "distance = 24"),
        ("[\"not-placeholder\"]", "[]"),
        ("{20}", "{21}"),
        ("kind = \"own\"", "kind = \"other\""),
    ] {
        let changed = rule.replace(old, new);
        assert!(changed != rule && fingerprint(&changed) != before, "{new}");
    }
}
