//! `run`, and what `flush` has in common with it.

mod daemon;

use super::args::RunArgs;
use super::consent::{Person as _, Terminal};
use super::output::counted;
use super::{ConsentMissing, Context, Exit, consent, hinted, progress, roots};
use crate::config::PolicyState;
use crate::driver::control::Control;
use crate::driver::gate::Gate;
use crate::driver::run::{Done, Job, Work, run as drive};
use crate::driver::session::replace_damaged;
use crate::driver::ship::Ended;
use crate::driver::signals::Signals;
use crate::driver::status::{explain, help};
use crate::driver::stop::Stop;
use crate::edge::lock::InstanceLock;
use crate::edge::notice;
use anyhow::Context as _;
use daemon::{Absent, Load};
use scrubber::DataClass;
use std::sync::Arc;

/// What `flush` says where there was nothing to deliver.
pub(super) const NOTHING_WAITED: &str = "nothing was waiting to be delivered";

/// Tails, scrubs, spools and ships; with `--once` what is there now; with `--wait` whenever consent allows it.
///
/// # Errors
/// Without consent unless it is waited for, when another instance runs, or when work cannot begin.
pub(super) fn run(load: &Load<'_>, arguments: &RunArgs) -> anyhow::Result<Exit> {
    if arguments.once {
        return once(&load()?);
    }
    let signals = Signals::watch().context("the system gives no threads or timers")?;
    let absent = if arguments.wait { Absent::IsWaitedFor } else { Absent::EndsIt };
    let notify = |notice| {
        // Who looks at a terminal has been told there.
        if !Terminal.is_there() {
            notice::show(notice);
        }
    };
    daemon::run(load, &signals, absent, &daemon::Pace::default(), &notify)
}

fn once(context: &Context) -> anyhow::Result<Exit> {
    // Asked before anything is made: without consent nothing is.
    gate(context)?.terms().map_err(|reason| missing(context, reason))?;
    context.paths.prepare_state_dir()?;
    let _lock = InstanceLock::take(&context.paths.state_dir)?;
    roots::tell_missing(context);
    let bar = progress::spinner("reading and delivering");
    let mut mended = false;
    loop {
        // Of each round its own: a round sets it when it ends.
        let done = round(context, Job::Once, &Arc::new(Stop::default()))?;
        if done.ended == Ended::TermsChanged {
            tracing::info!("other terms of consent hold: starting anew under them");
            continue;
        }
        // A second time it is the disk that fails.
        if done.ended == Ended::SpoolDamaged && !std::mem::replace(&mut mended, true) {
            continue;
        }
        bar.finish_and_clear();
        return finish(context, Job::Once, &done);
    }
}

/// What a command says that met a damaged spool again, or has no time to begin anew.
pub(super) fn damaged() -> anyhow::Error {
    hinted(
        "not everything was delivered: the spool's database was damaged and is set aside",
        "`bcce-agent run` reads again what waited; `bcce-agent doctor` looks at the disk and the spool",
    )
}

/// Says which events stay though all was delivered that may be.
pub(super) fn tell_paused(context: &Context) {
    let paused = Control::of(&context.paths.state_dir).paused();
    if !paused.is_empty() {
        let names = paused.into_iter().map(DataClass::as_str).collect::<Vec<_>>().join(", ");
        context.output.note(format_args!("paused, and not sent: {names} events; `bcce-agent resume` goes on"));
    }
}

pub(super) fn gate(context: &Context) -> anyhow::Result<Gate> {
    let environment = context.environment;
    Ok(Gate::open(&context.paths.state_dir, &context.config, context.text.clone(), environment)?)
}

pub(super) fn missing(context: &Context, reason: pipeline::consent::OffReason) -> anyhow::Error {
    if let PolicyState::Broken(problems) = &context.config.policy {
        return anyhow::Error::from(problems.clone())
            .context("the organisation policy cannot be used: nothing is sent");
    }
    ConsentMissing { reason }.into()
}

pub(super) fn round(context: &Context, job: Job, stop: &Arc<Stop>) -> anyhow::Result<Done> {
    let mut gate = gate(context)?;
    let terms = gate.terms().map_err(|reason| missing(context, reason))?;
    let done = drive(Work { config: &context.config, paths: &context.paths, gate, terms, job, stop })?;
    if done.ended == Ended::SpoolDamaged {
        replace_damaged(&context.config, &context.paths)?;
    }
    Ok(done)
}

/// Whether consent covers what was there before it.
fn covers_all(context: &Context) -> bool {
    gate(context).is_ok_and(|mut gate| gate.terms().is_ok_and(|terms| terms.backfill))
}

pub(super) fn finish(context: &Context, job: Job, done: &Done) -> anyhow::Result<Exit> {
    let (events, bytes) = done.delivered;
    if job != Job::Daemon {
        let read = &done.counts;
        let made = format!("{} read, {} made, ", counted(read.lines, "line"), counted(read.events, "event"));
        let (events_told, bytes_told) = (counted(events, "event"), counted(bytes, "byte"));
        let delivered = format!("{events_told} ({bytes_told}) delivered to {}", context.destination_for_people());
        match job {
            // It reads nothing, and what waits it tells where something keeps it from being delivered.
            Job::Flush if events == 0 && matches!(done.ended, Ended::Delivered) => {
                context.output.line(NOTHING_WAITED)?
            }
            Job::Flush => context.output.line(delivered)?,
            Job::Once | Job::Daemon => context.output.line(format_args!("{made}{delivered}"))?,
        }
        if job == Job::Once && read.lines == 0 && events == 0 && done.report.files > 0 && !covers_all(context) {
            context.output.note(
                "what was written before consent stays out; `bcce-agent consent grant --backfill` would include it",
            );
        }
        for (reason, count) in &read.dropped {
            context.output.note(format_args!("{} dropped: {}", counted(*count, "line"), reason.as_str()));
        }
        for trouble in &done.report.troubles {
            context.output.note(format_args!("cannot read {} ({})", trouble.path.display(), trouble.kind));
        }
    }
    match done.ended {
        Ended::Stopped | Ended::Delivered | Ended::TermsChanged => {
            if job != Job::Daemon {
                tell_paused(context);
            }
            Ok(Exit::Done)
        }
        Ended::GaveUp(trouble) => {
            let what = format!("not everything was delivered: {}; what waits stays in the spool", explain(trouble).0);
            Err(hinted(what, help(trouble, &context.config)))
        }
        Ended::SpoolDamaged => Err(damaged()),
        Ended::SealFails => Err(hinted(
            "not everything was read and delivered: events could not be sealed for the spool",
            "run it again: what was not stored is read again; the lines above tell what failed",
        )),
        Ended::StoreFails => Err(hinted(
            "not everything was read and delivered: the spool has failed for two minutes",
            "make room on the disk of the state folder, or let what waits in a full spool be sent, and run it again; `bcce-agent doctor` looks at both",
        )),
        Ended::DayUsedUp => Err(hinted(
            "not everything was delivered: no more bytes may leave today; what waits stays in the spool".to_owned(),
            "run it again after midnight UTC, or raise `limits.bytes_per_day`",
        )),
        Ended::Off(reason) => {
            context.output.note(format_args!("stopped: {reason}"));
            context.output.note(consent::remedy(reason));
            Ok(if job == Job::Daemon { Exit::Done } else { Exit::ConsentMissing })
        }
    }
}
