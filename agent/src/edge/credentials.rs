//! Reads credential files of this machine, where the settings say so, so that their secrets are found in every text.
//!
//! Promises: nothing is read that no setting names; files are opened for reading only; what is kept are hashes under a key of this
//! process ([`KnownSecrets`]); no value, no path and no name in a file is logged. A file that is missing, too large or unreadable
//! is passed over. Each source is off by default, because a program that reads credential files looks like a thief to
//! endpoint protection.
//!
//! Which parts of a file are secrets is decided by the detectors themselves. Start at [`read`].

use scrubber::detect::{Engine, KnownSecrets};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Larger files hold no credentials that a person keeps.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Folders of projects that are looked at.
const PROJECTS_MAX: usize = 500;

/// The secrets of the files that belong to `sources`.
pub fn read(engine: &Engine, sources: &[String], home: &Path) -> KnownSecrets {
    let mut secrets = KnownSecrets::default();
    for source in sources {
        for file in files(source, home) {
            if let Some(content) = content(&file) {
                engine.learn(&content, &mut secrets);
            }
        }
    }
    if !sources.is_empty() {
        tracing::info!(values = secrets.len(), "secrets of this machine's credential files are looked for");
    }
    secrets
}

/// The files of one source.
fn files(source: &str, home: &Path) -> Vec<PathBuf> {
    let below = |names: &[&str]| names.iter().map(|name| home.join(name)).collect();
    match source {
        "aws" => below(&[".aws/credentials", ".aws/config"]),
        "netrc" => below(&[".netrc", "_netrc"]),
        "npmrc" => below(&[".npmrc", ".yarnrc.yml"]),
        "pypirc" => below(&[".pypirc", ".config/pip/pip.conf", ".pip/pip.conf"]),
        "docker" => below(&[".docker/config.json", ".config/containers/auth.json"]),
        "kube" => below(&[".kube/config"]),
        "gh" => below(&[".config/gh/hosts.yml", "AppData/Roaming/GitHub CLI/hosts.yml"]),
        "glab" => below(&[".config/glab-cli/config.yml"]),
        "git" => below(&[".git-credentials", ".config/git/credentials"]),
        "ssh" => listed(&home.join(".ssh"), |name| !has_suffix(name, ".pub") && name.starts_with("id_")),
        "env" => projects(home).iter().flat_map(|folder| listed(folder, is_env_file)).collect(),
        _ => Vec::new(),
    }
}

fn is_env_file(name: &str) -> bool {
    let example = ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
    (name == ".env" || name.starts_with(".env.") || has_suffix(name, ".env")) && !example
}

fn has_suffix(name: &str, suffix: &str) -> bool {
    name.len() > suffix.len() && name.ends_with(suffix)
}

/// The files in a folder whose names are `wanted`.
fn listed(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(&wanted))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// The folders in which Claude Code was used, as its own settings file lists them: the keys of `projects` in `~/.claude.json`.
fn projects(home: &Path) -> Vec<PathBuf> {
    #[derive(serde::Deserialize)]
    struct Settings {
        #[serde(default)]
        projects: serde_json::Map<String, serde_json::Value>,
    }
    let Ok(file) = File::open(home.join(".claude.json")) else { return Vec::new() };
    let settings = serde_json::from_reader::<_, Settings>(std::io::BufReader::new(file.take(64 * FILE_BYTES_MAX)));
    let projects = settings.map(|settings| settings.projects).unwrap_or_default();
    projects.into_iter().map(|(folder, _)| PathBuf::from(folder)).take(PROJECTS_MAX).collect()
}

fn content(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let about = file.metadata().ok()?;
    if !about.is_file() || about.len() > FILE_BYTES_MAX {
        return None;
    }
    let mut content = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut content).ok()?;
    Some(content)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::CREDENTIAL_SOURCES;
    use scrubber::detect::{KnownIdentities, Scratch};

    fn write(home: &Path, name: &str, content: &str) {
        let path = home.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(home)).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[test]
    fn only_named_sources_are_read_and_their_values_are_found_anywhere() {
        let home = tempfile::tempdir().unwrap();
        let values: Vec<String> =
            (0..4).map(|number| ["q7", "wz", "r4", "kd", "x9", "tb", "5v"].concat() + &number.to_string()).collect();
        let [netrc, dotenv, docker, unread] = values.as_slice() else { unreachable!("four values") };
        write(home.path(), ".netrc", &format!("machine h.example login me password {netrc}\n"));
        let project = home.path().join("work");
        write(&project, ".env", &format!("APP_NAME=shop\nPAYMENT_SECRET={dotenv}\n"));
        write(&project, ".env.example", &format!("PAYMENT_SECRET={unread}\n"));
        let folder = project.to_str().unwrap();
        write(home.path(), ".claude.json", &serde_json::json!({"projects": {folder: {}}}).to_string());
        write(home.path(), ".docker/config.json", &format!("{{\"identitytoken\": \"{docker}\"}}"));
        let engine = || Engine::new(&KnownIdentities::default()).unwrap();
        let sources = ["netrc", "env"].map(str::to_owned);
        let secrets = read(&engine(), &sources, home.path());
        assert_eq!(secrets.len(), 2);
        let engine = engine().knowing(secrets);
        let mut scratch = Scratch::default();
        for (value, expected) in [(netrc, 1), (dotenv, 1), (docker, 0), (unread, 0)] {
            let text = format!("then {value} was seen");
            assert_eq!(engine.scan(text.as_bytes(), &mut scratch).len(), expected);
        }
        assert!(read(&engine, &[], home.path()).is_empty());
    }

    #[test]
    fn every_source_has_files() {
        let home = tempfile::tempdir().unwrap();
        for source in CREDENTIAL_SOURCES.iter().filter(|source| !matches!(**source, "ssh" | "env")) {
            assert!(!files(source, home.path()).is_empty(), "{source}");
        }
    }
}
