//! The command line: arguments in, results on stdout, everything else on stderr, an exit code.
//!
//! Each command is a function in a file of its own that takes a [`Context`] and returns an [`Exit`]. Start at [`run`].

pub mod args;
mod cost;
mod deploy;
mod erase;
mod look;
mod policy;
mod report;
mod search;
mod table;
mod validate;

use std::ffi::OsString;
use std::io::{BufRead as _, IsTerminal as _};

use agent::cli::output::{self, Colour, Output, printable};
use agent::cli::{Exit, exit_of, hinted, hinted_exit};
use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::aws::{AwsError, Session, Settings};
use crate::lake::{Athena, Folder, Lake, LakeError, Role};
use args::{AuditCommand, Cli, Command, CostCommand, Global, PolicyCommand};

/// What every command has at hand.
#[derive(Debug)]
pub struct Context {
    /// What was said for all commands.
    pub global: Global,
    /// Where results and messages go.
    pub output: Output,
}

impl Context {
    /// A session in the region of the command line, of the environment or of the profile.
    ///
    /// # Errors
    /// When there is no region, or several; when the settings cannot be used.
    pub async fn session(&self) -> anyhow::Result<Session> {
        match self.global.region.as_slice() {
            [] => self.session_in(None).await,
            [region] => self.session_in(Some(region)).await,
            [..] => Err(hinted_exit(Exit::Usage, "this command takes one region", "give --region once")),
        }
    }

    /// A session in this region.
    ///
    /// # Errors
    /// As [`Context::session`].
    pub async fn session_in(&self, region: Option<&str>) -> anyhow::Result<Session> {
        let Global { profile, endpoint_url, ca_bundle, .. } = &self.global;
        let settings = Settings {
            region: region.map(str::to_owned),
            profile: profile.clone(),
            endpoint_url: endpoint_url.clone(),
            ca_bundle: ca_bundle.clone(),
        };
        match Session::new(&settings).await {
            Err(error @ AwsError::NoRegion) => {
                Err(hinted(error.to_string(), "name one with --region, AWS_REGION or the profile"))
            }
            session => Ok(session?),
        }
    }

    /// The lake that the command line names: a folder, or the stack's tables as `role` may ask them.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn lake(&self, role: Role) -> anyhow::Result<Lake> {
        self.opened(role).await?.map_err(LakeError::explained)
    }

    /// As [`Context::lake`], for who deals with a lake that cannot be opened.
    ///
    /// # Errors
    /// When there are no credentials.
    pub async fn opened(&self, role: Role) -> anyhow::Result<Result<Lake, LakeError>> {
        let now = Timestamp::now();
        let opened = match &self.global.lake {
            Some(folder) => {
                Folder::open(folder, now, self.progress("files")).map(|folder| Lake::Folder(Box::new(folder)))
            }
            None => {
                let today = TimeZone::UTC.to_datetime(now).date();
                let athena = Athena::open(self.session().await?, &self.global.stack, role, today).await;
                athena.map(|athena| Lake::Athena(Box::new(athena)))
            }
        };
        for note in opened.iter().flat_map(Lake::notes) {
            self.output.note(format_args!("note: {}", printable(&note)));
        }
        Ok(opened)
    }

    /// A bar at a terminal, and nothing elsewhere.
    pub fn progress(&self, of: &str) -> ProgressBar {
        if self.global.quiet > 0 || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {of}")) {
            bar.set_style(style);
        }
        bar
    }

    /// Asks before something is changed. Without a terminal the answer is no, with a hint.
    ///
    /// # Errors
    /// When nobody can be asked.
    pub fn confirmed(&self, question: &str) -> anyhow::Result<bool> {
        let stdin = std::io::stdin();
        if !stdin.is_terminal() {
            return Err(hinted("nobody can be asked: this is no terminal", "--yes says yes beforehand"));
        }
        self.output.ask(format_args!("{question} Type yes to go on: "));
        let mut answer = String::new();
        stdin.lock().read_line(&mut answer).context("cannot read the answer")?;
        Ok(answer.trim() == "yes")
    }
}

/// Runs a command line, first word included, and prints what goes wrong.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let colour = if arguments.iter().any(|word| word == "--no-color") { Colour::Never } else { Colour::Auto };
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
    output::install_log(cli.global.verbose, cli.global.quiet, std::env::var("BCCE_LOG").ok().as_deref());
    let context = Context { global: cli.global, output: Output::new(colour) };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the runtime");
    let ended = runtime.and_then(|runtime| runtime.block_on(dispatch(&context, cli.command)));
    let ended = ended.and_then(|exit| Ok(context.output.flush().map(|()| exit)?));
    ended.unwrap_or_else(|error| {
        let io = error.root_cause().downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe) {
            // Whoever read the result has seen enough.
            return Exit::Done;
        }
        context.output.error(&error);
        exit_of(&error)
    })
}

async fn dispatch(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Policy { command: PolicyCommand::Keygen(arguments) } => policy::keygen(context, &arguments),
        Command::Policy { command: PolicyCommand::Sign(arguments) } => policy::sign(context, &arguments),
        Command::Policy { command: PolicyCommand::Check { file } } => policy::check(context, &file),
        Command::Validate(arguments) => validate::run(context, &arguments).await,
        Command::Audit { command: AuditCommand::Report(arguments) } => report::run(context, &arguments).await,
        Command::Deploy(arguments) => deploy::run(context, &arguments).await,
        Command::Cost { command: CostCommand::Analysis(arguments) } => cost::analysis(context, &arguments).await,
        Command::Audit { command: AuditCommand::Search(arguments) } => search::search(context, &arguments).await,
        Command::Erase(arguments) => erase::erase(context, &arguments).await,
    }
}
