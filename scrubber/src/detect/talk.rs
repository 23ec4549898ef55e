//! Secrets that people tell an assistant by hand: `its Xy… now`, `admin` and the password in the lines below `here are the creds:`,
//! the answer to `Which password?`.
//!
//! The search over all texts looks for what no text holds by chance. A prompt is a few lines that somebody typed, and what was said
//! before it says what it is about, so that less is enough here: [`Talk`] keeps what the last words of a session asked for. No
//! grammar is read. A line is words, of which lists in many languages say what part they play (`words`), and what is left over
//! has a look (`value`). Longer prompts are pasted, and are searched like other texts.

mod line;
mod value;
mod words;

use line::Word;
use value::{Look, is_any_word, is_lone, look};
use words::{Part, Parts};

use crate::detect::judge::value as judge;
use crate::detect::sets::lexicon;
use crate::detect::shape::mnemonic;

/// Bytes of a prompt that was typed, and of the end of a reply that is looked at.
const PROMPT_MAX: usize = 2048;
const REPLY_END: usize = 320;
/// Bytes of a prompt that answers or corrects.
const ANSWER_MAX: usize = 160;
/// Words between a name and what it names.
const NEAR: usize = 12;
/// Words between a name and the one that joins a value to it: `the password for the test host is`.
const PURPOSE_MAX: usize = 7;
/// Bytes of a line that says what stands below it, and lines of a list.
const HEADING_MAX: usize = 160;
const LIST_MAX: usize = 32;
/// Bytes of a line that is a label and a value.
const LABEL_MAX: usize = 40;
/// Lines below a heading in which the first password stands.
const BELOW_MAX: usize = 3;

/// What a word of a prompt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Password,
    Pin,
    Code,
}

/// What the last words of a conversation ask for or are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Talk {
    /// What the assistant named where it asked for something, and what in the very sentence that asks.
    named: Parts,
    asked: Parts,
    /// Prompts from here on that may go on about a password.
    about: u8,
    /// A prompt was heard that comes again, or words of a program: what was asked before stays asked until the next prompt.
    waits: bool,
}

/// Whether a prompt answers what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It does, and nothing is asked any more.
    Taken,
    /// It comes again when its turn has come.
    Queued,
}

/// As many prompts may go on about a password that was named before them.
const ABOUT: u8 = 2;

impl Talk {
    /// Takes note of what the assistant said.
    pub(crate) fn hear(&mut self, reply: &str) {
        let mut from = reply.len().saturating_sub(REPLY_END);
        while !reply.is_char_boundary(from) {
            from += 1;
        }
        let end = reply.get(from..).unwrap_or_default();
        let (mut words, mut named, mut asked, mut asks) = (Vec::new(), Parts::default(), Parts::default(), false);
        for sentence in sentences(end) {
            let question = sentence.contains(QUESTIONS);
            asks |= question;
            if !words::glance(sentence.as_bytes()).names {
                continue;
            }
            line::words(sentence, 0, sentence.len(), &mut words);
            let said = |word: &Word| sentence.get(word.start..word.end).unwrap_or_default();
            let request = words.iter().any(|word| REQUESTS.iter().any(|known| said(word).eq_ignore_ascii_case(known)));
            let parts = parts_of(&words);
            asks |= request;
            named = named.and(parts);
            if question || request {
                asked = asked.and(parts);
            }
        }
        let before = if self.waits { *self } else { Self::default() };
        self.named = before.named.and(if asks { named } else { Parts::default() });
        self.asked = before.asked.and(asked);
        if named.names_password() {
            self.about = ABOUT;
        }
    }

    /// Gives `tell` what a prompt tells, in order of no kind, and takes note of what it is about.
    pub(crate) fn listen(&mut self, prompt: &str, turn: Turn, tell: &mut dyn FnMut(usize, usize, Told)) {
        let before = std::mem::take(self);
        // Programs write their words between tags: `<command-name>`.
        if turn == Turn::Queued || prompt.starts_with('<') {
            *self = Self { waits: true, ..before };
        }
        if prompt.len() > PROMPT_MAX {
            return;
        }
        let mut listener = Listener { text: prompt, tell, told: false, named: false };
        listener.answer(before);
        listener.each_line(before);
        self.about = if listener.told || listener.named { ABOUT } else { before.about.saturating_sub(1) };
    }
}

/// Accounts that every system has.
const ACCOUNTS: &[&str] = &["admin", "root", "administrator", "postgres", "sa", "guest", "operator"];

