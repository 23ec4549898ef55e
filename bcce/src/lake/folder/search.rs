//! The newest events that match.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::super::rows::{Finds, Found, Search};
use super::DAY_US;
use super::event::Event;
use super::scan::{Gather, Names};

/// Takes the events of these days that match.
pub(super) struct Matching<'a> {
    pub(super) search: &'a Search,
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Gather for Matching<'_> {
    type Item = Box<Found>;

    fn take(&self, event: &Event<'_>, _: &mut Names) -> Option<Box<Found>> {
        let Search { user, session, consent, policy, kind, tool, rule, limit: _ } = self.search;
        let is = |wanted: &Option<String>, held: &str| wanted.as_ref().is_none_or(|wanted| wanted == held);
        let held_session = event.session.as_ref().map(|session| session.0.to_string());
        let tools = || event.tools.iter().flatten().filter_map(|tool| tool.name.as_ref());
        let redactions = || event.redactions.iter().flatten();
        let matches = (self.from..=self.to).contains(&event.at_us.div_euclid(DAY_US))
            && is(user, &event.user.0)
            && is(consent, &event.consent_id.0)
            && is(policy, &event.policy_id.0)
            && is(kind, &event.kind.0)
            && is(session, held_session.as_deref().unwrap_or_default())
            && tool.as_ref().is_none_or(|tool| tools().any(|name| name.0 == *tool))
            && rule.as_ref().is_none_or(|rule| redactions().any(|(name, _)| name.0 == *rule));
        matches.then(|| {
            Box::new(Found {
                at: Timestamp::from_microsecond(event.at_us).unwrap_or_default(),
                event_id: event.event_id.0.to_string(),
                kind: event.kind.0.to_string(),
                user: event.user.0.to_string(),
                session: held_session,
                tier: event.tier.0.to_string(),
                policy_id: event.policy_id.0.to_string(),
                consent_id: event.consent_id.0.to_string(),
                tools: tools().map(|name| name.0.to_string()).collect(),
                redactions: redactions().map(|(rule, count)| (rule.0.to_string(), count.0)).collect(),
            })
        })
    }

    fn renumber(_: &mut Self::Item, _: &[u32]) {}
}

/// The newest so far.
pub(super) struct Newest {
    limit: usize,
    held: Vec<Found>,
}

impl Newest {
    pub(super) fn of(limit: u32) -> Self {
        Self { limit: limit as usize, held: Vec::new() }
    }

    pub(super) fn add(&mut self, found: Found) {
        self.held.push(found);
        if self.held.len() > 4 * (self.limit + 1) {
            self.cut();
        }
    }

    /// One more than the limit is kept, to know whether there are more.
    fn cut(&mut self) {
        self.held.sort_by(|one, other| (Reverse(one.at), &one.event_id).cmp(&(Reverse(other.at), &other.event_id)));
        self.held.truncate(self.limit + 1);
    }

    pub(super) fn finds(mut self) -> Finds {
        self.cut();
        let is_cut_off = self.held.len() > self.limit;
        self.held.truncate(self.limit);
        Finds { events: self.held, is_cut_off }
    }
}
