//! A flat index over the bytes of one JSON text: values stay where they lie, nothing is copied or decoded.
//!
//! Strict as to structure, escapes and depth; numbers are looked at only where a rule asks for one. Strings may
//! hold control characters or halves of surrogate pairs: the index marks those that do, since they must be
//! written anew before they can be part of valid output.

mod marks;
mod text;

pub(crate) use text::{decode, encode, hex4, sound};

use marks::Marks;

/// Nesting above this is refused (a bomb, not a transcript).
pub(crate) const DEPTH_MAX: usize = 128;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// A range of the indexed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    pub(crate) fn len(self) -> u32 {
        self.end - self.start
    }
}

/// How the inside of a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// No escapes.
    Plain,
    /// Escapes, all of them sound.
    Escaped,
    /// Half a surrogate pair: not every parser takes it.
    Odd,
}

/// One value. Strings span their inside, without the quotes; the other values span all their bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) form: Form,
    /// The member's key, without quotes; empty for elements and the root.
    pub(crate) key: Span,
    pub(crate) span: Span,
    /// The place in the index after this value and all that it holds.
    pub(crate) next: u32,
    /// How many line ends a string holds, written as `\n`.
    pub(crate) line_ends: u32,
}

/// The text is not JSON, is nested too deep or is too long. Holds no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson;

/// The index, reused from text to text.
#[derive(Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    open: Vec<u32>,
}

impl Tape {
    /// Indexes one whole JSON text; white space around it is allowed, anything else is not.
    pub(crate) fn index(&mut self, bytes: &[u8]) -> Result<(), NotJson> {
        self.nodes.clear();
        self.open.clear();
        if u32::try_from(bytes.len()).is_err() {
            return Err(NotJson);
        }
        let marks = Marks::new(bytes);
        Indexer { bytes, at: 0, marks, nodes: &mut self.nodes, open: &mut self.open }.run()
    }

    pub(crate) fn node(&self, place: u32) -> Option<&Node> {
        self.nodes.get(place as usize)
    }

    /// The root, when it is an object.
    pub(crate) fn root_object(&self) -> Option<u32> {
        self.nodes.first().filter(|node| node.kind == Kind::Object).map(|_| 0)
    }

    /// The members or elements directly below `place`, as places in the index.
    pub(crate) fn children(&self, place: u32) -> Children<'_> {
        let end = self.node(place).map_or(0, |node| node.next);
        Children { tape: self, at: place + 1, end }
    }

    /// The first member of the object at `place` whose key is written as `key`.
    pub(crate) fn member(&self, bytes: &[u8], place: u32, key: &str) -> Option<u32> {
        self.children(place).find(|&child| self.node(child).is_some_and(|node| node.key.of(bytes) == key.as_bytes()))
    }
}

/// Walks one level of the index.
pub(crate) struct Children<'a> {
    tape: &'a Tape,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.at >= self.end {
            return None;
        }
        let place = self.at;
        self.at = self.tape.node(place)?.next;
        Some(place)
    }
}

/// The letters of escapes that are two bytes long.
static SHORT: [bool; 256] = {
    let mut letters = [false; 256];
    let mut at = 0;
    while at < 8 {
        letters[b"\"\\/bfnrt"[at] as usize] = true;
        at += 1;
    }
    letters
};

struct Indexer<'a> {
    bytes: &'a [u8],
    at: usize,
    marks: Marks<'a>,
    nodes: &'a mut Vec<Node>,
    /// Places of the objects and arrays not yet closed.
    open: &'a mut Vec<u32>,
}

