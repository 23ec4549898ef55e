use super::text::PLACES;
use super::{Action, Answer, Manager, Plan, Reach, Reported, Service, Standing, Step, Unwritable};

fn service(manager: Manager) -> Service {
    let (program, file, user) = match manager {
        Manager::Systemd => {
            ("/home/ada/.cargo/bin/bcce-agent", "/home/ada/.config/systemd/user/bcce-agent.service", "")
        }
        Manager::Launchd => {
            ("/Users/ada/bin/bcce-agent", "/Users/ada/Library/LaunchAgents/io.github.bcce-agent.plist", "501")
        }
        Manager::TaskScheduler => {
            (r"C:\Users\Ada L\bcce-agent.exe", r"C:\Users\Ada L\AppData\Local\BCCE\service.xml", r"CORP\ada")
        }
    };
    let (program, file, user) = (program.to_owned(), file.into(), user.to_owned());
    Service { manager, program, options: Vec::new(), file, packaged: None, for_all: false, user }
}

const ALL: [Manager; 3] = [Manager::Systemd, Manager::Launchd, Manager::TaskScheduler];

fn nothing() -> Reported {
    Reported {
        reach: Reach::Answers,
        loaded: false,
        running: false,
        held: false,
        masked: false,
        at_login: None,
        pid: None,
    }
}

fn running(manager: Manager) -> Reported {
    let at_login = (manager == Manager::Systemd).then_some(true);
    Reported { loaded: true, running: true, held: true, at_login, ..nothing() }
}

/// A plan as lines; texts are looked at elsewhere.
fn lines(plan: &Plan) -> String {
    let step = |step: &Step| match step {
        Step::Write { path, .. } => format!("write {}\n", path.display()),
        Step::Remove(path) => format!("remove {}\n", path.display()),
        Step::Run(call) => format!("run {call}\n"),
        Step::AwaitUnloaded => "await its end\n".to_owned(),
    };
    match plan {
        Plan::Nothing(words) => format!("nothing: {words}\n"),
        Plan::NotInstalled => "not installed\n".to_owned(),
        Plan::Steps(steps, words) => format!("{}say {words}\n", steps.iter().map(step).collect::<String>()),
    }
}

#[test]
fn a_service_that_is_not_there_or_cannot_be_asked_about_does_not_stand_well() {
    let systemd = service(Manager::Systemd);
    let standing = |now: &Reported, own_file| systemd.standing(now, own_file);
    let reach = |reach| Reported { reach, ..nothing() };
    let unreachable = || reach(Reach::Unreachable("Failed to connect to bus".to_owned()));
    assert_eq!(standing(&running(Manager::Systemd), true), Standing::Well);
    assert_eq!(standing(&nothing(), false), Standing::NotInstalled);
    assert_eq!(standing(&reach(Reach::Missing), false), Standing::NoManager);
    assert_eq!(standing(&unreachable(), false), Standing::Unreachable);
    for now in [reach(Reach::Missing), unreachable()] {
        assert_eq!(standing(&now, true), Standing::Unknown, "somebody installed it");
    }
    let stopped = Reported { loaded: true, at_login: Some(true), ..nothing() };
    assert_eq!(standing(&stopped, false), Standing::Stopped, "by a package, enabled");
    let unused = Reported { at_login: Some(false), ..stopped.clone() };
    assert_eq!(standing(&unused, false), Standing::NotInstalled, "by a package, enabled by nobody");
    assert_eq!(standing(&unused, true), Standing::Stopped);
    let once = Reported { running: true, held: true, ..unused };
    assert_eq!(standing(&once, true), Standing::NotAtLogin);
    for manager in [Manager::Launchd, Manager::TaskScheduler] {
        let service = service(manager);
        assert_eq!(service.standing(&running(manager), true), Standing::Well, "{manager:?}");
        let ended = Reported { running: false, ..running(manager) };
        assert_eq!(service.standing(&ended, false), Standing::Stopped, "{manager:?}");
        assert_eq!(service.standing(&nothing(), false), Standing::NotInstalled, "{manager:?}");
    }
}

