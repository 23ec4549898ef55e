//! The policy branch of the Windows registry, below `HKEY_LOCAL_MACHINE`, which users cannot write.
//!
//! A value's name is the dotted key. Texts are `REG_SZ`, numbers and flags `REG_DWORD`, lists `REG_MULTI_SZ`; a table is a key
//! below, with a value for each of its entries.

use std::io::ErrorKind;
use std::path::Path;

use winreg::enums::{HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_64KEY, RegType};
use winreg::types::FromRegValue as _;
use winreg::{RegKey, RegValue};

use super::managed::REGISTRY_ROOT;
use super::signature::Pinned;
use crate::config::problem::{ConfigError, Origin};
use crate::config::read::problem;

/// All that is set below a place; `None` where there is no such key.
pub(super) fn values(path: &Path, origin: &Origin) -> Result<Option<toml::Table>, ConfigError> {
    let text = path.to_string_lossy();
    let below = text.trim_start_matches(REGISTRY_ROOT).trim_start_matches('\\');
    let root = RegKey::predef(HKEY_LOCAL_MACHINE);
    let key = match root.open_subkey_with_flags(below, KEY_READ | KEY_WOW64_64KEY) {
        Ok(key) => key,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem(origin, format!("cannot be read: {}", error.kind()))),
    };
    let cannot = |error: std::io::Error| problem(origin, format!("cannot be read: {}", error.kind()));
    let mut table = entries(&key, origin)?;
    for name in key.enum_keys() {
        let name = name.map_err(cannot)?;
        let inner = key.open_subkey_with_flags(&name, KEY_READ | KEY_WOW64_64KEY).map_err(cannot)?;
        table.insert(name, toml::Value::Table(entries(&inner, origin)?));
    }
    // An administrative template that was switched off again leaves an empty key.
    Ok((!table.is_empty()).then_some(table))
}

/// Where the MSI's property `POLICY_PUBLIC_KEY` pins keys: outside of the policy branch, whose values are settings.
const KEYS: (&str, &str) = ("Software\\BCCE\\Agent", "PolicyPublicKey");

/// The keys that are pinned for the machine, if any are.
pub(super) fn public_keys() -> Result<Option<Pinned>, ConfigError> {
    let (key, value) = KEYS;
    let origin = Origin::Policy(format!("{REGISTRY_ROOT}\\{key}\\{value}").into());
    let found = RegKey::predef(HKEY_LOCAL_MACHINE).open_subkey_with_flags(key, KEY_READ | KEY_WOW64_64KEY);
    match found.and_then(|key| key.get_value::<String, _>(value)) {
        Ok(text) => Ok(Some(Pinned { text: text.into_bytes(), origin })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(problem(&origin, format!("cannot be read: {}", error.kind()))),
    }
}

fn entries(key: &RegKey, origin: &Origin) -> Result<toml::Table, ConfigError> {
    let mut table = toml::Table::new();
    for entry in key.enum_values() {
        let (name, value) = entry.map_err(|error| problem(origin, format!("cannot be read: {}", error.kind())))?;
        let value = value_of(&value).ok_or_else(|| problem(origin, "holds a value that is no text, number or list"))?;
        table.insert(name, value);
    }
    Ok(table)
}

fn value_of(value: &RegValue<'_>) -> Option<toml::Value> {
    if value.vtype == RegType::REG_DWORD {
        return u32::from_reg_value(value).ok().map(|number| toml::Value::Integer(number.into()));
    }
    if value.vtype == RegType::REG_MULTI_SZ {
        let texts = Vec::<String>::from_reg_value(value).ok()?;
        let texts = texts.into_iter().filter(|text| !text.is_empty());
        return Some(toml::Value::Array(texts.map(toml::Value::String).collect()));
    }
    if value.vtype == RegType::REG_SZ || value.vtype == RegType::REG_EXPAND_SZ {
        return String::from_reg_value(value).ok().map(toml::Value::String);
    }
    None
}
