//! Field paths as the allow-list writes them.
//!
//! `user.message.content[type=tool_result].content`: the record's type, then members. Behind a member may stand
//! `[]` (each element), `[type=x]` (each element that is an object of that type) or `<Tool>` (the input of that
//! tool; `mcp__*` for MCP tools, `*` for tools that no other path names). `{*}` is any key, `**` all that lies
//! below. `{a,b}` spells out alternatives.

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    AnyKey,
    Below,
    Element,
    Typed(String),
    ToolInput(String),
}

/// Spells out the alternatives of a path.
pub(crate) fn alternatives(path: &str) -> Vec<String> {
    let braces = path
        .match_indices('{')
        .filter_map(|(open, _)| {
            let (before, rest) = (path.get(..open)?, path.get(open + 1..)?);
            let (inside, after) = rest.split_once('}')?;
            (inside != "*").then_some((before, inside, after))
        })
        .next();
    match braces {
        None => vec![path.to_owned()],
        Some((before, inside, after)) => {
            inside.split(',').flat_map(|choice| alternatives(&format!("{before}{choice}{after}"))).collect()
        }
    }
}

/// Reads one path without alternatives; `None` when it does not follow the grammar.
pub(crate) fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let name_end = part.find(['[', '<']).unwrap_or(part.len());
        let (name, suffix) = part.split_at_checked(name_end)?;
        steps.push(match name {
            "" => return None,
            "{*}" => Step::AnyKey,
            "**" => Step::Below,
            _ if name.contains(['{', '}', '*']) => return None,
            _ => Step::Key(name.to_owned()),
        });
        match suffix {
            "" => {}
            "[]" => steps.push(Step::Element),
            _ => steps.push(suffixed(suffix)?),
        }
    }
    Some(steps)
}

fn suffixed(suffix: &str) -> Option<Step> {
    if let Some(name) = suffix.strip_prefix("[type=").and_then(|rest| rest.strip_suffix(']')) {
        return Some(Step::Typed(name.to_owned()));
    }
    let tool = suffix.strip_prefix('<')?.strip_suffix('>')?;
    Some(Step::ToolInput(tool.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_spelled_out() {
        assert_eq!(alternatives("{a,b}.x.{c,d}"), ["a.x.c", "a.x.d", "b.x.c", "b.x.d"]);
        assert_eq!(alternatives("a.{*}.b"), ["a.{*}.b"]);
        assert_eq!(alternatives("{a,b}.{*}"), ["a.{*}", "b.{*}"]);
    }

    #[test]
    fn paths_are_read_and_odd_ones_refused() {
        let key = |name: &str| Step::Key(name.to_owned());
        let read = steps("user.content[type=tool_use].input<Bash>.list[].{*}.**");
        let expected = vec![
            key("user"),
            key("content"),
            Step::Typed("tool_use".to_owned()),
            key("input"),
            Step::ToolInput("Bash".to_owned()),
            key("list"),
            Step::Element,
            Step::AnyKey,
            Step::Below,
        ];
        assert_eq!(read, Some(expected));
        for odd in ["", "a..b", "a[", "a[type=x", "a<b", "a[1]", "a*b"] {
            assert_eq!(steps(odd), None, "{odd}");
        }
    }
}
