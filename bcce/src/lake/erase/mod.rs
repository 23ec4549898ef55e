//! Erasing what a lake holds of some users, wherever it holds it.
//!
//! Promises: an event is gone only after what stays is safely written; nothing is said to be erased that was not looked at, and what
//! could not be looked at is named; whoever runs it again after an interruption finishes it. The record of an erasure names nobody.
//! Requests for erasure stay: they hold nothing but who asked, and are what the view `erasure_requests` proves.
//!
//! What it cannot reach: results of queries (which the stack's bucket keeps for 30 days), copies that others took, and events that
//! are still on a laptop or on their way. Start at [`Place`].

mod bucket;
mod error;
mod folder;
mod lines;
mod lock;
mod parquet;
mod record;
mod rewrite;
mod teams;
mod versions;

use std::collections::BTreeMap;

use agent::cli::output::printable;
use serde::Serialize;

pub use bucket::Buckets;
pub use error::EraseError;
pub use folder::Files;
pub use lock::Lock;
pub use record::{Record, State};
pub use rewrite::Pseudonyms;
use rewrite::{Form, RewriteError, Rewritten, rewrite};

/// Under which name rows of files of teams are counted, beside the classes.
pub const TEAMS_ROWS: &str = "teams rows";

/// Where there is something to erase.
#[derive(Debug)]
pub enum Place {
    /// A folder.
    Folder(Files),
    /// The stack's three buckets.
    Buckets(Box<Buckets>),
}

/// Events in the files of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Files, versions of objects counted each.
    pub files: u64,
    /// Events in them; one that lies in several files counts as often.
    pub events: u64,
}

/// Events by class, and rows of files of teams under [`TEAMS_ROWS`].
pub type Counts = BTreeMap<String, Count>;

/// What could not be looked at or not be erased. Nothing in it can steer a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The file.
    pub place: String,
    /// Why it was left.
    pub reason: String,
}

/// What was found: the files that hold events of the users, and those that could not be looked at.
#[derive(Debug, Default)]
pub struct Plan {
    holds: Vec<Hold>,
    /// Files that were looked at.
    pub looked_at: u64,
    /// Files that must be seen to by hand.
    pub left: Vec<Left>,
}

/// A file that holds events of the users.
#[derive(Debug, Clone)]
struct Hold {
    class: String,
    /// The bucket; empty in a folder.
    bucket: String,
    /// The file's place in the folder, or the object's key.
    place: String,
    /// The object's version; empty in a folder.
    version: String,
    is_latest: bool,
    events: u64,
}

impl Left {
    fn of(place: &str, reason: impl std::fmt::Display) -> Self {
        Self { place: printable(place), reason: printable(&reason.to_string()) }
    }
}

impl Plan {
    /// What was found, by class.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for hold in &self.holds {
            add(&mut counts, hold, hold.events);
        }
        counts
    }
}

impl Place {
    /// Removes what an interrupted erasure left half written.
    ///
    /// # Errors
    /// When another erasure is at work, or it cannot be removed.
    pub fn tidy(&self) -> Result<(), EraseError> {
        match self {
            Self::Folder(files) => files.tidy(),
            Self::Buckets(_) => Ok(()),
        }
    }

    /// Keeps others from erasing here at the same time; in buckets each object is held against what was read of it instead.
    ///
    /// # Errors
    /// When another erasure is at work.
    pub fn lock(&self) -> Result<Option<Lock>, EraseError> {
        match self {
            Self::Folder(files) => files.lock().map(Some),
            Self::Buckets(_) => Ok(None),
        }
    }

    /// Looks at every file.
    ///
    /// # Errors
    /// When the lake cannot be listed. Files that cannot be read are part of the plan.
    pub async fn plan(&self, of: &Pseudonyms) -> Result<Plan, EraseError> {
        match self {
            Self::Folder(files) => files.plan(of),
            Self::Buckets(buckets) => buckets.plan(of).await,
        }
    }

    /// Erases what was found, and looks at it again. Gives what was erased, and what was not.
    ///
    /// # Errors
    /// When something cannot be written; running again goes on.
    pub async fn erase(&self, plan: &Plan, of: &Pseudonyms) -> Result<(Counts, Vec<Left>), EraseError> {
        match self {
            Self::Folder(files) => files.erase(plan, of),
            Self::Buckets(buckets) => buckets.erase(plan, of).await,
        }
    }

    /// Keeps the record of an erasure where an auditor finds it; gives where.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep(&self, record: &Record) -> Result<String, EraseError> {
        match self {
            Self::Folder(files) => files.keep(record),
            Self::Buckets(buckets) => buckets.keep(record).await,
        }
    }

    /// Closes the records of interrupted erasures of the same users, which this one has finished.
    ///
    /// # Errors
    /// When one cannot be read or written.
    pub async fn close(&self, record: &Record) -> Result<(), EraseError> {
        match self {
            Self::Folder(files) => files.close(record),
            Self::Buckets(buckets) => buckets.close(record).await,
        }
    }

    /// What is not known for sure of the lake. Where there is something, the names of its buckets are only assumed.
    pub fn notes(&self) -> &[String] {
        match self {
            Self::Folder(_) => &[],
            Self::Buckets(buckets) => buckets.notes(),
        }
    }

    /// Who erases, as far as it is known.
    pub fn identity(&self) -> String {
        match self {
            Self::Folder(_) => {
                let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
                format!("user {} of this machine", user.as_deref().unwrap_or("(unknown)"))
            }
            Self::Buckets(buckets) => buckets.identity().to_owned(),
        }
    }

    /// The lake's name, for messages and the record.
    pub fn name(&self) -> String {
        match self {
            Self::Folder(files) => files.name(),
            Self::Buckets(buckets) => buckets.name(),
        }
    }
}

fn add(counts: &mut Counts, hold: &Hold, events: u64) {
    let count = counts.entry(hold.class.clone()).or_default();
    count.files += 1;
    count.events += events;
}

/// How many events of the users a file holds.
fn held(bytes: &[u8], form: Form, of: &Pseudonyms) -> Result<u64, RewriteError> {
    Ok(match rewrite(bytes, form, of)? {
        Rewritten::Untouched => 0,
        Rewritten::Without { erased, .. } | Rewritten::Nothing { erased } => erased,
    })
}
