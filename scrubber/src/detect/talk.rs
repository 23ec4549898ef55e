//! Secrets that people tell an assistant by hand: `its Xy… now`, `admin` and the password in the lines below `here are the creds:`,
//! the answer to `Which password?`.
//!
//! The search over all texts looks for what no text holds by chance. A prompt is a few lines that somebody typed, and what was said
//! before it says what it is about, so that less is enough here: [`Talk`] keeps what the last words of a session asked for. No
//! grammar is read. A line is words (`line`), of which lists in many languages say what part they play (`words`), and what is left
//! over has a look (`value`). `listener` reads the lines, `named` what names name, and `pairs` accounts and lists. Longer prompts
//! are pasted, and are searched like other texts.

mod line;
mod listener;
mod named;
mod pairs;
mod value;
mod words;

use line::Word;
use listener::Listener;
use words::{Part, Parts};

/// Bytes of a prompt that was typed, and of the end of a reply that is looked at.
const PROMPT_MAX: usize = 2048;
const REPLY_END: usize = 320;

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
    "बताएं",
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
    let ends = |letter: char| matches!(letter, '\n' | '。' | '！' | '।') || QUESTIONS.contains(&letter);
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
