//! What keeps events from arriving, for `doctor` and `flush`: the trouble that a running agent's calls are in, and its remedy.

use super::{Context, consent, status};
use crate::config::Config;
use crate::driver::status::{FRESHNESS_SECONDS_MAX, explain, help, waited_seconds};
use crate::edge::clock;
use crate::edge::store::Store;
use pipeline::consent::OffReason;
use pipeline::ship::{State, Trouble};
use pipeline::time::Wall;
use scrubber::DataClass;
use serde_json::Value;

/// What is wrong with delivery, and what helps; `None` while all is well or nothing is known.
pub(super) fn finding(context: &Context) -> Option<(String, String)> {
    let live = status::live(context)?;
    waits(&live).or_else(|| trouble(&context.config, &live)).or_else(|| late(context))
}

/// Why a running agent does nothing, if it waits until work can begin.
fn waits(live: &Value) -> Option<(String, String)> {
    let why = text(live, "waits_because")?;
    let help = "`bcce-agent doctor` looks into it, and `bcce-agent run --once` tells the causes";
    Some((format!("the running agent waits: {why}"), help.to_owned()))
}

/// Why nothing of these classes will be sent soon, and what helps, by what a running agent told since it was `asked` to send at
/// once; `None` while something may be sent, or until it has told.
pub(super) fn held(config: &Config, live: &Value, asked: Wall, classes: &[DataClass]) -> Option<(String, String)> {
    let since = |key: &str| number(live, key).is_some_and(|at| at >= asked.0);
    if let Some(waits) = waits(live).filter(|_| since("time_ms")) {
        return Some(waits);
    }
    if !since("flushed_ms") {
        return None;
    }
    let streams = live.get("streams")?.as_array()?;
    let of = |class: &DataClass| streams.iter().find(|stream| text(stream, "class") == Some(class.as_str()));
    let holds: Option<Vec<_>> = classes.iter().map(|class| hold(config, live, of(class)?)).collect();
    holds?.into_iter().next()
}

/// What holds a stream until somebody acts or minutes have passed.
fn hold(config: &Config, live: &Value, stream: &Value) -> Option<(String, String)> {
    let state = text(stream, "state")?;
    let is = |states: &[State]| states.iter().any(|held| held.as_str() == state);
    if is(&[State::DayUsedUp]) {
        let help = "it goes on by itself after midnight UTC; `limits.bytes_per_day` is the limit";
        return Some(("no more bytes may leave today".to_owned(), help.to_owned()));
    }
    if is(&[State::PolicyMissing]) {
        let reason = OffReason::PolicyBroken;
        return Some((reason.to_string(), consent::remedy(reason).to_owned()));
    }
    let trouble = trouble_of(stream)?;
    // An attempt whose time has come only waits for its turn.
    let later = number(stream, "next_attempt_ms")? > number(live, "time_ms")?;
    (later && is(&[State::Held(trouble), State::BreakerOpen(trouble)])).then(|| told(config, stream, trouble))
}

fn trouble(config: &Config, live: &Value) -> Option<(String, String)> {
    let troubled = |stream| Some(told(config, stream, trouble_of(stream)?));
    live.get("streams")?.as_array()?.iter().find_map(troubled)
}

/// The trouble that a stream is in.
pub(super) fn trouble_of(stream: &Value) -> Option<Trouble> {
    let code = text(stream, "trouble_code")?;
    Trouble::ALL.into_iter().find(|trouble| trouble.as_str() == code)
}

