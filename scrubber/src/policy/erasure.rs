//! The event by which a person asks to have erased what a receiver knows under their pseudonyms.

use super::{EventsByTier, Policy};
use crate::schema::ERASURE_KIND;
use crate::{EventId, SessionTag};

impl Policy {
    /// The tag and the id of the request that was made at this time: one request has one id, however often it is sent.
    pub fn erasure_id(&self, requested_ms: i64) -> (SessionTag, EventId) {
        let key = &self.parts.key;
        let session = key.pseudonym("session", &[ERASURE_KIND.as_bytes()]).half();
        (SessionTag(session), EventId(key.pseudonym("event-erasure", &[&requested_ms.to_le_bytes()]).0))
    }

    /// Appends the request to the run of the narrowest tier. It says no more than every event does: the pseudonyms of user
    /// and host, and what made it.
    pub fn erasure(&self, requested_ms: i64, out: &mut EventsByTier) {
        self.own_event(ERASURE_KIND, self.erasure_id(requested_ms), requested_ms, out, |_| {});
    }
}
