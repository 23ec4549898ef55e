//! The machine against each answer a sink can give.

mod found;
mod limits;
mod projects;
mod troubles;

use std::time::Duration;

use scrubber::{DataClass, ProjectTag, Tier};

use super::*;
use crate::consent::{
    Circumstances, ConsentId, ConsentText, Environment, Given, GrantRequest, Ledger, Mode, PolicyStanding,
};
use crate::limit::{Rate, Rates};
use crate::pack::BatchLimits;
use crate::seal::{Header, KeyId, Label, Sealed};
use crate::time::{Mono, Wall};

const SECOND: Duration = Duration::from_secs(1);
const POLICY: &str = "policy-1";
const CLASS: DataClass = DataClass::Internal;
/// A day's noon, UTC.
const NOON: Wall = Wall(20_000 * 86_400_000 + 43_200_000);

fn ledger(tier: Tier) -> Ledger {
    let mut ledger = Ledger::default();
    let request =
        GrantRequest { tier, backfill: false, given: Given::Flags, destination: "lake".to_owned(), extras: Vec::new() };
    if let Ok(pending) = ledger.grant(request, &ConsentText::new(1, 1, "text"), ConsentId::new([1; 16]), NOON) {
        ledger.accept(pending);
    }
    ledger
}

fn segment(seq: u64, class: DataClass, policy: &str, bytes: u32) -> Spooled {
    let consent = ConsentId::new([1; 16]);
    let header = Header { class, label: Label::new(policy, consent.as_str(), ProjectTag::AGENT), lines: 1, bytes };
    Spooled::after_commit(Seq(seq), &Sealed::from_stored(header, KeyId(0), [0; 12], Vec::new()), NOON)
}

fn segments(seqs: impl IntoIterator<Item = u64>) -> Vec<Spooled> {
    seqs.into_iter().map(|seq| segment(seq, CLASS, POLICY, 100)).collect()
}

/// Each segment of 100 bytes is a record; ten fill a call.
const LIMITS: BatchLimits =
    BatchLimits { records_max: 500, bytes_max: 1000, record_bytes: 100, record_bytes_max: 500, record_lines_max: 500 };

fn settings() -> Settings {
    Settings {
        limits: LIMITS,
        flush_interval: 60 * SECOND,
        rates: Rates::default(),
        bytes_per_day: None,
        start_jitter: Duration::ZERO,
    }
}

/// A shipper with an empty spool behind it.
struct World {
    shipper: Shipper,
    ledger: Ledger,
    now: Mono,
}

impl World {
    fn new(settings: Settings) -> Self {
        let now = Mono(1_000_000_000_000);
        let mut shipper = Shipper::new(settings, 7, 0, now, NOON);
        shipper.handle(Input::Policy(Some(POLICY.to_owned())), now);
        let mut world = Self { shipper, ledger: ledger(Tier::Content), now };
        for class in DataClass::ALL {
            assert!(matches!(world.effect(), Some(Effect::Fetch { class: asked, .. }) if asked == class));
            world.input(Input::Fetched { class, segments: Vec::new(), more: false });
        }
        assert_eq!(world.effect(), None);
        world
    }

    fn effect(&mut self) -> Option<Effect> {
        let text = ConsentText::new(1, 1, "text");
        let circumstances = Circumstances {
            policy: PolicyStanding::AtMost(Mode::Send(Tier::Content)),
            setting: Mode::Send(Tier::Content),
            text: &text,
            destination: "lake",
            extras: &[],
            environment: Environment::default(),
        };
        let grant = self.ledger.stand(&circumstances).into_grant()?;
        self.shipper.poll_effect(&grant, self.now)
    }

    fn input(&mut self, input: Input) {
        self.shipper.handle(input, self.now);
    }

    fn pass(&mut self, duration: Duration) {
        self.now = self.now.after(duration);
    }

