//! `consent grant`: the question, or `--yes`.

use anyhow::Context as _;
use pipeline::consent::{Entry, Given, GrantRequest, Mode, OffReason, PolicyStanding, Refusal, What};
use scrubber::Tier;

use super::{Person, Surroundings, ceiling, text};
use crate::cli::args::GrantArgs;
use crate::cli::output::{STRONG, counted};
use crate::cli::{ConsentMissing, Context, Exit, Hinted, hinted_exit};
use crate::edge::clock;
use crate::edge::kept::Kept;
use crate::edge::ledger::LedgerFile;

/// What the person decided.
enum Decision {
    Agreed(Tier),
    /// What was in force stays so.
    Declined,
    /// Nothing leaves from now on, which is remembered.
    Refused(Refusal),
    /// The terminal was closed before an answer came.
    NoAnswer,
    /// No answer was one of the words.
    NotUnderstood,
}

/// What `--backfill` means where something was sent before: what its receiver still holds of that, nobody here knows.
const SENT_AGAIN: &str = "What was sent before is sent again, under the same ids.";

/// So many answers that are none of the words are one too many.
const NOT_UNDERSTOOD_MAX: u32 = 3;

pub(super) fn run(
    context: &Context,
    arguments: &GrantArgs,
    person: &mut dyn Person,
    surroundings: &mut dyn Surroundings,
) -> anyhow::Result<Exit> {
    if let Some(reason) = impossible(context) {
        return Err(ConsentMissing { reason }).context("consent cannot be given here");
    }
    let (tier, given) = if arguments.yes {
        (arguments.tier.unwrap_or(Tier::Metrics), Given::Flags)
    } else if person.is_there() {
        match ask(context, arguments, person, surroundings)? {
            Decision::Agreed(tier) => (tier, Given::Terminal),
            Decision::Declined => {
                context.output.note("Nothing was granted.");
                return Ok(Exit::No);
            }
            Decision::Refused(mode) => return refuse(context, mode, surroundings),
            Decision::NoAnswer => {
                context.output.note("\nNo answer: nothing was granted.");
                return Ok(Exit::ConsentMissing);
            }
            Decision::NotUnderstood => {
                context.output.note("Nothing was granted.");
                return Ok(Exit::ConsentMissing);
            }
        }
    } else {
        return Err(hinted_exit(
            Exit::ConsentMissing,
            "there is no terminal to ask at; nothing was granted",
            "run it at a terminal, or agree with `bcce-agent consent grant --tier metrics --yes`",
        ));
    };
    let (destination, extras) = (context.destination.clone(), context.extras.clone());
    let request = GrantRequest { tier, backfill: arguments.backfill, given, destination, extras };
    record(context, request, surroundings)
}

/// Why a yes would have no effect whoever gave it.
fn impossible(context: &Context) -> Option<OffReason> {
    let now = context.circumstances();
    if now.environment.superuser {
        return Some(OffReason::Superuser);
    }
    if now.environment.ci {
        return Some(OffReason::ContinuousIntegration);
    }
    if now.environment.do_not_track {
        return Some(OffReason::DoNotTrack);
    }
    match now.policy {
        PolicyStanding::Broken => Some(OffReason::PolicyBroken),
        PolicyStanding::AtMost(Mode::Off | Mode::Local) => Some(OffReason::PolicyForbids),
        PolicyStanding::AtMost(Mode::Send(_)) => None,
    }
}

/// Shows the text and asks until there is an answer, or three were none. Enter alone is none.
fn ask(
    context: &Context,
    arguments: &GrantArgs,
    person: &mut dyn Person,
    surroundings: &mut dyn Surroundings,
) -> anyhow::Result<Decision> {
    let output = &context.output;
    // A screen of 80 columns and 24 lines shows all of it at once; what is longer comes after "more".
    output.note(format_args!("{STRONG}May usage events of Claude Code be sent from this computer?{STRONG:#}"));
    output.note(text::whole(context));
    output.note(text::strong(if arguments.backfill {
        "From     What is already in the transcripts is included (--backfill)."
    } else {
        "From     now on; what was written before is not sent."
    }));
    if arguments.backfill && was_granted(context) {
        output.note(text::strong(&format!("         {SENT_AGAIN}")));
    }
    if ceiling(context) < Mode::Send(arguments.tier.unwrap_or(Tier::Content)) {
        let words = format!("Ceiling  Policy and settings let no more leave than: {}.", ceiling(context));
        output.note(text::strong(&words));
    }
    let choices = match arguments.tier {
        Some(tier) => format!("more, preview, {tier}, local, off or no"),
        None => "more, preview, metrics, activity, content, local, off or no".to_owned(),
    };
    output.note("\"more\" shows examples from your newest session, \"preview\" all that would leave.");
    output.note("\"local\": nothing leaves; read only when you start `preview`, `stats`, `report`.");
    output.note("\"off\": not even then. Both are remembered and end consent. \"no\" changes nothing.");
    let mut not_understood = 0;
    while not_understood < NOT_UNDERSTOOD_MAX {
        output.ask(format_args!("Type {choices}: "));
        let Some(answer) = person.answer().context("cannot read the answer")? else { return Ok(Decision::NoAnswer) };
        match answer.trim() {
            "no" => return Ok(Decision::Declined),
            "local" => return Ok(Decision::Refused(Refusal::Local)),
            "off" => return Ok(Decision::Refused(Refusal::Off)),
            "more" => more(context, surroundings),
            "preview" => {
                if let Err(error) = surroundings.preview(arguments.tier.unwrap_or(Tier::Content)) {
                    output.error(&error);
                }
            }
            word => match word.parse::<Tier>() {
                Ok(tier) if arguments.tier.is_none_or(|only| only == tier) => return Ok(Decision::Agreed(tier)),
                // What was typed is not said again: it may have been pasted by mistake.
                Ok(_) | Err(_) => {
                    not_understood += 1;
                    output.note("That is none of these words.");
                }
            },
        }
    }
    Ok(Decision::NotUnderstood)
}

