//! `demo`: the whole pipeline over made-up transcripts, into `./bcce-demo`.

use super::output::{BAD, DIM, GOOD, Output, STRONG, counted};
use super::{Context, Exit, detectors, hinted, progress};
use crate::config::{Paths, Sources, UserFile, load};
use crate::driver::gate::Gate;
use crate::driver::run::{Job, Work, run as drive};
use crate::driver::stop::Stop;
use crate::edge::clock;
use crate::edge::host::Host;
use crate::edge::key::KeyFile;
use crate::edge::ledger::LedgerFile;
use crate::filter::lines;
use crate::filter::scrub::EveryProject;
use crate::policy;
use anyhow::Context as _;
use pipeline::consent::{Environment, Given, GrantRequest};
use pipeline::tail::LINE_BYTES_MAX;
use pipeline::time::DAY_MS;
use samples::{Generator, PlantClass};
use scrubber::{Policy, Scratch, Source, SourceKind, Tier};
use std::fs;
use std::io::BufRead as _;
use std::path::Path;
use std::sync::Arc;

/// Where the demonstration lies, below the working folder.
const FOLDER: &str = "bcce-demo";
/// Made-up transcripts, in bytes: enough for every kind of record.
const BYTES: u64 = 4 * 1024 * 1024;
/// They are of the last week, so that what looks at the last days has something to tell.
const SPAN_MS: i64 = 7 * DAY_MS;
/// The last turn begins so long ago: none ends in the future.
const QUIET_MS: i64 = 60 * 60 * 1000;
/// Characters of an example that are shown.
const EXAMPLE_CHARACTERS: usize = 1600;
/// A record that is shown has so many at most: it is seen whole, and so is what leaves of it.
const RECORD_CHARACTERS: usize = 800;

/// Makes transcripts and runs the real pipeline over them. Needs no consent: it reads no transcript of the user's, and of the machine
/// what the scrubber replaces everywhere (login, names of user and host), which stays in the folder.
///
/// # Errors
/// When the folder is there already and is no demonstration, or the pipeline fails.
pub(super) fn run(output: &Arc<Output>) -> anyhow::Result<Exit> {
    let folder = std::env::current_dir().context("cannot find the working folder")?.join(FOLDER);
    make_room(&folder)?;
    let claude = folder.join("claude");
    let bar = progress::spinner("making transcripts with planted secrets");
    let now = clock::wall().0;
    let made = Generator::new(20).bytes(BYTES).times(now - SPAN_MS..now - QUIET_MS).write(&claude);
    bar.finish_and_clear();
    let tree = made.context("cannot write transcripts")?;
    let planted = tree.ledger().plants.len();
    output.line(format_args!(
        "{STRONG}made{STRONG:#}       {} records with {planted} planted values in {}",
        tree.ledger().records.len(),
        claude.display()
    ))?;

    let context = context(&folder, &claude, output)?;
    let bar = progress::spinner("reading and delivering");
    let delivered = deliver(&context);
    bar.finish_and_clear();
    let (done, consent) = delivered?;
    let counts = &done.counts;
    output.line(format_args!(
        "{STRONG}read{STRONG:#}       {}, {}",
        counted(counts.lines, "line"),
        counted(counts.bytes, "byte")
    ))?;
    output.line(format_args!(
        "{STRONG}dropped{STRONG:#}    {} fields that no rule names, {} of another shape, {} texts that are copies",
        counts.fields_unlisted, counts.fields_misshapen, counts.texts_twin
    ))?;
    for (reason, count) in &counts.dropped {
        output.line(format_args!("           {}: {}", counted(*count, "line"), reason.as_str()))?;
    }
    output.line(format_args!(
        "{STRONG}replaced{STRONG:#}   {}, by rule:",
        counted(counts.redactions.values().sum(), "value")
    ))?;
    for (rule, count) in &counts.redactions {
        output.line(format_args!("  {count:>8}  {rule}"))?;
    }
    let (events, bytes) = done.delivered;
    output.line(format_args!(
        "{STRONG}delivered{STRONG:#}  {}, {}",
        counted(events, "event"),
        counted(bytes, "byte")
    ))?;
    examples(&context, &tree, &consent)?;
    output.line(format_args!("\nThe lake lies in {GOOD}{}{GOOD:#}", context.paths.lake.display()))?;
    output.line("Next: `bcce-agent preview` shows what would leave of your own sessions.")?;
    Ok(Exit::Done)
}

/// Removes what an earlier demonstration left, and nothing else.
fn make_room(folder: &Path) -> anyhow::Result<()> {
    let mark = folder.join(".demo");
    if folder.exists() {
        if !mark.exists() {
            return Err(hinted(
                format!("{} is there and was not made by the demo", folder.display()),
                "run it in another folder",
            ));
        }
        for part in ["claude", "claude-outside", "state", "lake"] {
            match fs::remove_dir_all(folder.join(part)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).context("cannot remove the last demonstration");
                }
                _ => {}
            }
        }
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&mark, b""))
        .context("cannot make the folder of the demonstration")
}

