//! How far a file is held back for what it held before consent.

use super::{Catalog, Place, Probe, Probed, Resumed, Seen, Why};
use crate::planted::{Bug, is_planted};
use crate::tail::{FileKey, HEAD_BYTES_MAX, Position, Resume, TAIL_BYTES_MAX, WindowHash};
use crate::time::Mono;
use std::ops::Range;
use std::time::Duration;

/// How long after a file was seen below its floor what it grows by may be what stood there before: longer than a pause in writing a
/// file anew, over a network too.
pub(super) const REWRITTEN_WITHIN: Duration = Duration::from_secs(10);

impl Catalog {
    /// Up to where the file at hand must be held back when its content is that of no position behind there: the furthest
    /// floor of what it is or replaces, cut to its length. Whether a line ends there is not known ([`Position::begun`]). The outer
    /// `None` for a file that cannot be read now.
    #[expect(clippy::option_option, reason = "whether it can be read is one question, whether it has a floor another")]
    pub(super) fn floor(
        &self,
        seen: &Seen,
        own: Option<(FileKey, Place)>,
        probe: &mut dyn Probe,
    ) -> Option<Option<Position>> {
        let furthest = self.furthest_floor(seen, own).map_or(0, |floor| floor.offset);
        match furthest.min(seen.length) {
            0 => Some(None),
            offset => Position::of(offset, Resume::SkipBegun, probe).map(Some),
        }
    }

    /// The floor that an emptied file keeps: the furthest of what it is or replaces.
    pub(super) fn floor_of_emptied(&self, seen: &Seen, own: Option<(FileKey, Place)>) -> Option<Position> {
        if seen.length == 0 { self.furthest_floor(seen, own) } else { None }
    }

    /// Notes that a file is shorter than its floor: who writes it anew may be half-way.
    pub(super) fn note_cut(&mut self, seen: &Seen, own: Option<(FileKey, Place)>, now: Mono) {
        let floor = self.furthest_floor(seen, own);
        if let Some(floor) = floor.filter(|floor| floor.offset > seen.length && seen.length > 0) {
            self.cut.insert(seen.key.id, (floor, now));
        }
    }

    /// The furthest floor of what the file at hand is, wherever it lay, and of what it replaces. How it begins says nothing against it:
    /// it may have been cut to its first lines, or written over from there.
    fn furthest_floor(&self, seen: &Seen, own: Option<(FileKey, Place)>) -> Option<Position> {
        if is_planted(Bug::ForgetsFloor) {
            return None;
        }
        self.at_its_place(seen).chain(own).filter_map(|(_, place)| place.floor).max_by_key(|floor| floor.offset)
    }

    /// Where reading goes on in a file whose floor lies ahead of its position, since it was emptied, or cut a moment ago. Nowhere in
    /// particular in others; the outer `None` for a file that cannot be read now.
    #[expect(
        clippy::option_option,
        reason = "whether it can be read is one question, whether its floor lies ahead another"
    )]
    pub(super) fn returning(
        &mut self,
        seen: &Seen,
        (key, place): (FileKey, Place),
        probe: &mut dyn Probe,
        now: Mono,
    ) -> Option<Option<Resumed>> {
        let ahead = |floor: &Position| floor.offset > place.position.offset + 1;
        if let Some(floor) = place.floor.filter(ahead) {
            return returning(seen, (key, place), floor, probe).map(Some);
        }
        let fresh = |(_, since): &&(Position, Mono)| since.until(now) < REWRITTEN_WITHIN;
        let cut = self.cut.get(&key.id).filter(fresh).map(|(floor, _)| *floor).filter(ahead);
        let Some(floor) = cut.filter(|_| key == seen.key && seen.length > place.position.offset) else {
            return Some(None);
        };
        let mut resumed = returning(seen, (key, place), floor, probe)?;
        if seen.length < floor.offset && resumed.floor.is_some() {
            // What is appended later than that is read.
            resumed.floor = Some(Position::of(seen.length, Resume::SkipBegun, probe)?);
            self.cut.insert(key.id, (floor, now));
        } else {
            self.cut.remove(&key.id);
        }
        Some(Some(resumed))
    }

    /// Forgets the other files that lay where the file at hand lies, but for those that were just listed elsewhere and could not be
    /// read there before this one; gives the row of one of them.
    pub(super) fn replaced(&mut self, seen: &Seen) -> Option<FileKey> {
        let is_elsewhere = |key: &FileKey| {
            self.live.get(&key.id).is_some_and(|tracked| tracked.key == *key && tracked.elsewhere == Some(self.scan))
        };
        let replaced = self.at_its_place(seen).map(|(key, _)| key).filter(|key| !is_elsewhere(key));
        let replaced: Vec<FileKey> = replaced.collect();
        for key in &replaced {
            self.former.remove(key);
            if self.live.get(&key.id).is_some_and(|tracked| tracked.key == *key) {
                self.live.remove(&key.id);
                self.parts.remove(&key.id);
            }
        }
        replaced.into_iter().max()
    }

    /// The other files that lay where the file at hand lies.
    fn at_its_place(&self, seen: &Seen) -> impl Iterator<Item = (FileKey, Place)> {
        let live = self.live.at(seen.key.path).map(|tracked| (tracked.key, tracked.place()));
        let former = self.former.iter().map(|(key, (place, _))| (*key, *place));
        let key = seen.key;
        live.chain(former).filter(move |(other, _)| other.path == key.path && *other != key)
    }
}

