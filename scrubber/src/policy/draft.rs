//! What the allow-list let through of one record, before it is written as an event.
//!
//! Values stay spans of the record's line. The buffers are kept from record to record.

use crate::json::Span;
use crate::pseudonym::Pseudonym;
use crate::schema::{RECORD_FIELDS, TOOL_FIELDS};

/// A value to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Absent,
    /// A number or boolean, as it stands in the line.
    Bare(Span),
    /// The inside of a string that a shape has shown to be harmless.
    Quoted(Span),
    Word(&'static str),
    Hash(Pseudonym),
    /// An MCP tool: server and tool.
    McpTool(Pseudonym, Pseudonym),
    Count(u64),
    /// Milliseconds since 1970 UTC.
    Time(i64),
}

/// Values of the fields of a table, by their places in it.
#[derive(Debug, Clone)]
pub(crate) struct Values<const N: usize> {
    values: [Value; N],
    /// A bit for each place that holds a value; most hold none.
    filled: u64,
}

impl<const N: usize> Default for Values<N> {
    fn default() -> Self {
        const { assert!(N <= 64, "each place has a bit") }
        Self { values: [Value::Absent; N], filled: 0 }
    }
}

impl<const N: usize> Values<N> {
    /// Fills a place. `Absent` and places beyond the table change nothing.
    pub(crate) fn set(&mut self, place: usize, value: Value) {
        if let Some(slot) = self.values.get_mut(place)
            && value != Value::Absent
        {
            *slot = value;
            self.filled |= 1 << place;
        }
    }

    pub(crate) fn get(&self, place: usize) -> Value {
        let is_filled = place < N && self.filled >> place & 1 == 1;
        self.values.get(place).copied().filter(|_| is_filled).unwrap_or(Value::Absent)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    pub(crate) fn clear(&mut self) {
        self.filled = 0;
    }

    /// The values that there are, with their places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Value)> {
        let mut left = self.filled;
        std::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            Some((place, self.values.get(place)?))
        })
    }
}

/// The name of a text: the parameter of a tool's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldName {
    None,
    /// A key that the allow-list names.
    Key(Span),
    /// A key that reads like a parameter's name; ships when the detectors find nothing in it.
    Free(Span),
    Hash(Pseudonym),
}

/// An element of `tools`.
#[derive(Default)]
pub(crate) struct Tool {
    pub(crate) values: Values<{ TOOL_FIELDS.len() }>,
    /// The tool's name as written, which chooses the rules for its input.
    pub(crate) name: Span,
}

/// An element of `text`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    pub(crate) role: u8,
    pub(crate) field: FieldName,
    pub(crate) tool: Option<usize>,
    pub(crate) span: Span,
    /// Whether the span can be part of valid JSON as it stands.
    pub(crate) sound: bool,
    /// What around it may tell what it is, keys and neighbours; empty where keys are those of the format.
    pub(crate) within: Span,
    /// Its key, and what beside it may say what it is; empty as above.
    pub(crate) name: Span,
    pub(crate) label: Span,
}

/// An element of `shapes`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextShape {
    pub(crate) role: u8,
    pub(crate) bytes: u32,
    pub(crate) lines: u32,
}

/// What became of one value of a record, for people who want to see why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It leaves: as it stands, as a pseudonym or as a number.
    Leaves,
    /// It leaves as scrubbed text.
    LeavesScrubbed,
    /// Its length and lines leave, its text does not.
    ShapeOnly,
    /// It would leave at a wider tier.
    WiderTier,
    /// A rule says that it never leaves.
    Dropped,
    /// No rule names it.
    Unlisted,
    /// It has not the declared shape.
    Misshapen,
    /// It is a copy of a text that leaves.
    Twin,
}

/// One record's harvest.
#[derive(Default)]
pub(crate) struct Draft {
    /// What became of each value, by its place in the index; only when asked for.
    pub(crate) trace: Option<Vec<(u32, Verdict)>>,
    pub(crate) values: Values<{ RECORD_FIELDS.len() }>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) texts: Vec<Text>,
    pub(crate) shapes: Vec<TextShape>,
    /// The record's message holds a tool result with text.
    pub(crate) has_result: bool,
    pub(crate) unlisted: u64,
    pub(crate) misshapen: u64,
    pub(crate) twins: u64,
    pub(crate) images: u64,
}

impl Draft {
    /// Notes what became of a value, when that is asked for.
    pub(crate) fn note(&mut self, place: u32, verdict: Verdict) {
        if let Some(trace) = &mut self.trace {
            trace.push((place, verdict));
        }
    }

    /// Makes room for the next record.
    pub(crate) fn clear(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.clear();
        }
        self.values.clear();
        self.tools.clear();
        self.texts.clear();
        self.shapes.clear();
        self.has_result = false;
        (self.unlisted, self.misshapen, self.twins, self.images) = (0, 0, 0, 0);
    }

    /// The value of a tool's slot.
    pub(crate) fn tool_value(&self, tool: usize, slot: usize) -> Value {
        self.tools.get(tool).map_or(Value::Absent, |tool| tool.values.get(slot))
    }
}
