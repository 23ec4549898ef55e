//! What the events of a lake say: consents, policies, ages, agents, redactions and erasures.

use std::collections::BTreeSet;

use jiff::ToSpan as _;

use super::super::facts::{Facts, Found};
use super::{CheckId, DEPLOY, Finding, Outcome, good, one};
use crate::lake::ConsentDay;

pub(super) fn consent(facts: &Facts) -> Finding {
    let remedy = "no agent sends without one: find who else writes into the streams";
    one(CheckId::Consent, 4, "consents", remedy, &facts.consents, |days| {
        let sum = |of: fn(&ConsentDay) -> u64| days.iter().map(of).sum::<u64>();
        let (events, without) = (sum(|day| day.events), sum(|day| day.without_consent));
        let outcome = if events == 0 { Outcome::NoEvidence } else { good(without == 0) };
        (outcome, format!("{without} of {events} events on {} days name no consent", distinct_days(days)))
    })
}

fn distinct_days(days: &[ConsentDay]) -> usize {
    days.iter().map(|day| &day.day).collect::<BTreeSet<_>>().len()
}

pub(super) fn policies(facts: &Facts) -> Finding {
    let remedy = "an agent without a policy names one all the same: find who else writes into the streams";
    one(CheckId::Policies, 2, "policies", remedy, &facts.consents, |days| {
        let ids: BTreeSet<&str> = days.iter().map(|day| day.policy_id.as_str()).collect();
        let outcome = if days.is_empty() { Outcome::NoEvidence } else { good(!ids.contains("")) };
        (outcome, format!("versions of the policy that were in force: {}", ids.len()))
    })
}

pub(super) fn retention(facts: &Facts) -> Finding {
    one(CheckId::Retention, 2, "the oldest events", DEPLOY, &facts.retention, |classes| {
        let mut late = classes.iter().any(|class| class.overdue);
        let mut oldest: Vec<String> = classes
            .iter()
            .map(|class| {
                let day = class.oldest_day.map_or_else(|| "empty".to_owned(), |day| day.to_string());
                format!("{} {day}", class.data_class)
            })
            .collect();
        let has = |name: &str| classes.iter().any(|class| class.data_class == name);
        let mut is_whole = has("internal") && has("confidential");
        if !has("restricted") {
            // Who may not read its events can tell by the names of its folders.
            match &facts.restricted_days {
                Found::Is(days) => {
                    let first = days.iter().min();
                    late |= first.is_some_and(|first| facts.today > *first + 2559.days());
                    oldest.push(format!("restricted {}", first.map_or("empty".to_owned(), ToString::to_string)));
                }
                Found::Missing | Found::Unknown(_) => {
                    is_whole = false;
                    oldest.push("restricted not seen".to_owned());
                }
            }
        }
        let outcome = if late || is_whole { good(!late) } else { Outcome::NoEvidence };
        (outcome, format!("oldest day by class: {}", oldest.join(", ")))
    })
}

pub(super) fn agents(facts: &Facts) -> Finding {
    let remedy = "view agent_health names them; docs/operations.md, Missing data, says how to look";
    one(CheckId::Agents, 2, "agents", remedy, &facts.agents, |agents| {
        let outcome = if agents.agents == 0 { Outcome::NoEvidence } else { good(agents.silent * 20 <= agents.agents) };
        (outcome, format!("agents heard of: {}, silent: {}", agents.agents, agents.silent))
    })
}

pub(super) fn redaction(facts: &Facts) -> Finding {
    let remedy = "texts alone are looked at, and none leaves below the tier content: odd where that tier is used";
    one(CheckId::Redaction, 0, "redactions", remedy, &facts.redactions, |rules| {
        let sum: u64 = rules.iter().map(|rule| rule.redacted).sum();
        let outcome = if sum == 0 { Outcome::NoEvidence } else { Outcome::Ok };
        (outcome, format!("{sum} values were redacted on laptops by {} rules before anything left", rules.len()))
    })
}

pub(super) fn erasure_requests(facts: &Facts) -> Finding {
    let remedy = "view erasure_requests names them; `bcce erase --pseudonym` erases";
    let nobody_asked = matches!(&facts.requests, Found::Is(asked) if asked.requests == 0);
    let weight = if nobody_asked { 0 } else { 4 };
    one(CheckId::ErasureRequests, weight, "requests for erasure", remedy, &facts.requests, |asked| {
        let found = format!(
            "requests for erasure: {}; events from before are still held of {} (restricted ones as their narrowed copies tell)",
            asked.requests, asked.open
        );
        (if nobody_asked { Outcome::NoEvidence } else { good(asked.open == 0) }, found)
    })
}

pub(super) fn erasures(facts: &Facts) -> Finding {
    let remedy = "run `bcce erase` again for those that did not come to their end";
    one(CheckId::Erasures, 0, "records of erasures", remedy, &facts.erasures, |(all, done)| {
        let outcome = if *all == 0 { Outcome::NoEvidence } else { good(all == done) };
        (outcome, format!("erasures on record: {all}, of which {done} came to their end"))
    })
}
