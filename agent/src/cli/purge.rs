//! `purge`: empties the spool.

use super::args::PurgeArgs;
use super::consent::Person;
use super::{Context, Exit, hinted_exit, preview};
use crate::edge::clock;
use crate::edge::store::Store;
use anyhow::Context as _;
use pipeline::ship::SpoolDrop;

/// Deletes every event that waits, and the notes of what `preview` missed. Consent, keys and positions stay: what was deleted is not read again.
///
/// # Errors
/// When nobody can be asked and `--yes` is missing, or the spool cannot be emptied.
pub(super) fn run(context: &Context, arguments: &PurgeArgs, person: &mut dyn Person) -> anyhow::Result<Exit> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        preview::forget_notes(context)?;
        context.output.line("nothing waits")?;
        return Ok(Exit::Done);
    }
    let mut store = Store::open_to_empty(settings).context("cannot open the spool")?;
    let health = store.measure().context("cannot measure the spool")?;
    context.output.note(format_args!(
        "{} events wait to be sent. They are deleted; consent, keys and where reading goes on stay, and what was sent stays with its receiver.",
        health.events
    ));
    if !arguments.yes {
        if !person.is_there() {
            return Err(hinted_exit(Exit::Usage, "there is no terminal to ask at; nothing was deleted", "add --yes"));
        }
        context.output.ask("Type yes to delete them: ");
        if person.answer()?.is_none_or(|answer| answer.trim() != "yes") {
            context.output.line("nothing was deleted")?;
            return Ok(Exit::No);
        }
    }
    let events = store.purge(SpoolDrop::Purged, clock::wall()).context("cannot empty the spool")?;
    preview::forget_notes(context)?;
    context.output.line(format_args!("{events} waiting events deleted"))?;
    Ok(Exit::Done)
}
