//! Reads git's configuration files, without starting git: a program named in a repository's own settings must never run.
//!
//! Syntax as in <https://git-scm.com/docs/git-config#_syntax> (checked 2026-11). What does not parse is passed over: a line that git
//! refuses gives no value.

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
pub(super) fn read(files: &[PathBuf], home: &Path) -> Vec<Variable> {
    let mut variables = Vec::new();
    let mut queue: VecDeque<PathBuf> = files.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    while let Some(file) = queue.pop_front() {
        if seen.len() >= FILES_MAX || !seen.insert(file.clone()) {
            continue;
        }
        let Some(text) = small_file(&file) else { continue };
        for variable in parse(&text) {
            if is_include(&variable) && (is_elsewhere(&file) || !leads_elsewhere(&variable)) {
                queue.push_back(resolve(&variable.value, &file, home));
            } else {
                variables.push(variable);
            }
        }
    }
    variables
}

fn is_include(variable: &Variable) -> bool {
    matches!(variable.section.as_str(), "include" | "includeif") && variable.name == "path"
}

/// Whether a variable includes a file of another machine, which is not read where the including file is of this one.
pub(super) fn leads_elsewhere(variable: &Variable) -> bool {
    is_include(variable) && is_elsewhere(Path::new(&variable.value))
}

/// Whether a path names another machine, as those with two slashes at the front do on Windows. Those of a drive in its long form
/// (`\\?\C:\`) do not.
pub(super) fn is_elsewhere(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_slash = |at: usize| matches!(bytes.get(at), Some(b'/' | b'\\'));
    let verbatim_drive = bytes.get(2) == Some(&b'?') && bytes.get(5) == Some(&b':');
    is_slash(0) && is_slash(1) && !verbatim_drive
}

/// A small ordinary file as text; `None` for anything else.
pub(super) fn small_file(path: &Path) -> Option<String> {
    let small = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= FILE_BYTES_MAX);
    let bytes = small.then(|| std::fs::read(path).ok()).flatten()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path of an include: under the home folder with `~/`, else relative to the file that names it.
fn resolve(path: &str, from: &Path, home: &Path) -> PathBuf {
    match path.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => from.parent().unwrap_or(home).join(path),
    }
}

/// Reads all variables in order.
pub(super) fn parse(text: &str) -> Vec<Variable> {
    let mut variables = Vec::new();
    let (mut section, mut subsection) = (String::new(), String::new());
    let text = text.replace("\r\n", "\n");
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(first) = chars.next() {
        match first {
            '\n' | ' ' | '\t' => {}
            '#' | ';' => skip_line(&mut chars),
            '[' => (section, subsection) = header(&mut chars),
            _ => {
                let mut name = String::from(first);
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '-') {
                    name.push(c);
                }
                while chars.next_if(|c| *c == ' ' || *c == '\t').is_some() {}
                if chars.next_if_eq(&'=').is_none() {
                    // A name alone means true; nothing that is looked for here is a switch.
                    skip_line(&mut chars);
                    continue;
                }
                let (section, subsection) = (section.clone(), subsection.clone());
                let name = name.to_ascii_lowercase();
                variables.push(Variable { section, subsection, name, value: value(&mut chars) });
            }
        }
    }
    variables
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn skip_line(chars: &mut Chars<'_>) {
    while chars.next_if(|c| *c != '\n').is_some() {}
}

/// Reads `section]`, `section "subsection"]` or the old `section.subsection]`.
fn header(chars: &mut Chars<'_>) -> (String, String) {
    let (mut section, mut subsection) = (String::new(), String::new());
    while let Some(c) = chars.next_if(|c| *c != '\n') {
        match c {
            ']' => break,
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
    if let Some((before, after)) = section.split_once('.').map(|(before, after)| (before.to_owned(), after.to_owned()))
    {
        return (before, after);
    }
    (section, subsection)
}

/// Reads the value up to the end of its line: quotes, escapes, comments, lines that go on after a backslash.
fn value(chars: &mut Chars<'_>) -> String {
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
                    Some(other) => value.push(other),
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
        let read: Vec<String> =
            parse(text).into_iter().map(|v| format!("{}|{}|{}={}", v.section, v.subsection, v.name, v.value)).collect();
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
    fn no_input_panics() {
        for text in ["[", "[a \"", "[a \"\\", "a=\\", "a=\"", "=", "\\", "[a.b.c]\nd=\\b", "é = ü"] {
            let _ = parse(text);
        }
    }
}
