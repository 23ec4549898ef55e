//! `run` and `flush`.

use super::args::RunArgs;
use super::{ConsentMissing, Context, Exit, consent, hinted};
use crate::config::PolicyState;
use crate::driver::control::Control;
use crate::driver::gate::Gate;
use crate::driver::run::{Done, Job, Work, run as drive};
use crate::driver::ship::Ended;
use crate::driver::signals::Signals;
use crate::driver::status::explain;
use crate::driver::stop::Stop;
use crate::edge::clock;
use crate::edge::lock::{InstanceLock, LockError};
use crate::edge::store::Store;
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;
use std::time::Duration;

/// How long `run --wait` lets pass before it asks for consent and settings again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Tails, scrubs, spools and ships; with `--once` what is there now; with `--wait` whenever consent allows it.
///
/// # Errors
/// Without consent unless it is waited for, when another instance runs, or when work cannot begin.
pub(super) fn run(load: &dyn Fn() -> anyhow::Result<Context>, arguments: &RunArgs) -> anyhow::Result<Exit> {
    if !arguments.wait {
        return begin(&load()?, if arguments.once { Job::Once } else { Job::Daemon });
    }
    let signals = Signals::watch().context("the system gives no threads or timers")?;
    let mut told = None;
    loop {
        // Read anew each time: a policy may have changed, too. Nothing is made or read besides settings and ledger.
        let context = load()?;
        let reason = gate(&context)?.terms().err();
        if reason.is_none() {
            context.paths.prepare_state_dir()?;
            let _lock = InstanceLock::take(&context.paths.state_dir)?;
            let done = once(&context, Job::Daemon, &signals.stop_of_a_run())?;
            if let Ended::Stopped | Ended::Delivered | Ended::GaveUp(_) = done.ended {
                return finish(&context, Job::Daemon, &done);
            }
        } else if reason != told {
            let reason = reason.map(|reason| reason.to_string()).unwrap_or_default();
            context.output.note(format_args!("waiting, and reading nothing: {reason}"));
        }
        told = reason;
        if signals.wait(if reason.is_none() { Duration::ZERO } else { LOOK_AGAIN })? {
            return Ok(Exit::Done);
        }
    }
}

fn begin(context: &Context, job: Job) -> anyhow::Result<Exit> {
    // Asked before anything is made: without consent nothing is.
    gate(context)?.terms().map_err(|reason| missing(context, reason))?;
    context.paths.prepare_state_dir()?;
    let _lock = InstanceLock::take(&context.paths.state_dir)?;
    let bar = (job == Job::Once).then(|| spinner("reading and delivering"));
    loop {
        // Of each round its own: a round sets it when it ends.
        let done = once(context, job, &Arc::new(Stop::default()))?;
        if done.ended == Ended::TermsChanged {
            tracing::info!("other terms of consent hold: starting anew under them");
            continue;
        }
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        return finish(context, job, &done);
    }
}

/// Delivers what waits: asks the running agent to, or does it here.
///
/// # Errors
/// Without consent, or when work cannot begin.
pub(super) fn flush(context: &Context) -> anyhow::Result<Exit> {
    gate(context)?.terms().map_err(|reason| missing(context, reason))?;
    context.paths.prepare_state_dir()?;
    match InstanceLock::take(&context.paths.state_dir) {
        Ok(_lock) => {
            let bar = spinner("delivering");
            let done = once(context, Job::Flush, &Arc::new(Stop::default()))?;
            bar.finish_and_clear();
            finish(context, Job::Flush, &done)
        }
        Err(LockError::Held { .. }) => flush_there(context),
        Err(error) => Err(error.into()),
    }
}

/// How long a running agent may take to deliver before `flush` stops watching.
const PATIENCE: Duration = Duration::from_secs(120);

fn flush_there(context: &Context) -> anyhow::Result<Exit> {
    let control = Control::of(&context.paths.state_dir);
    if control.is_paused() {
        return Err(hinted("sending is paused", "`bcce-agent resume` goes on"));
    }
    let store = Store::open(context.store_settings(), clock::wall()).context("cannot open the spool")?.store;
    let waiting = store.measure()?.events;
    control.want_flush().context("cannot ask the running agent")?;
    let bar = ProgressBar::new(waiting).with_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} events").unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let started = std::time::Instant::now();
    loop {
        let left = store.measure()?.events;
        bar.set_position(waiting.saturating_sub(left));
        if left == 0 {
            bar.finish_and_clear();
            context.output.line(format_args!("{waiting} events delivered"))?;
            return Ok(Exit::Done);
        }
        if started.elapsed() > PATIENCE {
            bar.finish_and_clear();
            return Err(hinted(format!("{left} events still wait"), "`bcce-agent status` tells why"));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn gate(context: &Context) -> anyhow::Result<Gate> {
    let environment = context.environment;
    Ok(Gate::open(&context.paths.state_dir, &context.config, context.text.clone(), environment)?)
}

fn missing(context: &Context, reason: pipeline::consent::OffReason) -> anyhow::Error {
    if let PolicyState::Broken(problems) = &context.config.policy {
        return anyhow::Error::from(problems.clone())
            .context("the organisation policy cannot be used: nothing is sent");
    }
    ConsentMissing { reason }.into()
}

fn once(context: &Context, job: Job, stop: &Arc<Stop>) -> anyhow::Result<Done> {
    let mut gate = gate(context)?;
    let terms = gate.terms().map_err(|reason| missing(context, reason))?;
    Ok(drive(Work { config: &context.config, paths: &context.paths, gate, terms, job, stop })?)
}

fn finish(context: &Context, job: Job, done: &Done) -> anyhow::Result<Exit> {
    let (events, bytes) = done.delivered;
    if job != Job::Daemon {
        let read = &done.counts;
        context.output.line(format_args!(
            "{} lines read, {} events made, {events} events ({bytes} bytes) delivered to {}",
            read.lines,
            read.events,
            context.destination_for_people()
        ))?;
        for (reason, count) in &read.dropped {
            context.output.note(format_args!("{count} lines dropped: {}", reason.as_str()));
        }
        for trouble in &done.report.troubles {
            context.output.note(format_args!("cannot read {} ({})", trouble.path.display(), trouble.kind));
        }
    }
    match done.ended {
        Ended::Stopped | Ended::Delivered | Ended::TermsChanged => Ok(Exit::Done),
        Ended::GaveUp(trouble) => {
            let (what, remedy) = explain(trouble);
            Err(hinted(format!("not everything was delivered: {what}; what waits stays in the spool"), remedy))
        }
        Ended::Off(reason) => {
            context.output.note(format_args!("stopped: {reason}"));
            context.output.note(consent::remedy(reason));
            Ok(if job == Job::Daemon { Exit::Done } else { Exit::ConsentMissing })
        }
    }
}

fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
