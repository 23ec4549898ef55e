//! What was found, as data.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::lake::{Agents, ConsentDay, Redaction, Requests, Retention};

/// What was found where something was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// This.
    Is(T),
    /// It is not there.
    Missing,
    /// It could not be looked at.
    Unknown(Unseen),
}

/// Why something could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// In words.
    pub why: String,
    /// What helps, where that is known and not another role.
    pub help: Option<&'static str>,
}

impl<T: Into<String>> From<T> for Unseen {
    fn from(why: T) -> Self {
        Self { why: why.into(), help: None }
    }
}

impl<T> Found<T> {
    /// The same for a part of it.
    pub fn map<U>(self, part: impl FnOnce(T) -> U) -> Found<U> {
        self.and_then(|value| Found::Is(part(value)))
    }

    /// The same for what is found in it.
    pub fn and_then<U>(self, look: impl FnOnce(T) -> Found<U>) -> Found<U> {
        match self.known() {
            Ok(value) => look(value),
            Err(none) => none,
        }
    }

    /// What it is, or why it is nothing.
    ///
    /// # Errors
    /// When it is missing or unknown.
    pub fn known<U>(self) -> Result<T, Found<U>> {
        match self {
            Self::Is(value) => Ok(value),
            Self::Missing => Err(Found::Missing),
            Self::Unknown(why) => Err(Found::Unknown(why)),
        }
    }
}

/// A class of data, with keys, a bucket and a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Counts.
    Internal,
    /// Also shapes and first words.
    Confidential,
    /// Also texts.
    Restricted,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Internal, Self::Confidential, Self::Restricted];

    /// Its name in the template, which begins the logical ids of its resources.
    pub const fn logical(self) -> &'static str {
        match self {
            Self::Internal => "Internal",
            Self::Confidential => "Confidential",
            Self::Restricted => "Restricted",
        }
    }

    /// Its name in events and in names of streams.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }

    /// Days after which its events go (lake/template.yaml, lifecycle rules).
    pub const fn days_max(self) -> u32 {
        match self {
            Self::Internal => 1096,
            Self::Confidential | Self::Restricted => 2557,
        }
    }
}

/// The stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its status, such as `CREATE_COMPLETE`.
    pub status: String,
    /// Whether its template is the one that this command carries, word for word.
    pub is_own_template: Found<bool>,
    /// Physical ids by logical id.
    pub resources: BTreeMap<String, String>,
    /// Its parameters; those that are not shown are `****`.
    pub parameters: BTreeMap<String, String>,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its ARN.
    pub arn: String,
    /// Whether it can be used.
    pub is_enabled: bool,
    /// Whether it rotates, and every how many days where the service says.
    pub rotation: Found<(bool, Option<u32>)>,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Whether old versions are kept.
    pub is_versioned: Found<bool>,
    /// The key that encrypts what is put into it.
    pub key: Found<String>,
    /// Whether all four blocks of public access are on.
    pub is_public_blocked: Found<bool>,
    /// Whether its policy refuses connections without TLS, those below TLS 1.2, and who is outside the organisation.
    pub policy: Found<[bool; 3]>,
    /// After how many days objects go, and old versions.
    pub lifecycle: Found<(Option<u32>, Option<u32>)>,
    /// Whether access to it is logged.
    pub is_logged: Found<bool>,
}

/// A delivery stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its name.
    pub name: String,
    /// Its status, such as `ACTIVE`.
    pub status: String,
    /// The key of what waits in it.
    pub key: Option<String>,
    /// Whether events become Parquet.
    pub is_parquet: bool,
    /// Whether what did not fit is kept.
    pub has_errors: bool,
}

/// A work group of Athena.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workgroup {
    /// Its name.
    pub name: String,
    /// Whether its settings hold against those of who asks.
    pub is_enforced: bool,
    /// The most bytes that one query may read.
    pub bytes_max: Option<u64>,
    /// Whether results are encrypted with a key of ours.
    pub is_encrypted: bool,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Whether only the organisation may become it.
    pub asks_organisation: bool,
    /// Whether who becomes it must say an external id.
    pub asks_external_id: bool,
    /// Whatever its policies allow, once each and in order.
    pub actions: Vec<String>,
    /// What its permissions are for.
    pub resources: Vec<String>,
    /// Policies attached to it that the template does not know.
    pub attached: Vec<String>,
}

/// The trail of who did what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// Whether it writes now.
    pub is_logging: bool,
    /// Whether its files can be checked for changes.
    pub is_validated: bool,
    /// The buckets whose objects it watches.
    pub buckets: Vec<String>,
    /// When it last wrote.
    pub last_delivery: Option<Timestamp>,
    /// What went wrong when it last wrote.
    pub last_error: Option<String>,
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`; empty where the stack's alarm is gone.
    pub state: String,
    /// Whether it tells somebody.
    pub has_actions: bool,
}

/// What kind of lake was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder: events and nothing around them.
    Folder,
    /// A stack in AWS.
    Stack,
}

/// Everything that was found.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What kind of lake it is.
    pub kind: Kind,
    /// The day on which was looked, in UTC.
    pub today: Date,
    /// Where was looked: a region or a folder.
    pub place: String,
    /// The account, and as whom was looked.
    pub identity: Found<(String, String)>,
    /// The stack.
    pub stack: Found<Stack>,
    /// Keys by logical id.
    pub keys: BTreeMap<&'static str, Found<Key>>,
    /// Buckets by logical id.
    pub buckets: BTreeMap<&'static str, Found<Bucket>>,
    /// Streams by class.
    pub streams: BTreeMap<Class, Found<Stream>>,
    /// Names of tables and of views.
    pub tables: Found<(Vec<String>, Vec<String>)>,
    /// Work groups by logical id.
    pub workgroups: BTreeMap<&'static str, Found<Workgroup>>,
    /// Roles by logical id.
    pub roles: BTreeMap<&'static str, Found<Role>>,
    /// The trail.
    pub trail: Found<Trail>,
    /// Alarms.
    pub alarms: Found<Vec<Alarm>>,
    /// How many confirmed and how many open subscriptions the topic of alarms has.
    pub subscriptions: Found<(u32, u32)>,
    /// Consents and policies by day.
    pub consents: Found<Vec<ConsentDay>>,
    /// The oldest events of each class.
    pub retention: Found<Vec<Retention>>,
    /// Days of arrival of which the restricted class holds events, as the names of folders tell.
    pub restricted_days: Found<Vec<Date>>,
    /// Agents that were heard of.
    pub agents: Found<Agents>,
    /// What was redacted, by rule.
    pub redactions: Found<Vec<Redaction>>,
    /// Erasures on record: all of them, and those that came to their end.
    pub erasures: Found<(u32, u32)>,
    /// Requests for erasure.
    pub requests: Found<Requests>,
}

impl Facts {
    /// Nothing was looked at yet, and why not.
    pub fn unknown(kind: Kind, today: Date, place: String, why: &str) -> Self {
        fn not<T>(why: &str) -> Found<T> {
            Found::Unknown(why.into())
        }
        Self {
            kind,
            today,
            place,
            identity: not(why),
            stack: not(why),
            keys: BTreeMap::new(),
            buckets: BTreeMap::new(),
            streams: BTreeMap::new(),
            tables: not(why),
            workgroups: BTreeMap::new(),
            roles: BTreeMap::new(),
            trail: not(why),
            alarms: not(why),
            subscriptions: not(why),
            consents: not(why),
            retention: not(why),
            restricted_days: not(why),
            agents: not(why),
            redactions: not(why),
            erasures: not(why),
            requests: not(why),
        }
    }
}
