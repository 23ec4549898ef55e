//! Walks a record beside the allow-list and harvests what may leave.

use super::draft::{Draft, FieldName, Text, TextShape, Tool, Value, Verdict};
use super::memo::Memo;
use crate::allow::{AllowList, Facet, NodeId, Shape, Slot, ToolPart, Treatment, is_id, is_parameter_name};
use crate::detect::Turn;
use crate::json::{Kind, Node, Span, Tape};
use crate::schema::{RECORD_FIELDS, ROLES, TOOL_FIELDS};
use crate::{PseudonymKey, Tier};

/// Places in the schema that the walk fills by itself.
pub(super) struct Places {
    tool_id: u8,
    tool_name: u8,
    tool_outcome: u8,
    tool_input_bytes: u8,
    tool_input_values: u8,
    image_count: u8,
    tool_result_role: u8,
    assistant_role: u8,
    prompt_role: u8,
    queued_role: u8,
    image_role: u8,
    tools: Option<u8>,
    commands: Option<u8>,
    extensions: Option<u8>,
}

impl Places {
    pub(super) fn new(allow: &AllowList) -> Self {
        let tool = |name: &str| place(TOOL_FIELDS.iter().position(|field| field.name == name));
        let role = |name: &str| place(ROLES.iter().position(|role| *role == name));
        Self {
            tool_id: tool("id"),
            tool_name: tool("name"),
            tool_outcome: tool("outcome"),
            tool_input_bytes: tool("input_bytes"),
            tool_input_values: tool("input_values"),
            image_count: place(RECORD_FIELDS.iter().position(|field| field.name == "image_count")),
            tool_result_role: role("tool_result"),
            assistant_role: role("assistant"),
            prompt_role: role("prompt"),
            queued_role: role("queued"),
            image_role: role("image"),
            tools: allow.list("tool"),
            commands: allow.list("command"),
            extensions: allow.list("extension"),
        }
    }

    /// The role of what a tool answered.
    pub(super) fn tool_result_role(&self) -> u8 {
        self.tool_result_role
    }

    /// Whether a text of this role is what the assistant says.
    pub(super) fn is_reply(&self, role: u8) -> bool {
        role == self.assistant_role
    }

    /// Whether a text of this role is what a person says, and whether its turn has come.
    pub(super) fn turn_of(&self, role: u8) -> Option<Turn> {
        let queued = (role == self.queued_role).then_some(Turn::Queued);
        queued.or_else(|| (role == self.prompt_role).then_some(Turn::Taken))
    }

    /// The slot of a tool's id.
    pub(super) fn tool_id(&self) -> usize {
        usize::from(self.tool_id)
    }
}

fn place(found: Option<usize>) -> u8 {
    found.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

/// What is known on the way down.
#[derive(Clone, Copy)]
struct Context {
    /// The present element of `tools`.
    tool: Option<usize>,
    /// Keys on the way were content unless shown otherwise.
    free: bool,
    /// The outermost container of such keys that is short enough to be read as a whole; empty where there is none.
    within: Span,
    /// The container of the present value, where keys are free.
    parent: Option<u32>,
}

/// Keys under which the value of a pair stands, and those beside it that tell what it is.
const VALUES: [&[u8]; 5] = [b"value", b"text", b"content", b"data", b"val"];
const LABELS: [&[u8]; 7] = [b"name", b"key", b"element", b"label", b"selector", b"field", b"placeholder"];
/// As many members of a container are looked through for them.
const BESIDE_MAX: usize = 32;

/// Longer containers are not read as a whole to tell what their members are.
const WITHIN_MAX: u32 = 16 * 1024;
/// Longer members are told by themselves.
const MEMBER_MAX: u32 = 4 * 1024;

impl Context {
    const OUTSIDE: Self = Self { tool: None, free: false, within: Span { start: 0, end: 0 }, parent: None };

    /// The same inside a container of free keys.
    fn inside(self, place: u32, container: &Node) -> Self {
        let takes = self.within.len() == 0 && container.span.len() <= WITHIN_MAX;
        Self { within: if takes { container.span } else { self.within }, parent: Some(place), ..self }
    }
}

/// One walk over one record.
pub(super) struct Walk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) tape: &'a Tape,
    pub(super) allow: &'a AllowList,
    pub(super) places: &'a Places,
    pub(super) key: &'a PseudonymKey,
    pub(super) tier: Tier,
    pub(super) memo: &'a mut Memo,
    pub(super) draft: &'a mut Draft,
}

