//! The event of the agent's health: once a day, of all days since the last one, under the consent in force.
//!
//! Promises: it is made after consent alone, since the shipping loop makes it; the first tells of the day on which the agent
//! first ran, or that follows the one on which it first ran under another consent: nothing is told of days before. Its id is that of its last day, and the id is stored with it: whatever dies in
//! between, there is one. Numbers, reasons, rule ids, pseudonyms, and of the consent what its ledger says in such.

use super::gate::Consented;
use super::ship::lock;
use super::status::waited_seconds;
use super::tail::TailReport;
use crate::edge::store::{Count, Kind, Store, StoreError};
use pipeline::pack::Spooled;
use pipeline::seal::Sealer;
use pipeline::ship::{State, Status};
use pipeline::tail::Passed;
use pipeline::time::{DAY_MS, Wall};
use scrubber::{Counts, Health, Policy};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Under which the store keeps the last day that was told of, and the id of the consent under which.
const LAST_DAY: &str = "health_day";

/// What the event is made of besides the store.
pub(super) struct Facts<'a> {
    pub(super) status: &'a Status,
    pub(super) report: &'a TailReport,
    pub(super) consent: Consented,
    pub(super) now: Wall,
}

/// Spools the event of the days that are over, if it is due.
pub(super) fn spool(
    store: &Mutex<Store>,
    policy: &Policy,
    sealer: &mut Sealer,
    facts: &Facts<'_>,
) -> Result<Vec<Spooled>, StoreError> {
    let mut store = lock(store);
    let until = facts.now.0.div_euclid(DAY_MS) - 1;
    let told = |day: i64| [&day.to_le_bytes(), policy.consent_id().as_bytes()].concat();
    let kept = store.meta(LAST_DAY)?;
    let last = match kept.as_deref().and_then(<[u8]>::split_first_chunk) {
        None => {
            store.set_meta(LAST_DAY, &told(until))?;
            return Ok(Vec::new());
        }
        Some((_, consent)) if consent != policy.consent_id().as_bytes() => {
            // What was counted today may be from before the consent.
            store.set_meta(LAST_DAY, &told(until + 1))?;
            return Ok(Vec::new());
        }
        Some((day, _)) => i64::from_le_bytes(*day),
    };
    if last >= until {
        return Ok(Vec::new());
    }
    let (session, id) = policy.health_id(until);
    let mut spooled = Vec::new();
    if !store.stored_ids(session)?.contains(&id.half()) {
        let mut events = policy.events();
        policy.health(&health(&store, (last + 1, until), facts)?, facts.now.0, &mut events);
        let mut sealed = Vec::new();
        for run in &events {
            // A cipher that fails now is tried again with the next upkeep.
            let Ok(mut run) = sealer.seal(run, policy) else { return Ok(Vec::new()) };
            sealed.append(&mut run.segments);
        }
        let passed = Passed { session, ids: vec![id.half()] };
        spooled = store.append(&sealed, &[], &[passed], &Counts::default(), facts.now)?;
    }
    store.set_meta(LAST_DAY, &told(until))?;
    Ok(spooled)
}

fn health(store: &Store, days: (i64, i64), facts: &Facts<'_>) -> Result<Health, StoreError> {
    let Facts { status, report, consent, now } = facts;
    let (counts, spool) = (store.counts()?, store.measure()?);
    let within: Vec<&Count> = counts.iter().filter(|count| (days.0..=days.1).contains(&count.day)).collect();
    let sum = |kind| within.iter().filter(|count| count.kind == kind).map(|count| count.n).sum();
    let by_name = |kind| {
        let mut sums = BTreeMap::new();
        within.iter().filter(|count| count.kind == kind).for_each(|count| {
            *sums.entry(count.name.clone()).or_default() += count.n;
        });
        sums
    };
    let state = status.streams.iter().map(|stream| stream.state).max_by_key(|state| severity(*state));
    let state = state.unwrap_or(State::Idle);
    let trouble = state.trouble().map(|trouble| ("trouble", trouble.as_str()));
    Ok(Health {
        days,
        numbers: vec![
            ("lines", sum(Kind::Lines)),
            ("bytes", sum(Kind::Bytes)),
            ("events", sum(Kind::Events)),
            ("files", report.files),
            ("files_in_trouble", report.troubles.len() as u64),
            ("unread_bytes", report.unread_bytes),
            ("spool_events", spool.events),
            ("spool_bytes", spool.bytes),
            ("spool_bytes_max", spool.bytes_max),
            ("oldest_seconds", waited_seconds(spool.oldest, report.unread_since, *now)),
            ("consent_text", consent.text_version.into()),
        ],
        words: [
            Some(("state", state.as_str())),
            trouble,
            Some(("consent_tier", consent.tier.as_str())),
            Some(("consent_given", consent.given.as_str())),
        ]
        .into_iter()
        .flatten()
        .collect(),
        times: consent.at.map(|at| ("consent_at", at.0)).into_iter().collect(),
        counts: vec![
            ("records_dropped", by_name(Kind::Dropped)),
            ("redactions", by_name(Kind::Redaction)),
            ("unknown_types", by_name(Kind::UnknownType)),
            ("events_dropped", by_name(Kind::SpoolDrop)),
            ("events_sent", by_name(Kind::SentEvents)),
            ("bytes_sent", by_name(Kind::SentBytes)),
        ],
    })
}

