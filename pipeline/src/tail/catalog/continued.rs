//! Where reading goes on in a file whose content is not that of its own last position.

use super::floor::matches;
use super::{Catalog, Place, Probe, Probed, Resumed, Seen, Why};
use crate::tail::{FileKey, HEAD_BYTES_MAX, Position};

/// Positions that a file's content is held against at most.
const CANDIDATES_MAX: usize = 64;

impl Catalog {
    /// Goes on at another place than the file's own last one.
    pub(super) fn go_on(
        &mut self,
        seen: &Seen,
        (key, place): (FileKey, Place),
        why: Why,
        mut marks: Vec<Position>,
    ) -> Resumed {
        let same_place = key.path == seen.key.path && key != seen.key;
        if same_place {
            self.former.remove(&key);
            // Its number may belong to another file by now.
            if self.live.get(&key.id).is_some_and(|tracked| tracked.key == key) {
                marks.extend(self.live.remove(&key.id).into_iter().flat_map(|replaced| replaced.marks));
                self.parts.remove(&key.id);
            }
        }
        let why = if key.id == seen.key.id { why } else { Why::Continued };
        let resumed = self.start(seen, Resumed::at(place, why, same_place.then_some(key)));
        if let Some(tracked) = self.live.get_mut(&seen.key.id) {
            marks.retain(|mark| mark.offset < place.position.offset);
            tracked.marks = marks;
        }
        resumed
    }

    /// The furthest place, not beneath `floor`, whose content the file at hand has.
    #[expect(clippy::option_option, reason = "whether it can be read is one question, whether it goes on another")]
    pub(super) fn continued(
        &self,
        seen: &Seen,
        own: Option<(FileKey, Place)>,
        floor: Option<Position>,
        probe: &mut dyn Probe,
    ) -> Option<Option<(FileKey, Place)>> {
        let least = floor.map_or(0, |floor| floor.offset);
        for (key, place) in self.candidates(seen, own, probe)? {
            if place.position.offset >= least && matches(&place.position, seen, probe)? {
                return Some(Some((key, Place { position: place.position.begun(probe)?, ..place })));
            }
        }
        Some(None)
    }

    /// Positions that the file at hand may continue, the furthest first: its `own` marks and floor, and those of others.
    fn candidates(
        &self,
        seen: &Seen,
        own: Option<(FileKey, Place)>,
        probe: &mut dyn Probe,
    ) -> Option<Vec<(FileKey, Place)>> {
        let head = match seen.length >= HEAD_BYTES_MAX {
            true => probe.window(0..HEAD_BYTES_MAX),
            false => Probed::Short,
        };
        let head = match head {
            Probed::Hash(head) => Some(head),
            Probed::Short => None,
            Probed::Failed => return None,
        };
        let floor = own.and_then(|(_, place)| place.floor);
        // Where it lay: of one that was moved, or is another under its number, a common start says nothing either.
        let key = own.map_or(seen.key, |(key, _)| key);
        let marks = self.live.get(&seen.key.id).into_iter().flat_map(|tracked| tracked.marks.iter().copied());
        let own = marks.chain(floor).map(|position| (key, Place { position, floor }));
        let copied = head.into_iter().flat_map(|head| self.live.beginning_with(head));
        let live = self.live.at(seen.key.path).chain(copied).map(|tracked| (tracked.key, tracked.place()));
        let replaced = self.live.at(seen.key.path).flat_map(|tracked| {
            tracked.marks.iter().map(|mark| (tracked.key, Place { position: *mark, floor: tracked.floor }))
        });
        let former = self.former.iter().map(|(key, (place, _))| (*key, *place));
        let known: Vec<_> = own.chain(live).chain(replaced).chain(former).collect();
        let floors = known.iter().filter_map(|(key, place)| Some((*key, Place { position: place.floor?, ..*place })));
        // What was read up to a floor tells better than the floor whether a line ends there.
        let mut found: Vec<_> = known
            .iter()
            .map(|place| (*place, false))
            .chain(floors.map(|place| (place, true)))
            .filter(|((key, Place { position, .. }), is_floor)| {
                let same_place = key.path == seen.key.path && position.offset > 0;
                // A common start says nothing of where reading goes on. But of what stood somewhere before consent a copy is no news,
                // however short it is.
                let telling = position.has_full_windows() || *is_floor && position.offset >= HEAD_BYTES_MAX;
                let copy = telling && Some(position.head) == head;
                position.offset <= seen.length && (same_place || copy)
            })
            .map(|(place, _)| place)
            .collect();
        found.sort_by(|(key, one), (other_key, other)| {
            other.position.offset.cmp(&one.position.offset).then(key.cmp(other_key))
        });
        found.dedup_by_key(|(_, place)| (place.position.offset, place.position.tail));
        found.truncate(CANDIDATES_MAX);
        Some(found)
    }
}
