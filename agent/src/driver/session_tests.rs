use super::*;
use crate::config::{KeyPlace, Sources, UserFile, load};
use crate::edge::host::Host;
use scrubber::{Counts, DataClass, Place, RawLine, Scratch, Source, SourceKind, Tier};
use std::fs;

/// An installation with a folder of transcripts.
struct Desk {
    dir: tempfile::TempDir,
    config: Config,
}

impl Desk {
    fn new() -> Self {
        let sources =
            Sources { policies: vec![], extra_policy: None, user: UserFile::Nowhere, environment: vec![], home: None };
        let desk = Self { dir: tempfile::tempdir().unwrap(), config: load(&sources).unwrap() };
        desk.write("claude/projects/p/s.jsonl", "{}\n");
        desk
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn paths(&self) -> Paths {
        let mut paths = Paths::find(Some(self.dir.path().join("state")), &[], None).unwrap();
        paths.roots = vec![self.dir.path().join("claude")];
        paths.prepare_state_dir().unwrap();
        paths
    }

    fn session(&self) -> Session {
        Session::open(&self.config, &self.paths()).unwrap()
    }

    /// Spools one event under these keys.
    fn spool(&self, keys: &Keys) {
        let host = Host::made_up("login", "Full Name", "host", self.dir.path());
        let policy = crate::policy::build(&self.config, &host, keys.pseudonym_key(), Tier::Metrics, "consent").unwrap();
        let line = br#"{"type":"user","uuid":"00000000-0000-4000-8000-000000000000","message":{"content":"x"}}"#;
        let raw = RawLine::new(line, Place { offset: 0, length: line.len() as u64 });
        let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
        let (mut projects, mut events) = (crate::filter::scrub::EveryProject::default(), policy.events());
        policy.scrub(&raw, &mut source, &mut projects, 0, &mut Scratch::default(), &mut events);
        let mut sealer = Sealer::new(keys.seal_keys().remove(0), [1; 8]);
        let mut store = Store::open(store_settings(&self.config, &self.paths()), clock::wall()).unwrap().store;
        for run in &events {
            let sealed = sealer.seal(run, &policy).unwrap().segments;
            store.append(&sealed, &[], &[], &Counts::default(), clock::wall()).unwrap();
        }
    }

    fn roots(&self, names: &[&str]) -> Roots {
        let folders = names.iter().map(|name| self.dir.path().join(name)).collect();
        Roots { folders, history: HistoryFile::Ignore }
    }

    fn real(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap().join(name)
    }
}

#[test]
fn a_fresh_spool_a_lost_one_and_a_lost_key_know_of_nothing() {
    let desk = Desk::new();
    let roots = desk.roots(&["claude", "later"]);
    assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Everything);
    let lose: [&dyn Fn(&Path); 3] = [
        &|state| fs::remove_file(state.join("keys")).unwrap(),
        &|state| fs::remove_file(state.join("spool.db")).unwrap(),
        // Whoever opens it next sets it aside; it need not be the one that reads.
        &|state| {
            fs::write(state.join("spool.db"), [0x5a; 40_000]).unwrap();
            drop(desk.session());
        },
    ];
    for lose in lose {
        assert_eq!(desk.session().begin_at_the_ends(&roots).unwrap(), 1);
        assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Nothing);
        lose(&desk.dir.path().join("state"));
        drop(desk.session());
        assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Everything);
    }
    desk.session().begin_at_the_starts(&roots, "yes").unwrap();
    assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Nothing);
}

#[test]
fn what_was_written_since_the_grant_is_known_when_the_spool_is_lost_under_that_consent_and_key_alone() {
    let desk = Desk::new();
    let roots = desk.roots(&["claude"]);
    let state = desk.dir.path().join("state");
    let lose = |name: &str| fs::remove_file(state.join(name)).unwrap();
    let rows = |session: &Session| super::super::ship::lock(&session.store).positions().unwrap();
    let granted = desk.session();
    granted.begin_at_the_ends(&roots).unwrap();
    let at_the_grant = rows(&granted);
    let keep = |session: &Session| super::super::ship::lock(&session.store).keep_beginnings("yes").unwrap();
    keep(&granted);
    desk.write("claude/projects/p/s.jsonl", "{}\n{}\n");
    desk.write("claude/projects/p/later.jsonl", "{}\n");
    drop(granted);
    lose("spool.db");
    let session = desk.session();
    assert_eq!(session.begin_at_the_grant("another yes").unwrap(), None);
    assert_eq!(session.begin_at_the_grant("yes").unwrap(), Some(1));
    // The one that came later begins at its start, as one that is not known.
    assert_eq!(rows(&session), at_the_grant);
    assert_eq!(session.unknown(&roots).unwrap(), Unknown::Nothing);
    keep(&session);
    let path = state.join("beginnings");
    let whole = fs::read(&path).unwrap();
    for broken in [&whole[..whole.len() - 1], &[0; 9], &[]] {
        fs::write(&path, broken).unwrap();
        assert_eq!(session.begin_at_the_grant("yes").unwrap(), None);
    }
    // Reading begins elsewhere: what was kept before must not count.
    fs::write(&path, &whole).unwrap();
    session.begin_at_the_ends(&roots).unwrap();
    assert!(!path.exists());
    fs::write(&path, &whole).unwrap();
    drop(session);
    lose("keys");
    assert_eq!(desk.session().begin_at_the_grant("yes").unwrap(), None);
}

