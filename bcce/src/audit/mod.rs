//! Reports for auditors: each control of a framework with the evidence that was really found, or that none was.
//!
//! A framework is data (`frameworks/`): which checks of [`crate::evidence`] bear witness to which control. Start at [`Report::new`].

mod html;
mod render;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::evidence::{CheckId, Facts, Finding, Found, Outcome, checks};

const SOC2: &str = include_str!("../../frameworks/soc2.toml");
const HIPAA: &str = include_str!("../../frameworks/hipaa.toml");

/// Whose controls are reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    /// SOC 2.
    Soc2,
    /// The HIPAA security rule.
    Hipaa,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Controls {
    name: String,
    edition: String,
    control: Vec<Control>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    id: String,
    title: String,
    asks: String,
    checks: Vec<CheckId>,
}

/// What all evidence for a control comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that was looked for was found.
    Evidence,
    /// Some was found, for the rest there is no evidence.
    Partial,
    /// Something speaks against it.
    Problem,
    /// Nothing was found.
    NoEvidence,
}

impl Verdict {
    fn of(findings: &[Finding]) -> Self {
        let count = |outcome| findings.iter().filter(|finding| finding.outcome == outcome).count();
        match (count(Outcome::Problem), count(Outcome::NoEvidence), count(Outcome::Ok)) {
            (1.., _, _) => Self::Problem,
            (0, _, 0) => Self::NoEvidence,
            (0, 0, _) => Self::Evidence,
            (0, _, _) => Self::Partial,
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Evidence => "evidence found",
            Self::Partial => "partial evidence",
            Self::Problem => "problem",
            Self::NoEvidence => "no evidence",
        }
    }
}

/// A control and what was found for it.
#[derive(Debug, Serialize)]
pub struct Reported {
    /// Its number in the framework.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it asks, in our words.
    pub asks: String,
    /// What the findings come to.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// A report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The framework.
    pub framework: String,
    /// Its edition.
    pub edition: String,
    /// Where was looked.
    pub place: String,
    /// The account, where there is one.
    pub account: Option<String>,
    /// As whom was looked.
    pub identity: Option<String>,
    /// First day over which events are counted.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// When was looked; settings are as of then.
    pub made_at: Timestamp,
    /// By which version.
    pub version: &'static str,
    /// The controls.
    pub controls: Vec<Reported>,
}

impl Report {
    /// Judges facts by the controls of a framework.
    ///
    /// # Errors
    /// When the framework's file cannot be read, which a test rules out.
    pub fn new(
        framework: Framework,
        facts: &Facts,
        (from, to): (Date, Date),
        made_at: Timestamp,
    ) -> Result<Self, toml::de::Error> {
        let text = match framework {
            Framework::Soc2 => SOC2,
            Framework::Hipaa => HIPAA,
        };
        let Controls { name, edition, control } = toml::from_str(text)?;
        let all = checks(facts);
        let reported = |control: Control| {
            let of = |id: &CheckId| all.iter().find(|finding| finding.check == *id).cloned();
            let findings: Vec<Finding> = control.checks.iter().filter_map(of).collect();
            let verdict = Verdict::of(&findings);
            Reported { id: control.id, title: control.title, asks: control.asks, verdict, findings }
        };
        let (account, identity) = match &facts.identity {
            Found::Is((account, identity)) => (Some(account.clone()), Some(identity.clone())),
            Found::Missing | Found::Unknown(_) => (None, None),
        };
        Ok(Self {
            framework: name,
            edition,
            place: facts.place.clone(),
            account,
            identity,
            from,
            to,
            made_at,
            version: env!("CARGO_PKG_VERSION"),
            controls: control.into_iter().map(reported).collect(),
        })
    }

    /// How many controls came to a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.controls.iter().filter(|control| control.verdict == verdict).count()
    }

    /// The verdicts with their numbers, in one line.
    pub fn summary(&self) -> String {
        let all = [Verdict::Evidence, Verdict::Partial, Verdict::Problem, Verdict::NoEvidence];
        let parts: Vec<String> =
            all.iter().map(|verdict| format!("{} {}", self.count(*verdict), verdict.words())).collect();
        format!("{} controls: {}", self.controls.len(), parts.join(", "))
    }
}
