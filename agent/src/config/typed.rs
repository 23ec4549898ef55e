//! From merged values to [`Config`], with the checks that look at more than one key.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::consent::Mode;
use scrubber::Replacements;
use scrubber::detect::Scopes;

use super::keys::KEYS;
use super::merge::{Effective, problem};
use super::problem::{ConfigError, Origin, Problem};
use super::raw::Entry;
use super::value::Value;
use super::{
    AllowEntry, AssumeRole, Compression, Config, DirectorySink, Disclosure, FirehoseSink, HistoryFile, Identity,
    KeyPlace, Limits, PolicyState, ProjectRules, Scrub, Shown, Sink, Spool, Streams, Tail,
};

/// Takes typed values out of the merged ones.
struct Typed<'a> {
    effective: &'a Effective,
    home: Option<&'a Path>,
    problems: Vec<Problem>,
}

/// The setting that names a bundle of certificates.
pub const BUNDLE: &str = "sink.firehose.ca_bundle";

/// Makes the settings of merged values.
///
/// # Errors
/// What is missing or does not fit together, all at once.
pub(super) fn config(effective: &Effective, policy: PolicyState, home: Option<&Path>) -> Result<Config, ConfigError> {
    let mut typed = Typed { effective, home, problems: Vec::new() };
    let projects = projects(effective);
    let project_layers = projects.iter().map(|(origin, _)| origin.clone()).collect();
    let config = Config {
        policy,
        policies: Vec::new(),
        max_tier: typed.mode("max_tier"),
        tier: typed.mode("tier"),
        disclosure: Disclosure {
            retention: typed.optional_text("consent.retention"),
            contact: typed.optional_text("consent.contact"),
            notify: typed.flag("consent.notify"),
        },
        sink: typed.sink(),
        limits: Limits {
            line_bytes_max: typed.number("limits.line_bytes_max"),
            records_per_second: typed.number("limits.records_per_second"),
            bytes_per_second: typed.number("limits.bytes_per_second"),
            calls_per_second: typed.number("limits.calls_per_second"),
            bytes_per_day: typed.number("limits.bytes_per_day"),
            start_jitter: typed.span("limits.start_jitter"),
        },
        spool: Spool {
            bytes_max: typed.number("spool.bytes_max"),
            age_max: typed.span("spool.age_max"),
            keys: if typed.text("spool.keys") == "keychain" { KeyPlace::Keychain } else { KeyPlace::File },
        },
        tail: Tail {
            rescan_interval: typed.span("tail.rescan_interval"),
            quiet_line: typed.span("tail.quiet_line"),
            history: if typed.flag("tail.history") { HistoryFile::Read } else { HistoryFile::Ignore },
        },
        projects: projects.into_iter().map(|(_, rules)| rules).collect(),
        project_layers,
        known_values: typed.union("scrub.known_values"),
        scrub: typed.scrub(),
        identity: Identity {
            names: typed.union("identity.names"),
            emails: typed.union("identity.emails"),
            hosts: typed.union("identity.hosts"),
            org: typed.optional_text("identity.org"),
        },
        shown: shown(effective),
        unknown_variables: Vec::new(),
        wrong: None,
    };
    ConfigError::unless_empty(typed.problems)?;
    Ok(config)
}

/// What values add to the detectors; what is wrong with them is left out.
pub(super) fn scrub(effective: &Effective, home: Option<&Path>) -> Scrub {
    Typed { effective, home, problems: Vec::new() }.scrub()
}

/// The bundle of certificates that values name.
pub(super) fn bundle(effective: &Effective, home: Option<&Path>) -> Option<PathBuf> {
    Typed { effective, home, problems: Vec::new() }.optional_path(BUNDLE)
}

