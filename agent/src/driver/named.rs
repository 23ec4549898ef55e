//! Files that settings name and that hold while a round of work lasts: what they hold may change though no setting does.
//!
//! Looked at are names, lengths and times, never contents. Which projects may be looked into is asked when the list of them changes,
//! and at the beginning of a round: it costs more than a look at their folders.

use crate::config::{Config, Sink};
use crate::edge::credentials;
use crate::edge::projects::ProjectFolders;
use crate::rules;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file's length and time; `None` where there is no file.
type Facts = Option<(u64, SystemTime)>;

/// The files as they were at one time. Equal where all files are.
#[derive(Debug, Clone)]
pub struct NamedFiles {
    files: Vec<(PathBuf, Facts)>,
    projects: Option<Projects>,
}

/// The folders of projects in which `.env` files are looked for.
#[derive(Debug, Clone)]
struct Projects {
    list: Facts,
    folders: Vec<PathBuf>,
}

impl PartialEq for NamedFiles {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl Eq for NamedFiles {}

impl NamedFiles {
    /// Files of rules, the bundle of certificates, credential files.
    pub fn of(config: &Config, home: &Path) -> Self {
        Self::look(config, home, None)
    }

    /// The same files later, under settings that may be others.
    pub fn again(&self, config: &Config, home: &Path) -> Self {
        Self::look(config, home, self.projects.as_ref())
    }

    fn look(config: &Config, home: &Path, before: Option<&Projects>) -> Self {
        let mut files = rules::files(config);
        if let Sink::Firehose(firehose) = &config.sink {
            let default = std::env::var_os("AWS_CA_BUNDLE").filter(|value| !value.is_empty()).map(PathBuf::from);
            files.extend(firehose.ca_bundle.clone().or(default));
        }
        files.extend(credentials::named(&config.known_values, home));
        let env = config.known_values.iter().any(|source| source == credentials::ENV);
        let projects = env.then(|| Projects::look(config, home, before));
        files.extend(projects.iter().flat_map(|projects| credentials::env_files(&projects.folders)));
        Self { files: files.into_iter().map(|path| (path.clone(), facts(&path))).collect(), projects }
    }
}

impl Projects {
    fn look(config: &Config, home: &Path, before: Option<&Self>) -> Self {
        // Before the list is read, so that no change is missed.
        let list = facts(&credentials::list_of_projects(home));
        if let Some(before) = before.filter(|before| before.list == list) {
            return before.clone();
        }
        // Globs that are not valid end the round with an error of their own.
        let folders = ProjectFolders::new(&config.projects, home)
            .map(|mut projects| credentials::env_folders(home, &mut projects))
            .unwrap_or_default();
        Self { list, folders }
    }
}

fn facts(path: &Path) -> Facts {
    let facts = fs::metadata(path).ok()?;
    Some((facts.len(), facts.modified().ok()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::{Sources, UserFile, load};

    fn config(home: &Path, text: &str) -> Config {
        let settings = home.join("config.toml");
        fs::write(&settings, text).unwrap();
        load(&Sources {
            policies: vec![],
            extra_policy: None,
            user: UserFile::Named(settings),
            environment: vec![],
            home: Some(home.to_owned()),
        })
        .unwrap()
    }

    #[test]
    fn env_files_of_projects_are_seen_and_none_where_nothing_may_be_read() {
        let home = tempfile::tempdir().unwrap();
        let folder = |name: &str| home.path().join(name);
        let list = |names: &[&str]| {
            let projects: serde_json::Map<_, _> =
                names.iter().map(|name| (folder(name).to_str().unwrap().to_owned(), serde_json::json!({}))).collect();
            fs::write(folder(".claude.json"), serde_json::json!({ "projects": projects }).to_string()).unwrap();
        };
        ["old", "private", "fresh"].iter().for_each(|name| fs::create_dir(folder(name)).unwrap());
        fs::write(folder("private/.bcce-ignore"), "").unwrap();
        list(&["old", "private"]);
        let on = config(home.path(), "scrub.known_values = [\"env\"]\n");
        let mut before = NamedFiles::of(&on, home.path());
        let mut look = |differs: bool, what: &str| {
            let now = before.again(&on, home.path());
            assert_eq!(now != before, differs, "{what}");
            assert_eq!(now, NamedFiles::of(&on, home.path()), "{what}");
            before = now;
        };
        look(false, "nothing is there");
        fs::write(folder("old/.env"), "A=1").unwrap();
        look(true, "it came");
        fs::write(folder("old/.env"), "A=12").unwrap();
        look(true, "it changed");
        fs::write(folder("old/.env.local"), "A=1").unwrap();
        look(true, "another came");
        fs::write(folder("old/main.rs"), "").unwrap();
        fs::write(folder("private/.env"), "A=1").unwrap();
        look(false, "what is no .env file, and what may not be read");
        fs::write(folder("fresh/.env"), "A=1").unwrap();
        look(false, "no project yet");
        list(&["old", "private", "fresh"]);
        look(true, "a project came");
        let off = config(home.path(), "scrub.known_values = [\"netrc\"]\n");
        assert!(!format!("{:?}", NamedFiles::of(&off, home.path())).contains(".env"));
    }

    #[test]
    fn a_file_of_rules_and_one_of_credentials_are_seen_to_come_change_and_go() {
        let home = tempfile::tempdir().unwrap();
        let rules = home.path().join("rules");
        fs::create_dir_all(&rules).unwrap();
        let config = config(home.path(), "[scrub]\nrules = [\"~/rules\"]\nknown_values = [\"netrc\"]\n");
        let mut before = None;
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
