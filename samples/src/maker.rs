//! What every record maker needs: chance, text, plants, and a place to put finished records.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::Developer;
use crate::dice::Dice;
use crate::json::Json;
use crate::ledger::{Fate, Form, LookAlike, Plant, Usage};
use crate::plant::{Planter, Surface};
use crate::text::{Language, Writer};

/// A finished record on its way to a file.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) file: PathBuf,
    /// The bytes of the line with its newline.
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: String,
    pub(crate) subtype: String,
    pub(crate) uuid: Option<String>,
    pub(crate) session: String,
    pub(crate) fate: Fate,
    pub(crate) usage: Option<(String, Usage)>,
    pub(crate) plants: Vec<Plant>,
    pub(crate) look_alikes: Vec<LookAlike>,
}

/// What a record is, for the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) kind: &'static str,
    pub(crate) subtype: String,
    pub(crate) uuid: Option<String>,
    pub(crate) usage: Option<(String, Usage)>,
    pub(crate) fate: Fate,
}

impl Label {
    pub(crate) fn of(kind: &'static str) -> Self {
        Self { kind, subtype: String::new(), uuid: None, usage: None, fate: Fate::Event }
    }
}

/// Makes texts and collects records.
#[derive(Clone, Debug)]
pub(crate) struct Maker {
    pub(crate) dice: Dice,
    pub(crate) planter: Planter,
    pub(crate) own: Developer,
    pub(crate) out: Vec<Draft>,
    turns: BTreeMap<&'static str, usize>,
}

impl Maker {
    pub(crate) fn new(seed: u64, plants_per_mille: usize) -> Self {
        let mut dice = Dice::new(seed);
        let own = Developer::new(&mut dice);
        let planter = Planter::new(Dice::new(seed ^ 0x5eed_0000_0000_0001), own.clone(), plants_per_mille);
        Self { dice, planter, own, out: Vec::new(), turns: BTreeMap::new() }
    }

    pub(crate) fn writer(&mut self) -> Writer<'_> {
        Writer::new(&mut self.dice)
    }

    /// The next of the items, in turn: even a small set holds each of them. Each list has a name of its own.
    pub(crate) fn next_of<T: Copy>(&mut self, name: &'static str, items: &[T]) -> T {
        let count = self.turns.entry(name).or_default();
        let item = items[*count % items.len()];
        *count += 1;
        item
    }

    /// How often a list was asked for its next item.
    pub(crate) fn asked(&self, name: &str) -> usize {
        self.turns.get(name).copied().unwrap_or(0)
    }

    /// Puts plants into a finished text.
    pub(crate) fn salted(&mut self, mut text: String, place: &'static str, surface: Surface) -> String {
        self.planter.salt(&mut text, place, surface);
        text
    }

    pub(crate) fn prompt(&mut self, place: &'static str) -> String {
        let mut text = self.writer().prompt();
        if self.dice.per_mille(250) {
            let (kind, size) = (self.writer().any_output(), self.dice.size(1300));
            let pasted = self.writer().output(kind, size);
            text.push_str("\n\n");
            text.push_str(&pasted);
        }
        self.salted(text, place, Surface::Prose)
    }

    pub(crate) fn reply(&mut self, place: &'static str, median: usize) -> String {
        let size = self.dice.size(median);
        let text = self.writer().reply(size);
        self.salted(text, place, Surface::Prose)
    }

    pub(crate) fn thought(&mut self, place: &'static str, median: usize) -> String {
        let size = self.dice.size(median);
        let text = self.writer().thought(size);
        self.salted(text, place, Surface::Prose)
    }

    pub(crate) fn output(&mut self, place: &'static str, median: usize) -> String {
        let (kind, size) = (self.writer().any_output(), self.dice.size(median));
        let text = self.writer().output(kind, size);
        self.salted(text, place, Surface::Output)
    }

    pub(crate) fn code(&mut self, place: &'static str, language: Language, median: usize) -> String {
        let size = self.dice.size(median);
        let text = self.writer().code(language, size);
        self.salted(text, place, Surface::Code)
    }

    pub(crate) fn command(&mut self, place: &'static str) -> String {
        let mut text = self.writer().command();
        if self.dice.per_mille(150) {
            let (language, size) = (self.writer().any_language(), self.dice.size(400));
            let script = self.writer().code(language, size);
            text = format!("{text} <<'EOF'\n{script}\nEOF");
        }
        self.salted(text, place, Surface::Output)
    }

    /// One line from a template.
    pub(crate) fn line(&mut self, place: &'static str, template: &str) -> String {
        let text = self.writer().filled(template);
        self.salted(text, place, Surface::Line)
    }

    /// A template filled, with no plants.
    pub(crate) fn plain(&mut self, template: &str) -> String {
        self.writer().filled(template)
    }

    /// A file below a folder, with its separators; now and then a secret stands in its name.
    pub(crate) fn path(&mut self, below: &str, place: &'static str) -> String {
        let file = self.plain("{f}");
        let file = match self.planter.bare(place, Form::FileName) {
            Some(secret) => format!("backup/{secret}/{file}"),
            None => file,
        };
        join(below, &file)
    }

    /// Ends a record: what was planted and stands in it belongs to it. A tool call is made before the records that
    /// announce it, so plants may wait for a later record.
    pub(crate) fn emit(&mut self, file: PathBuf, session: &str, json: &Json, label: Label) {
        let mut text = String::new();
        json.write(&mut text);
        text.push('\n');
        let stands = |needles: &[String]| needles.iter().any(|needle| text.contains(needle.as_str()));
        let plants = self.planter.plants.extract_if(.., |plant| stands(&plant.needles)).collect();
        let look_alikes = self.planter.look_alikes.extract_if(.., |it| text.contains(&it.value)).collect();
        self.out.push(Draft {
            file,
            bytes: text.into_bytes(),
            kind: label.kind.to_owned(),
            subtype: label.subtype,
            uuid: label.uuid,
            session: session.to_owned(),
            fate: label.fate,
            usage: label.usage,
            plants,
            look_alikes,
        });
    }
}

/// A path below a folder, with the folder's separators.
pub(crate) fn join(folder: &str, below: &str) -> String {
    if folder.contains('\\') { format!("{folder}\\{}", below.replace('/', "\\")) } else { format!("{folder}/{below}") }
}
