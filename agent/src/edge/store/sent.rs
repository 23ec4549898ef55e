//! The log of what was accepted by a receiver, by the hour. Revoking and purging leave it: a user can look up what left.
//! Where a damaged database is set aside, what can be read of its log goes on in the fresh one.

use pipeline::ship::Receipt;
use pipeline::time::Wall;
use rusqlite::{Connection, Transaction, params};
use scrubber::DataClass;

use super::{Kind, Store, StoreError, class_code, counts, set_meta, signed};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// What was accepted in one hour of one class, under one consent and one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When the hour began.
    pub hour: Wall,
    /// The data class.
    pub class: DataClass,
    /// The consent under which the events were made.
    pub consent: String,
    /// The policy that made them.
    pub policy: String,
    /// How many events.
    pub events: u64,
    /// Bytes of NDJSON.
    pub bytes: u64,
}

impl Store {
    /// Adds to the log and the counters what another spool has there of what was accepted.
    ///
    /// # Errors
    ///
    /// When one of the databases fails; nothing is added then.
    pub fn add_sent(&mut self, other: &Self, now: Wall) -> Result<(), StoreError> {
        let (sent, counted) = (other.sent_since(Wall(0))?, other.counts()?);
        let transaction = self.durable()?;
        for one in &sent {
            insert(&transaction, one)?;
            set_meta(&transaction, &format!("accepted_{}", one.class), &now.0.to_le_bytes())?;
        }
        for count in &counted {
            if matches!(count.kind, Kind::SentRecords | Kind::SentEvents | Kind::SentBytes) {
                counts::add(&transaction, now, count.kind, &count.name, count.n)?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Writes an entry, as if it had been sent.
    #[cfg(test)]
    pub(crate) fn log_sent(&mut self, one: &Sent) -> Result<(), StoreError> {
        let transaction = self.durable()?;
        insert(&transaction, one)?;
        Ok(transaction.commit()?)
    }
}

pub(super) fn add(transaction: &Transaction<'_>, receipt: &Receipt, now: Wall) -> rusqlite::Result<()> {
    for segment in receipt.accepted().flat_map(|record| record.segments()) {
        let one = Sent {
            hour: Wall(now.0.div_euclid(HOUR_MS) * HOUR_MS),
            class: receipt.class(),
            consent: segment.label().consent_id().to_owned(),
            policy: segment.label().policy_id().to_owned(),
            events: u64::from(segment.lines()),
            bytes: u64::from(segment.bytes()),
        };
        insert(transaction, &one)?;
    }
    Ok(())
}

pub(super) fn insert(transaction: &Transaction<'_>, one: &Sent) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO sent (hour, class, consent, policy, events, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET events = events + ?5, bytes = bytes + ?6",
    )?;
    let (hour, class) = (one.hour.0.div_euclid(HOUR_MS), class_code(one.class));
    statement.execute(params![hour, class, one.consent, one.policy, signed(one.events), signed(one.bytes)])?;
    Ok(())
}

pub(super) fn since(connection: &Connection, since: Wall) -> rusqlite::Result<Vec<Sent>> {
    let mut all = Vec::new();
    each_since(connection, since, |one| all.push(one))?;
    Ok(all)
}

/// Calls `take` for each entry, up to the first that cannot be read.
pub(super) fn each_since(connection: &Connection, since: Wall, mut take: impl FnMut(Sent)) -> rusqlite::Result<()> {
    let mut query = connection.prepare_cached(
        "SELECT hour, class, consent, policy, events, bytes FROM sent WHERE hour >= ?1 ORDER BY hour, class, consent, policy",
    )?;
    let mut rows = query.query_map([since.0.div_euclid(HOUR_MS)], |row| {
        let code: u8 = row.get(1)?;
        let class = DataClass::ALL.into_iter().find(|class| class_code(*class) == code);
        Ok(Sent {
            hour: Wall(row.get::<_, i64>(0)? * HOUR_MS),
            class: class.ok_or(rusqlite::Error::IntegralValueOutOfRange(1, code.into()))?,
            consent: row.get(2)?,
            policy: row.get(3)?,
            events: row.get::<_, i64>(4)?.unsigned_abs(),
            bytes: row.get::<_, i64>(5)?.unsigned_abs(),
        })
    })?;
    rows.try_for_each(|row| row.map(&mut take))
}
