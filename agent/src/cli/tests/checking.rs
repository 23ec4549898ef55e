//! `config check` of what settings name.

use super::*;

const FIREHOSE: &str = "sink.kind = \"firehose\"\nsink.firehose.region = \"eu-central-1\"\n";

#[test]
fn a_bundle_that_holds_no_certificate_is_named_by_config_check() {
    let check = |bundle: Option<&str>, sink: &str| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        bundle.iter().for_each(|text| std::fs::write(&path, text).unwrap());
        let desk = Desk::new("", &format!("{sink}sink.firehose.ca_bundle = {path:?}\n"), Environment::default());
        let in_force = crate::cli::config::check(&desk.context).map_err(|error| error.to_string());
        let file = desk.dir.path().join("config.toml");
        let output = &desk.context.output;
        let by_itself = crate::cli::config::check_file(&file, None, output).map_err(|error| error.to_string());
        (in_force, by_itself, desk.printed())
    };
    let no_pem = "config.toml:3: sink.firehose.ca_bundle: is no PEM file of certificates";
    for text in ["", "words"] {
        let (in_force, by_itself, _) = check(Some(text), FIREHOSE);
        assert!(in_force.unwrap_err().ends_with(no_pem));
        assert!(by_itself.unwrap_err().ends_with(no_pem));
    }
    let (in_force, by_itself, printed) = check(None, FIREHOSE);
    assert!(in_force.unwrap_err().contains("config.toml:3: sink.firehose.ca_bundle: cannot be read: "));
    assert_eq!(by_itself, Ok(Exit::Done), "it may be where the file is meant for");
    assert!(printed.contains("warning: the certificates in ") && printed.contains("no problems"), "{printed}");
    assert_eq!(check(None, "").0, Ok(Exit::Done), "a folder needs none");
}

#[test]
fn a_lake_and_a_list_that_cannot_be_used_come_with_a_remedy() {
    use crate::driver::sinks::AnySink;
    let desk = Desk::new("", "scrub.allow = [\"rule:nosuch\"]\n", Environment::default());
    std::fs::write(&desk.context.paths.lake, "a file").unwrap();
    let error = AnySink::new(&desk.context.config, &desk.context.paths).err().unwrap();
    assert_eq!(crate::cli::hints_of(&error.into()), [crate::cli::USABLE_LAKE]);
    let host = crate::edge::host::Host::made_up("login", "Full Name", "host", desk.dir.path());
    let error = crate::policy::engine_before_consent(&desk.context.config, &host).err().unwrap();
    let error = anyhow::Error::from(error);
    assert!(matches!(*crate::cli::hints_of(&error), [hint] if hint.starts_with("correct these lines")), "{error}");
}

#[test]
fn the_list_of_rules_helps_those_whose_settings_name_none() {
    let settings = "scrub.allow = [\"rule:nosuch\", \"rule:generic-password\", \"rule:qqq\"]\n";
    let desk = Desk::new("", settings, Environment::default());
    let error = crate::cli::config::check(&desk.context).unwrap_err().to_string();
    for place in [1, 3] {
        let words = format!("config.toml:1: scrub.allow: entry {place}: names a rule that there is not; ");
        assert!(error.contains(&words) && error.contains("`bcce-agent rules list` names all"), "{error}");
    }
    let Command::Rules { command } = Cli::try_parse_from(["bcce-agent", "rules", "list"]).unwrap().command else {
        panic!("not rules")
    };
    assert_eq!(crate::cli::rules::run(&desk.context, &command).unwrap(), Exit::Done);
    let printed = desk.printed();
    let (list, told) = printed.split_once("--- stderr").unwrap();
    let marked = |line: &str| line.starts_with("generic-password ") && line.ends_with(" (off)");
    assert!(list.lines().any(marked), "{list}");
    assert!(told.contains("entry 1: names a rule") && told.contains("entry 3: names a rule"), "{told}");
}