    /// The call that goes now, with the places of its segments.
    fn sent(&mut self) -> Option<(CallId, Vec<u64>)> {
        match self.effect() {
            Some(Effect::Send { call, plan }) => Some((call, plan.segments().map(|segment| segment.seq().0).collect())),
            _ => None,
        }
    }

    /// The next call, after as long as the machine asks to wait, and how long that was.
    fn sent_later(&mut self) -> Option<(Duration, CallId, Vec<u64>)> {
        let start = self.now;
        for _ in 0..10 {
            if let Some((call, seqs)) = self.sent() {
                return Some((start.until(self.now), call, seqs));
            }
            self.now = self.shipper.poll_deadline()?.max(self.now);
        }
        None
    }

    fn answer(&mut self, call: CallId, answer: Answer) {
        self.input(Input::Answered { call, answer });
    }

    /// Answers that all `records` are accepted, and records the receipt; gives the places that may be forgotten.
    fn accept(&mut self, call: CallId, records: usize) -> Vec<u64> {
        self.answer(call, Answer::Settled(vec![Outcome::Accepted; records]));
        self.record()
    }

    fn record(&mut self) -> Vec<u64> {
        let Some(receipt) = self.shipper.poll_receipt(self.now) else { return Vec::new() };
        self.input(Input::Recorded(receipt.call()));
        receipt.accepted_seqs().map(|seq| seq.0).collect()
    }

    fn state(&self) -> State {
        let [internal, ..] = self.shipper.status().streams;
        internal.state
    }
}

fn flushed(world: &mut World, seqs: impl IntoIterator<Item = u64>) -> Option<(CallId, Vec<u64>)> {
    world.input(Input::Appended(segments(seqs)));
    world.input(Input::Flush);
    world.sent()
}

#[test]
fn a_few_segments_wait_for_the_interval_and_a_full_call_does_not() {
    let mut world = World::new(settings());
    world.input(Input::Appended(segments([8, 16])));
    assert_eq!(world.effect(), None);
    assert_eq!(world.shipper.poll_deadline(), Some(world.now.after(60 * SECOND)));
    world.pass(59 * SECOND);
    assert_eq!(world.effect(), None);
    world.input(Input::Appended(segments((3..12).map(|place| place * 8))));
    assert_eq!(world.sent().map(|(_, seqs)| seqs.len()), Some(10));
    assert_eq!(world.effect(), None, "one call in flight");
}

#[test]
fn an_interval_of_zero_sends_at_once() {
    let mut world = World::new(Settings { flush_interval: Duration::ZERO, ..settings() });
    world.input(Input::Appended(segments([8])));
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn only_failed_records_go_again_and_in_order() {
    let mut world = World::new(settings());
    let (call, seqs) = flushed(&mut world, [8, 16, 24, 32]).unwrap_or((CallId(0), Vec::new()));
    assert_eq!(seqs, [8, 16, 24, 32]);
    use Outcome::{Accepted, Failed, Throttled};
    world.answer(call, Answer::Settled(vec![Accepted, Throttled, Accepted, Failed]));
    assert_eq!(world.sent(), None, "nothing goes before the receipt is recorded");
    assert_eq!(world.record(), [8, 24]);
    let again = world.sent_later();
    assert!(again.is_some_and(|(waited, _, seqs)| seqs == [16, 32] && waited <= SECOND && waited > Duration::ZERO));
}

#[test]
fn a_wrong_number_of_outcomes_settles_nothing() {
    for outcomes in [0, 1, 3] {
        let mut world = World::new(settings());
        let Some((call, _)) = flushed(&mut world, [8, 16]) else { panic!("nothing was sent") };
        assert!(world.accept(call, outcomes).is_empty());
        assert!(world.sent_later().is_some_and(|(_, _, seqs)| seqs == [8, 16]), "{outcomes}");
    }
}

#[test]
fn nothing_comes_out_without_a_grant_and_a_revoked_flight_settles_nothing() {
    let mut world = World::new(settings());
    let Some((call, _)) = flushed(&mut world, [8, 16]) else { panic!("nothing was sent") };
    if let Ok(pending) = world.ledger.revoke(Given::Flags, NOON) {
        world.ledger.accept(pending);
    }
    world.input(Input::Emptied);
    assert!(world.accept(call, 2).is_empty());
    world.input(Input::Appended(segments([24])));
    world.input(Input::Flush);
    assert_eq!(world.effect(), None);
    world.ledger = ledger(Tier::Metrics);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![24]));
}

