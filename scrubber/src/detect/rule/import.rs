//! Rules in the forms of other scanners, turned into ours.
//!
//! Promises: what a file asks for either holds or is listed as a [`Note`] with file, line, rule, key and reason; a file
//! that cannot be read at all is an error. Where a condition that only lets values pass cannot be kept, the rule stays and
//! finds more; where the rule itself cannot be kept, it is left out. Nothing quotes the file.
//!
//! Leaves out on purpose: files (texts are handed in), YAML (whoever reads it fills [`Foreign`]) and everything that asks
//! the network. Start at [`of_toml`] and [`Draft`].

use std::fmt;

use regex::bytes::Regex;

use super::problem::is_plain;
use super::{
    Anchor, Boundary, Class, Conditions, Example, Exemption, Group, Needs, Part, Rule, RuleProblem, RuleProblems,
    RuleSet, Text, parse,
};

mod gitleaks;
mod wake;

/// The provider of rules of other scanners, which rarely name one.
const IMPORTED: &str = "imported";

/// What became of a rule that has something that is not supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The rule is not in force.
    RuleLeftOut,
    /// The rule is in force without this.
    KeyLeftOut,
    /// Something outside of rules is not in force.
    SettingLeftOut,
}

/// Something that a file asks for and that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1; zero where none is to blame.
    pub line: usize,
    /// The rule's id in its file; empty outside of rules.
    pub rule: String,
    /// The key.
    pub key: String,
    /// Why it does not hold.
    pub reason: &'static str,
    /// What became of it.
    pub effect: Effect,
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = RuleProblem::at(&self.file, self.line, &self.rule, &self.key, self.reason);
        let effect = match self.effect {
            Effect::RuleLeftOut => "the rule is left out",
            Effect::KeyLeftOut => "the rule holds without it",
            Effect::SettingLeftOut => "it is passed over",
        };
        write!(formatter, "{problem}; {effect}")
    }
}

/// The rules of a file, and what of it does not hold.
#[derive(Debug, Default)]
pub struct Imported {
    /// Rules in force.
    pub rules: RuleSet,
    /// What is not supported, in the order of the file.
    pub notes: Vec<Note>,
}

impl Imported {
    /// Puts `imported-` before the ids of other scanners' rules that `known` has already. Rules of our own form keep their
    /// ids, so that one that is there twice stays an error.
    pub fn keep_apart_from(&mut self, known: &RuleSet) {
        let taken = |id: &Text| known.rules.iter().any(|rule| rule.id == *id);
        for rule in self.rules.rules.iter_mut().filter(|rule| *rule.provider == *IMPORTED && taken(&rule.id)) {
            rule.id = format!("{IMPORTED}-{}", rule.id).into();
        }
    }
}

/// A rule as another scanner writes it.
#[derive(Debug, Default)]
pub struct Foreign {
    /// Where it stands.
    pub line: usize,
    /// Its id, in any spelling.
    pub id: String,
    /// One line for people; may be empty.
    pub description: String,
    /// Where the form is described; may be empty.
    pub reference: String,
    /// The pattern, searched for anywhere in a text.
    pub pattern: String,
    /// Which part of the match is the secret.
    pub group: Secret,
    /// Words of which one stands in every text that has a match, in any case.
    pub keywords: Vec<String>,
    /// Least entropy of the secret; zero asks for none.
    pub min_entropy: f64,
    /// What else is asked of the secret.
    pub conditions: Conditions,
    /// Texts in which the rule finds something.
    pub examples: Vec<String>,
    /// Texts in which it finds nothing.
    pub counter_examples: Vec<String>,
}

/// Which part of a match another scanner takes for the secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Secret {
    /// The first group that took something; all of the match where there is none.
    #[default]
    First,
    /// The group of this number.
    Number(usize),
    /// The group of this name where the pattern has it, else the first.
    NamedOrFirst(&'static str),
}

/// What a pattern has that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    LookAround,
    BackReference,
    TooLarge,
    Unicode,
    Syntax,
}

