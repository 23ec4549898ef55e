//! `preview` on a terminal.

use super::sessions::{Listed, Part, sessions};
use super::{Context, Exit, detectors, hinted, no_session};
use crate::cli::output::printable;
use crate::driver::session::fingerprint_of;
use crate::edge::key::KeyFile;
use crate::edge::{clock, host::Host};
use crate::filter::projects::{PreviewProjects, Reach};
use crate::viewer::load::Loader;
use crate::viewer::state::{Miss, Session, Viewer};
use crate::viewer::terminal;
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use scrubber::Tier;
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Sessions and subagents in the list; older ones can be named as files.
const SESSIONS_MAX: usize = 500;
/// Notes of what was missed, one JSON object a line.
pub(super) const NOTES: &str = "misses.jsonl";
/// Bytes of notes at most: some thousands.
const NOTES_BYTES_MAX: u64 = 512 * 1024;

/// Shows files, or the sessions of the roots, until the user leaves.
///
/// # Errors
/// When there is no session, or the terminal cannot be used.
pub(super) fn run(context: &Context, tier: Tier, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let (listed, reach) = if files.is_empty() {
        (rows(sessions(&context.paths.roots)), Reach::AsSent)
    } else {
        (files.iter().map(|path| named(path)).collect::<anyhow::Result<_>>()?, Reach::AsAsked)
    };
    if listed.is_empty() {
        return Err(no_session());
    }
    let host = Host::read(&context.paths.home);
    // Put together once, so that trouble with it is told before the screen is taken.
    let rules = detectors::engine(context, &host)?.rules().iter().map(|rule| rule.id.to_string()).collect();
    let make = |tier| detectors::policy(context, &host, tier).map_err(io::Error::other);
    let projects = PreviewProjects::new(&context.config, &context.paths.home, reach)?;
    let line_bytes_max = usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX);
    let (sessions, paths): (Vec<Session>, Vec<PathBuf>) = listed.into_iter().unzip();
    let mut loader = Loader::new(paths.clone(), line_bytes_max, projects, clock::wall().0, Box::new(make));
    let (mut viewer, first) = Viewer::new(sessions, tier, rules);
    let mut note = |miss: &Miss| {
        let Some(path) = paths.get(miss.session) else { return "not noted".to_owned() };
        match keep(context, path, miss) {
            Ok(file) => format!("noted in {}: rule and position, no text", file.display()),
            Err(error) => format!("cannot note it: {error}"),
        }
    };
    terminal::run(&mut viewer, first, &mut loader, &mut note, context.output.may_colour())
        .context("cannot use the terminal; --plain needs none")?;
    detectors::tell_unread(context);
    Ok(Exit::Done)
}

/// A file that was named, by the folder it lies in.
fn named(path: &Path) -> anyhow::Result<(Session, PathBuf)> {
    let modified = fs::metadata(path).and_then(|facts| facts.modified());
    let modified = modified.with_context(|| format!("cannot open {}", path.display()))?;
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let project = folder.rsplit('-').next().unwrap_or_default();
    Ok((entry(format!("{} {}", time(modified), printable(project)), path), path.to_owned()))
}

/// The rows of the list: each session, and beneath it its subagents.
fn rows(sessions: Vec<Listed>) -> Vec<(Session, PathBuf)> {
    let mut rows = Vec::new();
    for listed in sessions {
        let time_and = |what: &str| format!("{} {}", time(listed.modified), printable(what));
        let name = match listed.part {
            Part::Session => time_and(&listed.project),
            Part::Subagent => time_and(&format!("subagent, {}", listed.project)),
        };
        rows.push((entry(name, &listed.path), listed.path));
        for subagent in listed.subagents {
            let name = format!("  subagent {}", time(subagent.modified));
            rows.push((entry(name, &subagent.path), subagent.path));
        }
    }
    rows.truncate(SESSIONS_MAX);
    rows
}

fn time(modified: SystemTime) -> String {
    let time = Timestamp::try_from(modified);
    time.map_or_else(|_| String::new(), |time| TimeZone::system().to_datetime(time).strftime("%d %b %H:%M").to_string())
}

fn entry(name: String, path: &Path) -> Session {
    Session { name, bytes: fs::metadata(path).map_or(0, |facts| facts.len()) }
}

/// Appends a note to a file of the state folder. The session stands in it as a hash of its place under the installation's key,
/// or not at all while there is none, and no text.
fn keep(context: &Context, session: &Path, miss: &Miss) -> anyhow::Result<PathBuf> {
    let file = context.state_dir()?.join(NOTES);
    if fs::metadata(&file).is_ok_and(|facts| facts.len() > NOTES_BYTES_MAX) {
        return Err(hinted("there are too many notes", "`bcce-agent purge` deletes them"));
    }
    let keys = KeyFile::new(&context.paths.state_dir).load().context("the key cannot be read")?;
    let hash = keys.map(|keys| {
        let hash = fingerprint_of(&keys).path(session.as_os_str().as_encoded_bytes()).0;
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
    });
    let Miss { rule, line, offset, row, .. } = miss;
    let note = json!({ "time_ms": clock::wall().0, "session": hash, "rule": rule, "line": line, "offset": offset, "row": row });
    let mut notes = OpenOptions::new().create(true).append(true).open(&file).context("the file cannot be opened")?;
    writeln!(notes, "{note}").context("the file cannot be written")?;
    Ok(file)
}

#[cfg(test)]
#[path = "screen_tests.rs"]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
