//! Requests for erasure, and whether they were followed: the view `erasure_requests`.

use std::collections::HashMap;

use scrubber::schema::ERASURE_KIND;

use super::super::rows::Requests;
use super::event::Event;
use super::scan::{Gather, Names, renumbered};

/// Looks at all events, of whatever day.
pub(super) struct Asked;

/// Whose an event is, and when it was read; of a request also when it was made.
pub(super) struct Whose {
    user: u32,
    ingest_us: i64,
    requested_us: Option<i64>,
}

impl Gather for Asked {
    type Item = Whose;

    fn take(&self, event: &Event<'_>, names: &mut Names) -> Option<Whose> {
        // Of all classes: the internal one holds narrowed copies of the others.
        Some(Whose {
            user: names.number(&event.user.0),
            ingest_us: event.ingest_us,
            requested_us: (event.kind.0 == ERASURE_KIND).then_some(event.at_us),
        })
    }

    fn renumber(item: &mut Whose, numbers: &[u32]) {
        item.user = renumbered(item.user, numbers);
    }
}

/// The oldest event held of each user, and each request.
#[derive(Debug, Default)]
pub(super) struct Held {
    oldest_us: HashMap<u32, i64>,
    requests: Vec<(u32, i64)>,
}

impl Held {
    pub(super) fn add(&mut self, whose: &Whose) {
        if let Some(requested_us) = whose.requested_us {
            self.requests.push((whose.user, requested_us));
        } else {
            let oldest = self.oldest_us.entry(whose.user).or_insert(i64::MAX);
            *oldest = (*oldest).min(whose.ingest_us);
        }
    }

    pub(super) fn answer(&self) -> Requests {
        let is_open = |(user, requested_us): &&(u32, i64)| {
            self.oldest_us.get(user).is_some_and(|oldest_us| oldest_us <= requested_us)
        };
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Requests { requests: count(self.requests.len()), open: count(self.requests.iter().filter(is_open).count()) }
    }
}
