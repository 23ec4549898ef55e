//! What the tools of administrators read, made from the table of keys: a JSON Schema of policies, a macOS configuration profile,
//! Windows administrative templates. `cargo xtask docs` writes them to `packaging/`; a test holds them to the table.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::documented::{self, Documented};
use super::keys::KEYS;
use super::value::Form;

/// The policy that the samples set; everything else they only name.
const SAMPLE: &str = include_str!("../../../packaging/policy.sample.toml");

/// A form in which policies are described to other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// A JSON Schema of `policy.toml`, for editors and pipelines.
    JsonSchema,
    /// A macOS configuration profile that sets a policy.
    Mobileconfig,
    /// A plain property list of the same settings, for device managers that make the profile themselves.
    Plist,
    /// Windows administrative templates: the settings.
    Admx,
    /// Windows administrative templates: their words, in English.
    Adml,
}

impl Template {
    /// All templates, and where they lie in the source tree.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::JsonSchema, "packaging/policy.schema.json"),
        (Self::Mobileconfig, "packaging/macos/policy.mobileconfig"),
        (Self::Plist, "packaging/macos/policy.plist"),
        (Self::Admx, "packaging/windows/bcce-agent.admx"),
        (Self::Adml, "packaging/windows/en-US/bcce-agent.adml"),
    ];

    /// The text.
    pub fn text(self) -> String {
        match self {
            Self::JsonSchema => format!("{:#}\n", schema()),
            Self::Mobileconfig => mobileconfig(),
            Self::Plist => plist(),
            Self::Admx => admx(),
            Self::Adml => adml(),
        }
    }
}

/// A key, what is said of it, and the form of its values.
fn keys() -> impl Iterator<Item = (Documented, Form)> {
    documented::all().into_iter().zip(KEYS.iter().map(|key| key.kind.form()))
}

fn schema() -> Value {
    let mut root = Map::new();
    for (key, form) in keys() {
        insert(&mut root, key.name, member(&key, form));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Organisation policy of BCCE Agent",
        "description": "Made from the table of settings by `cargo xtask docs`. `bcce-agent config check policy.toml` checks more.",
        "type": "object",
        "additionalProperties": false,
        "properties": root,
    })
}

/// Puts a key's part of the schema below its sections.
fn insert(properties: &mut Map<String, Value>, name: &str, member: Value) {
    let Some((section, rest)) = name.split_once('.') else {
        properties.insert(name.to_owned(), member);
        return;
    };
    let section = properties
        .entry(section)
        .or_insert_with(|| json!({ "type": "object", "additionalProperties": false, "properties": {} }));
    if let Some(inner) = section.get_mut("properties").and_then(Value::as_object_mut) {
        insert(inner, rest, member);
    }
}

