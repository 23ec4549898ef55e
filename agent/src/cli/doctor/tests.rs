use super::world::{Live, live};
use super::*;
use crate::cli::output::Output;
use crate::cli::stream::Stream;
use crate::config::{Paths, Sources, UserFile, load};
use crate::driver::session::Session;
use crate::driver::sinks::{Caller, Probe, Reached, Source};
use crate::edge::clock;
use crate::edge::ledger::LedgerFile;
use crate::edge::sandbox::Sandbox;
use crate::edge::watch::{Instance, Watching};
use crate::service::Standing;
use pipeline::consent::{Environment, Given, GrantRequest};
use pipeline::ship::Trouble;
use pipeline::time::Wall;
use scrubber::{Counts, DataClass, Tier};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

mod healthy;

/// An installation that is well, with one session, in a folder of its own.
struct Desk {
    dir: tempfile::TempDir,
    out: Stream,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { dir: tempfile::tempdir().unwrap(), out: Stream::default() };
        fs::create_dir_all(desk.path("claude/projects/p")).unwrap();
        desk.write("policy.toml", "max_tier = \"metrics\"\n");
        desk.session("2.1.0");
        desk.grant();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o644)).unwrap();
        }
    }

    fn session(&self, version: &str) {
        self.write(
            "claude/projects/p/s.jsonl",
            &format!("{{\"type\":\"user\",\"version\":\"{version}\"}}\n{{\"type\":\"x\"}}\n"),
        );
    }

    fn context(&self) -> Context {
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
        let output = Output::to(self.out.plain(), io::sink(), io::sink());
        Context::new(load(&sources).unwrap(), paths, Arc::new(output), Environment::default())
    }

    /// As `consent grant` does: reading begins at the end of what is there.
    fn grant(&self) {
        let context = self.context();
        context.paths.prepare_state_dir().unwrap();
        let session = Session::open(&context.config, &context.paths).unwrap();
        session.begin_at_the_ends(&crate::driver::session::roots(&context.config, &context.paths)).unwrap();
        let (destination, extras) = (context.destination.clone(), context.extras.clone());
        let request = GrantRequest { tier: Tier::Metrics, backfill: false, given: Given::Flags, destination, extras };
        LedgerFile::open(&context.paths.state_dir).unwrap().grant(request, &context.text, clock::wall()).unwrap();
    }

    /// What one check finds in a world that differs in one thing.
    fn finding(&self, name: &str, differs: impl FnOnce(&mut World<'_>)) -> Option<String> {
        let context = self.context();
        let mut world = well(&context);
        differs(&mut world);
        let check = checks(&world).into_iter().find(|check| check.name == name).unwrap();
        match check.found {
            Found::Well | Found::Told(_) | Found::Skipped(_) => None,
            Found::Problem { finding, remedy } => {
                assert!(!remedy.is_empty() && check.weight > 0, "{name}");
                Some(finding)
            }
        }
    }
}

/// A world without trouble around an installation.
fn well(context: &Context) -> World<'_> {
    let mut world = World::of(context, &arguments());
    world.free_bytes = Some(u64::MAX);
    world.watching = Some(Watching { folders: 4, ..WATCHING });
    world.sandbox = Sandbox::Full;
    world.running = Some(Live::default());
    world.service = Some(Standing::Well);
    world.proxies = Vec::new();
    world
}

const WATCHING: Watching = Watching { folders: 0, watches_max: 8192, instances_max: 128, instance: Instance::Made };

/// What the streams of the tier `activity` answered.
fn answers(answers: [Result<(), Trouble>; 2]) -> Vec<(DataClass, Result<(), Trouble>)> {
    [DataClass::Internal, DataClass::Confidential].into_iter().zip(answers).collect()
}

/// What calls meet where all is well.
fn probed() -> Probe {
    let arn = "arn:aws:sts::123456789012:assumed-role/bcce-laptop-writer/session";
    let caller = Ok(Caller::of("123456789012", arn).unwrap());
    Probe { way: Ok(Reached { by_proxy: false, ahead_s: Some(2) }), caller, streams: answers([Ok(()), Ok(())]) }
}

