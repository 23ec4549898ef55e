//! Scrubs generated transcripts of many seeds and says which planted values came out. One value in a hundred thousand looks, by chance,
//! like something that is let pass; no fixed test meets it.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use anyhow::{Result, bail};
use samples::{Developer, Generator, Ledger};
use scrubber::detect::{Engine, KnownIdentities};
use scrubber::{
    AllowList, HostFacts, Place, Policy, PolicyParts, ProjectDecision, Projects, PseudonymKey, RawLine, Replacements,
    Scratch, Source, SourceKind, Tier,
};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many seeds
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// Bytes of transcripts of each seed
    #[arg(long, default_value_t = 4_000_000)]
    bytes: u64,
}

/// What is shown around a value that came out: bytes before it, and behind it.
const SHOWN: (usize, usize) = (80, 30);
/// As dense as the generator plants.
const PLANTS_PER_MILLE: usize = 1000;

struct Everywhere;

impl Projects for Everywhere {
    fn decide(&mut self, _: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

#[expect(clippy::print_stdout, reason = "a chore tells on the terminal what it found")]
pub(crate) fn run(options: &Options) -> Result<()> {
    let (mut planted, mut leaks) = (0, 0);
    for seed in options.from..options.from.saturating_add(options.seeds) {
        let mut stream = Generator::new(seed).plants_per_mille(PLANTS_PER_MILLE).bytes(options.bytes).stream();
        let lines: Vec<Vec<u8>> = stream.by_ref().map(|line| line.bytes).collect();
        let ledger = stream.into_ledger();
        let events = scrubbed(&policy(&ledger.developer)?, &lines);
        planted += ledger.needles().count();
        for leak in found(&ledger, &events)? {
            leaks += 1;
            println!("seed {seed}: {leak}");
        }
    }
    println!("{planted} planted values of {} seeds, {leaks} came out", options.seeds);
    if leaks > 0 { bail!("planted values came out") } else { Ok(()) }
}

fn policy(owner: &Developer) -> Result<Policy> {
    let known = KnownIdentities {
        logins: vec![owner.user.clone()],
        names: vec![owner.name.clone()],
        emails: vec![owner.email.clone()],
        hosts: vec![owner.host.clone()],
        homes: vec![owner.home.clone()],
    };
    Ok(Policy::new(PolicyParts {
        allow_list: AllowList::shipped()?,
        engine: Engine::new(&known)?,
        key: PseudonymKey::new(&[7; 32]),
        host: HostFacts {
            login: owner.user.clone(),
            host: owner.host.clone(),
            home: owner.home.clone(),
            os: "linux",
            org: None,
        },
        tier: Tier::Content,
        consent_id: "consent".to_owned(),
        agent_version: "0".to_owned(),
        event_bytes_max: 1_023_999,
        replacements: Replacements::default(),
    }))
}

/// All events of the lines, one after another.
fn scrubbed(policy: &Policy, lines: &[Vec<u8>]) -> Vec<u8> {
    let (mut scratch, mut events, mut all) = (Scratch::default(), policy.events(), Vec::new());
    let mut source = Source { kind: SourceKind::Transcript, session: "session".into(), cwd: None };
    for line in lines {
        let place = Place { offset: 0, length: line.len() as u64 };
        let line = RawLine::new(line.strip_suffix(b"\n").unwrap_or(line), place);
        policy.scrub(&line, &mut source, &mut Everywhere, 0, &mut scratch, &mut events);
        for run in &mut events {
            all.extend_from_slice(run.ndjson());
            run.clear();
        }
    }
    all
}

/// Kinds and places of planted values that stand in the events. The values are made up, so they may be shown.
fn found(ledger: &Ledger, events: &[u8]) -> Result<Vec<String>> {
    let needles: Vec<_> = ledger.needles().collect();
    let search = AhoCorasick::new(needles.iter().map(|(needle, _)| needle))?;
    let mut seen = BTreeSet::new();
    let mut leaks = Vec::new();
    for hit in search.find_iter(events) {
        let Some((_, plant)) = needles.get(hit.pattern().as_usize()).filter(|_| seen.insert(hit.pattern())) else {
            continue;
        };
        let around = hit.start().saturating_sub(SHOWN.0)..events.len().min(hit.end() + SHOWN.1);
        let around = String::from_utf8_lossy(events.get(around).unwrap_or_default()).replace('\n', " ");
        leaks.push(format!("{} of {} as {}: {around}", plant.kind, plant.place, plant.form.name()));
    }
    Ok(leaks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_is_found() -> Result<()> {
        let mut stream = Generator::new(3).plants_per_mille(PLANTS_PER_MILLE).bytes(300_000).stream();
        let lines: Vec<Vec<u8>> = stream.by_ref().map(|line| line.bytes).collect();
        let ledger = stream.into_ledger();
        let policy = policy(&ledger.developer)?;
        assert_eq!(found(&ledger, &scrubbed(&policy, &lines))?, Vec::<String>::new());
        assert!(found(&ledger, &lines.concat())?.len() > 10);
        Ok(())
    }
}
