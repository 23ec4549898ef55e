//! Reads the layers from where they lie.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pipeline::consent::Mode;

use super::merge::Effective;
use super::policy::{self, Policies};
use super::problem::{ConfigError, Origin, Problem};
use super::raw::{self, RawConfig};
use super::read::{Missing, read, text};
use super::{Config, PolicyState, Scrub, typed};

pub(super) const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// Where the layers lie.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Organisation policies. A missing one counts as none unless it was named on the command line; each narrows further.
    pub policies: Vec<PathBuf>,
    /// A policy named on the command line: narrows further than those installed, and must exist.
    pub extra_policy: Option<PathBuf>,
    /// The user's file.
    pub user: UserFile,
    /// The environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The home folder, for paths that start with `~/`.
    pub home: Option<PathBuf>,
}

/// The user's settings file.
#[derive(Debug, Clone)]
pub enum UserFile {
    /// At the standard place; may be missing.
    Standard(PathBuf),
    /// Named by the user; must exist.
    Named(PathBuf),
    /// None is read.
    Nowhere,
}

/// Reads and merges all layers.
///
/// # Errors
/// All problems of the user's file and the environment, and of what they do against the policy. Problems of the policy itself
/// are no error here but [`PolicyState::Broken`].
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut problems = Vec::new();
    let built_in = raw::parse(DEFAULTS, &Origin::BuiltIn)?;
    let Policies { layers: policies, state: mut policy, found } = policy::load(sources);
    let mut layers = vec![built_in];
    layers.extend(policies);

    // A policy that contradicts itself (two files that fix different values, a region that is not allowed) is broken too.
    let mut policy_problems = Vec::new();
    let effective = Effective::merge(&layers, &mut policy_problems);
    if let Err(error) = typed::config(&effective, policy.clone(), sources.home.as_deref()) {
        policy_problems.extend(error.problems);
    }
    let blamed: Vec<Problem> = policy_problems.into_iter().filter(|problem| !waits_for_later_layers(problem)).collect();
    if !blamed.is_empty() {
        layers.truncate(1);
        policy = PolicyState::Broken(ConfigError { problems: blamed });
    }

    match load_user(&sources.user) {
        Ok(layer) => layers.extend(layer),
        Err(error) => problems.extend(error.problems),
    }
    match raw::parse_environment(&sources.environment) {
        Ok(layer) => layers.push(layer),
        Err(error) => problems.extend(error.problems),
    }
    if let PolicyState::Broken(_) = policy {
        // What the policy says of the sink is not known, so what the others say cannot be judged; nothing is sent anyhow.
        // The same goes for what is let pass: it waits for the policy's word.
        let judged = |name: &str| name.starts_with("sink.") || name.starts_with("scrub.allow");
        layers.iter_mut().skip(1).for_each(|layer| layer.entries.retain(|name, _| !judged(name)));
    }
    let effective = Effective::merge(&layers, &mut problems);
    match typed::config(&effective, policy, sources.home.as_deref()) {
        Ok(mut config) if problems.is_empty() => {
            config.unknown_variables = raw::unknown_variables(&sources.environment);
            config.policies = found;
            Ok(config)
        }
        Ok(_) => Err(ConfigError { problems }),
        Err(error) => {
            problems.extend(error.problems);
            Err(ConfigError { problems })
        }
    }
}

/// As [`load`], for commands by which a person stops the agent, takes consent back or looks what is wrong: a fault in settings
/// must not keep them from it. Where the user's file or the environment cannot be used, these are the settings without them, with
/// [`Config::wrong`] set and [`Mode::Off`].
///
/// # Errors
/// When not even the built-in settings can be used.
pub fn load_for_stopping(sources: &Sources) -> Result<Config, ConfigError> {
    let wrong = match load(sources) {
        Ok(config) => return Ok(config),
        Err(error) => error,
    };
    let mut without = Sources { user: UserFile::Nowhere, environment: Vec::new(), ..sources.clone() };
    let mut policy = None;
    let mut config = match load(&without) {
        Ok(config) => config,
        // A policy that leaves the region to the user, who tells none that can be used.
        Err(error) => {
            without = Sources { policies: Vec::new(), extra_policy: None, ..without };
            policy = Some(PolicyState::Broken(error));
            load(&without)?
        }
    };
    config.policy = policy.unwrap_or(config.policy);
    config.tier = Mode::Off;
    config.unknown_variables = raw::unknown_variables(&sources.environment);
    config.wrong = Some(wrong);
    Ok(config)
}

/// What a file is checked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckAs {
    /// A user's settings.
    User,
    /// An organisation policy.
    Policy,
}

impl CheckAs {
    /// Where a problem of a file comes from.
    pub fn origin(self, path: &Path) -> Origin {
        match self {
            Self::User => Origin::User(path.to_owned()),
            Self::Policy => Origin::Policy(path.to_owned()),
        }
    }
}

/// The files of rules and the allow-list that one file's text names, whatever else is wrong with it, and the line that names the
/// files.
pub fn scrub_of(text: &str, path: &Path, check_as: CheckAs, home: Option<&Path>) -> (Scrub, Option<usize>) {
    let (layer, _) = raw::parse_all(text, &check_as.origin(path));
    let effective = Effective::merge(&[layer], &mut Vec::new());
    let line = effective.entries("scrub.rules").first().and_then(|entry| entry.line);
    (typed::scrub(&effective, home), line)
}

/// The bundle of certificates that one file's text names, whatever else is wrong with it, and the line.
pub fn bundle_of(text: &str, path: &Path, check_as: CheckAs, home: Option<&Path>) -> Option<(PathBuf, Option<usize>)> {
    let (layer, _) = raw::parse_all(text, &check_as.origin(path));
    let effective = Effective::merge(&[layer], &mut Vec::new());
    let line = effective.value(typed::BUNDLE)?.line;
    Some((typed::bundle(&effective, home)?, line))
}

/// Checks one file's text by itself, under the built-in defaults.
///
/// # Errors
/// All its problems.
pub fn check_text(text: &str, path: &Path, check_as: CheckAs, home: Option<&Path>) -> Result<(), ConfigError> {
    let origin = check_as.origin(path);
    let (layer, mut problems) = raw::parse_all(text, &origin);
    let layers = [raw::parse(DEFAULTS, &Origin::BuiltIn)?, layer];
    let effective = Effective::merge(&layers, &mut problems);
    if let Err(error) = typed::config(&effective, PolicyState::Absent, home) {
        problems.extend(error.problems);
    }
    if check_as == CheckAs::Policy {
        problems.retain(|problem| !waits_for_later_layers(problem));
    }
    problems.sort_by_key(|problem| problem.line);
    ConfigError::unless_empty(problems)
}

/// A policy may choose the sink and leave the region to a user who has a choice of several.
fn waits_for_later_layers(problem: &Problem) -> bool {
    problem.key.as_deref() == Some("sink.firehose.region") && problem.what.starts_with("missing")
}

fn load_user(file: &UserFile) -> Result<Option<RawConfig>, ConfigError> {
    let (path, missing) = match file {
        UserFile::Standard(path) => (path, Missing::IsNone),
        UserFile::Named(path) => (path, Missing::IsError),
        UserFile::Nowhere => return Ok(None),
    };
    let origin = Origin::User(path.clone());
    read(path, &origin, missing)?.map(|bytes| raw::parse(&text(bytes, &origin)?, &origin)).transpose()
}
