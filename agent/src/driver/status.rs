//! A running agent's state in words and numbers, for `status`.

use super::ship::wall_of;
use super::tail::{Behind, TailReport};
use crate::config::{Config, Origin, Sink};
use crate::edge::sandbox::Sandbox;
use pipeline::ship::{State, Status, StreamStatus, Trouble};
use pipeline::time::{Mono, Wall};
use serde_json::{Value, json};

/// How old data may grow on its way at most, in seconds: what is promised to those who look at it.
pub const FRESHNESS_SECONDS_MAX: u64 = 15 * 60;

/// How long what waits longest has waited: in the spool since `spooled`, or in a transcript since `unread`.
pub fn waited_seconds(spooled: Option<Wall>, unread: Option<Wall>, now: Wall) -> u64 {
    let oldest = spooled.into_iter().chain(unread).min().unwrap_or(now);
    now.0.saturating_sub(oldest.0).max(0).unsigned_abs() / 1000
}

/// Whether the sink needs credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// It writes to this machine's disk.
    NotNeeded,
    /// Its service asks for them.
    Needed,
}

/// The state of shipping and reading as JSON.
pub(super) fn of(
    status: &Status,
    report: &TailReport,
    credentials: Credentials,
    sandbox: Option<Sandbox>,
    (now, wall): (Mono, Wall),
) -> Value {
    json!({
        "pid": std::process::id(),
        "version": env!("CARGO_PKG_VERSION"),
        "time_ms": wall.0,
        "bytes_today": status.bytes_today,
        "files": report.files,
        "files_in_trouble": report.troubles.len(),
        "unread_bytes": report.unread_bytes,
        "unread_since_ms": report.unread_since.map(|wall| wall.0),
        "behind": report.behind.iter().map(behind_of).collect::<Vec<_>>(),
        "sandbox": sandbox.map(Sandbox::as_str),
        "credentials": credentials_of(status, credentials),
        "streams": status.streams.iter().map(|stream| stream_of(stream, now, wall)).collect::<Vec<_>>(),
    })
}

/// The state of an agent that waits until work can begin; `why` holds no content.
pub fn waiting(why: &str, wall: Wall) -> Value {
    json!({ "pid": std::process::id(), "version": env!("CARGO_PKG_VERSION"), "time_ms": wall.0, "waits_because": why })
}

fn behind_of(file: &Behind) -> Value {
    // As text where it is longer than 64 bits.
    let number = u64::try_from(file.number).map_or_else(|_| file.number.to_string().into(), Value::from);
    json!({ "file_number": number, "unread_bytes": file.bytes, "unread_since_ms": file.since.0 })
}

fn stream_of(stream: &StreamStatus, now: Mono, wall: Wall) -> Value {
    let trouble = stream.state.trouble();
    let open = matches!(stream.state, State::BreakerOpen(_) | State::Held(_));
    json!({
        "class": stream.class.as_str(),
        "state": stream.state.as_str(),
        "breaker": if open { "open" } else { "closed" },
        "trouble": trouble.map(|trouble| explain(trouble).0),
        "trouble_code": trouble.map(Trouble::as_str),
        "help": trouble.map(|trouble| explain(trouble).1),
        "waiting_segments": stream.waiting,
        "next_attempt_ms": stream.next_attempt.map(|at| wall_of(at, now, wall).0),
        "last_accepted_ms": stream.last_accepted.map(|at| wall_of(at, now, wall).0),
        "calls": stream.calls,
        "calls_failed": stream.calls_failed,
        "records_accepted": stream.records_accepted,
        "records_failed": stream.records_failed,
        "events_accepted": stream.events_accepted,
        "bytes_accepted": stream.bytes_accepted,
        "segments_dropped": stream.segments_dropped,
    })
}

