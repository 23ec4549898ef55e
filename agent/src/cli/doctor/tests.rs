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
mod installation;
mod leaving;
mod running;
mod transcripts;

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
