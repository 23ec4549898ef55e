//! `purge`: empties the spool; with `--request-erasure` asks the receiver first to erase what was sent.

mod erasure;

use super::args::PurgeArgs;
use super::consent::Person;
use super::{Context, Exit, hinted_exit, preview};
use crate::edge::clock;
use crate::edge::kept::Kept;
use crate::edge::store::Store;
use anyhow::Context as _;
use pipeline::ship::SpoolDrop;

/// Deletes every event that waits, the notes of what `preview` missed, and what `stats` kept. Consent, keys and positions stay: what was deleted is not
/// read again.
///
/// # Errors
/// When nobody can be asked and `--yes` is missing, a request for erasure cannot be delivered, or the spool cannot be emptied.
pub(super) fn run(context: &Context, arguments: &PurgeArgs, person: &mut dyn Person) -> anyhow::Result<Exit> {
    if arguments.request_erasure {
        return erasure::run(context, arguments, person);
    }
    let Some(mut store) = spool(context)? else {
        forget(context)?;
        context.output.line("nothing waits")?;
        return Ok(Exit::Done);
    };
    context.output.note(format_args!(
        "{}; consent, keys and where reading goes on stay, and what was sent stays with its receiver.",
        waiting(&store)?
    ));
    match confirmed(context, arguments, person, "Type yes to delete them: ")? {
        Confirmed::Yes => empty(context, &mut store),
        Confirmed::No => {
            context.output.line("nothing was deleted")?;
            Ok(Exit::No)
        }
    }
}

/// What the person says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confirmed {
    Yes,
    No,
}

/// The spool, where there is one.
fn spool(context: &Context) -> anyhow::Result<Option<Store>> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        return Ok(None);
    }
    Ok(Some(Store::open_to_empty(settings).context("cannot open the spool")?))
}

fn waiting(store: &Store) -> anyhow::Result<String> {
    let health = store.measure().context("cannot measure the spool")?;
    Ok(format!("{} events wait to be sent. They are deleted", health.events))
}

fn confirmed(
    context: &Context,
    arguments: &PurgeArgs,
    person: &mut dyn Person,
    question: &str,
) -> anyhow::Result<Confirmed> {
    if arguments.yes {
        return Ok(Confirmed::Yes);
    }
    if !person.is_there() {
        return Err(hinted_exit(Exit::Usage, "there is no terminal to ask at; nothing was deleted", "add --yes"));
    }
    context.output.ask(question);
    let yes = person.answer()?.is_some_and(|answer| answer.trim() == "yes");
    Ok(if yes { Confirmed::Yes } else { Confirmed::No })
}

fn empty(context: &Context, store: &mut Store) -> anyhow::Result<Exit> {
    let events = store.purge(SpoolDrop::Purged, clock::wall()).context("cannot empty the spool")?;
    forget(context)?;
    context.output.line(format_args!("{events} waiting events deleted"))?;
    Ok(Exit::Done)
}

/// Deletes what commands that only look have kept.
fn forget(context: &Context) -> anyhow::Result<()> {
    preview::forget_notes(context)?;
    Kept::delete(&context.paths.state_dir).context("cannot delete what stats kept")
}
