//! Reads the user's settings of ssh, without starting it: which host a name stands for.
//!
//! Promises: what cannot be told without ssh (a `Match` about more than names, a file that cannot be read) is told as not known wherever it
//! could change the host; files of other machines are not opened. Syntax as in ssh_config(5) of OpenSSH (checked 2026-11). Left out on
//! purpose: the settings of the whole machine.

use super::gitconfig::{NotKnown, is_elsewhere, small_file};
use super::projects::is_absence;
use std::path::{Component, Path, PathBuf};

/// Files read at most, includes among them.
const FILES_MAX: usize = 64;
/// Includes within includes; ssh itself ends there.
const DEPTH_MAX: usize = 16;
/// Names that one include may be held against.
const ENTRIES_MAX: usize = 1024;

/// What the files say of names of hosts.
#[derive(Debug, Default)]
pub(super) struct SshSettings {
    /// Each `HostName`, in order.
    named: Vec<Named>,
    /// Something could not be read or understood, so that it might say anything.
    unknown: bool,
    /// Names without a domain may be given one.
    completes: bool,
}

/// A `HostName` and where it holds.
#[derive(Debug)]
struct Named {
    /// All of them must hold: a block, and those that include its file.
    within: Vec<Scope>,
    host: String,
}

/// To what a block's settings apply.
#[derive(Debug, Clone)]
enum Scope {
    /// `Host`: patterns of names.
    Host(Vec<String>),
    /// `Match`: all criteria must hold.
    Match(Vec<Criterion>),
}

#[derive(Debug, Clone)]
enum Criterion {
    /// About the host's name.
    Name(Vec<String>),
    /// About something that is not known here.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Applies {
    No,
    Maybe,
    Yes,
}

impl SshSettings {
    /// Reads the user's own file and what it includes.
    pub(super) fn read(home: &Path) -> Self {
        let folder = home.join(".ssh");
        let mut reader = Reader { home, folder: &folder, files: 0, settings: Self::default() };
        reader.file(&folder.join("config"), &[], 0);
        reader.settings
    }

    /// The host that a name stands for, lower case: the first `HostName` that holds for it, else the name itself.
    ///
    /// # Errors
    /// When it cannot be told.
    pub(super) fn host(&self, name: &str) -> Result<String, NotKnown> {
        if self.unknown {
            return Err(NotKnown);
        }
        let mut possible = Vec::new();
        let mut is_settled = false;
        for named in &self.named {
            let applies = named.within.iter().map(|scope| scope.applies(name)).min().unwrap_or(Applies::Yes);
            if applies != Applies::No {
                possible.push(expand(&named.host, name)?);
            }
            if applies == Applies::Yes {
                is_settled = true;
                break;
            }
        }
        if !is_settled {
            possible.push(name.to_ascii_lowercase());
        }
        let host = possible.pop().ok_or(NotKnown)?;
        let is_whole = !self.completes || host.contains(['.', ':']);
        if is_whole && possible.iter().all(|other| *other == host) { Ok(host) } else { Err(NotKnown) }
    }
}

impl Scope {
    fn applies(&self, name: &str) -> Applies {
        match self {
            Self::Host(patterns) if listed(name, patterns) => Applies::Yes,
            Self::Host(_) => Applies::No,
            Self::Match(criteria) => {
                criteria.iter().map(|criterion| criterion.applies(name)).min().unwrap_or(Applies::Yes)
            }
        }
    }

    /// Reads what follows `Match`.
    fn criteria(words: &[String]) -> Self {
        if matches!(words, [all] if all.eq_ignore_ascii_case("all")) {
            return Self::Match(Vec::new());
        }
        let mut criteria = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (kind, joined) =
                word.split_once('=').map_or((word.as_str(), None), |(kind, value)| (kind, Some(value)));
            let kind = kind.to_ascii_lowercase();
            if matches!(kind.as_str(), "all" | "canonical" | "final") {
                criteria.push(Criterion::Other);
                continue;
            }
            let value = joined.or_else(|| words.next().map(String::as_str));
            criteria.push(match (kind.as_str(), value) {
                // Nothing has changed the name where this is asked: the first `HostName` holds.
                ("host" | "originalhost", Some(value)) => {
                    Criterion::Name(value.split(',').map(str::to_ascii_lowercase).collect())
                }
                _ => Criterion::Other,
            });
        }
        Self::Match(criteria)
    }
}

