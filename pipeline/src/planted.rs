//! Bugs that the simulation plants to show that it would catch them.
//!
//! None is there unless a test says so: without the feature `planted-bugs`, and in every build without debug assertions,
//! [`is_planted`] is a constant. Where each one bites is where its name is used.

/// A mistake that a machine of this crate could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Records that were accepted go again with those that failed.
    ResendsAccepted,
    /// Outcomes are given to other records than those they are about.
    MixesUpOutcomes,
    /// A call that brought nothing is forgotten with all its segments.
    ForgetsTroubledCall,
    /// A second call goes while one is in flight.
    TwoCallsInFlight,
    /// Calls are not charged to the rate limits.
    RatesNotCharged,
    /// The day's bytes are not counted.
    DayNotCounted,
    /// After a failure the newest goes first.
    OrderBrokenOnRetry,
    /// The breaker opens and lets nothing through any more.
    BreakerNeverCloses,
    /// What was made for a wider tier than the grant's goes as it is.
    IgnoresTier,
    /// What was made under another policy goes as it is.
    IgnoresPolicy,
    /// What the store committed while more was fetched is never asked for.
    ForgetsAppendedDuringFetch,
    /// What was made under a consent that was taken back goes under the next one.
    ForgetsRevocation,
    /// A receipt that could not be recorded does not come again.
    ForgetsUnrecordedReceipt,
    /// A call is filled beyond the limit of its bytes.
    OverfillsCalls,
    /// A file with other content than was read is taken for the one that was read.
    TrustsFileNames,
    /// A file that was cut is read from its start, whatever stood there before consent.
    ForgetsFloor,
    /// What waits of a project that was opted out goes.
    IgnoresProjects,
    /// Segments are kept in mind after they were accepted.
    RemembersAccepted,
}

#[cfg(all(feature = "planted-bugs", debug_assertions))]
mod switch {
    use super::Bug;
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Plants a bug in all machines of this thread, or pulls it out.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.set(bug);
    }

    pub(crate) fn is_planted(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }
}

#[cfg(all(feature = "planted-bugs", debug_assertions))]
pub use switch::plant;

#[cfg(all(feature = "planted-bugs", debug_assertions))]
pub(crate) use switch::is_planted;

/// Says whether a test planted the bug.
#[cfg(not(all(feature = "planted-bugs", debug_assertions)))]
pub(crate) const fn is_planted(_: Bug) -> bool {
    false
}
