//! The allow-list's paths as a trie that is walked beside a record.

use super::Treatment;
use super::path::Step;

/// A node's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeId(u16);

#[derive(Default)]
struct TrieNode {
    treatment: Option<Treatment>,
    any_key: Option<NodeId>,
    element: Option<NodeId>,
    typed: Vec<(Vec<u8>, NodeId)>,
    tools: Vec<(Vec<u8>, NodeId)>,
    /// The treatment holds for all that lies below, too.
    below: bool,
}

/// The trie. Members are found through one hash table over (node, key).
pub(crate) struct Trie {
    nodes: Vec<TrieNode>,
    members: Vec<(NodeId, Vec<u8>, NodeId)>,
    /// The members again, in the same order.
    slots: Vec<Slot>,
    /// Places of members by the hash of node and key: a power of two of them.
    table: Vec<u16>,
}

/// A member, as far as it tells nearly every other key: small, since it is looked at for every field of every record.
#[derive(Clone, Copy)]
struct Slot {
    node: NodeId,
    child: NodeId,
    key: Ends,
}

/// A key's length and its first and last bytes: all of a key of up to sixteen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    /// Modulo 65,536.
    length: u16,
    first: u64,
    last: u64,
}

const NO_NODE: u16 = u16::MAX;

impl Trie {
    pub(crate) const ROOT: NodeId = NodeId(0);

    pub(crate) fn new() -> Self {
        Self { nodes: vec![TrieNode::default()], members: Vec::new(), slots: Vec::new(), table: Vec::new() }
    }

    /// Adds a path; `false` when it already has a treatment.
    pub(crate) fn add(&mut self, steps: &[Step], treatment: Treatment) -> bool {
        let mut at = Self::ROOT;
        for step in steps {
            at = self.step(at, step);
        }
        match self.nodes.get_mut(usize::from(at.0)) {
            Some(node) if node.treatment.is_none() => {
                node.treatment = Some(treatment);
                true
            }
            _ => false,
        }
    }

    fn step(&mut self, at: NodeId, step: &Step) -> NodeId {
        let found = match step {
            Step::Key(key) => {
                let known = self.members.iter().find(|(node, name, _)| *node == at && name == key.as_bytes());
                known.map(|(_, _, child)| *child)
            }
            Step::AnyKey => self.node(at).any_key,
            Step::Element => self.node(at).element,
            Step::Typed(name) => named(&self.node(at).typed, name.as_bytes()),
            Step::ToolInput(name) => named(&self.node(at).tools, name.as_bytes()),
            Step::Below => {
                if let Some(node) = self.nodes.get_mut(usize::from(at.0)) {
                    node.below = true;
                }
                Some(at)
            }
        };
        if let Some(found) = found {
            return found;
        }
        let child = NodeId(u16::try_from(self.nodes.len()).unwrap_or(NO_NODE));
        self.nodes.push(TrieNode::default());
        let Some(node) = self.nodes.get_mut(usize::from(at.0)) else { return child };
        match step {
            Step::Key(key) => self.members.push((at, key.as_bytes().to_vec(), child)),
            Step::AnyKey => node.any_key = Some(child),
            Step::Element => node.element = Some(child),
            Step::Typed(name) => node.typed.push((name.as_bytes().to_vec(), child)),
            Step::ToolInput(name) => node.tools.push((name.as_bytes().to_vec(), child)),
            Step::Below => {}
        }
        child
    }

    /// Builds the table of members. Called once, after the last path was added.
    pub(crate) fn finish(&mut self) {
        let size = (self.members.len() * 4).next_power_of_two();
        self.table = vec![NO_NODE; size];
        for (place, (node, key, child)) in self.members.iter().enumerate() {
            let slot = Slot { node: *node, child: *child, key: Ends::of(key) };
            let mut at = slot.key.hash(*node) as usize & (size - 1);
            while self.table.get(at).is_some_and(|known| *known != NO_NODE) {
                at = (at + 1) & (size - 1);
            }
            if let Some(free) = self.table.get_mut(at) {
                *free = u16::try_from(place).unwrap_or(NO_NODE);
            }
            self.slots.push(slot);
        }
    }

