//! The rules and the allow-list of settings: files are read here, and turned into rules by the scrubber.
//!
//! Promises: a file that is missing, broken or of no known form is an error, so that nothing is scrubbed with fewer rules
//! than settings name; what a file asks for and cannot have is listed, see [`Note`]; an entry of the allow-list that names no
//! rule is an error. No error quotes a file's content.

mod kingfisher;
mod yaml;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use scrubber::detect::rule::import::{self, Imported, Note};
use scrubber::detect::rule::{Examples, RuleProblem, RuleProblems};
use scrubber::detect::{Allowed, Engine, EngineError, KnownIdentities, RuleSet};

use crate::config::{AllowEntry, Config, ConfigError, Problem, Scrub, nearest};

/// A longer file of rules is none.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// The rules or the allow-list of settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A file or folder cannot be read.
    #[error("cannot read the rules in {}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no file of rules.
    #[error("{} {what}", path.display())]
    NoRules {
        /// Which one.
        path: PathBuf,
        /// Why not.
        what: &'static str,
    },
    /// Rules are broken.
    #[error("the rules cannot be used\n{0}")]
    Broken(RuleProblems),
    /// The allow-list names rules that there are not.
    #[error(transparent)]
    Allow(#[from] ConfigError),
    /// The rules shipped with the program are broken.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What one file gives.
#[derive(Debug)]
pub struct FileRules {
    /// The file.
    pub path: PathBuf,
    /// How many rules are in force.
    pub count: usize,
    /// What is not supported.
    pub notes: Vec<Note>,
}

/// The detectors under these settings.
///
/// # Errors
/// When files of rules or the allow-list cannot be used.
pub fn engine(config: &Config, known: &KnownIdentities) -> Result<Engine, RulesError> {
    engine_of(&config.scrub, known)
}

/// As [`engine`], with nothing let pass, whatever the allow-list says.
///
/// # Errors
/// When files of rules cannot be used.
pub fn engine_that_allows_nothing(scrub: &Scrub, known: &KnownIdentities) -> Result<Engine, RulesError> {
    let (rules, files) = load_of(&scrub.rules, Examples::LeftOut)?;
    for file in files.iter().filter(|file| !file.notes.is_empty()) {
        tracing::info!(rules = file.count, notes = file.notes.len(), "a file of rules holds in part");
    }
    Ok(Engine::with_rules(rules, known))
}

fn engine_of(scrub: &Scrub, known: &KnownIdentities) -> Result<Engine, RulesError> {
    let mut engine = engine_that_allows_nothing(scrub, known)?;
    allow(scrub, &mut engine)?;
    Ok(engine)
}

/// Lets the engine pass what the allow-list names.
///
/// # Errors
/// All entries that name no rule; then nothing is let pass.
pub fn allow(scrub: &Scrub, engine: &mut Engine) -> Result<(), ConfigError> {
    let entries: Vec<_> = scrub.allow.iter().map(|entry| (entry.allowed.clone(), entry.scopes())).collect();
    if let Err(unknown) = engine.allow(&entries) {
        let entries = unknown.iter().filter_map(|place| scrub.allow.get(*place));
        return Err(ConfigError { problems: entries.map(|entry| unknown_rule(entry, engine)).collect() });
    }
    Ok(())
}

/// The shipped rules, with their examples or without, and those of all files that settings name, and what each file gives.
///
/// # Errors
/// When a file cannot be read or its rules cannot be used.
pub fn load(config: &Config, examples: Examples) -> Result<(RuleSet, Vec<FileRules>), RulesError> {
    load_of(&config.scrub.rules, examples)
}

fn load_of(paths: &[PathBuf], examples: Examples) -> Result<(RuleSet, Vec<FileRules>), RulesError> {
    let mut rules = RuleSet::shipped_with(examples).map_err(EngineError::from)?;
    let mut files = Vec::new();
    for path in paths {
        for path in files_of(path)? {
            let mut imported = read(&path)?;
            imported.keep_apart_from(&rules);
            let Imported { rules: more, notes } = imported;
            let count = more.rules().len();
            rules.extend(&path.display().to_string(), more).map_err(RulesError::Broken)?;
            files.push(FileRules { path, count, notes });
        }
    }
    Ok((rules, files))
}

/// What is wrong with the rules and the allow-list that one file of settings names.
#[derive(Debug, Default)]
pub struct Checked {
    /// Files and folders of rules that are not on this machine.
    pub missing: Vec<PathBuf>,
    /// What cannot be used.
    pub errors: Vec<RulesError>,
}

/// Checks all that settings name, each by itself and then together. Where a file is missing, what the allow-list names cannot be
/// judged.
pub fn check(scrub: &Scrub) -> Checked {
    let mut checked = Checked::default();
    for path in &scrub.rules {
        match load_of(std::slice::from_ref(path), Examples::LeftOut) {
            Ok(_) => {}
            Err(RulesError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                checked.missing.push(path.clone());
            }
            Err(error) => checked.errors.push(error),
        }
    }
    if checked.missing.is_empty() && checked.errors.is_empty() {
        checked.errors.extend(engine_of(scrub, &KnownIdentities::default()).err());
    }
    checked
}

/// The files of rules that settings name; of a place that cannot be read, the place.
pub fn files(config: &Config) -> Vec<PathBuf> {
    let places = config.scrub.rules.iter();
    places.flat_map(|path| files_of(path).unwrap_or_else(|_| vec![path.clone()])).collect()
}

/// Reads one file of rules.
///
/// # Errors
/// When it cannot be read, is of no known form or is broken.
pub fn read(path: &Path) -> Result<Imported, RulesError> {
    let no_rules = |what| RulesError::NoRules { path: path.to_owned(), what };
    let failed = |source| RulesError::Read { path: path.to_owned(), source };
    // Asked before it is opened: opening a pipe would wait for whoever writes to it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(no_rules("is no regular file"));
    }
    let mut text = Vec::new();
    File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut text)).map_err(failed)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(no_rules("is longer than 16MiB"));
    }
    let text = String::from_utf8(text).map_err(|_| no_rules("is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let name = path.display().to_string();
    let imported = match extension(path) {
        Some(Form::Toml) => import::of_toml(&name, text),
        Some(Form::Yaml) => kingfisher::read(&name, text),
        None => return Err(no_rules("is no file of rules: its name ends with none of .toml, .yml and .yaml")),
    };
    imported.map_err(RulesError::Broken)
}

/// How a file is written.
enum Form {
    Toml,
    Yaml,
}

fn extension(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "toml" => Some(Form::Toml),
        "yml" | "yaml" => Some(Form::Yaml),
        _ => None,
    }
}

