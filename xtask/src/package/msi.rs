//! The MSI: what its properties set, built by wixl for tests, and its tables looked at.
//!
//! WiX builds the one that is handed out, from the same source, on Windows. wixl has no words for a few things: [`amend`] adds them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Job, checked};

const POLICY: &str = "Software\\Policies\\BCCE\\Agent";
const REMEMBERED: &str = "Software\\BCCE\\Agent";

/// A property that may be given to msiexec, is kept in the registry and remembered by the next version.
struct Property {
    name: &'static str,
    key: &'static str,
    value: &'static str,
    /// Of its component, for ever.
    guid: &'static str,
}

const fn policy(name: &'static str, value: &'static str, guid: &'static str) -> Property {
    Property { name, key: POLICY, value, guid }
}

const PROPERTIES: [Property; 13] = [
    Property { name: "AUTOSTART", key: REMEMBERED, value: "Autostart", guid: "66ADF3D1-87D4-4D8A-85FC-16BBE28B4C0E" },
    // No setting: agent/src/config/policy/registry.rs reads it.
    Property {
        name: "POLICY_PUBLIC_KEY",
        key: REMEMBERED,
        value: "PolicyPublicKey",
        guid: "7C9D2E54-3B16-4F0A-9A4E-6D51C8E2B7F3",
    },
    policy("POLICY_MAX_TIER", "max_tier", "AAC567F1-EA1F-4694-93AC-FD5EFDD30770"),
    policy("POLICY_RETENTION", "consent.retention", "C040CDC2-B6BC-408C-B321-68D267A36CFB"),
    policy("POLICY_CONTACT", "consent.contact", "D0B4B82C-50C2-4C71-8ABB-50A78596ABAC"),
    policy("POLICY_SINK", "sink.kind", "95E7A342-EA90-4412-9B46-C376933CA557"),
    policy("POLICY_DIRECTORY", "sink.directory.path", "395152AE-9FD2-456C-83EA-83956FE1C457"),
    policy("POLICY_REGION", "sink.firehose.region", "0168E667-9386-4C33-9138-F54AAF3ECF0E"),
    policy("POLICY_PROFILE", "sink.firehose.profile", "2AF53747-2852-45E0-89B4-156C2FA898AD"),
    policy("POLICY_ENDPOINT_URL", "sink.firehose.endpoint_url", "4BB2A0DF-17EC-4A74-9DD1-3E8BDD5CBA28"),
    policy("POLICY_ROLE_ARN", "sink.firehose.assume_role.role_arn", "79DD7AEA-72AA-4008-BF8C-CEC938319C6C"),
    policy("POLICY_EXTERNAL_ID", "sink.firehose.assume_role.external_id", "F3C6BB0B-5387-4AB5-93EE-C3080A267660"),
    policy("POLICY_ORG", "identity.org", "2E6BAF2C-64BD-4D0B-9C9E-0D4B38E32D51"),
];

impl Property {
    fn component(&self) -> String {
        format!("Keeps.{}", self.name)
    }
}

