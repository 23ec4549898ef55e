//! Every answer that Firehose can give, or fail to give: what the user is told, with the command that helps, and that
//! nothing is lost by it.

use std::process::Output;

use firehose_double::{Chance, Double, Fault, Script, Violation};
use serde_json::Value;

use crate::binary::Agent;
use crate::running::{Running, until};
use crate::small::{Root, grant, record};

/// What the service does, the name that `status` gives it, and words of what the user is told to do.
fn conditions() -> Vec<(Fault, &'static str, &'static str)> {
    let error = |status, code: &str| Fault::Error { status, code: code.to_owned() };
    vec![
        (
            Fault::Partial { indexes: vec![0], code: "ServiceUnavailableException".to_owned() },
            "throttled",
            "nothing to do",
        ),
        (Fault::Partial { indexes: vec![0], code: "InternalFailure".to_owned() }, "unavailable", "nothing to do"),
        (error(400, "ThrottlingException"), "throttled", "nothing to do"),
        (error(500, "InternalFailure"), "unavailable", "nothing to do"),
        (error(503, "ServiceUnavailableException"), "unavailable", "nothing to do"),
        (error(400, "InvalidKMSResourceException"), "encryption_key", "KMS key"),
        (error(400, "KMSDisabledException"), "encryption_key", "KMS key"),
        (error(400, "AccessDeniedException"), "access_denied", "firehose:PutRecordBatch"),
        (error(400, "ResourceNotFoundException"), "stream_missing", "sink.firehose.region"),
        (error(400, "ExpiredTokenException"), "credentials_expired", "aws sso login"),
        (error(403, "UnrecognizedClientException"), "credentials_expired", "aws sso login"),
        (error(400, "InvalidArgumentException"), "rejected", "report it"),
        (Fault::ShortAnswer, "outcome_unknown", "nothing to do"),
        (Fault::ResetInBody, "outcome_unknown", "nothing to do"),
        (Fault::LostReply, "outcome_unknown", "nothing to do"),
        (Fault::CutReply, "outcome_unknown", "nothing to do"),
        (Fault::CaptivePortal, "captive_portal", "log in to this network"),
        (Fault::PortalRedirect, "captive_portal", "log in to this network"),
    ]
}

fn always(fault: Fault) -> Script {
    Script::by_chance(Chance { percent: 100, faults: vec![fault], seed: 1 })
}

struct Desk {
    agent: Agent,
    root: Root,
}

impl Desk {
    fn new(double: &Double) -> Self {
        let agent = Agent::new(&format!(
            "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\n\
             flush_interval = \"100ms\"\n[limits]\nstart_jitter = \"0s\"\n",
            double.url()
        ));
        let root = Root::new(&record(0));
        grant(&agent, root.path());
        Self { agent, root }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.agent.command(self.root.path()).args(arguments).output().unwrap()
    }

    fn status(&self) -> Value {
        serde_json::from_slice(&self.run(&["status", "--json"]).stdout).unwrap()
    }

    /// The stream that the events of these tests go to.
    fn stream(&self) -> Value {
        let status = self.status();
        let streams = status["streams"].as_array().into_iter().flatten();
        streams.into_iter().find(|stream| stream["class"] == "restricted").cloned().unwrap_or_default()
    }

    /// Waits, and has what waits sent at once meanwhile. The wish alone is left: `flush` itself waits for its end.
    fn flushed_until(&self, what: &str, holds: impl Fn() -> bool) {
        until(what, || {
            std::fs::write(self.agent.home().join("state/wishes/flush-wanted"), "").unwrap();
            std::thread::sleep(std::time::Duration::from_millis(100));
            holds()
        });
    }
}

