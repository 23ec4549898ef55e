//! The folder of transcripts: files with numbers that are used again, and content of which a part is synced.

use std::ops::Range;

use pipeline::tail::{FileId, FileKey, Fingerprint, Probe, Probed, Seen};

use super::dice::Dice;

/// A file and what is in it.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) inode: u128,
    /// When it was made, where the file system tells that: no two files are then the same.
    born: u64,
    /// Its place: project and name.
    pub(crate) path: (u32, u32),
    pub(crate) session: u32,
    /// The records written to it belong to this strand, until something but an append happens to it.
    pub(crate) strand: u32,
    pub(crate) content: Vec<u8>,
    /// The rest of a record of which the first half was written.
    pub(crate) torn: Option<(u32, Vec<u8>)>,
    /// Its last line was begun before consent.
    pub(crate) skipped: bool,
    synced: usize,
    modified_ns: i128,
}

#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) files: Vec<File>,
    freed: Vec<u128>,
    /// Whether the file system tells when a file was made.
    tells_births: bool,
    births: u64,
    next_inode: u128,
    next_name: u32,
    next_strand: u32,
    /// Reads fail at times.
    pub(crate) failing: bool,
}

impl Disk {
    pub(crate) fn new(tells_births: bool) -> Self {
        Self { tells_births, ..Self::default() }
    }

    pub(crate) fn create(&mut self, project: u32, session: u32, content: Vec<u8>, now: u64, dice: &mut Dice) -> usize {
        // Numbers are used again soon on many file systems.
        let inode = if self.freed.is_empty() || dice.permille(300) {
            self.next_inode += 1;
            self.next_inode
        } else {
            self.freed.swap_remove(dice.below(self.freed.len() as u64) as usize)
        };
        self.next_name += 1;
        self.births += u64::from(self.tells_births);
        let born = self.births;
        let strand = self.new_strand();
        let path = (project, self.next_name);
        let modified_ns = i128::from(now);
        let skipped = false;
        let torn = None;
        self.files.push(File { inode, born, path, session, strand, content, torn, skipped, synced: 0, modified_ns });
        self.files.len() - 1
    }

    fn new_strand(&mut self) -> u32 {
        self.next_strand += 1;
        self.next_strand
    }

    pub(crate) fn append(&mut self, at: usize, bytes: &[u8], now: u64) {
        let file = &mut self.files[at];
        file.content.extend_from_slice(bytes);
        file.skipped &= !bytes.contains(&b'\n');
        file.modified_ns = i128::from(now);
    }

    /// Whether a record that is written now may be lost with the half of one that it is glued to.
    pub(crate) fn glues(&self, at: usize) -> bool {
        let file = &self.files[at];
        matches!(file.content.last(), Some(b':' | b',' | b'['))
    }

    pub(crate) fn sync(&mut self, at: usize) {
        self.files[at].synced = self.files[at].content.len();
    }

    /// Cuts a file short.
    pub(crate) fn truncate(&mut self, at: usize, length: usize, now: u64) {
        let strand = self.new_strand();
        let file = &mut self.files[at];
        file.content.truncate(length);
        file.synced = file.synced.min(length);
        (file.torn, file.strand, file.modified_ns) = (None, strand, i128::from(now));
    }

    /// Writes other content over a file in its place.
    pub(crate) fn rewrite(&mut self, at: usize, content: Vec<u8>, now: u64) {
        let strand = self.new_strand();
        let file = &mut self.files[at];
        file.synced = 0;
        (file.content, file.torn, file.strand, file.modified_ns) = (content, None, strand, i128::from(now));
    }

    /// Renames a new file with this content over an old one.
    pub(crate) fn replace(&mut self, at: usize, content: Vec<u8>, now: u64, dice: &mut Dice) {
        let old = self.files[at].clone();
        let new = self.create(old.path.0, old.session, content, now, dice);
        self.files[new].path = old.path;
        self.files[new].skipped = old.skipped;
        let length = self.files[new].content.len();
        self.files[new].synced = length;
        self.delete(at);
    }

    pub(crate) fn copy(&mut self, at: usize, project: u32, now: u64, dice: &mut Dice) {
        let File { session, content, skipped, .. } = self.files[at].clone();
        let strand = self.new_strand();
        self.files[at].strand = strand;
        let copy = self.create(project, session, content, now, dice);
        self.files[copy].skipped = skipped;
    }

    pub(crate) fn rename(&mut self, at: usize, project: u32) {
        self.next_name += 1;
        self.files[at].path = (project, self.next_name);
    }

    pub(crate) fn delete(&mut self, at: usize) {
        let gone = self.files.swap_remove(at);
        self.freed.push(gone.inode);
    }

    /// What was not synced is gone, or zeros stand in its place.
    pub(crate) fn lose_power(&mut self, dice: &mut Dice) {
        for at in 0..self.files.len() {
            let strand = self.new_strand();
            let file = &mut self.files[at];
            file.torn = None;
            let loose = file.content.len() - file.synced;
            if loose > 0 && dice.permille(500) {
                let kept = file.synced + dice.below(loose as u64 + 1) as usize;
                let zeros = if dice.permille(300) { dice.below(200) as usize } else { 0 };
                file.content.truncate(kept);
                file.content.extend(std::iter::repeat_n(0, zeros));
                file.strand = strand;
                file.modified_ns += 1;
            }
            file.synced = file.content.len();
        }
    }

    pub(crate) fn seen(file: &File, fingerprint: &Fingerprint) -> Seen {
        let path = fingerprint.path(format!("p{}/{}.jsonl", file.path.0, file.path.1).as_bytes());
        let inode = u128::from(file.born) << 64 | file.inode;
        let key = FileKey { id: FileId { device: 1, inode }, path };
        Seen { key, length: file.content.len() as u64, modified_ns: file.modified_ns }
    }
}

/// Hashes windows of a file; fails where the disk does.
pub(crate) struct Windows<'a> {
    pub(crate) content: &'a [u8],
    pub(crate) fingerprint: &'a Fingerprint,
    pub(crate) fails: bool,
}

impl Probe for Windows<'_> {
    fn window(&mut self, range: Range<u64>) -> Probed {
        if self.fails {
            return Probed::Failed;
        }
        match self.content.get(range.start as usize..range.end as usize) {
            Some(bytes) => Probed::Hash(self.fingerprint.window(bytes)),
            None => Probed::Short,
        }
    }
}
