//! What is kept of an erasure: that it was asked for and done, and not of whom.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::Value;

use super::{Counts, Left, Plan, Pseudonyms};

const SCHEMA: &str = "bcce.erasure.v1";

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
            schema: SCHEMA,
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
        for left in left {
            if !self.not_erased.contains(&left) {
                self.not_erased.push(left);
            }
        }
        self.state = if self.not_erased.is_empty() { State::Done } else { State::Incomplete };
        self.ended = Some(now.to_string());
    }

    /// By time and by whom it is about, so that no two records have the same name.
    pub(super) fn file_name(&self) -> String {
        let time: String = self.begun.chars().filter(|character| character.is_ascii_alphanumeric()).collect();
        let whose = hashed(&self.pseudonyms_sha256.join(","));
        format!("{time}-{}.json", whose.get(..8).unwrap_or_default())
    }

    /// The text of an earlier record that was begun and never ended, closed by this one: which is done, and of the same users.
    pub(super) fn closed(&self, earlier: &[u8]) -> Option<String> {
        let mut earlier: Value = serde_json::from_slice(earlier).ok()?;
        let is_same = |hash: &Value| self.pseudonyms_sha256.iter().any(|own| hash == own);
        let whose = earlier.get("pseudonyms_sha256")?.as_array()?;
        let closes = self.state == State::Done
            && earlier.get("schema")? == SCHEMA
            && earlier.get("state")? == "begun"
            && !whose.is_empty()
            && whose.iter().all(is_same);
        if !closes {
            return None;
        }
        earlier["state"] = "done".into();
        earlier["ended"] = self.ended.clone().into();
        earlier["closed_by"] = self.file_name().into();
        Some(serde_json::to_string_pretty(&earlier).ok()? + "\n")
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

fn hashed(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(names: &[&str]) -> Record {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (by, lake) = ("somebody".to_owned(), "a lake".to_owned());
        Record::begun(&Pseudonyms::of(&names), (by, lake), &Plan::default(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_run_that_is_done_closes_what_was_begun_for_the_same_user() {
        let begun = record(&["a"]).text();
        let mut done = record(&["b", "a"]);
        assert_eq!(done.closed(begun.as_bytes()), None, "it is not done yet");
        done.end(Counts::new(), Vec::new(), Timestamp::UNIX_EPOCH);
        let closed = done.closed(begun.as_bytes()).unwrap_or_default();
        assert!(closed.contains(r#""state": "done""#) && closed.contains(&done.file_name()), "{closed}");
        assert_eq!(done.closed(closed.as_bytes()), None, "once");
        assert_eq!(done.closed(record(&["c"]).text().as_bytes()), None, "another user's");
        assert_eq!(done.closed(b"no record"), None);
    }

    #[test]
    fn what_is_left_twice_is_named_once() {
        let left = |place: &str| Left::of(place, "torn");
        let mut record = record(&["a"]);
        record.end(Counts::new(), vec![left("x"), left("y"), left("x")], Timestamp::UNIX_EPOCH);
        assert_eq!((record.not_erased.len(), record.state), (2, State::Incomplete));
    }
}