#[test]
fn each_condition_of_the_service_is_named_with_what_helps_and_loses_nothing() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    let running = Running::start(&desk.agent, desk.root.path());
    until("the first event arrives", || double.received().distinct_events() == 1);
    for (number, (fault, code, help)) in (1..).zip(conditions()) {
        double.play(&always(fault.clone()));
        desk.root.append(&record(number));
        desk.flushed_until(&format!("{fault:?} is named {code}"), || desk.stream()["trouble_code"] == code);
        let stream = desk.stream();
        assert!(stream["help"].as_str().unwrap().contains(help), "{stream}");
        let said = String::from_utf8(desk.run(&["status"]).stdout).unwrap();
        assert!(said.contains(stream["trouble"].as_str().unwrap()) && said.contains(help), "{said}");
        let doctor = desk.run(&["doctor"]);
        let said = String::from_utf8(doctor.stdout).unwrap();
        assert!(said.contains(stream["trouble"].as_str().unwrap()) && said.contains(help), "{said}");
        assert_eq!(doctor.status.code(), Some(1), "{said}");
        double.play(&Script::default());
        desk.flushed_until(&format!("it is over: {code}"), || {
            double.received().distinct_events() == number + 1 && desk.stream()["trouble_code"].is_null()
        });
    }
    let status = desk.status();
    assert_eq!(status["credentials"], "accepted");
    assert_eq!(status["lag"]["fresh"], true);
    assert!(status["last_receipt_ms"].is_i64() && status["total"]["events_dropped"].is_null(), "{status}");
    running.kill();
}

#[test]
fn a_single_run_tells_with_v_what_status_tells_of_a_running_agent() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    let said = |words: &[&str]| String::from_utf8(desk.run(words).stderr).unwrap();
    let healthy = said(&["run", "--once", "-v"]);
    for told in ["work begins", "all that is there was read", "events arrive", "class=\"restricted\""] {
        assert!(healthy.contains(told), "{told}: {healthy}");
    }
    assert_eq!(said(&["run", "--once"]), "", "without it, nothing on a healthy run");
    double.play(&always(Fault::access_denied()));
    desk.root.append(&record(1));
    let held = said(&["run", "--once", "-v"]);
    assert!(held.contains("sending is held up") && held.contains("trouble=\"access_denied\""), "{held}");
}

#[test]
fn a_probe_asks_every_stream_that_the_tier_may_use() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    let report: Value = serde_json::from_slice(&desk.run(&["doctor", "--probe", "--json"]).stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let stream = checks.iter().find(|check| check["check"] == "stream").unwrap();
    assert_eq!(stream["finding"], "takes internal, confidential, restricted events", "{stream}");
    assert_eq!(double.received().distinct_events(), 0);
    // That the calls are empty is what makes the service refuse them.
    let empty = double.violations().into_iter().filter(|violation| *violation == Violation::Records(0));
    assert_eq!(empty.count(), 3);
    assert!(double.finish().is_err());
}

#[test]
fn a_slow_answer_is_no_trouble_and_a_clock_that_is_off_is_told() {
    let script = Script { clock_offset_s: 3600, ..Script::default() };
    let double = Double::start(script).unwrap();
    let desk = Desk::new(&double);
    let running = Running::start(&desk.agent, desk.root.path());
    // The first refusal tells how far the clock is off, and the next call goes by the service's time.
    until("it arrives although the clock is off", || double.received().distinct_events() == 1);
    double.play(&always(Fault::SlowDrip { pieces: 4, pause_ms: 20 }));
    desk.root.append(&record(1));
    desk.flushed_until("a slow answer is waited for", || double.received().distinct_events() == 2);
    assert!(desk.stream()["trouble_code"].is_null());
    assert_eq!(double.received().duplicates(), 0);
    running.kill();
}

#[cfg(unix)]
#[test]
fn counters_are_read_by_this_user_alone_and_tell_no_names() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};

    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    let socket = desk.agent.home().join("state/metrics.sock");
    let running = Running::start(&desk.agent, desk.root.path());
    until("the first event arrives", || double.received().distinct_events() == 1);
    until("the socket is there", || socket.exists());
    let metadata = std::fs::metadata(&socket).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let metrics = || String::from_utf8(desk.run(&["status", "--metrics"]).stdout).unwrap();
    until("the receipt is counted", || {
        metrics().lines().any(|l| l == "bcce_events_sent_total{class=\"restricted\"} 1")
    });
    for entry in crate::lake::files(&desk.agent.home().join("state")) {
        let mode = std::fs::symlink_metadata(&entry).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{}", entry.display());
    }
    let text = metrics();
    assert!(text.contains("bcce_breaker_open{class=\"restricted\"} 0"), "{text}");
    for name in ["tester", "/home", "say 0", "projects", desk.agent.home().to_str().unwrap()] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    let (ended, _) = running.terminate();
    assert!(ended.success() && !socket.exists());
    // Without an agent the spool tells the same.
    assert!(metrics().contains("bcce_events_sent_total{class=\"restricted\"} 1"));
}