fn arguments() -> DoctorArgs {
    DoctorArgs { json: false, probe: false, min_score: None }
}

#[track_caller]
fn has(finding: Option<String>, words: &str) {
    let finding = finding.unwrap_or_else(|| panic!("nothing was found, but should have been: {words}"));
    assert!(finding.contains(words), "{finding}");
}

const FIREHOSE: &str = "sink.kind = \"firehose\"\nsink.firehose.region = \"eu-central-1\"\n";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Tests that lock files away need a user whom the locks hold.
#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn an_installation_that_is_well_scores_100() {
    let desk = Desk::new();
    let context = desk.context();
    let mut checks = checks(&well(&context));
    // Only on a machine whose temporary folders belong to root could a policy in them be above suspicion.
    checks.retain(|check| check.name != "policy rights");
    for check in &checks {
        assert!(!matches!(check.found, Found::Problem { .. }), "{}: {:?}", check.name, check.found);
    }
    assert_eq!(score(&checks), 100);
}

#[test]
fn policy_and_consent_are_told() {
    let desk = Desk::new();
    assert_eq!(desk.finding("policy", |_| {}), None);
    desk.write("policy.pub", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    has(desk.finding("policy", |_| {}), "is not signed, but a key is pinned");
    assert_eq!(desk.finding("consent", |_| {}), None, "one cause, one finding");
    fs::remove_file(desk.path("policy.pub")).unwrap();
    desk.write("policy.toml", "max_tier = \"off\"\n");
    has(desk.finding("consent", |_| {}), "the organisation policy forbids it");
    fs::remove_file(desk.path("state/consent.jsonl")).unwrap();
    desk.write("policy.toml", "max_tier = \"metrics\"\n");
    has(desk.finding("consent", |_| {}), "consent was never given");
}

#[cfg(unix)]
#[test]
fn a_policy_that_others_can_change_and_a_signature_without_key_are_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let open = |mode| fs::set_permissions(desk.path("policy.toml"), fs::Permissions::from_mode(mode)).unwrap();
    open(0o666);
    has(desk.finding("policy rights", |_| {}), "policy.toml can be changed by others");
    desk.write("policy.toml", "max_teir = 1\n");
    open(0o666);
    has(desk.finding("policy rights", |_| {}), "can be changed by others");
    desk.write("policy.toml", "max_tier = \"metrics\"\n");
    if is_root() {
        assert_eq!(desk.finding("policy rights", |_| {}), None);
        desk.write("policy.toml.sig", "x");
        has(desk.finding("policy rights", |_| {}), "no key is pinned");
    } else {
        has(desk.finding("policy rights", |_| {}), "can be changed by others");
    }
}

#[test]
fn a_lake_that_cannot_be_made_or_written_is_told() {
    let desk = Desk::new();
    let lake = |path: &str| {
        let path = desk.path(path);
        desk.write("policy.toml", &format!("sink.directory.path = {path:?}\n"));
        desk.finding("sink", |_| {})
    };
    assert_eq!(lake("new/and/deep"), None);
    assert!(!desk.path("new").exists());
    desk.write("file", "");
    has(lake("file"), "file is no folder");
    has(lake("file/lake"), "file is no folder");
    fs::create_dir(desk.path("there")).unwrap();
    assert_eq!(lake("there"), None);
    assert_eq!(fs::read_dir(desk.path("there")).unwrap().count(), 0, "nothing is left");
    #[cfg(unix)]
    if !is_root() {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(desk.path("there"), fs::Permissions::from_mode(0o500)).unwrap();
        has(lake("there"), "there cannot be written");
        has(lake("there/lake"), "there cannot be written");
    }
}

