//! Files that settings name and that hold while a round of work lasts: what they hold may change though no setting does.
//!
//! Looked at are lengths and times, never contents. Left out on purpose: the `.env` files of projects, which are too many to look for
//! every few seconds; the next round reads them anew.

use crate::config::{Config, Sink};
use crate::edge::credentials;
use crate::rules;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files as they were at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFiles(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

impl NamedFiles {
    /// Files of rules, the bundle of certificates, credential files.
    pub fn of(config: &Config, home: &Path) -> Self {
        let mut files = rules::files(config);
        if let Sink::Firehose(firehose) = &config.sink {
            let default = std::env::var_os("AWS_CA_BUNDLE").filter(|value| !value.is_empty()).map(PathBuf::from);
            files.extend(firehose.ca_bundle.clone().or(default));
        }
        files.extend(credentials::named(&config.known_values, home));
        let facts = |path: &PathBuf| {
            let facts = fs::metadata(path).ok()?;
            Some((facts.len(), facts.modified().ok()?))
        };
        Self(files.into_iter().map(|path| (path.clone(), facts(&path))).collect())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::{Sources, UserFile, load};

    #[test]
    fn a_file_of_rules_and_one_of_credentials_are_seen_to_come_change_and_go() {
        let home = tempfile::tempdir().unwrap();
        let rules = home.path().join("rules");
        fs::create_dir_all(&rules).unwrap();
        let settings = home.path().join("config.toml");
        fs::write(&settings, "[scrub]\nrules = [\"~/rules\"]\nknown_values = [\"netrc\"]\n").unwrap();
        let config = load(&Sources {
            policies: vec![],
            extra_policy: None,
            user: UserFile::Named(settings),
            environment: vec![],
            home: Some(home.path().to_owned()),
        });
        let (config, mut before) = (config.unwrap(), None);
        let mut differs = |what: &str| {
            let now = NamedFiles::of(&config, home.path());
            assert_ne!(before.as_ref(), Some(&now), "{what}");
            assert_eq!(now, NamedFiles::of(&config, home.path()));
            before = Some(now);
        };
        differs("nothing is there");
        fs::write(rules.join("a.toml"), "x").unwrap();
        differs("a file of rules");
        fs::write(rules.join("a.toml"), "xy").unwrap();
        differs("a longer one");
        fs::write(home.path().join(".netrc"), "x").unwrap();
        differs("credentials");
        fs::remove_file(rules.join("a.toml")).unwrap();
        differs("none any more");
    }
}
