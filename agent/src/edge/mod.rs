//! The outside world: files, database, keys, cloud. Decides nothing: no retry, batching, limits or policy.

pub mod aws;
pub mod clock;
pub mod credentials;
pub mod files;
mod gitconfig;
pub mod host;
pub mod kept;
pub mod key;
mod keychain;
pub mod ledger;
pub mod lock;
pub mod manager;
pub mod network;
pub mod notice;
pub mod power;
pub mod priority;
pub mod private;
pub mod projects;
mod remotes;
pub mod sandbox;
pub mod sink;
#[cfg(windows)]
#[path = "pipe.rs"]
pub mod socket;
#[cfg(unix)]
pub mod socket;
mod sshconfig;
pub mod store;
pub mod watch;
