//! Reads a rule file strictly: every problem is reported with file, line, rule and key, and none quotes the file.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    Anchor, Back, Boundary, ByteClass, Class, DISTANCE_DEFAULT_BYTES, Example, Rule, Validator, WINDOW_DEFAULT_BYTES,
};

/// A compiled pattern may take this much; larger ones are refused, because hundreds of them live in one process.
const COMPILED_SIZE_MAX_BYTES: usize = 256 * 1024;
/// The lazy automaton of one pattern may grow to this.
const AUTOMATON_CACHE_MAX_BYTES: usize = 128 * 1024;

/// What is wrong with one key of a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {rule}key `{key}` {problem}", Line(*.line))]
pub struct RuleProblem {
    /// The file's name, as it was given.
    pub file: String,
    /// The line in it, from 1; zero where the problem lies in no single line.
    pub line: usize,
    /// Names the rule, where it is known, with a comma and a space after it.
    rule: String,
    /// The key.
    pub key: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

struct Line(usize);

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 { write!(formatter, ":{}", self.0) } else { Ok(()) }
    }
}

impl RuleProblem {
    pub(super) fn of_rule(file: &str, id: &str, key: &str, problem: &'static str) -> Self {
        Self { file: file.to_owned(), line: 0, rule: format!("rule `{id}`, "), key: key.to_owned(), problem }
    }
}

/// All that is wrong with the rules of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProblems(pub Vec<RuleProblem>);

impl fmt::Display for RuleProblems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleProblems {}

/// Compiles a pattern the way rules use it: over bytes, and only at the start of the window.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!(r"\A(?:{pattern})"))
        .unicode(false)
        .size_limit(COMPILED_SIZE_MAX_BYTES)
        .dfa_size_limit(AUTOMATON_CACHE_MAX_BYTES)
        .build()
}

/// The rules of one file; the patterns are not compiled yet.
pub(super) fn rules(file: &str, text: &str) -> Result<Vec<Rule>, RuleProblems> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        let problem = "does not parse as TOML";
        let file = file.to_owned();
        RuleProblems(vec![RuleProblem { file, line, rule: String::new(), key: "(document)".to_owned(), problem }])
    })?;
    let mut problems = Vec::new();
    let place = Place { file, text, rule: String::new(), line: 0 };
    let mut top = Reader::new(place, document.get_ref(), &mut problems);
    let class = top.named("class", |name| match name {
        "secret" => Some(Class::Secret),
        "personal" => Some(Class::Personal),
        _ => None,
    });
    let class = top.required("class", class).unwrap_or(Class::Secret);
    let tables = top.array("rule").unwrap_or_default();
    top.refuse_unknown();
    let rules = tables.iter().filter_map(|table| read_rule(file, text, class, table, &mut problems)).collect();
    if problems.is_empty() { Ok(rules) } else { Err(RuleProblems(problems)) }
}

fn read_rule(
    file: &str,
    text: &str,
    class: Class,
    table: &Spanned<DeValue<'_>>,
    problems: &mut Vec<RuleProblem>,
) -> Option<Rule> {
    let line = line_of(text, table.span().start);
    let DeValue::Table(fields) = table.get_ref() else {
        let file = file.to_owned();
        problems.push(RuleProblem { file, line, rule: String::new(), key: "rule".to_owned(), problem: "is no table" });
        return None;
    };
    let rule = match fields.get("id").map(Spanned::get_ref) {
        Some(DeValue::String(id)) if is_name(id) => format!("rule `{id}`, "),
        _ => String::new(),
    };
    let mut reader = Reader::new(Place { file, text, rule, line }, fields, problems);
    let id = reader.name("id");
    let id = reader.required("id", id);
    let kind = reader.name("kind").or_else(|| id.clone());
    let description = reader.required_string("description");
    let provider = reader.required_string("provider");
    let reference = reader.required_string("reference");
    let checked = reader.string("checked");
    let anchor = reader.named("anchor", anchor_named);
    let anchor = reader.required("anchor", anchor);
    let pattern = reader.required_string("pattern");
    let literals = reader.strings("literals");
    let keywords = reader.strings("keywords");
    let also = reader.strings("also");
    let ignore_case = reader.flag("ignore_case");
    let distance = reader.number("distance").unwrap_or(DISTANCE_DEFAULT_BYTES);
    let window = reader.number("window").unwrap_or(WINDOW_DEFAULT_BYTES);
    let back = reader.back();
    let (left_default, right_default) = boundaries_of(anchor.unwrap_or(Anchor::Prefix));
    let left = reader.named("left", Boundary::named).unwrap_or(left_default);
    let right = reader.named("right", Boundary::named).unwrap_or(right_default);
    let validators = reader.validators();
    let min_entropy = reader.float("min_entropy").unwrap_or(0.0);
    let examples = reader.examples("examples");
    let counter_examples = reader.examples("counter_examples");
    reader.check_sense(anchor, &literals, &keywords, &examples);
    reader.refuse_unknown();
    Some(Rule {
        id: id?,
        kind: kind?,
        class,
        description: description?,
        provider: provider?,
        reference: reference?,
        checked,
        anchor: anchor?,
        literals,
        ignore_case,
        keywords,
        also,
        distance,
        back,
        left,
        right,
        window,
        validators,
        min_entropy,
        examples,
        counter_examples,
        pattern: pattern?,
        compiled: std::sync::OnceLock::new(),
    })
}

