//! Answers calls, one task a connection.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::call::{Action, Call, Violation};
use crate::http::{ReadTo, Reader, Request, Response};
use crate::received::{Answer, Store};
use crate::script::{Fault, Player, Script};
use crate::sigv4::{self, AccessKey, Session};

/// How far a signature's time may be off: 5 minutes, as the service has it.
const SKEW_S_MAX: i64 = 300;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    key: Option<AccessKey>,
    clock_offset: SignedDuration,
}

/// What changes.
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) player: Player,
    pub(crate) violations: Vec<Violation>,
    pub(crate) sessions: u64,
}

impl Shared {
    pub(crate) fn new(script: &Script, store: Store, key: Option<AccessKey>) -> Self {
        let state = State { store, player: Player::new(script), violations: Vec::new(), sessions: 0 };
        Self { state: Mutex::new(state), key, clock_offset: SignedDuration::from_secs(script.clock_offset_s) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.clock_offset).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Accepts connections for ever.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that breaks off is part of the play; what matters is what was stored before.
            let _ = connection(stream, &shared).await;
        });
    }
}

async fn connection(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = Reader::new();
    while let Some(mut request) = reader.head(&mut stream).await? {
        let fault = {
            let mut state = shared.lock();
            state.store.received.calls += 1;
            state.player.next()
        };
        let to = if fault == Fault::ResetInBody { ReadTo::HalfBody } else { ReadTo::End };
        reader.body(&mut stream, &mut request, to).await?;
        if fault == Fault::ResetInBody {
            return reset(stream);
        }
        let bytes = respond(&request, &fault, shared)?.render();
        match fault {
            Fault::Hang => return wait_for_the_client_to_leave(&mut stream).await,
            Fault::LostReply => return Ok(()),
            Fault::CutReply => {
                stream.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default()).await?;
                stream.flush().await?;
                return reset(stream);
            }
            Fault::SlowDrip { pieces, pause_ms } => drip(&mut stream, &bytes, pieces, pause_ms).await?,
            Fault::None
            | Fault::Partial { .. }
            | Fault::Error { .. }
            | Fault::ShortAnswer
            | Fault::ResetInBody
            | Fault::CaptivePortal
            | Fault::PortalRedirect => stream.write_all(&bytes).await?,
        }
    }
    Ok(())
}

fn reset(stream: TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}

async fn wait_for_the_client_to_leave(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

async fn drip(stream: &mut TcpStream, bytes: &[u8], pieces: usize, pause_ms: u64) -> io::Result<()> {
    for piece in bytes.chunks(bytes.len().div_ceil(pieces.max(1)).max(1)) {
        stream.write_all(piece).await?;
        stream.flush().await?;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    }
    Ok(())
}

/// Checks the call, keeps what the fault lets through, and makes the answer.
fn respond(request: &Request, fault: &Fault, shared: &Shared) -> io::Result<Response> {
    match fault {
        Fault::CaptivePortal => return Ok(portal(200)),
        Fault::PortalRedirect => return Ok(portal(302)),
        Fault::None
        | Fault::Partial { .. }
        | Fault::Error { .. }
        | Fault::ShortAnswer
        | Fault::Hang
        | Fault::ResetInBody
        | Fault::LostReply
        | Fault::CutReply
        | Fault::SlowDrip { .. } => {}
    }
    let signed = match sigv4::check(request, shared.key.as_ref()) {
        Ok(signed) => signed,
        Err(violation) => return refuse(shared, violation),
    };
    let now = shared.now();
    if signed.at.duration_since(now).as_secs().abs() > SKEW_S_MAX {
        return Ok(error(403, "InvalidSignatureException", now));
    }
    let call = match Call::parse(request) {
        Ok(call) => call,
        Err(violation) => return refuse(shared, violation),
    };
    let mut state = shared.lock();
    if signed.session == Session::Token {
        state.sessions += 1;
    }
    match fault {
        Fault::Error { status, code } => Ok(error(*status, code, now)),
        Fault::Hang => Ok(error(500, "InternalFailure", now)),
        Fault::Partial { indexes, code } => {
            settle(&call, Answer::Given, &mut state, now, |i| indexes.contains(&i).then_some(code))
        }
        Fault::ShortAnswer => {
            let mut response = settle(&call, Answer::Short, &mut state, now, |_| None)?;
            response.body = short(&response.body);
            Ok(response)
        }
        Fault::LostReply => settle(&call, Answer::Lost, &mut state, now, |_| None),
        Fault::CutReply => settle(&call, Answer::Cut, &mut state, now, |_| None),
        Fault::None | Fault::ResetInBody | Fault::SlowDrip { .. } | Fault::CaptivePortal | Fault::PortalRedirect => {
            settle(&call, Answer::Given, &mut state, now, |_| None)
        }
    }
}

/// Accepts the records but for those that fail; `answer` is what will become of the answer.
fn settle<'a>(
    call: &Call,
    answer: Answer,
    state: &mut State,
    now: Timestamp,
    failure: impl Fn(usize) -> Option<&'a String>,
) -> io::Result<Response> {
    let mut results = Vec::with_capacity(call.records.len());
    let mut failed = 0;
    for (index, record) in call.records.iter().enumerate() {
        if let Some(code) = failure(index) {
            failed += 1;
            results.push(json!({"ErrorCode": code, "ErrorMessage": "Slow down."}));
        } else {
            state.store.accept(&call.stream, record.bytes, &record.lines, answer)?;
            results.push(json!({"RecordId": format!("record-{}", state.store.received.records)}));
        }
    }
    state.store.note(None)?;
    Ok(match (call.action, results.first()) {
        (Action::PutRecord, Some(first)) => json_response(200, first, now),
        (Action::PutRecord, None) => error(500, "InternalFailure", now),
        (Action::PutRecordBatch, _) => {
            json_response(200, &json!({"FailedPutCount": failed, "Encrypted": false, "RequestResponses": results}), now)
        }
    })
}

fn short(body: &[u8]) -> Vec<u8> {
    let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(results) = body.get_mut("RequestResponses").and_then(Value::as_array_mut) {
        results.pop();
    }
    body.to_string().into_bytes()
}

fn refuse(shared: &Shared, violation: Violation) -> io::Result<Response> {
    let mut state = shared.lock();
    state.store.note(Some(&violation.to_string()))?;
    state.violations.push(violation);
    Ok(error(400, "ValidationException", shared.now()))
}

fn error(status: u16, code: &str, now: Timestamp) -> Response {
    json_response(status, &json!({"__type": code, "message": "refused by the double"}), now)
}

fn json_response(status: u16, body: &Value, now: Timestamp) -> Response {
    let headers = vec![
        ("x-amzn-requestid", "00000000-0000-4000-8000-000000000000".to_owned()),
        ("content-type", "application/x-amz-json-1.1".to_owned()),
        ("date", now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
    ];
    Response { status, headers, body: body.to_string().into_bytes() }
}

fn portal(status: u16) -> Response {
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("location", "http://portal.invalid/login".to_owned()),
    ];
    Response { status, headers, body: b"<!doctype html><title>Welcome to the guest network</title>".to_vec() }
}
