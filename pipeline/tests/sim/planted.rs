//! Bugs planted on purpose: a simulation that lets one of them pass is no test.

use pipeline::planted::{Bug, plant};

use super::HOURS;
use super::surroundings::DriverBug;
use super::world::World;

/// Seeds within which each bug must be caught.
const SEEDS: u64 = 150;

const MACHINES: [Bug; 18] = [
    Bug::ForgetsRevocation,
    Bug::ResendsAccepted,
    Bug::MixesUpOutcomes,
    Bug::ForgetsTroubledCall,
    Bug::TwoCallsInFlight,
    Bug::RatesNotCharged,
    Bug::DayNotCounted,
    Bug::OrderBrokenOnRetry,
    Bug::BreakerNeverCloses,
    Bug::IgnoresTier,
    Bug::IgnoresPolicy,
    Bug::ForgetsAppendedDuringFetch,
    Bug::ForgetsUnrecordedReceipt,
    Bug::OverfillsCalls,
    Bug::TrustsFileNames,
    Bug::ForgetsFloor,
    Bug::IgnoresProjects,
    Bug::RemembersAccepted,
];

const DRIVERS: [DriverBug; 8] = [
    DriverBug::DropsOnPartialFailure,
    DriverBug::StoresPositionsFirst,
    DriverBug::IgnoresRevocation,
    DriverBug::IgnoresNarrowing,
    DriverBug::IgnoresPause,
    DriverBug::AcksLostResponse,
    DriverBug::IgnoresSpoolBound,
    DriverBug::ReadsAhead,
];

/// How many seeds it takes, and what is then seen to be broken.
fn caught(bug: Option<DriverBug>) -> Option<(u64, String)> {
    (0..SEEDS).find_map(|seed| {
        let broken = World::new(seed, bug).run(HOURS).broken?;
        Some((seed + 1, broken.lines().next().unwrap_or_default().to_owned()))
    })
}

#[test]
#[expect(clippy::print_stdout, reason = "it tells how many worlds each took")]
fn every_bug_planted_in_a_machine_is_caught() {
    let mut missed = Vec::new();
    for bug in MACHINES {
        plant(Some(bug));
        let found = caught(None);
        plant(None);
        println!("{bug:?}: {found:?}");
        if found.is_none() {
            missed.push(bug);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
#[expect(clippy::print_stdout, reason = "it tells how many worlds each took")]
fn every_bug_planted_in_the_driver_is_caught() {
    let mut missed = Vec::new();
    for bug in DRIVERS {
        let found = caught(Some(bug));
        println!("{bug:?}: {found:?}");
        if found.is_none() {
            missed.push(bug);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