/// The source's part that is made from the table: `packaging/windows/policy.wxi`.
pub(crate) fn include() -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Made by `cargo xtask docs` from a table in xtask; do not edit. Each property is \
         looked for where the last version kept it; what is\n     given on the command line goes before that. -->\n<Include>\n",
    );
    let mut order = [String::new(), String::new()];
    let (mut components, mut refs) = (String::new(), String::new());
    for (number, property) in (1..).zip(&PROPERTIES) {
        let Property { name, key, value, guid } = property;
        let component = property.component();
        let _ = write!(
            text,
            "  <Property Id=\"{name}\" Secure=\"yes\">\n    <RegistrySearch Id=\"Kept.{name}\" Root=\"HKLM\" Key=\"{key}\" Name=\"{value}\" \
             Type=\"raw\" Win64=\"yes\"/>\n  </Property>\n  <CustomAction Id=\"Note.{name}\" Property=\"GIVEN_{name}\" Value=\"[{name}]\" \
             Execute=\"firstSequence\"/>\n  <CustomAction Id=\"Prefer.{name}\" Property=\"{name}\" Value=\"[GIVEN_{name}]\" \
             Execute=\"firstSequence\"/>\n"
        );
        let [before, after] = &mut order;
        let _ = writeln!(before, "    <Custom Action=\"Note.{name}\" Sequence=\"{number}\">{name}</Custom>");
        let place = 50 + number;
        let _ = writeln!(after, "    <Custom Action=\"Prefer.{name}\" Sequence=\"{place}\">GIVEN_{name}</Custom>");
        let _ = write!(
            components,
            "    <Component Id=\"{component}\" Guid=\"{guid}\" Win64=\"yes\">\n      <?ifndef var.Wixl?>\n      <Condition>{name}</Condition>\n      \
             <?endif?>\n      <RegistryValue Root=\"HKLM\" Key=\"{key}\" Name=\"{value}\" Type=\"string\" Value=\"[{name}]\" KeyPath=\"yes\"/>\n    \
             </Component>\n"
        );
        let _ = writeln!(refs, "    <ComponentRef Id=\"{component}\"/>");
    }
    let order = order.concat();
    for sequence in ["InstallUISequence", "InstallExecuteSequence"] {
        let _ = write!(text, "  <{sequence}>\n{order}  </{sequence}>\n");
    }
    let _ = write!(
        text,
        "  <DirectoryRef Id=\"INSTALLFOLDER\">\n{components}  </DirectoryRef>\n  <Feature Id=\"Policy\" Title=\"Policy\" Level=\"1\" Display=\"hidden\" \
         Absent=\"disallow\">\n{refs}  </Feature>\n</Include>\n"
    );
    text
}

/// Builds the MSI of a version by wixl and looks at it. `program` lies in `target/package/program`.
pub(super) fn make(job: &mut Job<'_>, program: &Path, version: &str, file: &Path) -> Result<()> {
    let _ = fs::remove_file(file);
    let mut wixl = job.command("wixl");
    wixl.args(["--arch", "x64", "--includedir", "packaging/windows", "-D", "Wixl=1"]);
    wixl.arg("-D").arg(format!("Version={version}"));
    // It takes paths below the present folder only.
    let name = program.file_name().context("the program has a name")?.to_string_lossy();
    wixl.arg("-D").arg(format!("Binary=target/package/program/{name}"));
    wixl.args(["-D", "Completions=target/package/completions"]);
    checked(wixl.arg("--output").arg(file).arg("packaging/windows/bcce-agent.wxs"))?;
    amend(job, file)?;
    tables(job, file, version)?;
    job.size("msi", file, super::SIZE_MAX)
}

/// Adds what wixl leaves out.
fn amend(job: &Job<'_>, file: &Path) -> Result<()> {
    let query = |query: String| checked(job.command("msibuild").arg(file).arg("-q").arg(query));
    for property in &PROPERTIES {
        let (component, name) = (property.component(), property.name);
        query(format!("UPDATE `Component` SET `Condition` = '{name}' WHERE `Component` = '{component}'"))?;
    }
    query("UPDATE `Component` SET `Condition` = 'AUTOSTART <> \"0\"' WHERE `Component` = 'AtLogon'".to_owned())?;
    let secure: Vec<&str> = PROPERTIES.iter().map(|property| property.name).collect();
    let secure = format!("WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;{}", secure.join(";"));
    query(format!("UPDATE `Property` SET `Value` = '{secure}' WHERE `Property` = 'SecureCustomProperties'"))?;
    // Set for the machine, added at the end, taken away again: "Environment Table" of the Windows Installer.
    let table = "Environment\tName\tValue\tComponent_\ns72\tl255\tL255\ts72\nEnvironment\tEnvironment\nPath\t=-*PATH\t[~];[INSTALLFOLDER]\tProgram\n";
    let import = file.with_extension("idt");
    fs::write(&import, table)?;
    checked(job.command("msibuild").arg(file).arg("-i").arg(&import))?;
    for (action, sequence) in [("RemoveEnvironmentStrings", 3300), ("WriteEnvironmentStrings", 5200)] {
        query(format!("INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('{action}', {sequence})"))?;
    }
    Ok(())
}