/// Whether anything may have been sent before.
fn was_granted(context: &Context) -> bool {
    let is_grant = |entry: &Entry| matches!(entry.what, What::Grant(_));
    LedgerFile::open(&context.paths.state_dir).is_ok_and(|file| file.ledger().entries().iter().any(is_grant))
}

/// What did not fit the screen.
fn more(context: &Context, surroundings: &mut dyn Surroundings) {
    let output = &context.output;
    output.note(text::more());
    let example = surroundings.example();
    output.note(if example.is_empty() {
        "There is no session yet that could be an example."
    } else {
        "For example, of your own newest session this would leave:"
    });
    example.iter().for_each(|rows| output.note(rows));
}

/// Remembers the choice; what waits under an earlier consent is deleted.
fn refuse(context: &Context, mode: Refusal, surroundings: &mut dyn Surroundings) -> anyhow::Result<Exit> {
    context.paths.prepare_state_dir()?;
    let mut file = LedgerFile::open(&context.paths.state_dir)?;
    file.refuse(mode, Given::Terminal, clock::wall()).context("your choice could not be kept")?;
    let emptied = surroundings.after_revoke();
    if mode == Refusal::Off {
        // What was read before is not kept either.
        Kept::delete(&context.paths.state_dir).context("cannot delete what stats kept")?;
    }
    let what = match mode {
        Refusal::Off => "off: nothing is read or sent from now on",
        Refusal::Local => {
            "local: nothing is sent from now on, and read only by `preview`, `stats` and `report` when you start them"
        }
    };
    context.output.line(format_args!("{what}; {} deleted", counted(emptied?, "waiting event")))?;
    context.output.note("What was sent before stays with its receiver. `bcce-agent consent grant` asks again.");
    Ok(Exit::No)
}

fn record(context: &Context, request: GrantRequest, surroundings: &mut dyn Surroundings) -> anyhow::Result<Exit> {
    let GrantRequest { tier, backfill, .. } = request;
    let output = &context.output;
    context.paths.prepare_state_dir()?;
    let mut file = LedgerFile::open(&context.paths.state_dir)?;
    let standing = file.ledger().stand(&context.circumstances());
    let in_force = standing.off.is_none_or(|off| off == OffReason::Setting) && standing.ask.is_none();
    let same = standing.granted.is_some_and(|granted| granted.tier == tier && (granted.backfill || !backfill));
    if in_force && same {
        output.line(format_args!("consent for {tier} is in force already"))?;
        return Ok(Exit::Done);
    }
    let (again, entries) = (backfill && was_granted(context), file.ledger().entries().len());
    let prepared = surroundings.before_grant(&request);
    let recorded = prepared.and_then(|()| Ok(file.grant(request, &context.text, clock::wall())?));
    recorded.map_err(|error| failed(context, entries, surroundings, error))?;
    let granted = file.ledger().stand(&context.circumstances()).granted;
    if let Some(granted) = granted.filter(|granted| !granted.backfill) {
        surroundings.after_grant(granted.consent_id.as_str());
    }
    let from = if backfill { "what is there and what follows" } else { "what is written from now on" };
    output.line(format_args!("consent given for {tier}: {from} goes to {}", context.destination_for_people()))?;
    if ceiling(context) < Mode::Send(tier) {
        output.note(format_args!("Policy and settings let no more leave than: {}.", ceiling(context)));
    }
    if again {
        output.note(SENT_AGAIN);
    }
    output.note("`bcce-agent consent revoke` takes it back.");
    Ok(Exit::Done)
}

/// Takes back what was prepared for a grant, unless the ledger, which had so many entries before, is another by now: then another
/// command granted, or this grant stands there all the same, and what was prepared for it may be in use.
fn failed(
    context: &Context,
    entries: usize,
    surroundings: &mut dyn Surroundings,
    error: anyhow::Error,
) -> anyhow::Error {
    let same = |file: LedgerFile| file.ledger().entries().len() == entries;
    if LedgerFile::open(&context.paths.state_dir).is_ok_and(same) {
        surroundings.after_failed_grant();
        return error.context("nothing was granted");
    }
    error.context(Hinted {
        what: "the grant failed, and the consent ledger has changed or cannot be read".to_owned(),
        hint: "`bcce-agent consent status` tells what is in force".to_owned(),
        exit: Exit::Failed,
    })
}
