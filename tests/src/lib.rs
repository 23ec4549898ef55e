//! A strict double of the Amazon Data Firehose endpoint.
//!
//! It speaks the JSON 1.1 protocol of `PutRecord` and `PutRecordBatch` over plain HTTP/1.1 on loopback, holds a client to
//! every limit of the service ([`Violation`]), keeps what it accepted ([`Received`]), counts what the service would
//! bill, and plays faults from a [`Script`].
//!
//! A limit that is violated is never passed over: the call is refused, and dropping or [finishing](Double::finish) the
//! double fails the test. Start at [`Double::start`]; the binary `firehose-double` wraps the same server for tests that
//! run the agent as a process of its own.
//!
//! Left out on purpose: TLS, HTTP/2, delivery to a lake, the control plane.

mod call;
mod double;
mod http;
mod received;
mod script;
mod server;
mod sigv4;

pub use call::{Action, Violation};
pub use double::{Double, Options};
pub use received::{Again, Answer, Received, billed_bytes};
pub use script::{Chance, Fault, Script, ScriptError};
pub use sigv4::AccessKey;
