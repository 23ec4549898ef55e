//! The real binary: exit codes, streams, and errors as a person sees them.
#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the binary with a home folder of its own and nothing of this machine's environment.
fn agent(home: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bcce-agent"));
    command.env_clear().env("HOME", home).env("USERPROFILE", home).stdin(Stdio::null());
    command.current_dir(home).args(words).output().unwrap()
}

fn ended(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn wrong_usage_ends_with_64_and_help_with_0() {
    let home = tempfile::tempdir().unwrap();
    let check = |words: &[&str], code: i32| {
        let (found, out, err) = ended(&agent(home.path(), words));
        assert_eq!(found, Some(code), "{words:?}");
        assert_eq!(out.is_empty(), code != 0, "{words:?}: {out}");
        assert_eq!(err.is_empty(), code == 0, "{words:?}: {err}");
    };
    check(&[], 64);
    check(&["nonsense"], 64);
    check(&["run", "--twice"], 64);
    check(&["consent", "grant", "--tier", "all"], 64);
    check(&["config"], 64);
    check(&["--help"], 0);
    check(&["-h"], 0);
    check(&["consent", "grant", "--help"], 0);
    check(&["scan", "-h"], 0);
    check(&["--version"], 0);
    check(&["completions", "bash"], 0);
    check(&["completions", "powershell"], 0);
}

#[test]
fn a_misspelt_variable_is_told_once_by_who_looks_or_works() {
    let home = tempfile::tempdir().unwrap();
    for words in [&["run", "--once"][..], &["run"], &["doctor"], &["preview"], &["config", "check"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bcce-agent"));
        command.env_clear().env("HOME", home.path()).env("USERPROFILE", home.path()).env("BCCE_TEIR", "off");
        let output = command.current_dir(home.path()).args(words).stdin(Stdio::null()).output().unwrap();
        let (_, _, err) = ended(&output);
        let told = "warning: BCCE_TEIR in the environment stands for no setting; did you mean BCCE_TIER?\n";
        assert_eq!(err.matches(told).count(), 1, "{words:?}: {err}");
    }
}

#[test]
fn settings_that_cannot_be_used_end_with_2_and_name_file_line_and_key() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("c.toml");
    std::fs::write(&file, "tier = \"metrics\"\n[spool]\nbytes = \"word\"\n").unwrap();
    let name = file.to_str().unwrap();
    for words in
        [&["--config", name, "config", "show"][..], &["config", "check", name], &["config", "check", "--config", name]]
    {
        let (code, out, err) = ended(&agent(home.path(), words));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{words:?}");
        assert!(err.contains("c.toml:3: spool.bytes: unknown key"), "{err}");
        assert!(err.contains("hint:") && !err.contains("word\""), "{err}");
    }
    let (code, _, err) = ended(&agent(home.path(), &["config", "show", "--config", "missing.toml"]));
    assert_eq!(code, Some(2), "{err}");
    std::fs::write(&file, b"# fine\ntier = \"\xff\"\n").unwrap();
    for words in [&["config", "check", name][..], &["config", "check", "--config", name]] {
        let (code, _, err) = ended(&agent(home.path(), words));
        assert_eq!(code, Some(2), "{words:?}");
        assert!(err.contains("c.toml:2: not UTF-8") && err.contains("hint:"), "{err}");
    }
}

#[test]
fn a_further_policy_narrows_and_a_broken_one_is_told() {
    let home = tempfile::tempdir().unwrap();
    let policy = home.path().join("p.toml");
    std::fs::write(&policy, "max_tier = \"metrics\"\n").unwrap();
    let name = policy.to_str().unwrap();
    let (code, out, _) = ended(&agent(home.path(), &["config", "show", "--policy", name]));
    assert_eq!(code, Some(0));
    assert!(out.contains("max_tier = \"metrics\"") && out.contains("p.toml:1"), "{out}");
    std::fs::write(&policy, "max_teir = \"metrics\"\n").unwrap();
    let (code, out, _) = ended(&agent(home.path(), &["config", "show", "--policy", name]));
    assert_eq!(code, Some(0));
    assert!(out.contains("nothing is sent"), "{out}");
    let (code, _, err) = ended(&agent(home.path(), &["config", "check", "--policy", name]));
    assert_eq!(code, Some(2));
    assert!(err.contains("p.toml:1: max_teir: unknown key; did you mean max_tier?"), "{err}");
}

#[test]
fn showing_settings_leaves_no_traces_and_no_colour_in_pipes() {
    let home = tempfile::tempdir().unwrap();
    let (code, out, err) = ended(&agent(home.path(), &["config", "show"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("tier = \"content\"  # built in") && !out.contains('\u{1b}'), "{out}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

/// Runs a command with `input` on its stdin.
fn fed(home: &Path, words: &[&str], input: impl AsRef<[u8]>) -> (Option<i32>, String, String) {
    use std::io::Write as _;
    let mut command = Command::new(env!("CARGO_BIN_EXE_bcce-agent"));
    command.env_clear().env("HOME", home).env("USERPROFILE", home).current_dir(home).args(words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
    ended(&child.wait_with_output().unwrap())
}

#[test]
fn a_value_that_is_allowed_by_its_hash_passes_and_is_counted() {
    let home = tempfile::tempdir().unwrap();
    let value = ["Qv7", "xT2", "pLm9", "wZ4k"].concat();
    let text = format!("password={value}\n");
    let (code, entry, _) = fed(home.path(), &["rules", "hash"], format!("{value}\n"));
    assert_eq!(code, Some(0));
    let (_, out, _) = fed(home.path(), &["rules", "explain", "-"], &text);
    assert!(out.contains("found generic-password: password at 9..23") && out.contains(entry.trim()), "{out}");
    assert!(!out.contains(&value), "{out}");
    let scan = ["--config", "c.toml", "scan", "--input", "text"];
    let settings = |text: &str| std::fs::write(home.path().join("c.toml"), text).unwrap();
    settings("");
    assert_eq!(fed(home.path(), &scan, &text).0, Some(1));
    settings(&format!("scrub.allow = [\"{}\"]\n", entry.trim()));
    let (code, out, err) = fed(home.path(), &scan, &text);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(err.contains("1 finding let pass by settings: generic-password"), "{err}");
    settings("scrub.allow = [\"rule:generic-pasword\"]\n");
    let (code, _, err) = fed(home.path(), &scan, &text);
    assert_eq!(code, Some(2));
    assert!(err.contains("c.toml:1: scrub.allow: entry 1: names a rule that there is not; did you mean"), "{err}");
}

#[test]
fn rules_of_another_scanner_are_checked_listed_and_explained() {
    let home = tempfile::tempdir().unwrap();
    let rules = "[[rules]]\nid = \"zorp\"\nregex = '''zorp_[a-z0-9]{8}'''\nentropy = 2.0\n[[rules]]\nid = \"p12\"\npath = '''p12'''\n";
    std::fs::write(home.path().join("g.toml"), rules).unwrap();
    let (code, out, _) = ended(&agent(home.path(), &["rules", "check", "g.toml"]));
    assert_eq!(code, Some(0));
    assert!(out.contains("g.toml:7: rule `p12`, key `path`") && out.contains("1 rule, 1 thing not supported"), "{out}");
    std::fs::write(home.path().join("n.toml"), "zeta = 1\nbeta = 2\nalpha = 3\n").unwrap();
    let (_, out, _) = ended(&agent(home.path(), &["rules", "check", "n.toml"]));
    let lines: Vec<_> = out.lines().filter_map(|line| line.strip_prefix("n.toml:")?.split(':').next()).collect();
    assert_eq!(lines[..3], ["1", "2", "3"], "{out}");
    std::fs::write(home.path().join("c.toml"), "scrub.rules = [\"~/g.toml\"]\n").unwrap();
    let with = |words: &[&str]| ended(&agent(home.path(), &[&["--config", "c.toml", "rules"], words].concat()));
    assert!(with(&["list"]).1.contains("zorp "));
    let (_, out, _) = with(&["explain", "xzorp_ab12cd34 zorp_aaaaaaaa"]);
    assert!(out.contains("found zorp: zorp at 1..14"), "{out}");
    let (_, out, _) = with(&["explain", "zorp_aaaaaaaa"]);
    assert!(out.contains("not zorp: woken by `zorp_` at 0, but the value is too regular"), "{out}");
}

#[test]
fn what_scan_and_stats_cannot_do_is_wrong_usage() {
    let home = tempfile::tempdir().unwrap();
    let words = ["scan", "--input", "json-lines", "--format", "sarif"];
    let (code, out, err) = fed(home.path(), &words, "{\"id\":1,\"text\":\"x\"}\n");
    assert_eq!((code, out.as_str()), (Some(64), ""));
    assert!(err.contains("not SARIF") && err.contains("hint:"), "{err}");
    let (code, _, err) = ended(&agent(home.path(), &["stats", "--since", "1h"]));
    assert_eq!(code, Some(64));
    assert!(err.contains("--since is neither a day nor a span"), "{err}");
}

#[test]
fn findings_after_a_line_that_is_too_long_keep_their_place() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("c.toml"), "limits.line_bytes_max = \"64KiB\"\n").unwrap();
    let value = ["Qv7", "xT2", "pLm9", "wZ4k"].concat();
    let text = format!("one\n{}\npassword={value}\n", "x".repeat(70_000));
    let (code, out, err) = fed(home.path(), &["--config", "c.toml", "scan", "--input", "transcripts"], &text);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("-:3:10: "), "{out}");
    assert!(err.contains("-: not scanned, as too long: 1 line"), "{err}");
    let (code, _, err) =
        fed(home.path(), &["--config", "c.toml", "scan", "--input", "transcripts"], "x".repeat(70_000));
    assert_eq!(code, Some(2), "whether there was something is not known");
    assert!(err.contains("limits.line_bytes_max"), "{err}");
}

#[test]
fn a_text_whose_lines_never_end_is_not_held() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("c.toml"), "limits.line_bytes_max = \"64KiB\"\n").unwrap();
    let value = ["Qv7", "xT2", "pLm9", "wZ4k"].concat();
    let text = format!("one\n{}\npassword={value}\n", "x".repeat(3 << 20));
    let (code, out, err) = fed(home.path(), &["--config", "c.toml", "scrub", "--text"], &text);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("one\n\npassword=[") && !out.contains(&value), "{} bytes", out.len());
    assert!(err.contains("1 line dropped: line_too_long"), "{err}");
}