/// The file, or the files of rules in the folder and beneath it, in order of their names.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, RulesError> {
    let failed = |source| RulesError::Read { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path).map_err(failed)?.collect::<io::Result<Vec<_>>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            files.extend(files_of(&entry.path())?);
        } else if extension(&entry.path()).is_some() {
            files.push(entry.path());
        }
    }
    if files.is_empty() {
        return Err(RulesError::NoRules { path: path.to_owned(), what: "holds no file of rules" });
    }
    Ok(files)
}

fn unknown_rule(entry: &AllowEntry, engine: &Engine) -> Problem {
    let ids = || engine.rules().iter().map(|rule| &*rule.id);
    let near = match &entry.allowed {
        Allowed::Rule(id) => nearest(id, ids()).or_else(|| ids().find(|known| shares_words(id, known))),
        Allowed::Value(_) => None,
    };
    let hint = match near {
        Some(near) => format!("; did you mean rule:{near}?"),
        None => "; `bcce-agent rules list` names all".to_owned(),
    };
    let what = format!("{}: names a rule that there is not{hint}", entry.place);
    Problem { origin: entry.origin.clone(), line: entry.line, key: Some(entry.key.to_owned()), what }
}

/// Whether one id begins with the other: a word was left out.
fn shares_words(id: &str, known: &str) -> bool {
    id.len() >= 4 && (known.starts_with(&format!("{id}-")) || id.starts_with(&format!("{known}-")))
}

/// A problem that lies in no rule.
fn document(file: &str, line: usize, problem: &'static str) -> RuleProblems {
    RuleProblems(vec![RuleProblem::at(file, line, "", "(document)", problem)])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
