//! Delivers batches to Amazon Data Firehose, one stream a data class.
//!
//! Promises: one call, never a retry; every answer becomes an [`Answer`], and one that says something other than
//! "this record is stored" about each record settles nothing it does not speak of. No text of the service travels on:
//! it may quote names and identities.
//!
//! Credentials are looked up anew after an answer that casts doubt on them, so that a login heals without a restart.

mod answer;
mod body;
mod caller;
mod probe;
#[cfg(test)]
mod tests;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_firehose::Client;
use pipeline::pack::{Batch, BatchLimits, Form};
use pipeline::ship::{Answer, Trouble};
use scrubber::DataClass;
use tracing::debug;

pub use caller::Caller;
pub use probe::Probe;

use self::body::Body;
use super::Sink;
use crate::edge::aws::{Aws, AwsError, AwsSettings};

/// What the settings say about the Firehose sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirehoseSettings {
    /// Region, endpoint, credentials.
    pub aws: AwsSettings,
    /// The stream of each class; events of a class without one are not sent.
    pub streams: Streams,
}

/// The streams by data class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Streams {
    /// Events of the `metrics` tier.
    pub internal: Option<String>,
    /// Events of the `activity` tier.
    pub confidential: Option<String>,
    /// Events of the `content` tier.
    pub restricted: Option<String>,
}

impl Streams {
    fn of(&self, class: DataClass) -> Option<&str> {
        match class {
            DataClass::Internal => self.internal.as_deref(),
            DataClass::Confidential => self.confidential.as_deref(),
            DataClass::Restricted => self.restricted.as_deref(),
        }
    }
}

/// The Firehose sink cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum FirehoseError {
    /// The settings of the cloud cannot be used.
    #[error("cannot use the settings for Amazon Web Services")]
    Aws(#[from] AwsError),
    /// A stream's name is not one.
    #[error("\"{0}\" is not the name of a stream (1 to 64 of letters, digits, _ . -)")]
    StreamName(String),
    /// No class has a stream.
    #[error("no stream is named")]
    NoStream,
}

/// Amazon Data Firehose.
pub struct FirehoseSink {
    aws: Aws,
    streams: Streams,
    credentials: Credentials,
    client: Option<Client>,
    /// The client has learnt from the service how far this clock is off, which ends with the next jump of the clock.
    corrects_clock: bool,
}

enum Credentials {
    /// Looked up as the settings say.
    LookedUp,
    /// Handed in.
    Given(SharedCredentialsProvider),
}

impl FirehoseSink {
    /// Checks the settings. Connects to nothing and asks for no credentials.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used.
    pub fn new(settings: FirehoseSettings) -> Result<Self, FirehoseError> {
        Self::with(settings, Credentials::LookedUp)
    }

    /// As [`FirehoseSink::new`], with credentials in place of those that the settings would find.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used.
    pub fn with_credentials(
        settings: FirehoseSettings,
        credentials: SharedCredentialsProvider,
    ) -> Result<Self, FirehoseError> {
        Self::with(settings, Credentials::Given(credentials))
    }

    fn with(settings: FirehoseSettings, credentials: Credentials) -> Result<Self, FirehoseError> {
        let FirehoseSettings { aws, streams } = settings;
        let names: Vec<&str> = DataClass::ALL.into_iter().filter_map(|class| streams.of(class)).collect();
        if names.is_empty() {
            return Err(FirehoseError::NoStream);
        }
        if let Some(name) = names.into_iter().find(|name| !is_stream_name(name)) {
            return Err(FirehoseError::StreamName(name.to_owned()));
        }
        Ok(Self { aws: Aws::new(aws)?, streams, credentials, client: None, corrects_clock: false })
    }

    fn client(&mut self) -> Client {
        if let Some(client) = &self.client {
            return client.clone();
        }
        let client = self.aws.firehose_with(self.provider());
        self.client.insert(client).clone()
    }

    fn provider(&self) -> SharedCredentialsProvider {
        match &self.credentials {
            Credentials::LookedUp => self.aws.credentials(),
            Credentials::Given(credentials) => credentials.clone(),
        }
    }

    async fn send(&mut self, class: DataClass, records: impl Iterator<Item = &[u8]> + Clone) -> Answer {
        let Some(stream) = self.streams.of(class).map(str::to_owned) else {
            return Answer::Trouble(Trouble::StreamMissing);
        };
        let count = records.clone().count();
        let body = Body::of(&stream, records);
        let call = self.client().put_record_batch().delivery_stream_name(stream).customize().interceptor(body);
        let answer = match call.send().await {
            Ok(output) => answer::of_output(&output, count),
            Err(error) => Answer::Trouble(answer::of_error(&error)),
        };
        let Answer::Trouble(mut trouble) = answer else { return answer };
        if casts_doubt_on_credentials(trouble) {
            self.client = None;
            if std::mem::take(&mut self.corrects_clock) {
                // The clock was set right: what is refused is the correction.
                trouble = Trouble::ClockSkew;
            }
        } else if trouble == Trouble::ClockSkew {
            self.corrects_clock = true;
        }
        debug!(class = class.as_str(), records = count, ?trouble, "a call brought nothing");
        Answer::Trouble(trouble)
    }
}

impl Sink for FirehoseSink {
    fn limits(&self) -> BatchLimits {
        BatchLimits::FIREHOSE
    }

    fn form(&self) -> Form {
        Form::Plain
    }

    async fn put(&mut self, batch: &Batch) -> Answer {
        self.send(batch.class(), batch.records().iter().map(|record| record.bytes())).await
    }
}

fn is_stream_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

fn casts_doubt_on_credentials(trouble: Trouble) -> bool {
    match trouble {
        Trouble::CredentialsMissing | Trouble::CredentialsExpired | Trouble::RoleRefused | Trouble::AccessDenied => {
            true
        }
        Trouble::Throttled
        | Trouble::Unavailable
        | Trouble::OutcomeUnknown
        | Trouble::Offline
        | Trouble::CaptivePortal
        | Trouble::Proxy
        | Trouble::Tls
        | Trouble::TlsVersion
        | Trouble::Certificate
        | Trouble::CertificateDate
        | Trouble::CertificateName
        | Trouble::StreamMissing
        | Trouble::EncryptionKey
        | Trouble::ClockSkew
        | Trouble::Rejected
        | Trouble::Disk => false,
    }
}
