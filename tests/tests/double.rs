//! The double is strict: each broken limit is refused and reported, and what is accepted is counted as it would be billed.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};

use firehose_double::{Again, Answer, Chance, Double, Fault, Options, Script, Violation, billed_bytes};
use jiff::Timestamp;
use serde_json::{Value, json};

/// One call, with whatever is to be wrong about it.
struct Call {
    target: &'static str,
    signature: Option<String>,
    body: String,
}

fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

fn batch(records: &[Vec<u8>]) -> Call {
    let records: Vec<Value> = records.iter().map(|bytes| json!({"Data": base64(bytes)})).collect();
    let body = json!({"DeliveryStreamName": "s", "Records": records}).to_string();
    Call { target: "Firehose_20150804.PutRecordBatch", signature: Some(signature("0")), body }
}

fn stamp() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Well-formed; of the digit repeated, so that it means nothing.
fn signature(digit: &str) -> String {
    let date = Timestamp::now().strftime("%Y%m%d").to_string();
    let signed = digit.repeat(64);
    format!(
        "AWS4-HMAC-SHA256 Credential=K/{date}/eu-central-1/firehose/aws4_request, SignedHeaders=host;x-amz-date, Signature={signed}"
    )
}

fn line(id: &str) -> Vec<u8> {
    format!("{{\"event_id\":\"{id}\"}}\n").into_bytes()
}

/// Sends a call and gives out the status and the body of the answer.
fn send(double: &Double, call: &Call) -> (u16, Value) {
    send_to(double.address(), call)
}

fn send_to(address: SocketAddr, call: &Call) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    let authorization = call.signature.as_ref().map(|s| format!("authorization: {s}\r\n")).unwrap_or_default();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-date: {}\r\n{authorization}x-amz-target: {}\r\n\
         content-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n",
        address,
        stamp(),
        call.target,
        call.body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(call.body.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, serde_json::from_str(body).unwrap())
}

/// Sends a call that breaks a limit, and checks which one the double names.
fn check(call: &Call, expected: &Violation) {
    let double = Double::start(Script::default()).unwrap();
    let (status, body) = send(&double, call);
    assert_eq!((status, body.get("__type")), (400, Some(&json!("ValidationException"))), "{expected}");
    assert_eq!(double.received().records, 0, "{expected}");
    assert_eq!(double.finish().err().as_ref(), Some(expected));
}

#[test]
fn each_limit_of_the_service_is_held() {
    check(&batch(&[]), &Violation::Records(0));
    check(&batch(&vec![line("a"); 501]), &Violation::Records(501));
    check(&batch(&[line("a"), Vec::new()]), &Violation::RecordBytes { index: 1, bytes: 0 });
    let long = line(&"x".repeat(1_000 * 1024));
    check(&batch(std::slice::from_ref(&long)), &Violation::RecordBytes { index: 0, bytes: long.len() });
    let nearly = line(&"x".repeat(1_000 * 1024 - 16));
    assert_eq!(nearly.len(), 1_000 * 1024, "exactly the limit of a record");
    check(&batch(&vec![nearly.clone(); 5]), &Violation::CallBytes(5 * nearly.len()));
    check(&batch(&[line("a").repeat(501)]), &Violation::RecordLines { index: 0, lines: 501 });
}

#[test]
fn records_are_whole_lines_of_events() {
    let bad = |line, what| Violation::Line { index: 0, line, what };
    check(&batch(&[b"{\"event_id\":\"a\"}".to_vec()]), &bad(0, "does not end with a newline"));
    check(&batch(&[[line("a"), b"[1]\n".to_vec()].concat()]), &bad(1, "not a JSON object"));
    check(&batch(&[b"{\"event_id\":\"\"}\n".to_vec()]), &bad(0, "no event_id"));
    check(&batch(&[b"[{\"event_id\":\"a\"}]\n".to_vec()]), &bad(0, "not a JSON object"));
}

#[test]
fn calls_are_signed_and_in_the_protocol() {
    let signed = |signature: Option<String>| Call { signature, ..batch(&[line("a")]) };
    check(&signed(None), &Violation::Signature("no authorization header"));
    check(&signed(Some("Bearer x".to_owned())), &Violation::Signature("not AWS4-HMAC-SHA256"));
    let short = signature("0").trim_end_matches('0').to_owned();
    check(&signed(Some(short)), &Violation::Signature("the signature is not 64 hexadecimal digits"));
    let other = signature("0").replace("/firehose/", "/s3/");
    check(&signed(Some(other)), &Violation::Signature("the scope is not key/date/region/firehose/aws4_request"));
    let unsigned = signature("0").replace("host;", "");
    check(&signed(Some(unsigned)), &Violation::Signature("host and x-amz-date must be signed, in order"));
    let target = Call { target: "Firehose_20150804.DeleteDeliveryStream", ..batch(&[line("a")]) };
    check(&target, &Violation::Protocol("unknown x-amz-target"));
    let body = Call { body: "{".to_owned(), ..batch(&[]) };
    check(&body, &Violation::Body("not JSON"));
    let data = json!({"DeliveryStreamName": "s", "Records": [{"Data": "%%%"}]}).to_string();
    check(&Call { body: data, ..batch(&[]) }, &Violation::Body("Data is not base64"));
}

