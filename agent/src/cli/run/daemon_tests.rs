use super::*;
use crate::cli::output::Output;
use crate::cli::stream::Stream;
use crate::config::{KeyPlace, Paths, Sources, UserFile};
use crate::driver::session::Session;
use crate::edge::clock;
use crate::edge::ledger::LedgerFile;
use crate::edge::store::{Kind, Store};
use pipeline::consent::{Environment, Given, GrantRequest};
use scrubber::{DataClass, Tier};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Far more than a round needs, for slow machines; every wait ends as soon as it may.
const PATIENCE: Duration = Duration::from_secs(300);
const PACE: Pace = Pace {
    settings: Duration::from_millis(50),
    settle: Duration::from_millis(10),
    waiting: Duration::from_millis(50),
    key: Duration::from_millis(200),
};

/// An installation in a folder of its own, under a policy that tests change while the daemon runs.
struct Desk {
    dir: tempfile::TempDir,
    messages: Stream,
    lines: Mutex<u32>,
    notices: Mutex<Vec<Notice>>,
    /// Whether the daemon has ended: then nothing is left to wait for.
    over: AtomicBool,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            dir: tempfile::tempdir().unwrap(),
            messages: Stream::default(),
            lines: Mutex::new(0),
            notices: Mutex::default(),
            over: AtomicBool::new(false),
        };
        std::fs::create_dir_all(desk.path("claude/projects/p")).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// As an administrator's tools replace a file: in one step.
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path("new"), text).unwrap();
        std::fs::rename(self.path("new"), self.path(name)).unwrap();
    }

    fn load(&self) -> anyhow::Result<Context> {
        let paths = Paths {
            state_dir: self.path("state"),
            config_file: self.path("config.toml"),
            lake: self.path("lake"),
            roots: vec![self.path("claude")],
            named_roots: Vec::new(),
            policies: vec![self.path("policy.toml")],
            home: self.dir.path().to_owned(),
        };
        let sources = Sources {
            policies: paths.policies.clone(),
            extra_policy: None,
            user: UserFile::Standard(paths.config_file.clone()),
            environment: Vec::new(),
            home: Some(paths.home.clone()),
        };
        let output = Output::to(io::sink(), io::sink(), self.messages.clone());
        Ok(Context::new(crate::config::load(&sources)?, paths, Arc::new(output), Environment::default()))
    }

    fn grant(&self, tier: Tier) {
        let context = self.load().unwrap();
        context.paths.prepare_state_dir().unwrap();
        // As the command does. Were the spool made by the daemon, who looks into it meanwhile could keep the daemon from making it.
        drop(Session::open(&context.config, &context.paths).unwrap());
        let (destination, extras) = (context.destination.clone(), context.extras.clone());
        let request = GrantRequest { tier, backfill: true, given: Given::Flags, destination, extras };
        LedgerFile::open(&context.paths.state_dir).unwrap().grant(request, &context.text, clock::wall()).unwrap();
    }

    /// Appends a record, and says how many there are.
    fn append(&self) -> u64 {
        let mut lines = self.lines.lock().unwrap();
        *lines += 1;
        let path = self.path("claude/projects/p/session.jsonl");
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        let record = serde_json::json!({
            "type": "user", "uuid": format!("00000000-0000-4000-8000-{:012}", *lines), "cwd": "/home/tester/p",
            "sessionId": "00000000-0000-4000-8000-000000000000", "timestamp": "2026-11-26T08:00:00.000Z",
            "version": "2.1.0", "message": { "role": "user", "content": "words" },
        });
        writeln!(file, "{record}").unwrap();
        (*lines).into()
    }

    fn store(&self) -> Option<Store> {
        let settings = self.load().unwrap().store_settings();
        Store::exists(&settings).then(|| Store::open(settings, clock::wall()).unwrap().store)
    }

    fn waiting(&self, class: DataClass) -> usize {
        self.store().map_or(0, |store| store.pending(class, None, 100).unwrap().len())
    }

    /// Segments that wait and events that were delivered, which slow machines do meanwhile.
    fn handled(&self, class: DataClass) -> u64 {
        let counts = self.store().map_or_else(Vec::new, |store| store.counts().unwrap());
        let sent = counts.iter().filter(|count| count.kind == Kind::SentEvents && count.name == class.as_str());
        self.waiting(class) as u64 + sent.map(|count| count.n).sum::<u64>()
    }

    fn told(&self) -> String {
        self.messages.text()
    }

    fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let begun = Instant::now();
        loop {
            // Asked first: what the daemon did last counts.
            let over = self.over.load(Ordering::SeqCst);
            if holds() {
                return;
            }
            assert!(!over, "the daemon has ended before this: {what}");
            assert!(begun.elapsed() < PATIENCE, "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs the daemon beside `steps`.
    fn beside(&self, absent: Absent, steps: impl FnOnce(&Signals)) -> anyhow::Result<Exit> {
        let signals = Signals::default();
        self.over.store(false, Ordering::SeqCst);
        std::thread::scope(|scope| {
            let load = || self.load();
            let notify = |notice| self.notices.lock().unwrap().push(notice);
            let daemon = scope.spawn({
                let signals = signals.clone();
                move || {
                    let ended = run(&load, &signals, absent, &PACE, &notify);
                    self.over.store(true, Ordering::SeqCst);
                    ended
                }
            });
            // A failed step must not leave the daemon running for ever.
            let steps = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| steps(&signals)));
            signals.end();
            let ended = daemon.join().unwrap();
            steps.unwrap_or_else(|fault| resume_unwind(fault));
            ended
        })
    }
}

