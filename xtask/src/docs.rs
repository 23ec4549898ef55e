//! Pages and schemas that are made from the product's own tables, so that they cannot fall out of step.

use anyhow::{Context, Result, ensure};
use scrubber::schema::{Field, FieldType, Group, ROLES, SCHEMA, fields};
use scrubber::{AllowList, Entry, Tier};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;

use crate::cargo;

/// What the field `redactions` means, which stands in no table: its members are rules.
const REDACTIONS: &str = "values replaced in the event's texts, by rule id; only texts that leave are looked at, so there are none below `content`";

/// A generated file: its path below the root and its text.
type Page = (&'static str, String);

/// All generated files.
fn pages() -> Result<Vec<Page>> {
    let allow_list = AllowList::shipped().context("cannot read the allow-list")?;
    Ok(vec![
        ("docs/leaves.md", leaves(&allow_list)),
        ("docs/schema.md", schema_page()),
        ("packaging/windows/policy.wxi", crate::package::msi::include()),
        ("config/event.schema.json", format!("{:#}\n", event_schema())),
    ])
}

/// What the agent makes of its own table of settings. A test of the agent's holds these files to the table.
const TEMPLATES: [(&str, &str); 5] = [
    ("json-schema", "packaging/policy.schema.json"),
    ("mobileconfig", "packaging/macos/policy.mobileconfig"),
    ("plist", "packaging/macos/policy.plist"),
    ("admx", "packaging/windows/bcce-agent.admx"),
    ("adml", "packaging/windows/en-US/bcce-agent.adml"),
];

/// Writes every generated file.
pub(crate) fn write(root: &Path) -> Result<()> {
    for (path, text) in pages()? {
        std::fs::write(root.join(path), text).with_context(|| format!("cannot write {path}"))?;
    }
    for (form, path) in TEMPLATES {
        let mut command = cargo::command();
        command.current_dir(root).args(["run", "--quiet", "--locked", "--package", "bcce-agent", "--"]);
        let output = command.args(["config", "template", form]).output().context("cannot start cargo")?;
        ensure!(output.status.success(), "the agent cannot print the template {form}");
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(root))
            .with_context(|| format!("cannot make room for {path}"))?;
        std::fs::write(file, output.stdout).with_context(|| format!("cannot write {path}"))?;
    }
    picture(root)
}

/// Has the agent's own test draw `docs/preview.svg`: the viewer's cells are reached there alone.
fn picture(root: &Path) -> Result<()> {
    let mut command = cargo::command();
    command.current_dir(root).args([
        "test",
        "--quiet",
        "--locked",
        "--package",
        "bcce-agent-core",
        "--lib",
        "viewer::picture",
    ]);
    let output = command.env("WRITE_DOCS", "1").output().context("cannot start cargo")?;
    ensure!(output.status.success(), "the agent cannot draw its preview");
    Ok(())
}

/// Names the generated files that are out of step.
#[cfg(test)]
fn stale(root: &Path) -> Result<Vec<&'static str>> {
    let current = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default().replace("\r\n", "\n");
    Ok(pages()?.into_iter().filter(|(path, text)| current(path) != *text).map(|(path, _)| path).collect())
}

