//! One layer of settings as it was written: known keys with values of the right kind, and where each stands.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::UnknownVariable;
use super::keys::{self, By, KEYS, Key};
use super::problem::{ConfigError, Origin, Problem, UNKNOWN_KEY};
use super::value::{Form, Value};

/// A value and the line it stands in.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) line: Option<usize>,
    /// The variable's own name for the environment, the file for the others.
    pub(super) origin: Origin,
}

/// One layer: every key is known and every value is of its kind.
#[derive(Debug, Default)]
pub(super) struct RawConfig {
    pub(super) entries: BTreeMap<&'static str, Entry>,
}

/// Reads a file's text.
///
/// # Errors
/// All problems of the text at once: what is not TOML, unknown keys, values of the wrong kind, keys that this layer may not set.
pub(super) fn parse(text: &str, origin: &Origin) -> Result<RawConfig, ConfigError> {
    let (raw, problems) = parse_all(text, origin);
    ConfigError::unless_empty(problems)?;
    Ok(raw)
}

/// As [`parse`], with what could be read beside the problems: enough to look for further ones.
pub(super) fn parse_all(text: &str, origin: &Origin) -> (RawConfig, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, origin, raw: RawConfig::default(), problems: Vec::new() };
    for error in errors {
        // Only the parser's own words: its `Display` quotes the line.
        reader.problem(error.span(), None, format!("not valid TOML: {}", error.message()));
    }
    let broken: Vec<_> = reader.problems.iter().map(|problem| problem.line).collect();
    reader.table("", table.get_ref());
    let Reader { raw, mut problems, .. } = reader;
    // What the parser made of a line that it could not read is no key or value that anybody wrote.
    problems.retain(|problem| problem.key.is_none() || !broken.contains(&problem.line));
    problems.sort_by_key(|problem| problem.line);
    (raw, problems)
}

struct Reader<'a> {
    text: &'a str,
    origin: &'a Origin,
    raw: RawConfig,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let path =
                if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
            match (keys::find(&path), value.get_ref()) {
                (Some(key), value_read) => self.value(key, value_read, name.span()),
                (None, DeValue::Table(inner)) if is_section(&path) => self.table(&path, inner),
                (None, _) if is_section(&path) => {
                    self.problem(Some(name.span()), Some(&path), "is a section: write it as a table".to_owned());
                }
                (None, _) => self.problem(Some(name.span()), Some(&path), unknown(&path)),
            }
        }
    }

    fn value(&mut self, key: &'static Key, value: &DeValue<'_>, at: Range<usize>) {
        if key.by == By::Policy && !matches!(self.origin, Origin::Policy(_) | Origin::BuiltIn) {
            self.problem(Some(at), Some(key.name), "only an organisation policy may set this".to_owned());
            return;
        }
        match key.kind.read(value) {
            Ok(value) => {
                let line = Some(line_of(self.text, at.start));
                self.raw.entries.insert(key.name, Entry { value, line, origin: self.origin.clone() });
            }
            Err(what) => self.problem(Some(at), Some(key.name), what),
        }
    }

    fn problem(&mut self, at: Option<Range<usize>>, key: Option<&str>, what: String) {
        let line = at.map(|at| line_of(self.text, at.start));
        self.problems.push(Problem { origin: self.origin.clone(), line, key: key.map(printable), what });
    }
}

/// Read by the command line, not here.
const NOT_SETTINGS: [&str; 4] = ["BCCE_CONFIG", "BCCE_STATE_DIR", "BCCE_LOG", "BCCE_ALLOW_ROOT"];

/// Reads the `BCCE_` variables of an environment that stand for settings. An empty one counts as not set.
///
/// # Errors
/// All values of the wrong kind, and keys that only a policy may set.
pub(super) fn parse_environment(variables: &[(OsString, OsString)]) -> Result<RawConfig, ConfigError> {
    let mut raw = RawConfig::default();
    let mut problems = Vec::new();
    for (name, text) in ours(variables) {
        let Some(key) = KEYS.iter().find(|key| key.variable() == name) else { continue };
        let origin = Origin::Environment(name.to_owned());
        let read = match text.to_str() {
            _ if key.by == By::Policy => Err("only an organisation policy may set this".to_owned()),
            Some(text) => key.kind.read_text(text),
            None => Err("not UTF-8".to_owned()),
        };
        match read {
            Ok(value) => drop(raw.entries.insert(key.name, Entry { value, line: None, origin })),
            Err(what) => problems.push(Problem { origin, line: None, key: Some(key.name.to_owned()), what }),
        }
    }
    ConfigError::unless_empty(problems)?;
    Ok(raw)
}

/// The `BCCE_` variables of an environment that stand for nothing, each with the name that is spelt nearly like it: no error, because
/// other tools may use the prefix too, but worth a word.
pub(super) fn unknown_variables(variables: &[(OsString, OsString)]) -> Vec<UnknownVariable> {
    let settable = KEYS.iter().filter(|key| key.by != By::Policy).map(Key::variable);
    let known: Vec<String> = settable.chain(NOT_SETTINGS.map(str::to_owned)).collect();
    let is_key = |name: &str| KEYS.iter().any(|key| key.variable() == name);
    let unknown = ours(variables).filter(|(name, _)| !is_key(name) && !NOT_SETTINGS.contains(name));
    let unknown = unknown.map(|(name, _)| UnknownVariable {
        name: printable(name),
        near: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
    });
    let mut unknown: Vec<_> = unknown.collect();
    unknown.sort_unstable();
    unknown
}

/// The variables that have our prefix and are not empty.
fn ours(variables: &[(OsString, OsString)]) -> impl Iterator<Item = (&str, &OsString)> {
    let named = variables.iter().filter_map(|(name, text)| Some((name.to_str()?, text)));
    named.filter(|(name, text)| name.starts_with("BCCE_") && !text.is_empty())
}

/// The form of a setting's values; `None` where no setting has this name.
pub(super) fn form_of(name: &str) -> Option<Form> {
    keys::find(name).map(|key| key.kind.form())
}

fn is_section(path: &str) -> bool {
    KEYS.iter().any(|key| key.name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// Says that a key is unknown, and which known one has nearly the same spelling.
fn unknown(path: &str) -> String {
    match nearest(path, KEYS.iter().map(|key| key.name)) {
        Some(name) => format!("{UNKNOWN_KEY}; did you mean {name}?"),
        None => UNKNOWN_KEY.to_owned(),
    }
}

/// The name that is spelt nearly like a word, if any is.
pub(crate) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.map(|name| (distance(word, name), name)).min();
    near.filter(|(distance, _)| *distance <= 2).map(|(_, name)| name)
}

/// The Levenshtein distance, over bytes; long inputs count as far away.
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 80 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.bytes().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (cell, r) in row.iter_mut().skip(1).zip(right.bytes()) {
            let cost = (diagonal + usize::from(l != r)).min(before + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = cost;
            before = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// A key as it may be printed: no control characters, not endless.
fn printable(key: &str) -> String {
    key.chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// The line, from 1, in which a byte stands.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}
