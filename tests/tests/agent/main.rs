//! The real binary as its user starts it: end to end, killed, stopped, and given bad input.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed test should panic")]
#![expect(clippy::print_stdout, reason = "figures and skips of a test run are for its reader")]

mod bad_input;
#[path = "../common/binary.rs"]
mod binary;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod clock;
mod conditions;
mod control;
mod damage;
mod demo;
mod end_to_end;
mod erasure;
mod files;
mod held_back;
#[cfg(unix)]
mod kill;
mod lake;
mod running;
#[cfg(target_os = "linux")]
mod sandbox;
mod schema;
mod small;
mod truth;
#[cfg(unix)]
mod unreadable;
