//! Which fault meets which call.

use serde::Deserialize;

/// What happens to one call, in place of an honest answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// No fault.
    None,
    /// Records at `indexes` fail with `code`; the others are accepted.
    Partial {
        /// Which records; those beyond the call's end are passed over.
        indexes: Vec<usize>,
        /// The error code of each.
        code: String,
    },
    /// The whole call fails with a status and an error of the service.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error's code.
        code: String,
    },
    /// Accepted, but the answer tells of one record fewer.
    ShortAnswer,
    /// The request is read and never answered, until the client leaves.
    Hang,
    /// The connection is reset when half of the request's body has come; nothing is accepted.
    ResetInBody,
    /// Everything is accepted; the connection closes without an answer.
    LostReply,
    /// Everything is accepted; the connection is reset in the middle of the answer.
    CutReply,
    /// Everything is accepted; the answer comes in `pieces` with `pause_ms` in between.
    SlowDrip {
        /// How many pieces.
        pieces: usize,
        /// Milliseconds between them.
        pause_ms: u64,
    },
    /// A login page with status 200 in the service's place.
    CaptivePortal,
    /// A redirect to a login page.
    PortalRedirect,
}

impl Fault {
    fn error(status: u16, code: &str) -> Self {
        Self::Error { status, code: code.to_owned() }
    }

    /// `ThrottlingException`.
    pub fn throttled() -> Self {
        Self::error(400, "ThrottlingException")
    }

    /// `ServiceUnavailableException`, which is how the service says that the stream's throughput is exceeded.
    pub fn unavailable() -> Self {
        Self::error(503, "ServiceUnavailableException")
    }

    /// `InternalFailure`.
    pub fn internal() -> Self {
        Self::error(500, "InternalFailure")
    }

    /// `AccessDeniedException`.
    pub fn access_denied() -> Self {
        Self::error(400, "AccessDeniedException")
    }

    /// `ResourceNotFoundException`.
    pub fn stream_missing() -> Self {
        Self::error(400, "ResourceNotFoundException")
    }

    /// `InvalidKMSResourceException`.
    pub fn encryption_key() -> Self {
        Self::error(400, "InvalidKMSResourceException")
    }

    /// `ExpiredTokenException`.
    pub fn expired_token() -> Self {
        Self::error(400, "ExpiredTokenException")
    }

    /// Records at `indexes` fail as throttled ones do.
    pub fn partial(indexes: &[usize]) -> Self {
        Self::Partial { indexes: indexes.to_vec(), code: "ServiceUnavailableException".to_owned() }
    }
}

/// Faults by chance, the same for the same seed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chance {
    /// Where the sequence starts.
    pub seed: u64,
    /// How many calls of a hundred meet a fault.
    pub percent: u64,
    /// The faults, each as likely as the other.
    pub faults: Vec<Fault>,
}

/// The faults of a run: first those listed, one a call; then by chance, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// What the first calls meet.
    pub calls: Vec<Fault>,
    /// What the rest meets.
    pub then: Option<Chance>,
    /// How far the service's clock is ahead of this machine's, in seconds. Signatures more than 5 minutes off are refused.
    pub clock_offset_s: i64,
}

/// The script is not valid.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the script")]
pub struct ScriptError(#[from] serde_json::Error);

impl Script {
    /// Plays the listed faults, then none.
    pub fn of(calls: impl IntoIterator<Item = Fault>) -> Self {
        Self { calls: calls.into_iter().collect(), ..Self::default() }
    }

    /// Plays faults by chance for ever.
    pub fn by_chance(chance: Chance) -> Self {
        Self { then: Some(chance), ..Self::default() }
    }

    /// Reads the JSON form, as in `{"calls": ["hang", {"partial": {"indexes": [0], "code": "X"}}], "then": null}`.
    ///
    /// # Errors
    ///
    /// When the text is not that.
    pub fn parse(json: &str) -> Result<Self, ScriptError> {
        Ok(serde_json::from_str(json)?)
    }
}

/// A script being played.
pub(crate) struct Player {
    calls: std::vec::IntoIter<Fault>,
    then: Option<(Chance, u64)>,
}

impl Player {
    pub(crate) fn new(script: &Script) -> Self {
        let then = script.then.clone().filter(|chance| !chance.faults.is_empty());
        Self { calls: script.calls.clone().into_iter(), then: then.map(|chance| (chance.clone(), chance.seed)) }
    }

    /// What the next call meets.
    pub(crate) fn next(&mut self) -> Fault {
        if let Some(fault) = self.calls.next() {
            return fault;
        }
        let Some((chance, state)) = &mut self.then else { return Fault::None };
        if next_random(state) % 100 >= chance.percent {
            return Fault::None;
        }
        let count = u64::try_from(chance.faults.len()).unwrap_or(1);
        let index = usize::try_from(next_random(state) % count).unwrap_or(0);
        chance.faults.get(index).cloned().unwrap_or(Fault::None)
    }
}

/// SplitMix64, <https://prng.di.unimi.it/splitmix64.c> (2026-11-24): plain, seeded, good enough to choose faults.
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
