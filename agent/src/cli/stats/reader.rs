//! Reads a transcript from where it is known on, or from its beginning where it is not what it was.

use super::walk::look;
use crate::filter::lines;
use crate::stats::{Lines, Seen};
use pipeline::tail::FileId;
use pipeline::time::Wall;
use scrubber::Place;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::Path;

/// A file that was changed so shortly before it was read may look the same after a later change: the coarsest clock of file systems in
/// use ticks every two seconds.
const YOUNG_NS: i64 = 3_000_000_000;

/// How files are read.
pub(super) struct Reader {
    line_bytes_max: usize,
    /// Before anything was read.
    now_ns: i64,
}

impl Reader {
    /// Reads in a run that began at `now`, and passes over longer lines.
    pub(super) fn new(line_bytes_max: usize, now: Wall) -> Self {
        Self { line_bytes_max, now_ns: now.0.saturating_mul(1_000_000) }
    }

    /// Takes something from each line that was not known. Of a file that cannot be read to its end what could be read is there.
    pub(super) fn read<T: Default>(
        &self,
        path: &Path,
        known: Option<(FileId, Seen<T>)>,
        mut take: impl FnMut(&mut T, &[u8]),
    ) -> io::Result<(FileId, Seen<T>, io::Result<()>)> {
        let mut file = File::open(path)?;
        let (id, stamp) = look(path, &file.metadata()?)?;
        let known = known.filter(|(known, _)| *known == id).map(|(_, seen)| seen);
        let mut seen = match known.filter(|seen| self.is_as_it_was(&file, seen.lines())) {
            Some(seen) => seen,
            None => {
                file.rewind()?;
                Seen::default()
            }
        };
        seen.resume();
        let start = seen.lines().end();
        let read = lines::for_each_bytes(&file, self.line_bytes_max, |line, place| {
            seen.line(line, Place { offset: start + place.offset, length: place.length }, &mut take);
            Ok(())
        });
        let changed_ns = stamp.modified_ns.max(stamp.changed_ns);
        seen.stamp = Some(stamp).filter(|_| read.is_ok() && changed_ns.saturating_add(YOUNG_NS) <= self.now_ns);
        Ok((id, seen, read.map(drop)))
    }

    /// Says whether a file still begins with these lines, and reads up to where they end.
    fn is_as_it_was(&self, file: &File, expected: Lines) -> bool {
        let mut found = Lines::default();
        let read = lines::for_each_bytes(file.take(expected.end()), self.line_bytes_max, |line, place| {
            found.line(line, place);
            Ok(())
        });
        read.is_ok() && found == expected
    }
}
