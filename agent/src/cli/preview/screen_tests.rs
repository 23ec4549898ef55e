use super::*;
use crate::cli::output::Output;
use crate::config::{KeyPlace, Paths, Sources, UserFile, load};
use pipeline::consent::Environment;
use std::sync::Arc;

fn context(dir: &Path) -> Context {
    let paths = Paths {
        state_dir: dir.join("state"),
        config_file: dir.join("config.toml"),
        lake: dir.join("lake"),
        roots: vec![dir.join("claude")],
        named_roots: Vec::new(),
        policies: Vec::new(),
        home: dir.to_owned(),
    };
    let none =
        Sources { policies: vec![], extra_policy: None, user: UserFile::Nowhere, environment: vec![], home: None };
    let output = Output::to(io::sink(), io::sink(), io::sink());
    Context::new(load(&none).unwrap(), paths, Arc::new(output), Environment::default())
}

#[test]
fn a_note_holds_rule_and_position_and_neither_path_nor_text() {
    let dir = tempfile::tempdir().unwrap();
    let miss = Miss { session: 0, rule: Some("iban".to_owned()), line: 7, offset: 4_000, row: 2 };
    let session = dir.path().join("claude/projects/-home-somebody-secret-project/s.jsonl");
    let file = keep(&context(dir.path()), &session, &miss).unwrap();
    keep(&context(dir.path()), &session, &Miss { rule: None, ..miss }).unwrap();
    let text = fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().count(), 2);
    let note: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&note["rule"], &note["line"], &note["offset"], &note["row"]),
        (&json!("iban"), &json!(7), &json!(4_000), &json!(2))
    );
    assert_eq!(note.as_object().unwrap().len(), 6);
    assert!(note["session"].is_null(), "there is no key before consent");
    assert!(!text.contains("secret-project") && !text.contains("s.jsonl"), "{text}");
}

#[test]
fn a_session_is_named_by_a_hash_under_the_key_and_notes_are_bounded_and_go_with_what_waits() {
    let miss = Miss { session: 0, rule: None, line: 7, offset: 4_000, row: 2 };
    let session = |folder: &Path| {
        let context = context(folder);
        KeyFile::new(context.paths.prepare_state_dir().unwrap()).create(KeyPlace::File, clock::wall()).unwrap();
        let file = keep(&context, Path::new("/p/s.jsonl"), &miss).unwrap();
        let note: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        note["session"].as_str().unwrap().to_owned()
    };
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_ne!(session(one.path()), session(other.path()), "each installation has a key of its own");
    let context = context(one.path());
    let file = context.paths.state_dir.join(NOTES);
    fs::write(&file, vec![b' '; 600 * 1024]).unwrap();
    assert!(keep(&context, Path::new("/p/s.jsonl"), &miss).unwrap_err().to_string().contains("too many"));
    super::super::forget_notes(&context).unwrap();
    super::super::forget_notes(&context).unwrap();
    assert!(!file.exists());
}

#[test]
fn subagents_stand_beneath_their_session() {
    let dir = tempfile::tempdir().unwrap();
    let projects = dir.path().join("claude/projects");
    for (name, age) in
        [("-work-old/s.jsonl", 3_000), ("-work-new/s.jsonl", 10), ("-work-new/s/subagents/agent-1.jsonl", 5)]
    {
        let path = projects.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "{}\n").unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
    }
    let rows = rows(sessions(&[dir.path().join("claude")]));
    let names: Vec<&str> = rows.iter().map(|(session, _)| session.name.as_str()).collect();
    let [new, subagent, old] = names.as_slice() else { panic!("{names:?}") };
    assert!(new.ends_with(" new") && subagent.starts_with("  subagent ") && old.ends_with(" old"), "{names:?}");
    assert!(rows.iter().all(|(session, _)| session.bytes == 3));
}
