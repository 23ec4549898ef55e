//! What is found on the way out.

use super::*;

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
