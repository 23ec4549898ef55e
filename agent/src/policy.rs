//! Puts the scrubbing policy together from settings, host facts and a key. One place, so that `preview`, `scrub` and `run`
//! cannot differ.

use crate::config::Config;
use crate::edge::credentials;
use crate::edge::host::Host;
use crate::edge::projects::ProjectFolders;
use crate::rules::{self, RulesError};
use pipeline::pack::FIREHOSE_RECORD_BYTES_MAX;
use ring::rand::{SecureRandom as _, SystemRandom};
pub use scrubber::detect::Engine;
use scrubber::detect::EngineError;
use scrubber::{AllowList, AllowListError, Policy, PolicyParts, PseudonymKey, Tier};

/// The policy cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The allow-list shipped with the program is broken.
    #[error("cannot use the allow-list")]
    AllowList(#[from] AllowListError),
    /// The rules shipped with the program are broken.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The rules or the allow-list of settings cannot be used.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A glob of the project rules is not valid, which checked settings rule out.
    #[error("cannot use the project rules")]
    Projects(#[from] globset::Error),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// The policy for events of `tier` made under `consent_id` (empty where nothing is sent).
///
/// # Errors
/// When what is shipped with the program is broken.
pub fn build(
    config: &Config,
    host: &Host,
    key: PseudonymKey,
    tier: Tier,
    consent_id: &str,
) -> Result<Policy, PolicyError> {
    with_engine(engine(config, host)?, config, host, key, tier, consent_id)
}

/// As [`build`], but looks into no credential file: for what is shown before consent.
///
/// # Errors
/// When what is shipped with the program is broken.
pub fn before_consent(config: &Config, host: &Host, tier: Tier) -> Result<Policy, PolicyError> {
    with_engine(engine_before_consent(config, host)?, config, host, passing_key()?, tier, "")
}

/// As [`engine`], but looks into no credential file.
///
/// # Errors
/// When what is shipped with the program is broken.
pub fn engine_before_consent(config: &Config, host: &Host) -> Result<Engine, PolicyError> {
    Ok(rules::engine(config, &host.known(&config.identity))?)
}

/// The detectors: what takes longest to put together, and needs neither key nor consent.
///
/// # Errors
/// When what is shipped with the program is broken.
pub fn engine(config: &Config, host: &Host) -> Result<Engine, PolicyError> {
    let engine = engine_before_consent(config, host)?;
    if config.known_values.is_empty() {
        return Ok(engine);
    }
    let mut projects = ProjectFolders::new(&config.projects, host.home())?;
    let secrets = credentials::read(&engine, &config.known_values, host.home(), &mut projects);
    Ok(engine.knowing(secrets))
}

/// As [`build`], with an engine that was put together before.
///
/// # Errors
/// When what is shipped with the program is broken.
pub fn with_engine(
    engine: Engine,
    config: &Config,
    host: &Host,
    key: PseudonymKey,
    tier: Tier,
    consent_id: &str,
) -> Result<Policy, PolicyError> {
    Ok(Policy::new(PolicyParts {
        allow_list: AllowList::shipped()?,
        engine,
        key,
        host: host.facts(&config.identity),
        tier,
        consent_id: consent_id.to_owned(),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        event_bytes_max: FIREHOSE_RECORD_BYTES_MAX - 1,
        replacements: config.scrub.replacements.clone(),
    }))
}

/// A key that lasts as long as the process, for commands that need no consent: no stable identifier is made.
///
/// # Errors
/// When the system gives no random numbers.
pub fn passing_key() -> Result<PseudonymKey, PolicyError> {
    let mut secret = [0; 32];
    SystemRandom::new().fill(&mut secret).map_err(|_| PolicyError::Random)?;
    Ok(PseudonymKey::new(&secret))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::{Sources, UserFile, load};
    use crate::filter::scrub::EveryProject;
    use scrubber::{Place, RawLine, Scratch, Source, SourceKind};

    #[test]
    fn credential_files_are_looked_into_after_consent_only() {
        let home = tempfile::tempdir().unwrap();
        let value = ["q7", "wz", "r4", "kd", "x9", "tb", "5v", "31"].concat();
        std::fs::write(home.path().join(".netrc"), format!("machine m.example login u password {value}\n")).unwrap();
        let settings = home.path().join("config.toml");
        std::fs::write(&settings, "scrub.known_values = [\"netrc\"]\n").unwrap();
        let (policies, environment) = (Vec::new(), Vec::new());
        let user = UserFile::Named(settings);
        let config = load(&Sources { policies, extra_policy: None, user, environment, home: None }).unwrap();
        let host = Host::made_up("login", "Full Name", "host", home.path());
        let finds = |policy: &Policy| {
            let record = serde_json::json!({
                "type": "user", "uuid": "00000000-0000-4000-8000-000000000000", "sessionId": "00000000-0000-4000-8000-000000000001",
                "timestamp": "2026-11-26T08:00:00.000Z", "message": { "role": "user", "content": format!("about {value} again") },
            });
            let (record, mut events) = (record.to_string(), policy.events());
            let raw = RawLine::new(record.as_bytes(), Place { offset: 0, length: record.len() as u64 });
            let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
            policy.scrub(&raw, &mut source, &mut EveryProject::default(), 0, &mut Scratch::default(), &mut events);
            let text: Vec<u8> = events.iter().flat_map(|run| run.ndjson().to_vec()).collect();
            assert!(!text.is_empty());
            !String::from_utf8(text).unwrap().contains(&value)
        };
        assert!(finds(&build(&config, &host, passing_key().unwrap(), Tier::Content, "consent").unwrap()));
        assert!(!finds(&before_consent(&config, &host, Tier::Content).unwrap()));
    }
}
