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
