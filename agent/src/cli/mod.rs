//! The command line: arguments in, results on stdout, everything else on stderr, an exit code.
//!
//! Each command is a function in a file of its own that takes a [`Context`] and returns an [`Exit`]. Only [`output`] prints.
//! Start at [`run`].

pub mod args;
mod completions;
pub mod config;
pub mod consent;
pub mod context;
mod delivery;
mod demo;
mod detectors;
mod doctor;
mod flush;
mod log;
pub mod output;
mod pause;
mod preview;
mod progress;
mod purge;
mod roots;
mod rules;
mod run;
mod scan;
mod scrub;
mod service;
mod stats;
mod status;
#[cfg(test)]
mod stream;
mod surroundings;

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::sync::{Arc, Once};

use clap::{CommandFactory as _, FromArgMatches as _};
use pipeline::consent::OffReason;

use crate::config::{CheckAs, ConfigError, Origin, PathsError};
use crate::driver::sinks::SinkError;
use crate::edge::ledger::LedgerFileError;
use crate::edge::lock::LockError;
use crate::edge::store::StoreError;
use crate::policy::PolicyError;
use crate::rules::RulesError;
use args::{Cli, Command, ConfigCommand, ConsentCommand, FileKind, RulesCommand, ServiceCommand};
pub use context::Context;
use output::{Colour, Output};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// The answer is no: findings, something unhealthy.
    No,
    /// Failed.
    Failed,
    /// Wrong usage (`EX_USAGE` of sysexits.h).
    Usage,
    /// The program was replaced while it ran: it is to be started again (`EX_TEMPFAIL` of sysexits.h).
    Replaced,
    /// Consent is missing (`EX_NOPERM` of sysexits.h).
    ConsentMissing,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Failed => 2,
            Self::Usage => 64,
            Self::Replaced => 75,
            Self::ConsentMissing => 77,
        }
    }
}

