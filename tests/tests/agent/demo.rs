//! The demonstration, as somebody sees it who tries the program for the first time.

use serde_json::Value;

use crate::binary::Agent;
use crate::lake::Lake;

/// An event without what no reading leaves the same.
fn steady(mut event: Value) -> Value {
    event.as_object_mut().unwrap().remove("ingest_time");
    event
}

#[test]
fn the_record_that_is_shown_at_each_tier_is_the_one_in_the_lake() {
    let agent = Agent::new("");
    let output = agent.command(agent.home()).arg("demo").current_dir(agent.home()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let events = said.split("What of it leaves at ").skip(1).map(|part| part.lines().nth(1).unwrap());
    let events: Vec<Value> = events.map(|event| steady(serde_json::from_str(event).unwrap())).collect();
    let [metrics, activity, content] = events.as_slice() else { panic!("{said}") };
    for name in ["event_id", "session", "user", "consent_id"] {
        assert!(content[name].is_string(), "{name}: {content}");
        assert_eq!((&metrics[name], &activity[name]), (&content[name], &content[name]), "{name}");
    }
    let lake = Lake::at(&agent.home().join("bcce-demo/lake"));
    let kept = lake.events[content["event_id"].as_str().unwrap()].clone();
    let kept: Vec<Value> = kept.into_iter().map(steady).collect();
    assert_eq!(kept, std::slice::from_ref(content));
}
