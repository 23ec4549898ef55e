//! The arguments of all commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const ABOUT: &str = "Deploys, checks and asks the lake that BCCE Agents ship to";

const AFTER_LONG: &str = "\
Credentials, profile and region are found as the AWS CLI finds them. With --lake DIR commands that ask a lake read a folder \
that an agent wrote (or a copy of a lake's files) in place of AWS, and need no account.

Exit codes:
  0   done
  1   the answer is no: above the threshold, below the score, not found
  2   failed
  64  wrong usage

Examples:
  bcce deploy --component infrastructure --region eu-central-1 --template-bucket templates --dry-run
  bcce cost analysis --period 30d --alert-threshold 15000
  bcce audit report --framework soc2 --period monthly --format html > report.html
  bcce --lake bcce-demo/lake cost analysis --period 3650d";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "bcce", version, about = ABOUT, after_long_help = AFTER_LONG, arg_required_else_help = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command. Apart in the help, so that a command's own options are seen.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Read this folder of events in place of a lake in AWS
    #[arg(long, global = true, value_name = "DIR")]
    pub lake: Option<PathBuf>,
    /// Profile of ~/.aws/config; by default AWS_PROFILE, else `default`
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Region of the lake; by default that of the environment or the profile. Several for `deploy`
    #[arg(long, global = true, value_name = "REGION")]
    pub region: Vec<String>,
    /// Name of the lake's stack
    #[arg(long, global = true, value_name = "NAME", default_value = "bcce-lake")]
    pub stack: String,
    /// Endpoint in place of the services' own (an emulator); plain http on loopback only
    #[arg(long, global = true, value_name = "URL", env = "AWS_ENDPOINT_URL")]
    pub endpoint_url: Option<String>,
    /// PEM file of further certificate authorities; by default AWS_CA_BUNDLE
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_bundle: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// No colours
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Say more; may be repeated
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say less; may be repeated
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create or update the lake, its views or its dashboards
    Deploy(DeployArgs),
    /// Say how ready the lake is, with what was found and what helps
    Validate(ValidateArgs),
    /// What usage cost
    Cost {
        /// What to do.
        #[command(subcommand)]
        command: CostCommand,
    },
    /// What an auditor asks
    Audit {
        /// What to do.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Sign and check organisation policies
    Policy {
        /// What to do.
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Erase what the lake holds of a user's pseudonym
    Erase(EraseArgs),
}

/// `deploy`.
#[derive(Debug, Args)]
pub struct DeployArgs {
    /// What is deployed
    #[arg(long, value_enum)]
    pub component: Component,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before changing
    #[arg(long)]
    pub yes: bool,
    /// A parameter of the template (infrastructure); without it an existing stack keeps its own. `KEY=@FILE` reads the value from a
    /// file, so that a secret stands in no list of processes. May be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub parameter: Vec<String>,
    /// Bucket in the stack's region through which the template goes (infrastructure): it is too large to be sent directly.
    /// `{region}` in its name becomes the region
    #[arg(long, value_name = "BUCKET")]
    pub template_bucket: Option<String>,
    /// Template of your own in place of the one that this program carries (infrastructure); YAML or JSON
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Grafana's address (dashboards); its service account token is read from GRAFANA_TOKEN
    #[arg(long, value_name = "URL", conflicts_with = "superset")]
    pub grafana: Option<String>,
    /// Superset's address (dashboards); SUPERSET_USERNAME and SUPERSET_PASSWORD are read from the environment
    #[arg(long, value_name = "URL")]
    pub superset: Option<String>,
    /// Superset's address of the database, as SQLAlchemy writes it (dashboards); one with a password belongs into the environment
    #[arg(long, value_name = "URI", env = "BCCE_DATABASE_URI", hide_env_values = true, requires = "superset")]
    pub database_uri: Option<String>,
}

/// What can be deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Component {
    /// Keys, buckets, streams, tables, workgroups, roles, alarms: the CloudFormation stack
    Infrastructure,
    /// The views over the tables, in Athena
    LogAggregation,
    /// The dashboards, in Grafana or Superset
    Dashboards,
}

/// `validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// End with 1 below this score
    #[arg(long, value_name = "SCORE", default_value_t = 90, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub min_score: u32,
    /// End with 1 when more agents than this have been silent for three days, or when that is not known
    ///
    /// The score allows for one in twenty. This is for a nightly job that tells of single ones.
    #[arg(long, value_name = "COUNT")]
    pub max_silent: Option<u64>,
}

/// `cost …`.
#[derive(Debug, Subcommand)]
pub enum CostCommand {
    /// Cost by a dimension over a period, at list prices
    Analysis(CostArgs),
}

/// `cost analysis`.
#[derive(Debug, Args)]
pub struct CostArgs {
    /// How far back: a number and d (days), w (weeks) or m (months of 30 days) up to now; or monthly, quarterly, yearly (whole
    /// ones, the last that is over)
    #[arg(long, default_value = "30d", value_name = "PERIOD")]
    pub period: crate::lake::Period,
    /// By what the rows are
    #[arg(long, value_enum, default_value_t = CostBy::Model)]
    pub by: CostBy,
    /// End with 1 where the sum is above this many US dollars
    #[arg(long, value_name = "USD", value_parser = dollars, allow_hyphen_values = true)]
    pub alert_threshold: Option<f64>,
}

