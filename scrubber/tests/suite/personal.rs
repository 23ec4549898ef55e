//! How much personal data is found, and how often something is taken for personal data that is none.
//!
//! Values are built from parts, with the digits that check them, in contexts in which people write them, inside of up to three layers of
//! JSON strings. The seeds are fixed, so the figures are the same in every run; `cargo test --test suite personal -- --nocapture` shows them.
#![expect(clippy::string_slice, reason = "the texts are made here, of ASCII")]
#![expect(clippy::print_stdout, reason = "figures are shown to who asks for them")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chance::Chance;
use scrubber::detect::rule::{Class, RuleSet};
use scrubber::detect::{Finding, Scratch};

mod alike;
mod chance;
mod contact;
mod identity;
mod people;

use crate::support::{engine, escaped};

/// How values are made and where they stand; `%` is the value.
pub(crate) struct Case {
    pub(crate) make: fn(&mut Chance) -> String,
    pub(crate) contexts: &'static [&'static str],
}

/// A kind of personal data, counted together.
pub(crate) struct Kind {
    pub(crate) group: &'static str,
    pub(crate) cases: Vec<Case>,
}

/// Values of each kind.
const VALUES: usize = 3000;
/// Look-alikes of all kinds together.
const ALIKE: usize = 20_000;

/// Shares of a thousand: the least recall and precision.
const STRUCTURED: (usize, usize) = (950, 950);
const NAMES: (usize, usize) = (850, 950);
/// Addresses are no structured data: every country writes them in its own way.
const ADDRESSES: (usize, usize) = (900, 950);

/// For each rule the group that its findings are counted in; none for secrets.
fn groups() -> &'static [Option<&'static str>] {
    static GROUPS: OnceLock<Vec<Option<&'static str>>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let rules = RuleSet::shipped().unwrap_or_default();
        let personal = |id: &str| rules.rules().iter().any(|rule| *rule.id == *id && rule.class == Class::Personal);
        let group = |kind: &str| match kind {
            "email" => "email",
            "phone" => "phone",
            "payment-card" => "payment-card",
            "iban" => "iban",
            "ip" => "ip",
            "mac-address" => "mac-address",
            "date-of-birth" => "date-of-birth",
            "coordinates" => "coordinates",
            "address" | "postal-code" => "address",
            "name" => "name",
            _ => "identity",
        };
        let known = ["person-name", "street-address", "person-birth-date", "person-passport"];
        let of = |info: &scrubber::detect::RuleInfo| {
            (personal(&info.id) || known.contains(&&*info.id)).then(|| group(&info.kind))
        };
        engine().rules().iter().map(of).collect()
    })
}

fn group_of(finding: &Finding) -> Option<&'static str> {
    groups().get(usize::from(finding.rule.0)).copied().flatten()
}

/// What was counted for one group.
#[derive(Default, Clone, Copy)]
struct Count {
    values: usize,
    found: usize,
    right: usize,
    wrong: usize,
}

/// Plants values of a kind and counts what is found; shows some that are missed.
fn plant(kind: &Kind, counts: &mut BTreeMap<&'static str, Count>, missed: &mut Vec<String>) {
    let mut chance = Chance::new(kind.group.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte)));
    let mut scratch = Scratch::default();
    for round in 0..VALUES {
        let case = &kind.cases[round % kind.cases.len()];
        let value = (case.make)(&mut chance).trim().to_owned();
        let context = chance.pick(case.contexts);
        let place = context.find('%').unwrap_or(0);
        let layers = round % 4;
        let [head, value, tail] = [&context[..place], &value, &context[place + 1..]].map(|part| escaped(part, layers));
        let lead = escaped("line one\n", layers);
        let text = format!("{lead}{head}{value}{tail}");
        let (start, end) = (lead.len() + head.len(), lead.len() + head.len() + value.len());
        let found = engine().scan(text.as_bytes(), &mut scratch);
        let covered =
            (start..end).filter(|at| found.iter().any(|finding| finding.start <= *at && *at < finding.end)).count();
        let is_found = covered * 10 >= value.len() * 9;
        for finding in found {
            let Some(group) = group_of(finding) else { continue };
            let count = counts.entry(group).or_default();
            // Addresses and names that the contexts hold are right as well.
            let right = (finding.start < end && start < finding.end) || (group == "email" && kind.group == "name");
            count.right += usize::from(right);
            count.wrong += usize::from(!right);
        }
        let count = counts.entry(kind.group).or_default();
        count.values += 1;
        count.found += usize::from(is_found);
        if !is_found && missed.iter().filter(|text| text.starts_with(kind.group)).count() < 25 {
            missed.push(format!("{}: {text}", kind.group));
        }
    }
}

#[test]
fn personal_data_is_found_and_its_look_alikes_are_left_alone() {
    let mut counts = BTreeMap::new();
    let (mut missed, mut alarms) = (Vec::new(), Vec::new());
    let kinds: Vec<_> = contact::kinds().into_iter().chain([identity::kind(), people::kind()]).collect();
    for kind in &kinds {
        plant(kind, &mut counts, &mut missed);
    }
    let mut chance = Chance::new(11);
    let mut scratch = Scratch::default();
    for round in 0..ALIKE {
        let text = escaped(&alike::text(&mut chance), round % 3);
        for finding in engine().scan(text.as_bytes(), &mut scratch) {
            let Some(group) = group_of(finding) else { continue };
            counts.entry(group).or_default().wrong += 1;
            if alarms.iter().filter(|text: &&String| text.starts_with(group)).count() < 25 {
                alarms.push(format!("{group}: {} in {text}", &text[finding.start..finding.end]));
            }
        }
    }
    for text in missed.iter().chain(&alarms) {
        println!("{}", text.replace('\n', "\\n"));
    }
    let mut failures = Vec::new();
    for (group, count) in &counts {
        let recall = count.found * 1000 / count.values.max(1);
        let precision = count.right * 1000 / (count.right + count.wrong).max(1);
        println!("{group:15} {:5} values, recall {recall:4} ‰, precision {precision:4} ‰", count.values);
        let (least_recall, least_precision) = match *group {
            "name" => NAMES,
            "address" => ADDRESSES,
            _ => STRUCTURED,
        };
        if count.values > 0 && (recall < least_recall || precision < least_precision) {
            failures.push(format!("{group}: recall {recall} ‰, precision {precision} ‰"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
