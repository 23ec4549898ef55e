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
        let of = |info: &scrubber::detect::RuleInfo| {
            let found = info.id.starts_with("person-") || &*info.id == "street-address";
            (personal(&info.id) || found).then(|| group(&info.kind))
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

/// What is left of the text in layers of JSON strings.
fn rest(text: &str) -> String {
    let (mut rest, mut at) = (String::new(), 0);
    for found in engine().scan(text.as_bytes(), &mut Scratch::default()) {
        rest.push_str(text.get(at..found.start).unwrap_or_default());
        rest.push('\u{b6}');
        at = found.end;
    }
    rest + text.get(at..).unwrap_or_default()
}

#[test]
fn forms_that_are_easily_overlooked_are_found() {
    for (before, value, after) in [
        ("DHCPACK to ", ["3C-22-FB", "-65-87-C6"], " via eth0"),
        ("on ", ["b8-27-eb", "-82-0c-20"], ""),
        ("lat=", ["39.9", "847"], " speed=41"),
        ("GPS Latitude                    : ", ["51.72", "3479"], ""),
        ("{\"lat\": ", ["48.8", "566"], "}"),
        ("F\u{fc}hrerscheinnummer: ", ["D223-50", "89-2385"], ""),
        ("driversLicenseNumber: \"", ["A5321518", "00981"], "\""),
        ("passport_no: ", ["K3HY", "5H8TC"], ""),
        ("Sie erreichen mich unter ", ["0176 578", "90237"], "."),
        ("me joindre au ", ["07151", "24624"], " ou"),
        ("num\u{e9}ro d'assurance sociale: ", ["256 11", "3 614"], ""),
        ("person.israeli_id = \"", ["14246", "5517"], "\""),
        ("{\"user\":\"", ["\u{141}ukasz", " Nowak"], "\"}"),
        ("", ["\u{c9}lodie", " Garnier"], " wrote"),
        ("", ["\u{c1}ngel ", "Garc\u{ed}a"], " came"),
        ("residente in ", ["Via dei ", "Mille, 54"], ""),
        ("Moro na ", ["Rua das ", "Flores, 63"], "."),
        ("thanks for the fix!\n\nCheers,\n", ["Anna ", "Scott"], "\n"),
        ("L.marker([", ["50.5623, ", "16.223648"], "])"),
    ] {
        for layers in 0..3 {
            let text = escaped(&format!("x\n{before}{}{after}\ny", value.concat()), layers);
            let expected = escaped(&format!("x\n{before}\u{b6}{after}\ny"), layers);
            assert_eq!(rest(&text), expected, "{layers}: {text}");
        }
    }
}

#[test]
fn what_resembles_those_forms_stays() {
    for text in [
        "loss 12.3456 acc 98.7654 lr 0.0001",
        "width: 12.3456, height: 45.6789",
        "kernel 5.15.0.112 and kernel-5.14.0.427",
        "\u{dc}ber uns, \u{c4}nderung N\u{f6}tig, \u{c9}cole Normale, \u{d6}sterreich Post",
        "\"\u{dc}bernehmen\": \"Apply\", \"\u{c9}l\u{e9}ments Trouv\u{e9}s\": \"Items\"",
        "part A123-4567, order B4471-9920-1, locker C112-0042",
        "aa-bb-cc to 10-20-30-40",
        "Thanks!\n\nBest,\nThe Team\n",
        "passport OAUTH2XYZ and passport-jwt",
        "\"permissions\": \"0755\", \"keyName\": \"id_rsa\", \"value\": \"enabled\"",
    ] {
        for layers in 0..3 {
            let text = escaped(text, layers);
            assert_eq!(rest(&text), text, "{layers}");
        }
    }
}
