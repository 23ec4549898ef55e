//! Policies are costly to put together and few: three versions of the rules, three tiers, some consents.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use scrubber::detect::rule::RuleSet;
use scrubber::detect::{Engine, KnownIdentities};
use scrubber::{AllowList, HostFacts, Policy, PolicyParts, ProjectDecision, ProjectTag, PseudonymKey, Tier};

use super::records::SECRET;

/// The longest event of the small service that most runs ship to.
pub(crate) const EVENT_BYTES_MAX: usize = 8 * 1024;

/// Which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Which {
    /// The rules: from version 1 on they forbid what version 0 lets pass.
    pub(crate) rules: u8,
    pub(crate) tier: Tier,
    /// The grant's number.
    pub(crate) consent: u8,
}

static MADE: LazyLock<Mutex<HashMap<Which, Arc<Policy>>>> = LazyLock::new(Mutex::default);

/// The policy, made once for all runs.
pub(crate) fn policy(which: Which) -> Arc<Policy> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry(which).or_insert_with(|| Arc::new(make(which))))
}

fn make(which: Which) -> Policy {
    let pattern = if which.rules == 0 { "neverword[0-9]+" } else { "hushword[0-9]+" };
    let literal = pattern.split('[').next().unwrap_or_default();
    let rules = format!(
        "class = \"secret\"\n[[rule]]\nid = \"rule-{}\"\ndescription = \"a word\"\nprovider = \"none\"\nreference = \"none\"\nanchor = \"prefix\"\n\
         literals = [\"{literal}\"]\npattern = '{pattern}'\nexamples = [[\"{literal}\", \"1234\"]]\ncounter_examples = [[\"word\"]]\n",
        which.rules
    );
    let rules = RuleSet::parse("sim", &rules).unwrap();
    Policy::new(PolicyParts {
        allow_list: AllowList::shipped().unwrap(),
        engine: Engine::with_rules(rules, &KnownIdentities::default()),
        key: PseudonymKey::new(&SECRET),
        host: HostFacts {
            login: "mira".to_owned(),
            host: "laptop-7".to_owned(),
            home: "/home/mira".to_owned(),
            os: "linux",
            org: None,
        },
        tier: which.tier,
        consent_id: consent_id(which.consent).as_str().to_owned(),
        agent_version: "0.0.0".to_owned(),
        event_bytes_max: EVENT_BYTES_MAX,
        replacements: scrubber::Replacements::default(),
    })
}

/// The id of a run's grant.
pub(crate) fn consent_id(number: u8) -> pipeline::consent::ConsentId {
    pipeline::consent::ConsentId::new([number; 16])
}

/// The user's projects, of which some are opted out.
#[derive(Debug, Default, Clone)]
pub(crate) struct Folders {
    /// By project, since when.
    pub(crate) opted_out: BTreeMap<u32, u64>,
}

impl Folders {
    /// What may leave of a project that is told by its tag.
    pub(crate) fn ceiling(&self, tag: ProjectTag) -> Option<Tier> {
        let key = PseudonymKey::new(&SECRET);
        let denied = self.opted_out.keys().any(|project| key.project(&format!("/w/p{project}")) == tag);
        (!denied).then_some(Tier::Content)
    }
}

impl Folders {
    pub(crate) fn decide(&self, cwd: Option<&str>) -> ProjectDecision {
        let project = cwd.and_then(|cwd| cwd.strip_prefix("/w/p")).and_then(|number| number.parse().ok());
        match project {
            None => ProjectDecision::Unknown,
            Some(project) if self.opted_out.contains_key(&project) => ProjectDecision::Deny,
            Some(_) => ProjectDecision::Ship(Tier::Content),
        }
    }
}
