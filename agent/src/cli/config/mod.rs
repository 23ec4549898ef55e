//! `config show`, `check`, `explain` and `template`.

pub(super) mod explain;

use std::path::Path;

use anyhow::Context as _;

use super::args::TemplateForm;
use super::output::{DIM, Output, STRONG, printable};
use super::{Context, Exit};
use crate::config::{CheckAs, ConfigError, PolicyState, Signing, Template, check_signature, check_text};
use crate::rules;

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
    unknown_variables(context);
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
    rules::engine(&context.config, &scrubber::detect::KnownIdentities::default())?;
    unknown_variables(context);
    context.output.line("no problems")?;
    Ok(Exit::Done)
}

/// Checks one file by itself; one whose name begins with `policy` as an organisation policy, with its signature where a key
/// lies beside it.
///
/// # Errors
/// All its problems; or when it cannot be read.
pub fn check_file(file: &Path, output: &Output) -> anyhow::Result<Exit> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let check_as = if name.starts_with("policy") { CheckAs::Policy } else { CheckAs::User };
    let signing = if check_as == CheckAs::Policy { check_signature(file, &bytes) } else { Ok(Signing::NotAsked) };
    let text = String::from_utf8(bytes).ok().with_context(|| format!("{} is not UTF-8", file.display()))?;
    let home = directories::BaseDirs::new();
    let home = home.as_ref().map(directories::BaseDirs::home_dir);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match (check_text(text, file, check_as, home), signing) {
        (Ok(()), Ok(Signing::Signed)) => output.line("no problems; the signature passes")?,
        (Ok(()), Ok(_)) => output.line("no problems")?,
        (Err(error), Ok(_)) | (Ok(()), Err(error)) => return Err(error.into()),
        (Err(ConfigError { mut problems }), Err(error)) => {
            problems.extend(error.problems);
            return Err(ConfigError { problems }.into());
        }
    }
    Ok(Exit::Done)
}

/// Prints what administrators' tools read.
///
/// # Errors
/// When stdout is closed.
pub(super) fn template(form: TemplateForm, output: &Output) -> anyhow::Result<Exit> {
    let template = match form {
        TemplateForm::JsonSchema => Template::JsonSchema,
        TemplateForm::Mobileconfig => Template::Mobileconfig,
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

fn unknown_variables(context: &Context) {
    for name in &context.config.unknown_variables {
        context.output.note(format_args!("note: {name} in the environment stands for no setting"));
    }
}
