//! Sets of bytes, words and literals that are looked for together.

pub(super) mod byteset;
pub(super) mod grams;
pub(super) mod lexicon;
pub(super) mod literals;
