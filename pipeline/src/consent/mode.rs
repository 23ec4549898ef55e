//! What is in force: off, local, or sending at a tier, and why.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use scrubber::Tier;

use super::entry::{ConsentId, ConsentText, Entry, GrantEntry, Refusal};
use super::ledger::Ledger;
use crate::time::Wall;

/// How far the path of a record goes, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Nothing is read.
    Off,
    /// Scrubbed and shown; nothing leaves.
    Local,
    /// Sent at this tier.
    Send(Tier),
}

impl Mode {
    /// All modes, narrowest first.
    pub const ALL: [Self; 5] =
        [Self::Off, Self::Local, Self::Send(Tier::Metrics), Self::Send(Tier::Activity), Self::Send(Tier::Content)];

    /// The word in settings and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Local => "local",
            Self::Send(tier) => tier.as_str(),
        }
    }

    /// A number that grows with what leaves.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Off => 0,
            Self::Local => 1,
            Self::Send(Tier::Metrics) => 2,
            Self::Send(Tier::Activity) => 3,
            Self::Send(Tier::Content) => 4,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Refusal> for Mode {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Off => Self::Off,
            Refusal::Local => Self::Local,
        }
    }
}

/// The text is not the name of a mode.
#[derive(Debug, thiserror::Error)]
#[error("not one of off, local, metrics, activity, content")]
pub struct UnknownMode;

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(UnknownMode)
    }
}

/// What the organisation's policy says of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyStanding {
    /// There is none, or it holds: this much may leave at most.
    AtMost(Mode),
    /// It cannot be used, so nothing may be sent.
    Broken,
}

/// What the environment says of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Environment {
    /// `DO_NOT_TRACK` is set (<https://consoledonottrack.com>, checked 2026-11).
    pub do_not_track: bool,
    /// `CI` is set: a build machine, where nobody can be asked.
    pub ci: bool,
    /// The program runs as root or SYSTEM: not a person.
    pub superuser: bool,
}

/// All that decides on sending besides the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The organisation's policy.
    pub policy: PolicyStanding,
    /// The user's own setting.
    pub setting: Mode,
    /// The consent text of this version of the program.
    pub text: &'a ConsentText,
    /// Where events would go, in words.
    pub destination: &'a str,
    /// What settings let be read or leave beyond what the text says of every installation.
    pub extras: &'a [String],
    /// The environment.
    pub environment: Environment,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OffReason {
    /// Nobody has been asked yet.
    NeverGranted,
    /// The user took the consent back.
    Revoked,
    /// The user chose that nothing leaves.
    Refused,
    /// The ledger was altered.
    LedgerBroken,
    /// The ledger's last entry was cut off.
    LedgerTorn,
    /// The ledger is there and cannot be read.
    LedgerUnreadable,
    /// What was granted no longer describes what the program does.
    TextOutdated,
    /// Events would go to another place than the user agreed to.
    DestinationChanged,
    /// Settings let more be read or leave than the user agreed to.
    ScopeWidened,
    /// The policy cannot be used.
    PolicyBroken,
    /// The policy forbids it.
    PolicyForbids,
    /// The user's settings say so.
    Setting,
    /// `DO_NOT_TRACK` is set.
    DoNotTrack,
    /// `CI` is set.
    ContinuousIntegration,
    /// The program runs as root or SYSTEM.
    Superuser,
}