#[test]
fn a_policy_that_changes_holds_without_a_restart() {
    let desk = Desk::new();
    desk.write("policy.toml", "max_tier = \"content\"\n");
    desk.grant(Tier::Content);
    let ended = desk.beside(Absent::EndsIt, |_| {
        desk.append();
        desk.until("the first policy lets content leave", || desk.handled(DataClass::Restricted) > 0);
        desk.write("policy.toml", "max_tier = \"metrics\"\n");
        // What was spooled before is put under the new policy, too.
        desk.append();
        desk.until("nothing wider than the new policy waits", || {
            desk.waiting(DataClass::Restricted) == 0 && desk.handled(DataClass::Internal) > 0
        });
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[cfg(unix)]
#[test]
fn a_state_folder_that_another_took_the_place_of_is_locked_again() {
    let desk = Desk::new();
    desk.grant(Tier::Metrics);
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        desk.append();
        desk.until("the agent works", || desk.handled(DataClass::Internal) == 1);
        std::fs::rename(desk.path("state"), desk.path("before")).unwrap();
        desk.grant(Tier::Metrics);
        desk.until("the lock is held", || InstanceLock::holder(&desk.path("state")).is_some());
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn who_was_not_asked_is_told_once_and_who_said_no_is_not() {
    let desk = Desk::new();
    let notices = || desk.notices.lock().unwrap().clone();
    let revoke = || {
        let mut ledger = LedgerFile::open(&desk.path("state")).unwrap();
        ledger.revoke(Given::Flags, clock::wall()).unwrap();
    };
    let waits = |times: usize, why: &str| {
        desk.until(why, || desk.told().matches("waiting, and reading nothing").count() == times);
        std::thread::sleep(PACE.waiting * 3);
    };
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        waits(1, "it waits");
        assert_eq!(notices(), [Notice::AsksForConsent]);
        desk.grant(Tier::Metrics);
        desk.append();
        desk.until("the agent works", || desk.handled(DataClass::Internal) == 1);
        desk.write("policy.toml", "sink.kind = \"firehose\"\nsink.firehose.region = \"eu-central-1\"\n");
        waits(2, "the yes was for another place");
        assert_eq!(notices().len(), 1, "once for each start");
    });
    assert_eq!(ended.unwrap(), Exit::Done);

    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        waits(3, "it waits again");
        assert_eq!(notices(), [Notice::AsksForConsent, Notice::AsksAgain]);
    });
    assert_eq!(ended.unwrap(), Exit::Done);

    desk.notices.lock().unwrap().clear();
    revoke();
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        waits(4, "it waits after a no");
        assert_eq!(notices(), []);
    });
    assert_eq!(ended.unwrap(), Exit::Done);

    std::fs::remove_file(desk.path("state/consent.jsonl")).unwrap();
    desk.write("config.toml", "consent.notify = false\n");
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        waits(5, "it waits as at the first time");
        assert_eq!(notices(), [], "a setting says so");
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn a_policy_that_breaks_stops_everything_until_it_is_mended() {
    let desk = Desk::new();
    desk.grant(Tier::Metrics);
    let ended = desk.beside(Absent::EndsIt, |_| {
        desk.append();
        desk.until("the agent works", || desk.handled(DataClass::Internal) == 1);
        // A key is pinned from now on, and nothing is signed.
        desk.write("policy.pub", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        desk.until("the broken policy is told", || desk.told().contains("policy cannot be used"));
        desk.append();
        assert_eq!(desk.handled(DataClass::Internal), 1, "tailing waits");
        std::fs::remove_file(desk.path("policy.pub")).unwrap();
        desk.until("work goes on", || desk.handled(DataClass::Internal) == 2);
    });
    assert_eq!(ended.unwrap(), Exit::Done);
    assert_eq!(desk.told().matches("waiting, and reading nothing").count(), 1, "{}", desk.told());
}

#[test]
fn settings_that_break_are_waited_for_once_work_has_begun_and_an_error_before() {
    let desk = Desk::new();
    desk.grant(Tier::Metrics);
    desk.write("config.toml", "teir = 1\n");
    assert!(desk.beside(Absent::EndsIt, |_| desk.until("it ends", || true)).is_err());
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        desk.append();
        std::thread::sleep(PACE.waiting * 3);
        desk.write("config.toml", "tier = \"metrics\"\n");
        desk.until("the agent works", || desk.handled(DataClass::Internal) == 1);
        desk.write("config.toml", "teir = 1\n");
        desk.write("config.toml", "tier = \"off\"\n");
        desk.until("the setting holds", || desk.told().contains("the settings say so"));
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn the_spools_key_is_renewed_while_the_agent_runs() {
    let desk = Desk::new();
    desk.grant(Tier::Metrics);
    let file = KeyFile::new(&desk.path("state"));
    let ended = desk.beside(Absent::EndsIt, |_| {
        desk.append();
        desk.until("the agent works", || desk.handled(DataClass::Internal) == 1);
        // A month cannot be waited for: keys of long ago stand in for those of the start.
        std::fs::remove_file(desk.path("state").join("keys")).unwrap();
        file.create(KeyPlace::File, pipeline::time::Wall::default()).unwrap();
        desk.until("a new key seals", || file.load().unwrap().is_some_and(|keys| !keys.is_due(clock::wall())));
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn a_spool_that_is_damaged_while_the_agent_runs_is_set_aside_and_what_waited_is_read_again() {
    let desk = Desk::new();
    desk.grant(Tier::Metrics);
    let database = desk.path("state/spool.db");
    let aside = || crate::edge::store::set_aside_files(&desk.load().unwrap().store_settings()).unwrap();
    let ended = desk.beside(Absent::EndsIt, |_| {
        desk.append();
        desk.until("the agent works", || desk.handled(DataClass::Internal) == 1);
        let other = rusqlite::Connection::open(&database).unwrap();
        let root = "SELECT rootpage FROM sqlite_master WHERE name = 'file'";
        let page: u64 = other.query_row(root, [], |row| row.get::<_, u32>(0)).unwrap().into();
        other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let mut file = std::fs::OpenOptions::new().write(true).open(&database).unwrap();
        io::Seek::seek(&mut file, io::SeekFrom::Start((page - 1) * 8192)).unwrap();
        file.write_all(&[0x5a; 4096]).unwrap();
        // Whoever has pages in memory reads them again after a change.
        other.execute("UPDATE total SET clock_ms = clock_ms", []).unwrap();
        desk.append();
        desk.until("it is set aside", || aside().iter().any(|path| path.extension().is_some_and(|end| end == "db")));
        let stored = || {
            let store = Store::open_existing(desk.load().unwrap().store_settings()).ok()?;
            let counts = store.counts().ok()?;
            Some(counts.iter().filter(|count| count.kind == Kind::Events).map(|count| count.n).sum())
        };
        desk.until("both records are stored", || stored() == Some(2_u64));
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn a_file_of_rules_that_goes_is_waited_for_and_one_that_changes_is_noticed() {
    let desk = Desk::new();
    desk.write("policy.toml", "max_tier = \"content\"\n");
    desk.grant(Tier::Content);
    desk.write("config.toml", &format!("[scrub]\nrules = [{:?}]\n", desk.path("rules.toml").to_str().unwrap()));
    assert!(desk.beside(Absent::EndsIt, |_| {}).is_err(), "it is told to whoever starts it");
    let status = || Control::of(&desk.path("state")).status().unwrap_or_default();
    let rule = |id: &str| format!("[[rules]]\nid = \"{id}\"\nregex = '''zorp_[a-z0-9]{{8}}'''\n");
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        desk.append();
        desk.until("it says so", || status()["waits_because"] == "cannot put the policy together");
        desk.write("rules.toml", &rule("of-ours"));
        desk.until("the agent works", || desk.handled(DataClass::Restricted) == 1);
        desk.write("rules.toml", "broken");
        desk.until("it is noticed", || status()["waits_because"] == "cannot put the policy together");
        desk.append();
        desk.write("rules.toml", &rule("of-ours-too"));
        desk.until("the agent works again", || desk.handled(DataClass::Restricted) == 2);
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn consent_that_is_missing_ends_it_or_is_waited_for() {
    let desk = Desk::new();
    let error = desk.beside(Absent::EndsIt, |_| {}).unwrap_err();
    assert!(error.to_string().contains("consent was never given"), "{error}");
    let ended = desk.beside(Absent::IsWaitedFor, |_| {
        desk.until("it waits", || desk.told().contains("consent was never given"));
        desk.grant(Tier::Metrics);
        desk.append();
        desk.until("it begins", || desk.handled(DataClass::Internal) == 1);
    });
    assert_eq!(ended.unwrap(), Exit::Done);
}

#[test]
fn a_round_in_which_nothing_could_be_sealed_ends_in_an_error_so_that_the_agent_is_started_again() {
    let desk = Desk::new();
    let ended = |ended| {
        let (counts, report) = (scrubber::Counts::default(), crate::driver::tail::TailReport::default());
        let round = Round { done: Done { ended, counts, report, delivered: (0, 0) }, news: News::Nothing };
        ended_by_round(&desk.load().unwrap(), &round, &Signals::default(), &PACE)
    };
    assert!(matches!(ended(Ended::Stopped), Ok(Some(Exit::Done))));
    assert!(ended(Ended::SealFails).is_err());
}
