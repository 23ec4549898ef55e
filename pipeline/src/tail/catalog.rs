//! Knows every file that was ever read and decides where reading goes on in the one that is at hand.
//!
//! | What is seen | Reading goes on |
//! | --- | --- |
//! | nothing new (same file, length, time) | not at all |
//! | the known file, its content before the offset unchanged (grown, moved) | at the offset |
//! | the known file, no longer than what was read and written since | at the start, or at the floor |
//! | the known file, cut short or rewritten, unchanged before an earlier position | at that position |
//! | the known file, shorter than every position or with other content before each | as for another file |
//! | another file, that begins with what was read at its path | where that ended, or at an earlier position |
//! | another file, whose head and tail windows are those of a position elsewhere (a copy) | where that ended |
//! | anything else | at the start, or at the floor |
//!
//! The floor of a file is where it ended when consent was given: what stands before it is never read. Where a file was cut or
//! written anew and its content cannot be told from what stood there before, it is held back up to the floor, or to the file's
//! end, and what comes behind that is read. So it goes for a file put in its place, however it begins and how short it is, and for one that was moved
//! meanwhile: what stood there is gone, and any line may be one of it. Neither the times of records, which go by a clock that may have
//! been wrong, nor when a file was made, which tells nothing of when its text was, prove otherwise. A file that was cut to nothing keeps its floor: many programs write a file again by emptying it first, and then
//! what stood there before consent comes back. As long as it begins as it did then, it is held back up to the floor. So is one that was cut to
//! a part of itself and grows again within seconds: it may have been seen half-way.
//!
//! Windows do not tell of what was written over in between. A file that was written after it was read and has not grown is read again.
//!
//! A common start alone decides nothing away from the file's own path: sessions begin with equal lines. Earlier positions
//! are remembered while the agent runs, ever fewer the further back: what is read again after a cut is about as much as was
//! cut off. The events in it are recognised by their ids, as all are that are read again ([`Sieve`](super::Sieve)).

mod continued;
mod floor;
mod live;
mod marks;

use super::{FileId, FileKey, FileRecord, Position, Resume, WindowHash};
use crate::time::Mono;
use floor::matches;
use live::Live;
use marks::thin;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// How long a file that vanished is remembered: long enough for a folder that is moved, unmounted or synced back. One with a
/// floor is remembered until the next grant: it may come back with what stood in it before consent.
const FORGET_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Age at which the row of a vanished file goes at once: Claude Code deletes transcripts after 30 days.
const STALE_MS: i64 = 45 * 24 * 3600 * 1000;

/// A file as a listing or an open handle shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The file and where it lies.
    pub key: FileKey,
    /// Its length in bytes.
    pub length: u64,
    /// When it was last written, in nanoseconds since 1970 UTC.
    pub modified_ns: i128,
}

/// Whether a listed file is worth opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing happened since it was read.
    Unchanged,
    /// It must be opened and read.
    News,
}

/// What reading a window of the file at hand gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probed {
    /// The window's keyed hash.
    Hash(WindowHash),
    /// The file ends before the window does.
    Short,
    /// The file cannot be read now.
    Failed,
}

/// Hashes windows of the file at hand.
pub trait Probe {
    /// Hashes the bytes in `range`.
    fn window(&mut self, range: Range<u64>) -> Probed;
}

/// Why reading goes on where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The file was never seen.
    New,
    /// The known file at its place.
    Same,
    /// The known file at another place.
    Moved,
    /// Another file with known content: an atomic replace, or a copy.
    Continued,
    /// The known file, cut short.
    Truncated,
    /// The known file with other content, or another file under its number.
    Rewritten,
}

/// Where reading goes on in the file at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumed {
    /// Where.
    pub position: Position,
    /// Why there.
    pub why: Why,
    /// Where what stood in the file before consent ends.
    pub floor: Option<Position>,
    /// Bytes before the position that are held back, for what they hold may be from before consent; to be counted.
    pub held_back: u64,
    /// Bytes at the start of those that were counted before.
    pub counted: u64,
    /// The row whose place this file's row takes.
    pub supersedes: Option<FileKey>,
    /// The file has an older row at another place, updated then: its own has to be the newer one, whatever the clock says.
    pub after_ms: i64,
}

impl Resumed {
    /// The time that the file's row gets.
    pub fn updated_ms(&self, now_ms: i64) -> i64 {
        now_ms.max(self.after_ms.saturating_add(1))
    }
}

