//! What settings let pass: values by their hash and rules by their id, everywhere or in some projects.
//!
//! Promises: only what is named passes, as a whole and exactly; what passes is counted. A finding that reaches further than
//! an allowed value stays, and so does what another rule finds at the same place by itself.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use ring::digest::{SHA256, digest};

use super::reading::window;
use super::{Finding, RuleId, RuleInfo};

/// One entry of the allow-list of findings.
#[derive(Clone, PartialEq, Eq)]
pub enum Allowed {
    /// All that the rule of this id finds.
    Rule(String),
    /// The value of this SHA-256, whichever rule finds it.
    Value([u8; 32]),
}

impl fmt::Debug for Allowed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is no entry of the allow-list. Holds no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not rule:ID or sha256: and 64 hexadecimal digits")]
pub struct AllowedError;

impl FromStr for Allowed {
    type Err = AllowedError;

    fn from_str(text: &str) -> Result<Self, AllowedError> {
        if let Some(id) = text.strip_prefix("rule:") {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            return if !id.is_empty() && id.bytes().all(plain) {
                Ok(Self::Rule(id.to_owned()))
            } else {
                Err(AllowedError)
            };
        }
        let digits = text.strip_prefix("sha256:").filter(|digits| digits.len() == 64).ok_or(AllowedError)?;
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair =
                std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
            *byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or(AllowedError)?;
        }
        Ok(Self::Value(hash))
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(id) => write!(formatter, "rule:{id}"),
            Self::Value(hash) => {
                formatter.write_str("sha256:")?;
                hash.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
            }
        }
    }
}

/// The hash of a value without its escapes, as an entry of the allow-list has it.
pub fn value_hash(value: &[u8]) -> Allowed {
    let mut hash = [0; 32];
    hash.iter_mut().zip(digest(&SHA256, value).as_ref()).for_each(|(to, from)| *to = *from);
    Allowed::Value(hash)
}

/// Where entries hold, or where a text comes from: everywhere, and in up to 62 projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u64);

impl Default for Scopes {
    fn default() -> Self {
        Self::EVERYWHERE
    }
}

impl Scopes {
    /// What holds in every project.
    pub const EVERYWHERE: Self = Self(1);
    /// What holds in none.
    pub const NOWHERE: Self = Self(0);
    /// As many projects can be told apart.
    pub const PROJECTS_MAX: usize = 62;

    /// What holds in one project; `None` beyond [`Scopes::PROJECTS_MAX`].
    pub fn project(number: usize) -> Option<Self> {
        (number < Self::PROJECTS_MAX).then(|| Self(2 << number))
    }

    /// Either of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The entries in force.
pub(super) struct Permits {
    /// For each rule where it is off.
    rules: Vec<Scopes>,
    values: HashMap<[u8; 32], Scopes>,
    /// The entries as they were given.
    given: Vec<u8>,
}

impl Permits {
    /// `None` where there are no entries; the places of entries that name no rule are errors.
    pub(super) fn new(entries: &[(Allowed, Scopes)], infos: &[RuleInfo]) -> Result<Option<Self>, Vec<usize>> {
        let (mut rules, mut values) = (vec![Scopes::NOWHERE; infos.len()], HashMap::new());
        let (mut unknown, mut given) = (Vec::new(), Vec::new());
        for (place, (entry, scopes)) in entries.iter().enumerate() {
            given.extend_from_slice(format!("{entry} {}\n", scopes.0).as_bytes());
            match entry {
                Allowed::Rule(id) => {
                    let index = infos.iter().position(|info| *info.id == **id);
                    match index.and_then(|index| rules.get_mut(index)) {
                        Some(held) => *held = held.or(*scopes),
                        None => unknown.push(place),
                    }
                }
                Allowed::Value(hash) => {
                    let held = values.entry(*hash).or_insert(Scopes::NOWHERE);
                    *held = held.or(*scopes);
                }
            }
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        Ok((!entries.is_empty()).then_some(Self { rules, values, given }))
    }

    /// Whether a finding passes in a text that comes from there.
    pub(super) fn passes(&self, text: &[u8], finding: &Finding, from: Scopes) -> bool {
        let by_rule = self.rules.get(usize::from(finding.rule.0)).is_some_and(|scopes| scopes.meets(from));
        if by_rule || self.values.is_empty() {
            return by_rule;
        }
        let mut value = Vec::new();
        window::unescape_into(text.get(finding.start..finding.end).unwrap_or_default(), &mut value);
        let Allowed::Value(hash) = value_hash(&value) else { return false };
        self.values.get(&hash).is_some_and(|scopes| scopes.meets(from))
    }

    /// Takes out what passes, and counts each place once.
    pub(super) fn sieve(&self, text: &[u8], found: &mut Vec<Finding>, from: Scopes, counts: &mut Vec<(RuleId, u64)>) {
        found.sort_unstable_by_key(|finding| (finding.start, finding.end, finding.rule));
        let mut last = None;
        found.retain(|finding| {
            let passes = self.passes(text, finding, from);
            if passes && last != Some((finding.start, finding.end)) {
                last = Some((finding.start, finding.end));
                match counts.iter_mut().find(|(rule, _)| *rule == finding.rule) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((finding.rule, 1)),
                }
            }
            !passes
        });
    }

