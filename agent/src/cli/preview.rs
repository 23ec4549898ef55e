//! `preview`: the original beside what would leave.

pub(super) mod example;
mod screen;
mod sessions;

pub(super) use self::sessions::newest;
use super::args::PreviewArgs;
use super::output::printable;
use super::{Context, Exit, consent, detectors, hinted, roots};
use crate::edge::{clock, host::Host};
use crate::filter::preview::{Layout, Summary, preview};
use crate::filter::projects::{PreviewProjects, Reach};
use anyhow::Context as _;
use scrubber::{Policy, Tier};
use std::fs::File;
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// Columns where the terminal does not tell.
const WIDTH_DEFAULT: usize = 160;

/// Previews files, or sessions of the roots: on a terminal as a UI, else as text.
///
/// # Errors
/// When a file cannot be read, or there is none.
pub(super) fn run(context: &Context, arguments: &PreviewArgs) -> anyhow::Result<Exit> {
    if arguments.files.is_empty() {
        consent::may_look(context)?;
        roots::tell(context);
    }
    let tier = arguments.tier.unwrap_or_else(|| tier_in_force(context));
    if !arguments.plain && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return screen::run(context, tier, &arguments.files);
    }
    let (files, reach) = if arguments.files.is_empty() {
        (newest(&context.paths.roots)?.files(), Reach::AsSent)
    } else {
        (arguments.files.clone(), Reach::AsAsked)
    };
    let host = Host::read(&context.paths.home);
    let policy = detectors::policy(context, &host, tier)?;
    show(context, &policy, (tier, reach), &files, Layout::Plain)
}

/// Shows files as they would leave under a policy for a tier, and what project rules say against it.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn show(
    context: &Context,
    policy: &Policy,
    (tier, reach): (Tier, Reach),
    files: &[PathBuf],
    layout: Layout,
) -> anyhow::Result<Exit> {
    let mut summary = Summary::new(tier, PreviewProjects::new(&context.config, &context.paths.home, reach)?);
    let line_bytes_max = usize::try_from(context.config.limits.line_bytes_max).unwrap_or(usize::MAX);
    let mut output = context.output.result();
    for path in files {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        if files.len() > 1 {
            writeln!(output, "file: {}", printable(&name.to_string()))?;
        }
        let now = clock::wall().0;
        summary.begin(path);
        preview(policy, file, line_bytes_max, now, layout, &mut summary, &mut **output)
            .with_context(|| format!("cannot preview {name}"))?;
    }
    summary.print(&mut **output)?;
    drop(output);
    detectors::tell_unread(context);
    Ok(Exit::Done)
}

fn no_session() -> anyhow::Error {
    hinted(
        "there is no session of Claude Code to preview",
        "name a file, or Claude Code's folder with --root; `bcce-agent demo` shows made-up sessions",
    )
}

/// Where notes of what was missed are kept.
pub(super) fn notes(context: &Context) -> PathBuf {
    context.paths.state_dir.join(screen::NOTES)
}

/// Deletes the notes of what was missed.
///
/// # Errors
/// When the file is there and cannot be deleted.
pub(super) fn forget_notes(context: &Context) -> anyhow::Result<()> {
    match std::fs::remove_file(notes(context)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("cannot delete the notes of what was missed")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The tier that `run` would use, else the narrowest.
pub(super) fn tier_in_force(context: &Context) -> Tier {
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
