//! The append-only ledger of consents, and what it allows.

use super::entry::{
    ConsentId, ConsentText, Entry, Given, GrantEntry, GrantRequest, Line, Refusal, RefuseEntry, RevokeEntry, What,
    sha256,
};
use super::mode::{Ask, Circumstances, Mode, OffReason, PolicyStanding, Standing};
use crate::time::Wall;

const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// All grants and revocations of this user on this machine, in order.
///
/// Its file holds one JSON line an entry, each with the hash of itself and of the entry before.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    last_hash: Option<String>,
    trouble: Option<Trouble>,
    whole_bytes: u64,
}

/// What is wrong with a ledger. Either way consent is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The last write was cut off. A new entry takes its place.
    Torn,
    /// An entry does not follow from the one before: it stays so until the file is set aside.
    Broken(LedgerError),
    /// The file is there and cannot be read.
    Unreadable,
}

/// The ledger was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {line} of the consent ledger does not follow from what stands before it")]
pub struct LedgerError {
    /// The line, from 1; 0 for a ledger that cannot be read at all.
    pub line: u64,
}

/// An entry that is yet to be written: nothing has changed until [`Ledger::accept`] is told that it is on disk.
#[derive(Debug)]
pub struct Pending {
    entry: Entry,
    hash: String,
    line: String,
}

impl Pending {
    /// The line to append, `\n` included.
    pub fn line(&self) -> &str {
        &self.line
    }
}

