//! `purge --request-erasure`: asks the receiver to erase what it knows of this installation, then empties the spool.
//!
//! Promises: one event is sent, under the consent in force, before anything is deleted; where it cannot be delivered nothing
//! is. Without consent nothing is sent, and what the receiver knows this installation by is printed instead. What the receiver
//! does with the request nobody here can see, and that is said.

use super::goes::Goes;
use super::{Confirmed, confirmed, tell};
use crate::cli::args::PurgeArgs;
use crate::cli::consent::Person;
use crate::cli::output::printable;
use crate::cli::run::{gate, missing};
use crate::cli::{Context, Exit, hinted};
use crate::config::Sink;
use crate::driver::control::Control;
use crate::driver::erasure::{Requested, Work, request};
use crate::driver::ship::Ended;
use crate::driver::status::{explain, help};
use crate::edge::host::Host;
use crate::edge::key::{KeyFile, Keys};
use crate::edge::store::Store;
use anyhow::Context as _;
use scrubber::Pseudonyms;

pub(super) fn run(context: &Context, arguments: &PurgeArgs, person: &mut dyn Person) -> anyhow::Result<Exit> {
    let output = &context.output;
    let mut gate = gate(context)?;
    let keys = KeyFile::new(&context.paths.state_dir).load().context("cannot read the installation's keys")?;
    let known = keys.as_ref().map(|keys| pseudonyms(context, keys));
    let terms = match gate.terms() {
        Ok(terms) => terms,
        Err(reason) => {
            tell_another_way(context, known.as_ref())?;
            return Err(missing(context, reason)).context("no request was sent and nothing was deleted");
        }
    };
    if Control::of(&context.paths.state_dir).is_paused() {
        return Err(hinted("sending is paused; nothing was deleted", "`bcce-agent resume` goes on"));
    }
    let (Some(keys), Some(known)) = (keys, known) else {
        return Err(hinted(
            "the keys are lost under which the receiver knows this installation; nothing was deleted",
            "`bcce-agent consent history` lists the ids of your consents, which your events carry",
        ));
    };
    if !Store::exists(&context.store_settings()) {
        return Err(hinted("there is no spool; nothing was deleted", "`bcce-agent run --once` makes one"));
    }
    output.note(format_args!(
        "One event asks to erase what is known of you there: {}\n{}\nIt says no more than every event does: these pseudonyms, system, \
         organisation, versions, and the ids of policy and consent.",
        context.destination_for_people(),
        described(&known),
    ));
    let goes = Goes::find(context)?;
    let question = if goes.is_empty() {
        output.note("Nothing waits here that would be deleted.");
        "Type yes to send the request: "
    } else {
        tell(context, &goes);
        "Type yes to send the request and delete this: "
    };
    if confirmed(context, arguments, person, question)? == Confirmed::No {
        output.line("nothing was sent or deleted")?;
        return Ok(Exit::No);
    }
    let work = Work { config: &context.config, paths: &context.paths, keys, gate, terms };
    match request(work).context("cannot request erasure; nothing was deleted")? {
        Requested::Accepted(id) => {
            output.line(format_args!("erasure requested: {}, event {id}", described(&known)))?;
        }
        Requested::Not(ended) => return Err(undelivered(ended, context)),
    }
    output.line(format_args!("deleted: {}", goes.delete(context)?))?;
    output.note("Keep these pseudonyms: this computer cannot see when the request is carried out.");
    output.note(format_args!("{}.", whom_to_ask(context)));
    output.note("Consent stays, so what you do from now on is sent as before; `bcce-agent consent revoke` ends that.");
    Ok(Exit::Done)
}

fn pseudonyms(context: &Context, keys: &Keys) -> Pseudonyms {
    Host::read(&context.paths.home).facts(&context.config.identity).pseudonyms(&keys.pseudonym_key())
}

fn described(known: &Pseudonyms) -> String {
    format!("user {}, host {}", known.user, known.host)
}

/// How to ask where nothing may be sent.
fn tell_another_way(context: &Context, known: Option<&Pseudonyms>) -> anyhow::Result<()> {
    let output = &context.output;
    let Some(known) = known else {
        output.note("There are no keys here, so no event carries a pseudonym that this installation could name.");
        return Ok(());
    };
    output.note("You can ask for erasure all the same. Your events are found by these pseudonyms:");
    output.line(described(known))?;
    output.note(format_args!("{}.", whom_to_ask(context)));
    Ok(())
}

fn whom_to_ask(context: &Context) -> String {
    if context.policy_is_broken() {
        return "Whom to ask: not known, since the organisation policy, which would say it, cannot be used".to_owned();
    }
    match (&context.config.disclosure.contact, &context.config.sink) {
        (Some(contact), _) => format!("Whom to ask: {}", printable(contact)),
        (None, Sink::Directory(_)) => {
            format!("They lie in a folder that you can delete yourself ({})", context.destination_for_people())
        }
        (None, Sink::Firehose(_)) => "Whom to ask: your organisation has not said in its policy".to_owned(),
    }
}

fn undelivered(ended: Ended, context: &Context) -> anyhow::Error {
    let what = |why: &str| format!("the request was not delivered, and nothing was deleted: {why}");
    match ended {
        Ended::GaveUp(trouble) => hinted(what(explain(trouble).0), help(trouble, &context.config)),
        Ended::DayUsedUp => hinted(what("no more bytes may leave today"), "run it again after midnight UTC"),
        Ended::Off(reason) => hinted(what(reason.as_str()), crate::cli::consent::remedy(reason)),
        Ended::StoreFails => hinted(what("the spool fails"), "make room on the disk of the state folder"),
        Ended::SealFails => hinted(what("it could not be sealed"), "run it again"),
        Ended::SpoolDamaged => hinted(what("the spool's database was damaged and is set aside"), "run it again"),
        Ended::TermsChanged => hinted(what("consent has changed meanwhile"), "run it again"),
        Ended::Stopped => hinted(what("it was stopped or paused"), "run it again; `bcce-agent resume` ends a pause"),
        Ended::Delivered => hinted(what("the receiver does not take it"), "`bcce-agent doctor --probe` looks into it"),
    }
}