/// What has a number besides a code, and what is counted: `the otp ttl is 30000`, `the code is 120000 lines`.
const MEASURES: &str = "\
    ttl timeout length limit size window interval delay expiry count port line lines rows bytes users iterations times \
    characters chars loc ms mm seconds per zeilen lignes linhas строк";

/// Words by which a reply asks without a question mark.
const REQUESTS: &[&str] = &[
    "please",
    "give",
    "send",
    "need",
    "asks",
    "wants",
    "enter",
    "provide",
    "bitte",
    "brauche",
    "veuillez",
    "donne",
    "necesito",
    "dame",
    "preciso",
    "informe",
    "serve",
    "dammi",
    "graag",
    "podaj",
    "proszę",
    "lütfen",
    "gerekli",
    "введите",
    "нужен",
    "введіть",
    "потрібен",
    "请",
    "提供",
    "ください",
    "알려",
    "أدخل",
    "بताएं",
];

/// The lines of a text: where each starts and ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let from = at;
        at += line.len() + 1;
        (from, from + line.len())
    })
}

/// Signs that end a question.
const QUESTIONS: [char; 3] = ['?', '？', '؟'];

/// The sentences of a text, each with the sign that ends it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let ends = |letter: char| letter == '\n' || "。！।".contains(letter) || QUESTIONS.contains(&letter);
    text.split_inclusive(ends).flat_map(|part| part.split(". "))
}

/// The parts that words play together. The code of an error is none that opens anything.
fn parts_of(words: &[Word]) -> Parts {
    let mut other = false;
    words.iter().fold(Parts::default(), |all, word| {
        let skipped = other && word.parts.has(Part::Code);
        other = word.parts.has(Part::Other);
        if skipped { all } else { all.and(word.parts) }
    })
}

struct Listener<'a, 't> {
    text: &'a str,
    tell: &'t mut dyn FnMut(usize, usize, Told),
    told: bool,
    named: bool,
}

impl Listener<'_, '_> {
    fn of(&self, word: &Word) -> &str {
        self.text.get(word.start..word.end).unwrap_or_default()
    }

    fn look(&self, word: &Word) -> Look {
        // Letters alone count only where the name of a password stands.
        if word.parts.is_none() { look(self.of(word).as_bytes()) } else { Look::No }
    }

    /// Whether the word is a number of so many digits.
    fn is_number(&self, word: &Word, digits: std::ops::RangeInclusive<usize>) -> bool {
        let word = self.of(word);
        digits.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    }

    fn take(&mut self, word: &Word, told: Told) {
        self.told = true;
        (self.tell)(word.start, word.end, told);
    }

    /// A short prompt behind a question for a secret, or behind talk of one.
    fn answer(&mut self, before: Talk) {
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

    fn each_line(&mut self, before: Talk) {
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

    /// What each name in a line names.
    fn names(&mut self, words: &[Word]) {
        let wifi = words.iter().any(|word| word.parts.has(Part::Wifi));
        let changed = words.iter().any(|word| word.parts.has(Part::Change));
        for (at, name) in words.iter().enumerate() {
            let password = name.parts.names_password() || wifi && name.parts.has(Part::Key);
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

    /// Whether a word joins the next one to a name. `pass the list to …`, `deploy to …`: of English "to" joins nothing.
    fn joins(&self, word: &Word) -> bool {
        word.colon || word.parts.has(Part::Joint) && self.of(word) != "to"
    }

    /// Whether a word says what is counted.
    fn is_measure(&self, word: &Word) -> bool {
        lexicon::words(MEASURES).any(|measure| measure == self.of(word))
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

    /// `admin/…`, `login: ops : …`, `switch-1 root …`: an account and its password.
    fn pairs(&mut self, words: &[Word]) {
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
    fn striking(&mut self, words: &[Word], parts: Parts, about: bool) {
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
    fn corrected(&mut self, words: &[Word]) {
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
    fn below(&mut self, places: &[(usize, usize)], at: usize, parts: Parts) {
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

/// The word behind the name at `at` and what joins the two, and whether anything does.
fn joined(words: &[Word], at: usize) -> Option<(Word, bool)> {
    const JOINTS_MAX: usize = 3;
    let name = words.get(at)?;
    let rest = words.get(at + 1..)?;
    let joints = rest.iter().take(JOINTS_MAX).take_while(|word| word.parts.has(Part::Joint)).count();
    Some((*rest.get(joints)?, joints > 0 || name.colon || name.parts.has(Part::Joint)))
}

/// Whether a word may be the name of an account.
fn is_account(word: &str) -> bool {
    (2..=40).contains(&word.len())
        && word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte))
}