#[test]
fn rules_that_run_could_not_use_are_told_with_what_run_would_say() {
    let desk = Desk::new();
    let remedy = |settings: &str| {
        desk.write("policy.toml", settings);
        let context = desk.context();
        match state::rules(&well(&context)) {
            Found::Problem { finding, remedy } => format!("{finding} -> {remedy}"),
            found @ (Found::Well | Found::Told(_) | Found::Skipped(_)) => panic!("{found:?}"),
        }
    };
    let told = remedy("scrub.rules = [\"~/nosuch.toml\"]\n");
    assert!(told.contains("cannot read the rules in ") && told.contains("-> mend the file or take it out"), "{told}");
    let told = remedy("scrub.allow = [\"rule:nosuch\"]\n");
    assert!(
        told.contains("policy.toml:1: scrub.allow") && told.contains("-> your administrator can correct these lines"),
        "{told}"
    );
    desk.write("policy.toml", "scrub.allow = [\"rule:generic-password\"]\n");
    assert_eq!(desk.finding("rules", |_| {}), None);
}

#[test]
fn what_is_wrong_with_claude_codes_files_is_told() {
    let desk = Desk::new();
    has(desk.finding("transcripts", |world| world.files.clear()), "no transcript");
    let gone = |world: &mut World<'_>| world.files.first_mut().unwrap().path = "/nowhere/s.jsonl".into();
    has(desk.finding("transcripts", gone), "1 of 1 transcripts cannot be opened");
    let below = |world: &mut World<'_>| {
        let (path, kind) = (desk.path("claude/projects/p"), io::ErrorKind::PermissionDenied);
        world.troubles.push(crate::edge::files::Trouble { path, kind });
    };
    has(desk.finding("roots", below), "1 place cannot be listed");
    assert_eq!(desk.finding("roots", |_| {}), None);
    fs::remove_dir_all(desk.path("claude/projects")).unwrap();
    desk.write("claude/projects", "a file");
    has(desk.finding("roots", |_| {}), "claude cannot be read (not a directory)");
}

#[test]
fn a_version_and_records_that_are_too_new_are_told() {
    let desk = Desk::new();
    desk.session("2.1.232");
    assert_eq!(desk.finding("version", |_| {}), None);
    desk.session("2.2.0");
    has(desk.finding("version", |_| {}), "Claude Code 2.2.0 is newer than 2.1.232");
    desk.session("1.0.0");
    assert_eq!(desk.finding("version", |_| {}), None);
    desk.session("0.9.30");
    has(desk.finding("version", |_| {}), "Claude Code 0.9.30 is older than 1.0.0");
    let count = |known: u64| {
        let context = desk.context();
        let session = Session::open(&context.config, &context.paths).unwrap();
        let mut counts = Counts { lines: known, ..Counts::default() };
        counts.unknown_types.insert("0123456789abcdef".into(), 5);
        let mut store = session.store.lock().unwrap();
        store.append(&[], &[], &[], &counts, clock::wall()).unwrap();
    };
    assert_eq!(desk.finding("unknown records", |_| {}), None);
    count(100);
    has(desk.finding("unknown records", |_| {}), "5 of 100 records");
    assert_eq!(
        desk.finding("unknown records", |world| world.now = Wall(world.now.0 + 30 * 86_400_000)),
        None,
        "not lately"
    );
    assert_eq!(desk.finding("unknown fields", |_| {}), None);
    let fields = |unlisted: u64, misshapen: u64| {
        let context = desk.context();
        let session = Session::open(&context.config, &context.paths).unwrap();
        let counts = Counts { fields_unlisted: unlisted, fields_misshapen: misshapen, ..Counts::default() };
        session.store.lock().unwrap().append(&[], &[], &[], &counts, clock::wall()).unwrap();
    };
    fields(30, 20);
    assert_eq!(desk.finding("unknown fields", |_| {}), None, "one for every second record");
    fields(1, 0);
    has(desk.finding("unknown fields", |_| {}), "51 values in 100 records");
    assert_eq!(
        desk.finding("unknown fields", |world| world.now = Wall(world.now.0 + 30 * 86_400_000)),
        None,
        "not lately"
    );
    count(20_000);
    assert_eq!(desk.finding("unknown records", |_| {}), None, "fewer than one in a thousand");
}