#[test]
fn the_last_line_of_a_text_is_read_with_those_before_it_though_nothing_ends_it() {
    let home = tempfile::tempdir().unwrap();
    let value = ["Qv7", "xT2", "pLm9", "wZ4k"].concat();
    let text = format!("<key>password</key>\n<string>{value}</string>");
    let (code, out, _) = fed(home.path(), &["scrub", "--text"], &text);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("<key>password</key>\n<string>[password:"), "{out}");
}

#[test]
fn text_in_utf_16_is_read_by_its_letters() {
    let home = tempfile::tempdir().unwrap();
    let value = ["Qv7", "xT2", "pLm9", "wZ4k"].concat();
    let text = format!("\u{feff}one\npassword={value}\n");
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (code, out, _) = fed(home.path(), &["scan", "--input", "text"], &wide);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("-:2:10: "), "{out}");
    let (code, out, _) = fed(home.path(), &["scrub", "--text"], &wide);
    assert_eq!(code, Some(0));
    assert!(out.contains("\n\0p\0a\0"), "{out}");
    let letters = out.replace('\0', "");
    assert!(letters.contains("one\npassword=[password:") && !letters.contains(&value), "{letters}");
}

#[test]
fn every_file_of_rules_is_checked_though_one_before_it_is_broken() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("one.toml"), "rules = 1\n").unwrap();
    std::fs::write(home.path().join("two.toml"), "[[rules]]\nid = \"two\"\nregex = 'acme_[a-z0-9]{12}'\n").unwrap();
    let (code, out, err) = fed(home.path(), &["rules", "check", "one.toml", "two.toml", "none.toml"], "");
    assert_eq!(code, Some(2), "{err}");
    assert!(out.contains("two.toml: 1 rule"), "{out}");
    assert!(err.contains("one.toml") && err.contains("none.toml"), "{err}");
}

#[test]
fn a_report_goes_to_stdout_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let (code, out, err) = fed(home.path(), &["report", "--output", "-"], "");
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("<!doctype html>") && out.trim_end().ends_with("</html>"), "{out}");
    assert!(!home.path().join("-").exists());
}
