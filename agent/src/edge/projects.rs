//! Decides about projects by their folder, their git remotes and their `.bcce-ignore`.
//!
//! Promises: where it cannot be told whether a rule matches (rules about remotes are in force, and the folder is gone or its remotes are
//! not understood; a folder may not be looked into), the answer is not `Ship`. What names no folder counts as of
//! the one that its session, the sessions beside it or the name of their folder tell. Folders are looked at read-only and git is never started.
//! Paths of other systems (`C:\…` on Linux) and of other machines (`\\server\…`) are handled as text only: a transcript
//! must not make this program open connections.

mod named;
mod ruling;

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::{GlobMatcher, GlobSet, GlobSetBuilder};
use pipeline::time::Mono;
use scrubber::{ProjectDecision, Projects, Scopes, Tier};

pub use self::named::{NAMED_WITHIN_BYTES, first_named, named_in, of_file, of_neighbours};
pub use self::ruling::{Because, Ruling};
use super::remotes::{self, Rewrites};
use crate::config::{LetterCase, ProjectRules, glob, is_windows_path};

/// How long an answer holds before folders are looked at again.
const ANSWER_AGE_MAX: Duration = Duration::from_secs(30);
/// A longer name is no folder's: Linux takes 4,096 bytes, macOS 1,024. Each is remembered, here and sealed beside what waits.
pub const FOLDER_BYTES_MAX: usize = 4096;
/// Answers remembered at most; working folders of one user number in the hundreds.
const ANSWERS_MAX: usize = 4096;
/// The file that opts a project out.
const IGNORE_FILE: &str = ".bcce-ignore";

/// The project rules in force, with the answers given so far.
#[derive(Debug)]
pub struct ProjectFolders {
    layers: Vec<Layer>,
    /// Folders in which more findings are let pass than elsewhere, by their number.
    scopes: Vec<GlobMatcher>,
    home: PathBuf,
    rewrites: Rewrites,
    now: Mono,
    answers: HashMap<String, Answer>,
    /// The answer for the folder asked last: nearly every record asks about the same one.
    last: Option<(String, Answer)>,
}

#[derive(Debug, Clone, Copy)]
struct Answer {
    decision: ProjectDecision,
    scopes: Scopes,
    at: Mono,
}

/// The compiled rules of one layer of settings.
#[derive(Debug)]
struct Layer {
    allow: GlobSet,
    deny: GlobSet,
    allow_remotes: GlobSet,
    deny_remotes: GlobSet,
    tiers: Vec<(GlobMatcher, Tier)>,
    /// As written, in the order of the compiled ones.
    written: ProjectRules,
}

/// What could be found out about a folder.
#[derive(Debug, Default)]
struct Facts {
    /// The folder as written and as it really lies, and the git top levels; with slashes.
    folders: Vec<String>,
    /// The folder as it really lies, where it exists; else as written.
    real: String,
    /// `None` where nobody can tell.
    remotes: Option<Vec<String>>,
    /// Where an [`IGNORE_FILE`] lies.
    ignored: Option<PathBuf>,
    /// Something may not be looked into.
    closed: bool,
}

impl ProjectFolders {
    /// Compiles the rules and reads what the user's git and ssh configuration do to the URLs of remotes.
    ///
    /// # Errors
    /// When a glob is not valid, which checked settings rule out.
    pub fn new(rules: &[ProjectRules], home: &Path) -> Result<Self, globset::Error> {
        let layers = rules.iter().map(|rules| Layer::new(rules, home)).collect::<Result<_, _>>()?;
        Ok(Self {
            layers,
            scopes: Vec::new(),
            home: home.to_owned(),
            rewrites: Rewrites::read(home),
            now: Mono::default(),
            answers: HashMap::new(),
            last: None,
        })
    }

