use super::*;
use crate::config::{Sources, UserFile, load};
use std::fs;

/// An installation with a folder of transcripts.
struct Desk {
    dir: tempfile::TempDir,
    config: Config,
}

impl Desk {
    fn new() -> Self {
        let sources =
            Sources { policies: vec![], extra_policy: None, user: UserFile::Nowhere, environment: vec![], home: None };
        let desk = Self { dir: tempfile::tempdir().unwrap(), config: load(&sources).unwrap() };
        desk.write("claude/projects/p/s.jsonl", "{}\n");
        desk
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn session(&self) -> Session {
        let mut paths = Paths::find(Some(self.dir.path().join("state")), &[], None).unwrap();
        paths.roots = vec![self.dir.path().join("claude")];
        paths.prepare_state_dir().unwrap();
        Session::open(&self.config, &paths).unwrap()
    }

    fn roots(&self, names: &[&str]) -> Roots {
        let folders = names.iter().map(|name| self.dir.path().join(name)).collect();
        Roots { folders, history: HistoryFile::Ignore }
    }

    fn real(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap().join(name)
    }
}

#[test]
fn a_fresh_spool_a_lost_one_and_a_lost_key_know_of_nothing() {
    let desk = Desk::new();
    let roots = desk.roots(&["claude", "later"]);
    assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Everything);
    let lose: [&dyn Fn(&Path); 3] = [
        &|state| fs::remove_file(state.join("keys")).unwrap(),
        &|state| fs::remove_file(state.join("spool.db")).unwrap(),
        // Whoever opens it next sets it aside; it need not be the one that reads.
        &|state| {
            fs::write(state.join("spool.db"), [0x5a; 40_000]).unwrap();
            drop(desk.session());
        },
    ];
    for lose in lose {
        assert_eq!(desk.session().begin_at_the_ends(&roots).unwrap(), 1);
        assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Nothing);
        lose(&desk.dir.path().join("state"));
        drop(desk.session());
        assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Everything);
    }
    desk.session().begin_at_the_starts(&roots).unwrap();
    assert_eq!(desk.session().unknown(&roots).unwrap(), Unknown::Nothing);
}

#[test]
fn the_history_of_prompts_is_held_back_too_though_it_is_not_read_yet() {
    let desk = Desk::new();
    desk.write("claude/history.jsonl", "{}\n{}\n");
    let session = desk.session();
    assert_eq!(session.begin_at_the_ends(&desk.roots(&["claude"])).unwrap(), 2);
    let mut offsets: Vec<_> =
        super::super::ship::lock(&session.store).positions().unwrap().iter().map(|row| row.position.offset).collect();
    offsets.sort_unstable();
    assert_eq!(offsets, [3, 6]);
}

#[test]
fn a_folder_that_the_grant_did_not_know_of_begins_at_its_ends_and_the_others_go_on() {
    let desk = Desk::new();
    let (one, both) = (desk.roots(&["claude"]), desk.roots(&["claude", "other"]));
    let session = desk.session();
    session.begin_at_the_ends(&one).unwrap();
    desk.write("claude/projects/p/s.jsonl", "{}\n{}\n");
    desk.write("other/projects/q/t.jsonl", "{}\n{}\n{}\n");
    let Unknown::Folders(folders) = session.unknown(&both).unwrap() else { panic!("it is not known") };
    assert_eq!(folders, [desk.real("other")]);
    assert_eq!(session.add_at_the_ends(folders).unwrap(), 1);
    assert_eq!(session.unknown(&both).unwrap(), Unknown::Nothing);
    assert_eq!(session.unknown(&one).unwrap(), Unknown::Nothing);
    let mut offsets: Vec<_> =
        super::super::ship::lock(&session.store).positions().unwrap().iter().map(|row| row.position.offset).collect();
    offsets.sort_unstable();
    assert_eq!(offsets, [3, 9]);
}
