//! Pure state machines between transcript files and a sink: tail positions, consent, sealing, packing, shipping.
//!
//! No I/O, no clock, no chance, no threads, no async. A machine takes inputs and `now`, and gives out effects and
//! deadlines; an error of the world is an input.

pub mod consent;
pub mod limit;
pub mod pack;
#[cfg(feature = "planted-bugs")]
pub mod planted;
#[cfg(not(feature = "planted-bugs"))]
#[expect(unreachable_pub, reason = "with the feature the tests use it")]
mod planted;
pub mod seal;
pub mod ship;
pub mod tail;
pub mod time;