/// What the tables must say.
fn tables(job: &Job<'_>, file: &Path, version: &str) -> Result<()> {
    let table = |name: &str| -> Result<Vec<Vec<String>>> {
        let output = checked(job.command("msiinfo").arg("export").arg(file).arg(name))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text
            .lines()
            .skip(3)
            .map(|line| line.trim_end_matches('\r').split('\t').map(str::to_owned).collect())
            .collect())
    };
    let holds = |rows: &[Vec<String>], row: &[(usize, &str)]| -> Result<()> {
        let found =
            rows.iter().any(|fields| row.iter().all(|(at, word)| fields.get(*at).is_some_and(|field| field == word)));
        ensure!(found, "the MSI lacks a row {row:?} in {rows:?}");
        Ok(())
    };
    let property = table("Property")?;
    holds(&property, &[(0, "ProductVersion"), (1, version)])?;
    holds(&property, &[(0, "ALLUSERS"), (1, "1")])?;
    holds(&property, &[(0, "UpgradeCode"), (1, "{8DFD315B-AC82-4B78-88A3-FA88C7EEEC05}")])?;
    let (component, registry) = (table("Component")?, table("Registry")?);
    let (locator, order) = (table("RegLocator")?, table("InstallExecuteSequence")?);
    for Property { name, key, value, .. } in &PROPERTIES {
        let (keeps, formatted, search) = (format!("Keeps.{name}"), format!("[{name}]"), format!("Kept.{name}"));
        holds(&component, &[(0, &keeps), (4, name)])?;
        holds(&registry, &[(1, "2"), (2, key), (3, value), (4, &formatted), (5, &keeps)])?;
        // 2: HKEY_LOCAL_MACHINE; 18: the value as it is, in the view of 64 bits.
        holds(&locator, &[(0, &search), (1, "2"), (2, key), (3, value), (4, "18")])?;
        let at = |action: &str| {
            let row = order.iter().find(|row| row.first().is_some_and(|name| name == action));
            row.and_then(|row| row.get(2)?.parse::<u32>().ok()).with_context(|| format!("{action} has no place"))
        };
        let search = at("AppSearch")?;
        ensure!(
            at(&format!("Note.{name}"))? < search && search < at(&format!("Prefer.{name}"))?,
            "{name} is not remembered"
        );
    }
    let run = "Software\\Microsoft\\Windows\\CurrentVersion\\Run";
    let command =
        "\"[System64Folder]conhost.exe\" --headless \"[INSTALLFOLDER]bcce-agent.exe\" service install --if-missing";
    holds(&registry, &[(1, "2"), (2, run), (4, command), (5, "AtLogon")])?;
    holds(&component, &[(0, "AtLogon"), (4, "AUTOSTART <> \"0\"")])?;
    // 50: a program that a property names; 64: its exit code does not count; 1024 and 2048: in the script, as the system.
    holds(&table("CustomAction")?, &[(0, "StopAgents"), (1, "3186"), (2, "TASKKILL")])?;
    holds(&table("CustomAction")?, &[(0, "RemoveTasks"), (1, "3186"), (2, "POWERSHELL")])?;
    holds(&order, &[(0, "StopAgents"), (1, "REMOVE=\"ALL\"")])?;
    holds(&order, &[(0, "RemoveTasks"), (1, "REMOVE=\"ALL\" AND NOT UPGRADINGPRODUCTCODE")])?;
    holds(&table("Upgrade")?, &[(2, version), (6, "WIX_UPGRADE_DETECTED")])?;
    holds(&table("LaunchCondition")?, &[(0, "NOT WIX_DOWNGRADE_DETECTED")])?;
    holds(&table("Environment")?, &[(1, "=-*PATH"), (3, "Program")])?;
    job.say("the MSI's tables say what they should");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_policy_property_sets_a_key_of_the_policy() -> Result<()> {
        let schema = include_str!("../../../packaging/policy.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema)?;
        for property in PROPERTIES.iter().filter(|property| property.key == POLICY) {
            let mut node = &schema;
            for part in property.value.split('.') {
                node = &node["properties"][part];
            }
            assert!(node.is_object(), "{}", property.value);
        }
        Ok(())
    }

    #[test]
    fn no_component_is_named_twice() {
        let source = include_str!("../../../packaging/windows/bcce-agent.wxs").to_owned() + &include();
        let guids: Vec<&str> = source.split("Guid=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(guids.iter().collect::<BTreeSet<_>>().len(), guids.len());
        assert!(guids.iter().all(|guid| guid.chars().all(|c| !c.is_ascii_lowercase())));
    }
}
