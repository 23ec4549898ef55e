//! Reads `allow-list.toml`.

use super::{AllowList, AllowListError, Entry, Facet, Shape, Slot, ToolPart, Treatment, Trie};
use super::{list_place, path, role_named};
use crate::Tier;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAllowList {
    /// Record types that are known and never leave.
    types_not_shipped: Vec<String>,
    lists: BTreeMap<String, Vec<String>>,
    field: Vec<RawField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    path: Vec<String>,
    treatment: String,
    #[serde(default)]
    shape: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    to: String,
    /// The value ships only where the record holds no tool result of its own.
    #[serde(default)]
    twin: bool,
    why: String,
}

pub(super) fn parse(text: &'static str) -> Result<AllowList, AllowListError> {
    let raw: RawAllowList = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        AllowListError::Syntax { line: text.bytes().take(start).filter(|&byte| byte == b'\n').count() + 1 }
    })?;
    let enums: Vec<_> = raw.lists.into_iter().collect();
    let mut trie = Trie::new();
    let mut entries = Vec::with_capacity(raw.field.len());
    for field in &raw.field {
        let treatment = treatment(field, &enums)?;
        let paths: Vec<String> = field.path.iter().flat_map(|path| path::alternatives(path)).collect();
        for path in &paths {
            let steps = path::steps(path).ok_or_else(|| AllowListError::Path { path: path.clone() })?;
            if !trie.add(&steps, treatment.clone()) {
                return Err(AllowListError::Twice { path: path.clone() });
            }
        }
        entries.push(entry(field, paths, &treatment));
    }
    trie.finish();
    Ok(AllowList { trie, entries, enums, unshipped: raw.types_not_shipped, source: text })
}

fn treatment(field: &RawField, enums: &[(String, Vec<String>)]) -> Result<Treatment, AllowListError> {
    let unknown = |what, name: &str| AllowListError::Unknown {
        path: field.path.first().cloned().unwrap_or_default(),
        what,
        name: name.to_owned(),
    };
    let to = || Slot::named(&field.to).ok_or_else(|| unknown("event field", &field.to));
    let role = || role_named(&field.role).ok_or_else(|| unknown("role", &field.role));
    let shape = || shape(&field.shape, enums).ok_or_else(|| unknown("shape", &field.shape));
    Ok(match field.treatment.as_str() {
        "keep" => Treatment::Keep { shape: shape()?, to: to()? },
        "keep-or-other" => Treatment::OrOther { shape: shape()?, to: to()? },
        "id" => Treatment::Id { to: to()? },
        "pseudonym" => {
            let domain = PSEUDONYMS.iter().find(|(name, _)| field.to == *name).map(|(_, domain)| *domain);
            Treatment::Pseudonym { domain: domain.ok_or_else(|| unknown("pseudonym", &field.to))?, to: to()? }
        }
        "scrub" => Treatment::Text { role: role()?, facet: None, twin: field.twin },
        "command" => Treatment::Text { role: role()?, facet: Some((Facet::Command, to()?)), twin: field.twin },
        "path" => Treatment::Text { role: role()?, facet: Some((Facet::Extension, to()?)), twin: field.twin },
        "shape" => Treatment::Shape { role: role()? },
        "tool-call" => Treatment::Tool(ToolPart::Call),
        "tool-result" => Treatment::Tool(ToolPart::Result),
        "drop" => Treatment::Drop,
        other => return Err(unknown("treatment", other)),
    })
}

/// Event fields that hold pseudonyms, and what they are pseudonyms of: `parent` points to another event's `record`.
const PSEUDONYMS: &[(&str, &str)] = &[
    ("session", "session"),
    ("record", "record"),
    ("parent", "record"),
    ("agent", "agent"),
    ("prompt", "prompt"),
    ("project", "project"),
    ("branch", "branch"),
];

fn shape(name: &str, enums: &[(String, Vec<String>)]) -> Option<Shape> {
    Some(match name {
        "integer" => Shape::Integer,
        "count" => Shape::Count,
        "duration" => Shape::Duration,
        "boolean" => Shape::Boolean,
        "timestamp" => Shape::Timestamp,
        "version" => Shape::Version,
        "model" => Shape::Model,
        _ => Shape::Enum(list_place(enums, name.strip_prefix("enum:")?)?),
    })
}

fn entry(field: &RawField, paths: Vec<String>, treatment: &Treatment) -> Entry {
    let tier = match treatment {
        Treatment::Keep { to, .. }
        | Treatment::OrOther { to, .. }
        | Treatment::Id { to }
        | Treatment::Pseudonym { to, .. } => Some(to.tier()),
        Treatment::Text { .. } | Treatment::Shape { .. } => Some(Tier::Activity),
        Treatment::Tool(_) => Some(Tier::Metrics),
        Treatment::Drop => None,
    };
    let detail = [&field.shape, &field.role].into_iter().filter(|text| !text.is_empty());
    let treatment = detail.fold(field.treatment.clone(), |text, detail| format!("{text} ({detail})"));
    Entry { paths, treatment, to: field.to.clone(), tier, why: field.why.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(field: &str) -> Option<AllowListError> {
        let text = format!("types_not_shipped = []\n[lists]\na = [\"x\"]\n[[field]]\n{field}\nwhy = \"\"\n");
        parse(text.leak()).err()
    }

    #[test]
    fn what_an_entry_names_must_exist() {
        assert_eq!(error("path = [\"a.b\"]\ntreatment = \"keep\"\nshape = \"enum:a\"\nto = \"subtype\""), None);
        for (field, what) in [
            ("path = [\"a.b\"]\ntreatment = \"kep\"", "treatment"),
            ("path = [\"a.b\"]\ntreatment = \"keep\"\nshape = \"enum:b\"\nto = \"subtype\"", "shape"),
            ("path = [\"a.b\"]\ntreatment = \"keep\"\nshape = \"integer\"\nto = \"nope\"", "event field"),
            ("path = [\"a.b\"]\ntreatment = \"scrub\"\nrole = \"nope\"", "role"),
            ("path = [\"a.b\"]\ntreatment = \"pseudonym\"\nto = \"model\"", "pseudonym"),
        ] {
            match error(field) {
                Some(AllowListError::Unknown { what: found, .. }) => assert_eq!(found, what),
                other => panic!("{field}: {other:?}"),
            }
        }
        let twice = error("path = [\"a.b\", \"a.b\"]\ntreatment = \"drop\"");
        assert_eq!(twice, Some(AllowListError::Twice { path: "a.b".to_owned() }));
        assert_eq!(error("path = [\"a.b\"]\ntreatment = \"drop\"\nodd = 1"), Some(AllowListError::Syntax { line: 7 }));
    }

    #[test]
    fn the_shipped_allow_list_is_valid() {
        assert_eq!(AllowList::shipped().err(), None);
    }
}