fn anchor_named(name: &str) -> Option<Anchor> {
    Some(match name {
        "prefix" => Anchor::Prefix,
        "inside" => Anchor::Inside,
        "digits" => Anchor::Digits,
        "hex-groups" => Anchor::HexGroups,
        "keyword" => Anchor::Keyword,
        _ => return None,
    })
}

/// Left and right boundary of a rule that names none.
fn boundaries_of(anchor: Anchor) -> (Boundary, Boundary) {
    match anchor {
        Anchor::Prefix | Anchor::Inside => (Boundary::Alnum, Boundary::Word),
        Anchor::Digits => (Boundary::Number, Boundary::Number),
        Anchor::HexGroups => (Boundary::HexGroup, Boundary::HexGroup),
        Anchor::Keyword => (Boundary::Token, Boundary::Token),
    }
}

/// Names of rules and kinds: lower case, digits, hyphens.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Where a problem lies.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
    rule: String,
    line: usize,
}

/// Takes the keys of one table one by one and notes what is wrong with them.
struct Reader<'a, 'i, 'p> {
    place: Place<'a>,
    fields: &'a DeTable<'i>,
    known: Vec<&'static str>,
    problems: &'p mut Vec<RuleProblem>,
}

impl<'a, 'i, 'p> Reader<'a, 'i, 'p> {
    fn new(place: Place<'a>, fields: &'a DeTable<'i>, problems: &'p mut Vec<RuleProblem>) -> Self {
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
    fn required<T>(&mut self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.fields.contains_key(key) {
            self.note(key, "is missing");
        }
        value
    }

    fn required_string(&mut self, key: &'static str) -> Option<String> {
        let value = self.string(key);
        self.required(key, value)
    }

    fn string(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            DeValue::String(value) if !value.is_empty() => Some(value.clone().into_owned()),
            _ => {
                self.note(key, "must be a string that is not empty");
                None
            }
        }
    }

    fn name(&mut self, key: &'static str) -> Option<String> {
        let name = self.string(key)?;
        if is_name(&name) {
            return Some(name);
        }
        self.note(key, "must be lower-case letters, digits and hyphens");
        None
    }

    fn named<T>(&mut self, key: &'static str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let name = self.string(key)?;
        let found = find(&name);
        if found.is_none() {
            self.note(key, "has a value that is not known");
        }
        found
    }

    fn flag(&mut self, key: &'static str) -> bool {
        match self.take(key) {
            None => false,
            Some(DeValue::Boolean(value)) => *value,
            Some(_) => {
                self.note(key, "must be true or false");
                false
            }
        }
    }

    fn number(&mut self, key: &'static str) -> Option<usize> {
        let value = match self.take(key)? {
            DeValue::Integer(value) => value.as_str().parse().ok(),
            _ => None,
        };
        if value.is_none() {
            self.note(key, "must be a whole number, zero or more");
        }
        value
    }

    fn float(&mut self, key: &'static str) -> Option<f64> {
        let value = match self.take(key)? {
            DeValue::Float(value) => value.as_str().parse().ok(),
            DeValue::Integer(value) => value.as_str().parse().ok(),
            _ => None,
        };
        let value = value.filter(|value: &f64| (0.0..=8.0).contains(value));
        if value.is_none() {
            self.note(key, "must be a number from 0 to 8");
        }
        value
    }

