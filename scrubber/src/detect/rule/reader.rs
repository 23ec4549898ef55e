//! Takes the keys of a rule one by one, and notes what is wrong with each.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Anchor, Back, ByteClass, Example, Examples, RuleProblem, Text, Validator};

/// Where a problem lies.
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) rule: String,
    pub(super) line: usize,
}

/// Takes the keys of one table one by one and notes what is wrong with them.
pub(super) struct Reader<'a, 'i, 'p> {
    place: Place<'a>,
    fields: &'a DeTable<'i>,
    known: Vec<&'static str>,
    problems: &'p mut Vec<RuleProblem>,
}

impl<'a, 'i, 'p> Reader<'a, 'i, 'p> {
    pub(super) fn new(place: Place<'a>, fields: &'a DeTable<'i>, problems: &'p mut Vec<RuleProblem>) -> Self {
        Self { place, fields, known: Vec::new(), problems }
    }

    fn note(&mut self, key: &str, problem: &'static str) {
        let line = self.fields.get(key).map_or(self.place.line, |value| line_of(self.place.text, value.span().start));
        let file = self.place.file.to_owned();
        self.problems.push(RuleProblem { file, line, rule: self.place.rule.clone(), key: key.to_owned(), problem });
    }

    fn take(&mut self, key: &'static str) -> Option<&'a DeValue<'i>> {
        self.known.push(key);
        self.fields.get(key).map(Spanned::get_ref)
    }

    /// Notes that the key is missing, unless it is there and was found wrong already.
    pub(super) fn required<T>(&mut self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.fields.contains_key(key) {
            self.note(key, "is missing");
        }
        value
    }

    pub(super) fn required_string(&mut self, key: &'static str) -> Option<Text> {
        let value = self.string(key);
        self.required(key, value)
    }

    pub(super) fn string(&mut self, key: &'static str) -> Option<Text> {
        let value = text(self.take(key)?);
        if value.is_none() {
            self.note(key, "must be a string that is not empty");
        }
        value
    }

    pub(super) fn name(&mut self, key: &'static str) -> Option<Text> {
        let name = self.string(key)?;
        if is_name(&name) {
            return Some(name);
        }
        self.note(key, "must be lower-case letters, digits and hyphens");
        None
    }

    pub(super) fn named<T>(&mut self, key: &'static str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let name = self.string(key)?;
        let found = find(&name);
        if found.is_none() {
            self.note(key, "has a value that is not known");
        }
        found
    }

    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        let Some(value) = self.take(key) else { return false };
        if value.as_bool().is_none() {
            self.note(key, "must be true or false");
        }
        value.as_bool() == Some(true)
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<usize> {
        let value = self.take(key)?.as_integer().and_then(|value| value.as_str().parse().ok());
        if value.is_none() {
            self.note(key, "must be a whole number, zero or more");
        }
        value
    }

    pub(super) fn float(&mut self, key: &'static str) -> Option<f64> {
        let value = self.take(key)?;
        let text = value.as_float().map(|value| value.as_str()).or(value.as_integer().map(|value| value.as_str()));
        let value = text.and_then(|text| text.parse().ok()).filter(|value: &f64| (0.0..=8.0).contains(value));
        if value.is_none() {
            self.note(key, "must be a number from 0 to 8");
        }
        value
    }

