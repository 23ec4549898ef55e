//! The choices, and the stream of lines that comes of them.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::ledger::{Fate, Ledger, Record};
use crate::maker::{Draft, Label, Maker};
use crate::records::turn;
use crate::session::{Era, Session};
use crate::{Tree, odd, tree};

/// How many damaged lines there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OddLines {
    /// None at all.
    #[default]
    None,
    /// Some turns hold one, in turn of their kinds.
    Some,
    /// Every turn holds one.
    Many,
}

/// The choices for a set of transcripts: one made-up developer's configuration folder.
///
/// Defaults: 2 MB, one morning of March 2025, all generations of versions, five sessions at a time of up to 12 turns each, a plant in 150 of a
/// thousand texts (far more than in life: benchmarks should ask for fewer), no odd lines. The first 60 turns have short
/// texts and come with rare tools and record types, so that the default size holds 98 % of the known field paths.
#[derive(Clone, Debug)]
pub struct Generator {
    pub(crate) seed: u64,
    bytes: Option<u64>,
    times: Option<Range<i64>>,
    eras: Vec<Era>,
    at_once: usize,
    turns: usize,
    plants_per_mille: usize,
    odd: OddLines,
    long_line: Option<usize>,
}

impl Generator {
    /// A generator with the default choices.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            bytes: Some(2_000_000),
            times: None,
            eras: Era::ALL.to_vec(),
            at_once: 5,
            turns: 12,
            plants_per_mille: 150,
            odd: OddLines::None,
            long_line: None,
        }
    }

    /// Stops after this many bytes (the last line may go over).
    #[must_use]
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// Spreads the turns over a span of time, in milliseconds since 1970; one that began in it may end minutes after it. Without
    /// it one follows the other from 2025-03-04T08:00:00Z on. An endless generator keeps to the start alone.
    #[must_use]
    pub fn times(mut self, times: Range<i64>) -> Self {
        self.times = Some(times);
        self
    }

    /// Never stops: for streams only.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.bytes = None;
        self
    }

    /// The generations of versions; sessions take them in turn. An empty list means all.
    #[must_use]
    pub fn eras(mut self, eras: &[Era]) -> Self {
        self.eras = if eras.is_empty() { Era::ALL.to_vec() } else { eras.to_vec() };
        self
    }

    /// The number of sessions that are written side by side (at least 1).
    #[must_use]
    pub fn sessions_at_once(mut self, sessions: usize) -> Self {
        self.at_once = sessions.max(1);
        self
    }

    /// The number of turns after which a session ends and a new one starts (at least 1).
    #[must_use]
    pub fn turns_per_session(mut self, turns: usize) -> Self {
        self.turns = turns.max(1);
        self
    }

    /// How many texts of a thousand get a planted value, and how many a look-alike. Records that are unlisted as a
    /// whole hold one even at 0.
    #[must_use]
    pub fn plants_per_mille(mut self, share: usize) -> Self {
        self.plants_per_mille = share;
        self
    }

    /// Damaged lines among the others.
    #[must_use]
    pub fn odd_lines(mut self, odd: OddLines) -> Self {
        self.odd = odd;
        self
    }

    /// One whole record of at least this many bytes early on: for limits on the length of lines.
    #[must_use]
    pub fn long_line(mut self, bytes: usize) -> Self {
        self.long_line = Some(bytes);
        self
    }

    /// Lines in the order of their time.
    #[must_use]
    pub fn stream(&self) -> Stream {
        let maker = Maker::new(self.seed, self.plants_per_mille);
        let ledger = Ledger::new(self.seed, maker.own.clone());
        Stream {
            choices: self.clone(),
            maker,
            sessions: Vec::new(),
            started: 0,
            turn: 0,
            // 2025-03-04T08:00:00Z
            now: self.times.as_ref().map_or(1_741_075_200_000, |times| times.start),
            queue: VecDeque::new(),
            places: HashMap::new(),
            ledger,
            written: 0,
        }
    }

    /// Writes a configuration folder with its decoys; the folder is made where it is missing. On Unix a symbolic link
    /// in it leads to a folder beside it, named like it with `-outside` added.
    ///
    /// # Errors
    ///
    /// What the file system answers; `AlreadyExists` when the folder is not empty.
    pub fn write(&self, root: &Path) -> io::Result<Tree> {
        tree::write(self, root)
    }
}

/// A line on its way to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// The file, below the configuration folder.
    pub file: PathBuf,
    /// What to append: with its newline, unless the line is a torn one.
    pub bytes: Vec<u8>,
    /// The index of its record in [`Ledger::records`].
    pub record: usize,
}

/// Where a file ends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct End {
    pub(crate) lines: usize,
    pub(crate) bytes: u64,
}

/// Lines in the order of their time; see [`Generator::stream`].
#[derive(Clone, Debug)]
pub struct Stream {
    choices: Generator,
    pub(crate) maker: Maker,
    pub(crate) sessions: Vec<Session>,
    started: usize,
    turn: usize,
    pub(crate) now: i64,
    queue: VecDeque<Draft>,
    pub(crate) places: HashMap<PathBuf, End>,
    pub(crate) ledger: Ledger,
    written: u64,
}

impl Stream {
    /// What is true of the lines given so far.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The ledger, when no more lines are wanted.
    #[must_use]
    pub fn into_ledger(self) -> Ledger {
        self.ledger
    }