    /// Tells folders apart in which more findings are let pass than elsewhere.
    ///
    /// # Errors
    /// When a glob is not valid, which checked settings rule out.
    pub fn with_scopes(mut self, folders: &[String]) -> Result<Self, globset::Error> {
        let matcher = |text: &String| Ok(glob(&expand(text, &self.home), permission_case())?.compile_matcher());
        self.scopes = folders.iter().map(matcher).collect::<Result<_, globset::Error>>()?;
        Ok(self)
    }

    /// Tells the time. Answers older than 30 s are found anew.
    pub fn tick(&mut self, now: Mono) {
        self.now = now;
    }

    /// Decides by how things are at this moment.
    pub fn look_now(&self, cwd: Option<&str>) -> ProjectDecision {
        self.rule(cwd).decision
    }

    /// Decides by how things are at this moment, and says what decided.
    pub fn rule(&self, cwd: Option<&str>) -> Ruling {
        if cwd.is_some_and(|cwd| cwd.len() > FOLDER_BYTES_MAX) {
            return Ruling::new(ProjectDecision::Unknown, Because::NoFolder);
        }
        let Some(folder) = cwd.and_then(normalise) else { return self.unknown() };
        let mut facts = self.look(&folder);
        if let Some(folder) = facts.ignored.take() {
            return Ruling::new(ProjectDecision::Deny, Because::IgnoreFile(folder));
        }
        let layers = || self.layers.iter().enumerate();
        if let Some((layer, (key, glob))) = layers().find_map(|(place, layer)| Some((place, layer.denies(&facts)?))) {
            return Ruling::new(ProjectDecision::Deny, Because::Glob { layer, key, glob: glob.to_owned() });
        }
        if facts.closed {
            return Ruling::new(ProjectDecision::Unknown, Because::Closed);
        }
        if facts.remotes.is_none() && self.layers.iter().any(|layer| !layer.deny_remotes.is_empty()) {
            return Ruling::new(ProjectDecision::Unknown, Because::NoRemotes);
        }
        if let Some((place, layer)) = layers().find(|(_, layer)| !layer.allows(&facts)) {
            let might = facts.remotes.is_none() && !layer.allow_remotes.is_empty();
            return if might {
                Ruling::new(ProjectDecision::Unknown, Because::NoRemotes)
            } else {
                Ruling::new(ProjectDecision::Deny, Because::NotAllowed { layer: place })
            };
        }
        let ceilings = layers().filter_map(|(place, layer)| Some((place, layer.ceiling(&facts)?)));
        match ceilings.min_by_key(|(_, (_, tier))| *tier) {
            None => Ruling::free(),
            Some((layer, (glob, tier))) => {
                let key = "projects.tiers";
                Ruling::new(ProjectDecision::Ship(tier), Because::Glob { layer, key, glob: glob.to_owned() })
            }
        }
    }

    fn is_fresh(&self, answer: Answer) -> bool {
        answer.at.until(self.now) < ANSWER_AGE_MAX
    }

    /// What is let pass in a folder: as with permissions, the folder counts as it really lies.
    fn scopes_of(&self, cwd: &str) -> Scopes {
        if self.scopes.is_empty() {
            return Scopes::default();
        }
        let Some(folder) = normalise(cwd) else { return Scopes::default() };
        let real = self.look(&folder).real;
        let matching = self.scopes.iter().enumerate().filter(|(_, glob)| lies_in(&real, |path| glob.is_match(path)));
        matching.filter_map(|(number, _)| Scopes::project(number)).fold(Scopes::default(), Scopes::or)
    }

    /// Without rules a record without a folder breaks none. Nor is its folder opted out: it would have been found by the name of the one
    /// that its transcript lies in ([`of_neighbours`]).
    fn unknown(&self) -> Ruling {
        if self.layers.is_empty() { Ruling::free() } else { Ruling::new(ProjectDecision::Unknown, Because::NoFolder) }
    }