#[test]
fn sessions_that_will_be_deleted_before_they_are_read_are_told() {
    let desk = Desk::new();
    let old = |days: u32| {
        let file = fs::File::options().append(true).open(desk.path("claude/projects/p/s.jsonl")).unwrap();
        file.set_modified(SystemTime::now() - DAY * days).unwrap();
    };
    old(29);
    assert_eq!(desk.finding("retention", |_| {}), None, "it was read to its end");
    desk.session("2.1.0-longer-than-before");
    old(20);
    assert_eq!(desk.finding("retention", |_| {}), None, "there is time");
    old(29);
    has(desk.finding("retention", |_| {}), "will delete 1 session within 3 days");
    desk.write("claude/settings.json", "{\"cleanupPeriodDays\": 90}");
    assert_eq!(desk.finding("retention", |_| {}), None, "kept for longer");
    desk.write("claude/settings.json", "{\"cleanupPeriodDays\": 5}");
    old(4);
    has(desk.finding("retention", |_| {}), "will delete 1 session ");
}

/// Spools more than 1 MiB, and leaves nothing of it in the database's log.
fn fill(desk: &Desk) {
    let context = desk.context();
    let session = Session::open(&context.config, &context.paths).unwrap();
    let host = crate::edge::host::Host::made_up("login", "Full Name", "host", &desk.path("home"));
    let key = session.pseudonym_key();
    let policy = crate::policy::build(&context.config, &host, key, Tier::Metrics, "consent").unwrap();
    let mut sealer = session.sealer().unwrap();
    let mut store = session.store.lock().unwrap();
    let mut lines: u64 = 0;
    while store.measure().unwrap().bytes < 1 << 20 {
        let mut events = policy.events();
        for _ in 0..2000 {
            lines += 1;
            let record = format!(
                "{{\"type\":\"user\",\"uuid\":\"00000000-0000-4000-8000-{lines:012}\",\"sessionId\":\"00000000-0000-4000-8000-000000000000\",\"timestamp\":\"2026-11-26T08:00:00.000Z\",\"message\":{{\"role\":\"user\",\"content\":\"x\"}}}}"
            );
            let place = scrubber::Place { offset: 0, length: record.len() as u64 };
            let mut source =
                scrubber::Source { kind: scrubber::SourceKind::Transcript, session: String::new(), cwd: None };
            let raw = scrubber::RawLine::new(record.as_bytes(), place);
            let mut projects = crate::filter::scrub::EveryProject::default();
            policy.scrub(&raw, &mut source, &mut projects, 0, &mut scrubber::Scratch::default(), &mut events);
        }
        for run in &events {
            let sealed = sealer.seal(run, &policy).unwrap().segments;
            store.append(&sealed, &[], &[], &Counts::default(), clock::wall()).unwrap();
        }
    }
}

/// Only root may give files away; for others there is nothing to look at.
#[cfg(unix)]
#[test]
fn what_sudo_left_in_the_state_folder_is_told() {
    let desk = Desk::new();
    let wishes = crate::driver::control::Control::of(&desk.path("state")).folder().unwrap().to_owned();
    assert_eq!(desk.finding("state folder", |_| {}), None);
    fs::write(wishes.join("paused"), "").unwrap();
    for part in [wishes.join("paused"), wishes] {
        if std::os::unix::fs::lchown(&part, Some(65_534), None).is_ok() {
            has(desk.finding("state folder", |_| {}), &format!("{} belongs to another user", part.display()));
            std::os::unix::fs::lchown(&part, Some(0), None).unwrap();
        }
    }
}

