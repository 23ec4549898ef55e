//! Secrets in places that no rule was made for, and look-alikes in the same places.
//!
//! Values are made from a seed when the tests run; the seeds are none that anything was tuned to. Each place is tried as it stands and
//! within one and two layers of JSON strings. `cargo test --test suite places -- --nocapture` shows the figures and what was missed.
#![expect(clippy::print_stdout, reason = "figures are shown to who asks for them")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use scrubber::detect::Scratch;
use scrubber::detect::rule::{Class, RuleSet};

mod alike;
mod around;
mod by_chance;
mod chance;
mod keys;
mod planted;
mod signs;

use crate::support::{engine, escaped};

/// Layers of JSON strings around a place.
const DEPTHS: std::ops::Range<usize> = 0..3;

/// For each rule whether it finds secrets.
fn finds_secrets(rule: usize) -> bool {
    static CLASSES: OnceLock<Vec<bool>> = OnceLock::new();
    let classes = CLASSES.get_or_init(|| {
        let rules = RuleSet::shipped().unwrap_or_default();
        let class = |id: &str| rules.rules().iter().find(|rule| *rule.id == *id).map(|rule| rule.class);
        let secret = |id: &str| match class(id) {
            Some(class) => class == Class::Secret,
            None => !(["known-", "home-user", "person", "street"].iter().any(|start| id.starts_with(start))),
        };
        engine().rules().iter().map(|info| secret(&info.id)).collect()
    });
    classes.get(rule).copied().unwrap_or(true)
}

/// What of a text is found, as secrets only or at all.
fn found(text: &str, secrets: bool) -> Vec<(usize, usize, &'static str)> {
    let mut scratch = Scratch::default();
    let findings = engine().scan(text.as_bytes(), &mut scratch).iter();
    let wanted = findings.filter(|finding| !secrets || finds_secrets(usize::from(finding.rule.0)));
    wanted.map(|it| (it.start, it.end, engine().rules()[usize::from(it.rule.0)].id.as_ref())).collect()
}

/// Whether every byte of `text[start..end]` is found.
fn is_covered(text: &str, start: usize, end: usize) -> bool {
    let found = found(text, true);
    (start..end).all(|at| found.iter().any(|(from, to, _)| (*from..*to).contains(&at)))
}

/// The place with the value in it, where the value lies, and one and two layers of strings around both.
fn placed(place: &str, name: &str, value: &str) -> Vec<(String, usize, usize)> {
    let place = place.replace('\u{a7}', name);
    let (before, after) = place.split_once('\u{b6}').unwrap_or((&place, ""));
    let value = if place.starts_with('{') || place.starts_with('[') { escaped(value, 1) } else { value.to_owned() };
    let lines = ["first line\n", "\nlast line"];
    DEPTHS
        .map(|depth| {
            let [before, value, after] = [&format!("{}{before}", lines[0]), &value, &format!("{after}{}", lines[1])]
                .map(|it| escaped(it, depth));
            let start = before.len();
            let end = start + value.len();
            (before + &value + &after, start, end)
        })
        .collect()
}

/// Whether a place can hold a value as it is.
fn fits(place: &str, value: &str) -> bool {
    let holds = |signs: &str| value.chars().any(|sign| signs.contains(sign));
    let in_address =
        ["://", "&", "%3", "/srv/", "/tmp/", "backup-", "Cookie", "@api"].iter().any(|it| place.contains(it));
    let quoted = place.contains("\"\u{b6}\"") || place.contains("'\u{b6}'");
    let whole = matches!(place, "\u{b6}\n" | "\u{b6}\r\n" | "{\"x\": \"\u{b6}\"}");
    let line = !holds("\n\r\"'`\\");
    let bare = line && !holds(" \t<>|&;,()[]{}#!*$%@");
    whole || (quoted && line) || (bare && !(in_address && holds("/+=:?")))
}

/// What was tried and what failed, by a label.
#[derive(Default)]
struct Tally {
    tried: usize,
    by: BTreeMap<String, (usize, usize)>,
    failed: Vec<String>,
}

impl Tally {
    fn add(&mut self, by: &str, good: bool, what: impl FnOnce() -> String) {
        self.tried += 1;
        let counts = self.by.entry(by.to_owned()).or_default();
        counts.0 += 1;
        if !good {
            counts.1 += 1;
            self.failed.push(what());
        }
    }

    /// Prints the figures; the share of failures must stay below so many in a thousand, and for each label below `each`.
    fn hold(&self, title: &str, all: usize, each: usize) {
        println!("{title}: {} of {} failed", self.failed.len(), self.tried);
        let mut worst: Vec<_> = self.by.iter().filter(|(_, counts)| counts.1 > 0).collect();
        worst.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.1 * 1000 / counts.0));
        for (label, (tried, failed)) in worst.iter().take(60) {
            println!("  {failed:5} of {tried:5}  {label:?}");
        }
        let step = self.failed.len() / 40 + 1;
        for failure in self.failed.iter().step_by(step) {
            println!("    {failure}");
        }
        assert!(self.failed.len() * 1000 <= self.tried * all, "{title}: {} of {}", self.failed.len(), self.tried);
        for (label, (tried, failed)) in worst {
            assert!(failed * 1000 <= tried * each, "{title}: {label:?}: {failed} of {tried}");
        }
    }
}
