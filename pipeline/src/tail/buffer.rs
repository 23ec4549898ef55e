//! The bytes between a file and the splitter: unread ones, and enough of the read ones to make a position of.

use super::{Fingerprint, HEAD_BYTES_MAX, Position, Resume, TAIL_BYTES_MAX, WindowHash};

/// A window that slides over a file. Its memory is used again for the next file.
pub struct Buffer {
    bytes: Vec<u8>,
    chunk: usize,
    /// Offset in the file of the first byte held.
    base: u64,
    /// Where the unread bytes start and end.
    unread: usize,
    filled: usize,
    head: Vec<u8>,
}

impl Buffer {
    /// Makes a buffer that is read into about `chunk` bytes at a time.
    pub fn new(chunk: usize) -> Self {
        Self { bytes: Vec::new(), chunk: chunk.max(1), base: 0, unread: 0, filled: 0, head: Vec::new() }
    }

    /// Starts over in a file: `behind` are the bytes before the offset where reading goes on, of which the first lies
    /// at `base`. They must span the position's tail window.
    pub fn restart(&mut self, base: u64, behind: &[u8]) {
        self.head.clear();
        self.base = base;
        (self.unread, self.filled) = (0, 0);
        self.spare();
        self.fill(behind);
        self.advance(behind.len());
    }

    /// The bytes not consumed yet.
    pub fn unread(&self) -> &[u8] {
        self.bytes.get(self.unread..self.filled).unwrap_or_default()
    }

    /// Makes room and gives it out; what was written there is taken in by [`filled`](Self::filled).
    ///
    /// Grows only while one line fills everything, so it is bounded by the limit of a line.
    pub fn spare(&mut self) -> &mut [u8] {
        let behind = self.unread.min(usize::try_from(TAIL_BYTES_MAX).unwrap_or(usize::MAX));
        let drop = self.unread - behind;
        if drop > 0 {
            self.bytes.copy_within(drop..self.filled, 0);
            self.base += drop as u64;
            self.unread -= drop;
            self.filled -= drop;
        }
        let full = usize::try_from(TAIL_BYTES_MAX).unwrap_or(0) + self.chunk;
        if self.filled <= behind && self.bytes.len() > full {
            // The long line that needed this is gone.
            self.bytes.truncate(full);
            self.bytes.shrink_to_fit();
        }
        if self.bytes.len() < full {
            self.bytes.resize(full, 0);
        } else if self.bytes.len() - self.filled < self.chunk / 2 {
            self.bytes.resize(self.bytes.len() + self.bytes.len() / 2, 0);
        }
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    /// Takes in the first `count` bytes of the room that [`spare`](Self::spare) gave out.
    pub fn filled(&mut self, count: usize) {
        self.filled = self.bytes.len().min(self.filled + count);
    }

    /// The last bytes held, read and unread, up to the size of a tail window, and where they start: what the file must
    /// still hold there when more of it is read.
    pub fn last(&self) -> (u64, &[u8]) {
        let start = self.filled - self.filled.min(usize::try_from(TAIL_BYTES_MAX).unwrap_or(usize::MAX));
        (self.base + start as u64, self.bytes.get(start..self.filled).unwrap_or_default())
    }

    /// Appends bytes by copying them.
    pub fn fill(&mut self, mut content: &[u8]) {
        while !content.is_empty() {
            let room = self.spare();
            let count = room.len().min(content.len());
            let (now, later) = content.split_at(count);
            room.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            self.filled(count);
            content = later;
        }
    }

    /// Consumes `count` unread bytes.
    pub fn advance(&mut self, count: usize) {
        self.unread = self.filled.min(self.unread + count);
        if self.base == 0 && self.head.len() as u64 != HEAD_BYTES_MAX {
            let end = self.unread.min(usize::try_from(HEAD_BYTES_MAX).unwrap_or(usize::MAX));
            self.head.extend_from_slice(self.bytes.get(self.head.len()..end).unwrap_or_default());
        }
    }

    /// The position after all that was consumed. `head` is the hash of the head window where the file's start is not
    /// held any more.
    pub fn position(&self, resume: Resume, head: WindowHash, fingerprint: &Fingerprint) -> Position {
        let offset = self.base + self.unread as u64;
        let behind = self.unread.min(usize::try_from(TAIL_BYTES_MAX).unwrap_or(usize::MAX));
        let tail = self.bytes.get(self.unread - behind..self.unread).unwrap_or_default();
        let whole_head = self.head.len() as u64 == offset.min(HEAD_BYTES_MAX);
        let head = if whole_head { fingerprint.window(&self.head) } else { head };
        Position { offset, resume, head, tail: fingerprint.window(tail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_the_same_whether_read_at_once_or_in_two_sittings() {
        let fingerprint = Fingerprint::new(&[7; 32]);
        let content: Vec<u8> = (0..20_000_u32).map(|at| (at % 251) as u8).collect();
        for cut in [0_usize, 1, 1000, 1024, 4095, 4096, 5000, 12_000] {
            let mut first = Buffer::new(64);
            first.restart(0, &[]);
            let mut all = Buffer::new(64);
            all.restart(0, &[]);
            for chunk in content.chunks(100) {
                all.fill(chunk);
                all.advance(chunk.len());
            }
            first.fill(&content[..cut]);
            let start = cut - cut.min(4096);
            assert_eq!(first.last(), (start as u64, &content[start..cut]), "{cut}");
            first.advance(cut);
            let middle = first.position(Resume::LineStart, WindowHash([0; 16]), &fingerprint);
            assert_eq!(middle.head, fingerprint.window(&content[..cut.min(1024)]), "{cut}");
            assert_eq!(middle.tail, fingerprint.window(&content[cut - cut.min(4096)..cut]), "{cut}");
            let mut second = Buffer::new(64);
            let back = middle.tail_len() as usize;
            second.restart((cut - back) as u64, &content[cut - back..cut]);
            second.fill(&content[cut..]);
            second.advance(content.len() - cut);
            let end = second.position(Resume::LineStart, middle.head, &fingerprint);
            assert_eq!(end, all.position(Resume::LineStart, WindowHash([0; 16]), &fingerprint), "{cut}");
        }
    }

    #[test]
    fn memory_taken_by_a_long_line_is_given_back() {
        let mut buffer = Buffer::new(1000);
        buffer.restart(0, &[]);
        buffer.fill(&vec![b'x'; 1_000_000]);
        assert_eq!(buffer.unread().len(), 1_000_000);
        buffer.advance(1_000_000);
        buffer.spare();
        assert!(buffer.bytes.capacity() < 10_000, "{}", buffer.bytes.capacity());
    }
}