#[test]
fn root_leaves_no_wish_for_the_agent_of_another() {
    let desk = Desk::new();
    let mut context = desk.context();
    let _lock = crate::edge::lock::InstanceLock::take(context.paths.prepare_state_dir().unwrap()).unwrap();
    let control = crate::driver::control::Control::of(&context.paths.state_dir);
    control.leave_status(&serde_json::json!({ "time_ms": 0 }));
    context.environment.superuser = true;
    assert!(live(&context, Duration::from_secs(1)).is_some() && !control.take_status_wish());
}

#[test]
fn trouble_with_the_state_folder_is_told() {
    let desk = Desk::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = |name: &str, mode| fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
        open("state", 0o755);
        has(desk.finding("state folder", |_| {}), "open to other users");
        open("state", 0o700);
        let key =
            fs::read_dir(desk.path("state")).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
        let key = format!("state/{}", key.into_iter().find(|name| name.contains("key")).unwrap());
        open(&key, 0o644);
        has(desk.finding("keys", |_| {}), "key");
        open(&key, 0o600);
    }
    assert_eq!(desk.finding("spool", |_| {}), None);
    fill(&desk);
    let key = fs::read_dir(desk.path("state")).unwrap().flatten().map(|entry| entry.path());
    let key = key.into_iter().find(|path| path.to_string_lossy().ends_with("keys")).unwrap();
    fs::rename(&key, desk.path("away")).unwrap();
    has(desk.finding("keys", |_| {}), "gone");
    fs::rename(desk.path("away"), &key).unwrap();
    desk.write("config.toml", "spool.bytes_max = \"1MiB\"\n");
    has(desk.finding("spool", |_| {}), "the spool is full");
    assert!(!crate::cli::spool_help(&crate::edge::store::StoreError::Newer(99)).unwrap().contains("damaged"));
    // The second half, where some page holds more than bytes of events; the header stays, so that the database opens.
    let mut database = fs::read(desk.path("state/spool.db")).unwrap();
    let middle = database.len() / 2;
    database.get_mut(middle..).unwrap().fill(0x5a);
    fs::write(desk.path("state/spool.db"), database).unwrap();
    has(desk.finding("spool", |_| {}), "damaged");
    fs::remove_dir_all(desk.path("state")).unwrap();
    desk.write("state", "a file");
    has(desk.finding("state folder", |_| {}), "is no folder");
}

#[test]
fn trouble_of_the_machine_is_told() {
    let desk = Desk::new();
    has(desk.finding("disk space", |world| world.free_bytes = Some(1 << 20)), "1,048,576 bytes are free");
    let watching = |watching| desk.finding("watcher", |world| world.watching = Some(watching));
    assert_eq!(watching(Watching { folders: 4096, ..WATCHING }), None);
    has(
        watching(Watching { folders: 4097, ..WATCHING }),
        "4097 folders are to be watched, and this user may watch 8192",
    );
    has(watching(Watching { folders: 8193, ..WATCHING }), "8193 folders or more");
    has(watching(Watching { instance: Instance::Refused, ..WATCHING }), "all 128 watchers");
    has(desk.finding("clock", |world| world.now = Wall(1_000_000)), "before this version was made");
    has(desk.finding("clock", |world| world.now = Wall(world.now.0 - 3_600_000)), "written in the future");
    has(desk.finding("running", |world| world.running = None), "not running");
    let service = |standing| desk.finding("service", |world| world.service = Some(standing));
    assert_eq!(service(Standing::Well), None);
    has(service(Standing::NotInstalled), "is not installed");
    has(service(Standing::Stopped), "installed and does not run");
    has(service(Standing::NotAtLogin), "does not start at the next login");
    has(service(Standing::Unknown), "cannot be asked");
    for standing in [Standing::NoManager, Standing::Unreachable] {
        let context = desk.context();
        let found = machine::service(&World { service: Some(standing), ..well(&context) });
        assert!(matches!(found, Found::Skipped(_)), "{found:?}");
    }
}

