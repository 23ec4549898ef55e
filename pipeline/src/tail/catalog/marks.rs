//! Earlier positions of a file, ever fewer the further back.

use crate::tail::Position;

/// Earlier positions remembered of a file at most: two for each doubling of the distance from its end, up to 16 GB.
const MARKS_MAX: usize = 48;

/// Drops an earlier position where the one before it is at most twice as far from `end` as the one after it.
pub(super) fn thin(marks: &mut Vec<Position>, end: u64) {
    let distance = |mark: &Position| end - mark.offset;
    let mut kept: Vec<Position> = Vec::with_capacity(marks.len());
    for (at, mark) in marks.iter().enumerate().rev() {
        let older = at.checked_sub(1).and_then(|at| marks.get(at)).map(distance);
        let newer = kept.last().map(distance);
        let spare = newer.zip(older).is_some_and(|(newer, older)| older <= newer * 2);
        if !spare && kept.len() < MARKS_MAX {
            kept.push(*mark);
        }
    }
    kept.reverse();
    *marks = kept;
}