/// An error that a person can act on.
#[derive(Debug)]
pub struct Hinted {
    what: String,
    hint: String,
    exit: Exit,
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Hinted {}

/// Says what failed, and names the command to run or the thing to do.
pub fn hinted(what: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    hinted_exit(Exit::Failed, what, hint)
}

/// As [`hinted`], for an error that ends the command with another exit code.
pub fn hinted_exit(exit: Exit, what: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Hinted { what: what.into(), hint: hint.into(), exit }.into()
}

/// Sending needs a consent that is not there: the command ends with exit code 77.
#[derive(Debug, thiserror::Error)]
#[error("nothing may be sent: {reason}")]
pub struct ConsentMissing {
    /// Why not.
    pub reason: OffReason,
}

/// What can be done about an error, each once: what was said around it, which its chain does not give back, and what is known of
/// its causes.
fn hints_of(error: &anyhow::Error) -> Vec<&str> {
    if error.chain().any(has_no_files_left) {
        // What failed then is fine.
        return vec![MORE_FILES];
    }
    let around = error.downcast_ref::<Hinted>().map(|hinted| hinted.hint.as_str());
    let mut hints: Vec<&str> = Vec::new();
    for hint in around.into_iter().chain(error.chain().filter_map(|cause| hint_of(cause))) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// What can be done about an error, for those whose maker cannot say it.
fn hint_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a str> {
    if let Some(hinted) = error.downcast_ref::<Hinted>() {
        return Some(&hinted.hint);
    }
    if let Some(missing) = error.downcast_ref::<ConsentMissing>() {
        return Some(consent::remedy(missing.reason));
    }
    if let Some(settings) = error.downcast_ref::<ConfigError>() {
        if settings.is_of_missing_files() {
            return Some("name a file that is there, or leave the option out: the standard places need not be");
        }
        return Some(correction(settings));
    }
    match error.downcast_ref::<PathsError>() {
        Some(PathsError::Shared { .. }) => return Some("choose a folder of your own with --state-dir"),
        Some(PathsError::OfAnother { .. }) => return Some("run it as that user, without sudo"),
        Some(PathsError::StateDir { .. }) => return Some("choose another folder with --state-dir"),
        Some(PathsError::NoHome) => return Some("set HOME"),
        None => {}
    }
    match error.downcast_ref::<LockError>() {
        Some(LockError::Held { .. }) => {
            return Some("`bcce-agent status` shows what it does; use another --state-dir to run a second one");
        }
        Some(LockError::Io { source, .. }) => return unusable(source),
        None => {}
    }
    match error.downcast_ref::<LedgerFileError>() {
        Some(LedgerFileError::Altered { .. }) => {
            return Some("`bcce-agent consent revoke` sets the altered ledger aside");
        }
        Some(LedgerFileError::Read { source, .. } | LedgerFileError::Write { source, .. }) => {
            return unusable(source);
        }
        Some(LedgerFileError::Random) | None => {}
    }
    if let Some(spool) = error.downcast_ref::<StoreError>() {
        return spool_help(spool);
    }
    if let Some(SinkError::Directory(_)) = error.downcast_ref() {
        return Some(USABLE_LAKE);
    }
    let of_policy = |error: &'a PolicyError| if let PolicyError::Rules(rules) = error { Some(rules) } else { None };
    error.downcast_ref::<RulesError>().or_else(|| error.downcast_ref().and_then(of_policy)).and_then(rules_help)
}

/// The lake's folder is not its user's to write.
const USABLE_LAKE: &str = "make that a folder that you may write to, or name another with sink.directory.path";

/// What can be done about the rules and the allow-list of settings.
fn rules_help(error: &RulesError) -> Option<&'static str> {
    match error {
        RulesError::Read { .. } | RulesError::NoRules { .. } | RulesError::Broken(_) => {
            Some("mend the file or take it out of scrub.rules; `bcce-agent rules check FILE` says what a file gives")
        }
        RulesError::Allow(settings) => Some(correction(settings)),
        RulesError::Engine(_) => None,
    }
}

/// This process, or the system, may open no more files.
const MORE_FILES: &str = "let it open more files: `ulimit -n` tells how many this shell allows, and 64 are enough";

#[cfg(unix)]
fn has_no_files_left(cause: &(dyn Error + 'static)) -> bool {
    use rustix::io::Errno;
    let code = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error);
    code.map(Errno::from_raw_os_error).is_some_and(|code| [Errno::MFILE, Errno::NFILE].contains(&code))
}

/// Windows has no such limit.
#[cfg(not(unix))]
fn has_no_files_left(_: &(dyn Error + 'static)) -> bool {
    false
}

/// The disk of the state folder is full.
const MAKE_ROOM: &str = "make room on the disk of the state folder";
/// The state folder is not its user's to write.
const MAKE_WRITABLE: &str = "make the state folder readable and writable for you, or choose another with --state-dir";

const LOCKABLE: &str =
    "its file system knows no locks, as some network folders do; choose a folder on this computer with --state-dir";

/// What a file system answers that cannot lock files.
#[cfg(unix)]
fn knows_no_locks(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let code = error.raw_os_error().map(Errno::from_raw_os_error);
    code.is_some_and(|code| [Errno::NOLCK, Errno::NOTSUP, Errno::NOSYS].contains(&code))
}

/// What a file system answers that cannot lock files.
#[cfg(not(unix))]
fn knows_no_locks(_: &std::io::Error) -> bool {
    false
}

/// What can be done where a file in the state folder cannot be read or written.
fn unusable(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind::{NotADirectory, PermissionDenied, ReadOnlyFilesystem, StorageFull};
    let kind = error.kind();
    if kind == StorageFull {
        return Some(MAKE_ROOM);
    }
    if knows_no_locks(error) {
        return Some(LOCKABLE);
    }
    [NotADirectory, PermissionDenied, ReadOnlyFilesystem].contains(&kind).then_some(MAKE_WRITABLE)
}

/// What can be done about the spool, where its error does not say it.
fn spool_help(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::DiskFull(_) => Some(MAKE_ROOM),
        StoreError::ReadOnly(_) | StoreError::Folder(_) => Some(MAKE_WRITABLE),
        StoreError::NoLocks(_) => Some(LOCKABLE),
        StoreError::Busy(_) => Some(
            "try again; where it stays so while `bcce-agent status` says that nothing runs, the state folder's file system knows no locks: choose a folder on this computer with --state-dir",
        ),
        StoreError::Newer(_) => Some("install the version that wrote it, or a later one"),
        StoreError::Full
        | StoreError::Damaged(_)
        | StoreError::Outdated
        | StoreError::Older(_)
        | StoreError::Delete(_)
        | StoreError::FolderNotKept
        | StoreError::Database(_) => None,
    }
}

/// What can be done about settings that are wrong: not all of it stands in a line.
fn correction(settings: &ConfigError) -> &'static str {
    let mut problems = settings.problems.iter();
    if settings.is_of_lines_of_policies() {
        if settings.has_unknown_keys() {
            "install a newer bcce-agent where one knows these keys, else your administrator can correct these lines; `bcce-agent config check` looks at them again"
        } else {
            "your administrator can correct these lines; `bcce-agent config check` looks at them again"
        }
    } else if problems.clone().any(|problem| problem.line.is_some()) {
        "correct these lines; `bcce-agent config check` looks at them again"
    } else if problems.any(|problem| matches!(problem.origin, Origin::Policy(_))) {
        "your administrator can put in place the policy and its signature; `bcce-agent config check` looks at them again"
    } else {
        "mend these settings; `bcce-agent config check` looks at them again"
    }
}

