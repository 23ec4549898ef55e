//! Secrets are found in all places.

use scrubber::detect::rule::{Class, RuleSet};

use super::around::{LOGINS, NAMED, PASSWORD_NAMES, PLAIN, TOKEN_NAMES, TOKEN_PLACES};
use super::chance::{BASE62, BASE64, BASE64_URL, Chance, HEX, LOWER};
use super::{DEPTHS, Tally, fits, is_covered, placed};

#[test]
fn what_rules_find_by_itself_is_found_everywhere() {
    let rules = RuleSet::shipped().unwrap_or_default();
    let mut tally = Tally::default();
    for rule in rules.rules().iter().filter(|rule| rule.class == Class::Secret) {
        for example in rule.examples.iter().filter(|it| it.before.is_empty() && it.after.is_empty()) {
            let value = example.secret.concat();
            for place in PLAIN.iter().filter(|place| fits(place, &value)) {
                let depth = (value.len() + place.len()) % DEPTHS.end;
                for (text, start, end) in placed(place, "", &value).into_iter().skip(depth).take(1) {
                    tally.add(place, is_covered(&text, start, end), || format!("{} depth {depth}: {place:?}", rule.id));
                }
            }
        }
    }
    tally.hold("examples of rules", 2, 30);
}

#[test]
fn what_rules_find_beside_a_word_is_found_in_listings() {
    const LISTINGS: &[&str] = &[
        "\u{b6}\n",
        "  12\u{2192}\u{b6}\n",
        "+\u{b6}\n",
        "> \u{b6}\n",
        "a.py:7:\u{b6}\n",
        "// \u{b6}\n",
        "\u{1b}[32m\u{b6}\u{1b}[0m\n",
    ];
    let rules = RuleSet::shipped().unwrap_or_default();
    let mut tally = Tally::default();
    for rule in rules.rules().iter().filter(|rule| rule.class == Class::Secret) {
        for example in rule.examples.iter().filter(|it| !(it.before.is_empty() && it.after.is_empty())) {
            let value = example.secret.concat();
            for place in LISTINGS {
                let place = place.replace('\u{b6}', &format!("{}\u{b6}{}", example.before, example.after));
                for (depth, (text, start, end)) in placed(&place, "", &value).into_iter().enumerate() {
                    tally.add(&rule.id, is_covered(&text, start, end), || {
                        format!("{} depth {depth}: {place:?}", rule.id)
                    });
                }
            }
        }
    }
    tally.hold("examples of rules beside words", 5, 500);
}

/// Tokens without a form of their own.
fn tokens(chance: &mut Chance) -> Vec<String> {
    let mut made = Vec::new();
    for (alphabet, least) in [(HEX, 32), (LOWER, 20), (BASE62, 16), (BASE64, 24), (BASE64_URL, 20)] {
        for _ in 0..3 {
            let length = least + chance.below(65 - least);
            let value = chance.of(alphabet, length);
            let plain = value.starts_with(|sign: char| sign.is_ascii_alphanumeric());
            // A sign at the end may belong to what follows.
            if plain && value.ends_with(|sign: char| sign.is_ascii_alphanumeric()) {
                made.push(value);
            }
        }
    }
    made
}

/// Passwords as people and their tools make them.
fn passwords(chance: &mut Chance) -> Vec<String> {
    const WORDS: &[&str] =
        &["maple", "harbor", "Tiger", "coffee", "Denver", "sunset", "pirate", "Velvet", "rocket", "quartz"];
    let (one, other) = (chance.pick(WORDS).to_owned(), chance.pick(WORDS).to_owned());
    let (few, year) = (chance.below(900) + 100, 1970 + chance.below(56));
    vec![
        format!("{one}{few}"),
        format!("{one}{year}!"),
        format!("{one}.{other}{few}"),
        format!("{one}-{other}-{few}"),
        format!("P{few}{one}"),
        format!("{other}_{one}{}", few % 100),
        chance.of("ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789!?=+_.-", 14) + "x7",
        chance.of(BASE62, 12) + "3k",
    ]
}

#[test]
fn tokens_are_found_beside_their_names() {
    let mut chance = Chance::new(0x00d1_57a2);
    let mut tally = Tally::default();
    for round in 0..3 {
        for value in tokens(&mut chance) {
            let places = NAMED.iter().chain(TOKEN_PLACES).filter(|place| fits(place, &value));
            for (count, place) in places.enumerate() {
                let name = TOKEN_NAMES[(count * 7 + round * 3 + value.len()) % TOKEN_NAMES.len()];
                for (depth, (text, start, end)) in placed(place, name, &value).into_iter().enumerate() {
                    tally.add(place, is_covered(&text, start, end), || format!("depth {depth}: {text:?}"));
                }
            }
        }
    }
    tally.hold("tokens beside names", 10, 200);
}

#[test]
fn passwords_are_found_beside_their_names_and_in_logins() {
    let mut chance = Chance::new(0x00e4_11c7);
    let mut tally = Tally::default();
    for round in 0..3 {
        for value in passwords(&mut chance) {
            let places = NAMED.iter().chain(LOGINS).filter(|place| fits(place, &value));
            for (count, place) in places.enumerate() {
                let name = PASSWORD_NAMES[(count * 5 + round + value.len()) % PASSWORD_NAMES.len()];
                for (depth, (text, start, end)) in placed(place, name, &value).into_iter().enumerate() {
                    tally.add(place, is_covered(&text, start, end), || format!("depth {depth}: {text:?}"));
                }
            }
        }
    }
    tally.hold("passwords", 40, 400);
}
