//! Settings: text becomes a raw layer of checked keys, the layers become one [`Config`], and only [`Config`] travels.
//!
//! Promises: unknown keys are errors; all problems are reported at once, each with file, line and key and never with a
//! value; a later layer only narrows what leaves. A policy that cannot be used is a state ([`PolicyState::Broken`]), not an
//! error: nothing is sent under it, while reading goes on to wait. Leaves out on purpose: reading files (see [`load`](load()))
//! is the only I/O, and no environment is read but what is handed in.
//!
//! Start at [`Config`] and [`load()`]; the table of all keys is in `keys.rs`, their documentation in `config/default.toml`.

mod check;
mod documented;
mod ineffective;
mod keys;
mod load;
mod merge;
mod paths;
mod policy;
mod problem;
mod raw;
mod read;
mod template;
mod typed;
mod value;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use pipeline::consent::{Mode, PolicyStanding};
use scrubber::detect::{Allowed, Scopes};
use scrubber::{DataClass, Replacements, Tier};

use check::endpoint_host;
pub(crate) use check::{LetterCase, glob, is_windows_path};
pub use ineffective::ineffective;
pub use load::{CheckAs, Sources, UserFile, bundle_of, check_text, load, load_for_stopping, scrub_of};
pub use paths::{Paths, PathsError};
pub use policy::{KEY_FILE, Signing, check_signature, is_managed, signature_file};
pub use problem::{ConfigError, Origin, Problem};
pub(crate) use raw::nearest;
pub use read::text as text_of;
pub use template::Template;
pub use typed::BUNDLE;

/// All settings, checked. Nothing in here has to be looked at again.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Whether an organisation policy is in force, and whether it can be used.
    pub policy: PolicyState,
    /// The policies that were found and could be read, and what vouches for each.
    pub policies: Vec<PolicyFound>,
    /// The most that the organisation lets leave; `content` without a policy.
    pub max_tier: Mode,
    /// The most that the user's settings let leave.
    pub tier: Mode,
    /// What the organisation tells its users about its handling of events.
    pub disclosure: Disclosure,
    /// Where events go.
    pub sink: Sink,
    /// Rates and sizes.
    pub limits: Limits,
    /// Bounds of the spool.
    pub spool: Spool,
    /// How transcripts are read.
    pub tail: Tail,
    /// Which projects are read: one set of rules for each layer that has any; all must agree.
    pub projects: Vec<ProjectRules>,
    /// The layer of each set of `projects`, in their order.
    pub project_layers: Vec<Origin>,
    /// The credential files whose secrets are looked for, by their names in `edge::credentials`.
    pub known_values: Vec<String>,
    /// Extra rules, and findings that are let pass.
    pub scrub: Scrub,
    /// What is known of the user besides what the host tells.
    pub identity: Identity,
    /// Every effective value and the layer that set it, in the order of `config/default.toml`.
    pub shown: Vec<Shown>,
    /// `BCCE_` variables that stand for nothing.
    pub unknown_variables: Vec<UnknownVariable>,
    /// What is wrong with the user's file or the environment, where these settings are what holds without them: see
    /// [`load_for_stopping`]. Nothing is sent under them.
    pub wrong: Option<ConfigError>,
}

/// A `BCCE_` variable that stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownVariable {
    /// Its name, as it may be printed.
    pub name: String,
    /// The variable that is spelt nearly like it, if any is.
    pub near: Option<String>,
}

/// What `scrub.known_values` may name.
pub const CREDENTIAL_SOURCES: [&str; 11] =
    ["aws", "netrc", "npmrc", "pypirc", "docker", "kube", "gh", "glab", "git", "ssh", "env"];

/// What `scrub.keep_last_four` may name.
pub const KINDS_WITH_LAST4: [&str; 3] = ["payment-card", "iban", "phone"];

/// The organisation's policy as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyState {
    /// There is none.
    Absent,
    /// It holds.
    InForce,
    /// It cannot be used, so nothing may be sent.
    Broken(ConfigError),
}

/// A policy that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFound {
    /// Where.
    pub path: PathBuf,
    /// What vouches for it.
    pub signing: Signing,
}

