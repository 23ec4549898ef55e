//! What the scrubber promises, from outside. One program, so that the crate is linked and the engine made once:
//! `cargo test -p bcce-scrubber --test suite places` runs the tests of one module.

mod abroad;
mod adversary;
mod allowed;
mod bare;
mod company;
mod corpus;
mod cut;
mod detect_encoded;
mod detect_planted;
mod given;
mod harmless;
mod lived;
mod marginal;
mod members;
mod numbers;
mod owned;
mod papers;
mod people;
mod personal;
mod places;
mod policy;
mod public;
mod registers;
mod replacements;
mod rows;
mod rules;
mod said;
mod scripts;
mod support;
mod talked;
mod told;
mod transformed;
mod veiled;
mod wrapped;