impl Indexer<'_> {
    fn run(mut self) -> Result<(), NotJson> {
        self.skip_space();
        self.value(Span::default())?;
        while let Some(&parent) = self.open.last() {
            self.skip_space();
            let kind = self.nodes.get(parent as usize).map_or(Kind::Null, |node| node.kind);
            let first = self.nodes.len() == parent as usize + 1;
            match (kind, self.peek()) {
                (Kind::Object, Some(b'}')) | (Kind::Array, Some(b']')) => {
                    self.at += 1;
                    self.close(parent);
                    continue;
                }
                (_, Some(b',')) if !first => {
                    self.at += 1;
                    self.skip_space();
                }
                (_, Some(_)) if first => {}
                _ => return Err(NotJson),
            }
            let key = if kind == Kind::Object { self.key()? } else { Span::default() };
            self.value(key)?;
        }
        self.skip_space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(NotJson) }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn close(&mut self, parent: u32) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            node.next = next;
            node.span.end = self.at as u32;
        }
        self.open.pop();
    }

    fn key(&mut self) -> Result<Span, NotJson> {
        if self.peek() != Some(b'"') {
            return Err(NotJson);
        }
        let (key, ..) = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(NotJson);
        }
        self.at += 1;
        self.skip_space();
        Ok(key)
    }

    fn value(&mut self, key: Span) -> Result<(), NotJson> {
        let start = self.at as u32;
        let place = self.nodes.len() as u32;
        let mut push = |kind, form, span: Span| {
            self.nodes.push(Node { kind, form, key, span, next: place + 1, line_ends: 0 });
        };
        match self.bytes.get(self.at).copied().ok_or(NotJson)? {
            b'"' => {
                let (span, form, line_ends) = self.string()?;
                self.nodes.push(Node { kind: Kind::String, form, key, span, next: place + 1, line_ends });
            }
            open @ (b'{' | b'[') => {
                let kind = if open == b'{' { Kind::Object } else { Kind::Array };
                push(kind, Form::Plain, Span { start, end: start });
                self.at += 1;
                self.open.push(place);
                if self.open.len() > DEPTH_MAX {
                    return Err(NotJson);
                }
            }
            b't' => self.literal(key, b"true", Kind::Bool)?,
            b'f' => self.literal(key, b"false", Kind::Bool)?,
            b'n' => self.literal(key, b"null", Kind::Null)?,
            b'-' | b'0'..=b'9' => {
                while matches!(self.peek(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
                    self.at += 1;
                }
                let span = Span { start, end: self.at as u32 };
                let (kind, form) = (Kind::Number, Form::Plain);
                self.nodes.push(Node { kind, form, key, span, next: place + 1, line_ends: 0 });
            }
            _ => return Err(NotJson),
        }
        Ok(())
    }

    fn literal(&mut self, key: Span, text: &[u8], kind: Kind) -> Result<(), NotJson> {
        let (start, end) = (self.at, self.at + text.len());
        if self.bytes.get(start..end) != Some(text) {
            return Err(NotJson);
        }
        self.at = end;
        let next = self.nodes.len() as u32 + 1;
        let span = Span { start: start as u32, end: end as u32 };
        self.nodes.push(Node { kind, form: Form::Plain, key, span, next, line_ends: 0 });
        Ok(())
    }

    /// Reads the string that begins at the present byte, a quote, and counts its line ends.
    fn string(&mut self) -> Result<(Span, Form, u32), NotJson> {
        self.at += 1;
        let start = self.at as u32;
        let mut form = Form::Plain;
        let mut line_ends = 0;
        loop {
            let at = self.marks.next(self.at).ok_or(NotJson)?;
            match self.bytes.get(at..at + 2) {
                Some([b'\\', letter]) if SHORT.get(usize::from(*letter)) == Some(&true) => {
                    form = form.max(Form::Escaped);
                    line_ends += u32::from(*letter == b'n');
                    self.at = at + 2;
                }
                Some([b'\\', _]) => {
                    self.at = at;
                    form = form.max(self.escape()?);
                }
                _ => {
                    if self.bytes.get(at) != Some(&b'"') {
                        return Err(NotJson);
                    }
                    self.at = at + 1;
                    return Ok((Span { start, end: at as u32 }, form, line_ends));
                }
            }
        }
    }

    /// Steps over a `\u` escape, or over the two of a surrogate pair.
    fn escape(&mut self) -> Result<Form, NotJson> {
        match self.bytes.get(self.at + 1) {
            Some(b'u') => {
                let unit = hex4(self.bytes, self.at + 2).ok_or(NotJson)?;
                self.at += 6;
                match unit {
                    0xD800..=0xDBFF => {
                        let low = if self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
                            hex4(self.bytes, self.at + 2)
                        } else {
                            None
                        };
                        if matches!(low, Some(0xDC00..=0xDFFF)) {
                            self.at += 6;
                            Ok(Form::Escaped)
                        } else {
                            Ok(Form::Odd)
                        }
                    }
                    0xDC00..=0xDFFF => Ok(Form::Odd),
                    _ => Ok(Form::Escaped),
                }
            }
            _ => Err(NotJson),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_json(text: &str) -> bool {
        Tape::default().index(text.as_bytes()).is_ok()
    }

    #[test]
    fn sound_json_is_indexed_and_broken_json_is_refused() {
        for text in ["{}", "[]", " {\"a\":[1,2,{\"b\":null}],\"c\":\"x\\n\\u00e9\"} ", "\"\"", "-1.5e3", "{\"a\":{}}"] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "",
            "{",
            "{]",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "{}{}",
            "[1 2]",
            "\"\\x\"",
            "\"\\u12\"",
            "nul",
            "\0{}",
            "{,}",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(is_json(&("[".repeat(DEPTH_MAX) + &"]".repeat(DEPTH_MAX))));
        assert!(!is_json(&("[".repeat(DEPTH_MAX + 1) + &"]".repeat(DEPTH_MAX + 1))));
    }

    #[test]
    fn members_are_found_past_nested_values() {
        let text = br#"{"message":{"type":"inner","x":[{"type":"deep"}]},"type":"outer"}"#;
        let mut tape = Tape::default();
        assert_eq!(tape.index(text), Ok(()));
        let found = tape.member(text, 0, "type").and_then(|place| tape.node(place)).map(|node| node.span.of(text));
        assert_eq!(found, Some(&b"outer"[..]));
    }

    #[test]
    fn half_a_surrogate_pair_is_marked_and_decodes_to_the_replacement_character() {
        for (text, form, decoded) in [
            (r#""\ud83d\ude00""#, Form::Escaped, "\u{1F600}"),
            (r#""\ud83d""#, Form::Odd, "\u{FFFD}"),
            (r#""a\ude00b""#, Form::Odd, "a\u{FFFD}b"),
            (r#""\ud83d\u0041""#, Form::Odd, "\u{FFFD}A"),
        ] {
            let mut tape = Tape::default();
            assert_eq!(tape.index(text.as_bytes()), Ok(()));
            let node = tape.node(0).copied();
            assert_eq!(node.map(|node| node.form), Some(form), "{text}");
            let mut out = Vec::new();
            decode(node.map(|node| node.span).unwrap_or_default().of(text.as_bytes()), &mut out);
            assert_eq!(out, decoded.as_bytes(), "{text}");
        }
    }

    #[test]
    fn encoding_and_decoding_give_the_text_back() {
        let text = "a\"b\\c\n\r\t\u{1}\u{7f}é😀";
        let (mut encoded, mut decoded) = (Vec::new(), Vec::new());
        encode(text.as_bytes(), &mut encoded);
        decode(&encoded, &mut decoded);
        assert_eq!(decoded, text.as_bytes());
        assert!(sound(&encoded, Form::Escaped));
    }
}