#[test]
fn the_history_of_prompts_is_held_back_too_though_it_is_not_read_yet() {
    let desk = Desk::new();
    desk.write("claude/history.jsonl", "{}\n{}\n");
    let session = desk.session();
    assert_eq!(session.begin_at_the_ends(&desk.roots(&["claude"])).unwrap(), 2);
    let mut offsets: Vec<_> =
        super::super::ship::lock(&session.store).positions().unwrap().iter().map(|row| row.position.offset).collect();
    offsets.sort_unstable();
    assert_eq!(offsets, [3, 6]);
}

#[test]
fn a_folder_that_the_grant_did_not_know_of_begins_at_its_ends_and_the_others_go_on() {
    let desk = Desk::new();
    let (one, both) = (desk.roots(&["claude"]), desk.roots(&["claude", "other"]));
    let session = desk.session();
    session.begin_at_the_ends(&one).unwrap();
    desk.write("claude/projects/p/s.jsonl", "{}\n{}\n");
    desk.write("other/projects/q/t.jsonl", "{}\n{}\n{}\n");
    let Unknown::Folders(folders) = session.unknown(&both).unwrap() else { panic!("it is not known") };
    assert_eq!(folders, [desk.real("other")]);
    assert_eq!(session.add_at_the_ends(folders).unwrap(), 1);
    assert_eq!(session.unknown(&both).unwrap(), Unknown::Nothing);
    assert_eq!(session.unknown(&one).unwrap(), Unknown::Nothing);
    let mut offsets: Vec<_> =
        super::super::ship::lock(&session.store).positions().unwrap().iter().map(|row| row.position.offset).collect();
    offsets.sort_unstable();
    assert_eq!(offsets, [3, 9]);
}

#[test]
fn what_waits_under_an_old_key_still_opens_after_another_one_seals() {
    let desk = Desk::new();
    let file = KeyFile::new(&desk.paths().state_dir);
    let old = file.create(KeyPlace::File, Wall(0)).unwrap();
    desk.spool(&old);
    let session = desk.session();
    let ids = |keys: &Keys| keys.seal_keys().iter().map(SealKey::id).collect::<Vec<_>>();
    let renewed = file.load().unwrap().unwrap();
    assert!(ids(&renewed).len() == 2 && ids(&renewed).ends_with(&ids(&old)), "both are kept, and another one seals");
    let mut store = session.store.lock().unwrap();
    let waiting = store.pending(DataClass::Internal, None, 10).unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(store.load(waiting[0].seq(), &session.opener()).is_ok());
    store.purge(pipeline::ship::SpoolDrop::Revoked, clock::wall()).unwrap();
    drop(store);
    drop(session);
    drop(desk.session());
    assert_eq!(ids(&file.load().unwrap().unwrap()), ids(&renewed)[..1], "nothing waits under the old one any more");
}

#[test]
fn a_folder_is_kept_though_the_end_has_come_for_what_was_read_of_it_is_stored_still() {
    use super::super::{projects, ship, stop, stored};
    use scrubber::{ProjectDecision, Projects as _};
    let desk = Desk::new();
    let (session, stop) = (desk.session(), stop::Stop::default());
    stop.set();
    let stored = stored::Stored::new(&session.store);
    let keeper = projects::Keeper::new(&desk.config, &session.store, session.project_keys(), &stop);
    let mut reading = projects::Reading::new(&desk.config, desk.dir.path(), &keeper, &stored).unwrap();
    assert!(matches!(reading.decide(Some("/work")), ProjectDecision::Ship(_)));
    let tag = session.pseudonym_key().project("/work");
    assert!(ship::lock(&session.store).project(tag).unwrap().is_some());
}