    pub(super) fn array(&mut self, key: &'static str) -> Option<&'a [Spanned<DeValue<'i>>]> {
        let values = self.take(key)?.as_array();
        if values.is_none() {
            self.note(key, "must be a list");
        }
        values.map(|values| &values[..])
    }

    pub(super) fn strings(&mut self, key: &'static str) -> Vec<Text> {
        let values = self.array(key).unwrap_or_default();
        let texts = values.iter().map(|value| text(value.get_ref())).collect::<Option<Box<[_]>>>();
        let texts = texts.map(Vec::from);
        if texts.is_none() {
            self.note(key, "must hold only strings that are not empty");
        }
        texts.unwrap_or_default()
    }

    pub(super) fn validators(&mut self) -> Vec<Validator> {
        let names = self.strings("validators");
        let found: Option<Vec<_>> = names.iter().map(|name| Validator::named(name)).collect();
        if found.is_none() {
            self.note("validators", "names a validator that is not known");
        }
        found.unwrap_or_default()
    }

    pub(super) fn back(&mut self) -> Option<Back> {
        let back = self.take("back")?.as_table().filter(|fields| fields.len() == 2).and_then(|fields| {
            let class = ByteClass::named(fields.get("class")?.get_ref().as_str()?)?;
            let max = fields.get("max")?.get_ref().as_integer()?.as_str().parse().ok()?;
            Some(Back { class, max })
        });
        if back.is_none() {
            self.note("back", "must be { class = \"…\", max = … } with a known class");
        }
        back
    }

    pub(super) fn examples(&mut self, key: &'static str, examples: Examples) -> Vec<Example> {
        let values = self.array(key).unwrap_or_default();
        if examples == Examples::LeftOut {
            return Vec::new();
        }
        if key == "examples" && values.is_empty() {
            self.note(key, "must show a text in which the rule finds something");
        }
        let examples: Option<Vec<_>> = values.iter().map(|value| example(value.get_ref())).collect();
        if examples.is_none() {
            self.note(key, "must hold lists of strings or { before, secret, after } tables");
        }
        examples.unwrap_or_default()
    }

    /// Notes keys that do not go together.
    pub(super) fn check_sense(&mut self, anchor: Option<Anchor>, literals: &[Text], keywords: &[Text]) {
        let Some(anchor) = anchor else { return };
        let needs_literals = matches!(anchor, Anchor::Prefix | Anchor::Inside | Anchor::Around);
        if needs_literals && literals.is_empty() {
            self.note("literals", "must name a string for this anchor");
        }
        if !needs_literals && !literals.is_empty() {
            self.note("literals", "have no use with this anchor");
        }
        if anchor == Anchor::Around && !keywords.is_empty() {
            self.note("keywords", "have no use with this anchor");
        }
        if anchor == Anchor::Keyword && keywords.is_empty() {
            self.note("keywords", "must name a word for this anchor");
        }
        if keywords.iter().any(|keyword| keyword.bytes().any(|byte| byte.is_ascii_uppercase())) {
            self.note("keywords", "must be lower case");
        }
    }

    pub(super) fn refuse_unknown(self) {
        let unknown: Vec<_> =
            self.fields.iter().filter(|(key, _)| !self.known.contains(&key.get_ref().as_ref())).collect();
        for (key, value) in unknown {
            let line = line_of(self.place.text, value.span().start);
            // An unknown key could be anything, so it is quoted only when it is a plain word.
            let plain = key.get_ref().len() <= 32 && key.get_ref().bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let key = if plain { key.get_ref().to_string() } else { "(unprintable)".to_owned() };
            let file = self.place.file.to_owned();
            self.problems.push(RuleProblem { file, line, rule: self.place.rule.clone(), key, problem: "is not known" });
        }
    }
}

/// Names of rules and kinds: lower case, digits, hyphens.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', text.as_bytes().get(..offset).unwrap_or_default()).count()
}

/// A string that is not empty.
fn text(value: &DeValue<'_>) -> Option<Text> {
    if let DeValue::String(text) = value
        && !text.is_empty()
    {
        return Some(Text::from(&**text));
    }
    None
}

fn strings(values: &[Spanned<DeValue<'_>>]) -> Option<Vec<String>> {
    let text =
        |value: &Spanned<DeValue<'_>>| value.get_ref().as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    values.iter().map(text).collect()
}

fn example(value: &DeValue<'_>) -> Option<Example> {
    if let Some(parts) = value.as_array() {
        return Some(Example { before: String::new(), secret: strings(parts)?, after: String::new() });
    }
    let fields = value.as_table()?;
    if fields.keys().any(|key| !["before", "secret", "after"].contains(&key.get_ref().as_ref())) {
        return None;
    }
    let text = |key: &str| match fields.get(key) {
        None => Some(String::new()),
        Some(value) => value.get_ref().as_str().map(str::to_owned),
    };
    let secret = strings(fields.get("secret")?.get_ref().as_array()?)?;
    Some(Example { before: text("before")?, secret, after: text("after")? })
}
