//! A call that delivers nothing.

use super::FirehoseSink;
use pipeline::ship::{Answer, Trouble};
use scrubber::DataClass;

impl FirehoseSink {
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
}