    fn look(&self, folder: &str) -> Facts {
        let mut facts = Facts { folders: vec![folder.to_owned()], real: folder.to_owned(), ..Facts::default() };
        if !is_on_this_machine(folder) {
            return facts;
        }
        let written = Path::new(folder);
        let mut top = self.climb(written, &mut facts);
        match std::fs::canonicalize(written) {
            Ok(real) => {
                facts.real = slashes(&real);
                if real != written {
                    facts.folders.push(facts.real.clone());
                    top = top.or(self.climb(&real, &mut facts));
                }
                // A folder that exists outside any repository has no remotes.
                facts.remotes = Some(Vec::new());
            }
            Err(error) if is_absence(error.kind()) => {}
            Err(_) => facts.closed = true,
        }
        if let Some(top) = top {
            facts.remotes = remotes::of_repository(&top, &self.rewrites, &self.home);
            facts.folders.push(slashes(&top));
        }
        facts
    }

    /// Walks up to the git top level, or home, and looks for [`IGNORE_FILE`] in each folder.
    fn climb(&self, folder: &Path, facts: &mut Facts) -> Option<PathBuf> {
        let mut exists = |path: PathBuf| match std::fs::symlink_metadata(path) {
            Ok(_) => true,
            Err(error) => {
                facts.closed |= !is_absence(error.kind());
                false
            }
        };
        let mut top = None;
        let mut ignored = None;
        for parent in folder.ancestors() {
            if exists(parent.join(IGNORE_FILE)) && ignored.is_none() {
                ignored = Some(parent.to_owned());
            }
            if exists(parent.join(".git")) {
                top = Some(parent.to_owned());
                break;
            }
            if parent == self.home {
                break;
            }
        }
        facts.ignored = facts.ignored.take().or(ignored);
        top
    }
}

impl Projects for ProjectFolders {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        let Some(cwd) = cwd.filter(|cwd| cwd.len() <= FOLDER_BYTES_MAX) else {
            self.last = None;
            return self.rule(cwd).decision;
        };
        if let Some((folder, answer)) = &self.last
            && folder == cwd
            && self.is_fresh(*answer)
        {
            return answer.decision;
        }
        let answer = match self.answers.get(cwd) {
            Some(answer) if self.is_fresh(*answer) => *answer,
            _ => {
                let answer = Answer { decision: self.look_now(Some(cwd)), scopes: self.scopes_of(cwd), at: self.now };
                if self.answers.len() >= ANSWERS_MAX {
                    self.answers.clear();
                }
                self.answers.insert(cwd.to_owned(), answer);
                answer
            }
        };
        self.last = Some((cwd.to_owned(), answer));
        answer.decision
    }

    fn scopes(&self) -> Scopes {
        self.last.as_ref().map_or(Scopes::default(), |(_, answer)| answer.scopes)
    }
}

impl Layer {
    fn new(rules: &ProjectRules, home: &Path) -> Result<Self, globset::Error> {
        let folders = |globs: &[String], case| set(globs.iter().map(|text| expand(text, home)), case);
        let tiers = rules.tiers.iter();
        let tiers =
            tiers.map(|(text, tier)| Ok((glob(&expand(text, home), LetterCase::Ignored)?.compile_matcher(), *tier)));
        Ok(Self {
            allow: folders(&rules.allow, permission_case())?,
            deny: folders(&rules.deny, LetterCase::Ignored)?,
            allow_remotes: set(rules.allow_remotes.iter().cloned(), LetterCase::Ignored)?,
            deny_remotes: set(rules.deny_remotes.iter().cloned(), LetterCase::Ignored)?,
            tiers: tiers.collect::<Result<_, globset::Error>>()?,
            written: rules.clone(),
        })
    }

