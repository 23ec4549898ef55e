//! The records of a transcript, one file for each family.

pub(crate) mod assistant;
pub(crate) mod attachment;
pub(crate) mod files;
pub(crate) mod more;
pub(crate) mod progress;
pub(crate) mod small;
pub(crate) mod system;
pub(crate) mod tools;
pub(crate) mod turn;
pub(crate) mod web;