/// What users are told at the time of consent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// How long events are kept, in words.
    pub retention: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Whether the desktop may be told that consent is waited for.
    pub notify: bool,
}

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    /// Files on this machine.
    Directory(DirectorySink),
    /// Amazon Data Firehose.
    Firehose(Box<FirehoseSink>),
}

/// Settings of the directory sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectorySink {
    /// The lake's folder, absolute. `None`: the default folder, see [`Paths::lake`].
    pub path: Option<PathBuf>,
    /// How files are written.
    pub compression: Compression,
}

/// How the directory sink writes files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `.ndjson.gz`
    Gzip,
    /// `.ndjson`
    None,
}

/// Settings of the Firehose sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirehoseSink {
    /// The region of the streams; one of the allowed ones.
    pub region: String,
    /// The only regions that may be used; empty where nothing limits them.
    pub allowed_regions: Vec<String>,
    /// The streams' names.
    pub streams: Streams,
    /// A role to assume before sending.
    pub assume_role: Option<AssumeRole>,
    /// The profile to take credentials from.
    pub profile: Option<String>,
    /// An endpoint in place of the region's own: https, or http on loopback.
    pub endpoint_url: Option<String>,
    /// Whether FIPS endpoints are used.
    pub fips: bool,
    /// A PEM file of certificates to trust besides the system's.
    pub ca_bundle: Option<PathBuf>,
    /// The longest that an event waits for company.
    pub flush_interval: Duration,
}

/// The names of the delivery streams, one for each data class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streams {
    /// For events of the metrics tier.
    pub internal: String,
    /// For events of the activity tier.
    pub confidential: String,
    /// For events of the content tier.
    pub restricted: String,
}

impl Streams {
    /// The stream for events of a class.
    pub fn of(&self, class: DataClass) -> &str {
        match class {
            DataClass::Internal => &self.internal,
            DataClass::Confidential => &self.confidential,
            DataClass::Restricted => &self.restricted,
        }
    }
}

/// A role to assume.
#[derive(Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// The id that the role's owner asks for.
    pub external_id: Option<String>,
}

impl fmt::Debug for AssumeRole {
    /// Without the external id. `config show` prints it for its user.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRole").field("role_arn", &self.role_arn).finish_non_exhaustive()
    }
}

/// Rates and sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longer lines are skipped and counted. Default 8 MiB.
    pub line_bytes_max: u64,
    /// Firehose records a second. Default 100.
    pub records_per_second: u64,
    /// Bytes a second. Default 256 KiB.
    pub bytes_per_second: u64,
    /// Calls a second to each stream. Default 5.
    pub calls_per_second: u64,
    /// Bytes a day (UTC). Default 1 GiB.
    pub bytes_per_day: u64,
    /// The longest wait, by chance, before the first call. Default 10 s.
    pub start_jitter: Duration,
}

/// Bounds of the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spool {
    /// Bytes on disk at which reading stops. Default 256 MiB.
    pub bytes_max: u64,
    /// The age at which events are dropped and counted. Default 14 days.
    pub age_max: Duration,
    /// Where the keys of the spool and of pseudonyms are to lie. Default the file.
    pub keys: KeyPlace,
}

/// Where keys are to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a file of the state folder.
    File,
    /// In the system's keychain where there is one, else in the file.
    Keychain,
}

/// How transcripts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Time between two walks over the roots. Default 30 s.
    pub rescan_interval: Duration,
    /// How long a last line without newline must be quiet. Default 60 s.
    pub quiet_line: Duration,
    /// Whether `history.jsonl` is read. Default no.
    pub history: HistoryFile,
}

/// Whether the prompt history over all projects is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryFile {
    /// It is not opened.
    Ignore,
    /// It is read like a transcript.
    Read,
}

/// The rules of one layer about projects; globs are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectRules {
    /// Where not empty here or in `allow_remotes`, a project must match one of both.
    pub allow: Vec<String>,
    /// A project that matches is denied.
    pub deny: Vec<String>,
    /// As `allow`, over `host/owner/name`.
    pub allow_remotes: Vec<String>,
    /// As `deny`, over `host/owner/name`.
    pub deny_remotes: Vec<String>,
    /// Ceilings for folders; the lowest that matches holds.
    pub tiers: Vec<(String, Tier)>,
}

