//! What a sink answers, and what is done about it.
//!
//! Promises: nothing is sent without a live [`Grant`](crate::consent::Grant), of a wider tier than it, under another policy
//! than the present one, or under a consent that was taken back since; at most one call is in flight for each stream; each
//! record is settled by its own outcome, and an answer that does not name one outcome for each record settles nothing; a
//! segment leaves the spool when it is accepted or on a counted drop; what projects say of themselves is asked anew for each call. Whatever fails is tried again for as long as it takes.
//!
//! Left out on purpose: how a call is made and where segments lie; they are effects. Start at [`Shipper`].

mod backoff;
mod day;
mod machine;
mod projects;
mod receipt;
mod status;
mod stream;

use scrubber::{DataClass, ProjectTag, Tier};

use crate::pack::{Plan, Seq, Spooled};
use crate::time::Wall;

pub use backoff::{DELAY_MAX, PROBE_DELAY, PROBE_DELAY_MAX};
pub use machine::{Settings, Shipper};
pub use receipt::Receipt;
pub use status::{State, Status, StreamStatus};

/// What became of one record of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The sink has it for good.
    Accepted,
    /// The sink refused it for now (throttled, internal error).
    Throttled,
    /// The sink failed inside.
    Failed,
}

/// Why a whole call brought no outcome for its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// Asked to slow down.
    Throttled,
    /// The service is unavailable or failed inside.
    Unavailable,
    /// No answer in time, or it was cut off: whether the records were stored is unknown.
    OutcomeUnknown,
    /// No network, no DNS, connection refused.
    Offline,
    /// Something between answered in the service's place (a captive portal, a filtering proxy).
    CaptivePortal,
    /// The proxy refused or asks for a password.
    Proxy,
    /// What answered does not speak TLS, or breaks its rules.
    Tls,
    /// No version of TLS that the agent speaks: a server or proxy without TLS 1.3.
    TlsVersion,
    /// The server's certificate is not trusted.
    Certificate,
    /// The server's certificate has expired or is not valid yet, by this machine's clock.
    CertificateDate,
    /// The server's certificate is for another host.
    CertificateName,
    /// No credentials are to be had.
    CredentialsMissing,
    /// Credentials have expired (a single sign-on session among others).
    CredentialsExpired,
    /// The credentials may not take on the role that they are to be exchanged for.
    RoleRefused,
    /// The credentials may not write to the stream.
    AccessDenied,
    /// The stream does not exist.
    StreamMissing,
    /// The stream's encryption key is disabled or may not be used.
    EncryptionKey,
    /// This machine's clock is off by more than the service allows.
    ClockSkew,
    /// The call was malformed by the service's word; a fault of ours.
    Rejected,
    /// The local disk is full or not writable (directory sink).
    Disk,
}

impl Trouble {
    /// All kinds.
    pub const ALL: [Self; 20] = [
        Self::Throttled,
        Self::Unavailable,
        Self::OutcomeUnknown,
        Self::Offline,
        Self::CaptivePortal,
        Self::Proxy,
        Self::Tls,
        Self::TlsVersion,
        Self::Certificate,
        Self::CertificateDate,
        Self::CertificateName,
        Self::CredentialsMissing,
        Self::CredentialsExpired,
        Self::RoleRefused,
        Self::AccessDenied,
        Self::StreamMissing,
        Self::EncryptionKey,
        Self::ClockSkew,
        Self::Rejected,
        Self::Disk,
    ];

    /// The name in `status`, metrics and events of the agent's health.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Offline => "offline",
            Self::CaptivePortal => "captive_portal",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::TlsVersion => "tls_version",
            Self::Certificate => "certificate",
            Self::CertificateDate => "certificate_date",
            Self::CertificateName => "certificate_name",
            Self::CredentialsMissing => "credentials_missing",
            Self::CredentialsExpired => "credentials_expired",
            Self::RoleRefused => "role_refused",
            Self::AccessDenied => "access_denied",
            Self::StreamMissing => "stream_missing",
            Self::EncryptionKey => "encryption_key",
            Self::ClockSkew => "clock_skew",
            Self::Rejected => "rejected",
            Self::Disk => "disk",
        }
    }
}

/// A sink's answer to one call: an input of the shipper, which decides what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The call went through; one outcome for each record, in order. A wrong number settles nothing.
    Settled(Vec<Outcome>),
    /// The call brought nothing.
    Trouble(Trouble),
}

/// Tells one call from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// Why a segment left the spool without being accepted. Always counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpoolDrop {
    /// It waited longer than the spool keeps anything.
    Expired,
    /// The service refused it alone while it accepted others.
    Rejected,
    /// No record of the sink can hold it.
    TooLarge,
    /// It does not open or unpack: damaged, or its key is lost.
    Unreadable,
    /// The user took the consent back.
    Revoked,
    /// The user emptied the spool.
    Purged,
    /// The present policy leaves nothing of it.
    Forbidden,
    /// Its project was opted out, or denied by a rule, while it waited.
    OptedOut,
}

