//! Who may use whom: the rows that Cargo cannot hold, checked over its metadata and the text of the sources.
//!
//! The text is looked at without comments and up to a file's `mod tests`, so that a word in a comment is no use of it.

#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What reads files, clocks, chance or the environment, starts threads or talks to the network.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::thread",
    "std::process",
    "SystemTime",
    "Instant",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "SystemRandom",
    "tokio",
    "tracing",
    "async fn",
    "async move",
    "println!",
    "eprintln!",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The sources below a folder by their path from the workspace's root, as code without comments and tests.
fn sources(below: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, code(&std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{below}");
    found
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests")
        || path.file_stem().is_some_and(|stem| stem == "tests" || stem.to_string_lossy().ends_with("_tests"))
}

/// Code without comments, up to a module of tests that stands in the same file.
fn code(text: &str) -> String {
    let tests = text.match_indices("#[cfg(test)]\n").map(|(at, _)| at).find(|at| {
        let after = text.get(*at..).unwrap_or_default().lines().find(|line| !line.starts_with("#["));
        after.is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    });
    let text = text.get(..tests.unwrap_or(text.len())).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The files that hold any of the words, with the word.
fn users<'a>(sources: &'a BTreeMap<String, String>, words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for (name, code) in sources {
        found.extend(words.iter().filter(|word| code.contains(*word)).map(|word| (name.as_str(), *word)));
    }
    found
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    // Packages of other systems may never have been fetched here.
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--offline".to_owned()]).exec().unwrap()
}

/// The direct dependencies of a package of the workspace, without those of its tests.
fn dependencies(metadata: &Metadata, package: &str) -> BTreeSet<String> {
    let package = metadata.workspace_packages().into_iter().find(|found| found.name == package).unwrap();
    let used = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
    used.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn pure_crates_use_only_the_crates_that_the_table_names() {
    let metadata = metadata();
    let check = |package: &str, allowed: &[&str]| {
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        let used = dependencies(&metadata, package);
        let more: Vec<&String> = used.difference(&allowed).collect();
        assert!(more.is_empty(), "{package} uses {more:?}");
    };
    check(
        "bcce-scrubber",
        &[
            "aho-corasick",
            "flate2",
            "memchr",
            "regex",
            "regex-syntax",
            "ring",
            "serde",
            "simdutf8",
            "thiserror",
            "toml",
        ],
    );
    check("bcce-pipeline", &["bcce-scrubber", "flate2", "memchr", "ring", "serde", "serde_json", "thiserror"]);
    check("bcce-samples", &["rand", "serde_json"]);
}

#[test]
fn no_package_plants_bugs_but_in_the_tests_of_the_pipeline() {
    for package in metadata().workspace_packages() {
        let planting = package.dependencies.iter().filter(|dependency| {
            dependency.name == "bcce-pipeline" && dependency.features.iter().any(|feature| feature == "planted-bugs")
        });
        for dependency in planting {
            assert_eq!((package.name.as_str(), dependency.kind), ("bcce-pipeline", DependencyKind::Development));
        }
        assert!(
            !package.features.values().flatten().any(|feature| feature.ends_with("/planted-bugs")),
            "{}",
            package.name
        );
    }
}

#[test]
fn only_the_agent_and_the_administrators_command_use_the_cloud() {
    for package in metadata().workspace_packages() {
        let cloud: Vec<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal && dependency.name.starts_with("aws-"))
            .map(|dependency| dependency.name.as_str())
            .collect();
        let may = ["bcce", "bcce-agent-core"].contains(&package.name.as_str());
        assert!(cloud.is_empty() || may, "{} uses {cloud:?}", package.name);
    }
}

#[test]
fn nothing_of_the_administrators_command_is_in_another_program() {
    for package in metadata().workspace_packages() {
        let uses = package.dependencies.iter().any(|dependency| dependency.name == "bcce");
        assert!(!uses, "{} uses bcce", package.name);
    }
}

#[test]
fn the_administrators_command_calls_the_cloud_and_prints_in_one_place_each() {
    let sources = sources("bcce/src");
    let outside = users(&sources, &["aws_sdk", "aws_config", "aws_smithy", "aws_credential", "aws_sigv4"]);
    let outside: Vec<_> = outside.into_iter().filter(|(name, _)| !name.starts_with("bcce/src/aws/")).collect();
    // Grafana and Superset are spoken to by the same client, without its signatures.
    assert_eq!(outside, [("bcce/src/cli/deploy/dashboards/web.rs", "aws_smithy")]);
    assert_eq!(users(&sources, &["print!(", "println!(", "dbg!("]), []);
    let judging: BTreeMap<String, String> = sources
        .into_iter()
        .filter(|(name, _)| name.ends_with("evidence/check.rs") || name.contains("/audit/"))
        .collect();
    assert_eq!(users(&judging, &[IMPURE, &["crate::aws", "crate::cli"]].concat()), []);
}

#[test]
fn the_scrubber_and_the_pipeline_touch_nothing_of_the_world() {
    for folder in ["scrubber/src", "pipeline/src"] {
        assert_eq!(users(&sources(folder), IMPURE), []);
    }
}

#[test]
fn the_edge_takes_no_decisions_from_above() {
    let edge = sources("agent/src/edge");
    assert_eq!(users(&edge, &["crate::driver", "crate::cli", "crate::filter", "crate::policy"]), []);
    // Data of the settings, and how their globs match; nothing that reads, merges or judges settings.
    let data = ["HistoryFile", "Identity", "KeyPlace", "LetterCase", "ProjectRules", "glob", "is_windows_path"];
    for (name, code) in &edge {
        for part in code.split("crate::config").skip(1) {
            let part = part.strip_prefix("::").unwrap_or_default();
            let names = part.split(';').next().unwrap_or_default().trim_matches(|c| c == '{' || c == '}');
            for used in names.split(',').map(str::trim).filter(|used| !used.is_empty()) {
                assert!(data.contains(&used), "{name} uses crate::config::{used}");
            }
        }
    }
}

#[test]
fn settings_and_filters_know_neither_driver_nor_cloud() {
    for folder in ["agent/src/config", "agent/src/filter"] {
        assert_eq!(users(&sources(folder), &["crate::driver", "crate::cli", "aws_", "edge::aws", "edge::sink"]), []);
    }
}

#[test]
fn the_command_line_never_touches_the_cloud() {
    assert_eq!(users(&sources("agent/src/cli"), &["aws_", "edge::aws", "edge::sink"]), []);
}

#[test]
fn cloud_types_stay_in_the_edge() {
    let sources = sources("agent/src");
    let outside = users(&sources, &["aws_sdk", "aws_config", "aws_smithy", "aws_credential"]);
    let outside: Vec<_> = outside.into_iter().filter(|(name, _)| !name.starts_with("agent/src/edge/")).collect();
    assert_eq!(outside, []);
}

#[test]
fn the_driver_never_parses_content() {
    let driver = sources("agent/src/driver");
    // What a file repeats of one that is held back is known by the ids of its records.
    let peeks = [("agent/src/driver/tail/repeats.rs", "serde_json::from_slice::<")];
    assert_eq!(users(&driver, &["serde_json::from_slice::<", "RawLine::new", "regex::", "detect::"]), peeks);
}

/// Checks that a word stands in these files only, and in each of them: a list that is too long says nothing.
fn check_users(folders: &[&str], word: &str, expected: &[&str]) {
    let sources: BTreeMap<String, String> = folders.iter().flat_map(|folder| sources(folder)).collect();
    let found: BTreeSet<&str> = users(&sources, &[word]).into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, expected.iter().copied().collect(), "{word}");
}

