//! What can be found out about a lake, and what it says about it: the ground of `validate` and of `audit report`.
//!
//! [`collect`] asks the services and holds what they answered in [`Facts`]; [`checks`] judges facts and nothing else, so that each
//! judgement can be tested without a service. What this identity may not see is [`Found::Unknown`]: it counts as no evidence, never
//! as good.

mod check;
mod collect;
mod facts;
mod policy;
mod read;
#[cfg(test)]
pub(crate) mod tests;

pub use check::{CheckId, Finding, Outcome, checks, of_events, score};
pub use collect::collect;
pub use facts::{Alarm, Bucket, Class, Facts, Found, Key, Kind, Role, Stack, Stream, Trail, Unseen, Workgroup};
#[cfg(test)]
pub(crate) use tests::well;