impl Fault {
    fn reason(self) -> &'static str {
        match self {
            Self::LookAround => "looks around itself (`(?=`, `(?!`, `(?<`), which takes no bounded time",
            Self::BackReference => "refers back to what it took, which takes no bounded time",
            Self::TooLarge => "is larger than 2 MiB when it is compiled",
            Self::Unicode => "asks for letters beyond ASCII, which patterns over bytes do not know",
            Self::Syntax => "is no regular expression, or of a syntax that is not known here",
        }
    }
}

/// Reads a TOML file of our own form or of the form of gitleaks and Betterleaks, whichever it is.
///
/// # Errors
/// When the text is no TOML, or a rule of our own form is not complete: those are never passed over.
pub fn of_toml(name: &str, text: &str) -> Result<Imported, RuleProblems> {
    if gitleaks::is_ours(text) {
        return Ok(Imported { rules: RuleSet::parse(name, text)?, notes: Vec::new() });
    }
    gitleaks::read(name, text)
}

/// An exemption whose patterns stand as texts.
///
/// # Errors
/// The reason why a pattern cannot be kept.
pub fn exemption(of: Part, needs: Needs, patterns: &[String], words: Vec<String>) -> Result<Exemption, &'static str> {
    let compiled = patterns.iter().map(|pattern| searched(pattern)).collect::<Result<_, _>>().map_err(Fault::reason)?;
    let words = words.into_iter().map(|word| word.to_ascii_lowercase()).collect();
    Ok(Exemption { of, needs, patterns: compiled, words })
}

/// The rules of one file while they are gathered.
#[derive(Debug)]
pub struct Draft<'a> {
    file: &'a str,
    rules: Vec<Rule>,
    notes: Vec<Note>,
    problems: Vec<RuleProblem>,
}

impl<'a> Draft<'a> {
    /// An empty draft of a file's rules.
    pub fn new(file: &'a str) -> Self {
        Self { file, rules: Vec::new(), notes: Vec::new(), problems: Vec::new() }
    }

    /// Lists something that does not hold. What is no plain name is not repeated.
    pub fn note(&mut self, line: usize, rule: &str, key: &str, reason: &'static str, effect: Effect) {
        let plain = |name: &str| if is_plain(name) { name.to_owned() } else { String::new() };
        let (file, rule, key) = (self.file.to_owned(), plain(rule), plain(key));
        self.notes.push(Note { file, line, rule, key, reason, effect });
    }

    /// Tells of something for which the file as a whole is refused.
    pub fn problem(&mut self, line: usize, rule: &str, key: &str, problem: &'static str) {
        self.problems.push(RuleProblem::at(self.file, line, rule, key, problem));
    }

    /// Adds a rule, or lists why it is left out.
    pub fn rule(&mut self, foreign: Foreign) {
        let (line, id) = (foreign.line, foreign.id.clone());
        match self.turn(foreign) {
            Ok(rule) => self.rules.push(rule),
            Err((key, reason)) => self.note(line, &id, key, reason, Effect::RuleLeftOut),
        }
    }

    /// The rules that were gathered.
    ///
    /// # Errors
    /// What was told by [`Draft::problem`], and ids that occur twice.
    pub fn finish(mut self) -> Result<Imported, RuleProblems> {
        let mut rules = RuleSet::default();
        if let Err(RuleProblems(twice)) = rules.append(self.file, self.rules) {
            self.problems.extend(twice);
        }
        if self.problems.is_empty() {
            Ok(Imported { rules, notes: self.notes })
        } else {
            Err(RuleProblems(self.problems))
        }
    }

