//! The consent ledger's file: `consent.jsonl` in the state folder, open to its owner only, appended to and synced.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pipeline::consent::{ConsentId, ConsentText, Given, GrantRequest, Ledger, LedgerError, Pending, Refusal, What};
use pipeline::time::Wall;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::private;

/// Longer is no ledger: ten thousand grants take about 5 MB.
const BYTES_MAX: u64 = 16 << 20;

/// The ledger and its file.
#[derive(Debug)]
pub struct LedgerFile {
    path: PathBuf,
    ledger: Ledger,
    seen: Option<Stamp>,
}

/// What changes when another process appends or sets the file aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// What became of a revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revoked {
    /// It stands in the ledger.
    Recorded,
    /// The ledger could not be appended to (altered, disk full), so it was set aside whole, under this name. Without a ledger
    /// nothing is sent.
    SetAside(PathBuf),
}

/// What the names of ledgers begin with that were set aside.
const SET_ASIDE: &str = "consent-set-aside-";

/// Where each consent let events go, by its id: of the ledger of a state folder, and of those that were set aside. What cannot be
/// read is left out.
pub fn destinations(state_dir: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(state_dir).into_iter().flatten().flatten();
    let aside = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(SET_ASIDE.as_bytes()));
    let mut destinations = BTreeMap::new();
    for path in aside.map(|entry| entry.path()).chain([state_dir.join("consent.jsonl")]) {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_end(&mut bytes));
        let ledger = if read.is_ok() { Ledger::read(&bytes) } else { continue };
        for entry in ledger.entries() {
            if let What::Grant(grant) = &entry.what {
                destinations.insert(grant.consent_id.as_str().to_owned(), grant.destination.clone());
            }
        }
    }
    destinations
}

/// The ledger cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerFileError {
    /// Not readable.
    #[error("cannot read the consent ledger {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Not writable.
    #[error("cannot write the consent ledger {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It was altered.
    #[error("the consent ledger {} was altered", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
        /// Where.
        #[source]
        source: LedgerError,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

