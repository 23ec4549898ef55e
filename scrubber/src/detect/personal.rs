//! Personal data that takes more than a rule: names, addresses, short numbers, and what identifies this machine's user.

pub(super) mod known;
pub(super) mod labelled;
pub(super) mod names;
pub(super) mod numbers;
pub(super) mod streets;
