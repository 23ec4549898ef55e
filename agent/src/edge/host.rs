//! What this machine knows of its user: login, names, addresses, home. They are scrubbed wherever they stand.
//!
//! Reads the system's account data and git's configuration files; starts no program.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pipeline::consent::Environment;
use scrubber::HostFacts;
use scrubber::detect::KnownIdentities;

use super::gitconfig;
use crate::config::Identity;

/// Accounts that many machines share: they tell nobody apart, and scrubbing them would hit ordinary words.
const SHARED_LOGINS: [&str; 27] = [
    "admin",
    "administrator",
    "app",
    "centos",
    "claude",
    "code",
    "codespace",
    "coder",
    "debian",
    "dev",
    "developer",
    "docker",
    "ec2-user",
    "fedora",
    "git",
    "guest",
    "home",
    "me",
    "node",
    "root",
    "runner",
    "system",
    "test",
    "ubuntu",
    "user",
    "vagrant",
    "vscode",
];

/// What was found out about this machine and its user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Login name.
    pub login: String,
    /// The account's full name; empty where none is set.
    pub full_name: String,
    /// Host name.
    pub host: String,
    /// Home folder.
    pub home: PathBuf,
    git: GitIdentity,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct GitIdentity {
    names: BTreeSet<String>,
    emails: BTreeSet<String>,
    logins: BTreeSet<String>,
}

impl Host {
    /// Asks the system and git's configuration.
    pub fn read(home: &Path) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let login = whoami::username().ok().filter(|name| !name.is_empty());
        let login = login.or_else(|| variable("USER")).or_else(|| variable("USERNAME")).unwrap_or_default();
        let mut git = GitIdentity::read(&gitconfig::user_files(home, |name| std::env::var_os(name)), home);
        git.names.extend(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].into_iter().filter_map(variable));
        git.emails.extend(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL"].into_iter().filter_map(variable));
        Self {
            full_name: whoami::realname().ok().filter(|name| *name != login).unwrap_or_default(),
            host: whoami::hostname().unwrap_or_default(),
            home: home.to_owned(),
            login,
            git,
        }
    }

    /// A machine and a user that do not exist, for explanations.
    pub fn made_up(login: &str, full_name: &str, host: &str, home: &Path) -> Self {
        let (login, full_name, host) = (login.to_owned(), full_name.to_owned(), host.to_owned());
        Self { login, full_name, host, home: home.to_owned(), git: GitIdentity::default() }
    }

    /// The user's home folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The facts that events carry, most of them as pseudonyms.
    pub fn facts(&self, identity: &Identity) -> HostFacts {
        HostFacts {
            login: self.login.clone(),
            host: self.host.clone(),
            home: self.home.to_string_lossy().into_owned(),
            os: os(),
            org: identity.org.clone(),
        }
    }

    /// All values to scrub: the system's, git's and those of the settings.
    pub fn known(&self, identity: &Identity) -> KnownIdentities {
        let logins = std::iter::once(&self.login).chain(&self.git.logins);
        let logins = logins.filter(|login| !SHARED_LOGINS.contains(&login.to_ascii_lowercase().as_str()));
        let short_host = self.host.split('.').next().unwrap_or_default().to_owned();
        let hosts = [self.host.clone(), short_host].into_iter().filter(|host| !host.eq_ignore_ascii_case("localhost"));
        let names = std::iter::once(&self.full_name).chain(&self.git.names).chain(&identity.names);
        let real_home = std::fs::canonicalize(&self.home).ok();
        let homes = std::iter::once(self.home.clone()).chain(real_home).map(|home| home.to_string_lossy().into_owned());
        KnownIdentities {
            logins: distinct(logins.cloned()),
            names: distinct(names.cloned()),
            emails: distinct(self.git.emails.iter().chain(&identity.emails).cloned()),
            hosts: distinct(hosts.chain(identity.hosts.iter().cloned())),
            // A home of "/" (system accounts) would match every path.
            homes: distinct(homes.filter(|home| home.len() > 1)),
        }
    }
}

/// What the environment says of sending, see [`Environment`]. Root counts as a person where `BCCE_ALLOW_ROOT=1` says so, as
/// in development containers.
pub fn environment(variable: impl Fn(&str) -> Option<OsString>) -> Environment {
    let is_set = |name: &str| {
        let value = variable(name).unwrap_or_default().to_string_lossy().trim().to_ascii_lowercase();
        !matches!(value.as_str(), "" | "0" | "false")
    };
    Environment {
        do_not_track: is_set("DO_NOT_TRACK"),
        ci: is_set("CI"),
        superuser: is_superuser(&variable) && !is_set("BCCE_ALLOW_ROOT"),
    }
}

#[cfg(unix)]
fn is_superuser(_: impl Fn(&str) -> Option<OsString>) -> bool {
    rustix::process::geteuid().is_root()
}