/// What the calls tell of the credentials; nothing is asked for this.
fn credentials_of(status: &Status, credentials: Credentials) -> &'static str {
    if credentials == Credentials::NotNeeded {
        return "not_needed";
    }
    let troubles = || status.streams.iter().filter_map(|stream| stream.state.trouble());
    let taken = |trouble: Trouble| match trouble {
        Trouble::Throttled
        | Trouble::Unavailable
        | Trouble::AccessDenied
        | Trouble::StreamMissing
        | Trouble::EncryptionKey
        | Trouble::Rejected => true,
        Trouble::OutcomeUnknown
        | Trouble::Offline
        | Trouble::CaptivePortal
        | Trouble::Proxy
        | Trouble::Tls
        | Trouble::TlsVersion
        | Trouble::Certificate
        | Trouble::CertificateDate
        | Trouble::CertificateName
        | Trouble::RoleRefused
        | Trouble::CredentialsMissing
        | Trouble::CredentialsExpired
        | Trouble::ClockSkew
        | Trouble::Disk => false,
    };
    if troubles().any(|trouble| trouble == Trouble::CredentialsMissing) {
        "missing"
    } else if troubles().any(|trouble| trouble == Trouble::RoleRefused) {
        "refused"
    } else if troubles().any(|trouble| trouble == Trouble::CredentialsExpired) {
        "expired"
    } else if troubles().any(taken) || status.streams.iter().any(|stream| stream.records_accepted > 0) {
        "accepted"
    } else {
        "not_tried"
    }
}

/// What helps under these settings: as [`explain`] has it, and with the profile that credentials are taken from.
pub fn help(trouble: Trouble, config: &Config) -> String {
    let row = config.shown.iter().find(|row| row.key == "sink.firehose.profile");
    let is_fixed = row.is_some_and(|row| matches!(row.origin, Origin::Policy(_)));
    let profile = match &config.sink {
        Sink::Firehose(firehose) => firehose.profile.as_deref(),
        Sink::Directory(_) => None,
    };
    match (trouble, profile) {
        (Trouble::CredentialsExpired, Some(name)) => format!("run `aws sso login --profile {}`", quoted(name)),
        (Trouble::CredentialsMissing, Some(name)) if is_fixed => {
            format!("run `aws configure sso --profile {}`: the organisation policy names this profile", quoted(name))
        }
        (Trouble::CredentialsMissing, Some(name)) => {
            let name = quoted(name);
            format!("run `aws configure sso --profile {name}`, or set sink.firehose.profile to one that is there")
        }
        (trouble, _) => explain(trouble).1.to_owned(),
    }
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.@".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace(['\'', '`'], "")) }
}

