//! Batches as the agent makes them: transcript lines through policy, seal and packer. There is no other way to a batch.

use pipeline::pack::{Batch, BatchLimits, Form, Packer, Seq, Spooled};
use pipeline::seal::{Opener, Payload, SealKey, Sealer};
use pipeline::time::Wall;
use scrubber::detect::{Engine, KnownIdentities};
use scrubber::{
    AllowList, HostFacts, Outcome, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey, RawLine,
    Scratch, Source, SourceKind, Tier,
};

/// Segments that wait to be packed, as a spool would give them out.
pub(crate) struct Segments {
    spooled: Vec<Spooled>,
    payloads: Vec<Payload>,
}

struct Everything;

impl Projects for Everything {
    fn decide(&mut self, _: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

impl Segments {
    /// Makes `count` segments of `lines` events each, all different; `first` numbers the first event.
    pub(crate) fn new(first: usize, count: usize, lines: usize) -> Self {
        let policy = policy();
        let mut sealer = Sealer::new(SealKey::new(&[7; 32]), [0; 8]);
        let opener = Opener::new(vec![SealKey::new(&[7; 32])]);
        let mut segments = Self { spooled: Vec::new(), payloads: Vec::new() };
        for segment in 0..count {
            let mut events = policy.events();
            let mut scratch = Scratch::default();
            for line in 0..lines {
                scrub(&policy, first + segment * lines + line, &mut scratch, &mut events);
            }
            let run = events.iter().find(|run| !run.is_empty()).unwrap();
            let sealed = sealer.seal(run, &policy).unwrap().segments;
            for sealed in sealed {
                let seq = Seq(segments.spooled.len() as u64);
                segments.spooled.push(Spooled::after_commit(seq, &sealed, Wall(0)));
                segments.payloads.push(opener.open(sealed).unwrap());
            }
        }
        segments
    }

    /// Packs them all into calls within `limits`.
    pub(crate) fn batches(self, limits: BatchLimits, form: Form) -> Vec<Batch> {
        let Self { spooled, payloads } = self;
        let mut payloads = payloads.into_iter();
        let mut rest = spooled.as_slice();
        let mut batches = Vec::new();
        while let Some(plan) = Packer::new(limits).plan(rest).plan {
            let taken = plan.segments().count();
            batches.push(plan.fill(payloads.by_ref().take(taken), form).unwrap());
            rest = rest.get(taken..).unwrap();
        }
        batches
    }
}

fn policy() -> Policy {
    Policy::new(PolicyParts {
        allow_list: AllowList::shipped().unwrap(),
        engine: Engine::new(&KnownIdentities::default()).unwrap(),
        key: PseudonymKey::new(&[3; 32]),
        host: HostFacts {
            login: "tester".to_owned(),
            host: "bench".to_owned(),
            home: "/home/tester".to_owned(),
            os: "linux",
            org: None,
        },
        tier: Tier::Content,
        consent_id: "test".to_owned(),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: 1_000 * 1024 - 1,
        replacements: scrubber::Replacements::default(),
    })
}

fn scrub(policy: &Policy, number: usize, scratch: &mut Scratch, events: &mut [scrubber::Events; 3]) {
    let line = format!(
        r#"{{"type":"user","uuid":"00000000-0000-4000-8000-{number:012x}","sessionId":"00000000-0000-4000-8000-000000000000","timestamp":"2026-11-24T01:02:03.000Z","version":"2.1.0","cwd":"/home/tester/work","message":{{"role":"user","content":"please count to {number}"}}}}"#
    );
    let place = Place { offset: 0, length: line.len() as u64 + 1 };
    let mut source =
        Source { kind: SourceKind::Transcript, session: "s".to_owned(), cwd: Some("/home/tester/work".to_owned()) };
    let raw = RawLine::new(line.as_bytes(), place);
    let outcome = policy.scrub(&raw, &mut source, &mut Everything, 0, scratch, events);
    assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
}
