//! What keeps events from arriving, for `doctor`: the trouble that a running agent's calls are in, and its remedy.

use super::Context;
use super::status;
use crate::driver::status::{FRESHNESS_SECONDS_MAX, explain};
use crate::edge::clock;
use crate::edge::store::Store;
use pipeline::ship::Trouble;
use serde_json::Value;

/// What is wrong with delivery, and what helps; `None` while all is well or nothing is known.
pub(super) fn finding(context: &Context) -> Option<(String, &'static str)> {
    let live = status::live(context)?;
    trouble(&live).or_else(|| late(context, &live))
}

fn trouble(live: &Value) -> Option<(String, &'static str)> {
    live.get("streams")?.as_array()?.iter().find_map(|stream| {
        let code = stream.get("trouble_code")?.as_str()?;
        let trouble = Trouble::ALL.into_iter().find(|trouble| trouble.as_str() == code)?;
        let (words, help) = explain(trouble);
        let class = stream.get("class").and_then(Value::as_str).unwrap_or_default();
        Some((format!("{words} (stream for {class} events)"), help))
    })
}

fn late(context: &Context, live: &Value) -> Option<(String, &'static str)> {
    let store = Store::open_existing(context.store_settings()).ok()?;
    let lag = status::lag(store.measure().ok().as_ref(), Some(live), clock::wall().0);
    let seconds = lag.get("seconds").and_then(Value::as_u64).filter(|seconds| *seconds > FRESHNESS_SECONDS_MAX)?;
    let finding = format!("events wait for {} minutes; the goal is {}", seconds / 60, FRESHNESS_SECONDS_MAX / 60);
    Some((finding, "see `bcce-agent status`; `bcce-agent resume` ends a pause, `bcce-agent flush` sends at once"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_trouble_of_a_stream_is_found_and_none_where_all_is_well() {
        let live = |code: Option<&str>| {
            let well = json!({ "class": "internal", "trouble_code": null });
            json!({ "streams": [well, { "class": "restricted", "trouble_code": code }] })
        };
        assert_eq!(trouble(&live(None)), None);
        for code in Trouble::ALL {
            let (words, help) = explain(code);
            let expected = (format!("{words} (stream for restricted events)"), help);
            assert_eq!(trouble(&live(Some(code.as_str()))), Some(expected));
        }
    }
}