/// Trouble in words that a developer understands, and what helps.
pub fn explain(trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Throttled => ("the stream takes no more for now", "nothing to do: it is tried again"),
        Trouble::Unavailable => ("the service is unavailable", "nothing to do: it is tried again"),
        Trouble::OutcomeUnknown => ("a call was not answered", "nothing to do: it is sent again under the same ids"),
        Trouble::Offline => ("there is no network", "nothing to do: it is sent when the network is back"),
        Trouble::CaptivePortal => {
            ("a web page answered in place of the service", "log in to this network in a browser")
        }
        Trouble::Proxy => ("the proxy refused", "check HTTPS_PROXY and its password"),
        Trouble::Tls => (
            "what answered in place of the service does not speak TLS as it should",
            "check sink.firehose.endpoint_url; if there is none, ask your administrator what answers on port 443 on the way",
        ),
        Trouble::TlsVersion => (
            "the server, or a proxy before it, does not speak TLS 1.3",
            "ask your administrator to allow TLS 1.3 there, or to let this host pass: the agent speaks no older version",
        ),
        Trouble::Certificate => (
            "the server's certificate is not trusted",
            "set sink.firehose.ca_bundle to your organisation's certificates",
        ),
        Trouble::CertificateDate => (
            "the server's certificate has expired, or is not valid yet",
            "set this machine's clock; if it is right, ask your administrator: a proxy that inspects TLS may show an old certificate",
        ),
        Trouble::CertificateName => (
            "the server's certificate is for another host",
            "check sink.firehose.endpoint_url, or ask your administrator: a proxy that inspects TLS must name this host",
        ),
        Trouble::CredentialsMissing => {
            ("there are no AWS credentials", "run `aws configure sso`, or set sink.firehose.profile")
        }
        Trouble::CredentialsExpired => ("the AWS credentials have expired", "run `aws sso login`"),
        Trouble::RoleRefused => (
            "the AWS credentials may not take on their role",
            "check sink.firehose.assume_role (role_arn, external_id) and the profile; your administrator can tell who may take on the role",
        ),
        Trouble::AccessDenied => {
            ("the credentials may not write to the stream", "ask your administrator for firehose:PutRecordBatch")
        }
        Trouble::StreamMissing => {
            ("the stream does not exist in this region", "check sink.firehose.region and streams")
        }
        Trouble::EncryptionKey => (
            "the stream's encryption key cannot be used",
            "ask your administrator: the KMS key is disabled or not allowed",
        ),
        Trouble::ClockSkew => {
            ("this machine's clock is wrong", "set the clock, or let the system set it from the network")
        }
        Trouble::Rejected => ("the service rejected a call as malformed", "report it: this is a fault of the agent"),
        Trouble::Disk => ("the lake's disk is full or not writable", "make room, or set sink.directory.path"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::{Sources, UserFile, load};

    #[test]
    fn what_helps_names_the_profile_that_holds() {
        let dir = tempfile::tempdir().unwrap();
        let (policy, user) = (dir.path().join("policy.toml"), dir.path().join("config.toml"));
        std::fs::write(&user, "").unwrap();
        let firehose = "sink.kind = \"firehose\"\nsink.firehose.region = \"eu-central-1\"\n";
        let helps = |of_policy: &str, of_user: &str| {
            std::fs::write(&policy, format!("{firehose}{of_policy}")).unwrap();
            std::fs::write(&user, of_user).unwrap();
            let config = load(&Sources {
                policies: vec![policy.clone()],
                extra_policy: None,
                user: UserFile::Named(user.clone()),
                environment: Vec::new(),
                home: None,
            })
            .unwrap();
            [Trouble::CredentialsExpired, Trouble::CredentialsMissing].map(|trouble| help(trouble, &config))
        };
        let [expired, missing] = helps("sink.firehose.profile = \"bcce\"\n", "");
        assert_eq!(expired, "run `aws sso login --profile bcce`");
        assert_eq!(missing, "run `aws configure sso --profile bcce`: the organisation policy names this profile");
        let [expired, missing] = helps("", "sink.firehose.profile = \"my own\"\n");
        assert_eq!(expired, "run `aws sso login --profile 'my own'`");
        assert!(missing.contains("--profile 'my own'`, or set sink.firehose.profile"), "{missing}");
        let [expired, missing] = helps("", "");
        assert_eq!(expired, "run `aws sso login`");
        assert_eq!(missing, explain(Trouble::CredentialsMissing).1);
    }

    #[test]
    fn each_trouble_is_told_in_words_with_what_helps() {
        for trouble in Trouble::ALL {
            let (words, help) = explain(trouble);
            assert!(words.len() > 15 && help.len() > 12, "{trouble:?}");
            assert!(words.starts_with(char::is_lowercase) && !words.ends_with('.'), "{words}");
            let acts = ["run `", "check ", "set ", "ask ", "log in", "report it", "make room", "nothing to do"];
            assert!(acts.iter().any(|act| help.contains(act)), "{help}");
            // Where only a person can help, nobody is told to wait.
            let waits = help.starts_with("nothing to do");
            let passes = matches!(
                trouble,
                Trouble::Throttled | Trouble::Unavailable | Trouble::OutcomeUnknown | Trouble::Offline
            );
            assert_eq!(waits, passes, "{trouble:?}");
        }
    }
}
