//! A report as Markdown and as comma-separated values.

use std::fmt::Write as _;

use super::Report;
use crate::evidence::{Finding, Outcome};

/// An outcome in words.
pub(super) const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Problem => "problem",
        Outcome::NoEvidence => "no evidence",
    }
}

/// A check's name, as it stands in JSON.
pub(super) fn check(finding: &Finding) -> String {
    serde_json::to_value(finding.check).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Report {
    /// What stands above the controls: names and values.
    pub(super) fn head(&self) -> Vec<(&'static str, String)> {
        let mut head =
            vec![("Framework", format!("{}, {}", self.framework, self.edition)), ("Lake", self.place.clone())];
        head.extend(self.account.clone().map(|account| ("Account", account)));
        head.extend(self.identity.clone().map(|identity| ("Looked at by", identity)));
        head.push(("Events of", format!("{} to {}, UTC", self.from, self.to)));
        head.push(("Settings as of", self.made_at.to_string()));
        head.push(("Made by", format!("bcce {}", self.version)));
        head.push(("Result", self.summary()));
        head
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# Evidence for {}\n\n| | |\n| --- | --- |\n", cell(&self.framework));
        for (name, value) in self.head() {
            let _ = writeln!(text, "| {name} | {} |", cell(&value));
        }
        for control in &self.controls {
            let _ = writeln!(text, "\n## {} {}: {}\n", control.id, control.title, control.verdict.words());
            let _ = writeln!(
                text,
                "{}\n\n| Check | Outcome | Found | What helps |\n| --- | --- | --- | --- |",
                control.asks
            );
            for finding in &control.findings {
                let row =
                    [check(finding), words(finding.outcome).to_owned(), cell(&finding.found), cell(&finding.remedy)];
                let _ = writeln!(text, "| {} |", row.join(" | "));
            }
        }
        text
    }

    /// As comma-separated values (RFC 4180), a row for each finding of each control.
    pub fn csv(&self) -> String {
        let mut text = "framework,control,title,verdict,check,outcome,found,remedy,from,to,made_at\r\n".to_owned();
        for control in &self.controls {
            for finding in &control.findings {
                let row = [
                    self.framework.clone(),
                    control.id.clone(),
                    control.title.clone(),
                    control.verdict.words().to_owned(),
                    check(finding),
                    words(finding.outcome).to_owned(),
                    finding.found.clone(),
                    finding.remedy.clone(),
                    self.from.to_string(),
                    self.to.to_string(),
                    self.made_at.to_string(),
                ];
                text.push_str(&row.map(|value| field(&value)).join(","));
                text.push_str("\r\n");
            }
        }
        text
    }
}

/// Text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}

/// A value of a row. One that a spreadsheet would take for a formula is led in by an apostrophe.
fn field(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let value = if formula { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_a_value() {
        assert_eq!(cell("a|b<script>\nc"), "a\\|b&lt;script> c");
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
    }
}