/// Makes the store fail where it needs the table, or work again.
fn rename(desk: &Desk, table: &str, to: &str) {
    let other = rusqlite::Connection::open(Store::file(&store_settings(&desk.config, &desk.paths()))).unwrap();
    other.execute_batch(&format!("ALTER TABLE {table} RENAME TO {to}")).unwrap();
}

#[test]
fn what_was_read_of_a_folder_that_could_not_be_kept_is_read_again() {
    use super::super::{projects, ship::lock, spooler, stop::Stop, stored, tail::Ahead};
    for ending in [true, false] {
        let desk = Desk::new();
        let (session, stop) = (desk.session(), Stop::default());
        let host = Host::made_up("login", "Full Name", "host", desk.dir.path());
        let policy =
            crate::policy::build(&desk.config, &host, session.pseudonym_key(), Tier::Metrics, "consent").unwrap();
        let (stored, totals) = (stored::Stored::new(&session.store), Mutex::default());
        let keeper = projects::Keeper::new(&desk.config, &session.store, session.project_keys(), &stop);
        let mut reading = projects::Reading::new(&desk.config, desk.dir.path(), &keeper, &stored).unwrap();
        let line =
            br#"{"type":"user","uuid":"00000000-0000-4000-8000-000000000000","cwd":"/work","message":{"content":"x"}}"#;
        let raw = RawLine::new(line, Place { offset: 0, length: line.len() as u64 });
        let mut source = Source { kind: SourceKind::Transcript, session: String::new(), cwd: None };
        let mut events = policy.events();
        if ending {
            // The store fails until the folder was given up, and takes events again before these are stored.
            stop.set();
            rename(&desk, "project", "elsewhere");
        }
        policy.scrub(&raw, &mut source, &mut reading, 0, &mut Scratch::default(), &mut events);
        if ending {
            rename(&desk, "elsewhere", "project");
        } else {
            // As another process does that works beside this one.
            desk.session().store.into_inner().unwrap().forget_idle_projects().unwrap();
        }
        assert!(events.iter().any(|run| !run.is_empty()));
        let (to_shipper, _inputs) = tokio::sync::mpsc::unbounded_channel();
        let (handover, spooling) =
            spooler::pair(&session.store, &policy, session.sealer().unwrap(), to_shipper, &stop, &totals, &stored);
        let package = spooler::Package { events, positions: vec![], counts: Counts::default(), ahead: Ahead::Nothing };
        assert!(handover.give(package).is_ok());
        drop(handover);
        spooling.run();
        assert_eq!(lock(&session.store).measure().unwrap().events, 0);
        assert_eq!((stop.is_set(), stop.is_to_begin_anew()), (true, !ending));
    }
}

#[test]
fn a_store_that_takes_nothing_is_known_to_who_does_not_wait_for_ever_until_it_does() {
    use super::super::{spooler, stop::Stop, stored, tail::Ahead};
    let desk = Desk::new();
    let (session, stop) = (desk.session(), Stop::default());
    let host = Host::made_up("login", "Full Name", "host", desk.dir.path());
    let policy = crate::policy::build(&desk.config, &host, session.pseudonym_key(), Tier::Metrics, "consent").unwrap();
    let (stored, totals) = (stored::Stored::new(&session.store), Mutex::default());
    let (to_shipper, _inputs) = tokio::sync::mpsc::unbounded_channel();
    let (handover, spooling) =
        spooler::pair(&session.store, &policy, session.sealer().unwrap(), to_shipper, &stop, &totals, &stored);
    rename(&desk, "total", "elsewhere");
    let counts = Counts { lines: 1, ..Counts::default() };
    let package = spooler::Package { events: policy.events(), positions: vec![], counts, ahead: Ahead::Nothing };
    assert!(handover.give(package).is_ok());
    drop(handover);
    std::thread::scope(|scope| {
        scope.spawn(|| spooling.run());
        let begun = std::time::Instant::now();
        while stop.store_fails_since().is_none() && begun.elapsed().as_secs() < 60 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let since = stop.store_fails_since();
        std::thread::sleep(std::time::Duration::from_millis(600));
        let still = stop.store_fails_since();
        rename(&desk, "elsewhere", "total");
        assert!(since.is_some() && still == since, "the first failure counts");
    });
    assert_eq!(stop.store_fails_since(), None);
}