impl LedgerFile {
    /// Opens the ledger of a state folder; a missing file is an empty ledger. Makes nothing.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn open(state_dir: &Path) -> Result<Self, LedgerFileError> {
        let mut file = Self { path: state_dir.join("consent.jsonl"), ledger: Ledger::default(), seen: None };
        file.read()?;
        Ok(file)
    }

    /// As [`LedgerFile::open`], but takes a file that cannot be read as well: revoking must work all the same.
    pub fn open_for_revoking(state_dir: &Path) -> Self {
        let mut file = Self { path: state_dir.join("consent.jsonl"), ledger: Ledger::default(), seen: None };
        // The ledger counts as unreadable then, which is off.
        let _ = file.read();
        file
    }

    /// What the file said when it was last read.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file again when it has changed: costs one look at its metadata else, so it can be called each turn.
    ///
    /// # Errors
    /// When it cannot be read any more; consent is off from then on until it can.
    pub fn refresh(&mut self) -> Result<(), LedgerFileError> {
        if self.stamp()? == self.seen && self.seen.is_some() {
            return Ok(());
        }
        self.read()
    }

    /// Appends a grant under a new random id.
    ///
    /// # Errors
    /// When the ledger was altered, or the file cannot be written: then nothing was granted.
    pub fn grant(&mut self, request: GrantRequest, text: &ConsentText, now: Wall) -> Result<(), LedgerFileError> {
        let mut random = [0; 16];
        SystemRandom::new().fill(&mut random).map_err(|_| LedgerFileError::Random)?;
        let _lock = self.lock()?;
        self.read()?;
        let pending = self.ledger.grant(request, text, ConsentId::new(random), now);
        let pending = pending.map_err(|source| LedgerFileError::Altered { path: self.path.clone(), source })?;
        self.append(pending)
    }

    /// Appends the choice that nothing leaves.
    ///
    /// # Errors
    /// When the ledger was altered, or the file cannot be written: then what held before holds.
    pub fn refuse(&mut self, mode: Refusal, given: Given, now: Wall) -> Result<(), LedgerFileError> {
        let _lock = self.lock()?;
        self.read()?;
        let pending = self.ledger.refuse(mode, given, now);
        let pending = pending.map_err(|source| LedgerFileError::Altered { path: self.path.clone(), source })?;
        self.append(pending)
    }

    /// Appends a revocation, or sets the ledger aside where it cannot be appended to. Either way nothing is sent afterwards.
    ///
    /// # Errors
    /// When neither can be done.
    pub fn revoke(&mut self, given: Given, now: Wall) -> Result<Revoked, LedgerFileError> {
        let lock = self.lock();
        let appended = lock.and_then(|_lock| {
            self.read()?;
            let pending = self.ledger.revoke(given, now);
            let pending = pending.map_err(|source| LedgerFileError::Altered { path: self.path.clone(), source })?;
            self.append(pending)
        });
        let Err(error) = appended else { return Ok(Revoked::Recorded) };
        self.ledger = Ledger::unreadable();
        let aside = self.path.with_file_name(format!("{SET_ASIDE}{}.jsonl", now.0));
        if std::fs::rename(&self.path, &aside).is_err() {
            return Err(error);
        }
        self.read()?;
        Ok(Revoked::SetAside(aside))
    }

    fn append(&mut self, pending: Pending) -> Result<(), LedgerFileError> {
        let failed = |source| LedgerFileError::Write { path: self.path.clone(), source };
        // Not `append`: cutting off a torn write needs the right to write anywhere on Windows.
        let file = private::options().create(true).truncate(false).write(true).open(&self.path);
        let mut file = file.map_err(failed)?;
        let whole = self.ledger.whole_bytes();
        let write = |file: &mut File| {
            file.set_len(whole)?;
            std::io::Seek::seek(file, std::io::SeekFrom::Start(whole))?;
            file.write_all(pending.line().as_bytes())?;
            file.sync_all()?;
            self.path.parent().map_or(Ok(()), private::sync_folder)
        };
        if let Err(source) = write(&mut file) {
            // Half a line would read as torn, which is off; without it the old state holds, as the caller is told.
            let _ = file.set_len(whole);
            return Err(failed(source));
        }
        self.ledger.accept(pending);
        // It stands there, whatever a look at it says; where that fails, it is read again at the next turn.
        self.seen = std::fs::metadata(&self.path).ok().map(|metadata| Stamp::of(&metadata));
        Ok(())
    }

    /// Keeps two commands from appending at once. A file of its own: a locked one cannot be read on Windows.
    fn lock(&self) -> Result<File, LedgerFileError> {
        let path = self.path.with_extension("lock");
        let locked = private::options().create(true).truncate(false).write(true).open(&path);
        let locked = locked.and_then(|file| file.lock().map(|()| file));
        locked.map_err(|source| LedgerFileError::Write { path, source })
    }

    fn read(&mut self) -> Result<(), LedgerFileError> {
        // Looked at first: what is appended meanwhile is read again at the next turn.
        let seen = self.stamp()?;
        let failed = |source| LedgerFileError::Read { path: self.path.clone(), source };
        let mut bytes = Vec::new();
        let read = match File::open(&self.path) {
            Ok(file) => file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map(|_| ()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        };
        let too_long = bytes.len() as u64 > BYTES_MAX;
        if let Err(source) = read {
            self.ledger = Ledger::unreadable();
            self.seen = None;
            return Err(failed(source));
        }
        self.ledger = if too_long { Ledger::unreadable() } else { Ledger::read(&bytes) };
        self.seen = seen;
        Ok(())
    }

    fn stamp(&mut self) -> Result<Option<Stamp>, LedgerFileError> {
        match std::fs::metadata(&self.path) {
            Ok(metadata) => Ok(Some(Stamp::of(&metadata))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => {
                self.ledger = Ledger::unreadable();
                self.seen = None;
                Err(LedgerFileError::Read { path: self.path.clone(), source })
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::{LedgerFile, LedgerFileError, Revoked};
    use pipeline::consent::{
        Circumstances, ConsentText, Environment, Given, GrantRequest, Mode, OffReason, PolicyStanding,
    };
    use pipeline::time::Wall;
    use scrubber::Tier;
    use std::io::Write as _;

    fn request() -> GrantRequest {
        GrantRequest {
            tier: Tier::Metrics,
            backfill: false,
            given: Given::Flags,
            destination: "there".to_owned(),
            extras: Vec::new(),
        }
    }

    fn text() -> ConsentText {
        ConsentText::new(1, 1, "text")
    }

    fn stand(file: &LedgerFile) -> (Mode, Option<OffReason>) {
        let text = text();
        let now = Circumstances {
            policy: PolicyStanding::AtMost(Mode::Send(Tier::Content)),
            setting: Mode::Send(Tier::Content),
            text: &text,
            destination: "there",
            extras: &[],
            environment: Environment::default(),
        };
        let standing = file.ledger().stand(&now);
        (standing.mode, standing.off)
    }

    const SENDING: (Mode, Option<OffReason>) = (Mode::Send(Tier::Metrics), None);
    const REVOKED: (Mode, Option<OffReason>) = (Mode::Off, Some(OffReason::Revoked));

    #[test]
    fn a_running_agent_sees_what_another_process_grants_and_revokes() {
        let dir = tempfile::tempdir().unwrap();
        let mut running = LedgerFile::open(dir.path()).unwrap();
        let mut command = LedgerFile::open(dir.path()).unwrap();
        assert_eq!(stand(&running), (Mode::Off, Some(OffReason::NeverGranted)));
        command.grant(request(), &text(), Wall(1)).unwrap();
        running.refresh().unwrap();
        assert_eq!(stand(&running), SENDING);
        assert_eq!(command.revoke(Given::Flags, Wall(2)).unwrap(), Revoked::Recorded);
        running.refresh().unwrap();
        assert_eq!(stand(&running), REVOKED);
        std::fs::remove_file(running.path()).unwrap();
        running.refresh().unwrap();
        assert_eq!(stand(&running), (Mode::Off, Some(OffReason::NeverGranted)));
    }

    #[test]
    fn a_torn_last_entry_is_off_until_the_next_entry_takes_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = LedgerFile::open(dir.path()).unwrap();
        file.grant(request(), &text(), Wall(1)).unwrap();
        let mut torn = std::fs::OpenOptions::new().append(true).open(file.path()).unwrap();
        torn.write_all(b"{\"entry\":{\"seq\":1,").unwrap();
        file.refresh().unwrap();
        assert_eq!(stand(&file), (Mode::Off, Some(OffReason::LedgerTorn)));
        file.grant(request(), &text(), Wall(2)).unwrap();
        assert_eq!(stand(&LedgerFile::open(dir.path()).unwrap()), SENDING);
        assert_eq!(file.ledger().entries().len(), 2);
    }

    #[test]
    fn an_altered_ledger_takes_no_grant_and_revoking_sets_it_aside() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = LedgerFile::open(dir.path()).unwrap();
        file.grant(request(), &text(), Wall(1)).unwrap();
        let altered = std::fs::read_to_string(file.path()).unwrap().replace("metrics", "content");
        std::fs::write(file.path(), altered).unwrap();
        let error = file.grant(request(), &text(), Wall(2)).unwrap_err();
        assert!(matches!(error, LedgerFileError::Altered { .. }));
        assert_eq!(stand(&file), (Mode::Off, Some(OffReason::LedgerBroken)));
        assert!(matches!(file.revoke(Given::Flags, Wall(3)).unwrap(), Revoked::SetAside(path) if path.exists()));
        assert_eq!(stand(&file), (Mode::Off, Some(OffReason::NeverGranted)));
        file.grant(request(), &text(), Wall(4)).unwrap();
        assert_eq!(stand(&file), SENDING);
    }

    #[test]
    fn a_ledger_that_cannot_be_read_is_off() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = LedgerFile::open(dir.path()).unwrap();
        file.grant(request(), &text(), Wall(1)).unwrap();
        std::fs::remove_file(file.path()).unwrap();
        std::fs::create_dir(file.path()).unwrap();
        assert!(file.refresh().is_err());
        assert_eq!(stand(&file), (Mode::Off, Some(OffReason::LedgerUnreadable)));
        assert!(LedgerFile::open(dir.path()).is_err());
        let mut file = LedgerFile::open_for_revoking(dir.path());
        assert!(matches!(file.revoke(Given::Flags, Wall(2)).unwrap(), Revoked::SetAside(_)));
        assert_eq!(stand(&LedgerFile::open(dir.path()).unwrap()), (Mode::Off, Some(OffReason::NeverGranted)));
    }

    #[cfg(unix)]
    #[test]
    fn the_ledger_is_open_to_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let mut file = LedgerFile::open(dir.path()).unwrap();
        file.grant(request(), &text(), Wall(1)).unwrap();
        assert_eq!(std::fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