impl SpoolDrop {
    /// All reasons.
    pub const ALL: [Self; 8] = [
        Self::Expired,
        Self::Rejected,
        Self::TooLarge,
        Self::Unreadable,
        Self::Revoked,
        Self::Purged,
        Self::Forbidden,
        Self::OptedOut,
    ];

    /// The name in `status`, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::TooLarge => "too_large_for_sink",
            Self::Unreadable => "unreadable",
            Self::Revoked => "revoked",
            Self::Purged => "purged",
            Self::Forbidden => "forbidden",
            Self::OptedOut => "opted_out",
        }
    }

    /// Whether the drop is what somebody asked for, as against trouble.
    pub const fn intended(self) -> bool {
        match self {
            Self::Revoked | Self::Purged | Self::Forbidden | Self::OptedOut => true,
            Self::Expired | Self::Rejected | Self::TooLarge | Self::Unreadable => false,
        }
    }
}

/// What happened in the world.
#[derive(Debug, Clone)]
pub enum Input {
    /// The store committed these segments, in this order.
    Appended(Vec<Spooled>),
    /// The answer to [`Effect::Fetch`].
    Fetched {
        /// The class asked for.
        class: DataClass,
        /// The segments after the place asked for, in order.
        segments: Vec<Spooled>,
        /// Whether more follow.
        more: bool,
    },
    /// Segments were scrubbed again; the store holds `new` in their place and counted what was dropped.
    Replaced {
        /// The segments of [`Effect::ScrubAgain`].
        old: Vec<Seq>,
        /// What became of them; may be empty, or of other classes.
        new: Vec<Spooled>,
    },
    /// The store holds these no more (expired), and counted them.
    Gone(Vec<Seq>),
    /// The store holds no segment any more (revoked, purged).
    Emptied,
    /// These cannot be opened or unpacked.
    Unreadable(Vec<Seq>),
    /// What [`Effect::ScrubAgain`] or [`Effect::Fetch`] asked for could not be done because the store failed for now.
    StoreFailed {
        /// Segments that are as they were.
        segments: Vec<Spooled>,
    },
    /// [`Effect::Discard`] could not be followed because the store failed for now; it comes again.
    DiscardFailed {
        /// As it was asked for.
        seqs: Vec<Seq>,
        /// As it was asked for.
        reason: SpoolDrop,
        /// Their class.
        class: DataClass,
    },
    /// The call was not made: the store could not give its segments, or gave some that are named unreadable.
    Unsent {
        /// The call.
        call: CallId,
        /// Segments to be dropped as unreadable; others are tried again.
        unreadable: Vec<Seq>,
    },
    /// The sink answered.
    Answered {
        /// The call.
        call: CallId,
        /// Its answer.
        answer: Answer,
    },
    /// The store recorded a receipt.
    Recorded(CallId),
    /// The store could not record a receipt; it comes again.
    RecordFailed(Receipt),
    /// The answer to [`Effect::AskProjects`]: the widest tier at which events of each may leave now; `None` for not at all.
    Projects(Vec<(ProjectTag, Option<Tier>)>),
    /// The id of the policy in force; `None` while it cannot be used, and nothing is sent then.
    Policy(Option<String>),
    /// The user wants nothing of these classes sent, until it is said anew; none is the end of a pause.
    Pause(Vec<DataClass>),
    /// Whether the machine runs on its battery or its network is metered: what waits then waits longer for company.
    Sparing(bool),
    /// The user wants everything sent now.
    Flush,
    /// The system's clock; wanted at the start and after a jump, for the daily cap.
    Clock(Wall),
}

/// What is to be done. Comes out with a live grant only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send the plan's segments in one call and answer with [`Input::Answered`] or [`Input::Unsent`].
    Send {
        /// To be named in the answer.
        call: CallId,
        /// Which segments, in which records.
        plan: Plan,
    },
    /// Read what waits in the spool and answer with [`Input::Fetched`].
    Fetch {
        /// Of this class.
        class: DataClass,
        /// After this place; from the start when `None`.
        after: Option<Seq>,
        /// At most so many segments.
        limit: usize,
    },
    /// Scrub these under the present policy and tier, replace them, and answer with [`Input::Replaced`].
    ScrubAgain(Vec<Spooled>),
    /// Delete these and count them under the reason; where that failed, answer with [`Input::DiscardFailed`].
    Discard {
        /// Their class.
        class: DataClass,
        /// The segments.
        seqs: Vec<Seq>,
        /// The reason.
        reason: SpoolDrop,
    },
    /// Look now whether events of these projects may leave, and answer with [`Input::Projects`], one answer for each.
    AskProjects(Vec<ProjectTag>),
}

#[cfg(test)]
mod tests;
