//! Rates, the bytes of a day and the first wait.

use super::*;

#[test]
fn rate_limits_hold_over_all_streams_together() {
    let bytes = Some(Rate { per_second: 100, burst: 1000 });
    let mut world = World::new(Settings { rates: Rates { bytes, ..Rates::default() }, ..settings() });
    let both = (1..=200).flat_map(|place| {
        [segment(place * 16, CLASS, POLICY, 100), segment(place * 16 + 8, DataClass::Restricted, POLICY, 100)]
    });
    world.input(Input::Appended(both.collect()));
    world.input(Input::Flush);
    let start = world.now;
    let (mut sent, mut by_class) = (0_u64, [0_u32; 2]);
    while let Some((_, call, seqs)) = world.sent_later() {
        sent += 100 * seqs.len() as u64;
        by_class[usize::from(seqs.first().is_some_and(|seq| seq % 16 == 8))] += 1;
        assert!(sent <= 1000 + 100 * (start.until(world.now).as_secs() + 1), "{sent}");
        world.accept(call, seqs.len());
    }
    assert_eq!((sent, by_class), (40_000, [20, 20]));
}

#[test]
fn the_days_bytes_are_kept_to_and_midnight_gives_new_ones() {
    let mut world = World::new(Settings { bytes_per_day: Some(2000), ..settings() });
    world.input(Input::Appended(segments((1..=30).map(|place| place * 8))));
    world.input(Input::Flush);
    for _ in 0..2 {
        let Some((call, seqs)) = world.sent() else { panic!("nothing was sent") };
        world.accept(call, seqs.len());
    }
    assert_eq!(world.effect(), None);
    assert_eq!(world.state(), State::DayUsedUp);
    // A clock set back gives nothing; the morning does.
    world.input(Input::Clock(Wall(NOON.0 - 3 * 86_400_000)));
    assert_eq!(world.effect(), None);
    world.input(Input::Clock(NOON));
    assert!(world.sent_later().is_some_and(|(waited, _, _)| waited == Duration::from_secs(12 * 3600)));
}

#[test]
fn the_first_call_waits_by_chance_and_a_flush_does_not() {
    let waits: Vec<_> = (0..50)
        .map(|seed| {
            let jittered = Settings { start_jitter: 10 * SECOND, flush_interval: Duration::ZERO, ..settings() };
            let mut world = World::new(settings());
            world.shipper = Shipper::new(jittered, seed, 0, world.now, NOON);
            world.input(Input::Policy(Some(POLICY.to_owned())));
            for class in DataClass::ALL {
                world.effect();
                world.input(Input::Fetched { class, segments: Vec::new(), more: false });
            }
            world.input(Input::Appended(segments([8])));
            world.sent_later().map_or(Duration::MAX, |(waited, _, _)| waited)
        })
        .collect();
    assert!(waits.iter().all(|wait| *wait <= 10 * SECOND));
    assert!(waits.iter().any(|wait| *wait < 2 * SECOND) && waits.iter().any(|wait| *wait > 8 * SECOND));
}
