//! The part of a search that looks into encoded text.

use super::search::{Search, byte_at};
use super::{Scratch, decode};

/// Layers of encoding that are taken off.
const LAYERS_MAX: u8 = 2;
/// Bytes of percent-encoded text that are decoded at once, to either side.
const PERCENT_MAX: usize = 1024;

impl Search<'_> {
    /// Looks into the run `text[start..end]`, and reports all of it when something is found inside.
    pub(super) fn encoded_run(&mut self, start: usize, end: usize) {
        if self.layer >= LAYERS_MAX {
            return;
        }
        let text = self.text;
        let mut end = end;
        while byte_at(text, end) == b'=' && end < text.len() {
            end += 1;
        }
        let run = text.get(start..end).unwrap_or_default();
        let mut nested = self.nested.take().unwrap_or_default();
        let mut decoded = std::mem::take(&mut nested.decoded);
        if decode::text_of(run, &mut decoded) {
            self.work += decoded.len() as u64;
            if let Some(rule) = self.scan_nested(&decoded, &mut nested).first().map(|finding| finding.rule) {
                self.report_rule(rule, start, end);
            }
        }
        nested.decoded = decoded;
        self.nested = Some(nested);
    }

    /// Looks into the percent-encoded text around `at`; what is found is reported where it stands.
    pub(super) fn percent_encoded(&mut self, at: usize) {
        if self.layer >= LAYERS_MAX || at < self.percent_to {
            return;
        }
        let text = self.text;
        let (start, end) = decode::percent_stretch(text, at, PERCENT_MAX);
        let start = start.max(self.percent_to);
        self.percent_to = end;
        let mut nested = self.nested.take().unwrap_or_default();
        let mut decoded = std::mem::take(&mut nested.decoded);
        let mut origins = std::mem::take(&mut nested.origins);
        if decode::percent(text.get(start..end).unwrap_or_default(), &mut decoded, &mut origins) {
            self.work += decoded.len() as u64;
            self.scan_nested(&decoded, &mut nested);
            for finding in &nested.findings {
                let place = |at: usize| origins.get(at).map(|&origin| start + origin as usize);
                if let (Some(from), Some(to)) = (place(finding.start), place(finding.end)) {
                    self.report_rule(finding.rule, from, to);
                }
            }
        }
        nested.decoded = decoded;
        nested.origins = origins;
        self.nested = Some(nested);
    }

    fn scan_nested<'s>(&self, decoded: &[u8], nested: &'s mut Scratch) -> &'s [super::Finding] {
        nested.layer = self.layer + 1;
        self.parts.scan(decoded, nested);
        &nested.findings
    }
}
