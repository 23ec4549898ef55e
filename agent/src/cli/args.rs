//! The arguments of all commands. Completions and help come from here.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use scrubber::{DataClass, Tier};

pub use config::{ConfigCommand, FileKind, TemplateForm};
pub use consent::{ConsentCommand, GrantArgs};
pub use filter::{PreviewArgs, ScanArgs, ScanFormat, ScanInput, ScrubArgs};
pub use rules::RulesCommand;
pub use service::{DryRunArgs, InstallArgs, ServiceCommand};
pub use stats::{By, LogArgs, ReportArgs, StatsArgs};

// Said in full, since `xtask` reads this file by its path.
#[path = "args/config.rs"]
mod config;
#[path = "args/consent.rs"]
mod consent;
#[path = "args/filter.rs"]
mod filter;
#[path = "args/rules.rs"]
mod rules;
#[path = "args/service.rs"]
mod service;
#[path = "args/stats.rs"]
mod stats;

const ABOUT: &str = "Ships scrubbed usage events of Claude Code from this machine, with your consent";

const LONG_ABOUT: &str = "\
Ships scrubbed usage events of Claude Code from this machine, with your consent.

Reads the transcripts that Claude Code writes, keeps only what an allow-list names, scrubs secrets and personal data out \
of that, holds it encrypted on this disk, and delivers it to a folder or to Amazon Data Firehose. Nothing is read for \
delivery before you have said yes, and `bcce-agent preview` shows what would leave.";

const AFTER_LONG: &str = "\
Exit codes:
  0   done
  1   the answer is no: something was found, something is unhealthy
  2   failed
  64  wrong usage
  75  the program was replaced while it ran: start it again
  77  consent is missing

Examples:
  bcce-agent demo                        see it work on made-up transcripts, no account needed
  bcce-agent preview                     see what would leave of your own newest sessions
  bcce-agent consent grant --tier metrics
  bcce-agent run --once                  deliver what is there now, then stop";