impl Criterion {
    fn applies(&self, name: &str) -> Applies {
        match self {
            Self::Name(patterns) if listed(name, patterns) => Applies::Yes,
            Self::Name(_) => Applies::No,
            Self::Other => Applies::Maybe,
        }
    }
}

/// The files while they are read.
struct Reader<'a> {
    home: &'a Path,
    folder: &'a Path,
    files: usize,
    settings: SshSettings,
}

impl Reader<'_> {
    /// Reads a file whose settings hold within these blocks.
    fn file(&mut self, path: &Path, outer: &[Scope], depth: usize) {
        if path.is_dir() {
            return;
        }
        self.files += 1;
        if self.files > FILES_MAX || depth > DEPTH_MAX {
            self.settings.unknown = true;
            return;
        }
        let Ok(text) = small_file(path) else {
            self.settings.unknown = true;
            return;
        };
        let mut within = outer.to_vec();
        for line in text.unwrap_or_default().trim_start_matches('\u{feff}').lines() {
            let Ok(words) = words(line) else {
                self.settings.unknown = true;
                continue;
            };
            if let Some((keyword, values)) = words.split_first() {
                self.setting(&keyword.to_ascii_lowercase(), values, (&mut within, outer), depth);
            }
        }
    }

    fn setting(
        &mut self,
        keyword: &str,
        values: &[String],
        (within, outer): (&mut Vec<Scope>, &[Scope]),
        depth: usize,
    ) {
        let begin = |within: &mut Vec<Scope>, scope| {
            within.truncate(outer.len());
            within.push(scope);
        };
        match (keyword, values) {
            ("host" | "match" | "hostname" | "include", []) => self.settings.unknown = true,
            ("host", _) => begin(within, Scope::Host(values.to_vec())),
            ("match", _) => begin(within, Scope::criteria(values)),
            ("hostname", [host, ..]) => {
                self.settings.named.push(Named { within: within.clone(), host: host.clone() });
            }
            ("include", _) => values.iter().for_each(|pattern| self.include(pattern, within, depth)),
            ("canonicalizehostname", [value, ..]) => self.settings.completes |= value != "no" && value != "none",
            _ => {}
        }
    }

    fn include(&mut self, pattern: &str, within: &[Scope], depth: usize) {
        let pattern = if cfg!(windows) { pattern.replace('\\', "/") } else { pattern.to_owned() };
        let rest = pattern.strip_prefix("~/");
        // Variables, another user's folder, sets of letters and escapes are not read.
        let is_plain = !pattern.contains(['%', '$', '[', '\\']) && (rest.is_some() || !pattern.starts_with('~'));
        let from = if rest.is_some() { self.home } else { self.folder };
        let paths = match rest.unwrap_or(&pattern) {
            path if !is_plain || is_elsewhere(Path::new(path)) => Err(NotKnown),
            path => matching(from, Path::new(path)),
        };
        match paths {
            Ok(paths) => paths.iter().for_each(|path| self.file(path, within, depth + 1)),
            Err(NotKnown) => self.settings.unknown = true,
        }
    }
}

