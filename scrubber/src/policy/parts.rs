//! What a policy is made of, and what it asks of the outside while it works.

use super::replace::Replacements;
use crate::detect::{Engine, Scopes};
use crate::{AllowList, EventId, PseudonymKey, SessionTag, Tier};

/// Facts about this machine and installation that events carry as pseudonyms or as they stand.
pub struct HostFacts {
    /// Login name; leaves as a pseudonym.
    pub login: String,
    /// Host name; leaves as a pseudonym.
    pub host: String,
    /// Home folder; never leaves.
    pub home: String,
    /// `linux`, `macos` or `windows`.
    pub os: &'static str,
    /// The organisation's name from the policy; `None` leaves the field out.
    pub org: Option<String>,
}

/// What a receiver knows an installation by: equal in all of its events, and of no other installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudonyms {
    /// Of the login name, 16 hexadecimal digits.
    pub user: String,
    /// Of the host name, 16 hexadecimal digits.
    pub host: String,
}

impl HostFacts {
    /// The pseudonyms that events carry under this key.
    pub fn pseudonyms(&self, key: &PseudonymKey) -> Pseudonyms {
        let of = |domain, name: &str| {
            let mut digits = Vec::new();
            key.pseudonym(domain, &[name.as_bytes()]).write_hex(16, &mut digits);
            String::from_utf8_lossy(&digits).into_owned()
        };
        Pseudonyms { user: of("user", &self.login), host: of("host", &self.host) }
    }
}

/// What a [`Policy`] is made of.
pub struct PolicyParts {
    /// Which fields may leave, and how.
    pub allow_list: AllowList,
    /// The detectors.
    pub engine: Engine,
    /// The installation's pseudonym key.
    pub key: PseudonymKey,
    /// Facts about this machine.
    pub host: HostFacts,
    /// The effective tier.
    pub tier: Tier,
    /// The consent under which events are made; empty in previews.
    pub consent_id: String,
    /// The agent's version.
    pub agent_version: String,
    /// The longest event line in bytes; texts are cut to fit. Default 1,000 KiB less one, the limit of a Firehose record.
    pub event_bytes_max: usize,
    /// What stands in place of found values.
    pub replacements: Replacements,
}

/// What the organisation, the user and the project itself say of the project a record belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectDecision {
    /// Ship, at this tier at most.
    Ship(Tier),
    /// Not even read.
    Deny,
    /// The record names no folder and rules are in force, so nobody can tell.
    Unknown,
}

/// Decides about projects. Asked for each record, so implementations remember their answers.
pub trait Projects {
    /// Decides for a working folder; `None` where the record and its file name none.
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision;

    /// What of the allow-list of findings holds in the folder that was asked about last. Default: what holds everywhere.
    fn scopes(&self) -> Scopes {
        Scopes::default()
    }

    /// Whether the record's event was stored before. Then the record is counted and not scrubbed again. Default: no.
    fn is_stored(&mut self, _session: SessionTag, _id: EventId) -> bool {
        false
    }
}

/// What kind of file lines come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A session or one of its subagents.
    Transcript,
    /// `history.jsonl`: its lines have no type.
    History,
}

/// What is known of a transcript file as its lines go by.
pub struct Source {
    /// What kind of file it is.
    pub kind: SourceKind,
    /// The session as the file's name tells it; used where a record names none.
    pub session: String,
    /// The working folder of the last record that named one ([`is_folder`]), or of the first that will.
    pub cwd: Option<String>,
}

/// Whether a text is the absolute path of a folder, on whatever system: anything else that a record names as its folder
/// says nothing of where it was written.
pub fn is_folder(text: &[u8]) -> bool {
    let is_absolute = match text {
        [b'/', ..] | [b'\\', b'\\', ..] => true,
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    };
    is_absolute && !text.contains(&0)
}