fn member(key: &Documented, form: Form) -> Value {
    let mut value = match form {
        Form::Text([]) => json!({ "type": "string", "minLength": 1 }),
        Form::Text(words) => json!({ "enum": words }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Count(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Form::List => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Tiers => {
            let tiers = scrubber::Tier::ALL.map(scrubber::Tier::as_str);
            json!({ "type": "object", "additionalProperties": { "enum": tiers } })
        }
        Form::Lists => {
            json!({ "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } })
        }
    };
    value["description"] = json!(key.text);
    value
}

/// Text as it stands in XML. Two hyphens would end a comment.
fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace("--", "- -")
}

fn sample() -> toml::Table {
    // The file is part of the program, and a test reads it.
    toml::from_str(SAMPLE).unwrap_or_default()
}

/// The value of a dotted key.
fn at<'a>(table: &'a toml::Table, name: &str) -> Option<&'a toml::Value> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let value = table.get(first)?;
    rest.map_or(Some(value), |rest| at(value.as_table()?, rest))
}

/// Every key as a property list's: those that the sample sets with their values, the others in comments.
fn properties(indent: usize) -> String {
    let (mut body, space) = (String::new(), " ".repeat(indent));
    let sample = sample();
    for (key, _) in keys() {
        match at(&sample, key.name) {
            Some(value) => {
                let _ = writeln!(body, "{space}<key>{}</key>", key.name);
                property(value, indent, &mut body);
            }
            None => {
                let _ = writeln!(body, "{space}<!-- {} (in TOML: {}) -->", key.name, xml(&key.example));
            }
        }
    }
    body
}

const PLIST_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n";

fn plist() -> String {
    format!(
        "{PLIST_HEAD}\
         <!-- Sample for custom settings of the preference domain io.github.bcce-agent: change the values. Made by `cargo xtask docs`.\n     \
         Keys are those of config/default.toml, dotted; those in comments are not set. -->\n\
         <plist version=\"1.0\">\n<dict>\n{}</dict>\n</plist>\n",
        properties(4)
    )
}

fn mobileconfig() -> String {
    let body = properties(12);
    format!(
        "{PLIST_HEAD}\
         <!-- Sample: change the values, the organisation and both UUIDs (`uuidgen`). Made by `cargo xtask docs`. Keys are those of\n     \
         config/default.toml, dotted; those in comments are not set. -->\n\
         <plist version=\"1.0\">\n<dict>\n    <key>PayloadContent</key>\n    <array>\n        <dict>\n\
         {}{body}        </dict>\n    </array>\n{}    <key>PayloadScope</key>\n    <string>System</string>\n\
         </dict>\n</plist>\n",
        payload(
            12,
            "io.github.bcce-agent",
            "io.github.bcce-agent.policy.settings",
            "00000000-0000-4000-8000-000000000001"
        ),
        payload(4, "Configuration", "io.github.bcce-agent.policy", "00000000-0000-4000-8000-000000000002"),
    )
}

fn payload(indent: usize, kind: &str, identifier: &str, uuid: &str) -> String {
    let mut text = String::new();
    let space = " ".repeat(indent);
    for (key, value) in [
        ("PayloadType", kind),
        ("PayloadIdentifier", identifier),
        ("PayloadUUID", uuid),
        ("PayloadDisplayName", "BCCE Agent: organisation policy"),
        ("PayloadOrganization", "Example organisation"),
    ] {
        let _ = writeln!(text, "{space}<key>{key}</key>\n{space}<string>{value}</string>");
    }
    let _ = writeln!(text, "{space}<key>PayloadVersion</key>\n{space}<integer>1</integer>");
    text
}

fn property(value: &toml::Value, indent: usize, out: &mut String) {
    let space = " ".repeat(indent);
    let _ = match value {
        toml::Value::Boolean(flag) => writeln!(out, "{space}<{flag}/>"),
        toml::Value::Integer(number) => writeln!(out, "{space}<integer>{number}</integer>"),
        toml::Value::Array(items) => {
            let _ = writeln!(out, "{space}<array>");
            items.iter().for_each(|item| property(item, indent + 4, out));
            writeln!(out, "{space}</array>")
        }
        toml::Value::Table(table) => {
            let _ = writeln!(out, "{space}<dict>");
            for (key, value) in table {
                let _ = writeln!(out, "{space}    <key>{}</key>", xml(key));
                property(value, indent + 4, out);
            }
            writeln!(out, "{space}</dict>")
        }
        toml::Value::String(text) => writeln!(out, "{space}<string>{}</string>", xml(text)),
        toml::Value::Float(_) | toml::Value::Datetime(_) => Ok(()),
    };
}

/// A key as a name in the templates.
fn id(name: &str) -> String {
    name.replace('.', "_")
}

/// The key below which entries of the registry stand.
const REGISTRY: &str = "Software\\Policies\\BCCE\\Agent";

fn admx() -> String {
    let mut policies = String::new();
    for (key, form) in keys() {
        let (name, id) = (key.name, id(key.name));
        let element = match form {
            Form::Flag => {
                // A policy that is enabled is 1, one that is disabled 0.
                let _ = writeln!(
                    policies,
                    "    <policy name=\"{id}\" class=\"Machine\" displayName=\"$(string.{id})\" explainText=\"$(string.{id}_help)\" key=\"{REGISTRY}\" valueName=\"{name}\">\n      \
                     <parentCategory ref=\"agent\"/>\n      <supportedOn ref=\"windows10\"/>\n      \
                     <enabledValue><decimal value=\"1\"/></enabledValue>\n      <disabledValue><decimal value=\"0\"/></disabledValue>\n    </policy>",
                );
                continue;
            }
            Form::Text([]) => format!("<text id=\"value\" valueName=\"{name}\" required=\"true\"/>"),
            Form::Text(words) => {
                let items = words.iter().map(|word| {
                    format!("\n          <item displayName=\"$(string.word_{word})\"><value><string>{word}</string></value></item>")
                });
                let items: String = items.collect();
                format!("<enum id=\"value\" valueName=\"{name}\" required=\"true\">{items}\n        </enum>")
            }
            Form::Count(min, max) => {
                format!(
                    "<decimal id=\"value\" valueName=\"{name}\" required=\"true\" minValue=\"{min}\" maxValue=\"{max}\"/>"
                )
            }
            Form::List => format!("<multiText id=\"value\" valueName=\"{name}\"/>"),
            // A key of its own, in which the folder is the value's name.
            Form::Tiers | Form::Lists => {
                format!("<list id=\"value\" key=\"{REGISTRY}\\{name}\" explicitValue=\"true\"/>")
            }
        };
        let _ = writeln!(
            policies,
            "    <policy name=\"{id}\" class=\"Machine\" displayName=\"$(string.{id})\" explainText=\"$(string.{id}_help)\" key=\"{REGISTRY}\" presentation=\"$(presentation.{id})\">\n      \
             <parentCategory ref=\"agent\"/>\n      <supportedOn ref=\"windows10\"/>\n      <elements>\n        {element}\n      </elements>\n    </policy>",
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Made from the table of settings by `cargo xtask docs`. -->\n\
         <policyDefinitions xmlns=\"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions\" revision=\"1.0\" schemaVersion=\"1.0\">\n  \
         <policyNamespaces>\n    <target prefix=\"bcce\" namespace=\"BCCE.Policies.Agent\"/>\n  </policyNamespaces>\n  \
         <resources minRequiredRevision=\"1.0\"/>\n  \
         <supportedOn>\n    <definitions>\n      <definition name=\"windows10\" displayName=\"$(string.windows10)\"/>\n    </definitions>\n  </supportedOn>\n  \
         <categories>\n    <category name=\"agent\" displayName=\"$(string.agent)\"/>\n  </categories>\n  <policies>\n{policies}  </policies>\n\
         </policyDefinitions>\n"
    )
}

fn adml() -> String {
    let (mut strings, mut presentations) = (String::new(), String::new());
    let mut words: Vec<&str> = Vec::new();
    for (key, form) in keys() {
        let id = id(key.name);
        let help = match form {
            Form::Lists => " Here lists are written with commas.",
            Form::Text(_) | Form::Flag | Form::Count(..) | Form::List | Form::Tiers => "",
        };
        let _ = writeln!(strings, "      <string id=\"{id}\">{}</string>", key.name);
        let text = format!("{}{help} Written in a file: {} = {}", key.text, key.name, key.example);
        let _ = writeln!(strings, "      <string id=\"{id}_help\">{}</string>", xml(&text));
        let control = match form {
            Form::Flag => continue,
            Form::Text([]) => format!("<textBox refId=\"value\"><label>{}</label></textBox>", key.name),
            Form::Text(choices) => {
                words.extend(choices.iter().filter(|word| !words.contains(word)).copied().collect::<Vec<_>>());
                format!("<dropdownList refId=\"value\" noSort=\"true\">{}</dropdownList>", key.name)
            }
            Form::Count(..) => format!("<decimalTextBox refId=\"value\">{}</decimalTextBox>", key.name),
            Form::List => format!("<multiTextBox refId=\"value\">{}</multiTextBox>", key.name),
            Form::Tiers | Form::Lists => format!("<listBox refId=\"value\">{}</listBox>", key.name),
        };
        let _ = writeln!(presentations, "      <presentation id=\"{id}\">{control}</presentation>");
    }
    for word in words {
        let _ = writeln!(strings, "      <string id=\"word_{word}\">{word}</string>");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Made from the table of settings by `cargo xtask docs`. -->\n\
         <policyDefinitionResources xmlns=\"http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions\" revision=\"1.0\" schemaVersion=\"1.0\">\n  \
         <displayName>BCCE Agent</displayName>\n  <description>Organisation policy of BCCE Agent</description>\n  <resources>\n    <stringTable>\n      \
         <string id=\"agent\">BCCE Agent</string>\n      <string id=\"windows10\">Windows 10 and later</string>\n{strings}    </stringTable>\n    \
         <presentationTable>\n{presentations}    </presentationTable>\n  </resources>\n</policyDefinitionResources>\n"
    )
}

#[cfg(test)]
#[path = "template_tests.rs"]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