    fn node(&self, at: NodeId) -> &TrieNode {
        // Every id was made by `step` and nodes are never removed.
        self.nodes.get(usize::from(at.0)).unwrap_or(&NOWHERE)
    }

    /// The member of `at` that is written as `key`, or the one for any key.
    pub(crate) fn member(&self, at: NodeId, key: &[u8]) -> Option<NodeId> {
        let mask = self.table.len().checked_sub(1)?;
        let ends = Ends::of(key);
        let mut place = ends.hash(at) as usize & mask;
        while let Some(member) = self.table.get(place).map(|member| usize::from(*member))
            && let Some(slot) = self.slots.get(member)
        {
            if slot.node == at && slot.key == ends && self.is_same(member, key) {
                return Some(slot.child);
            }
            place = (place + 1) & mask;
        }
        self.node(at).any_key
    }

    /// Whether a member whose key has the same ends has the same key.
    fn is_same(&self, member: usize, key: &[u8]) -> bool {
        key.len() <= 16 || self.members.get(member).is_some_and(|(_, name, _)| name == key)
    }

    /// Whether members of `at` are reached by any key: such keys are content until they are shown to be harmless.
    pub(crate) fn has_free_keys(&self, at: NodeId) -> bool {
        self.node(at).any_key.is_some()
    }

    pub(crate) fn treatment(&self, at: NodeId) -> Option<&Treatment> {
        self.node(at).treatment.as_ref()
    }

    /// Whether the treatment of `at` holds for all that lies below.
    pub(crate) fn covers_below(&self, at: NodeId) -> bool {
        self.node(at).below
    }

    /// Where elements of the array at `at` go on.
    pub(crate) fn element(&self, at: NodeId) -> Option<NodeId> {
        self.node(at).element
    }

    /// Where elements of the type `name` go on.
    pub(crate) fn typed(&self, at: NodeId, name: &[u8]) -> Option<NodeId> {
        named(&self.node(at).typed, name)
    }

    /// Whether elements are told apart by their type.
    pub(crate) fn has_types(&self, at: NodeId) -> bool {
        !self.node(at).typed.is_empty()
    }

    /// Where the input of the tool `name` goes on; `None` when `at` does not tell tools apart.
    pub(crate) fn tool_input(&self, at: NodeId, name: &[u8]) -> Option<NodeId> {
        let tools = &self.node(at).tools;
        let fallback = || if name.starts_with(b"mcp__") { named(tools, b"mcp__*") } else { None };
        named(tools, name).or_else(fallback).or_else(|| named(tools, b"*"))
    }

    /// Whether `at` tells tools apart.
    pub(crate) fn has_tools(&self, at: NodeId) -> bool {
        !self.node(at).tools.is_empty()
    }
}

static NOWHERE: TrieNode =
    TrieNode { treatment: None, any_key: None, element: None, typed: Vec::new(), tools: Vec::new(), below: false };

fn named(list: &[(Vec<u8>, NodeId)], name: &[u8]) -> Option<NodeId> {
    list.iter().find(|(known, _)| known == name).map(|(_, node)| *node)
}

impl Ends {
    #[inline(always)]
    fn of(key: &[u8]) -> Self {
        let length = key.len() as u16;
        let (first, last) = match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
            (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ => match (key.first_chunk::<4>(), key.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
                }
                _ => (key.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)), 0),
            },
        };
        Self { length, first, last }
    }

    #[inline(always)]
    fn hash(self, node: NodeId) -> u64 {
        const K: u64 = 0x517c_c1b7_2722_0a95;
        let state = u64::from(node.0).wrapping_add(u64::from(self.length)).wrapping_mul(K);
        let state = (state.rotate_left(5) ^ self.first).wrapping_mul(K);
        (state.rotate_left(5) ^ self.last).wrapping_mul(K) >> 32
    }
}
