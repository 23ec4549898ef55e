//! A running agent's state in words and numbers, for `status`.

use super::ship::wall_of;
use pipeline::ship::{State, Status, StreamStatus, Trouble};
use pipeline::time::{Mono, Wall};
use serde_json::{Value, json};

/// The state of shipping as JSON.
pub(super) fn of(status: &Status, now: Mono, wall: Wall) -> Value {
    json!({
        "pid": std::process::id(),
        "version": env!("CARGO_PKG_VERSION"),
        "time_ms": wall.0,
        "bytes_today": status.bytes_today,
        "streams": status.streams.iter().map(|stream| stream_of(stream, now, wall)).collect::<Vec<_>>(),
    })
}

fn stream_of(stream: &StreamStatus, now: Mono, wall: Wall) -> Value {
    let (state, trouble) = match stream.state {
        State::Idle => ("idle", None),
        State::Waiting => ("waiting", None),
        State::Sending => ("sending", None),
        State::Paused => ("paused", None),
        State::PolicyMissing => ("policy_missing", None),
        State::DayUsedUp => ("day_used_up", None),
        State::BackingOff(trouble) => ("backing_off", Some(trouble)),
        State::BreakerOpen(trouble) => ("breaker_open", Some(trouble)),
        State::Held(trouble) => ("held", Some(trouble)),
    };
    json!({
        "class": stream.class.as_str(),
        "state": state,
        "trouble": trouble.map(|trouble| explain(trouble).0),
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
            "the server's certificate is not trusted",
            "set sink.firehose.ca_bundle to your organisation's certificates",
        ),
        Trouble::CredentialsMissing => {
            ("there are no AWS credentials", "run `aws configure sso`, or set sink.firehose.profile")
        }
        Trouble::CredentialsExpired => ("the AWS credentials have expired", "run `aws sso login`"),
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
        Trouble::ClockSkew => ("this machine's clock is wrong", "set the clock"),
        Trouble::Rejected => ("the service rejected a call as malformed", "report it: this is a fault of the agent"),
        Trouble::Disk => ("the lake's disk is full or not writable", "make room, or set sink.directory.path"),
    }
}
