//! What must hold for any bytes. The fuzz targets call these, and a test does so on the kept corpus.
#![allow(dead_code, reason = "each target uses one of them")]

use scrubber::detect::{Engine, KnownIdentities, RuleSet, Scratch};
use scrubber::{
    AllowList, DropReason, HostFacts, Outcome, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey,
    RawLine, Source, SourceKind, Tier,
};
use std::sync::OnceLock;

struct Everywhere;

impl Projects for Everywhere {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

fn engine() -> Engine {
    let known = KnownIdentities { logins: vec!["zuleika".to_owned()], ..KnownIdentities::default() };
    Engine::new(&known).unwrap_or_else(|_| panic!("the shipped rules are complete"))
}

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| {
        Policy::new(PolicyParts {
            allow_list: AllowList::shipped().unwrap_or_else(|_| panic!("the shipped allow-list is complete")),
            engine: engine(),
            key: PseudonymKey::new(&[7; 32]),
            host: HostFacts {
                login: "zuleika".to_owned(),
                host: "laptop-7".to_owned(),
                home: "/home/zuleika".to_owned(),
                os: "linux",
                org: None,
            },
            tier: Tier::Content,
            consent_id: "c".to_owned(),
            agent_version: "0".to_owned(),
            event_bytes_max: 1_023_999,
            replacements: scrubber::Replacements::default(),
        })
    })
}

/// Any text: findings are in order and in place, and a token that stands by itself never survives, whatever is around it.
pub(crate) fn text(data: &[u8]) {
    let policy = policy();
    let mut scratch = Scratch::default();
    let mut last = 0;
    let valid = std::str::from_utf8(data).ok();
    for finding in policy.engine().scan(data, &mut scratch) {
        assert!(last <= finding.start && finding.start < finding.end && finding.end <= data.len(), "out of place");
        last = finding.end;
        if let Some(text) = valid {
            let whole = text.is_char_boundary(finding.start) && text.is_char_boundary(finding.end);
            assert!(whole, "a character is cut");
        }
    }
    // Made of parts, so that no file holds a token.
    let canary = ["glpat-", "Zk7x", "Qw2P", "mLr9", "TbVd", "83nH"].concat();
    let (before, after) = data.split_at(data.len() / 2);
    let planted = [before, b" ", canary.as_bytes(), b" ", after].concat();
    let mut out = Vec::new();
    policy.scrub_text(&planted, &mut scrubber::Scratch::default(), &mut out);
    assert!(!out.windows(canary.len()).any(|window| window == canary.as_bytes()), "a token survived");
}

/// Any line: what leaves is one line of JSON, and nothing panics within.
pub(crate) fn line(data: &[u8]) {
    let policy = policy();
    let mut source = Source { kind: SourceKind::Transcript, session: "s".to_owned(), cwd: None };
    let raw = RawLine::new(data, Place { offset: 0, length: data.len() as u64 + 1 });
    let mut out = policy.events();
    let mut scratch = scrubber::Scratch::default();
    match policy.scrub(&raw, &mut source, &mut Everywhere, 0, &mut scratch, &mut out) {
        Outcome::Dropped(reason) => {
            assert_ne!(reason, DropReason::Panicked);
            assert!(out.iter().all(|events| events.ndjson().is_empty()), "what was dropped left something");
        }
        Outcome::Blank => assert!(data.iter().all(u8::is_ascii_whitespace)),
        Outcome::Event(_) => {
            let lines: Vec<&[u8]> =
                out.iter().flat_map(|events| events.ndjson().split_inclusive(|b| *b == b'\n')).collect();
            assert_eq!(lines.len(), 1, "an event is one line");
            let event = lines.concat();
            assert!(serde_json::from_slice::<serde_json::Value>(&event).is_ok(), "an event is JSON");
        }
    }
}

/// Any rule file: it is refused with its problems named, or its rules can be used.
pub(crate) fn rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(set) = RuleSet::parse("any.toml", text) {
        let engine = Engine::with_rules(set, &KnownIdentities::default());
        engine.scan(b"key = abcdefgh 4111 1111 1111 1111 x@y.zz", &mut Scratch::default());
    }
}
