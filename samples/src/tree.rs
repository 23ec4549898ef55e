//! Transcripts on disk, and what Claude Code, editors and crashes do to them.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::ledger::{Fate, Ledger};
use crate::maker::Draft;
use crate::session::encoded;
use crate::{Generator, Line, Stream};

/// What a resumed copy says about its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The copied records keep the id of the session they were made in.
    SameSession,
    /// The copied records name the session of the new file.
    NewSession,
}

/// A written configuration folder that goes on growing. All files are named by their path below the folder.
#[derive(Clone, Debug)]
pub struct Tree {
    root: PathBuf,
    stream: Stream,
    /// A line of which only the first half was written.
    half: Option<(PathBuf, Vec<u8>)>,
}

/// Writes the folder of a generator; see [`Generator::write`].
pub(crate) fn write(choices: &Generator, root: &Path) -> io::Result<Tree> {
    let mut stream = choices.stream();
    fs::create_dir_all(root)?;
    if fs::read_dir(root)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the folder for sample transcripts is not empty"));
    }
    // Lines are gathered by file: hundreds of files take turns, and opening one for each line would take most of the time.
    let mut waiting: HashMap<PathBuf, Vec<u8>> = HashMap::new();
    while let Some(line) = stream.next() {
        let buffer = waiting.entry(line.file).or_insert_with_key(|_| Vec::new());
        buffer.extend_from_slice(&line.bytes);
        if buffer.len() > 1 << 18 {
            let bytes = std::mem::take(buffer);
            let file = stream.ledger.records.get(line.record).map(|record| record.file.clone()).unwrap_or_default();
            append(&root.join(file), &bytes)?;
        }
    }
    for (file, bytes) in waiting {
        append(&root.join(file), &bytes)?;
    }
    let mut tree = Tree { root: root.to_owned(), stream, half: None };
    tree.decoys()?;
    Ok(tree)
}

