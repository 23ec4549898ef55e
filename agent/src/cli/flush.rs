//! `flush`: delivers what waits, through the running agent where there is one.
//!
//! Promises: it waits while something may still be sent, and ends with what holds the rest as soon as nothing may: that is known
//! once the agent has tried again as it was asked to.

use super::delivery;
use super::output::counted;
use super::run::{NOTHING_WAITED, finish, gate, missing, round, tell_paused};
use super::{Context, Exit, hinted, progress};
use crate::driver::control::Control;
use crate::driver::run::Job;
use crate::driver::stop::Stop;
use crate::edge::clock;
use crate::edge::lock::{InstanceLock, LockError};
use crate::edge::store::{Kind, Store, StoreError};
use anyhow::Context as _;
use scrubber::DataClass;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a running agent may take to deliver before `flush` stops watching.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at what is left.
const LOOK: Duration = Duration::from_millis(200);

/// Delivers what waits: asks the running agent to, or does it here.
///
/// # Errors
/// Without consent, while sending is paused, when work cannot begin, or when something holds what waits.
pub(super) fn run(context: &Context) -> anyhow::Result<Exit> {
    gate(context)?.terms().map_err(|reason| missing(context, reason))?;
    refuse_paused(context)?;
    context.paths.prepare_state_dir()?;
    match InstanceLock::take(&context.paths.state_dir) {
        Ok(_lock) => {
            let bar = progress::spinner("delivering");
            let done = round(context, Job::Flush, &Arc::new(Stop::default()))?;
            bar.finish_and_clear();
            finish(context, Job::Flush, &done)
        }
        Err(LockError::Held { .. }) => through_the_agent(context),
        Err(error) => Err(error.into()),
    }
}

fn refuse_paused(context: &Context) -> anyhow::Result<()> {
    if Control::of(&context.paths.state_dir).is_paused() {
        return Err(hinted("sending is paused", "`bcce-agent resume` goes on"));
    }
    Ok(())
}

fn through_the_agent(context: &Context) -> anyhow::Result<Exit> {
    let control = Control::of(&context.paths.state_dir);
    let store = Store::open_existing(context.store_settings()).context("cannot open the spool")?;
    let (before, sent_before) = (left(&store, &control)?, sent(&store)?);
    let asked = clock::wall();
    control.want_flush().context("cannot ask the running agent")?;
    let bar = progress::events();
    let started = Instant::now();
    loop {
        // Looked for first: what an agent left that ended then is seen below.
        let runs = InstanceLock::holder(&context.paths.state_dir).is_some();
        let left = left(&store, &control)?;
        let events: u64 = left.iter().map(|(_, events)| events).sum();
        // Without those of classes that were paused meanwhile.
        let is_sent = |class: &DataClass| left.iter().any(|(sent, _)| sent == class);
        let waiting = before.iter().filter(|(class, _)| is_sent(class)).map(|(_, events)| events).sum();
        bar.set_length(waiting);
        bar.set_position(waiting.saturating_sub(events));
        if events == 0 {
            bar.finish_and_clear();
            refuse_paused(context)?;
            let delivered = sent(&store)?.saturating_sub(sent_before);
            match before.iter().map(|(_, events)| events).sum::<u64>() + delivered {
                0 => context.output.line(NOTHING_WAITED)?,
                _ => context.output.line(format_args!("{} delivered", counted(delivered, "event")))?,
            }
            tell_paused(context);
            return Ok(Exit::Done);
        }
        let still = format!("{} still waiting", counted(events, "event"));
        let classes: Vec<_> = left.into_iter().filter(|(_, events)| *events > 0).map(|(class, _)| class).collect();
        let held = if runs {
            control.status().and_then(|live| delivery::held(&context.config, &live, asked, &classes))
        } else {
            let help = "run it again: `bcce-agent flush` delivers by itself then";
            Some(("the agent ended meanwhile".to_owned(), help.to_owned()))
        };
        if let Some((why, help)) = held {
            bar.finish_and_clear();
            return Err(hinted(format!("{still}: {why}"), help));
        }
        if started.elapsed() > PATIENCE {
            bar.finish_and_clear();
            return Err(hinted(still, "`bcce-agent status` tells why"));
        }
        std::thread::sleep(LOOK);
    }
}

/// How many events were ever accepted: what leaves the spool may also have been dropped.
fn sent(store: &Store) -> Result<u64, StoreError> {
    Ok(store.counts()?.iter().filter(|count| count.kind == Kind::SentEvents).map(|count| count.n).sum())
}

/// How many events wait of each class that is not paused.
fn left(store: &Store, control: &Control) -> Result<Vec<(DataClass, u64)>, StoreError> {
    let paused = control.paused();
    let sent = DataClass::ALL.into_iter().filter(|class| !paused.contains(class));
    sent.map(|class| Ok((class, store.waiting(class)?))).collect()
}
