//! What the project rules say of a folder, and which of them says so.

use scrubber::{ProjectDecision, Tier};
use std::path::PathBuf;

/// A decision and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The decision.
    pub decision: ProjectDecision,
    /// What decided; `None` where no rule says anything of the folder.
    pub because: Option<Because>,
}

/// What decided. Holds folders and globs, so it is for the user's own terminal only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// A `.bcce-ignore` lies in this folder.
    IgnoreFile(PathBuf),
    /// A glob matches.
    Glob {
        /// The place of its layer among the rules.
        layer: usize,
        /// The setting that it stands in.
        key: &'static str,
        /// The glob.
        glob: String,
    },
    /// A layer allows some projects, and this is none of them.
    NotAllowed {
        /// The place of the layer among the rules.
        layer: usize,
    },
    /// There are rules, and the record names no folder that they could be held against.
    NoFolder,
    /// There are rules about remotes, and which ones there are cannot be told: the folder is gone, or settings are not understood.
    NoRemotes,
    /// The folder, or one above it, may not be looked into.
    Closed,
}

impl Ruling {
    pub(super) fn new(decision: ProjectDecision, because: Because) -> Self {
        Self { decision, because: Some(because) }
    }

    /// Whatever leaves elsewhere leaves here.
    pub(super) fn free() -> Self {
        Self { decision: ProjectDecision::Ship(Tier::Content), because: None }
    }
}
