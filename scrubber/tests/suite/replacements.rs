//! Replacements under keys that change, and with a part of the value.

use scrubber::{
    Origin, Outcome, Place, Policy, PolicyParts, ProjectTag, RawLine, Replacements, Scratch, Source, SourceKind, Tier,
};
use serde_json::{Value, json};

use crate::support::{Everywhere, Result, only, parts};

const DAY_MS: i64 = 86_400_000;

struct Run {
    policy: Policy,
    scratch: Scratch,
}

impl Run {
    fn new(replacements: Replacements) -> Result<Self> {
        let policy = Policy::new(PolicyParts { replacements, ..parts()? });
        Ok(Self { policy, scratch: Scratch::default() })
    }

    fn event(&mut self, text: &str, now_ms: i64) -> Result<Value> {
        let line = json!({
            "type": "user", "uuid": "036e8e79-bd02-47ac-aafb-ddd3b2a69e7a", "sessionId": "s", "cwd": "/w",
            "message": { "role": "user", "content": text },
        })
        .to_string();
        let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 + 1 });
        let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
        let mut out = self.policy.events();
        let outcome = self.policy.scrub(&raw, &mut source, &mut Everywhere, now_ms, &mut self.scratch, &mut out);
        assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
        only(&out)
    }

    fn again(&mut self, event: &Value) -> Result<Value> {
        let mut out = self.policy.events();
        let origin = Origin { project: ProjectTag::NONE, ceiling: Tier::Content };
        let outcome = self.policy.scrub_again(format!("{event}\n").as_bytes(), origin, &mut self.scratch, &mut out);
        assert!(matches!(outcome, Outcome::Event(_)), "{outcome:?}");
        only(&out)
    }
}

fn body(event: &Value) -> &str {
    event.pointer("/text/0/body").and_then(Value::as_str).unwrap_or_default()
}

/// A card's number that is made up, put together here.
fn card() -> String {
    ["4539", "5787", "6362", "1486"].join(" ")
}

fn partly() -> Replacements {
    Replacements {
        rotate_after_ms: None,
        last4: vec!["payment-card".to_owned(), "password".to_owned()],
        email_domains: vec!["acme.example".to_owned(), "acme.dev".to_owned()],
    }
}

#[test]
fn the_last_four_and_own_domains_stay_and_nothing_more() -> Result {
    let mut run = Run::new(partly())?;
    let text = format!("card {} of mira@Acme.dev, not of otto@other.dev; password=hunter2", card());
    let event = run.event(&text, 0)?;
    let body = body(&event);
    assert!(body.contains(":1486]") && body.contains(":@acme.dev]"), "{body}");
    for gone in ["4539", "mira", "otto", "other.dev", "hunter2", "ter2"] {
        assert!(!body.contains(gone), "{gone}: {body}");
    }
    assert!(event.get("redaction_key").is_none());
    Ok(())
}

#[test]
fn what_was_replaced_in_part_is_not_found_again() -> Result {
    let mut run = Run::new(partly())?;
    let event = run.event(&format!("card {}, mail mira@acme.dev, token: mira@acme.dev", card()), 0)?;
    let again = run.again(&event)?;
    assert_eq!(body(&again), body(&event));
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    run.policy.scrub_text(body(&event).as_bytes(), &mut run.scratch, &mut once);
    run.policy.scrub_text(&once, &mut run.scratch, &mut twice);
    assert_eq!(String::from_utf8_lossy(&once), body(&event));
    assert_eq!(once, twice);
    Ok(())
}

#[test]
fn hashes_are_equal_within_a_period_and_differ_beyond_it() -> Result {
    let rotating = Replacements { rotate_after_ms: Some(30 * DAY_MS), ..Replacements::default() };
    let mut run = Run::new(rotating)?;
    let text = "password=open-sesame-42!";
    let [first, same, later] = [1, 29 * DAY_MS, 31 * DAY_MS].map(|at| run.event(text, at));
    let (first, same, later) = (first?, same?, later?);
    assert_eq!(body(&first), body(&same));
    assert_ne!(body(&first), body(&later));
    assert_eq!(first.get("redaction_key"), same.get("redaction_key"));
    assert_ne!(first.get("redaction_key"), later.get("redaction_key"));
    assert_eq!(first.get("redaction_key").and_then(Value::as_str).map(str::len), Some(8));
    for stays in ["event_id", "session", "user", "host", "project"] {
        assert_eq!(first.get(stays), later.get(stays), "{stays}");
    }
    let clean = run.event("nothing to see", 1)?;
    assert!(clean.get("redaction_key").is_none(), "{clean}");
    Ok(())
}

#[test]
fn what_is_found_later_in_a_spooled_event_gets_the_key_of_its_own_time() -> Result {
    let rotating = Replacements { rotate_after_ms: Some(30 * DAY_MS), ..Replacements::default() };
    let mut run = Run::new(rotating)?;
    let whole = run.event("password=open-sesame-42!", DAY_MS)?;
    // As an older policy that did not know passwords would have left it.
    let mut unfound = run.event("nothing to see", DAY_MS)?;
    if let Some(body) = unfound.pointer_mut("/text/0/body") {
        *body = json!("password=open-sesame-42!");
    }
    let _ = run.event("much later", 90 * DAY_MS)?;
    let again = run.again(&unfound)?;
    assert_eq!(body(&again), body(&whole));
    assert_eq!(again.get("redaction_key"), whole.get("redaction_key"));
    let kept = run.again(&whole)?;
    assert_eq!(kept.get("redaction_key"), whole.get("redaction_key"));
    Ok(())
}

#[test]
fn one_value_has_one_hash_whichever_rule_finds_it() -> Result {
    let value = ["kX7", "vQ2mLp9", "Zt4"].concat();
    let marker = |name: &str| -> Result<(String, String)> {
        // A new run, or the value would be known by the rule that found it first.
        let event = Run::new(Replacements::default())?.event(&format!("{name} = \"{value}\""), 0)?;
        let marker = body(&event).split(['[', ']']).nth(1).and_then(|marker| marker.split_once(':'));
        let (kind, hash) = marker.ok_or_else(|| body(&event).to_owned())?;
        Ok((kind.to_owned(), hash.to_owned()))
    };
    let (one, other) = (marker("password")?, marker("api_key")?);
    assert_ne!(one.0, other.0, "two kinds");
    assert_eq!(one.1, other.1);
    Ok(())
}

#[test]
fn replacements_belong_to_the_policy_s_id() -> Result {
    let plain = Run::new(Replacements::default())?;
    let partly = Run::new(partly())?;
    let rotating = Run::new(Replacements { rotate_after_ms: Some(DAY_MS), ..Replacements::default() })?;
    assert_ne!(plain.policy.id(), partly.policy.id());
    assert_ne!(plain.policy.id(), rotating.policy.id());
    Ok(())
}
