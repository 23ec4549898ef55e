//! What is found of the machine and of the agent that runs.

use super::*;

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
