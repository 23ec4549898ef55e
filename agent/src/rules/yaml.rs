//! As much of YAML as files of rules use: one document of mappings, lists and scalars, each with its line.
//!
//! Aliases are refused: a small text can stand for an endless one with them. So are keys that occur twice, and deep nesting.

use saphyr_parser::{Event, Parser};

use super::document;
use scrubber::detect::rule::RuleProblems;

/// No file of rules is nested deeper.
const DEPTH_MAX: usize = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The line in which it begins, from 1.
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Text, a number, true, false or nothing, as it is written.
    Scalar(String),
    List(Vec<Node>),
    /// Keys in their order, each with its line.
    Map(Vec<(String, usize, Node)>),
}

/// Something that has begun.
enum Open {
    List { line: usize, items: Vec<Node> },
    Map { line: usize, entries: Vec<(String, usize, Node)>, key: Option<(String, usize)> },
}

/// Reads one document; `None` where the text holds none.
///
/// # Errors
/// The line in which the text is no YAML, or has what is not supported. Nothing quotes the text.
pub(super) fn read(file: &str, text: &str) -> Result<Option<Node>, RuleProblems> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        // The parser's own message may quote the text.
        let (event, span) = event.map_err(|error| document(file, error.marker().line(), "does not parse as YAML"))?;
        let line = span.start.line();
        let done = match event {
            Event::Alias(_) => return Err(document(file, line, "has an alias, which is not supported")),
            Event::Scalar(text, ..) => Some(Node { line, value: Value::Scalar(text.into_owned()) }),
            Event::SequenceStart(..) => {
                open.push(Open::List { line, items: Vec::new() });
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map { line, entries: Vec::new(), key: None });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(closed),
            Event::DocumentStart(_) if root.is_some() => {
                return Err(document(file, line, "holds more than one document"));
            }
            Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {
                None
            }
        };
        if open.len() > DEPTH_MAX {
            return Err(document(file, line, "is nested too deep"));
        }
        if let Some(node) = done {
            place(file, &mut open, &mut root, node)?;
        }
    }
    Ok(root)
}

fn closed(open: Open) -> Node {
    match open {
        Open::List { line, items } => Node { line, value: Value::List(items) },
        Open::Map { line, entries, .. } => Node { line, value: Value::Map(entries) },
    }
}

/// Puts a whole value where it belongs.
fn place(file: &str, open: &mut [Open], root: &mut Option<Node>, node: Node) -> Result<(), RuleProblems> {
    match open.last_mut() {
        None => *root = Some(node),
        Some(Open::List { items, .. }) => items.push(node),
        Some(Open::Map { entries, key, .. }) => match (key.take(), node.value) {
            (Some((key, line)), value) => entries.push((key, line, Node { line: node.line, value })),
            (None, Value::Scalar(text)) => {
                if entries.iter().any(|(known, ..)| *known == text) {
                    return Err(document(file, node.line, "has a key twice"));
                }
                *key = Some((text, node.line));
            }
            (None, Value::List(_) | Value::Map(_)) => {
                return Err(document(file, node.line, "has a key that is no word"));
            }
        },
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_with_its_lines() {
        let node = read("x.yml", "rules:\n  - name: a\n    pattern: |\n      (?x)\n      b\n").unwrap().unwrap();
        let Value::Map(top) = node.value else { unreachable!() };
        let (key, line, rules) = &top[0];
        assert_eq!((key.as_str(), *line), ("rules", 1));
        let Value::List(rules) = &rules.value else { unreachable!() };
        let Value::Map(rule) = &rules[0].value else { unreachable!() };
        let texts: Vec<_> = rule.iter().map(|(key, line, node)| (key.as_str(), *line, &node.value)).collect();
        let scalar = |text: &str| Value::Scalar(text.to_owned());
        assert_eq!(texts, [("name", 2, &scalar("a")), ("pattern", 3, &scalar("(?x)\nb\n"))]);
    }

    #[test]
    fn what_is_broken_is_told_by_its_line_and_never_quoted() {
        let check = |text: &str, expected: &str| {
            let problems = read("x.yml", text).unwrap_err().to_string();
            assert!(problems.contains(expected) && !problems.contains("c4nary"), "{text}: {problems}");
        };
        check("rules:\n  - c4nary: [\n", "does not parse as YAML");
        check("rules:\n\t- c4nary\n", "does not parse as YAML");
        check("a: &x [c4nary]\nb: *x\n", "x.yml:2: key `(document)` has an alias");
        check("c4nary: 1\nc4nary: 2\n", "x.yml:2: key `(document)` has a key twice");
        check("? [c4nary]\n: 1\n", "has a key that is no word");
        check("---\na: 1\n---\nb: c4nary\n", "holds more than one document");
        check(&"[".repeat(100), "is nested too deep");
    }
}
