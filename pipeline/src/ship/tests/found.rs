//! Faults of the shipper that were found beside the simulation: the first by reading, the others by its seeds.

use super::*;

#[test]
fn what_was_fetched_before_its_commit_was_told_is_not_queued_again() {
    let mut world = World::new(settings());
    world.shipper = Shipper::new(settings(), 7, 0, world.now, NOON);
    world.input(Input::Policy(Some(POLICY.to_owned())));
    assert!(matches!(world.effect(), Some(Effect::Fetch { class: CLASS, .. })));
    world.input(Input::Fetched { class: CLASS, segments: segments([8]), more: false });
    let Some((call, seqs)) = world.sent() else { panic!("nothing was sent") };
    assert_eq!(seqs, [8]);
    world.input(Input::Appended(segments([8])));
    assert_eq!(world.accept(call, 1), [8]);
    for class in [DataClass::Confidential, DataClass::Restricted] {
        assert!(matches!(world.effect(), Some(Effect::Fetch { .. })));
        world.input(Input::Fetched { class, segments: Vec::new(), more: false });
    }
    world.input(Input::Flush);
    assert_eq!(world.effect(), None, "it is on its way, or gone");
    assert!(world.shipper.is_empty());
}

#[test]
fn what_waits_under_a_consent_that_was_taken_back_never_goes_under_the_next() {
    let mut world = World::new(settings());
    world.input(Input::Appended(segments([8, 16])));
    // The spool could not be emptied then.
    let text = ConsentText::new(1, 1, "text");
    let request = |tier| GrantRequest {
        tier,
        backfill: false,
        given: Given::Flags,
        destination: "lake".to_owned(),
        extras: Vec::new(),
    };
    if let Ok(pending) = world.ledger.revoke(Given::Flags, NOON) {
        world.ledger.accept(pending);
    }
    if let Ok(pending) = world.ledger.grant(request(Tier::Metrics), &text, ConsentId::new([2; 16]), NOON) {
        world.ledger.accept(pending);
    }
    world.input(Input::Flush);
    let drop = Effect::Discard { class: CLASS, seqs: vec![Seq(8), Seq(16)], reason: SpoolDrop::Revoked };
    assert_eq!(world.effect(), Some(drop));
    assert_eq!(world.effect(), None);
}

#[test]
fn a_consent_that_was_changed_and_not_taken_back_still_covers_what_waits() {
    let mut world = World::new(settings());
    let text = ConsentText::new(1, 1, "text");
    let destination = "lake".to_owned();
    let request =
        GrantRequest { tier: Tier::Metrics, backfill: false, given: Given::Flags, destination, extras: Vec::new() };
    if let Ok(pending) = world.ledger.grant(request, &text, ConsentId::new([2; 16]), NOON) {
        world.ledger.accept(pending);
    }
    assert_eq!(flushed(&mut world, [8]).map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn what_comes_back_after_midnight_is_given_back_to_its_own_day() {
    let mut world = World::new(Settings { bytes_per_day: Some(2000), ..settings() });
    world.input(Input::Appended(segments((1..=40).map(|place| place * 8))));
    world.input(Input::Flush);
    let Some((yesterdays, _)) = world.sent() else { panic!("nothing was sent") };
    world.pass(Duration::from_secs(12 * 3600));
    assert_eq!(world.effect(), None, "a call is in flight");
    let confidential = |place: u64| segment(1000 + place * 8, DataClass::Confidential, POLICY, 100);
    world.input(Input::Appended((1..=10).map(confidential).collect()));
    world.input(Input::Flush);
    assert_eq!(world.sent().map(|(_, seqs)| seqs.len()), Some(10));
    assert_eq!(world.shipper.status().bytes_today, 1000);
    world.answer(yesterdays, Answer::Trouble(Trouble::Offline));
    assert_eq!(world.shipper.status().bytes_today, 1000, "those bytes were yesterday's");
}
