//! What must not compile, each with the compiler's answer kept beside it, and a positive twin that does: it is the same code
//! without the one forbidden step, so that no case fails for another reason.
//!
//! They stand with this crate and not with the tests of the whole workspace because trybuild compiles every dependency of the
//! crate that it is called from once more, and this one has few.
//!
//! The twin is a module of this test, which Cargo compiles: with a case that has to pass, trybuild would generate code for every
//! dependency instead of checking it.
//!
//! `TRYBUILD=overwrite cargo test -p bcce-pipeline --test leaks` writes the answers anew after a change of the compiler.

#[path = "leaks/allowed.rs"]
#[expect(clippy::print_stdout, reason = "what may be printed is what some cases are about")]
mod allowed;

#[test]
fn what_does_not_leak_compiles() {
    allowed::main();
}

#[test]
fn what_would_leak_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/leaks/raw_line_*.rs");
    cases.compile_fail("tests/leaks/events_*.rs");
    cases.compile_fail("tests/leaks/stored_*.rs");
    cases.compile_fail("tests/leaks/grant_*.rs");
}
