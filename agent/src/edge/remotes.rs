//! The remotes of a git repository as `host/owner/name`, whatever form their URL has.
//!
//! Understands worktrees and submodules (`.git` files), `url.*.insteadOf` of git's configuration and host aliases of
//! `~/.ssh/config`: people who keep work and private accounts apart often use the latter.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::gitconfig::{self, Variable, is_elsewhere, small_file};

/// What the user's configuration does to URLs.
#[derive(Debug, Default)]
pub(super) struct Rewrites {
    /// `(prefix, what it stands for)`.
    instead_of: Vec<(String, String)>,
    /// Alias of `~/.ssh/config` to real host.
    hosts: HashMap<String, String>,
}

impl Rewrites {
    /// Reads the user's git and ssh configuration.
    pub(super) fn read(home: &Path) -> Self {
        let variables = gitconfig::read(&gitconfig::user_files(home, |name| std::env::var_os(name)), home);
        let ssh = small_file(&home.join(".ssh").join("config")).unwrap_or_default();
        Self { instead_of: instead_of(&variables), hosts: ssh_hosts(&ssh) }
    }

    /// Brings a URL into the form `host/owner/name`, lower case; `None` for a path on this machine.
    fn normalise(&self, url: &str, local: &[(String, String)]) -> Option<String> {
        let rules = || local.iter().chain(&self.instead_of);
        // Git takes the longest prefix.
        let longest = rules().filter(|(prefix, _)| url.starts_with(prefix)).max_by_key(|(prefix, _)| prefix.len());
        let rewritten = match longest {
            Some((prefix, base)) => format!("{base}{}", url.strip_prefix(prefix).unwrap_or(url)),
            None => url.to_owned(),
        };
        let (host, path) = split(&rewritten)?;
        let host = host.to_ascii_lowercase();
        let host = match self.hosts.get(&host).map_or(host.as_str(), String::as_str) {
            "ssh.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            "altssh.bitbucket.org" => "bitbucket.org",
            other => other,
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        Some(format!("{host}/{path}").to_lowercase())
    }
}

/// All remotes of the repository with this top level, as `host/owner/name`; `None` where another machine would have to be asked: what
/// came with a repository must not make this program open connections.
pub(super) fn of_repository(top: &Path, rewrites: &Rewrites, home: &Path) -> Option<Vec<String>> {
    let Some((git_dir, common)) = git_dirs(&top.join(".git")) else { return Some(Vec::new()) };
    if is_elsewhere(&git_dir) || is_elsewhere(&common) {
        return None;
    }
    let variables = gitconfig::read(&[common.join("config"), git_dir.join("config.worktree")], home);
    if variables.iter().any(gitconfig::leads_elsewhere) {
        return None;
    }
    let local = instead_of(&variables);
    let urls = variables.iter().filter(|v| v.section == "remote" && matches!(v.name.as_str(), "url" | "pushurl"));
    let mut remotes: Vec<String> = urls.filter_map(|v| rewrites.normalise(&v.value, &local)).collect();
    remotes.sort_unstable();
    remotes.dedup();
    Some(remotes)
}

/// The folder that `.git` is or points to, and the one that holds the configuration (another one for worktrees).
fn git_dirs(dot_git: &Path) -> Option<(PathBuf, PathBuf)> {
    let git_dir = if dot_git.is_dir() {
        dot_git.to_owned()
    } else {
        let text = small_file(dot_git)?;
        dot_git.parent()?.join(text.lines().next()?.strip_prefix("gitdir:")?.trim())
    };
    let common = if is_elsewhere(&git_dir) { None } else { small_file(&git_dir.join("commondir")) };
    let common = common.map_or_else(|| git_dir.clone(), |text| git_dir.join(text.trim()));
    Some((git_dir, common))
}

fn instead_of(variables: &[Variable]) -> Vec<(String, String)> {
    let is_rule = |v: &&Variable| v.section == "url" && matches!(v.name.as_str(), "insteadof" | "pushinsteadof");
    variables.iter().filter(is_rule).map(|v| (v.value.clone(), v.subsection.clone())).collect()
}

/// Splits a URL into host and path: `scheme://user@host:port/path` or `user@host:path`.
fn split(url: &str) -> Option<(&str, &str)> {
    if let Some((scheme, rest)) = url.split_once("://") {
        let (authority, path) = rest.split_once('/')?;
        let host = authority.rsplit('@').next()?;
        // The address of IPv6 hosts holds colons itself.
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next()?,
            None => host.split(':').next()?,
        };
        return (scheme != "file" && !host.is_empty()).then_some((host, path));
    }
    let (before, path) = url.split_once(':')?;
    let host = before.rsplit('@').next()?;
    // A slash before the colon makes it a path, as does a single letter: a drive.
    (!before.contains(['/', '\\']) && host.len() > 1).then_some((host, path))
}

