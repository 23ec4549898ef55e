//! The text that users agree to.

use std::collections::BTreeSet;

use pipeline::consent::ConsentText;
use scrubber::detect::Allowed;

use crate::cli::Context;
use crate::cli::output::{STRONG, printable};
use crate::config::{Config, HistoryFile, Sink};

/// Raised with every change of [`TEXT`]; users are asked again.
const VERSION: u32 = 2;
/// Raised to [`VERSION`] whenever more may leave at a tier than before: older grants end at once.
const COVERS_FROM: u32 = 1;

/// The part that is the same for everybody. Its hash stands in the ledger.
const TEXT: &str = "\
What is read   The transcripts that Claude Code writes on this computer, and what \"Also read\" names.
What leaves    What an allow-list names, after secrets and personal data were scrubbed out of it:
  metrics      counts, tokens, models, tool names, durations, outcomes, versions, times. You, this
               computer, sessions and projects appear under pseudonyms.
  activity     also the first word of commands, file extensions, kinds of errors, sizes of texts.
  content      also prompts, replies, tool inputs and results as text, each once, scrubbed.
               Scrubbing is thorough but cannot know every secret: look at the preview first.
Never          images, documents, file history, pasted blobs; your name, address, home folder.";

/// Describes the text for the ledger.
pub(crate) fn describe() -> ConsentText {
    ConsentText::new(VERSION, COVERS_FROM, TEXT)
}

/// The whole text with what is particular to this installation.
pub(super) fn whole(context: &Context) -> String {
    let disclosure = &context.config.disclosure;
    let own_folder = matches!(context.config.sink, Sink::Directory(_));
    let kept = match &disclosure.retention {
        Some(retention) => printable(retention),
        None if own_folder => "until you delete it".to_owned(),
        None => "as long as its receiver decides; your organisation has not said".to_owned(),
    };
    let contact = match &disclosure.contact {
        Some(contact) => format!("\nWhom to ask    {}", printable(contact)),
        None if own_folder => String::new(),
        None => "\nWhom to ask    your organisation has not said".to_owned(),
    };
    let organisation = match &context.config.identity.org {
        Some(name) => format!("Organisation   {}\n", printable(name)),
        None => String::new(),
    };
    let also = also_read(&context.config).join("; ");
    let passed = let_pass(&context.config);
    let folders = context.paths.roots.iter().map(|root| root.display().to_string()).collect::<Vec<_>>();
    let text = format!(
        "{TEXT}\n\
         Folders        {}\n\
         Also read      {also}.\n\
         {passed}\
         {organisation}Where to       {}\n\
         How long       {kept}{contact}\n\
         How to stop    `bcce-agent consent revoke`: nothing is sent any more and what waits is deleted.\n\
         \x20              A .bcce-ignore file keeps a project out; `bcce-agent pause` stops for a while.",
        folders.join(", "),
        context.destination_for_people(),
    );
    let label = |line: &str| match line.split_at_checked(15) {
        Some((label, rest)) => format!("{STRONG}{label}{STRONG:#}{rest}"),
        None => line.to_owned(),
    };
    text.lines().map(label).collect::<Vec<_>>().join("\n")
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

/// What these settings let leave that the detectors find, where there is any.
fn let_pass(config: &Config) -> String {
    let replacements = &config.scrub.replacements;
    let rules = config.scrub.allow.iter().filter_map(|entry| match &entry.allowed {
        Allowed::Rule(id) => Some(format!("what the rule {id} finds")),
        Allowed::Value(_) => None,
    });
    let last = replacements.last4.iter().map(|kind| format!("the last four digits of a {kind}"));
    let domains = replacements.email_domains.iter().map(|domain| format!("that an address is of {domain}"));
    let all: BTreeSet<String> = rules.chain(last).chain(domains).collect();
    if all.is_empty() {
        return String::new();
    }
    let all: Vec<_> = all.iter().map(|one| printable(one)).collect();
    format!("Not scrubbed   {}.\n", all.join("; "))
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