/// How reading a file came to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// There is more to read.
    More,
    /// Everything was consumed.
    End,
    /// A last line without line end is left, and may become one.
    Part,
    /// A last line without line end is left, was quiet, and does not end with a record.
    BrokenPart,
}

/// All files known, those at hand and those that vanished. Start with what the store kept.
pub struct Catalog {
    quiet: Duration,
    live: Live,
    /// Positions of content that its file no longer has.
    former: HashMap<FileKey, (Place, Mono)>,
    /// Files with an unended last line, by when it was first seen.
    parts: HashMap<FileId, Mono>,
    /// Files cut below their floor, with the floor and when that was seen last.
    cut: HashMap<FileId, (Position, Mono)>,
    scan: u64,
}

/// What is known of a file's content: how far it was read, and how far it may not be.
#[derive(Debug, Clone, Copy)]
struct Place {
    position: Position,
    floor: Option<Position>,
}

struct Tracked {
    /// The row that the store has, or will have with the next run.
    key: FileKey,
    position: Position,
    floor: Option<Position>,
    /// Positions before that one, the furthest last.
    marks: Vec<Position>,
    updated_ms: i64,
    /// When an older row of the file at another place was updated.
    after_ms: i64,
    /// Length and time when everything was read.
    settled: Option<(u64, i128)>,
    scan: u64,
    /// The last listing that showed the file at another place than that of its row.
    elsewhere: Option<u64>,
    missing_since: Option<Mono>,
}

impl Catalog {
    /// Takes what the store kept. An unended last line is looked at again after `quiet` (60 s by default: writers finish
    /// a line within milliseconds, so what stays unended that long was left by a crash).
    pub fn new(records: impl IntoIterator<Item = FileRecord>, quiet: Duration) -> Self {
        let (live, former) = (Live::default(), HashMap::new());
        let mut catalog = Self { quiet, live, former, parts: HashMap::new(), cut: HashMap::new(), scan: 0 };
        let mut records: Vec<FileRecord> = records.into_iter().collect();
        records.sort_by_key(|record| (record.updated_ms, record.position.offset));
        for record in records {
            let place = Place { position: record.position, floor: record.floor };
            let tracked = Tracked::new(record.key, place, record.updated_ms);
            if let Some(older) = catalog.live.insert(tracked) {
                if let Some(newer) = catalog.live.get_mut(&record.key.id) {
                    newer.after_ms = older.updated_ms;
                }
                catalog.former.insert(older.key, (older.place(), Mono::default()));
            }
        }
        catalog
    }

    /// Takes in a listed file and says whether it has news.
    pub fn observe(&mut self, seen: &Seen) -> Found {
        let scan = self.scan;
        let Some(tracked) = self.live.get_mut(&seen.key.id) else { return Found::News };
        tracked.scan = scan;
        tracked.missing_since = None;
        let moved = tracked.key.path != seen.key.path;
        tracked.elsewhere = moved.then_some(scan);
        match tracked.settled {
            Some(settled) if settled == (seen.length, seen.modified_ns) && !moved => Found::Unchanged,
            Some(_) | None => Found::News,
        }
    }

    /// Whether a listed file lay elsewhere when it was read. Such files are to be read before others: one that lies where another did
    /// counts as put in its place otherwise, and the other, which is forgotten then, as one that was never seen.
    pub fn is_moved(&self, seen: &Seen) -> bool {
        self.live.get(&seen.key.id).is_some_and(|tracked| tracked.key.path != seen.key.path)
    }

    /// Decides where reading goes on in the open file `seen`, whose content `probe` hashes; `None` when it cannot be
    /// read now.
    pub fn resume(&mut self, seen: &Seen, probe: &mut dyn Probe, now: Mono) -> Option<Resumed> {
        // One that was not read yet at its last place has no row there, but may have one before that.
        let older = |tracked: &Tracked| match tracked.key == seen.key {
            true => tracked.after_ms,
            false => tracked.updated_ms.max(tracked.after_ms),
        };
        let after_ms = self.live.get(&seen.key.id).map_or(0, older);
        let resumed = self.decide(seen, probe, now)?;
        if let Some(tracked) = self.live.get_mut(&seen.key.id) {
            tracked.after_ms = after_ms;
        }
        Some(Resumed { after_ms, ..resumed })
    }

