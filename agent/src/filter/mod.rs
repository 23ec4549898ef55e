//! Scrubs and scans files and pipes on this machine: what `scrub`, `scan` and `preview` do.
//!
//! Nothing here stores or sends. Raw text goes to the user's own terminal in previews alone; the others write events,
//! scrubbed text or places of findings.

pub mod form;
pub mod lines;
mod pieces;
pub mod preview;
pub mod projects;
pub mod sarif;
pub mod scan;
pub mod scrub;
pub mod utf16;
