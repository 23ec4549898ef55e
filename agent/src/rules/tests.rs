use super::*;
use crate::config::{Sources, UserFile};

/// Settings as a user writes them, with files beside them.
fn config(settings: &str, files: &[(&str, &str)]) -> (tempfile::TempDir, Config) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let user = dir.path().join("config.toml");
    fs::write(&user, settings).unwrap();
    let sources = Sources {
        policies: Vec::new(),
        extra_policy: None,
        user: UserFile::Named(user),
        environment: Vec::new(),
        home: Some(dir.path().to_owned()),
    };
    let config = crate::config::load(&sources).unwrap();
    (dir, config)
}

/// The error under these settings, with the folder's name replaced.
fn error(settings: &str, files: &[(&str, &str)]) -> String {
    let (dir, config) = config(settings, files);
    let error = engine(&config, &KnownIdentities::default()).err().unwrap();
    error.to_string().replace(&dir.path().display().to_string(), "[dir]")
}

const GITLEAKS: &str = "[[rules]]\nid = \"github-pat\"\nregex = '''\\b(zorp_[a-z0-9]{8})\\b'''\n";
const KINGFISHER: &str = "rules:
  - name: Quux key
    id: kingfisher.quux.1
    pattern: |
      (?xi)
      quux .{0,9}? \\b (?P<TOKEN> [a-z0-9]{12} ) \\b
    min_entropy: 2.5
    pattern_requirements:
      min_digits: 2
      ignore_if_contains: [sample]
    examples:
      - 'QUUX = abcd1234efgh'
    validation:
      type: Http
";

#[test]
fn files_and_folders_of_every_form_are_read_and_find() {
    let files = [("a/g.toml", GITLEAKS), ("a/k.yml", KINGFISHER), ("a/readme.md", "no rules")];
    let (_dir, config) = config("[scrub]\nrules = [\"~/a\"]\n", &files);
    let (rules, files) = load(&config, Examples::Kept).unwrap();
    assert_eq!(files.iter().map(|file| file.count).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(files[1].notes.len(), 1, "{:?}", files[1].notes);
    // An id that is taken gets another name.
    assert!(rules.rules().iter().any(|rule| *rule.id == *"imported-github-pat"));
    let engine = engine(&config, &KnownIdentities::default()).unwrap();
    let mut scratch = scrubber::detect::Scratch::default();
    let mut find = |text: &str| {
        let findings = engine.scan(text.as_bytes(), &mut scratch);
        let id = |finding: &scrubber::detect::Finding| engine.rules()[usize::from(finding.rule.0)].id.to_string();
        findings
            .iter()
            .map(|finding| (id(finding), text.get(finding.start..finding.end).unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let owned = |id: &str, value: &str| vec![(id.to_owned(), value.to_owned())];
    assert_eq!(find("x zorp_ab12cd34 y"), owned("imported-github-pat", "zorp_ab12cd34"));
    assert_eq!(find("my_quux_id is abcd1234efgh"), owned("kingfisher-quux-1", "abcd1234efgh"));
    assert_eq!(find("my_quux_id is abcdefghijkl"), []);
    assert_eq!(engine.self_test(rules.rules()).failures, Vec::<String>::new());
}

#[test]
fn what_yaml_asks_for_and_cannot_have_is_listed() {
    let check = |from: &str, to: &str, expected: &str| {
        let text = KINGFISHER.replace(from, to);
        let (_dir, config) = config("[scrub]\nrules = [\"~/k.yml\"]\n", &[("k.yml", &text)]);
        let (_, files) = load(&config, Examples::LeftOut).unwrap();
        let notes: Vec<_> = files[0].notes.iter().map(ToString::to_string).collect();
        assert!(notes.iter().any(|note| note.contains(expected)), "{to}: {notes:?}");
    };
    check("", "", "k.yml:13: rule `kingfisher.quux.1`, key `validation` asks the network");
    check("    validation:", "    visible: false\n    validation:", "makes it a part of other rules");
    check("    validation:", "    depends_on_rule: []\n    validation:", "hands values of other rules");
    check("min_digits: 2", "checksum: {}", "is a template that is not supported");
    check("quux .{0,9}?", "(?=quux)", "looks around itself");
    check("abcd1234efgh", "abcdefghijkl", "holds a text in which the rule finds nothing");
    check("    min_entropy", "    colour: red\n    min_entropy", "key `colour` is not known here");
}

#[test]
fn files_that_cannot_be_used_are_errors_that_quote_nothing() {
    let check = |name: &str, text: &str, expected: &str| {
        let error = error(
            &format!("[scrub]\nrules = [\"~/{name}\"]\n"),
            &[("given.yml", text), ("g.toml", text), ("x.txt", "")],
        );
        assert!(error.contains(expected) && !error.contains("c4nary"), "{error}");
    };
    check("missing.toml", "", "cannot read the rules in [dir]/missing.toml");
    check("x.txt", "", "is no file of rules");
    check("given.yml", "c4nary", "is no table with a list `rules`");
    check("given.yml", "c4nary: [1\n", "does not parse as YAML");
    check(
        "given.yml",
        "rules:\n  - id: a\n    pattern: [c4nary]\n",
        "given.yml:3: rule `a`, key `pattern` must be a text",
    );
    check("given.yml", "rules:\n  - pattern: c4nary\n", "given.yml:2: key `id` is missing");
    check(
        "g.toml",
        "[[rules]]\nid = \"a\"\nregex = [\"c4nary\"]\n",
        "g.toml:3: rule `a`, key `regex` must be a string",
    );
    check("g.toml", "class = \"secret\"\n[[rule]]\nid = \"a\"\nkind = \"c4nary\"\n", "key `pattern` is missing");
}

#[test]
fn an_entry_that_names_no_rule_is_an_error_with_file_line_and_hint() {
    let check = |entry: &str, expected: &str| {
        assert_eq!(
            error(&format!("[scrub]\nallow = [\"{entry}\"]\n"), &[]),
            format!(
                "settings cannot be used\n  [dir]/config.toml:2: scrub.allow: entry 1: names a rule that there is not{expected}"
            )
        );
    };
    check("rule:generic-pasword", "; did you mean rule:generic-password?");
    check("rule:qqqqqq", "; `bcce-agent rules list` names all");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_of_rules_and_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rules.toml");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(read(&path).unwrap_err().to_string().ends_with("rules.toml is no regular file"));
}