#[test]
fn a_reader_that_stands_still_is_told_with_what_helps() {
    let desk = Desk::new();
    let ago = |seconds: i64| Wall(clock::wall().0 - seconds * 1000);
    let reading = |told: i64, unread: Option<(u64, i64)>| {
        let unread = unread.map(|(bytes, since)| (bytes, ago(since)));
        let context = desk.context();
        let mut world = well(&context);
        world.running = Some(Live { told: Some(ago(told)), unread, ..Live::default() });
        match machine::reading(&world) {
            Found::Problem { finding, remedy } => Some(format!("{finding}; {remedy}")),
            Found::Well | Found::Told(_) | Found::Skipped(_) => None,
        }
    };
    assert_eq!(reading(60, None), None);
    assert_eq!(reading(60, Some((70_000, 890))), None, "it may be at it");
    let stands = reading(60, Some((70_000, 1230)));
    has(
        stands.clone(),
        "70000 bytes of transcripts have waited for 20 minutes; start it anew with `bcce-agent service stop`",
    );
    has(
        reading(1230, None),
        "the agent has done nothing for 20 minutes; look again in a minute if this computer has just woken up; else start it anew",
    );
    fill(&desk);
    assert_eq!(reading(60, Some((70_000, 1230))), stands);
    desk.write("config.toml", "spool.bytes_max = \"1MiB\"\n");
    has(reading(60, Some((70_000, 1230))), "as the spool is full; `bcce-agent status` tells why nothing is sent");
    assert_eq!(desk.finding("reading", |world| world.running = None), None, "that is a finding of its own");
}

#[test]
fn what_a_running_agent_leaves_is_what_its_checks_go_by() {
    let desk = Desk::new();
    let context = desk.context();
    let _lock = crate::edge::lock::InstanceLock::take(&context.paths.state_dir).unwrap();
    let control = crate::driver::control::Control::of(&context.paths.state_dir);
    let now = clock::wall().0;
    let leave = |told: i64, unread: u64| {
        let since = now - 3_600_000;
        control.leave_status(&serde_json::json!({ "time_ms": told, "unread_bytes": unread, "unread_since_ms": since }));
    };
    // While it is asked to tell anew, as an agent does that wakes up.
    let reading = |answers: &[(i64, u64)]| {
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| {
                let patience = if answers.is_empty() { Duration::ZERO } else { Duration::from_secs(60) };
                let running = live(&context, patience);
                machine::reading(&World { running, ..well(&context) })
            });
            for (told, unread) in answers {
                while !control.take_status_wish() && !asked.is_finished() {
                    std::thread::yield_now();
                }
                leave(*told, *unread);
            }
            asked.join().unwrap()
        })
    };
    leave(now, 0);
    assert_eq!(reading(&[]), Found::Well);
    leave(now, 5);
    assert!(matches!(reading(&[]), Found::Problem { .. }));
    leave(now - 3_600_000, 0);
    assert!(matches!(reading(&[]), Found::Problem { .. }));
    assert_eq!(reading(&[(now, 0)]), Found::Well, "it slept");
    leave(now - 3_600_000, 9);
    assert_eq!(reading(&[(now, 9), (now, 9), (now, 8)]), Found::Well, "it reads on");
    control.leave_status(&serde_json::json!({ "time_ms": now - 3_600_000, "waits_because": "of something" }));
    assert_eq!(reading(&[]), Found::Well, "it waits, and says so");
    let sending = || sending::sending(&World { running: live(&context, Duration::ZERO), ..well(&context) });
    assert!(matches!(sending(), Found::Problem { finding, .. } if finding.ends_with("waits: of something")));
    leave(now, 0);
    assert_eq!(sending(), Found::Well);
    leave(now - 3_600_000, 0);
    assert!(matches!(sending(), Found::Skipped(_)), "what it met an hour ago tells nothing of now");
}

