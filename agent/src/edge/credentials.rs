//! Reads credential files of this machine, where the settings say so, so that their secrets are found in every text.
//!
//! Promises: nothing is read that no setting names; files are opened for reading only; what is kept are hashes under a key of this
//! process ([`KnownSecrets`]); no value, no path and no name in a file is logged. A file that is missing, too large, unreadable or
//! no plain file (some keep `.env` as a pipe, whose reader would wait) is passed over. In the folder of a project that may not
//! be read nothing is looked at. Each source is off by default, because a program that reads credential files looks like a thief to
//! endpoint protection.
//!
//! Which parts of a file are secrets is decided by the detectors themselves. Start at [`read`].

use scrubber::detect::{Engine, KnownSecrets};
use scrubber::{ProjectDecision, Projects};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Larger files hold no credentials that a person keeps.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Folders of projects that are looked at.
const PROJECTS_MAX: usize = 500;
/// The source that is no place in the home folder but the `.env` files of projects.
pub const ENV: &str = "env";

/// The secrets of the files that belong to `sources`. `projects` says in which folders may be read.
pub fn read(engine: &Engine, sources: &[String], home: &Path, projects: &mut dyn Projects) -> KnownSecrets {
    let (mut secrets, mut plain) = (KnownSecrets::default(), 0);
    for source in sources {
        for file in files(source, home, projects) {
            if let Some(content) = content(&file) {
                plain += engine.learn(&content, &mut secrets);
            }
        }
    }
    if !sources.is_empty() {
        tracing::info!(values = secrets.len(), "secrets of this machine's credential files are looked for");
        if plain > 0 {
            tracing::warn!(
                values = plain,
                "secrets of this machine's credential files are too plain to be told from ordinary text"
            );
        }
    }
    secrets
}

/// The files of `sources` but for those in folders of projects.
pub fn named(sources: &[String], home: &Path) -> Vec<PathBuf> {
    /// Reads nowhere.
    struct Nowhere;
    impl Projects for Nowhere {
        fn decide(&mut self, _: Option<&str>) -> ProjectDecision {
            ProjectDecision::Deny
        }
    }
    sources.iter().filter(|source| *source != ENV).flat_map(|source| files(source, home, &mut Nowhere)).collect()
}

/// The files of one source.
fn files(source: &str, home: &Path, projects: &mut dyn Projects) -> Vec<PathBuf> {
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
        ENV => env_files(&env_folders(home, projects)),
        _ => Vec::new(),
    }
}

/// The folders of projects that may be read, of those that Claude Code lists.
pub fn env_folders(home: &Path, projects: &mut dyn Projects) -> Vec<PathBuf> {
    let mut folders = project_folders(home);
    folders.retain(|folder| matches!(projects.decide(folder.to_str()), ProjectDecision::Ship(_)));
    folders
}

/// The `.env` files in these folders.
pub fn env_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    folders.iter().flat_map(|folder| listed(folder, is_env_file)).collect()
}

