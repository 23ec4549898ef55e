use super::*;

/// Reads a file and gives the ids of its rules and what is listed.
fn read(text: &str) -> (Vec<String>, Vec<String>) {
    match of_toml("x.toml", text) {
        Ok(imported) => {
            let ids = imported.rules.rules().iter().map(|rule| rule.id.to_string()).collect();
            (ids, imported.notes.iter().map(ToString::to_string).collect())
        }
        Err(problems) => (Vec::new(), problems.0.iter().map(|problem| format!("error: {problem}")).collect()),
    }
}

fn check(text: &str, ids: &[&str], notes: &[&str]) {
    let (found, listed) = read(text);
    assert_eq!(found, ids, "{text}");
    assert_eq!(listed, notes, "{text}");
}

/// What the only rule of a file finds in a text.
fn finds(text: &str, input: &str) -> Option<String> {
    let imported = of_toml("x.toml", text).ok()?;
    let [rule] = imported.rules.rules() else { return None };
    let bytes = input.as_bytes();
    let hit = (0..bytes.len()).find_map(|at| {
        let starts = |literal: &Text| {
            bytes.get(at..at + literal.len()).is_some_and(|part| part.eq_ignore_ascii_case(literal.as_bytes()))
        };
        rule.literals.iter().any(starts).then(|| rule.find_at(bytes, at)).flatten()
    })?;
    input.get(hit.secret).map(str::to_owned)
}

const RULE: &str = "[[rules]]\nid = \"acme.Key_1\"\nregex = '''(?i)acme[a-z_]{0,9}\\s*=\\s*([a-z0-9]{8,20})'''\n";

#[test]
fn a_rule_is_read_and_finds_its_group() {
    check(RULE, &["acme-key-1"], &[]);
    assert_eq!(finds(RULE, "my_ACME_token = abcd1234efgh ok").as_deref(), Some("abcd1234efgh"));
    assert_eq!(finds(RULE, "acme abcd1234efgh"), None);
}

#[test]
fn group_entropy_and_exemptions_are_kept() {
    let check = |more: &str, input: &str, expected: Option<&str>| {
        assert_eq!(finds(&format!("{RULE}{more}"), input).as_deref(), expected, "{more}");
    };
    check("secretGroup = 1\n", "acme=abcd1234efgh", Some("abcd1234efgh"));
    check("entropy = 3.0\n", "acme=abcd1234efgh", Some("abcd1234efgh"));
    check("entropy = 3.0\n", "acme=aaaaaaaaaaaa", None);
    check("[rules.allowlist]\nstopwords = [\"1234\"]\n", "acme=abcd1234efgh", None);
    check("[[rules.allowlists]]\nregexes = ['''^abcd''']\n", "acme=abcd1234efgh", None);
    check("[[rules.allowlists]]\nregexes = ['''^acme''']\n", "acme=abcd1234efgh", Some("abcd1234efgh"));
    check("[[rules.allowlists]]\nregexTarget = \"match\"\nregexes = ['''^acme''']\n", "acme=abcd1234efgh", None);
    check("[allowlist]\nregexes = ['''efgh$''']\n", "acme=abcd1234efgh", None);
    check(
        "[[allowlists]]\ntargetRules = [\"other\"]\nregexes = ['''efgh$''']\n",
        "acme=abcd1234efgh",
        Some("abcd1234efgh"),
    );
    check("[[allowlists]]\ntargetRules = [\"acme.Key_1\"]\nregexes = ['''efgh$''']\n", "acme=abcd1234efgh", None);
    // What also asks for a file's name is never exempt: nobody can tell.
    let both = "[[rules.allowlists]]\ncondition = \"AND\"\npaths = ['''test''']\nstopwords = [\"1234\"]\n";
    check(both, "acme=abcd1234efgh", Some("abcd1234efgh"));
}

