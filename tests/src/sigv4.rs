//! Signature Version 4 as the service checks it: shape always, the signature itself when the key is known.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html> (2026-11-24).

use jiff::Timestamp;
use ring::{digest, hmac};

use crate::call::Violation;
use crate::http::Request;

/// A pair of keys that the double knows, so that it can compute signatures itself.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// The public half.
    pub id: String,
    /// The secret half.
    pub secret: String,
}

/// What a well-formed signature says.
pub(crate) struct Signed {
    /// When the client says it signed.
    pub(crate) at: Timestamp,
    /// Whether a session token came along.
    pub(crate) session: Session,
}

/// Whether the credentials are temporary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Session {
    /// A security token was sent.
    Token,
    /// Long-lived keys.
    None,
}

/// Checks shape and, with a known key, the signature.
pub(crate) fn check(request: &Request, key: Option<&AccessKey>) -> Result<Signed, Violation> {
    let bad = |why: &'static str| Violation::Signature(why);
    let header = request.header("authorization").ok_or(bad("no authorization header"))?;
    let fields = header.strip_prefix("AWS4-HMAC-SHA256 ").ok_or(bad("not AWS4-HMAC-SHA256"))?;
    let field = |name: &str| {
        let mut found = fields.split(',').map(str::trim).filter_map(|part| part.strip_prefix(name));
        found.next().and_then(|rest| rest.strip_prefix('='))
    };
    let credential = field("Credential").ok_or(bad("no Credential"))?;
    let signed_headers = field("SignedHeaders").ok_or(bad("no SignedHeaders"))?;
    let signature = field("Signature").ok_or(bad("no Signature"))?;
    if signature.len() != 64 || !signature.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(bad("the signature is not 64 hexadecimal digits"));
    }
    let scope: Vec<&str> = credential.split('/').collect();
    let [id, date, region, "firehose", "aws4_request"] = *scope.as_slice() else {
        return Err(bad("the scope is not key/date/region/firehose/aws4_request"));
    };
    let stamp = request.header("x-amz-date").ok_or(bad("no x-amz-date"))?;
    let at = parse_stamp(stamp).ok_or(bad("x-amz-date is not YYYYMMDDTHHMMSSZ"))?;
    if !stamp.starts_with(date) || id.is_empty() || region.is_empty() {
        return Err(bad("the scope does not fit the date, or has an empty part"));
    }
    let names: Vec<&str> = signed_headers.split(';').collect();
    if !names.is_sorted() || !["host", "x-amz-date"].iter().all(|name| names.contains(name)) {
        return Err(bad("host and x-amz-date must be signed, in order"));
    }
    let session = match request.header("x-amz-security-token") {
        Some(_) if !names.contains(&"x-amz-security-token") => return Err(bad("the security token is not signed")),
        Some("") => return Err(bad("the security token is empty")),
        Some(_) => Session::Token,
        None => Session::None,
    };
    if let Some(key) = key {
        if key.id != id {
            return Err(bad("unknown access key"));
        }
        let expected = signature_of(request, &names, stamp, [date, region], &key.secret)
            .ok_or(bad("a signed header is missing"))?;
        if expected != signature {
            return Err(bad("the signature does not match"));
        }
    }
    Ok(Signed { at, session })
}

fn parse_stamp(stamp: &str) -> Option<Timestamp> {
    jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp)
        .ok()?
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

fn signature_of(request: &Request, names: &[&str], stamp: &str, scope: [&str; 2], secret: &str) -> Option<String> {
    let mut canonical = format!("{}\n{}\n\n", request.method, request.target);
    for name in names {
        canonical.push_str(&format!("{name}:{}\n", request.header(name)?));
    }
    canonical.push_str(&format!("\n{}\n{}", names.join(";"), sha256_hex(&request.body)));
    let [date, region] = scope;
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{date}/{region}/firehose/aws4_request\n{}",
        sha256_hex(canonical.as_bytes())
    );
    let mut key = mac(format!("AWS4{secret}").as_bytes(), date.as_bytes());
    for part in [region, "firehose", "aws4_request"] {
        key = mac(&key, part.as_bytes());
    }
    Some(hex(&mac(&key, to_sign.as_bytes())))
}

fn mac(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref().to_vec()
}

fn sha256_hex(data: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, data).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