/// Puts every `--root` in front of the command: of an option that is given before and after it, clap keeps the latter
/// alone, and a root that is silently not read is worse than an odd order.
pub fn roots_together(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words = arguments.into_iter();
    let mut together: Vec<OsString> = words.next().into_iter().collect();
    let mut others = Vec::new();
    while let Some(word) = words.next() {
        if word == "--" {
            others.push(word);
            others.extend(words.by_ref());
        } else if word == "--root" {
            together.push(word);
            together.extend(words.next());
        } else if word.as_encoded_bytes().starts_with(b"--root=") {
            together.push(word);
        } else {
            others.push(word);
        }
    }
    together.extend(others);
    together
}

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "bcce-agent",
    version,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = "`bcce-agent COMMAND -h` tells more; `--help` tells all, with global options.",
    after_long_help = AFTER_LONG,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    next_line_help = false,
    arg_required_else_help = true,
    subcommand_required = true
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// Print help (`-h` for a summary)
    #[arg(short, long, action = clap::ArgAction::Help, global = true, hide_short_help = true, display_order = 1000)]
    help: Option<bool>,
    /// Print the version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, hide_short_help = true)]
    version: Option<bool>,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Read settings from FILE
    ///
    /// The file must exist. Default: the standard place, which `bcce-agent config show` names; a missing file there is none.
    /// An organisation policy holds in any case.
    #[arg(long, value_name = "FILE", global = true, env = "BCCE_CONFIG", hide_env = true, hide_short_help = true)]
    pub config: Option<PathBuf>,

    /// Keep spool, consent and keys in DIR
    ///
    /// Made when missing, closed to other users. Default: ~/.local/state/bcce on Linux, ~/Library/Application Support/BCCE on
    /// macOS, %LOCALAPPDATA%\BCCE\data on Windows. The default folder of the directory sink lies in here too when this is given.
    #[arg(long, value_name = "DIR", global = true, env = "BCCE_STATE_DIR", hide_env = true, hide_short_help = true)]
    pub state_dir: Option<PathBuf>,

    /// Read Claude Code's folder DIR in place of the default ones
    ///
    /// DIR is a configuration folder, what ~/.claude is, not its `projects`. May be given several times. Default:
    /// CLAUDE_CONFIG_DIR (folders separated by commas), ~/.claude and ~/.config/claude.
    #[arg(long = "root", value_name = "DIR", global = true, hide_short_help = true)]
    pub roots: Vec<PathBuf>,

    /// One more organisation policy; narrows further than those installed
    ///
    /// For administrators who try a policy out.
    #[arg(long, value_name = "FILE", global = true, hide = true)]
    pub policy: Option<PathBuf>,

    /// Say more on stderr (-vv: still more)
    #[arg(short, long, action = clap::ArgAction::Count, global = true, hide_short_help = true)]
    pub verbose: u8,

    /// Say less on stderr (-qq: nothing but the error that ends the command)
    #[arg(short, long, action = clap::ArgAction::Count, global = true, conflicts_with = "verbose", hide_short_help = true)]
    pub quiet: u8,

    /// Print without colour
    ///
    /// NO_COLOR in the environment does the same; pipes get no colour anyway.
    #[arg(long, global = true, hide_short_help = true)]
    pub no_color: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole pipeline over made-up transcripts
    ///
    /// Writes transcripts with planted secrets to ./bcce-demo and runs the real pipeline over them into ./bcce-demo/lake. Needs no
    /// consent and no account. Reads no session of yours; what it knows of this machine (login, names of user and host, git's
    /// settings) is what it would replace in texts.
    Demo,

    /// Tail, scrub, spool and ship
    ///
    /// Runs until it is stopped. Without consent it ends with exit code 77.
    #[command(after_long_help = "Example:\n  bcce-agent run --once --root ~/.claude")]
    Run(RunArgs),

    /// Show what would leave, beside the original
    ///
    /// On a terminal: sessions on the left, a record as it is and as it leaves side by side, values that were found in the
    /// colour of their kind. Keys: arrows move, t changes the tier, / searches, m notes that something was missed (the rule
    /// and the position, no text), q leaves. Uses the same rules as `run`; needs neither consent nor network.
    /// Of a project that settings or a .bcce-ignore keep out nothing leaves, and the rule is named; files that are named are shown
    /// all the same.
    #[command(after_long_help = "Example:\n  bcce-agent preview --tier content")]
    Preview(PreviewArgs),

    /// Scrub stdin to stdout
    ///
    /// Reads transcript lines and writes the events that `run` would ship, one a line, except that project rules and `.bcce-ignore`
    /// do not apply to a stream; with --text copies plain text with everything found replaced. Lines that cannot be scrubbed are
    /// dropped and counted on stderr.
    #[command(after_long_help = "Example:\n  bcce-agent scrub --text < build.log")]
    Scrub(ScrubArgs),

    /// Find secrets and personal data; never prints them
    ///
    /// Reads stdin where no PATH is given. Ends with exit code 1 when there are findings, and with 2 when there are none and not
    /// everything could be scanned: files, folders and lines that were left out are named on stderr.
    #[command(after_long_help = "\
Examples:
  bcce-agent scan .env notes.md
  bcce-agent scan --input text src
  bcce-agent scan --format sarif ~/.claude > findings.sarif

