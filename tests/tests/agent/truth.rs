//! What must come out of generated transcripts, and what must not: the ledger, in the agent's own terms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use agent::edge::files::session_of;
use agent::edge::key::KeyFile;
use aho_corasick::AhoCorasick;
use samples::{Ledger, Record};
use scrubber::{AllowList, PseudonymKey};
use serde_json::Value;

use crate::binary::Agent;
use crate::lake::files;

/// Knows under which id an installation ships a line.
pub(crate) struct Ids(PseudonymKey);

impl Ids {
    /// The ids of an installation that has its keys already.
    pub(crate) fn of(agent: &Agent) -> Self {
        Self(KeyFile::new(&agent.home().join("state")).load().unwrap().unwrap().pseudonym_key())
    }

    /// The id of the event of a line, given with its line end; `None` where it is no JSON object.
    pub(crate) fn id(&self, file: &Path, line: &[u8]) -> Option<String> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let record: Value = serde_json::from_slice(line).ok()?;
        let text = |key: &str| record.get(key).and_then(Value::as_str);
        let kind = text("type")?.as_bytes();
        let of_file = session_of(file);
        let session = text("sessionId").unwrap_or(&of_file).as_bytes();
        let id = match text("uuid") {
            Some(uuid) if !uuid.is_empty() => self.0.pseudonym("event", &[session, uuid.as_bytes(), kind, b"0"]),
            _ => self.0.pseudonym("event-line", &[session, line, kind, b"0"]),
        };
        Some(id.to_string())
    }
}

/// Whether a record's event must come: the ledger knows which lines are whole, the allow-list which types never ship.
pub(crate) fn must_ship(record: &Record) -> bool {
    record.fate.must_ship() && !never_ships(&record.kind)
}

/// Whether records of a type never ship, because they tell nothing but names and places.
pub(crate) fn never_ships(kind: &str) -> bool {
    static TYPES: OnceLock<AllowList> = OnceLock::new();
    let allow_list = TYPES.get_or_init(|| AllowList::shipped().unwrap());
    allow_list.unshipped_types().iter().any(|unshipped| unshipped == kind)
}

/// Reads the lines of records from where they lie.
pub(crate) struct Lines {
    root: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Lines {
    pub(crate) fn below(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new() }
    }

    /// The bytes of a record, with its line end.
    pub(crate) fn line(&mut self, record: &Record) -> &[u8] {
        let root = &self.root;
        let read = || std::fs::read(root.join(&record.file)).unwrap();
        let bytes = self.files.entry(record.file.clone()).or_insert_with(read);
        let start = usize::try_from(record.offset).unwrap();
        bytes.get(start..start + usize::try_from(record.length).unwrap()).unwrap()
    }
}

/// The ids of all records for which something holds, and how many records have each: short records without an id of their
/// own may be equal to the last byte, and are the same event then.
pub(crate) fn ids_of(
    ids: &Ids,
    lines: &mut Lines,
    ledger: &Ledger,
    holds: impl Fn(&Record) -> bool,
) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for record in ledger.records.iter().filter(|record| holds(record)) {
        if let Some(id) = ids.id(&record.file, lines.line(record)) {
            *found.entry(id).or_default() += 1;
        }
    }
    found
}

/// Everything planted that must not come out, found in any bytes.
pub(crate) struct Secrets<'a> {
    ledger: &'a Ledger,
    search: AhoCorasick,
}

impl<'a> Secrets<'a> {
    pub(crate) fn of(ledger: &'a Ledger) -> Self {
        let needles = ledger.needles().map(|(needle, _)| needle);
        let search = AhoCorasick::new(needles.chain([ledger.developer.user.as_str()])).unwrap();
        assert!(search.patterns_len() > 100, "too little was planted to prove anything");
        Self { ledger, search }
    }

    /// Kinds and places of those that stand in `bytes`.
    pub(crate) fn found(&self, bytes: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for hit in self.search.find_iter(bytes) {
            // The values are made up, so they may be shown.
            let around = bytes.get(hit.start().saturating_sub(60)..bytes.len().min(hit.end() + 20)).unwrap();
            let around = String::from_utf8_lossy(around);
            found.insert(match self.ledger.needles().nth(hit.pattern().as_usize()) {
                Some((_, plant)) => format!("{} of {} as {}: {around}", plant.kind, plant.place, plant.form.name()),
                None => format!("the name of the account: {around}"),
            });
        }
        found
    }

    /// Panics where any of them stands in `bytes`.
    pub(crate) fn assert_absent(&self, bytes: &[u8], whence: &str) {
        let found = self.found(bytes);
        assert!(found.is_empty(), "planted values in {whence}: {found:#?}");
    }

    /// Looks through every file of the state folder.
    pub(crate) fn assert_absent_from_state(&self, agent: &Agent) {
        let found = files(&agent.home().join("state"));
        assert!(found.iter().any(|file| file.ends_with("spool.db")), "{found:?}");
        for file in found {
            self.assert_absent(&std::fs::read(&file).unwrap(), &file.display().to_string());
        }
    }
}