/// Runs a command line, first word included, and prints what goes wrong.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = args::roots_together(arguments);
    let colour = if arguments.iter().any(|word| word == "--no-color") { Colour::Never } else { Colour::Auto };
    let output = Output::new(colour);
    let command = match colour {
        Colour::Auto => Cli::command(),
        Colour::Never => Cli::command().color(clap::ColorChoice::Never),
    };
    let cli = match command.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to tell when the stream is closed.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    let log = std::env::var("BCCE_LOG").ok();
    output::install_log(cli.global.verbose, cli.global.quiet, log.as_deref());
    let output = Arc::new(output);
    let ended = dispatch(cli, &output).and_then(|exit| Ok(output.flush().map(|()| exit)?));
    ended.unwrap_or_else(|error| {
        if is_broken_pipe(&error) {
            // Whoever read the result has seen enough.
            return Exit::Done;
        }
        output.error(&error);
        exit_of(&error)
    })
}

/// The exit code of a command that ended with this error.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    let own = |cause: &(dyn Error + 'static)| {
        let hinted = cause.downcast_ref::<Hinted>().map(|hinted| hinted.exit);
        hinted.or_else(|| cause.is::<ConsentMissing>().then_some(Exit::ConsentMissing))
    };
    error.chain().find_map(own).unwrap_or(Exit::Failed)
}

/// Runs the parsed command.
fn dispatch(cli: Cli, output: &Arc<Output>) -> anyhow::Result<Exit> {
    let Cli { global, command, .. } = cli;
    let context = || Context::load(&global, Arc::clone(output));
    // Wrong settings keep nobody from stopping the agent, taking consent back or looking what is wrong.
    let whatever = || Context::load_for_stopping(&global, Arc::clone(output));
    let warned = |context: Context| {
        config::tell_unknown_variables(&context);
        context
    };
    match command {
        Command::Completions { shell } => completions::run(shell, output),
        Command::Config { command: ConfigCommand::Check { file: Some(file), check_as } } => {
            let told = check_as.map(|kind| match kind {
                FileKind::Policy => CheckAs::Policy,
                FileKind::User => CheckAs::User,
            });
            config::check_file(&file, told, output)
        }
        Command::Config { command: ConfigCommand::Check { file: None, .. } } => config::check(&context()?),
        Command::Config { command: ConfigCommand::Show } => config::show(&context()?),
        Command::Config { command: ConfigCommand::Explain } => config::explain::run(&global, output),
        Command::Config { command: ConfigCommand::Template { form } } => config::template(form, output),
        Command::Preview(arguments) => preview::run(&warned(context()?), &arguments),
        Command::Scrub(arguments) => scrub::run(&context()?, &arguments),
        Command::Scan(arguments) => scan::run(&context()?, &arguments),
        Command::Consent { command } => {
            let context = if let ConsentCommand::Grant(_) = command { context()? } else { whatever()? };
            let mut program = surroundings::Program::new(&context);
            consent::run(&context, &command, &mut consent::Terminal, &mut program)
        }
        Command::Log(arguments) => log::run(&whatever()?, &arguments),
        Command::Report(arguments) => stats::report(&context()?, &arguments),
        Command::Stats(arguments) => stats::run(&context()?, &arguments),
        Command::Status(arguments) => status::run(&whatever()?, &arguments),
        Command::Doctor(arguments) => doctor::run(&warned(whatever()?), &arguments),
        Command::Pause { classes } => pause::pause(&whatever()?, &classes),
        Command::Resume { classes } => pause::resume(&whatever()?, &classes),
        Command::Purge(arguments) => {
            let sends = arguments.request_erasure;
            purge::run(&if sends { context()? } else { whatever()? }, &arguments, &mut consent::Terminal)
        }
        Command::Demo => demo::run(output),
        Command::Run(arguments) => {
            // It is loaded again whenever settings may have changed.
            let told = Once::new();
            let load = || {
                let context = context()?;
                told.call_once(|| config::tell_unknown_variables(&context));
                Ok(context)
            };
            run::run(&load, &arguments)
        }
        Command::Service { command } => {
            let installs = matches!(command, ServiceCommand::Install(_));
            service::run(&if installs { context()? } else { whatever()? }, &global, &command)
        }
        Command::Flush => flush::run(&context()?),
        Command::Rules { command: RulesCommand::Hash } => rules::hash(&mut std::io::stdin().lock(), output),
        Command::Rules { command } => rules::run(&context()?, &command),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.root_cause().downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic")]
mod tests;
