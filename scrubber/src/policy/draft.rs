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
#[derive(Clone)]
pub(crate) struct Tool {
    pub(crate) values: [Value; TOOL_FIELDS.len()],
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
pub(crate) struct Draft {
    /// What became of each value, by its place in the index; only when asked for.
    pub(crate) trace: Option<Vec<(u32, Verdict)>>,
    pub(crate) values: [Value; RECORD_FIELDS.len()],
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

impl Default for Draft {
    fn default() -> Self {
        Self {
            trace: None,
            values: [Value::Absent; RECORD_FIELDS.len()],
            tools: Vec::new(),
            texts: Vec::new(),
            shapes: Vec::new(),
            has_result: false,
            unlisted: 0,
            misshapen: 0,
            twins: 0,
            images: 0,
        }
    }
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
        self.values.fill(Value::Absent);
        self.tools.clear();
        self.texts.clear();
        self.shapes.clear();
        self.has_result = false;
        (self.unlisted, self.misshapen, self.twins, self.images) = (0, 0, 0, 0);
    }

    /// The value of a tool's slot.
    pub(crate) fn tool_value(&self, tool: usize, slot: usize) -> Value {
        self.tools.get(tool).and_then(|tool| tool.values.get(slot)).copied().unwrap_or(Value::Absent)
    }
}
