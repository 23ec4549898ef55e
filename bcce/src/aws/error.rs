//! What can go wrong between here and a service.

use agent::cli::hinted;
use aws_credential_types::provider::error::CredentialsError;
use serde_json::Value;

use super::{Answer, Call, Xml};

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// Endpoint or certificate authorities.
    #[error("cannot set up the connection to Amazon Web Services")]
    Settings(#[source] agent::edge::aws::AwsError),
    /// Neither the command line nor the environment nor the profile names a region.
    #[error("no region is known")]
    NoRegion,
    /// The region's name is not one.
    #[error("\"{0}\" is not the name of a region")]
    Region(String),
}

/// A call failed for good.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No credentials were found, or they could not be fetched.
    #[error("there are no AWS credentials")]
    NoCredentials(#[source] CredentialsError),
    /// Nobody answered, or not as a service does.
    #[error("{service} {action}: no answer")]
    Unreachable {
        /// The service.
        service: &'static str,
        /// The call.
        action: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The service said no.
    #[error("{service} {action}: {code}{}{message}", if message.is_empty() { "" } else { ": " })]
    Refused {
        /// The service.
        service: &'static str,
        /// The call.
        action: String,
        /// The status of HTTP.
        status: u16,
        /// The service's own word for it, such as `AccessDenied`.
        code: String,
        /// What it says to people.
        message: String,
    },
    /// Something answered that is not the service.
    #[error("{service} {action}: the answer is not one of the service")]
    Malformed {
        /// The service.
        service: &'static str,
        /// The call.
        action: String,
    },
}

impl CallError {
    /// The service's own word for what it refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::NoCredentials(_) | Self::Unreachable { .. } | Self::Malformed { .. } => None,
        }
    }

    /// Whether the service said that what was asked for is not there.
    pub fn is_missing(&self) -> bool {
        const MISSING: [&str; 12] = [
            "EntityNotFoundException",
            "NoSuchBucket",
            "NoSuchBucketPolicy",
            "NoSuchEntity",
            "NoSuchKey",
            "NoSuchLifecycleConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
            "NotFoundException",
            "ResourceNotFoundException",
            "ServerSideEncryptionConfigurationNotFoundError",
            "TrailNotFoundException",
            "NotFound",
        ];
        self.code().is_some_and(|code| MISSING.contains(&code))
    }

    /// Whether the service said that this identity may not.
    pub fn is_denied(&self) -> bool {
        self.code().is_some_and(|code| code.starts_with("AccessDenied") || code == "UnauthorizedOperation")
    }

    /// Whether the same call may pass a little later.
    pub(super) fn may_heal(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, code, .. } => {
                matches!(status, 429 | 500 | 502 | 503 | 504)
                    || code.contains("Throttl")
                    || code == "TooManyRequestsException"
            }
            Self::NoCredentials(_) | Self::Malformed { .. } => false,
        }
    }

    /// The error with what its reader can do.
    pub fn explained(self) -> anyhow::Error {
        let expired = self.code().is_some_and(|code| code.starts_with("ExpiredToken"));
        let hint = match &self {
            Self::NoCredentials(_) => "log in (`aws sso login`), set AWS_PROFILE, or name a profile with --profile",
            Self::Refused { .. } if expired => "the credentials have expired: log in again (`aws sso login`)",
            Self::Refused { .. } if self.is_denied() => {
                "this identity may not do that: assume the role of the stack that may (lake/README.md, Roles)"
            }
            Self::Refused { code, .. } if code == "InvalidClientTokenId" || code == "UnrecognizedClientException" => {
                "these credentials are unknown to AWS: look at AWS_PROFILE and the region"
            }
            Self::Unreachable { .. } => "look at the network, HTTPS_PROXY and AWS_CA_BUNDLE",
            Self::Malformed { .. } => {
                "something between here and the service answers in its place: look at HTTPS_PROXY"
            }
            Self::Refused { .. } => return self.into(),
        };
        let mut what = self.to_string();
        let mut cause = std::error::Error::source(&self);
        while let Some(error) = cause {
            what.push_str(&format!(": {error}"));
            cause = error.source();
        }
        hinted(what, hint)
    }
}

impl Call<'_> {
    /// Nobody answered this call.
    pub(super) fn unreachable(&self, source: Box<dyn std::error::Error + Send + Sync>) -> CallError {
        CallError::Unreachable { service: self.service, action: self.action.to_owned(), source }
    }

    /// The answer to this call makes no sense.
    pub(super) fn malformed(&self) -> CallError {
        CallError::Malformed { service: self.service, action: self.action.to_owned() }
    }

    /// What the service said in place of an answer, in either of the forms that services use.
    pub(super) fn refused(&self, status: u16, answer: &Answer) -> CallError {
        let (code, message) = said(answer).unwrap_or_else(|| (format!("HTTP {status}"), String::new()));
        CallError::Refused { service: self.service, action: self.action.to_owned(), status, code, message }
    }
}

fn said(answer: &Answer) -> Option<(String, String)> {
    if let Ok(Value::Object(told)) = serde_json::from_slice(&answer.body) {
        let text = |names: [&str; 2]| names.iter().find_map(|name| told.get(*name)?.as_str());
        let code = text(["__type", "code"])?;
        // Older services put a namespace before it, newer ones an address behind it.
        let code = code.rsplit_once('#').map_or(code, |(_, code)| code);
        let code = code.split_once(':').map_or(code, |(code, _)| code);
        return Some((code.to_owned(), text(["message", "Message"]).unwrap_or_default().to_owned()));
    }
    let told = Xml::parse(&answer.body)?;
    // S3's error is the document itself, those of other services stand within it, for a while under `Errors`.
    let error = if told.name() == "Error" { &told } else { told.at("Error").or_else(|| told.at("Errors/Error"))? };
    Some((error.text_at("Code").to_owned(), error.text_at("Message").to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, code: &str, message: &str) {
        let answer = Answer { headers: Vec::new(), body: body.as_bytes().to_vec() };
        assert_eq!(said(&answer), Some((code.to_owned(), message.to_owned())), "{body}");
    }

    #[test]
    fn what_a_service_refuses_is_read_in_every_form_that_services_use() {
        check(r#"{"__type":"com.amazonaws.kms#NotFoundException","message":"no key"}"#, "NotFoundException", "no key");
        check(r#"{"__type":"AccessDeniedException:http://x/","Message":"no"}"#, "AccessDeniedException", "no");
        check("<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>", "NoSuchBucket", "gone");
        let query = "<ErrorResponse xmlns='urn:x'><Error><Code>ValidationError</Code><Message>m</Message></Error></ErrorResponse>";
        check(query, "ValidationError", "m");
        let page = Answer { headers: Vec::new(), body: b"<html><p>log in".to_vec() };
        assert_eq!(said(&page), None);
    }
}
