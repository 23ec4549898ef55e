//! Says of every value of a record what became of it: for `preview`, and for people who doubt.

use super::draft::Verdict;
use super::{Policy, Scratch, Source};
use crate::allow::Trie;
use crate::json::{Kind, Tape};
use crate::{RawLine, Tier};

/// What became of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldReport {
    /// The value's path, written as in the allow-list. Keys may be content: for the user's own terminal only.
    pub path: String,
    /// What became of it.
    pub verdict: Verdict,
}

impl Policy {
    /// Says what becomes of every value of a line, in the order of the record; empty when it makes no event.
    pub fn explain(&self, line: &RawLine<'_>, source: &Source, scratch: &mut Scratch) -> Vec<FieldReport> {
        self.explain_at_most(line, source, Tier::Content, scratch)
    }

    /// As [`Policy::explain`], for a record whose project is held to a tier.
    pub fn explain_at_most(
        &self,
        line: &RawLine<'_>,
        source: &Source,
        ceiling: Tier,
        scratch: &mut Scratch,
    ) -> Vec<FieldReport> {
        self.explain_at(line, source, self.parts.tier.min(ceiling), scratch).unwrap_or_default()
    }

    fn explain_at(
        &self,
        line: &RawLine<'_>,
        source: &Source,
        tier: Tier,
        scratch: &mut Scratch,
    ) -> Option<Vec<FieldReport>> {
        let bytes = line.bytes();
        std::str::from_utf8(bytes).ok()?;
        scratch.tape.index(bytes).ok()?;
        scratch.tape.root_object()?;
        let kind = self.kind(bytes, source, scratch).ok()?;
        let rule = self.parts.allow_list.trie().member(Trie::ROOT, kind)?;
        scratch.draft.clear();
        scratch.draft.trace = Some(Vec::new());
        let Scratch { tape, draft, memo, .. } = scratch;
        self.walk(bytes, tape, tier, memo, draft).record(rule);
        let mut trace = draft.trace.take().unwrap_or_default();
        trace.sort_unstable();
        let mut reports = Vec::with_capacity(trace.len());
        let mut trace = trace.into_iter().peekable();
        let mut path = String::from_utf8_lossy(kind).into_owned();
        name(bytes, tape, 0, &mut path, &mut |place, path| {
            while let Some((_, verdict)) = trace.next_if(|(noted, _)| *noted == place) {
                reports.push(FieldReport { path: path.to_owned(), verdict });
            }
        });
        Some(reports)
    }
}

/// Visits every place below `place` in order with its path.
fn name(bytes: &[u8], tape: &Tape, place: u32, path: &mut String, visit: &mut dyn FnMut(u32, &str)) {
    let is_array = tape.node(place).is_some_and(|node| node.kind == Kind::Array);
    for child in tape.children(place) {
        let length = path.len();
        let Some(node) = tape.node(child) else { continue };
        if is_array {
            let typed = (node.kind == Kind::Object).then(|| tape.member(bytes, child, "type")).flatten();
            let typed = typed.and_then(|at| tape.node(at)).filter(|node| node.kind == Kind::String);
            match typed {
                Some(typed) => path.push_str(&format!("[type={}]", String::from_utf8_lossy(typed.span.of(bytes)))),
                None => path.push_str("[]"),
            }
        } else {
            path.push('.');
            path.push_str(&String::from_utf8_lossy(node.key.of(bytes)));
        }
        visit(child, path);
        name(bytes, tape, child, path, visit);
        path.truncate(length);
    }
}
