//! What is known before a text is read, and what was found in the texts before it.

pub(super) mod other_forms;
pub(super) mod searched;
pub(super) mod secrets;
