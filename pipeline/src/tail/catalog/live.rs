//! The files that are known, found by number, by place and by how they begin: each file that is opened asks for all three, and there may
//! be a hundred thousand.

use super::Tracked;
use crate::tail::{FileId, HEAD_BYTES_MAX, PathHash, Position, WindowHash};
use std::collections::{BTreeSet, HashMap};

/// Lower than any other, and higher.
const FIRST: FileId = FileId { device: 0, inode: 0 };
const LAST: FileId = FileId { device: u64::MAX, inode: u128::MAX };

/// At most one file for each number.
#[derive(Default)]
pub(super) struct Live {
    /// Boxed: a map has room for twice as many as it holds.
    files: HashMap<FileId, Box<Tracked>>,
    places: BTreeSet<(PathHash, FileId)>,
    heads: BTreeSet<(WindowHash, FileId)>,
    /// How many have a floor.
    floors: usize,
}

impl Live {
    pub(super) fn get(&self, id: &FileId) -> Option<&Tracked> {
        self.files.get(id).map(|tracked| &**tracked)
    }

    /// For all but key, position and floor, by which files are found: [`Live::insert`] and [`Live::set_position`] change those.
    pub(super) fn get_mut(&mut self, id: &FileId) -> Option<&mut Tracked> {
        self.files.get_mut(id).map(|tracked| &mut **tracked)
    }

    /// Takes a file in; gives the one that had its number.
    pub(super) fn insert(&mut self, tracked: Tracked) -> Option<Box<Tracked>> {
        let before = self.remove(&tracked.key.id);
        self.places.insert((tracked.key.path, tracked.key.id));
        self.heads.extend(heads(&tracked));
        self.floors += usize::from(tracked.floor.is_some());
        self.files.insert(tracked.key.id, Box::new(tracked));
        before
    }

    pub(super) fn remove(&mut self, id: &FileId) -> Option<Box<Tracked>> {
        let removed = self.files.remove(id)?;
        self.places.remove(&(removed.key.path, *id));
        heads(&removed).for_each(|head| {
            self.heads.remove(&head);
        });
        self.floors -= usize::from(removed.floor.is_some());
        Some(removed)
    }

    /// Changes how far a file was read; gives how far that was before.
    pub(super) fn set_position(&mut self, id: &FileId, position: Position) -> Option<Position> {
        let tracked = self.files.get_mut(id)?;
        heads(tracked).for_each(|head| {
            self.heads.remove(&head);
        });
        let before = std::mem::replace(&mut tracked.position, position);
        self.heads.extend(heads(tracked));
        Some(before)
    }

    /// Removes those that are not to be kept. What `keep` may change is as for [`Live::get_mut`].
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut Tracked) -> bool) {
        let gone: Vec<FileId> =
            self.files.iter_mut().filter_map(|(id, tracked)| (!keep(tracked)).then_some(*id)).collect();
        gone.iter().for_each(|id| drop(self.remove(id)));
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Tracked> {
        self.files.values().map(|tracked| &**tracked)
    }

    /// Those that lie, or lay, at a place.
    pub(super) fn at(&self, path: PathHash) -> impl Iterator<Item = &Tracked> {
        self.places.range((path, FIRST)..=(path, LAST)).filter_map(|(_, id)| self.get(id))
    }

    /// Those of which a position or the floor tells that they begin so, where it tells enough to be found in a copy.
    pub(super) fn beginning_with(&self, head: WindowHash) -> impl Iterator<Item = &Tracked> {
        self.heads.range((head, FIRST)..=(head, LAST)).filter_map(|(_, id)| self.get(id))
    }

    /// Whether any has a floor.
    pub(super) fn have_floors(&self) -> bool {
        self.floors > 0
    }
}

fn heads(tracked: &Tracked) -> impl Iterator<Item = (WindowHash, FileId)> + use<> {
    let position = Some(tracked.position).filter(Position::has_full_windows);
    let floor = tracked.floor.filter(|floor| floor.offset >= HEAD_BYTES_MAX);
    let id = tracked.key.id;
    [position, floor].into_iter().flatten().map(move |position| (position.head, id))
}
