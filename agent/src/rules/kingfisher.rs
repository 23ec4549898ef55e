//! The YAML of Kingfisher and of Nosey Parker: a list `rules`, each with `name`, `id` and `pattern`.
//!
//! The form is read from <https://github.com/mongodb/kingfisher/blob/main/docs/RULES.md> and
//! <https://github.com/praetorian-inc/noseyparker/blob/main/docs/RULES.md> (checked 2026-11-26). Keys that say how a
//! value is shown or sorted change nothing here and are passed over; all others that are not supported are listed.

use scrubber::detect::rule::import::{Draft, Effect, Foreign, Imported, Secret, exemption};
use scrubber::detect::rule::{Conditions, Needs, Part, RuleProblems};

use super::document;
use super::yaml::{self, Node, Value};

/// Keys that change nothing of what is found.
const WITHOUT_EFFECT: [&str; 6] = ["name", "id", "confidence", "categories", "description", "references"];
/// Keys of what asks the network.
const NETWORK: [&str; 4] = ["validation", "revocation", "tls_mode", "access_map"];
const NOT_KNOWN: &str = "is not known here";

/// Reads the rules of a file.
///
/// # Errors
/// When the text is no YAML or not of this form. Nothing quotes the file.
pub(super) fn read(file: &str, text: &str) -> Result<Imported, RuleProblems> {
    let root = yaml::read(file, text)?;
    let Some(Node { value: Value::Map(top), .. }) = &root else {
        return Err(document(file, 1, "is no table with a list `rules`"));
    };
    let mut draft = Draft::new(file);
    let mut any = false;
    for (key, line, node) in top {
        match (key.as_str(), &node.value) {
            ("rules", Value::List(rules)) => {
                any = true;
                rules.iter().for_each(|node| rule(&mut draft, node));
            }
            ("rules", Value::Scalar(_) | Value::Map(_)) => draft.problem(*line, "", "rules", "must be a list"),
            ("rulesets", _) => {
                let reason = "is not supported: all rules of a file are in force";
                draft.note(*line, "", key, reason, Effect::SettingLeftOut);
            }
            (_, _) => draft.note(*line, "", key, NOT_KNOWN, Effect::SettingLeftOut),
        }
    }
    if !any {
        draft.problem(0, "", "rules", "is missing");
    }
    draft.finish()
}

fn rule(draft: &mut Draft<'_>, node: &Node) {
    let Value::Map(entries) = &node.value else {
        draft.problem(node.line, "", "rules", "must hold tables");
        return;
    };
    let mut fields = Fields { entries, line: node.line, rule: "" };
    let Some(id) = fields.text(draft, "id") else {
        draft.problem(node.line, "", "id", "is missing");
        return;
    };
    fields.rule = id;
    let Some(pattern) = fields.text(draft, "pattern") else {
        draft.problem(node.line, id, "pattern", "is missing");
        return;
    };
    let mut foreign = Foreign {
        line: node.line,
        id: id.to_owned(),
        description: fields.text(draft, "name").unwrap_or_default().to_owned(),
        pattern: pattern.to_owned(),
        group: Secret::NamedOrFirst("TOKEN"),
        ..Foreign::default()
    };
    for (key, line, node) in entries {
        let list = |draft: &mut Draft<'_>| fields.texts(draft, key, *line, node);
        match key.as_str() {
            "pattern" => {}
            "min_entropy" => foreign.min_entropy = fields.number(draft, key, *line, node),
            "examples" => foreign.examples = list(draft),
            "negative_examples" => foreign.counter_examples = list(draft),
            "references" => foreign.reference = list(draft).into_iter().next().unwrap_or_default(),
            "pattern_requirements" => foreign.conditions = requirements(draft, &fields, *line, node),
            "visible" if scalar(node) == Some("false") => {
                draft.note(
                    *line,
                    id,
                    key,
                    "makes it a part of other rules, which is not supported",
                    Effect::RuleLeftOut,
                );
                return;
            }
            "visible" => {}
            "depends_on_rule" => {
                let reason = "hands values of other rules to a check over the network, which the scrubber never does";
                draft.note(*line, id, key, reason, Effect::KeyLeftOut);
            }
            key if NETWORK.contains(&key) => {
                draft.note(*line, id, key, "asks the network, which the scrubber never does", Effect::KeyLeftOut);
            }
            key if WITHOUT_EFFECT.contains(&key) => {}
            key => draft.note(*line, id, key, NOT_KNOWN, Effect::KeyLeftOut),
        }
    }
    draft.rule(foreign);
}

/// What is asked of the characters of a value.
fn requirements(draft: &mut Draft<'_>, fields: &Fields<'_>, line: usize, node: &Node) -> Conditions {
    let mut conditions = Conditions::default();
    let Value::Map(entries) = &node.value else {
        draft.problem(line, fields.rule, "pattern_requirements", "must be a table");
        return conditions;
    };
    for (key, line, node) in entries {
        let count = |draft: &mut Draft<'_>| fields.number(draft, key, *line, node) as usize;
        match key.as_str() {
            "min_digits" => conditions.digits_min = count(draft),
            "min_uppercase" => conditions.upper_min = count(draft),
            "min_lowercase" => conditions.lower_min = count(draft),
            "min_special_chars" => conditions.special_min = count(draft),
            "special_chars" => conditions.special = scalar(node).unwrap_or_default().to_owned(),
            "ignore_if_contains" => {
                let words = fields.texts(draft, key, *line, node);
                conditions.exempt.extend(exemption(Part::Secret, Needs::Any, &[], words));
            }
            "checksum" => {
                let reason = "is a template that is not supported: values with a wrong checksum are found too";
                draft.note(*line, fields.rule, key, reason, Effect::KeyLeftOut);
            }
            key => draft.note(*line, fields.rule, key, NOT_KNOWN, Effect::KeyLeftOut),
        }
    }
    conditions
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(text) => Some(text),
        Value::List(_) | Value::Map(_) => None,
    }
}

/// The keys of a rule.
struct Fields<'a> {
    entries: &'a [(String, usize, Node)],
    line: usize,
    rule: &'a str,
}

impl<'a> Fields<'a> {
    fn text(&self, draft: &mut Draft<'_>, key: &str) -> Option<&'a str> {
        let (_, line, node) = self.entries.iter().find(|(name, ..)| name == key)?;
        let text = scalar(node).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            draft.problem((*line).max(self.line), self.rule, key, "must be a text that is not empty");
        }
        text
    }

    fn texts(&self, draft: &mut Draft<'_>, key: &str, line: usize, node: &Node) -> Vec<String> {
        let items = match &node.value {
            Value::List(items) => items.iter().map(|item| scalar(item).map(str::to_owned)).collect::<Option<Vec<_>>>(),
            Value::Scalar(_) | Value::Map(_) => None,
        };
        if items.is_none() {
            draft.problem(line, self.rule, key, "must be a list of texts");
        }
        items.unwrap_or_default()
    }

    fn number(&self, draft: &mut Draft<'_>, key: &str, line: usize, node: &Node) -> f64 {
        let number = scalar(node).and_then(|text| text.parse().ok()).filter(|number| (0.0..=1000.0).contains(number));
        if number.is_none() {
            draft.problem(line, self.rule, key, "must be a number, zero or more");
        }
        number.unwrap_or(0.0)
    }
}