/// The files that a pattern names, in order.
fn matching(from: &Path, pattern: &Path) -> Result<Vec<PathBuf>, NotKnown> {
    let mut found = vec![from.to_owned()];
    let mut seen = 0;
    for part in pattern.components() {
        let name = if let Component::Normal(name) = part { name.to_string_lossy() } else { "".into() };
        if !name.contains(['*', '?']) {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let mut next = Vec::new();
        for folder in &found {
            let entries = match folder.read_dir() {
                Ok(entries) => entries,
                Err(error) if is_absence(error.kind()) => continue,
                Err(_) => return Err(NotKnown),
            };
            for entry in entries {
                let entry = entry.map_err(|_| NotKnown)?.file_name();
                seen += 1;
                let text = entry.to_string_lossy();
                if (name.starts_with('.') || !text.starts_with('.')) && matches(name.as_bytes(), text.as_bytes()) {
                    next.push(folder.join(&entry));
                }
            }
            if seen > ENTRIES_MAX {
                return Err(NotKnown);
            }
        }
        next.sort();
        found = next;
    }
    Ok(found)
}

/// Whether a name matches one of the patterns, and none of those with `!`. Capitals count.
fn listed(name: &str, patterns: &[String]) -> bool {
    let is_match = |pattern: &str| matches(pattern.as_bytes(), name.as_bytes());
    let (mut wanted, mut unwanted) = (false, false);
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(pattern) => unwanted |= is_match(pattern),
            None => wanted |= is_match(pattern),
        }
    }
    wanted && !unwanted
}

/// Whether a name matches a pattern with `*` and `?`.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Where the last `*` stands, and what it reaches up to.
    let mut star = None;
    while let Some(byte) = name.get(of) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(other) if *other == b'?' || other == byte => (at, of) = (at + 1, of + 1),
            _ => {
                let Some((place, reach)) = star else { return false };
                star = Some((place, reach + 1));
                (at, of) = (place + 1, reach + 1);
            }
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

/// A `HostName` with the name in place of `%h`, lower case.
fn expand(host: &str, name: &str) -> Result<String, NotKnown> {
    let mut expanded = String::new();
    let mut chars = host.chars();
    while let Some(c) = chars.next() {
        match (c, (c == '%').then(|| chars.next()).flatten()) {
            ('%', Some('%')) => expanded.push('%'),
            ('%', Some('h')) => expanded.push_str(name),
            ('%', _) => return Err(NotKnown),
            (c, _) => expanded.push(c),
        }
    }
    Ok(expanded.to_ascii_lowercase())
}

/// The keyword of a line, which a `=` may follow, and its values: in quotes or not, up to a comment.
fn words(line: &str) -> Result<Vec<String>, NotKnown> {
    let mut words: Vec<String> = Vec::new();
    let mut chars = line.trim().chars().peekable();
    while let Some(first) = chars.peek().copied() {
        match first {
            ' ' | '\t' => drop(chars.next()),
            '#' => break,
            '=' if words.len() == 1 => {
                chars.next();
                words.push(String::new());
            }
            _ => words.push(word(&mut chars, words.is_empty())?),
        }
    }
    // A `=` stands for itself alone right after the keyword.
    if words.get(1).is_some_and(String::is_empty) {
        words.remove(1);
    }
    Ok(words)
}