#[test]
fn a_signature_of_another_key_is_found_out() {
    let key = firehose_double::AccessKey { id: "K".to_owned(), secret: ["no", "secret"].join(" ") };
    let double = Double::with(Options { key: Some(key), ..Options::default() }).unwrap();
    assert_eq!(send(&double, &batch(&[line("a")])).0, 400);
    assert_eq!(double.finish().err(), Some(Violation::Signature("the signature does not match")));
}

#[test]
#[should_panic(expected = "limits of the service were violated")]
fn a_violation_that_nobody_asks_about_fails_the_test() {
    let double = Double::start(Script::default()).unwrap();
    send(&double, &batch(&[]));
}

#[test]
fn what_is_accepted_is_counted_duplicates_and_altered_events_included() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { store: Some(folder.path().to_owned()), ..Options::default() };
    let double = Double::with(options).unwrap();
    send(&double, &batch(&[[line("a"), line("b")].concat(), line("c")]));
    let single = json!({"DeliveryStreamName": "s", "Record": {"Data": base64(&line("a"))}}).to_string();
    let (status, body) = send(&double, &Call { target: "Firehose_20150804.PutRecord", body: single, ..batch(&[]) });
    assert!(status == 200 && body.get("RecordId").is_some_and(Value::is_string), "{body}");
    send(&double, &batch(&[b"{\"event_id\":\"b\",\"more\":1}\n".to_vec()]));
    let received = double.finish().unwrap();
    assert_eq!((received.calls, received.records, received.lines), (3, 4, 5));
    assert_eq!((received.distinct_events(), received.duplicates()), (3, 2));
    assert_eq!(received.altered(), ["b"]);
    assert_eq!(received.billed_bytes, 4 * 5 * 1024);
    let kept = std::fs::read(folder.path().join("s.ndjson")).unwrap();
    assert_eq!(kept.split_inclusive(|&byte| byte == b'\n').count(), 5);
}

#[test]
fn lines_that_come_again_are_told_apart_by_the_answer_that_was_given_before() {
    let script = Script::of([Fault::ShortAnswer, Fault::None, Fault::partial(&[0])]);
    let double = Double::start(script).unwrap();
    let call = batch(&[line("a"), line("b")]);
    (0..4).for_each(|_| drop(send(&double, &call)));
    let received = double.finish().unwrap();
    let again = |answer| received.again.get(&answer).cloned().unwrap_or_default();
    // Accepted in calls 1, 2 and 4; the third took the second line alone.
    assert_eq!(again(Answer::Short), Again { lines: 2, calls: [1].into() });
    assert_eq!(again(Answer::Given), Again { lines: 3, calls: [2, 3].into() });
    assert_eq!(received.duplicates(), 5);
    assert!(received.has("a") && !received.has("c"));
}

#[test]
fn records_are_billed_in_steps_of_5_kb() {
    assert_eq!([1, 5 * 1024, 5 * 1024 + 1].map(billed_bytes), [5 * 1024, 5 * 1024, 10 * 1024]);
}

#[test]
fn faults_are_played_in_order_then_by_chance_from_a_seed() {
    let chance = Chance { seed: 7, percent: 50, faults: vec![Fault::internal()] };
    let played = || {
        let script = Script { calls: vec![Fault::throttled()], then: Some(chance.clone()), clock_offset_s: 0 };
        let double = Double::start(script).unwrap();
        let statuses: Vec<u16> = (0..40).map(|i| send(&double, &batch(&[line(&i.to_string())])).0).collect();
        statuses
    };
    let statuses = played();
    assert_eq!(statuses.first(), Some(&400));
    let failed = statuses.iter().filter(|&&status| status == 500).count();
    assert!((10..30).contains(&failed), "{failed} of 39");
    assert_eq!(statuses, played());
}

#[test]
fn a_script_can_be_read_from_json() {
    let json = r#"{"calls": ["hang", {"partial": {"indexes": [0], "code": "X"}}], "clock_offset_s": 9}"#;
    let script = Script::parse(json).unwrap();
    let partial = Fault::Partial { indexes: vec![0], code: "X".to_owned() };
    assert_eq!(script, Script { calls: vec![Fault::Hang, partial], then: None, clock_offset_s: 9 });
    assert!(Script::parse(r#"{"cals": []}"#).is_err());
}

#[test]
fn the_binary_serves_until_its_input_ends() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.json");
    std::fs::write(&script, r#"{"calls": [{"error": {"status": 503, "code": "ServiceUnavailableException"}}]}"#)
        .unwrap();
    let port_file = folder.path().join("port");
    let mut double = Command::new(env!("CARGO_BIN_EXE_firehose-double"))
        .arg("--port-file")
        .arg(&port_file)
        .arg("--script")
        .arg(&script)
        .arg("--store")
        .arg(folder.path().join("store"))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let port = loop {
        match std::fs::read_to_string(&port_file) {
            Ok(port) => break port.parse::<u16>().unwrap(),
            Err(_) => assert!(double.try_wait().unwrap().is_none(), "it must not end before it listens"),
        }
    };
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    assert_eq!(send_to(address, &batch(&[line("a")])).0, 503);
    assert_eq!(send_to(address, &batch(&[line("a")])).0, 200);
    drop(double.stdin.take());
    assert!(double.wait().unwrap().success());
    let summary = std::fs::read(folder.path().join("store/summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    assert_eq!((&summary["calls"], &summary["lines"]), (&json!(2), &json!(1)));
}
