use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::consent::Mode;
use scrubber::Tier;

use super::{
    CheckAs, Config, ConfigError, HistoryFile, Origin, PolicyState, Sink, Sources, UserFile, check_text, load,
};

/// Layers as texts; a folder of their own each time.
#[derive(Default, Clone, Copy)]
struct Layers<'a> {
    policy: Option<&'a str>,
    extra_policy: Option<&'a str>,
    user: Option<&'a str>,
    environment: &'a [(&'a str, &'a str)],
}

impl Layers<'_> {
    fn load(self) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: Option<&str>| {
            let path = dir.path().join(name);
            if let Some(text) = text {
                std::fs::write(&path, text).unwrap();
            }
            path
        };
        let sources = Sources {
            policies: vec![write("policy.toml", self.policy)],
            extra_policy: self.extra_policy.map(|text| write("extra.toml", Some(text))),
            user: UserFile::Standard(write("config.toml", self.user)),
            environment: self
                .environment
                .iter()
                .map(|(name, value)| (OsString::from(name), OsString::from(value)))
                .collect(),
            home: Some(PathBuf::from("/home/u")),
        };
        let hide = |error: &ConfigError| error.to_string().replace(&format!("{}/", dir.path().display()), "");
        match load(&sources) {
            Ok(mut config) => {
                if let PolicyState::Broken(error) = &mut config.policy {
                    error.problems.iter_mut().for_each(|problem| problem.origin = Origin::Policy("policy.toml".into()));
                }
                Ok(config)
            }
            Err(error) => Err(hide(&error)),
        }
    }
}

fn user(text: &str) -> Result<Config, String> {
    Layers { user: Some(text), ..Layers::default() }.load()
}

fn under(policy: &str, user: &str) -> Result<Config, String> {
    Layers { policy: Some(policy), user: Some(user), ..Layers::default() }.load()
}

const FIREHOSE: &str = "sink.kind = \"firehose\"\nsink.firehose.region = \"eu-central-1\"\n";

#[test]
fn the_defaults_alone_are_settings() {
    let config = Layers::default().load().unwrap();
    assert_eq!(config.policy, PolicyState::Absent);
    assert_eq!((config.max_tier, config.tier), (Mode::Send(Tier::Content), Mode::Send(Tier::Content)));
    assert!(matches!(config.sink, Sink::Directory(ref sink) if sink.path.is_none()));
    assert_eq!(config.limits.line_bytes_max, 8 << 20);
    assert_eq!(config.limits.bytes_per_second, 256 << 10);
    assert_eq!(config.tail.rescan_interval, Duration::from_secs(30));
    assert_eq!(config.tail.quiet_line, Duration::from_secs(60));
    assert_eq!(config.tail.history, HistoryFile::Ignore);
    assert_eq!(config.projects, []);
}