    pub(super) fn fingerprint(&self) -> &[u8] {
        &self.given
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Engine, KnownIdentities, Scratch};
    use std::collections::BTreeMap;

    /// What is found and what is let pass, by rule.
    fn scan(entries: &[(Allowed, Scopes)], from: Scopes, text: &str) -> (Vec<String>, BTreeMap<String, u64>) {
        let Ok(mut engine) = Engine::new(&KnownIdentities::default()) else { return Default::default() };
        assert_eq!(engine.allow(entries), Ok(()));
        let (mut scratch, mut counts) = (Scratch::default(), BTreeMap::new());
        scratch.set_scopes(from);
        let findings = engine.scan(text.as_bytes(), &mut scratch);
        let found = findings
            .iter()
            .map(|finding| text.get(finding.start..finding.end).unwrap_or_default().to_owned())
            .collect();
        scratch.take_allowed(&engine, &mut counts);
        (found, counts)
    }

    fn value() -> String {
        ["Qv7", "xT2", "pLm9", "wZ4k"].concat()
    }

    #[test]
    fn a_value_passes_wherever_and_however_it_stands_and_is_counted() {
        let (value, everywhere) = (value(), Scopes::EVERYWHERE);
        let allowed = [(value_hash(value.as_bytes()), everywhere)];
        let encoded: String = format!("password={value}").bytes().map(|byte| format!("%{byte:02X}")).collect();
        for text in [format!("password={value}"), format!(r#"{{\"password\": \"{value}\"}}"#), encoded] {
            assert_eq!(scan(&[], everywhere, &text).0.len(), 1, "{text}");
            let (found, counts) = scan(&allowed, everywhere, &text);
            assert_eq!(found, Vec::<String>::new(), "{text}");
            assert!(counts.values().sum::<u64>() >= 1, "{counts:?}");
        }
        let (found, counts) = scan(&allowed, everywhere, &format!("password={value}x"));
        assert_eq!((found.len(), counts.len()), (1, 0));
    }

    #[test]
    fn a_rule_that_is_off_finds_nothing_and_is_counted_while_others_find() {
        let off = [(Allowed::Rule("generic-password".to_owned()), Scopes::EVERYWHERE)];
        let text = format!("password={} and mail to ada@lovelace.dev", value());
        let (found, counts) = scan(&off, Scopes::EVERYWHERE, &text);
        assert_eq!(found, ["ada@lovelace.dev"]);
        assert_eq!(counts, BTreeMap::from([("generic-password".to_owned(), 1)]));
    }

    #[test]
    fn what_holds_in_a_project_holds_nowhere_else() -> Result<(), &'static str> {
        let (first, second) = (Scopes::project(0).ok_or("none")?, Scopes::project(1).ok_or("none")?);
        let allowed = [(value_hash(value().as_bytes()), first)];
        let text = format!("password={}", value());
        let check = |from, expected| assert_eq!(scan(&allowed, from, &text).0.len(), expected, "{from:?}");
        check(Scopes::EVERYWHERE, 1);
        check(second.or(Scopes::EVERYWHERE), 1);
        check(first.or(Scopes::EVERYWHERE), 0);
        assert_eq!(Scopes::project(Scopes::PROJECTS_MAX), None);
        Ok(())
    }

    #[test]
    fn an_unknown_rule_is_an_error_and_an_entry_reads_back_as_it_is_shown() -> Result<(), AllowedError> {
        let Ok(mut engine) = Engine::new(&KnownIdentities::default()) else { return Err(AllowedError) };
        let entries = [(value_hash(b"x"), Scopes::EVERYWHERE), ("rule:nothing".parse()?, Scopes::EVERYWHERE)];
        assert_eq!(engine.allow(&entries), Err(vec![1]));
        for entry in entries.map(|(entry, _)| entry) {
            assert_eq!(entry.to_string().parse::<Allowed>()?, entry);
        }
        for wrong in ["", "rule:", "rule:A b", "sha256:", "sha256:12", "x", &format!("sha256:{}", "+f".repeat(32))] {
            assert_eq!(wrong.parse::<Allowed>(), Err(AllowedError), "{wrong}");
        }
        Ok(())
    }
}
