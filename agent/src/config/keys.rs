//! The table of all keys: kind, who may set it, and how a later layer may change it.
//!
//! Everything else is made from this table: reading, environment names, narrowing, `config show`. `config/default.toml`
//! documents the same keys; a test keeps the two in step.

use std::time::Duration;

use super::check;
use super::value::Kind;

/// How layers are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// The lowest of all layers holds.
    Lowest,
    /// The latest layer holds, up to what a policy sets.
    AtMost,
    /// What a policy sets holds, and another value in a later layer is an error; else the latest layer holds.
    Fixed,
    /// The latest layer holds.
    Latest,
    /// All layers together.
    Union,
    /// Only what every layer that sets it names.
    Intersection,
    /// Each layer is asked by itself, and all must agree.
    Each,
    /// The latest layer holds, but what a policy turns off stays off.
    StaysOff,
    /// The latest layer holds, but what a policy turns on stays on.
    StaysOn,
}

/// Which layers may set a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Anyone,
    /// Only an organisation policy (and the defaults).
    Policy,
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) merge: Merge,
    pub(super) by: By,
}

impl Key {
    /// The name of the environment variable that sets this key.
    pub(super) fn variable(&self) -> String {
        format!("BCCE_{}", self.name.replace('.', "_").to_ascii_uppercase())
    }
}

const fn key(name: &'static str, kind: Kind, merge: Merge) -> Key {
    Key { name, kind, merge, by: By::Anyone }
}

const fn policy_key(name: &'static str, kind: Kind, merge: Merge) -> Key {
    Key { name, kind, merge, by: By::Policy }
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;

const fn size(min: u64, max: u64) -> Kind {
    Kind::Size { min, max }
}

const fn span(min_ms: u64, max_s: u64) -> Kind {
    Kind::Span { min: Duration::from_millis(min_ms), max: Duration::from_secs(max_s) }
}

const HOUR_S: u64 = 3_600;
const DAY_S: u64 = 24 * HOUR_S;

/// All keys, in the order in which they are shown.
pub(super) static KEYS: &[Key] = &[
    policy_key("max_tier", Kind::Mode, Merge::Lowest),
    key("tier", Kind::Mode, Merge::Lowest),
    policy_key("consent.retention", Kind::Text(check::some_text), Merge::Fixed),
    policy_key("consent.contact", Kind::Text(check::some_text), Merge::Fixed),
    key("consent.notify", Kind::Flag, Merge::StaysOff),
    key("sink.kind", Kind::Word(&["directory", "firehose"]), Merge::Fixed),
    key("sink.directory.path", Kind::Text(check::absolute_path), Merge::Fixed),
    key("sink.directory.compression", Kind::Word(&["gzip", "none"]), Merge::Latest),
    key("sink.firehose.region", Kind::Text(check::region), Merge::Fixed),
    key("sink.firehose.allowed_regions", Kind::List(check::region), Merge::Intersection),
    key("sink.firehose.streams.internal", Kind::Text(check::stream), Merge::Fixed),
    key("sink.firehose.streams.confidential", Kind::Text(check::stream), Merge::Fixed),
    key("sink.firehose.streams.restricted", Kind::Text(check::stream), Merge::Fixed),
    key("sink.firehose.assume_role.role_arn", Kind::Text(check::role_arn), Merge::Fixed),
    key("sink.firehose.assume_role.external_id", Kind::Text(check::external_id), Merge::Fixed),
    key("sink.firehose.profile", Kind::Text(check::some_text), Merge::Fixed),
    key("sink.firehose.endpoint_url", Kind::Text(check::endpoint), Merge::Fixed),
    policy_key("sink.firehose.allow_endpoint_override", Kind::Flag, Merge::StaysOff),
    key("sink.firehose.fips", Kind::Flag, Merge::StaysOn),
    key("sink.firehose.ca_bundle", Kind::Text(check::absolute_path), Merge::Fixed),
    key("sink.firehose.flush_interval", span(0, HOUR_S), Merge::Latest),
    key("limits.line_bytes_max", size(64 * KIB, 64 * MIB), Merge::AtMost),
    key("limits.records_per_second", Kind::Count { min: 1, max: 5_000 }, Merge::AtMost),
    key("limits.bytes_per_second", size(KIB, GIB), Merge::AtMost),
    key("limits.calls_per_second", Kind::Count { min: 1, max: 1_000 }, Merge::AtMost),
    key("limits.bytes_per_day", size(MIB, TIB), Merge::AtMost),
    key("limits.start_jitter", span(0, HOUR_S), Merge::Latest),
    key("spool.bytes_max", size(MIB, 64 * GIB), Merge::AtMost),
    key("spool.age_max", span(HOUR_S * 1_000, 365 * DAY_S), Merge::AtMost),
    key("spool.keys", Kind::Word(&["file", "keychain"]), Merge::Fixed),
    key("tail.rescan_interval", span(1_000, HOUR_S), Merge::Latest),
    key("tail.quiet_line", span(0, HOUR_S), Merge::Latest),
    key("tail.history", Kind::Flag, Merge::StaysOff),
    key("projects.allow", Kind::List(check::folder_glob), Merge::Each),
    key("projects.deny", Kind::List(check::folder_glob), Merge::Each),
    key("projects.allow_remotes", Kind::List(check::remote_glob), Merge::Each),
    key("projects.deny_remotes", Kind::List(check::remote_glob), Merge::Each),
    key("projects.tiers", Kind::Tiers, Merge::Each),
    key("scrub.rules", Kind::List(check::absolute_path), Merge::Union),
    key("scrub.allow", Kind::List(check::allowed), Merge::Union),
    key("scrub.allow_in", Kind::Lists(check::allowed), Merge::Union),
    policy_key("scrub.allow_by_user", Kind::Flag, Merge::StaysOff),
    key("scrub.known_values", Kind::List(check::credential_source), Merge::Union),
    policy_key("scrub.rotate_after", span(DAY_S * 1_000, 3_650 * DAY_S), Merge::Fixed),
    policy_key("scrub.keep_last_four", Kind::List(check::kept_kind), Merge::Intersection),
    policy_key("scrub.keep_email_domains", Kind::List(check::domain), Merge::Intersection),
    key("identity.names", Kind::List(check::some_text), Merge::Union),
    key("identity.emails", Kind::List(check::some_text), Merge::Union),
    key("identity.hosts", Kind::List(check::some_text), Merge::Union),
    key("identity.org", Kind::Text(check::some_text), Merge::Fixed),
];

/// Finds a key by its dotted name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

#[cfg(test)]
mod tests {
    use super::KEYS;
    use std::collections::BTreeSet;

    const DEFAULTS: &str = include_str!("../../../config/default.toml");

    /// The keys that the defaults file names, whether set or, after `# `, only shown.
    fn documented() -> BTreeSet<String> {
        let mut section = String::new();
        let mut keys = BTreeSet::new();
        for line in DEFAULTS.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = format!("{}.", name.trim_end_matches(']'));
            } else if let Some((name, _)) = line.trim_start_matches("#: ").split_once(" = ")
                && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                && (line.starts_with("#: ") || !line.starts_with('#'))
            {
                keys.insert(format!("{section}{name}"));
            }
        }
        keys
    }

    #[test]
    fn every_key_is_documented_in_the_defaults_file_and_no_other() {
        let keys: BTreeSet<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
        assert_eq!(documented(), keys);
    }

    #[test]
    fn no_two_keys_share_an_environment_variable() {
        let variables: BTreeSet<String> = KEYS.iter().map(super::Key::variable).collect();
        assert_eq!(variables.len(), KEYS.len());
    }
}