const PRODUCT: &[&str] = &["scrubber/src", "pipeline/src", "agent/src"];

#[test]
fn raw_lines_are_made_by_the_tailer_and_by_what_shows_a_user_their_own_alone() {
    let makers = [
        "agent/src/cli/config/explain.rs",
        "agent/src/cli/consent/example.rs",
        "agent/src/cli/preview/example.rs",
        "agent/src/filter/lines.rs",
        "pipeline/src/tail/salvage.rs",
    ];
    check_users(PRODUCT, "RawLine::new(", &makers);
}

#[test]
fn the_store_alone_says_that_something_is_spooled() {
    check_users(PRODUCT, "Spooled::after_commit(", &["agent/src/edge/store.rs"]);
    check_users(PRODUCT, "Sealed::from_stored(", &["agent/src/edge/store.rs"]);
}

#[test]
fn the_output_module_alone_prints() {
    let sources: BTreeMap<String, String> = PRODUCT.iter().flat_map(|folder| sources(folder)).collect();
    let printing = ["print!(", "println!(", "dbg!(", "io::stdout()", "io::stderr()"];
    let found = users(&sources, &printing).into_iter().map(|(name, _)| name);
    let others: BTreeSet<&str> = found.filter(|name| *name != "agent/src/cli/output.rs").collect();
    // These ask whether the stream is a terminal.
    let asking =
        BTreeSet::from(["agent/src/cli/consent/mod.rs", "agent/src/cli/preview.rs", "agent/src/cli/progress.rs"]);
    assert_eq!(others, asking);
}

#[test]
fn a_word_in_a_comment_or_a_test_is_no_use_and_one_in_code_is() {
    let text = "// std::fs\nuse std::env;\n#[cfg(test)]\nmod tests {\n    use tokio::main;\n}\n";
    let sources = BTreeMap::from([("a.rs".to_owned(), code(text))]);
    assert_eq!(users(&sources, IMPURE), [("a.rs", "std::env")]);
}
