//! One call, held to every limit of the service.
//!
//! Limits: <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html> (2026-11-24); a record's
//! 1,000 KiB and the call's 4 MiB count before base64. That a record is whole NDJSON lines is our own contract.

use serde_json::Value;

use crate::http::Request;

const RECORDS_MAX: usize = 500;
const CALL_BYTES_MAX: usize = 4 * 1024 * 1024;
const RECORD_BYTES_MAX: usize = 1_000 * 1024;
const RECORD_LINES_MAX: usize = 500;

/// An operation of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// One record.
    PutRecord,
    /// Up to 500 records.
    PutRecordBatch,
}

/// A limit or contract that a client broke. Holds no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The request is not a `POST /` of the JSON 1.1 protocol with a known target.
    #[error("protocol: {0}")]
    Protocol(&'static str),
    /// The signature is missing, malformed or wrong.
    #[error("signature: {0}")]
    Signature(&'static str),
    /// The body is not the JSON that the operation takes.
    #[error("body: {0}")]
    Body(&'static str),
    /// The call holds no record, or more than 500.
    #[error("{0} records in a call")]
    Records(usize),
    /// The records of a call are above 4 MiB.
    #[error("{0} bytes in a call")]
    CallBytes(usize),
    /// A record is empty or above 1,000 KiB.
    #[error("record {index} has {bytes} bytes")]
    RecordBytes {
        /// Which record.
        index: usize,
        /// Its size before base64.
        bytes: usize,
    },
    /// A record has more lines than the service deaggregates.
    #[error("record {index} has {lines} lines")]
    RecordLines {
        /// Which record.
        index: usize,
        /// Its lines.
        lines: usize,
    },
    /// A record is not whole NDJSON lines with an event id each.
    #[error("record {index}, line {line}: {what}")]
    Line {
        /// Which record.
        index: usize,
        /// Which line of it.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
}

/// One event line as it arrived, `\n` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) event_id: String,
    pub(crate) bytes: Vec<u8>,
}

/// One record, decoded.
pub(crate) struct Record {
    pub(crate) bytes: usize,
    pub(crate) lines: Vec<Line>,
}

/// One call within every limit.
pub(crate) struct Call {
    pub(crate) action: Action,
    pub(crate) stream: String,
    pub(crate) records: Vec<Record>,
}

impl Call {
    /// Parses and checks a request, its signature aside.
    pub(crate) fn parse(request: &Request) -> Result<Self, Violation> {
        if request.method != "POST" || request.target != "/" {
            return Err(Violation::Protocol("not POST /"));
        }
        if request.header("content-type") != Some("application/x-amz-json-1.1") {
            return Err(Violation::Protocol("content-type is not application/x-amz-json-1.1"));
        }
        let action = match request.header("x-amz-target") {
            Some("Firehose_20150804.PutRecord") => Action::PutRecord,
            Some("Firehose_20150804.PutRecordBatch") => Action::PutRecordBatch,
            _ => return Err(Violation::Protocol("unknown x-amz-target")),
        };
        let body: Value = serde_json::from_slice(&request.body).map_err(|_| Violation::Body("not JSON"))?;
        let stream = body.get("DeliveryStreamName").and_then(Value::as_str).filter(|name| is_stream_name(name));
        let stream = stream.ok_or(Violation::Body("no usable DeliveryStreamName"))?.to_owned();
        let raw: Vec<&Value> = match action {
            Action::PutRecord => body.get("Record").into_iter().collect(),
            Action::PutRecordBatch => body.get("Records").and_then(Value::as_array).into_iter().flatten().collect(),
        };
        if raw.is_empty() || raw.len() > RECORDS_MAX {
            return Err(Violation::Records(raw.len()));
        }
        let records = raw.iter().enumerate().map(|(i, record)| decode(i, record)).collect::<Result<Vec<_>, _>>()?;
        let bytes = records.iter().map(|record| record.bytes).sum();
        if bytes > CALL_BYTES_MAX {
            return Err(Violation::CallBytes(bytes));
        }
        Ok(Self { action, stream, records })
    }
}

fn is_stream_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn decode(index: usize, record: &Value) -> Result<Record, Violation> {
    let data = record.get("Data").and_then(Value::as_str).ok_or(Violation::Body("a record without Data"))?;
    let data =
        base64_simd::STANDARD.decode_to_vec(data.as_bytes()).map_err(|_| Violation::Body("Data is not base64"))?;
    if data.is_empty() || data.len() > RECORD_BYTES_MAX {
        return Err(Violation::RecordBytes { index, bytes: data.len() });
    }
    let lines: Vec<&[u8]> = data.split_inclusive(|&byte| byte == b'\n').collect();
    if lines.len() > RECORD_LINES_MAX {
        return Err(Violation::RecordLines { index, lines: lines.len() });
    }
    let lines = lines.iter().enumerate().map(|(at, line)| check_line(index, at, line)).collect::<Result<_, _>>()?;
    Ok(Record { bytes: data.len(), lines })
}

fn check_line(index: usize, line: usize, bytes: &[u8]) -> Result<Line, Violation> {
    let bad = |what| Violation::Line { index, line, what };
    if !bytes.ends_with(b"\n") {
        return Err(bad("does not end with a newline"));
    }
    let Ok(Value::Object(event)) = serde_json::from_slice(bytes) else {
        return Err(bad("not a JSON object"));
    };
    let id = event.get("event_id").and_then(Value::as_str).filter(|id| !id.is_empty());
    Ok(Line { event_id: id.ok_or(bad("no event_id"))?.to_owned(), bytes: bytes.to_vec() })
}
