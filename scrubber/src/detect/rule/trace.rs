//! The slow twin of [`Rule::find_at`], which tells why a rule says no. A test holds that both agree.

use super::{Anchor, Hit, Refusal, Rule};

impl Rule {
    /// As [`Rule::find_at`]; where that finds nothing, the first reason for it.
    pub(in crate::detect) fn trace_at(&self, text: &[u8], at: usize) -> Result<Hit, Refusal> {
        if self.anchor == Anchor::Around {
            return self.trace_around(text, at);
        }
        let start = self.start_of(text, at);
        let window = text.get(start..text.len().min(start.saturating_add(self.window))).unwrap_or_default();
        self.match_window(window).filter(|(len, _)| *len > 0).ok_or(Refusal::Pattern)?;
        if !self.left.allows_before(text, start) {
            return Err(Refusal::Left);
        }
        let (whole_len, secret) = self.match_bounded(text, start, (window, self.window)).ok_or(Refusal::Right)?;
        let whole = start..start + whole_len;
        let secret = start + secret.start..start + secret.end;
        if let Some(refusal) = self.refuse(text, &whole, &secret) {
            return Err(refusal);
        }
        if !self.in_context(text, start) {
            return Err(Refusal::Context);
        }
        Ok(Hit { whole, secret })
    }

    fn trace_around(&self, text: &[u8], at: usize) -> Result<Hit, Refusal> {
        if let Some(hit) = self.match_around(text, at) {
            return Ok(hit);
        }
        let low = at.saturating_sub(self.distance);
        let near = text.get(low..text.len().min(at.saturating_add(self.window))).unwrap_or_default();
        let mut nearest = Refusal::Pattern;
        self.each_in(near, |_, refusal| {
            if let Some(refusal) = refusal.filter(|refusal| refusal.rank() > nearest.rank()) {
                nearest = refusal;
            }
        });
        Err(nearest)
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::rule::{RuleProblems, RuleSet};

    #[test]
    fn the_trace_agrees_with_the_search_everywhere() -> Result<(), RuleProblems> {
        let rules = RuleSet::shipped()?;
        let (mut found, mut refused) = (0, 0);
        for rule in rules.rules() {
            for example in rule.examples.iter().chain(&rule.counter_examples) {
                let (text, _) = example.text();
                for at in 0..text.len() {
                    let traced = rule.trace_at(text.as_bytes(), at);
                    assert_eq!(traced.as_ref().ok(), rule.find_at(text.as_bytes(), at).as_ref(), "{} {at}", rule.id);
                    if traced.is_ok() { found += 1 } else { refused += 1 }
                }
            }
        }
        assert!(found > 400 && refused > 400, "{found} {refused}");
        Ok(())
    }
}
