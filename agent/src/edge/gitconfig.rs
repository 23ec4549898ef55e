//! Reads git's configuration files, without starting git: a program named in a repository's own settings must never run.
//!
//! Syntax as in <https://git-scm.com/docs/git-config#_syntax> (checked 2026-11). What does not parse is passed over, as is a file that
//! cannot be read, and told: who must know all of it looks at [`Variables::whole`].

use super::projects::is_absence;
use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Files read at most, includes among them.
const FILES_MAX: usize = 32;
/// A longer file is not a person's configuration.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// One `name = value` of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// Lower case.
    pub(super) section: String,
    /// As written, empty where there is none.
    pub(super) subsection: String,
    /// Lower case.
    pub(super) name: String,
    /// Without quotes and comments.
    pub(super) value: String,
}

/// What files hold.
#[derive(Debug)]
pub(super) struct Variables {
    /// In their order.
    pub(super) all: Vec<Variable>,
    /// Whether nothing was there that could not be read or understood.
    pub(super) whole: bool,
}

/// Something is there and cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotKnown;

/// The system-wide and the user's configuration files, in git's order.
pub(super) fn user_files(home: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let mut files = vec![PathBuf::from("/etc/gitconfig"), PathBuf::from("/opt/homebrew/etc/gitconfig")];
    files.extend(folder("GIT_CONFIG_SYSTEM"));
    files.extend(folder("ProgramData").map(|folder| folder.join("Git").join("config")));
    files.extend(folder("ProgramFiles").map(|folder| folder.join("Git").join("etc").join("gitconfig")));
    let xdg = folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    files.push(xdg.join("git").join("config"));
    files.push(home.join(".gitconfig"));
    files.extend(folder("GIT_CONFIG_GLOBAL"));
    files
}

/// Reads the files and what they include on this machine. Conditions of includes are passed over: who one is in one folder must not show in
/// another either.
pub(super) fn read(files: &[PathBuf], home: &Path) -> Variables {
    let mut found = Variables { all: Vec::new(), whole: true };
    let mut queue: VecDeque<PathBuf> = files.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    while let Some(file) = queue.pop_front() {
        if seen.contains(&file) {
            continue;
        }
        if seen.len() >= FILES_MAX {
            found.whole = false;
            break;
        }
        let text = small_file(&file);
        found.whole &= text.is_ok();
        let read = parse(&text.ok().flatten().unwrap_or_default());
        found.whole &= read.whole;
        for variable in read.all {
            if !is_include(&variable) {
                found.all.push(variable);
                continue;
            }
            match resolve(&variable.value, &file, home) {
                Some(path) if is_elsewhere(&file) || !is_elsewhere(&path) => queue.push_back(path),
                _ => found.whole = false,
            }
        }
        seen.insert(file);
    }
    found
}

fn is_include(variable: &Variable) -> bool {
    matches!(variable.section.as_str(), "include" | "includeif") && variable.name == "path"
}

/// Whether a path names another machine, as those with two slashes at the front do on Windows. Those of a drive in its long form
/// (`\\?\C:\`) do not.
pub(super) fn is_elsewhere(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_slash = |at: usize| matches!(bytes.get(at), Some(b'/' | b'\\'));
    let verbatim_drive = bytes.get(2) == Some(&b'?') && bytes.get(5) == Some(&b':');
    is_slash(0) && is_slash(1) && !verbatim_drive
}