#[test]
fn trouble_on_the_way_out_is_told() {
    let desk = Desk::new();
    desk.write("policy.toml", FIREHOSE);
    let proxy = |value: &str| desk.finding("proxy", |world| world.proxies = vec![("HTTPS_PROXY", value.to_owned())]);
    assert_eq!(proxy("http://user:pass@proxy.example:8080"), None);
    assert_eq!(proxy("proxy.example:8080"), None);
    for wrong in
        ["ftp://proxy.example", "http://", "not an address", "socks5://proxy.example", "SOCKS5H://proxy.example"]
    {
        let finding = proxy(wrong);
        has(finding.clone(), "HTTPS_PROXY is not the address of an http or https proxy");
        assert!(!finding.unwrap().contains(wrong), "it may hold a password");
    }
    let both = [("HTTPS_PROXY", "http://proxy.example"), ("ALL_PROXY", "socks5://proxy.example")];
    let both = both.map(|(name, value)| (name, value.to_owned())).to_vec();
    assert_eq!(desk.finding("proxy", |world| world.proxies = both), None, "only the first is asked");
    let live = |world: &mut World<'_>| {
        let finding = Some(("there is no network".to_owned(), "nothing to do".to_owned()));
        world.running = Some(Live { finding, ..Live::default() });
    };
    has(desk.finding("sending", live), "there is no network");
    for (trouble, words) in [
        (Trouble::CredentialsExpired, "credentials have expired"),
        (Trouble::CredentialsMissing, "no AWS credentials"),
        (Trouble::RoleRefused, "may not take on their role"),
        (Trouble::AccessDenied, "may not write"),
        (Trouble::StreamMissing, "does not exist"),
        (Trouble::Tls, "does not speak TLS"),
        (Trouble::TlsVersion, "does not speak TLS 1.3"),
        (Trouble::Certificate, "certificate is not trusted"),
        (Trouble::CertificateDate, "certificate has expired"),
        (Trouble::CertificateName, "certificate is for another host"),
        (Trouble::Proxy, "proxy refused"),
        (Trouble::Offline, "no network"),
        (Trouble::ClockSkew, "clock is wrong"),
    ] {
        for met in [[Err(trouble), Err(trouble)], [Ok(()), Err(trouble)]] {
            let probe = Probe { streams: answers(met), ..probed() };
            has(desk.finding("stream", |world| world.probe = Some(probe)), words);
        }
    }
    let confidential = Probe { streams: answers([Ok(()), Err(Trouble::AccessDenied)]), ..probed() };
    has(desk.finding("stream", |world| world.probe = Some(confidential)), "(stream for confidential events)");
    assert_eq!(desk.finding("stream", |world| world.probe = Some(probed())), None);
    assert_eq!(desk.finding("sink", |_| {}), None);
    desk.write("policy.toml", &format!("{FIREHOSE}sink.firehose.ca_bundle = \"/nowhere/ca.pem\"\n"));
    has(desk.finding("sink", |_| {}), "certificate");
}

