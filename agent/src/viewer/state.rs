//! What is on the screen, and what keys do to it. Reads nothing, draws nothing.

use crate::filter::projects::Held;
use scrubber::Tier;

/// How a piece of text is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// As text.
    Plain,
    /// The name of a field.
    Name,
    /// Found or replaced, by the kind of value: equal kinds have equal colours on both sides.
    Kind(String),
}

/// A line of a record: pieces with their marks.
pub type Line = Vec<(String, Mark)>;

/// One record, as it is and as it leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Its line in the file, from 1.
    pub number: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// What it is, or why nothing of it leaves.
    pub title: String,
    /// As it is.
    pub original: Vec<Line>,
    /// As it leaves; empty where nothing does.
    pub outcome: Vec<Line>,
    /// How many values were replaced, by rule.
    pub replaced: Vec<Count>,
    /// How often other rules find something in the original: it does not leave at this tier, or settings let it pass.
    pub only_found: Vec<Count>,
    /// What the project rules say against it.
    pub held: Option<Held>,
}

/// How often a rule found something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The rule's id.
    pub rule: String,
    /// The kind of value that it finds, which has a colour.
    pub kind: String,
    /// How often.
    pub times: u64,
}

/// A session in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What the user calls it: project and time.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// A page of a session's records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its place: 0 is the first.
    pub number: usize,
    /// The records.
    pub records: Vec<Record>,
    /// Whether another follows.
    pub more: bool,
}

/// A key that the viewer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// The tabulator.
    Tab,
    /// The enter key.
    Enter,
    /// The escape key.
    Escape,
    /// The backspace key.
    Backspace,
}

/// What the viewer asks of its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A page of a session at a tier.
    Load {
        /// The session's place in the list.
        session: usize,
        /// The page.
        page: usize,
        /// The tier.
        tier: Tier,
    },
    /// Note that something was missed.
    Note(Miss),
    /// The end.
    Quit,
}

/// Something that should have been found: no text, only where it stands and which rule should have found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The session's place in the list.
    pub session: usize,
    /// The rule, where the user names one.
    pub rule: Option<String>,
    /// The record's line.
    pub line: u64,
    /// Where the record begins in its file.
    pub offset: u64,
    /// The uppermost line of the record on the screen.
    pub row: usize,
}

/// What keys go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Focus {
    /// The list of sessions.
    Sessions,
    /// The record.
    Record,
    /// The words to search for.
    Search(String),
    /// The rule that should have found something.
    Miss(String),
}

/// The whole state.
#[derive(Debug)]
pub struct Viewer {
    /// All sessions, newest first.
    pub sessions: Vec<Session>,
    /// The one shown.
    pub session: usize,
    /// The tier shown.
    pub tier: Tier,
    /// The page shown.
    pub page: Page,
    /// The record shown, in the page.
    pub record: usize,
    /// Lines of the record above the screen.
    pub scroll: usize,
    /// What keys go to.
    pub focus: Focus,
    /// What was searched for last.
    pub search: String,
    /// A word to the user.
    pub message: String,
    /// Rules that a note may name.
    rules: Vec<String>,
    /// The search goes on in the next page.
    searching: bool,
}

/// Lines that one screen up or down moves.
const SCREEN: usize = 15;

impl Viewer {
    /// Begins with the newest session, and wishes for its first page.
    pub fn new(sessions: Vec<Session>, tier: Tier, rules: Vec<String>) -> (Self, Wish) {
        let viewer = Self {
            sessions,
            session: 0,
            tier,
            page: Page::default(),
            record: 0,
            scroll: 0,
            focus: Focus::Record,
            search: String::new(),
            message: String::new(),
            rules,
            searching: false,
        };
        let wish = viewer.load(0);
        (viewer, wish)
    }

    /// The record on the screen.
    pub fn shown(&self) -> Option<&Record> {
        self.page.records.get(self.record)
    }

    /// Takes a page that was wished for; a search that came this far goes on in it.
    pub fn take(&mut self, page: Page) -> Option<Wish> {
        self.page = page;
        (self.record, self.scroll) = (0, 0);
        if std::mem::take(&mut self.searching) { self.find(0) } else { None }
    }

    /// Takes what came of a note, or of a page that could not be read.
    pub fn tell(&mut self, message: impl Into<String>) {
        self.message = message.into();
    }

    /// What a key does.
    pub fn key(&mut self, key: Key) -> Option<Wish> {
        self.message.clear();
        match std::mem::replace(&mut self.focus, Focus::Record) {
            Focus::Search(words) => self.search_key(words, key),
            Focus::Miss(rule) => self.miss_key(rule, key),
            focus @ (Focus::Sessions | Focus::Record) => {
                self.focus = focus;
                self.browse_key(key)
            }
        }
    }