/// The aliases of an ssh configuration: `Host` names without patterns, with their `HostName`. The first one counts.
fn ssh_hosts(text: &str) -> HashMap<String, String> {
    let mut hosts = HashMap::new();
    let mut aliases: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut words = line.split([' ', '\t', '=', '"']).filter(|word| !word.is_empty());
        let Some(keyword) = words.next() else { continue };
        match keyword.to_ascii_lowercase().as_str() {
            "host" => {
                aliases = words.filter(|word| !word.contains(['*', '?', '!'])).map(str::to_ascii_lowercase).collect();
            }
            "match" => aliases.clear(),
            "hostname" => {
                let Some(host) = words.next().filter(|host| !host.contains('%')) else { continue };
                for alias in &aliases {
                    hosts.entry(alias.clone()).or_insert_with(|| host.to_ascii_lowercase());
                }
            }
            _ => {}
        }
    }
    hosts
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{Rewrites, of_repository, ssh_hosts};
    use std::path::Path;

    #[test]
    fn every_form_of_a_url_becomes_the_same_name() {
        let ssh = "Host gh-work other\n  User git\n  HostName=github.com\nHost *\n HostName no.example\n";
        let rewrites = Rewrites {
            instead_of: vec![
                ("gh:".into(), "git@github.com:".into()),
                ("gh:special/".into(), "https://x.example/".into()),
            ],
            hosts: ssh_hosts(ssh),
        };
        let check =
            |url: &str, expected: Option<&str>| assert_eq!(rewrites.normalise(url, &[]).as_deref(), expected, "{url}");
        let same = Some("github.com/acme/tool");
        check("https://github.com/acme/tool.git", same);
        check("https://user:word@GitHub.com:443/Acme/Tool/", same);
        check("ssh://git@github.com:22/acme/tool.git", same);
        check("ssh://git@ssh.github.com:443/acme/tool.git", same);
        check("git@github.com:acme/tool.git", same);
        check("github.com:/acme/tool", same);
        check("gh-work:acme/tool", same);
        check("gh:acme/tool", same);
        check("gh:special/y", Some("x.example/y"));
        check("git://[2001:db8::1]:9418/a/b", Some("2001:db8::1/a/b"));
        check("/srv/git/tool.git", None);
        check("../tool", None);
        check("C:\\git\\tool", None);
        check("file:///srv/git/tool.git", None);
        check("./odd:name", None);
    }

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn worktrees_have_the_remotes_of_their_repository() {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join("main");
        let config = "[remote \"origin\"]\nurl = git@github.com:acme/a.git\n[remote \"mine\"]\nurl = w:me/a\npushurl = /x\n\
                      [url \"https://host.example/\"]\ninsteadOf = w:\n";
        write(&main.join(".git/config"), config);
        write(&main.join(".git/worktrees/w/commondir"), "../..\n");
        let worktree = dir.path().join("w");
        write(&worktree.join(".git"), "gitdir: ../main/.git/worktrees/w\n");
        for top in [&main, &worktree] {
            let remotes = of_repository(top, &Rewrites::default(), dir.path());
            assert_eq!(remotes.unwrap(), ["github.com/acme/a", "host.example/me/a"], "{}", top.display());
        }
    }

    #[test]
    fn a_broken_repository_has_no_remotes() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir.path().join(".git"), "gitdir");
        assert_eq!(of_repository(dir.path(), &Rewrites::default(), dir.path()), Some(Vec::new()));
    }

    #[test]
    fn a_repository_that_leads_to_another_machine_is_not_followed_and_not_known() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real");
        write(&real.join("config"), "[remote \"origin\"]\nurl = git@github.com:acme/a.git\n");
        // Two slashes at the front: a server's share on Windows, and the same folder here, so that it would be followed.
        let far = format!("/{}", real.display());
        let check = |place: &str, text: &str| {
            let top = dir.path().join(place);
            write(&top.join(if text.starts_with('[') { ".git/config" } else { ".git" }), text);
            assert_eq!(of_repository(&top, &Rewrites::default(), dir.path()), None, "{text}");
        };
        check("pointer", &format!("gitdir: {far}\n"));
        check("include", &format!("[include]\npath = {far}/config\n"));
        let nearby = dir.path().join("nearby");
        write(&nearby.join("near/commondir"), &far);
        write(&nearby.join(".git"), "gitdir: near\n");
        assert_eq!(of_repository(&nearby, &Rewrites::default(), dir.path()), None);
    }
}
