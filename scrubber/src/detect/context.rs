//! Secrets that are told by what stands around them: a name, a heading, a column, a command, a sentence.

pub(super) mod assign;
pub(super) mod columns;
pub(super) mod commands;
pub(super) mod declared;
pub(super) mod foreign;
pub(super) mod headed;
pub(super) mod keys;
pub(super) mod markup;
pub(super) mod member;
pub(super) mod mentioned;
pub(super) mod sections;
pub(super) mod told;
pub(super) mod url;
pub(super) mod wiki;