fn leaves(allow_list: &AllowList) -> String {
    let mut page = String::from(
        "# What leaves this machine\n\n\
         Made from `config/allow-list.toml` by `cargo xtask docs`; do not edit.\n\n\
         A field that is not listed here never leaves: it is dropped and counted. The tiers include each other: what \
         leaves at `metrics` leaves at `activity` and `content`, too. At `content`, texts leave only after secrets and \
         personal data in them were replaced.\n\n\
         Besides the fields below, every event holds: the agent's version, the pseudonyms of login and host name, the \
         operating system, the organisation's name as its policy gives it, the time of reading, the ids of policy and \
         consent, and how many fields were dropped and values replaced, by rule. Once a day the agent makes an event of itself, of \
         kind `agent_health`: counts, and when and how its user consented, listed in [schema.md](schema.md#health-object). `bcce-agent purge --request-erasure` sends \
         an event of kind `erasure_request`, which has nothing but what every event has.\n",
    );
    for tier in Tier::ALL {
        let _ = write!(
            page,
            "\n## From tier `{tier}` on\n\n| Source field | Treatment | Event field | Why |\n|---|---|---|---|\n"
        );
        for entry in allow_list.entries().iter().filter(|entry| leaves_from(entry) == Some(tier)) {
            row(&mut page, entry);
        }
        if tier == Tier::Activity {
            page.push_str("\nTexts leave at `activity` as their role, length and number of lines only; their words from `content` on.\n");
        }
    }
    page.push_str(
        "\n## Known, and never leaves from here\n\n\
         What a rule above says of a record or a call as a whole leaves by that rule: a record's kind as `kind`, a tool's name as \
         `tools.name`.\n\n\
         | Source field | Why |\n|---|---|\n",
    );
    for entry in allow_list.entries().iter().filter(|entry| entry.tier.is_none()) {
        let _ = writeln!(page, "| {} | {} |", paths(entry), entry.why);
    }
    page.push_str("\nRecords of these types make no event: ");
    let types: Vec<String> = allow_list.unshipped_types().iter().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(page, "{}.", types.join(", "));
    page
}

/// The tier under which an entry is listed: texts under `content`.
fn leaves_from(entry: &Entry) -> Option<Tier> {
    let is_text = ["scrub", "command", "path"].iter().any(|word| entry.treatment.starts_with(word));
    if is_text { Some(Tier::Content) } else { entry.tier }
}

fn row(page: &mut String, entry: &Entry) {
    let to = match entry.to.as_str() {
        "" if entry.treatment.starts_with("scrub") => "`text[].body`, `shapes[]`".to_owned(),
        "" if entry.treatment.starts_with("shape") => "`shapes[]`".to_owned(),
        "" => "`tools[]`".to_owned(),
        to if leaves_from(entry) == Some(Tier::Content) => {
            format!("`text[].body`, `shapes[]`; `{to}` from `activity` on")
        }
        to => format!("`{to}`"),
    };
    let _ = writeln!(page, "| {} | {} | {to} | {} |", paths(entry), entry.treatment, entry.why);
}

fn paths(entry: &Entry) -> String {
    entry.paths.iter().map(|path| format!("`{}`", path.replace('|', "\\|"))).collect::<Vec<_>>().join("<br>")
}

fn schema_page() -> String {
    let mut page = format!(
        "# Events, schema `{SCHEMA}`\n\n\
         Made from `scrubber::schema` by `cargo xtask docs`; do not edit. The same as JSON Schema: `config/event.schema.json`.\n\n\
         One JSON object a line (NDJSON, UTF-8), one event for each source record. A field without a value is left \
         out. Pseudonyms are 16 hexadecimal digits of HMAC-SHA-256 under a key of the installation.\n\n\
         **Sums of tokens:** several records make one message. Group by `message_id` and take the maximum of each field of \
         `usage`; adding them up counts 1.8 to 2.9 times too much.\n\n\
         **Duplicates:** delivery is at least once. Events with equal `event_id` are one event. A copy of a record in a session that \
         was resumed under another id is another event with the same `record`. Records without a uuid (`permission-mode`, titles, \
         summaries) that are equal in all bytes are one event within a session: a permission mode that was left and taken \
         again is told once, so look at `permission_mode` of events of kind `user`.\n\n\
         **Times:** `event_time` is missing where the record has none (`permission-mode`, `summary`, `ai-title`, `custom-title`, \
         `agent-name`), and `ingest_time` may be much later there.\n\n\
         **Without a model:** what Claude Code wrote itself (failed calls, interruptions) has the model `<synthetic>` and no tokens. It is no \
         answer, and nobody was active by it.\n\n\
         **Health:** once a day the agent makes an event of kind `agent_health`, at the tier `metrics`: counts of \
         the days since the last one, its state, and the consent in force. An installation that sends none is silent.\n\n\
         **Erasure:** an event of kind `erasure_request`, at the tier `metrics`, is sent when a user asks to have erased what is known \
         under their pseudonyms (`purge --request-erasure`). It has no fields but those that every event has; one request has one \
         `event_id`, however often it arrives.\n\n\
         **Redactions:** in texts `[kind:8 digits]` stands for a value that did not leave. Equal values have equal digits \
         within one installation.\n"
    );
    for group in Group::ALL {
        let title = if group == Group::Top { "Top level".to_owned() } else { format!("`{}`", group.name()) };
        let form = match group {
            Group::Top => "",
            Group::Usage | Group::Measures | Group::Labels | Group::Health => " (object)",
            Group::Tools | Group::Shapes | Group::Text => " (array of objects)",
        };
        let _ = write!(page, "\n## {title}{form}\n\n| Field | Type | From tier | Meaning |\n|---|---|---|---|\n");
        for field in fields().filter(|field| field.group == group) {
            let always = if field.always { ", always there" } else { "" };
            let _ = writeln!(
                page,
                "| `{}` | {} | `{}`{always} | {} |",
                field.name,
                type_name(field.kind),
                field.tier,
                field.doc
            );
        }
        if group == Group::Top {
            let _ = writeln!(page, "| `redactions` | object of integers | `metrics` | {REDACTIONS} |");
        }
    }
    let roles: Vec<String> = ROLES.iter().map(|role| format!("`{role}`")).collect();
    let _ = writeln!(page, "\nRoles: {}.", roles.join(", "));
    page
}

