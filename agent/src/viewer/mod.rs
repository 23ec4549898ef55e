//! The preview as a terminal UI: sessions on the left, a record as it is and as it leaves side by side.
//!
//! [`state::Viewer`] is a pure machine: keys in, wishes and pictures out. [`load::Loader`] reads pages of records in bounded
//! memory and scrubs them with the real policy. [`terminal`] puts both on a screen. Raw text is shown, so nothing here may
//! log or write: the only thing that is kept is a note of a miss, which holds a rule's id and a position.

mod draw;
pub mod load;
pub mod state;
pub mod terminal;

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed test should panic")]
mod picture;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
