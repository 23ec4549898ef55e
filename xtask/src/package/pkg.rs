//! The package of macOS: what it holds, its scripts, and a flat package of them that every system can build and read back.
//!
//! The one that is handed out is made from the same folders by `pkgbuild` on macOS, which also signs it. The one that is made here is
//! for tests: its program is that of this system.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::cpio::{self, Entry};
use super::{Job, bom, checked, macos, xar};

const IDENTIFIER: &str = "io.github.bcce-agent";
const AGENT: &str = "packaging/macos/io.github.bcce-agent.plist";
const SCRIPTS: [&str; 2] = ["preinstall", "postinstall"];

/// What the package brings, from where, and with which permissions. `*` stands for the program.
const FILES: [(&str, &str, u32); 12] = [
    ("*", "usr/local/bin/bcce-agent", 0o755),
    (AGENT, "Library/LaunchAgents/io.github.bcce-agent.plist", 0o644),
    ("packaging/macos/uninstall.sh", "usr/local/share/bcce-agent/uninstall.sh", 0o755),
    ("packaging/macos/policy.mobileconfig", "usr/local/share/doc/bcce-agent/policy.mobileconfig", 0o644),
    ("packaging/macos/login-items.mobileconfig", "usr/local/share/doc/bcce-agent/login-items.mobileconfig", 0o644),
    ("LICENSE", "usr/local/share/doc/bcce-agent/LICENSE", 0o644),
    ("CHANGELOG.md", "usr/local/share/doc/bcce-agent/CHANGELOG.md", 0o644),
    ("config/default.toml", "usr/local/share/doc/bcce-agent/default.toml", 0o644),
    ("target/package/completions/_bcce-agent", "usr/local/share/zsh/site-functions/_bcce-agent", 0o644),
    ("target/package/completions/bcce-agent.bash", "usr/local/share/bash-completion/completions/bcce-agent", 0o644),
    ("target/package/completions/bcce-agent.fish", "usr/local/share/fish/vendor_completions.d/bcce-agent.fish", 0o644),
    ("target/package/completions/_bcce-agent.ps1", "usr/local/share/doc/bcce-agent/_bcce-agent.ps1", 0o644),
];

/// `wheel`.
const GROUP: u32 = 0;

/// Builds the package that can be built here and checks it.
pub(super) fn make(job: &mut Job<'_>) -> Result<()> {
    let (out, version) = (job.out.clone(), job.version.clone());
    let payload = payload(job)?;
    let scripts = scripts(job.root)?;
    let flat = flat(&payload, &scripts, &version)?;
    ensure!(flat == self::flat(&payload, &scripts, &version)?, "the same package is made of other bytes");
    let file = out.join("bcce-agent.layout.pkg");
    fs::write(&file, &flat).with_context(|| format!("cannot write {}", file.display()))?;
    check(&flat, &payload, &version)?;
    job.size("pkg", &file, super::SIZE_MAX)?;
    other_readers(job, &file, &payload)?;
    job.say("the pkg holds what it should, and reads back as it was written");
    let folders = out.join("macos");
    lay_out(&folders, &payload, &scripts)?;
    let files = payload.iter().filter(|entry| !entry.is_folder());
    let files: Vec<String> = files.map(|entry| entry.path.trim_start_matches("./").to_owned()).collect();
    macos::removal(job, &folders.join("root"), &files)?;
    // As it was.
    lay_out(&folders, &payload, &scripts)?;
    if cfg!(target_os = "macos") {
        native(job, &folders, &out, &version)?;
    } else {
        // No skip: nothing that could be installed here would make it.
        job.say("the pkg that is handed out is built on macOS, by pkgbuild, from the layout above");
    }
    Ok(())
}

/// The payload's entries, each folder before what lies in it.
fn payload(job: &Job<'_>) -> Result<Vec<Entry>> {
    let mut files = BTreeMap::new();
    for (source, target, mode) in FILES {
        let source = if source == "*" { job.binary.clone() } else { job.root.join(source) };
        let content = fs::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
        files.insert(format!("./{target}"), (mode, content));
    }
    let pages = job.out.join("man");
    for page in fs::read_dir(&pages).with_context(|| format!("cannot read {}", pages.display()))? {
        let page = page?;
        let name = page.file_name().to_string_lossy().into_owned();
        files.insert(format!("./usr/local/share/man/man1/{name}"), (0o644, fs::read(page.path())?));
    }
    let folder = |path: &str| Entry {
        path: path.to_owned(),
        mode: 0o040_755,
        uid: 0,
        gid: GROUP,
        mtime: 0,
        content: Vec::new(),
    };
    let mut entries = BTreeMap::new();
    for (path, (mode, content)) in files {
        for (end, _) in path.match_indices('/') {
            let above = path.get(..end).unwrap_or_default();
            entries.entry(above.to_owned()).or_insert_with(|| folder(above));
        }
        let entry = Entry { path: path.clone(), mode: 0o100_000 | mode, uid: 0, gid: GROUP, mtime: 0, content };
        entries.insert(path, entry);
    }
    // "." sorts before "./…", and a folder before what begins with its name and a slash.
    Ok(entries.into_values().collect())
}