impl Ledger {
    /// Reads a ledger's file and verifies the chain. Never fails: what is wrong turns consent off, see [`Ledger::verify`].
    pub fn read(bytes: &[u8]) -> Self {
        let mut ledger = Self::default();
        for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let place = u64::try_from(place).unwrap_or(u64::MAX);
            let whole = line.strip_suffix(b"\n");
            match (whole, ledger.follow(place, whole.unwrap_or(line))) {
                (Some(_), Some((entry, hash))) => {
                    ledger.push(entry, hash);
                    ledger.whole_bytes += line.len() as u64;
                }
                (Some(_), None) => {
                    ledger.trouble = Some(Trouble::Broken(LedgerError { line: place + 1 }));
                    break;
                }
                // Cut off within the last entry, be it before its newline: whether it was a grant or a revocation is
                // not to be relied on.
                (None, _) => ledger.trouble = Some(Trouble::Torn),
            }
        }
        ledger
    }

    /// Stands for a file that is there and cannot be read: off, whatever it says.
    pub fn unreadable() -> Self {
        Self { trouble: Some(Trouble::Unreadable), ..Self::default() }
    }

    /// Reads one line, when it follows from the entries so far and stands exactly as it would be written.
    fn follow(&self, place: u64, line: &[u8]) -> Option<(Entry, String)> {
        let Line { entry, hash } = serde_json::from_slice(line).ok()?;
        let follows = entry.seq == place && entry.prev == self.last_hash.as_deref().unwrap_or(NO_HASH);
        let pending = seal(entry)?;
        let same = pending.hash == hash && pending.line.as_bytes().strip_suffix(b"\n") == Some(line);
        (follows && same).then_some((pending.entry, pending.hash))
    }

    fn push(&mut self, entry: Entry, hash: String) {
        self.entries.push(entry);
        self.last_hash = Some(hash);
    }

    /// All entries that could be verified, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of the file that hold whole entries: what follows is a torn write and must be cut off before the next append.
    pub fn whole_bytes(&self) -> u64 {
        self.whole_bytes
    }

    /// Says whether the last entry was cut off.
    pub fn is_torn(&self) -> bool {
        self.trouble == Some(Trouble::Torn)
    }

    /// Says whether every entry follows from the one before.
    ///
    /// # Errors
    /// When one does not. Consent is off until the file is set aside.
    pub fn verify(&self) -> Result<(), LedgerError> {
        match self.trouble {
            Some(Trouble::Broken(error)) => Err(error),
            Some(Trouble::Unreadable) => Err(LedgerError { line: 0 }),
            Some(Trouble::Torn) | None => Ok(()),
        }
    }

    /// Prepares a grant. `id` is new and random.
    ///
    /// # Errors
    /// When the ledger was altered: nothing may be built on it.
    pub fn grant(
        &self,
        request: GrantRequest,
        text: &ConsentText,
        id: ConsentId,
        now: Wall,
    ) -> Result<Pending, LedgerError> {
        let GrantRequest { tier, backfill, given, destination, extras } = request;
        let text_hash = text.hash.clone();
        let text_version = text.version;
        let grant = GrantEntry { consent_id: id, tier, backfill, given, destination, extras, text_version, text_hash };
        self.prepare(What::Grant(grant), now)
    }

    /// Prepares a revocation.
    ///
    /// # Errors
    /// When the ledger was altered, and consent therefore off anyhow.
    pub fn revoke(&self, given: Given, now: Wall) -> Result<Pending, LedgerError> {
        self.prepare(What::Revoke(RevokeEntry { given }), now)
    }

    /// Prepares the choice that nothing leaves.
    ///
    /// # Errors
    /// When the ledger was altered, and consent therefore off anyhow.
    pub fn refuse(&self, mode: Refusal, given: Given, now: Wall) -> Result<Pending, LedgerError> {
        self.prepare(What::Refuse(RefuseEntry { mode, given }), now)
    }

    fn prepare(&self, what: What, now: Wall) -> Result<Pending, LedgerError> {
        self.verify()?;
        let seq = self.entries.len() as u64;
        let prev = self.last_hash.clone().unwrap_or_else(|| NO_HASH.to_owned());
        seal(Entry { seq, time_ms: now.0, what, prev }).ok_or(LedgerError { line: seq + 1 })
    }

    /// Takes an entry that is on disk now.
    pub fn accept(&mut self, pending: Pending) {
        self.trouble = None;
        self.whole_bytes += pending.line.len() as u64;
        self.push(pending.entry, pending.hash);
    }

    /// The newest grant, unless something came after it; if so what it leaves, and why.
    fn granted(&self) -> Result<&GrantEntry, (Mode, OffReason)> {
        match self.entries.last().map(|entry| &entry.what) {
            None => Err((Mode::Off, OffReason::NeverGranted)),
            Some(What::Revoke(_)) => Err((Mode::Off, OffReason::Revoked)),
            Some(What::Refuse(refused)) => Err((refused.mode.into(), OffReason::Refused)),
            Some(What::Grant(grant)) => Ok(grant),
        }
    }

    /// What is in force under these circumstances: the lowest of policy, consent and setting, or off with the reason.
    pub fn stand(&self, now: &Circumstances<'_>) -> Standing<'_> {
        let granted = self.granted();
        let entry = granted.ok();
        let off = |reason| Standing::off(Mode::Off, reason, entry);
        if now.environment.superuser {
            return off(OffReason::Superuser);
        }
        if now.environment.ci {
            return off(OffReason::ContinuousIntegration);
        }
        if now.environment.do_not_track {
            return off(OffReason::DoNotTrack);
        }
        let policy = match now.policy {
            PolicyStanding::Broken => return off(OffReason::PolicyBroken),
            PolicyStanding::AtMost(Mode::Off) => return off(OffReason::PolicyForbids),
            PolicyStanding::AtMost(mode) => mode,
        };
        if now.setting == Mode::Off {
            return off(OffReason::Setting);
        }
        match self.trouble {
            Some(Trouble::Broken(_)) => return off(OffReason::LedgerBroken),
            Some(Trouble::Torn) => return off(OffReason::LedgerTorn),
            Some(Trouble::Unreadable) => return off(OffReason::LedgerUnreadable),
            None => {}
        }
        let grant = match granted {
            Ok(grant) => grant,
            // Nobody is asked for a consent that the policy does not take.
            Err((_, OffReason::NeverGranted)) if policy == Mode::Local => {
                return Standing::off(Mode::Local, OffReason::PolicyForbids, None);
            }
            Err((mode, reason)) => return Standing::off(mode.min(policy).min(now.setting), reason, None),
        };
        if grant.text_version < now.text.covers_from {
            return off(OffReason::TextOutdated);
        }
        if grant.destination != now.destination {
            return off(OffReason::DestinationChanged);
        }
        if !now.extras.iter().all(|extra| grant.extras.contains(extra)) {
            return off(OffReason::ScopeWidened);
        }
        let ask = (grant.text_version != now.text.version || grant.text_hash != now.text.hash).then_some(Ask::NewText);
        match policy.min(now.setting).min(Mode::Send(grant.tier)) {
            Mode::Send(tier) => Standing::send(tier, ask, grant, &self.entries),
            mode @ (Mode::Off | Mode::Local) => {
                let reason = if policy == mode { OffReason::PolicyForbids } else { OffReason::Setting };
                Standing::off(mode, reason, Some(grant))
            }
        }
    }
}

/// Makes the line of an entry.
fn seal(entry: Entry) -> Option<Pending> {
    let json = serde_json::to_vec(&entry).ok()?;
    let sealed = Line { entry, hash: sha256(&json) };
    let mut line = serde_json::to_string(&sealed).ok()?;
    line.push('\n');
    Some(Pending { line, hash: sealed.hash, entry: sealed.entry })
}
