//! Where credentials and endpoints come from, on the SDK's own providers: files, processes and the environment.
//!
//! A process's environment cannot be changed safely while other threads run, so each case runs this test program again
//! as a process of its own, with the environment of the case.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread::JoinHandle;

use agent::edge::aws::{AssumeRole, AwsSettings};
use agent::edge::sink::Sink;
use agent::edge::sink::firehose::{FirehoseSettings, FirehoseSink, Streams};
use common::Segments;
use firehose_double::{Double, Script};
use tempfile::TempDir;

const ENDPOINT: &str = "BCCE_TEST_ENDPOINT";
const STS_ENDPOINT: &str = "BCCE_TEST_STS_ENDPOINT";

/// What runs in the process of a case: one call with credentials as they are found there. Does nothing otherwise.
#[test]
fn one_call_with_the_credentials_of_the_environment() {
    let Ok(endpoint) = std::env::var(ENDPOINT) else { return };
    let mut aws = AwsSettings::for_region("eu-central-1");
    aws.endpoint_url = Some(endpoint);
    if let Ok(sts_endpoint) = std::env::var(STS_ENDPOINT) {
        aws.sts_endpoint_url = Some(sts_endpoint);
        let external_id = Some("for-the-test".to_owned());
        aws.assume_role = Some(AssumeRole { role_arn: "arn:aws:iam::123456789012:role/put".to_owned(), external_id });
    }
    let streams = Streams { restricted: Some("bcce-restricted".to_owned()), ..Streams::default() };
    let mut sink = FirehoseSink::new(FirehoseSettings { aws, streams }).unwrap();
    let batches = Segments::new(0, 1, 1).batches(sink.limits(), sink.form());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(sink.put(batches.first().unwrap()));
    std::fs::write(std::env::var("BCCE_TEST_ANSWER").unwrap(), format!("{answer:?}")).unwrap();
}

/// A home folder with a configuration of the AWS tools.
struct Home(TempDir);

impl Home {
    fn new(config: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        std::fs::write(home.path().join(".aws/config"), config).unwrap();
        Self(home)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the case and gives out the answer of its one call.
    fn answer(&self, double: &Double, environment: &[(&str, &str)]) -> String {
        let answer = self.path().join("answer");
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "one_call_with_the_credentials_of_the_environment"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.path())
            .env("BCCE_TEST_ANSWER", &answer)
            .env(ENDPOINT, double.url())
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        std::fs::read_to_string(answer).unwrap()
    }
}

fn double() -> Double {
    Double::start(Script::default()).unwrap()
}

/// Runs one case against a double that must not be called.
fn check_trouble(config: &str, expected: &str) {
    let double = double();
    assert_eq!(Home::new(config).answer(&double, &[]), format!("Trouble({expected})"), "{config}");
    assert_eq!(double.received().calls, 0, "{config}");
}

fn keys() -> [(&'static str, &'static str); 2] {
    [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]
}

const SSO: &str = "[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = put\n\
                   [sso-session work]\nsso_region = eu-central-1\nsso_start_url = https://example.awsapps.com/start\n";

#[test]
fn without_credentials_the_user_is_told_so() {
    check_trouble("", "CredentialsMissing");
    check_trouble("[default]\ncredential_process = false\n", "CredentialsMissing");
}

#[test]
fn metadata_services_are_never_asked() {
    let started = std::time::Instant::now();
    let config = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Ec2InstanceMetadata\n";
    check_trouble(config, "CredentialsMissing");
    check_trouble(&config.replace("Ec2InstanceMetadata", "EcsContainer"), "CredentialsMissing");
    assert!(started.elapsed().as_secs() < 20, "asking would take until its time limit");
}

#[test]
fn a_login_that_was_never_made_or_has_expired_asks_for_a_login() {
    check_trouble(SSO, "CredentialsExpired");
    let home = Home::new(SSO);
    let cache = home.path().join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).unwrap();
    let token = r#"{"accessToken": "t", "expiresAt": "2020-01-01T00:00:00Z", "region": "eu-central-1"}"#;
    // The cache file of a session is named after the SHA-1 of the session's name; this is that of "work".
    let name = sha1_hex("work");
    std::fs::write(cache.join(format!("{name}.json")), token).unwrap();
    let double = double();
    assert_eq!(home.answer(&double, &[]), "Trouble(CredentialsExpired)");
}

fn sha1_hex(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(unix)]
#[test]
fn a_process_of_the_profile_gives_credentials() {
    let home = Home::new("");
    let script = home.path().join("give");
    let answer = r#"{"Version": 1, "AccessKeyId": "k", "SecretAccessKey": "s", "SessionToken": "t"}"#;
    std::fs::write(&script, answer).unwrap();
    let config = format!("[default]\ncredential_process = cat {}\n", script.display());
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let double = double();
    assert_eq!(home.answer(&double, &[]), "Settled([Accepted])");
    assert_eq!(double.calls_with_session(), 1);
}

#[test]
fn endpoints_of_the_environment_and_of_a_profile_redirect_nothing() {
    let elsewhere = double();
    let url = elsewhere.url();
    let [id, secret] = keys();
    let environment = [id, secret, ("AWS_ENDPOINT_URL", url.as_str()), ("AWS_ENDPOINT_URL_FIREHOSE", &url)];
    let here = double();
    assert_eq!(Home::new("").answer(&here, &environment), "Settled([Accepted])");
    assert_eq!((here.received().calls, elsewhere.received().calls), (1, 0));
}

#[test]
fn a_forged_address_of_the_token_service_gets_no_request() {
    let elsewhere = double();
    let url = elsewhere.url();
    let secret = ["not", "a", "secret"].join("-");
    let config = format!(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n\
         [profile keys]\naws_access_key_id = k\naws_secret_access_key = {secret}\n"
    );
    let here = double();
    let answer = Home::new(&config).answer(&here, &[("AWS_ENDPOINT_URL_STS", &url)]);
    assert_eq!(answer, "Trouble(CredentialsMissing)");
    assert_eq!((here.received().calls, elsewhere.received().calls), (0, 0));
}

/// A token service that gives one answer, and gives out what it was asked.
fn token_service(answer: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = String::new();
        // The whole form is small and comes in one piece.
        while !(asked.contains("Action=AssumeRole") && asked.contains("ExternalId=")) {
            let mut piece = [0; 4096];
            let length = stream.read(&mut piece).unwrap();
            asked.push_str(std::str::from_utf8(piece.get(..length).unwrap()).unwrap());
        }
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n", answer.len());
        stream.write_all((head + &answer).as_bytes()).unwrap();
        asked
    });
    (url, thread)
}

#[test]
fn a_role_of_the_settings_is_taken_on_with_its_external_id() {
    let answer = "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/put/s</Arn><AssumedRoleId>id</AssumedRoleId>\
                  </AssumedRoleUser><Credentials><AccessKeyId>k</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                  <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
                  </AssumeRoleResult></AssumeRoleResponse>";
    let (url, asked) = token_service(answer.to_owned());
    let double = double();
    let [id, secret] = keys();
    assert_eq!(Home::new("").answer(&double, &[id, secret, (STS_ENDPOINT, &url)]), "Settled([Accepted])");
    assert_eq!(double.calls_with_session(), 1);
    let asked = asked.join().unwrap();
    assert!(asked.contains("ExternalId=for-the-test") && asked.contains("RoleSessionName=bcce-agent"), "{asked}");
}
