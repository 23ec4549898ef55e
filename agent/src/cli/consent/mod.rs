//! `consent status`, `grant`, `revoke`, `history`.
//!
//! Promises: nothing is granted without a yes in words or `--yes`; nothing is preselected; what is shown before the
//! question says what is read, what leaves, where to, for how long and how to stop. Nothing that could tell this
//! installation apart is made before the yes.

pub(super) mod example;
mod grant;
mod history;
pub(crate) mod text;

use std::io::{self, BufRead as _, IsTerminal as _};

use pipeline::consent::{Given, GrantEntry, GrantRequest, Mode, OffReason};
use scrubber::Tier;

use super::args::ConsentCommand;
use super::output::{BAD, DIM, GOOD, STRONG, counted, printable};
use super::{Context, Exit, hinted_exit};
use crate::edge::clock;
use crate::edge::ledger::{LedgerFile, Revoked};

/// What consent has to do with the rest of the program.
pub trait Surroundings {
    /// Shows the user's own newest session as it would leave at a tier.
    ///
    /// # Errors
    /// When it cannot be shown; the question is asked all the same.
    fn preview(&mut self, tier: Tier) -> anyhow::Result<()>;

    /// What would leave of the user's own newest session, two lines for each tier; none where there is no session.
    fn example(&mut self) -> Vec<String>;

    /// Called before the grant is written: records where each file ends now, or, where what is there is included, that reading
    /// begins anew once the grant is in force.
    ///
    /// # Errors
    /// When that cannot be recorded: then nothing is granted.
    fn before_grant(&mut self, request: &GrantRequest) -> anyhow::Result<()>;

    /// Called when nothing was granted after all: reading goes on as under the consent in force, and what was made for a first grant and
    /// could tell this installation apart is deleted.
    fn after_failed_grant(&mut self);

    /// Called after a grant that covers only what is written from now on, with its id: keeps a second record of where that begins, for
    /// the case that the first one is lost. Without it the next start of the agent does.
    fn after_grant(&mut self, consent_id: &str);

    /// Called after a revocation: deletes all events that wait. Says how many.
    ///
    /// # Errors
    /// When some may be left.
    fn after_revoke(&mut self) -> anyhow::Result<u64>;
}

/// Who answers questions.
pub trait Person {
    /// Whether there is one at a terminal.
    fn is_there(&self) -> bool;

    /// One line of answer; `None` when there is no more.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    fn answer(&mut self) -> io::Result<Option<String>>;
}

/// The person at this process's terminal.
#[derive(Debug)]
pub struct Terminal;

impl Person for Terminal {
    fn is_there(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn answer(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then_some(line))
    }
}

/// Runs `consent …`.
///
/// # Errors
/// When the ledger cannot be read or written, or consent cannot be given here.
pub fn run(
    context: &Context,
    command: &ConsentCommand,
    person: &mut dyn Person,
    surroundings: &mut dyn Surroundings,
) -> anyhow::Result<Exit> {
    match command {
        ConsentCommand::Status => status(context),
        ConsentCommand::Grant(arguments) => grant::run(context, arguments, person, surroundings),
        ConsentCommand::Revoke => revoke(context, person, surroundings),
        ConsentCommand::History => history::run(context),
    }
}

/// What can be done about a reason for not sending.
pub fn remedy(reason: OffReason) -> &'static str {
    match reason {
        OffReason::NeverGranted
        | OffReason::Revoked
        | OffReason::Refused
        | OffReason::LedgerTorn
        | OffReason::TextOutdated
        | OffReason::DestinationChanged
        | OffReason::ScopeWidened => {
            "`bcce-agent preview` shows what would leave; `bcce-agent consent grant` gives consent"
        }
        OffReason::LedgerBroken => {
            "`bcce-agent consent history` tells where; `bcce-agent consent revoke` sets the ledger aside"
        }
        OffReason::LedgerUnreadable => "make consent.jsonl in the state folder readable for you",
        OffReason::PolicyBroken => "`bcce-agent config check` tells what is wrong; your administrator can mend it",
        OffReason::PolicyForbids => "ask the administrator who installed the policy",
        OffReason::Setting => "`bcce-agent config show` tells which layer sets `tier`",
        OffReason::DoNotTrack => "unset DO_NOT_TRACK for this program",
        OffReason::ContinuousIntegration => "unset CI for this program",
        OffReason::Superuser => {
            "run it as yourself; where root is your own account (a container), set BCCE_ALLOW_ROOT=1"
        }
    }
}

