//! What a value looks like by itself, and whether that makes it a secret beside the name that it has.

pub(super) mod generic;
pub(super) mod public;
pub(super) mod random;
pub(super) mod striking;
pub(super) mod value;
