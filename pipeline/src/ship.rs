//! What a sink answers, and what is done about it.

/// What became of one record of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The sink has it for good.
    Accepted,
    /// The sink refused it for now (throttled, internal error).
    Throttled,
    /// The sink failed inside.
    Failed,
}

/// Why a whole call brought no outcome for its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// Asked to slow down.
    Throttled,
    /// The service is unavailable or failed inside.
    Unavailable,
    /// No answer in time, or it was cut off: whether the records were stored is unknown.
    OutcomeUnknown,
    /// No network, no DNS, connection refused.
    Offline,
    /// Something between answered in the service's place (a captive portal, a filtering proxy).
    CaptivePortal,
    /// The proxy refused or asks for a password.
    Proxy,
    /// The server's certificate is not trusted, or TLS 1.3 was refused.
    Tls,
    /// No credentials are to be had.
    CredentialsMissing,
    /// Credentials have expired (a single sign-on session among others).
    CredentialsExpired,
    /// The credentials may not write to the stream.
    AccessDenied,
    /// The stream does not exist.
    StreamMissing,
    /// The stream's encryption key is disabled or may not be used.
    EncryptionKey,
    /// This machine's clock is off by more than the service allows.
    ClockSkew,
    /// The call was malformed by the service's word; a fault of ours.
    Rejected,
    /// The local disk is full or not writable (directory sink).
    Disk,
}

/// A sink's answer to one call: an input of the shipper, which decides what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The call went through; one outcome for each record, in order. A wrong number settles nothing.
    Settled(Vec<Outcome>),
    /// The call brought nothing.
    Trouble(Trouble),
}
