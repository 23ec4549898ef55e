//! Turns raw Claude Code transcript lines into events that may leave the machine.
//!
//! The library promises: nothing passes that the allow-list does not name, and what passes as free text has
//! been through the detectors. It does no I/O, reads no clock or environment and starts no threads; keys,
//! facts about the host and the time are handed in.
//!
//! Start at [`Policy`]: it is the only maker of [`Events`].

mod allow;
mod bits;
mod count;
pub mod detect;
mod event;
mod json;
mod policy;
mod pseudonym;
mod raw;
pub mod schema;

pub use allow::{AllowList, AllowListError, Entry};
pub use count::{Counts, DropReason};
pub use detect::Scopes;
pub use event::{DataClass, Event, EventId, Events, ProjectTag, SessionTag, Tier};
pub use policy::{
    EventsByTier, FieldReport, Health, HostFacts, Origin, Outcome, Policy, PolicyId, PolicyParts, ProjectDecision,
    Projects, Pseudonyms, Replacements, Scratch, Source, SourceKind, Verdict, is_folder,
};
pub use pseudonym::{Pseudonym, PseudonymKey};
pub use raw::{Place, RawLine};