    /// The next line whatever the size that was set.
    pub fn next_line(&mut self) -> Option<Line> {
        while self.queue.is_empty() {
            self.write_turn();
        }
        let draft = self.queue.pop_front()?;
        Some(self.note(draft))
    }

    fn write_turn(&mut self) {
        let slot = self.turn % self.choices.at_once;
        self.maker.dice.small = self.turn < 60;
        self.turn += 1;
        self.now = self.now.max(self.spread());
        let due = self.sessions.get(slot).is_none_or(|session| session.turns >= self.choices.turns);
        if due {
            let era = self.choices.eras[self.started % self.choices.eras.len()];
            self.started += 1;
            let session = Session::new(&mut self.maker, era, self.now);
            if slot < self.sessions.len() {
                self.sessions[slot] = session;
            } else {
                self.sessions.push(session);
            }
        }
        if let Some(session) = self.sessions.get_mut(slot) {
            session.now = session.now.max(self.now);
            turn::write(&mut self.maker, session);
            if self.turn == 2
                && let Some(bytes) = self.choices.long_line
            {
                odd::long_line(&mut self.maker, session, bytes);
            }
            self.now = session.now;
            let damaged = match self.choices.odd {
                OddLines::None => false,
                OddLines::Some => self.maker.dice.per_mille(250),
                OddLines::Many => true,
            };
            if damaged {
                odd::damage(&mut self.maker, session);
            }
        }
        self.queue.extend(self.maker.out.drain(..));
        // Texts that were thrown away (the output of a call that was refused) took their plants with them.
        self.maker.planter.plants.clear();
        self.maker.planter.look_alikes.clear();
    }

    /// When the next turn begins at the earliest: so far into the span of times as bytes were written of all.
    fn spread(&self) -> i64 {
        let Some((times, bytes)) = self.choices.times.as_ref().zip(self.choices.bytes) else { return self.now };
        let part = i128::from(times.end - times.start) * i128::from(self.written) / i128::from(bytes.max(1));
        times.start + i64::try_from(part).unwrap_or(0)
    }

    /// Enters a draft into the ledger and turns it into a line.
    pub(crate) fn note(&mut self, draft: Draft) -> Line {
        let record = self.ledger.records.len();
        let end = self.places.entry(draft.file.clone()).or_default();
        let length = u64::try_from(draft.bytes.len()).unwrap_or(0);
        self.ledger.records.push(Record {
            file: draft.file.clone(),
            line: end.lines + 1,
            offset: end.bytes,
            length,
            kind: draft.kind,
            subtype: draft.subtype,
            uuid: draft.uuid,
            session: draft.session,
            fate: draft.fate,
            message: draft.usage.as_ref().map(|(id, _)| id.clone()),
        });
        end.lines += draft.bytes.iter().filter(|byte| **byte == b'\n').count();
        end.bytes += length;
        self.written += length;
        if let Some((id, usage)) = draft.usage
            && draft.fate == Fate::Event
        {
            self.ledger.usage.entry(id).or_default().raise(&usage);
        }
        self.ledger.plants.extend(draft.plants.into_iter().map(|mut plant| {
            plant.record = record;
            plant
        }));
        self.ledger.look_alikes.extend(draft.look_alikes.into_iter().map(|mut value| {
            value.record = record;
            value
        }));
        Line { file: draft.file, bytes: draft.bytes, record }
    }

    /// Fresh records for one file, as a session that starts anew in it would write them.
    pub(crate) fn fresh(&mut self, file: &Path, count: usize) -> Vec<Line> {
        let era = self.choices.eras[0];
        let mut session = Session::new(&mut self.maker, era, self.now);
        session.main.file = file.to_owned();
        let mut lines = Vec::new();
        while lines.len() < count {
            turn::write(&mut self.maker, &mut session);
            let drafts: Vec<Draft> = self.maker.out.drain(..).filter(|draft| draft.file == file).collect();
            for draft in drafts.into_iter().take(count - lines.len()) {
                lines.push(self.note(draft));
            }
        }
        self.now = session.now;
        lines
    }

    /// Lines that wait for a file go to another one from now on.
    pub(crate) fn redirect(&mut self, from: &Path, to: &Path) {
        for draft in self.queue.iter_mut().filter(|draft| draft.file == from) {
            draft.file = to.to_owned();
        }
        if let Some(end) = self.places.remove(from) {
            self.places.insert(to.to_owned(), end);
        }
    }

    /// Plants a value into a text that is no transcript and enters it into the ledger.
    pub(crate) fn decoy_text(&mut self) -> String {
        let kind = self.maker.writer().any_output();
        let mut text = self.maker.writer().output(kind, 400);
        self.maker.planter.plant(&mut text, "(decoy file)", crate::plant::Surface::Output);
        self.ledger.plants.append(&mut self.maker.planter.plants);
        text
    }
}

impl Iterator for Stream {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.choices.bytes.is_some_and(|bytes| self.written >= bytes) {
            return None;
        }
        self.next_line()
    }
}

impl Label {
    /// A label with a fate of its own.
    pub(crate) fn fated(kind: &'static str, fate: Fate) -> Self {
        Self { fate, ..Self::of(kind) }
    }
}