/// By what costs are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostBy {
    /// Day, in UTC
    Day,
    /// Team, where the lake knows teams
    Team,
    /// Model
    Model,
    /// Pseudonym of the project
    Project,
    /// Pseudonym of the user
    User,
    /// Organisation
    Org,
}

/// `audit …`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Each control of a framework with the evidence that was found
    Report(AuditReportArgs),
    /// Events by who, when and under which consent and policy; never their texts
    Search(AuditSearchArgs),
}

/// `audit report`.
#[derive(Debug, Args)]
pub struct AuditReportArgs {
    /// Whose controls
    #[arg(long, value_enum)]
    pub framework: Framework,
    /// Over which time evidence is counted: monthly, quarterly, yearly (whole ones, the last that is over), or 30d and the like
    #[arg(long, default_value = "monthly", value_name = "PERIOD")]
    pub period: crate::lake::Period,
    /// How the report is written; Markdown unless --json says otherwise
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
}

/// Frameworks whose controls are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Framework {
    /// SOC 2, trust services criteria of 2017
    Soc2,
    /// HIPAA, the security rule's technical safeguards and documentation
    Hipaa,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown
    Md,
    /// One page of HTML
    Html,
    /// JSON
    Json,
    /// Comma-separated values, a row for each finding
    Csv,
}

/// `audit search`.
#[derive(Debug, Args)]
pub struct AuditSearchArgs {
    /// How far back, as in `cost analysis`
    #[arg(long, default_value = "30d", value_name = "PERIOD")]
    pub period: crate::lake::Period,
    /// Of this user's pseudonym
    #[arg(long, value_name = "PSEUDONYM", value_parser = pseudonym)]
    pub user: Option<String>,
    /// Of this session's pseudonym
    #[arg(long, value_name = "PSEUDONYM", value_parser = pseudonym)]
    pub session: Option<String>,
    /// Under this consent
    #[arg(long, value_name = "ID")]
    pub consent: Option<String>,
    /// Under this policy
    #[arg(long, value_name = "ID")]
    pub policy: Option<String>,
    /// Of this kind, such as `assistant` or `agent_health`
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// In which a tool of this name was called
    #[arg(long, value_name = "NAME")]
    pub tool: Option<String>,
    /// In which this rule redacted something
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// At most so many, the newest first
    #[arg(long, default_value_t = 100, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
}

/// `policy …`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Make a key pair for signing policies
    Keygen(PolicyKeygenArgs),
    /// Sign a policy: writes FILE.sig beside it
    Sign(PolicySignArgs),
    /// Check a policy as a laptop would, and its signature where a public key lies beside it
    Check {
        /// The policy
        file: PathBuf,
    },
}

/// `policy keygen`.
#[derive(Debug, Args)]
pub struct PolicyKeygenArgs {
    /// File of the private key, which must not exist; the public key is printed, for policy.pub
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// `policy sign`.
#[derive(Debug, Args)]
pub struct PolicySignArgs {
    /// The policy
    pub file: PathBuf,
    /// File of the private key, as `policy keygen` makes it (PKCS #8 in PEM)
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// `erase`.
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// The user's pseudonym: 16 hexadecimal digits. May be repeated
    #[arg(long, required = true, value_name = "PSEUDONYM", value_parser = pseudonym)]
    pub pseudonym: Vec<String>,
    /// Show what would be erased, and erase nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before erasing
    #[arg(long)]
    pub yes: bool,
}

fn dollars(text: &str) -> Result<f64, &'static str> {
    match text.parse::<f64>() {
        Ok(dollars) if dollars.is_finite() && dollars >= 0.0 => Ok(dollars),
        Ok(_) | Err(_) => Err("a threshold is a number of US dollars, 0 or more"),
    }
}

fn pseudonym(text: &str) -> Result<String, &'static str> {
    let is_one = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_one { Ok(text.to_owned()) } else { Err("a pseudonym has 16 hexadecimal digits, in small letters") }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_pseudonym_is_wrong_usage_and_not_an_empty_answer() {
        let check = |words: &[&str], ok: bool| {
            let parsed = Cli::try_parse_from(["bcce", "audit", "search"].iter().chain(words));
            assert_eq!(parsed.is_ok(), ok, "{words:?}");
        };
        check(&["--user", "52735edf6e08715d", "--session", "03bd81f394f2ba4d"], true);
        check(&["--user", "ada"], false);
        check(&["--session", "63769a8b-8ce8-421e-a9b3-ac70cbb76a69"], false);
        let error = Cli::try_parse_from(["bcce", "audit", "search", "--user", "ada"]).unwrap_err().to_string();
        assert!(error.contains("a pseudonym has 16 hexadecimal digits"), "{error}");
    }
}
