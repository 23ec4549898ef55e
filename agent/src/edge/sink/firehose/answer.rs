//! What an answer of the service means, or the lack of one.
//!
//! Codes: <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html> and
//! <https://docs.aws.amazon.com/firehose/latest/APIReference/CommonErrors.html> (checked 2026-11-24).

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_firehose::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_firehose::operation::put_record_batch::PutRecordBatchOutput;
use aws_sdk_firehose::primitives::{DateTime, DateTimeFormat};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use hyper_util::client::legacy;
use pipeline::ship::{Answer, Outcome, Trouble};

use crate::edge::aws::{ProxyRefused, Refused};

/// From here on a refused signature is put down to the clock; the service refuses at 5 minutes.
const SKEW: Duration = Duration::from_secs(4 * 60);

/// One outcome for each record, or none at all where the answer does not add up.
pub(super) fn of_output(output: &PutRecordBatchOutput, records: usize) -> Answer {
    let outcomes: Option<Vec<Outcome>> = output
        .request_responses()
        .iter()
        .map(|entry| match (entry.record_id(), entry.error_code()) {
            (Some(id), None) if !id.is_empty() => Some(Outcome::Accepted),
            (_, Some("ServiceUnavailableException" | "ThrottlingException")) => Some(Outcome::Throttled),
            (_, Some(_)) => Some(Outcome::Failed),
            (_, None) => None,
        })
        .collect();
    let Some(outcomes) = outcomes.filter(|outcomes| outcomes.len() == records) else {
        return Answer::Trouble(Trouble::OutcomeUnknown);
    };
    let failed = outcomes.iter().filter(|outcome| **outcome != Outcome::Accepted).count();
    if usize::try_from(output.failed_put_count()).ok() != Some(failed) {
        return Answer::Trouble(Trouble::OutcomeUnknown);
    }
    match shared_trouble(output).filter(|_| failed == records) {
        Some(trouble) => Answer::Trouble(trouble),
        None => Answer::Settled(outcomes),
    }
}

/// The one trouble that every record failed with, where it is of a kind that lasts.
fn shared_trouble(output: &PutRecordBatchOutput) -> Option<Trouble> {
    let mut codes = output.request_responses().iter().filter_map(|entry| entry.error_code());
    let first = codes.next()?;
    let trouble = of_code(first)?;
    let lasts = matches!(trouble, Trouble::EncryptionKey | Trouble::AccessDenied | Trouble::StreamMissing);
    (lasts && codes.all(|code| code == first)).then_some(trouble)
}

/// Why a call brought nothing.
pub(super) fn of_error<E>(error: &SdkError<E, HttpResponse>) -> Trouble
where
    E: Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => of_dispatch(error).unwrap_or(Trouble::Rejected),
        SdkError::DispatchFailure(_) => of_dispatch(error).unwrap_or(Trouble::OutcomeUnknown),
        SdkError::ResponseError(response) => of_strange_answer(response.raw()),
        SdkError::ServiceError(service) => of_service_error(service.err(), service.raw()),
        // The SDK may add kinds. Neither of these says whether the call went out.
        SdkError::TimeoutError(_) | _ => Trouble::OutcomeUnknown,
    }
}

fn of_service_error(error: &impl ProvideErrorMetadata, raw: &HttpResponse) -> Trouble {
    let status = raw.status().as_u16();
    let Some(code) = error.code().filter(|_| is_of_the_service(raw)) else { return of_strange_answer(raw) };
    match of_code(code) {
        Some(Trouble::AccessDenied) if signature_code(code) && is_skewed(raw) => Trouble::ClockSkew,
        Some(trouble) => trouble,
        None if status >= 500 => Trouble::Unavailable,
        None if status == 429 => Trouble::Throttled,
        None => Trouble::Rejected,
    }
}

/// What a request without a signature met, where it did not reach the service.
pub(super) fn of_way(answer: Option<&Result<HttpResponse, ConnectorError>>) -> Option<Trouble> {
    let response = match answer {
        None => return Some(Trouble::OutcomeUnknown),
        Some(Err(error)) => return Some(of_dispatch(error).unwrap_or(Trouble::OutcomeUnknown)),
        Some(Ok(response)) => response,
    };
    let page = response.headers().get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    match response.status().as_u16() {
        407 => Some(Trouble::Proxy),
        511 => Some(Trouble::CaptivePortal),
        _ => (page && !is_of_the_service(response)).then_some(Trouble::CaptivePortal),
    }
}

/// The meaning of an error code; `None` for one that we don't know.
fn of_code(code: &str) -> Option<Trouble> {
    Some(match code {
        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "LimitExceededException"
        | "RequestLimitExceeded"
        | "SlowDown" => Trouble::Throttled,
        "ServiceUnavailableException"
        | "ServiceUnavailable"
        | "InternalFailure"
        | "InternalServerError"
        | "InternalFailureException"
        | "InternalServiceError"
        | "RequestTimeout"
        | "RequestTimeoutException" => Trouble::Unavailable,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidClientTokenId"
        | "InvalidToken"
        | "UnrecognizedClientException"
        | "TokenRefreshRequired" => Trouble::CredentialsExpired,
        "MissingAuthenticationToken" | "MissingAuthenticationTokenException" => Trouble::CredentialsMissing,
        "RequestTimeTooSkewed" => Trouble::ClockSkew,
        "AccessDenied" | "AccessDeniedException" | "NotAuthorized" | "OptInRequired" => Trouble::AccessDenied,
        code if signature_code(code) => Trouble::AccessDenied,
        "ResourceNotFoundException" => Trouble::StreamMissing,
        "InvalidKMSResourceException" => Trouble::EncryptionKey,
        code if code.starts_with("KMS") => Trouble::EncryptionKey,
        _ => return None,
    })
}

