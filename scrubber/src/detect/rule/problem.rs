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
