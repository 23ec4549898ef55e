//! What is found of policy, rules, state folder and spool.

use super::*;

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
