//! A JSON value that keeps the order of its members and is written the way Claude Code's `JSON.stringify` writes it.
//!
//! `serde_json::Value` sorts its members unless a feature is on that would change every other crate of the workspace;
//! the order of members is part of a transcript's shape (readers look for `type` first and find it in the middle).

use std::borrow::Cow;

/// A JSON value with ordered members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string, unescaped.
    Str(Cow<'static, str>),
    /// An array.
    Arr(Vec<Json>),
    /// An object, in the order in which members were added.
    Obj(Vec<(Cow<'static, str>, Json)>),
}

/// An object from `key => value` pairs; values are anything that turns into [`Json`].
macro_rules! obj {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::json::Json::Obj(vec![$((::std::borrow::Cow::from($key), $crate::json::Json::from($value))),*])
    };
}
/// An array of anything that turns into [`Json`].
macro_rules! arr {
    ($($value:expr),* $(,)?) => { $crate::json::Json::Arr(vec![$($crate::json::Json::from($value)),*]) };
}
pub(crate) use {arr, obj};

impl Json {
    /// An object without members.
    pub(crate) const EMPTY: Self = Self::Obj(Vec::new());
    /// An array without items.
    pub(crate) const NONE: Self = Self::Arr(Vec::new());

    /// Adds a member at the end; anything but an object stays as it is.
    pub(crate) fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Self>) -> Self {
        self.put(key, value);
        self
    }

    /// Adds a member at the end when there is a value for it.
    pub(crate) fn with_some(self, key: &'static str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a member at the end, in place.
    pub(crate) fn put(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Self>) {
        if let Self::Obj(members) = self {
            members.push((key.into(), value.into()));
        }
    }

    /// Adds all members of another object at the end.
    pub(crate) fn join(mut self, other: Self) -> Self {
        if let (Self::Obj(members), Self::Obj(more)) = (&mut self, other) {
            members.extend(more);
        }
        self
    }

    /// The string that a member of an object holds.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let Self::Obj(members) = self else { return None };
        members
            .iter()
            .find(|(key, _)| key == name)
            .and_then(|(_, value)| if let Self::Str(text) = value { Some(text.as_ref()) } else { None })
    }

    /// The compact text of the value.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// The text of the value, indented by two blanks a level, as tools print it.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write_pretty(&mut out, 0);
        out
    }

    /// Appends the compact text of the value.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => out.push_str(&value.to_string()),
            Self::Float(value) => out.push_str(&value.to_string()),
            Self::Str(value) => escape(value, out),
            Self::Arr(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Obj(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    escape(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    fn write_pretty(&self, out: &mut String, depth: usize) {
        let pad = |out: &mut String, depth: usize| {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        };
        match self {
            Self::Arr(items) if !items.is_empty() => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    pad(out, depth + 1);
                    item.write_pretty(out, depth + 1);
                }
                pad(out, depth);
                out.push(']');
            }
            Self::Obj(members) if !members.is_empty() => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    pad(out, depth + 1);
                    escape(key, out);
                    out.push_str(": ");
                    value.write_pretty(out, depth + 1);
                }
                pad(out, depth);
                out.push('}');
            }
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Str(_) | Self::Arr(_) | Self::Obj(_) => {
                self.write(out);
            }
        }
    }
}

/// Appends a string as a JSON string, escaping what must be escaped and nothing else.
pub(crate) fn escape(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    // Runs without anything to escape are copied whole: they are nearly all of a transcript.
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let mut chars = tail.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(other) => out.push_str(&format!("\\u{:04x}", u32::from(other))),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// The text as it stands inside a JSON string: escaped, without the quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(text, &mut out);
    out.pop();
    if !out.is_empty() {
        out.remove(0);
    }
    out
}

impl From<&'static str> for Json {
    fn from(value: &'static str) -> Self {
        Self::Str(Cow::Borrowed(value))
    }
}
impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Str(Cow::Owned(value))
    }
}
impl From<&String> for Json {
    fn from(value: &String) -> Self {
        Self::Str(Cow::Owned(value.clone()))
    }
}
impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Self::Int(i64::from(value))
    }
}
impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}
impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}
impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}
impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::Arr(items.into_iter().map(Into::into).collect())
    }
}
impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
