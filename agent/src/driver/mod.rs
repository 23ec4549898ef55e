//! Drives the machines of `pipeline` over the edges: threads, clocks, wishes of other commands. Matches on no content.
//!
//! Start at [`ship::Ship`].

pub mod control;
pub mod erasure;
pub mod gate;
mod health;
pub mod metrics;
pub mod named;
pub mod program;
pub mod projects;
pub mod run;
pub mod session;
pub mod ship;
pub mod signals;
pub mod sinks;
pub mod spooler;
pub mod status;
pub mod stop;
pub mod stored;
pub mod tail;
pub mod wishes;
