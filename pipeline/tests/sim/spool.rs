//! A small honest store: one transaction at a time, and a power loss undoes what was not synced. Its journal says what
//! became of every event, whoever asked for it; the invariants read it.

use std::collections::BTreeMap;

use pipeline::pack::{Seq, Spooled};
use pipeline::seal::Sealed;
use pipeline::ship::{Receipt, SpoolDrop};
use pipeline::tail::{FileKey, FileRecord, Passed};
use pipeline::time::Wall;
use scrubber::{DataClass, SessionTag};

const SEQ_STEP: u64 = 8;
const ROW_BYTES: u64 = 128;
const DAY_MS: i64 = 86_400_000;

/// A segment and the numbers of the records that its events are of.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) sealed: Sealed,
    pub(crate) records: Vec<u32>,
    stored: Wall,
    aged_ms: i64,
}

/// What happened to events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Stored(Vec<u32>),
    /// Left because a receipt says that they were accepted.
    Settled(Vec<u32>),
    /// Left under a reason; so many were counted.
    Dropped(SpoolDrop, Vec<u32>, u64),
    /// Scrubbed again: what was there, what is, and how many were counted as forbidden.
    Replaced(Vec<u32>, Vec<u32>, u64),
    /// A power loss brought back what had left.
    Restored(Vec<u32>),
    /// Everything will be read anew.
    PositionsForgotten,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum PositionUpdate {
    Set(FileRecord),
    Forget(FileKey),
}

/// Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Full,
    Disk,
    /// Reading began anew since the process that asks came to be.
    Outdated,
}

/// What a relaxed transaction did and a power loss may undo.
#[derive(Debug)]
struct Undo {
    rows: Vec<(u64, Row)>,
    sent_bytes: Option<(i64, u64)>,
}

#[derive(Debug)]
pub(crate) struct Spool {
    rows: BTreeMap<u64, Row>,
    positions: BTreeMap<FileKey, FileRecord>,
    ids: BTreeMap<SessionTag, Vec<u64>>,
    sent_bytes: BTreeMap<i64, u64>,
    bytes: u64,
    next_seq: u64,
    aged_ms: i64,
    clock_ms: i64,
    unsynced: Vec<Undo>,
    pub(crate) bytes_max: u64,
    pub(crate) age_max_ms: i64,
    /// Every transaction fails.
    pub(crate) failing: bool,
    pub(crate) ignores_bound: bool,
    /// Bytes of the largest commit: an empty spool takes one of any size.
    pub(crate) largest: u64,
    pub(crate) journal: Vec<Change>,
    /// How often reading began anew.
    pub(crate) reading: u64,
}

