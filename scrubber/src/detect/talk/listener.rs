//! Reads a prompt, line by line: what it answers, names and joins.

use std::sync::LazyLock;

use super::line::{self, Word};
use super::value::{Look, is_any_word, is_lone, look};
use super::words::{self, Part, Parts};
use super::{Talk, Told, lines};
use crate::detect::judge::value as judge;
use crate::detect::sets::lexicon::List;

/// Bytes of a prompt that answers or corrects.
const ANSWER_MAX: usize = 160;
/// Bytes of a line that says what stands below it.
const HEADING_MAX: usize = 160;
/// Bytes of a line that is a label and a value.
const LABEL_MAX: usize = 40;
/// Lines below a heading in which the first password stands.
const BELOW_MAX: usize = 3;

/// What has a number besides a code, and what is counted: `the otp ttl is 30000`, `the code is 120000 lines`.
const MEASURES: &str = "\
    ttl timeout length limit size window interval delay expiry count port line lines rows bytes users iterations times \
    characters chars loc ms mm seconds per zeilen lignes linhas строк";

/// What reads one prompt.
pub(super) struct Listener<'a, 't> {
    pub text: &'a str,
    pub tell: &'t mut dyn FnMut(usize, usize, Told),
    pub told: bool,
    pub named: bool,
}

impl Listener<'_, '_> {
    pub(super) fn of(&self, word: &Word) -> &str {
        self.text.get(word.start..word.end).unwrap_or_default()
    }

    pub(super) fn look(&self, word: &Word) -> Look {
        // Letters alone count only where the name of a password stands.
        if word.parts.is_none() { look(self.of(word).as_bytes()) } else { Look::No }
    }