impl Typed<'_> {
    fn scrub(&mut self) -> Scrub {
        let rules = self.union("scrub.rules");
        let rules = rules.iter().filter_map(|text| self.expanded("scrub.rules", text)).collect();
        let mut scrub = Scrub { rules, replacements: self.replacements(), ..Scrub::default() };
        let add = |scrub: &mut Scrub, key, entry: &Entry, texts: &[String], folder, within: &str| {
            let (origin, line) = (entry.origin.clone(), entry.line);
            // Each text has been checked when the layer was read.
            let parsed = texts.iter().zip(1..).filter_map(|(text, place)| Some((text.parse().ok()?, place)));
            scrub.allow.extend(parsed.map(|(allowed, place)| AllowEntry {
                allowed,
                folder,
                key,
                place: format!("{within}entry {place}"),
                origin: origin.clone(),
                line,
            }));
        };
        for entry in self.effective.entries("scrub.allow") {
            if let Value::List(texts) = &entry.value {
                add(&mut scrub, "scrub.allow", entry, texts, None, "");
            }
        }
        for entry in self.effective.entries("scrub.allow_in") {
            let Value::Lists(lists) = &entry.value else { continue };
            for ((folder, texts), place) in lists.iter().zip(1..) {
                if scrub.folders.len() == Scopes::PROJECTS_MAX {
                    self.problems.push(problem(entry, "scrub.allow_in", "more than 62 folders".to_owned()));
                    return scrub;
                }
                let number = scrub.folders.len();
                add(&mut scrub, "scrub.allow_in", entry, texts, Some(number), &format!("entry {place}: "));
                scrub.folders.push(folder.clone());
            }
        }
        scrub
    }

    fn replacements(&self) -> Replacements {
        let rotate_after = match self.effective.value("scrub.rotate_after") {
            Some(Entry { value: Value::Span(span), .. }) => i64::try_from(span.as_millis()).ok(),
            _ => None,
        };
        Replacements {
            rotate_after_ms: rotate_after,
            last4: self.union("scrub.keep_last_four"),
            email_domains: self.union("scrub.keep_email_domains"),
        }
    }

    fn sink(&mut self) -> Sink {
        if self.text("sink.kind") == "firehose" {
            Sink::Firehose(Box::new(self.firehose()))
        } else {
            Sink::Directory(self.directory())
        }
    }

    fn directory(&mut self) -> DirectorySink {
        let compression =
            if self.text("sink.directory.compression") == "none" { Compression::None } else { Compression::Gzip };
        DirectorySink { path: self.optional_path("sink.directory.path"), compression }
    }

    fn firehose(&mut self) -> FirehoseSink {
        let role_arn = self.optional_text("sink.firehose.assume_role.role_arn");
        let external_id = self.optional_text("sink.firehose.assume_role.external_id");
        if role_arn.is_none() && external_id.is_some() {
            self.problem_at("sink.firehose.assume_role.external_id", "needs role_arn as well");
        }
        FirehoseSink {
            region: self.region(),
            allowed_regions: self.union("sink.firehose.allowed_regions"),
            streams: Streams {
                internal: self.text("sink.firehose.streams.internal"),
                confidential: self.text("sink.firehose.streams.confidential"),
                restricted: self.text("sink.firehose.streams.restricted"),
            },
            assume_role: role_arn.map(|role_arn| AssumeRole { role_arn, external_id }),
            profile: self.optional_text("sink.firehose.profile"),
            endpoint_url: self.optional_text("sink.firehose.endpoint_url"),
            fips: self.flag("sink.firehose.fips"),
            ca_bundle: self.optional_path(BUNDLE),
            flush_interval: self.span("sink.firehose.flush_interval"),
        }
    }

    fn region(&mut self) -> String {
        let Some(region) = self.optional_text("sink.firehose.region") else {
            // The line to look at is the one that chose the sink.
            if let Some(kind) = self.effective.value("sink.kind") {
                let what = "missing; sink.kind = \"firehose\" needs it".to_owned();
                self.problems.push(problem(kind, "sink.firehose.region", what));
            }
            return String::new();
        };
        let allowed = self.effective.value("sink.firehose.allowed_regions").map(|entry| &entry.value);
        if let Some(Value::List(allowed)) = allowed
            && !allowed.contains(&region)
        {
            self.problem_at("sink.firehose.region", "not one of sink.firehose.allowed_regions");
        }
        region
    }

    fn problem_at(&mut self, key: &str, what: &str) {
        if let Some(entry) = self.effective.value(key) {
            self.problems.push(problem(entry, key, what.to_owned()));
        }
    }

    /// Only a key without a default in `config/default.toml` gets here, which a test rules out.
    fn missing(&mut self, key: &str) {
        let what = "has no value".to_owned();
        self.problems.push(Problem { origin: Origin::BuiltIn, line: None, key: Some(key.to_owned()), what });
    }

    fn mode(&mut self, key: &str) -> Mode {
        if let Some(Entry { value: Value::Mode(mode), .. }) = self.effective.value(key) {
            return *mode;
        }
        self.missing(key);
        Mode::Off
    }

    fn flag(&mut self, key: &str) -> bool {
        if let Some(Entry { value: Value::Flag(flag), .. }) = self.effective.value(key) {
            return *flag;
        }
        self.missing(key);
        false
    }

    fn number(&mut self, key: &str) -> u64 {
        if let Some(Entry { value: Value::Size(number) | Value::Count(number), .. }) = self.effective.value(key) {
            return *number;
        }
        self.missing(key);
        0
    }

    fn span(&mut self, key: &str) -> Duration {
        if let Some(Entry { value: Value::Span(span), .. }) = self.effective.value(key) {
            return *span;
        }
        self.missing(key);
        Duration::ZERO
    }

    fn text(&mut self, key: &str) -> String {
        if let Some(text) = self.optional_text(key) {
            return text;
        }
        self.missing(key);
        String::new()
    }

    fn optional_text(&self, key: &str) -> Option<String> {
        match self.effective.value(key) {
            Some(Entry { value: Value::Text(text), .. }) => Some(text.clone()),
            _ => None,
        }
    }

    fn optional_path(&mut self, key: &str) -> Option<PathBuf> {
        let text = self.optional_text(key)?;
        self.expanded(key, &text)
    }

    fn expanded(&mut self, key: &str, text: &str) -> Option<PathBuf> {
        match text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\")) {
            None => Some(PathBuf::from(text)),
            Some(rest) => {
                if self.home.is_none() {
                    self.problem_at(key, "starts with ~/, but the home folder is not known");
                }
                self.home.map(|home| home.join(rest))
            }
        }
    }

    fn union(&self, key: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for entry in self.effective.entries(key) {
            let Value::List(items) = &entry.value else { continue };
            for item in items {
                if !all.contains(item) {
                    all.push(item.clone());
                }
            }
        }
        all
    }
}