#[test]
fn what_is_not_supported_is_listed_with_file_line_rule_key_and_reason() {
    let with = |line: &str| format!("[[rules]]\nid = \"a\"\n{line}\n");
    for (pattern, reason) in [
        ("acme(", "is no regular expression, or of a syntax that is not known here"),
        ("acme[\\p{L}]{8}", "asks for letters beyond ASCII, which patterns over bytes do not know"),
    ] {
        let note = format!("x.toml:1: rule `a`, key `pattern` {reason}; the rule is left out");
        check(&with(&format!("regex = '''{pattern}'''")), &[], &[&note]);
    }
    check(
        &with("regex = '''acme(?=x)[0-9]{8}'''"),
        &[],
        &[
            "x.toml:1: rule `a`, key `pattern` looks around itself (`(?=`, `(?!`, `(?<`), which takes no bounded time; the rule is left out",
        ],
    );
    check(
        &with("regex = '''(acme)\\1'''"),
        &[],
        &[
            "x.toml:1: rule `a`, key `pattern` refers back to what it took, which takes no bounded time; the rule is left out",
        ],
    );
    check(
        &with("regex = '''[0-9a-f]{40}'''"),
        &[],
        &[
            "x.toml:1: rule `a`, key `pattern` holds no string of three characters that every match has, and the rule no keyword; the rule is left out",
        ],
    );
    check(
        &with("path = '''\\.p12$'''"),
        &[],
        &[
            "x.toml:3: rule `a`, key `path` looks at names of files alone, and transcripts have none; the rule is left out",
        ],
    );
    check(
        &with("regex = '''acme_[0-9]{8}'''\npath = '''\\.cfg$'''\nfilter = \"x\"\nvalidate = \"y\""),
        &["a"],
        &[
            "x.toml:4: rule `a`, key `path` is about names of files, commits or resources, which transcripts have not; the rule holds without it",
            "x.toml:6: rule `a`, key `validate` asks the network, which the scrubber never does; the rule holds without it",
            "x.toml:5: rule `a`, key `filter` is not known here; the rule holds without it",
        ],
    );
    check(
        &with("regex = '''acme_[0-9]{8}'''\n[[rules.required]]\nid = \"b\""),
        &[],
        &[
            "x.toml:4: rule `a`, key `required` asks for a finding of another rule near by, which is not supported; the rule is left out",
        ],
    );
    check(
        "[extend]\nuseDefault = true\n[allowlist]\npaths = ['''a''']\n",
        &[],
        &[
            "x.toml:4: key `paths` is about names of files, commits or resources, which transcripts have not; it is passed over",
            "x.toml:2: key `usedefault` leads to other files; name each file in `scrub.rules`; it is passed over",
        ],
    );
}

#[test]
fn a_broken_file_is_an_error_that_quotes_nothing() {
    check("[[rules]]\nid = \"a\"\nregex = 7\n", &[], &["error: x.toml:3: rule `a`, key `regex` must be a string"]);
    check("[[rules]]\nregex = \"acme\"\n", &[], &["error: x.toml:1: key `id` is missing"]);
    check("[[rules]\n", &[], &["error: x.toml:1: key `(document)` does not parse as TOML"]);
    check(&format!("{RULE}{RULE}"), &[], &["error: x.toml: rule `acme-key-1`, key `id` is used twice"]);
    let canary = "c4nary secret";
    for broken in [
        RULE.replace("acme.Key_1", canary).replace("(?i)", "(?="),
        RULE.replace("regex", "regex = 1\n\"c4nary secret\""),
        format!("{RULE}\"{canary}\" = 1\n"),
        format!("{RULE}entropy = \"{canary}\"\n"),
        format!("{RULE}{canary}\n"),
    ] {
        let (_, listed) = read(&broken);
        assert!(!listed.is_empty(), "{broken}");
        assert!(listed.iter().all(|line| !line.contains("c4nary")), "{listed:?}");
    }
}

#[test]
fn our_own_form_is_told_from_others_and_stays_strict() {
    check(
        "class = \"secret\"\n[[rule]]\nid = \"a\"\n",
        &[],
        &read("class = \"secret\"\n[[rule]]\nid = \"a\"\n").1.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let (_, listed) = read("class = \"secret\"\n[[rule]]\nid = \"a\"\n");
    assert!(listed.iter().all(|line| line.starts_with("error: ")) && listed.len() > 3, "{listed:?}");
}
