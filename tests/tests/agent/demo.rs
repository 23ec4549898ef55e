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
fn the_demonstration_is_of_the_last_days_so_that_statistics_have_something_to_tell() {
    let agent = Agent::new("");
    let home = agent.home();
    assert!(agent.command(home).arg("demo").current_dir(home).output().unwrap().status.success());
    let words = ["--root", "bcce-demo/claude", "stats", "--since", "9d", "--json"];
    let output = agent.command(home).args(words).current_dir(home).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let days = told["rows"].as_array().unwrap_or_else(|| panic!("{told:#}"));
    assert!((7..=9).contains(&days.len()), "{told:#}");
    let now = jiff::Timestamp::now();
    let lake = Lake::at(&home.join("bcce-demo/lake"));
    let times = lake.events.values().flatten().filter_map(|event| event["event_time"].as_str());
    let newest: jiff::Timestamp = times.max().unwrap().parse().unwrap();
    assert!(newest < now && now.duration_since(newest).as_hours() < 24, "{newest}");
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