#[test]
fn the_files_of_packaging_hold_each_place_once() {
    for (text, place) in PLACES {
        assert_eq!(text.replace("\r\n", "\n").matches(place).count(), 1, "{place}");
    }
}

#[test]
fn definitions_of_all_systems() {
    for manager in ALL {
        insta::assert_snapshot!(format!("definition_{manager:?}"), service(manager).definition().unwrap());
    }
}

#[test]
fn a_definition_differs_from_the_packages_in_the_program_alone() {
    let service = Service { program: "/usr/bin/bcce-agent".into(), ..service(Manager::Systemd) };
    assert_eq!(service.definition().unwrap(), PLACES[0].0.replace("\r\n", "\n"));
    let service = Service { program: "/usr/local/bin/bcce-agent".into(), ..self::service(Manager::Launchd) };
    assert_eq!(service.definition().unwrap(), PLACES[1].0.replace("\r\n", "\n"));
}

#[test]
fn words_are_quoted_as_each_system_reads_them() {
    let line = |manager: Manager, program: &str, key: &str| {
        let options = vec!["--state-dir".to_owned(), "/a b/100% $HOME \"q\" <&>\\".to_owned()];
        let service = Service { program: program.to_owned(), options, ..service(manager) };
        let text = service.definition()?;
        Ok::<_, Unwritable>(text.lines().filter(|line| line.contains(key)).collect::<Vec<_>>().join("\n"))
    };
    assert_eq!(
        line(Manager::Systemd, "/opt/ü x/bcce-agent", "ExecStart=").unwrap(),
        r#"ExecStart="/opt/ü x/bcce-agent" run --wait --state-dir "/a b/100%% $$HOME \"q\" <&>\\""#
    );
    let plist = line(Manager::Launchd, "/opt/x", "/a b").unwrap();
    assert_eq!(plist, r#"        <string>/a b/100% $HOME "q" &lt;&amp;&gt;\</string>"#);
    assert_eq!(line(Manager::TaskScheduler, "C:\\x.exe", "Arguments"), Err(Unwritable));
    let options = vec!["--root".to_owned(), r"C:\a b\".to_owned(), "--state-dir".to_owned(), r"D:\s\".to_owned()];
    let text = Service { options, ..service(Manager::TaskScheduler) }.definition().unwrap();
    assert!(text.contains(r#"bcce-agent.exe" run --wait --root "C:\a b\\" --state-dir D:\s\<"#), "{text}");
}

#[test]
fn what_could_begin_a_line_of_its_own_is_refused() {
    for manager in ALL {
        let service = Service { program: "/a\nExecStartPre=/bin/x".into(), ..service(manager) };
        assert_eq!(service.definition(), Err(Unwritable));
    }
    let service = Service { user: "a\u{0}".into(), ..service(Manager::TaskScheduler) };
    assert_eq!(service.definition(), Err(Unwritable));
}

#[test]
fn tasks_of_two_users_have_two_names() {
    let name = |user: &str| Service { user: user.to_owned(), ..service(Manager::TaskScheduler) }.task();
    assert_eq!(name(r"CORP\ada"), "BCCE Agent ada@CORP");
    let users = [r"CORP\ada", r"CORP\bob", r"PC\ada", "ada"];
    assert_eq!(users.map(name).into_iter().collect::<std::collections::BTreeSet<_>>().len(), users.len());
}

#[test]
fn the_task_is_written_as_schtasks_reads_it() {
    let bytes = service(Manager::TaskScheduler).definition_bytes().unwrap();
    assert_eq!(bytes.get(..4), Some([0xff, 0xfe, b'<', 0].as_slice()));
    assert!(bytes.windows(4).any(|four| four == [b'\r', 0, b'\n', 0]));
}

#[test]
fn plans_of_all_systems() {
    for manager in ALL {
        let service = service(manager);
        let bytes = service.definition_bytes().unwrap();
        let (mine, other) = (Some(bytes.as_slice()), Some(b"another".as_slice()));
        let (up, down) = (running(manager), nothing());
        let stopped = Reported { running: false, held: manager == Manager::TaskScheduler, ..up.clone() };
        let mut all = String::new();
        for (title, action, now, file) in [
            ("install: nothing is there", Action::Install, &down, None),
            ("install: all is there", Action::Install, &up, mine),
            ("install: another text runs", Action::Install, &up, other),
            ("install: stopped", Action::Install, &stopped, mine),
            ("uninstall: nothing is there", Action::Uninstall, &down, None),
            ("uninstall: it runs", Action::Uninstall, &up, mine),
            ("uninstall: not known to the manager", Action::Uninstall, &down, mine),
            ("start: nothing is there", Action::Start, &down, None),
            ("start: it runs", Action::Start, &up, mine),
            ("start: loaded, stopped", Action::Start, &stopped, mine),
            ("start: written, not loaded", Action::Start, &down, mine),
            ("stop: nothing is there", Action::Stop, &down, None),
            ("stop: it runs", Action::Stop, &up, mine),
            ("stop: written, not loaded", Action::Stop, &down, mine),
        ] {
            all.push_str(&format!("# {title}\n{}", lines(&service.plan(action, now, file).unwrap())));
        }
        insta::assert_snapshot!(format!("plans_{manager:?}"), all);
    }
}

#[test]
fn a_packages_definition_is_used_and_never_removed() {
    for manager in [Manager::Systemd, Manager::Launchd] {
        let service = Service { packaged: Some("/package/definition".into()), ..service(manager) };
        let at_login = (manager == Manager::Systemd).then_some(false);
        let unused = Reported { loaded: manager == Manager::Systemd, at_login, ..nothing() };
        let options = vec!["--root".to_owned(), "/r".to_owned()];
        let with_options = Service { options, ..service.clone() };
        let mut all = String::new();
        for (title, service, action, now, file) in [
            ("install", &service, Action::Install, &unused, None),
            ("install with options", &with_options, Action::Install, &unused, None),
            ("install over one with options", &service, Action::Install, &running(manager), Some(b"x".as_slice())),
            ("uninstall: not enabled", &service, Action::Uninstall, &unused, None),
            ("uninstall: it runs", &service, Action::Uninstall, &running(manager), None),
        ] {
            all.push_str(&format!("# {title}\n{}", lines(&service.plan(action, now, file).unwrap())));
        }
        insta::assert_snapshot!(format!("plans_with_a_package_{manager:?}"), all);
    }
}

/// What a user has uninstalled does not come back with the next login, though the machine starts it for each of its users.
#[test]
fn uninstalled_it_stays_so_where_the_machine_starts_it_for_all() {
    for manager in [Manager::Systemd, Manager::TaskScheduler] {
        let packaged = (manager == Manager::Systemd).then(|| "/package/definition".into());
        let service = Service { packaged, for_all: true, ..service(manager) };
        let bytes = service.definition_bytes().unwrap();
        let own = Some(bytes.as_slice());
        // As the systems tell of it afterwards: masked, or a task that is there and has no definition.
        let gone = match manager {
            Manager::Systemd => Reported { masked: true, at_login: Some(false), ..nothing() },
            Manager::TaskScheduler | Manager::Launchd => Reported { loaded: true, held: true, ..nothing() },
        };
        let mut all = String::new();
        for (title, action, now, file) in [
            ("uninstall: it runs", Action::Uninstall, &running(manager), None),
            ("uninstall: it runs, by a definition of the user's", Action::Uninstall, &running(manager), own),
            ("uninstall: before the first login", Action::Uninstall, &nothing(), None),
            ("uninstall: again", Action::Uninstall, &gone, None),
            ("start: uninstalled", Action::Start, &gone, None),
            ("install: uninstalled", Action::Install, &gone, None),
            ("the next login: uninstalled", Action::InstallMissing, &gone, None),
        ] {
            all.push_str(&format!("# {title}\n{}", lines(&service.plan(action, now, file).unwrap())));
        }
        insta::assert_snapshot!(format!("plans_where_the_machine_starts_it_{manager:?}"), all);
        assert!(!service.is_installed(&gone, None), "{manager:?}");
        assert!(service.is_installed(&running(manager), own), "{manager:?}");
    }
}

#[test]
fn at_a_login_only_what_is_missing_is_installed() {
    for manager in ALL {
        let service = service(manager);
        let bytes = service.definition_bytes().unwrap();
        let (mine, other) = (Some(bytes.as_slice()), Some(b"another".as_slice()));
        let (up, down) = (running(manager), nothing());
        let stopped = Reported { running: false, held: false, ..up.clone() };
        let plan = |action, now, file| service.plan(action, now, file).unwrap();
        for (now, file) in [(&up, mine), (&up, other), (&stopped, mine), (&stopped, other)] {
            assert_eq!(plan(Action::InstallMissing, now, file), Plan::Nothing("installed already"), "{manager:?}");
        }
        for file in [None, mine] {
            assert_eq!(plan(Action::InstallMissing, &down, file), plan(Action::Install, &down, file), "{manager:?}");
        }
    }
}

#[test]
fn answers_are_read_as_the_systems_give_them() {
    let ended = |code, out: &str, err: &str| Answer::Ended { code: Some(code), out: out.into(), err: err.into() };
    for manager in ALL {
        assert_eq!(service(manager).read(&Answer::NoProgram).reach, Reach::Missing);
    }
    let systemd = service(Manager::Systemd);
    let out = "LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=4711\n";
    assert_eq!(systemd.read(&ended(0, out, "")), Reported { pid: Some(4711), ..running(Manager::Systemd) });
    let failing = systemd.read(&ended(0, "LoadState=loaded\nActiveState=activating\nMainPID=0\nUnitFileState=\n", ""));
    assert_eq!((failing.running, failing.held, failing.at_login, failing.pid), (false, true, Some(false), None));
    let absent = systemd.read(&ended(0, "LoadState=not-found\nActiveState=inactive\nUnitFileState=\nMainPID=0\n", ""));
    assert_eq!(absent, Reported { at_login: Some(false), ..nothing() });
    let masked =
        systemd.read(&ended(0, "LoadState=masked\nActiveState=inactive\nUnitFileState=masked\nMainPID=0\n", ""));
    assert_eq!(masked, Reported { masked: true, at_login: Some(false), ..nothing() });
    let said = "Failed to connect to bus: No medium found\n";
    assert_eq!(systemd.read(&ended(1, "", said)).reach, Reach::Unreachable(said.trim().to_owned()));

    let launchd = service(Manager::Launchd);
    let out = "gui/501/io.github.bcce-agent = {\n\tactive count = 1\n\tstate = running\n\n\tpid = 99\n}\n";
    assert_eq!(launchd.read(&ended(0, out, "")), Reported { pid: Some(99), ..running(Manager::Launchd) });
    assert!(!launchd.read(&ended(0, "x = {\n\tstate = not running\n}\n", "")).running);
    assert_eq!(launchd.read(&ended(113, "", "Could not find service")), nothing());

    let tasks = service(Manager::TaskScheduler);
    let row = |result: &str| {
        format!(
            "\"PC\",\"\\BCCE Agent ada@CORP\",\"N/A\",\"Wird ausgef\u{fc}hrt\",\"Interactive only\",\"26.11.2026 05:20:18\",\"{result}\",\"x\"\r\n"
        )
    };
    assert_eq!(tasks.read(&ended(0, &row("267009"), "")), running(Manager::TaskScheduler));
    assert!(!tasks.read(&ended(0, &row("0"), "")).running);
    assert_eq!(tasks.read(&ended(1, "", "ERROR: The system cannot find the file specified.")), nothing());
}