/// Where Claude Code lists the folders of projects.
pub fn list_of_projects(home: &Path) -> PathBuf {
    home.join(".claude.json")
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
fn project_folders(home: &Path) -> Vec<PathBuf> {
    #[derive(serde::Deserialize)]
    struct Settings {
        #[serde(default)]
        projects: serde_json::Map<String, serde_json::Value>,
    }
    let Ok(file) = File::open(list_of_projects(home)) else { return Vec::new() };
    let settings = serde_json::from_reader::<_, Settings>(std::io::BufReader::new(file.take(64 * FILE_BYTES_MAX)));
    let projects = settings.map(|settings| settings.projects).unwrap_or_default();
    projects.into_iter().map(|(folder, _)| PathBuf::from(folder)).take(PROJECTS_MAX).collect()
}

fn content(path: &Path) -> Option<Vec<u8>> {
    // Asked before it is opened: opening a pipe would wait for whoever writes to it.
    let about = std::fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > FILE_BYTES_MAX {
        return None;
    }
    let mut content = Vec::new();
    File::open(path).ok()?.take(FILE_BYTES_MAX).read_to_end(&mut content).ok()?;
    Some(content)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::CREDENTIAL_SOURCES;
    use scrubber::Tier;
    use scrubber::detect::{KnownIdentities, Scratch};

    /// Reads everywhere but in the folder of this name.
    struct AllBut(&'static str);

    impl Projects for AllBut {
        fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
            match cwd {
                Some(folder) if !folder.ends_with(self.0) => ProjectDecision::Ship(Tier::Metrics),
                Some(_) | None => ProjectDecision::Deny,
            }
        }
    }

    fn write(home: &Path, name: &str, content: &str) {
        let path = home.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(home)).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn engine() -> Engine {
        Engine::new(&KnownIdentities::default()).unwrap()
    }

    /// A made-up value, another one for each number.
    fn value(number: usize) -> String {
        ["q7", "wz", "r4", "kd", "x9", "tb", "5v"].concat() + &number.to_string()
    }

    fn is_found(engine: &Engine, value: &str) -> bool {
        !engine.scan(format!("then {value} was seen").as_bytes(), &mut Scratch::default()).is_empty()
    }

    #[test]
    fn every_source_gives_the_secret_of_its_file() {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("work");
        let base64 = |text: &str| base64_simd::STANDARD.encode_to_string(text);
        let key =
            (0..5).map(|line| base64(&format!("made-up line {line} of a key that is none at all"))).collect::<Vec<_>>();
        let long = ["kV9x", "Q2mL", "r7Tz", "W4pH", "s8Jb", "N3yF", "d6Cg", "R5ta", "Eh1q", "Zx0w"].concat();
        let token = |kind: &str| format!("{kind}{}", long.get(..36).unwrap());
        let cases: Vec<(&str, &str, String, String)> = vec![
            ("aws", ".aws/credentials", format!("[default]\naws_secret_access_key = {long}\n"), long.clone()),
            ("netrc", ".netrc", format!("machine h.example login me password {}\n", value(1)), value(1)),
            ("npmrc", ".npmrc", format!("//registry.npmjs.org/:_authToken={}\n", value(2)), value(2)),
            ("pypirc", ".pypirc", format!("[pypi]\nusername = me\npassword = {}\n", value(3)), value(3)),
            (
                "docker",
                ".docker/config.json",
                format!("{{\"auths\": {{\"h.example\": {{\"auth\": \"{}\"}}}}}}", base64(&format!("me:{}", value(4)))),
                base64(&format!("me:{}", value(4))),
            ),
            ("kube", ".kube/config", format!("users:\n- name: me\n  user:\n    token: {}\n", value(5)), value(5)),
            ("gh", ".config/gh/hosts.yml", format!("github.com:\n    oauth_token: {}\n", value(6)), value(6)),
            (
                "glab",
                ".config/glab-cli/config.yml",
                format!("hosts:\n  gitlab.com:\n    token: {}\n", value(7)),
                value(7),
            ),
            ("git", ".git-credentials", format!("https://me:{}@h.example\n", value(8)), value(8)),
            (
                "ssh",
                ".ssh/id_ed25519",
                format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", "OPENSSH PRIVATE KEY", key.join("\n")),
                key.get(2).unwrap().clone(),
            ),
            ("env", "work/.env", format!("NAME=shop\nPAYMENT_SECRET={}\n", value(9)), value(9)),
            ("aws", ".aws/config", format!("[profile a]\naws_session_token = {}\n", token("FwoG")), token("FwoG")),
        ];
        let folder = project.to_str().unwrap();
        write(home.path(), ".claude.json", &serde_json::json!({"projects": {folder: {}}}).to_string());
        for (_, file, content, _) in &cases {
            write(home.path(), file, content);
        }
        for (source, _, _, expected) in &cases {
            let secrets = read(&engine(), &[(*source).to_owned()], home.path(), &mut AllBut("-"));
            assert!(is_found(&engine().knowing(secrets), expected), "{source}");
        }
        assert!(CREDENTIAL_SOURCES.iter().all(|source| cases.iter().any(|(known, ..)| known == source)));
    }

    #[test]
    fn what_no_setting_names_and_what_may_not_be_read_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        let projects = ["mine", "private"].map(|name| home.path().join(name));
        let listed = projects.each_ref().map(|folder| (folder.to_str().unwrap().to_owned(), serde_json::json!({})));
        let listed: serde_json::Map<_, _> = listed.into_iter().collect();
        write(home.path(), ".claude.json", &serde_json::json!({"projects": listed}).to_string());
        write(home.path(), "mine/.env", &format!("PAYMENT_SECRET={}\n", value(1)));
        write(home.path(), "mine/.env.example", &format!("PAYMENT_SECRET={}\n", value(2)));
        write(home.path(), "private/.env", &format!("PAYMENT_SECRET={}\n", value(3)));
        write(home.path(), ".netrc", &format!("machine h.example login me password {}\n", value(4)));
        let secrets = read(&engine(), &["env".to_owned()], home.path(), &mut AllBut("private"));
        let engine = engine().knowing(secrets);
        assert!(is_found(&engine, &value(1)));
        assert!((2..5).all(|number| !is_found(&engine, &value(number))));
        assert!(read(&engine, &[], home.path(), &mut AllBut("-")).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_passed_over_without_waiting() {
        let home = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo").arg(home.path().join(".netrc")).status().unwrap();
        assert!(made.success());
        assert!(read(&engine(), &["netrc".to_owned()], home.path(), &mut AllBut("-")).is_empty());
    }
}
