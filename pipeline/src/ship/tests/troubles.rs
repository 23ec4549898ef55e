//! What goes wrong with calls and what is in them.

use super::*;

#[test]
fn each_trouble_keeps_everything_and_waits_as_it_should() {
    let passing = 0..=300;
    let person = 150..=1800;
    let table = [
        (Trouble::Throttled, &passing, State::BackingOff(Trouble::Throttled)),
        (Trouble::Unavailable, &passing, State::BackingOff(Trouble::Unavailable)),
        (Trouble::OutcomeUnknown, &passing, State::BackingOff(Trouble::OutcomeUnknown)),
        (Trouble::Offline, &passing, State::BackingOff(Trouble::Offline)),
        (Trouble::CaptivePortal, &passing, State::BackingOff(Trouble::CaptivePortal)),
        (Trouble::Proxy, &passing, State::BackingOff(Trouble::Proxy)),
        (Trouble::Tls, &passing, State::BackingOff(Trouble::Tls)),
        (Trouble::TlsVersion, &passing, State::BackingOff(Trouble::TlsVersion)),
        (Trouble::Certificate, &passing, State::BackingOff(Trouble::Certificate)),
        (Trouble::CertificateDate, &passing, State::BackingOff(Trouble::CertificateDate)),
        (Trouble::CertificateName, &passing, State::BackingOff(Trouble::CertificateName)),
        (Trouble::CredentialsMissing, &passing, State::BackingOff(Trouble::CredentialsMissing)),
        (Trouble::CredentialsExpired, &passing, State::BackingOff(Trouble::CredentialsExpired)),
        (Trouble::RoleRefused, &person, State::Held(Trouble::RoleRefused)),
        (Trouble::AccessDenied, &person, State::Held(Trouble::AccessDenied)),
        (Trouble::StreamMissing, &person, State::Held(Trouble::StreamMissing)),
        (Trouble::EncryptionKey, &person, State::Held(Trouble::EncryptionKey)),
        (Trouble::ClockSkew, &passing, State::BackingOff(Trouble::ClockSkew)),
        (Trouble::Disk, &passing, State::BackingOff(Trouble::Disk)),
    ];
    for (trouble, seconds, state) in table {
        let mut world = World::new(settings());
        let Some((mut call, _)) = flushed(&mut world, [8, 16]) else { panic!("nothing was sent") };
        for attempt in 0..20 {
            world.answer(call, Answer::Trouble(trouble));
            if attempt == 0 {
                assert_eq!(world.state(), state);
            }
            let Some((waited, next, seqs)) = world.sent_later() else { panic!("{trouble:?} stopped for good") };
            assert!(seconds.contains(&waited.as_secs()), "{trouble:?} {waited:?}");
            assert!(seqs == [8, 16] || seqs == [8], "{trouble:?} {seqs:?}");
            call = next;
        }
        world.accept(call, 1);
        assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![16]), "{trouble:?} is over with one success");
    }
}

#[test]
fn after_five_failures_single_records_probe_until_one_is_accepted() {
    let mut world = World::new(settings());
    let Some((mut call, _)) = flushed(&mut world, [8, 16, 24]) else { panic!("nothing was sent") };
    for failures in 1..=8 {
        world.answer(call, Answer::Trouble(Trouble::Unavailable));
        let Some((_, next, seqs)) = world.sent_later() else { panic!("stopped for good") };
        assert_eq!(seqs.len(), if failures < 5 { 3 } else { 1 }, "after {failures}");
        call = next;
    }
    world.answer(call, Answer::Trouble(Trouble::Unavailable));
    assert_eq!(world.state(), State::BreakerOpen(Trouble::Unavailable));
    let Some((_, call, _)) = world.sent_later() else { panic!("stopped for good") };
    assert_eq!(world.accept(call, 1), [8]);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![16, 24]));
}

#[test]
fn one_rejected_segment_is_found_dropped_and_counted_and_its_neighbours_arrive() {
    let mut world = World::new(settings());
    world.input(Input::Appended(segments((1..=9).map(|place| place * 8))));
    world.input(Input::Flush);
    let (mut arrived, mut dropped) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        match world.effect() {
            Some(Effect::Send { call, plan }) => {
                if plan.segments().any(|segment| segment.seq() == Seq(40)) {
                    world.answer(call, Answer::Trouble(Trouble::Rejected));
                } else {
                    arrived.extend(world.accept(call, plan.records().len()));
                }
            }
            Some(Effect::Discard { seqs, reason: SpoolDrop::Rejected, .. }) => dropped.extend(seqs),
            Some(other) => panic!("{other:?}"),
            None => match world.shipper.poll_deadline() {
                Some(deadline) => world.now = deadline.max(world.now),
                None => break,
            },
        }
    }
    arrived.sort_unstable();
    assert_eq!(dropped, [Seq(40)]);
    assert_eq!(arrived, [8, 16, 24, 32, 48, 56, 64, 72]);
    assert!(world.shipper.is_empty());
}

#[test]
fn a_service_that_rejects_everything_drops_nothing_and_is_probed_slowly() {
    let mut world = World::new(settings());
    world.input(Input::Appended(segments((1..=9).map(|place| place * 8))));
    world.input(Input::Flush);
    let start = world.now;
    let mut calls = 0;
    while start.until(world.now) < Duration::from_secs(24 * 3600) {
        match world.effect() {
            Some(Effect::Send { call, .. }) => {
                calls += 1;
                world.answer(call, Answer::Trouble(Trouble::Rejected));
            }
            Some(other) => panic!("{other:?}"),
            None => match world.shipper.poll_deadline() {
                Some(deadline) => world.now = deadline.max(world.now),
                None => panic!("it stopped for good"),
            },
        }
    }
    assert_eq!(world.state(), State::Held(Trouble::Rejected));
    assert!((48..150).contains(&calls), "{calls} calls a day");
}

#[test]
fn a_segment_that_no_record_holds_is_dropped_and_its_neighbours_go() {
    let mut world = World::new(settings());
    world.input(Input::Appended(vec![
        segment(8, CLASS, POLICY, 100),
        segment(16, CLASS, POLICY, 501),
        segment(24, CLASS, POLICY, 500),
    ]));
    world.input(Input::Flush);
    let drop = Effect::Discard { class: CLASS, seqs: vec![Seq(16)], reason: SpoolDrop::TooLarge };
    assert_eq!(world.effect(), Some(drop));
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8, 24]));
}

#[test]
fn a_flush_tries_again_early() {
    for trouble in [Trouble::CredentialsExpired, Trouble::AccessDenied, Trouble::Offline, Trouble::StreamMissing] {
        let mut world = World::new(settings());
        let Some((mut call, _)) = flushed(&mut world, [8]) else { panic!("nothing was sent") };
        for _ in 0..12 {
            world.answer(call, Answer::Trouble(trouble));
            world.input(Input::Flush);
            let Some((waited, next, _)) = world.sent_later() else { panic!("{trouble:?} stopped for good") };
            assert!(waited <= 2 * SECOND, "{trouble:?} {waited:?}");
            call = next;
        }
    }
}
