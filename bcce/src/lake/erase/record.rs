//! What is kept of an erasure: that it was asked for and done, and not of whom.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use super::{Counts, Left, Plan, Pseudonyms};

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It was begun. A record that stays like this is of an erasure that was interrupted: run it again.
    Begun,
    /// Everything that was found is gone.
    Done,
    /// Some of it is not.
    Incomplete,
}

/// The record of an erasure.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    schema: &'static str,
    /// How far it has come.
    pub state: State,
    begun: String,
    ended: Option<String>,
    by: String,
    lake: String,
    /// SHA-256 of each pseudonym, in hexadecimal digits.
    pseudonyms_sha256: Vec<String>,
    files_looked_at: u64,
    found: Counts,
    /// What is gone.
    pub erased: Counts,
    /// What is not, and why.
    pub not_erased: Vec<Left>,
}

impl Record {
    /// The record of an erasure that begins.
    pub fn begun(of: &Pseudonyms, (by, lake): (String, String), plan: &Plan, now: Timestamp) -> Self {
        Self {
            schema: "bcce.erasure.v1",
            state: State::Begun,
            begun: now.to_string(),
            ended: None,
            by,
            lake,
            pseudonyms_sha256: of.names().iter().map(|name| hashed(name)).collect(),
            files_looked_at: plan.looked_at,
            found: plan.counts(),
            erased: Counts::new(),
            not_erased: plan.left.clone(),
        }
    }

    /// The erasure has come to its end.
    pub fn end(&mut self, erased: Counts, left: Vec<Left>, now: Timestamp) {
        self.erased = erased;
        self.not_erased.extend(left);
        self.not_erased.dedup();
        self.state = if self.not_erased.is_empty() { State::Done } else { State::Incomplete };
        self.ended = Some(now.to_string());
    }

    /// By time and by whom it is about, so that no two records have the same name.
    pub(super) fn file_name(&self) -> String {
        let time: String = self.begun.chars().filter(|character| character.is_ascii_alphanumeric()).collect();
        let whose = hashed(&self.pseudonyms_sha256.join(","));
        format!("{time}-{}.json", whose.get(..8).unwrap_or_default())
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

fn hashed(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
