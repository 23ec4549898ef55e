//! The ground truth about generated transcripts: every record, every planted value, every token count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::Developer;
use crate::json::{Json, obj};

/// What a correct reader makes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fate {
    /// A whole record of a type that the field list knows: one event at each tier that the consent reaches.
    Event,
    /// A line of `history.jsonl`: an event only where the settings allow that file.
    History,
    /// A whole record of a type that no allow-list can know: counted, no event.
    UnknownType,
    /// A copy of an earlier record (a resumed session), under its own session id or under that of the new file.
    Copy,
    /// Never an event: torn, cut, not JSON, not an object.
    Broken,
    /// An event is allowed and not required: a whole record glued after a torn half, text that one parser takes and
    /// another one rejects (a lone surrogate, bytes that are not UTF-8).
    Optional,
    /// Longer than the limit that the options name: skipped and counted.
    TooLong,
}

impl Fate {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::History => "history",
            Self::UnknownType => "unknown_type",
            Self::Copy => "copy",
            Self::Broken => "broken",
            Self::Optional => "optional",
            Self::TooLong => "too_long",
        }
    }

    /// Whether an event must come of it, at every tier.
    #[must_use]
    pub fn must_ship(self) -> bool {
        self == Self::Event
    }

    /// Whether an event must never come of it, at any tier.
    #[must_use]
    pub fn must_not_ship(self) -> bool {
        matches!(self, Self::UnknownType | Self::Broken | Self::TooLong)
    }
}

/// One written record, whole or damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The file, below the configuration folder.
    pub file: PathBuf,
    /// The line, counted from 1 (a raw newline inside a record makes two lines of it; this is the first).
    pub line: usize,
    /// Where its first byte stands in the file.
    pub offset: u64,
    /// Its length in bytes, with its newline when it has one.
    pub length: u64,
    /// The value of `type` (`history` for lines of `history.jsonl`).
    pub kind: String,
    /// The subtype: `subtype`, or the `type` of an attachment's or progress record's data, or the name of a tool.
    pub subtype: String,
    /// The record's own id, where it has one.
    pub uuid: Option<String>,
    /// The session it stands in.
    pub session: String,
    /// What a correct reader makes of it.
    pub fate: Fate,
    /// The id of the model's message, for records of type `assistant`.
    pub message: Option<String>,
}

/// Token counts of one message of a model: the largest that any of its records names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens read that no cache held.
    pub input: u64,
    /// Tokens written.
    pub output: u64,
    /// Tokens put into the cache for five minutes.
    pub cache_creation_5m: u64,
    /// Tokens put into the cache for an hour.
    pub cache_creation_1h: u64,
    /// Tokens read from the cache.
    pub cache_read: u64,
}

impl Usage {
    /// Takes the larger of each count.
    pub fn raise(&mut self, other: &Self) {
        self.input = self.input.max(other.input);
        self.output = self.output.max(other.output);
        self.cache_creation_5m = self.cache_creation_5m.max(other.cache_creation_5m);
        self.cache_creation_1h = self.cache_creation_1h.max(other.cache_creation_1h);
        self.cache_read = self.cache_read.max(other.cache_read);
    }
}

/// What a planted value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlantClass {
    /// A key, token or password.
    Secret,
    /// Personal data of some made-up person.
    Personal,
    /// The name, address, account or machine of the made-up developer: known from the settings, not by shape.
    Own,
}

impl PlantClass {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Personal => "personal",
            Self::Own => "own",
        }
    }
}

/// How a planted value stands in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// In a sentence or alone on its line.
    Plain,
    /// As a shell or `.env` assignment.
    Assigned,
    /// As a string in a JSON text.
    JsonString,
    /// As a value in YAML.
    Yaml,
    /// In JSON inside a string of JSON.
    DoublyEscaped,
    /// In a header of a command.
    Header,
    /// Between terminal colour codes.
    Coloured,
    /// Right after a backslash and an `n`.
    Glued,
    /// Percent-encoded in a query.
    UrlEncoded,
    /// In base64 of an assignment.
    Base64,
    /// Quoted in source code.
    Quoted,
    /// Cut off at the end of its line: only a part of it is there.
    CutAtLineEnd,
    /// A document of several lines: PEM, `.env`, kubeconfig.
    Document,
    /// As the key of an object.
    Key,
    /// In the name of a file.
    FileName,
}

impl Form {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Assigned => "assigned",
            Self::JsonString => "json_string",
            Self::Yaml => "yaml",
            Self::DoublyEscaped => "doubly_escaped",
            Self::Header => "header",
            Self::Coloured => "coloured",
            Self::Glued => "glued",
            Self::UrlEncoded => "url_encoded",
            Self::Base64 => "base64",
            Self::Quoted => "quoted",
            Self::CutAtLineEnd => "cut_at_line_end",
            Self::Document => "document",
            Self::Key => "key",
            Self::FileName => "file_name",
        }
    }
}

