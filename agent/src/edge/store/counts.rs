//! Counters by day, kind and name: what was read, dropped, redacted and sent, in numbers alone.

use pipeline::time::{DAY_MS, Wall};
use rusqlite::{Connection, Transaction, params};
use scrubber::Counts;

use super::signed;

/// Days kept apart; older ones are added up under day 0.
const DAYS_KEPT: i64 = 35;

/// Unknown types that are told apart on a day. A version of Claude Code brings one or two.
const UNKNOWN_TYPES_MAX: i64 = 64;
/// What the others are counted under.
const OTHER_TYPES: &str = "other";

/// What a counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Lines read.
    Lines,
    /// Bytes of those lines.
    Bytes,
    /// Events made.
    Events,
    /// Records dropped whole, by reason.
    Dropped,
    /// Values dropped because no rule names their path.
    FieldsUnlisted,
    /// Values dropped because they have not the declared shape.
    FieldsMisshapen,
    /// Texts dropped because the same text ships elsewhere.
    TextsTwin,
    /// Texts cut to fit.
    TextsCut,
    /// Redactions, by rule.
    Redaction,
    /// Findings that settings let pass, by rule.
    Allowed,
    /// Records of unknown type, by pseudonym of the type.
    UnknownType,
    /// Events that left the spool without being accepted, by reason.
    SpoolDrop,
    /// Records accepted, by class.
    SentRecords,
    /// Events accepted, by class.
    SentEvents,
    /// Bytes accepted, by class.
    SentBytes,
    /// Damaged databases set aside.
    SetAside,
}

/// One counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Days since 1970 UTC; 0 for all that is long past.
    pub day: i64,
    /// What it counts.
    pub kind: Kind,
    /// Reason, rule, class or pseudonym; empty where there is one counter of the kind.
    pub name: String,
    /// How many.
    pub n: u64,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 16] = [
        Self::Lines,
        Self::Bytes,
        Self::Events,
        Self::Dropped,
        Self::FieldsUnlisted,
        Self::FieldsMisshapen,
        Self::TextsTwin,
        Self::TextsCut,
        Self::Redaction,
        Self::Allowed,
        Self::UnknownType,
        Self::SpoolDrop,
        Self::SentRecords,
        Self::SentEvents,
        Self::SentBytes,
        Self::SetAside,
    ];

    /// The name in the database and in `status`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Bytes => "bytes",
            Self::Events => "events",
            Self::Dropped => "dropped",
            Self::FieldsUnlisted => "fields_unlisted",
            Self::FieldsMisshapen => "fields_misshapen",
            Self::TextsTwin => "texts_twin",
            Self::TextsCut => "texts_cut",
            Self::Redaction => "redaction",
            Self::Allowed => "allowed",
            Self::UnknownType => "unknown_type",
            Self::SpoolDrop => "spool_drop",
            Self::SentRecords => "sent_records",
            Self::SentEvents => "sent_events",
            Self::SentBytes => "sent_bytes",
            Self::SetAside => "set_aside",
        }
    }
}

pub(super) fn day(now: Wall) -> i64 {
    now.0.div_euclid(DAY_MS)
}

pub(super) fn add(transaction: &Transaction<'_>, now: Wall, kind: Kind, name: &str, n: u64) -> rusqlite::Result<()> {
    if n == 0 {
        return Ok(());
    }
    transaction
        .prepare_cached("INSERT INTO count VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET n = n + ?4")?
        .execute(params![day(now), kind.as_str(), name, signed(n)])?;
    Ok(())
}

pub(super) fn add_all(transaction: &Transaction<'_>, counts: &Counts, now: Wall) -> rusqlite::Result<()> {
    let single = [
        (Kind::Lines, counts.lines),
        (Kind::Bytes, counts.bytes),
        (Kind::Events, counts.events),
        (Kind::FieldsUnlisted, counts.fields_unlisted),
        (Kind::FieldsMisshapen, counts.fields_misshapen),
        (Kind::TextsTwin, counts.texts_twin),
        (Kind::TextsCut, counts.texts_cut),
    ];
    single.into_iter().try_for_each(|(kind, n)| add(transaction, now, kind, "", n))?;
    counts.dropped.iter().try_for_each(|(reason, n)| add(transaction, now, Kind::Dropped, reason.as_str(), *n))?;
    counts.redactions.iter().try_for_each(|(rule, n)| add(transaction, now, Kind::Redaction, rule, *n))?;
    counts.allowed.iter().try_for_each(|(rule, n)| add(transaction, now, Kind::Allowed, rule, *n))?;
    counts.unknown_types.iter().try_for_each(|(name, n)| add_unknown_type(transaction, now, name, *n))
}

/// Counts records of an unknown type under its name as long as there are few of them, for whoever writes transcripts chooses them.
fn add_unknown_type(transaction: &Transaction<'_>, now: Wall, name: &str, n: u64) -> rusqlite::Result<()> {
    let kind = Kind::UnknownType.as_str();
    let known = transaction
        .prepare_cached("SELECT 1 FROM count WHERE day = ?1 AND kind = ?2 AND name = ?3")?
        .exists(params![day(now), kind, name])?;
    let many = || -> rusqlite::Result<bool> {
        let mut query = transaction.prepare_cached("SELECT count(*) FROM count WHERE day = ?1 AND kind = ?2")?;
        Ok(query.query_row(params![day(now), kind], |row| row.get::<_, i64>(0))? >= UNKNOWN_TYPES_MAX)
    };
    let name = if known || !many()? { name } else { OTHER_TYPES };
    add(transaction, now, Kind::UnknownType, name, n)
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Count>> {
    let mut query = connection.prepare_cached("SELECT day, kind, name, n FROM count ORDER BY day, kind, name")?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = row.get_ref(1)?.as_str()?;
        if let Some(kind) = Kind::ALL.into_iter().find(|known| known.as_str() == kind) {
            found.push(Count { day: row.get(0)?, kind, name: row.get(2)?, n: row.get::<_, i64>(3)?.unsigned_abs() });
        }
    }
    Ok(found)
}

pub(super) fn sum(connection: &Connection, day: i64, kind: Kind) -> rusqlite::Result<u64> {
    let mut query = connection.prepare_cached("SELECT ifnull(sum(n), 0) FROM count WHERE day = ?1 AND kind = ?2")?;
    query.query_row(params![day, kind.as_str()], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Adds up what is long past.
pub(super) fn fold(transaction: &Transaction<'_>, now: Wall) -> rusqlite::Result<()> {
    let old = day(now) - DAYS_KEPT;
    let folded = transaction.execute(
        "INSERT INTO count SELECT 0, kind, name, sum(n) FROM count WHERE day > 0 AND day < ?1 GROUP BY kind, name
         ON CONFLICT DO UPDATE SET n = n + excluded.n",
        [old],
    )?;
    if folded > 0 {
        transaction.execute("DELETE FROM count WHERE day > 0 AND day < ?1", [old])?;
    }
    Ok(())
}