/// An installation of its own: built-in settings, no policy, no environment.
fn context(folder: &Path, claude: &Path, output: &Arc<Output>) -> anyhow::Result<Context> {
    let mut paths = Paths::find(Some(folder.join("state")), &[claude.to_owned()], None)?;
    paths.lake = folder.join("lake");
    let sources = Sources {
        policies: Vec::new(),
        extra_policy: None,
        user: UserFile::Standard(folder.join("no-such-file.toml")),
        environment: Vec::new(),
        home: Some(paths.home.clone()),
    };
    Ok(Context::new(load(&sources)?, paths, Arc::clone(output), Environment::default()))
}

/// What was done, and the id of the consent under which.
fn deliver(context: &Context) -> anyhow::Result<(crate::driver::run::Done, String)> {
    context.paths.prepare_state_dir()?;
    let request = GrantRequest {
        tier: Tier::Content,
        backfill: true,
        given: Given::Flags,
        destination: context.destination.clone(),
        extras: context.extras.clone(),
    };
    LedgerFile::open(&context.paths.state_dir)?.grant(request, &context.text, clock::wall())?;
    let mut gate = Gate::open(&context.paths.state_dir, &context.config, context.text.clone(), context.environment)?;
    let terms = gate.terms().map_err(|reason| hinted(reason.to_string(), "run it in another folder"))?;
    let consent = terms.consent_id.as_str().to_owned();
    let stop = Arc::new(Stop::default());
    let done =
        drive(Work { config: &context.config, paths: &context.paths, gate, terms, job: Job::Once, stop: &stop })?;
    Ok((done, consent))
}

/// Shows one record as it was and as it leaves at each tier: under the keys of the lake, so that it is found there by its ids.
fn examples(context: &Context, tree: &samples::Tree, consent: &str) -> anyhow::Result<()> {
    let output = &context.output;
    let host = Host::read(&context.paths.home);
    let keys = KeyFile::new(&context.paths.state_dir).load()?.context("the keys of the demonstration are gone")?;
    let policy = |tier| {
        let engine = detectors::engine(context, &host)?;
        let policy = policy::with_engine(engine, &context.config, &host, keys.pseudonym_key(), tier, consent)?;
        anyhow::Ok(policy)
    };
    let secrets: Vec<_> = tree
        .ledger()
        .needles()
        .filter(|(_, plant)| plant.class == PlantClass::Secret)
        .map(|(needle, _)| needle)
        .collect();
    let Some(line) = telling_line(&policy(Tier::Content)?, tree, &secrets)? else { return Ok(()) };
    output.line(format_args!("\n{STRONG}One record, as it was{STRONG:#}"))?;
    output.line(with_secrets_marked(&shorten(&line), &secrets))?;
    for tier in Tier::ALL {
        output.line(format_args!("\n{STRONG}What of it leaves at {tier}{STRONG:#}"))?;
        output.line(shorten(&scrubbed(&policy(tier)?, &line).0))?;
    }
    Ok(())
}

/// Of the short lines with a planted secret that in which most rules replace something; of several, the shortest.
fn telling_line(policy: &Policy, tree: &samples::Tree, secrets: &[&str]) -> anyhow::Result<Option<String>> {
    let mut best: Option<(usize, String)> = None;
    for file in tree.session_files() {
        let reader = std::io::BufReader::new(fs::File::open(tree.root().join(file))?);
        let short = reader.lines().map_while(Result::ok).filter(|line| line.len() <= RECORD_CHARACTERS);
        for line in short.filter(|line| secrets.iter().any(|secret| line.contains(secret))) {
            let rules = scrubbed(policy, &line).1;
            if best.as_ref().is_none_or(|(most, kept)| (rules, kept.len()) > (*most, line.len())) {
                best = Some((rules, line));
            }
        }
    }
    Ok(best.map(|(_, line)| line))
}

fn with_secrets_marked(text: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, &format!("{BAD}{secret}{BAD:#}")))
}

fn scrubbed(policy: &Policy, line: &str) -> (String, usize) {
    let (mut scratch, mut events) = (Scratch::default(), policy.events());
    let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
    // A slice is always read, and the closure never fails.
    let _ = lines::for_each(line.as_bytes(), LINE_BYTES_MAX, |raw| {
        policy.scrub(&raw, &mut source, &mut EveryProject::default(), clock::wall().0, &mut scratch, &mut events);
        Ok(())
    });
    let event =
        events.iter().flat_map(|run| run.iter()).map(|event| String::from_utf8_lossy(event.line()).into_owned());
    (event.collect(), scratch.counts.redactions.len())
}

fn shorten(text: &str) -> String {
    let text = super::output::printable(text.trim_end());
    let kept: String = text.chars().take(EXAMPLE_CHARACTERS).collect();
    let rest = text.chars().count() - kept.chars().count();
    if rest > 0 { format!("{kept}{DIM} ... {rest} more characters{DIM:#}") } else { kept }
}
