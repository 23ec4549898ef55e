//! The bill of materials of a macOS package: paths, owners, modes, sizes and checksums, in the installer's own store of blocks.
//!
//! Its form is not published; this follows the description of bomutils (`src/bom.h`, checked 2026-11-26). One leaf holds all
//! paths, so a package of more than [`PATHS_MAX`] is refused.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::cpio::Entry;

const HEADER: usize = 512;
const PATHS_MAX: usize = 256;
/// Bytes that a node of a tree takes, of paths and of the smaller ones.
const NODE: (u32, u32) = (4096, 128);

/// What a bill says of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) folder: bool,
    pub(super) mode: u16,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) size: u32,
    pub(super) checksum: u32,
}

impl Line {
    pub(super) fn of(entry: &Entry) -> Self {
        let folder = entry.is_folder();
        Self {
            folder,
            mode: u16::try_from(entry.mode).unwrap_or(u16::MAX),
            uid: entry.uid,
            gid: entry.gid,
            size: u32::try_from(entry.content.len()).unwrap_or(u32::MAX),
            checksum: if folder { 0 } else { cksum(&entry.content) },
        }
    }
}

/// The checksum of POSIX `cksum`.
fn cksum(content: &[u8]) -> u32 {
    let step = |sum: u32, byte: u8| {
        let mut sum = sum ^ (u32::from(byte) << 24);
        for _ in 0..8 {
            sum = if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 };
        }
        sum
    };
    let sum = content.iter().fold(0, |sum, byte| step(sum, *byte));
    let mut length = content.len();
    let mut sum = sum;
    while length > 0 {
        sum = step(sum, length.to_le_bytes()[0]);
        length >>= 8;
    }
    !sum
}

/// A store of numbered blocks, some of them named.
#[derive(Default)]
struct Store {
    blocks: Vec<Vec<u8>>,
    names: Vec<(&'static str, u32)>,
}

impl Store {
    /// Keeps a block and tells its number; 0 is no block.
    fn keep(&mut self, block: Vec<u8>) -> Result<u32> {
        self.blocks.push(block);
        Ok(u32::try_from(self.blocks.len())?)
    }

    /// Keeps a tree of one leaf, whose pairs are numbers of value and key.
    fn tree(&mut self, pairs: &[(u32, u32)], size: u32) -> Result<u32> {
        let mut leaf = Vec::new();
        leaf.extend(1_u16.to_be_bytes());
        leaf.extend(u16::try_from(pairs.len())?.to_be_bytes());
        // No leaf before it, none after it.
        leaf.extend([0; 8]);
        for (value, key) in pairs {
            leaf.extend(numbers(&[*value, *key]));
        }
        ensure!(leaf.len() <= size as usize, "{} paths are too many for one leaf of a bill", pairs.len());
        leaf.resize(size as usize, 0);
        let leaf = self.keep(leaf)?;
        let mut tree = b"tree".to_vec();
        tree.extend(numbers(&[1, leaf, size, u32::try_from(pairs.len())?]));
        tree.push(0);
        self.keep(tree)
    }

