//! What both kinds of lake answer: a folder of events, and tables in AWS.

mod period;

pub use period::{Period, PeriodError};
