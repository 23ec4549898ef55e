//! How long to wait after trouble.

use std::time::Duration;

use super::Trouble;

/// The longest wait between attempts that may well succeed.
pub const DELAY_MAX: Duration = Duration::from_secs(300);
/// The first wait where a person must act before an attempt can succeed.
pub const PROBE_DELAY: Duration = Duration::from_secs(300);
/// The longest such wait.
pub const PROBE_DELAY_MAX: Duration = Duration::from_secs(1800);
/// Failures in a row after which only single records are sent until one is accepted.
pub(super) const BREAKER_FAILURES: u32 = 5;

const DELAY_BASE: Duration = Duration::from_secs(1);
/// Full jitter may draw next to nothing; a call is never repeated faster than this.
const DELAY_MIN: Duration = Duration::from_millis(200);

/// A generator of numbers for jitter, the same for the same seed (`SplitMix64`). Not for secrets.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A duration of at most `most`, each as likely as any other.
    pub(super) fn up_to(&mut self, most: Duration) -> Duration {
        let share = u128::from(self.next());
        let nanos = (most.as_nanos().saturating_mul(share)) >> 64;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)).min(most)
    }
}

/// Whom trouble waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// Time: the service or the network.
    Time,
    /// New credentials.
    Credentials,
    /// A person with rights over the stream.
    Person,
    /// A smaller call.
    Smaller,
}

impl Trouble {
    pub(super) fn cure(self) -> Cure {
        match self {
            Self::Throttled
            | Self::Unavailable
            | Self::OutcomeUnknown
            | Self::Offline
            | Self::CaptivePortal
            | Self::Proxy
            | Self::Tls
            | Self::TlsVersion
            | Self::Certificate
            | Self::CertificateDate
            | Self::CertificateName
            | Self::ClockSkew
            | Self::Disk => Cure::Time,
            Self::CredentialsMissing | Self::CredentialsExpired => Cure::Credentials,
            Self::RoleRefused | Self::AccessDenied | Self::StreamMissing | Self::EncryptionKey => Cure::Person,
            Self::Rejected => Cure::Smaller,
        }
    }
}

/// The wait before the next attempt after `failures` in a row (1 or more).
///
/// Full jitter: anything up to a ceiling that doubles from 1 s to [`DELAY_MAX`], so that a fleet does not come back in
/// waves. Where a person must act: half to whole of a ceiling that doubles from [`PROBE_DELAY`] to [`PROBE_DELAY_MAX`].
pub(super) fn delay(cure: Cure, failures: u32, chance: &mut Chance) -> Duration {
    let doubled = |base: Duration, most: Duration| {
        base.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(most)
    };
    match cure {
        Cure::Time | Cure::Credentials | Cure::Smaller => chance.up_to(doubled(DELAY_BASE, DELAY_MAX)).max(DELAY_MIN),
        Cure::Person => {
            let half = doubled(PROBE_DELAY, PROBE_DELAY_MAX) / 2;
            half + chance.up_to(half)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_stay_within_a_ceiling_that_doubles_and_use_all_of_it() {
        let mut chance = Chance::new(1);
        for failures in 1..80 {
            let ceiling = Duration::from_secs(1 << (failures - 1).min(10)).min(DELAY_MAX);
            let waits: Vec<_> = (0..400).map(|_| delay(Cure::Time, failures, &mut chance)).collect();
            assert!(waits.iter().all(|wait| *wait >= DELAY_MIN && *wait <= ceiling), "{failures}");
            assert!(waits.iter().any(|wait| *wait > ceiling / 2), "{failures}");
            assert!(waits.iter().any(|wait| *wait < ceiling / 2), "{failures}");
        }
    }

    #[test]
    fn waits_for_a_person_are_minutes_long() {
        let mut chance = Chance::new(1);
        for failures in 1..80 {
            let wait = delay(Cure::Person, failures, &mut chance);
            assert!(wait >= PROBE_DELAY / 2 && wait <= PROBE_DELAY_MAX, "{failures} {wait:?}");
        }
    }
}