    fn into_bytes(self) -> Result<Vec<u8>> {
        let mut body: Vec<u8> = Vec::new();
        let mut index = numbers(&[u32::try_from(self.blocks.len() + 1)?, 0, 0]);
        for block in &self.blocks {
            index.extend(numbers(&[u32::try_from(HEADER + body.len())?, u32::try_from(block.len())?]));
            body.extend(block);
        }
        // The list of what is free: nothing.
        index.extend(numbers(&[2, 0, 0, 0, 0]));
        let mut names = numbers(&[u32::try_from(self.names.len())?]);
        for (name, block) in &self.names {
            names.extend(block.to_be_bytes());
            names.push(u8::try_from(name.len())?);
            names.extend(name.as_bytes());
        }
        let names_at = u32::try_from(HEADER + body.len())?;
        let index_at = names_at + u32::try_from(names.len())?;
        let mut out = b"BOMStore".to_vec();
        let blocks = u32::try_from(self.blocks.len())?;
        let (index_length, names_length) = (u32::try_from(index.len())?, u32::try_from(names.len())?);
        out.extend(numbers(&[1, blocks, index_at, index_length, names_at, names_length]));
        out.resize(HEADER, 0);
        out.extend(body);
        out.extend(names);
        out.extend(index);
        Ok(out)
    }
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// Writes the bill of `entries`, in which each folder comes before what lies in it; the first is the root.
pub(super) fn write(entries: &[Entry]) -> Result<Vec<u8>> {
    ensure!(entries.len() <= PATHS_MAX, "{} paths are more than a bill of one leaf holds", entries.len());
    let mut store = Store::default();
    let count = u32::try_from(entries.len())?;
    let info = numbers(&[1, count + 1, 0]);
    let info = store.keep(info)?;
    store.names.push(("BomInfo", info));
    let mut numbers_of = BTreeMap::new();
    let mut pairs = Vec::new();
    for (number, entry) in (1_u32..).zip(entries) {
        let (parent, name) = match entry.path.rsplit_once('/') {
            Some((parent, name)) => {
                let parent =
                    numbers_of.get(parent).with_context(|| format!("{}: its folder comes later", entry.path))?;
                (*parent, name)
            }
            None => (0, entry.path.as_str()),
        };
        numbers_of.insert(entry.path.as_str(), number);
        let line = Line::of(entry);
        let mut what = vec![if line.folder { 2 } else { 1 }, 1];
        // For which processor: not said.
        what.extend(if line.folder { 0_u16 } else { 3 }.to_be_bytes());
        what.extend(line.mode.to_be_bytes());
        what.extend(numbers(&[line.uid, line.gid, entry.mtime, line.size]));
        what.push(1);
        // The checksum, and no target of a link.
        what.extend(numbers(&[line.checksum, 0]));
        let what = store.keep(what)?;
        let value = store.keep(numbers(&[number, what]))?;
        let mut key = parent.to_be_bytes().to_vec();
        key.extend(name.as_bytes());
        key.push(0);
        let key = store.keep(key)?;
        pairs.push((value, key));
    }
    let paths = store.tree(&pairs, NODE.0)?;
    store.names.push(("Paths", paths));
    let links = store.tree(&[], NODE.0)?;
    store.names.push(("HLIndex", links));
    let inner = store.tree(&[], NODE.1)?;
    let mut views = numbers(&[1, inner, 0]);
    views.push(0);
    let views = store.keep(views)?;
    store.names.push(("VIndex", views));
    let large = store.tree(&[], NODE.0)?;
    store.names.push(("Size64", large));
    store.into_bytes()
}

/// Reads a bill: what it says of each path.
///
/// # Errors
/// When a block or a folder is missing.
pub(super) fn read(bytes: &[u8]) -> Result<BTreeMap<String, Line>> {
    ensure!(bytes.starts_with(b"BOMStore"), "this is no bill of materials");
    let (index, names) = (number(bytes, 16)? as usize, number(bytes, 24)? as usize);
    // The index is last.
    ensure!(bytes.len() == index + number(bytes, 20)? as usize, "the bill is cut");
    let block = |number_of: u32| -> Result<&[u8]> {
        ensure!(number_of > 0 && number_of < number(bytes, index)?, "the bill has no block {number_of}");
        let at = index + 4 + 8 * number_of as usize;
        let (from, length) = (number(bytes, at)? as usize, number(bytes, at + 4)? as usize);
        bytes.get(from..from + length).context("a block lies outside the bill")
    };
    let mut at = names + 4;
    let mut paths = None;
    for _ in 0..number(bytes, names)? {
        let length = usize::from(*bytes.get(at + 4).context("the bill is cut")?);
        if bytes.get(at + 5..at + 5 + length) == Some(b"Paths") {
            paths = Some(number(bytes, at)?);
        }
        at += 5 + length;
    }
    let tree = block(paths.context("the bill names no paths")?)?;
    let leaf = block(number(tree, 8)?)?;
    let mut whole: BTreeMap<u32, String> = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for pair in 0..number(leaf, 0)? & 0xffff {
        let at = 12 + 8 * pair as usize;
        let (value, key) = (block(number(leaf, at)?)?, block(number(leaf, at + 4)?)?);
        let name = key.get(4..).and_then(|name| name.strip_suffix(b"\0")).context("a name in the bill is not ended")?;
        let name = std::str::from_utf8(name)?;
        let path = match number(key, 0)? {
            0 => name.to_owned(),
            parent => format!("{}/{name}", whole.get(&parent).context("a folder is missing in the bill")?),
        };
        whole.insert(number(value, 0)?, path.clone());
        let what = block(number(value, 4)?)?;
        let mode = u16::try_from(number(what, 2)? & 0xffff)?;
        let checksum = number(what, 23)?;
        let line = Line {
            folder: what.first() == Some(&2),
            mode,
            uid: number(what, 6)?,
            gid: number(what, 10)?,
            size: number(what, 18)?,
            checksum,
        };
        lines.insert(path, line);
    }
    Ok(lines)
}

fn number(bytes: &[u8], at: usize) -> Result<u32> {
    let bytes = bytes.get(at..at + 4).context("the bill is cut")?;
    Ok(u32::from_be_bytes(bytes.try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, mode: u32, content: &[u8]) -> Entry {
        Entry { path: path.to_owned(), mode, uid: 0, gid: 80, mtime: 7, content: content.to_vec() }
    }

    #[test]
    fn checksums_are_those_of_posix() {
        // `printf 123456789 | cksum`
        assert_eq!(cksum(b"123456789"), 930_766_865);
        assert_eq!(cksum(b""), u32::MAX);
    }

    #[test]
    fn what_is_written_is_read() -> Result<()> {
        let entries = [
            entry(".", 0o040_755, b""),
            entry("./usr", 0o040_755, b""),
            entry("./usr/local", 0o040_755, b""),
            entry("./usr/local/words", 0o100_644, b"words"),
        ];
        let read = read(&write(&entries)?)?;
        let expected: BTreeMap<_, _> = entries.iter().map(|entry| (entry.path.clone(), Line::of(entry))).collect();
        assert_eq!(read, expected);
        Ok(())
    }

    #[test]
    fn a_path_before_its_folder_is_refused() {
        assert!(write(&[entry(".", 0o040_755, b""), entry("./a/b", 0o100_644, b"")]).is_err());
    }

    #[test]
    fn a_cut_bill_is_an_error() -> Result<()> {
        let whole = write(&[entry(".", 0o040_755, b""), entry("./a", 0o100_644, b"b")])?;
        assert!(read(&whole[..whole.len() - 30]).is_err());
        assert!(read(&whole[..HEADER]).is_err());
        Ok(())
    }
}
