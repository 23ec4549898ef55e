//! The agent killed at random moments, while transcripts grow, move, shrink and are replaced, and half of all calls fail.
//!
//! Promises to find: an event that never came, one that came with other bytes under its id, one that the policy forbids, and
//! more lines that came again than were under way. The seed is fixed, so that what is done to the files is the same in every
//! run; when a kill strikes is left to the machine. `cargo xtask crash --kills 100 --seed 7` kills more often than the test
//! command does.

mod books;
mod world;

use std::time::Duration;

use firehose_double::{Chance, Double, Fault, Script};
use samples::{Generator, OddLines};
use serde_json::Value;

use crate::binary::Agent;
use crate::running::Running;
use crate::truth::{Ids, Secrets};
use books::Faults;
use world::World;

const SEED: u64 = 0x0B_CCE5;
const KILLS: u64 = 20;
/// The longest that an agent lives, in milliseconds; the shortest lives end before it has opened its spool.
const LIFE_MS_MAX: u64 = 1_200;

fn half_fail(seed: u64) -> Script {
    let faults = vec![
        Fault::partial(&[0, 2, 4, 6, 8]),
        Fault::unavailable(),
        Fault::internal(),
        Fault::throttled(),
        Fault::ResetInBody,
        Fault::LostReply,
        Fault::CutReply,
        Fault::ShortAnswer,
    ];
    Script::by_chance(Chance { seed, percent: 50, faults })
}

fn settings(double: &Double) -> String {
    format!(
        "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\n\
         flush_interval = \"100ms\"\n[limits]\nstart_jitter = \"0s\"\nbytes_per_second = \"64MiB\"\n\
         calls_per_second = 1000\nrecords_per_second = 5000\n[tail]\nrescan_interval = \"1s\"\nquiet_line = \"200ms\"\n",
        double.url()
    )
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// How many records were read again and recognised, as the agent counts them.
fn recognised(agent: &Agent, world: &World) -> u64 {
    let output = agent.run(world.tree.root(), &["status", "--json"]);
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    status["total"]["records_dropped"]["already_stored"].as_u64().unwrap_or(0)
}

#[test]
fn killed_at_random_moments_it_loses_nothing_and_alters_nothing() {
    let (seed, kills) = (number("BCCE_TEST_SEED", SEED), number("BCCE_TEST_KILLS", KILLS));
    let kills = usize::try_from(kills).unwrap();
    println!("seed {seed}");
    let double = Double::start(half_fail(seed)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let generator = Generator::new(seed).bytes(400_000).odd_lines(OddLines::Some);
    let tree = generator.write(&folder.path().join("claude")).unwrap();
    let agent = Agent::of(&tree.ledger().developer, &settings(&double));
    agent.run(tree.root(), &["consent", "grant", "--tier", "content", "--yes", "--backfill"]);

    let mut world = World::new(tree, Ids::of(&agent), seed);
    for _ in 0..kills {
        let running = Running::start(&agent, world.tree.root());
        let mut left = world.dice.below(LIFE_MS_MAX);
        while left > 0 {
            let pause = left.min(world.dice.below(60));
            std::thread::sleep(Duration::from_millis(pause));
            left -= pause.max(1).min(left);
            world.change(&double);
        }
        running.kill();
        // Files change while nobody looks, too.
        world.change(&double);
    }
    double.play(&Script::default());
    agent.run(world.tree.root(), &["run", "--once"]);

    let secrets = Secrets::of(world.tree.ledger());
    secrets.assert_absent_from_state(&agent);
    let recognised = recognised(&agent, &world);
    let received = double.finish().expect("no limit of the service is broken");
    books::report(&world, &received, kills, recognised);
    assert_eq!(books::audit(&world, &received, kills), Faults::default());
    books::assert_no_secret_arrived(&secrets, &received);
    books::assert_it_would_have_been_found(&world, &secrets, &received, kills);
}