/// Whether a command that looks for transcripts by itself may do so: not where somebody chose that nothing is read.
///
/// # Errors
/// When the user, the settings or the policy say `off`.
pub fn may_look(context: &Context) -> anyhow::Result<()> {
    // A ledger that cannot be read tells of no choice; nothing leaves then.
    let Ok(file) = LedgerFile::open(&context.paths.state_dir) else { return Ok(()) };
    let standing = file.ledger().stand(&context.circumstances());
    let chosen = |reason: &OffReason| {
        matches!(reason, OffReason::Refused | OffReason::Setting | OffReason::PolicyForbids)
            && standing.mode == Mode::Off
    };
    standing.off.filter(chosen).map_or(Ok(()), |reason| {
        let what = format!("nothing is read (mode off): {reason}");
        Err(hinted_exit(Exit::ConsentMissing, what, remedy(reason)))
    })
}

fn status(context: &Context) -> anyhow::Result<Exit> {
    let file = LedgerFile::open(&context.paths.state_dir)?;
    let standing = file.ledger().stand(&context.circumstances());
    let output = &context.output;
    let style = if standing.off.is_some() { BAD } else { GOOD };
    output.line(format_args!("{STRONG}mode{STRONG:#}         {style}{}{style:#}", standing.mode))?;
    let words = standing.off.map(|reason| context.words_of(reason));
    if let Some((reason, _)) = words {
        output.line(format_args!("{STRONG}because{STRONG:#}      {reason}"))?;
    }
    if let Some(granted) = standing.granted {
        let backfill = if granted.backfill { ", with what was there before" } else { "" };
        output.line(format_args!("{STRONG}granted{STRONG:#}      {}{backfill}", granted.tier))?;
        output.line(format_args!("{STRONG}granted for{STRONG:#}  {}", granted.destination))?;
        output.line(format_args!("{STRONG}consent id{STRONG:#}   {}", granted.consent_id))?;
    }
    output.line(format_args!("{STRONG}destination{STRONG:#}  {}", context.destination_for_people()))?;
    if context.is_known() {
        limits(context, standing.granted)?;
    } else {
        output.line(format_args!("{DIM}policy ceiling not known{DIM:#}"))?;
    }
    if standing.ask.is_some() {
        output.note("The consent text has a newer version. `bcce-agent consent grant` shows it.");
    }
    if let Some((_, remedy)) = words {
        output.note(format_args!("{GOOD}hint:{GOOD:#} {remedy}"));
    }
    Ok(Exit::Done)
}

/// What the settings let be read or leave.
fn limits(context: &Context, granted: Option<&GrantEntry>) -> io::Result<()> {
    let output = &context.output;
    if !context.extras.is_empty() {
        let covered = |extra: &String| granted.is_some_and(|granted| granted.extras.contains(extra));
        let told = |extra: &String| if covered(extra) { extra.clone() } else { format!("{extra} (not agreed to)") };
        let extras = context.extras.iter().map(told).collect::<Vec<_>>().join(", ");
        output.line(format_args!("{STRONG}beyond that{STRONG:#}  {}", printable(&extras)))?;
    }
    output.line(format_args!(
        "{DIM}policy ceiling {}, your setting {}{DIM:#}",
        context.config.max_tier, context.config.tier
    ))
}

fn revoke(context: &Context, person: &dyn Person, surroundings: &mut dyn Surroundings) -> anyhow::Result<Exit> {
    // An unreadable ledger can still be set aside, so it is no reason to stop here.
    let nothing_granted = LedgerFile::open(&context.paths.state_dir).is_ok_and(|file| {
        let standing = file.ledger().stand(&context.circumstances());
        standing.granted.is_none() && file.ledger().verify().is_ok() && !file.ledger().is_torn()
    });
    if nothing_granted {
        let emptied = surroundings.after_revoke()?;
        context.output.line(format_args!("nothing was granted; {} deleted", counted(emptied, "waiting event")))?;
        return Ok(Exit::Done);
    }
    let mut file = LedgerFile::open_for_revoking(&context.paths.state_dir);
    let given = if person.is_there() { Given::Terminal } else { Given::Flags };
    let revoked = file.revoke(given, clock::wall())?;
    let emptied = surroundings.after_revoke();
    match revoked {
        Revoked::Recorded => context.output.line("consent revoked: nothing is read or sent from now on")?,
        Revoked::SetAside(path) => context.output.line(format_args!(
            "consent revoked: the ledger could not be added to, so it was set aside as {}",
            path.display()
        ))?,
    }
    context.output.line(format_args!("{} deleted", counted(emptied?, "waiting event")))?;
    context
        .output
        .note("What was sent before, or was on its way, stays with its receiver. `bcce-agent consent grant` gives consent again.");
    Ok(Exit::Done)
}

/// The narrowest tier that the circumstances let through, for notes beside a wider grant.
fn ceiling(context: &Context) -> Mode {
    context.config.max_tier.min(context.config.tier)
}