impl Tree {
    /// The configuration folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is true of everything written so far.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.stream.ledger
    }

    /// The main files of sessions, in the order of their first line.
    #[must_use]
    pub fn session_files(&self) -> Vec<PathBuf> {
        let mut seen = HashSet::new();
        let firsts = self.stream.ledger.records.iter().map(|record| &record.file).filter(|file| seen.insert(*file));
        let is_session = |file: &&PathBuf| {
            let agent = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("agent-"));
            file.components().count() == 3 && !agent
        };
        firsts.filter(is_session).cloned().collect()
    }

    /// Appends the next records, each in one write. Gives their indexes in [`Ledger::records`].
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn grow(&mut self, records: usize) -> io::Result<Range<usize>> {
        self.finish_line()?;
        let start = self.stream.ledger.records.len();
        for _ in 0..records {
            if let Some(line) = self.stream.next_line() {
                append(&self.root.join(&line.file), &line.bytes)?;
            }
        }
        Ok(start..self.stream.ledger.records.len())
    }

    /// Appends the first half of the next record; [`Tree::finish_line`] or the next growth writes the rest.
    /// Gives its index in [`Ledger::records`].
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn begin_line(&mut self) -> io::Result<Option<usize>> {
        self.finish_line()?;
        let Some(line) = self.stream.next_line() else { return Ok(None) };
        let (head, tail) = line.bytes.split_at(line.bytes.len() / 2);
        append(&self.root.join(&line.file), head)?;
        self.half = Some((line.file, tail.to_vec()));
        Ok(Some(line.record))
    }

    /// Writes the second half of a begun record, if there is one.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn finish_line(&mut self) -> io::Result<()> {
        match self.half.take() {
            Some((file, tail)) => append(&self.root.join(file), &tail),
            None => Ok(()),
        }
    }

    /// Moves a file, as `/cd` does; later growth goes to the new place, and the ledger names it from now on.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn move_file(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.finish_line()?;
        let target = self.root.join(to);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::rename(self.root.join(from), target)?;
        for record in self.stream.ledger.records.iter_mut().filter(|record| record.file == from) {
            record.file = to.to_owned();
        }
        for session in self.stream.sessions.iter_mut().filter(|session| session.main.file == from) {
            session.main.file = to.to_owned();
        }
        self.stream.redirect(from, to);
        Ok(())
    }

    /// Cuts a file to nothing and writes new records under the same name and file identity. The ledger keeps the
    /// lost records: whether they still count depends on what was read before.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn rewrite(&mut self, file: &Path, records: usize) -> io::Result<Range<usize>> {
        self.finish_line()?;
        OpenOptions::new().write(true).truncate(true).open(self.root.join(file))?;
        self.stream.places.remove(file);
        self.fill(file, records, &self.root.join(file))
    }

    /// Cuts the last records off a file, up to `records` of them; what is written later goes on from there. The ledger
    /// keeps the lost records. Gives their indexes in [`Ledger::records`].
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn cut(&mut self, file: &Path, records: usize) -> io::Result<Vec<usize>> {
        self.finish_line()?;
        let standing = self.standing(file);
        let gone: Vec<usize> = standing.into_iter().rev().take(records).collect();
        let Some(place) = self.stream.places.get_mut(file) else { return Ok(Vec::new()) };
        if let Some(first) = gone.last().and_then(|index| self.stream.ledger.records.get(*index)) {
            (place.bytes, place.lines) = (first.offset, first.line - 1);
        }
        OpenOptions::new().write(true).open(self.root.join(file))?.set_len(place.bytes)?;
        Ok(gone)
    }

    /// Replaces a file by a new one of the same name that begins with the old content and goes on with new records
    /// (a temporary file renamed over it).
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn replace_grown(&mut self, file: &Path, records: usize) -> io::Result<Range<usize>> {
        self.finish_line()?;
        let temporary = self.root.join(file).with_extension("tmp");
        fs::copy(self.root.join(file), &temporary)?;
        let range = self.fill(file, records, &temporary)?;
        fs::rename(temporary, self.root.join(file))?;
        Ok(range)
    }

    /// Replaces a file by a new one of the same name with nothing of the old content in it.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn replace_anew(&mut self, file: &Path, records: usize) -> io::Result<Range<usize>> {
        self.finish_line()?;
        let temporary = self.root.join(file).with_extension("tmp");
        File::create(&temporary)?;
        self.stream.places.remove(file);
        let range = self.fill(file, records, &temporary)?;
        fs::rename(temporary, self.root.join(file))?;
        Ok(range)
    }

    /// Copies the whole records of a session into the file of a new session beside it, as resuming does. Gives the
    /// new file; the ledger has the copies with [`Fate::Copy`].
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn resume(&mut self, file: &Path, copied: Copied) -> io::Result<PathBuf> {
        self.finish_line()?;
        let session = self.stream.maker.dice.uuid();
        let target = file.with_file_name(format!("{session}.jsonl"));
        let bytes = fs::read(self.root.join(file))?;
        let whole = |fate: Fate| matches!(fate, Fate::Event | Fate::UnknownType | Fate::Copy);
        let standing = self.standing(file).into_iter().filter_map(|index| self.stream.ledger.records.get(index));
        let originals: Vec<_> = standing.filter(|record| whole(record.fate)).cloned().collect();
        for record in originals {
            let range = usize::try_from(record.offset).ok().zip(usize::try_from(record.offset + record.length).ok());
            let Some(line) = range.and_then(|(start, end)| bytes.get(start..end)) else { continue };
            let line = if copied == Copied::NewSession {
                replaced(line, record.session.as_bytes(), session.as_bytes())
            } else {
                line.to_vec()
            };
            let line = self.stream.note(Draft {
                file: target.clone(),
                bytes: line,
                kind: record.kind,
                subtype: record.subtype,
                uuid: record.uuid,
                session: if copied == Copied::NewSession { session.clone() } else { record.session },
                fate: if record.fate == Fate::UnknownType { Fate::UnknownType } else { Fate::Copy },
                usage: None,
                plants: Vec::new(),
                look_alikes: Vec::new(),
            });
            append(&self.root.join(&line.file), &line.bytes)?;
        }
        Ok(target)
    }

    /// Cuts the last newline off a file; nothing when it ends without one. What is written to that file later stands
    /// on the same line.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn drop_final_newline(&mut self, file: &Path) -> io::Result<()> {
        self.finish_line()?;
        let path = self.root.join(file);
        let bytes = fs::read(&path)?;
        if bytes.last() == Some(&b'\n') {
            let end = u64::try_from(bytes.len() - 1).unwrap_or(0);
            // Not the ledger's newest record of the file: that one may have been cut off since.
            let last = self.standing(file).last().and_then(|index| self.stream.ledger.records.get_mut(*index));
            OpenOptions::new().write(true).open(path)?.set_len(end)?;
            if let Some(record) = last {
                record.length -= 1;
            }
            if let Some(place) = self.stream.places.get_mut(file) {
                place.bytes = end;
                place.lines -= 1;
            }
        }
        Ok(())
    }

    /// Deletes a file; its records stay in the ledger.
    ///
    /// # Errors
    ///
    /// What the file system answers.
    pub fn delete(&mut self, file: &Path) -> io::Result<()> {
        self.finish_line()?;
        self.stream.places.remove(file);
        fs::remove_file(self.root.join(file))
    }

    /// The records that a file holds now, in order: the ledger also names those that were cut off or overwritten.
    fn standing(&self, file: &Path) -> Vec<usize> {
        let mut end = self.stream.places.get(file).map_or(0, |place| place.bytes);
        let mut standing = Vec::new();
        for (index, record) in self.stream.ledger.records.iter().enumerate().rev() {
            if record.file == file && record.offset + record.length == end {
                end = record.offset;
                standing.push(index);
            }
        }
        standing.reverse();
        standing
    }

    fn fill(&mut self, file: &Path, records: usize, target: &Path) -> io::Result<Range<usize>> {
        let start = self.stream.ledger.records.len();
        let lines: Vec<Line> = self.stream.fresh(file, records);
        for line in lines {
            append(target, &line.bytes)?;
        }
        Ok(start..self.stream.ledger.records.len())
    }

    /// Files beside the transcripts that must never be read, and a symbolic link that leads out of the folder.
    fn decoys(&mut self) -> io::Result<()> {
        let folder = self.session_files().first().map(|file| file.with_extension("")).unwrap_or_default();
        let id = self.stream.maker.dice.uuid();
        let files = [
            folder.join("tool-results").join("b1946ac9.txt"),
            folder.join("tool-results").join("toolu_copy.jsonl"),
            PathBuf::from("file-history").join(&id).join("0a1b2c3d@v1"),
            PathBuf::from("debug").join(format!("{id}.txt")),
            PathBuf::from("todos").join(format!("{id}-agent-{id}.json")),
            PathBuf::from("shell-snapshots").join("snapshot-zsh-1.sh"),
            PathBuf::from("settings.json"),
            PathBuf::from("projects").join(encoded("/outside")).join("notes.md"),
        ];
        for file in files {
            let text = self.stream.decoy_text();
            append(&self.root.join(&file), text.as_bytes())?;
            self.stream.ledger.decoys.push(file);
        }
        self.outward_link()
    }

    #[cfg(unix)]
    fn outward_link(&mut self) -> io::Result<()> {
        let name = self.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let outside = self.root.with_file_name(format!("{name}-outside"));
        let text = self.stream.decoy_text();
        let line = crate::json::obj! {"type" => "user", "uuid" => self.stream.maker.dice.uuid(), "message" => crate::json::obj!{"role" => "user", "content" => text}};
        let mut line = line.text();
        line.push('\n');
        append(&outside.join("linked.jsonl"), line.as_bytes())?;
        let link = PathBuf::from("projects").join("-linked");
        fs::create_dir_all(self.root.join("projects"))?;
        std::os::unix::fs::symlink(&outside, self.root.join(&link))?;
        self.stream.ledger.decoys.push(link.join("linked.jsonl"));
        Ok(())
    }

    /// Making a link needs a privilege on Windows that tests do not have.
    #[cfg(not(unix))]
    fn outward_link(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)?.write_all(bytes)
}

fn replaced(line: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        if line.get(at..at + old.len()) == Some(old) {
            out.extend_from_slice(new);
            at += old.len();
        } else {
            out.push(line[at]);
            at += 1;
        }
    }
    out
}
