//! The body of a `PutRecordBatch`, written into one buffer of the right size
//! (<https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>, checked 2026-11-24).
//!
//! The SDK would copy each record, write its base64 into a string of its own, and all of them into a body that grows by doubling, all
//! of it memory that is given back after the call and zeroed for the next. So it gets no records, and before it signs the
//! request this body takes the place of what it wrote.

use std::fmt;

use aws_sdk_firehose::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_firehose::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_firehose::error::BoxError;
use aws_smithy_types::body::SdkBody;
use base64_simd::STANDARD;

const BEFORE_STREAM: &[u8] = b"{\"DeliveryStreamName\":\"";
const BEFORE_RECORDS: &[u8] = b"\",\"Records\":[";
const BEFORE_DATA: &[u8] = b"{\"Data\":\"";
const AFTER_DATA: &[u8] = b"\"}";
const END: &[u8] = b"]}";

/// Replaces the body of the one request that it is handed to.
pub(super) struct Body(SdkBody);

impl Body {
    /// Of a stream, whose name needs no escapes, and records.
    pub(super) fn of<'a>(stream: &str, records: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        Self(written(stream, records).into())
    }
}

fn written<'a>(stream: &str, records: impl Iterator<Item = &'a [u8]> + Clone) -> Vec<u8> {
    let around = BEFORE_STREAM.len() + stream.len() + BEFORE_RECORDS.len() + END.len();
    let of_record = |record: &[u8]| 1 + BEFORE_DATA.len() + STANDARD.encoded_length(record.len()) + AFTER_DATA.len();
    // Each of them with a comma, and the first without.
    let all = records.clone().map(of_record).sum::<usize>().saturating_sub(1);
    let mut body = Vec::with_capacity(around + all);
    for part in [BEFORE_STREAM, stream.as_bytes(), BEFORE_RECORDS] {
        body.extend_from_slice(part);
    }
    for (place, record) in records.enumerate() {
        if place > 0 {
            body.push(b',');
        }
        body.extend_from_slice(BEFORE_DATA);
        STANDARD.encode_append(record, &mut body);
        body.extend_from_slice(AFTER_DATA);
    }
    body.extend_from_slice(END);
    body
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
}

impl Intercept for Body {
    fn name(&self) -> &'static str {
        "Body"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = self.0.try_clone().ok_or("the body cannot be copied")?;
        let length = body.content_length().ok_or("the body has no length")?;
        let request = context.request_mut();
        request.headers_mut().insert("content-length", length.to_string());
        *request.body_mut() = body;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_json_that_the_reference_shows_in_a_buffer_of_its_size() {
        for records in [&[][..], &[&b"{}\n"[..]], &[b"a\xffb\n", b"", b"{\"x\":\"\xc3\xa9\"}\n"]] {
            let body = written("bcce-internal_1.x", records.iter().copied());
            let data: Vec<_> =
                records.iter().map(|data| serde_json::json!({"Data": STANDARD.encode_to_string(data)})).collect();
            let expected = serde_json::json!({"DeliveryStreamName": "bcce-internal_1.x", "Records": data});
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&body).ok(), Some(expected));
            assert_eq!(body.capacity(), body.len());
        }
    }

    #[test]
    fn what_describes_a_body_holds_none_of_it() {
        assert_eq!(format!("{:?}", Body::of("stream", [&b"secret"[..]].into_iter())), "Body(..)");
    }
}
