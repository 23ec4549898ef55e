//! Waiting: for what AWS does, and for what a person says.

use std::time::Duration;

use agent::cli::output::printable;
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::standing::{End, end, is_settled};
use crate::aws::cloudformation::{self, Event};
use crate::aws::{CallError, Session};
use crate::cli::Context;

/// Before the second look; longer before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Between looks at what takes minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Pauses that become longer.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = LONGEST_PAUSE.min(self.0 * 3 / 2);
    }
}

/// Ends when somebody presses Ctrl-C; never, where that cannot be heard.
pub(super) async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Asks as [`Context::confirmed`], and lets the caller be interrupted meanwhile.
pub(super) async fn agreed(context: &Context, question: &str) -> anyhow::Result<bool> {
    use std::io::IsTerminal as _;
    if !std::io::stdin().is_terminal() {
        // Says why nobody can be asked.
        return context.confirmed(question);
    }
    context.output.ask(format_args!("{question} Type yes to go on: "));
    let (tell, told) = tokio::sync::oneshot::channel();
    // Not one of the runtime's threads: it would wait for the line when the command is over.
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).map(|_| answer);
        // Nobody listens any more after an interruption.
        let _ = tell.send(read);
    });
    let answer = told.await.context("cannot read the answer")?.context("cannot read the answer")?;
    Ok(answer.trim() == "yes")
}

/// What a deployment did, and how it ended.
pub(super) struct Watched {
    pub(super) end: End,
    pub(super) status: String,
    pub(super) events: Vec<Event>,
}

/// Watches a stack from an event on until it has come to an end. At a terminal a bar counts resources, with -v each event is a line.
pub(super) async fn watch(
    context: &Context,
    session: &Session,
    stack: &str,
    mut since: Option<String>,
    resources: usize,
) -> Result<Watched, CallError> {
    let bar = bar(context, resources);
    let mut pauses = Pauses::new();
    let mut all: Vec<Event> = Vec::new();
    loop {
        pauses.pause().await;
        for event in cloudformation::events(session, stack, since.as_deref()).await? {
            since = Some(event.id.clone());
            if is_settled(&event, stack) {
                bar.inc(1);
            }
            bar.set_message(printable(&format!("{} {}", event.logical_id, event.status)));
            if context.global.verbose > 0 {
                let line =
                    printable(&format!("{} {} {} {}", event.time, event.status, event.logical_id, event.resource_type));
                bar.suspend(|| context.output.note(line));
            }
            let ended = end(&event, stack);
            all.push(event);
            if let (Some(end), Some(last)) = (ended, all.last()) {
                bar.finish_and_clear();
                return Ok(Watched { end, status: last.status.clone(), events: all });
            }
        }
    }
}

/// Draws at a terminal only.
fn bar(context: &Context, resources: usize) -> ProgressBar {
    if context.global.quiet > 0 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(resources).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} [{bar:30}] {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_secs(1));
    bar
}