/// Accounts of the system have other names in other languages; their profiles lie where no person's does.
#[cfg(not(unix))]
fn is_superuser(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let login = whoami::username().unwrap_or_default().to_ascii_uppercase();
    let profile = variable("USERPROFILE").unwrap_or_default();
    matches!(login.as_str(), "SYSTEM" | "LOCAL SERVICE" | "NETWORK SERVICE")
        || is_system_profile(&profile.to_string_lossy())
}

/// Whether this is the profile of SYSTEM, or of an account that services run under ("Local, Network and virtual accounts" have theirs in
/// `%SystemRoot%\ServiceProfiles`, SYSTEM in `System32\config`; checked 2026-11-27). The folders' names are not translated.
#[cfg(any(not(unix), test))]
fn is_system_profile(profile: &str) -> bool {
    let mut folders = profile.rsplit(['\\', '/']).filter(|folder| !folder.is_empty());
    let (last, above) = (folders.next().unwrap_or_default(), folders.next().unwrap_or_default());
    let is = |folder: &str, name: &str| folder.eq_ignore_ascii_case(name);
    is(above, "ServiceProfiles") || (is(above, "config") && is(last, "systemprofile"))
}

const fn os() -> &'static str {
    if cfg!(target_os = "macos") {
        "macos"
    } else if cfg!(windows) {
        "windows"
    } else {
        "linux"
    }
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut all = Vec::new();
    for value in values {
        let value = value.trim();
        if !value.is_empty() && !all.iter().any(|seen| seen == value) {
            all.push(value.to_owned());
        }
    }
    all
}

impl GitIdentity {
    fn read(files: &[PathBuf], home: &Path) -> Self {
        let mut identity = Self::default();
        for variable in gitconfig::read(files, home).all {
            match (variable.section.as_str(), variable.name.as_str()) {
                ("user" | "author" | "committer", "name") => drop(identity.names.insert(variable.value)),
                ("user" | "author" | "committer", "email") => drop(identity.emails.insert(variable.value)),
                ("github" | "gitlab" | "gitea", "user") => drop(identity.logins.insert(variable.value)),
                _ => {}
            }
        }
        identity
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{GitIdentity, Host, environment, is_system_profile};
    use crate::config::Identity;

    #[test]
    fn git_identities_are_found_through_includes_that_go_in_circles() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
        write(
            ".gitconfig",
            "[user]\nname = Ada L\nemail = ada@example.com\n[includeIf \"gitdir:~/jobs/\"]\npath = work.inc\n",
        );
        write(
            "work.inc",
            "[user]\nemail = a.l@corp.example\n[github]\nuser = ada-hub\n[include]\npath = ~/.gitconfig\n",
        );
        let identity = GitIdentity::read(&[home.path().join(".gitconfig")], home.path());
        assert_eq!(Vec::from_iter(identity.names), ["Ada L"]);
        assert_eq!(Vec::from_iter(identity.emails), ["a.l@corp.example", "ada@example.com"]);
        assert_eq!(Vec::from_iter(identity.logins), ["ada-hub"]);
    }

    #[test]
    fn names_that_tell_nobody_apart_are_not_scrubbed() {
        let mut host = Host { login: "Ubuntu".into(), host: "ada-laptop.corp.example".into(), ..Host::default() };
        let identity = Identity { emails: vec!["x@corp.example".into()], ..Identity::default() };
        let known = host.known(&identity);
        assert!(known.logins.is_empty());
        assert_eq!(known.hosts, ["ada-laptop.corp.example", "ada-laptop"]);
        assert_eq!(known.emails, ["x@corp.example"]);
        host.host = "localhost".into();
        assert!(host.known(&identity).hosts.is_empty());
    }

    #[test]
    fn accounts_of_windows_itself_are_known_by_their_profiles() {
        for profile in [
            r"C:\Windows\system32\config\systemprofile",
            r"D:\WINNT\SysWOW64\Config\SystemProfile\",
            r"C:\Windows\ServiceProfiles\LocalService",
            r"C:\Windows\ServiceProfiles\NetworkService",
            r"C:\Windows\serviceprofiles\bcce",
        ] {
            assert!(is_system_profile(profile), "{profile}");
        }
        for profile in ["", r"C:\Users\ada", r"C:\Users\systemprofile", r"C:\Users\LocalService", r"C:\ServiceProfiles"]
        {
            assert!(!is_system_profile(profile), "{profile}");
        }
    }

    #[test]
    fn do_not_track_and_ci_count_unless_they_say_no() {
        let check = |name: &str, value: &str, expected: (bool, bool)| {
            let found = environment(|asked| (asked == name).then(|| value.into()));
            assert_eq!((found.do_not_track, found.ci), expected, "{name}={value}");
        };
        check("DO_NOT_TRACK", "1", (true, false));
        check("DO_NOT_TRACK", "0", (false, false));
        check("CI", "true", (false, true));
        check("CI", "", (false, false));
        check("CI", "false", (false, false));
    }
}
