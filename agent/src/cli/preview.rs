//! `preview`: the original beside what would leave.

mod screen;

use super::args::PreviewArgs;
use super::{Context, Exit, consent, detectors, hinted};
use crate::edge::{clock, host::Host};
use crate::filter::preview::{Layout, Summary, preview};
use crate::filter::scrub::EveryProject;
use anyhow::Context as _;
use scrubber::{Policy, Tier};
use std::fs::File;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Columns where the terminal does not tell.
const WIDTH_DEFAULT: usize = 160;

/// Previews files, or sessions of the roots: on a terminal as a UI, else as text.
///
/// # Errors
/// When a file cannot be read, or there is none.
pub(super) fn run(context: &Context, arguments: &PreviewArgs) -> anyhow::Result<Exit> {
    if arguments.files.is_empty() {
        consent::may_look(context)?;
    }
    let tier = arguments.tier.unwrap_or_else(|| tier_in_force(context));
    if !arguments.plain && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return screen::run(context, tier, &arguments.files);
    }
    let files = if arguments.files.is_empty() { vec![newest(&context.paths.roots)?] } else { arguments.files.clone() };
    let host = Host::read(&context.paths.home);
    let policy = detectors::policy(context, &host, tier)?;
    show(context, &policy, tier, &files, Layout::Plain)
}

/// Shows files as they would leave under a policy for a tier.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn show(
    context: &Context,
    policy: &Policy,
    tier: Tier,
    files: &[PathBuf],
    layout: Layout,
) -> anyhow::Result<Exit> {
    let mut summary = Summary::default();
    summary.projects = EveryProject::of(&context.config, &context.paths.home)?;
    let line_bytes_max = usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX);
    let mut output = context.output.result();
    for path in files {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        let now = clock::wall().0;
        preview(policy, file, line_bytes_max, now, layout, &mut summary, &mut **output)
            .with_context(|| format!("cannot preview {name}"))?;
    }
    summary.print(tier, &mut **output)?;
    drop(output);
    detectors::tell_unread(context);
    Ok(Exit::Done)
}

/// The newest session of the roots, for those who name no file.
///
/// # Errors
/// When there is none.
pub(super) fn newest(roots: &[PathBuf]) -> anyhow::Result<PathBuf> {
    sessions(roots).into_iter().next().map(|(_, path)| path).ok_or_else(no_session)
}

fn no_session() -> anyhow::Error {
    hinted(
        "there is no session of Claude Code to preview",
        "name a file, or Claude Code's folder with --root; `bcce-agent demo` shows made-up sessions",
    )
}

/// All sessions of the roots with the time of their last change, newest first.
fn sessions(roots: &[PathBuf]) -> Vec<(SystemTime, PathBuf)> {
    let mut found = Vec::new();
    for root in roots {
        look(&root.join("projects"), 0, &mut found);
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

fn look(folder: &Path, depth: usize, found: &mut Vec<(SystemTime, PathBuf)>) {
    // Sessions lie one folder below `projects`; subagents' files deeper are not whole sessions.
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        if kind.is_dir() && depth == 0 {
            look(&path, depth + 1, found);
        } else if kind.is_file() && depth == 1 && path.extension().is_some_and(|end| end == "jsonl") {
            let Some(modified) = entry.metadata().ok().and_then(|metadata| metadata.modified().ok()) else { continue };
            found.push((modified, path));
        }
    }
}

/// Deletes the notes of what was missed.
///
/// # Errors
/// When the file is there and cannot be deleted.
pub(super) fn forget_notes(context: &Context) -> anyhow::Result<()> {
    match std::fs::remove_file(context.paths.state_dir.join(screen::NOTES)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("cannot delete the notes of what was missed")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The tier that `run` would use, else the narrowest.
fn tier_in_force(context: &Context) -> Tier {
    let ledger = crate::edge::ledger::LedgerFile::open(&context.paths.state_dir);
    let tier = ledger.ok().and_then(|file| match file.ledger().stand(&context.circumstances()).mode {
        pipeline::consent::Mode::Send(tier) => Some(tier),
        pipeline::consent::Mode::Off | pipeline::consent::Mode::Local => None,
    });
    tier.unwrap_or(Tier::Metrics)
}

pub(super) fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or_else(terminal_width).clamp(60, 400)
}

fn terminal_width() -> usize {
    let (_, columns) = console::Term::stdout().size_checked().unwrap_or((0, 0));
    if columns == 0 { WIDTH_DEFAULT } else { columns.into() }
}
