//! Policies that the system's management sets: macOS managed preferences, the policy branch of the Windows registry.
//!
//! Both lie where only the system writes, so they need no signature. Values are named by the dotted keys of `config/default.toml`
//! and are checked like those of a file. On other systems such a place is empty.

use std::path::Path;

use crate::config::problem::{ConfigError, Origin};
use crate::config::raw::{self, RawConfig};
#[cfg(any(target_os = "macos", test))]
use crate::config::read::{Missing, problem, read};
use crate::config::value::Form;

/// The root of the registry's policy branch, as a path begins.
pub(super) const REGISTRY_ROOT: &str = "HKEY_LOCAL_MACHINE";

/// Whether a place of a policy is one that the system's management keeps.
pub fn is_managed(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "plist") || path.to_string_lossy().starts_with(REGISTRY_ROOT)
}

/// Reads what is set there, if anything is.
pub(super) fn read_layer(path: &Path, origin: &Origin) -> Result<Option<RawConfig>, ConfigError> {
    let Some(values) = values(path, origin)? else { return Ok(None) };
    layer(&values, origin).map(Some)
}

/// The layer of values by dotted keys. Lines mean nothing here, so problems name keys only.
pub(in crate::config) fn layer(values: &toml::Table, origin: &Origin) -> Result<RawConfig, ConfigError> {
    let mut text = String::new();
    for (name, value) in values {
        // Keys that management adds itself.
        if name.starts_with("Payload") {
            continue;
        }
        let parts: Vec<String> = name.split('.').map(|part| toml::Value::String(part.to_owned()).to_string()).collect();
        text.push_str(&format!("{} = {}\n", parts.join("."), as_declared(name, value)));
    }
    let (mut raw, mut problems) = raw::parse_all(&text, origin);
    raw.entries.values_mut().for_each(|entry| entry.line = None);
    problems.iter_mut().for_each(|problem| problem.line = None);
    ConfigError::unless_empty(problems)?;
    Ok(raw)
}

/// A value in the form that its setting has in a file. The registry has no booleans and no lists in tables: 0 and 1, and
/// texts with commas, stand for them.
fn as_declared(name: &str, value: &toml::Value) -> toml::Value {
    let list = |text: &str| {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        toml::Value::Array(items.map(|item| toml::Value::String(item.to_owned())).collect())
    };
    match (raw::form_of(name), value) {
        (Some(Form::Flag), toml::Value::Integer(0)) => toml::Value::Boolean(false),
        (Some(Form::Flag), toml::Value::Integer(1)) => toml::Value::Boolean(true),
        (Some(Form::Lists), toml::Value::Table(table)) => {
            let entries = table.iter().map(|(glob, value)| (glob.clone(), value.as_str().map_or(value.clone(), list)));
            toml::Value::Table(entries.collect())
        }
        _ => value.clone(),
    }
}

#[cfg(any(target_os = "macos", test))]
fn values(path: &Path, origin: &Origin) -> Result<Option<toml::Table>, ConfigError> {
    let Some(bytes) = read(path, origin, Missing::IsNone)? else { return Ok(None) };
    let table = plist::from_bytes(&bytes).map_err(|_| problem(origin, "is no property list of settings"))?;
    Ok(Some(table))
}

#[cfg(all(windows, not(test)))]
fn values(path: &Path, origin: &Origin) -> Result<Option<toml::Table>, ConfigError> {
    super::registry::values(path, origin)
}

#[cfg(not(any(target_os = "macos", windows, test)))]
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail here")]
fn values(_path: &Path, _origin: &Origin) -> Result<Option<toml::Table>, ConfigError> {
    Ok(None)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::config::value::Value;

    fn origin() -> Origin {
        Origin::Policy("managed.plist".into())
    }

    #[test]
    fn values_of_the_registry_become_those_of_a_file() {
        let values: toml::Table = toml::from_str(
            "'max_tier' = 'activity'\n'tail.history' = 0\n'limits.records_per_second' = 5\n'projects.deny' = ['~/private']\n\
             ['projects.tiers']\n'~/secret' = 'metrics'\n['scrub.allow_in']\n'~/src' = 'rule:ssn, rule:iban'\n",
        )
        .unwrap();
        let raw = layer(&values, &origin()).unwrap();
        let value = |name: &str| raw.entries.get(name).map(|entry| entry.value.clone()).unwrap();
        assert_eq!(value("tail.history"), Value::Flag(false));
        assert_eq!(value("limits.records_per_second"), Value::Count(5));
        assert_eq!(value("projects.deny"), Value::List(vec!["~/private".to_owned()]));
        let lists = vec![("~/src".to_owned(), vec!["rule:ssn".to_owned(), "rule:iban".to_owned()])];
        assert_eq!(value("scrub.allow_in"), Value::Lists(lists));
        assert_eq!(raw.entries.len(), 6);
    }

    #[test]
    fn what_is_no_setting_is_told_by_its_key_alone() {
        let values: toml::Table = toml::from_str("'max_teir' = 'secret'\n\"a\\nb\" = 1\n'limits' = 'secret'").unwrap();
        let error = layer(&values, &origin()).unwrap_err().to_string();
        assert!(error.contains("managed.plist: max_teir: unknown key; did you mean max_tier?"), "{error}");
        assert!(error.contains("limits: is a section") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_property_list_is_a_policy_and_a_broken_one_is_no_missing_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("managed.plist");
        let origin = Origin::Policy(path.clone());
        assert!(read_layer(&path, &origin).unwrap().is_none());
        let body = "<key>max_tier</key><string>metrics</string><key>tail.history</key><false/>\
                    <key>PayloadUUID</key><string>x</string>";
        std::fs::write(&path, format!("<plist version=\"1.0\"><dict>{body}</dict></plist>")).unwrap();
        assert_eq!(read_layer(&path, &origin).unwrap().unwrap().entries.len(), 2);
        std::fs::write(&path, "<plist version=\"1.0\"><array/></plist>").unwrap();
        assert!(read_layer(&path, &origin).is_err());
    }
}
