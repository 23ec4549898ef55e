//! The simulation: everything that is not the pipeline comes from one seed (disk, cloud, clock, user, deaths), and what is
//! promised is checked at each step. `docs/decisions/0010-simulation.md` says what is simulated and what is not.
//!
//! `BCCE_SIM_SEEDS` and `BCCE_SIM_FROM` choose how many seeds run and where they begin; `cargo xtask sim` sets them.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod agent;
mod clock;
mod cloud;
mod dice;
mod disk;
mod happenings;
mod invariants;
mod planted;
mod policies;
mod records;
mod shipping;
mod spool;
mod surroundings;
mod tailing;
mod user;
mod world;

use world::{Done, World};

/// Hours of trouble in one run.
const HOURS: u64 = 36;
/// Seeds of a test command.
const SEEDS: u64 = 100;

/// Seeds that found something once, with what it was; they always run.
const FOUND: &[(u64, &str)] = &[
    (4, "events of a consent that was taken back went under the next one"),
    (90_246, "what the store failed to drop of a project that was opted out left when it was opted in again"),
    (90_515, "a file that was moved, cut to its first lines and written to again was read from its start"),
    (200_494, "a record that was cut in two below the floor was lost as a torn line after a restart"),
    (301_174, "a record without line end behind the torn half of another waited for ever"),
];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[expect(clippy::print_stdout, reason = "a long run tells what it did")]
fn every_promise_holds_in_every_world() {
    let (seeds, from) = (number("BCCE_SIM_SEEDS", SEEDS), number("BCCE_SIM_FROM", 0));
    let mut sum = Done::default();
    for seed in from..from + seeds {
        let done = World::new(seed, None).run(HOURS);
        if let Some(broken) = done.broken {
            panic!("seed {seed}: {broken}");
        }
        sum.awake_hours += done.awake_hours;
        sum.steps += done.steps;
        sum.records += done.records;
        sum.accepted += done.accepted;
        sum.doubled += done.doubled;
        sum.deaths += done.deaths;
    }
    println!("{seeds} seeds from {from}: {sum:?}");
    if seeds >= SEEDS {
        assert!(sum.awake_hours >= 2000.0, "{sum:?}");
    }
}

#[test]
fn what_was_found_once_stays_mended() {
    for (seed, what) in FOUND {
        let done = World::new(*seed, None).run(HOURS);
        assert!(done.broken.is_none(), "seed {seed} ({what}): {done:?}");
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let run = || World::new(5, None).run(5);
    assert_eq!(format!("{:?}", run()), format!("{:?}", run()));
}
