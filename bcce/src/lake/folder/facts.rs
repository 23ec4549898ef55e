//! What an auditor asks about some days: the views `consent_evidence`, `redaction_trends`, `agent_health` and `retention_evidence`,
//! from one pass.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::rows::{Agents, ConsentDay, Redaction, Retention};
use super::event::Event;
use super::layout::CLASSES;
use super::scan::{Arrivals, Gather, Names, renumbered};
use super::{DAY_US, day_number, day_of};

/// An agent is silent after three days.
const SILENT_US: i64 = 3 * DAY_US;
/// Days that S3 has to remove what has expired, as in the view.
const SLACK_DAYS: i64 = 2;

/// Takes the events of these days.
pub(super) struct OfDays {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// What is known of one event.
pub(super) struct Seen {
    day: i64,
    ingest_us: i64,
    tier: u32,
    policy: u32,
    consent: u32,
    user: u32,
    version: u32,
    redactions: Box<[(u32, u64)]>,
}

/// What the events of some days say.
#[derive(Debug, Default)]
pub(super) struct Facts {
    consents: HashMap<(i64, u32, u32), Consent>,
    redactions: HashMap<u32, (u64, u64)>,
    agents: HashMap<u32, (i64, u32)>,
}

#[derive(Debug, Default)]
struct Consent {
    consents: HashSet<u32>,
    users: HashSet<u32>,
    events: u64,
    without: u64,
}

/// The answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    pub(super) consents: Vec<ConsentDay>,
    pub(super) redactions: Vec<Redaction>,
    pub(super) agents: Agents,
    pub(super) arrivals: Vec<Arrivals>,
}

impl Gather for OfDays {
    type Item = Seen;

    fn take(&self, event: &Event<'_>, names: &mut Names) -> Option<Seen> {
        let day = event.at_us.div_euclid(DAY_US);
        (self.from..=self.to).contains(&day).then(|| Seen {
            day,
            ingest_us: event.ingest_us,
            tier: names.number(&event.tier.0),
            policy: names.number(&event.policy_id.0),
            consent: names.number(&event.consent_id.0),
            user: names.number(&event.user.0),
            version: names.number(&event.agent_version.0),
            redactions: event
                .redactions
                .iter()
                .flatten()
                .map(|(rule, count)| (names.number(&rule.0), count.0))
                .collect(),
        })
    }

    fn renumber(item: &mut Seen, numbers: &[u32]) {
        let Seen { tier, policy, consent, user, version, redactions, .. } = item;
        let rules = redactions.iter_mut().map(|(rule, _)| rule);
        for number in [tier, policy, consent, user, version].into_iter().chain(rules) {
            *number = renumbered(*number, numbers);
        }
    }
}

impl Facts {
    pub(super) fn add(&mut self, seen: Seen) {
        let consent = self.consents.entry((seen.day, seen.tier, seen.policy)).or_default();
        consent.events += 1;
        if seen.consent == 0 {
            // Athena does not count an absent one, and an empty one names nothing either.
            consent.without += 1;
        } else {
            consent.consents.insert(seen.consent);
        }
        consent.users.insert(seen.user);
        for (rule, count) in seen.redactions {
            let (events, redacted) = self.redactions.entry(rule).or_default();
            *events += 1;
            *redacted = redacted.saturating_add(count);
        }
        let heard = self.agents.entry(seen.user).or_insert((i64::MIN, 0));
        if heard.0 < seen.ingest_us {
            *heard = (seen.ingest_us, seen.version);
        }
    }

    /// `until` is the end of the days, or now where that is earlier.
    pub(super) fn answers(self, names: &Names, arrivals: Vec<Arrivals>, until: Timestamp) -> Answers {
        let text = |number: u32| names.text(number).to_owned();
        let mut consents: Vec<ConsentDay> = self
            .consents
            .into_iter()
            .map(|((day, tier, policy), of)| ConsentDay {
                day: day_of(day),
                tier: text(tier),
                policy_id: text(policy),
                consents: of.consents.len() as u64,
                users: of.users.len() as u64,
                events: of.events,
                without_consent: of.without,
            })
            .collect();
        consents.sort_by(|one, other| {
            (one.day, &one.tier, &one.policy_id).cmp(&(other.day, &other.tier, &other.policy_id))
        });
        let mut redactions: Vec<Redaction> = self
            .redactions
            .into_iter()
            .map(|(rule, (events, redacted))| Redaction { rule: text(rule), events, redacted })
            .collect();
        redactions.sort_by(|one, other| one.rule.cmp(&other.rule));
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        let mut agents = Agents::default();
        for (last_us, version) in self.agents.into_values() {
            agents.agents += 1;
            agents.silent += u64::from(until.as_microsecond() - last_us >= SILENT_US);
            *versions.entry(text(version)).or_default() += 1;
        }
        agents.versions = versions.into_iter().collect();
        Answers { consents, redactions, agents, arrivals }
    }
}

/// What is held, by class. The internal class holds the narrowed copies of the others.
pub(super) fn retention(arrivals: &[Arrivals], today: Date) -> Vec<Retention> {
    let of = |(number, class): (usize, &str)| {
        let count = |day: &Arrivals| match number {
            0 => day.received.iter().sum(),
            number => day.received.get(number).copied().unwrap_or_default(),
        };
        let held: Vec<&Arrivals> = arrivals.iter().filter(|day| count(day) > 0).collect();
        let oldest = held.iter().map(|day| day.dt).min();
        let age = oldest.map(|oldest| day_number(today) - day_number(oldest));
        let days_max = if number == 0 { 1096 } else { 2557 };
        Retention {
            data_class: class.to_owned(),
            days_max,
            events: held.iter().map(|day| count(day)).sum(),
            oldest_day: oldest,
            newest_day: held.iter().map(|day| day.dt).max(),
            days: held.len() as u64,
            oldest_age_days: age,
            overdue: age.is_some_and(|age| age > i64::try_from(days_max).unwrap_or(i64::MAX) + SLACK_DAYS),
        }
    };
    CLASSES.into_iter().enumerate().map(of).collect()
}