    fn turn(&mut self, foreign: Foreign) -> Result<Rule, (&'static str, &'static str)> {
        let id = own_id(&foreign.id).ok_or(("id", "has no letter or digit"))?;
        let regex = searched(&foreign.pattern).map_err(|fault| ("pattern", fault.reason()))?;
        let group = match &foreign.group {
            Secret::First => Group::First,
            Secret::Number(number) if *number < regex.captures_len() => Group::Number(*number),
            Secret::Number(_) => return Err(("secretGroup", "names a group that the pattern does not have")),
            Secret::NamedOrFirst(name) => {
                let place = regex.capture_names().position(|found| found == Some(name));
                place.map_or(Group::First, Group::Number)
            }
        };
        let wake = wake::of(&foreign.pattern, &foreign.keywords)
            .ok_or(("pattern", "holds no string of three characters that every match has, and the rule no keyword"))?;
        let mut rule = Rule {
            kind: id.clone().into(),
            id: id.into(),
            class: Class::Secret,
            description: or(foreign.description, "imported rule").into(),
            provider: IMPORTED.into(),
            reference: or(foreign.reference, self.file).into(),
            checked: None,
            anchor: wake.anchor,
            literals: wake.literals.into_iter().map(Text::from).collect(),
            ignore_case: wake.ignore_case,
            keywords: Vec::new(),
            also: Vec::new(),
            distance: wake.back,
            back: None,
            left: if wake.anchor == Anchor::Prefix { Boundary::Word } else { Boundary::None },
            right: Boundary::None,
            window: wake.ahead,
            validators: Vec::new(),
            min_entropy: foreign.min_entropy,
            examples: Vec::new(),
            counter_examples: Vec::new(),
            group,
            conditions: Some(Box::new(foreign.conditions)),
            pattern: foreign.pattern.into(),
            head: std::sync::OnceLock::new(),
            compiled: std::sync::OnceLock::new(),
            longest: std::sync::OnceLock::new(),
        };
        // What is tried at one place has a smaller bound than what is searched for.
        if rule.anchor == Anchor::Prefix && rule.compile_problem(self.file).is_some() {
            rule.anchor = Anchor::Around;
            rule.left = Boundary::None;
        }
        if rule.anchor == Anchor::Around {
            rule.compiled.get_or_init(|| regex);
        }
        for text in foreign.examples {
            match rule.example(text) {
                Some(example) => rule.examples.push(example),
                None => {
                    let reason = "holds a text in which the rule finds nothing";
                    self.note(foreign.line, &foreign.id, "examples", reason, Effect::KeyLeftOut);
                }
            }
        }
        let whole = |text| Example { before: String::new(), secret: vec![text], after: String::new() };
        rule.counter_examples = foreign.counter_examples.into_iter().map(whole).collect();
        Ok(rule)
    }
}

impl Rule {
    /// The text with what the rule finds in it.
    fn example(&self, text: String) -> Option<Example> {
        let bytes = text.as_bytes();
        let hit = (0..bytes.len()).find_map(|at| {
            let near = self.literals.iter().any(|literal| {
                let part = bytes.get(at..at + literal.len()).unwrap_or_default();
                part.eq_ignore_ascii_case(literal.as_bytes())
            });
            if near { self.find_at(bytes, at) } else { None }
        })?;
        let part = |range| text.get(range).map(str::to_owned);
        let (before, secret) = (part(0..hit.secret.start)?, part(hit.secret.clone())?);
        Some(Example { before, secret: vec![secret], after: part(hit.secret.end..text.len())? })
    }
}

/// Compiles a pattern that is searched for.
fn searched(pattern: &str) -> Result<Regex, Fault> {
    parse::compile(pattern, Anchor::Around).map_err(|error| {
        if matches!(error, regex::Error::CompiledTooBig(_)) {
            return Fault::TooLarge;
        }
        use regex_syntax::ast::ErrorKind;
        match regex_syntax::ast::parse::Parser::new().parse(pattern).map_err(|error| error.kind().clone()) {
            Err(ErrorKind::UnsupportedLookAround) => Fault::LookAround,
            Err(ErrorKind::UnsupportedBackreference) => Fault::BackReference,
            Ok(_) if regex::Regex::new(pattern).is_ok() => Fault::Unicode,
            _ => Fault::Syntax,
        }
    })
}

/// An id as our rules have them: lower case, digits and hyphens.
fn own_id(id: &str) -> Option<String> {
    let mut own = String::new();
    for character in id.chars().map(|character| character.to_ascii_lowercase()) {
        if character.is_ascii_alphanumeric() {
            own.push(character);
        } else if !own.is_empty() && !own.ends_with('-') {
            own.push('-');
        }
    }
    own.truncate(own.trim_end_matches('-').len().min(80));
    (!own.is_empty()).then_some(own)
}

fn or(text: String, other: &str) -> String {
    if text.trim().is_empty() { other.to_owned() } else { text }
}

#[cfg(test)]
mod tests;
