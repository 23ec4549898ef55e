//! What arrived, held against what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use firehose_double::{Answer, Received};
use samples::Fate;

use super::world::World;
use crate::truth::Secrets;

/// Everything that must not be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Events that must have come and did not, by the file that they stood in.
    pub(super) lost: BTreeMap<PathBuf, usize>,
    /// Ids under which different bytes came.
    pub(super) altered: BTreeSet<String>,
    /// Events of records of which none may come.
    pub(super) forbidden: BTreeSet<String>,
    /// Events of no record, beyond those that may be salvaged.
    pub(super) invented: usize,
    /// Calls of which lines came again although they had been answered, beyond one for each kill.
    pub(super) resent: usize,
}

/// Holds what arrived against the books.
pub(super) fn audit(world: &World, received: &Received, kills: usize) -> Faults {
    let arrived: BTreeSet<&String> = received.events.values().flat_map(BTreeMap::keys).collect();
    let mut faults = Faults::default();
    for id in world.of(|written| written.must_ship) {
        if !arrived.contains(id) && !world.overwritten.contains(id) {
            *faults.lost.entry(world.written.get(id).unwrap().file.clone()).or_default() += 1;
        }
    }
    faults.altered = received.altered().into_iter().map(str::to_owned).collect();
    let never = |fate| [Fate::UnknownType, Fate::Broken, Fate::History].contains(&fate);
    let never = world.of(|written| never(written.fate));
    faults.forbidden = never.into_iter().filter(|id| arrived.contains(id)).cloned().collect();

    let known = arrived.iter().filter(|id| world.written.contains_key(**id)).count();
    let optional = world.tree.ledger().records.iter().filter(|record| record.fate == Fate::Optional).count();
    faults.invented = (arrived.len() - known).saturating_sub(optional);
    // One stream, and one call at a time: more cannot have been under way when a kill struck.
    let answered = received.again.get(&Answer::Given).map_or(0, |again| again.calls.len());
    faults.resent = answered.saturating_sub(kills);
    faults
}

/// Panics where a planted secret arrived.
pub(super) fn assert_no_secret_arrived(secrets: &Secrets<'_>, received: &Received) {
    for line in received.events.values().flat_map(BTreeMap::values).flat_map(BTreeMap::keys) {
        secrets.assert_absent(line, "what arrived");
    }
}

/// Says what happened, for who runs more kills than the test command does.
pub(super) fn report(world: &World, received: &Received, kills: usize, recognised: u64) {
    let expected = world.of(|written| written.must_ship);
    let came = |ids: &BTreeSet<String>| ids.iter().filter(|id| received.has(id)).count();
    let faults = audit(world, received, kills);
    println!(
        "{kills} kills: {} records written, {} events arrived in {} calls",
        world.tree.ledger().records.len(),
        received.distinct_events(),
        received.calls
    );
    for (change, times) in &world.changes {
        println!("  files {change}: {times}");
    }
    println!("  lost:      {} of {} that must arrive", faults.lost.values().sum::<usize>(), expected.len());
    println!(
        "             ({} more were overwritten before they had certainly been read; {} of them arrived)",
        world.overwritten.len(),
        came(&world.overwritten)
    );
    println!("  altered:   {} ids with different bytes", faults.altered.len());
    println!("  forbidden: {}", faults.forbidden.len());
    println!("  came again, byte for byte: {} lines", received.duplicates());
    for (answer, cause) in [
        (Answer::Lost, "the double stored them and gave no answer"),
        (Answer::Cut, "the double stored them and cut its answer off"),
        (Answer::Short, "the double stored them and answered for too few"),
        (Answer::Given, "killed before the answer was noted"),
    ] {
        let again = received.again.get(&answer).cloned().unwrap_or_default();
        println!("    {:6} of {:3} calls: {cause}", again.lines, again.calls.len());
    }
    println!("  read again or written twice, recognised and not stored again: {recognised}");
}

/// Shows that the books are no rubber stamp: each kind of fault, put into what arrived, is found.
pub(super) fn assert_it_would_have_been_found(world: &World, secrets: &Secrets<'_>, received: &Received, kills: usize) {
    let needle = world.tree.ledger().needles().next().unwrap().0;
    assert_eq!(secrets.found(format!("{{\"a\":\"{needle}\"}}").as_bytes()).len(), 1, "a planted secret was not found");
    let stream = received.events.keys().next().unwrap().clone();
    let expected = world.of(|written| written.must_ship);
    let some = expected.iter().find(|id| received.has(id) && !world.overwritten.contains(**id)).unwrap();
    let finds = |what: &str, plant: &dyn Fn(&mut Received), found: &dyn Fn(&Faults) -> bool| {
        let mut bad = received.clone();
        plant(&mut bad);
        let faults = audit(world, &bad, kills);
        assert!(found(&faults), "{what} was not found: {faults:?}");
    };
    let lines = |received: &mut Received| received.events.get_mut(&stream).unwrap().clone();
    finds(
        "an event that was lost",
        &|bad| {
            let mut events = lines(bad);
            events.remove(*some);
            bad.events.insert(stream.clone(), events);
        },
        &|faults| faults.lost.values().sum::<usize>() == 1,
    );
    finds(
        "an event with other bytes",
        &|bad| {
            let mut events = lines(bad);
            events.get_mut(*some).unwrap().insert(b"{}\n".to_vec(), 1);
            bad.events.insert(stream.clone(), events);
        },
        &|faults| faults.altered.len() == 1,
    );
    let unknown = world.of(|written| written.fate == Fate::UnknownType);
    finds(
        "an event of an unknown type",
        &|bad| {
            let mut events = lines(bad);
            events.insert((*unknown.first().unwrap()).clone(), BTreeMap::from([(b"{}\n".to_vec(), 1)]));
            bad.events.insert(stream.clone(), events);
        },
        &|faults| faults.forbidden.len() == 1,
    );
    finds(
        "calls that were sent again and again",
        &|bad| bad.again.entry(Answer::Given).or_default().calls.extend(1_000_000..=1_000_000 + kills as u64),
        &|faults| faults.resent > 0,
    );
}
