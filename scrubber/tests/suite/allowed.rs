//! What settings let pass, through a whole policy: in the projects that they name, counted, and part of the policy's id.

use scrubber::detect::{Allowed, value_hash};
use scrubber::{
    Counts, Origin, Place, Policy, ProjectDecision, ProjectTag, Projects, RawLine, Scopes, Scratch, Source, SourceKind,
    Tier,
};
use serde_json::json;

use crate::support::{Result, parts};

/// One project, to which the second scope belongs.
struct InProject;

impl Projects for InProject {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }

    fn scopes(&self) -> Scopes {
        Scopes::project(1).map_or(Scopes::EVERYWHERE, |project| project.or(Scopes::EVERYWHERE))
    }
}

fn policy(entries: &[(Allowed, Scopes)]) -> Result<Policy> {
    let mut parts = parts()?;
    parts.engine.allow(entries).map_err(|unknown| format!("{unknown:?}"))?;
    Ok(Policy::new(parts))
}

fn value() -> String {
    ["Qv7", "xT2", "pLm9", "wZ4k"].concat()
}

/// The events of a prompt with the value in it: as made, and as made again from that; and what was counted.
fn scrub(entries: &[(Allowed, Scopes)]) -> Result<(String, String, Counts)> {
    let policy = policy(entries)?;
    let record = json!({
        "type": "user", "uuid": "00000000-0000-0000-0000-000000000001", "sessionId": "s", "cwd": "/w",
        "message": { "role": "user", "content": format!("set password={} now", value()) },
    });
    let line = record.to_string();
    let (mut scratch, mut out, mut again) = (Scratch::default(), policy.events(), policy.events());
    let mut source = Source { kind: SourceKind::Transcript, session: "s".to_owned(), cwd: None };
    let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 + 1 });
    policy.scrub(&raw, &mut source, &mut InProject, 0, &mut scratch, &mut out);
    let text = |events: &scrubber::EventsByTier| {
        let lines = events.iter().flat_map(|run| run.iter()).map(|event| event.line().to_vec());
        String::from_utf8_lossy(&lines.collect::<Vec<_>>().concat()).into_owned()
    };
    let counts = scratch.counts.clone();
    let made = text(&out);
    let origin = Origin { project: ProjectTag::NONE, ceiling: Tier::Content };
    policy.scrub_again(made.trim_end().as_bytes(), origin, &mut scratch, &mut again);
    Ok((made, text(&again), counts))
}

#[test]
fn what_is_allowed_passes_in_its_project_only_and_is_counted() -> Result {
    let hash = || value_hash(value().as_bytes());
    let project = |number| Scopes::project(number).ok_or("too many projects");
    let check = |entries: &[(Allowed, Scopes)], passes: bool, passes_again: bool| -> Result {
        let (made, again, counts) = scrub(entries)?;
        assert!(made.contains("set password=") && again.contains("set password="), "{made} {again}");
        assert_eq!((made.contains(&value()), again.contains(&value())), (passes, passes_again), "{entries:?}");
        let id = "generic-password";
        assert_eq!(counts.allowed.get(id).copied(), passes.then_some(1), "{entries:?}");
        assert_eq!(counts.redactions.get(id).copied(), (!passes).then_some(1), "{entries:?}");
        Ok(())
    };
    check(&[], false, false)?;
    check(&[(hash(), Scopes::EVERYWHERE)], true, true)?;
    check(&[(Allowed::Rule("generic-password".to_owned()), Scopes::EVERYWHERE)], true, true)?;
    check(&[(hash(), project(0)?)], false, false)?;
    // An event tells no folder when it is scrubbed again.
    check(&[(hash(), project(1)?)], true, false)
}

#[test]
fn what_is_allowed_is_part_of_the_policy_id() -> Result {
    let (none, some) = (policy(&[])?, policy(&[(value_hash(b"x"), Scopes::EVERYWHERE)])?);
    let other = policy(&[(value_hash(b"y"), Scopes::EVERYWHERE)])?;
    assert!(none.id() != some.id() && some.id() != other.id());
    Ok(())
}
