//! The scrubber on one core beside `serde_json::Value` over the same lines; the detectors alone; lines made to cost much.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scrubber::detect::{self, Engine, KnownIdentities};
use scrubber::{
    AllowList, HostFacts, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey, RawLine, Scratch,
    Source, SourceKind, Tier,
};
use std::error::Error;
use std::hint::black_box;

/// Bytes of transcripts; small enough for Criterion's repetitions, larger than the processor's caches.
const BYTES: u64 = 16_000_000;

/// A line of ten megabytes, as the goal of 20 MB/s names it.
const HOSTILE_BYTES: u64 = 10_000_000;

struct Everywhere;

impl Projects for Everywhere {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

fn policy(tier: Tier) -> Result<Policy, Box<dyn Error>> {
    Ok(Policy::new(PolicyParts {
        allow_list: AllowList::shipped()?,
        engine: Engine::new(&KnownIdentities::default())?,
        key: PseudonymKey::new(&[7; 32]),
        host: HostFacts {
            login: "mira".to_owned(),
            host: "laptop-7".to_owned(),
            home: "/home/mira".to_owned(),
            os: "linux",
            org: None,
        },
        tier,
        consent_id: "consent-1".to_owned(),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: 1_023_999,
        replacements: scrubber::Replacements::default(),
    }))
}

fn benches(criterion: &mut Criterion) {
    if let Err(fault) = measure(criterion) {
        panic!("cannot set the benchmark up: {fault}");
    }
}

fn measure(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    // Under `cargo test` each benchmark runs once, to see that it runs.
    let bytes = if std::env::args().any(|argument| argument == "--bench") { BYTES } else { 100_000 };
    let lines: Vec<Vec<u8>> = samples::Generator::new(7)
        .plants_per_mille(5)
        .bytes(bytes)
        .stream()
        .map(|line| line.bytes.strip_suffix(b"\n").unwrap_or(&line.bytes).to_vec())
        .collect();
    let mut group = criterion.benchmark_group("transcripts");
    group.sample_size(10).throughput(Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum()));
    group.bench_function("serde_json_value", |bencher| {
        bencher.iter(|| {
            lines.iter().for_each(|line| drop(black_box(serde_json::from_slice::<serde_json::Value>(line))));
        });
    });
    for tier in [Tier::Metrics, Tier::Activity, Tier::Content] {
        let policy = policy(tier)?;
        let mut out = policy.events();
        group.bench_function(BenchmarkId::new("scrub", tier.data_class().as_str()), |bencher| {
            bencher.iter(|| {
                // One that saw no text before: those that come again are looked up.
                let mut scratch = Scratch::default();
                let mut source = Source { kind: SourceKind::Transcript, session: "s".to_owned(), cwd: None };
                for line in &lines {
                    let raw = RawLine::new(line, Place { offset: 0, length: line.len() as u64 + 1 });
                    black_box(policy.scrub(&raw, &mut source, &mut Everywhere, 0, &mut scratch, &mut out));
                    out.iter_mut().for_each(scrubber::Events::clear);
                }
            });
        });
    }
    let engine = Engine::new(&KnownIdentities::default())?;
    group.bench_function("scan", |bencher| {
        bencher.iter(|| {
            let mut scratch = detect::Scratch::default();
            lines.iter().map(|line| black_box(engine.scan(line, &mut scratch).len())).sum::<usize>()
        });
    });
    group.finish();
    hostile(criterion, bytes)
}

/// What costs the detectors most, over and over.
const HOSTILE: &[&str] = &[
    "password=",
    "Bearer ",
    "AKIAQ7\" \"",
    "aB3x9Kq2Lr9Tb6Nk1q7Zp4 ",
    "4111 1111 ",
    "12 Main Street ",
    "Mr. John Smith ",
    "curl -u a:b\n-",
    "x\\",
    "passport 1234567 ",
    "sudo -S <<< ",
    "stdin <<<",
    "token <(echo a",
    "eyJhbGciOi.",
    "ghp_q7Zp4Xw2L...",
    "passwords: {a: b1, ",
    "key q7Zp4Xw2Lr9Tb6Nk1q7Zp4Xw2Lr9Tb6Nk2q7Zp4Xw2Lr9Tb6Nk3q7Zp4Xw2Lr9Tb6Nk4abcdefgh\n",
    "    1\u{2192}cGFzc3dvcmQ9b3BlbnNlc2FtZTEycGFzc3dvcmQ9b3Bl\n",
    "MIIEH4sI//",
    "pass}|",
    "tel 030 1234567 ",
    "cGFzc3dvcmQ9b3BlbnNlc2FtZTEycGFzc3dvcmQ9b3Bl\n",
    // Found by repeating lines of real files.
    "    \"SpotPrice\": \"0.050000\"\n",
    concat!("    \"secret_access_key\": \"q7Zp4Xw2Lr9", "Tb6Nk1q7Zp4Xw2Lr", "9Tb6Nk2q7Zp4X\"\n"),
    concat!("MIG2AgEAMBAGBy", "qGSM49AgEGBSuBBAAi", "q7Zp4Xw2Lr9Tb6Nk1q7Zp4Xw2Lr9Tb6Nk2\n"),
    "X-Amz-Credential=a%2F20150830%2Fus-east-1%2Fs3&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host\n",
    "def g(): pass\n",
    // What came on 2026-11-30: names that tell whose a secret is, links of terminals, names beside addresses, heads of tables.
    "pwAb=",
    "\u{1b}]8;;a\\",
    "Zyla Quonk abcd@e.fg ",
    "nom,",
    "password is Copper&Fog7, ",
    // What came on 2026-12-01: the name of a one-time code and the quote that ends a member.
    "otp\"",
];

/// Lines that hold one long text of nothing else.
fn hostile(criterion: &mut Criterion, bytes: u64) -> Result<(), Box<dyn Error>> {
    let policy = policy(Tier::Content)?;
    let bytes = usize::try_from(bytes.min(HOSTILE_BYTES))?;
    let mut group = criterion.benchmark_group("hostile");
    for piece in HOSTILE {
        let text = piece.repeat(bytes / piece.len());
        let record = serde_json::json!({ "type": "user", "uuid": "u", "message": { "content": text } }).to_string();
        let line = record.as_bytes();
        group.sample_size(10).throughput(Throughput::Bytes(line.len() as u64));
        let mut out = policy.events();
        group.bench_function(*piece, |bencher| {
            bencher.iter(|| {
                let mut scratch = Scratch::default();
                let mut source = Source { kind: SourceKind::Transcript, session: "s".to_owned(), cwd: None };
                let raw = RawLine::new(line, Place { offset: 0, length: line.len() as u64 + 1 });
                black_box(policy.scrub(&raw, &mut source, &mut Everywhere, 0, &mut scratch, &mut out));
                out.iter_mut().for_each(scrubber::Events::clear);
            });
        });
    }
    group.finish();
    Ok(())
}

criterion_group!(scrub, benches);
criterion_main!(scrub);