    /// Whether the word is a number of so many digits.
    pub(super) fn is_number(&self, word: &Word, digits: std::ops::RangeInclusive<usize>) -> bool {
        let word = self.of(word);
        digits.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn take(&mut self, word: &Word, told: Told) {
        self.told = true;
        (self.tell)(word.start, word.end, told);
    }

    /// A short prompt behind a question for a secret, or behind talk of one.
    pub(super) fn answer(&mut self, before: Talk) {
        const AND: &[&str] = &["and", "und", "et", "y", "e", "i", "en", "ve", "и", "та", "/"];
        const LEADS: &[&str] =
            &["meant", "mean", "try", "use", "with", "typo", "sorry", "no", "meinte", "meine", "nein", "нет", "ні"];
        if self.text.trim().len() > ANSWER_MAX {
            return;
        }
        let (mut words, mut all) = (Vec::new(), Vec::new());
        for (from, to) in lines(self.text) {
            line::words(self.text, from, to, &mut words);
            all.append(&mut words);
        }
        let said: Vec<Word> = all.iter().filter(|word| !word.parts.has(Part::Filler)).copied().collect();
        // `ops and …`, or each in a line of its own.
        let parted = self.text.trim().contains('\n') || all.iter().any(|word| AND.contains(&self.of(word)));
        let (named, asked) = (before.named.names_password(), before.asked.names_password());
        match *said.as_slice() {
            [word] if named || before.asked.has(Part::Key) => {
                let lone = is_lone(self.of(&word).as_bytes());
                let look = self.look(&word);
                // Letters and digits alone may answer any other question.
                let bare = look == Look::Letters || self.is_number(&word, 4..=24);
                let least = if named { Look::Plain } else { Look::Strong };
                if lone || look >= least || asked && bare {
                    self.take(&word, Told::Password);
                }
            }
            [account, word] if named && !account.colon && is_account(self.of(&account)) => {
                let lone = is_lone(self.of(&word).as_bytes()) || self.look(&word) == Look::Letters;
                if parted && lone || self.look(&word) >= Look::Plain {
                    self.take(&word, Told::Password);
                }
            }
            // A prompt of nothing but a password.
            [word] if all.len() == 1 && self.look(&word) == Look::Strong => self.take(&word, Told::Password),
            _ => {}
        }
        let has = |parts: Parts, part: &[Part]| part.iter().any(|part| parts.has(*part));
        if let [word] = *said.as_slice()
            && (has(before.asked, &[Part::Pin, Part::Once]) && self.is_number(&word, 4..=8)
                || has(before.named, &[Part::Pin, Part::Once, Part::Code]) && self.is_number(&word, 6..=6))
        {
            self.take(&word, Told::Code);
        }
        if before.asked.has(Part::Phrase) && judge::is_passphrase(self.text.trim().as_bytes()) {
            let start = self.text.len() - self.text.trim_start().len();
            self.told = true;
            (self.tell)(start, start + self.text.trim().len(), Told::Password);
        }
        if before.about > 0 {
            for (at, word) in all.iter().enumerate() {
                // `i meant X`, `the second one has a dot: X`
                let led = || {
                    let last = at.checked_sub(1).and_then(|at| all.get(at));
                    last.is_some_and(|last| self.joins(last) || LEADS.contains(&&*self.of(last).to_lowercase()))
                };
                let look = self.look(word);
                let last = at + 1 == all.len();
                if look == Look::Strong
                    || look == Look::Plain && last && led()
                    || look == Look::Letters && last && led() && all.len() <= 4
                {
                    self.take(word, Told::Password);
                }
            }
        }
    }

    pub(super) fn each_line(&mut self, before: Talk) {
        let places: Vec<(usize, usize)> = lines(self.text).collect();
        let (mut words, mut account) = (Vec::new(), false);
        let line = |(from, to): &(usize, usize)| self.text.as_bytes().get(*from..*to).unwrap_or_default();
        let numbers: Vec<bool> = places.iter().map(|place| holds_number(line(place))).collect();
        for (at, (from, to)) in places.iter().enumerate() {
            // Most lines lead to nothing, and what they would lead to has a digit, here or below.
            let line = line(&(*from, *to));
            let number = numbers.iter().skip(at).take(1 + BELOW_MAX).any(|number| *number);
            let glance = words::glance(line);
            if !glance.names && !(glance.leads && (number || line.len() <= LABEL_MAX)) {
                continue;
            }
            line::words(self.text, *from, *to, &mut words);
            let parts = words.iter().fold(Parts::default(), |all, word| all.and(word.parts));
            self.named |= parts.names_password();
            let told = std::mem::take(&mut self.told);
            // `user ann`, and `pass …` in the next line.
            if let [label, value] = words.as_slice()
                && label.parts.names_password()
                && account
                && value.parts.is_none()
                && is_any_word(self.of(value).as_bytes())
            {
                self.take(value, Told::Password);
            }
            account = matches!(words.as_slice(), [label, _] if label.parts.has(Part::Account));
            self.names(&words);
            self.pairs(&words);
            self.striking(&words, parts, before.about > 0);
            if self.told {
                self.corrected(&words);
            }
            if (parts.has(Part::Access) || parts.names_password()) && to - from <= HEADING_MAX && !self.told {
                self.below(&places, at, parts);
            }
            self.told |= told;
        }
    }

    /// Whether a word joins the next one to a name. `pass the list to …`, `deploy to …`: of English "to" joins nothing.
    pub(super) fn joins(&self, word: &Word) -> bool {
        word.colon || word.parts.has(Part::Joint) && self.of(word) != "to"
    }

    /// Whether a word says what is counted.
    pub(super) fn is_measure(&self, word: &Word) -> bool {
        static WORDS: LazyLock<List> = LazyLock::new(|| List::new(MEASURES));
        WORDS.holds(self.of(word).as_bytes())
    }
}

/// Whether a word of a line may be a number of four digits, or has letters and a digit: every password with a digit does.
fn holds_number(line: &[u8]) -> bool {
    let (mut length, mut digits) = (0, 0);
    for byte in line.iter().chain(b" ") {
        if byte.is_ascii_graphic() {
            length += 1;
            digits += usize::from(byte.is_ascii_digit());
        } else if digits > 0 && (length >= 6 || digits >= 4) {
            return true;
        } else {
            (length, digits) = (0, 0);
        }
    }
    false
}

/// Whether a word may be the name of an account.
pub(super) fn is_account(word: &str) -> bool {
    (2..=40).contains(&word.len())
        && word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte))
}