/// What settings add to the detectors, and what they let pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrub {
    /// Files and folders of more rules, absolute.
    pub rules: Vec<PathBuf>,
    /// What is let pass.
    pub allow: Vec<AllowEntry>,
    /// Globs of the folders that entries name by their place here.
    pub folders: Vec<String>,
    /// What stands in place of found values.
    pub replacements: Replacements,
}

/// A finding that is let pass, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowEntry {
    /// A rule or a value's hash.
    pub allowed: Allowed,
    /// The only folder in which it holds: its place in [`Scrub::folders`]; `None`: everywhere.
    pub folder: Option<usize>,
    /// The setting that it stands in.
    pub key: &'static str,
    /// Where in that setting, in words: which entry.
    pub place: String,
    /// The layer.
    pub origin: Origin,
    /// The line in that layer's file.
    pub line: Option<usize>,
}

impl AllowEntry {
    /// Where the entry holds.
    pub fn scopes(&self) -> Scopes {
        match self.folder {
            None => Scopes::EVERYWHERE,
            Some(number) => Scopes::project(number).unwrap_or(Scopes::NOWHERE),
        }
    }
}

/// What settings say about the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Names to scrub.
    pub names: Vec<String>,
    /// E-mail addresses to scrub.
    pub emails: Vec<String>,
    /// Host names to scrub.
    pub hosts: Vec<String>,
    /// The organisation's name, as events carry it.
    pub org: Option<String>,
}

/// One effective value for `config show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The key, dotted.
    pub key: &'static str,
    /// The value as it could stand in a file; `None` where nothing is set.
    pub value: Option<String>,
    /// The layer that set it.
    pub origin: Origin,
    /// The line in that layer's file.
    pub line: Option<usize>,
}

impl Config {
    /// What the policy says of sending.
    pub fn policy_standing(&self) -> PolicyStanding {
        match &self.policy {
            PolicyState::Broken(_) => PolicyStanding::Broken,
            PolicyState::Absent | PolicyState::InForce => PolicyStanding::AtMost(self.max_tier),
        }
    }

    /// What these settings let be read or leave beyond what the consent text says of every installation, a name each and
    /// none a path of this machine: what a user consents to as well.
    pub fn extras(&self) -> Vec<String> {
        let mut extras = BTreeSet::new();
        if let Sink::Directory(DirectorySink { path: Some(path), .. }) = &self.sink {
            extras.insert(format!("folder:{}", short_hash(path.as_os_str().as_encoded_bytes())));
        }
        if self.tail.history == HistoryFile::Read {
            extras.insert("history".to_owned());
        }
        extras.extend(self.known_values.iter().map(|source| format!("credentials:{source}")));
        for entry in &self.scrub.allow {
            let Allowed::Rule(id) = &entry.allowed else { continue };
            let folder = entry.folder.and_then(|number| self.scrub.folders.get(number));
            let within = folder.map_or_else(String::new, |folder| format!(":{}", short_hash(folder.as_bytes())));
            extras.insert(format!("pass:{id}{within}"));
        }
        let replacements = &self.scrub.replacements;
        extras.extend(replacements.last4.iter().map(|kind| format!("last-four:{kind}")));
        extras.extend(replacements.email_domains.iter().map(|domain| format!("domain:{domain}")));
        extras.into_iter().collect()
    }

    /// Where events go, in words that hold no path of this machine: what a user consents to.
    pub fn destination(&self) -> String {
        match &self.sink {
            Sink::Directory(_) => "a folder on this computer".to_owned(),
            Sink::Firehose(firehose) => {
                let Streams { internal, confidential, restricted } = &firehose.streams;
                let mut text = format!(
                    "Amazon Data Firehose in {}, streams {internal}, {confidential}, {restricted}",
                    firehose.region
                );
                if let Some(host) = firehose.endpoint_url.as_deref().and_then(endpoint_host) {
                    text.push_str(", through ");
                    text.push_str(host);
                }
                if let Some(role) = &firehose.assume_role {
                    text.push_str(", as ");
                    text.push_str(&role.role_arn);
                }
                if let Some(profile) = &firehose.profile {
                    text.push_str(", with the profile ");
                    text.push_str(profile);
                }
                text
            }
        }
    }
}

/// Tells one text from another without telling it.
fn short_hash(text: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text);
    digest.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic")]
mod tests;
