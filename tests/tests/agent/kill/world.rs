//! Transcripts that change as Claude Code, editors and crashes change them, and what of them must arrive.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use firehose_double::Double;
use samples::{Copied, Fate, Tree};

use crate::truth::{Ids, must_ship};

/// SplitMix64, <https://prng.di.unimi.it/splitmix64.c> (2026-11-24).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn choice<T: Clone>(&mut self, all: &[T]) -> T {
        let index = self.below(u64::try_from(all.len()).unwrap());
        all.get(usize::try_from(index).unwrap()).unwrap().clone()
    }
}

/// A record that was written.
pub(super) struct Written {
    pub(super) fate: Fate,
    pub(super) must_ship: bool,
    pub(super) file: PathBuf,
}

/// Transcripts that change, and what of them must arrive.
pub(super) struct World {
    pub(super) tree: Tree,
    pub(super) dice: Dice,
    ids: Ids,
    /// Records up to here are in `written`.
    seen: usize,
    /// The first record that was written under each id.
    pub(super) written: BTreeMap<String, Written>,
    /// Ids of records that were overwritten before they had certainly been read.
    pub(super) overwritten: BTreeSet<String>,
    /// How often each kind of change was made.
    pub(super) changes: BTreeMap<&'static str, u64>,
}

impl World {
    pub(super) fn new(tree: Tree, ids: Ids, seed: u64) -> Self {
        let (overwritten, written, changes) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        let mut world = Self { tree, dice: Dice(seed), ids, seen: 0, written, overwritten, changes };
        world.take_in();
        world
    }

    /// Enters what was written since into the books, before anything can overwrite it.
    fn take_in(&mut self) {
        let records = self.tree.ledger().records.get(self.seen..).unwrap();
        let mut files: BTreeMap<&Path, Vec<u8>> = BTreeMap::new();
        for record in records {
            let read = || std::fs::read(self.tree.root().join(&record.file)).unwrap();
            let bytes = files.entry(&record.file).or_insert_with(read);
            let start = usize::try_from(record.offset).unwrap();
            let line = bytes.get(start..start + usize::try_from(record.length).unwrap()).unwrap();
            let Some(id) = self.ids.id(&record.file, line) else { continue };
            // A copy under its first session's id is the same event; that it must arrive stays.
            let written = || Written { fate: record.fate, must_ship: must_ship(record), file: record.file.clone() };
            self.written.entry(id).or_insert_with(written);
        }
        self.seen = self.tree.ledger().records.len();
    }

    /// One thing that Claude Code, an editor or a crash does.
    pub(super) fn change(&mut self, double: &Double) {
        let file = self.dice.choice(&self.tree.session_files());
        let exists = self.tree.root().join(&file).exists();
        let name = match self.dice.below(28) {
            0 if exists => self.relocate(&file),
            1 if exists => {
                self.overwrite(&file, double);
                self.tree.rewrite(&file, 6).unwrap();
                "rewritten in place"
            }
            2 if exists => {
                self.tree.replace_grown(&file, 6).unwrap();
                "replaced by more of itself"
            }
            3 if exists => {
                self.overwrite(&file, double);
                self.tree.replace_anew(&file, 6).unwrap();
                "replaced by another"
            }
            4 if exists => {
                self.tree.resume(&file, Copied::NewSession).unwrap();
                "resumed as a new session"
            }
            5 if exists => {
                self.tree.resume(&file, Copied::SameSession).unwrap();
                "resumed as the same session"
            }
            6 if exists => {
                self.overwrite(&file, double);
                let records = usize::try_from(1 + self.dice.below(30)).unwrap();
                self.tree.cut(&file, records).unwrap();
                "cut short"
            }
            7 if exists => self.cut_and_write_again(&file),
            8 if exists => {
                self.tree.drop_final_newline(&file).unwrap();
                "left without its last newline"
            }
            9 if exists => {
                self.overwrite(&file, double);
                self.tree.delete(&file).unwrap();
                "deleted"
            }
            10..=14 => {
                // A kill may come between the halves.
                self.tree.begin_line().unwrap();
                std::thread::sleep(Duration::from_millis(self.dice.below(30)));
                self.tree.finish_line().unwrap();
                "written in two halves"
            }
            _ => {
                let records = usize::try_from(1 + self.dice.below(25)).unwrap();
                self.tree.grow(records).unwrap();
                "grown"
            }
        };
        *self.changes.entry(name).or_default() += 1;
        self.take_in();
    }

    fn relocate(&mut self, file: &Path) -> &'static str {
        let folder = PathBuf::from(format!("projects/-moved-{}", self.dice.below(4)));
        let to = folder.join(file.file_name().unwrap());
        self.tree.move_file(file, &to).unwrap();
        for written in self.written.values_mut().filter(|written| written.file == file) {
            written.file.clone_from(&to);
        }
        "moved"
    }

    /// As after a power loss: the end of a file goes and is written again, with the same bytes.
    fn cut_and_write_again(&mut self, file: &Path) -> &'static str {
        let path = self.tree.root().join(file);
        let bytes = std::fs::read(&path).unwrap();
        let at = self.dice.below(u64::try_from(bytes.len()).unwrap() + 1);
        OpenOptions::new().write(true).open(&path).unwrap().set_len(at).unwrap();
        std::thread::sleep(Duration::from_millis(self.dice.below(60)));
        let rest = bytes.get(usize::try_from(at).unwrap()..).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(rest).unwrap();
        "cut and written again"
    }

    /// What stands in a file and has not arrived may be lost with it.
    fn overwrite(&mut self, file: &Path, double: &Double) {
        let here = self.written.iter().filter(|(_, written)| written.file == file).map(|(id, _)| id);
        let at_risk = double.look(|received| here.filter(|id| !received.has(id)).cloned().collect::<Vec<_>>());
        self.overwritten.extend(at_risk);
    }

    /// The ids of what holds.
    pub(super) fn of(&self, holds: impl Fn(&Written) -> bool) -> BTreeSet<&String> {
        self.written.iter().filter(|(_, written)| holds(written)).map(|(id, _)| id).collect()
    }
}
