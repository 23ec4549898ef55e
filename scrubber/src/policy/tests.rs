use super::*;
use crate::AllowList;
use crate::detect::KnownIdentities;
use std::error::Error;

fn policy(installation: u8, tier: Tier) -> Result<Policy, Box<dyn Error>> {
    let parts = PolicyParts {
        allow_list: AllowList::shipped()?,
        engine: Engine::new(&KnownIdentities::default())?,
        key: PseudonymKey::new(&[installation; 32]),
        host: HostFacts {
            login: format!("user-{installation}"),
            host: format!("laptop-{installation}"),
            home: format!("/home/user-{installation}"),
            os: "linux",
            org: None,
        },
        tier,
        consent_id: format!("consent-{installation}"),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: 1_023_999,
        replacements: Replacements::default(),
    };
    Ok(Policy::new(parts))
}

fn id(installation: u8, tier: Tier) -> Result<PolicyId, Box<dyn Error>> {
    Ok(policy(installation, tier)?.id().clone())
}

/// Keeps the folder that was asked about last.
struct Asked(Option<String>);

impl Projects for Asked {
    fn decide(&mut self, cwd: Option<&str>) -> ProjectDecision {
        self.0 = cwd.map(str::to_owned);
        ProjectDecision::Ship(Tier::Content)
    }
}

/// The folders asked about for records with these in place of one, after a record of the first folder.
fn asked(kind: SourceKind, folders: &[&str]) -> Result<Vec<Option<String>>, Box<dyn Error>> {
    let (policy, mut scratch, mut projects) = (policy(1, Tier::Metrics)?, Scratch::default(), Asked(None));
    let mut source = Source { kind, session: "s".to_owned(), cwd: None };
    let member = if kind == SourceKind::History { "project" } else { "cwd" };
    let ask = |folder: &&str| {
        let line = format!(r#"{{"type":"user","uuid":"u","sessionId":"s","timestamp":1,"{member}":{folder}}}"#);
        let raw = RawLine::new(line.as_bytes(), crate::Place { offset: 0, length: line.len() as u64 });
        policy.scrub(&raw, &mut source, &mut projects, 0, &mut scratch, &mut policy.events());
        projects.0.clone()
    };
    Ok(folders.iter().map(ask).collect())
}

const NO_FOLDERS: [&str; 8] =
    [r#""""#, r#""secret""#, r#""~/secret""#, r#""C:secret""#, r#""/w\u0000""#, "null", "7", r#"["/x"]"#];

#[test]
fn what_is_no_absolute_path_takes_no_known_folders_place() -> Result<(), Box<dyn Error>> {
    for odd in NO_FOLDERS {
        let known = Some("/w/secret".to_owned());
        assert_eq!(
            asked(SourceKind::Transcript, &[odd, r#""/w/secret""#, odd])?,
            [None, known.clone(), known],
            "{odd}"
        );
    }
    for windows in [r#""C:\\code""#, r#""d:/code""#, r#""\\\\server\\share""#, r#""\\\\?\\C:\\code""#] {
        let expected = serde_json::from_str::<String>(windows)?;
        assert_eq!(asked(SourceKind::Transcript, &[r#""/w""#, windows])?.pop(), Some(Some(expected)), "{windows}");
    }
    Ok(())
}

#[test]
fn a_line_of_history_whose_folder_is_none_has_not_that_of_the_line_before() -> Result<(), Box<dyn Error>> {
    assert_eq!(asked(SourceKind::History, &[r#""/w""#, r#""w""#])?, [Some("/w".to_owned()), None]);
    Ok(())
}

#[test]
fn one_policy_has_one_id_in_every_installation() -> Result<(), Box<dyn Error>> {
    assert_eq!(id(1, Tier::Content)?, id(2, Tier::Content)?);
    assert_ne!(id(1, Tier::Content)?, id(1, Tier::Metrics)?);
    Ok(())
}

#[test]
fn of_a_line_that_makes_the_scrubber_panic_nothing_is_left_but_its_count() {
    let mut scratch = Scratch { text: b"half".to_vec(), ..Scratch::default() };
    scratch.counts.lines = 7;
    let mut out = Tier::ALL.map(Events::new);
    out.iter_mut().for_each(|events| events.ndjson.extend_from_slice(b"whole\n"));
    let outcome = guarded(&mut scratch, &mut out, |scratch, out| {
        out.iter_mut().for_each(|events| events.ndjson.extend_from_slice(b"{\"half"));
        scratch.text.extend_from_slice(b" a line");
        // A broken invariant, as a detector might find one.
        let none: Option<EventId> = None;
        none.map_or_else(|| unreachable!("planted"), Ok)
    });
    assert_eq!(outcome, Outcome::Dropped(DropReason::Panicked));
    assert!(out.iter().all(|events| events.ndjson() == b"whole\n"));
    assert_eq!(scratch.text, b"");
    assert_eq!((scratch.counts.lines, scratch.counts.events), (7, 0));
    assert_eq!(scratch.counts.dropped.get(&DropReason::Panicked), Some(&1));
}