#[test]
fn another_policy_or_a_wider_tier_is_scrubbed_again_and_never_sent() {
    let mut world = World::new(settings());
    world.ledger = ledger(Tier::Metrics);
    let stale = segment(8, CLASS, "policy-0", 100);
    let wide = segment(24, DataClass::Restricted, POLICY, 100);
    world.input(Input::Appended(vec![stale.clone(), segment(16, CLASS, POLICY, 100), wide.clone()]));
    world.input(Input::Flush);
    assert_eq!(world.effect(), Some(Effect::ScrubAgain(vec![stale])));
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![16]));
    assert_eq!(world.effect(), Some(Effect::ScrubAgain(vec![wide])));
    assert_eq!(world.effect(), None);
    world.input(Input::Replaced { old: vec![Seq(8)], new: segments([8]) });
    world.input(Input::Replaced { old: vec![Seq(24)], new: Vec::new() });
    assert_eq!(world.accept(CallId(1), 1), [16]);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn pause_and_a_missing_policy_stop_sending_and_it_goes_on_after() {
    let mut world = World::new(settings());
    world.input(Input::Pause(DataClass::ALL.to_vec()));
    assert_eq!(flushed(&mut world, [8]), None);
    assert_eq!(world.state(), State::Paused);
    world.input(Input::Policy(None));
    world.input(Input::Pause(Vec::new()));
    assert_eq!(world.effect(), None);
    assert_eq!(world.state(), State::PolicyMissing);
    world.input(Input::Policy(Some(POLICY.to_owned())));
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn on_battery_or_a_metered_network_calls_wait_longer_for_company_and_a_flush_does_not() {
    let mut world = World::new(settings());
    world.input(Input::Sparing(true));
    world.input(Input::Appended(segments([8])));
    let Some((waited, call, seqs)) = world.sent_later() else { panic!("nothing was sent") };
    assert_eq!(waited, Duration::from_secs(300));
    world.accept(call, seqs.len());
    world.input(Input::Appended(segments([16])));
    world.input(Input::Flush);
    let Some((call, seqs)) = world.sent() else { panic!("nothing was sent") };
    world.accept(call, seqs.len());
    world.input(Input::Sparing(false));
    world.now = world.now.after(SECOND);
    world.input(Input::Appended(segments([24])));
    assert!(world.sent_later().is_some_and(|(waited, _, _)| waited == settings().flush_interval));
}

#[test]
fn one_stream_is_paused_and_the_others_go_on() {
    let mut world = World::new(settings());
    world.input(Input::Pause(vec![DataClass::Internal]));
    let both = [(8, DataClass::Internal), (16, DataClass::Restricted)];
    world.input(Input::Appended(both.map(|(seq, class)| segment(seq, class, POLICY, 100)).into()));
    world.input(Input::Flush);
    let Some((call, seqs)) = world.sent() else { panic!("nothing was sent") };
    assert_eq!(seqs, [16]);
    world.accept(call, seqs.len());
    assert_eq!(world.effect(), None);
    let states = world.shipper.status().streams.map(|stream| stream.state);
    assert_eq!(states, [State::Paused, State::Idle, State::Idle]);
    world.input(Input::Pause(Vec::new()));
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn a_backlog_larger_than_memory_is_fetched_in_steps_and_nothing_is_missed() {
    let mut world = World::new(settings());
    world.shipper = Shipper::new(settings(), 7, 0, world.now, NOON);
    world.input(Input::Policy(Some(POLICY.to_owned())));
    let (last, mut arrived, mut late) = (10_000_u64, Vec::new(), 0);
    while let Some(effect) = world.effect() {
        match effect {
            Effect::Fetch { class, after, limit } => {
                let first = after.map_or(1, |seq| seq.0 + 1);
                let all: Vec<_> = if class == CLASS { (first..=last + late).collect() } else { Vec::new() };
                if late < 500 && class == CLASS {
                    late += 1;
                    world.input(Input::Appended(segments([last + late])));
                }
                let more = all.len() > limit;
                world.input(Input::Fetched { class, segments: segments(all.into_iter().take(limit)), more });
            }
            Effect::Send { call, plan } => arrived.extend(world.accept(call, plan.records().len())),
            other @ (Effect::ScrubAgain(_) | Effect::Discard { .. } | Effect::AskProjects(_)) => {
                panic!("{other:?}")
            }
        }
        let [internal, ..] = world.shipper.status().streams;
        assert!(internal.waiting <= 4096, "{}", internal.waiting);
    }
    assert_eq!(arrived, (1..=last + late).collect::<Vec<_>>());
}

#[test]
fn a_failing_store_is_left_alone_for_a_while_and_nothing_is_lost() {
    let mut world = World::new(settings());
    let Some((call, _)) = flushed(&mut world, [8, 16]) else { panic!("nothing was sent") };
    world.input(Input::Unsent { call, unreadable: Vec::new() });
    let Some((waited, call, seqs)) = world.sent_later() else { panic!("stopped for good") };
    assert_eq!((waited, seqs.len()), (5 * SECOND, 2));
    world.answer(call, Answer::Settled(vec![Outcome::Accepted; 2]));
    assert_eq!(world.shipper.store_fails_since(), None);
    let Some(receipt) = world.shipper.poll_receipt(world.now) else { panic!("no receipt") };
    world.input(Input::RecordFailed(receipt));
    assert!(world.shipper.store_fails_since().is_some());
    world.input(Input::Appended(segments([24])));
    world.input(Input::Flush);
    assert_eq!(world.sent(), None, "an unrecorded receipt holds the stream");
    assert_eq!(world.shipper.poll_receipt(world.now), None);
    world.pass(5 * SECOND);
    assert_eq!(world.record(), [8, 16]);
    assert_eq!(world.shipper.store_fails_since(), None);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![24]));
}

