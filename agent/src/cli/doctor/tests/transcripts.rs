//! What is found of Claude Code and its files.

use super::*;

#[test]
fn what_is_wrong_with_claude_codes_files_is_told() {
    let desk = Desk::new();
    has(desk.finding("transcripts", |world| world.files.clear()), "no transcript");
    let gone = |world: &mut World<'_>| world.files.first_mut().unwrap().path = "/nowhere/s.jsonl".into();
    has(desk.finding("transcripts", gone), "1 of 1 transcripts cannot be opened");
    let below = |world: &mut World<'_>| {
        let (path, kind) = (desk.path("claude/projects/p"), io::ErrorKind::PermissionDenied);
        world.troubles.push(crate::edge::files::Trouble { path, kind });
    };
    has(desk.finding("roots", below), "1 place cannot be listed");
    assert_eq!(desk.finding("roots", |_| {}), None);
    fs::remove_dir_all(desk.path("claude/projects")).unwrap();
    desk.write("claude/projects", "a file");
    has(desk.finding("roots", |_| {}), "claude cannot be read (not a directory)");
}

#[test]
fn a_version_and_records_that_are_too_new_are_told() {
    let desk = Desk::new();
    desk.session("2.1.232");
    assert_eq!(desk.finding("version", |_| {}), None);
    desk.session("2.2.0");
    has(desk.finding("version", |_| {}), "Claude Code 2.2.0 is newer than 2.1.232");
    desk.session("1.0.0");
    assert_eq!(desk.finding("version", |_| {}), None);
    desk.session("0.9.30");
    has(desk.finding("version", |_| {}), "Claude Code 0.9.30 is older than 1.0.0");
    let count = |known: u64| {
        let context = desk.context();
        let session = Session::open(&context.config, &context.paths).unwrap();
        let mut counts = Counts { lines: known, ..Counts::default() };
        counts.unknown_types.insert("0123456789abcdef".into(), 5);
        let mut store = session.store.lock().unwrap();
        store.append(&[], &[], &[], &counts, clock::wall()).unwrap();
    };
    assert_eq!(desk.finding("unknown records", |_| {}), None);
    count(100);
    has(desk.finding("unknown records", |_| {}), "5 of 100 records");
    assert_eq!(
        desk.finding("unknown records", |world| world.now = Wall(world.now.0 + 30 * 86_400_000)),
        None,
        "not lately"
    );
    assert_eq!(desk.finding("unknown fields", |_| {}), None);
    let fields = |unlisted: u64, misshapen: u64| {
        let context = desk.context();
        let session = Session::open(&context.config, &context.paths).unwrap();
        let counts = Counts { fields_unlisted: unlisted, fields_misshapen: misshapen, ..Counts::default() };
        session.store.lock().unwrap().append(&[], &[], &[], &counts, clock::wall()).unwrap();
    };
    fields(30, 20);
    assert_eq!(desk.finding("unknown fields", |_| {}), None, "one for every second record");
    fields(1, 0);
    has(desk.finding("unknown fields", |_| {}), "51 values in 100 records");
    assert_eq!(
        desk.finding("unknown fields", |world| world.now = Wall(world.now.0 + 30 * 86_400_000)),
        None,
        "not lately"
    );
    count(20_000);
    assert_eq!(desk.finding("unknown records", |_| {}), None, "fewer than one in a thousand");
}

#[test]
fn sessions_that_will_be_deleted_before_they_are_read_are_told() {
    let desk = Desk::new();
    let old = |days: u32| {
        let file = fs::File::options().append(true).open(desk.path("claude/projects/p/s.jsonl")).unwrap();
        file.set_modified(SystemTime::now() - DAY * days).unwrap();
    };
    old(29);
    assert_eq!(desk.finding("retention", |_| {}), None, "it was read to its end");
    desk.session("2.1.0-longer-than-before");
    old(20);
    assert_eq!(desk.finding("retention", |_| {}), None, "there is time");
    old(29);
    has(desk.finding("retention", |_| {}), "will delete 1 session within 3 days");
    desk.write("claude/settings.json", "{\"cleanupPeriodDays\": 90}");
    assert_eq!(desk.finding("retention", |_| {}), None, "kept for longer");
    desk.write("claude/settings.json", "{\"cleanupPeriodDays\": 5}");
    old(4);
    has(desk.finding("retention", |_| {}), "will delete 1 session ");
}
