//! The text that users agree to.

use std::collections::BTreeSet;

use pipeline::consent::ConsentText;
use scrubber::detect::Allowed;

use crate::cli::Context;
use crate::cli::output::{STRONG, printable};
use crate::config::{Config, HistoryFile, Sink};

/// Raised with every change of [`TEXT`]; users are asked again.
const VERSION: u32 = 4;
/// Raised to [`VERSION`] whenever more may leave at a tier than before: older grants end at once.
const COVERS_FROM: u32 = 4;

/// The part that is the same for everybody. Its hash stands in the ledger.
const TEXT: &str = "\
Read     Transcripts of Claude Code on this computer, and what \"Also\" names.
Leaves   What an allow-list names, with secrets and personal data scrubbed out:
metrics  counts, tokens, models, tool names, durations, outcomes, versions and
         times; this consent; pseudonyms of you, computer, session, project.
activity also commands' first word, file extensions, error kinds, text sizes.
content  also prompts, replies, tool inputs and results as text, each once.
         Scrubbing is thorough but cannot know every secret: look at \"preview\".
Never    images, documents, file history, pasted blobs; your name, address and
         home folder.";

/// Describes the text for the ledger.
pub(crate) fn describe() -> ConsentText {
    ConsentText::new(VERSION, COVERS_FROM, TEXT)
}

/// What every terminal has at least.
const WIDTH: usize = 80;
/// Where what is said begins, after its label.
const INDENT: usize = 9;

/// The whole text with what is particular to this installation, in lines that a terminal of 80 columns shows as they are.
pub(super) fn whole(context: &Context) -> String {
    let disclosure = &context.config.disclosure;
    let own_folder = matches!(context.config.sink, Sink::Directory(_));
    let kept = match &disclosure.retention {
        Some(retention) => printable(retention),
        None if own_folder => "until you delete it".to_owned(),
        None => "as long as its receiver decides; your organisation has not said".to_owned(),
    };
    let organisation = match &context.config.identity.org {
        Some(name) => format!(", of the organisation {}", printable(name)),
        None => String::new(),
    };
    let folders = context.paths.roots.iter().map(|root| root.display().to_string()).collect::<Vec<_>>();
    let mut lines: Vec<String> = TEXT.lines().map(str::to_owned).collect();
    lines.extend(labelled("Folders", &folders.join(", ")));
    lines.extend(labelled("Also", &format!("{}.", also_read(&context.config).join("; "))));
    let passed = let_pass(&context.config);
    if !passed.is_empty() {
        lines.extend(labelled("Left in", &format!("{}.", passed.into_iter().collect::<Vec<_>>().join("; "))));
    }
    lines.extend(labelled("Where to", &format!("{}{organisation}", context.destination_for_people())));
    let ask = match &disclosure.contact {
        Some(contact) => format!("; ask {}", printable(contact)),
        None if own_folder => String::new(),
        None => "; whom to ask was not said".to_owned(),
    };
    lines.extend(labelled("Kept", &format!("{kept}{ask}.")));
    lines.extend(labelled("Stop", "`bcce-agent consent revoke`: no more is sent, what waits is deleted."));
    lines.iter().map(|line| strong(line)).collect::<Vec<_>>().join("\n")
}

/// Further words of the question, for who asks for more.
pub(super) fn more() -> String {
    let lines = labelled(
        "Choose",
        "A .bcce-ignore file keeps a project out; `bcce-agent pause` stops for a while; `bcce-agent log` shows what was sent.",
    );
    lines.iter().map(|line| strong(line)).collect::<Vec<_>>().join("\n")
}

/// A label and what is said under it, one or more lines.
pub(super) fn labelled(label: &str, words: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = format!("{label:<INDENT$}");
    let mut length = INDENT;
    for word in words.split(' ') {
        let letters = word.chars().count();
        if length > INDENT && length + 1 + letters > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(INDENT)));
            length = INDENT;
        }
        if length > INDENT {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += letters;
    }
    lines.push(line);
    lines
}

/// The line with its label in bold.
pub(super) fn strong(line: &str) -> String {
    match line.split_at_checked(INDENT) {
        Some((label, rest)) if !label.trim().is_empty() => format!("{STRONG}{label}{STRONG:#}{rest}"),
        Some(_) | None => line.to_owned(),
    }
}

/// What these settings have read besides transcripts.
fn also_read(config: &Config) -> Vec<String> {
    let mut also = Vec::new();
    if config.tail.history == HistoryFile::Read {
        also.push("history.jsonl in these folders, which holds the prompts of all projects".to_owned());
    }
    if !config.known_values.is_empty() {
        let sources = config.known_values.join(", ");
        also.push(format!("the credential files of {sources}, so that their secrets are found in texts"));
    }
    if also.is_empty() {
        also.push("nothing".to_owned());
    }
    also
}

/// What these settings let leave of what the detectors find.
fn let_pass(config: &Config) -> BTreeSet<String> {
    let replacements = &config.scrub.replacements;
    let rules = config.scrub.allow.iter().filter_map(|entry| match &entry.allowed {
        Allowed::Rule(id) => Some(format!("what the rule {} finds", printable(id))),
        Allowed::Value(_) => None,
    });
    let last = replacements.last4.iter().map(|kind| format!("the last four digits of a {}", printable(kind)));
    let domains = replacements.email_domains.iter();
    let domains = domains.map(|domain| format!("that an address is of {}", printable(domain)));
    rules.chain(last).chain(domains).collect()
}

#[cfg(test)]
mod tests {
    use super::{also_read, describe};
    use crate::config::{Sources, UserFile, load};

    #[test]
    fn what_settings_have_read_besides_transcripts_is_named() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("config.toml");
        let read = |settings: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
            std::fs::write(&path, settings)?;
            let (policies, environment, user) = (Vec::new(), Vec::new(), UserFile::Named(path.clone()));
            Ok(also_read(&load(&Sources { policies, extra_policy: None, user, environment, home: None })?))
        };
        assert_eq!(read("")?, ["nothing"]);
        let both = read("tail.history = true\nscrub.known_values = [\"aws\", \"env\"]\n")?.join("; ");
        assert!(both.contains("history.jsonl") && both.contains("aws, env"), "{both}");
        Ok(())
    }

    /// Who changes the text raises its version, so that users are asked again; then this hash follows.
    #[test]
    fn the_text_of_this_version_is_unchanged() {
        let text = describe();
        insta::assert_snapshot!(format!("{} {} {}", text.version, text.covers_from, text.hash));
    }
}
