//! Secrets are found in all places.

use super::{Chance, found, lists};
use crate::support::escaped;

const HEX: &str = "0123456789abcdef";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Characters that a place without quotes can hold.
const PLAIN: &str = "_.-";

/// Passwords as people and their tools make them.
fn passwords(chance: &mut Chance) -> Vec<String> {
    const WORDS: [&str; 8] = ["maple", "harbor", "Tiger", "coffee", "sunset", "Velvet", "rocket", "quartz"];
    let (one, other) = (WORDS[chance.below(8)], WORDS[chance.below(8)]);
    let few = chance.below(900) + 100;
    vec![
        format!("{one}{few}"),
        format!("{one}{}!", 1970 + chance.below(56)),
        format!("{one}-{other}-{few}"),
        chance.of(BASE62, 12) + "3k",
        chance.of(LOWER, 9) + "x4",
    ]
}

/// Tokens without a form of their own.
fn tokens(chance: &mut Chance) -> Vec<String> {
    vec![
        chance.of(HEX, 32),
        chance.of(HEX, 40),
        chance.of(BASE62, 22) + "a1",
        chance.of(BASE62, 40),
        chance.of(HEX, 64),
    ]
}

/// Tries every place of a list with values; says how many there were and what was missed.
fn missed(list: &str, seed: u64, values: fn(&mut Chance) -> Vec<String>) -> (usize, Vec<String>) {
    let mut chance = Chance::new(seed);
    let mut tried = 0;
    let mut missed = Vec::new();
    for place in lists().get(list).into_iter().flatten() {
        let quoted = ["\"\u{b6}\"", "'\u{b6}'"].iter().any(|it| place.contains(it));
        for value in values(&mut chance) {
            let fits = quoted || value.chars().all(|sign| sign.is_ascii_alphanumeric() || PLAIN.contains(sign));
            if !fits {
                continue;
            }
            let text = format!("first line\n{}\nlast line", place.replace('\u{b6}', &value));
            for depth in 0..3 {
                let (text, value) = (escaped(&text, depth), escaped(&value, depth));
                let found = found(&text);
                let covered =
                    |at: usize| (at..at + value.len()).all(|at| found.iter().any(|it| (it.0..it.1).contains(&at)));
                tried += 1;
                if !text.match_indices(&value).any(|(at, _)| covered(at)) {
                    missed.push(format!("depth {depth}: {text:?}"));
                }
            }
        }
    }
    (tried, missed)
}

/// Holds that no more than so many in a thousand are missed.
fn hold(list: &str, seed: u64, values: fn(&mut Chance) -> Vec<String>, most: usize) {
    let (tried, missed) = missed(list, seed, values);
    println!("{list}: {} of {tried} missed", missed.len());
    for text in missed.iter().step_by(missed.len() / 60 + 1) {
        println!("    {text}");
    }
    assert!(tried > 1000 && missed.len() * 1000 <= tried * most, "{list}: {} of {tried}", missed.len());
}

#[test]
fn passwords_are_found_in_prompts_commands_code_exports_and_sentences() {
    hold("passwords", 0x61_0e55, passwords, 65);
}

#[test]
fn tokens_are_found_in_headers_addresses_lists_and_lines_below_their_label() {
    hold("tokens", 0x2f_9a07, tokens, 60);
}
