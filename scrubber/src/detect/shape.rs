//! Secrets that are told by their own shape: the rules of the rule files, long runs of token characters, keys cut at their beginning,
//! seeds of wallets.

pub(super) mod mnemonic;
pub(super) mod named;
pub(super) mod pem;
pub(super) mod runs;
