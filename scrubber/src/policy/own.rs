//! Events that are made of no record: what the agent tells of itself or for its user.

use super::time::write_time;
use super::{EventsByTier, Policy, run_of};
use crate::event::Entry;
use crate::pseudonym::Pseudonym;
use crate::schema::SCHEMA;
use crate::{EventId, ProjectTag, SessionTag, Tier};

impl Policy {
    /// Appends an event to the run of the narrowest tier: the frame that every event has, and what `members` adds, each
    /// member with a comma before it.
    pub(super) fn own_event(
        &self,
        kind: &str,
        (session, id): (SessionTag, EventId),
        time_ms: i64,
        out: &mut EventsByTier,
        members: impl FnOnce(&mut Vec<u8>),
    ) {
        let Some(events) = run_of(out, Tier::Metrics) else { return };
        let line = &mut events.ndjson;
        line.extend_from_slice(format!("{{\"schema\":\"{SCHEMA}\",\"event_id\":\"").as_bytes());
        Pseudonym(id.0).write_hex(32, line);
        for name in ["ingest_time", "event_time"] {
            line.extend_from_slice(format!("\",\"{name}\":\"").as_bytes());
            write_time(time_ms, line);
        }
        let (tier, class) = (Tier::Metrics, Tier::Metrics.data_class());
        let rest = format!("\",\"tier\":\"{tier}\",\"data_class\":\"{class}\",\"kind\":\"{kind}\"");
        line.extend_from_slice(rest.as_bytes());
        line.extend_from_slice(self.frame.host.as_bytes());
        members(line);
        line.extend_from_slice(b",\"dropped_fields\":0");
        line.extend_from_slice(self.frame.policy.as_bytes());
        line.extend_from_slice(b"}\n");
        let end = line.len();
        events.index.push(Entry { id, session, project: ProjectTag::AGENT, end });
    }
}