    fn array(&mut self, key: &'static str) -> Option<&'a [Spanned<DeValue<'i>>]> {
        match self.take(key)? {
            DeValue::Array(values) => Some(values),
            _ => {
                self.note(key, "must be a list");
                None
            }
        }
    }

    fn strings(&mut self, key: &'static str) -> Vec<String> {
        let values = self.array(key).unwrap_or_default();
        let texts = strings(values);
        if texts.is_none() {
            self.note(key, "must hold only strings that are not empty");
        }
        texts.unwrap_or_default()
    }

    fn validators(&mut self) -> Vec<Validator> {
        let names = self.strings("validators");
        let found: Option<Vec<_>> = names.iter().map(|name| Validator::named(name)).collect();
        if found.is_none() {
            self.note("validators", "names a validator that is not known");
        }
        found.unwrap_or_default()
    }

    fn back(&mut self) -> Option<Back> {
        let back = match self.take("back")? {
            DeValue::Table(fields) if fields.len() == 2 => {
                let class = match fields.get("class").map(Spanned::get_ref) {
                    Some(DeValue::String(name)) => ByteClass::named(name),
                    _ => None,
                };
                let max = match fields.get("max").map(Spanned::get_ref) {
                    Some(DeValue::Integer(max)) => max.as_str().parse().ok(),
                    _ => None,
                };
                class.zip(max).map(|(class, max)| Back { class, max })
            }
            _ => None,
        };
        if back.is_none() {
            self.note("back", "must be { class = \"…\", max = … } with a known class");
        }
        back
    }

    fn examples(&mut self, key: &'static str) -> Vec<Example> {
        let values = self.array(key).unwrap_or_default();
        let examples: Option<Vec<_>> = values.iter().map(|value| example(value.get_ref())).collect();
        if examples.is_none() {
            self.note(key, "must hold lists of strings or { before, secret, after } tables");
        }
        examples.unwrap_or_default()
    }

    /// Notes keys that do not go together.
    fn check_sense(&mut self, anchor: Option<Anchor>, literals: &[String], keywords: &[String], examples: &[Example]) {
        let Some(anchor) = anchor else { return };
        let needs_literals = matches!(anchor, Anchor::Prefix | Anchor::Inside);
        if needs_literals && literals.is_empty() {
            self.note("literals", "must name a string for this anchor");
        }
        if !needs_literals && !literals.is_empty() {
            self.note("literals", "have no use with this anchor");
        }
        if anchor == Anchor::Keyword && keywords.is_empty() {
            self.note("keywords", "must name a word for this anchor");
        }
        if keywords.iter().any(|keyword| keyword.bytes().any(|byte| byte.is_ascii_uppercase())) {
            self.note("keywords", "must be lower case");
        }
        if examples.is_empty() {
            self.note("examples", "must show a text in which the rule finds something");
        }
    }

    fn refuse_unknown(self) {
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

fn strings(values: &[Spanned<DeValue<'_>>]) -> Option<Vec<String>> {
    let text = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::String(text) if !text.is_empty() => Some(text.clone().into_owned()),
        _ => None,
    };
    values.iter().map(text).collect()
}

fn example(value: &DeValue<'_>) -> Option<Example> {
    match value {
        DeValue::Array(parts) => Some(Example { before: String::new(), secret: strings(parts)?, after: String::new() }),
        DeValue::Table(fields) => {
            if fields.keys().any(|key| !["before", "secret", "after"].contains(&key.get_ref().as_ref())) {
                return None;
            }
            let text = |key: &str| match fields.get(key).map(Spanned::get_ref) {
                None => Some(String::new()),
                Some(DeValue::String(text)) => Some(text.clone().into_owned()),
                Some(_) => None,
            };
            let secret = match fields.get("secret").map(Spanned::get_ref) {
                Some(DeValue::Array(parts)) => strings(parts)?,
                _ => return None,
            };
            Some(Example { before: text("before")?, secret, after: text("after")? })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    const GOOD: &str = concat!(
        "class = \"secret\"\n[[rule]]\nid = \"a\"\ndescription = \"d\"\nprovider = \"p\"\nreference = \"r\"\n",
        "anchor = \"prefix\"\nliterals = [\"ab_\"]\npattern = \"ab_[0-9]{4}\"\nexamples = [[\"ab_\", \"1234\"]]\n",
    );

    fn problems(text: &str) -> Vec<String> {
        match crate::detect::rule::RuleSet::parse("x.toml", text) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_complete_rule_is_read() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
    }

    #[test]
    fn every_problem_names_file_line_rule_and_key() {
        let missing = GOOD.replace("anchor = \"prefix\"\n", "");
        assert_eq!(problems(&missing), ["x.toml:2: rule `a`, key `anchor` is missing"]);
        let two = GOOD.replace("description = \"d\"", "descripton = \"d\"");
        assert_eq!(
            problems(&two),
            ["x.toml:2: rule `a`, key `description` is missing", "x.toml:4: rule `a`, key `descripton` is not known"]
        );
        let wrong_name = GOOD.replace("\"prefix\"", "\"prefixx\"");
        assert_eq!(problems(&wrong_name), ["x.toml:7: rule `a`, key `anchor` has a value that is not known"]);
        let pattern = GOOD.replace("{4}", "{4");
        assert_eq!(problems(&pattern), ["x.toml: rule `a`, key `pattern` is not a valid bounded regular expression"]);
        let twice = format!("{GOOD}{}", GOOD.replace("class = \"secret\"\n", ""));
        assert_eq!(problems(&twice), ["x.toml: rule `a`, key `id` is used twice"]);
    }

    #[test]
    fn no_problem_quotes_the_file() {
        let canary = "c4nary";
        for broken in [
            GOOD.replace("\"d\"", canary),
            GOOD.replace("\"a\"", "\"C4nary c4nary\""),
            GOOD.replace("id =", "\"c4nary\" ="),
            GOOD.replace("\"prefix\"", "\"c4nary\""),
            GOOD.replace("ab_[0-9]{4}", "c4nary("),
            GOOD.replace("[[\"ab_\", \"1234\"]]", "[\"c4nary\"]"),
        ] {
            let found = problems(&broken);
            assert!(!found.is_empty(), "{broken}");
            assert!(found.iter().all(|problem| !problem.to_lowercase().contains(canary)), "{found:?}");
        }
    }
}
