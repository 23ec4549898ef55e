//! `scan`: what it reads, and as what.

use super::*;

/// A value that is found, and no token's.
fn secret() -> String {
    ["Qv7", "xT2", "pLm9", "wZ4k"].concat()
}

fn file(desk: &Desk, name: &str, content: impl AsRef<[u8]>) {
    let path = desk.dir.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// Scans files of the desk's folder; returns how it ended, the result and the messages.
fn scanned(desk: &Desk, options: &[&str], files: &[&str]) -> (Exit, String, String) {
    let files = files.iter().map(|name| desk.dir.path().join(name).into_os_string());
    let words = ["bcce-agent", "scan"].iter().chain(options).map(Into::into).chain(files);
    let Command::Scan(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("not scan") };
    let exit = crate::cli::scan::run(&desk.context, &arguments).unwrap_or_else(|error| {
        desk.context.output.error(&error);
        exit_of(&error)
    });
    (exit, desk.out.take(), desk.err.take())
}

#[test]
fn what_cannot_be_opened_is_named_and_the_rest_is_scanned() {
    let desk = Desk::usual();
    file(&desk, "dir/found.jsonl", format!("password={}\n", secret()));
    file(&desk, "clean.jsonl", "{}\n");
    for (files, exit, found) in
        [(["gone\u{1b}[1m", "dir"], Exit::No, 1), (["gone\u{1b}[1m", "clean.jsonl"], Exit::Failed, 0)]
    {
        let (ended, out, err) = scanned(&desk, &["--format", "sarif"], &files);
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap().len();
        assert_eq!((ended, results), (exit, found), "{err}");
        assert!(err.contains("gone\u{fffd}[1m: not scanned, as there is no such file or folder\n"), "{err}");
        for words in
            ["hint: name files and folders that are there\n", "nothing was found, and not everything was scanned"]
        {
            assert_eq!(err.contains(words), exit == Exit::Failed, "{err}");
        }
    }
    file(&desk, "lines", format!("{{\"id\":1,\"text\":\"password={}\"}}\n", secret()));
    let (ended, out, err) = scanned(&desk, &["--input", "json-lines"], &["gone", "lines"]);
    assert_eq!(ended, Exit::No, "{err}");
    assert!(out.starts_with("{\"id\":1,") && err.contains("gone: not scanned"), "{out}{err}");
}

#[test]
fn where_nothing_could_be_scanned_nothing_is_said_of_findings() {
    let desk = Desk::usual();
    for options in [&[][..], &["--input", "json-lines"]] {
        let (ended, out, err) = scanned(&desk, options, &["gone"]);
        assert_eq!((ended, out.as_str()), (Exit::Failed, ""));
        assert!(err.contains("error: nothing was scanned\n") && !err.contains("nothing was found"), "{err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_fails_while_it_is_read_is_named_and_the_rest_is_scanned() {
    let desk = Desk::usual();
    file(&desk, "found.jsonl", format!("password={}\n", secret()));
    // The memory of this process at its beginning, where nothing is.
    std::os::unix::fs::symlink("/proc/self/mem", desk.dir.path().join("broken.jsonl")).unwrap();
    let (ended, out, err) = scanned(&desk, &[], &["broken.jsonl", "found.jsonl"]);
    assert_eq!((ended, out.lines().count()), (Exit::No, 1), "{err}");
    assert!(err.contains("broken.jsonl: not scanned, as it cannot be read to its end: "), "{err}");
}

#[test]
fn a_named_file_is_read_as_a_whole_unless_it_looks_like_a_transcript() {
    let desk = Desk::usual();
    // Only over two lines is it a value with a name.
    let text = format!("<key>password</key>\n<string>{}</string>\n", secret());
    let as_lines = |name: &str| scanned(&desk, &["--input", "transcripts"], &[name]).0;
    file(&desk, "Info.plist", &text);
    assert_eq!(as_lines("Info.plist"), Exit::Done, "the test shows nothing");
    let (ended, out, err) = scanned(&desk, &[], &["Info.plist"]);
    assert_eq!((ended, out.contains("Info.plist:2:9: ")), (Exit::No, true), "{out}{err}");
    for (name, head) in [("a.jsonl", ""), ("log", "{\"type\":\"user\"}\n")] {
        file(&desk, name, format!("{head}{text}"));
        assert_eq!(scanned(&desk, &[], &[name]).0, Exit::Done, "{name}");
        assert_eq!(scanned(&desk, &["--input", "text"], &[name]).0, Exit::No, "{name}");
    }
    file(&desk, "dir/notes.md", &text);
    file(&desk, "dir/s.jsonl", "{}\n");
    assert_eq!(scanned(&desk, &[], &["dir"]).0, Exit::Done, "of folders transcripts alone");
}

#[test]
fn a_line_that_is_no_object_leaves_the_others_answered() {
    let desk = Desk::usual();
    let found = format!("{{\"id\":2,\"text\":\"password={}\"}}\n", secret());
    let half = "{\"id\":1,\"text\":\"\\ud800 of a character\"}\n";
    let options = ["--input", "json-lines"];
    file(&desk, "lines", format!("{half}{found}\nopen sesame\n{{\"id\":3,\"text\":\"\"}}\n"));
    let (ended, out, err) = scanned(&desk, &options, &["lines"]);
    let ids: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!((ended, ids), (Exit::No, vec![2.into(), 3.into()]), "{err}");
    assert!(err.contains("lines: not scanned, as no objects with `id` and `text`: 2 lines (1, 4)\n"), "{err}");
    assert!(!err.contains("sesame") && !err.contains("of a character"), "{err}");
    file(&desk, "bad", half.repeat(12));
    let (ended, out, err) = scanned(&desk, &options, &["bad"]);
    assert_eq!((ended, out.as_str()), (Exit::Failed, ""), "{err}");
    assert!(
        err.contains("12 lines (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)") && err.contains("hint: mend the lines"),
        "{err}"
    );
}