fn word(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, is_keyword: bool) -> Result<String, NotKnown> {
    let mut word = String::new();
    let mut quote = None;
    while let Some(c) = chars.next_if(|c| quote.is_some() || !(matches!(c, ' ' | '\t') || is_keyword && *c == '=')) {
        match c {
            _ if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            '\\' if matches!(chars.peek(), Some('"' | '\'' | '\\')) => word.extend(chars.next()),
            _ => word.push(c),
        }
    }
    if quote.is_some() { Err(NotKnown) } else { Ok(word) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{NotKnown, SshSettings, matches, words};
    use std::path::Path;

    fn write(home: &Path, name: &str, text: &str) {
        let path = home.join(".ssh").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Checks which hosts names stand for; `?` where it cannot be told.
    fn check(files: &[(&str, &str)], expected: &[(&str, &str)]) {
        let home = tempfile::tempdir().unwrap();
        files
            .iter()
            .for_each(|(name, text)| write(home.path(), name, &text.replace("HOME", home.path().to_str().unwrap())));
        let settings = SshSettings::read(home.path());
        for (name, host) in expected {
            let found = settings.host(name).unwrap_or_else(|NotKnown| "?".to_owned());
            assert_eq!(found, *host, "{name} of {files:?}");
        }
    }

    #[test]
    fn the_first_name_that_holds_counts_with_patterns_and_capitals() {
        let text = "Host gh-work \"other\" # of work\n User git\n  HostName=GitHub.com\nhost gh-* !gh-no Q?\n hostname = %h.example\n\
                    Host *.corp\nHostName %%%h\nHost Priv\nHostName a.example\n";
        let expected =
            [("gh-work", "github.com"), ("other", "github.com"), ("gh-x", "gh-x.example"), ("gh-no", "gh-no")];
        check(&[("config", text)], &expected);
        check(&[("config", text)], &[("Q1", "q1.example"), ("q1", "q1"), ("a.corp", "%a.corp"), ("corp", "corp")]);
        check(&[("config", text)], &[("Priv", "a.example"), ("priv", "priv"), ("GitHub.com", "github.com")]);
        check(&[], &[("gh", "gh")]);
    }

    #[test]
    fn includes_are_read_where_they_stand_and_hold_within_their_block() {
        let files = [
            (
                "config",
                "Include config.d/* ~/.ssh/more HOME/.ssh/abs?lute none\nHost b\nInclude within\nHost *\nHostName last\n",
            ),
            ("config.d/1", "Host a\nHostName first\nInclude config.d/deep/x*y\n"),
            ("config.d/2", "Host a\nHostName second\nHost two\nHostName two.example\n"),
            ("config.d/.hidden", "Host *\nHostName hidden\n"),
            ("config.d/deep/xy", "Host deep a\nHostName deep.example\n"),
            ("more", "Host more\nHostName more.example\n"),
            ("absolute", "Host abs\nHostName abs.example\n"),
            ("within", "HostName inner\nHost c\nHostName c.example\n"),
        ];
        let expected = [("a", "first"), ("two", "two.example"), ("more", "more.example"), ("abs", "abs.example")];
        check(&files, &expected);
        check(&files, &[("b", "inner"), ("c", "last"), ("deep", "last"), ("z", "last")]);
    }

    #[test]
    fn what_cannot_be_told_is_not_known() {
        let one = |text: &str, expected: &[(&str, &str)]| check(&[("config", text)], expected);
        one("Match all\nHostName all.example\n", &[("a", "all.example")]);
        one("Host a\nHostName a.example\nMatch exec \"x y\"\nHostName b.example\n", &[("a", "a.example"), ("b", "?")]);
        one("Match user git\nIdentityFile ~/k\n", &[("a", "a")]);
        one("Match originalhost x*,!xy user git\nHostName b.example\n", &[("a", "a"), ("x", "?"), ("xy", "xy")]);
        one(
            "Match host x\nHostName b.example\nMatch final all\nHostName c.example\n",
            &[("x", "b.example"), ("y", "?")],
        );
        one("Match user git\nHostName same\nHost *\nHostName same\n", &[("a", "same")]);
        one("Host a\nHostName %n\n", &[("a", "?"), ("b", "b")]);
        one("CanonicalizeHostname yes\n", &[("a", "?"), ("a.example", "a.example")]);
        for text in [
            "Include %d/x",
            "Include ~other/x",
            "Include [ab]",
            "Include //server/x",
            "Host \"a",
            "Host",
            "Include config",
        ] {
            one(text, &[("a", "?")]);
        }
        check(&[("config", "Include big"), ("big", &"#".repeat((1 << 20) + 1))], &[("a", "?")]);
    }

    #[test]
    fn words_and_patterns_are_those_of_ssh() {
        assert_eq!(words("  Host=a \"b c\" d#e '' # f").unwrap(), ["Host", "a", "b c", "d#e", ""]);
        assert_eq!(words("Match exec \"a \\\" b\"").unwrap(), ["Match", "exec", "a \" b"]);
        assert_eq!(words("# Host a").unwrap(), [""; 0]);
        for (pattern, name, expected) in
            [("*a*b", "xaxbxb", true), ("*a*b", "xaxbx", false), ("?", "", false), ("**", "", true), ("a?", "ab", true)]
        {
            assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
