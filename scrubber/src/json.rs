//! A flat index over the bytes of one JSON text: values stay where they lie, nothing is copied or decoded.
//!
//! Strict as to structure, escapes and depth; numbers are looked at only where a rule asks for one. Strings may
//! hold control characters or halves of surrogate pairs: [`Tape::is_sound`] tells, since those must be
//! written anew before they can be part of valid output.

mod marks;
mod text;

pub(crate) use text::{decode, encode, hex4, is_inside};

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

/// One value. Strings span their inside, without the quotes; the other values span all their bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The member's key, without quotes; empty for elements and the root.
    pub(crate) key: Span,
    pub(crate) span: Span,
    /// The place in the index after this value and all that it holds.
    pub(crate) next: u32,
}

/// The text is not JSON, is nested too deep or is too long. Holds no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson;

/// The index, reused from text to text.
#[derive(Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    open: Vec<u32>,
    marks: Marks,
}

impl Tape {
    /// Indexes one whole JSON text; white space around it is allowed, anything else is not.
    pub(crate) fn index(&mut self, bytes: &[u8]) -> Result<(), NotJson> {
        self.nodes.clear();
        self.open.clear();
        if u32::try_from(bytes.len()).is_err() {
            return Err(NotJson);
        }
        self.marks.read(bytes)?;
        let marks = self.marks.places().iter();
        Indexer { bytes, at: 0, marks, nodes: &mut self.nodes, open: &mut self.open }.run()
    }

    /// Whether the inside of a string of the text can be part of valid JSON as it stands.
    pub(crate) fn is_sound(&self, bytes: &[u8], inside: Span) -> bool {
        !self.marks.has_odd() || text::sound(inside.of(bytes))
    }

    /// How many line ends the inside of a string holds, written as `\n`.
    pub(crate) fn line_ends(&self, inside: Span) -> u32 {
        self.marks.line_ends(inside)
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

/// Reads the structure from the places at which something stands that is part of it: quotes, brackets, commas, colons.
struct Indexer<'a> {
    bytes: &'a [u8],
    at: usize,
    marks: std::slice::Iter<'a, u32>,
    nodes: &'a mut Vec<Node>,
    /// Places of the objects and arrays not yet closed.
    open: &'a mut Vec<u32>,
}

impl Indexer<'_> {
    /// Reads a value and what stands between it and the next one, again and again.
    fn run(mut self) -> Result<(), NotJson> {
        let mut key = Span::default();
        // Of the innermost container that is open.
        let mut is_object = false;
        loop {
            let kind = self.value(key)?;
            let begun = matches!(kind, Kind::Object | Kind::Array);
            if begun {
                is_object = kind == Kind::Object;
            }
            if !begun || self.is_closed_next(is_object) {
                loop {
                    let Some(&container) = self.open.last() else { return self.end() };
                    match (self.next_mark()?, is_object) {
                        (b',', _) => break,
                        (b'}', true) | (b']', false) => is_object = self.close(container),
                        _ => return Err(NotJson),
                    }
                }
            }
            key = if is_object { self.key()? } else { Span::default() };
        }
    }

    /// Holds that nothing follows.
    fn end(mut self) -> Result<(), NotJson> {
        self.blank(self.bytes.len())?;
        if self.marks.next().is_none() { Ok(()) } else { Err(NotJson) }
    }

    /// Whether the container that was just begun is empty.
    #[inline(always)]
    fn is_closed_next(&self, is_object: bool) -> bool {
        let close = if is_object { b'}' } else { b']' };
        // The mark after the first value of an array may be the one that closes it: `[1]`.
        self.peek().is_some_and(|(place, byte)| byte == close && self.blank(place).is_ok())
    }

    /// The next mark's place, and the byte there.
    #[inline(always)]
    fn peek(&self) -> Option<(usize, u8)> {
        let place = *self.marks.as_slice().first()? as usize;
        Some((place, *self.bytes.get(place)?))
    }

    /// Steps over the next mark, with nothing but white space before it, and tells the byte there.
    #[inline(always)]
    fn next_mark(&mut self) -> Result<u8, NotJson> {
        let place = *self.marks.next().ok_or(NotJson)? as usize;
        self.blank(place)?;
        self.at = place + 1;
        self.bytes.get(place).copied().ok_or(NotJson)
    }

