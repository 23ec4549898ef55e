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

/// The detectors: what takes longest to put together, and needs neither key nor consent.
///
/// # Errors
/// When what is shipped with the program is broken.
pub fn engine(config: &Config, host: &Host) -> Result<Engine, PolicyError> {
    let engine = rules::engine(config, &host.known(&config.identity))?;
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
