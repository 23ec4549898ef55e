//! The entries of the ledger.

use std::fmt;

use ring::digest;
use scrubber::Tier;
use serde::{Deserialize, Serialize};

/// A random id of one grant, 32 hexadecimal digits; every event made under it carries it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConsentId(String);

impl ConsentId {
    /// Takes 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(hex(&random))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConsentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text that a user agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentText {
    /// Grows when the meaning changes.
    pub version: u32,
    /// The oldest version whose yes still covers this text: raised whenever more may leave at a tier than before.
    pub covers_from: u32,
    /// SHA-256 of the text, hexadecimal.
    pub hash: String,
}

impl ConsentText {
    /// Describes a text.
    pub fn new(version: u32, covers_from: u32, text: &str) -> Self {
        Self { version, covers_from, hash: sha256(text.as_bytes()) }
    }
}

/// How a consent was given or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// By answering at a terminal.
    Terminal,
    /// By flags of the command, without a question.
    Flags,
}

impl Given {
    /// The word in the ledger and in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Flags => "flags",
        }
    }
}

/// What the user agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRequest {
    /// The most that may leave.
    pub tier: Tier,
    /// Whether what was written before the grant is included.
    pub backfill: bool,
    /// How it was given.
    pub given: Given,
    /// Where events go, in words without any path.
    pub destination: String,
    /// What settings let be read or leave beyond what the text says of every installation, a name each.
    pub extras: Vec<String>,
}

/// A consent that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantEntry {
    /// The grant's id.
    pub consent_id: ConsentId,
    /// The most that may leave.
    #[serde(with = "tier_name")]
    pub tier: Tier,
    /// Whether what was written before the grant is included.
    pub backfill: bool,
    /// How it was given.
    pub given: Given,
    /// Where events go.
    pub destination: String,
    /// What it covers beyond the text: see [`GrantRequest::extras`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<String>,
    /// Version of the text.
    pub text_version: u32,
    /// SHA-256 of the text, hexadecimal.
    pub text_hash: String,
}

/// A consent that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeEntry {
    /// How it was taken back.
    pub given: Given,
}

/// How little a person lets happen who does not consent, and says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Refusal {
    /// Nothing is read.
    Off,
    /// Nothing leaves; what the person starts may read and show.
    Local,
}

/// A choice that nothing leaves. It ends a consent that was given before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefuseEntry {
    /// What is left.
    pub mode: Refusal,
    /// How it was said.
    pub given: Given,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Consent was given.
    Grant(GrantEntry),
    /// Consent was taken back.
    Revoke(RevokeEntry),
    /// Consent was refused.
    Refuse(RefuseEntry),
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place, from 0.
    pub seq: u64,
    /// When, in milliseconds since 1970 UTC by the system's clock.
    pub time_ms: i64,
    /// What happened.
    pub what: What,
    /// The hash of the entry before; of nothing, zeros.
    pub(super) prev: String,
}

impl Entry {
    /// The consent that was given, where one was.
    pub(super) fn grant(&self) -> Option<&GrantEntry> {
        match &self.what {
            What::Grant(grant) => Some(grant),
            What::Revoke(_) | What::Refuse(_) => None,
        }
    }
}

/// An entry as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) entry: Entry,
    /// SHA-256 of the entry's JSON.
    pub(super) hash: String,
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect()
}

mod tier_name {
    use scrubber::Tier;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(tier: &Tier, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(tier.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tier, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(|_| D::Error::custom("not a tier"))
    }
}