    fn decide(&mut self, seen: &Seen, probe: &mut dyn Probe, now: Mono) -> Option<Resumed> {
        let own = self.live.get(&seen.key.id).map(|tracked| (tracked.key, tracked.place()));
        let mut why = Why::New;
        if let Some((key, place)) = own {
            if let Some(resumed) = self.returning(seen, (key, place), probe, now)? {
                return Some(self.start(seen, resumed));
            }
            if matches(&place.position, seen, probe)? {
                if key == seen.key && self.is_written_over(seen) {
                    return self.read_again(seen, own, probe);
                }
                let (why, supersedes) = if key == seen.key { (Why::Same, None) } else { (Why::Moved, Some(key)) };
                return Some(self.start(seen, Resumed::at(place, why, supersedes)));
            }
            why = if seen.length < place.position.offset { Why::Truncated } else { Why::Rewritten };
        }
        // Nothing is forgotten before the file at hand has told everything that it must be asked.
        let floor = self.floor(seen, own, probe)?;
        let continued = self.continued(seen, own, floor, probe)?;
        let above = match (continued, floor) {
            (None, Some(floor)) => Some(Resumed::above(floor, why, probe)?),
            (Some(_), _) | (None, None) => None,
        };
        self.note_cut(seen, own, now);
        let mut marks = Vec::new();
        if let Some((key, place)) = own {
            self.former.insert(key, (place, now));
            marks = self.live.remove(&seen.key.id).map(|tracked| tracked.marks).unwrap_or_default();
            self.parts.remove(&seen.key.id);
        }
        if let Some((key, place)) = continued {
            return Some(self.go_on(seen, (key, place), why, marks));
        }
        let resumed = match above {
            None => {
                Resumed::at(Place { position: Position::start(), floor: self.floor_of_emptied(seen, own) }, why, None)
            }
            Some(above) => Resumed { supersedes: self.replaced(seen), ..above },
        };
        Some(self.start(seen, resumed))
    }

    /// Holds back what stands in the file at hand before `end` and was not read yet, as it is known to be from before consent; `None`
    /// when it cannot be read now.
    pub fn hold_back(&mut self, seen: &Seen, resumed: Resumed, end: u64, probe: &mut dyn Probe) -> Option<Resumed> {
        let Resumed { why, supersedes, position, after_ms, .. } = resumed;
        let above = Resumed::above(Position::of(end, Resume::LineStart, probe)?, why, probe)?;
        Some(self.start(seen, Resumed { supersedes, counted: position.offset, after_ms, ..above }))
    }

    /// Whether any file is held back for what it held before consent.
    pub fn holds_back(&self) -> bool {
        self.live.have_floors()
    }

    /// How far a file is held back for what it held before consent.
    pub fn held_back(&self, id: &FileId) -> Option<u64> {
        self.live.get(id)?.floor.map(|floor| floor.offset)
    }

    /// Whether a file whose windows are unchanged was written after it was read, and did not grow by that. Where its clock is another
    /// one, or only its time was set, it is read again without need.
    fn is_written_over(&self, seen: &Seen) -> bool {
        self.live.get(&seen.key.id).is_some_and(|tracked| {
            let (written_ms, read_ms) = (seen.modified_ns / 1_000_000, i128::from(tracked.updated_ms));
            read_ms > 0 && written_ms > read_ms && tracked.position.offset == seen.length
        })
    }

    /// Begins anew with the known file; `None` when it cannot be read now.
    fn read_again(&mut self, seen: &Seen, own: Option<(FileKey, Place)>, probe: &mut dyn Probe) -> Option<Resumed> {
        let resumed = match self.floor(seen, own, probe)? {
            Some(floor) => Resumed::above(floor, Why::Rewritten, probe)?,
            None => Resumed::at(Place { position: Position::start(), floor: None }, Why::Rewritten, None),
        };
        if let Some(tracked) = self.live.get_mut(&seen.key.id) {
            tracked.marks.clear();
        }
        Some(self.start(seen, resumed))
    }