/// How badly off a stream is.
const fn severity(state: State) -> u8 {
    match state {
        State::Idle => 0,
        State::Waiting => 1,
        State::Sending => 2,
        State::Paused => 3,
        State::DayUsedUp => 4,
        State::PolicyMissing => 5,
        State::BackingOff(_) => 6,
        State::BreakerOpen(_) => 7,
        State::Held(_) => 8,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::edge::store::StoreSettings;
    use crate::policy::passing_key;
    use pipeline::consent::Given;
    use pipeline::limit::Rates;
    use pipeline::pack::BatchLimits;
    use pipeline::seal::{Opener, SealKey};
    use pipeline::ship::{Settings, Shipper};
    use pipeline::time::Mono;
    use scrubber::detect::{Engine, KnownIdentities};
    use scrubber::schema::HEALTH_FIELDS;
    use scrubber::{AllowList, DropReason, HostFacts, PolicyParts, Tier};
    use serde_json::{Value, json};
    use std::time::Duration;

    const NOON: i64 = 20_000 * DAY_MS + DAY_MS / 2;

    fn policy(consent: &str) -> Policy {
        Policy::new(PolicyParts {
            allow_list: AllowList::shipped().unwrap(),
            engine: Engine::new(&KnownIdentities::default()).unwrap(),
            key: passing_key().unwrap(),
            host: HostFacts {
                login: "mira".to_owned(),
                host: "laptop-7".to_owned(),
                home: "/home/mira".to_owned(),
                os: "linux",
                org: None,
            },
            tier: Tier::Content,
            consent_id: consent.to_owned(),
            agent_version: "0.0.0".to_owned(),
            event_bytes_max: 1_023_999,
            replacements: scrubber::Replacements::default(),
        })
    }

    fn status(now: i64) -> Status {
        let (interval, jitter) = (Duration::ZERO, Duration::ZERO);
        let limits = BatchLimits::FIREHOSE;
        let settings = Settings {
            limits,
            flush_interval: interval,
            rates: Rates::default(),
            bytes_per_day: None,
            start_jitter: jitter,
        };
        Shipper::new(settings, 1, 0, Mono::default(), Wall(now)).status()
    }

    struct Desk {
        folder: tempfile::TempDir,
        policy: Policy,
        consent: Consented,
    }

    impl Desk {
        fn new() -> Self {
            let consent =
                Consented { at: Some(Wall(NOON)), tier: Tier::Activity, text_version: 3, given: Given::Terminal };
            Self { folder: tempfile::tempdir().unwrap(), policy: policy("consent-1"), consent }
        }

        fn open(&self) -> Mutex<Store> {
            let folder = self.folder.path().join("state");
            let settings = StoreSettings { folder, bytes_max: 1 << 20, age_max: StoreSettings::AGE_MAX };
            Mutex::new(Store::open(settings, Wall(NOON)).unwrap().store)
        }

        /// The events that come of the upkeep of a process of its own.
        fn upkeep(&self, now: i64) -> Vec<Value> {
            let store = self.open();
            let mut sealer = Sealer::new(SealKey::new(&[1; 32]), now.to_le_bytes());
            let report = TailReport { files: 3, unread_since: Some(Wall(now - 1_000_000)), ..TailReport::default() };
            let facts = Facts { status: &status(now), report: &report, consent: self.consent, now: Wall(now) };
            let spooled = spool(&store, &self.policy, &mut sealer, &facts).unwrap();
            let opener = Opener::new(vec![SealKey::new(&[1; 32])]);
            let mut lines = Vec::new();
            for segment in spooled {
                lock(&store).load(segment.seq(), &opener).unwrap().unpack(&mut lines).unwrap();
            }
            lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
        }

        fn count(&self, now: i64, lines: u64) {
            let dropped = [(DropReason::NotJson, lines)].into();
            let redactions = [("aws-access-key".to_owned(), lines)].into();
            let counts = Counts { lines, dropped, redactions, ..Counts::default() };
            lock(&self.open()).append(&[], &[], &[], &counts, Wall(now)).unwrap();
        }
    }

    #[test]
    fn one_event_tells_of_all_days_since_the_last_one_and_none_of_today() {
        let desk = Desk::new();
        assert_eq!(desk.upkeep(NOON).len(), 0, "nothing is over yet");
        desk.count(NOON, 4);
        assert_eq!(desk.upkeep(NOON + 1000).len(), 0);
        desk.count(NOON + DAY_MS, 100);
        let told = desk.upkeep(NOON + DAY_MS);
        let [event] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(event["kind"], "agent_health");
        let health = &event["health"];
        assert_eq!((&health["since"], &health["until"]), (&"2024-10-04".into(), &"2024-10-04".into()));
        assert_eq!((health["lines"].as_u64(), health["files"].as_u64()), (Some(4), Some(3)));
        assert_eq!(health["oldest_seconds"], 1000, "what is to be read waits too");
        assert_eq!(health["records_dropped"]["not_json"], 4);
        assert_eq!(health["redactions"]["aws-access-key"], 4);
        assert_eq!(health["state"], "policy_missing", "as the shipper of this test was given none");
        let of_consent = ["consent_at", "consent_tier", "consent_given", "consent_text"].map(|name| &health[name]);
        assert_eq!(of_consent, [&json!("2024-10-04T12:00:00.000Z"), &json!("activity"), &json!("terminal"), &json!(3)]);
        let known = |name: &String| HEALTH_FIELDS.iter().any(|field| field.name == name);
        assert!(health.as_object().unwrap().keys().all(known), "{health}");
        assert_eq!(desk.upkeep(NOON + DAY_MS + 1000).len(), 0, "once a day");
        // Three days asleep: one event for them.
        let told = desk.upkeep(NOON + 4 * DAY_MS);
        let health = &told.first().unwrap()["health"];
        assert_eq!((&health["since"], &health["until"]), (&"2024-10-05".into(), &"2024-10-07".into()));
        assert_eq!(health["lines"], 100);
    }

    #[test]
    fn nothing_is_told_of_days_before_the_present_consent() {
        let mut desk = Desk::new();
        desk.upkeep(NOON);
        desk.count(NOON, 4);
        desk.count(NOON + DAY_MS, 5);
        desk.policy = policy("consent-2");
        assert_eq!(desk.upkeep(NOON + DAY_MS).len(), 0);
        assert_eq!(desk.upkeep(NOON + 2 * DAY_MS).len(), 0, "some of that day was before the consent");
        desk.count(NOON + 2 * DAY_MS, 6);
        let told = desk.upkeep(NOON + 3 * DAY_MS);
        let health = &told.first().unwrap()["health"];
        assert_eq!((&health["since"], &health["lines"]), (&"2024-10-06".into(), &6.into()));
    }

    #[test]
    fn a_death_before_the_day_was_noted_makes_no_second_event() {
        let desk = Desk::new();
        desk.upkeep(NOON);
        assert_eq!(desk.upkeep(NOON + DAY_MS).len(), 1);
        let noted = [&(NOON.div_euclid(DAY_MS) - 1).to_le_bytes(), "consent-1".as_bytes()].concat();
        lock(&desk.open()).set_meta(LAST_DAY, &noted).unwrap();
        assert_eq!(desk.upkeep(NOON + DAY_MS).len(), 0);
    }
}