impl Resumed {
    /// Whether the file's row must be stored though nothing of the file is read: the one there, floor included, is about
    /// content that is no more.
    pub fn is_news(&self) -> bool {
        self.supersedes.is_some() || matches!(self.why, Why::Truncated | Why::Rewritten)
    }

    pub(super) fn at(Place { position, floor }: Place, why: Why, supersedes: Option<FileKey>) -> Self {
        Self { position, why, supersedes, floor, held_back: 0, counted: 0, after_ms: 0 }
    }

    /// Behind the line that reaches up to `floor` or beyond: it is counted where it ends, those before it by the reader.
    pub(super) fn above(floor: Position, why: Why, probe: &mut dyn Probe) -> Option<Self> {
        let position = Position::of(floor.offset - 1, Resume::SkipBegun, probe)?;
        let held_back = position.offset;
        Some(Self { position, why, supersedes: None, floor: Some(floor), held_back, counted: 0, after_ms: 0 })
    }
}

impl Position {
    /// The position at `offset` of the file at hand.
    pub(super) fn of(offset: u64, resume: Resume, probe: &mut dyn Probe) -> Option<Self> {
        let mut hash = |range| match probe.window(range) {
            Probed::Hash(hash) => Some(hash),
            Probed::Short | Probed::Failed => None,
        };
        let head = hash(0..offset.min(HEAD_BYTES_MAX))?;
        let tail = hash(offset - offset.min(TAIL_BYTES_MAX)..offset)?;
        Some(Self { offset, resume, head, tail })
    }

    /// Where reading that is to begin here begins: where a line that was begun is to be skipped, with the byte before, which tells whether
    /// it has ended. Of a floor that was cut this is not known.
    pub(super) fn begun(self, probe: &mut dyn Probe) -> Option<Self> {
        match self.resume {
            Resume::SkipBegun => Self::of(self.offset - 1, Resume::SkipBegun, probe),
            Resume::LineStart | Resume::SkipLine => Some(self),
        }
    }
}

/// Where reading goes on in a file that ended below its floor and may be growing back to what stood there before consent; `None`
/// when it cannot be read now.
fn returning(seen: &Seen, (key, place): (FileKey, Place), floor: Position, probe: &mut dyn Probe) -> Option<Resumed> {
    let (why, supersedes) = if key == seen.key { (Why::Same, None) } else { (Why::Moved, Some(key)) };
    let at = |position, floor, why| Some(Resumed::at(Place { position, floor }, why, supersedes));
    if seen.length == 0 {
        return at(Position::start(), Some(floor), if place.position.offset == 0 { why } else { Why::Truncated });
    }
    if seen.length >= floor.head_len() && !has_window(floor.head_range(), floor.head, probe)? {
        // Something else stands there now.
        let goes_on = matches(&place.position, seen, probe)?;
        return if goes_on { at(place.position, None, why) } else { at(Position::start(), None, Why::Rewritten) };
    }
    // A short start is common to many: it may end within a line that begins anew.
    if floor.offset >= HEAD_BYTES_MAX && matches(&floor, seen, probe)? {
        return at(floor.begun(probe)?, Some(floor), why);
    }
    // It may be on its way back, or as much of it as can be told.
    let reached = Position::of(floor.offset.min(seen.length), Resume::SkipBegun, probe)?;
    let kept = if seen.length < floor.offset { floor } else { reached };
    Some(Resumed { floor: Some(kept), supersedes, ..Resumed::above(reached, why, probe)? })
}

/// Says whether the content before `position` is that of the file at hand; `None` when it cannot be read now.
pub(super) fn matches(position: &Position, seen: &Seen, probe: &mut dyn Probe) -> Option<bool> {
    if position.offset == 0 || (position.offset <= seen.length && is_planted(Bug::TrustsFileNames)) {
        return Some(true);
    }
    if seen.length < position.offset {
        return Some(false);
    }
    Some(
        has_window(position.tail_range(), position.tail, probe)?
            && has_window(position.head_range(), position.head, probe)?,
    )
}

/// Says whether a window of the file at hand is the expected one; `None` when it cannot be read now.
fn has_window(range: Range<u64>, expected: WindowHash, probe: &mut dyn Probe) -> Option<bool> {
    match probe.window(range) {
        Probed::Hash(hash) => Some(hash == expected),
        Probed::Short => Some(false),
        Probed::Failed => None,
    }
}
