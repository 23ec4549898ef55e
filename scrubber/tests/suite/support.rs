//! What several tests share.

use std::sync::OnceLock;

use scrubber::detect::{Engine, KnownIdentities, Scratch};
use scrubber::{
    AllowList, EventsByTier, HostFacts, PolicyParts, ProjectDecision, Projects, PseudonymKey, Replacements, Tier,
};
use serde_json::Value;

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Every project ships, at the widest tier.
pub(crate) struct Everywhere;

impl Projects for Everywhere {
    fn decide(&mut self, _cwd: Option<&str>) -> ProjectDecision {
        ProjectDecision::Ship(Tier::Content)
    }
}

/// What a policy of the content tier is made of on Mira's laptop.
pub(crate) fn parts() -> Result<PolicyParts> {
    Ok(PolicyParts {
        allow_list: AllowList::shipped()?,
        engine: Engine::new(&KnownIdentities::default())?,
        key: PseudonymKey::new(&[7; 32]),
        host: HostFacts {
            login: "mira".to_owned(),
            host: "laptop-7".to_owned(),
            home: "/home/mira".to_owned(),
            os: "linux",
            org: None,
        },
        tier: Tier::Content,
        consent_id: "consent-1".to_owned(),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: 1_023_999,
        replacements: Replacements::default(),
    })
}

/// The one event that was made.
pub(crate) fn only(out: &EventsByTier) -> Result<Value> {
    let lines: Vec<_> = out.iter().flat_map(|events| events.iter()).map(|event| event.line()).collect();
    let [line] = lines.as_slice() else { return Err(format!("{} events", lines.len()).into()) };
    Ok(serde_json::from_slice(line)?)
}

/// The engine that is shipped, which knows nobody.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| match Engine::new(&KnownIdentities::default()) {
        Ok(engine) => engine,
        Err(error) => panic!("{error}"),
    })
}

/// The text as it stands within so many layers of JSON strings.
pub(crate) fn escaped(text: &str, layers: usize) -> String {
    (0..layers).fold(text.to_owned(), |text, _| {
        let quoted = Value::String(text).to_string();
        quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
    })
}

/// The text with what is found in it left out.
pub(crate) fn rest(engine: &Engine, text: &str) -> String {
    let mut scratch = Scratch::default();
    let (mut rest, mut at) = (String::new(), 0);
    for found in engine.scan(text.as_bytes(), &mut scratch) {
        rest.push_str(text.get(at..found.start).unwrap_or_default());
        rest.push('\u{b6}');
        at = found.end;
    }
    rest + text.get(at..).unwrap_or_default()
}
