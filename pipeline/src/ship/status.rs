//! What `status` shows of shipping. Numbers and enums only.

use scrubber::DataClass;

use super::Trouble;
use crate::time::Mono;

/// What a stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing waits.
    Idle,
    /// Waiting for company until the flush interval is over, for the start-up jitter or for a rate limit.
    Waiting,
    /// A call is in flight.
    Sending,
    /// The user paused sending.
    Paused,
    /// The policy cannot be used.
    PolicyMissing,
    /// The day's bytes are used up.
    DayUsedUp,
    /// Trying again after trouble that passes.
    BackingOff(Trouble),
    /// So many failures in a row that only single records are tried.
    BreakerOpen(Trouble),
    /// A person must act; tried now and then.
    Held(Trouble),
}

impl State {
    /// The name in `status`, metrics and events of the agent's health.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::PolicyMissing => "policy_missing",
            Self::DayUsedUp => "day_used_up",
            Self::BackingOff(_) => "backing_off",
            Self::BreakerOpen(_) => "breaker_open",
            Self::Held(_) => "held",
        }
    }

    /// The trouble that it is in.
    pub const fn trouble(self) -> Option<Trouble> {
        match self {
            Self::BackingOff(trouble) | Self::BreakerOpen(trouble) | Self::Held(trouble) => Some(trouble),
            Self::Idle | Self::Waiting | Self::Sending | Self::Paused | Self::PolicyMissing | Self::DayUsedUp => None,
        }
    }
}

/// One stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamStatus {
    /// Its class.
    pub class: DataClass,
    /// What it is doing.
    pub state: State,
    /// Segments known to wait; the spool may hold more.
    pub waiting: usize,
    /// When the next attempt comes after trouble.
    pub next_attempt: Option<Mono>,
    /// When something was last accepted.
    pub last_accepted: Option<Mono>,
    /// Calls made since the start.
    pub calls: u64,
    /// Records accepted since the start.
    pub records_accepted: u64,
    /// Events accepted since the start.
    pub events_accepted: u64,
    /// Bytes accepted since the start.
    pub bytes_accepted: u64,
    /// Records that failed one by one since the start.
    pub records_failed: u64,
    /// Calls that brought no outcome since the start.
    pub calls_failed: u64,
    /// Segments dropped since the start.
    pub segments_dropped: u64,
}

/// All streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Least sensitive first.
    pub streams: [StreamStatus; 3],
    /// Bytes accepted or in flight today, UTC.
    pub bytes_today: u64,
}