fn told(config: &Config, stream: &Value, trouble: Trouble) -> (String, String) {
    let words = explain(trouble).0;
    (format!("{words} (stream for {} events)", text(stream, "class").unwrap_or_default()), help(trouble, config))
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn number(value: &Value, key: &str) -> Option<i64> {
    value.get(key).and_then(Value::as_i64)
}

/// What was read and waits to be sent; what waits to be read is another finding.
fn late(context: &Context) -> Option<(String, String)> {
    let store = Store::open_existing(context.store_settings()).ok()?;
    let seconds = waited_seconds(store.measure().ok()?.oldest, None, clock::wall());
    if seconds <= FRESHNESS_SECONDS_MAX {
        return None;
    }
    let finding = format!(
        "what waits longest to be sent has waited for {} minutes; the goal is {}",
        seconds / 60,
        FRESHNESS_SECONDS_MAX / 60
    );
    let help = "see `bcce-agent status`; `bcce-agent resume` ends a pause, `bcce-agent flush` sends at once";
    Some((finding, help.to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::{Sources, UserFile, load};
    use serde_json::json;

    fn config() -> Config {
        let none =
            Sources { policies: vec![], extra_policy: None, user: UserFile::Nowhere, environment: vec![], home: None };
        load(&none).unwrap()
    }

    #[test]
    fn each_trouble_of_a_stream_is_found_and_none_where_all_is_well() {
        let live = |code: Option<&str>| {
            let well = json!({ "class": "internal", "trouble_code": null });
            json!({ "streams": [well, { "class": "restricted", "trouble_code": code }] })
        };
        assert_eq!(trouble(&config(), &live(None)), None);
        for code in Trouble::ALL {
            let (words, help) = explain(code);
            let expected = (format!("{words} (stream for restricted events)"), help.to_owned());
            assert_eq!(trouble(&config(), &live(Some(code.as_str()))), Some(expected));
        }
    }

    /// What an agent told at 1000 of a flush that it followed at 900.
    fn live(restricted: &Value, internal: &Value) -> Value {
        json!({ "time_ms": 1000, "flushed_ms": 900, "streams": [internal, restricted] })
    }

    fn stream(class: DataClass, state: State, next: Option<i64>) -> Value {
        let trouble = state.trouble().map(Trouble::as_str);
        json!({ "class": class.as_str(), "state": state.as_str(), "trouble_code": trouble, "next_attempt_ms": next })
    }

    #[test]
    fn a_stream_is_held_where_only_a_person_or_minutes_help() {
        use DataClass::{Internal, Restricted};
        let check = |state: State, next, expected: Option<&str>| {
            let live = live(&stream(Restricted, state, next), &stream(Internal, State::Waiting, None));
            let held = held(&config(), &live, Wall(900), &[Restricted]).map(|(why, help)| format!("{why}; {help}"));
            let as_expected = match (&held, expected) {
                (Some(held), Some(words)) => held.contains(words),
                (held, words) => held.is_none() && words.is_none(),
            };
            assert!(as_expected, "{state:?} {next:?}: {held:?}");
        };
        for trouble in Trouble::ALL {
            let (words, help) = explain(trouble);
            let told = format!("{words} (stream for restricted events); {help}");
            check(State::Held(trouble), Some(1001), Some(&told));
            check(State::BreakerOpen(trouble), Some(1001), Some(&told));
            check(State::BackingOff(trouble), Some(1001), None);
            // It is about to be tried.
            check(State::Held(trouble), Some(1000), None);
            check(State::BreakerOpen(trouble), Some(900), None);
        }
        check(State::DayUsedUp, None, Some("midnight UTC"));
        check(State::PolicyMissing, None, Some("`bcce-agent config check`"));
        for moves in [State::Idle, State::Waiting, State::Sending] {
            check(moves, None, None);
        }
    }

    #[test]
    fn nothing_is_held_while_another_class_moves_or_the_agent_has_not_tried_again() {
        use DataClass::{Internal, Restricted};
        let stuck = |class| stream(class, State::Held(Trouble::CredentialsExpired), Some(2000));
        let one = live(&stuck(Restricted), &stream(Internal, State::Sending, None));
        assert!(
            held(&config(), &one, Wall(900), &[Restricted]).is_some_and(|(_, help)| help.contains("aws sso login"))
        );
        assert_eq!(held(&config(), &one, Wall(900), &[Internal, Restricted]), None);
        assert_eq!(held(&config(), &one, Wall(901), &[Restricted]), None, "a flush before this one");
        let both = live(&stuck(Restricted), &stuck(Internal));
        assert!(held(&config(), &both, Wall(900), &[Internal, Restricted]).is_some());
        assert_eq!(held(&config(), &json!({ "streams": [stuck(Restricted)] }), Wall(900), &[Restricted]), None);
        let waits = crate::driver::status::waiting("cannot open the installation", Wall(900));
        assert!(held(&config(), &waits, Wall(900), &[Restricted]).is_some_and(|(why, _)| why.contains("cannot open")));
        assert_eq!(held(&config(), &waits, Wall(901), &[Restricted]), None, "it may have begun since");
    }
}