#[test]
fn who_calls_the_way_and_the_clocks_are_findings_of_their_own() {
    let desk = Desk::new();
    desk.write("policy.toml", FIREHOSE);
    let context = desk.context();
    let found = |name: &str, probe: Option<Probe>, source| {
        let world = World { probe, credentials: source, ..well(&context) };
        checks(&world).into_iter().find(|check| check.name == name).unwrap().found
    };
    let problem = |found: Found| match found {
        Found::Problem { finding, remedy } => {
            assert!(!remedy.is_empty());
            Some(finding)
        }
        Found::Well | Found::Told(_) | Found::Skipped(_) => None,
    };
    let told = |text: &str| Found::Told(text.to_owned());
    let asked = |name: &str, probe| found(name, Some(probe), None);

    assert_eq!(asked("credentials", probed()), told("account 123456789012, role bcce-laptop-writer"));
    for (trouble, words) in [
        (Trouble::CredentialsExpired, "have expired"),
        (Trouble::AccessDenied, "the credentials are refused"),
        (Trouble::RoleRefused, "may not take on their role"),
        (Trouble::Offline, "the token service did not say who calls: there is no network"),
    ] {
        has(problem(asked("credentials", Probe { caller: Err(trouble), ..probed() })), words);
    }
    has(problem(found("credentials", None, None)), "no source of AWS credentials is set up");
    for (source, words) in [
        (Source::Profile, "a profile"),
        (Source::WebIdentity, "a web identity"),
        (Source::Environment, "a service does not see"),
    ] {
        let found = found("credentials", None, Some(source));
        assert!(matches!(&found, Found::Told(text) if text.contains(words) && text.contains("--probe")), "{found:?}");
    }

    assert_eq!(asked("tls", probed()), told("without a proxy, trusted by the system's certificates"));
    let proxied = Reached { by_proxy: true, ahead_s: None };
    let proxied = || Probe { way: Ok(proxied), ..probed() };
    assert_eq!(asked("tls", proxied()), told("through a proxy, trusted by the system's certificates"));
    has(problem(asked("tls", Probe { way: Err(Trouble::Certificate), ..probed() })), "certificate is not trusted");
    has(problem(asked("tls", Probe { way: Err(Trouble::Proxy), ..probed() })), "proxy refused");

    let skew = |ahead_s| {
        asked("clock skew", Probe { way: Ok(Reached { by_proxy: false, ahead_s: Some(ahead_s) }), ..probed() })
    };
    assert_eq!([skew(300), skew(-300)], [Found::Well, Found::Well]);
    has(problem(skew(301)), "5 minutes ahead of that of AWS");
    has(problem(skew(-3600)), "60 minutes behind that of AWS");
    for probe in [proxied(), Probe { way: Err(Trouble::Offline), ..probed() }] {
        assert!(matches!(asked("clock skew", probe), Found::Skipped(_)));
    }
    for name in ["tls", "clock skew", "stream"] {
        assert!(matches!(found(name, None, None), Found::Skipped(_)), "{name} connects to nothing without --probe");
    }
}

#[test]
fn the_score_weighs_findings_and_decides_the_exit_code() {
    let desk = Desk::new();
    let context = desk.context();
    let mut world = well(&context);
    world.running = None;
    let mut checks = checks(&world);
    checks.retain(|check| check.name != "policy rights");
    // "running" weighs 3; "reading" and "sending" are not made then.
    let made: u64 =
        checks.iter().filter(|check| !matches!(check.found, Found::Skipped(_))).map(|check| check.weight).sum();
    let expected = 100 * (made - 3) / made;
    assert_eq!(score(&checks), expected);
    assert!((90..100).contains(&expected), "{expected}");
    let exit = |min_score| report(&context, &DoctorArgs { min_score, ..arguments() }, &checks).unwrap();
    assert_eq!(exit(None), Exit::No);
    assert_eq!(exit(Some(90)), Exit::Done);
    assert_eq!(exit(Some(100)), Exit::No);
    let printed = desk.out.take();
    let first: String = printed.split_inclusive("of 100\n").next().unwrap().to_owned();
    insta::with_settings!({filters => vec![(r"\d+ of 100", "[score] of 100")]}, { insta::assert_snapshot!(first) });
    report(&context, &DoctorArgs { json: true, ..arguments() }, &checks).unwrap();
    let printed = desk.out.take();
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&json["ok"], &json["score"]), (&json!(false), &json!(expected)));
    let running = json["checks"].as_array().unwrap().iter().find(|check| check["check"] == "running").unwrap();
    assert_eq!((&running["ok"], &running["weight"]), (&json!(false), &json!(3)));
    assert!(running["remedy"].as_str().unwrap().contains("service install"));
}

#[test]
fn nothing_weighs_more_or_less_than_the_scale_allows() {
    let desk = Desk::new();
    let context = desk.context();
    let checks = checks(&well(&context));
    assert!(checks.iter().all(|check| (1..=10).contains(&check.weight)));
    assert_eq!(checks.iter().map(|check| check.weight).sum::<u64>(), 100);
    assert_eq!(score(&[]), 0);
}
