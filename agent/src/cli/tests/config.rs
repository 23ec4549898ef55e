//! `config`: what is shown, and what is wrong with settings.

use super::*;

#[test]
fn show_prints_every_value_and_its_layer() {
    let desk = Desk::new("limits.bytes_per_second = \"64KiB\"", "tier = \"activity\"", Environment::default());
    assert_eq!(crate::cli::config::show(&desk.context).unwrap(), Exit::Done);
    insta::assert_snapshot!(desk.printed());
}

#[test]
fn check_tells_what_is_wrong_with_a_policy() {
    let desk = Desk::new("max_tier = 1\nsinc = 2", "", Environment::default());
    let error = crate::cli::config::check(&desk.context).unwrap_err();
    assert_eq!(exit_of(&error), Exit::Failed);
    desk.context.output.error(&error);
    insta::assert_snapshot!(desk.printed());
    assert_eq!(crate::cli::config::check(&Desk::usual().context).unwrap(), Exit::Done);
    let file = desk.dir.path().join("policy.toml");
    assert!(crate::cli::config::check_file(&file, None, &desk.context.output).is_err());
}

#[test]
fn a_hint_speaks_of_lines_only_where_there_are_some() {
    let hint = |policy: &str, key: Option<&str>| {
        let desk = Desk::new(policy, "", Environment::default());
        if let Some(key) = key {
            std::fs::write(desk.dir.path().join("policy.pub"), key).unwrap();
        }
        let context = Context::new(
            config(desk.dir.path()),
            paths(desk.dir.path()),
            Arc::clone(&desk.context.output),
            Environment::default(),
        );
        desk.context.output.error(&crate::cli::config::check(&context).unwrap_err());
        desk.printed()
    };
    let unknown = hint("max_teir = 1\n", None);
    assert!(unknown.contains("hint: install a newer bcce-agent where one knows these keys, else your"), "{unknown}");
    assert!(hint("max_tier = 1\n", None).contains("hint: your administrator can correct these lines"));
    let unsigned = hint("max_tier = \"metrics\"\n", Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
    assert!(unsigned.contains("is not signed") && !unsigned.contains("lines"), "{unsigned}");
    assert!(unsigned.contains("hint: your administrator can put in place the policy and its signature"), "{unsigned}");
}

#[test]
fn a_file_is_checked_as_what_it_is_said_to_be() {
    let desk = Desk::usual();
    let file = desk.dir.path().join("bcce.toml");
    std::fs::write(&file, "max_tier = \"metrics\"\n").unwrap();
    let check = |told| {
        let passes = crate::cli::config::check_file(&file, told, &desk.context.output).is_ok();
        (passes, desk.printed())
    };
    let (passes, printed) = check(None);
    assert!(!passes && printed.contains("checked as a user's settings, as its name"), "{printed}");
    assert!(printed.contains("--as policy"), "{printed}");
    let (passes, printed) = check(Some(CheckAs::Policy));
    assert!(passes && printed.contains("checked as an organisation policy\n"), "{printed}");
    assert!(!check(Some(CheckAs::User)).0);
    let parsed = Cli::try_parse_from(["bcce-agent", "config", "check", "--as", "policy", "bcce.toml"]);
    assert!(parsed.is_ok() && Cli::try_parse_from(["bcce-agent", "config", "check", "--as", "policy"]).is_err());
}

#[test]
fn the_files_of_rules_that_a_checked_file_names_are_loaded() {
    let desk = Desk::usual();
    let rules = desk.dir.path().join("more.toml");
    let place = rules.display().to_string();
    let file = desk.dir.path().join("policy.toml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let error = crate::cli::config::check_file(&file, None, &desk.context.output).err();
        (error.map(|error| format!("{error:#}")), desk.printed())
    };
    let named = format!("max_tier = \"metrics\"\nscrub.rules = [{place:?}]\n");
    let (error, printed) = check(&named);
    assert_eq!(error, None);
    assert!(printed.contains("warning: the rules in [dir]") && printed.contains("sends nothing until"), "{printed}");
    std::fs::write(&rules, "[[rules]\nid = \"acme-token\"\n").unwrap();
    let (error, _) = check(&format!("{named}sinc = 1\n"));
    let error = error.unwrap();
    assert!(error.contains("policy.toml:2: scrub.rules: ") && error.contains("more.toml"), "{error}");
    assert!(error.contains("policy.toml:3: sinc"), "all at once: {error}");
    std::fs::write(&rules, "[[rules]]\nid = \"acme-token\"\nregex = '''acme_[a-z0-9]{20}'''\n").unwrap();
    assert_eq!(check(&format!("{named}scrub.allow = [\"rule:acme-token\"]\n")).0, None);
    let (error, _) = check(&format!("{named}scrub.allow = [\"rule:acme-tokn\"]\n"));
    assert!(
        error.unwrap().contains("policy.toml:3: scrub.allow: entry 1: names a rule"),
        "rules of the file are known"
    );
}

#[test]
fn a_settings_file_that_is_not_there_has_no_lines_to_correct() {
    let dir = tempfile::tempdir().unwrap();
    let hint = |name: &str| {
        let user = UserFile::Named(dir.path().join(name));
        let (policies, environment) = (Vec::new(), Vec::new());
        let sources = Sources { policies, extra_policy: None, user, environment, home: None };
        crate::cli::hint_of(&load(&sources).unwrap_err()).unwrap().to_owned()
    };
    std::fs::write(dir.path().join("odd.toml"), "teir = 1\n").unwrap();
    assert!(hint("odd.toml").starts_with("correct these lines"), "{}", hint("odd.toml"));
    assert!(hint("missing.toml").starts_with("name a file that is there"), "{}", hint("missing.toml"));
}
