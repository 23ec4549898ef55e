//! Finds secrets and personal data in text.
//!
//! The text may be plain or the inside of a JSON string at any depth: the engine reads through backslash escapes
//! by itself, and the offsets that it reports are those of the bytes it was given.

mod around;
mod builtin;
mod context;
mod engine;
mod explain;
mod front;
mod judge;
mod memory;
mod permit;
mod personal;
mod reading;
pub mod rule;
mod search;
mod self_test;
mod sets;
mod shape;
mod talk;
mod validate;

pub use explain::{Explained, Explanation, Refused, Why};
pub use memory::secrets::KnownSecrets;
pub use permit::{Allowed, AllowedError, Scopes, value_hash};
pub use rule::RuleSet;
pub use self_test::SelfTest;
pub(crate) use talk::{Talk, Turn};

use context::{commands, keys, member};
use judge::public;
use memory::{other_forms, searched};
use reading::{views, window};
use sets::grams;
use talk::Told;

/// The rules and the values known on this machine, compiled.
pub struct Engine {
    parts: engine::Parts,
}

/// Values that identify this machine's user; found wherever they stand. Empty strings and very short ones are ignored.
#[derive(Default, Clone)]
pub struct KnownIdentities {
    /// Login names.
    pub logins: Vec<String>,
    /// Full names, as git and the system know them.
    pub names: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Host names.
    pub hosts: Vec<String>,
    /// Home folders.
    pub homes: Vec<String>,
}

/// The place of a rule in [`Engine::rules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u16);

/// A span that must not leave. Findings are sorted and do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// What a rule is called.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// Stable id, the key in an event's `redactions`.
    pub id: rule::Text,
    /// The kind of value, as it stands in the replacement `[kind:hash]`.
    pub kind: rule::Text,
    /// One line for people.
    pub description: rule::Text,
    /// Whether it finds secrets or personal data.
    pub class: rule::Class,
}

/// Buffers that [`Engine::scan`] uses again and again.
#[derive(Default)]
pub struct Scratch {
    findings: Vec<Finding>,
    /// Those that are part of a longer one in `findings`.
    joined_parts: Vec<Finding>,
    window: window::Window,
    names: keys::Memo,
    digit_context: grams::Recent,
    keyword_context: grams::Recent,
    stretches: Vec<around::Stretch>,
    /// Buffers for text that was found encoded in the text.
    nested: Option<Box<Scratch>>,
    /// Text without its encoding, lines joined to one, and text with the places its bytes came from.
    decoded: Vec<u8>,
    joined: Vec<u8>,
    view: views::View,
    /// What was found in the texts before, where that is to be found again.
    memory: Option<Box<KnownSecrets>>,
    remembers: bool,
    /// What was found in texts that may come again.
    searched: searched::Searched,
    /// Where the text comes from, as far as it decides what is let pass.
    scopes: Scopes,
    /// What was let pass since the last [`Scratch::take_allowed`], by rule.
    allowed: Vec<(RuleId, u64)>,
    /// Layers of encoding around the text that these buffers serve.
    layer: u8,
    /// Only secrets that are known are looked for.
    again: bool,
    /// The text was joined from literals: no more of them are.
    is_joined: bool,
    /// Tries in earnest and bytes copied since the beginning.
    work: u64,
}

impl Scratch {
    /// Buffers that remember the secrets of all texts scanned with them, so that they are found again where they stand alone.
    /// What is found then depends on the texts before.
    pub fn remembering() -> Self {
        Self { remembers: true, ..Self::default() }
    }

    /// Says where the next texts come from: what is let pass in some projects only is let pass in these. What was counted of
    /// a record that was dropped since is forgotten.
    pub fn set_scopes(&mut self, scopes: Scopes) {
        self.scopes = scopes;
        self.allowed.clear();
    }