#[test]
fn all_problems_are_told_at_once_with_file_line_and_key_and_without_values() {
    let error = user(concat!(
        "tier = \"everything-secret\"\n",
        "max_tier = \"content\"\n",
        "teir = \"metrics\"\n",
        "[spool]\nbytes_max = 12\nage_max = \"secret\"\nage = 1\n",
        "[limits]\nbytes_per_second = \"2TiB\"\nrecords_per_second = 0\n",
        "[sink.firehose]\nregion = \"secret\"\nendpoint_url = \"http://secret.example\"\nca_bundle = \"secret.pem\"\nfips = 1\n",
        "[projects]\nallow = [\"~/a\", \"secret\"]\ndeny_remotes = [\"https://secret/x\"]\ntiers = { \"~/a\" = \"secret\" }\n",
        "[nonsense]\nx = 1\n",
    ))
    .unwrap_err();
    assert!(!error.contains("secret"), "{error}");
    insta::assert_snapshot!(error);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_no_missing_file() {
    let dir = tempfile::tempdir().unwrap();
    let (gone, link) = (dir.path().join("gone"), dir.path().join("link"));
    std::os::unix::fs::symlink(&gone, &link).unwrap();
    let load_with = |policy: PathBuf, user: PathBuf| {
        let sources = Sources {
            policies: vec![policy],
            extra_policy: None,
            user: UserFile::Standard(user),
            environment: vec![],
            home: None,
        };
        load(&sources)
    };
    assert_eq!(load_with(gone.clone(), gone.clone()).unwrap().policy, PolicyState::Absent);
    for policy in [link.clone(), link.join("policy.toml")] {
        let config = load_with(policy.clone(), gone.clone()).unwrap();
        let PolicyState::Broken(error) = config.policy else { panic!("{}", policy.display()) };
        assert!(error.to_string().contains("is a link that leads nowhere"), "{error}");
    }
    assert!(load_with(gone, link).is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_in_place_of_a_file_is_refused_and_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::create_dir(path("folder")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    for name in ["folder", "pipe"] {
        let sources = |policies: Vec<PathBuf>, user: UserFile| Sources {
            policies,
            extra_policy: None,
            user,
            environment: Vec::new(),
            home: None,
        };
        let error = load(&sources(Vec::new(), UserFile::Standard(path(name)))).unwrap_err().to_string();
        assert!(error.ends_with(&format!("{name}: is no regular file")), "{error}");
        let config = load(&sources(vec![path(name)], UserFile::Nowhere)).unwrap();
        assert!(matches!(&config.policy, PolicyState::Broken(error) if error.to_string().contains("no regular file")));
    }
}

#[test]
fn text_that_is_not_toml_is_told_by_line_without_its_words() {
    let error = user("tier = \"metrics\"\nsecret words here\n[spool\nbytes_max = \"secret\n").unwrap_err();
    assert!(!error.contains("secret"), "{error}");
    insta::assert_snapshot!(error);
    let error = user("tier = \"metrics\"\ntier = \"metrics\"\n").unwrap_err();
    insta::assert_snapshot!(error);
    let error = user("tier = \"met\n[\n").unwrap_err();
    assert!(!error.contains("not one of") && !error.contains("unknown key"), "nobody wrote that: {error}");
    assert!(
        error.contains("config.toml:1: not valid TOML") && error.contains("config.toml:2: not valid TOML"),
        "{error}"
    );
}

#[test]
fn variables_are_a_layer_and_unknown_ones_are_named() {
    let environment = [
        ("BCCE_TIER", "activity"),
        ("BCCE_SPOOL_BYTES_MAX", "16MiB"),
        ("BCCE_IDENTITY_NAMES", "Ada L, Bob"),
        ("BCCE_TAIL_HISTORY", "true"),
        ("BCCE_LIMITS_START_JITTER", ""),
        ("BCCE_STATE_DIR", "/x"),
        ("BCCE_NONSENSE", "1"),
        ("PATH", "/bin"),
    ];
    let config = Layers { environment: &environment, ..Layers::default() }.load().unwrap();
    assert_eq!(config.tier, Mode::Send(Tier::Activity));
    assert_eq!(config.spool.bytes_max, 16 << 20);
    assert_eq!(config.identity.names, ["Ada L", "Bob"]);
    assert_eq!(config.tail.history, HistoryFile::Read);
    assert_eq!(config.limits.start_jitter, Duration::from_secs(10));
    let row = config.shown.iter().find(|row| row.key == "spool.bytes_max").unwrap();
    assert_eq!(row.origin, Origin::Environment("BCCE_SPOOL_BYTES_MAX".to_owned()));
    let environment = [("BCCE_MAX_TIER", "content"), ("BCCE_SPOOL_AGE_MAX", "secret")];
    let error = Layers { environment: &environment, ..Layers::default() }.load().unwrap_err();
    insta::assert_snapshot!(error);
}

#[test]
fn a_misspelt_variable_is_told_with_the_nearest_name_though_others_are_wrong() {
    let unknown = |environment: &[(&str, &str)]| {
        let environment = environment.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let (policies, user) = (Vec::new(), UserFile::Nowhere);
        let sources = Sources { policies, extra_policy: None, user, environment, home: None };
        let unknown = super::load_for_stopping(&sources).unwrap().unknown_variables;
        unknown.into_iter().map(|unknown| (unknown.name, unknown.near.unwrap_or_default())).collect::<Vec<_>>()
    };
    let pair = |name: &str, near: &str| (name.to_owned(), near.to_owned());
    let misspelt = [("BCCE_TEIR", "off"), ("BCCE_STATE_DRI", "/x"), ("BCCE_NONSENSE", "1"), ("BCCE_EMPTY", "")];
    let told = [pair("BCCE_NONSENSE", ""), pair("BCCE_STATE_DRI", "BCCE_STATE_DIR"), pair("BCCE_TEIR", "BCCE_TIER")];
    assert_eq!(unknown(&misspelt), told);
    let wrong = [&misspelt[..], &[("BCCE_SPOOL_AGE_MAX", "secret")]].concat();
    assert_eq!(unknown(&wrong), told);
    assert_eq!(unknown(&[("BCCE_MAX_TEIR", "off")]), [pair("BCCE_MAX_TEIR", "")], "only a policy may set that");
}

#[test]
fn a_later_layer_only_narrows_what_leaves() {
    let tier = |policy: &str, user: &str, environment: &[(&str, &str)]| {
        let layers = Layers { policy: Some(policy), user: Some(user), environment, ..Layers::default() };
        let config = layers.load().unwrap();
        (config.max_tier, config.tier)
    };
    let (metrics, activity, content) =
        (Mode::Send(Tier::Metrics), Mode::Send(Tier::Activity), Mode::Send(Tier::Content));
    assert_eq!(tier("max_tier = \"activity\"", "tier = \"content\"", &[]), (activity, content));
    assert_eq!(tier("tier = \"metrics\"", "tier = \"content\"", &[]), (content, metrics));
    assert_eq!(tier("", "tier = \"metrics\"", &[("BCCE_TIER", "content")]), (content, metrics));
    assert_eq!(tier("max_tier = \"off\"", "", &[]), (Mode::Off, content));

    let config = under("limits.bytes_per_second = \"64KiB\"", "limits.bytes_per_second = \"1MiB\"").unwrap();
    assert_eq!(config.limits.bytes_per_second, 64 << 10);
    let config = under("limits.bytes_per_second = \"64KiB\"", "limits.bytes_per_second = \"1KiB\"").unwrap();
    assert_eq!(config.limits.bytes_per_second, 1 << 10);
    assert_eq!(user("limits.bytes_per_second = \"1MiB\"").unwrap().limits.bytes_per_second, 1 << 20);

    let history = |policy, user_text| under(policy, user_text).unwrap().tail.history;
    assert_eq!(history("tail.history = false", "tail.history = true"), HistoryFile::Ignore);
    assert_eq!(history("", "tail.history = true"), HistoryFile::Read);
    assert_eq!(history("tail.history = true", "tail.history = false"), HistoryFile::Ignore);

    let config =
        under("projects.allow = [\"/w/**\"]", "projects.allow = [\"/p/**\"]\nprojects.deny = [\"/w/x\"]").unwrap();
    assert_eq!(config.projects.len(), 2);
    assert_eq!(config.projects.first().unwrap().allow, ["/w/**"]);
    assert_eq!(config.projects.last().unwrap().allow, ["/p/**"]);
    let config = under("identity.names = [\"A\"]", "identity.names = [\"B\", \"A\"]").unwrap();
    assert_eq!(config.identity.names, ["A", "B"]);
}

#[test]
fn what_a_policy_fixes_stays_fixed() {
    let policy = format!("{FIREHOSE}[sink.firehose.streams]\ninternal = \"ours\"\n");
    let error = under(
        &policy,
        "sink.kind = \"directory\"\n[sink.firehose]\nregion = \"us-east-1\"\nstreams.internal = \"mine\"\n",
    );
    insta::assert_snapshot!(error.unwrap_err());
    let same = under(&policy, FIREHOSE).unwrap();
    assert!(matches!(same.sink, Sink::Firehose(sink) if sink.streams.internal == "ours"));
    let fips = format!("{FIREHOSE}sink.firehose.fips = true\n");
    let config = under(&fips, "sink.firehose.fips = false").unwrap();
    assert!(matches!(config.sink, Sink::Firehose(sink) if sink.fips));
}

#[test]
fn a_policy_that_says_where_events_go_forbids_other_endpoints() {
    let endpoint = "sink.firehose.endpoint_url = \"http://127.0.0.1:5000\"\n";
    let of = |config: Config| match config.sink {
        Sink::Firehose(sink) => sink.endpoint_url,
        Sink::Directory(_) => None,
    };
    let there = Some("http://127.0.0.1:5000".to_owned());
    assert_eq!(of(user(&format!("{FIREHOSE}{endpoint}")).unwrap()), there);
    assert_eq!(of(under(&format!("{FIREHOSE}{endpoint}"), "").unwrap()), there);
    let allowed = format!("{FIREHOSE}sink.firehose.allow_endpoint_override = true\n");
    assert_eq!(of(under(&allowed, endpoint).unwrap()), there);
    insta::assert_snapshot!(under(FIREHOSE, endpoint).unwrap_err());
    let environment = [("BCCE_SINK_FIREHOSE_ENDPOINT_URL", "http://127.0.0.1:5000")];
    let layers = Layers { policy: Some(FIREHOSE), environment: &environment, ..Layers::default() };
    assert!(layers.load().is_err());
    let forbidden = "sink.firehose.allow_endpoint_override = false\n";
    assert!(under(forbidden, &format!("{FIREHOSE}{endpoint}")).is_err());
    assert!(under("max_tier = \"metrics\"", &format!("{FIREHOSE}{endpoint}")).is_ok());
}

#[test]
fn a_region_must_be_one_of_the_allowed_ones() {
    let allowed = "sink.firehose.allowed_regions = [\"eu-central-1\", \"eu-west-1\"]\n";
    assert!(under(allowed, FIREHOSE).is_ok());
    let elsewhere = FIREHOSE.replace("eu-central-1", "us-east-1");
    insta::assert_snapshot!(under(allowed, &elsewhere).unwrap_err());
    let wider = format!("{elsewhere}sink.firehose.allowed_regions = [\"us-east-1\", \"eu-west-1\"]\n");
    assert!(under(allowed, &wider).is_err());
    insta::assert_snapshot!(user("sink.kind = \"firehose\"").unwrap_err());
    assert!(user(&format!("{FIREHOSE}sink.firehose.assume_role.external_id = \"abc\"")).is_err());
}

#[test]
fn a_broken_policy_is_a_state_and_the_rest_still_holds() {
    let broken = "max_teir = \"metrics\"\n[sink]\nkind = \"carrier pigeon\"\n";
    let config = under(broken, "spool.bytes_max = \"2MiB\"\nsink.kind = \"firehose\"\n").unwrap();
    assert_eq!(config.spool.bytes_max, 2 << 20);
    let PolicyState::Broken(error) = &config.policy else { panic!("{:?}", config.policy) };
    insta::assert_snapshot!(error);
    assert!(matches!(under("sink.kind = \"firehose\"", FIREHOSE).unwrap().policy, PolicyState::InForce));
    let contradiction =
        Layers { policy: Some(FIREHOSE), extra_policy: Some("sink.kind = \"directory\""), ..Layers::default() };
    assert!(matches!(contradiction.load().unwrap().policy, PolicyState::Broken(_)));
}

#[test]
fn an_additional_policy_narrows_further_and_must_exist() {
    let layers = Layers {
        policy: Some("max_tier = \"activity\""),
        extra_policy: Some("max_tier = \"content\""),
        ..Layers::default()
    };
    assert_eq!(layers.load().unwrap().max_tier, Mode::Send(Tier::Activity));
    let missing = Sources {
        policies: Vec::new(),
        extra_policy: Some(PathBuf::from("/nowhere/policy.toml")),
        user: UserFile::Nowhere,
        environment: Vec::new(),
        home: None,
    };
    assert!(matches!(load(&missing).unwrap().policy, PolicyState::Broken(_)));
    let named = Sources { extra_policy: None, user: UserFile::Named(PathBuf::from("/nowhere/config.toml")), ..missing };
    insta::assert_snapshot!(load(&named).unwrap_err());
}

#[test]
fn a_policy_that_anyone_may_name_sets_beside_an_installed_one_only_what_narrows() {
    let both = |installed, extra| {
        Layers { policy: Some(installed), extra_policy: Some(extra), ..Layers::default() }.load().unwrap()
    };
    let refused = [
        "sink.firehose.endpoint_url = \"https://elsewhere.example\"",
        "sink.firehose.allow_endpoint_override = true",
        "sink.kind = \"directory\"",
        "scrub.allow = [\"rule:ssn\"]",
        "scrub.allow_by_user = true",
        "scrub.keep_last_four = [\"iban\"]",
        "scrub.rotate_after = \"30d\"",
        "consent.contact = \"me\"",
    ];
    for text in refused {
        let PolicyState::Broken(error) = both("max_tier = \"activity\"", text).policy else { panic!("{text}") };
        let key = text.split(' ').next().unwrap();
        assert!(error.to_string().contains(&format!("{key}: a policy named with --policy may only narrow")), "{error}");
        let alone = Layers { extra_policy: Some(text), ..Layers::default() };
        assert!(matches!(alone.load().unwrap().policy, PolicyState::InForce), "{text}");
    }
    let narrower = "tail.history = false\nlimits.bytes_per_day = \"1 MiB\"\nprojects.deny = [\"/p/**\"]\n";
    assert!(matches!(both("max_tier = \"activity\"", narrower).policy, PolicyState::InForce));
    let kept =
        both("scrub.keep_last_four = [\"iban\", \"phone\"]", "scrub.keep_last_four = [\"phone\", \"payment-card\"]");
    assert_eq!(kept.scrub.replacements.last4, ["phone"]);
}

#[test]
fn files_may_start_with_a_byte_order_mark_and_must_be_utf8() {
    assert!(user("\u{feff}tier = \"metrics\"\r\n").is_ok());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.toml");
    std::fs::write(&path, b"tier = \"metrics\"\n# \xff\n").unwrap();
    let sources =
        Sources { policies: vec![], extra_policy: None, user: UserFile::Named(path), environment: vec![], home: None };
    let error = load(&sources).unwrap_err();
    assert_eq!((error.problems.len(), error.problems.first().unwrap().line), (1, Some(2)));
}

#[test]
fn a_file_can_be_checked_by_itself() {
    let check = |text, check_as| check_text(text, Path::new("f.toml"), check_as, None);
    assert!(check("max_tier = \"metrics\"", CheckAs::Policy).is_ok());
    assert!(check("max_tier = \"metrics\"", CheckAs::User).is_err());
    assert!(check("sink.kind = \"firehose\"", CheckAs::Policy).is_ok());
    assert!(check("sink.kind = \"firehose\"", CheckAs::User).is_err());
    assert!(check("sink.directory.path = \"~/lake\"", CheckAs::User).is_err());
}

#[test]
fn a_path_may_start_at_the_home_folder() {
    let config = user("sink.directory.path = \"~/lake\"\nsink.directory.compression = \"none\"").unwrap();
    assert!(matches!(config.sink, Sink::Directory(sink) if sink.path == Some(PathBuf::from("/home/u/lake"))));
    assert_eq!(
        user(FIREHOSE).unwrap().destination(),
        "Amazon Data Firehose in eu-central-1, streams bcce-internal, bcce-confidential, bcce-restricted"
    );
}

#[test]
fn what_consent_has_to_cover_is_named() {
    let extras = |text: &str| user(text).unwrap().extras();
    assert_eq!(extras(""), [""; 0]);
    let [one, other] = ["~/lake", "~/other"].map(|path| extras(&format!("sink.directory.path = \"{path}\"")));
    assert!(one != other && matches!(one.as_slice(), [only] if only.starts_with("folder:") && !only.contains("lake")));
    assert_eq!(extras("tail.history = true\nscrub.known_values = [\"aws\"]"), ["credentials:aws", "history"]);
    let passed = "scrub.allow = [\"rule:email\"]\nscrub.allow_in = { \"~/jobs\" = [\"rule:phone\"] }";
    assert!(
        matches!(extras(passed).as_slice(), [all, within] if all == "pass:email" && within.starts_with("pass:phone:"))
    );
    let kept = "[scrub]\nkeep_last_four = [\"iban\"]\nkeep_email_domains = [\"acme.example\"]";
    let policy = Layers { policy: Some(kept), ..Layers::default() }.load().unwrap();
    assert_eq!(policy.extras(), ["domain:acme.example", "last-four:iban"]);
    let value = format!("scrub.allow = [\"sha256:{}\"]", "0a".repeat(32));
    assert_eq!(extras(&value), [""; 0]);
    let role = "sink.firehose.assume_role.role_arn = \"arn:aws:iam::123456789012:role/writer\"\n";
    let destination = user(&format!("{FIREHOSE}{role}sink.firehose.profile = \"work\"")).unwrap().destination();
    assert!(
        destination.ends_with(", as arn:aws:iam::123456789012:role/writer, with the profile work"),
        "{destination}"
    );
}

#[test]
fn every_value_that_is_shown_reads_back() {
    let text = format!(
        "{FIREHOSE}sink.firehose.profile = \"a \\\"b\\\"\"\nprojects.tiers = {{ \"/a b\" = \"metrics\" }}\nspool.age_max = \"90m\"\n"
    );
    let config = user(&text).unwrap();
    let written: Vec<String> = config
        .shown
        .iter()
        .filter(|row| row.key != "max_tier")
        .filter_map(|row| Some(format!("{} = {}", row.key, row.value.as_ref()?)))
        .collect();
    let mut again = user(&written.join("\n")).unwrap();
    again.shown.clone_from(&config.shown);
    // Each reading has a file of its own.
    again.project_layers.clone_from(&config.project_layers);
    assert_eq!(format!("{again:?}"), format!("{config:?}"));
}

#[test]
fn findings_are_let_pass_by_users_only_where_the_policy_says_so() {
    let mine = "[scrub]\nallow = [\"rule:person-name\"]\nallow_in = { \"~/jobs\" = [\"rule:mac-address\"] }\n";
    let config = user(mine).unwrap();
    let entries: Vec<_> = config.scrub.allow.iter().map(|entry| (entry.allowed.to_string(), entry.folder)).collect();
    assert_eq!(entries, [("rule:person-name".to_owned(), None), ("rule:mac-address".to_owned(), Some(0))]);
    assert_eq!(config.scrub.folders, ["~/jobs"]);
    let error = under("tier = \"metrics\"\n", mine).unwrap_err();
    assert!(error.contains("config.toml:2: scrub.allow: the organisation policy does not let others"), "{error}");
    assert!(error.contains("config.toml:3: scrub.allow_in: the organisation policy does not let others"), "{error}");
    let config = under("scrub.allow_by_user = true\n", mine).unwrap();
    assert_eq!(config.scrub.allow.len(), 2);
    let config = under("scrub.allow = [\"rule:ssn\"]\n", "scrub.rules = [\"~/r.toml\"]\n").unwrap();
    assert_eq!((config.scrub.allow.len(), config.scrub.rules), (1, vec![PathBuf::from("/home/u/r.toml")]));
    assert!(user("scrub.allow_by_user = true\n").unwrap_err().contains("only an organisation policy may set this"));
    // Of a policy that cannot be read nobody knows what it lets pass.
    let config = under("max_teir = 1\n", mine).unwrap();
    assert!(matches!(config.policy, PolicyState::Broken(_)) && config.scrub.allow.is_empty());
}

#[test]
fn what_stands_in_place_of_findings_is_the_organisations_choice() {
    let policy = "scrub.rotate_after = \"30d\"\nscrub.keep_last_four = [\"iban\"]\nscrub.keep_email_domains = [\"acme.example\"]\n";
    let kept = under(policy, "").unwrap().scrub.replacements;
    assert_eq!(kept.rotate_after_ms, Some(30 * 86_400_000));
    assert_eq!((kept.last4, kept.email_domains), (vec!["iban".to_owned()], vec!["acme.example".to_owned()]));
    assert_eq!(user("").unwrap().scrub.replacements, scrubber::Replacements::default());
    for mine in policy.lines() {
        assert!(user(mine).unwrap_err().contains("only an organisation policy may set this"), "{mine}");
    }
    for (wrong, what) in [
        ("keep_last_four = [\"password\"]", "must be one of payment-card, iban, phone"),
        ("keep_email_domains = [\"ACME.example\"]", "not a domain in small letters"),
        ("keep_email_domains = [\"a.b]\"]", "not a domain in small letters"),
        ("rotate_after = \"1h\"", "scrub.rotate_after"),
    ] {
        let PolicyState::Broken(error) = under(&format!("[scrub]\n{wrong}\n"), "").unwrap().policy else {
            panic!("{wrong} is taken");
        };
        assert!(error.to_string().contains(what), "{wrong}: {error}");
    }
    let engine = scrubber::detect::Engine::new(&scrubber::detect::KnownIdentities::default()).unwrap();
    let is_kind = |kind: &&str| engine.rules().iter().any(|rule| *rule.kind == **kind);
    assert!(super::KINDS_WITH_LAST4.iter().all(is_kind));
}

#[test]
fn every_entry_that_is_wrong_is_named() {
    let error = user(concat!(
        "scrub.allow = [\"one\", \"rule:email\", \"two\"]\n",
        "projects.deny = [\"one\", \"~/two\", \"/srv/[three\"]\n",
        "projects.tiers = { \"~/a\" = \"one\", \"b\" = \"metrics\" }\n",
    ));
    let error = error.unwrap_err();
    for told in [
        "1: scrub.allow: entries 1, 3: not rule:ID or",
        "2: projects.deny: entry 1: a folder glob starts with /, ~/, **/ or a drive letter; entry 3: not a valid glob",
        "3: projects.tiers: entry 1: a folder glob starts with /, ~/, **/ or a drive letter; entry 2: not one of",
    ] {
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn an_entry_of_no_known_form_is_told_without_its_words() {
    for text in ["allow = [\"c4nary\"]", "allow = [\"sha256:c4nary\"]", "allow_in = { \"~/a\" = [\"c4nary\"] }"] {
        let error = user(&format!("[scrub]\n{text}\n")).unwrap_err();
        assert!(error.contains("config.toml:2: scrub.allow") && !error.contains("c4nary"), "{error}");
    }
    assert!(user("scrub.allow_in = { \"work\" = [] }\n").unwrap_err().contains("a folder glob starts with"));
}