/// How firmly a planted value must not come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strength {
    /// Never, at any tier.
    Must,
    /// Best effort, measured: parts of values, values whose context the encoding tore off.
    BestEffort,
}

/// A value that was planted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plant {
    /// Counts from 1.
    pub id: usize,
    /// What it is.
    pub class: PlantClass,
    /// Its kind, for example `github-pat`.
    pub kind: &'static str,
    /// The field it was put into; copies of that text in twin fields hold it too.
    pub place: &'static str,
    /// How it stands there.
    pub form: Form,
    /// How firmly it must not come out.
    pub strength: Strength,
    /// The strings that must not come out: plain, and as encoded where that differs.
    pub needles: Vec<String>,
    /// The record it was first put into, an index into [`Ledger::records`].
    pub record: usize,
}

/// A value that looks like a secret or personal data and is none: it must survive where its text is shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookAlike {
    /// Its kind, for example `commit-sha`.
    pub kind: &'static str,
    /// The field it was put into.
    pub place: &'static str,
    /// The value.
    pub value: String,
    /// The record it was put into, an index into [`Ledger::records`].
    pub record: usize,
}

/// Everything that is true of a set of generated transcripts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ledger {
    /// The seed that made them.
    pub seed: u64,
    /// The made-up owner of the machine.
    pub developer: Developer,
    /// Every record in the order of writing.
    pub records: Vec<Record>,
    /// Every planted value.
    pub plants: Vec<Plant>,
    /// Every look-alike.
    pub look_alikes: Vec<LookAlike>,
    /// Token counts by message id.
    pub usage: BTreeMap<String, Usage>,
    /// Files that must never be read, below the configuration folder; each holds a planted value.
    pub decoys: Vec<PathBuf>,
}

impl Ledger {
    pub(crate) fn new(seed: u64, developer: Developer) -> Self {
        Self {
            seed,
            developer,
            records: Vec::new(),
            plants: Vec::new(),
            look_alikes: Vec::new(),
            usage: BTreeMap::new(),
            decoys: Vec::new(),
        }
    }

    /// The records of which an event must come.
    pub fn expected(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.fate.must_ship())
    }

    /// The records of one file, in order.
    pub fn of_file<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.file == file)
    }

    /// Every string that must not come out at any tier, with the plant it belongs to. The account name of
    /// [`Ledger::developer`] must not come out either: it stands in every path.
    pub fn needles(&self) -> impl Iterator<Item = (&str, &Plant)> {
        let firm = self.plants.iter().filter(|plant| plant.strength == Strength::Must);
        firm.flat_map(|plant| plant.needles.iter().map(move |needle| (needle.as_str(), plant)))
    }

    /// The ledger as one JSON document.
    #[must_use]
    pub fn to_json(&self) -> String {
        let records: Vec<Json> = self.records.iter().map(record_json).collect();
        let plants: Vec<Json> = self.plants.iter().map(plant_json).collect();
        let look_alikes: Vec<Json> = self
            .look_alikes
            .iter()
            .map(|it| obj! {"kind" => it.kind, "place" => it.place, "value" => &it.value, "record" => it.record})
            .collect();
        let usage = self.usage.iter().map(|(id, usage)| (id.clone().into(), usage_json(usage))).collect();
        let developer = obj! {
            "name" => &self.developer.name, "user" => &self.developer.user, "email" => &self.developer.email,
            "host" => &self.developer.host, "home" => &self.developer.home,
        };
        let decoys: Vec<String> = self.decoys.iter().map(|path| slashed(path)).collect();
        obj! {
            "seed" => self.seed.to_string(), "developer" => developer, "records" => records, "plants" => plants,
            "look_alikes" => look_alikes, "usage" => Json::Obj(usage), "decoys" => decoys,
        }
        .text()
    }
}

fn record_json(record: &Record) -> Json {
    obj! {
        "file" => slashed(&record.file), "line" => record.line, "offset" => record.offset, "length" => record.length,
        "type" => &record.kind, "subtype" => &record.subtype, "uuid" => record.uuid.clone(), "session" => &record.session,
        "fate" => record.fate.name(), "message" => record.message.clone(),
    }
}

fn plant_json(plant: &Plant) -> Json {
    obj! {
        "id" => plant.id, "class" => plant.class.name(), "kind" => plant.kind, "place" => plant.place,
        "form" => plant.form.name(), "must" => plant.strength == Strength::Must, "needles" => plant.needles.clone(),
        "record" => plant.record,
    }
}

fn usage_json(usage: &Usage) -> Json {
    obj! {
        "input_tokens" => usage.input, "output_tokens" => usage.output, "cache_creation_5m" => usage.cache_creation_5m,
        "cache_creation_1h" => usage.cache_creation_1h, "cache_read" => usage.cache_read,
    }
}

/// A relative path with `/` on every system.
fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