fn scripts(root: &Path) -> Result<Vec<Entry>> {
    let entry = |path: &str, mode: u32, content: Vec<u8>| Entry {
        path: path.to_owned(),
        mode,
        uid: 0,
        gid: GROUP,
        mtime: 0,
        content,
    };
    let mut entries = vec![entry(".", 0o040_755, Vec::new())];
    for name in SCRIPTS {
        let file = root.join("packaging/macos/scripts").join(name);
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        entries.push(entry(&format!("./{name}"), 0o100_755, content));
    }
    Ok(entries)
}

fn info(payload: &[Entry], version: &str) -> String {
    let bytes: usize = payload.iter().map(|entry| entry.content.len()).sum();
    let scripts: String = SCRIPTS.iter().map(|name| format!("<{name} file=\"./{name}\"/>")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<pkg-info format-version=\"2\" identifier=\"{IDENTIFIER}\" \
         version=\"{version}\" install-location=\"/\" auth=\"root\" overwrite-permissions=\"false\" relocatable=\"false\">\
         <payload installKBytes=\"{}\" numberOfFiles=\"{}\"/><scripts>{scripts}</scripts></pkg-info>\n",
        bytes.div_ceil(1024),
        payload.len()
    )
}

fn flat(payload: &[Entry], scripts: &[Entry], version: &str) -> Result<Vec<u8>> {
    let info = info(payload, version);
    let bill = bom::write(payload)?;
    let (payload, scripts) = (pack(payload)?, pack(scripts)?);
    xar::write(&[("Bom", &bill), ("PackageInfo", info.as_bytes()), ("Payload", &payload), ("Scripts", &scripts)])
}

fn pack(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&cpio::write(entries)?)?;
    Ok(packed.finish()?)
}

fn unpack(packed: &[u8]) -> Result<Vec<Entry>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).context("an inner archive is damaged")?;
    cpio::read(&bytes)
}

/// Reads a flat package and compares it with what it should hold.
fn check(flat: &[u8], wanted: &[Entry], version: &str) -> Result<()> {
    let files = xar::read(flat)?;
    let part = |name: &str| files.get(name).with_context(|| format!("the pkg lacks {name}"));
    let payload = unpack(part("Payload")?)?;
    ensure!(payload == wanted, "the payload is another");
    let bill = bom::read(part("Bom")?)?;
    ensure!(bill.len() == payload.len(), "the bill names {} paths, the payload {}", bill.len(), payload.len());
    for entry in &payload {
        let line = bill.get(&entry.path).with_context(|| format!("the bill lacks {}", entry.path))?;
        ensure!(*line == bom::Line::of(entry), "{}: the bill says {line:?}", entry.path);
        ensure!(entry.uid == 0 && entry.gid == GROUP, "{} is not root's", entry.path);
        ensure!(entry.mode & 0o7022 == 0, "{} is {:o}", entry.path, entry.mode);
        let own = ["./usr/local/", "./Library/LaunchAgents/"];
        ensure!(
            own.iter()
                .any(|place| entry.path.starts_with(place) || (entry.is_folder() && place.starts_with(&entry.path))),
            "the package brings {}",
            entry.path
        );
    }
    let scripts = unpack(part("Scripts")?)?;
    for name in SCRIPTS {
        let script = scripts.iter().find(|entry| entry.path == format!("./{name}"));
        let script = script.with_context(|| format!("the pkg lacks the script {name}"))?;
        ensure!(script.mode == 0o100_755, "the script {name} is {:o}", script.mode);
        ensure!(script.content.starts_with(b"#!/bin/sh\n"), "the script {name} does not say who runs it");
    }
    let info = std::str::from_utf8(part("PackageInfo")?)?;
    let info = roxmltree::Document::parse(info).context("PackageInfo is no XML")?;
    let root = info.root_element();
    let says = |name: &str, value: &str| {
        ensure!(root.attribute(name) == Some(value), "PackageInfo says {name}={:?}", root.attribute(name));
        Ok(())
    };
    says("identifier", IDENTIFIER)?;
    says("version", version)?;
    says("install-location", "/")?;
    says("auth", "root")
}