With --input json-lines each line of input is {\"id\":…, \"text\":…} and each line of output
{\"id\":…, \"findings\":[{\"rule\":…, \"kind\":…, \"start\":…, \"end\":…}]}, with offsets in bytes of the text as UTF-8. A line that is no such \
object has no answer: its number is told on stderr.")]
    Scan(ScanArgs),

    /// Give, take back or look at your consent
    Consent {
        /// What to do.
        #[command(subcommand)]
        command: ConsentCommand,
    },

    /// Show what Claude Code was used for: tokens, cost, tools, time
    ///
    /// Reads this machine's transcripts; needs neither consent nor network, and sends nothing. Tokens are counted once for each
    /// message, however many records and copies hold it. Costs are list prices; models without a known price are named.
    /// With --by redaction the detectors of `scan` look at the transcripts, and their findings are counted.
    #[command(after_long_help = "Example:\n  bcce-agent stats --by model --since 30d")]
    Stats(StatsArgs),

    /// Write the same as a page of HTML with charts
    ///
    /// One file that takes nothing from elsewhere, for light and dark screens and for paper.
    /// The detectors of `scan` count redactions for it. That takes about a minute of processor time a gigabyte the first time, and each
    /// time where credential files are looked into.
    #[command(after_long_help = "Example:\n  bcce-agent report --since 90d --output usage.html")]
    Report(ReportArgs),

    /// Show what was ever sent, by the hour
    ///
    /// Numbers, and where to: as the consent says under which it was sent. The events themselves lie with their receiver. The log stays when consent is taken back.
    #[command(after_long_help = "Example:\n  bcce-agent log --since 7d")]
    Log(LogArgs),

    /// Show what is in force, waiting and sent
    ///
    /// With --metrics prints counters in the text format of Prometheus, as a running agent gives them on the socket
    /// metrics.sock of the state folder (not on Windows).
    Status(StatusArgs),

    /// Check this installation
    ///
    /// Each failing check names its remedy. The score is the share, of 100, that the checks that found nothing weigh; checks
    /// that were not made count neither way. Ends with exit code 1 when a check fails, or the score is below --min-score.
    #[command(after_long_help = "Example:\n  bcce-agent doctor --probe --min-score 90 --json")]
    Doctor(DoctorArgs),

    /// Show, check or explain settings and policies
    Config {
        /// What to do.
        #[command(subcommand)]
        command: ConfigCommand,
    },

    /// List, test, import and explain the rules of the scrubber
    Rules {
        /// What to do.
        #[command(subcommand)]
        command: RulesCommand,
    },

    /// Send what waits, now
    Flush,

    /// Stop sending until `resume`; reading goes on
    Pause {
        /// Events of which class; may be given more than once. All without it.
        #[arg(long = "class", value_name = "CLASS", value_parser = class_parser())]
        classes: Vec<DataClass>,
    },

    /// Send again after `pause`
    Resume {
        /// Events of which class; may be given more than once. All without it.
        #[arg(long = "class", value_name = "CLASS", value_parser = class_parser())]
        classes: Vec<DataClass>,
    },

    /// Delete what waits to be sent
    ///
    /// Lists what goes and what stays, and asks. Deletes the events that wait, spools that were damaged, the notes of what `preview`
    /// missed, and what `stats` kept. Consent, keys, positions and the log of what was sent stay. With --request-erasure asks who receives the events to erase those that were sent, before anything is deleted here.
    #[command(after_long_help = "Example:\n  bcce-agent purge --request-erasure")]
    Purge(PurgeArgs),

    /// Run as a service of yours, started at each login
    ///
    /// A systemd user unit on Linux, a LaunchAgent on macOS, a scheduled task on Windows. Needs no administrator. Without
    /// consent the service waits and reads nothing.
    Service {
        /// What to do.
        #[command(subcommand)]
        command: ServiceCommand,
    },

    /// Print a completion script for a shell
    #[command(
        after_long_help = "Example:\n  bcce-agent completions bash > ~/.local/share/bash-completion/completions/bcce-agent"
    )]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// Arguments of `run`.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Take what is there now, deliver it, and exit
    #[arg(long)]
    pub once: bool,

    /// Without consent wait for it, reading nothing, in place of ending
    ///
    /// For services: looks every 5 seconds whether consent was given. Goes on waiting when it is taken back.
    #[arg(long, conflicts_with = "once")]
    pub wait: bool,
}

/// Arguments of commands that can print JSON.
#[derive(Debug, Clone, Args)]
pub struct JsonArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `status`.
#[derive(Debug, Clone, Args)]
pub struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print counters in the text format of Prometheus
    #[arg(long, conflicts_with = "json")]
    pub metrics: bool,
}

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,

    /// Call the services too
    ///
    /// Makes calls that deliver nothing: one without a signature to the streams' service (network, proxy, TLS, clock), one to the
    /// token service (who calls), and to each stream that the tier in force may use one without any record, which it refuses as
    /// empty (permission).
    #[arg(long)]
    pub probe: bool,

    /// Fail only below this score, of 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_score: Option<u8>,
}

/// Arguments of `purge`.
#[derive(Debug, Clone, Args)]
pub struct PurgeArgs {
    /// Delete without being asked
    #[arg(long)]
    pub yes: bool,

    /// First ask the receiver to erase what was sent
    ///
    /// Sends one event that says no more than every event does, above all the pseudonyms of you and this computer. Needs
    /// consent, as all that is sent; without it the pseudonyms are printed, to be given to whoever keeps the events. Nothing is
    /// deleted when the request cannot be delivered.
    #[arg(long)]
    pub request_erasure: bool,
}

fn tier_parser() -> impl TypedValueParser<Value = Tier> {
    PossibleValuesParser::new(Tier::ALL.map(Tier::as_str)).try_map(|name| name.parse::<Tier>())
}

fn class_parser() -> impl TypedValueParser<Value = DataClass> {
    let class = |name: String| DataClass::ALL.into_iter().find(|class| class.as_str() == name);
    PossibleValuesParser::new(DataClass::ALL.map(DataClass::as_str))
        .try_map(move |name| class(name).ok_or("no class of events"))
}
