//! Accounts with their passwords, what is put right, and lists below a line that leads to them.

use super::line::Word;
use super::listener::{Listener, is_account};
use super::value::{Look, is_lone, look};
use super::words::{Part, Parts};
use super::{ACCOUNTS, Told};

/// Lines of a list.
const LIST_MAX: usize = 32;

impl Listener<'_, '_> {
    /// `admin/…`, `login: ops : …`, `switch-1 root …`: an account and its password.
    pub(super) fn pairs(&mut self, words: &[Word]) {
        if let [_, account, password] = words
            && ACCOUNTS.contains(&self.of(account))
            && self.look(password) >= Look::Plain
        {
            self.take(password, Told::Password);
        }
        let all = words.iter().fold(Parts::default(), |all, word| all.and(word.parts));
        let text = self.text;
        let access = |word: &Word| {
            let account = ACCOUNTS.contains(&text.get(word.start..word.end).unwrap_or_default());
            account || word.parts.has(Part::Access) || word.parts.has(Part::Account)
        };
        for (at, word) in words.iter().enumerate() {
            let before = words.get(at.saturating_sub(2)..at).unwrap_or_default();
            let known =
                |account: &str| ACCOUNTS.contains(&account) || all.names_password() || before.iter().any(access);
            let text = self.of(word);
            if let Some((account, password)) = text.split_once(['/', ':'])
                && is_account(account)
                && known(account)
                && look(password.as_bytes()) >= Look::Plain
            {
                let start = word.end - password.len();
                self.take(&Word { start, ..*word }, Told::Password);
            } else if let Some([account, sign, password]) = words.get(at..at + 3)
                && ["/", ":", "-"].contains(&self.of(sign))
                && is_account(self.of(account))
                && known(self.of(account))
                && self.look(password) >= Look::Plain
            {
                self.take(password, Told::Password);
            }
            // `sa: …`
            if let Some([account, password]) = words.get(at..at + 2)
                && account.colon
                && ACCOUNTS.contains(&self.of(account))
                && self.look(password) >= Look::Plain
            {
                self.take(password, Told::Password);
            }
        }
    }

    /// `reset it to …`, `log in with …`, `… opens it`.
    pub(super) fn striking(&mut self, words: &[Word], parts: Parts, about: bool) {
        for (at, word) in words.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            let towards = parts.has(Part::Change) && before.is_some_and(|word| word.parts.has(Part::Towards));
            let least = if about && towards { Look::Plain } else { Look::Strong };
            if word.digit && self.look(word) >= least && (parts.has(Part::Use) || towards) {
                self.take(word, Told::Password);
            }
        }
    }

    /// `… no, wait, …`: what is put right in the line that tells it.
    pub(super) fn corrected(&mut self, words: &[Word]) {
        for pair in words.windows(2) {
            if let [word, value] = pair
                && word.parts.has(Part::Correct)
                && self.look(value) >= Look::Plain
            {
                self.take(value, Told::Password);
            }
        }
    }

    /// The lines below the one at `at`, which says that passwords stand there.
    pub(super) fn below(&mut self, places: &[(usize, usize)], at: usize, parts: Parts) {
        let text = self.text;
        let line = |at: usize| places.get(at).and_then(|(from, to)| text.get(*from..*to)).unwrap_or_default();
        let first = if line(at + 1).trim().is_empty() { at + 2 } else { at + 1 };
        let lone =
            |at: usize| Some(line(at).trim()).filter(|line| !line.is_empty() && !line.contains(char::is_whitespace));
        let place = |at: usize, value: &str| {
            let start = places.get(at).map_or(0, |(from, _)| *from) + line(at).rfind(value).unwrap_or(0);
            Word { start, end: start + value.len(), parts: Parts::default(), digit: false, colon: false, stops: false }
        };
        let likely = |word: &str, least: Look| look(word.as_bytes()) >= least || is_lone(word.as_bytes());
        // Names of hosts stand so, too: one below the other, with numbers.
        let third = lone(first + 2).filter(|line| line.bytes().any(|byte| byte.is_ascii_digit()));
        match (lone(first), lone(first + 1), third) {
            (Some(account), Some(password), None)
                if is_account(account)
                    && look(account.as_bytes()) < Look::Strong
                    && likely(password, Look::Letters) =>
            {
                return self.take(&place(first + 1, password), Told::Password);
            }
            (Some(password), None, _) if parts.names_password() && likely(password, Look::Plain) => {
                return self.take(&place(first, password), Told::Password);
            }
            _ => {}
        }
        // What somebody answers: `ann: …`.
        let said = line(first).rsplit_once(": ").map(|(_, said)| said.trim());
        if parts.names_password()
            && let Some(said) = said
            && look(said.as_bytes()) >= Look::Plain
        {
            return self.take(&place(first, said), Told::Password);
        }
        // A list: each line ends with one.
        let ends = |at: usize| {
            let mut words = line(at).split_whitespace();
            let count = words.clone().count();
            words.next_back().filter(|word| (2..=3).contains(&count) && look(word.as_bytes()) >= Look::Plain)
        };
        let listed = (first..first + LIST_MAX).take_while(|at| ends(*at).is_some()).count();
        if listed >= 2 {
            for at in first..first + listed {
                if let Some(word) = ends(at) {
                    self.take(&place(at, word), Told::Password);
                }
            }
        }
    }
}
