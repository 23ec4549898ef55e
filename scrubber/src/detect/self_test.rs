//! Runs the whole engine over the rules' own examples, for `rules test`.

use super::rule::Rule;
use super::{Engine, Scratch};

/// What running over all examples gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfTest {
    /// Examples and counter-examples tried, each plain and as the inside of a JSON string.
    pub examples: usize,
    /// Rules whose example was not found, or whose counter-example was, by id. Holds no example.
    pub failures: Vec<String>,
}

impl Engine {
    /// Tries every example of the rules that this engine was made with, plain and escaped once. It kept none itself.
    pub fn self_test(&self, rules: &[Rule]) -> SelfTest {
        let (mut examples, mut failures, mut scratch) = (0, Vec::new(), Scratch::default());
        for (place, rule) in rules.iter().enumerate() {
            for example in &rule.examples {
                let (text, secret) = example.text();
                for (form, text, secret) in [("plain", text.clone(), secret.clone()), escaped(&text, secret)] {
                    examples += 1;
                    let covered = |start, end| start <= secret.start && secret.end <= end;
                    let findings = self.scan(text.as_bytes(), &mut scratch);
                    if !findings.iter().any(|finding| covered(finding.start, finding.end)) {
                        failures.push(format!("{} ({form}): its example is not found", rule.id));
                    }
                }
            }
            for example in &rule.counter_examples {
                examples += 1;
                let (text, _) = example.text();
                let findings = self.scan(text.as_bytes(), &mut scratch);
                if findings.iter().any(|finding| usize::from(finding.rule.0) == place) {
                    failures.push(format!("{}: its counter-example is found", rule.id));
                }
            }
        }
        SelfTest { examples, failures }
    }
}

/// The text as the inside of a JSON string, and where the secret lies in that.
fn escaped(text: &str, secret: std::ops::Range<usize>) -> (&'static str, String, std::ops::Range<usize>) {
    let encode = |part: Option<&str>| {
        let mut out = Vec::new();
        crate::json::encode(part.unwrap_or_default().as_bytes(), &mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    let (before, inside) = (encode(text.get(..secret.start)), encode(text.get(secret.clone())));
    let after = encode(text.get(secret.end..));
    let place = before.len()..before.len() + inside.len();
    ("escaped", before + &inside + &after, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{EngineError, KnownIdentities, RuleSet};

    #[test]
    fn every_shipped_rule_finds_its_examples_plain_and_escaped() -> Result<(), EngineError> {
        let report = Engine::new(&KnownIdentities::default())?.self_test(RuleSet::shipped()?.rules());
        assert_eq!(report.failures, Vec::<String>::new());
        assert!(report.examples > 300, "{}", report.examples);
        Ok(())
    }
}