    /// What was let pass since the last [`Scratch::take_allowed`], to be set aside while a text is read twice.
    pub(crate) fn allowed(&mut self) -> &mut Vec<(RuleId, u64)> {
        &mut self.allowed
    }

    /// Adds to `counts`, by rule id, what was let pass since the last call.
    pub fn take_allowed(&mut self, engine: &Engine, counts: &mut std::collections::BTreeMap<String, u64>) {
        for (rule, count) in self.allowed.drain(..) {
            if let Some(info) = engine.rules().get(usize::from(rule.0)) {
                *counts.entry(info.id.to_string()).or_default() += count;
            }
        }
    }
}

/// The rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Rules are not complete.
    #[error("cannot use the detection rules")]
    Rules(#[from] rule::RuleProblems),
}

impl Engine {
    /// Compiles the rules shipped with the product (`config/rules/*.toml`).
    ///
    /// # Errors
    /// When a rule does not parse or its pattern does not compile; a test holds that the shipped ones do.
    pub fn new(known: &KnownIdentities) -> Result<Self, EngineError> {
        Ok(Self::with_rules(RuleSet::shipped_with(rule::Examples::LeftOut)?, known))
    }

    /// Uses these rules in place of those shipped; what is found by names, shapes and known values stays.
    pub fn with_rules(rules: RuleSet, known: &KnownIdentities) -> Self {
        Self { parts: engine::Parts::new(rules, known) }
    }

    /// Lets the engine find these values as well.
    #[must_use]
    pub fn knowing(mut self, secrets: KnownSecrets) -> Self {
        self.parts.secrets = secrets;
        self.parts.engine = engine::EngineId::new();
        self
    }

    /// Adds the secrets that stand in `text`, a file of credentials, to `secrets`. Says how many are too plain to be looked for.
    pub fn learn(&self, text: &[u8], secrets: &mut KnownSecrets) -> usize {
        let mut scratch = Scratch::default();
        let (mut value, mut plain) = (Vec::new(), 0);
        self.parts.scan(text, &mut scratch);
        for finding in scratch.findings.iter().filter(|finding| self.parts.is_secret(finding.rule)) {
            value.clear();
            self.value(text.get(finding.start..finding.end).unwrap_or_default(), &mut value);
            // Of a key in several lines each line is a value.
            value.split(|byte| *byte == b'\n').for_each(|line| {
                let line = line.trim_ascii();
                let known = secrets.add(line) || secrets.is_full();
                let looked_at = (1..64).contains(&line.len()) && !line.starts_with(b"-----");
                plain += usize::from(!known && looked_at);
                other_forms::each(line, &mut |form| {
                    secrets.add(form);
                });
            });
        }
        plain
    }

    /// Lets values or all that a rule finds pass where the scopes say so; what is let pass is counted.
    ///
    /// # Errors
    /// The places of those entries that name no rule. Nothing is let pass then.
    pub fn allow(&mut self, entries: &[(Allowed, Scopes)]) -> Result<(), Vec<usize>> {
        self.parts.permits = permit::Permits::new(entries, &self.parts.infos)?;
        Ok(())
    }