impl<'a> Walk<'a> {
    /// Harvests the record whose root object is at place 0, under the rules of `node`.
    ///
    /// What tells of the tool result that the message holds comes last: `toolUseResult`, which is mostly a copy of it, and
    /// `toolDenialKind`.
    pub(super) fn record(&mut self, node: NodeId) {
        let context = Context::OUTSIDE;
        let mut of_result = [None; 2];
        for child in self.tape.children(0) {
            match self.key_of(child) {
                b"toolUseResult" => of_result[0] = Some(child),
                b"toolDenialKind" => of_result[1] = Some(child),
                _ => self.member(child, node, context),
            }
        }
        let tool = (self.draft.tools.len() == 1).then_some(0);
        let [result, denial] = of_result;
        if let Some(child) = result {
            self.member(child, node, Context { tool, ..Context::OUTSIDE });
        }
        match denial {
            Some(child) if tool.is_some() => self.member(child, node, Context { tool, ..Context::OUTSIDE }),
            // Of several calls it does not say which was denied.
            Some(_) => self.draft.misshapen += 1,
            None => {}
        }
        if self.draft.images > 0 {
            self.fill(Slot::Record(self.places.image_count), Value::Count(self.draft.images), context);
        }
    }

    fn node(&self, place: u32) -> Option<Node> {
        self.tape.node(place).copied()
    }

