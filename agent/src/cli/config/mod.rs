//! `config show`, `check`, `explain` and `template`.

pub(super) mod explain;

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use super::args::TemplateForm;
use super::output::{DIM, Output, STRONG, printable};
use super::{Context, Exit};
use crate::config::{
    BUNDLE, CheckAs, ConfigError, PolicyState, Problem, Signing, Sink, Template, UnknownVariable, bundle_of,
    check_signature, check_text, ineffective, scrub_of, text_of,
};
use crate::driver::sinks::{TrustError, check_bundle};
use crate::rules::{self, RulesError};

/// Prints every effective value and the layer that set it.
///
/// # Errors
/// When stdout is closed.
pub fn show(context: &Context) -> anyhow::Result<Exit> {
    let Context { config, paths, output, .. } = context;
    let place = |name: &str, value: String| output.line(format_args!("{DIM}# {name:<12} {value}{DIM:#}"));
    let policy = match &config.policy {
        PolicyState::Absent => "none".to_owned(),
        PolicyState::InForce => "in force".to_owned(),
        PolicyState::Broken(_) => "cannot be used: nothing is sent (`bcce-agent config check` tells why)".to_owned(),
    };
    place("policy", policy)?;
    for found in &config.policies {
        place("", format!("{}, {}", found.path.display(), vouched(found.signing)))?;
    }
    place("your file", paths.config_file.display().to_string())?;
    place("state folder", paths.state_dir.display().to_string())?;
    place("lake", paths.lake.display().to_string())?;
    for root in &paths.roots {
        place("root", root.display().to_string())?;
    }
    output.line("")?;
    for row in &config.shown {
        match &row.value {
            Some(value) => {
                let line = row.line.map(|line| format!(":{line}")).unwrap_or_default();
                let setting = format!("{STRONG}{}{STRONG:#} = {}", row.key, printable(value));
                output.line(format_args!("{setting}  {DIM}# {}{line}{DIM:#}", row.origin))?;
            }
            None => output.line(format_args!("{DIM}# {} is not set{DIM:#}", row.key))?,
        }
    }
    tell_unknown_variables(context);
    Ok(Exit::Done)
}

/// Says whether the settings in force, policy included, can be used. Problems of the user's own layers are errors by now.
///
/// # Errors
/// When the policy cannot be used, or stdout is closed.
pub fn check(context: &Context) -> anyhow::Result<Exit> {
    if let PolicyState::Broken(error) = &context.config.policy {
        return Err(error.clone()).context("the organisation policy cannot be used; nothing is sent until it can");
    }
    let rules = rules::engine(&context.config, &scrubber::detect::KnownIdentities::default());
    let bundle = problem_of_bundle(context).map(|problem| ConfigError { problems: vec![problem] });
    match (rules, bundle) {
        (Ok(_), None) => {}
        (Ok(_), Some(bundle)) => return Err(bundle.into()),
        (Err(rules), None) => return Err(rules.into()),
        (Err(rules), Some(bundle)) => {
            // The last one ends the command.
            context.output.error(&rules.into());
            return Err(bundle.into());
        }
    }
    tell_unknown_variables(context);
    context.output.line("no problems")?;
    Ok(Exit::Done)
}

/// What is wrong with the bundle of certificates, where it is used.
fn problem_of_bundle(context: &Context) -> Option<Problem> {
    let Sink::Firehose(firehose) = &context.config.sink else { return None };
    let what = wrong_bundle(&check_bundle(firehose.ca_bundle.as_ref()?).err()?);
    let row = context.config.shown.iter().rfind(|row| row.key == BUNDLE)?;
    Some(Problem { origin: row.origin.clone(), line: row.line, key: Some(BUNDLE.to_owned()), what })
}

/// The same of the bundle that a file names. One that is not here is a warning, as of rules.
fn problem_of_named_bundle(
    text: &str,
    file: &Path,
    check_as: CheckAs,
    home: Option<&Path>,
    output: &Output,
) -> Option<Problem> {
    let (bundle, line) = bundle_of(text, file, check_as, home)?;
    let error = check_bundle(&bundle).err()?;
    if matches!(&error, TrustError::Unreadable { source, .. } if source.kind() == ErrorKind::NotFound) {
        not_here("certificates", &bundle, output);
        return None;
    }
    Some(Problem { origin: check_as.origin(file), line, key: Some(BUNDLE.to_owned()), what: wrong_bundle(&error) })
}

fn wrong_bundle(error: &TrustError) -> String {
    match error {
        TrustError::Unreadable { source, .. } => format!("cannot be read: {}", source.kind()),
        TrustError::Malformed(_) | TrustError::Tls(_) => "is no PEM file of certificates".to_owned(),
    }
}