#[test]
fn what_the_store_could_not_drop_is_dropped_later_and_is_not_done_until_then() {
    let mut world = World::new(settings());
    let Some((call, _)) = flushed(&mut world, [8]) else { panic!("nothing was sent") };
    world.input(Input::Unsent { call, unreadable: vec![Seq(8)] });
    let failed_at = world.now;
    for _ in 0..3 {
        assert!(!world.shipper.is_empty());
        let Some(Effect::Discard { class, seqs, reason }) = world.effect() else { panic!("nothing was dropped") };
        assert_eq!(seqs, [Seq(8)]);
        world.input(Input::NotDiscarded { class, seqs, reason });
        assert_eq!((world.effect(), world.shipper.store_fails_since()), (None, Some(failed_at)));
        world.pass(5 * SECOND);
    }
    assert!(matches!(world.effect(), Some(Effect::Discard { .. })));
    assert!(world.shipper.is_empty());
    let [internal, ..] = world.shipper.status().streams;
    assert_eq!(internal.segments_dropped, 1);
}

#[test]
fn unreadable_segments_are_dropped_and_the_rest_of_their_call_goes() {
    let mut world = World::new(settings());
    let Some((call, _)) = flushed(&mut world, [8, 16]) else { panic!("nothing was sent") };
    world.input(Input::Unsent { call, unreadable: vec![Seq(8)] });
    let drop = Effect::Discard { class: CLASS, seqs: vec![Seq(8)], reason: SpoolDrop::Unreadable };
    assert_eq!(world.effect(), Some(drop));
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![16]));
}
