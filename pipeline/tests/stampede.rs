//! A fleet after an outage: five thousand agents whose spools filled up while one stream was away, each with the real
//! jitter, backoff, limits and breaker, come back to a stream that takes 1 MiB a second.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use pipeline::consent::{
    Circumstances, ConsentId, ConsentText, Environment, Given, GrantRequest, Ledger, Mode, PolicyStanding,
};
use pipeline::limit::Rates;
use pipeline::pack::{BatchLimits, Seq, Spooled};
use pipeline::seal::{Header, KeyId, Label, Sealed};
use pipeline::ship::{Answer, Effect, Input, Outcome, Settings, Shipper, Trouble};
use pipeline::time::{Mono, Wall};
use scrubber::{DataClass, ProjectTag, Tier};

const AGENTS: usize = 5000;
const SECOND: u64 = 1_000_000_000;
const NOON: Wall = Wall(20_000 * 86_400_000 + 43_200_000);
/// What a direct-PUT stream takes a second in most regions
/// (<https://docs.aws.amazon.com/firehose/latest/dev/limits.html>, checked 2026-11-24).
const STREAM_BYTES: u64 = 1024 * 1024;
const STREAM_CALLS: u64 = 1000;
/// How long the stream was away.
const OUTAGE: u64 = 3600;
/// What waits in each spool when it comes back: two segments of a morning's work.
const SEGMENT_BYTES: u32 = 60 * 1024;

/// A stream's allowance, whole seconds at a time.
struct Stream {
    second: u64,
    bytes: u64,
    calls: u64,
    offered: Vec<u64>,
    taken: Vec<u64>,
}

impl Stream {
    fn call(&mut self, now: u64, bytes: u64) -> bool {
        let second = now / SECOND;
        if self.second != second {
            (self.second, self.bytes, self.calls) = (second, 0, 0);
        }
        self.offered.resize(self.offered.len().max(second as usize + 1), 0);
        self.taken.resize(self.offered.len(), 0);
        self.offered[second as usize] += 1;
        self.calls += 1;
        if second < OUTAGE || self.calls > STREAM_CALLS || self.bytes + bytes > STREAM_BYTES {
            return false;
        }
        self.bytes += bytes;
        self.taken[second as usize] += bytes;
        true
    }
}

fn segment(seq: u64, consent: &ConsentId) -> Spooled {
    let label = Label::new("policy", consent.as_str(), ProjectTag::AGENT);
    let header = Header { class: DataClass::Internal, label, lines: 60, bytes: SEGMENT_BYTES };
    Spooled::after_commit(Seq(seq), &Sealed::from_stored(header, KeyId(0), [0; 12], Vec::new()), NOON)
}

fn ledger(consent: &ConsentId, text: &ConsentText) -> Ledger {
    let mut ledger = Ledger::default();
    let destination = "lake".to_owned();
    let request =
        GrantRequest { tier: Tier::Content, backfill: false, given: Given::Flags, destination, extras: Vec::new() };
    if let Ok(pending) = ledger.grant(request, text, consent.clone(), NOON) {
        ledger.accept(pending);
    }
    ledger
}

fn fleet(consent: &ConsentId) -> Vec<Shipper> {
    let settings = Settings {
        limits: BatchLimits::FIREHOSE,
        flush_interval: Duration::from_secs(60),
        rates: Rates::FIREHOSE,
        bytes_per_day: None,
        start_jitter: Duration::from_secs(10),
    };
    (0..AGENTS as u64)
        .map(|seed| {
            let mut shipper = Shipper::new(settings, seed, 0, Mono(SECOND), NOON);
            shipper.handle(Input::Policy(Some("policy".to_owned())), Mono(SECOND));
            // Everybody begins to try in the same minute.
            shipper.handle(Input::Appended(vec![segment(8, consent), segment(16, consent)]), Mono(SECOND));
            shipper
        })
        .collect()
}

#[test]
fn a_fleet_comes_back_after_an_outage_without_a_wave_and_drains() {
    let consent = ConsentId::new([1; 16]);
    let text = ConsentText::new(1, 1, "text");
    let ledger = ledger(&consent, &text);
    let circumstances = Circumstances {
        policy: PolicyStanding::AtMost(Mode::Send(Tier::Content)),
        setting: Mode::Send(Tier::Content),
        text: &text,
        destination: "lake",
        extras: &[],
        environment: Environment::default(),
    };
    let mut fleet = fleet(&consent);
    let mut stream = Stream { second: 0, bytes: 0, calls: 0, offered: Vec::new(), taken: Vec::new() };
    let mut due: BinaryHeap<_> = (0..AGENTS).map(|agent| Reverse((SECOND, agent))).collect();
    let mut drained_at = 0;
    while let Some(Reverse((now, agent))) = due.pop() {
        assert!(now < 48 * 3600 * SECOND, "it never drains");
        let mono = Mono(now);
        let shipper = &mut fleet[agent];
        let Some(grant) = ledger.stand(&circumstances).into_grant() else { panic!("no grant") };
        match shipper.poll_effect(&grant, mono) {
            Some(Effect::Fetch { class, after, .. }) => {
                let all = [segment(8, &consent), segment(16, &consent)];
                let segments = all.into_iter().filter(|one| one.class() == class && after.is_none()).collect();
                shipper.handle(Input::Fetched { class, segments, more: false }, mono);
            }
            Some(Effect::Send { call, plan }) => {
                let answer = if stream.call(now, plan.bytes() as u64) {
                    Answer::Settled(vec![Outcome::Accepted; plan.records().len()])
                } else if now < OUTAGE * SECOND {
                    Answer::Trouble(Trouble::Unavailable)
                } else {
                    Answer::Trouble(Trouble::Throttled)
                };
                shipper.handle(Input::Answered { call, answer }, mono);
                while let Some(receipt) = shipper.poll_receipt(mono) {
                    shipper.handle(Input::Recorded(receipt.call()), mono);
                }
                if shipper.is_empty() {
                    drained_at = now;
                    continue;
                }
            }
            Some(other) => panic!("{other:?}"),
            None => {
                let Some(at) = shipper.poll_deadline() else { panic!("an agent stopped for good") };
                due.push(Reverse((at.0.max(now), agent)));
                continue;
            }
        }
        due.push(Reverse((now, agent)));
    }
    assert!(fleet.iter().all(Shipper::is_empty));
    let total = AGENTS as u64 * 2 * u64::from(SEGMENT_BYTES);
    assert_eq!(stream.taken.iter().sum::<u64>(), total);
    let drain = drained_at / SECOND - OUTAGE;
    let least = total / STREAM_BYTES;
    assert!(drain <= 4 * least, "{drain} s, at least {least} s");
    // Calls a second, while the stream is away and everybody waits the longest, and while it drains.
    let calls = |from: u64, to: u64| stream.offered.get(from as usize..to as usize).unwrap_or_default().to_vec();
    for (when, calls) in [
        ("away", calls(OUTAGE / 2, OUTAGE)),
        ("back", calls(OUTAGE, OUTAGE + 300)),
        ("draining", calls(OUTAGE, OUTAGE + drain / 2)),
    ] {
        let (peak, sum) = (calls.iter().max().copied().unwrap_or(0), calls.iter().sum::<u64>());
        let mean = sum as f64 / calls.len() as f64;
        assert!(peak as f64 <= 3.0 * mean, "{when}: a wave of {peak} calls over {mean:.1}");
    }
}