/// A small ordinary file as text; nothing where there is none.
///
/// # Errors
/// When something is there that is larger, no ordinary file, or cannot be read.
pub(super) fn small_file(path: &Path) -> Result<Option<String>, NotKnown> {
    let is_none = path == Path::new("/dev/null") || path.as_os_str().eq_ignore_ascii_case("nul");
    let facts = match std::fs::metadata(path) {
        _ if is_none => return Ok(None),
        Ok(facts) => facts,
        Err(error) if is_absence(error.kind()) => return Ok(None),
        Err(_) => return Err(NotKnown),
    };
    if !facts.is_file() || facts.len() > FILE_BYTES_MAX {
        return Err(NotKnown);
    }
    let bytes = std::fs::read(path).map_err(|_| NotKnown)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A path of an include: under the home folder with `~/`, else relative to the file that names it. `None` for another user's folder and
/// that of git itself.
fn resolve(path: &str, from: &Path, home: &Path) -> Option<PathBuf> {
    match path.strip_prefix("~/") {
        Some(rest) => Some(home.join(rest)),
        None if path.starts_with(['~', '%']) => None,
        None => Some(from.parent().unwrap_or(home).join(path)),
    }
}

/// Reads all variables in order.
pub(super) fn parse(text: &str) -> Variables {
    let mut found = Variables { all: Vec::new(), whole: true };
    let (mut section, mut subsection) = (String::new(), String::new());
    let text = text.replace("\r\n", "\n");
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(first) = chars.next() {
        match first {
            '\n' | ' ' | '\t' | '\r' => {}
            '#' | ';' => skip_line(&mut chars),
            '[' => (section, subsection) = header(&mut chars, &mut found.whole),
            _ => {
                found.whole &= first.is_ascii_alphabetic();
                let mut name = String::from(first);
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '-') {
                    name.push(c);
                }
                while chars.next_if(|c| *c == ' ' || *c == '\t').is_some() {}
                if chars.next_if_eq(&'=').is_none() {
                    // A name alone means true; nothing that is looked for here is a switch.
                    found.whole &= chars.peek().is_none_or(|c| *c == '\n');
                    skip_line(&mut chars);
                    continue;
                }
                let (section, subsection) = (section.clone(), subsection.clone());
                let (name, value) = (name.to_ascii_lowercase(), value(&mut chars, &mut found.whole));
                found.all.push(Variable { section, subsection, name, value });
            }
        }
    }
    found
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn skip_line(chars: &mut Chars<'_>) {
    while chars.next_if(|c| *c != '\n').is_some() {}
}

/// Reads `section]`, `section "subsection"]` or the old `section.subsection]`; says where it is none.
fn header(chars: &mut Chars<'_>, whole: &mut bool) -> (String, String) {
    let (mut section, mut subsection) = (String::new(), String::new());
    let mut is_open = true;
    while let Some(c) = chars.next_if(|c| *c != '\n') {
        match c {
            ']' => {
                is_open = false;
                break;
            }
            '"' => {
                while let Some(c) = chars.next_if(|c| *c != '\n') {
                    match c {
                        '"' => break,
                        '\\' => subsection.extend(chars.next()),
                        _ => subsection.push(c),
                    }
                }
            }
            ' ' | '\t' => {}
            _ => section.push(c.to_ascii_lowercase()),
        }
    }
    *whole &= !is_open;
    if let Some((before, after)) = section.split_once('.').map(|(before, after)| (before.to_owned(), after.to_owned()))
    {
        return (before, after);
    }
    (section, subsection)
}

/// Reads the value up to the end of its line: quotes, escapes, comments, lines that go on after a backslash. Says where git refuses it.
fn value(chars: &mut Chars<'_>, whole: &mut bool) -> String {
    let mut value = String::new();
    let mut quoted = false;
    // Blanks count only when something follows, be it within quotes.
    let mut kept = 0;
    while let Some(c) = chars.next() {
        match c {
            '\n' => break,
            '"' => {
                quoted = !quoted;
                kept = value.len();
            }
            '\\' => {
                match chars.next() {
                    Some('\n') | None => continue,
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some('b') => drop(value.pop()),
                    Some(other) => {
                        *whole &= matches!(other, '"' | '\\');
                        value.push(other);
                    }
                }
                kept = value.len();
            }
            '#' | ';' if !quoted => {
                skip_line(chars);
                break;
            }
            ' ' | '\t' if !quoted => {
                if !value.is_empty() {
                    value.push(c);
                }
            }
            _ => {
                value.push(c);
                kept = value.len();
            }
        }
    }
    *whole &= !quoted;
    value.truncate(kept);
    value
}

#[cfg(test)]
mod tests {
    use super::{parse, user_files};
    use std::path::PathBuf;

    #[test]
    fn the_places_of_git_configuration_follow_the_environment() {
        let files = user_files("/h".as_ref(), |name| (name == "XDG_CONFIG_HOME").then(|| "/x".into()));
        assert!(files.contains(&PathBuf::from("/x/git/config")));
        assert!(files.contains(&PathBuf::from("/h/.gitconfig")));
    }

    #[test]
    fn sections_quotes_comments_and_long_lines_are_read_as_git_reads_them() {
        let text = concat!(
            "\u{feff}; comment\n[User]\n\tName = \"Ada  L\" ; note\n\temail=ada@example.com#x\r\n",
            "[remote \"or\\\"igin\"] url = git@example.com:a/b.git\n[branch.Main] merge = a \\\n b\n",
            "[core]\nbare\n\tx = a\\tb \\\\ \"#\"  \n[broken\nname = z\n",
        );
        let variables = parse(text).all.into_iter();
        let read: Vec<String> =
            variables.map(|v| format!("{}|{}|{}={}", v.section, v.subsection, v.name, v.value)).collect();
        let expected = [
            "user||name=Ada  L",
            "user||email=ada@example.com",
            "remote|or\"igin|url=git@example.com:a/b.git",
            "branch|main|merge=a  b",
            "core||x=a\tb \\ #",
            "broken||name=z",
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn what_git_refuses_is_told() {
        for text in
            ["[a]\nb\nc = d # e\n", "[a \"b\"]\nc = \"d # e\" ; f\n", "", "\u{feff}[a.b]\r\nc = \\\\ \\\n d\r\n"]
        {
            assert!(parse(text).whole, "{text}");
        }
        for text in ["[a\nb = c\n", "[a]\n7 = b\n", "[a]\nb c\n", "[a]\nb = \"c\n", "[a]\nb = \\x\n", "<<<<<<< ours\n"]
        {
            assert!(!parse(text).whole, "{text}");
        }
    }

    #[test]
    fn no_input_panics() {
        for text in ["[", "[a \"", "[a \"\\", "a=\\", "a=\"", "=", "\\", "[a.b.c]\nd=\\b", "é = ü"] {
            let _ = parse(text);
        }
    }
}
