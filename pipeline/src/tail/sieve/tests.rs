use super::*;
use scrubber::detect::{Engine, KnownIdentities};
use scrubber::{
    AllowList, HostFacts, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey, RawLine, Scratch,
    Source, SourceKind, Tier,
};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    Policy::new(PolicyParts {
        allow_list: AllowList::shipped().unwrap(),
        engine: Engine::new(&KnownIdentities::default()).unwrap(),
        key: PseudonymKey::new(&[7; 32]),
        host: HostFacts {
            login: "mira".to_owned(),
            host: "laptop-7".to_owned(),
            home: "/home/mira".to_owned(),
            os: "linux",
            org: None,
        },
        tier: Tier::Content,
        consent_id: String::new(),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: 1_023_999,
        replacements: scrubber::Replacements::default(),
    })
});

struct Everything;

impl Projects for Everything {
    fn decide(&mut self, _: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

/// Events of prompts, each of a session.
fn events(prompts: &[(usize, usize)]) -> Events {
    let mut out = POLICY.events();
    let mut scratch = Scratch::default();
    for (session, prompt) in prompts {
        let line = format!(
            r#"{{"type":"user","uuid":"{prompt:08}-0000-4000-8000-000000000000","sessionId":"session-{session}","cwd":"/w","message":{{"role":"user","content":"{}"}}}}"#,
            "word ".repeat(prompt % 50) + &prompt.to_string(),
        );
        let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
        let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 });
        POLICY.scrub(&raw, &mut source, &mut Everything, 0, &mut scratch, &mut out);
    }
    let [.., content] = out;
    assert_eq!(content.len(), prompts.len());
    content
}

/// What a store would hold.
#[derive(Default)]
struct Stored(BTreeMap<SessionTag, Vec<u64>>);

impl Stored {
    fn sift(&self, sieve: &mut Sieve, events: &mut Events) -> u64 {
        let load = |session| Ok::<_, Infallible>(self.0.get(&session).cloned().unwrap_or_default());
        sieve.sift(events, load).unwrap()
    }

    fn commit(&mut self, sieve: &mut Sieve) {
        for passed in sieve.take_passed() {
            self.0.entry(passed.session).or_default().extend(passed.ids);
        }
    }
}

/// The numbers that the prompts end with.
fn left(events: &Events) -> Vec<usize> {
    let number = |line: &[u8]| {
        let event: serde_json::Value = serde_json::from_slice(line).unwrap();
        let body = event.pointer("/text/0/body").unwrap().as_str().unwrap().to_owned();
        body.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(events.ndjson().ends_with(b"\n") || events.is_empty());
    assert_eq!(events.iter().map(|event| event.line().len()).sum::<usize>(), events.ndjson().len());
    events.iter().map(|event| number(event.line())).collect()
}

#[test]
fn what_was_stored_does_not_pass_again_whoever_stored_it() {
    let mut stored = Stored::default();
    let mut sieve = Sieve::default();
    let mut first = events(&[(1, 10), (1, 11), (2, 20), (1, 11)]);
    assert_eq!(stored.sift(&mut sieve, &mut first), 1, "twice in one run");
    assert_eq!(left(&first), [10, 11, 20]);
    let mut before_the_commit = events(&[(1, 12), (1, 10), (2, 21)]);
    assert_eq!(stored.sift(&mut sieve, &mut before_the_commit), 1);
    assert_eq!(left(&before_the_commit), [12, 21]);
    stored.commit(&mut sieve);
    assert!(sieve.take_passed().is_empty());
    for mut sieve in [sieve, Sieve::default()] {
        let mut again = events(&[(1, 10), (2, 20), (1, 13), (2, 21), (1, 12), (3, 10), (1, 11)]);
        assert_eq!(stored.sift(&mut sieve, &mut again), 5);
        assert_eq!(left(&again), [13, 10], "another session's record is another event");
    }
}

#[test]
fn what_passed_is_held_before_and_after_its_commit_and_by_a_new_sieve() {
    let mut stored = Stored::default();
    let mut sieve = Sieve::default();
    let mut run = events(&[(1, 10), (2, 20)]);
    let ids: Vec<_> = run.iter().map(|event| (event.session(), event.id())).collect();
    let all_held = |sieve: &mut Sieve, stored: &Stored| {
        let load = |session| Ok::<_, Infallible>(stored.0.get(&session).cloned().unwrap_or_default());
        ids.iter().all(|(session, id)| sieve.holds(*session, *id, load).unwrap())
    };
    assert!(!all_held(&mut sieve, &stored));
    assert_eq!(stored.sift(&mut sieve, &mut run), 0, "asking is not passing");
    assert!(all_held(&mut sieve, &stored));
    stored.commit(&mut sieve);
    assert!(all_held(&mut Sieve::default(), &stored));
    let [(session, _), (_, of_another)] = ids.as_slice() else { panic!("two events") };
    assert_eq!(sieve.holds(*session, *of_another, |_| Ok::<_, Infallible>(Vec::new())), Ok(false));
    let failed = Sieve::default().holds(*session, *of_another, |_| Err("the disk says no"));
    assert_eq!(failed, Err("the disk says no"));
}

#[test]
fn what_could_not_be_looked_up_has_not_passed() {
    let mut sieve = Sieve::default();
    let mut run = events(&[(1, 1), (2, 2)]);
    let mut loads = 0;
    let failed = sieve.sift(&mut run, |_| {
        loads += 1;
        if loads == 2 { Err("the disk says no") } else { Ok(Vec::new()) }
    });
    assert_eq!((failed, run.len()), (Err("the disk says no"), 2));
    assert!(sieve.take_passed().is_empty());
    assert_eq!(Stored::default().sift(&mut sieve, &mut run), 0);
    assert_eq!(sieve.take_passed().iter().map(|passed| passed.ids.len()).sum::<usize>(), 2);
}

#[test]
fn memory_is_bounded_and_what_is_not_stored_yet_is_never_let_go() {
    let mut stored = Stored::default();
    let mut sieve = Sieve::default();
    assert_eq!(stored.sift(&mut sieve, &mut events(&[(1, 1)])), 0);
    // Sessions of many events each, all stored.
    let tag = events(&[(2, 2)]).iter().next().unwrap().session();
    stored.0.insert(tag, (0..IDS_HELD_MAX as u64).collect());
    stored.sift(&mut sieve, &mut events(&[(2, 2)]));
    assert_eq!(stored.sift(&mut sieve, &mut events(&[(3, 3), (1, 1)])), 1, "its commit is still to come");
    assert!(sieve.held < 10 + IDS_HELD_MAX);
    stored.commit(&mut sieve);
    stored.sift(&mut sieve, &mut events(&[(2, 9)]));
    stored.commit(&mut sieve);
    stored.sift(&mut sieve, &mut events(&[(4, 4)]));
    assert!(sieve.held < 10, "{}", sieve.held);
    assert_eq!(stored.sift(&mut sieve, &mut events(&[(1, 1), (2, 2), (2, 9)])), 3, "it is loaded again");
}
