//! What the pages of the project name is there: the files that they link to, and the packages that their commands build.

use std::path::PathBuf;

use super::{metadata, root};

/// Every page by its path, with its text. Folders of builds and of tools are none of the project.
fn pages() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    found
}

#[test]
fn links_between_pages_lead_somewhere() {
    for (page, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") {
                assert!(page.with_file_name("").join(file).exists(), "{} links to {file}", page.display());
            }
        }
    }
}

#[test]
fn sources_that_pages_name_are_there() {
    let mut named = 0;
    for (page, text) in pages() {
        for name in text.split('`').skip(1).step_by(2) {
            if name.ends_with(".rs") && name.contains('/') && !name.contains(['*', ' ', '\n']) {
                named += 1;
                let near = page.with_file_name("").join(name);
                assert!(near.exists() || root().join(name).exists(), "{} names {name}", page.display());
            }
        }
    }
    assert!(named > 20, "{named}");
}

#[test]
fn commands_of_cargo_name_packages_and_install_programs() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let mut named = 0;
    for (page, text) in pages() {
        for command in text.split("cargo ").skip(1).filter_map(|rest| rest.split(['`', '\n']).next()) {
            let words: Vec<&str> = command.split_whitespace().take_while(|word| !["--", "#"].contains(word)).collect();
            for pair in words.windows(2) {
                let [option, value] = pair else { continue };
                let is_there = match *option {
                    "-p" | "--package" => packages.iter().any(|package| package.name == *value),
                    "--path" => packages.iter().any(|package| {
                        package.manifest_path.as_std_path() == root().join(value).join("Cargo.toml")
                            && package.targets.iter().any(|target| target.is_bin())
                    }),
                    _ => continue,
                };
                named += 1;
                assert!(is_there, "{}: cargo {command}", page.display());
            }
        }
    }
    assert!(named > 10, "{named}");
}