    /// Steps over the next mark, which must be `wanted`.
    #[inline(always)]
    fn mark(&mut self, wanted: u8) -> Result<(), NotJson> {
        if self.next_mark()? == wanted { Ok(()) } else { Err(NotJson) }
    }

    /// Holds that there is only white space up to `place`.
    #[inline(always)]
    fn blank(&self, place: usize) -> Result<(), NotJson> {
        if place == self.at {
            return Ok(());
        }
        let between = self.bytes.get(self.at..place).ok_or(NotJson)?;
        if between.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) { Ok(()) } else { Err(NotJson) }
    }

    /// Closes a container. Tells whether the one around it is an object.
    #[inline(always)]
    fn close(&mut self, container: u32) -> bool {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(container as usize) {
            node.next = next;
            node.span.end = self.at as u32;
        }
        self.open.pop();
        let around = self.open.last().and_then(|around| self.nodes.get(*around as usize));
        around.is_some_and(|node| node.kind == Kind::Object)
    }

    #[inline(always)]
    fn key(&mut self) -> Result<Span, NotJson> {
        let key = self.string()?;
        self.mark(b':')?;
        Ok(key)
    }

    /// The inside of the string that begins at the next mark. All its escapes are sound, [`Marks::read`] has seen to that.
    #[inline(always)]
    fn string(&mut self) -> Result<Span, NotJson> {
        self.mark(b'"')?;
        let start = self.at as u32;
        // Between the quotes of a string nothing is marked.
        let end = *self.marks.next().ok_or(NotJson)?;
        self.at = end as usize + 1;
        Ok(Span { start, end })
    }

    #[inline(always)]
    fn value(&mut self, key: Span) -> Result<Kind, NotJson> {
        let next = self.nodes.len() as u32 + 1;
        let (kind, span) = match self.peek() {
            Some((_, b'"')) => (Kind::String, self.string()?),
            Some((_, open @ (b'{' | b'['))) => {
                self.mark(open)?;
                self.open.push(next - 1);
                if self.open.len() > DEPTH_MAX {
                    return Err(NotJson);
                }
                let start = self.at as u32 - 1;
                (if open == b'{' { Kind::Object } else { Kind::Array }, Span { start, end: start })
            }
            _ => self.scalar()?,
        };
        self.nodes.push(Node { kind, key, span, next });
        Ok(kind)
    }

    /// A number or a word, up to the next mark.
    fn scalar(&mut self) -> Result<(Kind, Span), NotJson> {
        let limit = self.marks.as_slice().first().map_or(self.bytes.len(), |place| *place as usize);
        let between = self.bytes.get(self.at..limit).ok_or(NotJson)?;
        let start = self.at + (between.len() - between.trim_ascii_start().len());
        let text = between.trim_ascii();
        let kind = match text {
            b"true" | b"false" => Kind::Bool,
            b"null" => Kind::Null,
            [b'-' | b'0'..=b'9', rest @ ..]
                if rest.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) =>
            {
                Kind::Number
            }
            _ => return Err(NotJson),
        };
        self.at = limit;
        Ok((kind, Span { start: start as u32, end: (start + text.len()) as u32 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_json(text: &str) -> bool {
        Tape::default().index(text.as_bytes()).is_ok()
    }

    #[test]
    fn sound_json_is_indexed_and_broken_json_is_refused() {
        for text in [
            "{}",
            "[]",
            " {\"a\":[1,2,{\"b\":null}],\"c\":\"x\\n\\u00e9\"} ",
            "\"\"",
            "-1.5e3",
            "{\"a\":{}}",
            "[1]",
            "[ 1 ]",
            "[[2],[true],[null,1]]",
            "[ ]",
            "{\"a\":[1],\"b\":1}",
        ] {
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
            "[1,,2]",
            "[\"a\"\"b\"]",
            "[\"a\"1]",
            "[1\"a\"]",
            "{\"a\":1 2}",
            "{\"a\" \"b\"}",
            "{1:2}",
            "\"a",
            "\"a\\\"",
            "\"\\",
            "[\\n]",
            "[tru e]",
            "[1]]",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_indexed_is_what_a_parser_takes(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40),
            padding in 0..130usize,
        ) {
            // Padding moves the pieces over the edges of blocks.
            let text = format!("[\"{}\",{}]", "x".repeat(padding), pieces.concat());
            let parsed = serde_json::from_str::<serde_json::Value>(&text);
            prop_assert_eq!(is_json(&text), parsed.is_ok(), "{}", text);
        }

        #[test]
        fn strings_come_back_whatever_they_hold(text in "[a-z\\\\\"\n\u{1}\u{e9}\u{1f600}/]{0,200}") {
            let line = serde_json::json!([text, {"a": text}]).to_string();
            let mut tape = Tape::default();
            prop_assert_eq!(tape.index(line.as_bytes()), Ok(()));
            for place in [1, 3] {
                let span = tape.node(place).map(|node| node.span).unwrap_or_default();
                let mut out = Vec::new();
                decode(span.of(line.as_bytes()), &mut out);
                prop_assert_eq!(String::from_utf8_lossy(&out), text.as_str());
                prop_assert_eq!(tape.line_ends(span) as usize, text.matches('\n').count());
                prop_assert!(tape.is_sound(line.as_bytes(), span));
            }
        }
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = proptest::prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i32>().prop_map(serde_json::Value::from),
            "[a-z\\\\\" ]{0,9}".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            proptest::prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                proptest::collection::vec(("[a-z\"]{0,3}", inner), 0..4)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_is_indexed(value in any_value()) {
            prop_assert!(is_json(&value.to_string()), "{}", value);
            prop_assert!(is_json(&serde_json::to_string_pretty(&value).unwrap_or_default()), "{}", value);
        }
    }

    /// What JSON is made of, whole and broken.
    const PIECES: &[&str] = &[
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\n", "\\\"", "\\\\", "\\u0041", "\\u12", "\\x", " ", "1", "true",
        "null", "a", "\"k\":1", "\"v\"", ",\"w\"", "[]", "{}",
    ];

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
    fn half_a_surrogate_pair_is_unsound_and_decodes_to_the_replacement_character() {
        for (text, sound, decoded) in [
            (r#""\ud83d\ude00""#, true, "\u{1F600}"),
            (r#""\ud83d""#, false, "\u{FFFD}"),
            (r#""a\ude00b""#, false, "a\u{FFFD}b"),
            (r#""\ud83d\u0041""#, false, "\u{FFFD}A"),
            ("\"a\tb\"", false, "a\tb"),
        ] {
            let mut tape = Tape::default();
            assert_eq!(tape.index(text.as_bytes()), Ok(()));
            let span = tape.node(0).map(|node| node.span).unwrap_or_default();
            assert_eq!(tape.is_sound(text.as_bytes(), span), sound, "{text}");
            let mut out = Vec::new();
            decode(span.of(text.as_bytes()), &mut out);
            assert_eq!(out, decoded.as_bytes(), "{text}");
        }
    }

    #[test]
    fn line_ends_are_counted_within_a_string() {
        for length in [0, 1, 50, 63, 64, 200] {
            let text = format!("[\"{}\",\"{}\\\\n\\n\",1]", "x\\n".repeat(3), "\\n".repeat(length));
            let mut tape = Tape::default();
            assert_eq!(tape.index(text.as_bytes()), Ok(()));
            let count = |place| tape.node(place).map_or(0, |node| tape.line_ends(node.span));
            assert_eq!((count(1), count(2)), (3, length as u32 + 1));
        }
    }

    #[test]
    fn encoding_and_decoding_give_the_text_back() {
        let text = "a\"b\\c\n\r\t\u{1}\u{7f}é😀";
        let (mut encoded, mut decoded) = (Vec::new(), Vec::new());
        encode(text.as_bytes(), &mut encoded);
        decode(&encoded, &mut decoded);
        assert_eq!(decoded, text.as_bytes());
        assert!(text::sound(&encoded));
    }
}