impl Spool {
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self {
            rows: BTreeMap::new(),
            positions: BTreeMap::new(),
            ids: BTreeMap::new(),
            sent_bytes: BTreeMap::new(),
            bytes: 0,
            next_seq: SEQ_STEP,
            aged_ms: 0,
            clock_ms: 0,
            unsynced: Vec::new(),
            bytes_max,
            age_max_ms: 14 * DAY_MS,
            failing: false,
            ignores_bound: false,
            largest: 0,
            journal: Vec::new(),
            reading: 0,
        }
    }

    fn sound(&self) -> Result<(), Fault> {
        if self.failing { Err(Fault::Disk) } else { Ok(()) }
    }

    fn sync(&mut self) {
        self.unsynced.clear();
    }

    pub(crate) fn lose_power(&mut self) {
        while let Some(Undo { rows, sent_bytes }) = self.unsynced.pop() {
            for (seq, row) in rows {
                self.bytes += row_bytes(&row.sealed);
                self.journal.push(Change::Restored(row.records.clone()));
                self.rows.insert(seq, row);
            }
            if let Some((day, bytes)) = sent_bytes {
                *self.sent_bytes.entry(day).or_default() -= bytes;
            }
        }
    }

    pub(crate) fn append(
        &mut self,
        segments: &[(Sealed, Vec<u32>)],
        positions: &[PositionUpdate],
        passed: &[Passed],
        reading: u64,
        now: Wall,
    ) -> Result<Vec<Spooled>, Fault> {
        self.sound()?;
        if reading != self.reading {
            return Err(Fault::Outdated);
        }
        let more: u64 = segments.iter().map(|(sealed, _)| row_bytes(sealed)).sum();
        let full = !segments.is_empty() && self.bytes > 0 && self.bytes + more > self.bytes_max;
        if full && !self.ignores_bound {
            return Err(Fault::Full);
        }
        self.largest = self.largest.max(more);
        let mut spooled = Vec::new();
        for (sealed, records) in segments {
            let seq = self.next_seq;
            self.next_seq += SEQ_STEP;
            let row = Row { sealed: sealed.clone(), records: records.clone(), stored: now, aged_ms: self.aged_ms };
            self.bytes += row_bytes(sealed);
            self.rows.insert(seq, row);
            spooled.push(Spooled::after_commit(Seq(seq), sealed, now));
            self.journal.push(Change::Stored(records.clone()));
        }
        for update in positions {
            match update {
                PositionUpdate::Set(record) => drop(self.positions.insert(record.key, *record)),
                PositionUpdate::Forget(key) => drop(self.positions.remove(key)),
            }
        }
        for Passed { session, ids } in passed {
            self.ids.entry(*session).or_default().extend(ids);
        }
        self.sync();
        Ok(spooled)
    }

    pub(crate) fn pending(&self, class: DataClass, after: Option<Seq>, limit: usize) -> Result<Vec<Spooled>, Fault> {
        self.sound()?;
        let after = after.map_or(0, |seq| seq.0 + 1);
        let rows = self.rows.range(after..).filter(|(_, row)| row.sealed.header().class == class);
        Ok(rows.take(limit).map(|(seq, row)| Spooled::after_commit(Seq(*seq), &row.sealed, row.stored)).collect())
    }

    /// `None` when the segment has left.
    pub(crate) fn load(&self, seq: Seq) -> Result<Option<&Row>, Fault> {
        self.sound()?;
        Ok(self.rows.get(&seq.0))
    }

    fn take(&mut self, seqs: impl IntoIterator<Item = Seq>) -> Vec<(u64, Row)> {
        let rows: Vec<_> = seqs.into_iter().filter_map(|seq| Some((seq.0, self.rows.remove(&seq.0)?))).collect();
        self.bytes -= rows.iter().map(|(_, row)| row_bytes(&row.sealed)).sum::<u64>();
        rows
    }

    /// Forgets these because of a receipt.
    pub(crate) fn settle(&mut self, seqs: Vec<Seq>, receipt: &Receipt, now: Wall) -> Result<(), Fault> {
        self.sound()?;
        let rows = self.take(seqs);
        let bytes = receipt.accepted().map(|record| record.bytes() as u64).sum();
        let day = now.0.div_euclid(DAY_MS);
        *self.sent_bytes.entry(day).or_default() += bytes;
        self.journal.extend(rows.iter().map(|(_, row)| Change::Settled(row.records.clone())));
        self.unsynced.push(Undo { rows, sent_bytes: Some((day, bytes)) });
        Ok(())
    }

    pub(crate) fn discard(&mut self, seqs: &[Seq], reason: SpoolDrop) -> Result<(), Fault> {
        self.sound()?;
        let rows = self.take(seqs.iter().copied());
        for (_, row) in &rows {
            let counted = u64::from(row.sealed.header().lines);
            self.journal.push(Change::Dropped(reason, row.records.clone(), counted));
        }
        self.unsynced.push(Undo { rows, sent_bytes: None });
        Ok(())
    }

    pub(crate) fn replace(&mut self, seq: Seq, segments: &[(Sealed, Vec<u32>)]) -> Result<Vec<Spooled>, Fault> {
        self.sound()?;
        let Some((_, old)) = self.take([seq]).pop() else { return Ok(Vec::new()) };
        let mut place = seq.0;
        let (mut spooled, mut records) = (Vec::new(), Vec::new());
        for (sealed, of) in segments {
            if place / SEQ_STEP != seq.0 / SEQ_STEP || self.rows.contains_key(&place) {
                place = self.next_seq;
                self.next_seq += SEQ_STEP;
            }
            self.bytes += row_bytes(sealed);
            let row = Row { sealed: sealed.clone(), records: of.clone(), stored: old.stored, aged_ms: old.aged_ms };
            self.rows.insert(place, row);
            records.extend_from_slice(of);
            spooled.push(Spooled::after_commit(Seq(place), sealed, old.stored));
            place += 1;
        }
        let forbidden = old.records.len().saturating_sub(records.len()) as u64;
        self.journal.push(Change::Replaced(old.records, records, forbidden));
        self.sync();
        Ok(spooled)
    }

    /// Drops what is too old, by days on which the agent ran.
    pub(crate) fn expire(&mut self, now: Wall) -> Result<Vec<Seq>, Fault> {
        self.sound()?;
        let passed = if self.clock_ms == 0 { 0 } else { (now.0 - self.clock_ms).clamp(0, DAY_MS) };
        (self.aged_ms, self.clock_ms) = (self.aged_ms + passed, now.0);
        let oldest = self.aged_ms - self.age_max_ms;
        let seqs: Vec<_> = self.rows.iter().filter(|(_, row)| row.aged_ms < oldest).map(|(seq, _)| Seq(*seq)).collect();
        self.discard(&seqs, SpoolDrop::Expired)?;
        Ok(seqs)
    }

    pub(crate) fn purge(&mut self, reason: SpoolDrop) -> Result<(), Fault> {
        let seqs: Vec<_> = self.rows.keys().map(|seq| Seq(*seq)).collect();
        self.discard(&seqs, reason)?;
        self.sync();
        Ok(())
    }

    pub(crate) fn forget_positions(&mut self) -> Result<(), Fault> {
        self.sound()?;
        self.positions.clear();
        self.ids.clear();
        self.reading += 1;
        self.journal.push(Change::PositionsForgotten);
        self.sync();
        Ok(())
    }

    pub(crate) fn positions(&self) -> Vec<FileRecord> {
        self.positions.values().copied().collect()
    }

    pub(crate) fn stored_ids(&self, session: SessionTag) -> Result<Vec<u64>, Fault> {
        self.sound()?;
        Ok(self.ids.get(&session).cloned().unwrap_or_default())
    }

    pub(crate) fn bytes_today(&self, now: Wall) -> u64 {
        self.sent_bytes.get(&now.0.div_euclid(DAY_MS)).copied().unwrap_or_default()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&u64, &Row)> {
        self.rows.iter()
    }
}

pub(crate) fn row_bytes(sealed: &Sealed) -> u64 {
    sealed.ciphertext().len() as u64 + ROW_BYTES
}