fn signature_code(code: &str) -> bool {
    matches!(code, "InvalidSignatureException" | "SignatureDoesNotMatch" | "IncompleteSignature" | "AuthFailure")
}

/// An answer that does not read as one of the service: something in between spoke, or the body was cut off.
fn of_strange_answer(raw: &HttpResponse) -> Trouble {
    match raw.status().as_u16() {
        407 => Trouble::Proxy,
        429 => Trouble::Throttled,
        511 => Trouble::CaptivePortal,
        500.. => Trouble::Unavailable,
        _ if is_of_the_service(raw) => Trouble::OutcomeUnknown,
        _ => Trouble::CaptivePortal,
    }
}

/// Every answer of the service names its request or is in its protocol; a login page does neither.
fn is_of_the_service(raw: &HttpResponse) -> bool {
    let json = raw.headers().get("content-type").is_some_and(|kind| kind.starts_with("application/x-amz-json"));
    json || raw.headers().get("x-amzn-requestid").is_some()
}

fn is_skewed(raw: &HttpResponse) -> bool {
    let date = raw.headers().get("date").and_then(|date| DateTime::from_str(date, DateTimeFormat::HttpDate).ok());
    let Some(there) = date.and_then(|date| SystemTime::try_from(date).ok()) else { return false };
    let here = SystemTime::now();
    let off = there.duration_since(here).or_else(|_| here.duration_since(there)).unwrap_or_default();
    off > SKEW
}

/// Looks into a call that never got an answer; `None` where it had gone out and nobody knows.
fn of_dispatch(error: &(dyn Error + 'static)) -> Option<Trouble> {
    let mut found = Found::default();
    look_into(error, &mut found);
    if let Some(trouble) = found.credentials {
        return Some(found.network().unwrap_or(trouble));
    }
    found.network().or(found.refused.then_some(Trouble::Rejected))
}

/// What lies in the chain of causes.
#[derive(Default)]
struct Found {
    credentials: Option<Trouble>,
    connect: bool,
    proxy: bool,
    tls: Option<Trouble>,
    io: bool,
    refused: bool,
}

impl Found {
    /// Why no connection came about, if that is what happened.
    fn network(&self) -> Option<Trouble> {
        match self {
            Self { connect: false, .. } => None,
            Self { tls: Some(trouble), .. } => Some(*trouble),
            // A proxy that cannot be reached is part of the network being away; one that says no is not.
            Self { proxy: true, io: false, .. } => Some(Trouble::Proxy),
            Self { .. } => Some(Trouble::Offline),
        }
    }
}

fn look_into(error: &(dyn Error + 'static), found: &mut Found) {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<CredentialsError>() {
            note_credentials(error, found);
        }
        found.connect |= error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect);
        found.proxy |= error.is::<ProxyRefused>();
        found.tls = found.tls.or(error.downcast_ref().map(of_handshake));
        found.refused |= error.is::<Refused>();
        if found.credentials.is_some() {
            found.credentials = by_words(error).or(found.credentials);
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            found.io = true;
            // `source` of an I/O error skips the error it wraps.
            if let Some(inner) = io.get_ref() {
                look_into(inner, found);
            }
        }
        next = error.source();
    }
}

/// Why no TLS came about. Other versions than ours are refused by an alert, by an answer in an older version, or for want of
/// ciphers: a server that does not know of TLS 1.3 finds none of its own in what we offer.
fn of_handshake(error: &rustls::Error) -> Trouble {
    use rustls::AlertDescription::{HandshakeFailure, InsufficientSecurity, ProtocolVersion};
    use rustls::CertificateError;
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
    };
    use rustls::Error::{AlertReceived, InvalidCertificate, NoCertificatesPresented, PeerIncompatible};
    let of_date = |why: &CertificateError| {
        matches!(why, Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. })
    };
    if matches!(error, InvalidCertificate(why) if of_date(why)) {
        Trouble::CertificateDate
    } else if matches!(error, InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) {
        Trouble::CertificateName
    } else if matches!(error, InvalidCertificate(_) | NoCertificatesPresented) {
        Trouble::Certificate
    } else if matches!(
        error,
        AlertReceived(ProtocolVersion | HandshakeFailure | InsufficientSecurity) | PeerIncompatible(_)
    ) {
        Trouble::TlsVersion
    } else {
        Trouble::Tls
    }
}

fn note_credentials(error: &CredentialsError, found: &mut Found) {
    let trouble = match error {
        // A provider that timed out was waiting for the network (single sign-on, the token service) or a process.
        CredentialsError::ProviderTimedOut(_) => Trouble::Offline,
        CredentialsError::CredentialsNotLoaded(_)
        | CredentialsError::InvalidConfiguration(_)
        | CredentialsError::ProviderError(_)
        | CredentialsError::Unhandled(_)
        | _ => Trouble::CredentialsMissing,
    };
    found.credentials.get_or_insert(trouble);
}

/// The SDK has no public types for an expired login or a refused role, only words; they are read here and never passed
/// on.
fn by_words(error: &(dyn Error + 'static)) -> Option<Trouble> {
    const EXPIRED: [&str; 4] = ["expired", "sso token", "sso session", "session token not found or invalid"];
    let words = error.to_string().to_ascii_lowercase();
    if EXPIRED.iter().any(|expired| words.contains(expired)) {
        return Some(Trouble::CredentialsExpired);
    }
    words.contains("accessdenied").then_some(Trouble::RoleRefused)
}
