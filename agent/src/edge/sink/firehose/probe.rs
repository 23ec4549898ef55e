//! Calls that deliver nothing.

use super::{Caller, FirehoseSink, answer};
use crate::edge::aws::Reached;
use pipeline::ship::{Answer, Trouble};
use scrubber::DataClass;
use std::time::SystemTime;

/// What calls without any record met, each on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// A request without a signature: network, proxy, TLS, and the service's clock.
    pub way: Result<Reached, Trouble>,
    /// The token service's answer to who is calling.
    pub caller: Result<Caller, Trouble>,
    /// A signed call without any record to the stream of each class.
    pub streams: Vec<(DataClass, Result<(), Trouble>)>,
}

impl FirehoseSink {
    /// Makes all of them; the streams are those of these classes.
    pub async fn probe_all(&mut self, classes: &[DataClass]) -> Probe {
        let (way, caller) = (self.way().await, self.caller().await);
        let mut streams = Vec::new();
        for class in classes {
            streams.push((*class, self.probe(*class).await));
        }
        Probe { way, caller, streams }
    }

    /// Calls the stream of a class without any record. The service must refuse that as malformed: then credentials, network,
    /// TLS and clock are well, and nothing forbids the call.
    ///
    /// # Errors
    ///
    /// What else the call met.
    pub async fn probe(&mut self, class: DataClass) -> Result<(), Trouble> {
        match self.send(class, std::iter::empty()).await {
            Answer::Trouble(Trouble::Rejected) => Ok(()),
            Answer::Trouble(trouble) => Err(trouble),
            // An answer that takes nothing has taken nothing.
            Answer::Settled(_) => Ok(()),
        }
    }

    /// Asks the stream's service for nothing, without credentials.
    pub(super) async fn way(&self) -> Result<Reached, Trouble> {
        let answer = self.aws.ask_for_nothing().await;
        let here = SystemTime::now();
        match (answer::of_way(answer.as_ref()), &answer) {
            (None, Some(Ok(answer))) => Ok(self.aws.reached(answer, here).await),
            (trouble, _) => Err(trouble.unwrap_or(Trouble::OutcomeUnknown)),
        }
    }

    /// Asks the token service who these credentials are, which no policy can forbid
    /// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>, checked 2026-11-27).
    pub(super) async fn caller(&self) -> Result<Caller, Trouble> {
        let client = self.aws.sts_with(self.provider());
        let output = client.get_caller_identity().send().await.map_err(|error| answer::of_error(&error))?;
        let (account, arn) = (output.account().unwrap_or_default(), output.arn().unwrap_or_default());
        Caller::of(account, arn).ok_or(Trouble::OutcomeUnknown)
    }
}
