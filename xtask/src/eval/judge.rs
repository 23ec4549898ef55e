//! The engine as the release binary has it, with the class of every rule.

use anyhow::{Context, Result};
use scrubber::detect::rule::{self, RuleSet};
use scrubber::detect::{Engine, KnownIdentities, Scratch};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Secret,
    Personal,
}

/// A finding with its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found<'a> {
    pub start: usize,
    pub end: usize,
    pub class: Class,
    pub rule: &'a str,
}

/// The shipped rules, without any known identities.
pub(crate) struct Judge {
    engine: Engine,
    classes: Vec<Class>,
}

impl Judge {
    pub(crate) fn new() -> Result<Self> {
        let engine = Engine::new(&KnownIdentities::default()).context("cannot use the shipped rules")?;
        let rules = RuleSet::shipped().context("cannot read the shipped rules")?;
        let of_rule = |id: &str| rules.rules().iter().find(|rule| *rule.id == *id).map(|rule| rule.class);
        let class = |id: &str| match of_rule(id) {
            Some(rule::Class::Secret) => Class::Secret,
            Some(rule::Class::Personal) => Class::Personal,
            // Rules that are code: those for identities are named after them.
            None if ["known-", "home-user", "person", "street"].iter().any(|start| id.starts_with(start)) => {
                Class::Personal
            }
            None => Class::Secret,
        };
        let classes = engine.rules().iter().map(|info| class(&info.id)).collect();
        Ok(Self { engine, classes })
    }

    /// How many rules there are.
    pub(crate) fn rules(&self) -> usize {
        self.classes.len()
    }

    /// What the engine finds in `text`.
    pub(crate) fn scan(&self, text: &str, scratch: &mut Scratch) -> Vec<Found<'_>> {
        let findings = self.engine.scan(text.as_bytes(), scratch).iter();
        let found = findings.map(|finding| {
            let place = usize::from(finding.rule.0);
            Found {
                start: finding.start,
                end: finding.end,
                class: self.classes.get(place).copied().unwrap_or(Class::Secret),
                rule: self.engine.rules().get(place).map_or("", |info| &*info.id),
            }
        });
        found.collect()
    }

    /// How many findings there are in `text`; for measuring.
    pub(crate) fn count(&self, text: &str, scratch: &mut Scratch) -> usize {
        self.engine.scan(text.as_bytes(), scratch).len()
    }
}