fn type_name(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "string",
        FieldType::Time => "RFC 3339 time",
        FieldType::Integer => "integer",
        FieldType::Count => "integer, not negative",
        FieldType::Duration => "number, not negative",
        FieldType::Boolean => "boolean",
        FieldType::Counts => "object of integers",
    }
}

fn event_schema() -> Value {
    let mut properties = members(Group::Top);
    for group in Group::ALL.into_iter().filter(|group| *group != Group::Top) {
        let object = json!({ "type": "object", "additionalProperties": false, "properties": members(group) });
        let array = matches!(group, Group::Tools | Group::Shapes | Group::Text);
        let value = if array { json!({ "type": "array", "minItems": 1, "items": object }) } else { object };
        properties.insert(group.name().to_owned(), value);
    }
    properties.insert(
        "redactions".to_owned(),
        json!({
            "type": "object",
            "description": REDACTIONS,
            "additionalProperties": { "type": "integer", "minimum": 1 },
        }),
    );
    properties.insert("schema".to_owned(), json!({ "const": SCHEMA }));
    properties.insert("tier".to_owned(), json!({ "enum": Tier::ALL.map(Tier::as_str) }));
    properties.insert("data_class".to_owned(), json!({ "enum": Tier::ALL.map(|tier| tier.data_class().as_str()) }));
    properties.insert("event_id".to_owned(), json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }));
    let required: Vec<&str> = fields().filter(|field| field.always).map(|field| field.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "One event of BCCE Agent. Made from scrubber::schema; see docs/schema.md.",
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn members(group: Group) -> Map<String, Value> {
    fields().filter(|field| field.group == group).map(|field| (field.name.to_owned(), member(field))).collect()
}

fn member(field: &Field) -> Value {
    let mut value = json!({ "description": format!("{} (from tier {})", field.doc, field.tier) });
    let kind = match field.kind {
        FieldType::Text | FieldType::Time => "string",
        FieldType::Integer | FieldType::Count => "integer",
        FieldType::Duration => "number",
        FieldType::Boolean => "boolean",
        FieldType::Counts => {
            value["additionalProperties"] = json!({ "type": "integer", "minimum": 1 });
            "object"
        }
    };
    value["type"] = json!(kind);
    if matches!(field.kind, FieldType::Count | FieldType::Duration) {
        value["minimum"] = json!(0);
    }
    if field.kind == FieldType::Time {
        value["format"] = json!("date-time");
    }
    if field.name == "role" {
        value["enum"] = json!(ROLES);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_pages_are_in_step_with_the_tables() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert_eq!(stale(&root)?, Vec::<&str>::new(), "run `cargo xtask docs`");
        Ok(())
    }
}