    fn browse_key(&mut self, key: Key) -> Option<Wish> {
        match (key, &self.focus) {
            (Key::Char('q') | Key::Escape, _) => return Some(Wish::Quit),
            (Key::Tab, Focus::Sessions) => self.focus = Focus::Record,
            (Key::Tab, _) => self.focus = Focus::Sessions,
            (Key::Char('t'), _) => {
                self.tier = match self.tier {
                    Tier::Metrics => Tier::Activity,
                    Tier::Activity => Tier::Content,
                    Tier::Content => Tier::Metrics,
                };
                return Some(self.load(self.page.number));
            }
            (Key::Char('/'), _) => self.focus = Focus::Search(String::new()),
            (Key::Char('n'), _) => return self.find(self.record + 1),
            (Key::Char('m'), _) if self.shown().is_some() => self.focus = Focus::Miss(String::new()),
            (Key::Up | Key::Char('k'), Focus::Sessions) => return self.choose(self.session.checked_sub(1)),
            (Key::Down | Key::Char('j'), Focus::Sessions) => return self.choose(self.session.checked_add(1)),
            (Key::Up | Key::Char('k'), _) => return self.step_back(),
            (Key::Down | Key::Char('j'), _) => return self.step(),
            (Key::PageDown | Key::Char(' '), _) => self.scroll = (self.scroll + SCREEN).min(self.last_row()),
            (Key::PageUp, _) => self.scroll = self.scroll.saturating_sub(SCREEN),
            (Key::Enter, _) => self.focus = Focus::Record,
            (Key::Char(_) | Key::Backspace, _) => {}
        }
        None
    }

    fn search_key(&mut self, mut words: String, key: Key) -> Option<Wish> {
        match key {
            Key::Enter if words.is_empty() => return None,
            Key::Enter => {
                self.search = words;
                return self.find(self.record);
            }
            Key::Escape => return None,
            Key::Backspace => drop(words.pop()),
            Key::Char(character) => words.push(character),
            Key::Up | Key::Down | Key::PageUp | Key::PageDown | Key::Tab => {}
        }
        self.focus = Focus::Search(words);
        None
    }

    /// Only the id of a rule is taken: no word of what was missed can get into the note.
    fn miss_key(&mut self, mut rule: String, key: Key) -> Option<Wish> {
        match key {
            Key::Enter => {
                if !rule.is_empty() && !self.rules.contains(&rule) {
                    self.message = "there is no such rule; leave it empty, or see `bcce-agent rules list`".to_owned();
                    self.focus = Focus::Miss(rule);
                    return None;
                }
                let record = self.shown()?;
                let (line, offset) = (record.number, record.offset);
                let rule = (!rule.is_empty()).then_some(rule);
                return Some(Wish::Note(Miss { session: self.session, rule, line, offset, row: self.scroll }));
            }
            Key::Escape => return None,
            Key::Backspace => drop(rule.pop()),
            Key::Char(character) if character.is_ascii_alphanumeric() || character == '-' => rule.push(character),
            Key::Char(_) | Key::Up | Key::Down | Key::PageUp | Key::PageDown | Key::Tab => {}
        }
        self.focus = Focus::Miss(rule);
        None
    }

    fn choose(&mut self, session: Option<usize>) -> Option<Wish> {
        self.session = session.filter(|session| *session < self.sessions.len())?;
        self.page = Page::default();
        Some(self.load(0))
    }

    fn step(&mut self) -> Option<Wish> {
        if self.record + 1 < self.page.records.len() {
            (self.record, self.scroll) = (self.record + 1, 0);
            return None;
        }
        if !self.page.more {
            self.message = "this is the last record".to_owned();
            return None;
        }
        Some(self.load(self.page.number + 1))
    }

    fn step_back(&mut self) -> Option<Wish> {
        if self.record > 0 {
            (self.record, self.scroll) = (self.record - 1, 0);
            return None;
        }
        self.page.number.checked_sub(1).map(|page| self.load(page))
    }

    /// Goes to the next record that holds the words, from a place on; over the page's end where there is more.
    fn find(&mut self, from: usize) -> Option<Wish> {
        if self.search.is_empty() {
            return None;
        }
        let words = self.search.to_lowercase();
        let place = self.page.records.iter().skip(from).position(|record| holds(record, &words));
        if let Some(place) = place {
            self.record = from + place;
            self.scroll = self.shown().map_or(0, |record| first_row(record, &words));
            return None;
        }
        if self.page.more {
            self.searching = true;
            return Some(self.load(self.page.number + 1));
        }
        self.message = "not found from here on".to_owned();
        None
    }

    fn load(&self, page: usize) -> Wish {
        Wish::Load { session: self.session, page, tier: self.tier }
    }

    fn last_row(&self) -> usize {
        self.shown().map_or(0, |record| record.original.len().max(record.outcome.len()).saturating_sub(1))
    }
}

fn text_of(line: &Line) -> String {
    line.iter().map(|(text, _)| text.to_lowercase()).collect()
}

fn holds(record: &Record, words: &str) -> bool {
    record.original.iter().chain(&record.outcome).any(|line| text_of(line).contains(words))
}

fn first_row(record: &Record, words: &str) -> usize {
    let row = |lines: &[Line]| lines.iter().position(|line| text_of(line).contains(words));
    row(&record.original).or_else(|| row(&record.outcome)).unwrap_or(0)
}
