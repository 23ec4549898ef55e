//! What both kinds of lake answer: a folder of events, and tables in AWS.
//!
//! Promises: each question has one meaning, that of the views in `lake/sql`, whichever kind of lake is asked. Where something
//! could not be read there is an error and no partial sum.
//!
//! Left out on purpose: erasing, which works on files and not on events (`erase`), and printing. Start at [`Lake`].

mod error;
mod period;
mod rows;

use jiff::civil::Date;

pub use error::LakeError;
pub use period::{Period, PeriodError};
pub use rows::{Agents, ConsentDay, CostRow, Dimension, Duplicates, Finds, Found, Redaction, Retention, Search};

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
    Folder,
    /// Tables in AWS.
    Athena,
}

impl Lake {
    /// Consents and policies under which the events of some days came, from first to last day: the view `consent_evidence`.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn consents(&self, from: Date, to: Date) -> Result<Vec<ConsentDay>, LakeError> {
        Err(LakeError::NotYet(from, to))
    }

    /// What each rule replaced in the events of some days: the view `redaction_trends`, added up.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn redactions(&self, from: Date, to: Date) -> Result<Vec<Redaction>, LakeError> {
        Err(LakeError::NotYet(from, to))
    }

    /// What is held now, by class of data. Without the restricted class where only the admin may read it.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn retention(&self) -> Result<Vec<Retention>, LakeError> {
        Ok(Vec::new())
    }

    /// The agents that were heard of in some days.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn agents(&self, from: Date, to: Date) -> Result<Agents, LakeError> {
        Err(LakeError::NotYet(from, to))
    }

    /// What came more than once in some days of arrival: the view `duplicates`, added up.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn duplicates(&self, from: Date, to: Date) -> Result<Duplicates, LakeError> {
        Err(LakeError::NotYet(from, to))
    }
}
