use super::*;
use std::fs::{create_dir_all, write};
use tempfile::TempDir;

fn fingerprint() -> Fingerprint {
    Fingerprint::new(&[5; 32])
}

fn touch(root: &Path, path: &str) {
    let path = root.join(path);
    create_dir_all(path.parent().unwrap()).unwrap();
    write(path, "{}\n").unwrap();
}

fn roots(folder: &Path) -> Roots {
    Roots { folders: vec![folder.to_owned()], history: HistoryFile::Ignore }
}

/// The names below `root` of all transcripts that a listing shows, and of those in trouble.
fn listing(roots: &Roots, root: &Path) -> (Vec<String>, Vec<String>) {
    let root = fs::canonicalize(root).unwrap();
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    let mut names = Vec::new();
    let troubles = roots.list(&fingerprint(), &mut |listed| names.push(name(&listed.path)));
    names.sort();
    (names, troubles.iter().map(|trouble| name(&trouble.path)).collect())
}

#[test]
fn transcripts_are_found_in_all_their_places_and_nothing_else_is() {
    let home = TempDir::new().unwrap();
    let wanted = [
        "projects/-p/agent-1.jsonl",
        "projects/-p/s.jsonl",
        "projects/-p/s/subagents/agent-2.jsonl",
        "projects/-p/s/subagents/workflows/r/agent-3.jsonl",
        "projects/stray.jsonl",
    ];
    let others = [
        "history.jsonl",
        "other/s.jsonl",
        "projects/-p/s/tool-results/x.jsonl",
        "projects/-p/file-history/x.jsonl",
        "projects/-p/debug/x.jsonl",
        "projects/-p/todos/x.jsonl",
        "projects/-p/shell-snapshots/x.jsonl",
        "projects/-p/s.json",
        "projects/-p/notes.txt",
    ];
    wanted.iter().chain(&others).for_each(|path| touch(home.path(), path));
    let mut roots = roots(home.path());
    assert_eq!(listing(&roots, home.path()), (wanted.map(str::to_owned).to_vec(), vec![]));
    roots.history = HistoryFile::Read;
    assert!(listing(&roots, home.path()).0.contains(&"history.jsonl".to_owned()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_is_known_by_its_number_and_by_when_it_was_made() {
    use std::os::unix::fs::MetadataExt;
    let file = tempfile::NamedTempFile::new().unwrap();
    let facts = file.path().symlink_metadata().unwrap();
    let id = identify(file.path(), &facts).unwrap();
    assert_eq!(number(&id), u128::from(facts.ino()));
    let born = facts.created().map_or(0, |born| born.duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos());
    assert_eq!(id.inode >> 64, born);
}

#[cfg(unix)]
#[test]
fn a_folder_that_became_a_link_since_it_was_listed_leads_to_no_file() {
    let home = TempDir::new().unwrap();
    touch(home.path(), "elsewhere/s.jsonl");
    touch(home.path(), "projects/-p/s.jsonl");
    let (root, mut files) = (fs::canonicalize(home.path()).unwrap(), Vec::new());
    roots(home.path()).list(&fingerprint(), &mut |listed| files.push(listed.path));
    assert!(OpenLog::open(&files[0], &fingerprint()).is_ok());
    fs::rename(root.join("projects/-p"), root.join("projects/-q")).unwrap();
    std::os::unix::fs::symlink(root.join("elsewhere"), root.join("projects/-p")).unwrap();
    let opened = OpenLog::open(&files[0], &fingerprint());
    assert_eq!(opened.map(|_| ()).unwrap_err().kind(), ErrorKind::InvalidInput);
    // How Windows tells it, whose canonical paths are not compared.
    assert!(open::leads_through_a_link(&files[0]) && !open::leads_through_a_link(&root.join("projects/-q/s.jsonl")));
}

/// Anybody may make a junction, and no right is needed for it as for a symbolic link.
#[cfg(windows)]
#[test]
fn junctions_are_not_followed_whether_they_are_listed_or_came_since() {
    let home = TempDir::new().unwrap();
    touch(home.path(), "elsewhere/s.jsonl");
    touch(home.path(), "projects/-p/s.jsonl");
    let (root, mut files) = (fs::canonicalize(home.path()).unwrap(), Vec::new());
    let junction = |name: &str| {
        let (link, to) = (home.path().join("projects").join(name), home.path().join("elsewhere"));
        let made = std::process::Command::new("cmd").args(["/C", "mklink", "/J"]).args([link, to]).output().unwrap();
        assert!(made.status.success());
    };
    junction("-link");
    roots(home.path()).list(&fingerprint(), &mut |listed| files.push(listed.path));
    assert_eq!(files, [root.join("projects").join("-p").join("s.jsonl")]);
    assert!(OpenLog::open(&files[0], &fingerprint()).is_ok());
    fs::rename(home.path().join("projects/-p"), home.path().join("projects/-q")).unwrap();
    junction("-p");
    assert_eq!(OpenLog::open(&files[0], &fingerprint()).map(|_| ()).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_root_that_is_not_there_is_no_trouble_and_one_given_twice_counts_once() {
    let home = TempDir::new().unwrap();
    let mut roots = roots(&home.path().join("later"));
    assert!(roots.list(&fingerprint(), &mut |_| panic!("nothing is there")).is_empty());
    touch(home.path(), "later/projects/-p/s.jsonl");
    roots.folders.push(home.path().join("later"));
    assert_eq!(listing(&roots, home.path()).0, ["later/projects/-p/s.jsonl"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed_except_for_a_root_itself() {
    use std::os::unix::fs::symlink;
    let home = TempDir::new().unwrap();
    touch(home.path(), "real/projects/-p/s.jsonl");
    touch(home.path(), "outside/x.jsonl");
    symlink(home.path().join("outside"), home.path().join("real/projects/-link")).unwrap();
    symlink(home.path().join("outside/x.jsonl"), home.path().join("real/projects/-p/link.jsonl")).unwrap();
    symlink(home.path().join("real"), home.path().join("root")).unwrap();
    let roots = roots(&home.path().join("root"));
    assert_eq!(listing(&roots, home.path()).0, ["real/projects/-p/s.jsonl"]);
    for path in ["real/projects/-link/x.jsonl", "real/projects/-p/link.jsonl", "outside/x.jsonl"] {
        let path = fs::canonicalize(home.path()).unwrap().join(path);
        roots.list_at(&path, &fingerprint(), &mut |_| panic!("it lies outside"));
    }
    assert!(OpenLog::open(&home.path().join("real/projects/-p/link.jsonl"), &fingerprint()).is_err());
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_read() {
    use std::os::unix::ffi::OsStrExt;
    let home = TempDir::new().unwrap();
    touch(home.path(), "projects/-p/s.jsonl");
    let odd = home.path().join("projects/-p").join(OsStr::from_bytes(b"\xff.jsonl"));
    // Some file systems refuse such names.
    let expected = if write(&odd, "{}\n").is_ok() { 2 } else { 1 };
    assert_eq!(listing(&roots(home.path()), home.path()).0.len(), expected);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_not_listed_and_opening_it_blocks_nothing() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let home = TempDir::new().unwrap();
    touch(home.path(), "projects/-p/s.jsonl");
    let pipe = home.path().join("projects/-p/pipe.jsonl");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    assert_eq!(listing(&roots(home.path()), home.path()).0, ["projects/-p/s.jsonl"]);
    assert_eq!(OpenLog::open(&pipe, &fingerprint()).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_path_that_changed_is_listed_by_itself_or_with_all_below_it() {
    let home = TempDir::new().unwrap();
    for path in ["projects/-p/a.jsonl", "projects/-p/s/subagents/b.jsonl", "projects/-q/s/tool-results/c.jsonl"] {
        touch(home.path(), path);
    }
    let base = fs::canonicalize(home.path()).unwrap();
    let check = |path: &str, expected: usize| {
        let mut count = 0;
        roots(home.path()).list_at(&base.join(path), &fingerprint(), &mut |_| count += 1);
        assert_eq!(count, expected, "{path}");
    };
    check("projects/-p/a.jsonl", 1);
    check("projects/-p", 2);
    check("projects/-p/s", 1);
    check("projects/-q/s/tool-results/c.jsonl", 0);
    check("projects/-q/s/tool-results", 0);
    check("projects/-p/gone.jsonl", 0);
    check("history.jsonl", 0);
}

#[test]
fn the_session_is_read_out_of_the_path() {
    let check = |path: &str, session: &str| assert_eq!(session_of(Path::new(path)), session, "{path}");
    check("/h/.claude/projects/-p/s1.jsonl", "s1");
    check("/h/.claude/projects/-p/agent-7.jsonl", "agent-7");
    check("/h/.claude/projects/-p/s1/subagents/agent-7.jsonl", "s1");
    check("/h/.claude/projects/-p/s1/subagents/workflows/r/agent-7.jsonl", "s1");
}

#[test]
fn an_open_file_tells_its_own_facts_and_reads_at_any_offset() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("a.jsonl");
    write(&path, "0123456789").unwrap();
    let log = OpenLog::open(&path, &fingerprint()).unwrap();
    write(home.path().join("b.jsonl"), "other").unwrap();
    fs::rename(home.path().join("b.jsonl"), &path).unwrap();
    let mut to = [0; 8];
    assert_eq!(log.read_at(4, &mut to).unwrap(), 6);
    assert_eq!(&to[..6], b"456789");
    assert_ne!(OpenLog::open(&path, &fingerprint()).unwrap().seen().key.id, log.seen().key.id);
}

#[test]
fn a_folder_is_opened_again_when_it_changed_and_now_and_then() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("projects").join("-p");
    for path in ["projects/-p/a.jsonl", "projects/-p/s/subagents/agent-1.jsonl"] {
        touch(home.path(), path);
    }
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let age = |folder: &Path| {
        fs::File::open(folder).and_then(|folder| folder.set_modified(long_ago)).unwrap();
    };
    let age_all = || {
        for path in ["projects", "projects/-p", "projects/-p/s", "projects/-p/s/subagents"] {
            age(&home.path().join(path));
        }
    };
    let mut folders = Folders::default();
    let list = |folders: &mut Folders| {
        let mut names = Vec::new();
        let name = |listed: Listed| listed.path.file_name().unwrap().to_string_lossy().into_owned();
        let troubles = roots(home.path()).list_with(folders, &fingerprint(), &mut |listed| names.push(name(listed)));
        assert!(troubles.is_empty());
        names.sort();
        names
    };
    age_all();
    assert_eq!(list(&mut folders), ["a.jsonl", "agent-1.jsonl"]);
    // A change that leaves no trace is not seen, which shows that the folder was not opened,
    touch(home.path(), "projects/-p/b.jsonl");
    age_all();
    assert_eq!(list(&mut folders), ["a.jsonl", "agent-1.jsonl"]);
    // until all is listed anew.
    let listings = (0..25).map(|_| list(&mut folders).len()).position(|count| count == 3);
    assert!(listings.is_some_and(|at| at > 10), "{listings:?}");
    // A change that leaves a trace is seen at once, and so is a second one in the same tick.
    touch(home.path(), "projects/-p/c.jsonl");
    assert!(list(&mut folders).contains(&"c.jsonl".to_owned()));
    let traced = fs::metadata(&folder).unwrap().modified().unwrap();
    touch(home.path(), "projects/-p/d.jsonl");
    fs::File::open(&folder).and_then(|folder| folder.set_modified(traced)).unwrap();
    assert!(list(&mut folders).contains(&"d.jsonl".to_owned()));
    // What is known of a folder that went and came again does not count.
    fs::remove_dir_all(&folder).unwrap();
    assert!(list(&mut folders).is_empty());
    touch(home.path(), "projects/-p/e.jsonl");
    age(&folder);
    assert_eq!(list(&mut folders), ["e.jsonl"]);
    folders.forget();
    assert_eq!(list(&mut folders), ["e.jsonl"]);
}
