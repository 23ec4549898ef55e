//! Text that reads like a session: prompts, replies, code, command output.
//!
//! Templates hold `{x}` marks with one letter, which [`Writer::fill`] replaces: `{n}` noun, `{v}` verb, `{a}` adjective,
//! `{i}` identifier, `{I}` type name, `{f}` file, `{d}` number, `{h}` commit hash, `{s}` short hash, `{t}` time of day,
//! `{u}` UUID, `{c}` constant, `{m}` module, `{x}` version. Nothing here comes from a real session.

mod code;
mod output;
mod prose;

pub(crate) use code::Language;

use crate::dice::Dice;

/// Writes text from templates.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    dice: &'a mut Dice,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(dice: &'a mut Dice) -> Self {
        Self { dice }
    }

    /// Appends a template with its marks replaced.
    pub(crate) fn fill(&mut self, template: &str, out: &mut String) {
        let mut rest = template;
        while let Some((head, tail)) = rest.split_once('{') {
            out.push_str(head);
            let mut chars = tail.chars();
            match (chars.next(), chars.next()) {
                (Some(mark), Some('}')) if self.mark(mark, out) => rest = chars.as_str(),
                _ => {
                    out.push('{');
                    rest = tail;
                }
            }
        }
        out.push_str(rest);
    }

    /// A template with its marks replaced.
    pub(crate) fn filled(&mut self, template: &str) -> String {
        let mut out = String::with_capacity(template.len() + 32);
        self.fill(template, &mut out);
        out
    }

    /// One of the templates, filled.
    pub(crate) fn one_of(&mut self, templates: &[&str]) -> String {
        let template = self.dice.pick(templates);
        self.filled(template)
    }

    fn mark(&mut self, mark: char, out: &mut String) -> bool {
        use prose::{ADJECTIVES, EXTENSIONS, NOUNS, VERBS};
        match mark {
            'n' => out.push_str(self.dice.pick(NOUNS)),
            'v' => out.push_str(self.dice.pick(VERBS)),
            'a' => out.push_str(self.dice.pick(ADJECTIVES)),
            'i' => {
                out.push_str(self.dice.pick(VERBS));
                out.push('_');
                out.push_str(self.dice.pick(NOUNS));
            }
            'm' => out.push_str(self.dice.pick(NOUNS)),
            'I' => {
                capitalise(self.dice.pick(ADJECTIVES), out);
                capitalise(self.dice.pick(NOUNS), out);
            }
            'c' => {
                let name = [self.dice.pick(ADJECTIVES), self.dice.pick(NOUNS)].join("_");
                out.push_str(&name.to_ascii_uppercase());
            }
            'f' => self.file(out),
            'd' => {
                let digits = self.dice.between(1, 4);
                let end = 10_usize.pow(u32::try_from(digits).unwrap_or(1));
                out.push_str(&self.dice.below(end).to_string());
            }
            'h' => out.push_str(&self.dice.hex(40)),
            's' => out.push_str(&self.dice.hex(7)),
            'u' => out.push_str(&self.dice.uuid()),
            't' => {
                let (h, m, s) = (self.dice.below(24), self.dice.below(60), self.dice.below(60));
                out.push_str(&format!("{h:02}:{m:02}:{s:02}"));
            }
            'x' => {
                let (a, b, c) = (self.dice.below(9), self.dice.below(30), self.dice.below(20));
                out.push_str(&format!("{a}.{b}.{c}"));
            }
            'e' => out.push_str(self.dice.pick(EXTENSIONS)),
            _ => return false,
        }
        true
    }

    fn file(&mut self, out: &mut String) {
        use prose::{EXTENSIONS, NOUNS, VERBS};
        out.push_str(self.dice.pick(&["src", "lib", "app", "internal", "tests", "pkg", "web/components"]));
        out.push('/');
        if self.dice.per_mille(500) {
            out.push_str(self.dice.pick(NOUNS));
            out.push('/');
        }
        out.push_str(self.dice.pick(NOUNS));
        if self.dice.per_mille(400) {
            out.push('_');
            out.push_str(self.dice.pick(VERBS));
        }
        out.push('.');
        out.push_str(self.dice.pick(EXTENSIONS));
    }

    /// Lines from the list until `bytes` are reached; each line ends with a newline but the last.
    fn lines_until(&mut self, templates: &[&str], bytes: usize) -> String {
        let mut out = String::with_capacity(bytes + 128);
        while out.len() < bytes {
            let template = self.dice.pick(templates);
            self.fill(template, &mut out);
            out.push('\n');
        }
        out.pop();
        out
    }
}

fn capitalise(word: &str, out: &mut String) {
    let mut chars = word.chars();
    out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
    out.push_str(chars.as_str());
}

/// Numbers the lines the way the Read tool does: `arrow` for the older form `     1→`, else `1` and a tab.
pub(crate) fn with_gutter(text: &str, first: usize, arrow: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let number = first + index;
        if arrow {
            out.push_str(&format!("{number:>6}→"));
        } else {
            out.push_str(&format!("{number}\t"));
        }
        out.push_str(line);
    }
    out
}
