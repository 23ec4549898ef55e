//! `purge`: deletes what waits and what commands kept; with `--request-erasure` asks the receiver first to erase what was sent.

mod erasure;
mod goes;

use self::goes::Goes;
use super::args::PurgeArgs;
use super::consent::Person;
use super::{Context, Exit, hinted_exit};
use anyhow::Context as _;

/// Deletes every event that waits, the notes of what `preview` missed, and what `stats` kept, once the person has said yes to the list
/// of it. Consent, keys and positions stay: what was deleted is not read again.
///
/// # Errors
/// When nobody can be asked and `--yes` is missing, a request for erasure cannot be delivered, or something cannot be deleted.
pub(super) fn run(context: &Context, arguments: &PurgeArgs, person: &mut dyn Person) -> anyhow::Result<Exit> {
    if arguments.request_erasure {
        return erasure::run(context, arguments, person);
    }
    let goes = Goes::find(context)?;
    if goes.is_empty() {
        context.output.line("there is nothing to delete")?;
        context.output.note(stays(context));
        return Ok(Exit::Done);
    }
    tell(context, &goes);
    match confirmed(context, arguments, person, "Type yes to delete: ")? {
        Confirmed::Yes => {
            context.output.line(format_args!("deleted: {}", goes.delete(context)?))?;
            Ok(Exit::Done)
        }
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

/// Says what goes and what stays.
fn tell(context: &Context, goes: &Goes) {
    context.output.note("This is deleted:");
    for line in goes.lines() {
        context.output.note(format_args!("  {line}"));
    }
    context.output.note(stays(context));
}

fn stays(context: &Context) -> String {
    format!(
        "This stays: your consent and its history, the keys, where reading goes on and the log of what was sent, in {}; and what \
         was sent, with its receiver.",
        context.paths.state_dir.display()
    )
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
    let yes = person.answer().context("cannot read the answer")?.is_some_and(|answer| answer.trim() == "yes");
    Ok(if yes { Confirmed::Yes } else { Confirmed::No })
}
