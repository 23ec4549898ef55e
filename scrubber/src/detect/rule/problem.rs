//! What can be wrong with a rule file. Nothing here quotes the file: only keys and places are named.

use std::fmt;

/// What is wrong with one key of a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {rule}key `{key}` {problem}", Line(*.line))]
pub struct RuleProblem {
    /// The file's name, as it was given.
    pub file: String,
    /// The line in it, from 1; zero where the problem lies in no single line.
    pub line: usize,
    /// Names the rule, where it is known, with a comma and a space after it.
    pub(super) rule: String,
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
    /// A problem of a rule that no line is to blame for.
    pub(super) fn of_rule(file: &str, id: &str, key: &str, problem: &'static str) -> Self {
        Self::at(file, 0, id, key, problem)
    }

    /// A problem at a line (zero: at none) of a rule (empty: of none). Neither rule nor key may be content: what is not
    /// plain words is left out.
    pub fn at(file: &str, line: usize, rule: &str, key: &str, problem: &'static str) -> Self {
        let rule = if is_plain(rule) { format!("rule `{rule}`, ") } else { String::new() };
        let key = if is_plain(key) { key } else { "(unprintable)" };
        Self { file: file.to_owned(), line, rule, key: key.to_owned(), problem }
    }
}

/// Whether a name may be printed: short, and of the characters that names of rules and keys are made of.
pub(super) fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-()".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
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
