//! What is wrong with settings, and where.

use std::fmt;
use std::path::PathBuf;

/// What is wrong with a file that is not there.
pub(super) const NO_SUCH_FILE: &str = "there is no such file";

/// What is wrong with a key that this version does not know.
pub(super) const UNKNOWN_KEY: &str = "unknown key";

/// The layer that a value or a problem comes from, in rising order of precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The defaults in the program (`config/default.toml`).
    BuiltIn,
    /// An organisation policy.
    Policy(PathBuf),
    /// The user's settings file.
    User(PathBuf),
    /// An environment variable.
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Policy(path) | Self::User(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
        }
    }
}

/// One thing that is wrong. Never holds a value: it may have been pasted by mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it was written.
    pub origin: Origin,
    /// The line, from 1; `None` for the environment and for what no line is to blame for.
    pub line: Option<usize>,
    /// The key, dotted; `None` where the text is not TOML.
    pub key: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.origin)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// All problems of a set of settings at once, in order of file and line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// Whether all that is wrong is that files that were named are not there.
    pub fn is_of_missing_files(&self) -> bool {
        self.problems.iter().all(|problem| problem.what == NO_SUCH_FILE)
    }

    /// Whether all that is wrong stands in lines of organisation policies.
    pub fn is_of_lines_of_policies(&self) -> bool {
        let of_policy = |problem: &Problem| problem.line.is_some() && matches!(problem.origin, Origin::Policy(_));
        self.problems.iter().all(of_policy)
    }

    /// Whether this version does not know some key, as a newer one may.
    pub fn has_unknown_keys(&self) -> bool {
        self.problems.iter().any(|problem| problem.what.starts_with(UNKNOWN_KEY))
    }

    /// `Ok` where there is no problem.
    pub(super) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "settings cannot be used")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for ConfigError {}