    fn key_of(&self, place: u32) -> &'a [u8] {
        self.tape.node(place).map_or(&[], |node| node.key.of(self.bytes))
    }

    fn member(&mut self, place: u32, parent: NodeId, context: Context) {
        let key = self.key_of(place);
        let trie = self.allow.trie();
        let Some(mut rule) = trie.member(parent, key) else { return self.unlisted(place) };
        if trie.has_tools(rule) {
            let name = context
                .tool
                .and_then(|tool| self.draft.tools.get(tool))
                .map_or(&[][..], |tool| tool.name.of(self.bytes));
            self.input_shape(place, context);
            match trie.tool_input(rule, name) {
                Some(input) => rule = input,
                None => return self.unlisted(place),
            }
        }
        let free = context.free || trie.has_free_keys(parent);
        self.value(place, rule, Context { free, ..context });
    }

    fn value(&mut self, place: u32, rule: NodeId, mut context: Context) {
        let Some(node) = self.node(place) else { return };
        let trie = self.allow.trie();
        let container = matches!(node.kind, Kind::Array | Kind::Object);
        if container && (context.free || trie.has_free_keys(rule)) {
            context = context.inside(place, &node);
        }
        match trie.treatment(rule) {
            // A value that is dropped where it is one, and of which elements are listed where it is several.
            Some(Treatment::Drop) if node.kind == Kind::Array && trie.element(rule).is_some() => {}
            Some(Treatment::Drop) => return self.draft.note(place, Verdict::Dropped),
            Some(Treatment::Tool(part)) if node.kind == Kind::Object => {
                context.tool = Some(self.begin_tool(place, *part));
            }
            Some(treatment) if container && trie.covers_below(rule) => return self.below(place, treatment, context),
            Some(treatment) if !container => return self.apply(place, &node, treatment, context),
            Some(_) => {}
            None if container => {}
            None => return self.unlisted(place),
        }
        match node.kind {
            Kind::Object => {
                for child in self.tape.children(place) {
                    self.member(child, rule, context);
                }
            }
            Kind::Array => {
                for child in self.tape.children(place) {
                    self.element(child, rule, context);
                }
            }
            Kind::Null | Kind::Bool | Kind::Number | Kind::String => {}
        }
    }

    fn element(&mut self, place: u32, array: NodeId, context: Context) {
        let trie = self.allow.trie();
        let is_object = self.node(place).is_some_and(|node| node.kind == Kind::Object);
        let typed = if is_object && trie.has_types(array) {
            let name = self.tape.member(self.bytes, place, "type").and_then(|at| self.node(at));
            name.and_then(|name| trie.typed(array, name.span.of(self.bytes)))
        } else {
            None
        };
        match typed.or_else(|| trie.element(array)) {
            Some(rule) => self.value(place, rule, context),
            None => self.unlisted(place),
        }
    }

    /// Applies a treatment to every scalar below a container.
    fn below(&mut self, place: u32, treatment: &Treatment, context: Context) {
        for child in self.tape.children(place) {
            match self.node(child) {
                Some(node) if matches!(node.kind, Kind::Array | Kind::Object) => {
                    self.below(child, treatment, context.inside(child, &node));
                }
                Some(node) => self.apply(child, &node, treatment, context),
                None => {}
            }
        }
    }

    fn unlisted(&mut self, place: u32) {
        let Some(node) = self.node(place) else { return };
        let empty = match node.kind {
            Kind::Null => true,
            Kind::Array | Kind::Object => node.next == place + 1,
            Kind::String | Kind::Number | Kind::Bool => false,
        };
        if !empty {
            self.draft.unlisted += 1;
            self.draft.note(place, Verdict::Unlisted);
        }
    }

    fn begin_tool(&mut self, place: u32, part: ToolPart) -> usize {
        let mut tool = Tool::default();
        let (slot, value) = match part {
            ToolPart::Call => {
                let name = self.tape.member(self.bytes, place, "name").and_then(|at| self.node(at));
                tool.name = name.filter(|name| name.kind == Kind::String).map(|name| name.span).unwrap_or_default();
                (self.places.tool_name, self.tool_name(tool.name))
            }
            ToolPart::Result => (self.places.tool_outcome, Value::Word("ok")),
        };
        tool.values.set(usize::from(slot), value);
        self.draft.tools.push(tool);
        self.draft.tools.len() - 1
    }

    fn tool_name(&mut self, name: Span) -> Value {
        let text = name.of(self.bytes);
        if self.places.tools.is_some_and(|list| self.allow.has_word(list, text)) {
            return Value::Quoted(name);
        }
        let Some(rest) = text.strip_prefix(b"mcp__") else { return Value::Word("other") };
        let cut = rest.windows(2).position(|pair| pair == b"__").unwrap_or(rest.len());
        let (server, tool) = rest.split_at(cut);
        Value::McpTool(
            self.memo.pseudonym(self.key, "mcp-server", server),
            self.memo.pseudonym(self.key, "mcp-tool", tool),
        )
    }

    fn input_shape(&mut self, place: u32, context: Context) {
        let Some(node) = self.node(place) else { return };
        let members = self.tape.children(place).count() as u64;
        self.fill(Slot::Tool(self.places.tool_input_bytes), Value::Count(u64::from(node.span.len())), context);
        self.fill(Slot::Tool(self.places.tool_input_values), Value::Count(members), context);
    }

    /// Treats one scalar.
    fn apply(&mut self, place: u32, node: &Node, treatment: &Treatment, context: Context) {
        let text = node.span.of(self.bytes);
        if node.kind == Kind::Null || text.is_empty() {
            return;
        }
        let verdict = match treatment {
            Treatment::Keep { shape, to } => match self.kept(node, *shape, *to) {
                Some(value) => self.fill(*to, value, context),
                None => Verdict::Misshapen,
            },
            Treatment::OrOther { shape, to } => {
                let value = self.kept(node, *shape, *to).unwrap_or(Value::Word("other"));
                self.fill(*to, value, context)
            }
            Treatment::Id { to } => {
                let value = if node.kind == Kind::String && is_id(text) {
                    Value::Quoted(node.span)
                } else {
                    Value::Hash(self.memo.pseudonym(self.key, "id", text))
                };
                self.fill(*to, value, context)
            }
            // Hashing is the dearest of the treatments.
            Treatment::Pseudonym { to, .. } if node.kind == Kind::String && to.tier() > self.tier => Verdict::WiderTier,
            Treatment::Pseudonym { domain, to } if node.kind == Kind::String => {
                let value = Value::Hash(self.memo.pseudonym(self.key, domain, text));
                self.fill(*to, value, context)
            }
            Treatment::Pseudonym { .. } => Verdict::Misshapen,
            Treatment::Text { role, facet, twin } => self.text(node, *role, *facet, *twin, context),
            Treatment::Shape { role } => {
                self.draft.images += u64::from(*role == self.places.image_role);
                self.shape(node, *role)
            }
            Treatment::Tool(_) | Treatment::Drop => Verdict::Dropped,
        };
        self.draft.misshapen += u64::from(verdict == Verdict::Misshapen);
        self.draft.note(place, verdict);
    }

    fn kept(&self, node: &Node, shape: Shape, to: Slot) -> Option<Value> {
        let text = node.span.of(self.bytes);
        if shape == Shape::Timestamp && node.kind == Kind::Number {
            // history.jsonl gives milliseconds.
            let digits = std::str::from_utf8(text).ok().filter(|digits| digits.len() == 13)?;
            return digits.parse().ok().map(Value::Time);
        }
        if !shape.fits(node, self.bytes, |list, word| self.allow.has_word(list, word)) {
            return None;
        }
        if to == Slot::Tool(self.places.tool_outcome) {
            let word = if node.key.of(self.bytes) == b"interrupted" { "interrupted" } else { "error" };
            return Some(if text == b"true" { Value::Word(word) } else { Value::Absent });
        }
        Some(if node.kind == Kind::String { Value::Quoted(node.span) } else { Value::Bare(node.span) })
    }

    fn fill(&mut self, to: Slot, value: Value, context: Context) -> Verdict {
        if to.tier() > self.tier {
            return Verdict::WiderTier;
        }
        if value == Value::Absent {
            return Verdict::Leaves;
        }
        match to {
            Slot::Record(place) => self.draft.values.set(usize::from(place), value),
            Slot::Tool(place) => {
                let tool = context.tool.or_else(|| self.draft.tools.len().checked_sub(1)).unwrap_or_else(|| {
                    self.draft.tools.push(Tool::default());
                    0
                });
                if let Some(tool) = self.draft.tools.get_mut(tool) {
                    tool.values.set(usize::from(place), value);
                }
            }
        }
        Verdict::Leaves
    }

    fn text(&mut self, node: &Node, role: u8, facet: Option<(Facet, Slot)>, twin: bool, context: Context) -> Verdict {
        if twin && self.draft.has_result {
            self.draft.twins += 1;
            return Verdict::Twin;
        }
        self.draft.has_result |= role == self.places.tool_result_role && !twin;
        if let Some((facet, to)) = facet {
            let value = self.facet(facet, node);
            self.fill(to, value, context);
        }
        let shape = self.shape(node, role);
        if self.tier < Tier::Content {
            return shape;
        }
        let key = node.key.of(self.bytes);
        let field = match context.tool {
            None => FieldName::None,
            Some(_) if key.is_empty() => FieldName::None,
            Some(_) if !context.free => FieldName::Key(node.key),
            Some(_) if is_parameter_name(key) => FieldName::Free(node.key),
            Some(_) => FieldName::Hash(self.memo.pseudonym(self.key, "key", key)),
        };
        let sound = node.kind != Kind::String || self.tape.is_sound(self.bytes, node.span);
        let within = match context.within {
            _ if !context.free => Span::default(),
            within if within.len() > 0 => within,
            _ if key.is_empty() || node.span.len() > MEMBER_MAX => Span::default(),
            _ => Span {
                start: node.key.start.saturating_sub(1),
                end: node.span.end + u32::from(node.kind == Kind::String),
            },
        };
        let (name, label) =
            if context.free { (node.key, self.label(node, context.parent)) } else { Default::default() };
        self.draft.texts.push(Text { role, field, tool: context.tool, span: node.span, sound, within, name, label });
        Verdict::LeavesScrubbed
    }

    /// What beside a value says what it is: the name of a pair, the flag before an argument, or else the key of the container.
    fn label(&self, value: &Node, parent: Option<u32>) -> Span {
        let Some(parent) = parent else { return Span::default() };
        let key = value.key.of(self.bytes);
        let beside = self.tape.children(parent).take(BESIDE_MAX).filter_map(|place| self.node(place));
        let mut beside = beside.filter(|node| node.kind == Kind::String);
        if VALUES.contains(&key) {
            return beside
                .find(|node| LABELS.contains(&node.key.of(self.bytes)))
                .map(|node| node.span)
                .unwrap_or_default();
        }
        let before =
            if key.is_empty() { beside.take_while(|node| node.span.end < value.span.start).last() } else { None };
        match before.filter(|node| node.span.of(self.bytes).starts_with(b"-")) {
            Some(flag) => flag.span,
            None => self.node(parent).map(|node| node.key).unwrap_or_default(),
        }
    }

    fn shape(&mut self, node: &Node, role: u8) -> Verdict {
        if self.tier < Tier::Activity {
            return Verdict::WiderTier;
        }
        self.draft.shapes.push(TextShape { role, bytes: node.span.len(), lines: 1 + self.tape.line_ends(node.span) });
        Verdict::ShapeOnly
    }

    fn facet(&self, facet: Facet, node: &Node) -> Value {
        let text = node.span.of(self.bytes);
        let (list, word) = match facet {
            Facet::Command => (self.places.commands, first_word(text)),
            Facet::Extension => (self.places.extensions, extension(text)),
        };
        let Some((start, end)) = word else { return Value::Absent };
        let known = list.is_some_and(|list| self.allow.has_word(list, text.get(start..end).unwrap_or_default()));
        if known {
            let base = node.span.start;
            Value::Quoted(Span { start: base + start as u32, end: base + end as u32 })
        } else {
            Value::Word("other")
        }
    }
}

/// The first word of a command line, without a folder before it.
fn first_word(text: &[u8]) -> Option<(usize, usize)> {
    let start = text.iter().position(|byte| *byte != b' ')?;
    let rest = text.get(start..)?;
    let length = rest.iter().position(|byte| matches!(byte, b' ' | b'\\' | b';' | b'|' | b'&' | b'(' | b'<' | b'>'));
    let end = start + length.unwrap_or(rest.len());
    let word = text.get(start..end)?;
    let folder =
        if word.starts_with(b"/") { word.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1) } else { 0 };
    (end > start).then_some((start + folder, end))
}

/// The extension of a path, without the dot.
fn extension(text: &[u8]) -> Option<(usize, usize)> {
    let name = text.iter().rposition(|byte| matches!(byte, b'/' | b'\\')).map_or(0, |at| at + 1);
    let dot = text.get(name..)?.iter().rposition(|byte| *byte == b'.')?;
    Some((name + dot + 1, text.len()))
}