/// Checks one file by itself, and the files of rules and certificates that it names; an organisation policy with its signature where a key lies beside
/// it. Without being told as what, one whose name begins with `policy` is taken for an organisation policy. What a policy sets without effect is a
/// warning.
///
/// # Errors
/// All its problems; or when it cannot be read.
pub fn check_file(file: &Path, told: Option<CheckAs>, output: &Output) -> anyhow::Result<Exit> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (check_as, words) = match told {
        Some(told @ CheckAs::Policy) => (told, "checked as an organisation policy"),
        Some(told @ CheckAs::User) => (told, "checked as a user's settings"),
        None if name.starts_with("policy") => (
            CheckAs::Policy,
            "checked as an organisation policy, as its name begins with `policy`; `--as user` checks it as a user's settings",
        ),
        None => (
            CheckAs::User,
            "checked as a user's settings, as its name does not begin with `policy`; `--as policy` checks it as a policy",
        ),
    };
    output.note(words);
    let signing = if check_as == CheckAs::Policy { check_signature(file, &bytes) } else { Ok(Signing::NotAsked) };
    let text = text_of(bytes, &check_as.origin(file))?;
    let home = directories::BaseDirs::new();
    let home = home.as_ref().map(directories::BaseDirs::home_dir);
    let mut problems: Vec<Problem> =
        check_text(&text, file, check_as, home).err().map_or_else(Vec::new, |e| e.problems);
    let signed = match signing {
        Ok(signing) => signing == Signing::Signed,
        Err(error) => {
            problems.extend(error.problems);
            false
        }
    };
    problems.extend(problems_of_rules(&text, file, check_as, home, output));
    problems.extend(problem_of_named_bundle(&text, file, check_as, home, output));
    if check_as == CheckAs::Policy {
        ineffective(&text, file).iter().for_each(|one| output.note(format_args!("warning: {one}")));
    }
    if !problems.is_empty() {
        return Err(ConfigError { problems }.into());
    }
    output.line(if signed { "no problems; the signature passes" } else { "no problems" })?;
    Ok(Exit::Done)
}

/// What is wrong with the files of rules that a file names. One that is not here may be where the file is meant for: that is a warning.
fn problems_of_rules(text: &str, file: &Path, check_as: CheckAs, home: Option<&Path>, output: &Output) -> Vec<Problem> {
    let (scrub, line) = scrub_of(text, file, check_as, home);
    let rules::Checked { missing, errors } = rules::check(&scrub);
    for path in missing {
        not_here("rules", &path, output);
    }
    let origin = check_as.origin(file);
    let mut problems = Vec::new();
    for error in errors {
        match error {
            RulesError::Allow(ConfigError { problems: more }) => problems.extend(more),
            error @ (RulesError::Read { .. }
            | RulesError::NoRules { .. }
            | RulesError::Broken(_)
            | RulesError::Engine(_)) => {
                let what = format!("{:#}", anyhow::Error::from(error));
                problems.push(Problem { origin: origin.clone(), line, key: Some("scrub.rules".to_owned()), what });
            }
        }
    }
    problems
}

fn not_here(what: &str, path: &Path, output: &Output) {
    output.note(format_args!(
        "warning: the {what} in {} are not on this machine, so they were not checked; a laptop that lacks them sends nothing until \
         they are there",
        path.display()
    ));
}

/// Prints what administrators' tools read.
///
/// # Errors
/// When stdout is closed.
pub(super) fn template(form: TemplateForm, output: &Output) -> anyhow::Result<Exit> {
    let template = match form {
        TemplateForm::JsonSchema => Template::JsonSchema,
        TemplateForm::Mobileconfig => Template::Mobileconfig,
        TemplateForm::Plist => Template::Plist,
        TemplateForm::Admx => Template::Admx,
        TemplateForm::Adml => Template::Adml,
    };
    output.bulk().write_all(template.text().as_bytes())?;
    Ok(Exit::Done)
}

/// What vouches for a policy, in words.
pub(super) fn vouched(signing: Signing) -> &'static str {
    match signing {
        Signing::Signed => "signed",
        Signing::Unsigned => "not signed: no key is pinned beside it",
        Signing::BySystem => "set by this system's management",
        Signing::NotAsked => "named on the command line",
    }
}

/// Warns of variables that look like settings and are none.
pub(super) fn tell_unknown_variables(context: &Context) {
    for UnknownVariable { name, near } in &context.config.unknown_variables {
        let near = near.as_ref().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        context.output.note(format_args!("warning: {name} in the environment stands for no setting{near}"));
    }
}
