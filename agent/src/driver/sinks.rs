//! The sink that the settings name.

use super::signals;
use super::status::Credentials;
use crate::config::{self, Config, Paths};
use crate::edge::aws::{AssumeRole, AwsSettings, Endpoints};
use crate::edge::sink::Sink;
use crate::edge::sink::directory::{Compression, DirectoryError, DirectorySettings, DirectorySink};
use crate::edge::sink::firehose::{FirehoseError, FirehoseSettings, FirehoseSink, Streams};
use pipeline::limit::{Rate, Rates};
use pipeline::pack::{Batch, BatchLimits, Form};
use pipeline::ship::{Answer, Settings};
use scrubber::{DataClass, Tier};
use std::time::Duration;

pub use crate::edge::aws::{Reached, Source, TrustError, check_bundle};
pub use crate::edge::sink::firehose::{Caller, Probe};

/// One of the sinks.
pub enum AnySink {
    /// Files on this machine.
    Directory(Box<DirectorySink>),
    /// Amazon Data Firehose.
    Firehose(Box<FirehoseSink>),
}

/// The sink cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The folder cannot be used.
    #[error("cannot set up the directory sink")]
    Directory(#[from] DirectoryError),
    /// The stream's settings cannot be used.
    #[error("cannot set up the Firehose sink")]
    Firehose(#[from] FirehoseError),
}

impl AnySink {
    /// Sets up the sink that the settings name.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub fn new(config: &Config, paths: &Paths) -> Result<Self, SinkError> {
        match &config.sink {
            config::Sink::Directory(directory) => {
                let compression = match directory.compression {
                    config::Compression::Gzip => Compression::Gzip,
                    config::Compression::None => Compression::None,
                };
                let path = directory.path.clone().unwrap_or_else(|| paths.lake.clone());
                Ok(Self::Directory(Box::new(DirectorySink::new(DirectorySettings { path, compression })?)))
            }
            config::Sink::Firehose(firehose) => {
                Ok(Self::Firehose(Box::new(FirehoseSink::new(firehose_settings(firehose))?)))
            }
        }
    }

    /// Whether it needs credentials.
    pub fn credentials(&self) -> Credentials {
        match self {
            Self::Directory(_) => Credentials::NotNeeded,
            Self::Firehose(_) => Credentials::Needed,
        }
    }

    /// Whether the sink of the settings could be set up. Makes nothing and connects to nothing.
    ///
    /// # Errors
    /// What would keep it from being set up.
    pub fn check(config: &Config, paths: &Paths) -> Result<(), SinkError> {
        match &config.sink {
            config::Sink::Firehose(_) => Self::new(config, paths).map(|_| ()),
            // The folder is made by the first delivery.
            config::Sink::Directory(_) => Ok(()),
        }
    }

    /// Which source of credentials is set up, without asking it; `None` where there is none or the sink is a folder.
    pub fn credentials_source(config: &Config, paths: &Paths) -> Option<Source> {
        let config::Sink::Firehose(firehose) = &config.sink else { return None };
        Source::find(firehose.profile.as_deref(), &paths.home, |name| std::env::var_os(name))
    }

    /// Makes calls that deliver nothing, to each stream that a tier may use, and says what they met; `None` where the sink is a
    /// folder or cannot be set up.
    pub fn probe(config: &Config, paths: &Paths, tier: Tier) -> Option<Probe> {
        let Ok(Self::Firehose(mut sink)) = Self::new(config, paths) else { return None };
        let runtime = signals::runtime().ok()?;
        // A project may be held to a tier below, and the agent's health is told under the narrowest.
        let classes: Vec<_> = DataClass::ALL.into_iter().filter(|class| *class <= tier.data_class()).collect();
        Some(runtime.block_on(sink.probe_all(&classes)))
    }

    /// How to ship to it.
    pub fn ship_settings(&self, config: &Config) -> Settings {
        let limits = self.limits();
        match (&config.sink, self) {
            (config::Sink::Firehose(firehose), _) => Settings {
                limits,
                flush_interval: firehose.flush_interval,
                rates: rates(&config.limits, limits),
                bytes_per_day: Some(config.limits.bytes_per_day),
                start_jitter: config.limits.start_jitter,
            },
            (config::Sink::Directory(_), _) => Settings {
                limits,
                flush_interval: Duration::from_secs(60),
                rates: Rates::default(),
                bytes_per_day: None,
                start_jitter: Duration::ZERO,
            },
        }
    }
}

impl Sink for AnySink {
    fn limits(&self) -> BatchLimits {
        match self {
            Self::Directory(sink) => sink.limits(),
            Self::Firehose(sink) => sink.limits(),
        }
    }

    fn form(&self) -> Form {
        match self {
            Self::Directory(sink) => sink.form(),
            Self::Firehose(sink) => sink.form(),
        }
    }

    async fn put(&mut self, batch: &Batch) -> Answer {
        match self {
            Self::Directory(sink) => sink.put(batch).await,
            Self::Firehose(sink) => sink.put(batch).await,
        }
    }
}

fn firehose_settings(firehose: &config::FirehoseSink) -> FirehoseSettings {
    FirehoseSettings {
        aws: AwsSettings {
            endpoint_url: firehose.endpoint_url.clone(),
            endpoints: if firehose.fips { Endpoints::Fips } else { Endpoints::Standard },
            profile: firehose.profile.clone(),
            assume_role: firehose
                .assume_role
                .as_ref()
                .map(|role| AssumeRole { role_arn: role.role_arn.clone(), external_id: role.external_id.clone() }),
            ca_bundle: firehose.ca_bundle.clone(),
            // The settings have checked the region against the allowed ones.
            ..AwsSettings::for_region(&firehose.region)
        },
        streams: Streams {
            internal: Some(firehose.streams.internal.clone()),
            confidential: Some(firehose.streams.confidential.clone()),
            restricted: Some(firehose.streams.restricted.clone()),
        },
    }
}

/// Limits a second, with room for one full call at once.
fn rates(limits: &config::Limits, batch: BatchLimits) -> Rates {
    let rate = |per_second: u64, burst: usize| {
        (per_second > 0).then(|| Rate { per_second, burst: (burst as u64).max(per_second) })
    };
    Rates {
        calls: rate(limits.calls_per_second, 1),
        records: rate(limits.records_per_second, batch.records_max),
        bytes: rate(limits.bytes_per_second, batch.bytes_max),
    }
}
