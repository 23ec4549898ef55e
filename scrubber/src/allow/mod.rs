//! The allow-list: which fields of which records may leave, and how. Data, not code: `config/allow-list.toml`.
//!
//! It is compiled into a trie over field paths. A path that leads nowhere in the trie is dropped and counted;
//! there is no rule that lets unknown fields pass. Start at [`AllowList::shipped`]; the paths' grammar is in
//! [`path`], the shapes that values must have in [`shape`].

mod load;
mod path;
mod shape;
mod trie;

pub(crate) use shape::{Shape, is_count, is_duration, is_id, is_integer, is_parameter_name, is_timestamp};
pub(crate) use trie::{NodeId, Trie};

use crate::Tier;
use crate::schema::{RECORD_FIELDS, ROLES, TOOL_FIELDS};

/// What is done with the value at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// Ships as it stands when it has the shape; else it is dropped and counted.
    Keep { shape: Shape, to: Slot },
    /// Ships as it stands when it has the shape, else as `other`.
    OrOther { shape: Shape, to: Slot },
    /// Ships as it stands when it is an id of a known form, else as a pseudonym.
    Id { to: Slot },
    /// Ships as a keyed hash.
    Pseudonym { domain: &'static str, to: Slot },
    /// Ships scrubbed at the content tier, as a shape at the activity tier.
    Text { role: u8, facet: Option<(Facet, Slot)>, twin: bool },
    /// Ships as a shape at the activity tier, never as text.
    Shape { role: u8 },
    /// Begins an element of `tools`: a tool's call or its result.
    Tool(ToolPart),
    /// Never leaves; on purpose.
    Drop,
}

/// What of a text leaves at the activity tier besides its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Facet {
    /// A command's first word.
    Command,
    /// A path's extension.
    Extension,
}

/// Which half of a tool use an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolPart {
    Call,
    Result,
}

/// A place in the event that a value may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The place in [`RECORD_FIELDS`].
    Record(u8),
    /// The place in [`TOOL_FIELDS`], of the present tool.
    Tool(u8),
}

impl Slot {
    fn named(name: &str) -> Option<Self> {
        if let Some(name) = name.strip_prefix("tools.") {
            let place = TOOL_FIELDS.iter().position(|field| field.name == name)?;
            return u8::try_from(place).ok().map(Self::Tool);
        }
        let place = RECORD_FIELDS.iter().position(|field| {
            let group = field.group.name();
            if group.is_empty() {
                field.name == name
            } else {
                name.strip_prefix(group).and_then(|rest| rest.strip_prefix('.')) == Some(field.name)
            }
        })?;
        u8::try_from(place).ok().map(Self::Record)
    }

    /// The narrowest tier at which the place is filled.
    pub(crate) fn tier(self) -> Tier {
        let field = match self {
            Self::Record(place) => RECORD_FIELDS.get(usize::from(place)),
            Self::Tool(place) => TOOL_FIELDS.get(usize::from(place)),
        };
        field.map_or(Tier::Content, |field| field.tier)
    }
}

fn role_named(name: &str) -> Option<u8> {
    ROLES.iter().position(|role| *role == name).and_then(|place| u8::try_from(place).ok())
}

/// One rule as written, for documentation.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The paths, with alternatives spelled out.
    pub paths: Vec<String>,
    /// What is done, in words: the treatment with its shape or role.
    pub treatment: String,
    /// The event field that it fills; empty for texts and drops.
    pub to: String,
    /// The narrowest tier at which something leaves; `None` when nothing does.
    pub tier: Option<Tier>,
    /// Why it leaves or does not.
    pub why: String,
}

/// The compiled allow-list.
pub struct AllowList {
    trie: Trie,
    entries: Vec<Entry>,
    enums: Vec<(String, Vec<String>)>,
    unshipped: Vec<String>,
    source: &'static str,
}

/// The allow-list cannot be used. Names the entry's first path or the list at fault.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AllowListError {
    /// The text is not TOML of the right form.
    #[error("the allow-list is not valid at line {line}")]
    Syntax {
        /// The line, from 1.
        line: usize,
    },
    /// An entry names something that does not exist.
    #[error("allow-list entry `{path}`: unknown {what} `{name}`")]
    Unknown {
        /// The entry's first path.
        path: String,
        /// What is unknown: treatment, shape, role, field, list.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A path does not follow the grammar.
    #[error("allow-list path `{path}` cannot be read")]
    Path {
        /// The path.
        path: String,
    },
    /// Two entries name one path.
    #[error("allow-list path `{path}` stands twice")]
    Twice {
        /// The path.
        path: String,
    },
}

impl AllowList {
    /// Compiles the allow-list shipped with the product (`config/allow-list.toml`).
    ///
    /// # Errors
    /// When an entry names an unknown treatment, shape, field or list; a test holds that the shipped one is valid.
    pub fn shipped() -> Result<Self, AllowListError> {
        load::parse(include_str!("../../../config/allow-list.toml"))
    }

    /// All entries, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Record types that are known and never leave.
    pub fn unshipped_types(&self) -> &[String] {
        &self.unshipped
    }

    /// The list of words that `name` stands for in `enum:name`.
    pub fn words(&self, name: &str) -> Option<&[String]> {
        self.enums.iter().find(|(list, _)| list == name).map(|(_, words)| words.as_slice())
    }

    pub(crate) fn trie(&self) -> &Trie {
        &self.trie
    }

    pub(crate) fn is_unshipped(&self, record_type: &[u8]) -> bool {
        self.unshipped.iter().any(|name| name.as_bytes() == record_type)
    }

    /// Whether `word` is in the list at `list`.
    pub(crate) fn has_word(&self, list: u8, word: &[u8]) -> bool {
        self.enums.get(usize::from(list)).is_some_and(|(_, words)| words.iter().any(|known| known.as_bytes() == word))
    }

    /// The place of a list.
    pub(crate) fn list(&self, name: &str) -> Option<u8> {
        list_place(&self.enums, name)
    }

    /// The text that it was compiled from, for the policy's id.
    pub(crate) fn source(&self) -> &str {
        self.source
    }
}

fn list_place(enums: &[(String, Vec<String>)], name: &str) -> Option<u8> {
    enums.iter().position(|(list, _)| list == name).and_then(|place| u8::try_from(place).ok())
}
