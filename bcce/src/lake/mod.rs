//! What both kinds of lake answer: a folder of events, and tables in AWS.
//!
//! Promises: each question has one meaning, that of the views in `lake/sql`, whichever kind of lake is asked. Where something
//! could not be read there is an error and no partial sum.
//!
//! Left out on purpose: printing. Erasing works on files and not on events: [`erase`]. Start at [`Lake`].

mod athena;
pub mod erase;
mod error;
mod folder;
mod period;
mod rows;
mod stack;
mod teams;

use jiff::ToSpan as _;
use jiff::civil::Date;

pub use athena::Athena;
pub use error::{LakeError, Problem};
pub use folder::Folder;
pub use period::{Period, PeriodError};
pub use rows::{Agents, ConsentDay, CostRow, Costs, Dimension, Finds, Found, Redaction, Requests, Retention, Search};

/// As who a lake in AWS is asked: each role has a workgroup with a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who looks after costs.
    Cost,
    /// Who audits.
    Auditor,
}

/// A lake that can be asked.
#[derive(Debug)]
pub enum Lake {
    /// A folder of events.
    Folder(Box<Folder>),
    /// Tables in AWS.
    Athena(Box<Athena>),
}

impl Lake {
    /// What usage cost from first to last day, and in as many days before: the views `cost_by_…`, added up over the days.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn costs(&self, by: Dimension, from: Date, to: Date) -> Result<Costs, LakeError> {
        match self {
            Self::Folder(folder) => folder.costs(by, from, to),
            Self::Athena(athena) => athena.costs(by, from, to).await,
        }
    }

    /// The newest events from first to last day that match. No text of them is read.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn search(&self, search: &Search, from: Date, to: Date) -> Result<Finds, LakeError> {
        match self {
            Self::Folder(folder) => folder.search(search, from, to),
            Self::Athena(athena) => athena.search(search, from, to).await,
        }
    }

    /// Consents and policies under which the events of some days came, from first to last day: the view `consent_evidence`.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn consents(&self, from: Date, to: Date) -> Result<Vec<ConsentDay>, LakeError> {
        match self {
            Self::Folder(folder) => folder.consents(from, to),
            Self::Athena(athena) => athena.consents(from, to).await,
        }
    }

    /// What each rule replaced in the events of some days: the view `redaction_trends`, added up.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn redactions(&self, from: Date, to: Date) -> Result<Vec<Redaction>, LakeError> {
        match self {
            Self::Folder(folder) => folder.redactions(from, to),
            Self::Athena(athena) => athena.redactions(from, to).await,
        }
    }

    /// What is held now, by class of data. Without the restricted class where only the admin may read it.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn retention(&self) -> Result<Vec<Retention>, LakeError> {
        match self {
            Self::Folder(folder) => folder.retention(),
            Self::Athena(athena) => athena.retention().await,
        }
    }

    /// The agents that were heard of in some days.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn agents(&self, from: Date, to: Date) -> Result<Agents, LakeError> {
        match self {
            Self::Folder(folder) => folder.agents(from, to),
            Self::Athena(athena) => athena.agents(from, to).await,
        }
    }

    /// How many requests for erasure there are, and of how many events from before them are still held: the view
    /// `erasure_requests`, which leaves out the restricted class.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn requests(&self) -> Result<Requests, LakeError> {
        match self {
            Self::Folder(folder) => folder.requests(),
            Self::Athena(athena) => athena.requests().await,
        }
    }

    /// What a reader of any answer should know.
    pub fn notes(&self) -> Vec<String> {
        match self {
            Self::Folder(folder) => folder.notes(),
            Self::Athena(athena) => athena.notes(),
        }
    }
}

/// As many days, right before.
pub fn before(from: Date, to: Date) -> (Date, Date) {
    let days = to.since(from).map_or(0, |span| i64::from(span.get_days())) + 1;
    (from.saturating_sub(days.days()), from.saturating_sub(1.day()))
}