    /// The setting and the glob that deny a project.
    fn denies<'a>(&'a self, facts: &Facts) -> Option<(&'static str, &'a str)> {
        let first = |set: &GlobSet, paths: &[String]| {
            paths.iter().find_map(|path| above(path, |path| set.matches(path).first().copied()))
        };
        let remotes = facts.remotes.as_deref().unwrap_or_default();
        let written = |globs: &'a [String], place: usize| globs.get(place).map_or("", String::as_str);
        if let Some(place) = first(&self.deny, &facts.folders) {
            return Some(("projects.deny", written(&self.written.deny, place)));
        }
        let place = first(&self.deny_remotes, remotes)?;
        Some(("projects.deny_remotes", written(&self.written.deny_remotes, place)))
    }

    /// The lowest ceiling of a project, and its glob.
    fn ceiling<'a>(&'a self, facts: &Facts) -> Option<(&'a str, Tier)> {
        let tiers = self.tiers.iter().zip(&self.written.tiers);
        let matching =
            tiers.filter(|((glob, _), _)| facts.folders.iter().any(|path| lies_in(path, |p| glob.is_match(p))));
        matching.map(|(_, (written, tier))| (written.as_str(), *tier)).min_by_key(|(_, tier)| *tier)
    }

    fn allows(&self, facts: &Facts) -> bool {
        let remotes = facts.remotes.as_deref().unwrap_or_default();
        (self.allow.is_empty() && self.allow_remotes.is_empty())
            || lies_in(&facts.real, |path| self.allow.is_match(path))
            || remotes.iter().any(|remote| lies_in(remote, |path| self.allow_remotes.is_match(path)))
    }
}

/// Where capitals may make a difference, a denial reaches further and a permission less far.
fn permission_case() -> LetterCase {
    if cfg!(any(windows, target_os = "macos")) { LetterCase::Ignored } else { LetterCase::Counts }
}

/// A folder glob with the home folder in place of `~`.
fn expand(text: &str, home: &Path) -> String {
    match text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\")) {
        Some(rest) => format!("{}/{rest}", globset::escape(&slashes(home))),
        None => text.to_owned(),
    }
}

fn set(globs: impl Iterator<Item = String>, case: LetterCase) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for text in globs {
        builder.add(glob(&text, case)?);
    }
    builder.build()
}

/// Says whether a path or one of its parents matches: a rule about a folder holds for everything beneath it.
fn lies_in(path: &str, matches: impl Fn(&str) -> bool) -> bool {
    above(path, |path| matches(path).then_some(())).is_some()
}

/// What is found for a path, else for the nearest of its parents.
fn above<T>(path: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut rest = path;
    loop {
        if let Some(found) = find(rest) {
            return Some(found);
        }
        match rest.rsplit_once('/') {
            Some((parent, _)) if !parent.is_empty() => rest = parent,
            _ => return None,
        }
    }
}

/// Brings a folder as a record names it into one form: slashes, no `.` or `..`, no slash at the end. `None` when it is
/// not absolute.
fn normalise(cwd: &str) -> Option<String> {
    let windows = is_windows_path(cwd);
    let slashed = if windows { cwd.replace('\\', "/") } else { cwd.to_owned() };
    // Verbatim paths (`\\?\C:\…`) mean the same folder.
    let slashed = slashed.strip_prefix("//?/").unwrap_or(&slashed);
    let server = slashed.starts_with("//");
    if !(windows || slashed.starts_with('/')) || slashed.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in slashed.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let root = match (server, windows) {
        (true, _) => "//",
        (false, true) => "",
        (false, false) => "/",
    };
    Some(format!("{root}{}", parts.join("/")))
}

/// Whether a normalised path can be looked at without leaving this machine.
fn is_on_this_machine(folder: &str) -> bool {
    if cfg!(windows) {
        is_windows_path(&format!("{folder}/")) && !folder.starts_with("//")
    } else {
        folder.starts_with('/') && !folder.starts_with("//")
    }
}

/// A path of this machine as the rules see it.
fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        let text = text.replace('\\', "/");
        return text.strip_prefix("//?/").unwrap_or(&text).to_owned();
    }
    text.into_owned()
}

pub(super) fn is_absence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
#[path = "projects_tests.rs"]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
