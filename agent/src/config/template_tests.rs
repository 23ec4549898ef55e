use super::super::keys::KEYS;
use super::super::policy::managed_layer;
use super::super::problem::Origin;
use super::super::raw;
use super::*;
use std::collections::BTreeSet;
use std::path::Path;

fn names() -> BTreeSet<String> {
    KEYS.iter().map(|key| key.name.to_owned()).collect()
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

#[test]
fn the_files_in_packaging_are_those_of_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (template, path) in Template::ALL {
        let current = std::fs::read_to_string(root.join(path)).unwrap_or_default().replace("\r\n", "\n");
        assert!(current == template.text(), "{path} is out of step: run `cargo xtask docs`");
    }
}

#[test]
fn the_schema_names_every_key_and_no_other_and_takes_the_sample() {
    fn leaves(prefix: &str, properties: &Value, found: &mut BTreeSet<String>) {
        for (name, value) in properties.as_object().unwrap() {
            let path = format!("{prefix}{name}");
            match value.get("properties") {
                Some(inner) => leaves(&format!("{path}."), inner, found),
                None => assert!(found.insert(path)),
            }
        }
    }
    let schema = schema();
    let mut found = BTreeSet::new();
    leaves("", &schema["properties"], &mut found);
    assert_eq!(found, names());
    let tier = &schema["properties"]["max_tier"]["enum"];
    assert_eq!(*tier, json!(["off", "local", "metrics", "activity", "content"]));
    assert_eq!(schema["properties"]["limits"]["properties"]["calls_per_second"]["maximum"], json!(1000));
}

#[test]
fn the_profile_and_the_property_list_set_the_sample_and_name_every_other_key() {
    let text = Template::Mobileconfig.text();
    let profile: toml::Table = plist::from_bytes(text.as_bytes()).unwrap();
    check_properties(&text, profile["PayloadContent"].as_array().unwrap()[0].as_table().unwrap());
    let text = Template::Plist.text();
    let list: toml::Table = plist::from_bytes(text.as_bytes()).unwrap();
    assert!(list.keys().all(|name| !name.starts_with("Payload")), "the device manager adds those");
    check_properties(&text, &list);
}

fn check_properties(text: &str, payload: &toml::Table) {
    let origin = Origin::Policy("p".into());
    let set = managed_layer(payload, &origin).unwrap();
    let written = raw::parse(SAMPLE, &origin).unwrap();
    let values = |raw: &raw::RawConfig| raw.entries.iter().map(|(k, e)| (*k, e.value.clone())).collect::<Vec<_>>();
    assert_eq!(values(&set), values(&written));
    let commented = between(text, "<!-- ", " (in TOML").into_iter().map(str::to_owned);
    // Other comments hold more than a name before the next value.
    let commented = commented.filter(|name| !name.contains('\n'));
    let named: BTreeSet<String> = set.entries.keys().map(|name| (*name).to_owned()).chain(commented).collect();
    assert_eq!(named, names());
}

#[test]
fn the_sample_is_a_policy() {
    let path = Path::new("policy.toml");
    crate::config::check_text(SAMPLE, path, crate::config::CheckAs::Policy, None).unwrap();
}

#[test]
fn the_administrative_templates_name_every_key_and_find_all_their_words() {
    let (admx, adml) = (Template::Admx.text(), Template::Adml.text());
    let ids: BTreeSet<String> = names().iter().map(|name| id(name)).collect();
    let policies: BTreeSet<String> = between(&admx, "<policy name=\"", "\"").into_iter().map(str::to_owned).collect();
    assert_eq!(policies, ids);
    let tables = between(&admx, "list id=\"value\" key=\"Software\\Policies\\BCCE\\Agent\\", "\"");
    let values: BTreeSet<String> =
        between(&admx, "valueName=\"", "\"").into_iter().chain(tables).map(str::to_owned).collect();
    assert_eq!(values, names());
    for word in between(&admx, "$(string.", ")") {
        assert!(adml.contains(&format!("<string id=\"{word}\">")), "{word}");
    }
    for word in between(&admx, "$(presentation.", ")") {
        assert!(adml.contains(&format!("<presentation id=\"{word}\">")), "{word}");
    }
    // Elements and their controls go together, by the schema of administrative templates.
    for (element, control) in [
        ("text", "textBox"),
        ("enum", "dropdownList"),
        ("decimal", "decimalTextBox"),
        ("multiText", "multiTextBox"),
        ("list", "listBox"),
    ] {
        let elements = admx.matches(&format!("<{element} id=")).count();
        assert_eq!(elements, adml.matches(&format!("<{control} ")).count(), "{element}");
        assert!(elements > 0, "{element}");
    }
}