    /// What decides about findings: what rules look for, and what is let pass.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut whole = String::new();
        self.parts.rules.set.rules().iter().for_each(|rule| rule.write_fingerprint(&mut whole));
        let mut whole = whole.into_bytes();
        self.parts.permits.iter().for_each(|permits| whole.extend_from_slice(permits.fingerprint()));
        whole
    }

    /// All rules; [`RuleId`] is the place in this list.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.parts.infos
    }

    /// The rule by which all of a value must not leave that stands under `name` in a structure, or beside a `label`; all without
    /// escapes. Where `scratch` remembers, the value is found again in later texts.
    pub(crate) fn judge_member(
        &self,
        name: &[u8],
        label: &[u8],
        value: &[u8],
        scratch: &mut Scratch,
    ) -> Option<RuleId> {
        let builtin = member::under(name, value)
            .or_else(|| member::labelled(name, value))
            .or_else(|| member::labelled(label, value))?;
        let member = [name, b"=", value].concat();
        if public::is_public(&member, name.len() + 1, member.len()) {
            return None;
        }
        let rule = self.parts.id(builtin);
        self.not_let_pass(value, rule, scratch)
    }

    /// The rule, unless what it finds as a whole is let pass. Where `scratch` remembers, the value is found again in later texts.
    fn not_let_pass(&self, value: &[u8], rule: RuleId, scratch: &mut Scratch) -> Option<RuleId> {
        if let Some(permits) = &self.parts.permits {
            let mut found = vec![Finding { rule, start: 0, end: value.len() }];
            permits.sieve(value, &mut found, scratch.scopes, &mut scratch.allowed);
            found.pop()?;
        }
        if scratch.remembers {
            let memory = scratch.memory.get_or_insert_with(|| Box::new(self.parts.secrets.clone()));
            if !memory.is_full() {
                memory.add_found(value, rule);
                other_forms::each(value, &mut |form| memory.add_found(form, rule));
            }
        }
        Some(rule)
    }

    /// Whether a shell's command prints a secret, so that [`Engine::judge_answer`] decides about what it printed.
    pub(crate) fn prints_secret(&self, command: &[u8]) -> bool {
        commands::any_prints(command)
    }

    /// The rule by which all that such a command printed must not leave, without escapes, if it is no message.
    pub(crate) fn judge_answer(&self, text: &[u8], scratch: &mut Scratch) -> Option<RuleId> {
        let rule = self.parts.id(builtin::Builtin::CommandPassword);
        if !commands::is_answer(text) {
            return None;
        }
        let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        // One line that may not leave hides all of them.
        lines.filter_map(|line| self.not_let_pass(line, rule, scratch)).last()
    }

    /// Finds what a prompt tells, which holds no escapes, by what was said before it in `talk`: places in order, each once. Where
    /// `scratch` remembers, values are found again in later texts.
    pub(crate) fn listen(&self, prompt: &str, turn: Turn, talk: &mut Talk, scratch: &mut Scratch) -> Vec<Finding> {
        let mut told = Vec::new();
        talk.listen(prompt, turn, &mut |start, end, what| told.push((start, end, what)));
        // Many names may tell the same word.
        told.sort_by_key(|(start, end, _)| (*start, *end));
        told.dedup_by_key(|(start, end, _)| (*start, *end));
        let found = told.into_iter().filter_map(|(start, end, what)| {
            let value = prompt.as_bytes().get(start..end)?;
            let rule = match what {
                Told::Password => self.parts.id(builtin::Builtin::GenericPassword),
                Told::Pin => self.parts.rule_of("pin")?,
                Told::Code => self.parts.rule_of("verification-code")?,
            };
            let rule = self.not_let_pass(value, rule, scratch)?;
            Some(Finding { rule, start, end })
        });
        found.collect()
    }

    /// Remembers what was found in a prompt: people repeat what they tell, and the assistant does. Less is enough than elsewhere.
    pub(crate) fn remember_told(&self, value: &[u8], rule: RuleId, scratch: &mut Scratch) {
        let memory = scratch.memory.as_deref_mut().filter(|memory| !memory.is_full());
        if let Some(memory) = memory.filter(|_| self.parts.is_secret(rule)) {
            memory.add_told(value, rule);
        }
    }

    /// Finds everything that must not leave in `text`, sorted and without overlaps.
    pub fn scan<'s>(&self, text: &[u8], scratch: &'s mut Scratch) -> &'s [Finding] {
        self.parts.scan(text, scratch);
        &scratch.findings
    }

    /// Appends the value of a found span with every layer of backslash escapes removed: what pseudonyms are made of,
    /// so that a secret has one pseudonym however often it was escaped.
    pub fn value(&self, span: &[u8], out: &mut Vec<u8>) {
        window::unescape_into(span, out);
    }
}
