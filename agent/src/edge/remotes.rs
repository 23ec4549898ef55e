//! The remotes of a git repository as `host/owner/name`, whatever form their URL has.
//!
//! Understands worktrees and submodules (`.git` files), `url.*.insteadOf` of git's configuration and host aliases of
//! `~/.ssh/config`: people who keep work and private accounts apart often use the latter.
//!
//! Promises: what is there and cannot be understood is not taken for nothing. Then it is not known what the remotes are.

use std::path::{Path, PathBuf};

use super::gitconfig::{self, NotKnown, Variable, is_elsewhere, small_file};
use super::projects::is_absence;
use super::sshconfig::SshSettings;

/// What the user's configuration does to URLs.
#[derive(Debug, Default)]
pub(super) struct Rewrites {
    /// `(prefix, what it stands for)`.
    instead_of: Vec<(String, String)>,
    ssh: SshSettings,
    /// Something of git's settings could not be read or understood.
    unknown: bool,
    /// Git is told to give ssh other settings.
    other_ssh: bool,
}

impl Rewrites {
    /// Reads the user's git and ssh configuration.
    pub(super) fn read(home: &Path) -> Self {
        let read = gitconfig::read(&gitconfig::user_files(home, |name| std::env::var_os(name)), home);
        Self {
            instead_of: instead_of(&read.all),
            ssh: SshSettings::read(home),
            unknown: !read.whole,
            other_ssh: has_other_ssh(&read.all),
        }
    }

    /// Brings a URL into the form `host/owner/name`, lower case; `None` for a path on this machine.
    ///
    /// # Errors
    /// When it cannot be told.
    fn normalise(&self, url: &str, local: &[(String, String)]) -> Result<Option<String>, NotKnown> {
        if self.unknown {
            return Err(NotKnown);
        }
        let rules = || local.iter().chain(&self.instead_of);
        // Git takes the longest prefix.
        let longest = rules().filter(|(prefix, _)| url.starts_with(prefix)).max_by_key(|(prefix, _)| prefix.len());
        let rewritten = match longest {
            Some((prefix, base)) => format!("{base}{}", url.strip_prefix(prefix).unwrap_or(url)),
            None => url.to_owned(),
        };
        let Some((scheme, host, path)) = split(&rewritten) else { return Ok(None) };
        let host = match scheme {
            Some(scheme) if !scheme.contains("ssh") => host.to_ascii_lowercase(),
            _ if self.other_ssh => return Err(NotKnown),
            _ => self.ssh.host(host)?,
        };
        let host = match host.trim_end_matches('.') {
            "ssh.github.com" | "www.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            "altssh.bitbucket.org" => "bitbucket.org",
            other => other,
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        Ok(Some(format!("{host}/{path}").to_lowercase()))
    }
}

/// A repository with more addresses, or more rules for them, is not understood: each is held against all rules.
const URLS_MAX: usize = 1024;
const RULES_MAX: usize = 256;

/// All remotes of the repository with this top level, as `host/owner/name`; none where there is no repository. `None` where it cannot be
/// told, be it that another machine would have to be asked: what came with a repository must not make this program open connections.
pub(super) fn of_repository(top: &Path, rewrites: &Rewrites, home: &Path) -> Option<Vec<String>> {
    let dot_git = top.join(".git");
    match dot_git.symlink_metadata() {
        Err(error) if is_absence(error.kind()) => return Some(Vec::new()),
        known => known.ok()?,
    };
    let (git_dir, common) = git_dirs(&dot_git)?;
    let read = gitconfig::read(&[common.join("config"), git_dir.join("config.worktree")], home);
    if !read.whole || has_other_ssh(&read.all) || has_old_remotes(&common) {
        return None;
    }
    let local = instead_of(&read.all);
    // A branch may have its remote by its address, as `gh pr checkout` writes it.
    let is_address = |v: &Variable| {
        v.section == "remote" && matches!(v.name.as_str(), "url" | "pushurl")
            || v.section == "branch"
                && matches!(v.name.as_str(), "remote" | "pushremote")
                && v.value.contains([':', '/'])
    };
    let urls: Vec<_> = read.all.iter().filter(|v| is_address(v)).collect();
    if urls.len() > URLS_MAX || local.len() > RULES_MAX {
        return None;
    }
    let remotes: Result<Vec<_>, NotKnown> = urls.into_iter().map(|v| rewrites.normalise(&v.value, &local)).collect();
    let mut remotes: Vec<String> = remotes.ok()?.into_iter().flatten().collect();
    remotes.sort_unstable();
    remotes.dedup();
    Some(remotes)
}

/// The folder that `.git` is or points to, and the one that holds the configuration (another one for worktrees). `None` where there is
/// nothing of a repository, or on another machine.
fn git_dirs(dot_git: &Path) -> Option<(PathBuf, PathBuf)> {
    let git_dir = if dot_git.is_dir() {
        dot_git.to_owned()
    } else {
        let text = small_file(dot_git).ok()??;
        dot_git.parent()?.join(text.lines().next()?.strip_prefix("gitdir:")?.trim())
    };
    if is_elsewhere(&git_dir) {
        return None;
    }
    let common = match small_file(&git_dir.join("commondir")).ok()? {
        Some(text) => git_dir.join(text.trim()),
        None => git_dir.clone(),
    };
    let is_repository = || ["HEAD", "config"].iter().any(|name| common.join(name).exists());
    (!is_elsewhere(&common) && is_repository()).then_some((git_dir, common))
}

/// Whether remotes are named as before git had a configuration for it, which git still reads.
fn has_old_remotes(common: &Path) -> bool {
    ["remotes", "branches"].iter().any(|name| match common.join(name).read_dir() {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) => !is_absence(error.kind()),
    })
}