/// The project rules, one set for each layer: environment variables together make one layer.
fn projects(effective: &Effective) -> Vec<(Origin, ProjectRules)> {
    let mut layers: Vec<(Origin, ProjectRules)> = Vec::new();
    for key in KEYS.iter().filter(|key| key.name.starts_with("projects.")) {
        for entry in effective.entries(key.name) {
            let same = |origin: &Origin| {
                *origin == entry.origin
                    || matches!((origin, &entry.origin), (Origin::Environment(_), Origin::Environment(_)))
            };
            let place = layers.iter().position(|(origin, _)| same(origin)).unwrap_or_else(|| {
                layers.push((entry.origin.clone(), ProjectRules::default()));
                layers.len() - 1
            });
            let Some((_, rules)) = layers.get_mut(place) else { continue };
            match (key.name, &entry.value) {
                ("projects.allow", Value::List(globs)) => rules.allow.clone_from(globs),
                ("projects.deny", Value::List(globs)) => rules.deny.clone_from(globs),
                ("projects.allow_remotes", Value::List(globs)) => rules.allow_remotes.clone_from(globs),
                ("projects.deny_remotes", Value::List(globs)) => rules.deny_remotes.clone_from(globs),
                ("projects.tiers", Value::Tiers(tiers)) => rules.tiers.clone_from(tiers),
                _ => {}
            }
        }
    }
    layers
}

fn shown(effective: &Effective) -> Vec<Shown> {
    let mut rows = Vec::new();
    for key in KEYS {
        let entries = effective.entries(key.name);
        if entries.is_empty() {
            rows.push(Shown { key: key.name, value: None, origin: Origin::BuiltIn, line: None });
        }
        rows.extend(entries.iter().map(|entry| Shown {
            key: key.name,
            value: Some(entry.value.show()),
            origin: entry.origin.clone(),
            line: entry.line.filter(|_| entry.origin != Origin::BuiltIn),
        }));
    }
    rows
}