impl OffReason {
    /// The reason in words, for `status` and errors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverGranted => "consent was never given",
            Self::Revoked => "consent was revoked",
            Self::Refused => "you chose that nothing leaves",
            Self::LedgerBroken => "the consent ledger was altered",
            Self::LedgerTorn => "the last entry of the consent ledger is incomplete",
            Self::LedgerUnreadable => "the consent ledger cannot be read",
            Self::TextOutdated => "consent was given to an older text that no longer covers what this version does",
            Self::DestinationChanged => "events would go to another place than the one consent was given for",
            Self::ScopeWidened => "settings let more be read or leave than consent was given for",
            Self::PolicyBroken => "the organisation policy cannot be used",
            Self::PolicyForbids => "the organisation policy forbids it",
            Self::Setting => "the settings say so",
            Self::DoNotTrack => "DO_NOT_TRACK is set",
            Self::ContinuousIntegration => "CI is set",
            Self::Superuser => "this is the account of the system, not of a person",
        }
    }

    /// Whether there is no consent any more under which what waits could ever leave: it is deleted.
    pub const fn ends_consent(self) -> bool {
        match self {
            Self::NeverGranted | Self::Revoked | Self::Refused => true,
            Self::LedgerBroken
            | Self::LedgerTorn
            | Self::LedgerUnreadable
            | Self::TextOutdated
            | Self::DestinationChanged
            | Self::ScopeWidened
            | Self::PolicyBroken
            | Self::PolicyForbids
            | Self::Setting
            | Self::DoNotTrack
            | Self::ContinuousIntegration
            | Self::Superuser => false,
        }
    }

    /// Whether a new `consent grant` would help.
    pub const fn mends_by_asking(self) -> bool {
        match self {
            Self::NeverGranted
            | Self::Revoked
            | Self::Refused
            | Self::LedgerTorn
            | Self::TextOutdated
            | Self::DestinationChanged
            | Self::ScopeWidened => true,
            Self::LedgerBroken
            | Self::LedgerUnreadable
            | Self::PolicyBroken
            | Self::PolicyForbids
            | Self::Setting
            | Self::DoNotTrack
            | Self::ContinuousIntegration
            | Self::Superuser => false,
        }
    }
}

impl fmt::Display for OffReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the user should be asked, though something narrower is in force meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The text has a newer version that the old consent still covers.
    NewText,
}

/// What is in force.
#[derive(Debug)]
pub struct Standing<'turn> {
    /// The mode.
    pub mode: Mode,
    /// Why it is not sending; `None` while it is.
    pub off: Option<OffReason>,
    /// What the user should be asked.
    pub ask: Option<Ask>,
    /// The newest grant that was not revoked, whether or not it can be used now.
    pub granted: Option<&'turn GrantEntry>,
    grant: Option<Grant<'turn>>,
}

impl<'turn> Standing<'turn> {
    pub(super) fn off(mode: Mode, reason: OffReason, granted: Option<&'turn GrantEntry>) -> Self {
        Self { mode, off: Some(reason), ask: None, granted, grant: None }
    }

    pub(super) fn send(tier: Tier, ask: Option<Ask>, granted: &'turn GrantEntry, entries: &'turn [Entry]) -> Self {
        let grant = Grant { tier, entry: granted, entries, turn: PhantomData };
        Self { mode: Mode::Send(tier), off: None, ask, granted: Some(granted), grant: Some(grant) }
    }

    /// The permission to send during this turn, where there is one.
    pub fn into_grant(self) -> Option<Grant<'turn>> {
        self.grant
    }
}

/// Sending is allowed now, at a tier at most. Made only by the ledger, out of what holds at this turn of the loop; borrows
/// the ledger, so that it must be given back before the ledger can change, and cannot be copied.
#[derive(Debug)]
pub struct Grant<'turn> {
    tier: Tier,
    entry: &'turn GrantEntry,
    /// The whole ledger.
    entries: &'turn [Entry],
    turn: PhantomData<&'turn Ledger>,
}

impl Grant<'_> {
    /// The most that may leave.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The consent that events carry.
    pub fn consent_id(&self) -> &ConsentId {
        &self.entry.consent_id
    }

    /// What was agreed to.
    pub fn entry(&self) -> &GrantEntry {
        self.entry
    }

    /// When it was given, by the system's clock; `None` if the ledger does not hold it.
    pub fn given_at(&self) -> Option<Wall> {
        let held = self.entries.iter().rev().find(|held| held.grant() == Some(self.entry));
        held.map(|held| Wall(held.time_ms))
    }

    /// Says whether events that were made under this consent may leave: it is the grant's own, or one before it that was
    /// not taken back in between.
    pub fn covers(&self, consent_id: &str) -> bool {
        self.entry.consent_id.as_str() == consent_id
            || self.entries.iter().rev().map_while(Entry::grant).any(|grant| grant.consent_id.as_str() == consent_id)
    }
}
