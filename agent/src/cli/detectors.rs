//! What commands look at texts with that their user hands them. Before consent the secrets of credential files are not known: nothing
//! looks into those files then.

use super::Context;
use crate::edge::host::Host;
use crate::edge::ledger::LedgerFile;
use crate::policy;
use scrubber::detect::Engine;
use scrubber::{Policy, Tier};

/// What `run` would scrub with.
///
/// # Errors
/// When the policy cannot be put together.
pub(super) fn policy(context: &Context, host: &Host, tier: Tier) -> anyhow::Result<Policy> {
    let engine = engine(context, host)?;
    Ok(policy::with_engine(engine, &context.config, host, policy::passing_key()?, tier, "")?)
}

/// The detectors of that.
///
/// # Errors
/// When they cannot be put together.
pub(super) fn engine(context: &Context, host: &Host) -> anyhow::Result<Engine> {
    let engine = if is_granted(context) { policy::engine } else { policy::engine_before_consent };
    Ok(engine(&context.config, host)?)
}

/// Says what was not looked into, where that can make a difference.
pub(super) fn tell_unread(context: &Context) {
    if !context.config.known_values.is_empty() && !is_granted(context) {
        context.output.note(format_args!(
            "The credential files of {} were not looked into: that waits for your consent. Then their secrets are found as well.",
            context.config.known_values.join(", ")
        ));
    }
}

/// Whether [`engine`] looks into credential files.
pub(super) fn looks_into_credentials(context: &Context) -> bool {
    !context.config.known_values.is_empty() && is_granted(context)
}

/// Whether consent is in force.
fn is_granted(context: &Context) -> bool {
    let ledger = LedgerFile::open(&context.paths.state_dir);
    ledger.is_ok_and(|file| file.ledger().stand(&context.circumstances()).off.is_none())
}