#[test]
fn a_single_run_ends_when_the_days_bytes_are_used_up_and_what_waits_stays() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    assert!(desk.run(&["run", "--once"]).status.success());
    // As if more had left today than may.
    let spool = rusqlite::Connection::open(desk.agent.home().join("state/spool.db")).unwrap();
    assert!(spool.execute("UPDATE count SET n = 1 << 30 WHERE kind = 'sent_bytes'", []).unwrap() > 0);
    drop(spool);
    desk.root.append(&record(1));
    let output = desk.run(&["run", "--once"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && told.contains("no more bytes may leave today"), "{told}");
    assert_eq!(desk.status()["spool"]["events"], 1);
}

#[test]
fn a_class_that_is_paused_waits_and_the_others_are_sent() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    assert!(desk.run(&["pause", "--class", "restricted"]).status.success());
    let output = desk.run(&["run", "--once"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let status = desk.status();
    assert_eq!(status["paused_classes"], serde_json::json!(["restricted"]));
    assert_eq!((&status["paused"], &status["spool"]["events"]), (&Value::Bool(false), &Value::from(1)));
    assert_eq!(double.received().calls, 0);
    let running = Running::start(&desk.agent, desk.root.path());
    until("it runs", || desk.status()["running"] == true);
    let flush = desk.run(&["flush"]);
    let told = String::from_utf8_lossy(&flush.stderr);
    assert!(flush.status.success() && told.contains("not sent: restricted events"), "{told}");
    assert_eq!(double.received().calls, 0);
    drop(running);
    assert!(desk.run(&["resume"]).status.success());
    assert!(desk.run(&["run", "--once"]).status.success());
    assert_eq!((desk.status()["spool"]["events"].clone(), double.received().calls), (Value::from(0), 1));
}

#[test]
fn a_stream_without_events_is_soon_said_to_be_idle() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    let _running = Running::start(&desk.agent, desk.root.path());
    let began = std::time::Instant::now();
    until("all is sent and told", || {
        let streams = desk.status()["streams"].clone();
        streams.as_array().is_some_and(|streams| streams.iter().all(|stream| stream["state"] == "idle"))
    });
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

/// Runs `flush`, which must end long before the two minutes that it waits at most; gives its exit code and what it said.
fn flush(desk: &Desk) -> (Option<i32>, String) {
    let began = std::time::Instant::now();
    let output = desk.run(&["flush"]);
    assert!(began.elapsed() < std::time::Duration::from_secs(60), "{:?}", began.elapsed());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_flush_tells_what_holds_delivery_as_soon_as_the_agent_has_tried_again() {
    let double = Double::start(Script::default()).unwrap();
    let desk = Desk::new(&double);
    let running = Running::start(&desk.agent, desk.root.path());
    until("the first event arrives", || double.received().distinct_events() == 1);
    let held = [
        (Fault::access_denied(), "held", "the credentials may not write to the stream", "firehose:PutRecordBatch"),
        (Fault::expired_token(), "held", "the AWS credentials have expired", "run `aws sso login`"),
        (Fault::unavailable(), "breaker_open", "the service is unavailable", "nothing to do: it is tried again"),
    ];
    for (number, (fault, state, words, help)) in (1..).zip(held) {
        double.play(&always(fault));
        desk.root.append(&record(number));
        desk.flushed_until(state, || desk.stream()["state"] == state);
        let calls = double.received().calls;
        let (code, told) = flush(&desk);
        let error = format!("error: 1 event still waiting: {words} (stream for restricted events)");
        assert!(code == Some(2) && told.contains(&error) && told.contains("\nhint: ") && told.contains(help), "{told}");
        assert!(double.received().calls > calls, "it was tried before it was told");
        double.play(&Script::default());
        assert_eq!(flush(&desk), (Some(0), String::new()), "what was mended is not taken for broken");
        assert_eq!(double.received().distinct_events(), number + 1);
    }
    running.kill();
}

#[test]
fn a_flush_without_an_agent_ends_when_the_breaker_opens() {
    let double = Double::start(always(Fault::unavailable())).unwrap();
    let desk = Desk::new(&double);
    assert!(desk.run(&["pause"]).status.success() && desk.run(&["run", "--once"]).status.success());
    assert!(desk.run(&["resume"]).status.success());
    let (code, told) = flush(&desk);
    assert!(code == Some(2) && told.contains("the service is unavailable; what waits stays in the spool"), "{told}");
    assert_eq!(double.received().calls, 5);
    assert_eq!(desk.status()["spool"]["events"], 1);
}