/// Whether git is told to start ssh with other settings, or with a host among its options.
fn has_other_ssh(variables: &[Variable]) -> bool {
    let commands = variables.iter().filter(|v| v.section == "core" && v.name == "sshcommand");
    commands.into_iter().any(|v| v.value.contains(" -F") || v.value.to_ascii_lowercase().contains("hostname"))
}

fn instead_of(variables: &[Variable]) -> Vec<(String, String)> {
    let is_rule = |v: &&Variable| v.section == "url" && matches!(v.name.as_str(), "insteadof" | "pushinsteadof");
    variables.iter().filter(is_rule).map(|v| (v.value.clone(), v.subsection.clone())).collect()
}

/// Splits a URL into scheme, host and path: `scheme://user@host:port/path`, `user@host:path` or `user@[host:port]:path`.
fn split(url: &str) -> Option<(Option<&str>, &str, &str)> {
    if let Some((scheme, rest)) = url.split_once("://") {
        let (authority, path) = rest.split_once('/')?;
        let host = authority.rsplit('@').next()?;
        // The address of IPv6 hosts holds colons itself.
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next()?,
            None => host.split(':').next()?,
        };
        return (scheme != "file" && !host.is_empty()).then_some((Some(scheme), host, path));
    }
    if let Some((user, rest)) = url.split_once('[')
        && (user.is_empty() || user.ends_with('@'))
        && !user.contains(['/', ':'])
    {
        let (place, path) = rest.split_once("]:")?;
        let host = place.split_once(':').filter(|(_, port)| !port.contains(':')).map_or(place, |(host, _)| host);
        return Some((None, host, path));
    }
    let (before, path) = url.split_once(':')?;
    let host = before.rsplit('@').next()?;
    // A slash before the colon makes it a path, as does a single letter: a drive.
    (!before.contains(['/', '\\']) && host.len() > 1).then_some((None, host, path))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{Rewrites, SshSettings, of_repository};
    use std::path::Path;

    #[test]
    fn every_form_of_a_url_becomes_the_same_name() {
        let home = tempfile::tempdir().unwrap();
        write(&home.path().join(".ssh/config"), "Host gh-work other\n  User git\n  HostName=github.com\n");
        let rewrites = Rewrites {
            instead_of: vec![
                ("gh:".into(), "git@github.com:".into()),
                ("gh:special/".into(), "https://x.example/".into()),
            ],
            ssh: SshSettings::read(home.path()),
            ..Rewrites::default()
        };
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(rewrites.normalise(url, &[]).unwrap().as_deref(), expected, "{url}");
        };
        let same = Some("github.com/acme/tool");
        check("https://github.com/acme/tool.git", same);
        check("https://user:word@GitHub.com:443/Acme/Tool/", same);
        check("ssh://git@github.com:22/acme/tool.git", same);
        check("ssh://git@ssh.github.com:443/acme/tool.git", same);
        check("git@github.com:acme/tool.git", same);
        check("https://github.com./acme/tool", same);
        check("github.com:/acme/tool", same);
        check("gh-work:acme/tool", same);
        check("git@[github.com:22]:acme/tool", same);
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
    fn of_what_is_there_and_not_understood_no_remotes_are_known() {
        let dir = tempfile::tempdir().unwrap();
        let check = |place: &str, files: &[(&str, &str)], expected: Option<&[&str]>| {
            let top = dir.path().join(place);
            std::fs::create_dir_all(&top).unwrap();
            files.iter().for_each(|(name, text)| write(&top.join(name), text));
            let remotes = of_repository(&top, &Rewrites::default(), dir.path());
            let expected = expected.map(|all| all.iter().map(|name| (*name).to_owned()).collect());
            assert_eq!(remotes, expected, "{place}");
        };
        let origin = "[remote \"origin\"]\nurl = git@github.com:acme/a.git\n";
        let named: Option<&[&str]> = Some(&["github.com/acme/a"]);
        check("without", &[], Some(&[]));
        check("new", &[(".git/HEAD", "ref: refs/heads/main\n")], Some(&[]));
        check("whole", &[(".git/config", origin)], named);
        check("no pointer", &[(".git", "gitdir")], None);
        check("pointer to nothing", &[(".git", "gitdir: gone\n")], None);
        check("nothing in it", &[(".git/x", "")], None);
        check("large", &[(".git/config", &format!("{origin}{}", "#".repeat(1 << 20)))], None);
        check("conflict", &[(".git/config", &format!("{origin}<<<<<<< ours\n"))], None);
        check("no file", &[(".git/config/x", "")], None);
        check("worktree", &[(".git/config", origin), (".git/config.worktree", "[a")], None);
        check("include", &[(".git/config", &format!("{origin}[include]\npath = gone\n"))], named);
        check("another's", &[(".git/config", &format!("{origin}[include]\npath = ~ada/x\n"))], None);
        check("old", &[(".git/config", origin), (".git/remotes/mine", "URL: git@github.com:me/a\n")], None);
        let ssh = |command: &str| format!("{origin}[core]\nsshCommand = {command}\n");
        check("key", &[(".git/config", &ssh("ssh -i ~/.ssh/key"))], named);
        check("settings", &[(".git/config", &ssh("ssh -F ~/.ssh/other"))], None);
        let branch = format!("{origin}[branch \"b\"]\nremote = https://www.github.com/me/b\nmerge = refs/heads/b\n");
        check("branch", &[(".git/config", &branch)], Some(&["github.com/acme/a", "github.com/me/b"]));
        let many: String =
            (0..2000).map(|at| format!("[remote \"r{at}\"]\nurl = https://github.com/acme/{at}\n")).collect();
        check("many", &[(".git/config", &many)], None);
    }

    #[test]
    fn where_the_users_settings_are_not_understood_no_remote_is_known() {
        let home = tempfile::tempdir().unwrap();
        let top = home.path().join("p");
        write(&top.join(".git/config"), "[remote \"origin\"]\nurl = git@gh:me/a\n");
        let remotes = || of_repository(&top, &Rewrites::read(home.path()), home.path());
        assert_eq!(remotes().unwrap(), ["gh/me/a"]);
        write(&home.path().join(".ssh/config"), "Include c.d/*\n");
        assert_eq!(remotes().unwrap(), ["gh/me/a"]);
        write(&home.path().join(".ssh/c.d/1"), "Host g?\nHostName github.com\n");
        assert_eq!(remotes().unwrap(), ["github.com/me/a"]);
        write(&home.path().join(".gitconfig"), "[url");
        assert_eq!(remotes(), None);
        write(&home.path().join(".gitconfig"), "");
        write(&home.path().join(".ssh/c.d/0"), "Match exec true\nHostName example.org\n");
        assert_eq!(remotes(), None);
        write(&top.join(".git/config"), "[remote \"origin\"]\nurl = https://gh/me/a\n");
        assert_eq!(remotes().unwrap(), ["gh/me/a"]);
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
