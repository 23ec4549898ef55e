//! Consent: what its user has allowed, and whether sending is allowed now.
//!
//! Promises: nothing but the ledger makes a [`Grant`], a grant lasts while the ledger is borrowed and cannot be copied, and
//! whatever is doubtful (an altered ledger, a torn one, an unusable policy, another destination) means off. No policy and
//! no setting widens what the user granted. Leaves out on purpose: files, prompts, the environment and chance; they are
//! handed in.
//!
//! The hash chain shows accidents and edits within the ledger. It cannot show that whole entries were cut off its end
//! by somebody who may write the user's files; such a person could also grant.
//!
//! Start at [`Ledger::stand`].

mod entry;
mod ledger;
mod mode;

pub use entry::{
    ConsentId, ConsentText, Entry, Given, GrantEntry, GrantRequest, Refusal, RefuseEntry, RevokeEntry, What,
};
pub use ledger::{Ledger, LedgerError, Pending};
pub use mode::{Ask, Circumstances, Environment, Grant, Mode, OffReason, PolicyStanding, Standing, UnknownMode};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
