use super::*;
use crate::cli::stream::Stream;
use std::io;

/// What is printed for a policy of this text.
fn explained(text: &str) -> anyhow::Result<String> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("policy.toml");
    std::fs::write(&path, text)?;
    let sources = Sources {
        policies: Vec::new(),
        extra_policy: Some(path.clone()),
        user: UserFile::Nowhere,
        environment: Vec::new(),
        home: None,
    };
    let out = Stream::default();
    explain(&load(&sources)?, Some(&path), &Output::to(out.plain(), io::sink(), io::sink()))?;
    let printed = out.text();
    Ok(printed.replace(&dir.path().display().to_string(), "[dir]"))
}

#[test]
fn a_policy_is_explained_by_tier_and_field() {
    let printed = explained(include_str!("../../../../packaging/policy.sample.toml")).unwrap();
    insta::with_settings!({filters => vec![(r#""agent_version":"[^"]+""#, "\"agent_version\":\"[version]\""), (r#"agent_version( +\d+  )"[^"]+""#, "agent_version$1\"[version]\""), (r"[0-9a-f]{16}(…|\b)", "[id]"), (r#"os( +\d+  )"\w+""#, "os$1\"[os]\""), (r#""os":"\w+""#, "\"os\":\"[os]\"")]}, {
        insta::assert_snapshot!(printed);
    });
}

#[test]
fn wider_tiers_add_fields_and_no_planted_value_stands_in_what_is_shown() {
    let printed = explained("max_tier = \"content\"\n").unwrap();
    assert!(printed.contains("\nactivity: ") && printed.contains("\ncontent: "), "{printed}");
    assert!(printed.contains("text[].body") && printed.contains("values replaced in texts"), "{printed}");
    let (_, developer) = sessions();
    for own in [&developer.user, &developer.name, &developer.email, &developer.host, &developer.home] {
        assert!(!printed.contains(own.as_str()), "{own}");
    }
    let mut stream = Generator::new(SEED).bytes(SAMPLE_BYTES).stream();
    stream.by_ref().for_each(drop);
    let secrets = stream.into_ledger().plants;
    let secrets: Vec<_> = secrets
        .iter()
        .filter(|plant| plant.class == samples::PlantClass::Secret && plant.strength == samples::Strength::Must)
        .collect();
    assert!(secrets.len() > 20, "{}", secrets.len());
    for plant in secrets {
        for needle in &plant.needles {
            assert!(!printed.contains(needle.as_str()), "a planted value of kind {}", plant.kind);
        }
    }
}

#[test]
fn limits_are_told_where_they_hold() {
    let told = |sink: &str| {
        let printed = explained(&format!("max_tier = \"metrics\"\nlimits.bytes_per_day = \"5MiB\"\n{sink}")).unwrap();
        printed.lines().find(|line| line.starts_with("limits")).unwrap().to_owned()
    };
    let firehose = told("sink.kind = \"firehose\"\nsink.firehose.region = \"eu-central-1\"\n");
    assert!(firehose.contains("262,144 bytes a second, 5,242,880 a day; lines of 8,388,608 bytes"), "{firehose}");
    let folder = told("");
    assert!(folder.contains("none on sending") && !folder.contains("5,242,880"), "{folder}");
}

#[test]
fn a_policy_that_lets_nothing_leave_or_is_broken_says_so() {
    assert!(explained("max_tier = \"local\"\n").unwrap().contains("Nothing leaves under this policy"));
    let error = format!("{:#}", explained("max_teir = 1\ntier = 2\n").unwrap_err());
    assert!(error.contains("policy.toml:1: max_teir") && error.contains("policy.toml:2: tier"), "{error}");
}
