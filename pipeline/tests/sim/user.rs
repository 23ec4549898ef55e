//! The user, and the commands by which the user's wishes come about; they are other processes than the agent.

use pipeline::consent::{Circumstances, ConsentText, Environment, Given, GrantRequest, Ledger, Mode, PolicyStanding};
use pipeline::ship::SpoolDrop;
use pipeline::tail::{FileRecord, Fingerprint, HEAD_BYTES_MAX, Position, Resume, TAIL_BYTES_MAX, is_whole_record};
use pipeline::time::Wall;
use scrubber::Tier;

use super::disk::{Disk, File};
use super::policies::{Folders, consent_id};
use super::spool::{PositionUpdate, Spool};

pub(crate) const DESTINATION: &str = "lake";

/// What the user wants, and how it is written down.
#[derive(Debug)]
pub(crate) struct User {
    /// The ledger's file.
    pub(crate) ledger: Vec<u8>,
    pub(crate) grants: u8,
    /// What truly holds, by what the user did last; kept apart from the ledger.
    pub(crate) granted: Option<Tier>,
    /// The organisation's ceiling; `None` while its policy cannot be used.
    pub(crate) ceiling: Option<Tier>,
    /// The version of the rules that is installed.
    pub(crate) rules: u8,
    /// Since when, and whether they can be used.
    pub(crate) rules_since: u64,
    pub(crate) rules_usable: bool,
    /// Consent was taken back, and not by a write that was cut off.
    pub(crate) revoked: bool,
    pub(crate) paused_since: Option<u64>,
    pub(crate) wants_flush: bool,
    pub(crate) folders: Folders,
}

/// Whether a command came to its end or was cut off by a power loss while it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Whole,
    Torn(usize),
}

pub(crate) fn text() -> ConsentText {
    ConsentText::new(1, 1, "text")
}

impl User {
    pub(crate) fn new() -> Self {
        Self {
            ledger: Vec::new(),
            grants: 0,
            granted: None,
            ceiling: Some(Tier::Content),
            rules: 0,
            rules_since: 0,
            rules_usable: true,
            revoked: false,
            paused_since: None,
            wants_flush: false,
            folders: Folders::default(),
        }
    }

    /// What may truly leave now.
    pub(crate) fn tier(&self) -> Option<Tier> {
        Some(self.granted?.min(self.ceiling?))
    }

    /// Whether an agent may still work under these rules.
    pub(crate) fn rules_seen(&self, rules: u8, now: u64, within: u64) -> bool {
        (rules == self.rules && self.rules_usable) || now <= self.rules_since + within
    }

    /// What surrounds the ledger at this moment.
    pub(crate) fn circumstances<'a>(&self, text: &'a ConsentText) -> Circumstances<'a> {
        let policy = self.ceiling.map_or(PolicyStanding::Broken, |tier| PolicyStanding::AtMost(Mode::Send(tier)));
        let setting = Mode::Send(Tier::Content);
        Circumstances {
            policy,
            setting,
            text,
            destination: DESTINATION,
            extras: &[],
            environment: Environment::default(),
        }
    }

    fn append(&mut self, line: &str, write: Write) {
        let whole = Ledger::read(&self.ledger).whole_bytes();
        self.ledger.truncate(usize::try_from(whole).unwrap_or(usize::MAX));
        let line = line.as_bytes();
        match write {
            Write::Whole => self.ledger.extend_from_slice(line),
            Write::Torn(at) => self.ledger.extend_from_slice(&line[..at.min(line.len() - 1)]),
        }
    }

    /// `consent grant`: where reading begins is set before the grant is.
    pub(crate) fn grant(
        &mut self,
        tier: Tier,
        backfill: bool,
        write: Write,
        (disk, spool, fingerprint): (&Disk, &mut Spool, &Fingerprint),
        now: Wall,
    ) -> bool {
        let ledger = Ledger::read(&self.ledger);
        if !begin(backfill, disk, spool, fingerprint, now) {
            return false;
        }
        let destination = DESTINATION.to_owned();
        let request = GrantRequest { tier, backfill, given: Given::Flags, destination, extras: Vec::new() };
        self.grants = self.grants.wrapping_add(1);
        let Ok(pending) = ledger.grant(request, &text(), consent_id(self.grants), now) else { return false };
        self.append(pending.line(), write);
        self.granted = (write == Write::Whole).then_some(tier);
        self.revoked = false;
        true
    }

    /// `consent revoke`: the ledger first, then the spool is emptied.
    pub(crate) fn revoke(&mut self, write: Write, spool: &mut Spool, now: Wall) {
        let Ok(pending) = Ledger::read(&self.ledger).revoke(Given::Terminal, now) else { return };
        self.append(pending.line(), write);
        self.granted = None;
        self.revoked = write == Write::Whole;
        if write == Write::Whole {
            // A store that fails now is emptied by the agent, or at its next start.
            let _ = spool.purge(SpoolDrop::Revoked);
        }
    }
}

fn begin(backfill: bool, disk: &Disk, spool: &mut Spool, fingerprint: &Fingerprint, now: Wall) -> bool {
    if disk.failing && !backfill {
        return false;
    }
    let ends: Vec<_> = disk.files.iter().map(|file| end_of(file, fingerprint, now)).collect();
    if spool.forget_positions().is_err() {
        return false;
    }
    backfill || spool.append(&[], &ends, &[], spool.reading, now).is_ok()
}

/// The position at the end of a file; half a record there was begun before consent and is skipped.
fn end_of(file: &File, fingerprint: &Fingerprint, now: Wall) -> PositionUpdate {
    let length = file.content.len();
    let head = &file.content[..length.min(HEAD_BYTES_MAX as usize)];
    let tail = &file.content[length - length.min(TAIL_BYTES_MAX as usize)..];
    let last = tail.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let resume = if last.is_empty() || is_whole_record(last) { Resume::LineStart } else { Resume::SkipBegun };
    let (head, tail) = (fingerprint.window(head), fingerprint.window(tail));
    let position = Position { offset: length as u64, resume, head, tail };
    let floor = (length > 0).then_some(position);
    PositionUpdate::Set(FileRecord { key: Disk::seen(file, fingerprint).key, position, floor, updated_ms: now.0 })
}
