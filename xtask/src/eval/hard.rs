//! Hard negatives that every machine has or that can be made up: sources of the crates in cargo's registry, lock files, the
//! project's log, minified scripts, ids and digests. What is not there is left out with a message.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::encode::{Dice, base64};
use super::labelled::{Purpose, Record, Set};

/// Larger files are left out, and those that are no UTF-8.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// All sets of hard negatives, and what had to be left out.
pub(crate) fn sets(root: &Path) -> (Vec<Set>, Vec<String>) {
    let mut left_out = Vec::new();
    let mut sets = vec![set("uuids", uuids()), set("digests", digests()), set("made-up lock files", lock_files())];
    match log(root) {
        Some(log) => sets.push(set("git log", vec![log])),
        None => left_out.push("git log: git gives none here".to_owned()),
    }
    let registry = registry();
    let files = registry.as_deref().map(|folder| texts(folder, &|_| true)).unwrap_or_default();
    if files.is_empty() {
        left_out.push("sources of crates, their lock files and scripts: cargo's registry is empty here".to_owned());
    }
    let mut kinds: [(&str, Vec<Record>); 4] = [
        ("crates: sources", Vec::new()),
        ("crates: lock files", Vec::new()),
        ("crates: scripts", Vec::new()),
        ("crates: other files", Vec::new()),
    ];
    for record in files {
        let place = match record.id.rsplit(['.', '/']).next() {
            Some("rs") => 0,
            Some("lock") => 1,
            Some("js" | "mjs" | "css") => 2,
            Some(_) | None => 3,
        };
        if let Some((_, records)) = kinds.get_mut(place) {
            records.push(record);
        }
    }
    sets.extend(kinds.into_iter().filter(|(_, records)| !records.is_empty()).map(|(name, records)| set(name, records)));
    (sets, left_out)
}

/// The text files below a folder.
pub(crate) fn folder(folder: &Path) -> Set {
    set(&folder.display().to_string(), texts(folder, &|_| true))
}

fn set(name: &str, records: Vec<Record>) -> Set {
    Set { name: name.to_owned(), form: "raw".to_owned(), purpose: Purpose::Hard, records }
}

fn record(id: String, text: String) -> Record {
    Record { id, text, labels: Vec::new() }
}

/// Where cargo keeps the sources of crates.
fn registry() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    Some(home.join("registry").join("src")).filter(|folder| folder.is_dir())
}

/// The text files below a folder, by the end of their path.
fn texts(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<Record> {
    let mut records = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && wanted(&path) {
                let small = entry.metadata().is_ok_and(|data| data.len() <= FILE_BYTES_MAX);
                let text = if small { std::fs::read_to_string(&path).ok() } else { None };
                let id = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                records.extend(text.map(|text| record(id, text)));
            }
        }
    }
    records.sort_by(|one, other| one.id.cmp(&other.id));
    records
}

fn log(root: &Path) -> Option<Record> {
    let arguments = ["log", "--stat", "--format=fuller", "--parents", "--max-count=3000"];
    let output = Command::new("git").args(arguments).current_dir(root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|text| output.status.success() && !text.is_empty())?;
    Some(record("git log".to_owned(), text))
}

/// Ids in the ways in which programs write them, none named after a secret.
fn uuids() -> Vec<Record> {
    let mut dice = Dice::new(0x0141D);
    let shapes = [
        "request <<>> done\n",
        "\"id\": \"<<>>\",\n",
        "trace_id=<<>> span=1\n",
        "/v1/items/<<>>/parts\n",
        "<<>>\n",
        "sessionId: <<>>\n",
        "- <<>> ok\n",
        "uuid = '<<>>'\n",
        "volume pvc-<<>> bound\n",
        "{<<>>}\n",
    ];
    let text = (0..6000).map(|_| dice.pick(&shapes).replace("<<>>", &dice.uuid()));
    vec![record("uuids".to_owned(), text.collect())]
}

/// Digests in the ways in which tools write them.
fn digests() -> Vec<Record> {
    let mut dice = Dice::new(0xD16E57);
    let shapes = [
        "<<>>  target/app.tar.gz\n",
        "checksum = \"<<>>\"\n",
        "sha256:<<>>\n",
        "commit <<>>\n",
        "index <<>>..<<>> 100644\n",
        "\"sha\": \"<<>>\",\n",
        "etag: \"<<>>\"\n",
        "--hash=sha256:<<>>\n",
        "image@sha256:<<>>\n",
        "tree <<>>\n",
        "md5: <<>>\n",
        "FROM node@sha256:<<>>\n",
        "<<>>\n",
        "hash=<<>> size=12\n",
        "parent <<>>\n",
    ];
    let mut text = String::new();
    for _ in 0..6000 {
        let shape = dice.pick(&shapes).to_owned();
        let length = [32, 40, 40, 64, 128].get(dice.below(5)).copied().unwrap_or(40);
        text.push_str(&shape.replace("<<>>", &dice.hex(length)));
    }
    let mut integrity = String::new();
    for _ in 0..2000 {
        let shape =
            dice.pick(&["\"integrity\": \"sha512-<<>>\",\n", "  integrity sha512-<<>>\n", "h1:<<>>\n"]).to_owned();
        let bytes: Vec<u8> = (0..64).map(|_| dice.next().to_le_bytes()[0]).collect();
        integrity.push_str(&shape.replace("<<>>", &base64(&bytes)));
    }
    vec![record("digests".to_owned(), text), record("integrity".to_owned(), integrity)]
}

/// Lock files of made-up packages, in the form of several managers.
fn lock_files() -> Vec<Record> {
    let mut dice = Dice::new(0x10C4);
    let names =
        ["token-parser", "secret-box", "passport", "key-tree", "left-pad", "auth-header", "cookie", "jwt-decode"];
    let mut texts = [const { String::new() }; 4];
    let [npm, yarn, go, cargo] = &mut texts;
    for _ in 0..800 {
        let name = dice.pick(&names).to_owned();
        let version = format!("{}.{}.{}", dice.below(9), dice.below(30), dice.below(30));
        let bytes: Vec<u8> = (0..64).map(|_| dice.next().to_le_bytes()[0]).collect();
        let (digest, short) = (base64(&bytes), base64(bytes.get(..32).unwrap_or_default()));
        npm.push_str(&format!(
            "    \"node_modules/{name}\": {{\n      \"version\": \"{version}\",\n      \"resolved\": \"https://registry.acme.test/{name}/-/{name}-{version}.tgz\",\n      \"integrity\": \"sha512-{digest}\",\n      \"license\": \"MIT\"\n    }},\n"
        ));
        yarn.push_str(&format!(
            "{name}@^{version}:\n  version \"{version}\"\n  resolved \"https://registry.acme.test/{name}/-/{name}-{version}.tgz#{}\"\n  integrity sha512-{digest}\n\n",
            dice.hex(40)
        ));
        go.push_str(&format!(
            "github.test/acme/{name} v{version} h1:{short}\ngithub.test/acme/{name} v{version}/go.mod h1:{short}\n"
        ));
        cargo.push_str(&format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+https://github.test/index\"\nchecksum = \"{}\"\n\n",
            dice.hex(64)
        ));
    }
    let ids = ["package-lock.json", "yarn.lock", "go.sum", "Cargo.lock"];
    ids.into_iter().zip(texts).map(|(id, text)| record(id.to_owned(), text)).collect()
}
