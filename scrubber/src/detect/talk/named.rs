//! What the names in a line name: passwords, numbers, phrases.

use super::Told;
use super::line::Word;
use super::listener::Listener;
use super::value::{Look, is_any_word};
use super::words::{self, Part};
use crate::detect::judge::value as judge;
use crate::detect::shape::mnemonic;

/// Words between a name and what it names.
const NEAR: usize = 12;
/// Words between a name and the one that joins a value to it: `the password for the test host is`.
const PURPOSE_MAX: usize = 7;

impl Listener<'_, '_> {
    /// What each name in a line names.
    pub(super) fn names(&mut self, words: &[Word]) {
        let wifi = words.iter().any(|word| word.parts.has(Part::Wifi));
        let changed = words.iter().any(|word| word.parts.has(Part::Change));
        for (at, name) in words.iter().enumerate() {
            let password = name.parts.names_password() || wifi && name.parts.has(Part::Key);
            let number = [Part::Pin, Part::Once, Part::Code].iter().any(|part| name.parts.has(*part));
            if !password && !number {
                continue;
            }
            if password {
                self.near(words, at);
            }
            self.before(words, at);
            let before = words.get(..at).unwrap_or_default();
            let account = before.iter().any(|word| word.parts.has(Part::Account));
            // `login ann pw …`
            let follows =
                matches!(before, [.., label, account] if label.parts.has(Part::Account) && account.parts.is_none());
            let Some((value, joined)) = joined(words, at) else { continue };
            if password {
                let look = self.look(&value);
                let any = || follows && value.parts.is_none() && is_any_word(self.of(&value).as_bytes());
                if look >= Look::Plain || look == Look::Letters && (joined || account) || any() {
                    self.take(&value, Told::Password);
                } else if !self.of(name).is_ascii() {
                    self.first_latin(words, at);
                }
            }
            if name.parts.has(Part::Phrase) {
                self.phrase(words, value.start, joined);
            }
            self.number(words, at, &value);
            if name.parts.has(Part::Pin) {
                self.pin_of(words, at);
            }
            if password && changed {
                self.changed(words, at);
            }
            // `the password for the test host is …`: what joins stands behind what it is for.
            let purpose = words.get(at + 1..words.len().min(at + 1 + PURPOSE_MAX)).unwrap_or_default();
            let open = purpose.iter().take_while(|word| !word.stops).count();
            if let Some(joint) = purpose.get(..open).and_then(|words| words.iter().rposition(|word| self.joins(word)))
                && let Some((value, _)) = self::joined(words, at + 1 + joint)
            {
                let measured = purpose.iter().take(joint).any(|word| self.is_measure(word));
                if password && self.look(&value) >= Look::Letters {
                    self.take(&value, Told::Password);
                }
                if name.parts.has(Part::Phrase) {
                    self.phrase(words, value.start, true);
                }
                if !measured {
                    self.number(words, at, &value);
                }
            }
        }
    }

    /// What stands before the name at `at`: `try … as the password`, `913165 is your verification code`.
    fn before(&mut self, words: &[Word], at: usize) {
        const AS: &[&str] = &["as", "als", "comme", "como", "come", "jako", "for", "für", "pour"];
        let (Some(name), Some(before)) = (words.get(at), words.get(at.saturating_sub(5)..at)) else { return };
        for pair in before.windows(2) {
            let [value, joint] = pair else { continue };
            if name.parts.names_password() && AS.contains(&self.of(joint)) && self.look(value) >= Look::Plain {
                self.take(value, Told::Password);
            }
            if joint.parts.has(Part::Joint) {
                self.number(words, at, value);
            }
        }
    }

    /// The first password in Latin letters behind a name in other ones: `пароль от сервера …`.
    fn first_latin(&mut self, words: &[Word], at: usize) {
        let behind = words.get(at + 1..words.len().min(at + 1 + PURPOSE_MAX)).unwrap_or_default();
        if let Some(value) = behind.iter().find(|word| self.look(word) >= Look::Plain) {
            self.take(value, Told::Password);
        }
    }

    /// Words near a name that are nothing but passwords.
    fn near(&mut self, words: &[Word], at: usize) {
        for word in words.get(at.saturating_sub(NEAR)..words.len().min(at + NEAR)).unwrap_or_default() {
            if word.digit && self.look(word) == Look::Strong {
                self.take(word, Told::Password);
            }
        }
    }

