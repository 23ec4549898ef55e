//! How a text reads once what veils it is taken off: escapes, encodings, the marks and numbers that tools put before lines, and lines
//! and literals that are parts of one value. Each byte keeps the place that it came from.

pub(super) mod boxes;
pub(super) mod broken;
pub(super) mod byte_lists;
pub(super) mod decode;
pub(super) mod encoded;
pub(super) mod folded;
pub(super) mod margins;
pub(super) mod pieces;
pub(super) mod tags;
pub(super) mod veil;
pub(super) mod views;
pub(super) mod window;