/// Has programs that others wrote read the package, where there are any.
fn other_readers(job: &mut Job<'_>, file: &Path, wanted: &[Entry]) -> Result<()> {
    if !job.has("bsdtar") {
        job.skip("the pkg as others read it", "there is no bsdtar (libarchive-tools of Debian)");
        return Ok(());
    }
    let folder = job.out.join("macos-read");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    checked(job.command("bsdtar").arg("-xf").arg(file).arg("-C").arg(&folder))?;
    let listed = checked(job.command("bsdtar").args(["--numeric-owner", "-tvf"]).arg(folder.join("Payload")))?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    ensure!(listed.lines().count() == wanted.len(), "bsdtar finds {} entries", listed.lines().count());
    for (line, entry) in listed.lines().zip(wanted) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let size = entry.content.len().to_string();
        let executable = entry.mode & 0o111 != 0;
        let (Some(mode), Some(path)) = (fields.first(), fields.last()) else { continue };
        ensure!(
            path.trim_end_matches('/') == entry.path
                && fields.get(2..5) == Some(&["0", "0", size.as_str()])
                && mode.ends_with(if executable { "r-xr-x" } else { "r--r--" }),
            "bsdtar reads {line}"
        );
    }
    Ok(())
}

/// Lays payload and scripts out in folders, for `pkgbuild`.
fn lay_out(folders: &Path, payload: &[Entry], scripts: &[Entry]) -> Result<()> {
    let _ = fs::remove_dir_all(folders);
    for (name, entries) in [("root", payload), ("scripts", scripts)] {
        for entry in entries {
            let path: PathBuf = folders.join(name).join(entry.path.trim_start_matches(['.', '/']));
            if entry.is_folder() {
                fs::create_dir_all(&path)?;
            } else {
                fs::write(&path, &entry.content)?;
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&path, fs::Permissions::from_mode(entry.mode & 0o777))?;
            }
        }
    }
    Ok(())
}

fn native(job: &Job<'_>, folders: &Path, out: &Path, version: &str) -> Result<()> {
    let component = out.join("component.pkg");
    let mut build = job.command("pkgbuild");
    build.args([
        "--identifier",
        IDENTIFIER,
        "--version",
        version,
        "--install-location",
        "/",
        "--ownership",
        "recommended",
    ]);
    checked(
        build.arg("--root").arg(folders.join("root")).arg("--scripts").arg(folders.join("scripts")).arg(&component),
    )?;
    let file = out.join("bcce-agent.pkg");
    checked(job.command("productbuild").arg("--package").arg(&component).arg(&file))?;
    job.say("pkgbuild has made the pkg");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, mode: u32, content: &[u8]) -> Entry {
        Entry { path: path.to_owned(), mode, uid: 0, gid: 0, mtime: 0, content: content.to_vec() }
    }

    fn whole() -> (Vec<Entry>, Vec<Entry>) {
        let payload = vec![
            entry(".", 0o040_755, b""),
            entry("./usr", 0o040_755, b""),
            entry("./usr/local", 0o040_755, b""),
            entry("./usr/local/words", 0o100_644, b"words"),
        ];
        let script = |name: &str| entry(&format!("./{name}"), 0o100_755, b"#!/bin/sh\nexit 0\n");
        (payload, vec![entry(".", 0o040_755, b""), script("preinstall"), script("postinstall")])
    }

    #[test]
    fn a_whole_package_passes_and_each_flaw_is_found() -> Result<()> {
        let (payload, scripts) = whole();
        let good = flat(&payload, &scripts, "1.2.3")?;
        check(&good, &payload, "1.2.3")?;
        assert!(check(&good, &payload, "1.2.4").is_err());
        let flawed = |flaw: &dyn Fn(&mut Vec<Entry>, &mut Vec<Entry>)| -> Result<bool> {
            let (mut payload, mut scripts) = whole();
            flaw(&mut payload, &mut scripts);
            Ok(check(&flat(&payload, &scripts, "1.2.3")?, &payload, "1.2.3").is_err())
        };
        assert!(flawed(&|payload, _| payload[3].mode |= 0o4000)?);
        assert!(flawed(&|payload, _| payload[3].mode |= 0o022)?);
        assert!(flawed(&|payload, _| payload[3].uid = 501)?);
        assert!(flawed(&|payload, _| payload.push(entry("./etc", 0o040_755, b"")))?);
        assert!(
            flawed(&|payload, _| payload.push(entry("./Library/Other", 0o100_644, b"")))
                .is_err_and(|error| error.to_string().contains("folder"))
        );
        assert!(flawed(&|_, scripts| scripts.truncate(2))?);
        assert!(flawed(&|_, scripts| scripts[1].mode = 0o100_644)?);
        assert!(flawed(&|_, scripts| scripts[2].content = b"exit 0".to_vec())?);
        // Another payload than was wanted.
        let (mut other, scripts) = whole();
        other[3].content = b"other".to_vec();
        assert!(check(&flat(&other, &scripts, "1.2.3")?, &payload, "1.2.3").is_err());
        Ok(())
    }
}