    /// The digits behind the name at `at`, and before it: `913165 is your verification code`.
    fn number(&mut self, words: &[Word], at: usize, value: &Word) {
        let Some(name) = words.get(at) else { return };
        let behind = words.iter().find(|word| word.start > value.start);
        if self.pins(words, at, value) || behind.is_some_and(|word| self.is_measure(word)) {
            return;
        }
        let other = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word.parts.has(Part::Other));
        if name.parts.has(Part::Pin) && self.is_number(value, 4..=8) {
            self.take(value, Told::Pin);
        } else if name.parts.has(Part::Once) && self.is_number(value, 5..=8)
            || name.parts.has(Part::Code) && !other && self.is_number(value, 6..=6)
        {
            self.take(value, Told::Code);
        }
    }

    /// Whether the name at `at` says what is done with a number: `pin the port to 8080`, `pin it at 48213`.
    fn pins(&self, words: &[Word], at: usize, value: &Word) -> bool {
        const DONE: &[&str] = &["to", "at", "version", "build", "rev", "port"];
        const OWNERS: &[&str] = &["the", "my", "your", "our", "a", "new", "old", "and"];
        let (before, rest) = words.split_at_checked(at).unwrap_or_default();
        let [name, rest @ ..] = rest else { return false };
        let noun = before.iter().any(|word| word.parts.has(Part::Change))
            || before.last().is_some_and(|word| OWNERS.contains(&self.of(word)));
        let mut between = rest.iter().take_while(|word| word.start < value.start);
        self.of(name).eq_ignore_ascii_case("pin") && !noun && between.any(|word| DONE.contains(&self.of(word)))
    }

    /// `PIN of the panel 7391`: a number that ends the clause, and is no year.
    fn pin_of(&mut self, words: &[Word], at: usize) {
        const OF_MAX: usize = 5;
        let behind = words.get(at + 1..words.len().min(at + 1 + OF_MAX)).unwrap_or_default();
        let Some(number) = behind.iter().find(|word| self.of(word).starts_with(|first: char| first.is_ascii_digit()))
        else {
            return;
        };
        let ends =
            self.text.get(number.end..).unwrap_or_default().chars().next().is_none_or(|next| "\n.,;)".contains(next));
        let year =
            self.of(number).len() == 4 && (self.of(number).starts_with("19") || self.of(number).starts_with("20"));
        if ends && !year && self.is_number(number, 4..=8) && !self.pins(words, at, number) {
            self.take(number, Told::Pin);
        }
    }

    /// What a password was changed from and to.
    fn changed(&mut self, words: &[Word], at: usize) {
        for pair in words.get(at + 1..words.len().min(at + 1 + NEAR)).unwrap_or_default().windows(2) {
            if let [towards, value] = pair
                && towards.parts.has(Part::Towards)
                && self.look(value) >= Look::Plain
            {
                self.take(value, Told::Password);
            }
        }
    }

    /// The words of a phrase from `from` on: all of their line where a word joins them, or as many as stand in a published list.
    fn phrase(&mut self, words: &[Word], from: usize, joined: bool) {
        const WORDS: std::ops::RangeInclusive<usize> = 3..=8;
        let rest: Vec<&Word> = words.iter().filter(|word| word.start >= from).collect();
        let small = |word: &&&Word| word.parts.is_none() && self.of(word).bytes().all(|byte| byte.is_ascii_lowercase());
        let run = rest.iter().take_while(small).count();
        let listed = rest.iter().take(run).take_while(|word| mnemonic::is_word(self.of(word).as_bytes())).count();
        let talk = rest.first().is_none_or(|word| words::is_prose(self.of(word)));
        let count = if joined && run == rest.len() && !talk { run } else { listed };
        let end = rest.get(count.wrapping_sub(1)).filter(|_| WORDS.contains(&count)).map(|word| word.end);
        let phrase =
            end.filter(|end| self.text.get(from..*end).is_some_and(|words| judge::is_passphrase(words.as_bytes())));
        if let Some(end) = phrase {
            self.told = true;
            (self.tell)(from, end, Told::Password);
        }
    }
}

/// The word behind the name at `at` and what joins the two, and whether anything does.
fn joined(words: &[Word], at: usize) -> Option<(Word, bool)> {
    const JOINTS_MAX: usize = 3;
    let name = words.get(at)?;
    let rest = words.get(at + 1..)?;
    let joints = rest.iter().take(JOINTS_MAX).take_while(|word| word.parts.has(Part::Joint)).count();
    Some((*rest.get(joints)?, joints > 0 || name.colon || name.parts.has(Part::Joint)))
}
