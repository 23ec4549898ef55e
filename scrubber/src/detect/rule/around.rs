//! Rules whose pattern may begin anywhere near what woke them: the pattern is searched for, not tried at one place.

use std::ops::Range;

use super::{Hit, Refusal, Rule};

/// A stretch of text is left after as many matches, so that a pattern that matches everywhere costs no square of it.
const MATCHES_MAX: usize = 256;

impl Rule {
    /// The first match in what surrounds `at` that reaches over it or lies behind it.
    pub(super) fn match_around(&self, text: &[u8], at: usize) -> Option<Hit> {
        let low = at.saturating_sub(self.distance);
        let near = text.get(low..text.len().min(at.saturating_add(self.window)))?;
        let mut first = None;
        self.each_in(near, |hit, refusal| {
            if refusal.is_none() && first.is_none() {
                let shift = |range: Range<usize>| low + range.start..low + range.end;
                first = Some(Hit { whole: shift(hit.whole), secret: shift(hit.secret) });
            }
        });
        first
    }

    /// Searches all of `text` and tells of each match whether the rule refuses it.
    pub(in crate::detect) fn each_in(&self, text: &[u8], mut tell: impl FnMut(Hit, Option<Refusal>)) {
        let regex = self.regex();
        let mut at = 0;
        for _ in 0..MATCHES_MAX {
            let Some(groups) = regex.captures_at(text, at) else { return };
            let Some(whole) = groups.get(0).map(|found| found.range()) else { return };
            let secret = self.group.of(&groups).unwrap_or_else(|| whole.clone());
            at = whole.end.max(whole.start + 1);
            let refusal = if whole.is_empty() {
                Some(Refusal::Pattern)
            } else if !self.left.allows_before(text, whole.start) {
                Some(Refusal::Left)
            } else if !self.right.allows_after(text, whole.start, whole.end) {
                Some(Refusal::Right)
            } else {
                self.refuse(text, &whole, &secret)
            };
            tell(Hit { whole, secret }, refusal);
            if at > text.len() {
                return;
            }
        }
    }
}
