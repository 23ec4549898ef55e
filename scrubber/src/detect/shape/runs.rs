//! The part of a search that looks at long runs of token characters: values that their own looks give away.

use crate::detect::builtin::Builtin;
use crate::detect::judge::{random, value};
use crate::detect::search::Search;
use crate::detect::sets::literals::first_length;

/// Runs of token characters shorter than this are only looked at beside a name.
pub(in crate::detect) const RUN_MIN: usize = 16;
/// What is glued to the front of a token is no longer.
const GLUED_MAX: usize = 24;
/// Longer runs are encoded data, not tokens.
const RUN_MAX: usize = 2048;

impl Search<'_> {
    /// A run of token characters, longer than its digits were looked for: it may be a value by its own looks.
    pub(in crate::detect) fn end_of_run(&mut self, start: usize, end: usize) {
        if self.text.get(start..end).unwrap_or_default().iter().any(u8::is_ascii_digit) {
            self.long_run(start, end);
        }
    }

    /// Works on the given bytes: a run holds no escapes, and those before it are stepped over.
    #[inline(never)]
    pub(in crate::detect) fn long_run(&mut self, start: usize, end: usize) {
        let text = self.text;
        let run = text.get(start..end).unwrap_or_default();
        self.encoded_run(start, end);
        if run.len() > RUN_MAX {
            return;
        }
        self.known_within(start, end);
        if self.again {
            return;
        }
        self.behind_underscores(start, run);
        self.by_keyword(start);
        self.inside_run(start, end);
        self.work += 1;
        if value::shape(run).is_mixed()
            && let Some(judged) = random::judge(text, start, end)
        {
            self.report(judged.builtin, judged.start, end);
        } else if self.layer == 0 && random::is_token_by_itself(text, start, end) {
            self.report(Builtin::RandomToken, start, end);
        }
    }

    /// `key_…`, `_…_`: a token may follow what looks like the beginning of its word.
    fn behind_underscores(&mut self, start: usize, run: &[u8]) {
        let head = run.get(..run.len().min(GLUED_MAX)).unwrap_or_default();
        for at in memchr::memchr_iter(b'_', head).map(|at| start + at + 1) {
            self.literals_at(at, first_length(self.text, at));
        }
    }
}