    /// Takes in how far the open file `seen` was read and how it came to rest.
    ///
    /// `seen` must have been taken before the file's end was met, so that what is appended later is news.
    pub fn read(&mut self, seen: &Seen, position: Position, settled: Settled, now: Mono, now_ms: i64) {
        let Some(before) = self.live.set_position(&seen.key.id, position) else { return };
        let Some(tracked) = self.live.get_mut(&seen.key.id) else { return };
        if before.offset > 0 && before.offset < position.offset {
            tracked.marks.push(before);
            thin(&mut tracked.marks, position.offset);
        }
        tracked.updated_ms = now_ms.max(tracked.after_ms.saturating_add(1));
        match settled {
            Settled::More => tracked.settled = None,
            Settled::End | Settled::Part | Settled::BrokenPart => {
                let grown = tracked.settled.replace((seen.length, seen.modified_ns));
                if settled != Settled::Part {
                    self.parts.remove(&seen.key.id);
                } else if grown != tracked.settled {
                    self.parts.insert(seen.key.id, now);
                }
            }
        }
    }

    /// The position of a file in memory, which may be ahead of the store.
    pub fn position(&self, id: &FileId) -> Option<Position> {
        self.live.get(id).map(|tracked| tracked.position)
    }

    /// Makes the next listing read the file again: it could not be opened or read to its end.
    pub fn unsettle(&mut self, id: &FileId) {
        if let Some(tracked) = self.live.get_mut(id) {
            tracked.settled = None;
        }
    }

    /// Begins a listing of all files.
    pub fn begin_scan(&mut self) {
        self.scan += 1;
    }

    /// Ends a listing of all files that met no trouble; returns the rows to forget. A listing in which a root could not
    /// be read, or was missing though it had been there, must not be ended: what it did not show may be there. One that showed
    /// nothing of what is known counts as such.
    pub fn end_scan(&mut self, now: Mono, now_ms: i64) -> Vec<FileKey> {
        if self.live.values().all(|tracked| tracked.scan != self.scan) {
            return Vec::new();
        }
        self.cut.retain(|_, (_, since)| since.until(now) < floor::REWRITTEN_WITHIN);
        let mut forgotten = Vec::new();
        let scan = self.scan;
        self.live.retain(|tracked| {
            if tracked.scan == scan {
                return true;
            }
            let since = *tracked.missing_since.get_or_insert(now);
            let stale = now_ms.saturating_sub(tracked.updated_ms) > STALE_MS;
            let keep = tracked.floor.is_some() || (!stale && since.until(now) < FORGET_AFTER);
            if !keep {
                forgotten.push(tracked.key);
                self.parts.remove(&tracked.key.id);
            }
            keep
        });
        self.former.retain(|key, (place, since)| {
            let keep = place.floor.is_some() || since.until(now) < FORGET_AFTER;
            // A row under the same key may hold the position of newer content.
            if !keep && self.live.get(&key.id).is_none_or(|tracked| tracked.key != *key) {
                forgotten.push(*key);
            }
            keep
        });
        forgotten
    }

    /// When the next unended line has been quiet for long enough.
    pub fn poll_deadline(&self) -> Option<Mono> {
        self.parts.values().min().map(|since| since.after(self.quiet))
    }

    /// Files whose unended last line has been quiet for long enough. Each is told until [`read`](Self::read) settles it.
    pub fn quiet_parts(&self, now: Mono) -> Vec<FileId> {
        self.parts.iter().filter(|(_, since)| since.after(self.quiet) <= now).map(|(id, _)| *id).collect()
    }

    /// Stops waiting for an unended line: its file cannot be found.
    pub fn drop_part(&mut self, id: &FileId) {
        self.parts.remove(id);
    }

    fn start(&mut self, seen: &Seen, resumed: Resumed) -> Resumed {
        let before = self.live.remove(&seen.key.id);
        let place = Place { position: resumed.position, floor: resumed.floor };
        let mut tracked = Tracked::new(seen.key, place, 0);
        tracked.scan = self.scan;
        if let Some(before) = before {
            tracked.marks = before.marks;
            tracked.marks.retain(|mark| mark.offset < place.position.offset);
            tracked.settled = before.settled;
            tracked.updated_ms = before.updated_ms;
            tracked.after_ms = before.after_ms;
        }
        self.live.insert(tracked);
        resumed
    }
}

impl Tracked {
    fn new(key: FileKey, Place { position, floor }: Place, updated_ms: i64) -> Self {
        Self {
            key,
            position,
            floor,
            marks: Vec::new(),
            updated_ms,
            after_ms: 0,
            settled: None,
            scan: 0,
            elsewhere: None,
            missing_since: None,
        }
    }

    fn place(&self) -> Place {
        Place { position: self.position, floor: self.floor }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
